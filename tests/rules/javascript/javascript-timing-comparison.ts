import { createHmac, timingSafeEqual } from "node:crypto";

export function known(body: string, signature: string, kind: string) {
  const expected = createHmac("sha256", key).update(body).digest("hex");
  // ok: javascript-timing-comparison
  if (kind === "none") return false;
  // ok: javascript-timing-comparison
  if (timingSafeEqual(Buffer.from(expected), Buffer.from(signature))) return true;
  // ruleid: javascript-timing-comparison
  return expected === signature;
}
