import jakarta.servlet.http.*;

class Login extends HttpServlet {
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String next = request.getParameter("next");
        // ruleid: java-open-redirect
        response.sendRedirect(next);
        // ruleid: java-open-redirect
        response.sendRedirect("https://" + next + ".example/");
        // ruleid: java-open-redirect
        response.sendRedirect("/" + next);
        // ruleid: java-open-redirect
        response.setHeader("Location", next);
        // ruleid: java-open-redirect
        response.sendRedirect(String.format("%s/done", next));
        // ok: java-open-redirect
        response.sendRedirect("/account/" + next);
        // ok: java-open-redirect
        response.sendRedirect("https://shop.example/" + next);
        // ok: java-open-redirect
        response.sendRedirect(request.getContextPath() + "/account?tab=" + next);
        // ok: java-open-redirect
        response.sendRedirect("/login?next=" + URLEncoder.encode(next, "UTF-8"));
        // ok: java-open-redirect
        response.sendRedirect("home".equals(next) ? "/home" : "/account");
        // ok: java-open-redirect
        response.setHeader("X-Next", next);
        // ok: java-open-redirect
        response.sendRedirect(PAGES.get(next));
    }

    void checked(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String next = request.getParameter("next");
        if (!next.startsWith("/") || next.startsWith("//")) {
            next = "/home";
        }
        // ok: java-open-redirect
        response.sendRedirect(next);
    }
}

class Controllers {
    @GetMapping("/go")
    String go(@RequestParam String next) {
        // ruleid: java-open-redirect
        return "redirect:" + next;
    }

    @GetMapping("/view")
    RedirectView view(@RequestParam String next) {
        // ruleid: java-open-redirect
        return new RedirectView(next);
    }

    @GetMapping("/model")
    ModelAndView model(@RequestParam String next) {
        // ruleid: java-open-redirect
        return new ModelAndView("redirect:" + next);
    }

    @GetMapping("/entity")
    ResponseEntity<Void> entity(@RequestParam String next) {
        // ruleid: java-open-redirect
        return ResponseEntity.status(HttpStatus.FOUND).location(URI.create(next)).build();
    }

    @GetMapping("/path")
    String path(@RequestParam String tab) {
        // ok: java-open-redirect
        return "redirect:/account/" + tab;
    }

    @PostMapping("/created")
    ResponseEntity<Void> created(@RequestParam String name) {
        // ok: java-open-redirect
        return ResponseEntity.created(URI.create("/names/" + name)).build();
    }

    @GetMapping("/page")
    String page(@RequestParam String name) {
        // ok: java-open-redirect
        return "pages/" + name;
    }
}

class Resources {
    @GET
    Response go(@QueryParam("next") String next) {
        // ruleid: java-open-redirect
        return Response.seeOther(URI.create(next)).build();
    }
}

class Afterwards implements AuthenticationSuccessHandler {
    private static final Set<String> HOSTS = Set.of("shop.example.com");
    private final RedirectStrategy strategy = new DefaultRedirectStrategy();

    public void onAuthenticationSuccess(HttpServletRequest request, HttpServletResponse response, Authentication who) {
        String next = request.getParameter("next");
        // ruleid: java-open-redirect
        strategy.sendRedirect(request, response, next);
        // ok: java-open-redirect
        strategy.sendRedirect(request, response, "/home");
    }

    @GetMapping("/go")
    void go(@RequestParam String address, HttpServletResponse response) throws Exception {
        URI target = URI.create(address);
        if (!"https".equals(target.getScheme()) || target.getHost() == null || !HOSTS.contains(target.getHost())) {
            throw new IllegalArgumentException(address);
        }
        // ok: java-open-redirect
        response.sendRedirect(address);
    }

    @GetMapping("/leave")
    void leave(@RequestParam String address, HttpServletResponse response) throws Exception {
        if (!known(address)) {
            throw new IllegalArgumentException(address);
        }
        // ok: java-open-redirect
        response.sendRedirect(address);
    }

    private static boolean known(String text) {
        return HOSTS.contains(URI.create(text).getHost());
    }
}
