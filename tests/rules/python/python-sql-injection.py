import sqlite3

import flask
import psycopg2.sql
import sqlalchemy as sa
from django.db.models.expressions import RawSQL
from fastapi import APIRouter, Depends
from flask import Blueprint, request
from flask import request as incoming
from sqlalchemy import select, text

blueprint = Blueprint("catalogue", __name__)
router = APIRouter()

ORDERS = {"title": "title", "price": "cents"}
COLUMNS = ("title", "cents")


def connection():
    return sqlite3.connect("shop.sqlite3")


@blueprint.get("/search")
def search():
    term = request.args.get("q", "")
    # ruleid: python-sql-injection
    connection().execute(f"SELECT * FROM product WHERE title LIKE '%{term}%'")
    # ruleid: python-sql-injection
    connection().execute("SELECT * FROM product WHERE title = '%s'" % term)
    # ruleid: python-sql-injection
    connection().execute("SELECT * FROM product WHERE title = '{}'".format(term))
    # ok: python-sql-injection
    connection().execute("SELECT * FROM product WHERE title LIKE ?", (f"%{term}%",))
    # ok: python-sql-injection
    connection().execute("SELECT * FROM product WHERE title = :title", {"title": term})


@blueprint.get("/multi")
def over_several_lines():
    cursor = connection().cursor()
    name = flask.request.form["name"]
    statement = "SELECT * FROM account WHERE name = '"
    statement += name
    statement += "'"
    # ruleid: python-sql-injection
    cursor.execute(statement)
    # ruleid: python-sql-injection
    cursor.executescript(statement + ";")
    statement = "SELECT 1"
    # ok: python-sql-injection
    cursor.execute(statement)
    cursor.executemany(
        # ruleid: python-sql-injection
        "INSERT INTO " + incoming.values["table"] + " VALUES (?)",
        [(1,), (2,)],
    )


@blueprint.get("/order")
def sorted_by():
    order = ORDERS.get(request.args.get("order", "title"), "title")
    # ok: python-sql-injection
    connection().execute("SELECT * FROM product ORDER BY " + order)
    # ok: python-sql-injection
    connection().execute("SELECT * FROM product ORDER BY " + ORDERS[request.args["order"]])
    column = request.args["column"]
    if column not in COLUMNS:
        flask.abort(400)
    # ok: python-sql-injection
    connection().execute(f"SELECT {column} FROM product")
    direction = request.args.get("direction")
    if not direction or direction not in ("asc", "desc"):
        direction = "asc"
    # ok: python-sql-injection
    connection().execute("SELECT * FROM product ORDER BY title " + direction)
    page = request.args.get("page", default=0, type=int)
    # ok: python-sql-injection
    connection().execute(f"SELECT * FROM product LIMIT 24 OFFSET {page}")
    # ok: python-sql-injection
    connection().execute(f"SELECT * FROM product LIMIT 24 OFFSET {int(request.args['page'])}")
    word = request.args["word"]
    if not word.isalnum():
        return "no"
    # ok: python-sql-injection
    connection().execute(f"SELECT * FROM product WHERE title = '{word}'")
    flag = "yes" if request.args.get("flag") == "1" else "no"
    # ok: python-sql-injection
    connection().execute(f"SELECT * FROM product WHERE flag = '{flag}'")


@blueprint.get("/product/<number>/<int:size>")
def by_route(number, size):
    # ruleid: python-sql-injection
    connection().execute("SELECT * FROM product WHERE id = " + number)


@blueprint.get("/pages/<int:number>")
def by_number(number):
    # ok: python-sql-injection
    connection().execute(f"SELECT * FROM product WHERE id = {number}")


@router.get("/items")
async def items(kind: str, limit: int, session=Depends(connection)):
    # ruleid: python-sql-injection
    session.execute(f"SELECT * FROM item WHERE kind = '{kind}'")
    # ok: python-sql-injection
    session.execute(f"SELECT * FROM item LIMIT {limit}")


def alchemy(session, Product):
    sort, order = request.args.get("sort"), request.args.get("order")
    # ruleid: python-sql-injection
    session.query(Product).order_by(text(sort + " " + order))
    # ruleid: python-sql-injection
    session.execute(sa.text(f"SELECT * FROM product ORDER BY {sort}"))
    # ok: python-sql-injection
    session.execute(text("SELECT * FROM product WHERE title = :title").bindparams(title=sort))
    # ok: python-sql-injection
    session.execute(text("SELECT * FROM product WHERE title = :title"), {"title": sort})
    # ok: python-sql-injection
    session.execute(select(Product).where(Product.title == sort))
    # ok: python-sql-injection
    session.execute(select(Product).filter_by(title=sort).where(Product.title.ilike(f"%{order}%")))
    # ruleid: python-sql-injection
    session.execute(select(Product).where(text("title = '" + sort + "'")))


def django(request, Product):
    # ruleid: python-sql-injection
    Product.objects.raw("SELECT * FROM product WHERE title = '%s'" % request.GET["title"])
    # ok: python-sql-injection
    Product.objects.raw("SELECT * FROM product WHERE title = %s", [request.GET["title"]])
    # ruleid: python-sql-injection
    Product.objects.extra(where=["title = '" + request.POST["title"] + "'"])
    # ok: python-sql-injection
    Product.objects.extra(where=["title = %s"], params=[request.POST["title"]])
    # ruleid: python-sql-injection
    Product.objects.annotate(value=RawSQL("SELECT " + request.GET["column"], []))
    # ok: python-sql-injection
    Product.objects.filter(title=request.GET["title"])


def postgres(cursor):
    table = request.args["table"]
    # ok: python-sql-injection
    cursor.execute(psycopg2.sql.SQL("SELECT * FROM {}").format(psycopg2.sql.Identifier(table)))
    # ruleid: python-sql-injection
    cursor.execute(psycopg2.sql.SQL("SELECT * FROM " + table))


def title_of_request():
    return request.form.get("title")


def run(statement):
    cursor = connection().cursor()
    cursor.execute(statement)
    return cursor.fetchall()


def helpers(db):
    # ruleid: python-sql-injection
    connection().execute("DELETE FROM product WHERE title = '" + title_of_request() + "'")
    # ruleid: python-sql-injection
    run("DELETE FROM product WHERE id = " + request.form["id"])
    # ok: python-sql-injection
    run("DELETE FROM product")
    # ruleid: python-sql-injection
    db.rows("SELECT * FROM product ORDER BY " + request.args["order"], ())
    query = f"SELECT * FROM product WHERE title = '{request.args['title']}'"
    # ok: python-sql-injection
    flask.current_app.logger.debug(query)
    # ruleid: python-sql-injection
    db.rows(query)
    # ok: python-sql-injection
    db.rows("SELECT * FROM product WHERE title = ?", (request.args["title"],))


def containers(cursor):
    values = {}
    values["given"] = request.args["title"]
    values["fixed"] = "Oak frame"
    # ruleid: python-sql-injection
    cursor.execute("SELECT * FROM product WHERE title = '" + values["given"] + "'")
    # ok: python-sql-injection
    cursor.execute("SELECT * FROM product WHERE title = '" + values["fixed"] + "'")
    title = values["given"]
    title = values["fixed"]
    # ok: python-sql-injection
    cursor.execute("SELECT * FROM product WHERE title = '" + title + "'")
    conditions = ["cents > 0"]
    conditions.append("title = '" + request.args["title"] + "'")
    # ruleid: python-sql-injection
    cursor.execute("SELECT * FROM product WHERE " + " AND ".join(conditions))
    marks = ", ".join("?" for _ in request.args.getlist("id"))
    # ok: python-sql-injection
    cursor.execute("SELECT * FROM product WHERE id IN (?, ?)", request.args.getlist("id"))
    shortened = request.args["title"][:20]
    # ruleid: python-sql-injection
    cursor.execute("SELECT * FROM product WHERE title = '" + shortened + "'")
    # ok: python-sql-injection
    cursor.execute("SELECT * FROM product WHERE id = %d" % len(marks))


def found_by_a_constant_statement(cursor):
    row = cursor.execute("SELECT id, title FROM product WHERE id = ?", (request.args["id"],)).fetchone()
    # ok: python-sql-injection
    cursor.execute(f"SELECT * FROM review_{row['id']}")


def counted(cursor, session, Product):
    # ruleid: python-sql-injection
    number = int(cursor.execute(f"SELECT count(*) FROM {request.args['table']}").fetchone()[0])
    # ruleid: python-sql-injection
    found = len(cursor.execute("SELECT * FROM product ORDER BY " + request.args["order"]).fetchall())
    # ok: python-sql-injection
    cursor.execute(f"SELECT * FROM product LIMIT {int(request.args['page'].strip())} OFFSET 24")
    # ok: python-sql-injection
    session.query(Product).filter(Product.title.contains(request.args["title"])).all()
    return number, found
