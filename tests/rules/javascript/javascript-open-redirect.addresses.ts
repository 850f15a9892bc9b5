import { NextRequest, NextResponse } from "next/server";

export async function GET(request: NextRequest) {
  const landing = request.nextUrl.searchParams.get("landing") ?? "/thanks";
  // ruleid: javascript-open-redirect
  return NextResponse.redirect(new URL(landing, request.url));
}

export async function POST(request: NextRequest) {
  // ok: javascript-open-redirect
  return NextResponse.redirect(new URL("/thanks", request.url));
}
