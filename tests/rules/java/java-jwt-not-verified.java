class Tokens {
    void read(String token) {
        // ruleid: java-jwt-not-verified
        Jwts.parser().build().parseClaimsJwt(token);
        // ruleid: java-jwt-not-verified
        JWT.create().sign(Algorithm.none());
        // ruleid: java-jwt-not-verified
        new JwtConsumerBuilder().setSkipSignatureVerification().build();
        // ok: java-jwt-not-verified
        Jwts.parser().setSigningKey(key).build().parseClaimsJws(token);
        // ok: java-jwt-not-verified
        JWT.create().sign(Algorithm.HMAC256(key));
        // ok: java-jwt-not-verified
        new JwtConsumerBuilder().setVerificationKey(key).build();
    }

    String subject(String token) {
        // ruleid: java-jwt-not-verified
        return JWT.decode(token).getSubject();
    }

    String verified(String token) {
        // ok: java-jwt-not-verified
        String key = JWT.decode(token).getKeyId();
        JWT.require(algorithm(key)).build().verify(token);
        return key;
    }
}
