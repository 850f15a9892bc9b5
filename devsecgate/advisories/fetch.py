"""The address of a mirror shaped like the public OSV bucket in; checked archives, lists and records out."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import quote, urlsplit

import msgspec

from devsecgate.advisories.ecosystems import base
from devsecgate.advisories.osv import METHODS, UNREADABLE
from devsecgate.download import (
    NOT_FOUND,
    Busy,
    NoAddress,
    Patience,
    Progress,
    Refused,
    Session,
    expect,
    header,
    is_number,
    receive,
    said,
    shown,
    silent,
)
from devsecgate.errors import DevsecgateError, ExitCode

if TYPE_CHECKING:
    from requests import Response

_LARGEST_UNPACKED = 8 << 30
ECOSYSTEM = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._+-]{0,63}|\[EMPTY\]")
"""What the name of an ecosystem, and of its folder, may look like; the last one holds records that name none."""
_STRONG = re.compile(r'"[!#-~]{1,200}"')
_NOT_MODIFIED = 304


class FetchError(DevsecgateError):
    """Advisory records could not be fetched; what was there before is untouched."""

    exit_code = ExitCode.INCOMPLETE


class FetchLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How long and how much a download may be."""

    connect_seconds: float = 10.0
    silence_seconds: float = 30.0
    """The longest time without a byte."""
    total_seconds: float = 900.0
    """For one archive, with all attempts."""
    archive_bytes: int = 2 << 30
    listing_bytes: int = 256 << 20
    record_bytes: int = 16 << 20
    attempts: int = 4
    pause_seconds: float = 1.0
    """Before the second attempt; twice as long before each further one, and as long as the server asks for."""
    longest_pause_seconds: float = 30.0

    @property
    def patience(self) -> Patience:
        """What of it any download has."""
        return Patience(
            connect_seconds=self.connect_seconds,
            silence_seconds=self.silence_seconds,
            total_seconds=self.total_seconds,
            attempts=self.attempts,
            pause_seconds=self.pause_seconds,
            longest_pause_seconds=self.longest_pause_seconds,
        )


def fetch(url: str, folder: Path, ecosystems: Iterable[str], limits: FetchLimits | None = None) -> Path:
    """Download `<url>/<Ecosystem>/all.zip` for each ecosystem, and return the folder that holds them.

    It is below `folder`, and is called like the mirror's host, so that what names it names the mirror.
    An archive takes its place only when it is whole: its length is the one that was announced, and
    its directory and every checksum in it are right. Raises `FetchError`.
    """
    with Mirror(url, limits) as mirror:
        folder = folder / re.sub(r"[^A-Za-z0-9-]+", ".", urlsplit(url).hostname or "").strip(".")
        for ecosystem in sorted({base(each) for each in ecosystems}):
            with mirror.explained(f"{quote(ecosystem)}/all.zip"):
                place = folder / ecosystem
                place.mkdir(parents=True, exist_ok=True)
                with tempfile.TemporaryDirectory(dir=place, prefix=".part-") as beside:
                    mirror.archive(ecosystem, Path(beside, "all.zip"))
                    Path(beside, "all.zip").replace(place / "all.zip")
    return folder


class Listing(msgspec.Struct, frozen=True):
    """The list of an ecosystem's records, as the server has it."""

    text: bytes
    tag: str
    """What the server calls this state of the list; empty where it does not say."""
    unchanged: bool = False
    """It is the one that was known; there is no text."""


class _Tag(msgspec.Struct, frozen=True):
    """What is kept beside a download, so that it can go on."""

    address: str
    etag: str
    """A strong one: bytes of two answers that carry it can be put together."""
    length: int


class Mirror:
    """A mirror of the OSV bucket, asked over one session. Whatever goes wrong is a FetchError."""

    def __init__(self, url: str, limits: FetchLimits | None = None) -> None:
        try:
            self.shown = shown(url)
            """The address without credentials."""
        except NoAddress as error:
            remedy = "give http://… or https://…, no query"
            raise FetchError(str(error), where=error.host or "advisories", remedy=remedy) from error
        self._url = url.rstrip("/")
        self._limits = limits or FetchLimits()
        self._session = Session(self._limits.patience)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._session.close()

    def archive(self, ecosystem: str, place: Path, progress: Progress | None = None) -> None:
        """Download an ecosystem's archive, and check it.

        What an earlier call left at `place` or beside it is used as far as the server says that it is still the same.
        """
        path = f"{quote(ecosystem)}/all.zip"
        with self.explained(path):
            self._session.repeated(lambda deadline: self._archive(path, place, progress or silent, deadline))

    def listing(self, ecosystem: str, tag: str) -> Listing | None:
        """Get the list of an ecosystem's records, without its text where it is still the one called `tag`.

        None where the mirror has no such list.
        """
        path = f"{quote(ecosystem)}/modified_id.csv"
        with self.explained(path):
            return self._session.repeated(lambda deadline: self._listing(path, tag, deadline))

    def record(self, ecosystem: str, identity: str) -> bytes | None:
        """Get one record; None where there is none of this id, or none any more."""
        path = f"{quote(ecosystem)}/{quote(identity, safe='')}.json"
        with self.explained(path):
            return self._session.whole(f"{self._url}/{path}", most=self._limits.record_bytes)

    def ecosystems(self) -> tuple[str, ...]:
        """Get the base names of all ecosystems that the mirror has."""
        with self.explained("ecosystems.txt"):
            text = self._session.whole(f"{self._url}/ecosystems.txt", most=1 << 20)
            if text is None:
                raise Refused("the server has no list of its ecosystems")
            names = {base(line.strip()) for line in text.decode("utf-8", "replace").splitlines()}
        return tuple(sorted(name for name in names if ECOSYSTEM.fullmatch(name)))

    @contextmanager
    def explained(self, path: str) -> Iterator[None]:
        """Turn what goes wrong into a FetchError that names the address, and neither credentials nor the machine."""
        try:
            yield
        except (*UNREADABLE, Refused) as error:
            raise FetchError(
                f"advisory records could not be fetched: {_said(error)}",
                where=f"{self.shown}/{path}",
                remedy="check the network, and that the address is a mirror of the OSV bucket, or give a folder",
            ) from error

    def _listing(self, path: str, tag: str, deadline: float) -> Listing | None:
        with self._session.asked(f"{self._url}/{path}", {"If-None-Match": tag} if tag else {}) as answer:
            if answer.status_code == NOT_FOUND:
                return None
            if answer.status_code == _NOT_MODIFIED and tag:
                return Listing(text=b"", tag=tag, unchanged=True)
            expect(answer, 200)
            held = io.BytesIO()
            receive(answer, held, most=self._limits.listing_bytes, deadline=deadline, progress=silent)
            return Listing(text=held.getvalue(), tag=header(answer, "ETag"))

    def _archive(self, path: str, place: Path, progress: Progress, deadline: float) -> None:
        """Download one archive beside its place, check it, and move it in."""
        part = _Part.find(place, f"{self.shown}/{path}")
        with self._session.asked(f"{self._url}/{path}", part.headers()) as answer:
            if answer.status_code == _NOT_MODIFIED and part.whole:
                return
            begin = part.accepts(answer)
            part.remember(answer, begin)
            with part.file.open("r+b" if begin else "wb") as file:
                file.seek(begin)
                most = self._limits.archive_bytes
                receive(answer, file, most=most, deadline=deadline, progress=progress, begin=begin)
                file.truncate()
        try:
            _check(part.file)
        except (*UNREADABLE, Refused) as error:
            part.forget()
            if begin:
                raise Busy(f"the parts of two downloads do not fit ({_said(error)})") from error
            raise
        part.file.replace(place)


class _Part(msgspec.Struct, frozen=True, kw_only=True):
    """What there is of an archive, and what the server called it."""

    file: Path
    tag_file: Path
    address: str
    tag: _Tag | None
    """None: nothing that a download could go on from."""
    whole: bool

    @classmethod
    def find(cls, place: Path, address: str) -> _Part:
        """Look for what an earlier download left."""
        file, tag_file = place.with_name(f"{place.name}.part"), place.with_name(f"{place.name}.tag")
        tag = None
        try:
            tag = msgspec.json.decode(tag_file.read_bytes(), type=_Tag)
        except (FileNotFoundError, msgspec.DecodeError):
            tag_file.unlink(missing_ok=True)
        if tag is not None and tag.address != address:
            tag = None
        whole = tag is not None and place.is_file() and place.stat().st_size == tag.length
        return cls(file=file, tag_file=tag_file, address=address, tag=tag, whole=whole)

    @property
    def size(self) -> int:
        """Bytes to go on from."""
        return self.file.stat().st_size if self.tag is not None and not self.whole and self.file.is_file() else 0

    def headers(self) -> dict[str, str]:
        """Ask for what is missing, as long as the rest is still the same."""
        if self.tag is None:
            return {}
        if self.whole:
            return {"If-None-Match": self.tag.etag}
        return {"Range": f"bytes={self.size}-", "If-Range": self.tag.etag} if self.size else {}

    def accepts(self, answer: Response) -> int:
        """Give the place at which the answer's bytes begin."""
        begin = self.size
        if begin and self.tag is not None and answer.status_code == 206:
            end = self.tag.length - 1
            if header(answer, "Content-Range") == f"bytes {begin}-{end}/{end + 1}" and (
                header(answer, "ETag") in {"", self.tag.etag}
            ):
                return begin
        if begin and answer.status_code in {206, 416}:
            self.forget()
            raise Busy("the server does not go on where the download broke off")
        expect(answer, 200)
        return 0

    def remember(self, answer: Response, begin: int) -> None:
        """Keep what the server calls this archive, where it says so in a way that is good for going on."""
        if begin:
            return
        etag, length = header(answer, "ETag"), header(answer, "Content-Length")
        if _STRONG.fullmatch(etag) and is_number(length):
            tag = _Tag(address=self.address, etag=etag, length=int(length))
            self.file.unlink(missing_ok=True)
            self.tag_file.write_bytes(msgspec.json.encode(tag))
        else:
            self.tag_file.unlink(missing_ok=True)

    def forget(self) -> None:
        """Remove what there is: the next download begins anew."""
        self.tag_file.unlink(missing_ok=True)
        self.file.unlink(missing_ok=True)


def _said(error: Exception) -> str:
    """Describe an error without the machine's paths, and without the address and what it may carry."""
    return str(error) if isinstance(error, zipfile.BadZipFile) else said(error)


def _check(part: Path) -> None:
    """Test the archive's directory and every checksum."""
    with zipfile.ZipFile(part) as archive:
        members = archive.infolist()
        if not any(member.filename.endswith(".json") for member in members):
            raise Refused("the archive holds no records")
        if sum(member.file_size for member in members) > _LARGEST_UNPACKED:
            raise Refused("the archive unpacks to more than any archive of advisories should")
        if any(member.compress_type not in METHODS for member in members):
            raise Refused("the archive is packed in a way that is not read here")
        try:
            damaged = archive.testzip()
        except UNREADABLE as error:
            raise Refused(f"the archive cannot be unpacked ({type(error).__name__})") from error
    if damaged is not None:
        raise Refused("a record of the archive is damaged")
