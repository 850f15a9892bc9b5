import * as jwt from "jsonwebtoken";
import { JwtModule } from "@nestjs/jwt";

// ruleid: javascript-secret-in-code
const token = jwt.sign({ account }, "correct horse battery", { expiresIn: "1h" });
// ruleid: javascript-secret-in-code
const module = JwtModule.register({ secret: "correct horse", signOptions: {} });
// ok: javascript-secret-in-code
const other = JwtModule.register({ secret: process.env.JWT_KEY });
// ok: javascript-secret-in-code
const third = jwt.sign({ account }, privateKey, { algorithm: "RS256" });

const constants = { secret: "blue-lake-in-may", lifetime: "30m" };
// ruleid: javascript-secret-in-code
JwtModule.register({ secret: constants.secret });
// ok: javascript-secret-in-code
JwtModule.register({ secret: settings.secret });
// ruleid: javascript-secret-in-code
crypto.createHmac("sha256", "green-lake-in-may").update(body);
// ok: javascript-secret-in-code
crypto.createHmac("sha256", process.env.HOOK_KEY).update(body);
