"""A version's text and its ecosystem in; a key that sorts as the ecosystem sorts out."""

from __future__ import annotations

from functools import lru_cache

from devsecgate.advisories.ecosystems import base
from devsecgate.advisories.record import RangeType
from devsecgate.advisories.versions.distributions import alpine, debian, rpm
from devsecgate.advisories.versions.key import Key, Ordering, UnknownVersion
from devsecgate.advisories.versions.languages import composer, cran, gem, nuget, python, semantic
from devsecgate.advisories.versions.maven import maven

__all__ = ["Key", "Ordering", "UnknownVersion", "ordering", "python", "semantic", "spellings"]

_ORDERINGS: dict[str, Ordering] = {
    "PyPI": python,
    **dict.fromkeys(("npm", "Go", "crates.io", "Hex", "Pub", "SwiftURL", "GitHub Actions", "Julia"), semantic),
    "Maven": maven,
    "RubyGems": gem,
    "NuGet": nuget,
    "Packagist": composer,
    "CRAN": cran,
    **dict.fromkeys(("Debian", "Ubuntu", "Echo"), debian),
    **dict.fromkeys(("Alpine", "Wolfi", "Chainguard", "MinimOS", "Alpaquita"), alpine),
    **dict.fromkeys(
        ("AlmaLinux", "Rocky Linux", "Red Hat", "openSUSE", "SUSE", "Azure Linux", "Mageia", "openEuler"), rpm
    ),
}
"""OSV's other ecosystems have no order of their own there either, or none that could be held to its own tool here."""


@lru_cache(maxsize=1 << 10)
def ordering(ecosystem: str, kind: RangeType) -> Ordering | None:
    """Give the ordering of a range, or None where there is none: GIT ranges, and ecosystems without one here."""
    if kind is RangeType.GIT:
        return None
    return semantic if kind is RangeType.SEMVER else _ORDERINGS.get(base(ecosystem))


def spellings(ecosystem: str, version: str) -> tuple[str, ...]:
    """Give the texts to look a version up by: itself, and for PyPI the release that a local version was built from.

    `1.13.0+cu117` sorts after `1.13.0`, yet it is that release, built once more: what is wrong with one is wrong
    with the other unless an advisory names it.
    """
    if "+" not in version or base(ecosystem) != "PyPI":
        return (version,)
    return (version, version.partition("+")[0])
