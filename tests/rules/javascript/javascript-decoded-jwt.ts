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
