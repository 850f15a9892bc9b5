"""A version's text and its ecosystem in; a key that sorts as the ecosystem sorts out.

PyPI is PEP 440, by packaging. Semantic versions (every SEMVER range; npm, Go, crates.io and their like)
are by semver, which is small, typed and follows the specification's precedence; two-part versions,
which advisories do write, are read with a zero for each missing part.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Protocol, Self

from devsecgate.advisories.ecosystems import base
from devsecgate.advisories.record import RangeType

_LONGEST = 256
_PARTIAL = re.compile(r"(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))?", re.ASCII)
_SEMANTIC = frozenset({"npm", "Go", "crates.io", "Hex", "Pub", "SwiftURL", "GitHub Actions", "Julia"})


class Key(Protocol):
    """What two versions of one ordering are compared by."""

    def __lt__(self, other: Self, /) -> bool:
        """Say whether this version is before the other one."""
        ...


Ordering = Callable[[str], Key]
"""Parses a version; raises `UnknownVersion`."""


class UnknownVersion(ValueError):  # noqa: N818 - it names what was met
    """A version that its ecosystem's rules cannot read: nothing may be said about it."""


def ordering(ecosystem: str, kind: RangeType) -> Ordering | None:
    """Give the ordering of a range, or None where there is none: GIT ranges, and ecosystems without one here."""
    if kind is RangeType.GIT:
        return None
    if kind is RangeType.SEMVER or base(ecosystem) in _SEMANTIC:
        return semantic
    return python if base(ecosystem) == "PyPI" else None


@lru_cache(maxsize=1 << 16)
def python(text: str) -> Key:
    """Parse a version as PEP 440 says."""
    from packaging.version import Version

    if len(text) > _LONGEST:
        raise UnknownVersion(text[:_LONGEST])
    try:
        return Version(text)
    except ValueError as error:
        raise UnknownVersion(text) from error


@lru_cache(maxsize=1 << 16)
def semantic(text: str) -> Key:
    """Parse a version as Semantic Versioning 2.0 says; build metadata has no say in the order."""
    from semver import Version

    plain = text.removeprefix("=").removeprefix("v")
    if len(text) > _LONGEST:
        raise UnknownVersion(text[:_LONGEST])
    if _PARTIAL.fullmatch(plain):
        plain += ".0" * (2 - plain.count("."))
    try:
        return Version.parse(plain)
    except ValueError as error:
        raise UnknownVersion(text) from error


def spellings(ecosystem: str, version: str) -> tuple[str, ...]:
    """Give the texts to look a version up by: itself, and for PyPI the release that a local version was built from.

    `1.13.0+cu117` sorts after `1.13.0`, yet it is that release, built once more: what is wrong with one is wrong
    with the other unless an advisory names it.
    """
    if base(ecosystem) != "PyPI" or "+" not in version:
        return (version,)
    return (version, version.partition("+")[0])
