// ruleid: javascript-origin-checked-in-part
app.use(cors({ origin: /shop\.example/, credentials: true }));
// ruleid: javascript-origin-checked-in-part
app.use(cors({ origin: [/shop\.example$/], credentials: true }));
// ruleid: javascript-origin-checked-in-part
app.enableCors({ origin: /^https:\/\/www.shop.example$/, credentials: true });
// ok: javascript-origin-checked-in-part
app.use(cors({ origin: /^https:\/\/(\w+\.)?shop\.example$/, credentials: true }));
// ok: javascript-origin-checked-in-part
app.use(cors({ origin: [/\.shop\.example$/, "https://shop.example"], credentials: true }));
// ok: javascript-origin-checked-in-part
app.use(rewrite({ path: /shop\.example/ }));

export function known(origin: string) {
  // ruleid: javascript-origin-checked-in-part
  return origin.endsWith("shop.example");
}

window.addEventListener("message", (event) => {
  // ruleid: javascript-origin-checked-in-part
  if (event.origin.includes("shop.example")) show(event.data);
  // ok: javascript-origin-checked-in-part
  if (event.origin === "https://shop.example") show(event.data);
});

export function own(origin: string) {
  // ok: javascript-origin-checked-in-part
  return origin.endsWith(".shop.example") || origins.includes("https://shop.example");
}
// ok: javascript-origin-checked-in-part
const local = original.includes("shop.example");
