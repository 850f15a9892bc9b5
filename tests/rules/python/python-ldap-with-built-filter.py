import re

import ldap
import ldap3
from ldap.filter import filter_format
from ldap3.utils.conv import escape_filter_chars


class Directory:
    user_filter = "(uid=USERNAME)"

    def __init__(self, client, connection: ldap3.Connection):
        self.client = client
        self.connection = connection

    def find(self, user):
        # ruleid: python-ldap-with-built-filter
        self.connection.search("dc=example", f"(&(objectClass=Person)(uid={user}))", attributes=["cn"])
        wanted = self.user_filter.replace("USERNAME", user)
        # ruleid: python-ldap-with-built-filter
        self.connection.search("dc=example", wanted)
        question = "userPrincipalName=%s" % user
        # ruleid: python-ldap-with-built-filter
        self.client.search_s("dc=example", ldap.SCOPE_SUBTREE, question, ["cn"])
        # ruleid: python-ldap-with-built-filter
        self.client.search_ext_s("dc=example", ldap.SCOPE_SUBTREE, "(uid=" + user + ")")
        # ok: python-ldap-with-built-filter
        self.connection.search("dc=example", f"(uid={escape_filter_chars(user)})")
        # ok: python-ldap-with-built-filter
        self.connection.search("dc=example", "(objectClass=person)")
        # ok: python-ldap-with-built-filter
        self.client.search_s("dc=example", ldap.SCOPE_SUBTREE, filter_format("(uid=%s)", [user]))
        # ok: python-ldap-with-built-filter
        self.client.search_s("dc=%s" % user, ldap.SCOPE_BASE, "(objectClass=*)")
        safe = escape_filter_chars(user)
        # ok: python-ldap-with-built-filter
        self.connection.search("dc=example", "(objectClass=person)", attributes=[safe])
        # ok: python-ldap-with-built-filter
        return re.search("a", f"(uid={user})")


LOGIN = re.compile(r"[a-z][a-z0-9]{2,15}")


def card(connection: ldap3.Connection, login, number):
    if not LOGIN.fullmatch(login):
        return None
    if not number.isdecimal():
        return None
    # ok: python-ldap-with-built-filter
    connection.search("dc=example", "(uid=" + login + ")")
    # ok: python-ldap-with-built-filter
    return connection.search("dc=example", f"(employeeNumber={number})")
