import hashlib
import hmac

from flask import request

API_TOKEN = "read from the environment"


def signed(key, body, signature):
    # ruleid: python-timing-comparison
    if hmac.new(key, body, hashlib.sha256).hexdigest() == signature:
        return True
    expected = "sha256=" + hmac.new(key, body, "sha256").hexdigest()
    # ruleid: python-timing-comparison
    if request.headers["X-Signature"] != expected:
        return False
    # ruleid: python-timing-comparison
    if request.headers.get("X-Token") == API_TOKEN:
        return True
    # ok: python-timing-comparison
    if hmac.compare_digest(expected, request.headers["X-Signature"]):
        return True
    # ok: python-timing-comparison
    if request.headers.get("X-Token") is None:
        return False
    # ok: python-timing-comparison
    if request.headers.get("Content-Type") == "application/json":
        return True
    # ok: python-timing-comparison
    return len(expected) == 71
