import { NextRequest, NextResponse } from "next/server";

export async function GET(request: NextRequest) {
  const landing = request.nextUrl.searchParams.get("landing") ?? "/thanks";
  const target = new URL(landing, request.url);
  if (target.origin !== request.nextUrl.origin) {
    return NextResponse.json({ error: "elsewhere" }, { status: 400 });
  }
  // ok: javascript-open-redirect
  return NextResponse.redirect(target);
}
