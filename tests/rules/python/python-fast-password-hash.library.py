"""What passlib offers."""

from passlib.hash import argon2, hex_sha1, ldap_md5, pbkdf2_sha256


def keep(account, password):
    # ruleid: python-fast-password-hash
    account.password = hex_sha1.hash(password)
    # ruleid: python-fast-password-hash
    account.directory = ldap_md5.hash(password)
    # ok: python-fast-password-hash
    account.password = argon2.hash(password)
    # ok: python-fast-password-hash
    account.password = pbkdf2_sha256.using(rounds=600_000).hash(password)
