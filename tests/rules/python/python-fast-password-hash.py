import hashlib

import bcrypt
from flask import request
from werkzeug.security import generate_password_hash


def stored(password, document):
    # ruleid: python-fast-password-hash
    first = hashlib.md5(password.encode("utf-8")).hexdigest()
    # ruleid: python-fast-password-hash
    second = hashlib.sha256(request.form["password"].encode()).hexdigest()
    # ok: python-fast-password-hash
    third = generate_password_hash(password)
    # ok: python-fast-password-hash
    fourth = bcrypt.hashpw(password.encode(), bcrypt.gensalt())
    # ok: python-fast-password-hash
    fifth = hashlib.scrypt(password.encode(), salt=b"0123456789abcdef", n=16384, r=8, p=1)
    # ok: python-fast-password-hash
    sixth = hashlib.pbkdf2_hmac("sha256", password.encode(), b"0123456789abcdef", 600_000)
    # ok: python-fast-password-hash
    seventh = hashlib.sha256(document).hexdigest()
    return first, second, third, fourth, fifth, sixth, seventh


def hash_password(text, salt):
    # ruleid: python-fast-password-hash
    return hashlib.sha512(salt + text.encode()).hexdigest()


def checksum(text):
    # ok: python-fast-password-hash
    return hashlib.sha512(text.encode()).hexdigest()
