const libxmljs = require("libxmljs");

// ruleid: javascript-xml-external-entities
libxmljs.parseXml(body, { noent: true });
// ruleid: javascript-xml-external-entities
libxmljs.parseXmlString(body, { nonet: true, noent: true });
// ok: javascript-xml-external-entities
libxmljs.parseXml(body);
// ok: javascript-xml-external-entities
libxmljs.parseXml(body, { noent: false, nonet: true });
// ok: javascript-xml-external-entities
libxmljs.parseXml("<a/>", { noent: true });
