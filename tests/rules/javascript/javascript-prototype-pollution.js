const _ = require("lodash");
const settings = {};
const sections = new Map();

const SECTIONS = ["mail", "print"];

app.post("/setting", (req, res) => {
  const table = Object.create(null);
  const { section, name, value } = req.body;
  // ruleid: javascript-prototype-pollution
  settings[section][name] = value;
  // ruleid: javascript-prototype-pollution
  settings[req.params.section]["name"] = value;
  // ruleid: javascript-prototype-pollution
  _.set(settings, req.body.path, value);
  // ok: javascript-prototype-pollution
  settings[name] = value;
  // ok: javascript-prototype-pollution
  settings["mail"][name] = value;
  // ok: javascript-prototype-pollution
  sections.get(section).set(name, value);
  // ok: javascript-prototype-pollution
  table[section][name] = value;
  // ok: javascript-prototype-pollution
  _.set(settings, "mail.sender", value);
  if (!SECTIONS.includes(section)) {
    return res.sendStatus(400);
  }
  // ok: javascript-prototype-pollution
  settings[section][name] = value;
  res.end();
});
