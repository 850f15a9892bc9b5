from http.server import BaseHTTPRequestHandler
from urllib.parse import quote

from flask import Response, make_response, request

LANGUAGES = {"de": "de-AT", "en": "en-GB"}


def download():
    response = make_response("done")
    # ruleid: python-header-injection
    response.headers["Content-Disposition"] = "attachment; filename=" + request.args["name"]
    # ruleid: python-header-injection
    response.headers.add("X-Trace", request.headers.get("X-Trace"))
    # ok: python-header-injection
    response.headers["Content-Disposition"] = "attachment; filename*=UTF-8''" + quote(request.args["name"])
    # ok: python-header-injection
    response.headers["Content-Language"] = LANGUAGES.get(request.args["language"], "en-GB")
    # ok: python-header-injection
    response.headers["X-Page"] = str(int(request.args["page"]))
    # ok: python-header-injection
    response.headers["X-Trace"] = request.headers["X-Trace"].replace("\n", "")
    # ok: python-header-injection
    response.headers["Location"] = request.args["next"]
    return response


class Handler(BaseHTTPRequestHandler):
    def answer(self, request):
        self.send_response(200)
        # ruleid: python-header-injection
        self.send_header("X-Name", request.args["name"])
        # ok: python-header-injection
        self.send_header("Content-Type", "text/plain")


def copied(answer):
    # ok: python-header-injection
    return Response(answer.content, headers={"Content-Type": answer.headers["Content-Type"]})


class StoredPasswords:
    def auth_flow(self, request: Request):
        stored = self.passwords.authenticators(request.url.host)
        if stored is None or not stored[2]:
            yield request
        else:
            # ok: python-header-injection
            request.headers["Authorization"] = self.basic(name=stored[0], password=stored[2])
            yield request
