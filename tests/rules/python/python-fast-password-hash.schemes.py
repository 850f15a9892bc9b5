"""Schemes that are given to what hashes passwords."""

from passlib.hash import argon2, ldap_md5, nthash


class Policy:
    def __init__(self, scheme):
        self.scheme = scheme

    def encode(self, password):
        return self.scheme.hash(password)


# ruleid: python-fast-password-hash
old = Policy(ldap_md5)
# ruleid: python-fast-password-hash
older = Policy(scheme=nthash)
# ok: python-fast-password-hash
new = Policy(argon2)
# ok: python-fast-password-hash
newer = Policy(scheme=argon2)
