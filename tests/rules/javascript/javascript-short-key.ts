import { generateKeyPairSync, generateKeyPair } from "node:crypto";

// ruleid: javascript-short-key
generateKeyPairSync("rsa", { modulusLength: 1024 });
// ruleid: javascript-short-key
generateKeyPair("rsa", { publicExponent: 3, modulusLength: 512 }, done);
// ok: javascript-short-key
generateKeyPairSync("rsa", { modulusLength: 3072 });
// ok: javascript-short-key
generateKeyPairSync("ed25519");
