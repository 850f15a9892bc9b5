const https = require("https");

// ruleid: javascript-tls-verification-disabled
const agent = new https.Agent({ rejectUnauthorized: false });
// ruleid: javascript-tls-verification-disabled
process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
// ruleid: javascript-tls-verification-disabled
const pool = new Pool({ host: "db", ssl: { rejectUnauthorized: false } });
// ruleid: javascript-tls-verification-disabled
request({ url: "https://a.example", strictSSL: false });
// ruleid: javascript-tls-verification-disabled
options.rejectUnauthorized = false;
// ok: javascript-tls-verification-disabled
const checked = new https.Agent({ rejectUnauthorized: true });
// ok: javascript-tls-verification-disabled
const own = new https.Agent({ ca: authority });
// ok: javascript-tls-verification-disabled
process.env.NODE_TLS_REJECT_UNAUTHORIZED = "1";
// ok: javascript-tls-verification-disabled
const chosen = new https.Agent({ rejectUnauthorized: settings.check });
// ok: javascript-tls-verification-disabled
request({ url: "https://a.example", strictSSL: true });
