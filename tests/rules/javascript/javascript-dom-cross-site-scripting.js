import DOMPurify from "dompurify";

const query = new URLSearchParams(window.location.search);
const box = document.getElementById("box");

export function show() {
  const term = new URLSearchParams(location.search).get("q");
  // ruleid: javascript-dom-cross-site-scripting
  box.innerHTML = "Results for " + term;
  // ruleid: javascript-dom-cross-site-scripting
  document.write(decodeURIComponent(location.hash.slice(1)));
  // ruleid: javascript-dom-cross-site-scripting
  box.insertAdjacentHTML("beforeend", `<b>${term}</b>`);
  // ruleid: javascript-dom-cross-site-scripting
  $("#box").html(term);
  // ruleid: javascript-dom-cross-site-scripting
  box.outerHTML = document.referrer;
  // ok: javascript-dom-cross-site-scripting
  box.textContent = "Results for " + term;
  // ok: javascript-dom-cross-site-scripting
  box.innerHTML = DOMPurify.sanitize(term);
  // ok: javascript-dom-cross-site-scripting
  $("#box").text(term);
  // ok: javascript-dom-cross-site-scripting
  box.innerHTML = "<b>nothing</b>";
  // ok: javascript-dom-cross-site-scripting
  box.insertAdjacentText("beforeend", term);
  // ok: javascript-dom-cross-site-scripting
  list.append(term);
}

window.addEventListener("message", (event) => {
  // ruleid: javascript-dom-cross-site-scripting
  box.innerHTML = event.data.html;
  // ok: javascript-dom-cross-site-scripting
  box.innerText = event.data.html;
});

function campaign() {
  return new URLSearchParams(window.location.search).get("campaign");
}

export function banner() {
  // ruleid: javascript-dom-cross-site-scripting
  document.write("<b>" + campaign() + "</b>");
  // ok: javascript-dom-cross-site-scripting
  box.textContent = campaign();
}
