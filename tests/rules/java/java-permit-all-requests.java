class Security {
    void chain(HttpSecurity http) throws Exception {
        // ruleid: java-permit-all-requests
        http.authorizeHttpRequests(auth -> auth.requestMatchers("/admin").hasRole("ADMIN").anyRequest().permitAll());
        // ruleid: java-permit-all-requests
        http.authorizeRequests().antMatchers("/**").permitAll();
        // ok: java-permit-all-requests
        http.authorizeHttpRequests(auth -> auth.anyRequest().authenticated());
        // ok: java-permit-all-requests
        http.authorizeHttpRequests(auth -> auth.requestMatchers("/css/**").permitAll().anyRequest().denyAll());
        // ok: java-permit-all-requests
        http.formLogin(form -> form.loginPage("/login").permitAll());
    }
}
