class Documents {
    void create(XStream xstream) {
        // ruleid: java-xstream-any-type
        xstream.addPermission(AnyTypePermission.ANY);
        // ruleid: java-xstream-any-type
        xstream.allowTypesByWildcard(new String[] {"**"});
        // ruleid: java-xstream-any-type
        xstream.allowTypesByRegExp(new String[] {".*"});
        // ok: java-xstream-any-type
        xstream.addPermission(NoTypePermission.NONE);
        // ok: java-xstream-any-type
        xstream.allowTypes(new Class[] {Order.class});
        // ok: java-xstream-any-type
        xstream.allowTypesByWildcard(new String[] {"shop.orders.**"});
    }
}
