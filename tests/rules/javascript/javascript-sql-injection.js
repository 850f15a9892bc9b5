const mysql = require("mysql2/promise");
const sqlite3 = require("sqlite3").verbose();
const knex = require("knex")({ client: "pg" });
const format = require("pg-format");
const { Sequelize } = require("sequelize");

const pool = mysql.createPool({});
const db = new sqlite3.Database("shop.db");
const sequelize = new Sequelize("sqlite::memory:");
const COLUMNS = { title: "title", price: "cents" };
const ORDERS = new Set(["asc", "desc"]);

app.get("/search", async (req, res) => {
  const term = req.query.q;
  // ruleid: javascript-sql-injection
  await pool.query(`SELECT * FROM product WHERE title LIKE '%${term}%'`);
  // ruleid: javascript-sql-injection
  await pool.execute("SELECT * FROM product WHERE title = '" + term + "'");
  // ruleid: javascript-sql-injection
  db.all(`SELECT * FROM product WHERE title = '${term}'`, (error, rows) => res.json(rows));
  // ruleid: javascript-sql-injection
  db.get("SELECT * FROM product WHERE id = " + req.params.id, [], () => {});
  // ruleid: javascript-sql-injection
  db.prepare(`DELETE FROM product WHERE id = ${req.params.id}`);
  // ruleid: javascript-sql-injection
  await sequelize.query("SELECT * FROM product WHERE title = '" + term + "'", { raw: true });
  // ruleid: javascript-sql-injection
  await knex.raw(`SELECT * FROM product WHERE title = '${term}'`);
  // ruleid: javascript-sql-injection
  await knex("product").whereRaw("title = '" + term + "'");
  // ruleid: javascript-sql-injection
  await Product.findAll({ order: Sequelize.literal(req.query.order) });
  // ok: javascript-sql-injection
  await pool.query("SELECT * FROM product WHERE title LIKE ?", [`%${term}%`]);
  // ok: javascript-sql-injection
  await pool.execute("SELECT * FROM product WHERE title = ?", [term]);
  // ok: javascript-sql-injection
  db.all("SELECT * FROM product WHERE title = ?", [term], (error, rows) => res.json(rows));
  // ok: javascript-sql-injection
  await sequelize.query("SELECT * FROM product WHERE title = :term", { replacements: { term } });
  // ok: javascript-sql-injection
  await knex.raw("SELECT * FROM product WHERE title = ?", [term]);
  // ok: javascript-sql-injection
  await knex("product").where({ title: term }).whereRaw("cents > ?", [req.query.price]);
  // ok: javascript-sql-injection
  await pool.query("SELECT * FROM product WHERE title = " + mysql.escape(term));
  // ok: javascript-sql-injection
  await pool.query(`SELECT * FROM product LIMIT ${parseInt(req.query.count, 10)}`);
  // ok: javascript-sql-injection
  await pool.query({ sql: "SELECT * FROM product WHERE title = ?", values: [term] });
  // ruleid: javascript-sql-injection
  await pool.query({ sql: "SELECT * FROM product WHERE title = '" + term + "'" });
});

app.post("/lines", (req, res) => {
  const { name } = req.body;
  let statement = "SELECT * FROM account WHERE name = '";
  statement += name;
  statement += "'";
  // ruleid: javascript-sql-injection
  db.each(statement, () => {});
  const parts = ["SELECT * FROM account WHERE name = "];
  parts.push(`'${name}'`);
  // ruleid: javascript-sql-injection
  pool.query(parts.join(""));
  statement = "SELECT 1";
  // ok: javascript-sql-injection
  db.exec(statement);
  const query = { text: "SELECT * FROM account WHERE name = $1", values: [name] };
  // ok: javascript-sql-injection
  pool.query(query);
  // ok: javascript-sql-injection
  pool.query(`SELECT * FROM account ORDER BY ${COLUMNS[req.body.order] || "name"}`);
  let direction = req.query.direction;
  if (!ORDERS.has(direction)) {
    direction = "asc";
  }
  // ok: javascript-sql-injection
  pool.query("SELECT * FROM account ORDER BY name " + direction);
  const id = Number(req.body.id);
  // ok: javascript-sql-injection
  pool.query(`SELECT * FROM account WHERE id = ${id}`);
  // ok: javascript-sql-injection
  cache.get(`account:${name}`);
});
