import { createReadStream, promises } from "node:fs";
import { basename, join } from "node:path";
import fs from "fs";

export async function GET(request: Request, { params }: { params: Promise<{ name: string }> }) {
  const { name } = await params;
  // ruleid: javascript-path-traversal
  createReadStream(join("/srv", name));
  // ruleid: javascript-path-traversal
  await promises.readFile(join("/srv", name));
  // ruleid: javascript-path-traversal
  await fs.promises.writeFile("/srv/" + name, "");
  // ok: javascript-path-traversal
  await fs.promises.readFile(join("/srv", basename(name)));
  // ok: javascript-path-traversal
  createReadStream(join("/srv", "index"));
  // ok: javascript-path-traversal
  await storage.writeFile(name, "");
}
