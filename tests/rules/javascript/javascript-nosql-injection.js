const mongoose = require("mongoose");
const User = require("../models/user");

app.post("/login", async (req, res) => {
  // ruleid: javascript-nosql-injection
  await User.findOne({ name: req.body.name, password: req.body.password });
  const { name, token } = req.body;
  // ruleid: javascript-nosql-injection
  await User.findOne({ name });
  // ruleid: javascript-nosql-injection
  await db.collection("users").find({ role: req.query.role }).toArray();
  // ruleid: javascript-nosql-injection
  await User.deleteMany(req.body);
  // ruleid: javascript-nosql-injection
  await User.updateOne({ token }, { $set: { active: true } });
  // ok: javascript-nosql-injection
  await User.findOne({ name: String(name) });
  // ok: javascript-nosql-injection
  await User.findOne({ name: { $eq: name } });
  // ok: javascript-nosql-injection
  await User.findOne({ name: name.toString() });
  // ok: javascript-nosql-injection
  await User.findOne({ _id: new mongoose.Types.ObjectId(req.body.id) });
  // ok: javascript-nosql-injection
  await User.findById(req.params.id);
  // ok: javascript-nosql-injection
  await User.findOne({ _id: req.params.id });
  // ok: javascript-nosql-injection
  const known = names.find((one) => one === req.body.name);
  // ok: javascript-nosql-injection
  await Account.findOne({ where: { name: req.body.name } });
  if (typeof token !== "string") {
    return res.sendStatus(400);
  }
  // ok: javascript-nosql-injection
  await User.findOne({ token });
  // ok: javascript-nosql-injection
  await User.findOne({ key: `user:${req.body.key}` });
  res.json(known);
});

app.get("/metrics", async (req, res) => {
  const stages = [{ $match: JSON.parse(req.query.match) }];
  // ruleid: javascript-nosql-injection
  res.json(await Metric.aggregate(stages));
  // ok: javascript-nosql-injection
  res.json(await Metric.aggregate([{ $match: { kind: String(req.query.kind) } }]));
});

fastify.post("/claim", { schema: claimSchema }, async (request) => {
  // ok: javascript-nosql-injection
  return Device.findOne({ serial: request.body.serial });
});
