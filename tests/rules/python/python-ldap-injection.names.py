import ldap
from flask import Flask, request
from ldap3.utils.dn import escape_rdn

app = Flask(__name__)


def name_of(user):
    return "uid=%s,dc=example" % escape_rdn(user)


def raw_name_of(user):
    return "uid=%s,dc=example" % user


@app.post("/disable")
def disable():
    # ruleid: python-ldap-injection
    connection.modify(raw_name_of(request.form["user"]), {"a": []})
    # ok: python-ldap-injection
    connection.modify(name_of(request.form["user"]), {"a": []})
    site = request.cookies["site"]
    # ruleid: python-ldap-injection
    connection.search("dc=example", ldap.SCOPE_SUBTREE, "(site=" + site + ")")
    # ok: python-ldap-injection
    connection.search("dc=example", ldap.SCOPE_SUBTREE, "(site=hq)")
    return "yes"
