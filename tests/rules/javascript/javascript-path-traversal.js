const fs = require("fs");
const fsp = require("fs/promises");
const path = require("path");
const { readFile } = require("node:fs/promises");
const ROOT = path.resolve("/srv/reports");

app.get("/report", async (req, res) => {
  const name = req.query.name;
  // ruleid: javascript-path-traversal
  fs.createReadStream(path.join("/srv/reports", name)).pipe(res);
  // ruleid: javascript-path-traversal
  fs.readFile("/srv/reports/" + req.params.name, () => {});
  // ruleid: javascript-path-traversal
  await fsp.readFile(`/srv/reports/${name}`);
  // ruleid: javascript-path-traversal
  res.sendFile(path.join(__dirname, name));
  // ruleid: javascript-path-traversal
  res.download("/srv/reports/" + name);
  // ruleid: javascript-path-traversal
  await readFile(path.resolve(ROOT, name));
  // ruleid: javascript-path-traversal
  fs.unlinkSync(path.join(ROOT, req.body.old));
  // ok: javascript-path-traversal
  fs.createReadStream(path.join("/srv/reports", path.basename(name))).pipe(res);
  // ok: javascript-path-traversal
  res.sendFile(name, { root: ROOT });
  // ok: javascript-path-traversal
  fs.readFile("/srv/reports/all", () => res.json({ name }));
  // ok: javascript-path-traversal
  fs.writeFileSync("/srv/reports/log", name);
  // ok: javascript-path-traversal
  await fsp.readFile(`/srv/reports/${Number(req.params.id)}.pdf`);
  const target = path.resolve(ROOT, name);
  if (!target.startsWith(ROOT + path.sep)) {
    return res.sendStatus(403);
  }
  // ok: javascript-path-traversal
  fs.createReadStream(target).pipe(res);
  const plain = req.query.plain;
  if (plain.includes("..")) {
    return res.sendStatus(403);
  }
  // ok: javascript-path-traversal
  fs.readFileSync(path.join(ROOT, plain));
});

app.post("/upload", upload.single("file"), async (req, res) => {
  // ruleid: javascript-path-traversal
  fs.writeFileSync(path.join(ROOT, req.file.originalname), "");
  // ruleid: javascript-path-traversal
  fs.renameSync(req.file.path, path.join(ROOT, req.body.name));
  // ruleid: javascript-path-traversal
  await req.files.report.mv("/srv/in/" + req.files.report.name);
  // ok: javascript-path-traversal
  fs.renameSync(req.file.path, path.join(ROOT, "latest"));
  // ok: javascript-path-traversal
  fs.unlinkSync(req.file.path);
  // ok: javascript-path-traversal
  res.download("/srv/reports/all.pdf", req.body.name);
  // ok: javascript-path-traversal
  fs.createReadStream(FILES[req.body.name]).pipe(res);
  // ok: javascript-path-traversal
  await bucket.download(req.body.name);
});
