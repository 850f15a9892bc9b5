class Security {
    void old(HttpSecurity http) throws Exception {
        // ruleid: java-frame-options-disabled
        http.headers().frameOptions().disable();
    }

    void lambda(HttpSecurity http) throws Exception {
        // ruleid: java-frame-options-disabled
        http.headers(headers -> headers.frameOptions(frame -> frame.disable()));
        // ruleid: java-frame-options-disabled
        http.headers(headers -> headers.frameOptions(HeadersConfigurer.FrameOptionsConfig::disable));
        // ok: java-frame-options-disabled
        http.headers(headers -> headers.frameOptions(frame -> frame.sameOrigin()));
        // ok: java-frame-options-disabled
        http.headers(headers -> headers.cacheControl(cache -> cache.disable()));
    }

    void policy(HttpSecurity http) throws Exception {
        // ok: java-frame-options-disabled
        http.headers(headers -> headers.frameOptions(frame -> frame.disable()));
        http.headers(headers -> headers.contentSecurityPolicy("frame-ancestors https://shop.example"));
    }
}
