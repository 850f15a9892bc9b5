const React = require("react");
const { sanitize } = require("./clean");

module.exports = function Note(props) {
  const clean = sanitize(props.text);
  return [
    // ruleid: javascript-html-without-escaping
    React.createElement("div", { dangerouslySetInnerHTML: { __html: props.text } }),
    // ok: javascript-html-without-escaping
    React.createElement("div", { dangerouslySetInnerHTML: { __html: clean } }),
    // ok: javascript-html-without-escaping
    React.createElement("div", { className: "note" }, props.text),
  ];
};
