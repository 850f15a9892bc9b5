class Keys {
    void rsa() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        // ruleid: java-short-key
        generator.initialize(1024);
        // ruleid: java-short-key
        new RSAKeyGenParameterSpec(512, RSAKeyGenParameterSpec.F4);
        // ok: java-short-key
        generator.initialize(3072);
        // ok: java-short-key
        generator.initialize(2048, new SecureRandom());
        // ok: java-short-key
        new RSAKeyGenParameterSpec(4096, RSAKeyGenParameterSpec.F4);
    }

    void curve() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        // ruleid: java-short-key
        generator.initialize(160);
        // ok: java-short-key
        generator.initialize(256);
    }

    void symmetric() throws Exception {
        KeyGenerator generator = KeyGenerator.getInstance("AES");
        // ok: java-short-key
        generator.init(128);
        KeyGenerator weak = KeyGenerator.getInstance("Blowfish");
        // ruleid: java-short-key
        weak.init(64);
    }

    void view() {
        // ok: java-short-key
        table.initialize(10);
    }
}
