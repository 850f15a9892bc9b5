import html
import json

import bleach
from django.http import HttpResponse
from django.utils.safestring import mark_safe
from flask import Blueprint, Flask, Response, jsonify, make_response, redirect, render_template, request, url_for
from markupsafe import Markup, escape
from tornado.web import RequestHandler

from shop import db, svc

app = Flask(__name__)
blueprint = Blueprint("shop", __name__)

COLOURS = {"red": "#f00", "blue": "#00f"}


@app.route("/hello")
def hello():
    name = request.args.get("name", "")
    if name == "a":
        # ruleid: python-cross-site-scripting
        return "<h1>Hello " + name + "</h1>"
    if name == "b":
        # ruleid: python-cross-site-scripting
        return f"<h1>Hello {name.title()}</h1>", 200
    if name == "c":
        # ok: python-cross-site-scripting
        return "<h1>Hello " + escape(name) + "</h1>"
    if name == "d":
        # ok: python-cross-site-scripting
        return f"<h1>Hello {html.escape(name)}</h1>"
    if name == "e":
        # ok: python-cross-site-scripting
        return "<h1>Hello " + bleach.clean(name) + "</h1>"
    if name == "f":
        # ok: python-cross-site-scripting
        return render_template("hello.html", name=name)
    if name == "g":
        # ok: python-cross-site-scripting
        return jsonify(name=name)
    if name == "h":
        # ok: python-cross-site-scripting
        return {"name": name}
    if name == "i":
        # ok: python-cross-site-scripting
        return redirect(url_for("shop.show", name=name))
    if name == "j":
        # ok: python-cross-site-scripting
        return f"<h1>Page {int(name)}</h1>"
    if name in ("Ada", "Grace"):
        # ok: python-cross-site-scripting
        return f"<h1>Hello {name}</h1>"
    # ok: python-cross-site-scripting
    return "<h1>Hello</h1>"


@blueprint.get("/greet/<name>/<int:number>")
def greet(name, number):
    page = []
    page.append("<h1>")
    page.append(name)
    # ruleid: python-cross-site-scripting
    return "".join(page)


@blueprint.get("/colour/<name>")
def colour(name):
    # ok: python-cross-site-scripting
    return f"<body style='background: {COLOURS[name]}'>"


@blueprint.get("/number/<int:number>")
def numbered(number):
    # ok: python-cross-site-scripting
    return f"<h1>Number {number}</h1>"


@blueprint.post("/comment")
def comment():
    text = request.form["text"]
    # ruleid: python-cross-site-scripting
    greeting = Markup("<p class='greeting'>" + text + "</p>")
    # ruleid: python-cross-site-scripting
    response = make_response("<p>" + text)
    # ruleid: python-cross-site-scripting
    other = Response(f"<p>{text}", status=400)
    # ok: python-cross-site-scripting
    plain = Response(text, mimetype="text/plain")
    # ok: python-cross-site-scripting
    data = Response(json.dumps({"text": text}), content_type="application/json")
    # ok: python-cross-site-scripting
    safe = Markup("<p>%s</p>") % text
    # ok: python-cross-site-scripting
    safer = Markup("<p>{}</p>").format(text)
    # ok: python-cross-site-scripting
    return render_template("comment.html", parts=[greeting, response, other, plain, data, safe, safer])


@blueprint.post("/news")
def news():
    # ruleid: python-cross-site-scripting
    return render_template("news.html", text=Markup(request.form["text"]))


@blueprint.post("/review")
def review():
    # ok: python-cross-site-scripting
    return svc.save_review(request.get_json())


@blueprint.get("/account")
def account():
    row = db.row("SELECT name FROM account WHERE name = ?", (request.args["name"],))
    # ok: python-cross-site-scripting
    return "<h1>" + row["name"] + "</h1>"


@blueprint.get("/data")
def data():
    answer = {"query": request.args["q"]}
    # ok: python-cross-site-scripting
    return answer


@blueprint.get("/replaced")
def replaced():
    values = {}
    values["title"] = request.args["title"]
    values["footer"] = "<hr>"
    text = values["title"]
    text = values["footer"]
    # ok: python-cross-site-scripting
    return "<body>" + text


@blueprint.get("/kept")
def kept():
    values = {}
    values["title"] = request.args["title"]
    values["footer"] = "<hr>"
    text = values["footer"]
    text = values["title"]
    # ruleid: python-cross-site-scripting
    return "<body>" + text


def not_a_view(request):
    # ok: python-cross-site-scripting
    return "<h1>" + request.args["name"]


def django(request):
    # ruleid: python-cross-site-scripting
    first = mark_safe("<b>" + request.GET["name"] + "</b>")
    # ruleid: python-cross-site-scripting
    second = HttpResponse("<b>" + request.GET["name"])
    # ok: python-cross-site-scripting
    third = HttpResponse(request.GET["name"], content_type="text/plain")
    return first, second, third


class Hello(RequestHandler):
    def get(self):
        # ruleid: python-cross-site-scripting
        self.write("<h1>" + self.get_argument("name"))
        # ok: python-cross-site-scripting
        self.write({"name": self.get_argument("name")})


@app.route("/filled")
def filled():
    parts = {}
    parts["name"] = request.args["name"]
    parts["other"] = "constant"
    # ruleid: python-cross-site-scripting
    return "<p>%(name)s and %(other)s</p>" % parts


@app.route("/emptied")
def emptied():
    parts = {}
    parts["name"] = escape(request.args["name"])
    parts["other"] = "constant"
    # ok: python-cross-site-scripting
    return "<p>%(name)s and %(other)s</p>" % parts


def failed(request, exc_type, exc_value, tb, title):
    # ruleid: python-cross-site-scripting
    first = HttpResponse("<h1>" + title)
    report = Report(request, exc_type, exc_value, tb)
    html = report.as_page()
    # ok: python-cross-site-scripting
    return HttpResponse(html, status=500), first
