import java.util.Random;
import java.security.SecureRandom;

class Tokens {
    private final Random shared = new SecureRandom();
    private final Random weak = new Random();

    void create(HttpServletResponse response) {
        Random random = new Random();
        // ruleid: java-weak-random
        String token = Long.toHexString(random.nextLong());
        // ruleid: java-weak-random
        String rememberMe = Double.toString(Math.random()).substring(2);
        // ruleid: java-weak-random
        int otp = new java.util.Random().nextInt(999999);
        // ruleid: java-weak-random
        String password = RandomStringUtils.randomAlphanumeric(12);
        // ruleid: java-weak-random
        String sessionKey = "k" + ThreadLocalRandom.current().nextInt();
        // ruleid: java-weak-random
        String csrfToken = Long.toString(weak.nextLong());
        byte[] salt = new byte[16];
        random.nextBytes(salt);
        // ruleid: java-weak-random
        new PBEKeySpec(characters, salt, 1000, 256);
        float number = random.nextFloat();
        // ruleid: java-weak-random
        String resetToken = Float.toString(number).substring(2);
        // ruleid: java-weak-random
        response.addCookie(new Cookie("visitor", Integer.toString(random.nextInt())));
        // ok: java-weak-random
        int position = random.nextInt(10);
        // ok: java-weak-random
        Color color = new Color(random.nextInt());
        // ok: java-weak-random
        long delay = (long) (Math.random() * 1000);
        // ok: java-weak-random
        int tokenIndex = random.nextInt(tokens.length);
        // ok: java-weak-random
        String secret = Long.toHexString(shared.nextLong());
        // ok: java-weak-random
        String uuidToken = UUID.randomUUID().toString();
        // ok: java-weak-random
        String apiKey = settings.get("key");
        SecureRandom strong = new SecureRandom();
        // ok: java-weak-random
        String strongToken = Long.toHexString(strong.nextLong());
        Random hidden = SecureRandom.getInstanceStrong();
        // ok: java-weak-random
        String hiddenToken = Long.toHexString(hidden.nextLong());
        // ok: java-weak-random
        double jitter = ThreadLocalRandom.current().nextDouble();
    }

    String generateToken() {
        // ruleid: java-weak-random
        return Long.toHexString(new Random().nextLong());
    }

    String generateName() {
        // ok: java-weak-random
        return Long.toHexString(new Random().nextLong());
    }

    String generateSecret() {
        // ok: java-weak-random
        return Long.toHexString(new SecureRandom().nextLong());
    }
}

class ResetLinks {
    private final Random dice = new Random();
    private final SecureRandom strong = new SecureRandom();

    String create(long account) {
        StringBuilder link = new StringBuilder();
        link.append(dice.nextInt(10));
        // ruleid: java-weak-random
        return link.toString();
    }

    String createStrong(long account) {
        StringBuilder link = new StringBuilder();
        link.append(strong.nextInt(10));
        // ok: java-weak-random
        return link.toString();
    }
}

class OneTimePasswords {
    void send() {
        // ruleid: java-weak-random
        int code = (int) (100000 + Math.random() * 900000);
        // ok: java-weak-random
        int pause = (int) (Math.random() * 1000);
    }

    String make(List<String> letters) {
        List<String> pool = new ArrayList<>(letters);
        Collections.shuffle(pool);
        // ruleid: java-weak-random
        return String.join("", pool);
    }

    String makeStrong(List<String> letters) {
        List<String> pool = new ArrayList<>(letters);
        Collections.shuffle(pool, new SecureRandom());
        // ok: java-weak-random
        return String.join("", pool);
    }
}

class TokenBucket {
    long next() {
        // ok: java-weak-random
        long value = ThreadLocalRandom.current().nextLong(100);
        return value;
    }
}
