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

// ruleid: javascript-cors-any-origin
const options = { origin: true, methods: ["GET"], credentials: true };
// ruleid: javascript-cors-any-origin
app.use(cors({ origin: (ctx) => ctx.get("Origin"), credentials: true }));
// ruleid: javascript-cors-any-origin
const logged = {
  credentials: true,
  origin(origin, callback) {
    if (!ORIGINS.includes(origin)) log(origin);
    callback(null, true);
  },
};
// ok: javascript-cors-any-origin
const listed = {
  credentials: true,
  origin(origin, callback) {
    if (!ORIGINS.includes(origin)) return callback(new Error("origin"));
    callback(null, true);
  },
};
// ok: javascript-cors-any-origin
app.use(cors({ origin: (ctx) => ORIGINS.find((own) => own === ctx.get("Origin")), credentials: true }));
// ok: javascript-cors-any-origin
app.use(cors({ origin: "*" }));
