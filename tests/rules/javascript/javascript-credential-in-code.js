const { Pool } = require("pg");
const nodemailer = require("nodemailer");

// ruleid: javascript-credential-in-code
const pool = new Pool({ host: "db.internal", password: "Red-Kite-44" });
// ruleid: javascript-credential-in-code
const mails = nodemailer.createTransport({ host: "mail.internal", auth: { user: "shop", pass: "Blue-Kite-45" } });
// ruleid: javascript-credential-in-code
const orm = new Sequelize("shop", "shop", "Green-Kite-46");
// ruleid: javascript-credential-in-code
mongoose.connect("mongodb+srv://shop:Grey-Kite-47@cluster.internal/shop");
// ruleid: javascript-credential-in-code
const SERVICE_API_KEY = "k7f3a9c1d5e2b8046f";

function admin(req) {
  // ruleid: javascript-credential-in-code
  return req.body.password === "open-sesame";
}
// ruleid: javascript-credential-in-code
fetch(RATES, { headers: { Authorization: "Bearer 9f8e7d6c5b4a39281706" } });

// ok: javascript-credential-in-code
const good = new Pool({ host: "db.internal", password: process.env.DB_PASSWORD });
// ok: javascript-credential-in-code
const form = { type: "text", password: "Password is too short" };
// ok: javascript-credential-in-code
mongoose.connect("mongodb://localhost:27017/shop");
// ok: javascript-credential-in-code
const PASSWORD_HEADER = "x-password";
// ok: javascript-credential-in-code
const isField = field.type === "password";
// ok: javascript-credential-in-code
const API_KEY = process.env.API_KEY;
// ok: javascript-credential-in-code
fetch(RATES, { headers: { Authorization: `Bearer ${token}` } });
// ok: javascript-credential-in-code
const typed = typeof req.body.password === "string";
