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

export function unresolved(req: Request, res: Response) {
  const full = `/srv/manuals/${req.query.file}`;
  if (!full.startsWith("/srv/manuals")) return;
  // ruleid: javascript-path-traversal
  res.sendFile(full);
}

export function resolved(req: Request, res: Response) {
  const full = path.resolve("/srv/manuals", req.query.file as string);
  if (!full.startsWith("/srv/manuals/")) return;
  // ok: javascript-path-traversal
  res.sendFile(full);
}

export function rooted(req: Request, res: Response) {
  const options = { root: "/srv/manuals" };
  // ok: javascript-path-traversal
  res.sendFile(req.params.file, options);
}

fastify.get("/manual", async (request, reply) => {
  // ok: javascript-path-traversal
  return reply.sendFile(request.query.file);
});
