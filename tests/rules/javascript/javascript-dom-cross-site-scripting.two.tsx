"use client";
import { useSearchParams } from "next/navigation";
import DOMPurify from "dompurify";

export function Result() {
  const parameters = useSearchParams();
  const term = parameters.get("q") ?? "";
  return (
    <section>
      {/* ruleid: javascript-dom-cross-site-scripting */}
      <p dangerouslySetInnerHTML={{ __html: term }} />
      {/* ok: javascript-dom-cross-site-scripting */}
      <p dangerouslySetInnerHTML={{ __html: DOMPurify.sanitize(term) }} />
      {/* ok: javascript-dom-cross-site-scripting */}
      <p>{term}</p>
    </section>
  );
}

export default async function Page({ searchParams }: { searchParams: Promise<{ q: string }> }) {
  const { q } = await searchParams;
  // ruleid: javascript-dom-cross-site-scripting
  return <p dangerouslySetInnerHTML={{ __html: `Results for ${q}` }} />;
}
