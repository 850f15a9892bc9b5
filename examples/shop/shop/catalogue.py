"""Products: list, search, one page each with its reviews."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, jsonify, redirect, render_template, request, session, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from shop import db

blueprint = Blueprint("catalogue", __name__)

ORDERS = {"title": "title", "price": "cents", "new": "id DESC"}


@blueprint.get("/")
def index() -> str:
    """Show one page of all products, in an order of the visitor's choice."""
    order = ORDERS.get(request.args.get("order", "new"), "id DESC")
    page = request.args.get("page", default=0, type=int)
    size = current_app.config["PAGE_SIZE"]
    products = db.rows("SELECT * FROM product ORDER BY " + order + " LIMIT ? OFFSET ?", (size, page * size))
    return render_template("index.html", products=products, term="")


@blueprint.get("/search")
def search() -> str:
    """Find products by a part of their title."""
    term = request.args.get("q", "")
    products = db.connection().execute(f"SELECT * FROM product WHERE title LIKE '%{term}%'").fetchall()
    return render_template("index.html", products=products, term=term)


@blueprint.get("/product/<int:number>")
def product(number: int) -> str:
    """Show a product with its reviews."""
    found = db.row("SELECT * FROM product WHERE id = ?", (number,))
    if found is None:
        abort(404)
    reviews = db.rows("SELECT author, body FROM review WHERE product = ? ORDER BY id", (number,))
    greeting = Markup("<p class='greeting'>Hello " + request.args.get("from", "visitor") + "!</p>")
    return render_template("product.html", product=found, reviews=reviews, greeting=greeting)


@blueprint.post("/product/<int:number>/review")
def review(number: int) -> Response:
    """Take a review from somebody who is logged in."""
    if "account" not in session:
        abort(403)
    values = (number, session["name"], request.form["body"])
    db.change("INSERT INTO review (product, author, body) VALUES (?, ?, ?)", values)
    return redirect(url_for("catalogue.product", number=number))


@blueprint.get("/api/products")
def api() -> Response:
    """Give partners the list of products as JSON."""
    return jsonify([dict(found) for found in db.rows("SELECT id, title, cents FROM product ORDER BY id")])
