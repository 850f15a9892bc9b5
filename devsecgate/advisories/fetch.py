"""The address of a mirror shaped like the public OSV bucket in; a folder of checked archives out."""

from __future__ import annotations

import re
import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from devsecgate.advisories.versions import base
from devsecgate.errors import DevsecgateError

if TYPE_CHECKING:
    from requests import Response, Session

_CHUNK = 1 << 20


class FetchError(DevsecgateError):
    """Advisory records could not be fetched; what was there before is untouched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """How long and how much a download may be."""

    connect_seconds: float = 10.0
    silence_seconds: float = 30.0
    """The longest time without a byte."""
    total_seconds: float = 900.0
    """For one archive."""
    archive_bytes: int = 2 << 30


def fetch(url: str, folder: Path, ecosystems: Iterable[str], limits: FetchLimits | None = None) -> Path:
    """Download `<url>/<Ecosystem>/all.zip` for each ecosystem, and return the folder that holds them.

    It is below `folder`, and is called like the mirror's host, so that what names it names the mirror.
    An archive takes its place only when it is whole: its length is the one that was announced, and
    its directory and every checksum in it are right. Raises `FetchError`.
    """
    import requests

    shown = _shown(url)
    folder = folder / re.sub(r"[^A-Za-z0-9-]+", ".", urlsplit(url).hostname or "").strip(".")
    folder.mkdir(parents=True, exist_ok=True)
    with requests.Session() as session:
        for ecosystem in sorted({base(each) for each in ecosystems}):
            place = folder / ecosystem
            place.mkdir(parents=True, exist_ok=True)
            address = f"{url.rstrip('/')}/{quote(ecosystem)}/all.zip"
            try:
                _download(session, address, place, limits or FetchLimits())
            except requests.RequestException as error:
                raise FetchError(
                    f"advisory records could not be fetched: {type(error).__name__}",
                    where=f"{shown}/{quote(ecosystem)}/all.zip",
                    remedy="check the address and the network, or give a folder",
                ) from error
            except (OSError, zipfile.BadZipFile, _Refused) as error:
                raise FetchError(
                    f"advisory records could not be fetched: {error}",
                    where=f"{shown}/{quote(ecosystem)}/all.zip",
                    remedy="check that the address is a mirror of the OSV bucket, or give a folder",
                ) from error
    return folder


class _Refused(Exception):  # noqa: N818 - internal: an answer that must not be used
    pass


def _shown(url: str) -> str:
    """Give the address without the credentials that it may carry."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", f":{parts.port}" if parts.port else ""
    except ValueError as error:
        raise FetchError("not a web address", where="advisories", remedy="give http://… or https://…") from error
    if parts.scheme not in ("http", "https") or not host:
        raise FetchError("not a web address", where=host or "advisories", remedy="give http://… or https://…")
    return f"{parts.scheme}://{host}{port}{parts.path}".rstrip("/")


def _download(session: Session, address: str, place: Path, limits: FetchLimits) -> None:
    """Download one archive beside its place, check it, and move it in."""
    timeouts = (limits.connect_seconds, limits.silence_seconds)
    with (
        session.get(address, stream=True, timeout=timeouts, headers={"Accept-Encoding": "identity"}) as answer,
        tempfile.TemporaryDirectory(dir=place, prefix=".part-") as beside,
    ):
        if answer.status_code != 200:
            raise _Refused(f"the server answered {answer.status_code}")
        part = Path(beside, "all.zip")
        _receive(answer, part, limits)
        _check(part)
        part.replace(place / "all.zip")


def _receive(answer: Response, part: Path, limits: FetchLimits) -> None:
    """Write the body, within its limits and to its announced length."""
    announced = answer.headers.get("Content-Length")
    if announced is not None and announced.isdecimal() and int(announced) > limits.archive_bytes:
        raise _Refused(f"the archive is larger than {limits.archive_bytes:,} bytes")
    deadline = time.monotonic() + limits.total_seconds
    received = 0
    with part.open("wb") as file:
        for chunk in answer.iter_content(_CHUNK):
            received += len(chunk)
            if received > limits.archive_bytes:
                raise _Refused(f"the archive is larger than {limits.archive_bytes:,} bytes")
            if time.monotonic() > deadline:
                raise _Refused(f"the download took more than {limits.total_seconds:.0f} s")
            file.write(chunk)
    if announced is not None and announced.isdecimal() and received != int(announced):
        raise _Refused(f"{received:,} of {announced} bytes arrived")


def _check(part: Path) -> None:
    """Test the archive's directory and every checksum."""
    with zipfile.ZipFile(part) as archive:
        if not any(name.endswith(".json") for name in archive.namelist()):
            raise _Refused("the archive holds no records")
        if sum(member.file_size for member in archive.infolist()) > 8 << 30:
            raise _Refused("the archive unpacks to more than any archive of advisories should")
        try:
            damaged = archive.testzip()
        except (EOFError, NotImplementedError, RuntimeError, zlib.error) as error:
            raise _Refused(f"the archive cannot be unpacked: {error}") from error
    if damaged is not None:
        raise _Refused("a record of the archive is damaged")
