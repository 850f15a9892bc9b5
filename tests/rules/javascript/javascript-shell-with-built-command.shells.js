const { execSync, spawn } = require("child_process");

const FLAGS = ["--quick"];

function count(raw) {
  const n = Number(raw);
  return Number.isInteger(n) ? n : 50;
}

function name(raw) {
  const trimmed = raw.trim();
  return trimmed;
}

function tail(raw) {
  const lines = count(raw);
  // ok: javascript-shell-with-built-command
  return execSync(`tail -n ${lines} /var/log/app.log`);
}

function show(raw) {
  const file = name(raw);
  // ruleid: javascript-shell-with-built-command
  return execSync(`cat ${file}`);
}

function dump(list) {
  // ruleid: javascript-shell-with-built-command
  spawn("mysqldump", list, { shell: true });
  // ok: javascript-shell-with-built-command
  spawn("mysqldump", ["-x", "--quick"], { shell: true });
  // ok: javascript-shell-with-built-command
  spawn("mysqldump", FLAGS, { shell: true });
  // ok: javascript-shell-with-built-command
  spawn("mysqldump", list, { shell: false });
}
