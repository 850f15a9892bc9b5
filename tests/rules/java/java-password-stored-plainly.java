class Security {
    void encoders() {
        // ruleid: java-password-stored-plainly
        NoOpPasswordEncoder.getInstance();
        // ruleid: java-password-stored-plainly
        new StandardPasswordEncoder("secret");
        // ruleid: java-password-stored-plainly
        User.withDefaultPasswordEncoder().username("admin");
        // ok: java-password-stored-plainly
        new BCryptPasswordEncoder(12);
        // ok: java-password-stored-plainly
        PasswordEncoderFactories.createDelegatingPasswordEncoder();
        // ok: java-password-stored-plainly
        User.withUsername("admin");
    }
}
