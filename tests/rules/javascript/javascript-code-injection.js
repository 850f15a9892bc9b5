const vm = require("vm");
const { VM } = require("vm2");
const express = require("express");

const router = express.Router();
const OPERATIONS = { add: (a, b) => a + b };

router.post("/sum", (req, res) => {
  // ruleid: javascript-code-injection
  eval(req.body.formula);
  // ruleid: javascript-code-injection
  eval("(" + req.body.formula + ")");
  // ruleid: javascript-code-injection
  const sum = new Function("a", "b", "return " + req.body.formula);
  // ruleid: javascript-code-injection
  vm.runInNewContext(req.query.code, {});
  // ruleid: javascript-code-injection
  const script = new vm.Script(req.query.code);
  // ruleid: javascript-code-injection
  setTimeout(req.query.callback, 10);
  // ruleid: javascript-code-injection
  new VM().run(req.body.code);
  // ruleid: javascript-code-injection
  const plugin = require("./plugins/" + req.params.plugin);
  // ok: javascript-code-injection
  setTimeout(() => console.log(req.query.callback), 10);
  // ok: javascript-code-injection
  setTimeout(function () { res.json(req.body); }, 10);
  // ok: javascript-code-injection
  const data = JSON.parse(req.body.formula);
  // ok: javascript-code-injection
  const result = OPERATIONS[req.body.operation](1, 2);
  // ok: javascript-code-injection
  vm.runInNewContext("a + b", { a: req.body.a, b: req.body.b });
  // ok: javascript-code-injection
  eval("1 + " + Number(req.query.number));
  // ok: javascript-code-injection
  const theme = require("./themes/dark");
  // ok: javascript-code-injection
  new Function("a", "return a * 2")(req.body.number);
  res.json({ sum, script, plugin, data, result, theme });
});

module.exports.handler = async (event) => {
  const body = JSON.parse(event.body);
  // ok: javascript-code-injection
  const answer = OPERATIONS[body.operation];
  // ruleid: javascript-code-injection
  eval(event.queryStringParameters.code);
  return answer;
};

const AsyncMaker = Object.getPrototypeOf(async function () {}).constructor;
const run = globalThis.eval;

app.post("/renamed", (req, res) => {
  // ruleid: javascript-code-injection
  const task = new AsyncMaker("context", req.body.code);
  // ruleid: javascript-code-injection
  run(req.body.code);
  // ok: javascript-code-injection
  const fixed = new AsyncMaker("context", "return context.name");
  // ok: javascript-code-injection
  runners.get(req.body.name)();
});
