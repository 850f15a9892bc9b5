app.post("/account", async (req, res) => {
  // ruleid: javascript-mass-assignment
  await Account.create(req.body);
  // ruleid: javascript-mass-assignment
  await Account.findByIdAndUpdate(req.params.id, { $set: req.body });
  // ruleid: javascript-mass-assignment
  await prisma.account.update({ where: { id }, data: req.body });
  // ruleid: javascript-mass-assignment
  Object.assign(account, req.body);
  const { name } = req.body;
  // ok: javascript-mass-assignment
  await Account.create({ name });
  // ok: javascript-mass-assignment
  await Account.findByIdAndUpdate(req.params.id, { $set: { name: req.body.name } });
  // ok: javascript-mass-assignment
  await prisma.account.update({ where: { id }, data: { name } });
  // ok: javascript-mass-assignment
  await accountService.create(req.body);
});
