"""Codes that somebody types in, and keys of so many characters."""

import random
import secrets
import string
from random import choice

ALPHABET = string.ascii_letters + string.digits


class Codes:
    def issue(self, login):
        # ruleid: python-insecure-randomness
        code = str(random.randint(0, 999999)).zfill(6)
        self.codes[login] = code
        return code

    def issue_by_format(self, login):
        # ruleid: python-insecure-randomness
        code = f"{random.randrange(10**6):06d}"
        self.codes[login] = code
        return code

    def issue_secretly(self, login):
        # ok: python-insecure-randomness
        code = str(secrets.randbelow(1000000)).zfill(6)
        self.codes[login] = code
        return code

    def status(self):
        # ok: python-insecure-randomness
        code = random.choice([200, 404, 500])
        return code


class ResetCodes:
    def __init__(self):
        self.generator = random.Random(1)

    def issue(self, login):
        # ruleid: python-insecure-randomness
        self.pending[login] = "{:06d}".format(self.generator.randint(0, 999999))

    def issue_secretly(self, login):
        # ok: python-insecure-randomness
        self.pending[login] = "{:06d}".format(secrets.randbelow(1000000))


def make_key(prefix):
    # ruleid: python-insecure-randomness
    return prefix + "_" + "".join(choice(ALPHABET) for _ in range(40))


def new_key(prefix):
    # ok: python-insecure-randomness
    return prefix + "_" + "".join(secrets.choice(ALPHABET) for _ in range(40))


def make_name(prefix):
    # ok: python-insecure-randomness
    return prefix + "_" + "".join(choice(ALPHABET) for _ in range(8))
