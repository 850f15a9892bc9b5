import java.security.MessageDigest;
import org.apache.commons.codec.digest.DigestUtils;

class Documents {
    private static final String WEAK = "MD5";
    private static final String STRONG = "SHA-256";

    void fingerprint(byte[] document, Properties settings) throws Exception {
        // ruleid: java-weak-hash
        MessageDigest.getInstance("MD5");
        // ruleid: java-weak-hash
        java.security.MessageDigest.getInstance("SHA-1", "SUN");
        // ruleid: java-weak-hash
        MessageDigest.getInstance("sha1");
        // ruleid: java-weak-hash
        MessageDigest.getInstance(WEAK);
        // ruleid: java-weak-hash
        MessageDigest.getInstance(settings.getProperty("digest", "MD5"));
        // ruleid: java-weak-hash
        DigestUtils.md5Hex(document);
        // ruleid: java-weak-hash
        DigestUtils.sha1(document);
        // ruleid: java-weak-hash
        Hashing.md5().hashBytes(document);
        // ok: java-weak-hash
        MessageDigest.getInstance("SHA-256");
        // ok: java-weak-hash
        java.security.MessageDigest.getInstance("SHA3-512");
        // ok: java-weak-hash
        MessageDigest.getInstance(STRONG);
        // ok: java-weak-hash
        MessageDigest.getInstance(settings.getProperty("digest", "SHA-512"));
        // ok: java-weak-hash
        MessageDigest.getInstance(settings.getProperty("digest"));
        // ok: java-weak-hash
        DigestUtils.sha256Hex(document);
        // ok: java-weak-hash
        Hashing.sha256().hashBytes(document);
        // ok: java-weak-hash
        Mac.getInstance("HmacSHA1");
    }
}

class Signatures {
    static final class Defaults {
        static final String OLD = "SHA-1";
        static final String GOOD = "SHA-256";
    }

    void sign(Map<String, String> settings) throws Exception {
        // ruleid: java-weak-hash
        MessageDigest.getInstance(Defaults.OLD);
        // ok: java-weak-hash
        MessageDigest.getInstance(Defaults.GOOD);
        // ruleid: java-weak-hash
        Signature.getInstance("SHA1withRSA");
        // ok: java-weak-hash
        Signature.getInstance("SHA256withRSA");
        // ruleid: java-weak-hash
        MessageDigest.getInstance(settings.getOrDefault("digest", "MD5"));
        // ok: java-weak-hash
        MessageDigest.getInstance(settings.getOrDefault("digest", "SHA-512"));
    }

    ResponseEntity<String> all(String text) {
        // ok: java-weak-hash
        String tag = DigestUtils.md5DigestAsHex(text.getBytes());
        return ResponseEntity.ok().eTag(tag).body(text);
    }
}

class GitObjects {
    byte[] name(byte[] content) throws Exception {
        // ok: java-weak-hash
        return MessageDigest.getInstance("SHA-1").digest(content);
    }
}
