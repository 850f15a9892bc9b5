import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;

class Vault {
    private static final String WEAK = "AES/ECB/PKCS5Padding";

    void ciphers(Properties settings) throws Exception {
        // ruleid: java-weak-cipher
        Cipher.getInstance("DES/CBC/PKCS5Padding");
        // ruleid: java-weak-cipher
        javax.crypto.Cipher.getInstance("DESede/ECB/PKCS5Padding", "SunJCE");
        // ruleid: java-weak-cipher
        Cipher.getInstance("AES");
        // ruleid: java-weak-cipher
        Cipher.getInstance("AES/ECB/NoPadding");
        // ruleid: java-weak-cipher
        Cipher.getInstance(WEAK);
        // ruleid: java-weak-cipher
        Cipher.getInstance("RC4");
        // ruleid: java-weak-cipher
        Cipher.getInstance("Blowfish");
        // ruleid: java-weak-cipher
        Cipher.getInstance(settings.getProperty("cipher", "DESede/ECB/PKCS5Padding"));
        // ruleid: java-weak-cipher
        String algorithm = settings.getProperty("cipher", "DES/ECB/PKCS5Padding");
        Cipher.getInstance(algorithm);
        // ok: java-weak-cipher
        Cipher.getInstance("AES/GCM/NoPadding");
        // ok: java-weak-cipher
        javax.crypto.Cipher.getInstance("AES/CBC/PKCS5Padding");
        // ok: java-weak-cipher
        Cipher.getInstance("ChaCha20-Poly1305");
        // ok: java-weak-cipher
        Cipher.getInstance("RSA/ECB/OAEPWithSHA-256AndMGF1Padding");
        // ok: java-weak-cipher
        Cipher.getInstance(settings.getProperty("cipher", "AES/GCM/NoPadding"));
        // ok: java-weak-cipher
        Cipher.getInstance(settings.getProperty("cipher"));
        // ok: java-weak-cipher
        Cipher.getInstance("AESWrap");
        // ok: java-weak-cipher
        Signature.getInstance("DES");
        // ok: java-weak-cipher
        KeyGenerator.getInstance("AES");
    }

    void key() throws Exception {
        // ruleid: java-weak-cipher
        KeyGenerator.getInstance("DES").generateKey();
        // ok: java-weak-cipher
        KeyGenerator.getInstance("HmacSHA256").generateKey();
    }
}

class Boxes {
    static class Choice {
        private String name = "Blowfish/CBC/PKCS5Padding";
        private String better = "AES/GCM/NoPadding";

        String name() {
            return name;
        }

        String better() {
            return better;
        }
    }

    void make(Choice choice, boolean old) throws Exception {
        // ruleid: java-weak-cipher
        Cipher.getInstance(choice.name());
        // ok: java-weak-cipher
        Cipher.getInstance(choice.better());
        // ruleid: java-weak-cipher
        Cipher.getInstance(old ? "DES/CBC/PKCS5Padding" : "AES/GCM/NoPadding");
        // ok: java-weak-cipher
        Cipher.getInstance(old ? "ChaCha20-Poly1305" : "AES/GCM/NoPadding");
    }
}
