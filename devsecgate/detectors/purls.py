"""A purl in; the ecosystem, the name and the version that OSV's records would know the package by, out."""

from __future__ import annotations

from dataclasses import dataclass

from devsecgate.advisories.ecosystems import normalise

_LANGUAGES = {
    "pypi": "PyPI",
    "npm": "npm",
    "golang": "Go",
    "cargo": "crates.io",
    "maven": "Maven",
    "gem": "RubyGems",
    "composer": "Packagist",
    "nuget": "NuGet",
    "pub": "Pub",
    "hex": "Hex",
    "swift": "SwiftURL",
    "githubactions": "GitHub Actions",
    "hackage": "Hackage",
    "cran": "CRAN",
    "conan": "ConanCenter",
}
"""OSV's names of the ecosystems whose packages are known by the purl alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A package as advisories know it."""

    ecosystem: str
    """OSV's string, with the release of a distribution: `Debian:12`."""
    name: str
    """Normalised as its ecosystem does."""
    version: str
    known_as: tuple[tuple[str, str], ...] = ()
    """Name and version of its source package too, where advisories may be about that; see `Pin.known_as`."""


class Unknown(Exception):  # noqa: N818 - it names what was met
    """A purl that no record of OSV can be about, or that is none; says why in half a sentence."""


def identify(purl: str) -> Identity:
    """Read a purl; raises `Unknown` where it is none, names no version, or is of a type that OSV has no records of."""
    from packageurl import PackageURL

    try:
        read = PackageURL.from_string(purl)
    except ValueError as error:
        raise Unknown("not a purl") from error
    if read.type not in _LANGUAGES:
        raise Unknown(f"OSV has no records of packages of the type {read.type}")
    if not read.version:
        raise Unknown("it has no version")
    ecosystem = _LANGUAGES[read.type]
    parts = [each for each in (read.namespace, read.name) if each]
    name = (":" if read.type == "maven" else "/").join(parts)
    return Identity(ecosystem=ecosystem, name=normalise(ecosystem, name), version=read.version)
