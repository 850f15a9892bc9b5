import secrets
from http.cookies import SimpleCookie

from flask import Response


def header(name, value, **attributes):
    cookie = SimpleCookie()
    cookie[name] = value
    for key, setting in attributes.items():
        cookie[name][key] = setting
    return cookie[name].OutputString()


def visit():
    response = Response(status=204)
    # ruleid: python-insecure-cookie
    response.headers.add("Set-Cookie", header("visit", secrets.token_urlsafe(), path="/", httponly=True))
    # ok: python-insecure-cookie
    response.headers.add("X-Visit", header("visit", "1"))
    return response
