"""What a reader of one manifest gives back: exact pins, open wishes, and what it could not understand."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from devsecgate.model import Gap, GapReason

SCANNER = "dependencies"
"""The name that gaps of the inventory carry."""

_PYTHON_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,212}[A-Za-z0-9])?", re.ASCII)
_NPM_NAME = re.compile(r"(?:@[A-Za-z0-9_.~*'()!-]{1,214}/)?[A-Za-z0-9_.~*'()!-]{1,214}", re.ASCII)
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9.!+_-]{0,127}", re.ASCII)


class Pin(msgspec.Struct, frozen=True, kw_only=True):
    """One package at one exact version."""

    name: str
    """Normalised as its ecosystem does."""
    version: str
    ecosystem: str
    """OSV's string, with the release where there is one: `Debian:12`."""
    path: str
    line: int
    direct: bool | None = None
    marker: str = ""
    """An environment marker that is false for the target, as written; empty: it is for this target."""
    purl: str = ""
    """As another tool gave it; empty: it follows from the ecosystem, the name and the version."""
    known_as: tuple[tuple[str, str], ...] = ()
    """Names and versions that advisories may know it by: its source package's. Empty: its own alone."""
    via: tuple[str, ...] = ()
    """The packages that pull it in, from one that is asked for down to its parent."""
    origin: str = ""
    """The layer of an image, and the instruction, that brought it."""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """One package that is asked for without an exact version."""

    name: str
    specifier: str
    """PyPI: PEP 440 specifiers, alternatives divided by `||`, empty for any version. npm: the text as written."""
    ecosystem: str
    path: str
    line: int


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One manifest, read."""

    pins: tuple[Pin, ...] = ()
    wishes: tuple[Wish, ...] = ()
    gaps: tuple[Gap, ...] = ()
    notes: tuple[str, ...] = ()
    own: frozenset[str] = frozenset()
    """The project's own normalised names."""
    members: frozenset[str] = frozenset()
    """Folders, relative to the manifest's own, whose projects this lockfile holds too: `.`, `packages/a`."""
    declared: Mapping[tuple[str, str], frozenset[str]] = msgspec.field(default_factory=dict)
    """npm lockfiles: what each member's manifest asked for when it was locked, and got, by member and name."""


class Unreadable(Exception):  # noqa: N818 - it names what was met
    """A manifest that cannot be read as a whole; carries the reason and one sentence."""

    def __init__(self, detail: str, *, reason: GapReason = GapReason.UNREADABLE) -> None:
        super().__init__(detail)
        self.detail = detail
        self.reason = reason


def gap(reason: GapReason, detail: str, path: str, package: str | None = None) -> Gap:
    """Make a gap of the inventory."""
    return Gap(scanner=SCANNER, reason=reason, detail=detail, path=path, package=package)


def python_name(text: str) -> str | None:
    """Normalise a Python package's name (PEP 503); None where it is not one."""
    return re.sub(r"[-_.]+", "-", text).lower() if _PYTHON_NAME.fullmatch(text) else None


def npm_name(text: str) -> str | None:
    """Check an npm package's name; None where it is not one."""
    return text if _NPM_NAME.fullmatch(text) else None


def version_text(text: str) -> str | None:
    """Check that a version is short and plain; None where it is not. Whether it has an order is asked later."""
    return text if _VERSION.fullmatch(text) else None


def outside(path: str) -> Gap:
    """Make the gap for a project that a lockfile holds, and that is not in the scanned folder."""
    return gap(GapReason.UNRESOLVED, "a project outside of the scanned folder is part of this lock; gate it too", path)


def unnamed(path: str, line: int) -> Gap:
    """Make the gap for an entry whose name or version is not one; what it says is not repeated."""
    return gap(GapReason.MALFORMED, f"line {line}: not the name and version of a package; correct the file", path)


def unversioned(name: str, path: str, line: int) -> Gap:
    """Make the gap for a package whose version is not one; the text is not repeated."""
    detail = f"line {line}: {name} is pinned to what is no version; correct the file"
    return gap(GapReason.MALFORMED, detail, path, name)


def unresolved(name: str, path: str, *, line: int, what: str) -> Gap:
    """Make the gap for a package whose version, or whose advisories, cannot be known."""
    return gap(GapReason.UNRESOLVED, f"line {line}: {name} {what}", path, name)
