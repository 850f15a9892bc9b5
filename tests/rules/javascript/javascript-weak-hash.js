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
