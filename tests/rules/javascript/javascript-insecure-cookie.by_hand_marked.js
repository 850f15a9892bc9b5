const crypto = require("crypto");

function login(req, res) {
  const id = crypto.randomBytes(24).toString("hex");
  // ok: javascript-insecure-cookie
  res.setHeader("Set-Cookie", `sid=${id}; Path=/; HttpOnly; Secure; SameSite=Lax`);
}
