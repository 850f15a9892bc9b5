import base64
import ipaddress
import json
from urllib.parse import unquote

from flask import Flask, request

app = Flask(__name__)


@app.get("/bundle")
def bundle():
    sent = request.headers.get("X-Choice", "")
    choice = json.loads(base64.urlsafe_b64decode(sent))
    # ruleid: python-path-traversal
    with open("/srv/bundles/" + choice["language"]) as file:
        return file.read()


def asked():
    return unquote(request.cookies["name"])


@app.get("/report")
def report():
    # ruleid: python-path-traversal
    return open("/srv/reports/" + asked()).read()


@app.get("/names")
def names():
    pairs = [(key, value) for key, value in request.args.items() if key in ("one", "two")]
    for _, value in pairs:
        # ruleid: python-path-traversal
        open("/srv/names/" + value)
    kept = [value for value in request.args.getlist("name") if value in ("one", "two")]
    for value in kept:
        # ok: python-path-traversal
        open("/srv/names/" + value)
    return "done"


@app.get("/hosts")
def hosts():
    sent = request.headers["X-Address"]
    # ok: python-path-traversal
    first = open(f"/srv/hosts/{ipaddress.IPv4Address(sent)}").read()
    # ok: python-path-traversal
    return first + open(f"/srv/hosts/{ipaddress.IPv6Network(sent).num_addresses}").read()
