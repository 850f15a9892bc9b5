const axios = require("axios");
const http = require("http");
const got = require("got");
const API = "https://api.example";
const HOSTS = ["a.example", "b.example"];

app.get("/preview", async (req, res) => {
  const url = req.query.url;
  // ruleid: javascript-server-side-request-forgery
  await fetch(url);
  // ruleid: javascript-server-side-request-forgery
  await axios.get(url, { timeout: 100 });
  // ruleid: javascript-server-side-request-forgery
  await axios({ method: "get", url });
  // ruleid: javascript-server-side-request-forgery
  http.get("http://" + req.query.host + "/status", () => {});
  // ruleid: javascript-server-side-request-forgery
  await got(`https://${req.params.host}/status`);
  // ruleid: javascript-server-side-request-forgery
  http.request({ hostname: req.body.host, path: "/" });
  // ruleid: javascript-server-side-request-forgery
  await page.goto(url);
  // ok: javascript-server-side-request-forgery
  await fetch("https://images.example/" + req.query.name);
  // ok: javascript-server-side-request-forgery
  await fetch(`${API}/users/${req.params.id}`);
  // ok: javascript-server-side-request-forgery
  await fetch(`${process.env.API_URL}/users/${req.params.id}`);
  // ok: javascript-server-side-request-forgery
  await axios.get(API + "/users/" + req.params.id);
  // ok: javascript-server-side-request-forgery
  await axios.post("https://api.example/users", { name: req.body.name });
  // ok: javascript-server-side-request-forgery
  await axios({ url: "https://api.example/users", params: { q: req.query.q } });
  // ok: javascript-server-side-request-forgery
  http.request({ hostname: "api.example", path: "/" + req.body.name });
  const address = new URL(url);
  if (!HOSTS.includes(address.hostname)) {
    return res.sendStatus(400);
  }
  // ok: javascript-server-side-request-forgery
  await fetch(address);
});
