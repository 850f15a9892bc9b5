import com.thoughtworks.xstream.XStream;
import java.io.*;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

class Import {
    void load(HttpServletRequest request) throws Exception {
        // ruleid: java-deserialization
        ObjectInputStream stream = new ObjectInputStream(request.getInputStream());
        stream.readObject();
        byte[] bytes = Base64.getDecoder().decode(request.getParameter("state"));
        // ruleid: java-deserialization
        new ObjectInputStream(new ByteArrayInputStream(bytes)).readObject();
        // ruleid: java-deserialization
        SerializationUtils.deserialize(bytes);
        // ruleid: java-deserialization
        new XMLDecoder(request.getInputStream()).readObject();
        XStream xstream = new XStream();
        // ruleid: java-deserialization
        xstream.fromXML(request.getReader());
        Yaml yaml = new Yaml();
        // ruleid: java-deserialization
        yaml.load(request.getParameter("settings"));
        // ok: java-deserialization
        new ObjectMapper().readValue(bytes, Order.class);
        // ok: java-deserialization
        new ObjectInputStream(new FileInputStream("state.bin")).readObject();
        // ok: java-deserialization
        new DataInputStream(request.getInputStream()).readInt();
        // ok: java-deserialization
        new ObjectOutputStream(response.getOutputStream()).writeObject(bytes);
    }

    void filtered(HttpServletRequest request) throws Exception {
        // ok: java-deserialization
        ObjectInputStream stream = new ObjectInputStream(request.getInputStream());
        stream.setObjectInputFilter(FILTER);
        stream.readObject();
    }

    void safe(@RequestBody String body) {
        Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
        // ok: java-deserialization
        yaml.load(body);
    }

    void allowed(@RequestBody String body) {
        XStream xstream = new XStream();
        xstream.allowTypes(new Class[] {Order.class});
        // ok: java-deserialization
        xstream.fromXML(body);
    }
}

class Baskets {
    private final XStream narrow = new XStream();
    private final XStream open = new XStream();

    void prepare() {
        narrow.allowTypes(new Class[] {Basket.class});
    }

    @PostMapping("/basket")
    Object basket(@RequestBody String text) {
        // ok: java-deserialization
        narrow.fromXML(text);
        // ruleid: java-deserialization
        return open.fromXML(text);
    }

    @PostMapping("/basket/bytes")
    Object bytes(@RequestBody String text) throws Exception {
        return restore(Base64.getDecoder().decode(text));
    }

    private Object restore(byte[] bytes) throws Exception {
        // ruleid: java-deserialization
        return new ObjectInputStream(new ByteArrayInputStream(bytes)).readObject();
    }

    private Object cached(byte[] bytes) throws Exception {
        // ok: java-deserialization
        return new ObjectInputStream(new ByteArrayInputStream(bytes)).readObject();
    }
}

class Pipelines {
    @POST
    public void create(String text) {
        // ruleid: java-deserialization
        new Yaml().load(text);
        // ok: java-deserialization
        new ObjectMapper().readTree(text);
    }
}
