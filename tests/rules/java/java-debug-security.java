// ruleid: java-debug-security
@EnableWebSecurity(debug = true)
class Open {
    void configure(WebSecurity web) {
        // ruleid: java-debug-security
        web.debug(true);
        // ok: java-debug-security
        web.debug(false);
    }
}

// ok: java-debug-security
@EnableWebSecurity
class Closed {
    // ok: java-debug-security
    void configure(WebSecurity web) {
        logger.debug("configured");
    }
}
