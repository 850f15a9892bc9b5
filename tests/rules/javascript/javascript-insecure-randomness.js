const crypto = require("crypto");

// ruleid: javascript-insecure-randomness
const token = Math.random().toString(36).slice(2);
// ruleid: javascript-insecure-randomness
user.resetToken = "r" + Math.random();
const generatePassword = () =>
  // ruleid: javascript-insecure-randomness
  Math.random().toString(36);

function makeSessionId() {
  // ruleid: javascript-insecure-randomness
  return String(Math.random());
}

// ok: javascript-insecure-randomness
const colour = Math.random();
// ok: javascript-insecure-randomness
const secret = crypto.randomBytes(16).toString("hex");
// ok: javascript-insecure-randomness
const delay = 100 * Math.random();
// ok: javascript-insecure-randomness
const tokenCount = Math.floor(Math.random() * 3);

function shuffle(cards) {
  // ok: javascript-insecure-randomness
  return cards.sort(() => Math.random() - 0.5);
}
