import hashlib
import hmac

from Crypto.Hash import MD5, SHA256
from cryptography.hazmat.primitives import hashes

ALGORITHM = "sha1"


def fingerprints(document, name):
    # ruleid: python-weak-hash
    first = hashlib.md5(document).hexdigest()
    # ruleid: python-weak-hash
    second = hashlib.sha1(document).hexdigest()
    # ruleid: python-weak-hash
    third = hashlib.new("md5", document)
    # ruleid: python-weak-hash
    fourth = hashlib.new(ALGORITHM)
    # ruleid: python-weak-hash
    fifth = hashes.Hash(hashes.SHA1())
    # ruleid: python-weak-hash
    sixth = MD5.new(document)
    # ok: python-weak-hash
    seventh = hashlib.md5(document, usedforsecurity=False)
    # ok: python-weak-hash
    eighth = hashlib.sha256(document)
    # ok: python-weak-hash
    ninth = hashlib.new("sha512", document)
    # ok: python-weak-hash
    tenth = hashlib.new(name, document)
    # ok: python-weak-hash
    eleventh = hashes.Hash(hashes.SHA256())
    # ok: python-weak-hash
    twelfth = SHA256.new(document)
    # ok: python-weak-hash
    thirteenth = hmac.new(b"key", document, "sha256")
    return first, second, third, fourth, fifth, sixth, seventh, eighth, ninth, tenth, eleventh, twelfth, thirteenth
