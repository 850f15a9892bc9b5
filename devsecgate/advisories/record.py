"""Our shape of an advisory: what an OSV record says, ready to be evaluated against a package's version."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class RangeType(StrEnum):
    """How the versions of a range are to be compared."""

    SEMVER = "SEMVER"
    ECOSYSTEM = "ECOSYSTEM"
    GIT = "GIT"


class EventType(StrEnum):
    """What happens at the version of an event; in the order in which events at one version take effect."""

    INTRODUCED = "introduced"
    LAST_AFFECTED = "last_affected"
    FIXED = "fixed"
    LIMIT = "limit"


_BOUNDLESS = {EventType.INTRODUCED: "0", EventType.LIMIT: "*"}


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One change along a range; `0` is before every version, a limit of `*` after all."""

    type: EventType
    version: str

    @property
    def is_boundless(self) -> bool:
        """Say whether it is no version: introduced before every one, or a limit after all."""
        return self.version == _BOUNDLESS.get(self.type)


class Range(msgspec.Struct, frozen=True, kw_only=True):
    """Events that say which versions are affected; at least one is `introduced`."""

    type: RangeType
    events: tuple[Event, ...]


class Affected(msgspec.Struct, frozen=True, kw_only=True):
    """One package of an advisory, and which of its versions are affected."""

    ecosystem: str
    """OSV's string, with the part after the colon where there is one: `Debian:12`."""
    name: str
    """Normalised as its ecosystem does."""
    ranges: tuple[Range, ...]
    versions: frozenset[str]
    vectors: tuple[str, ...]
    """CVSS vectors as written; those of the whole record where the entry has none of its own."""


class Common(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """What a record that has not been withdrawn says, whatever the package."""

    id: str
    aliases: tuple[str, ...]
    upstream: tuple[str, ...]
    """Ids that a distribution's advisory is about: it may fix several, so they are not its aliases."""
    summary: str
    """One line, not empty: the summary, else the beginning of the details, else the id."""
    rating: str
    """The database's own word, upper case: `MODERATE`; empty where there is none."""
    cwes: frozenset[int]
    references: tuple[str, ...]
    """Web addresses, advisories first."""
    published: str
    """ISO 8601 day of its disclosure; empty where the record does not say."""


class Advisory(Common, array_like=True, frozen=True, kw_only=True):
    """One record that has not been withdrawn."""

    affected: tuple[Affected, ...]
    """Only the entries of the packages that were asked for."""
