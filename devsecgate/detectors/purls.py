"""A purl in; the ecosystem, the name and the version that OSV's records would know the package by, out."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from devsecgate.advisories.ecosystems import NoRelease, base, normalise, release

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
_SYSTEMS = frozenset({"deb", "apk", "rpm"})
_BY_EITHER_NAME = frozenset({"Wolfi", "Chainguard", "MinimOS"})
"""Ecosystems of apk packages whose records name packages, and not only what those were built from."""
_SOURCE_RPM = re.compile(r"(?P<name>.+)-(?P<version>[^-]+-[^-]+?)(?:\.(?:no)?src)?(?:\.rpm)?")


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """A package as advisories know it."""

    ecosystem: str
    """OSV's string, with the release of a distribution: `Debian:12`."""
    name: str
    """Normalised as its ecosystem does."""
    version: str
    known_as: tuple[tuple[str, str], ...] = ()
    """Name and version of its source package too, where advisories may be about that; see `Pin.known_as`."""


class System(msgspec.Struct, frozen=True, kw_only=True):
    """The system that a package belongs to, as its os-release names it."""

    id: str
    """`debian`; empty: nothing says."""
    version: str = ""
    """`12`, `3.10.4`."""
    codename: str = ""


class Unknown(Exception):  # noqa: N818 - it names what was met
    """A purl that no record of OSV can be about, or that is none; says why in half a sentence."""


def identify(purl: str) -> Identity:
    """Read a purl; raises `Unknown` where it is none, names no version, or is of a type that OSV has no records of."""
    from packageurl import PackageURL

    try:
        read = PackageURL.from_string(purl)
    except ValueError as error:
        raise Unknown("not a purl") from error
    if read.type not in _LANGUAGES and read.type not in _SYSTEMS:
        raise Unknown(f"OSV has no records of packages of the type {read.type}")
    if not read.version:
        raise Unknown("it has no version")
    if read.type in _SYSTEMS:
        qualifiers = read.qualifiers
        return system_package(
            read.type,
            name=read.name,
            version=_with_epoch(read.version, qualifiers),
            source=qualifiers.get("upstream", ""),
            system=_system(read.namespace or "", qualifiers.get("distro", "")),
        )
    ecosystem = _LANGUAGES[read.type]
    parts = [each for each in (read.namespace, read.name) if each]
    name = (":" if read.type == "maven" else "/").join(parts)
    return Identity(ecosystem=ecosystem, name=normalise(ecosystem, name), version=read.version)


def system_package(kind: str, *, name: str, version: str, source: str, system: System) -> Identity:
    """Identify a package of a distribution; raises `Unknown` where no record can be told to be about it.

    `kind` is `deb`, `apk` or `rpm`. `source` is what the package was built from, as purls have it in `upstream`:
    `openssl`, `openssl@3.0.1-1` where its version is another one, `bash-5.1.8-6.el9.src.rpm`; empty: the same.
    """
    try:
        ecosystem = release(system.id, system.version, system.codename, package=kind)
    except NoRelease as error:
        raise Unknown(str(error)) from error
    return Identity(
        ecosystem=ecosystem, name=name, version=version, known_as=_known_as(kind, ecosystem, name, version, source)
    )


def _known_as(kind: str, ecosystem: str, name: str, version: str, source: str) -> tuple[tuple[str, str], ...]:
    """Give the names that records may use.

    Debian's, Ubuntu's and Alpine's name what a package was built from. Of those that come as rpm some name that,
    some (AlmaLinux, Red Hat) the package itself, and both are asked for.
    """
    own = (name, version)
    if not source:
        return ()
    if kind == "rpm":
        read = _SOURCE_RPM.fullmatch(source)
        epoch = version.partition(":")[0] + ":" if ":" in version else ""
        built_from = (read["name"], epoch + read["version"]) if read else (source, version)
    else:
        source_name, _, source_version = source.partition("@")
        built_from = (source_name, source_version or version)
    if built_from == own:
        return ()
    either = kind == "rpm" or base(ecosystem) in _BY_EITHER_NAME
    return (own, built_from) if either else (built_from,)


def _with_epoch(version: str, qualifiers: Mapping[str, str]) -> str:
    """Put an rpm's epoch, which a purl has apart, before its version, as every ordering reads it."""
    epoch = qualifiers.get("epoch", "")
    return f"{epoch}:{version}" if epoch not in ("", "0") and ":" not in version else version


def _system(namespace: str, distro: str) -> System:
    """Read `debian-12`, `opensuse-leap-15.6`, and `3.10.4` or `bookworm` behind a namespace that says of what."""
    identity, dash, version = distro.rpartition("-")
    if not dash:
        plain = distro[:1].isdigit() or namespace == "debian"
        return System(id=namespace, version=distro) if plain else System(id=distro or namespace)
    if not version[:1].isdigit() and identity != "debian":
        return System(id=distro)
    return System(id=identity, version=version)
