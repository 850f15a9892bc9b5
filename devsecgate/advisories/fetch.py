"""The address of a mirror shaped like the public OSV bucket in; a folder of checked archives out."""

from __future__ import annotations

import re
import tempfile
import time
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from devsecgate.advisories.ecosystems import base
from devsecgate.advisories.osv import METHODS, UNREADABLE
from devsecgate.errors import DevsecgateError

if TYPE_CHECKING:
    from requests import Response, Session

_CHUNK = 1 << 16
_LARGEST_UNPACKED = 8 << 30
_AGAIN = frozenset({429, 500, 502, 503, 504})
"""Answers after which a server may do better."""


class FetchError(DevsecgateError):
    """Advisory records could not be fetched; what was there before is untouched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """How long and how much a download may be."""

    connect_seconds: float = 10.0
    silence_seconds: float = 30.0
    """The longest time without a byte."""
    total_seconds: float = 900.0
    """For one archive, with all attempts."""
    archive_bytes: int = 2 << 30
    attempts: int = 4
    pause_seconds: float = 1.0
    """Before the second attempt; twice as long before each further one, and as long as the server asks for."""
    longest_pause_seconds: float = 30.0


def fetch(url: str, folder: Path, ecosystems: Iterable[str], limits: FetchLimits | None = None) -> Path:
    """Download `<url>/<Ecosystem>/all.zip` for each ecosystem, and return the folder that holds them.

    It is below `folder`, and is called like the mirror's host, so that what names it names the mirror.
    An archive takes its place only when it is whole: its length is the one that was announced, and
    its directory and every checksum in it are right. Raises `FetchError`.
    """
    import requests

    shown = _shown(url)
    folder = folder / re.sub(r"[^A-Za-z0-9-]+", ".", urlsplit(url).hostname or "").strip(".")
    with requests.Session() as session:
        session.max_redirects = 5
        for ecosystem in sorted({base(each) for each in ecosystems}):
            try:
                (folder / ecosystem).mkdir(parents=True, exist_ok=True)
                address = f"{url.rstrip('/')}/{quote(ecosystem)}/all.zip"
                _fetched(session, address, folder / ecosystem, limits or FetchLimits())
            except (*UNREADABLE, _Refused) as error:
                raise FetchError(
                    f"advisory records could not be fetched: {_said(error)}",
                    where=f"{shown}/{quote(ecosystem)}/all.zip",
                    remedy="check the network, and that the address is a mirror of the OSV bucket, or give a folder",
                ) from error
    return folder


class _Refused(Exception):  # noqa: N818 - internal: an answer that must not be used
    pass


class _Busy(Exception):  # noqa: N818 - internal: no answer yet, and perhaps one in a while
    def __init__(self, said: str, *, wait: float = 0.0) -> None:
        super().__init__(said)
        self.wait = wait


def _said(error: Exception) -> str:
    """Describe an error without the machine's paths, and without the address and what it may carry."""
    import requests

    if isinstance(error, requests.RequestException):
        return type(error).__name__
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return str(error) if isinstance(error, _Refused | zipfile.BadZipFile) else type(error).__name__


def _shown(url: str) -> str:
    """Give the address without the credentials that it may carry."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", f":{parts.port}" if parts.port else ""
    except ValueError as error:
        raise FetchError("not a web address", where="advisories", remedy="give http://… or https://…") from error
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment:
        raise FetchError("not a web address", where=host or "advisories", remedy="give http://… or https://…, no query")
    return f"{parts.scheme}://{host}{port}{parts.path}".rstrip("/")


def _fetched(session: Session, address: str, place: Path, limits: FetchLimits) -> None:
    """Download one archive, again after a while where the server is busy or the line breaks."""
    deadline = time.monotonic() + limits.total_seconds
    pause = limits.pause_seconds
    for left in reversed(range(limits.attempts)):
        try:
            return _download(session, address, place, limits, deadline)
        except _Busy as error:
            if not left:
                raise _Refused(f"{error}, {limits.attempts} times") from error
            time.sleep(min(max(pause, error.wait), limits.longest_pause_seconds, max(0.0, deadline - time.monotonic())))
            pause *= 2
    raise _Refused("no attempt was allowed")


def _download(session: Session, address: str, place: Path, limits: FetchLimits, deadline: float) -> None:
    """Download one archive beside its place, check it, and move it in."""
    import requests

    timeouts = (limits.connect_seconds, limits.silence_seconds)
    headers = {"Accept-Encoding": "identity"}
    try:
        answer = session.get(address, stream=True, timeout=timeouts, headers=headers)
    except (requests.ConnectionError, requests.Timeout) as error:
        raise _Busy(type(error).__name__) from error
    with answer, tempfile.TemporaryDirectory(dir=place, prefix=".part-") as beside:
        if is_downgrade([*(each.url for each in answer.history), answer.url]):
            raise _Refused("the server redirects to an address without TLS")
        if answer.status_code in _AGAIN:
            asked = answer.headers.get("Retry-After", "")
            raise _Busy(f"the server answered {answer.status_code}", wait=float(asked) if _is_number(asked) else 0.0)
        if answer.status_code != 200:
            raise _Refused(f"the server answered {answer.status_code}")
        part = Path(beside, "all.zip")
        _receive(answer, part, limits, deadline)
        _check(part)
        part.replace(place / "all.zip")


def is_downgrade(addresses: Iterable[str]) -> bool:
    """Say whether a chain of redirects that began with TLS goes on without it."""
    schemes = [urlsplit(each).scheme for each in addresses]
    return schemes[0] == "https" and any(scheme != "https" for scheme in schemes)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16


def _receive(answer: Response, part: Path, limits: FetchLimits, deadline: float) -> None:
    """Write the body as it arrives, within its limits and to its announced length."""
    from urllib3.exceptions import HTTPError

    announced = answer.headers.get("Content-Length", "")
    length = int(announced) if _is_number(announced) else None
    if length is not None and length > limits.archive_bytes:
        raise _Refused(f"the archive is larger than {limits.archive_bytes:,} bytes")
    received = 0
    with part.open("wb") as file:
        while True:
            try:
                chunk: bytes = answer.raw.read1(_CHUNK, decode_content=False)
            except HTTPError as error:
                raise _Busy(f"the download broke off ({type(error).__name__})") from error
            if not chunk:
                break
            received += len(chunk)
            if received > limits.archive_bytes:
                raise _Refused(f"the archive is larger than {limits.archive_bytes:,} bytes")
            if time.monotonic() > deadline:
                raise _Refused(f"the download took more than {limits.total_seconds:g} s")
            file.write(chunk)
    if length is not None and received != length:
        raise _Busy(f"{received:,} of {length:,} bytes arrived")


def _check(part: Path) -> None:
    """Test the archive's directory and every checksum."""
    with zipfile.ZipFile(part) as archive:
        members = archive.infolist()
        if not any(member.filename.endswith(".json") for member in members):
            raise _Refused("the archive holds no records")
        if sum(member.file_size for member in members) > _LARGEST_UNPACKED:
            raise _Refused("the archive unpacks to more than any archive of advisories should")
        if any(member.compress_type not in METHODS for member in members):
            raise _Refused("the archive is packed in a way that is not read here")
        try:
            damaged = archive.testzip()
        except UNREADABLE as error:
            raise _Refused(f"the archive cannot be unpacked ({type(error).__name__})") from error
    if damaged is not None:
        raise _Refused("a record of the archive is damaged")
