// ruleid: javascript-slow-regex
const words = /^(\w+\s?)*$/;
// ruleid: javascript-slow-regex
const letters = /^(?:[a-z]+)+@/;
// ruleid: javascript-slow-regex
const digits = /^(\d|\d\d)+$/;
// ruleid: javascript-slow-regex
const text = /^'(\\.|[^'])*'$/;
// ruleid: javascript-slow-regex
const any = /<(.|\s)*>x/;
// ruleid: javascript-slow-regex
const made = new RegExp("^(a+)+$");
// ok: javascript-slow-regex
const slug = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
// ok: javascript-slow-regex
const quoted = /^'(?:\\.|[^'\\])*'$/;
// ok: javascript-slow-regex
const list = /^(\d+,)*\d+$/;
// ok: javascript-slow-regex
const lines = /^(?:.|\n)*$/;
// ok: javascript-slow-regex
const version = /^\d+(\.\d+)*$/;
// ok: javascript-slow-regex
const host = /^(?:[a-z0-9-]+\.)+[a-z]{2,}$/;
// ok: javascript-slow-regex
const path = /^(\/[\w-]+)+\/?$/;
// ok: javascript-slow-regex
const escaped = /^\([a-z]+\)+$/;
// ruleid: javascript-slow-regex
const twice = /^(x+x+)+y$/;
// ruleid: javascript-slow-regex
const fields = /^(.*,)*end$/;
// ok: javascript-slow-regex
const fixed = /^([^,]*,)*end$/;
