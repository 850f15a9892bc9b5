const express = require("express");
const router = express.Router();

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

const h = (value) => String(value).replace(/[&<>"']/g, (each) => ENTITIES[each]);

const strip = (value) => String(value).replace(/[\n\r]/g, " ");

function quoted(value) {
  return String(value).replace(/[<>&'"]/g, (each) => `&#${each.charCodeAt(0)};`);
}

router.get("/by-hand", (req, res) => {
  // ok: javascript-cross-site-scripting
  res.send(`<h1>${h(req.query.name)}</h1>`);
});

router.get("/by-function", (req, res) => {
  // ok: javascript-cross-site-scripting
  res.send(`<h1 title="${quoted(req.query.name)}">shop</h1>`);
});

router.get("/in-place", (req, res) => {
  // ok: javascript-cross-site-scripting
  res.send(`<h1>${req.query.name.replace(/[&<>"']/g, "")}</h1>`);
});

router.get("/lines", (req, res) => {
  // ruleid: javascript-cross-site-scripting
  res.send(`<h1>${strip(req.query.name)}</h1>`);
});
