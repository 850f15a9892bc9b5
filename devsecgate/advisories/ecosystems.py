"""OSV's names of ecosystems, their releases and their packages: how they are told apart, and told to be the same."""

from __future__ import annotations

from packaging.utils import canonicalize_name

_CASELESS = frozenset({"NuGet", "Packagist", "Hex", "GitHub Actions", "SwiftURL"})
"""Whose names are the same in capitals."""
_UBUNTU_EXTRAS = frozenset({"LTS", "Pro", "FIPS", "FIPS-updates", "FIPS-preview", "Realtime", "NVIDIA-BlueField"})
"""Parts of Ubuntu's strings that are not the release's number."""


def base(ecosystem: str) -> str:
    """Give the part of an ecosystem's name before the colon, which names its folder: `Debian:12` is `Debian`."""
    return ecosystem.partition(":")[0]


def same_release(one: str, other: str) -> bool:
    """Say whether two strings name the same release: `Ubuntu:22.04:LTS` is `Ubuntu:22.04`."""
    return one == other or (base(one) == base(other) == "Ubuntu" and _plain(one) == _plain(other))


def _plain(ecosystem: str) -> tuple[str, ...]:
    return tuple(part for part in ecosystem.split(":") if part not in _UBUNTU_EXTRAS)


def normalise(ecosystem: str, name: str) -> str:
    """Spell a package's name as its ecosystem compares it: PEP 503 for PyPI, small letters where case is nothing."""
    if base(ecosystem) == "PyPI":
        return canonicalize_name(name)
    return name.lower() if base(ecosystem) in _CASELESS else name
