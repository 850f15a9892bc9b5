"""Pages that functions of the same file make."""

from flask import Flask, request
from markupsafe import escape

app = Flask(__name__)


def heading(term):
    label = escape(term) if term else "all"
    return f"<h1>{label}</h1>"


def plain(term):
    label = term if term else "all"
    return f"<h1>{label}</h1>"


@app.get("/page")
def page():
    term = request.args.get("q", "")
    # ok: python-cross-site-scripting
    return heading(term) + "<hr>"


@app.get("/other")
def other_page():
    term = request.args.get("q", "")
    # ruleid: python-cross-site-scripting
    return plain(term) + "<hr>"
