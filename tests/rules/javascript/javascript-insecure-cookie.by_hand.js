const crypto = require("crypto");

function line(id) {
  return [`sid=${id}`, "Path=/", "HttpOnly", "SameSite=Lax"].join("; ");
}

function login(req, res) {
  // ruleid: javascript-insecure-cookie
  res.setHeader("Set-Cookie", line(crypto.randomBytes(24).toString("hex")));
  // ok: javascript-insecure-cookie
  res.setHeader("Cache-Control", "no-store");
}
