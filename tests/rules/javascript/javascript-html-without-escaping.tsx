import DOMPurify from "dompurify";

const NOTICE = "<b>new</b>";

export function Comment({ comment, json }: Properties) {
  const clean = DOMPurify.sanitize(comment.text);
  return (
    <article>
      {/* ruleid: javascript-html-without-escaping */}
      <div dangerouslySetInnerHTML={{ __html: comment.text }} />
      {/* ruleid: javascript-html-without-escaping */}
      <div className="body" dangerouslySetInnerHTML={{ __html: render(comment) }} />
      {/* ok: javascript-html-without-escaping */}
      <div dangerouslySetInnerHTML={{ __html: clean }} />
      {/* ok: javascript-html-without-escaping */}
      <div dangerouslySetInnerHTML={{ __html: DOMPurify.sanitize(comment.text) }} />
      {/* ok: javascript-html-without-escaping */}
      <div dangerouslySetInnerHTML={{ __html: "<b>new</b>" }} />
      {/* ok: javascript-html-without-escaping */}
      <div dangerouslySetInnerHTML={{ __html: NOTICE }} />
      {/* ok: javascript-html-without-escaping */}
      <script type="application/ld+json" dangerouslySetInnerHTML={{ __html: JSON.stringify(json) }} />
      {/* ok: javascript-html-without-escaping */}
      <div>{comment.text}</div>
    </article>
  );
}
