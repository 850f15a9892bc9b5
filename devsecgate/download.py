"""A web address in; what is there, received within limits of time and size and to its announced length, out.

Nothing is written here but what the caller's file takes, and nothing is believed of an answer but its bytes.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import IO, TYPE_CHECKING, Self, TypeVar
from urllib.parse import urlsplit

import msgspec

if TYPE_CHECKING:
    from requests import Response

_T = TypeVar("_T")
Progress = Callable[[int, int | None], None]
"""Takes the bytes, or the records, that are there, and how many there will be."""
_CHUNK = 1 << 16
NOT_FOUND = 404
_AGAIN = frozenset({429, 500, 502, 503, 504})
"""Answers after which a server may do better."""


class Patience(msgspec.Struct, frozen=True, kw_only=True):
    """How long a download may take, and how often it is tried."""

    connect_seconds: float = 10.0
    silence_seconds: float = 30.0
    """The longest time without a byte."""
    total_seconds: float = 300.0
    """With all attempts."""
    attempts: int = 4
    pause_seconds: float = 1.0
    """Before the second attempt; twice as long before each further one, and as long as the server asks for."""
    longest_pause_seconds: float = 30.0


class NoAddress(Exception):  # noqa: N818 - it names what was met
    """What was given is no web address; `host` is the part of it that may be shown, empty without one."""

    def __init__(self, host: str) -> None:
        super().__init__("not a web address")
        self.host = host


class Refused(Exception):  # noqa: N818 - it names what became of the answer
    """There is no answer that may be used; the text says why, and holds no address."""


class Busy(Exception):  # noqa: N818 - it names the server's state
    """There is no answer yet, and perhaps one in a while; `wait` is how many seconds the server asks for."""

    def __init__(self, said: str, *, wait: float = 0.0) -> None:
        super().__init__(said)
        self.wait = wait


class _Late(Exception):  # noqa: N818 - internal: the time is over
    pass


FAILURES = (OSError, ValueError, Refused)
"""What may be raised by a download; `said` describes each."""


class Session:
    """Connections that are kept between requests, and one patience for all of them."""

    def __init__(self, patience: Patience) -> None:
        import requests

        self._patience = patience
        self._session = requests.Session()
        self._session.max_redirects = 5

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the connections go."""
        self._session.close()

    def whole(self, url: str, *, most: int) -> bytes | None:
        """Get a file of at most so many bytes; None where the server says that it is not there. Raises FAILURES."""
        return self.repeated(lambda deadline: self._whole(url, most, deadline))

    def _whole(self, url: str, most: int, deadline: float) -> bytes | None:
        with self.asked(url, {}) as answer:
            if answer.status_code == NOT_FOUND:
                return None
            expect(answer, 200)
            held = io.BytesIO()
            receive(answer, held, most=most, deadline=deadline, progress=silent)
            return held.getvalue()

    def repeated(self, once: Callable[[float], _T]) -> _T:
        """Ask, and again after a while where the server is busy or the line breaks.

        `once` takes the moment of `time.monotonic` at which it has to be over. Raises Refused, and what `once` raises.
        """
        patience = self._patience
        deadline = time.monotonic() + patience.total_seconds
        pause = patience.pause_seconds
        for left in reversed(range(patience.attempts)):
            try:
                return once(deadline)
            except _Late as error:
                raise Refused(f"the download took more than {patience.total_seconds:g} s") from error
            except Busy as error:
                if not left:
                    raise Refused(f"{error}, {patience.attempts} times") from error
                wait = min(max(pause, error.wait), patience.longest_pause_seconds)
                time.sleep(min(wait, max(0.0, deadline - time.monotonic())))
                pause *= 2
        raise Refused("no attempt was allowed")

    @contextmanager
    def asked(self, url: str, headers: Mapping[str, str]) -> Iterator[Response]:
        """Ask once, and refuse what leads away from TLS; raises Busy too."""
        import requests

        timeouts = (self._patience.connect_seconds, self._patience.silence_seconds)
        sent = {"Accept-Encoding": "identity", **headers}
        try:
            answer = self._session.get(url, stream=True, timeout=timeouts, headers=sent)
        except (requests.ConnectionError, requests.Timeout) as error:
            raise Busy(type(error).__name__) from error
        with answer:
            if is_downgrade([*(each.url for each in answer.history), answer.url]):
                raise Refused("the server redirects to an address without TLS")
            if answer.status_code in _AGAIN:
                asked = header(answer, "Retry-After")
                raise Busy(f"the server answered {answer.status_code}", wait=float(asked) if is_number(asked) else 0)
            yield answer


def receive(
    answer: Response, file: IO[bytes], *, most: int, deadline: float, progress: Progress, begin: int = 0
) -> None:
    """Write the body as it arrives, within its limits and to its announced length; raises Busy and Refused."""
    from urllib3.exceptions import HTTPError

    announced = header(answer, "Content-Length")
    total = begin + int(announced) if is_number(announced) else None
    if total is not None and total > most:
        raise Refused(f"the answer is larger than {most:,} bytes")
    received = begin
    while True:
        try:
            chunk: bytes = answer.raw.read1(_CHUNK, decode_content=False)
        except HTTPError as error:
            raise Busy(f"the download broke off ({type(error).__name__})") from error
        if not chunk:
            break
        received += len(chunk)
        if received > most:
            raise Refused(f"the answer is larger than {most:,} bytes")
        if time.monotonic() > deadline:
            raise _Late
        file.write(chunk)
        progress(received, total)
    if total is not None and received != total:
        raise Busy(f"{received:,} of {total:,} bytes arrived")


def expect(answer: Response, status: int) -> None:
    """Refuse any other status."""
    if answer.status_code != status:
        raise Refused(f"the server answered {answer.status_code}")


def header(answer: Response, name: str) -> str:
    """Give one header of an answer; empty without it."""
    value: str = answer.headers.get(name, "")
    return value


def is_number(text: str) -> bool:
    """Is this header a number that can be believed?"""
    return text.isascii() and text.isdigit() and len(text) < 16


def is_downgrade(addresses: Iterable[str]) -> bool:
    """Say whether a chain of redirects that began with TLS goes on without it."""
    schemes = [urlsplit(each).scheme for each in addresses]
    return schemes[0] == "https" and any(scheme != "https" for scheme in schemes)


def shown(url: str) -> str:
    """Give the address without the credentials that it may carry; raises NoAddress, also for one with a query."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", f":{parts.port}" if parts.port else ""
    except ValueError as error:
        raise NoAddress("") from error
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment:
        raise NoAddress(host)
    return f"{parts.scheme}://{host}{port}{parts.path}".rstrip("/")


def said(error: Exception) -> str:
    """Describe an error without the machine's paths, and without the address and what it may carry."""
    import requests

    if isinstance(error, requests.RequestException):
        return type(error).__name__
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return str(error) if isinstance(error, Refused) else type(error).__name__


def silent(done: int, total: int | None) -> None:
    """Show no progress."""
    del done, total
