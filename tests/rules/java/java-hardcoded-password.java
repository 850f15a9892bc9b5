class Database {
    void open(HikariDataSource source, String configured) throws Exception {
        // ruleid: java-hardcoded-password
        DriverManager.getConnection("jdbc:postgresql://db.example/shop", "shop", "Tr0ub4dor");
        // ruleid: java-hardcoded-password
        source.setPassword("Tr0ub4dor");
        // ruleid: java-hardcoded-password
        new PasswordAuthentication("mailer", "Tr0ub4dor".toCharArray());
        // ruleid: java-hardcoded-password
        headers.setBasicAuth("shop", "Tr0ub4dor");
        // ok: java-hardcoded-password
        DriverManager.getConnection("jdbc:h2:mem:shop", "sa", "");
        // ok: java-hardcoded-password
        source.setPassword(configured);
        // ok: java-hardcoded-password
        source.setPassword("${DB_PASSWORD}");
        // ok: java-hardcoded-password
        headers.setBasicAuth("shop", System.getenv("API_PASSWORD"));
    }
}
