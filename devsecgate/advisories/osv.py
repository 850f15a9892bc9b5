"""A folder shaped like the public OSV bucket in; the advisories of the packages asked for out.

Records are read from `<Ecosystem>/all.zip` and from `<Ecosystem>/*.json`. A record that cannot be read
is counted and named, and never takes its neighbours with it; an archive that cannot be read is a Trouble.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path

import msgspec

from devsecgate.advisories.aliases import closure
from devsecgate.advisories.ecosystems import base
from devsecgate.advisories.known import Loaded, Trouble
from devsecgate.advisories.parse import Malformed, day, document
from devsecgate.advisories.record import Advisory
from devsecgate.model import GapReason

UNREADABLE = (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError)
"""What zipfile raises for an archive, or a member of one, that is damaged or of a kind that it does not know."""
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""How the members of the bucket's archives are packed; others have decoders with errors of their own."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much is read before an archive is taken for an attack or a mistake."""

    records: int = 2_000_000
    record_bytes: int = 16 << 20
    total_bytes: int = 8 << 30
    """Bytes of all records, uncompressed."""
    ratio: int = 200
    """How many times larger than their archive all records may be; those of the bucket are less than 10."""


def load(folder: Path, ecosystem: str, wanted: Collection[str], *, today: date, limits: Limits | None = None) -> Loaded:
    """Read an ecosystem's records, and keep the advisories that name one of the wanted packages.

    `wanted` holds names normalised as by `normalise`; `today` bounds the date that the records speak for.
    """
    reading = Reading(limits)
    kept = _Kept(ecosystem=base(ecosystem), wanted=frozenset(wanted), today=today)
    for name, content in reading.folder(folder / base(ecosystem)):
        kept.take(name, content)
    return kept.loaded(reading.troubles, folder / base(ecosystem))


class Reading:
    """One pass over records as the bucket has them: their names, and their bytes or None where they cannot be read."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self.troubles: list[Trouble] = []
        """What could not be read as a whole."""

    def folder(self, folder: Path) -> Iterator[tuple[str, bytes | None]]:
        """Give the records of an ecosystem's folder: those of its archive, then those that lie there by themselves."""
        try:
            is_there = (folder / "all.zip").exists()
        except OSError as error:
            self._trouble(f"{folder.name}/all.zip cannot be read: {_said(error)}; fetch it again")
            is_there = False
        if is_there:
            yield from self.archive(folder / "all.zip", shown=f"{folder.name}/all.zip")
        yield from self._loose(folder)

    def archive(self, archive: Path, *, shown: str) -> Iterator[tuple[str, bytes | None]]:
        """Give the records of an archive."""
        try:
            if not archive.is_file():
                self._trouble(f"{shown} is not a file; fetch it again")
                return
            with zipfile.ZipFile(archive) as opened:
                members = [each for each in opened.infolist() if each.filename.endswith(".json")]
                if self._is_bomb(members, packed=archive.stat().st_size):
                    self._trouble(f"{shown} is larger than any archive of advisories should be")
                    return
                for member in members:
                    yield member.filename, self._member(opened, member)
        except UNREADABLE as error:
            self._trouble(f"{shown} cannot be read: {_said(error)}; fetch it again")

    def _trouble(self, detail: str) -> None:
        self.troubles.append(Trouble(reason=GapReason.MALFORMED, detail=detail))

    def _is_bomb(self, members: Collection[zipfile.ZipInfo], *, packed: int) -> bool:
        unpacked = sum(each.file_size for each in members)
        limit = min(self._limits.total_bytes, packed * self._limits.ratio)
        return len(members) > self._limits.records or unpacked > limit

    def _member(self, opened: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes | None:
        """Read one member; the size in the directory is a claim, and reading stops at it."""
        if member.file_size > self._limits.record_bytes or member.compress_type not in METHODS:
            return None
        try:
            return opened.read(member)
        except UNREADABLE:
            return None

    def _loose(self, folder: Path) -> Iterator[tuple[str, bytes | None]]:
        """Give the records that lie in the folder by themselves."""
        try:
            paths = sorted(folder.iterdir()) if folder.is_dir() else []
        except OSError as error:
            self._trouble(f"the folder {folder.name} cannot be read: {_said(error)}")
            return
        for path in paths:
            if path.name.endswith(".json"):
                yield path.name, self._file(path)

    def _file(self, path: Path) -> bytes | None:
        try:
            if not path.is_file():
                return None
            with path.open("rb") as file:
                content = file.read(self._limits.record_bytes + 1)
        except OSError:
            return None
        return content if len(content) <= self._limits.record_bytes else None


class _Kept:
    """What is kept of an ecosystem's records."""

    def __init__(self, *, ecosystem: str, wanted: frozenset[str], today: date) -> None:
        self._ecosystem = ecosystem
        self._wanted = wanted
        self._today = today.isoformat()
        self._advisories: list[Advisory] = []
        self._aliases: list[tuple[str, tuple[str, ...]]] = []
        self._records = 0
        self._as_of = ""
        self._malformed: list[str] = []
        self._releases: set[str] = set()

    def take(self, name: str, content: bytes | None) -> None:
        """Decode one record, note its date and aliases, and keep it if it names a wanted package."""
        try:
            found = document(content, self._ecosystem, self._wanted.__contains__)
        except Malformed:
            self._malformed.append(name)
            return
        self._records += 1
        self._releases |= {each for each in found.ecosystems if base(each) == self._ecosystem}
        dated = day(found.modified)
        if self._as_of < dated <= self._today:
            self._as_of = dated
        if found.withdrawn:
            return
        self._aliases.append((found.id, found.aliases))
        if found.advisory is not None:
            self._advisories.append(found.advisory)

    def loaded(self, troubles: Collection[Trouble], folder: Path) -> Loaded:
        """Close the aliases, and give what was kept; that there was nothing at all is a trouble."""
        troubles = tuple(troubles)
        if not self._records and not troubles and not self._malformed:
            detail = f"no advisory records in {folder.name}/all.zip or {folder.name}/*.json of the folder given"
            troubles = (Trouble(reason=GapReason.MISSING, detail=detail),)
        groups = closure(sorted(self._aliases))
        return Loaded(
            advisories=tuple(sorted(self._advisories, key=lambda each: each.id)),
            groups={each.id: groups[each.id] for each in self._advisories},
            records=self._records,
            as_of=self._as_of,
            malformed=tuple(sorted(self._malformed)),
            releases=frozenset(self._releases),
            troubles=troubles,
        )


def _said(error: BaseException) -> str:
    """Describe an error without the machine's paths."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
