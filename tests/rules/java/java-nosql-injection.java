import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import org.bson.Document;
import org.springframework.data.mongodb.core.query.*;

class Users {
    @GetMapping("/user")
    User find(@RequestParam String name, @RequestParam String filter, @RequestParam int age) {
        // ruleid: java-nosql-injection
        mongo.find(new BasicQuery("{name: '" + name + "'}"), User.class);
        // ruleid: java-nosql-injection
        collection.find(Document.parse(filter));
        // ruleid: java-nosql-injection
        collection.find(Filters.where("this.name == '" + name + "'"));
        // ruleid: java-nosql-injection
        collection.find(new Document("$where", "this.name == '" + name + "'"));
        // ok: java-nosql-injection
        collection.find(Filters.eq("name", name));
        // ok: java-nosql-injection
        collection.find(new Document("name", name));
        // ok: java-nosql-injection
        mongo.find(new BasicQuery("{age: " + age + "}"), User.class);
        // ok: java-nosql-injection
        mongo.find(new BasicQuery("{admin: true}"), User.class);
        // ok: java-nosql-injection
        return mongo.findOne(new Query(Criteria.where("name").is(name)), User.class);
    }
}
