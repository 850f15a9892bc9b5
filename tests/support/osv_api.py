"""OSV's batch API, played on this machine, with records that a test gives it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeAlias
from urllib.parse import unquote

Record: TypeAlias = dict[str, object]
Reply: TypeAlias = tuple[int, dict[str, str], bytes]


def record(
    identity: str, name: str, *aliases: str, ecosystem: str = "npm", fixed: str = "2.0.0", **more: object
) -> Record:
    events = [{"introduced": "0"}, {"fixed": fixed}]
    kind = "SEMVER" if ecosystem == "npm" else "ECOSYSTEM"
    entry = {"package": {"ecosystem": ecosystem, "name": name}, "ranges": [{"type": kind, "events": events}]}
    written = {"id": identity, "modified": "2026-01-01T00:00:00Z", "affected": [entry], "aliases": list(aliases)}
    return {**written, "summary": f"About {identity}", **more}


@dataclass(slots=True)
class Api:
    """OSV's API. Without `listed`, it names the records whose package is asked for; page by page where that is set."""

    records: dict[str, Record] = field(default_factory=dict)
    listed: dict[str, list[str]] = field(default_factory=dict)
    """What it names, by the package's name."""
    listing: Callable[[dict[str, str], str], list[str]] | None = None
    """What it names for a package and a version; then neither of the other ways counts."""
    page: int | None = None
    """How many ids one page holds; 0 and a page with a token alone comes first."""
    replies: dict[str, list[Reply]] = field(default_factory=dict)
    """What it answers instead, once each, by path."""
    requests: list[tuple[str, str]] = field(default_factory=list)
    bodies: list[list[dict[str, object]]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def know(self, *records: Record) -> None:
        for each in records:
            self.records[str(each["id"])] = each

    def answer(self, method: str, path: str, body: bytes) -> Reply:
        self.requests.append((method, path))
        if self.replies.get(path):
            return self.replies[path].pop(0)
        if path == "/v1/querybatch":
            queries = json.loads(body)["queries"]
            self.bodies.append(queries)
            return 200, {}, json.dumps({"results": [self._result(each) for each in queries]}).encode()
        found = self.records.get(unquote(path.removeprefix("/v1/vulns/")))
        return (200, {}, json.dumps(found).encode()) if found else (404, {}, b'{"code": 5, "message": "not found"}')

    def _result(self, query: dict[str, object]) -> dict[str, object]:
        package = query["package"]
        assert isinstance(package, dict)
        found = self.listed.get(package["name"], [])
        if self.listing is not None:
            found = self.listing(package, str(query["version"]))
        elif not self.listed:
            for identity, each in self.records.items():
                affected = each["affected"]
                assert isinstance(affected, list)
                found = [*found, identity] if any(one["package"] == package for one in affected) else found
        start = int(str(query.get("page_token", "t-1" if self.page == 0 else "t0"))[1:])
        size = self.page if self.page is not None else len(found)
        if start < 0:
            return {"next_page_token": "t0"}
        size = size or 1
        ids = found[start : start + size]
        more = {"next_page_token": f"t{start + size}"} if start + size < len(found) else {}
        vulns = {"vulns": [{"id": each, "modified": "2026-01-01T00:00:00Z"} for each in ids]} if ids else {}
        return {**vulns, **more}


@contextmanager
def serve() -> Iterator[Api]:
    """Play the API until the end of the block."""
    made = Api()

    class Handler(BaseHTTPRequestHandler):
        def reply(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, headers, content = made.answer(self.command, self.path, body)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):  # whoever asked may have gone away
                self.wfile.write(content)

        do_GET = do_POST = reply  # noqa: N815 - http.server calls them so

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
