class Security {
    void chain(HttpSecurity http) throws Exception {
        // ruleid: java-actuator-open
        http.authorizeHttpRequests(auth -> auth.requestMatchers("/actuator/**").permitAll());
        // ruleid: java-actuator-open
        http.authorizeRequests().antMatchers("/login", "/actuator/**").permitAll();
        // ruleid: java-actuator-open
        http.authorizeHttpRequests(auth -> auth.requestMatchers(EndpointRequest.toAnyEndpoint()).permitAll());
        // ruleid: java-actuator-open
        System.setProperty("management.endpoints.web.exposure.include", "*");
        // ok: java-actuator-open
        http.authorizeHttpRequests(auth -> auth.requestMatchers("/actuator/health").permitAll());
        // ok: java-actuator-open
        http.authorizeHttpRequests(auth -> auth.requestMatchers("/actuator/**").hasRole("ADMIN"));
        // ok: java-actuator-open
        http.authorizeHttpRequests(auth -> auth.requestMatchers(EndpointRequest.to(HealthEndpoint.class)).permitAll());
        // ok: java-actuator-open
        http.authorizeHttpRequests(auth -> auth.requestMatchers("/public/**").permitAll());
        // ok: java-actuator-open
        System.setProperty("management.endpoints.web.exposure.include", "health,info");
    }
}
