"""Attributes that an object keeps, and lines that are put together of parts."""

import secrets

from flask import Response


class Jar:
    def __init__(self):
        self.options = {"secure": True, "httponly": True, "samesite": "Strict"}

    def behind_a_proxy(self):
        self.options["secure"] = False
        return self

    def write(self, response, name, value):
        # ruleid: python-insecure-cookie
        response.set_cookie(name, value, **self.options)
        return response


class SafeJar:
    def __init__(self):
        self.options = {"secure": True, "httponly": True, "samesite": "Strict"}

    def write(self, response, name, value):
        # ok: python-insecure-cookie
        response.set_cookie(name, value, **self.options)
        return response


def plain():
    response = Response(status=204)
    # ok: python-insecure-cookie
    response.set_cookie("auth", secrets.token_hex(24), secure=True, httponly=True)
    return response
