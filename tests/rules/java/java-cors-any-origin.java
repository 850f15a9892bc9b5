class Cors implements WebMvcConfigurer {
    public void addCorsMappings(CorsRegistry registry) {
        // ruleid: java-cors-any-origin
        registry.addMapping("/**").allowedOriginPatterns("*").allowedMethods("*").allowCredentials(true);
        // ruleid: java-cors-any-origin
        registry.addMapping("/**").allowCredentials(true).allowedOrigins("*");
        // ok: java-cors-any-origin
        registry.addMapping("/**").allowedOrigins("*");
        // ok: java-cors-any-origin
        registry.addMapping("/**").allowedOrigins("https://shop.example").allowCredentials(true);
        // ok: java-cors-any-origin
        registry.addMapping("/**").allowedOriginPatterns("*").allowCredentials(false);
    }

    CorsConfiguration open() {
        CorsConfiguration cors = new CorsConfiguration();
        // ruleid: java-cors-any-origin
        cors.addAllowedOriginPattern("*");
        cors.setAllowCredentials(true);
        return cors;
    }

    CorsConfiguration without() {
        CorsConfiguration cors = new CorsConfiguration();
        // ok: java-cors-any-origin
        cors.setAllowedOrigins(List.of("*"));
        return cors;
    }

    CorsConfiguration named() {
        CorsConfiguration cors = new CorsConfiguration();
        // ok: java-cors-any-origin
        cors.setAllowedOrigins(List.of("https://shop.example"));
        cors.setAllowCredentials(true);
        return cors;
    }

    void echo(HttpServletRequest request, HttpServletResponse response) {
        // ruleid: java-cors-any-origin
        response.setHeader("Access-Control-Allow-Origin", request.getHeader("Origin"));
        String origin = request.getHeader("Origin");
        // ruleid: java-cors-any-origin
        response.setHeader("Access-Control-Allow-Origin", origin);
    }

    void list(HttpServletRequest request, HttpServletResponse response) {
        String origin = request.getHeader("Origin");
        if (ORIGINS.contains(origin)) {
            // ok: java-cors-any-origin
            response.setHeader("Access-Control-Allow-Origin", origin);
        }
        // ok: java-cors-any-origin
        response.setHeader("Vary", "Origin");
    }
}
