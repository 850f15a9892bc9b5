import org.springframework.expression.ExpressionParser;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.SimpleEvaluationContext;

class Prices {
    private final ExpressionParser parser = new SpelExpressionParser();

    void price(@RequestParam String formula) {
        // ruleid: java-expression-injection
        parser.parseExpression(formula).getValue();
        // ruleid: java-expression-injection
        new SpelExpressionParser().parseExpression("price * " + formula);
        // ruleid: java-expression-injection
        Ognl.getValue(formula, root);
        // ruleid: java-expression-injection
        MVEL.eval(formula);
        // ruleid: java-expression-injection
        factory.createValueExpression(context, "${" + formula + "}", String.class);
        // ok: java-expression-injection
        parser.parseExpression("#amount * 1.19").getValue(context);
        // ok: java-expression-injection
        context.setVariable("amount", formula);
        // ok: java-expression-injection
        MVEL.eval("amount * 1.19", Map.of("amount", formula));
        // ok: java-expression-injection
        parser.parseExpression("price * " + Double.parseDouble(formula));
    }

    void simple(@RequestParam String formula) {
        SimpleEvaluationContext context = SimpleEvaluationContext.forReadOnlyDataBinding().build();
        // ok: java-expression-injection
        parser.parseExpression(formula).getValue(context);
    }
}
