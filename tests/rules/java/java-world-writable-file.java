class Exporter {
    void write(File file, Set<PosixFilePermission> rights) {
        // ruleid: java-world-writable-file
        file.setWritable(true, false);
        // ruleid: java-world-writable-file
        PosixFilePermissions.fromString("rw-rw-rw-");
        // ruleid: java-world-writable-file
        rights.add(PosixFilePermission.OTHERS_WRITE);
        // ok: java-world-writable-file
        file.setWritable(true);
        // ok: java-world-writable-file
        file.setWritable(true, true);
        // ok: java-world-writable-file
        file.setWritable(false, false);
        // ok: java-world-writable-file
        PosixFilePermissions.fromString("rw-r--r--");
        // ok: java-world-writable-file
        rights.add(PosixFilePermission.OWNER_WRITE);
    }
}
