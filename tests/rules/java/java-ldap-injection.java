import javax.naming.directory.*;
import javax.servlet.http.HttpServletRequest;
import org.springframework.ldap.core.LdapTemplate;
import org.springframework.ldap.support.LdapEncoder;

class Directory {
    private LdapTemplate ldapTemplate;

    void find(DirContext context, HttpServletRequest request) throws Exception {
        String uid = request.getParameter("uid");
        String filter = "(&(objectclass=person)(uid=" + uid + "))";
        // ruleid: java-ldap-injection
        context.search("ou=people,dc=example", filter, new SearchControls());
        // ruleid: java-ldap-injection
        context.search("ou=" + uid, "(uid={0})", new Object[] {"x"}, new SearchControls());
        Object[] values = new Object[] {"a", "b"};
        // ruleid: java-ldap-injection
        context.search("ou=people", filter, values, new SearchControls());
        // ok: java-ldap-injection
        context.search("ou=people", "(uid={0})", new Object[] {uid}, new SearchControls());
        String escaped = "(uid=" + LdapEncoder.filterEncode(uid) + ")";
        // ok: java-ldap-injection
        context.search("ou=people", escaped, new SearchControls());
        // ok: java-ldap-injection
        context.search("ou=people", "(uid=" + ESAPI.encoder().encodeForLDAP(uid) + ")", new SearchControls());
    }

    void cast(Object any, HttpServletRequest request) throws Exception {
        InitialDirContext context = (InitialDirContext) any;
        String uid = request.getHeader("X-User");
        boolean plain = uid.matches("^[a-z]+$");
        // ok: java-ldap-injection
        context.search("ou=people", "(plain=" + plain + ")", new SearchControls());
        // ok: java-ldap-injection
        index.search("ou=people", uid);
        String other = request.getHeader("X-Other");
        // ruleid: java-ldap-injection
        context.search("ou=people", "(uid=" + other + ")", new SearchControls());
    }

    void spring(@RequestParam String uid) {
        // ruleid: java-ldap-injection
        ldapTemplate.search("ou=people", "(uid=" + uid + ")", MAPPER);
        // ok: java-ldap-injection
        ldapTemplate.search(query().where("uid").is(uid), MAPPER);
        // ok: java-ldap-injection
        ldapTemplate.search("ou=people", new EqualsFilter("uid", uid).encode(), MAPPER);
    }
}

class Entrances {
    void login(HttpServletRequest request, Hashtable<String, Object> settings) throws NamingException {
        String name = request.getParameter("name");
        // ruleid: java-ldap-injection
        settings.put(Context.SECURITY_PRINCIPAL, "uid=" + name + ",ou=staff");
        // ok: java-ldap-injection
        settings.put(Context.SECURITY_PRINCIPAL, "uid=" + Rdn.escapeValue(name) + ",ou=staff");
        // ruleid: java-ldap-injection
        new LdapName("uid=" + name + ",ou=staff");
        // ok: java-ldap-injection
        new LdapName("ou=staff").add(new Rdn("uid", name));
    }

    @GetMapping("/people")
    Object people(@RequestParam String town, LdapTemplate directory) {
        // ok: java-ldap-injection
        directory.search(query().base("ou=staff").where("objectClass").is("person").and("l").is(town), MAPPER);
        // ruleid: java-ldap-injection
        return directory.search(query().filter("(l=" + town + ")"), MAPPER);
    }
}
