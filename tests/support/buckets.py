"""A server on the loopback that plays the public OSV bucket, and whatever may go wrong with it."""

from __future__ import annotations

import hashlib
import io
import json
import re
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from urllib.parse import quote


def archive(records: Mapping[str, object], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Pack records, or bytes as they are, by id; without the time of day: the same records are the same bytes."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as opened:
        for identity, content in records.items():
            data = content if isinstance(content, bytes) else json.dumps(content).encode()
            opened.writestr(zipfile.ZipInfo(f"{identity}.json"), data, compress_type=method)
    return held.getvalue()


GOOD = archive({each: {"id": each, "modified": "2026-01-01T00:00:00Z"} for each in ("PYSEC-1", "PYSEC-2")})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the bucket answers once."""

    status: int = 200
    body: bytes = GOOD
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = -1
    """What is announced: -1 the truth, None nothing at all."""
    endless: bool = False
    """Send byte after byte until the other side is gone."""
    tag: str = ""
    """The body's ETag; with one, the reply is what a server with ranges and conditions makes of it."""
    cut: int | None = None
    """Only so many bytes of the body are sent, and then the line is dead."""

    def to(self, asked: Mapping[str, str]) -> Reply:
        """Answer a request's conditions as RFC 9110 has it."""
        if not self.tag or self.status != 200:
            return self
        headers = {**self.headers, "ETag": self.tag}
        if asked.get("If-None-Match") == self.tag:
            return Reply(status=304, body=b"", headers=headers, length=None)
        wanted = re.fullmatch(r"bytes=([0-9]+)-", asked.get("Range", ""))
        if wanted is None or asked.get("If-Range", self.tag) != self.tag:
            return Reply(body=self.body, headers=headers, cut=self.cut)
        begin, size = int(wanted.group(1)), len(self.body)
        if begin >= size:
            return Reply(status=416, body=b"", headers={**headers, "Content-Range": f"bytes */{size}"})
        headers["Content-Range"] = f"bytes {begin}-{size - 1}/{size}"
        return Reply(status=206, body=self.body[begin:], headers=headers, cut=self.cut)


@dataclass(slots=True)
class Bucket:
    """A server that answers each path with its replies in turn, the last one for ever."""

    replies: dict[str, list[Reply]] = field(default_factory=dict)
    requests: list[tuple[str, str | None]] = field(default_factory=list)
    """Paths, with the credentials that came along."""
    conditions: list[tuple[str, str | None, str | None]] = field(default_factory=list)
    """Paths, with the range that was asked for and the ETag that was known."""
    address: str = ""
    port: int = 0
    before: Callable[[str], None] = lambda _: None
    """Called with the path before an answer is chosen."""

    def says(self, *replies: Reply, path: str = "/osv/PyPI/all.zip") -> None:
        self.replies[path] = list(replies)

    def holds(self, ecosystem: str, records: Mapping[str, Mapping[str, object]]) -> None:
        """Be a bucket with these records, as the public one has them: archive, list and single ones."""
        self.says(tagged(archive(records)), path=f"/osv/{ecosystem}/all.zip")
        listed = sorted(((str(each["modified"]), identity) for identity, each in records.items()), reverse=True)
        text = "".join(f"{modified},{identity}\n" for modified, identity in listed)
        self.says(tagged(text.encode()), path=f"/osv/{ecosystem}/modified_id.csv")
        for path in [each for each in self.replies if each.startswith(f"/osv/{ecosystem}/") and each.endswith(".json")]:
            del self.replies[path]
        for identity, record in records.items():
            self.says(tagged(json.dumps(record).encode()), path=f"/osv/{ecosystem}/{quote(identity, safe='')}.json")

    def next(self, path: str) -> Reply:
        self.before(path)
        queue = self.replies.get(path, [Reply(status=404, body=b"<Error>NoSuchKey</Error>")])
        return queue.pop(0) if len(queue) > 1 else queue[0]

    def paths(self) -> list[str]:
        """Give what was asked for since the last time, without the bucket's own path."""
        asked = [path.removeprefix("/osv/") for path, _ in self.requests]
        self.requests.clear()
        return asked


def tagged(body: bytes, *, cut: int | None = None) -> Reply:
    """Make a reply with a strong ETag."""
    return Reply(body=body, tag=f'"{hashlib.sha256(body).hexdigest()[:16]}"', cut=cut)


@contextmanager
def served(tls: SSLContext | None = None) -> Iterator[Bucket]:
    bucket = Bucket()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            bucket.requests.append((self.path, self.headers.get("Authorization")))
            bucket.conditions.append((self.path, self.headers.get("Range"), self.headers.get("If-None-Match")))
            reply = bucket.next(self.path).to(self.headers)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.length is not None:
                self.send_header("Content-Length", str(len(reply.body) if reply.length == -1 else reply.length))
            self.end_headers()
            self.wfile.write(reply.body[: reply.cut])
            while reply.endless:
                try:
                    self.wfile.write(b"x")
                except OSError:
                    break

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Say nothing of a client that went away; whatever else goes wrong shows in its answer."""

    server = Server(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    bucket.port = server.server_address[1]
    bucket.address = f"{'https' if tls else 'http'}://127.0.0.1:{bucket.port}/osv"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield bucket
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
