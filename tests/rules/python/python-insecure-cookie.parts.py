"""A line that is put together of parts, in a file that says nothing of encryption."""

import secrets

from flask import Response


def line(name, value):
    return "; ".join([f"{name}={value}", "Path=/", "HttpOnly", "SameSite=Strict"])


def token():
    response = Response(status=204)
    # ruleid: python-insecure-cookie
    response.headers.add("Set-Cookie", line("auth", secrets.token_hex(24)))
    # ok: python-insecure-cookie
    response.headers.add("Cache-Control", line("no-store", ""))
    return response
