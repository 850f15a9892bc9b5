import javax.servlet.http.HttpServletRequest;
import javax.xml.xpath.*;

class Users {
    void find(HttpServletRequest request, org.w3c.dom.Document document) throws Exception {
        String name = request.getParameter("name");
        XPath xpath = XPathFactory.newInstance().newXPath();
        String query = "/users/user[@name='" + name + "']";
        // ruleid: java-xpath-injection
        xpath.evaluate(query, document, XPathConstants.NODESET);
        // ruleid: java-xpath-injection
        XPathExpression compiled = xpath.compile(query);
        // ok: java-xpath-injection
        compiled.evaluate(document);
        // ruleid: java-xpath-injection
        XPathFactory.newInstance().newXPath().evaluate(query, document);
        // ruleid: java-xpath-injection
        tree.selectSingleNode("/users/user[@name='" + name + "']");
        // ok: java-xpath-injection
        xpath.evaluate("/users/user[@name=$name]", document);
        // ok: java-xpath-injection
        xpath.evaluate("/users/user[@number=" + Integer.parseInt(name) + "]", document);
        // ok: java-xpath-injection
        xpath.compile("/users/user[@name='" + ESAPI.encoder().encodeForXPath(name) + "']");
        // ok: java-xpath-injection
        Pattern.compile(name);
        query = "/users/user";
        // ok: java-xpath-injection
        xpath.evaluate(query, document);
    }
}

class Catalogues {
    @GetMapping("/catalogue")
    void find(@RequestParam String kind, XPathCompiler compiler, JXPathContext context) throws Exception {
        // ruleid: java-xpath-injection
        compiler.evaluate("//part[@kind='" + kind + "']", document);
        // ruleid: java-xpath-injection
        context.getValue("part[kind='" + kind + "']");
        compiler.declareVariable(new QName("kind"));
        // ok: java-xpath-injection
        compiler.compile("//part[@kind=$kind]").load().setVariable(new QName("kind"), new XdmAtomicValue(kind));
        // ok: java-xpath-injection
        context.getValue("part[kind=$kind]");
    }
}
