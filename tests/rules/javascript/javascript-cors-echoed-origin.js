const OWN = new Set(["https://shop.example"]);

app.use((req, res, next) => {
  const from = req.get("Origin");
  // ruleid: javascript-cors-echoed-origin
  res.header("Access-Control-Allow-Origin", from);
  res.header("Access-Control-Allow-Credentials", "true");
  next();
});

function headersFor(origin) {
  return {
    // ruleid: javascript-cors-echoed-origin
    "Access-Control-Allow-Origin": origin,
    "Access-Control-Allow-Credentials": "true",
  };
}

app.use((req, res, next) => {
  const from = req.get("Origin");
  if (from && OWN.has(from)) {
    // ok: javascript-cors-echoed-origin
    res.header("Access-Control-Allow-Origin", from);
    res.header("Access-Control-Allow-Credentials", "true");
  }
  next();
});

app.use((req, res, next) => {
  // ok: javascript-cors-echoed-origin
  res.header("Access-Control-Allow-Origin", "https://shop.example");
  res.header("Access-Control-Allow-Credentials", "true");
  next();
});
