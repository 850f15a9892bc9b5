function merge(target, source) {
  for (const key in source) {
    if (typeof source[key] === "object") {
      // ruleid: javascript-unguarded-merge
      merge(target[key], source[key]);
    } else {
      target[key] = source[key];
    }
  }
  return target;
}

const deepExtend = (into, from) => {
  Object.keys(from).forEach((name) => {
    if (typeof from[name] === "object") {
      // ruleid: javascript-unguarded-merge
      into[name] = deepExtend(into[name], from[name]);
    } else {
      into[name] = from[name];
    }
  });
  return into;
};

function safeMerge(target, source) {
  for (const key of Object.keys(source)) {
    if (key === "__proto__" || key === "constructor") continue;
    // ok: javascript-unguarded-merge
    if (typeof source[key] === "object") safeMerge(target[key], source[key]);
    else target[key] = source[key];
  }
}

function shallowMerge(target, source) {
  for (const key in source) {
    // ok: javascript-unguarded-merge
    target[key] = source[key];
  }
}

function compareDeep(left, right) {
  // ok: javascript-unguarded-merge
  return Object.keys(left).every((key) => compareDeep(left[key], right[key]));
}

function deepDefaults(target, source) {
  for (const [key, value] of Object.entries(source)) {
    // ruleid: javascript-unguarded-merge
    if (value && typeof value === "object") target[key] = deepDefaults(target[key] || {}, value);
    else target[key] = value;
  }
  return target;
}

function checkedDefaults(target, source) {
  for (const [key, value] of Object.entries(source)) {
    if (key === "__proto__" || key === "constructor") continue;
    // ok: javascript-unguarded-merge
    if (value && typeof value === "object") target[key] = checkedDefaults(target[key] || {}, value);
    else target[key] = value;
  }
  return target;
}
