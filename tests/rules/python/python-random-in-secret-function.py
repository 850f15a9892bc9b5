import random
import secrets
from random import choice, randrange

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def create_nonce():
    # ruleid: python-random-in-secret-function
    number = random.randint(0, 2**31)
    return str(number)


class Packet:
    def CreateAuthenticator(self):
        data = []
        for _ in range(16):
            # ruleid: python-random-in-secret-function
            data.append(random.randrange(0, 256))
        return bytes(data)

    def generate_password(self, length):
        # ruleid: python-random-in-secret-function
        return "".join(choice(LETTERS) for _ in range(length))

    def new_session_id(self):
        # ruleid: python-random-in-secret-function
        return "%x" % random.getrandbits(64)

    def delay(self):
        # ok: python-random-in-secret-function
        return random.randint(1, 5)


def create_challenge():
    # ok: python-random-in-secret-function
    return secrets.token_bytes(16)


def make_salt():
    # ok: python-random-in-secret-function
    return "".join(secrets.choice(LETTERS) for _ in range(8))


def make_password():
    # ok: python-random-in-secret-function
    return "".join(random.SystemRandom().choice(LETTERS) for _ in range(16))


def sample_token(weights):
    # ok: python-random-in-secret-function
    return random.choices(range(len(weights)), weights)[0]


def tokenize(words):
    # ok: python-random-in-secret-function
    return random.choice(words)


def author_of(books):
    # ok: python-random-in-secret-function
    return randrange(len(books))


def test_password(client):
    # ok: python-random-in-secret-function
    client.login(random.choice(["ann", "ben"]))
