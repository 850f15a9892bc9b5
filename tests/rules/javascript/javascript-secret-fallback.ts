// ruleid: javascript-secret-fallback
const key = process.env.SESSION_SECRET || "quiet-river-19";
// ruleid: javascript-secret-fallback
const signing = process.env["JWT_KEY"] ?? "another quiet river";
// ruleid: javascript-secret-fallback
const { COOKIE_SECRET = "green-hill", PORT = "80" } = process.env;
// ruleid: javascript-secret-fallback
const password = configService.get<string>("DB_PASSWORD", "postgres");
// ok: javascript-secret-fallback
const port = process.env.PORT || "8080";
// ok: javascript-secret-fallback
const own = process.env.SESSION_SECRET || crypto.randomBytes(32).toString("hex");
// ok: javascript-secret-fallback
const empty = process.env.SESSION_SECRET ?? "";
// ok: javascript-secret-fallback
const header = process.env.API_KEY_HEADER || "x-api-key";
// ok: javascript-secret-fallback
const address = configService.get<string>("SECRET_STORE_URL", "https://vault.example");
// ok: javascript-secret-fallback
const ttl = process.env.ACCESS_TOKEN_TTL || "15m";
