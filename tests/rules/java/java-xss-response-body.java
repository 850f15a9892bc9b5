import org.springframework.web.bind.annotation.*;

@RestController
class Greeting {
    @GetMapping("/hello")
    String hello(@RequestParam String name) {
        // ruleid: java-xss-response-body
        return "Hello " + name;
    }

    @GetMapping("/entity")
    ResponseEntity<String> entity(@RequestParam String name) {
        if (name.isEmpty()) {
            // ruleid: java-xss-response-body
            return ResponseEntity.badRequest().body("not found: " + name);
        }
        // ruleid: java-xss-response-body
        return ResponseEntity.ok("Hello " + name);
    }

    @GetMapping("/escaped")
    String escaped(@RequestParam String name) {
        // ok: java-xss-response-body
        return "Hello " + HtmlUtils.htmlEscape(name);
    }

    @GetMapping(value = "/plain", produces = MediaType.TEXT_PLAIN_VALUE)
    String plain(@RequestParam String name) {
        // ok: java-xss-response-body
        return "Hello " + name;
    }

    @GetMapping("/object")
    Greeting object(@RequestParam String name) {
        // ok: java-xss-response-body
        return new Greeting(name);
    }

    @GetMapping("/number/{number}")
    String number(@PathVariable int number) {
        // ok: java-xss-response-body
        return "Number " + number;
    }

    @GetMapping("/constant")
    String constant(@RequestParam String name) {
        log.info(name);
        // ok: java-xss-response-body
        return "done";
    }
}

@Controller
class Pages {
    @GetMapping("/page")
    String page(@RequestParam String name) {
        // ok: java-xss-response-body
        return "pages/" + name;
    }

    @GetMapping("/body")
    @ResponseBody
    String body(@RequestParam String name) {
        // ruleid: java-xss-response-body
        return "Hello " + name;
    }
}
