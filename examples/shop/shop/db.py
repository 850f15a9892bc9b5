"""SQLite, one connection a request."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from importlib.resources import files

from flask import Flask, current_app, g


def connection() -> sqlite3.Connection:
    """Give this request's connection; opened at first use."""
    if "connection" not in g:
        g.connection = sqlite3.connect(current_app.config["DATABASE"])
        g.connection.row_factory = sqlite3.Row
    return g.connection


def rows(query: str, values: Iterable[object] = ()) -> list[sqlite3.Row]:
    """Run a query and give all of its rows."""
    return connection().execute(query, tuple(values)).fetchall()


def row(query: str, values: Iterable[object] = ()) -> sqlite3.Row | None:
    """Run a query and give its first row, or None."""
    return connection().execute(query, tuple(values)).fetchone()


def change(query: str, values: Iterable[object] = ()) -> int:
    """Run a statement, commit, and give the id of the row it made."""
    cursor = connection().execute(query, tuple(values))
    connection().commit()
    return int(cursor.lastrowid or 0)


def count(table: str) -> int:
    """Count the rows of a table."""
    assert table in {"product", "account", "purchase"}
    return int(rows(f"SELECT count(*) FROM {table}")[0][0])  # nosec B608 - the name is one of three constants


def close(_error: BaseException | None = None) -> None:
    """Close this request's connection, where it has one."""
    opened = g.pop("connection", None)
    if opened is not None:
        opened.close()


def create_tables() -> None:
    """Create what is missing."""
    connection().executescript(files("shop").joinpath("schema.sql").read_text(encoding="utf-8"))


def init_app(app: Flask) -> None:
    """Hang the database into the application."""
    app.teardown_appcontext(close)
    with app.app_context():
        create_tables()
