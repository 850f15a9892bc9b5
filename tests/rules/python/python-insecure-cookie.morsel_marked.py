from http.cookies import SimpleCookie

from flask import Response


def visit(token):
    cookie = SimpleCookie()
    cookie["visit"] = token
    cookie["visit"]["secure"] = True
    response = Response(status=204)
    # ok: python-insecure-cookie
    response.headers["Set-Cookie"] = cookie["visit"].OutputString()
    return response
