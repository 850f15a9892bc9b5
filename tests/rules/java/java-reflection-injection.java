class Handlers {
    private static final Map<String, Class<?>> TYPES = Map.of("order", Order.class);

    void handle(HttpServletRequest request, Class<?> type) throws Exception {
        String name = request.getParameter("handler");
        // ruleid: java-reflection-injection
        Class.forName(name).getDeclaredConstructor().newInstance();
        // ruleid: java-reflection-injection
        Class.forName("shop." + name);
        // ruleid: java-reflection-injection
        getClass().getClassLoader().loadClass(name);
        // ruleid: java-reflection-injection
        Thread.currentThread().getContextClassLoader().loadClass(name);
        // ruleid: java-reflection-injection
        type.getMethod(name);
        // ok: java-reflection-injection
        TYPES.get(name).getDeclaredConstructor().newInstance();
        // ok: java-reflection-injection
        Class.forName("shop.Order");
        // ok: java-reflection-injection
        type.getMethod("run", String.class).invoke(target, name);
        // ok: java-reflection-injection
        catalogue.loadClass(name);
        if (Set.of("shop.Order", "shop.Item").contains(name)) {
            // ok: java-reflection-injection
            Class.forName(name);
        }
    }
}
