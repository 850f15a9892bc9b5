import yaml from "js-yaml";

// ruleid: javascript-unsafe-yaml-schema
const unsafe = yaml.load(text, { schema: yaml.DEFAULT_FULL_SCHEMA });
// ruleid: javascript-unsafe-yaml-schema
const named = yaml.load(text, { filename: "a.yaml", schema: yaml.DEFAULT_FULL_SCHEMA });
// ok: javascript-unsafe-yaml-schema
const plain = yaml.load(text);
// ok: javascript-unsafe-yaml-schema
const core = yaml.load(text, { schema: yaml.CORE_SCHEMA });
import types from "js-yaml-js-types";

// ruleid: javascript-unsafe-yaml-schema
const open = yaml.DEFAULT_SCHEMA.extend(types.all);
// ok: javascript-unsafe-yaml-schema
const closed = yaml.DEFAULT_SCHEMA.extend(own.all_types);
