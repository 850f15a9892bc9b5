const serialize = require("node-serialize");
const v8 = require("v8");

app.get("/cart", (req, res) => {
  // ruleid: javascript-unsafe-deserialization
  serialize.unserialize(req.cookies.cart);
  // ruleid: javascript-unsafe-deserialization
  serialize.unserialize(Buffer.from(req.cookies.cart, "base64").toString());
  // ruleid: javascript-unsafe-deserialization
  v8.deserialize(Buffer.from(req.body.data, "base64"));
  // ok: javascript-unsafe-deserialization
  JSON.parse(req.cookies.cart);
  // ok: javascript-unsafe-deserialization
  serialize.serialize(req.cookies.cart);
  // ok: javascript-unsafe-deserialization
  v8.deserialize(fs.readFileSync("state"));
  // ok: javascript-unsafe-deserialization
  serialize.unserialize("{}");
});

const { unserialize: revive } = require("node-serialize");

sockets.on("connection", (socket) => {
  socket.on("message", (data) => {
    // ruleid: javascript-unsafe-deserialization
    revive(data.toString());
    // ok: javascript-unsafe-deserialization
    JSON.parse(data.toString());
  });
});
