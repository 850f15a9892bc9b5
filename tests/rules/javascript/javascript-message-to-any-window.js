// ruleid: javascript-message-to-any-window
window.opener.postMessage({ token: session.token }, "*");
// ruleid: javascript-message-to-any-window
parent.postMessage(accessToken, "*");
// ok: javascript-message-to-any-window
window.opener.postMessage({ token: session.token }, "https://shop.example");
// ok: javascript-message-to-any-window
parent.postMessage({ height: 100 }, "*");
// ok: javascript-message-to-any-window
self.postMessage(token, "*");
