import { createCipheriv, randomBytes } from "node:crypto";
import * as crypto from "crypto";

const VECTOR = "0123456789abcdef";
// ruleid: javascript-constant-vector
crypto.createCipheriv("aes-256-cbc", key, Buffer.alloc(16, 0));
// ruleid: javascript-constant-vector
createCipheriv("aes-256-cbc", key, "0123456789abcdef");
// ruleid: javascript-constant-vector
crypto.createCipheriv("aes-256-gcm", key, Buffer.from("0123456789ab"));
// ruleid: javascript-constant-vector
crypto.createCipheriv("aes-256-cbc", key, VECTOR);
// ok: javascript-constant-vector
crypto.createCipheriv("aes-256-cbc", key, randomBytes(16));
// ok: javascript-constant-vector
createCipheriv("aes-256-gcm", key, vector);
// ok: javascript-constant-vector
crypto.createCipheriv("aes-256-cbc", key, Buffer.from(stored, "hex"));
// ok: javascript-constant-vector
crypto.createDecipheriv("aes-256-cbc", key, Buffer.alloc(16, 0));
