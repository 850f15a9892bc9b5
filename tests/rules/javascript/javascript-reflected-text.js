app.get("/echo", (req, res) => {
  // ruleid: javascript-reflected-text
  res.send("You said " + req.query.text);
  // ruleid: javascript-reflected-text
  res.send(req.query.text);
  // ruleid: javascript-reflected-text
  res.status(404).send(`No ${req.params.kind} here`);
  // ok: javascript-reflected-text
  res.send({ text: req.query.text });
  // ok: javascript-reflected-text
  res.send(req.body);
  // ok: javascript-reflected-text
  res.json(req.query.text);
  // ok: javascript-reflected-text
  res.type("text").send(req.query.text);
  // ok: javascript-reflected-text
  res.send("You said something");
});

app.get("/plain", (req, res) => {
  res.setHeader("Content-Type", "text/plain");
  // ok: javascript-reflected-text
  res.send("You said " + req.query.text);
});
