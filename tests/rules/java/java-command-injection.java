import java.util.ArrayList;
import java.util.List;
import javax.servlet.http.HttpServletRequest;
import org.apache.commons.exec.CommandLine;

class Ping {
    private static final List<String> HOSTS = List.of("a.example", "b.example");

    void run(HttpServletRequest request) throws Exception {
        String host = request.getParameter("host");
        // ruleid: java-command-injection
        Runtime.getRuntime().exec("ping -c 1 " + host);
        Runtime runtime = Runtime.getRuntime();
        String[] arguments = {"/bin/sh", "-c", "ping " + host};
        // ruleid: java-command-injection
        runtime.exec(arguments);
        String[] environment = {host};
        // ruleid: java-command-injection
        runtime.exec("ping", environment);
        // ruleid: java-command-injection
        new ProcessBuilder(host, "-c", "1").start();
        // ruleid: java-command-injection
        new ProcessBuilder("sh", "-c", "ping " + host).start();
        // ruleid: java-command-injection
        new ProcessBuilder("C:\\Windows\\cmd.exe", "/c", "ping " + host).start();
        List<String> parts = new ArrayList<>();
        parts.add("sh");
        parts.add("-c");
        parts.add("echo " + host);
        ProcessBuilder builder = new ProcessBuilder();
        // ruleid: java-command-injection
        builder.command(parts);
        // ruleid: java-command-injection
        CommandLine.parse("ping " + host);
        // ok: java-command-injection
        new ProcessBuilder("ping", "-c", "1", host).start();
        // ok: java-command-injection
        new ProcessBuilder("sh", "-c", "uptime").start();
        // ok: java-command-injection
        runtime.exec(new String[] {"ping", "-c", String.valueOf(Integer.parseInt(host))});
        // ok: java-command-injection
        runtime.exec("uptime");
        // ok: java-command-injection
        statement.exec(host);
        String[] constant = {"sh", "-c", "uptime"};
        // ok: java-command-injection
        runtime.exec(constant);
        if ("up".equals(host)) {
            // ok: java-command-injection
            runtime.exec("uptime");
        }
    }

    void checked(@RequestParam String host, @RequestParam int count) throws Exception {
        // ok: java-command-injection
        Runtime.getRuntime().exec("ping -c " + count + " a.example");
        if (HOSTS.contains(host)) {
            // ok: java-command-injection
            Runtime.getRuntime().exec("ping -c 1 " + host);
        }
    }
}

class Machines {
    private static final String COUNT = "printf '%s' \"$1\" | wc -c";

    @GetMapping("/machine")
    void run(@RequestParam String unit, ChannelExec channel, ClientSession session) throws Exception {
        // ruleid: java-command-injection
        channel.setCommand("systemctl status " + unit);
        // ok: java-command-injection
        channel.setCommand("systemctl status shop");
        // ruleid: java-command-injection
        session.executeRemoteCommand("cat /var/log/" + unit);
        // ruleid: java-command-injection
        new ProcessBuilder(List.of("bash", "-c", "ls " + unit)).start();
        // ok: java-command-injection
        new ProcessBuilder(List.of("ls", "--", unit)).start();
        // ok: java-command-injection
        new ProcessBuilder("sh", "-c", COUNT, "sh", unit).start();
        List<String> words = List.of("ls", "--", unit);
        // ok: java-command-injection
        new ProcessBuilder(words).start();
        // ok: java-command-injection
        Runtime.getRuntime().exec(new String[] {"ls", "--", unit});
    }
}
