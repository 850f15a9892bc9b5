const crypto = require("crypto");

function options(overrides) {
  return { httpOnly: true, secure: true, sameSite: "lax", ...overrides };
}

const REFRESH = options({ path: "/refresh", secure: false, maxAge: 1000 });
const ACCESS = options({ path: "/access" });
const PLAIN = { httpOnly: true, secure: false };

app.post("/login", async (req, res) => {
  const id = crypto.randomBytes(24).toString("hex");
  // ruleid: javascript-insecure-cookie
  res.cookie("refresh_token", id, REFRESH);
  // ok: javascript-insecure-cookie
  res.cookie("access_token", id, ACCESS);
  // ruleid: javascript-insecure-cookie
  res.cookie("session", id, PLAIN);
  // ruleid: javascript-insecure-cookie
  res.cookie("session", id, { httpOnly: true, sameSite: "lax" });
  // ok: javascript-insecure-cookie
  res.cookie("session", id, { httpOnly: true, ...ACCESS });
  // ok: javascript-insecure-cookie
  res.cookie("session", "", { httpOnly: true, maxAge: 0 });
  // ok: javascript-insecure-cookie
  res.cookie("theme", req.body.theme, { maxAge: 1000 });
});

export async function POST(request) {
  const jar = await cookies();
  // ruleid: javascript-insecure-cookie
  jar.set({ name: "session", value: newSession(), httpOnly: true, path: "/" });
  // ok: javascript-insecure-cookie
  jar.set({ name: "session", value: newSession(), httpOnly: true, secure: true });
  // ok: javascript-insecure-cookie
  jar.set({ name: "theme", value: "dark", path: "/" });
  // ok: javascript-insecure-cookie
  sessions.set("session", newSession(), { ttl: 10 });
}
