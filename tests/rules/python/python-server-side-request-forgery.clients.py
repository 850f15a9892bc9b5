from urllib.parse import quote
from urllib.request import urlopen

import aiohttp
import requests
from aiohttp import web
from rest_framework.views import APIView

BASE = "https://wiki.example/page/"


async def fetch(session: aiohttp.ClientSession, url: str):
    # ruleid: python-server-side-request-forgery
    async with session.get(url) as answer:
        return await answer.text()


async def fetch_fixed(session: aiohttp.ClientSession):
    # ok: python-server-side-request-forgery
    async with session.get("https://wiki.example/start") as answer:
        return await answer.text()


async def health(request):
    node = request.match_info["node"]
    first = await fetch(request.app["session"], f"http://{node}/health")
    return web.Response(text=first + await fetch_fixed(request.app["session"]))


class Pull(APIView):
    def post(self, request):
        with requests.Session() as client:
            # ruleid: python-server-side-request-forgery
            client.request("GET", request.data["feed"], timeout=5)
            # ok: python-server-side-request-forgery
            client.request("GET", "https://wiki.example/feed", timeout=5)


async def page(request):
    # ok: python-server-side-request-forgery
    return urlopen(BASE + quote(request.query["title"], safe=""))
