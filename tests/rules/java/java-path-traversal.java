import java.io.*;
import java.nio.file.*;
import javax.servlet.http.HttpServletRequest;
import org.apache.commons.io.FilenameUtils;
import org.springframework.web.multipart.MultipartFile;

class Downloads {
    private static final Path FOLDER = Path.of("/srv/files");

    void load(HttpServletRequest request) throws IOException {
        String name = request.getParameter("name");
        // ruleid: java-path-traversal
        File file = new File("/srv/files", name);
        // ok: java-path-traversal
        FileInputStream opened = new FileInputStream(file);
        // ruleid: java-path-traversal
        new File("/srv/files/" + name + ".txt").delete();
        // ruleid: java-path-traversal
        new java.io.FileInputStream("/srv/files/" + name);
        // ruleid: java-path-traversal
        FileOutputStream out = new FileOutputStream("/srv/files/" + name, false);
        // ruleid: java-path-traversal
        Files.readAllBytes(Paths.get("/srv/files", name));
        // ruleid: java-path-traversal
        Path path = FOLDER.resolve(name);
        // ok: java-path-traversal
        Files.newInputStream(path);
        // ruleid: java-path-traversal
        getServletContext().getRealPath(name);
        // ruleid: java-path-traversal
        new FileReader(name);
        // ok: java-path-traversal
        new File("/srv/files", FilenameUtils.getName(name));
        // ok: java-path-traversal
        new File("/srv/files", new File(name).getName());
        // ok: java-path-traversal
        FOLDER.resolve(Paths.get(name).getFileName());
        // ok: java-path-traversal
        new File("/srv/files", Integer.parseInt(name) + ".txt");
        // ok: java-path-traversal
        Files.readAllBytes(FOLDER.resolve(UUID.fromString(name) + ".txt"));
        // ok: java-path-traversal
        new StringReader(name);
        name = "index.html";
        // ok: java-path-traversal
        new File("/srv/files", name);
    }

    @PostMapping("/upload")
    void upload(@RequestParam("file") MultipartFile file) throws IOException {
        // ruleid: java-path-traversal
        file.transferTo(new File("/srv/files/" + file.getOriginalFilename()));
        // ok: java-path-traversal
        file.transferTo(new File("/srv/files/" + UUID.randomUUID()));
        // ok: java-path-traversal
        Files.createTempFile("upload", ".bin");
    }

    void part(javax.servlet.http.Part part) throws IOException {
        // ruleid: java-path-traversal
        Files.copy(part.getInputStream(), FOLDER.resolve(part.getSubmittedFileName()));
    }

    byte[] checked(@PathVariable String name) throws IOException {
        // ok: java-path-traversal
        Path file = FOLDER.resolve(name).normalize();
        if (!file.startsWith(FOLDER)) {
            throw new IOException("outside");
        }
        return Files.readAllBytes(file);
    }

    void canonical(@PathVariable String name) throws IOException {
        // ok: java-path-traversal
        File file = new File("/srv/files", name);
        if (!file.getCanonicalPath().startsWith("/srv/files/")) {
            throw new IOException("outside");
        }
        Files.delete(file.toPath());
    }

    void refused(@PathVariable String name) throws IOException {
        if (name.contains("..")) {
            throw new IOException("outside");
        }
        // ok: java-path-traversal
        Files.delete(FOLDER.resolve(name));
    }

    void unrelated(@PathVariable String name) throws IOException {
        if (name.startsWith("/")) {
            name = name.substring(1);
        }
        // ruleid: java-path-traversal
        Files.delete(FOLDER.resolve(name));
    }
}

class Papers {
    private static final Path FOLDER = Path.of("/srv/papers");

    @GetMapping("/paper")
    byte[] read(@RequestParam String name) throws IOException {
        // ruleid: java-path-traversal
        Path path = Paths.get(FOLDER.toString(), name);
        if (!path.startsWith(FOLDER)) {
            throw new IllegalArgumentException(name);
        }
        return Files.readAllBytes(path);
    }

    @GetMapping("/paper/safe")
    byte[] safe(@RequestParam String name) throws IOException {
        // ok: java-path-traversal
        Path path = Paths.get(FOLDER.toString(), name).normalize();
        if (!path.startsWith(FOLDER)) {
            throw new IllegalArgumentException(name);
        }
        return Files.readAllBytes(path);
    }
}
