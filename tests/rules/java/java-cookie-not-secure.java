import jakarta.servlet.http.Cookie;

class Login {
    void missing(HttpServletResponse response) {
        Cookie cookie = new Cookie("remember", token);
        cookie.setPath("/");
        // ruleid: java-cookie-not-secure
        response.addCookie(cookie);
        // ruleid: java-cookie-not-secure
        response.addCookie(new Cookie("remember", token));
    }

    void off(HttpServletResponse response) {
        jakarta.servlet.http.Cookie cookie = new jakarta.servlet.http.Cookie("remember", token);
        // ruleid: java-cookie-not-secure
        cookie.setSecure(false);
        response.addCookie(cookie);
        // ruleid: java-cookie-not-secure
        ResponseCookie.from("remember", token).httpOnly(true).secure(false).build();
    }

    void on(HttpServletResponse response, HttpServletRequest request) {
        Cookie cookie = new Cookie("remember", token);
        cookie.setSecure(true);
        // ok: java-cookie-not-secure
        response.addCookie(cookie);
        Cookie asked = new Cookie("remember", token);
        asked.setSecure(request.isSecure());
        // ok: java-cookie-not-secure
        response.addCookie(asked);
        Cookie deleted = new Cookie("remember", "");
        deleted.setMaxAge(0);
        // ok: java-cookie-not-secure
        response.addCookie(deleted);
        // ok: java-cookie-not-secure
        ResponseCookie.from("remember", token).httpOnly(true).secure(true).build();
        // ok: java-cookie-not-secure
        client.addCookie(given);
    }
}

class Builders {
    void send(HttpServletResponse response, String token) {
        // ruleid: java-cookie-not-secure
        ResponseCookie.from("session", token).httpOnly(true).build();
        // ok: java-cookie-not-secure
        ResponseCookie.from("session", token).httpOnly(true).secure(true).build();
        // ruleid: java-cookie-not-secure
        new NewCookie.Builder("session").value(token).httpOnly(true).build();
        // ok: java-cookie-not-secure
        new NewCookie.Builder("session").value(token).secure(true).build();
        // ruleid: java-cookie-not-secure
        response.addHeader("Set-Cookie", "session=" + token + "; Path=/");
        // ok: java-cookie-not-secure
        response.addHeader("Set-Cookie", "session=" + token + "; Path=/; Secure");
        // ok: java-cookie-not-secure
        response.addHeader("Set-Cookie", "session=" + token + ATTRIBUTES);
    }
}
