import type { NextApiRequest, NextApiResponse } from "next";

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  const { limit } = req.query;
  // ruleid: javascript-nosql-code-injection
  await products.find({ $where: `this.price < ${limit}` }).toArray();
  // ruleid: javascript-nosql-code-injection
  await Product.find().$where("this.name == '" + req.body.name + "'");
  // ok: javascript-nosql-code-injection
  await products.find({ $where: "this.price < this.limit" }).toArray();
  // ok: javascript-nosql-code-injection
  await products.find({ price: { $lt: Number(limit) } }).toArray();
  // ok: javascript-nosql-code-injection
  await products.find({ $where: `this.price < ${Number(limit)}` }).toArray();
  res.end();
}
