import axios from "axios";
import { Controller, Get, Query } from "@nestjs/common";

@Controller()
export class PreviewController {
  @Get()
  async preview(@Query("url") url: string) {
    // ruleid: javascript-server-side-request-forgery
    const page = await this.httpService.get(url).toPromise();
    // ok: javascript-server-side-request-forgery
    const list = await axios.get("https://api.example/list", { params: { url } });
    return { page, list };
  }
}

export async function POST(request: Request) {
  const { webhook } = await request.json();
  // ruleid: javascript-server-side-request-forgery
  await fetch(webhook, { method: "POST" });
  // ok: javascript-server-side-request-forgery
  await fetch("https://hooks.example/new", { method: "POST", body: JSON.stringify({ webhook }) });
  return Response.json({});
}

export async function several(req: Request, res: Response) {
  const target = new URL(req.query.url as string);
  if (target.protocol !== "https:" || target.port !== "" || !HOSTS.has(target.hostname)) return;
  // ok: javascript-server-side-request-forgery
  res.json(await axios.get(target.href));
}

export async function refused(req: Request, res: Response) {
  const target = new URL(req.query.url as string);
  if (BLOCKED.includes(target.hostname)) return;
  // ruleid: javascript-server-side-request-forgery
  res.json(await axios.get<Page>(target.href));
}
