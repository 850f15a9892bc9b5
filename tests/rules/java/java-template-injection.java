import freemarker.template.Configuration;
import freemarker.template.Template;
import org.apache.velocity.app.Velocity;
import org.thymeleaf.TemplateEngine;

class Letters {
    private TemplateEngine engine;

    void letter(@RequestParam String text, Writer out) throws Exception {
        // ruleid: java-template-injection
        Template template = new Template("letter", new StringReader("Dear " + text), configuration);
        // ruleid: java-template-injection
        new Template("letter", text, configuration);
        // ruleid: java-template-injection
        Velocity.evaluate(context, out, "letter", text);
        // ruleid: java-template-injection
        engine.process("<p>" + text + "</p>", context);
        // ok: java-template-injection
        engine.process("letter", new Context(Locale.ENGLISH, Map.of("text", text)));
        // ok: java-template-injection
        configuration.getTemplate("letter.ftl").process(Map.of("text", text), out);
        // ok: java-template-injection
        Velocity.evaluate(new VelocityContext(Map.of("text", text)), out, "letter", "Dear $text");
        // ok: java-template-injection
        new Template("letter", new StringReader("Dear ${text}"), configuration);
    }
}
