import javax.net.ssl.*;
import java.security.cert.*;

class Trusting implements X509TrustManager {
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    // ruleid: java-trust-all-certificates
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {}

    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}

class Checking implements X509TrustManager {
    // ok: java-trust-all-certificates
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        delegate.checkServerTrusted(chain, type);
    }
}

class Pinning implements X509TrustManager {
    // ok: java-trust-all-certificates
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        if (!PINS.contains(fingerprint(chain[0]))) {
            throw new CertificateException("unknown");
        }
    }
}

class Clients {
    void open() throws Exception {
        TrustManager[] all = {
            new X509TrustManager() {
                // ruleid: java-trust-all-certificates
                public void checkServerTrusted(X509Certificate[] chain, String type) {
                }
            }
        };
        // ruleid: java-trust-all-certificates
        SslContextBuilder.forClient().trustManager(InsecureTrustManagerFactory.INSTANCE);
        // ruleid: java-trust-all-certificates
        SSLContextBuilder.create().loadTrustMaterial(null, TrustAllStrategy.INSTANCE);
        // ruleid: java-trust-all-certificates
        SSLContextBuilder.create().loadTrustMaterial(null, (chain, type) -> true);
        // ok: java-trust-all-certificates
        SSLContextBuilder.create().loadTrustMaterial(authorities, null);
        // ok: java-trust-all-certificates
        SSLContextBuilder.create().loadTrustMaterial(authorities, (chain, type) -> pinned(chain));
        // ok: java-trust-all-certificates
        SslContextBuilder.forClient().trustManager(authorities);
    }
}

class Swallowing implements X509TrustManager {
    private X509TrustManager other;

    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        // ruleid: java-trust-all-certificates
        try {
            other.checkServerTrusted(chain, type);
        } catch (CertificateException e) {
            log.warn("not trusted", e);
        }
    }
}

class Telling implements X509TrustManager {
    private X509TrustManager other;

    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        // ok: java-trust-all-certificates
        try {
            other.checkServerTrusted(chain, type);
        } catch (CertificateException e) {
            log.warn("not trusted", e);
            throw e;
        }
    }
}

class Mails {
    void open(Properties settings) {
        // ruleid: java-trust-all-certificates
        settings.put("mail.smtp.ssl.trust", "*");
        // ok: java-trust-all-certificates
        settings.put("mail.smtp.ssl.trust", "mail.example.com");
        // ok: java-trust-all-certificates
        settings.put("mail.smtp.ssl.enable", "true");
    }
}
