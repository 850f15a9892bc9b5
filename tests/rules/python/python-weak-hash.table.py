"""Hashes whose names stand in a table."""

import hashlib

SCHEMES = {"v1": "md5", "v2": "sha256"}
STRONG = {"v2": "sha256", "v3": "sha3_256"}


def sign(scheme, body):
    # ruleid: python-weak-hash
    first = hashlib.new(SCHEMES[scheme], body)
    # ok: python-weak-hash
    second = hashlib.new(STRONG[scheme], body)
    # ok: python-weak-hash
    third = hashlib.new(SCHEMES[scheme], body, usedforsecurity=False)
    return first, second, third
