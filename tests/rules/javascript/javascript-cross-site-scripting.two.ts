import { NextRequest, NextResponse } from "next/server";
import type { FastifyReply, FastifyRequest } from "fastify";

export async function GET(request: NextRequest) {
  const name = request.nextUrl.searchParams.get("name");
  if (name === "json") {
    // ok: javascript-cross-site-scripting
    return NextResponse.json({ name });
  }
  // ruleid: javascript-cross-site-scripting
  return new NextResponse(`<h1>${name}</h1>`, { headers: { "content-type": "text/html" } });
}

export async function plain(request: FastifyRequest, reply: FastifyReply) {
  // ruleid: javascript-cross-site-scripting
  reply.type("text/html").send(`<p>${request.query.name}</p>`);
  // ok: javascript-cross-site-scripting
  reply.type("text/html").send(`<p>${sanitizeHtml(request.query.name)}</p>`);
}

export const handler = async (event: APIGatewayProxyEvent) => {
  const name = event.queryStringParameters?.name;
  // ruleid: javascript-cross-site-scripting
  return { statusCode: 200, body: `<h1>${name}</h1>` };
};

export async function GET(request: Request) {
  const title = new URL(request.url).searchParams.get("title");
  const page = ["<html><body>", "<h1>" + title + "</h1>", "</body></html>"].join("");
  // ruleid: javascript-cross-site-scripting
  return new Response(page, { headers: { "content-type": "text/html" } });
}

export async function POST(request: Request) {
  const title = new URL(request.url).searchParams.get("title");
  // ok: javascript-cross-site-scripting
  return new Response(title, { headers: { "content-type": "text/plain" } });
}
