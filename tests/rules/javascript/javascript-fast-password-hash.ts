import { createHash, scrypt } from "node:crypto";
import crypto from "crypto";
import bcrypt from "bcrypt";

export function stored(password: string, user: User) {
  // ruleid: javascript-fast-password-hash
  createHash("sha256").update(password).digest("hex");
  // ruleid: javascript-fast-password-hash
  crypto.createHash("md5").update(user.password + user.salt).digest("hex");
  // ruleid: javascript-fast-password-hash
  md5(password);
  // ok: javascript-fast-password-hash
  bcrypt.hash(password, 12);
  // ok: javascript-fast-password-hash
  createHash("sha256").update(document).digest("hex");
  // ok: javascript-fast-password-hash
  scrypt(password, salt, 64, done);
}

export function salted(salt: string, password: string) {
  // ruleid: javascript-fast-password-hash
  return crypto.createHash("sha512").update(salt).update(password).digest("hex");
}

export function page(salt: string, text: string) {
  // ok: javascript-fast-password-hash
  return crypto.createHash("sha512").update(salt).update(text).digest("hex");
}
