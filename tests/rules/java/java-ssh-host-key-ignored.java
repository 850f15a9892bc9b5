import com.jcraft.jsch.JSch;
import com.jcraft.jsch.Session;
import java.security.PublicKey;
import java.util.Map;
import java.util.Properties;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.transport.verification.HostKeyVerifier;
import net.schmizz.sshj.transport.verification.PromiscuousVerifier;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.keyverifier.KnownHostsServerKeyVerifier;
import org.apache.sshd.client.keyverifier.RejectAllServerKeyVerifier;

class Connections {
    void jsch(JSch client, Session session, String strict) throws Exception {
        // ruleid: java-ssh-host-key-ignored
        session.setConfig("StrictHostKeyChecking", "no");
        // ok: java-ssh-host-key-ignored
        session.setConfig("StrictHostKeyChecking", "yes");
        // ok: java-ssh-host-key-ignored
        session.setConfig("PreferredAuthentications", "no");
        // ruleid: java-ssh-host-key-ignored
        JSch.setConfig("StrictHostKeyChecking", "no");
        // ok: java-ssh-host-key-ignored
        session.setConfig("StrictHostKeyChecking", strict);
        // ok: java-ssh-host-key-ignored
        client.setKnownHosts("/etc/ssh/ssh_known_hosts");
    }

    void settings(Properties config, Map<String, String> map) {
        // ruleid: java-ssh-host-key-ignored
        config.put("StrictHostKeyChecking", "no");
        // ruleid: java-ssh-host-key-ignored
        config.setProperty("StrictHostKeyChecking", "no");
        // ok: java-ssh-host-key-ignored
        config.setProperty("StrictHostKeyChecking", "ask");
        // ok: java-ssh-host-key-ignored
        map.put("checking", "no");
    }

    void sshj(SSHClient client, HostKeyVerifier known) throws Exception {
        // ruleid: java-ssh-host-key-ignored
        client.addHostKeyVerifier(new PromiscuousVerifier());
        // ruleid: java-ssh-host-key-ignored
        client.addHostKeyVerifier((host, port, key) -> true);
        // ok: java-ssh-host-key-ignored
        client.addHostKeyVerifier((host, port, key) -> known.verify(host, port, key));
        // ok: java-ssh-host-key-ignored
        client.addHostKeyVerifier("f4:0f:82:de:cf:22:5e:4a:7b:b5:2f:d7:ac:13:ff:1c");
        // ok: java-ssh-host-key-ignored
        client.loadKnownHosts();
    }

    void mina(SshClient client, java.nio.file.Path hosts) {
        // ruleid: java-ssh-host-key-ignored
        client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
        // ruleid: java-ssh-host-key-ignored
        client.setServerKeyVerifier((session, address, key) -> true);
        // ok: java-ssh-host-key-ignored
        client.setServerKeyVerifier(new KnownHostsServerKeyVerifier(RejectAllServerKeyVerifier.INSTANCE, hosts));
    }
}

class Anybody implements HostKeyVerifier {
    // ruleid: java-ssh-host-key-ignored
    public boolean verify(String host, int port, PublicKey key) {
        return true;
    }
}

class Pinned implements HostKeyVerifier {
    private final PublicKey expected;

    // ok: java-ssh-host-key-ignored
    public boolean verify(String host, int port, PublicKey key) {
        return expected.equals(key);
    }
}
