import javax.naming.*;

class Sources {
    void find(HttpServletRequest request, Context context) throws NamingException {
        String source = request.getParameter("source");
        // ruleid: java-jndi-injection
        new InitialContext().lookup(source);
        // ruleid: java-jndi-injection
        context.lookup(source);
        InitialContext initial = new InitialContext();
        // ruleid: java-jndi-injection
        initial.lookup("ldap://" + source);
        // ok: java-jndi-injection
        initial.lookup("java:comp/env/jdbc/shop");
        // ok: java-jndi-injection
        initial.lookup("java:comp/env/jdbc/" + source);
        // ok: java-jndi-injection
        catalogue.lookup(source);
        // ok: java-jndi-injection
        initial.lookup(NAMES.get(source));
    }
}
