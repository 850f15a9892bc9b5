import java.io.PrintWriter;
import javax.servlet.http.*;
import org.owasp.encoder.Encode;
import org.springframework.web.util.HtmlUtils;

class Greeting extends HttpServlet {
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        response.setContentType("text/html;charset=UTF-8");
        String name = request.getParameter("name");
        // ruleid: java-xss
        response.getWriter().println("<h1>Hello " + name + "</h1>");
        // ruleid: java-xss
        response.getWriter().write(name);
        // ruleid: java-xss
        response.getWriter().printf("<h1>Hello %s</h1>", name);
        // ruleid: java-xss
        response.getWriter().format(Locale.US, "<h1>Hello %1$s</h1>", new Object[] {name});
        // ruleid: java-xss
        response.getWriter().print(name.toCharArray());
        // ruleid: java-xss
        response.getOutputStream().print(name);
        PrintWriter out = response.getWriter();
        // ruleid: java-xss
        out.println("<p>" + name + "</p>");
        // ok: java-xss
        out.println("<p>" + Encode.forHtml(name) + "</p>");
        // ok: java-xss
        out.println("<p>" + HtmlUtils.htmlEscape(name) + "</p>");
        // ok: java-xss
        out.println("<p>" + ESAPI.encoder().encodeForHTML(name) + "</p>");
        // ok: java-xss
        out.println("<p>" + StringEscapeUtils.escapeHtml4(name) + "</p>");
        // ok: java-xss
        out.println("<p>" + HTMLFilter.filter(name) + "</p>");
        // ok: java-xss
        out.println("<p>" + Escape.htmlElementContent(name) + "</p>");
        // ruleid: java-xss
        out.println("<p>" + StringEscapeUtils.escapeJava(name) + "</p>");
        // ok: java-xss
        out.println("<p>" + Integer.valueOf(name) + "</p>");
        // ok: java-xss
        out.println("<p>" + name.length() + "</p>");
        // ok: java-xss
        out.println("<p>" + "yes".equals(name) + "</p>");
        // ok: java-xss
        System.out.println(name);
        // ok: java-xss
        file.write(name);
    }

    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws Exception {
        response.setContentType("application/json");
        // ok: java-xss
        response.getWriter().write("{\"name\": \"" + request.getParameter("name") + "\"}");
    }

    protected void doPut(HttpServletRequest request, HttpServletResponse response) throws Exception {
        response.setContentType(MediaType.TEXT_PLAIN_VALUE);
        try (PrintWriter out = response.getWriter()) {
            // ok: java-xss
            out.write(request.getHeader("X-Name"));
        }
    }

    protected void doDelete(jakarta.servlet.http.HttpServletRequest request,
            jakarta.servlet.http.HttpServletResponse response) throws Exception {
        // ruleid: java-xss
        response.getWriter().append(request.getHeader("Referer"));
        // ok: java-xss
        response.getWriter().append(request.getMethod());
    }
}

class Other extends HttpServlet {
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        // ok: java-xss
        response.getWriter().println(escaped(request.getParameter("name")));
        // ruleid: java-xss
        response.getWriter().println(trimmed(request.getParameter("name")));
    }

    private static String escaped(String name) {
        String value = HtmlUtils.htmlEscape(name);
        return value;
    }

    private static String trimmed(String name) {
        return name.trim();
    }
}

class Cards {
    @GetMapping(path = "/card", produces = MediaType.TEXT_HTML_VALUE)
    @ResponseBody
    String card(@RequestParam String title) {
        // ruleid: java-xss
        return "<h1>" + title + "</h1>";
    }

    @GetMapping(path = "/card/safe", produces = MediaType.TEXT_HTML_VALUE)
    @ResponseBody
    String safe(@RequestParam String title) {
        // ok: java-xss
        return "<h1>" + HtmlUtils.htmlEscape(title) + "</h1>";
    }

    @GetMapping("/card/typed")
    ResponseEntity<String> typed(@RequestParam String title) {
        // ruleid: java-xss
        return ResponseEntity.ok().contentType(MediaType.TEXT_HTML).body("<h1>" + title + "</h1>");
    }

    @GetMapping("/card/text")
    ResponseEntity<String> text(@RequestParam String title) {
        // ok: java-xss
        return ResponseEntity.ok().contentType(MediaType.TEXT_PLAIN).body(title);
    }

    @GET
    @Produces(MediaType.TEXT_HTML)
    public Response page(@QueryParam("title") String title) {
        // ruleid: java-xss
        return Response.ok("<h1>" + title + "</h1>").build();
    }

    @GET
    @Produces(MediaType.TEXT_HTML)
    public Response written(@QueryParam("title") String title) {
        // ok: java-xss
        return Response.ok("<h1>" + written(title, 0) + "</h1>").build();
    }

    private static String written(String text, int start) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
