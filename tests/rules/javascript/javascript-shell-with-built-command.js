import { exec, execFileSync } from "child_process";
import cp from "node:child_process";
import { quote } from "shell-quote";

const TOOL = "/usr/bin/git";

export function history(file, count) {
  // ruleid: javascript-shell-with-built-command
  exec("git log --oneline " + file);
  // ruleid: javascript-shell-with-built-command
  cp.execSync(`git log --oneline ${file}`);
  // ok: javascript-shell-with-built-command
  exec("git log --oneline " + quote([file]));
  // ok: javascript-shell-with-built-command
  exec(`${TOOL} status`);
  // ok: javascript-shell-with-built-command
  execFileSync("git", ["log", `--max-count=${count}`, "--", file]);
  // ok: javascript-shell-with-built-command
  exec("git " + "status");
  // ok: javascript-shell-with-built-command
  cp.execSync("git status");
}

const later = util.promisify(require("child_process").exec);

async function size(file, count) {
  const limit = Number.parseInt(count, 10);
  // ruleid: javascript-shell-with-built-command
  await later("du -s " + file);
  // ok: javascript-shell-with-built-command
  await later(`git log -n ${limit}`);
}
