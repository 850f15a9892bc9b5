class Envelope {
    void ciphers() throws Exception {
        // ruleid: java-rsa-padding
        Cipher.getInstance("RSA/ECB/PKCS1Padding");
        // ruleid: java-rsa-padding
        Cipher.getInstance("RSA/NONE/NoPadding", "BC");
        // ruleid: java-rsa-padding
        Cipher.getInstance("RSA");
        // ok: java-rsa-padding
        Cipher.getInstance("RSA/ECB/OAEPWithSHA-256AndMGF1Padding");
        // ok: java-rsa-padding
        Signature.getInstance("SHA256withRSA");
        // ok: java-rsa-padding
        KeyPairGenerator.getInstance("RSA");
    }
}
