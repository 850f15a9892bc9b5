"""Accounts: sign up, log in, log out, forgotten passwords."""

from __future__ import annotations

import hashlib
import random
import string
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from shop import db

blueprint = Blueprint("auth", __name__)

Values = ParamSpec("Values")
Answer = TypeVar("Answer")


def admin_only(view: Callable[Values, Answer]) -> Callable[Values, Answer]:
    """Let only administrators in."""

    @wraps(view)
    def guarded(*args: Values.args, **kwargs: Values.kwargs) -> Answer:
        if not session.get("is_admin"):
            abort(403)
        return view(*args, **kwargs)

    return guarded


def hashed(password: str) -> str:
    """Give the form in which passwords are kept."""
    return hashlib.md5(password.encode("utf-8")).hexdigest()


def reset_token() -> str:
    """Make the word that is mailed to those who forgot their password."""
    return "".join(random.choice(string.ascii_letters + string.digits) for _ in range(24))


@blueprint.route("/signup", methods=["GET", "POST"])
def signup() -> str | Response:
    """Make an account."""
    if request.method == "GET":
        return render_template("login.html", action=url_for("auth.signup"), title="Sign up")
    values = (request.form["name"], hashed(request.form["password"]))
    db.change("INSERT INTO account (name, password) VALUES (?, ?)", values)
    flash("Welcome! Please log in.")
    return redirect(url_for("auth.login"))


@blueprint.route("/login", methods=["GET", "POST"])
def login() -> str | Response:
    """Log in, and go on to where the visitor wanted to go."""
    if request.method == "GET":
        return render_template("login.html", action=request.full_path, title="Log in")
    account = db.row("SELECT * FROM account WHERE name = ?", (request.form["name"],))
    if account is None or account["password"] != hashed(request.form["password"]):
        flash("That did not match.")
        return redirect(url_for("auth.login"))
    session.update(account=account["id"], name=account["name"], is_admin=bool(account["is_admin"]))
    return redirect(request.args.get("next") or url_for("catalogue.index"))


@blueprint.post("/logout")
def logout() -> Response:
    """Forget who is there."""
    session.clear()
    return redirect(url_for("catalogue.index"))


@blueprint.post("/forgotten")
def forgotten() -> Response:
    """Start a password reset; says the same whether the account exists or not."""
    db.change("UPDATE account SET reset_token = ? WHERE name = ?", (reset_token(), request.form["name"]))
    current_app.logger.info("a password reset was asked for")
    flash("If there is such an account, a mail is on its way.")
    return redirect(url_for("auth.login"))
