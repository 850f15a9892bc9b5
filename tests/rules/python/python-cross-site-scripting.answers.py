import html

from django.http import HttpResponse
from django.utils.html import format_html
from flask import Flask, Response, render_template_string, request

app = Flask(__name__)
LAYOUT = "<p>{{ name|safe }}</p>"


@app.route("/typed")
def typed():
    name = request.args["name"]
    # ruleid: python-cross-site-scripting
    return f"<b>{name}</b>", 200, {"Content-Type": "text/html; charset=utf-8"}


@app.route("/text")
def text():
    name = request.args["name"]
    # ok: python-cross-site-scripting
    return f"<b>{name}</b>", 200, {"Content-Type": "text/plain"}


@app.route("/said-safe")
def said_safe():
    # ruleid: python-cross-site-scripting
    return render_template_string(LAYOUT, name=request.cookies.get("name", ""))


@app.route("/escaped")
def escaped():
    # ok: python-cross-site-scripting
    return render_template_string("<p>{{ name }}</p>", name=request.cookies.get("name", ""))


@app.errorhandler(404)
def not_found(error):
    # ruleid: python-cross-site-scripting
    return "<p>Nothing at " + request.path + "</p>", 404


@app.errorhandler(405)
def not_allowed(error):
    # ok: python-cross-site-scripting
    return "<p>Not allowed</p>", 405


def badge(request):
    label = request.GET.get("label", "new")
    # ruleid: python-cross-site-scripting
    markup = format_html(f"<span>{label}</span>")
    # ok: python-cross-site-scripting
    fine = format_html("<span>{}</span>", label)
    # ruleid: python-cross-site-scripting
    first = HttpResponse(markup)
    # ok: python-cross-site-scripting
    second = HttpResponse(fine)
    return first or second


def page(name):
    # ruleid: python-cross-site-scripting
    return HttpResponse("<p>" + name + "</p>")


def constant_page(name):
    # ok: python-cross-site-scripting
    return HttpResponse("<p>" + name + "</p>")


def pages(request):
    constant_page("shop")
    return page(request.GET["name"])


def field(value):
    return '<input value="%s">' % html.escape(value, quote=True)


@app.route("/form")
def form():
    # ok: python-cross-site-scripting
    return "<form>" + field(request.args["city"]) + "</form>"


@app.route("/echo")
def echo():
    answer = Response("You sent: " + request.args["text"], mimetype="text/plain")
    # ok: python-cross-site-scripting
    return answer


@app.route("/receipt")
def receipt():
    text = "Customer: " + request.args["customer"]
    # ok: python-cross-site-scripting
    plain = make_response(text)
    plain.mimetype = "text/plain"
    # ok: python-cross-site-scripting
    table = make_response(text)
    table.headers["Content-Type"] = "text/csv; charset=utf-8"
    # ok: python-cross-site-scripting
    data = Response(text)
    data.content_type = "application/json"
    # ruleid: python-cross-site-scripting
    page = make_response(text)
    page.mimetype = "text/html"
    # ruleid: python-cross-site-scripting
    image = make_response(text)
    image.mimetype = "image/svg+xml"
    answers.extend([plain, table, data, page, image])
    return "done"


@app.route("/raw")
def raw():
    # ruleid: python-cross-site-scripting
    answer = make_response("<p>" + request.args["text"])
    if request.args.get("raw"):
        answer.mimetype = "text/plain"
    return answer
