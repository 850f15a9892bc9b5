const crypto = require("crypto");
const { createHash } = require("node:crypto");

// ruleid: javascript-weak-hash
crypto.createHash("md5").update(document).digest("hex");
// ruleid: javascript-weak-hash
createHash("sha1").update(document).digest("hex");
// ruleid: javascript-weak-hash
crypto.createHash("SHA-1");
// ok: javascript-weak-hash
crypto.createHash("sha256").update(document).digest("hex");
// ok: javascript-weak-hash
createHash("sha512").update(document);
// ok: javascript-weak-hash
const etag = crypto.createHash("md5").update(document).digest("hex");
// ok: javascript-weak-hash
crypto.createHmac("sha256", key);

const SETTINGS = { algorithm: "sha1", strong: "sha256" };
// ruleid: javascript-weak-hash
crypto.createHash(SETTINGS.algorithm).update(document);
// ok: javascript-weak-hash
crypto.createHash(SETTINGS.strong).update(document);
// ruleid: javascript-weak-hash
const signer = crypto.createSign("RSA-SHA1");
// ok: javascript-weak-hash
const better = crypto.createSign("RSA-SHA256");
// ruleid: javascript-weak-hash
await crypto.subtle.digest("SHA-1", bytes);
// ok: javascript-weak-hash
await crypto.subtle.digest("SHA-256", bytes);

function entityTag(text) {
  // ok: javascript-weak-hash
  return crypto.createHash("md5").update(text).digest("base64");
}
