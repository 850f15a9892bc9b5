import jwt from "jsonwebtoken";

export function accountOf(token: string) {
  // ruleid: javascript-decoded-jwt
  return jwt.decode(token);
}

export function checked(token: string) {
  const claims = jwt.verify(token, key, { algorithms: ["HS256"] });
  // ok: javascript-decoded-jwt
  const header = jwt.decode(token);
  return { claims, header };
}

export function text(bytes: Uint8Array) {
  // ok: javascript-decoded-jwt
  return new TextDecoder().decode(bytes);
}

export function fallback(token: string) {
  try {
    return jwt.verify(token, key, { algorithms: ["HS256"] });
  } catch (error) {
    // ruleid: javascript-decoded-jwt
    return jwt.decode(token);
  }
}

export function byHand(token: string) {
  const [, payload] = token.split(".");
  // ruleid: javascript-decoded-jwt
  return JSON.parse(Buffer.from(payload, "base64url").toString());
}

export function cursor(text: string) {
  // ok: javascript-decoded-jwt
  return JSON.parse(Buffer.from(text, "base64url").toString());
}
