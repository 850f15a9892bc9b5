import functools
import hashlib
from hashlib import md5

# ruleid: python-weak-hash
TABLE = {"fast": hashlib.md5, "slow": hashlib.sha512}
# ruleid: python-weak-hash
digest = functools.partial(hashlib.new, "md5")
# ok: python-weak-hash
strong = functools.partial(hashlib.new, "sha256")
# ok: python-weak-hash
STRONG = {"slow": hashlib.sha512}


# ruleid: python-weak-hash
quick = hashlib.sha1


def by_name(text):
    # ruleid: python-weak-hash
    first = getattr(hashlib, "sha1")(text)
    # ok: python-weak-hash
    second = getattr(hashlib, "sha256")(text)
    return first, second


def where_nothing_is_said(text, algorithm="sha1"):
    # ruleid: python-weak-hash
    return hashlib.new(algorithm, text)


def where_nothing_is_said_and_fine(text, algorithm: str = "sha256"):
    # ok: python-weak-hash
    return hashlib.new(algorithm, text)


def chosen(text, old):
    if old:
        name = "md5"
    else:
        name = "sha256"
    # ruleid: python-weak-hash
    return hashlib.new(name, text)


def told(text, name):
    # ok: python-weak-hash
    return hashlib.new(name, text)


def said(text):
    # ok: python-weak-hash
    return md5(text, usedforsecurity=False)
