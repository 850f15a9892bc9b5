import jakarta.servlet.http.*;

class Account {
    void choose(HttpServletRequest request, HttpSession session) {
        String role = request.getParameter("role");
        // ruleid: java-trust-boundary
        request.getSession().setAttribute("role", role);
        // ruleid: java-trust-boundary
        session.setAttribute("role", role.trim());
        // ruleid: java-trust-boundary
        session.putValue(role, "1");
        // ok: java-trust-boundary
        session.setAttribute("theme", "dark".equals(role) ? "dark" : "light");
        // ok: java-trust-boundary
        session.setAttribute("number", Integer.parseInt(role));
        // ok: java-trust-boundary
        request.setAttribute("role", role);
        // ok: java-trust-boundary
        session.setAttribute("account", accounts.findByName(role));
        if (ROLES.contains(role)) {
            // ok: java-trust-boundary
            session.setAttribute("role", role);
        }
    }
}
