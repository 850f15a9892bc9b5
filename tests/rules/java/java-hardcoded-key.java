import javax.crypto.spec.SecretKeySpec;

class Vault {
    private static final String KEY = "0f1e2d3c4b5a6978";
    private String configured;

    void keys() throws Exception {
        // ruleid: java-hardcoded-key
        new SecretKeySpec("0f1e2d3c4b5a6978".getBytes(), "AES");
        byte[] bytes = "0f1e2d3c4b5a6978".getBytes(StandardCharsets.UTF_8);
        // ruleid: java-hardcoded-key
        new SecretKeySpec(bytes, 0, 16, "AES");
        // ruleid: java-hardcoded-key
        new SecretKeySpec(KEY.getBytes(), "AES");
        // ruleid: java-hardcoded-key
        Keys.hmacShaKeyFor(Decoders.BASE64.decode("bG9uZyBlbm91Z2ggdG8gYmUgYSBrZXk="));
        // ruleid: java-hardcoded-key
        Algorithm.HMAC256("a long secret of tokens");
        // ruleid: java-hardcoded-key
        new PBEKeySpec("a long pass phrase".toCharArray(), salt, 100000, 256);
        // ruleid: java-hardcoded-key
        new SecretKeySpec(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}, "AES");
        // ok: java-hardcoded-key
        new SecretKeySpec(System.getenv("VAULT_KEY").getBytes(), "AES");
        // ok: java-hardcoded-key
        new SecretKeySpec(configured.getBytes(), "AES");
        // ok: java-hardcoded-key
        Algorithm.HMAC256(configured);
        // ok: java-hardcoded-key
        new PBEKeySpec(password.toCharArray(), salt, 100000, 256);
        // ok: java-hardcoded-key
        Keys.hmacShaKeyFor(Base64.getDecoder().decode(configured));
        // ok: java-hardcoded-key
        digest.update("a long text".getBytes());
        // ok: java-hardcoded-key
        KeyGenerator.getInstance("AES").generateKey();
        // ok: java-hardcoded-key
        new SecretKeySpec(random, "AES");
    }
}
