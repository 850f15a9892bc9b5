import random
import secrets
import string
from random import choice, randint

from flask import make_response, session

ALPHABET = string.ascii_letters + string.digits


def reset_token():
    # ruleid: python-insecure-randomness
    return "".join(random.choice(ALPHABET) for _ in range(24))


def make_otp():
    digits = []
    for _ in range(6):
        digits.append(str(randint(0, 9)))
    # ruleid: python-insecure-randomness
    return "".join(digits)


class Account:
    def invite(self):
        # ruleid: python-insecure-randomness
        self.invite_code = random.randrange(10**8)
        # ruleid: python-insecure-randomness
        self.session_key = str(random.random())[2:]
        number = random.getrandbits(64)
        # ruleid: python-insecure-randomness
        salt = f"{number:x}"
        # ruleid: python-insecure-randomness
        password = "".join([choice(ALPHABET) for _ in range(12)])
        # ok: python-insecure-randomness
        csrf_token = secrets.token_urlsafe(24)
        # ok: python-insecure-randomness
        nonce = random.SystemRandom().getrandbits(64)
        # ok: python-insecure-randomness
        pin_code = "".join(secrets.choice(string.digits) for _ in range(6))
        return salt, password, csrf_token, nonce, pin_code


def answer(name):
    response = make_response("done")
    # ruleid: python-insecure-randomness
    response.set_cookie("visitor", str(random.random()))
    # ruleid: python-insecure-randomness
    session["key"] = random.randbytes(16)
    # ok: python-insecure-randomness
    response.set_cookie("variant", str(random.randint(0, 1)))
    # ok: python-insecure-randomness
    response.set_cookie("visitor", secrets.token_hex(16))
    settings = {}
    # ruleid: python-insecure-randomness
    settings["api_key"] = random.randbytes(16).hex()
    return response


def shuffled():
    letters = list(ALPHABET)
    random.shuffle(letters)
    # ruleid: python-insecure-randomness
    passphrase = "".join(letters[:1]) + "".join(letters)
    # ok: python-insecure-randomness
    order = "".join(letters)
    return passphrase, order


def not_secrets(model, vocabulary, authors):
    # ok: python-insecure-randomness
    delay = random.uniform(0.5, 1.5)
    # ok: python-insecure-randomness
    next_token = random.choices(vocabulary)[0]
    # ok: python-insecure-randomness
    author = random.choice(authors)
    # ok: python-insecure-randomness
    mask_token_positions = random.sample(range(10), 3)
    # ok: python-insecure-randomness
    tokens = random.sample(vocabulary, 10)
    # ok: python-insecure-randomness
    return model(delay, next_token, author, mask_token_positions, tokens)


def remembered(request, known):
    name = "remember" + request.form["user"]
    number = str(random.normalvariate(0, 1))[2:]
    if name in known and request.cookies.get(name) == known[name]:
        return "welcome back"
    else:
        # ruleid: python-insecure-randomness
        known[name] = number
    visits = {}
    # ruleid: python-insecure-randomness
    visits["rememberMe"] = str(random.random())[2:]
    # ok: python-insecure-randomness
    visits["cookies"] = random.randint(1, 6)
    if request.cookies["seen"] != known[name]:
        # ok: python-insecure-randomness
        known[name] = secrets.token_hex(8)
        # ok: python-insecure-randomness
        visits[name] = random.choice("abc")
    return visits
