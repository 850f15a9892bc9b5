export function put(target, path, value) {
  const names = path.split(".");
  let node = target;
  for (let index = 0; index < names.length - 1; index++) {
    node = node[names[index]];
  }
  // ruleid: javascript-unguarded-path
  node[names[names.length - 1]] = value;
}

export const fill = (target, names, value) => {
  let here = target;
  const last = names.pop();
  for (const name of names) {
    here = here[name] = here[name] || {};
  }
  // ruleid: javascript-unguarded-path
  here[last] = value;
};

export function checked(target, names, value) {
  let here = target;
  const last = names.pop();
  for (const name of names) {
    if (name === "__proto__" || name === "constructor" || name === "prototype") return;
    here = here[name] = here[name] || {};
  }
  // ok: javascript-unguarded-path
  here[last] = value;
}

export function own(target, names, value) {
  let here = target;
  const last = names.pop();
  for (const name of names) {
    if (!Object.hasOwn(here, name)) throw new Error(name);
    here = here[name];
  }
  // ok: javascript-unguarded-path
  here[last] = value;
}

export function count(words) {
  const counted = Object.create(null);
  for (const word of words) {
    // ok: javascript-unguarded-path
    counted[word] = (counted[word] || 0) + 1;
  }
  return counted;
}
