"""Statements that a helper composes of names and values."""

import psycopg
from flask import request
from psycopg import sql


def build(column):
    return sql.SQL("SELECT id, {column} FROM items WHERE {column} >= {least}").format(
        column=sql.Identifier(column), least=sql.Placeholder("least")
    )


def build_by_hand(column):
    return "SELECT id, " + column + " FROM items"


def items():
    with psycopg.connect("dbname=items") as connection:
        # ok: python-sql-injection
        return connection.execute(build(request.values["column"]), {"least": 0}).fetchall()


def items_by_hand():
    with psycopg.connect("dbname=items") as connection:
        # ruleid: python-sql-injection
        return connection.execute(build_by_hand(request.values["column"])).fetchall()
