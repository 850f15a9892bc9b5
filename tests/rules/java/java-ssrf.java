import java.net.*;
import java.net.http.HttpRequest;
import org.springframework.web.client.RestTemplate;

class Preview {
    private static final Set<String> HOSTS = Set.of("a.example", "b.example");
    private RestTemplate restTemplate;
    private WebClient webClient;

    @GetMapping("/preview")
    void preview(@RequestParam String url, @RequestParam String page) throws Exception {
        // ruleid: java-ssrf
        restTemplate.getForObject(url, String.class);
        // ruleid: java-ssrf
        new RestTemplate().exchange("http://" + url + "/x", HttpMethod.GET, null, String.class);
        // ruleid: java-ssrf
        new URL(url).openStream();
        URL address = new URL(url);
        // ruleid: java-ssrf
        HttpURLConnection connection = (HttpURLConnection) address.openConnection();
        // ruleid: java-ssrf
        HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
        // ruleid: java-ssrf
        HttpRequest.newBuilder().uri(URI.create(url)).GET().build();
        // ruleid: java-ssrf
        new HttpGet(url);
        // ruleid: java-ssrf
        webClient.get().uri(url).retrieve();
        // ruleid: java-ssrf
        Jsoup.connect(url).get();
        // ruleid: java-ssrf
        new okhttp3.Request.Builder().url(url).build();
        // ok: java-ssrf
        restTemplate.getForObject("https://pages.example/{page}", String.class, page);
        // ok: java-ssrf
        restTemplate.getForObject("https://pages.example/" + page, String.class);
        // ok: java-ssrf
        new URL("https://pages.example/?q=" + page).openStream();
        // ok: java-ssrf
        new URL(url).getHost();
        // ok: java-ssrf
        webClient.get().uri("/pages/{page}", page).retrieve();
        // ok: java-ssrf
        webClient.post().uri("/pages").bodyValue(page).retrieve();
        // ok: java-ssrf
        restTemplate.postForObject("https://pages.example/", page, String.class);
        // ok: java-ssrf
        new HttpGet(String.format("https://pages.example/%s", page));
        // ok: java-ssrf
        repository.delete(url);
    }

    void checked(@RequestParam String url) throws Exception {
        URI address = URI.create(url);
        if (!HOSTS.contains(address.getHost())) {
            throw new IllegalArgumentException("host");
        }
        // ok: java-ssrf
        HttpRequest.newBuilder(address).build();
    }

    void variable(@RequestParam String url) throws Exception {
        URL address = new URL(url);
        String host = address.getHost();
        if (!HOSTS.contains(host)) {
            return;
        }
        // ok: java-ssrf
        address.openStream();
    }
}

class Feeds {
    private static final String OPEN = "https://feeds.example.com";
    private static final String CLOSED = "https://feeds.example.com/";

    @GetMapping("/feed")
    void load(@RequestParam String address, OkHttpClient client) {
        if (!address.startsWith(OPEN)) {
            throw new IllegalArgumentException(address);
        }
        // ruleid: java-ssrf
        client.newCall(new Request.Builder().head().url(address).build());
    }

    @GetMapping("/feed/closed")
    void closed(@RequestParam String address, OkHttpClient client) {
        if (!address.startsWith(CLOSED)) {
            throw new IllegalArgumentException(address);
        }
        // ok: java-ssrf
        client.newCall(new Request.Builder().head().url(address).build());
    }
}
