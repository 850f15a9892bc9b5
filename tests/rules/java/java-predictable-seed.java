import java.security.SecureRandom;

class Keys {
    void create() {
        // ruleid: java-predictable-seed
        SecureRandom constant = new SecureRandom("shop".getBytes());
        SecureRandom time = new SecureRandom();
        // ruleid: java-predictable-seed
        time.setSeed(System.currentTimeMillis());
        SecureRandom number = new SecureRandom();
        // ruleid: java-predictable-seed
        number.setSeed(42L);
        // ok: java-predictable-seed
        SecureRandom strong = new SecureRandom();
        strong.nextBytes(key);
        // ok: java-predictable-seed
        strong.setSeed(System.nanoTime());
        // ok: java-predictable-seed
        strong.setSeed(strong.generateSeed(16));
        Random simulation = new Random();
        // ok: java-predictable-seed
        simulation.setSeed(42L);
    }
}
