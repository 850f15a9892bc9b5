import random
import secrets
import uuid

import numpy as np


class Locker:
    def __init__(self, generator=None):
        self.generator = generator or random.Random()
        self.pins = {}

    def assign(self, owner):
        # ruleid: python-insecure-randomness
        pin = str(self.generator.randrange(0, 10000))
        # ok: python-insecure-randomness
        position = self.generator.randrange(0, 10)
        return owner, pin, position


class TokenFactory:
    def make(self):
        # ruleid: python-insecure-randomness
        return "t_" + str(random.random())

    def size(self):
        # ok: python-insecure-randomness
        return random.randint(1, 3)


def stored(session):
    # ruleid: python-insecure-randomness
    session.add(ApiKey(owner=1, value=str(random.getrandbits(64))))
    # ok: python-insecure-randomness
    session.add(ApiKey(owner=1, value=secrets.token_hex(16)))
    # ok: python-insecure-randomness
    session.add(Sample(owner=1, value=str(random.getrandbits(64))))


def given_away():
    # ruleid: python-insecure-randomness
    first = {"recovery_codes": [str(random.random())]}
    # ok: python-insecure-randomness
    second = {"colours": [str(random.random())]}
    # ruleid: python-insecure-randomness
    send(token=str(uuid.uuid1()))
    # ok: python-insecure-randomness
    send(token=str(uuid.uuid4()))
    generator = np.random.default_rng()
    # ruleid: python-insecure-randomness
    password = "".join(generator.choice(list("abc"), 12))
    # ok: python-insecure-randomness
    other_password = secrets.token_urlsafe(12)
    return first, second, password, other_password


class Pairing:
    device: str
    source: random.Random = None
    words: list = None

    def __post_init__(self):
        # ruleid: python-insecure-randomness
        self.secret = repr(self.source.random())
        # ok: python-insecure-randomness
        self.secret_word = self.words.choice(self.device)


def new_code(digits=6):
    # ruleid: python-insecure-randomness
    return str(random.randint(0, 10**digits - 1)).zfill(digits)


def new_error_code():
    # ok: python-insecure-randomness
    return random.randint(400, 599)


def colour_of(codes):
    # ok: python-insecure-randomness
    return random.choice(codes)
