import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

class Language {
    void set(HttpServletRequest request, HttpServletResponse response) {
        String language = request.getParameter("language");
        // ruleid: java-header-injection
        response.setHeader("Content-Language", language);
        // ruleid: java-header-injection
        response.addHeader("Content-Disposition", "attachment; filename=" + language);
        // ruleid: java-header-injection
        response.setHeader(language, "1");
        // ok: java-header-injection
        response.setHeader("Content-Language", "fr".equals(language) ? "fr" : "en");
        // ok: java-header-injection
        response.setHeader("X-Name", URLEncoder.encode(language, StandardCharsets.UTF_8));
        // ok: java-header-injection
        response.setHeader("X-Name", language.replaceAll("[\\r\\n]", ""));
        // ok: java-header-injection
        response.setHeader("X-Length", String.valueOf(language.length()));
        // ok: java-header-injection
        response.setIntHeader("X-Length", 1);
    }
}
