import { execSync, exec as shell } from "node:child_process";
import * as cp from "child_process";
import { promisify } from "node:util";
import { Body, Controller, Param, ParseIntPipe, Post, Query } from "@nestjs/common";

const execute = promisify(cp.exec);

@Controller("tools")
export class ToolController {
  @Post("run")
  async run(@Query("tool") tool: string, @Body() body: RunRequest) {
    // ruleid: javascript-command-injection
    execSync(`which ${tool}`);
    // ruleid: javascript-command-injection
    await execute("cat " + body.file);
    // ok: javascript-command-injection
    cp.execFileSync("which", [tool]);
  }

  @Post(":id")
  one(@Param("id", ParseIntPipe) id: number) {
    // ok: javascript-command-injection
    execSync(`kill ${id}`);
  }
}

export async function POST(request: Request, { params }: { params: { name: string } }) {
  const { branch } = await request.json();
  // ruleid: javascript-command-injection
  shell(`git checkout ${branch}`);
  // ruleid: javascript-command-injection
  cp.exec(`git log ${params.name}`);
  const address = new URL(request.url);
  // ruleid: javascript-command-injection
  cp.exec("git show " + address.searchParams.get("commit"));
  // ok: javascript-command-injection
  cp.execFile("git", ["show", address.searchParams.get("commit") ?? "HEAD"]);
  // ok: javascript-command-injection
  cp.exec("git status");
  // ok: javascript-command-injection
  cp.exec("git show " + Number(address.searchParams.get("page")));
}

export async function rename(formData: FormData) {
  "use server";
  const name = formData.get("name") as string;
  // ruleid: javascript-command-injection
  execSync("mv old " + name);
  // ok: javascript-command-injection
  pattern.exec(name);
}
