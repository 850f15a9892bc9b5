const jwt = require("jsonwebtoken");

// ruleid: javascript-unverified-jwt
jwt.verify(token, key, { algorithms: ["HS256", "none"] });
// ruleid: javascript-unverified-jwt
jwt.sign(claims, key, { algorithm: "none" });
// ruleid: javascript-unverified-jwt
jwt.verify(token, null);
// ruleid: javascript-unverified-jwt
jwt.verify(token, "", { algorithms: ["HS256"] });
// ok: javascript-unverified-jwt
jwt.verify(token, key, { algorithms: ["HS256"] });
// ok: javascript-unverified-jwt
jwt.sign(claims, key, { algorithm: "RS256" });
// ok: javascript-unverified-jwt
jwt.verify(token, key);
// ok: javascript-unverified-jwt
schema.verify(token, null);

// ruleid: javascript-unverified-jwt
const legacy = simple.decode(token, key, true);
// ok: javascript-unverified-jwt
const signed = simple.decode(token, key, false, "HS256");

// ruleid: javascript-unverified-jwt
jwt.verify(token, key, (error, claims) => {
  next(claims);
});
// ok: javascript-unverified-jwt
jwt.verify(token, key, (error, claims) => {
  if (error) return refuse(error);
  next(claims);
});
