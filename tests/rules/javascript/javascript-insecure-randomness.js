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

function letters(length) {
  let made = "";
  for (let index = 0; index < length; index++) {
    made += ALPHABET.charAt(Math.floor(Math.random() * ALPHABET.length));
  }
  return made;
}
// ruleid: javascript-insecure-randomness
const invitationCode = letters(12);
// ok: javascript-insecure-randomness
const demoName = letters(12);
const seed = `${Date.now()}:${Math.random()}`;
// ruleid: javascript-insecure-randomness
const accessToken = crypto.createHash("sha256").update(seed).digest("hex");
// ok: javascript-insecure-randomness
const accessTokenExpires = Date.now() + Math.random() * 1000;
// ruleid: javascript-insecure-randomness
const temporaryPassword = _.times(12, () => _.sample(ALPHABET)).join("");
// ok: javascript-insecure-randomness
const picked = _.sample(PICTURES);
