import javax.crypto.spec.*;

class Vault {
    private static final String VECTOR = "0123456789abcdef";

    void vectors(Cipher cipher, ByteBuffer buffer) throws Exception {
        // ruleid: java-static-iv
        new IvParameterSpec("0123456789abcdef".getBytes());
        // ruleid: java-static-iv
        new IvParameterSpec(VECTOR.getBytes(StandardCharsets.UTF_8));
        byte[] zero = new byte[16];
        // ruleid: java-static-iv
        new IvParameterSpec(zero);
        // ruleid: java-static-iv
        new GCMParameterSpec(128, new byte[12]);
        // ruleid: java-static-iv
        new GCMParameterSpec(128, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
        byte[] fresh = new byte[16];
        new SecureRandom().nextBytes(fresh);
        // ok: java-static-iv
        new IvParameterSpec(fresh);
        byte[] received = new byte[12];
        buffer.get(received);
        // ok: java-static-iv
        new GCMParameterSpec(128, received);
        byte[] copied = new byte[16];
        System.arraycopy(message, 0, copied, 0, 16);
        // ok: java-static-iv
        new IvParameterSpec(copied);
        // ok: java-static-iv
        new IvParameterSpec(cipher.getIV());
        // ok: java-static-iv
        new IvParameterSpec(message, 0, 16);
    }

    void decrypt(Cipher cipher, Key key) throws Exception {
        cipher.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(given));
        // ok: java-static-iv
        new IvParameterSpec(given);
    }
}
