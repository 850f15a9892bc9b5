import express, { Request, Response } from "express";

class Filter {
  private readonly test: (row: object) => boolean;

  constructor(expression: string) {
    // ruleid: javascript-code-injection
    this.test = new Function("row", `return Boolean(${expression});`) as (row: object) => boolean;
  }
}

class Limit {
  private readonly test: (row: object) => boolean;

  constructor(limit: number) {
    // ok: javascript-code-injection
    this.test = new Function("row", `return row.price < ${limit};`) as (row: object) => boolean;
  }
}

const app = express();

app.get("/rows", (req: Request, res: Response) => {
  const where = req.query.where as string;
  res.json(rows.filter(new Filter(where).test));
});

app.get("/cheap", (req: Request, res: Response) => {
  res.json(rows.filter(new Limit(Number(req.query.limit)).test));
});
