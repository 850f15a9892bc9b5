"""Filters that functions of the same file get and give back."""

from flask import request
from ldap3 import Connection
from ldap3.utils.conv import escape_filter_chars


def entries(conn: Connection, condition):
    # ok: python-ldap-injection
    return conn.search("dc=example", condition)


def others(conn: Connection, condition):
    # ruleid: python-ldap-injection
    return conn.search("dc=example", condition)


def by_name(name):
    kept = escape_filter_chars(name)
    return f"(cn={kept})"


def people(conn: Connection):
    name = request.args.get("name", "").strip()
    term = escape_filter_chars(name)
    return entries(conn, f"(cn=*{term}*)")


def more_people(conn: Connection):
    name = request.args.get("name", "").strip()
    term = f"*{name}*"
    return others(conn, f"(cn={term})")


def by_helper(conn: Connection):
    # ok: python-ldap-injection
    conn.search("dc=example", by_name(request.args["name"]))
