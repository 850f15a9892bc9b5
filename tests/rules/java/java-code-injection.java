import groovy.lang.GroovyShell;
import javax.script.*;

class Calculator {
    void calculate(@RequestParam String formula, @RequestParam double amount) throws ScriptException {
        ScriptEngine engine = new ScriptEngineManager().getEngineByName("js");
        // ruleid: java-code-injection
        engine.eval(formula);
        // ruleid: java-code-injection
        engine.eval("result = " + formula);
        // ruleid: java-code-injection
        new GroovyShell().evaluate(formula);
        GroovyShell shell = new GroovyShell();
        // ruleid: java-code-injection
        shell.parse(formula);
        engine.put("formula", formula);
        // ok: java-code-injection
        engine.eval("Number(formula) * 1.19");
        // ok: java-code-injection
        engine.eval("result = " + amount);
        // ok: java-code-injection
        parser.eval(formula);
        // ok: java-code-injection
        engine.eval("result = " + Integer.parseInt(formula));
    }
}

class Scripts {
    @PostMapping("/script")
    void run(@RequestBody String text, JShell shell, KieFileSystem rules) {
        // ruleid: java-code-injection
        shell.eval(text);
        // ok: java-code-injection
        shell.eval("1 + 1");
        // ruleid: java-code-injection
        rules.write("src/main/resources/rules.drl", text);
        // ok: java-code-injection
        rules.write("src/main/resources/rules.drl", RULES);
    }
}
