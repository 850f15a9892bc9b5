import javax.net.ssl.*;

class Any implements HostnameVerifier {
    // ruleid: java-hostname-not-verified
    public boolean verify(String host, SSLSession session) {
        return true;
    }
}

class One implements HostnameVerifier {
    // ok: java-hostname-not-verified
    public boolean verify(String host, SSLSession session) {
        return "shop.example".equals(host);
    }
}

class Password {
    // ok: java-hostname-not-verified
    public boolean verify(String password, String hash) {
        return true;
    }
}

class Clients {
    void open(HttpsURLConnection connection, OkHttpClient.Builder builder) {
        // ruleid: java-hostname-not-verified
        connection.setHostnameVerifier((host, session) -> true);
        // ruleid: java-hostname-not-verified
        HttpsURLConnection.setDefaultHostnameVerifier((String host, SSLSession session) -> true);
        // ruleid: java-hostname-not-verified
        builder.hostnameVerifier((host, session) -> { return true; });
        // ruleid: java-hostname-not-verified
        HttpClients.custom().setSSLHostnameVerifier(NoopHostnameVerifier.INSTANCE);
        // ok: java-hostname-not-verified
        connection.setHostnameVerifier((host, session) -> host.equals("shop.example"));
        // ok: java-hostname-not-verified
        HttpClients.custom().setSSLHostnameVerifier(new DefaultHostnameVerifier());
        // ok: java-hostname-not-verified
        stream.filter((host, session) -> true);
        // ok: java-hostname-not-verified
        builder.hostnameVerifier(OkHostnameVerifier.INSTANCE);
    }
}

class Logging implements HostnameVerifier {
    // ruleid: java-hostname-not-verified
    public boolean verify(String host, SSLSession session) {
        log.debug("protocol {}", session.getProtocol());
        return true;
    }
}

class Comparing implements HostnameVerifier {
    // ok: java-hostname-not-verified
    public boolean verify(String host, SSLSession session) {
        if (!host.equals("shop.example.com")) {
            return false;
        }
        return true;
    }
}

class Sockets {
    void open(SSLParameters parameters) {
        // ruleid: java-hostname-not-verified
        parameters.setEndpointIdentificationAlgorithm("");
        // ok: java-hostname-not-verified
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
}
