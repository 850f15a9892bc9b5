import re

import ldap
import ldap.dn
import ldap.filter
import ldap3
from flask import request
from ldap3.utils.conv import escape_filter_chars

ATTRIBUTES = ["mail", "cn"]
GROUPS = {"staff": "ou=staff,dc=example", "guests": "ou=guests,dc=example"}


def with_ldap3(server):
    connection = ldap3.Connection(server)
    uid = request.args["uid"]
    # ruleid: python-ldap-injection
    connection.search("ou=people,dc=example", f"(uid={uid})", attributes=ATTRIBUTES)
    # ruleid: python-ldap-injection
    connection.search(search_base="ou=people,dc=example", search_filter="(uid=%s)" % uid)
    # ruleid: python-ldap-injection
    connection.search("ou=" + uid + ",dc=example", "(objectClass=person)")
    # ok: python-ldap-injection
    connection.search("ou=people,dc=example", f"(uid={escape_filter_chars(uid)})", attributes=ATTRIBUTES)
    # ok: python-ldap-injection
    connection.search("ou=people,dc=example", "(objectClass=person)", attributes=[uid])
    safe = escape_filter_chars(uid)
    # ok: python-ldap-injection
    connection.search("ou=people,dc=example", "(&(uid=" + safe + ")(objectClass=person))")
    # ok: python-ldap-injection
    connection.search(GROUPS[request.args["group"]], "(objectClass=person)")


def with_python_ldap():
    directory = ldap.initialize("ldaps://directory.example")
    name = request.form.get("name", "")
    clauses = []
    clauses.append("(objectClass=person)")
    clauses.append("(cn=" + name + ")")
    # ruleid: python-ldap-injection
    directory.search_s("dc=example", ldap.SCOPE_SUBTREE, "(&" + "".join(clauses) + ")")
    # ok: python-ldap-injection
    directory.search_s("dc=example", ldap.SCOPE_SUBTREE, ldap.filter.filter_format("(cn=%s)", [name]))
    # ok: python-ldap-injection
    directory.search_s("dc=example", ldap.SCOPE_SUBTREE, "(cn=" + ldap.filter.escape_filter_chars(name) + ")")
    # ruleid: python-ldap-injection
    directory.simple_bind_s(f"uid={name},dc=example", request.form["password"])
    # ok: python-ldap-injection
    directory.simple_bind_s(f"uid={ldap.dn.escape_dn_chars(name)},dc=example", request.form["password"])
    if not re.fullmatch(r"[a-z0-9]+", name):
        return
    # ok: python-ldap-injection
    directory.search_s("dc=example", ldap.SCOPE_SUBTREE, f"(uid={name})")


def not_a_directory(pattern):
    # ok: python-ldap-injection
    re.search(r"\d+", request.args["uid"])
    # ok: python-ldap-injection
    pattern.search(request.args["uid"], 3)
