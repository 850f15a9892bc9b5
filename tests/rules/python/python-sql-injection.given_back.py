"""What functions of the same file give back."""

import enum

from flask import abort, request
from psycopg2 import sql

COLUMNS = {"name": "item.name", "price": "item.price"}


class State(enum.Enum):
    OPEN = "open"
    PAID = "paid"

    @classmethod
    def parse(cls, text):
        return cls(text.lower())


def column(wanted):
    return COLUMNS.get(wanted, COLUMNS["name"])


def strict_column(wanted):
    try:
        return COLUMNS[wanted]
    except KeyError:
        abort(400)


def any_column(wanted):
    return COLUMNS.get(wanted, wanted)


def year(text):
    try:
        number = int(text)
    except ValueError:
        abort(400)
    if number < 2000:
        abort(404)
    return number


def perhaps(text):
    try:
        number = int(text)
    except ValueError:
        return text
    return number


def statement(schema):
    return sql.SQL("SELECT * FROM {}.item").format(sql.Identifier(schema))


def state(text):
    try:
        return State(text)
    except ValueError:
        abort(400)


def member(kind, text):
    return kind(text)


def items(cursor):
    # ok: python-sql-injection
    cursor.execute("SELECT * FROM item ORDER BY " + column(request.args.get("sort")))
    # ok: python-sql-injection
    cursor.execute("SELECT * FROM item ORDER BY " + strict_column(request.args.get("sort")))
    # ruleid: python-sql-injection
    cursor.execute("SELECT * FROM item ORDER BY " + any_column(request.args.get("sort")))
    # ok: python-sql-injection
    cursor.execute(f"SELECT * FROM item_{year(request.args['year'])}")
    # ok: python-sql-injection
    cursor.execute(statement(request.headers["X-Tenant"]))
    wanted = state(request.args["state"])
    # ok: python-sql-injection
    cursor.execute(f"SELECT * FROM item WHERE state = '{wanted.value}'")
    # ruleid: python-sql-injection
    cursor.execute(f"SELECT * FROM item WHERE state = '{request.args['state']}'")
    # ok: python-sql-injection
    cursor.execute(f"SELECT * FROM item WHERE state = '{State.parse(request.args['state']).value}'")
    # ok: python-sql-injection
    cursor.execute(f"SELECT * FROM item WHERE state = '{member(State, request.args['state']).value}'")
    given = request.get_json()["filter"]
    # ruleid: python-sql-injection
    cursor.execute(f"SELECT * FROM item WHERE name = '{given.value}'")
    # ruleid: python-sql-injection
    cursor.execute(f"SELECT * FROM item_{perhaps(request.args['year'])}")
