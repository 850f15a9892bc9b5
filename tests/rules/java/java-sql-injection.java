import jakarta.persistence.EntityManager;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.web.bind.annotation.*;

class Servlets extends HttpServlet {
    private static final Map<String, String> ORDERS = Map.of("title", "title", "price", "cents");
    private static final List<String> COLUMNS = List.of("title", "cents");
    private Connection connection;

    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String name = request.getParameter("name");
        Statement statement = connection.createStatement();
        // ruleid: java-sql-injection
        statement.executeQuery("SELECT * FROM account WHERE name = '" + name + "'");
        // ruleid: java-sql-injection
        statement.execute(String.format("SELECT * FROM account WHERE name = '%s'", name));
        // ruleid: java-sql-injection
        statement.addBatch("DELETE FROM account WHERE name = '".concat(name).concat("'"));
        // ruleid: java-sql-injection
        connection.createStatement().executeUpdate("DELETE FROM account WHERE name = '" + name + "'");
        // ruleid: java-sql-injection
        PreparedStatement glued = connection.prepareStatement("SELECT * FROM account WHERE name = '" + name + "'");
        glued.executeQuery();
        // ruleid: java-sql-injection
        connection.prepareCall("{call " + name + "}");
        // ok: java-sql-injection
        PreparedStatement prepared = connection.prepareStatement("SELECT * FROM account WHERE name = ?");
        prepared.setString(1, name);
        // ok: java-sql-injection
        ResultSet rows = prepared.executeQuery();
        // ok: java-sql-injection
        statement.executeQuery("SELECT * FROM product ORDER BY " + ORDERS.get(name));
        // ok: java-sql-injection
        statement.executeQuery("SELECT * FROM product ORDER BY " + ORDERS.getOrDefault(name, "title"));
        // ok: java-sql-injection
        statement.executeQuery("SELECT * FROM product WHERE number = " + Integer.parseInt(name));
        // ok: java-sql-injection
        statement.executeQuery("SELECT * FROM product WHERE number = " + Long.valueOf(name));
        int number = Integer.parseInt(name);
        // ok: java-sql-injection
        statement.executeQuery("SELECT * FROM product WHERE number = " + number);
        boolean all = "all".equals(name);
        // ok: java-sql-injection
        statement.executeQuery("SELECT * FROM product WHERE shown = " + all);
        // ok: java-sql-injection
        statement.executeQuery("SELECT * FROM product ORDER BY title " + ("up".equals(name) ? "ASC" : "DESC"));
        // ok: java-sql-injection
        statement.executeQuery("SELECT * FROM account WHERE name = " + statement.enquoteLiteral(name));
        // ok: java-sql-injection
        executor.execute(() -> audit(name));
    }

    void sources(javax.servlet.http.HttpServletRequest request, Statement statement) throws Exception {
        // ruleid: java-sql-injection
        statement.execute("SELECT " + request.getHeader("X-Column"));
        // ruleid: java-sql-injection
        statement.execute("SELECT " + request.getQueryString());
        // ruleid: java-sql-injection
        statement.execute("SELECT " + request.getParameterValues("column")[0]);
        // ruleid: java-sql-injection
        statement.execute("SELECT " + request.getParameterMap().get("column")[0]);
        Enumeration<String> headers = request.getHeaders("X-Column");
        while (headers.hasMoreElements()) {
            // ruleid: java-sql-injection
            statement.execute("SELECT " + headers.nextElement());
        }
        for (javax.servlet.http.Cookie cookie : request.getCookies()) {
            String value = URLDecoder.decode(cookie.getValue(), StandardCharsets.UTF_8);
            // ruleid: java-sql-injection
            statement.execute("SELECT " + value);
        }
        // ok: java-sql-injection
        statement.execute("SELECT " + request.getAttribute("column"));
        // ok: java-sql-injection
        statement.execute("SELECT " + request.getServerPort());
        Wrapper wrapper = new Wrapper(request);
        // ruleid: java-sql-injection
        statement.execute("SELECT " + wrapper.getTheParameter("column"));
        // ok: java-sql-injection
        statement.execute("SELECT " + wrapper.locale());
        // ruleid: java-sql-injection
        statement.execute("SELECT " + column(request));
        // ok: java-sql-injection
        statement.execute("SELECT " + constant(request.getParameter("column")));
    }

    private String column(HttpServletRequest request) {
        String column = request.getParameter("column");
        return column == null ? "title" : column;
    }

    private String constant(String column) {
        return "title";
    }

    void containers(HttpServletRequest request, Statement statement) throws Exception {
        String name = request.getParameter("name");
        StringBuilder builder = new StringBuilder("SELECT * FROM account WHERE name = '");
        builder.append(name);
        builder.append("'");
        // ruleid: java-sql-injection
        statement.execute(builder.toString());
        StringBuilder harmless = new StringBuilder("SELECT * FROM account");
        harmless.append(" WHERE name = 'root'");
        // ok: java-sql-injection
        statement.execute(harmless.toString());
        Map<String, String> map = new HashMap<>();
        map.put("safe", "root");
        map.put("name", name);
        // ruleid: java-sql-injection
        statement.execute("SELECT * FROM account WHERE name = '" + map.get("name") + "'");
        // ok: java-sql-injection
        statement.execute("SELECT * FROM account WHERE name = '" + map.get("safe") + "'");
        List<String> list = new ArrayList<>();
        list.add("root");
        list.add(name);
        list.add("guest");
        // ok: java-sql-injection
        statement.execute("SELECT * FROM account WHERE name = '" + list.size() + "'");
        list.remove(0);
        // ruleid: java-sql-injection
        statement.execute("SELECT * FROM account WHERE name = '" + list.get(0) + "'");
        // ok: java-sql-injection
        statement.execute("SELECT * FROM account WHERE name = '" + list.get(1) + "'");
        String[] array = {"root", name};
        // ruleid: java-sql-injection
        statement.execute("SELECT * FROM account WHERE name = '" + array[1] + "'");
        // ok: java-sql-injection
        statement.execute("SELECT * FROM account WHERE name = '" + array[0] + "'");
        for (String part : name.split(",")) {
            // ruleid: java-sql-injection
            statement.execute("SELECT * FROM account WHERE name = '" + part + "'");
        }
        list.forEach(part -> {
            // ruleid: java-sql-injection
            statement.execute("SELECT * FROM account WHERE name = '" + part + "'");
        });
        String decoded = new String(Base64.getDecoder().decode(name.getBytes()));
        // ruleid: java-sql-injection
        statement.execute("SELECT * FROM account WHERE name = '" + decoded.trim() + "'");
    }

    void replaced(HttpServletRequest request, Statement statement) throws Exception {
        String name = request.getParameter("name");
        String other = name;
        other = "root";
        // ok: java-sql-injection
        statement.execute("SELECT * FROM account WHERE name = '" + other + "'");
        int number = 106;
        String chosen = (7 * 18) + number > 200 ? "root" : name;
        // ok: java-sql-injection
        statement.execute("SELECT * FROM account WHERE name = '" + chosen + "'");
        String taken = (7 * 18) + number > 2000 ? "root" : name;
        // ruleid: java-sql-injection
        statement.execute("SELECT * FROM account WHERE name = '" + taken + "'");
        String kept;
        if ((500 / 42) + number > 200) kept = name;
        else kept = "root";
        // ok: java-sql-injection
        statement.execute("SELECT * FROM account WHERE name = '" + kept + "'");
        String sort;
        switch (name) {
            case "price":
                sort = "cents";
                break;
            default:
                sort = "title";
        }
        // ok: java-sql-injection
        statement.execute("SELECT * FROM product ORDER BY " + sort);
    }

    void checked(HttpServletRequest request, Statement statement) throws Exception {
        String column = request.getParameter("column");
        if (!COLUMNS.contains(column)) {
            throw new IllegalArgumentException("column");
        }
        // ok: java-sql-injection
        statement.execute("SELECT " + column + " FROM product");
        String order = request.getParameter("order");
        if (order == null || !COLUMNS.contains(order)) {
            order = "title";
        }
        // ok: java-sql-injection
        statement.execute("SELECT * FROM product ORDER BY " + order);
        String table = request.getParameter("table");
        if (!table.matches("[a-z]+")) {
            return;
        }
        // ok: java-sql-injection
        statement.execute("SELECT * FROM " + table);
        String any = request.getParameter("any");
        if (!any.matches(".*")) {
            return;
        }
        // ruleid: java-sql-injection
        statement.execute("SELECT * FROM " + any);
        String bad = request.getParameter("bad");
        if (FORBIDDEN_WORDS.contains(bad)) {
            return;
        }
        // ruleid: java-sql-injection
        statement.execute("SELECT * FROM " + bad);
        // ok: java-sql-injection
        statement.execute("SELECT * FROM " + bad.replaceAll("[^A-Za-z]", ""));
    }
}

@RestController
class Controllers {
    private final JdbcTemplate jdbcTemplate;
    private final NamedParameterJdbcTemplate named;
    private EntityManager entityManager;

    @GetMapping("/account/{name}")
    List<Account> find(@PathVariable String name, @RequestParam(value = "sort", required = false) String sort,
            @RequestParam int page, @RequestHeader("X-Tenant") final String tenant) {
        // ruleid: java-sql-injection
        jdbcTemplate.query("SELECT * FROM account WHERE name = '" + name + "'", MAPPER);
        // ruleid: java-sql-injection
        jdbcTemplate.queryForList("SELECT * FROM account ORDER BY " + sort);
        // ruleid: java-sql-injection
        named.query("SELECT * FROM account WHERE tenant = " + tenant, Map.of(), MAPPER);
        // ruleid: java-sql-injection
        this.jdbcTemplate.update("UPDATE account SET name = '" + name + "'");
        // ok: java-sql-injection
        jdbcTemplate.query("SELECT * FROM account LIMIT " + page, MAPPER);
        // ok: java-sql-injection
        named.query("SELECT * FROM account WHERE tenant = :tenant", Map.of("tenant", tenant), MAPPER);
        // ok: java-sql-injection
        return jdbcTemplate.query("SELECT * FROM account WHERE name = ?", MAPPER, name);
    }

    @PostMapping("/search")
    List<Account> search(@RequestBody Search search, String unmarked) {
        // ruleid: java-sql-injection
        entityManager.createQuery("FROM Account WHERE name = '" + search.getName() + "'");
        // ruleid: java-sql-injection
        entityManager.createNativeQuery("SELECT * FROM account WHERE name = '" + unmarked + "'", Account.class);
        String query = """
            SELECT a FROM Account a WHERE a.name = '%s'
            """.formatted(search.getName());
        // ruleid: java-sql-injection
        entityManager.createQuery(query, Account.class);
        // ok: java-sql-injection
        entityManager.createQuery("FROM Account WHERE name = :name").setParameter("name", search.getName());
        Account account = repository.findByName(search.getName());
        // ok: java-sql-injection
        entityManager.createQuery("FROM Item WHERE number = " + account.getNumber());
        // ruleid: java-sql-injection
        return run("FROM Account WHERE name = '" + search.getName() + "'");
    }

    private List<Account> run(String statement) {
        // ruleid: java-sql-injection
        return entityManager.createQuery(statement).getResultList();
    }
}

class Resources {
    @GET
    public Response find(@QueryParam("name") String name, @DefaultValue("1") @QueryParam("page") Integer page) {
        // ruleid: java-sql-injection
        session.createSQLQuery("SELECT * FROM account WHERE name = '" + name + "'");
        // ok: java-sql-injection
        session.createSQLQuery("SELECT * FROM account LIMIT " + page);
        // ok: java-sql-injection
        return Response.ok(dao.find(name)).build();
    }
}

class Helpers extends HttpServlet {
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String name = request.getParameter("name");
        Statement statement = connection.createStatement();
        // ruleid: java-sql-injection
        statement.execute("SELECT " + passed(request, name));
        // ok: java-sql-injection
        statement.execute("SELECT " + replaced(request, name));
        // ruleid: java-sql-injection
        statement.execute("SELECT " + new Inner().fromMap(name));
        // ok: java-sql-injection
        statement.execute("SELECT " + new Inner().otherKey(name));
        // ok: java-sql-injection
        statement.execute("SELECT " + new Inner().quoted(name));
    }

    private static String passed(HttpServletRequest request, String name) {
        String value = name;
        if (name != null && name.length() > 1) {
            value = name.substring(1);
        }
        return value;
    }

    private static String replaced(HttpServletRequest request, String name) {
        int number = 106;
        String value = (7 * 18) + number > 200 ? "title" : name;
        return value;
    }

    private class Inner {
        public String fromMap(String name) {
            Map<String, Object> map = new HashMap<>();
            map.put("safe", "title");
            map.put("name", name);
            String value = (String) map.get("name");
            return value;
        }

        public String otherKey(String name) {
            Map<String, Object> map = new HashMap<>();
            map.put("safe", "title");
            map.put("name", name);
            String value = (String) map.get("name");
            value = (String) map.get("safe");
            return value;
        }

        public String quoted(String name) {
            String value = ESAPI.encoder().encodeForSQL(CODEC, name);
            return value;
        }
    }
}

class ArticleStore {
    private final JdbcTemplate jdbc;

    List<String> search(String words) {
        // ruleid: java-sql-injection
        return jdbc.queryForList("SELECT title FROM article WHERE title LIKE '%" + words + "%'", String.class);
    }

    List<String> recent(String words) {
        // ok: java-sql-injection
        return jdbc.queryForList("SELECT title FROM article_" + words, String.class);
    }
}

class ArticlePages {
    enum Column { title, created }

    private static final Pattern NAME = Pattern.compile("[a-z_]{1,30}");
    private final ArticleStore store;

    @GetMapping("/articles")
    List<String> find(@RequestParam String words) {
        return store.search(words);
    }

    @GetMapping("/articles/all")
    void all(@RequestParam String order, Handle handle) {
        StringBuilder sql = new StringBuilder("SELECT * FROM article");
        sql.append(" ORDER").append(" BY ").append(order);
        // ruleid: java-sql-injection
        handle.createQuery(sql.toString());
    }

    @GetMapping("/articles/ordered")
    void ordered(@RequestParam Column order, Handle handle) {
        // ok: java-sql-injection
        handle.createQuery("SELECT * FROM article ORDER BY " + order.name());
    }

    @GetMapping("/articles/named")
    void named(@RequestParam String order, Handle handle) {
        if (order == null || order.length() > 30 || !NAME.matcher(order).matches()) {
            throw new IllegalArgumentException("order");
        }
        // ok: java-sql-injection
        handle.createQuery("SELECT * FROM article ORDER BY " + order);
    }

    @GetMapping("/articles/checked")
    void checked(@RequestParam String order, Handle handle) {
        check(order);
        // ok: java-sql-injection
        handle.createQuery("SELECT * FROM article ORDER BY " + order);
    }

    private static void check(String text) {
        if (!NAME.matcher(text).matches()) {
            throw new IllegalArgumentException(text);
        }
    }
}
