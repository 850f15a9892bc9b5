import flask
from flask import Blueprint, request, session

from shop import db

blueprint = Blueprint("auth", __name__)

LANGUAGES = ("de", "en")
THEMES = {"dark": "dark.css", "light": "light.css"}


@blueprint.post("/choose/<name>")
def choose(name):
    # ruleid: python-trust-boundary-violation
    session["account"] = request.form["account"]
    # ruleid: python-trust-boundary-violation
    flask.session["name"] = name
    # ruleid: python-trust-boundary-violation
    session[request.form["key"]] = "yes"
    key = request.form["key"]
    # ruleid: python-trust-boundary-violation
    session[key] = 1
    # ruleid: python-trust-boundary-violation
    session.update(role=request.form["role"])
    # ruleid: python-trust-boundary-violation
    session.setdefault("role", request.cookies.get("role"))


def chosen_well():
    # ok: python-trust-boundary-violation
    session["account"] = int(request.form["account"])
    # ok: python-trust-boundary-violation
    session["theme"] = THEMES[request.form["theme"]]
    language = request.form["language"]
    if language not in LANGUAGES:
        language = "en"
    # ok: python-trust-boundary-violation
    session["language"] = language
    account = db.row("SELECT id, name FROM account WHERE name = ?", (request.form["name"],))
    # ok: python-trust-boundary-violation
    session.update(account=account["id"], name=account["name"])
    # ok: python-trust-boundary-violation
    session["remember"] = request.form.get("remember") == "yes"
    # ok: python-trust-boundary-violation
    session.pop(request.form["key"], None)
    # ok: python-trust-boundary-violation
    session["seen"] = True


def django(request):
    # ruleid: python-trust-boundary-violation
    request.session["account"] = request.POST["account"]
    # ok: python-trust-boundary-violation
    request.session["account"] = request.user.id


def reads():
    # ok: python-trust-boundary-violation
    return session.get(request.args["key"])
