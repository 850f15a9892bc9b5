import java.util.regex.Pattern;

class Search {
    void find(@RequestParam String expression) {
        // ruleid: java-regex-injection
        Pattern.compile(expression);
        // ruleid: java-regex-injection
        Pattern.compile("^" + expression + "$", Pattern.CASE_INSENSITIVE);
        // ruleid: java-regex-injection
        Pattern.matches(expression, title);
        // ok: java-regex-injection
        Pattern.compile(Pattern.quote(expression));
        // ok: java-regex-injection
        Pattern.compile(expression, Pattern.LITERAL);
        // ok: java-regex-injection
        Pattern.matches("[a-z]+", expression);
        // ok: java-regex-injection
        Pattern.compile("[a-z]+").matcher(expression).find();
    }
}
