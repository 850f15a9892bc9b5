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

export function several(req: Request, res: Response) {
  const next = req.query.next as string;
  if (next && next.length < 100 && LOCAL_PATH.test(next)) {
    // ok: javascript-open-redirect
    res.redirect(next);
  }
}

function ownAddress(value: string) {
  const target = new URL(value, OWN);
  return target.origin === OWN ? target.href : OWN;
}

export function byHelper(req: Request, res: Response) {
  // ok: javascript-open-redirect
  res.redirect(ownAddress(req.query.next as string));
}
