"""Functions that choose where to go, and those that only look as if they did."""

import re
import uuid

from flask import Flask, abort, redirect, request

app = Flask(__name__)
PAGES = {"home": "/", "help": "/help"}
NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")


def page(key):
    found = PAGES.get(key)
    if found is None:
        abort(404)
    return found


def order(raw):
    number = int(raw)
    if number < 1:
        raise ValueError(raw)
    return f"/orders/{number}"


def receipt(raw):
    try:
        key = uuid.UUID(raw)
    except ValueError:
        abort(400)
    return f"/receipts/{key}"


def named(raw):
    if not NAME.fullmatch(raw):
        return "/names"
    return "/names/" + raw


def kind(raw):
    match raw.split("-"):
        case ["one", *_]:
            return "/one"
        case _:
            return "/other"


def known(raw):
    try:
        return int(raw)
    except ValueError:
        return raw


def begun(raw):
    if not NAME.match(raw):
        return "/names"
    return raw


def kept(raw):
    found = PAGES.get("home")
    if raw:
        found = raw
    return found


@app.route("/page")
def to_page():
    # ok: python-open-redirect
    return redirect(page(request.args["to"]))


@app.route("/order")
def to_order():
    location = order(request.args["number"])
    # ok: python-open-redirect
    return redirect(location)


@app.route("/receipt")
def to_receipt():
    raw = request.args.get("key", "")
    # ok: python-open-redirect
    return redirect(receipt(raw), code=303)


@app.route("/named")
def to_named():
    # ok: python-open-redirect
    return redirect(named(request.args["name"]))


@app.route("/kind")
def to_kind():
    location = kind(request.args["kind"])
    # ok: python-open-redirect
    return redirect(location)


@app.route("/known")
def to_known():
    # ruleid: python-open-redirect
    return redirect(known(request.args["to"]))


@app.route("/begun")
def to_begun():
    location = begun(request.args["to"])
    # ruleid: python-open-redirect
    return redirect(location)


@app.route("/kept")
def to_kept():
    # ruleid: python-open-redirect
    return redirect(kept(request.args["to"]))
