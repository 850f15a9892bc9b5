class Security {
    SecurityFilterChain old(HttpSecurity http) throws Exception {
        // ruleid: java-csrf-disabled
        http.csrf().disable();
        return http.build();
    }

    SecurityFilterChain lambda(HttpSecurity http) throws Exception {
        // ruleid: java-csrf-disabled
        http.csrf(csrf -> csrf.disable());
        // ruleid: java-csrf-disabled
        return http.authorizeHttpRequests(withDefaults()).csrf(AbstractHttpConfigurer::disable).build();
    }

    SecurityFilterChain on(HttpSecurity http) throws Exception {
        // ok: java-csrf-disabled
        http.csrf(withDefaults());
        // ok: java-csrf-disabled
        http.csrf(csrf -> csrf.ignoringRequestMatchers("/hooks/**"));
        // ok: java-csrf-disabled
        http.httpBasic(AbstractHttpConfigurer::disable);
        return http.build();
    }

    SecurityFilterChain stateless(HttpSecurity http) throws Exception {
        // ok: java-csrf-disabled
        http.csrf(csrf -> csrf.disable());
        http.sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS));
        return http.build();
    }

    SecurityFilterChain chained(HttpSecurity http) throws Exception {
        // ok: java-csrf-disabled
        return http.csrf(AbstractHttpConfigurer::disable).oauth2ResourceServer(server -> server.jwt(withDefaults())).build();
    }
}
