const session = require("express-session");

app.post("/login", (req, res) => {
  // ruleid: javascript-insecure-cookie
  res.cookie("session", id, { httpOnly: false });
  // ruleid: javascript-insecure-cookie
  res.cookie("auth_token", id, { httpOnly: true, secure: false });
  // ruleid: javascript-insecure-cookie
  res.cookie("token", id);
  // ok: javascript-insecure-cookie
  res.cookie("session", id, { httpOnly: true, secure: true, sameSite: "lax" });
  // ok: javascript-insecure-cookie
  res.cookie("theme", "dark");
  // ok: javascript-insecure-cookie
  res.cookie("csrf-token", value, { httpOnly: false });
  // ok: javascript-insecure-cookie
  res.cookie("language", "en", { httpOnly: false });
});
// ruleid: javascript-insecure-cookie
app.use(session({ secret: key, cookie: { secure: false } }));
// ok: javascript-insecure-cookie
app.use(session({ secret: key, cookie: { secure: true } }));
