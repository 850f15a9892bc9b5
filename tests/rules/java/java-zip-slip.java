import java.util.zip.*;

class Unpacker {
    void unpack(ZipInputStream archive, File folder, Path target) throws IOException {
        ZipEntry entry;
        while ((entry = archive.getNextEntry()) != null) {
            String name = entry.getName();
            // ruleid: java-zip-slip
            File file = new File(folder, entry.getName());
            // ruleid: java-zip-slip
            Path path = target.resolve(name);
            // ruleid: java-zip-slip
            new FileOutputStream(folder + "/" + name);
            // ok: java-zip-slip
            new File(folder, new File(name).getName());
            // ok: java-zip-slip
            logger.info("unpacked " + name);
            // ok: java-zip-slip
            new File(folder, "manifest");
            // ok: java-zip-slip
            names.add(name);
        }
    }

    void checked(ZipInputStream archive, Path target) throws IOException {
        ZipEntry entry;
        while ((entry = archive.getNextEntry()) != null) {
            // ok: java-zip-slip
            Path path = target.resolve(entry.getName()).normalize();
            if (!path.startsWith(target)) {
                throw new IOException("outside");
            }
            Files.copy(archive, path);
        }
    }

    void dots(JarFile archive, Path target) throws IOException {
        for (JarEntry entry : Collections.list(archive.entries())) {
            String name = entry.getName();
            if (name.contains("..")) {
                continue;
            }
            // ok: java-zip-slip
            Files.copy(archive.getInputStream(entry), target.resolve(name));
        }
    }
}
