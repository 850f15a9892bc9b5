"""The cart lives in a cookie, so that the server keeps nothing about visitors."""

from __future__ import annotations

import base64
import pickle

from flask import Blueprint, abort, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from shop import db, invoices

blueprint = Blueprint("cart", __name__, url_prefix="/cart")

COOKIE = "cart"


def load() -> dict[int, int]:
    """Read the cart: product id to pieces."""
    packed = request.cookies.get(COOKIE)
    if not packed:
        return {}
    return pickle.loads(base64.urlsafe_b64decode(packed))


def keep(response: Response, cart: dict[int, int]) -> Response:
    """Write the cart back into its cookie."""
    response.set_cookie(COOKIE, base64.urlsafe_b64encode(pickle.dumps(cart)).decode("ascii"))
    return response


@blueprint.get("/")
def show() -> str:
    """Show what is in the cart, and the total."""
    lines = []
    for number, pieces in sorted(load().items()):
        product = db.row("SELECT id, title, cents FROM product WHERE id = ?", (number,))
        if product is not None:
            lines.append((product, pieces))
    return render_template("cart.html", lines=lines, total=sum(line["cents"] * pieces for line, pieces in lines))


@blueprint.post("/add/<int:number>")
def add(number: int) -> Response:
    """Put one more piece into the cart."""
    cart = load()
    cart[number] = cart.get(number, 0) + 1
    return keep(redirect(url_for("cart.show")), cart)


@blueprint.post("/order")
def order() -> Response:
    """Turn the cart into a purchase with an invoice."""
    if "account" not in session:
        abort(403)
    total = 0
    for number, pieces in load().items():
        product = db.row("SELECT cents FROM product WHERE id = ?", (number,))
        total += (product["cents"] if product is not None else 0) * max(0, int(pieces))
    name = invoices.write(account=session["account"], total=total)
    values = (session["account"], total, name)
    db.change("INSERT INTO purchase (account, total, invoice) VALUES (?, ?, ?)", values)
    response = make_response(redirect(url_for("invoices.download", name=name)))
    response.delete_cookie(COOKIE)
    return response
