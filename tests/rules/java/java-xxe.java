import javax.xml.parsers.*;
import javax.xml.stream.*;
import org.xml.sax.*;

class Orders {
    void document(InputStream stream) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        DocumentBuilder builder = factory.newDocumentBuilder();
        // ruleid: java-xxe
        builder.parse(stream);
        // ruleid: java-xxe
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(stream);
    }

    void documentWithout(InputStream stream) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        DocumentBuilder builder = factory.newDocumentBuilder();
        // ok: java-xxe
        builder.parse(stream);
    }

    void documentWith(InputStream stream) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", false);
        // ruleid: java-xxe
        factory.newDocumentBuilder().parse(stream);
    }

    void documentHelper(InputStream stream) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        harden(factory);
        // ok: java-xxe
        factory.newDocumentBuilder().parse(stream);
    }

    void documentResolver(InputStream stream) throws Exception {
        DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        builder.setEntityResolver((publicId, systemId) -> new InputSource(new StringReader("")));
        // ok: java-xxe
        builder.parse(stream);
    }

    void empty() throws Exception {
        DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        // ok: java-xxe
        builder.newDocument();
    }

    void sax(InputStream stream) throws Exception {
        SAXParserFactory factory = SAXParserFactory.newInstance();
        SAXParser parser = factory.newSAXParser();
        // ruleid: java-xxe
        parser.parse(stream, handler);
    }

    void saxWithout(InputStream stream) throws Exception {
        SAXParserFactory factory = SAXParserFactory.newInstance();
        factory.setFeature("http://xml.org/sax/features/external-general-entities", false);
        SAXParser parser = factory.newSAXParser();
        // ok: java-xxe
        parser.parse(stream, handler);
    }

    void stream(Reader reader) throws Exception {
        XMLInputFactory factory = XMLInputFactory.newInstance();
        // ruleid: java-xxe
        factory.createXMLStreamReader(reader);
    }

    void streamWithout(Reader reader) throws Exception {
        XMLInputFactory factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        // ok: java-xxe
        factory.createXMLStreamReader(reader);
    }

    void reader(InputSource source) throws Exception {
        XMLReader reader = XMLReaderFactory.createXMLReader();
        // ruleid: java-xxe
        reader.parse(source);
    }

    void builder(InputStream stream) throws Exception {
        SAXBuilder builder = new SAXBuilder();
        // ruleid: java-xxe
        builder.build(stream);
    }

    void given(DocumentBuilder builder, InputStream stream) throws Exception {
        // ok: java-xxe
        builder.parse(stream);
    }
}

class Sheets {
    void render(InputStream stream, Result result) throws Exception {
        Transformer plain = TransformerFactory.newInstance().newTransformer();
        // ruleid: java-xxe
        plain.transform(new StreamSource(stream), result);
        // ok: java-xxe
        plain.transform(new DOMSource(tree), result);
    }

    void safe(InputStream stream, Result result) throws Exception {
        TransformerFactory factory = TransformerFactory.newInstance();
        factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        // ok: java-xxe
        factory.newTransformer().transform(new StreamSource(stream), result);
    }

    Document own() throws Exception {
        try (InputStream stream = Sheets.class.getResourceAsStream("/menu.xml")) {
            // ok: java-xxe
            return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(stream);
        }
    }
}
