import escapeRegExp from "lodash/escapeRegExp";
import type { Request, Response } from "express";

export function search(incoming: Request, res: Response) {
  // ruleid: javascript-regex-injection
  const wanted = new RegExp(incoming.query.q as string, "i");
  // ruleid: javascript-regex-injection
  const start = RegExp("^" + incoming.params.start);
  // ok: javascript-regex-injection
  const escaped = new RegExp(escapeRegExp(incoming.query.q as string), "i");
  // ok: javascript-regex-injection
  const replaced = new RegExp(String(incoming.query.q).replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  // ok: javascript-regex-injection
  const constant = new RegExp("^[a-z]+$").test(incoming.query.q as string);
  res.json({ wanted, start, escaped, replaced, constant });
}
