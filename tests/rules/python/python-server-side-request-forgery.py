import socket
import urllib.request
from urllib.parse import urlparse, urlsplit

import aiohttp
import httpx
import requests
from flask import Blueprint, abort, request

blueprint = Blueprint("images", __name__)

HOSTS = {"images.example", "cdn.example"}
FEEDS = {"prices": "https://supplier.example/prices", "news": "https://supplier.example/news"}
API = "https://api.example"


@blueprint.post("/import/<path:address>")
def import_image(address):
    url = request.form["url"]
    # ruleid: python-server-side-request-forgery
    requests.get(url, timeout=5)
    # ruleid: python-server-side-request-forgery
    requests.get("https://" + url, timeout=5)
    # ruleid: python-server-side-request-forgery
    requests.post(url=f"http://{address}/hook", timeout=5)
    # ruleid: python-server-side-request-forgery
    requests.request("GET", url, timeout=5)
    # ruleid: python-server-side-request-forgery
    urllib.request.urlopen(url)
    # ok: python-server-side-request-forgery
    requests.get("https://images.example/" + url, timeout=5)
    # ok: python-server-side-request-forgery
    requests.get(f"{API}/products/{address}", timeout=5)
    # ok: python-server-side-request-forgery
    requests.get("https://images.example/search", params={"q": url}, timeout=5)
    # ok: python-server-side-request-forgery
    requests.get(FEEDS[request.form["feed"]], timeout=5)
    # ok: python-server-side-request-forgery
    requests.get(FEEDS.get(request.form["feed"]), timeout=5)
    # ok: python-server-side-request-forgery
    requests.post("https://api.example/hook", json=request.get_json(), timeout=5)
    target = "https://images.example/%s.jpg" % address
    # ok: python-server-side-request-forgery
    requests.get(target, timeout=5)


def with_a_session():
    client = requests.Session()
    url = request.args["url"]
    # ruleid: python-server-side-request-forgery
    client.get(url)
    if urlsplit(url).hostname not in HOSTS:
        abort(400)
    # ok: python-server-side-request-forgery
    client.get(url)


def with_the_host_checked():
    url = request.args["url"]
    host = urlparse(url).hostname
    if host != "images.example":
        abort(400)
    # ok: python-server-side-request-forgery
    requests.get(url, timeout=5)


async def with_httpx(request):
    async with httpx.AsyncClient() as client:
        # ruleid: python-server-side-request-forgery
        await client.get(request.query_params["url"])
    async with aiohttp.ClientSession() as session:
        # ruleid: python-server-side-request-forgery
        await session.get(request.query_params["url"])


def adapter(request, session):
    # ok: python-server-side-request-forgery
    session.send(request, timeout=5)
    # ok: python-server-side-request-forgery
    requests.get(request.url, headers=request.headers, timeout=5)


def a_session_is_no_client(session):
    # ok: python-server-side-request-forgery
    return session.get(request.args["key"])


def socket_of_request():
    # ruleid: python-server-side-request-forgery
    socket.create_connection((request.args["host"], 80))
    # ok: python-server-side-request-forgery
    socket.create_connection(("images.example", int(request.args["port"])))
