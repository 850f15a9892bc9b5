const cors = require("cors");

// ruleid: javascript-cors-any-origin
app.use(cors({ origin: true, credentials: true }));
// ruleid: javascript-cors-any-origin
app.use(cors({ credentials: true, origin: true, maxAge: 60 }));
// ok: javascript-cors-any-origin
app.use(cors());
// ok: javascript-cors-any-origin
app.use(cors({ origin: ["https://shop.example"], credentials: true }));
// ok: javascript-cors-any-origin
app.use(cors({ origin: true }));

app.use((req, res, next) => {
  // ruleid: javascript-cors-any-origin
  res.setHeader("Access-Control-Allow-Origin", req.headers.origin);
  res.setHeader("Access-Control-Allow-Credentials", "true");
  next();
});

app.use((req, res, next) => {
  if (ORIGINS.includes(req.headers.origin)) {
    // ok: javascript-cors-any-origin
    res.setHeader("Access-Control-Allow-Origin", req.headers.origin);
    res.setHeader("Access-Control-Allow-Credentials", "true");
  }
  next();
});
