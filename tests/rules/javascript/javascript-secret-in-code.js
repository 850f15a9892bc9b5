const jwt = require("jsonwebtoken");
const session = require("express-session");
const SECRET = "correct horse battery";

// ruleid: javascript-secret-in-code
jwt.sign({ account }, "correct horse battery");
// ruleid: javascript-secret-in-code
jwt.sign({ account }, SECRET, { expiresIn: "1h" });
// ruleid: javascript-secret-in-code
jwt.verify(token, "correct horse battery");
// ruleid: javascript-secret-in-code
app.use(session({ secret: "keyboard", resave: false }));
// ruleid: javascript-secret-in-code
app.use(cookieParser("correct horse"));
// ok: javascript-secret-in-code
jwt.sign({ account }, process.env.TOKEN_KEY);
// ok: javascript-secret-in-code
jwt.verify(token, settings.key, { algorithms: ["HS256"] });
// ok: javascript-secret-in-code
app.use(session({ secret: process.env.SESSION_KEY, resave: false }));
// ok: javascript-secret-in-code
app.use(cookieParser());
// ok: javascript-secret-in-code
app.use(session({ secret: loadSecret("session") }));
// ok: javascript-secret-in-code
signer.sign(document, "hex");
