import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class Login {
    private static final Logger logger = LoggerFactory.getLogger(Login.class);

    void failed(HttpServletRequest request) {
        String user = request.getParameter("user");
        // ruleid: java-log-injection
        logger.warn("login failed for " + user);
        // ruleid: java-log-injection
        logger.info("login failed for {}", user);
        // ruleid: java-log-injection
        log.error(String.format("login failed for %s", user));
        // ok: java-log-injection
        logger.info("login failed for {}", user.length());
        // ok: java-log-injection
        logger.info("login failed for {}", user.replaceAll("[\r\n]", "_"));
        // ok: java-log-injection
        logger.info("login failed for {}", user.replace('\n', '_').replace('\r', '_'));
        // ok: java-log-injection
        logger.info("login failed for {}", Encode.forJava(user));
        // ok: java-log-injection
        logger.info("login failed");
        // ok: java-log-injection
        catalogue.info(user);
    }
}
