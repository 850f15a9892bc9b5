"""A folder shaped like the public OSV bucket in; the advisories of the packages asked for out.

Records are read from `<Ecosystem>/all.zip` and from `<Ecosystem>/*.json`. A record that cannot be read
is counted and named, and never takes its neighbours with it; an archive that cannot be read is a Trouble.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import msgspec

from devsecgate.advisories.aliases import closure
from devsecgate.advisories.ecosystems import base, normalise
from devsecgate.advisories.record import Advisory, Affected, Event, EventType, Range, RangeType
from devsecgate.model import GapReason

UNREADABLE = (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError)
"""What zipfile raises for an archive, or a member of one, that is damaged or of a kind that it does not know."""
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""How the members of the bucket's archives are packed; others have decoders with errors of their own."""
_ID = re.compile(r"[!-~]{1,200}")
_ADDRESS = re.compile(r"https?://[!-~]{1,2000}")
_CWE = re.compile(r"CWE-([0-9]{1,6})")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?=T|$)")
_SUMMARY_LENGTH = 300
_MOST_REFERENCES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is read before an archive is taken for an attack or a mistake."""

    records: int = 2_000_000
    record_bytes: int = 16 << 20
    total_bytes: int = 8 << 30
    """Bytes of all records, uncompressed."""
    ratio: int = 200
    """How many times larger than their archive all records may be; those of the bucket are less than 10."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why an ecosystem's records could not be read as a whole."""

    reason: GapReason
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What an ecosystem's records say about the packages asked for."""

    advisories: tuple[Advisory, ...] = ()
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """For each of these advisories' ids, its group of aliases, closed over every record of any package."""
    records: int = 0
    """Well-formed records, withdrawn ones included."""
    as_of: str = ""
    """ISO 8601 date of the newest record that is not dated in the future; empty without one."""
    malformed: tuple[str, ...] = ()
    """Names of the files that are not OSV records."""
    releases: frozenset[str] = frozenset()
    """The ecosystem's strings in records of any package: `Debian:12`."""
    troubles: tuple[Trouble, ...] = ()


class _Package(msgspec.Struct):
    ecosystem: str
    name: str


class _Event(msgspec.Struct, forbid_unknown_fields=True):
    introduced: str | None = None
    fixed: str | None = None
    last_affected: str | None = None
    limit: str | None = None


class _Range(msgspec.Struct):
    type: RangeType
    events: list[_Event]


class _Severity(msgspec.Struct):
    type: str
    score: str


class _Affected(msgspec.Struct):
    package: _Package | None = None
    ranges: list[_Range] | None = None
    versions: list[str] | None = None
    severity: list[_Severity] | None = None


class _Reference(msgspec.Struct):
    type: str
    url: str


class _Database(msgspec.Struct):
    severity: str | None = None
    cwe_ids: list[str] | None = None


class _Record(msgspec.Struct):
    """What is read of a record; only what the schema itself leaves out may be missing."""

    id: str
    modified: str
    withdrawn: str | None = None
    aliases: list[str] | None = None
    upstream: list[str] | None = None
    summary: str | None = None
    details: str | None = None
    severity: list[_Severity] | None = None
    affected: list[_Affected] | None = None
    references: list[_Reference] | None = None
    database_specific: msgspec.Raw = msgspec.Raw()


_RECORD = msgspec.json.Decoder(_Record)


class _Malformed(Exception):  # noqa: N818 - internal: one record that is not one
    pass


def load(folder: Path, ecosystem: str, wanted: Collection[str], *, today: date, limits: Limits | None = None) -> Loaded:
    """Read an ecosystem's records, and keep the advisories that name one of the wanted packages.

    `wanted` holds names normalised as by `normalise`; `today` bounds the date that the records speak for.
    """
    return _Reader(ecosystem=ecosystem, wanted=frozenset(wanted), today=today, limits=limits or Limits()).read(
        folder / base(ecosystem)
    )


class _Reader:
    """One pass over an ecosystem's records."""

    def __init__(self, *, ecosystem: str, wanted: frozenset[str], today: date, limits: Limits) -> None:
        self._ecosystem = base(ecosystem)
        self._wanted = wanted
        self._today = today.isoformat()
        self._limits = limits
        self._advisories: list[Advisory] = []
        self._aliases: list[tuple[str, tuple[str, ...]]] = []
        self._records = 0
        self._as_of = ""
        self._malformed: list[str] = []
        self._releases: set[str] = set()
        self._troubles: list[Trouble] = []

    def read(self, folder: Path) -> Loaded:
        for name, content in self._archived(folder):
            self._take(name, content)
        for name, content in self._loose(folder):
            self._take(name, content)
        if not self._records and not self._troubles and not self._malformed:
            self._trouble(
                f"no advisory records in {folder.name}/all.zip or {folder.name}/*.json of the folder given",
                reason=GapReason.MISSING,
            )
        groups = closure(sorted(self._aliases))
        return Loaded(
            advisories=tuple(sorted(self._advisories, key=lambda each: each.id)),
            groups={each.id: groups[each.id] for each in self._advisories},
            records=self._records,
            as_of=self._as_of,
            malformed=tuple(sorted(self._malformed)),
            releases=frozenset(self._releases),
            troubles=tuple(self._troubles),
        )

    def _trouble(self, detail: str, *, reason: GapReason = GapReason.MALFORMED) -> None:
        self._troubles.append(Trouble(reason=reason, detail=detail))

    def _archived(self, folder: Path) -> Iterator[tuple[str, bytes]]:
        """Give the name and the bytes of each record in the archive, if there is one."""
        try:
            if not (folder / "all.zip").exists():
                return
            if not (folder / "all.zip").is_file():
                self._trouble(f"{folder.name}/all.zip is not a file; fetch it again")
                return
            with zipfile.ZipFile(folder / "all.zip") as opened:
                members = [each for each in opened.infolist() if each.filename.endswith(".json")]
                if self._is_bomb(members, packed=(folder / "all.zip").stat().st_size):
                    self._trouble(f"{folder.name}/all.zip is larger than any archive of advisories should be")
                    return
                for member in members:
                    content = self._member(opened, member)
                    if content is None:
                        self._malformed.append(member.filename)
                    else:
                        yield member.filename, content
        except UNREADABLE as error:
            self._trouble(f"{folder.name}/all.zip cannot be read: {_said(error)}; fetch it again")

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

    def _loose(self, folder: Path) -> Iterator[tuple[str, bytes]]:
        """Give the name and the bytes of each record that lies in the folder by itself."""
        try:
            paths = sorted(folder.iterdir()) if folder.is_dir() else []
        except OSError as error:
            self._trouble(f"the folder {folder.name} cannot be read: {_said(error)}")
            return
        for path in paths:
            if path.name.endswith(".json"):
                content = self._file(path)
                if content is None:
                    self._malformed.append(path.name)
                else:
                    yield path.name, content

    def _file(self, path: Path) -> bytes | None:
        try:
            if not path.is_file():
                return None
            with path.open("rb") as file:
                content = file.read(self._limits.record_bytes + 1)
        except OSError:
            return None
        return content if len(content) <= self._limits.record_bytes else None

    def _take(self, name: str, content: bytes) -> None:
        """Decode one record, note its date and aliases, and keep it if it names a wanted package."""
        try:
            record = _RECORD.decode(content)
            advisory = self._advisory(record)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, _Malformed):
            self._malformed.append(name)
            return
        self._records += 1
        dated = _day(record.modified)
        if self._as_of < dated <= self._today:
            self._as_of = dated
        if record.withdrawn:
            return
        self._aliases.append((record.id, tuple(record.aliases or ())))
        if advisory is not None:
            self._advisories.append(advisory)

    def _advisory(self, record: _Record) -> Advisory | None:
        """Turn a record into an advisory; None where it names no wanted package."""
        if not record.modified or not all(
            map(_ID.fullmatch, (record.id, *(record.aliases or ()), *(record.upstream or ())))
        ):
            raise _Malformed
        self._releases |= {
            each.package.ecosystem
            for each in record.affected or ()
            if each.package is not None and base(each.package.ecosystem) == self._ecosystem
        }
        affected = tuple(
            self._affected(each, each.package, record)
            for each in record.affected or ()
            if each.package is not None and self._is_wanted(each.package)
        )
        if not affected:
            return None
        database = _database(record.database_specific)
        return Advisory(
            id=record.id,
            aliases=tuple(record.aliases or ()),
            upstream=tuple(record.upstream or ()),
            summary=_summary(record),
            affected=affected,
            rating=(database.severity or "").upper(),
            cwes=frozenset(int(m.group(1)) for each in database.cwe_ids or () if (m := _CWE.fullmatch(each))),
            references=_references(record.references or ()),
        )

    def _is_wanted(self, package: _Package) -> bool:
        return base(package.ecosystem) == self._ecosystem and (
            normalise(package.ecosystem, package.name) in self._wanted
        )

    def _affected(self, entry: _Affected, package: _Package, record: _Record) -> Affected:
        severity = entry.severity or record.severity or ()
        return Affected(
            ecosystem=package.ecosystem,
            name=normalise(package.ecosystem, package.name),
            ranges=tuple(_range(each) for each in entry.ranges or ()),
            versions=frozenset(entry.versions or ()),
            vectors=tuple(each.score for each in severity if each.type.startswith("CVSS_V")),
        )


def _range(entry: _Range) -> Range:
    events = tuple(_event(each) for each in entry.events)
    if not any(event.type is EventType.INTRODUCED for event in events):
        raise _Malformed
    return Range(type=entry.type, events=events)


def _event(entry: _Event) -> Event:
    """Turn an event with exactly one key into ours."""
    given = [
        (EventType.INTRODUCED, entry.introduced),
        (EventType.FIXED, entry.fixed),
        (EventType.LAST_AFFECTED, entry.last_affected),
        (EventType.LIMIT, entry.limit),
    ]
    present = [Event(type=kind, version=version) for kind, version in given if version is not None]
    if len(present) != 1:
        raise _Malformed
    return present[0]


def _day(modified: str) -> str:
    """Give the day of a time stamp; empty where it has none that a calendar knows."""
    dated = _DATE.match(modified)
    try:
        return date.fromisoformat(dated.group()).isoformat() if dated else ""
    except ValueError:
        return ""


def _database(raw: msgspec.Raw) -> _Database:
    """Read the two fields that GHSA's records have; other databases put what they like there."""
    try:
        return msgspec.json.decode(raw, type=_Database) if bytes(raw) else _Database()
    except msgspec.DecodeError:
        return _Database()


def _summary(record: _Record) -> str:
    """Give one line about the advisory, whatever it has."""
    text = " ".join((record.summary or record.details or record.id).split())
    text = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
    return text if len(text) <= _SUMMARY_LENGTH else f"{text[: _SUMMARY_LENGTH - 1].rstrip()}…"


def _references(entries: Collection[_Reference]) -> tuple[str, ...]:
    """Give the web addresses, advisories first, each once."""
    kept = [each for each in entries if _ADDRESS.fullmatch(each.url)]
    kept.sort(key=lambda each: each.type != "ADVISORY")
    return tuple(dict.fromkeys(each.url for each in kept))[:_MOST_REFERENCES]


def _said(error: BaseException) -> str:
    """Describe an error without the machine's paths."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
