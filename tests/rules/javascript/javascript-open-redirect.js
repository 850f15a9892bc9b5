const TARGETS = { home: "/", orders: "/orders" };
const ALLOWED_HOSTS = ["shop.example"];

app.get("/login", (req, res) => {
  // ruleid: javascript-open-redirect
  res.redirect(req.query.next);
  // ruleid: javascript-open-redirect
  res.redirect(302, req.query.next || "/");
  const { target } = req.query;
  // ruleid: javascript-open-redirect
  res.redirect(`https://${target}/`);
  // ruleid: javascript-open-redirect
  res.setHeader("Location", target);
  // ruleid: javascript-open-redirect
  res.writeHead(302, { Location: target });
  // ruleid: javascript-open-redirect
  res.redirect("/" + target);
  // ok: javascript-open-redirect
  res.redirect(TARGETS[req.query.next] || "/");
  // ok: javascript-open-redirect
  res.redirect("/orders/" + target);
  // ok: javascript-open-redirect
  res.redirect(`/orders/${target}?page=${req.query.page}`);
  // ok: javascript-open-redirect
  res.redirect("https://shop.example/" + target);
  // ok: javascript-open-redirect
  res.redirect("/login?next=" + encodeURIComponent(target));
  // ok: javascript-open-redirect
  res.redirect(`?q=${target}`);
  const address = new URL(req.query.url);
  if (!ALLOWED_HOSTS.includes(address.hostname)) {
    return res.sendStatus(400);
  }
  // ok: javascript-open-redirect
  res.redirect(address.toString());
});

app.get("/short", async (req, res) => {
  const link = await Link.findOne({ code: req.params.code });
  // ok: javascript-open-redirect
  res.redirect(link.url);
  const back = req.query.back;
  if (!back.startsWith("/") || back.startsWith("//")) {
    return res.redirect("/");
  }
  // ok: javascript-open-redirect
  res.redirect(back);
});

module.exports = async (ctx) => {
  // ruleid: javascript-open-redirect
  ctx.redirect(ctx.query.next);
  // ok: javascript-open-redirect
  ctx.redirect("/home");
};
