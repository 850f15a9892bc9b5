import { redirect } from "next/navigation";
import { NextResponse, type NextRequest } from "next/server";

export async function GET(request: NextRequest) {
  const next = request.nextUrl.searchParams.get("next");
  // ruleid: javascript-open-redirect
  if (next) return NextResponse.redirect(next);
  // ok: javascript-open-redirect
  return NextResponse.redirect(new URL("/login", request.url));
}

export async function login(formData: FormData) {
  "use server";
  // ok: javascript-open-redirect
  if (formData.get("stay")) redirect("/login");
  // ruleid: javascript-open-redirect
  redirect(formData.get("next") as string);
}

export async function getServerSideProps(context) {
  if (context.query.old) {
    // ok: javascript-open-redirect
    return { redirect: { destination: "/new", permanent: true } };
  }
  // ruleid: javascript-open-redirect
  return { redirect: { destination: context.query.next, permanent: false } };
}
