import javax.servlet.http.Cookie;

class Login {
    void missing(HttpServletResponse response) {
        Cookie cookie = new Cookie("remember", token);
        // ruleid: java-cookie-not-httponly
        response.addCookie(cookie);
    }

    void off(HttpServletResponse response) {
        Cookie cookie = new Cookie("remember", token);
        // ruleid: java-cookie-not-httponly
        cookie.setHttpOnly(false);
        response.addCookie(cookie);
        // ruleid: java-cookie-not-httponly
        ResponseCookie.from("remember", token).httpOnly(false).build();
    }

    void on(HttpServletResponse response) {
        Cookie cookie = new Cookie("remember", token);
        cookie.setHttpOnly(true);
        // ok: java-cookie-not-httponly
        response.addCookie(cookie);
        Cookie deleted = new Cookie("remember", "");
        deleted.setMaxAge(0);
        // ok: java-cookie-not-httponly
        response.addCookie(deleted);
        // ok: java-cookie-not-httponly
        ResponseCookie.from("remember", token).httpOnly(true).build();
    }
}

class Builders {
    void send(HttpServletResponse response, String token) {
        // ruleid: java-cookie-not-httponly
        ResponseCookie.from("session", token).secure(true).build();
        // ok: java-cookie-not-httponly
        ResponseCookie.from("session", token).secure(true).httpOnly(true).build();
        // ruleid: java-cookie-not-httponly
        new NewCookie.Builder("session").value(token).secure(true).build();
        // ok: java-cookie-not-httponly
        new NewCookie.Builder("session").value(token).httpOnly(true).build();
        // ruleid: java-cookie-not-httponly
        response.addHeader("Set-Cookie", "session=" + token + "; Path=/");
        // ok: java-cookie-not-httponly
        response.addHeader("Set-Cookie", "session=" + token + "; Path=/; HttpOnly");
        // ok: java-cookie-not-httponly
        response.addHeader("Set-Cookie", "session=" + token + ATTRIBUTES);
    }
}
