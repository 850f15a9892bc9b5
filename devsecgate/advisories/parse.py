"""The bytes of one OSV record in; our shape of what it says about an ecosystem's packages out."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime

import msgspec

from devsecgate.advisories.ecosystems import base, normalise
from devsecgate.advisories.record import Advisory, Affected, Event, EventType, Range, RangeType

IDENTITY = re.compile(r"[!-~]{1,200}")
"""What an id may look like."""
_ADDRESS = re.compile(r"https?://[!-~]{1,2000}")
_CWE = re.compile(r"CWE-([0-9]{1,6})")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?=T|$)")
_SUMMARY_LENGTH = 300
_MOST_REFERENCES = 20


class Malformed(Exception):  # noqa: N818 - it names what was met: one record that is not one
    """Bytes that are not an OSV record."""


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """One record, and what it says about the packages that were asked for."""

    id: str
    modified: str
    """As written."""
    withdrawn: bool
    aliases: tuple[str, ...]
    ecosystems: frozenset[str]
    """Every ecosystem that it names, with the release where there is one: `Debian:12`."""
    advisory: Advisory | None
    """None where it names none of the packages."""


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
    published: str | None = None
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
_DATABASE = msgspec.json.Decoder(_Database)


def document(content: bytes | None, ecosystem: str, is_wanted: Callable[[str], bool]) -> Document:
    """Read one record, and keep what it says about the wanted packages of an ecosystem (`Debian`).

    `is_wanted` is asked with names normalised as by `normalise`. Raises `Malformed`, also for None, which stands for
    bytes that could not be read.
    """
    if content is None:
        raise Malformed
    try:
        record = _RECORD.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed from error
    aliases, upstream = tuple(record.aliases or ()), tuple(record.upstream or ())
    if not record.modified or not all(map(IDENTITY.fullmatch, (record.id, *aliases, *upstream))):
        raise Malformed
    affected = tuple(
        _affected(each, each.package, record)
        for each in record.affected or ()
        if each.package is not None
        and base(each.package.ecosystem) == ecosystem
        and is_wanted(normalise(each.package.ecosystem, each.package.name))
    )
    return Document(
        id=record.id,
        modified=record.modified,
        withdrawn=bool(record.withdrawn),
        aliases=aliases,
        ecosystems=frozenset(each.package.ecosystem for each in record.affected or () if each.package is not None),
        advisory=_advisory(record, affected) if affected else None,
    )


def day(modified: str) -> str:
    """Give the ISO 8601 day of a time stamp; empty where it has none that a calendar knows, or Go's zero time."""
    dated = _DATE.match(modified)
    try:
        found = date.fromisoformat(dated.group()) if dated else date.min
    except ValueError:
        return ""
    return "" if found == date.min else found.isoformat()


def moment(modified: str) -> datetime | None:
    """Give the moment of a time stamp, which is UTC where it does not say; None where it is not one."""
    try:
        given = datetime.fromisoformat(modified)
    except ValueError:
        return None
    return given if given.tzinfo else given.replace(tzinfo=UTC)


def _advisory(record: _Record, affected: tuple[Affected, ...]) -> Advisory:
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
        published=day(record.published or ""),
    )


def _affected(entry: _Affected, package: _Package, record: _Record) -> Affected:
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
        raise Malformed
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
        raise Malformed
    return present[0]


def _database(raw: msgspec.Raw) -> _Database:
    """Read the two fields that GHSA's records have; other databases put what they like there."""
    try:
        return _DATABASE.decode(raw) if bytes(raw) else _Database()
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
