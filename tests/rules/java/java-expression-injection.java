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

class VoucherCheck implements ConstraintValidator<Voucher, String> {
    private final EvaluationContext narrow = SimpleEvaluationContext.forReadOnlyDataBinding().build();

    public boolean isValid(String text, ConstraintValidatorContext context) {
        // ruleid: java-expression-injection
        context.buildConstraintViolationWithTemplate("Voucher " + text + " is unknown").addConstraintViolation();
        // ok: java-expression-injection
        context.buildConstraintViolationWithTemplate("This voucher is unknown").addConstraintViolation();
        return false;
    }

    @GetMapping("/sum")
    Object sum(@RequestParam String text, ExpressionParser parser) {
        // ok: java-expression-injection
        return parser.parseExpression(text).getValue(narrow);
    }
}
