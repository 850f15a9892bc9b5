const ejs = require("ejs");
const pug = require("pug");
const nunjucks = require("nunjucks");
const Handlebars = require("handlebars");
const _ = require("lodash");
const { compile } = require("handlebars");

module.exports = (app) => {
  app.get("/hello", (req, res) => {
    const name = req.query.name;
    // ruleid: javascript-template-injection
    res.send(ejs.render("<p>Hello " + name + "</p>"));
    // ruleid: javascript-template-injection
    res.send(pug.render(`p Hello ${name}`));
    // ruleid: javascript-template-injection
    res.send(pug.compile("p " + name)());
    // ruleid: javascript-template-injection
    nunjucks.renderString("Hello " + name, {});
    // ruleid: javascript-template-injection
    Handlebars.compile(req.body.template)({});
    // ruleid: javascript-template-injection
    _.template("Hello " + name)();
    // ruleid: javascript-template-injection
    compile(req.body.template)({});
    // ok: javascript-template-injection
    res.send(ejs.render("<p>Hello <%= name %></p>", { name }));
    // ok: javascript-template-injection
    pug.render("p= name", { name });
    // ok: javascript-template-injection
    nunjucks.renderString("Hello {{ name }}", { name });
    // ok: javascript-template-injection
    Handlebars.compile("Hello {{name}}")({ name });
    // ok: javascript-template-injection
    _.template("Hello <%- name %>")({ name });
    // ok: javascript-template-injection
    res.render("hello", { name });
    // ok: javascript-template-injection
    compile("{{name}}")(req.body);
  });
};
