app.use((error, req, res, next) => {
  // ruleid: javascript-error-details-sent
  res.status(500).send(error.stack);
  // ruleid: javascript-error-details-sent
  res.status(500).json({ message: "failed", stack: error.stack });
  // ok: javascript-error-details-sent
  res.status(500).send("Something went wrong.");
  // ok: javascript-error-details-sent
  console.error(error.stack);
  // ok: javascript-error-details-sent
  res.json({ stack: stack.length });
});
