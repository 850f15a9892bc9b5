"""GitHub's service, as far as comments need it: pull requests and comments in, what was written out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

PULLS = "/repos/acme/app/pulls"


@dataclass(slots=True)
class GitHub:
    """A repository acme/app with one open pull request."""

    pulls: list[dict[str, object]] = field(default_factory=list)
    comments: list[dict[str, object]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Method and path of every request."""
    tokens: set[str] = field(default_factory=set)
    heads: list[str] = field(default_factory=list)
    """The `head` of every search for a pull request."""
    refuses: int = 0
    """The status of every answer to something that is written; 0: it is written."""
    address: str = ""


@contextmanager
def serving(state: GitHub) -> Iterator[GitHub]:
    """Serve on a free port of the loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self._note()
            query = {name: values[0] for name, values in parse_qs(asked.query).items()}
            if asked.path == PULLS:
                state.heads.append(query["head"])
                self._answer(200, state.pulls)
            else:
                size, page = int(query["per_page"]), int(query["page"])
                self._answer(200, state.comments[size * (page - 1) : size * page])

        def do_POST(self) -> None:
            self._note()
            self._write({"id": 1_000 + len(state.comments), "user": {"login": "github-actions[bot]"}})

        def do_PATCH(self) -> None:
            asked = self._note()
            number = int(asked.path.rpartition("/")[2])
            (found,) = (each for each in state.comments if each["id"] == number)
            self._write(found)

        def _write(self, comment: dict[str, object]) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if state.refuses:
                self._answer(state.refuses, {"message": "Resource not accessible by integration"})
                return
            comment["body"] = body["body"]
            if comment not in state.comments:
                state.comments.append(comment)
            self._answer(201, comment)

        def _note(self) -> object:
            asked = urlsplit(self.path)
            state.asked.append((self.command, asked.path))
            state.tokens.add(self.headers["Authorization"])
            return asked

        def _answer(self, status: int, document: object) -> None:
            data = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        state.address = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
