"""The statement is put together and executed by methods of the file."""
import sqlite3

from flask import Flask, abort, request

app = Flask(__name__)
COLUMNS = {"name": "name", "age": "born DESC"}


class Query:
    def __init__(self, table):
        self.table = table
        self.parts = []
        self.values = []

    def where(self, column, value):
        self.parts.append(column + " = ?")
        self.values.append(value)
        return self

    def plain(self, condition):
        self.parts.append(condition)
        return self

    def text(self):
        return f"SELECT * FROM {self.table} WHERE " + " AND ".join(self.parts)


class Store:
    def __init__(self, path):
        self.path = path

    def bound(self, query):
        with sqlite3.connect(self.path) as db:
            # ok: python-sql-injection
            return db.execute(query.text(), query.values).fetchall()

    def ordered(self, order):
        with sqlite3.connect(self.path) as db:
            # ok: python-sql-injection
            return db.execute("SELECT * FROM person ORDER BY " + order).fetchall()

    def like(self, text):
        with sqlite3.connect(self.path) as db:
            # ruleid: python-sql-injection
            return db.execute(f"SELECT * FROM person WHERE name LIKE '%{text}%'").fetchall()


store = Store("/srv/people.sqlite")


def order():
    asked = request.args.get("order", "name")
    if asked not in COLUMNS:
        abort(400)
    return COLUMNS[asked]


@app.get("/people")
def people():
    return {"people": store.ordered(order())}


@app.get("/person")
def person():
    return {"people": store.bound(Query("person").where("name", request.args["name"]))}


@app.get("/search")
def search():
    return {"people": store.like(request.args["q"].strip())}
