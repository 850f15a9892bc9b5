const express = require("express");
const escapeHtml = require("escape-html");
const app = express();

app.get("/hello", async (req, res) => {
  const name = req.query.name;
  // ruleid: javascript-cross-site-scripting
  res.send(`<h1>Hello ${name}</h1>`);
  // ruleid: javascript-cross-site-scripting
  res.send("<p>" + req.params.id + "</p>");
  // ruleid: javascript-cross-site-scripting
  res.status(404).send("<p>Nothing at " + req.originalUrl + "</p>");
  // ruleid: javascript-cross-site-scripting
  res.write("<li>" + name + "</li>");
  let page = "<html><body>";
  page += name;
  page += "</body></html>";
  // ruleid: javascript-cross-site-scripting
  res.end(page);
  const built = "<b>" + name + "</b>";
  // ruleid: javascript-cross-site-scripting
  res.send(built);
  // ok: javascript-cross-site-scripting
  res.send(`<h1>Hello ${escapeHtml(name)}</h1>`);
  const escaped = escapeHtml(name);
  // ok: javascript-cross-site-scripting
  res.send("<h1>" + escaped + "</h1>");
  // ok: javascript-cross-site-scripting
  res.json({ html: `<h1>${name}</h1>` });
  // ok: javascript-cross-site-scripting
  res.render("hello", { name });
  // ok: javascript-cross-site-scripting
  res.send(`<p>Page ${Number(req.query.page)}</p>`);
  const account = await Account.findOne({ name });
  // ok: javascript-cross-site-scripting
  res.send(`<p>${account.count} orders</p>`);
  // ok: javascript-cross-site-scripting
  res.type("text/plain").send("<" + name + ">");
  // ok: javascript-cross-site-scripting
  socket.write("<stanza>" + name);
});

router.get("/koa", async (ctx) => {
  // ruleid: javascript-cross-site-scripting
  ctx.body = `<h1>${ctx.query.title}</h1>`;
  // ok: javascript-cross-site-scripting
  ctx.body = { title: ctx.query.title };
});

function pageOf(name) {
  // ruleid: javascript-cross-site-scripting
  return `<h1>Hello ${name}</h1>`;
}

function pageOfCount(count) {
  // ok: javascript-cross-site-scripting
  return `<h1>${Number(count)} visits</h1>`;
}

app.get("/page", (req, res) => {
  res.send([pageOf(req.query.name), pageOfCount(req.query.count)].join(""));
});
