import { Body, Controller, Get, Param, ParseUUIDPipe, Query } from "@nestjs/common";
import { DataSource } from "typeorm";
import { PrismaClient, Prisma } from "@prisma/client";
import { sql } from "drizzle-orm";

const prisma = new PrismaClient();

@Controller("account")
export class AccountController {
  constructor(private readonly dataSource: DataSource, private readonly queryBus: QueryBus) {}

  @Get()
  async find(@Query("name") name: string, @Query("page") page: number) {
    // ruleid: javascript-sql-injection
    await this.dataSource.query(`SELECT * FROM account WHERE name = '${name}'`);
    const builder = this.dataSource.createQueryBuilder();
    // ruleid: javascript-sql-injection
    await builder.where(`account.name = '${name}'`).getMany();
    // ok: javascript-sql-injection
    await builder.where("account.name = :name", { name }).getMany();
    // ok: javascript-sql-injection
    await this.dataSource.query("SELECT * FROM account WHERE name = $1", [name]);
    // ok: javascript-sql-injection
    await this.dataSource.query(`SELECT * FROM account OFFSET ${page}`);
    // ok: javascript-sql-injection
    return this.queryBus.execute(new FindAccount(name));
  }
}

export async function GET(request: Request) {
  const { searchParams } = new URL(request.url);
  const name = searchParams.get("name");
  // ruleid: javascript-sql-injection
  await prisma.$queryRawUnsafe(`SELECT * FROM account WHERE name = '${name}'`);
  // ruleid: javascript-sql-injection
  await prisma.$executeRawUnsafe("DELETE FROM account WHERE name = '" + name + "'");
  // ruleid: javascript-sql-injection
  await prisma.$queryRaw(Prisma.raw(`SELECT * FROM account WHERE name = '${name}'`));
  // ruleid: javascript-sql-injection
  await db.execute(sql.raw(`SELECT * FROM account WHERE name = '${name}'`));
  // ok: javascript-sql-injection
  await prisma.$queryRaw`SELECT * FROM account WHERE name = ${name}`;
  // ok: javascript-sql-injection
  await db.execute(sql`SELECT * FROM account WHERE name = ${name}`);
  // ok: javascript-sql-injection
  await prisma.$queryRawUnsafe("SELECT * FROM account WHERE name = $1", name);
  // ok: javascript-sql-injection
  await apolloClient.query({ query: FIND, variables: { name } });
  // ok: javascript-sql-injection
  return Response.json(await prisma.account.findMany({ where: { name } }));
}

export async function destructured(req: Request, res: Response) {
  const { name = "", limit = 10 } = req.query;
  // ruleid: javascript-sql-injection
  res.json(await pool.query("SELECT * FROM account WHERE name = '" + name + "'"));
  // ok: javascript-sql-injection
  res.json(await pool.query("SELECT * FROM account LIMIT $1", [limit]));
}

function byCity(city: string) {
  // ruleid: javascript-sql-injection
  return pool.query(`SELECT * FROM shop WHERE city = '${city}'`);
}

function byStreet(street: string) {
  // ok: javascript-sql-injection
  return pool.query("SELECT * FROM shop WHERE street = $1", [street]);
}

app.get("/shops", async (req, res) => {
  const city = req.query.city;
  res.json([await byCity(city), await byStreet(req.query.street)]);
});

app.get("/typed", async (req, res) => {
  // ruleid: javascript-sql-injection
  const rows = await prisma.$queryRawUnsafe<Row[]>(`SELECT * FROM sale WHERE region = '${req.query.region}'`);
  const marks = req.body.ids.map((_, index) => `$${index + 1}`).join(",");
  // ok: javascript-sql-injection
  const found = await pool.query<Row>(`SELECT * FROM sale WHERE id IN (${marks})`, req.body.ids);
  res.json({ rows, found });
});
