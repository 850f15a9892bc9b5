const { exec, execFile, spawn: start } = require("child_process");
const childProcess = require("node:child_process");
const util = require("util");
const express = require("express");
const shellEscape = require("shell-escape");

const run = util.promisify(exec);
const later = util.promisify(require("child_process").exec);
const app = express();
const TOOLS = { list: "ls", space: "df" };
const ALLOWED = ["eth0", "eth1"];

app.get("/ping", (req, res) => {
  // ruleid: javascript-command-injection
  exec(`ping -c 1 ${req.query.host}`, (error, out) => res.json({ out }));
  // ruleid: javascript-command-injection
  exec("ping -c 1 " + req.query.host);
  // ok: javascript-command-injection
  execFile("ping", ["-c", "1", "--", req.query.host], (error, out) => res.json({ out }));
  // ok: javascript-command-injection
  start("ping", ["-c", "1", req.query.host]);
  // ok: javascript-command-injection
  exec(shellEscape(["ping", req.query.host]));
});

app.post("/archive", async (req, res) => {
  const { name, level } = req.body;
  let command = "tar czf /tmp/all.tgz ";
  command += name;
  // ruleid: javascript-command-injection
  childProcess.execSync(command);
  // ruleid: javascript-command-injection
  await run(command);
  // ruleid: javascript-command-injection
  await later(command, { timeout: 1000 });
  const parts = ["tar", "czf"];
  parts.push(name);
  // ruleid: javascript-command-injection
  childProcess.exec(parts.join(" "));
  // ruleid: javascript-command-injection
  start("tar", ["czf", name], { shell: true });
  // ruleid: javascript-command-injection
  childProcess.spawn("sh", ["-c", `tar czf ${name}`]);
  // ruleid: javascript-command-injection
  childProcess.spawn(name, ["--version"]);
  command = "tar czf /tmp/all.tgz /srv";
  // ok: javascript-command-injection
  childProcess.execSync(command);
  // ok: javascript-command-injection
  await run(`gzip -${parseInt(level, 10)} /tmp/all.tar`);
  // ok: javascript-command-injection
  start("tar", ["czf", name], { shell: false });
  res.end();
});

app.get("/tool", ({ query, user }, res) => {
  // ruleid: javascript-command-injection
  exec(query.tool);
  // ok: javascript-command-injection
  exec(TOOLS[query.tool]);
  // ok: javascript-command-injection
  exec("last " + user.login);
});

app.get("/interface", (req, res) => {
  const name = req.query.name;
  if (!ALLOWED.includes(name)) {
    return res.sendStatus(400);
  }
  // ok: javascript-command-injection
  exec(`ip link show ${name}`);
  const other = req.query.other;
  if (!/^[a-z]+[0-9]$/.test(other)) {
    return res.sendStatus(400);
  }
  // ok: javascript-command-injection
  exec(`ip link show ${other}`);
  const loose = req.query.loose;
  if (!/^[a-z].*/.test(loose)) {
    return res.sendStatus(400);
  }
  // ruleid: javascript-command-injection
  exec(`ip link show ${loose}`);
  const third = req.query.third;
  if (!third || !ALLOWED.includes(third)) {
    return res.sendStatus(400);
  }
  // ok: javascript-command-injection
  exec(`ip link show ${third}`);
  const mode = req.query.mode === "up" ? "up" : "down";
  // ok: javascript-command-injection
  exec(`ip link set eth0 ${mode}`);
  // ok: javascript-command-injection
  exec(`ip link show ${req.query.plain.replace(/[^a-z0-9]/g, "")}`);
  // ok: javascript-command-injection
  const found = /eth(\d)/.exec(req.query.text);
  res.json(found);
});

function hostOf(req) {
  return req.query.host;
}

app.get("/lookup", (req, res) => {
  req.body.hosts.forEach((host) => {
    // ruleid: javascript-command-injection
    exec("nslookup " + host);
  });
  // ruleid: javascript-command-injection
  exec("nslookup " + hostOf(req));
  // ok: javascript-command-injection
  PATTERN.exec(req.query.host);
  // ok: javascript-command-injection
  exec("nslookup " + (req.query.short ? "-short" : "-all"));
});

class Probe {
  duration(address) {
    // ruleid: javascript-command-injection
    return exec("ffprobe " + address);
  }

  size(address) {
    // ok: javascript-command-injection
    return execFile("ffprobe", ["--", address]);
  }
}

app.get("/probe", (req, res) => {
  res.json([probe.duration(req.query.address), probe.size(req.query.address)]);
});
