const crypto = require("crypto");

// ruleid: javascript-weak-cipher
crypto.createCipheriv("des-ecb", key, null);
// ruleid: javascript-weak-cipher
crypto.createCipheriv("aes-128-ecb", key, null);
// ruleid: javascript-weak-cipher
crypto.createCipher("aes-256-cbc", password);
// ruleid: javascript-weak-cipher
crypto.createCipheriv("rc4", key, "");
// ruleid: javascript-weak-cipher
CryptoJS.DES.encrypt(text, key);
// ok: javascript-weak-cipher
crypto.createCipheriv("aes-256-gcm", key, crypto.randomBytes(12));
// ok: javascript-weak-cipher
crypto.createCipheriv("chacha20-poly1305", key, vector);
// ok: javascript-weak-cipher
factory.createCipher({ name: "rc4" });
// ok: javascript-weak-cipher
CryptoJS.AES.encrypt(text, key);
// ok: javascript-weak-cipher
crypto.createDecipheriv("aes-256-gcm", key, vector);
