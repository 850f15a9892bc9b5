"""The address goes through functions and objects of the file."""
from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, request

bp = Blueprint("links", __name__)
HOSTS = {"shop.example", "pay.example"}


class Link:
    def __init__(self, address):
        # ok: python-open-redirect
        self.location = address

    def shown(self):
        return {"address": self.location}


class Answer(Response):
    def to(self, address):
        self.status_code = 303
        # ruleid: python-open-redirect
        self.headers["Location"] = address
        return self


def host_of_ours(address):
    parts = urlsplit(address)
    if parts.scheme == "https" and parts.netloc in HOSTS:
        return address
    return "/"


@bp.get("/link")
def link():
    return Link(request.args["to"]).shown()


@bp.get("/leave")
def leave():
    return Answer().to(request.args["to"])


@bp.get("/pay")
def pay():
    # ok: python-open-redirect
    return redirect(host_of_ours(request.args["to"]))
