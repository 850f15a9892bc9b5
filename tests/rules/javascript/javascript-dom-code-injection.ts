window.addEventListener("message", (event) => {
  // ruleid: javascript-dom-code-injection
  const command = eval("(" + event.data + ")");
  // ok: javascript-dom-code-injection
  const data = JSON.parse(event.data);
  show(command, data);
});

const wanted = new URLSearchParams(location.search).get("run") ?? "";
// ruleid: javascript-dom-code-injection
const made = new Function("value", "return " + wanted);
// ruleid: javascript-dom-code-injection
setTimeout(location.hash.slice(1), 100);
// ok: javascript-dom-code-injection
setTimeout(() => show(location.hash), 100);
// ok: javascript-dom-code-injection
const constant = new Function("value", "return value * 2");
// ok: javascript-dom-code-injection
box.textContent = location.hash;
