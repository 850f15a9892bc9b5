"""OSV's names of ecosystems, their releases and their packages: how they are told apart, and told to be the same."""

from __future__ import annotations

import re
from collections.abc import Mapping

from packaging.utils import canonicalize_name

_CASELESS = frozenset({"NuGet", "Packagist", "Hex", "GitHub Actions", "SwiftURL"})
"""Whose names are the same in capitals."""
_UBUNTU_EXTRAS = frozenset({"LTS", "Pro", "FIPS", "FIPS-updates", "FIPS-preview", "Realtime", "NVIDIA-BlueField"})
"""Parts of Ubuntu's strings that are not the release's number."""
_ENTERPRISE_LINUX = re.compile(r"Red Hat:(?:enterprise_linux|rhel_[a-z0-9_]+):([0-9]+)(?:\.[0-9]+)?(?:::.*)?")
"""The tail of a CPE: `enterprise_linux:9::baseos`, and the extended streams, `rhel_eus:9.2::appstream`."""
_SUSE_RELEASE = re.compile(r"SUSE:Linux Enterprise .*?\b([0-9]+(?: SP[0-9]+)?)(?:[- ](?:LTSS|ESPOS|BCL|TERADATA).*)?")
"""Modules and products of one service pack: `… Module for Basesystem 15 SP5`, `… Server 15 SP5-LTSS`."""

_DEBIAN_CODENAMES = {
    "wheezy": "7",
    "jessie": "8",
    "stretch": "9",
    "buster": "10",
    "bullseye": "11",
    "bookworm": "12",
    "trixie": "13",
    "forky": "14",
}
_VERSIONED = {
    "debian": ("Debian:", r"([0-9]+)(?:\.[0-9]+)*"),
    "ubuntu": ("Ubuntu:", r"([0-9]{2}\.[0-9]{2})(?:\.[0-9]+)?"),
    "alpine": ("Alpine:v", r"([0-9]+\.[0-9]+)(?:\.[0-9]+)?"),
    "alpaquita": ("Alpaquita:", r"([0-9]+|stream)"),
    "rocky": ("Rocky Linux:", r"([0-9]+)(?:\.[0-9]+)?"),
    "almalinux": ("AlmaLinux:", r"([0-9]+)(?:\.[0-9]+)?"),
    "rhel": ("Red Hat:enterprise_linux:", r"([0-9]+)(?:\.[0-9]+)?"),
    "redhat": ("Red Hat:enterprise_linux:", r"([0-9]+)(?:\.[0-9]+)?"),
    "opensuse-leap": ("openSUSE:Leap ", r"([0-9]+\.[0-9]+)"),
    "opensuse.leap": ("openSUSE:Leap ", r"([0-9]+\.[0-9]+)"),
    "azurelinux": ("Azure Linux:", r"([0-9]+)(?:\.[0-9]+)*"),
    "mariner": ("Azure Linux:", r"([0-9]+)(?:\.[0-9]+)*"),
    "mageia": ("Mageia:", r"([0-9]+)"),
}
"""By the ID of os-release: what OSV's string begins with, and what of VERSION_ID ends it."""
_ROLLING = {
    "wolfi": "Wolfi",
    "chainguard": "Chainguard",
    "minimos": "MinimOS",
    "echo": "Echo",
    "opensuse-tumbleweed": "openSUSE:Tumbleweed",
    "opensuse.tumbleweed": "openSUSE:Tumbleweed",
}
"""Those without releases, or with one that never ends."""
_SUSE = frozenset({"sles", "sled", "sles_sap", "sle_hpc"})
_WITHOUT_RECORDS = {
    "amzn": "Amazon Linux",
    "arch": "Arch Linux",
    "archarm": "Arch Linux",
    "centos": "CentOS",
    "clear-linux-os": "Clear Linux",
    "fedora": "Fedora",
    "gentoo": "Gentoo",
    "nixos": "NixOS",
    "ol": "Oracle Linux",
    "openwrt": "OpenWrt",
    "raspbian": "Raspberry Pi OS",
    "void": "Void Linux",
}
_UNTOLD = {
    "openEuler": "its os-release does not say which service pack of openEuler it is",
    "photon": "the versions of Photon OS have no known order",
}
_PACKAGED_AS: Mapping[str, frozenset[str]] = {
    "deb": frozenset({"Debian", "Ubuntu", "Echo"}),
    "apk": frozenset({"Alpine", "Alpaquita", "Wolfi", "Chainguard", "MinimOS"}),
    "rpm": frozenset({"Rocky Linux", "AlmaLinux", "Red Hat", "openSUSE", "SUSE", "Azure Linux", "Mageia"}),
}
"""The ecosystems of each kind of package."""


class NoRelease(ValueError):  # noqa: N818 - it names what was met
    """A system whose packages no record of OSV can be told to be about; says why in half a sentence."""


def base(ecosystem: str) -> str:
    """Give the part of an ecosystem's name before the colon, which names its folder: `Debian:12` is `Debian`."""
    return ecosystem.partition(":")[0]


def same_release(one: str, other: str) -> bool:
    """Say whether two strings name the same release: `Ubuntu:22.04:LTS` is `Ubuntu:22.04`.

    Red Hat's are the same by the major version of Enterprise Linux, whatever the repository; SUSE's by the
    service pack, whatever the product, module or phase of support, which no image says.
    """
    if one == other:
        return True
    if base(one) != base(other):
        return False
    match base(one):
        case "Ubuntu":
            return _plain(one) == _plain(other)
        case "Red Hat":
            return _same(_ENTERPRISE_LINUX, one, other)
        case "SUSE":
            return _same(_SUSE_RELEASE, one, other)
        case _:
            return False


def _plain(ecosystem: str) -> tuple[str, ...]:
    return tuple(part for part in ecosystem.split(":") if part not in _UBUNTU_EXTRAS)


def _same(pattern: re.Pattern[str], one: str, other: str) -> bool:
    first, second = pattern.fullmatch(one), pattern.fullmatch(other)
    return first is not None and second is not None and first.group(1) == second.group(1)


def release(system: str, version: str, codename: str = "", *, package: str) -> str:
    """Give OSV's string for the packages of a system: its ID and VERSION_ID in os-release, and the kind of package.

    `release("debian", "12", package="deb")` is `Debian:12`. Raises `NoRelease` for a system that OSV has no records
    of, for a version that is none of its releases, and for packages that are not the system's own kind.
    """
    if not system:
        raise NoRelease("nothing says which system it is")
    if system in _UNTOLD:
        raise NoRelease(_UNTOLD[system])
    if system in _WITHOUT_RECORDS:
        raise NoRelease(f"OSV has no records of {_WITHOUT_RECORDS[system]}")
    found = _found(system, version, codename)
    if base(found) not in _PACKAGED_AS.get(package, frozenset()):
        raise NoRelease(f"{base(found)} has no packages of the kind {package}")
    return found


def _found(system: str, version: str, codename: str) -> str:
    if system in _ROLLING:
        return _ROLLING[system]
    if system in _SUSE:
        number, _, pack = version.partition(".")
        if number.isdecimal() and (pack.isdecimal() or not pack):
            suffix = f" SP{pack}" if pack not in ("", "0") else ""
            return f"SUSE:Linux Enterprise Server {number}{suffix}"
    elif system in _VERSIONED:
        start, pattern = _VERSIONED[system]
        if system == "debian" and not version:
            version = _DEBIAN_CODENAMES.get(codename, "")
        elif system == "debian":
            version = _DEBIAN_CODENAMES.get(version, version)
        matched = re.fullmatch(pattern, version, re.ASCII)
        if matched is not None:
            return start + matched.group(1)
    else:
        raise NoRelease(f"OSV has no records of a system called {system}")
    raise NoRelease(f"{version or codename or 'nothing'} is no release of {system} that records speak of")


def normalise(ecosystem: str, name: str) -> str:
    """Spell a package's name as its ecosystem compares it: PEP 503 for PyPI, small letters where case is nothing."""
    if base(ecosystem) == "PyPI":
        return canonicalize_name(name)
    return name.lower() if base(ecosystem) in _CASELESS else name
