import ldap
from flask import Flask, request
from ldap.dn import escape_dn_chars

app = Flask(__name__)


@app.post("/phones")
def phones():
    surname = escape_dn_chars(request.form["surname"])
    wanted = "(sn=%s)" % surname
    # ruleid: python-ldap-injection
    found = connection.search_s("ou=people,dc=example", ldap.SCOPE_ONELEVEL, wanted, ["telephoneNumber"])
    # ok: python-ldap-injection
    return found or connection.search_s("ou=people,dc=example", ldap.SCOPE_ONELEVEL, "(sn=*)")
