const query = new URLSearchParams(window.location.search);
const TARGETS: Record<string, string> = { home: "/", orders: "/orders" };

export function go() {
  const next = query.get("next") ?? "/";
  // ruleid: javascript-dom-open-redirect
  window.location.href = new URLSearchParams(location.search).get("next") ?? "/";
  const to = new URLSearchParams(location.search).get("to") ?? "/";
  // ruleid: javascript-dom-open-redirect
  location.assign(to);
  // ruleid: javascript-dom-open-redirect
  window.open(decodeURIComponent(location.hash.slice(1)));
  // ok: javascript-dom-open-redirect
  location.assign(TARGETS[to] || "/");
  // ok: javascript-dom-open-redirect
  location.assign("/orders/" + to);
  // ok: javascript-dom-open-redirect
  location.assign(`/search?q=${encodeURIComponent(to)}`);
}

export function checked() {
  const target = new URL(new URLSearchParams(location.search).get("to") ?? "/", location.origin);
  if (target.origin !== location.origin) return;
  // ok: javascript-dom-open-redirect
  location.assign(target);
}
