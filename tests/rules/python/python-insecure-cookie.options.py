from flask import make_response
from werkzeug.http import dump_cookie

OPTIONS = {"httponly": True, "secure": False}
NOTHING = {"httponly": True, "samesite": "Lax"}
SECURE = {"httponly": True, "secure": True}


def kept(value):
    answer = make_response("x")
    # ruleid: python-insecure-cookie
    answer.set_cookie("basket", value, httponly=True, samesite="Lax")
    # ruleid: python-insecure-cookie
    answer.set_cookie("basket", value, **OPTIONS)
    # ruleid: python-insecure-cookie
    answer.set_cookie("basket", value, **NOTHING)
    # ok: python-insecure-cookie
    answer.set_cookie("basket", value, **SECURE)
    # ok: python-insecure-cookie
    answer.set_cookie("basket", value, secure=True, httponly=True)
    # ok: python-insecure-cookie
    answer.set_cookie("seen", "yes", httponly=True)
    return answer


def switched(value):
    answer = make_response("x")
    options = dict(secure=True, httponly=True)
    options["secure"] = False
    # ruleid: python-insecure-cookie
    answer.set_cookie("basket", value, **options)
    return answer


def switched_on(value):
    answer = make_response("x")
    options = dict(secure=False, httponly=True)
    options["secure"] = True
    # ok: python-insecure-cookie
    answer.set_cookie("basket", value, **options)
    return answer


def by_hand(answer, value):
    # ruleid: python-insecure-cookie
    answer.headers.add("Set-Cookie", f"ticket={value}; HttpOnly; Path=/")
    # ok: python-insecure-cookie
    answer.headers.add("Set-Cookie", f"ticket={value}; Secure; HttpOnly; Path=/")
    # ruleid: python-insecure-cookie
    answer.headers["Set-Cookie"] = "ticket=" + value
    # ruleid: python-insecure-cookie
    answer.headers.add("X", dump_cookie("ticket", value, httponly=True))
    # ok: python-insecure-cookie
    answer.headers.add("X", dump_cookie("ticket", value, httponly=True, secure=True))


def give(answer, value, secure=False):
    # ruleid: python-insecure-cookie
    answer.set_cookie("ticket", value, secure=secure, httponly=True)


def give_it(answer, value, secure=True):
    # ok: python-insecure-cookie
    answer.set_cookie("ticket", value, secure=secure, httponly=True)
