"""A path in an image in; which package manager's database it would be, and where that has its root, out."""

from __future__ import annotations

import re

import msgspec

_PATTERNS = {
    "apk": r"(?:.*/)?lib/apk/db/installed",
    "dpkg": r"(?:.*/)?lib/dpkg/status|(?P<dpkg>(?:.*/)?lib/dpkg/status\.d)/[^/]+(?<!\.md5sums)",
    "rpm": r"(?:.*/)?(?:var/lib|usr/share|usr/lib/sysimage)/rpm/(?:Packages|Packages\.db|rpmdb\.sqlite)|"
    r"(?:.*/)?var/lib/rpmmanifest/container-manifest-[12]",
    "pacman": r"(?P<pacman>(?:.*/)?var/lib/pacman/local)/[^/]+/desc",
    "portage": r"(?P<portage>(?:.*/)?var/db/pkg)/[^/]+/[^/]+/CONTENTS",
    "opkg": r"(?:.*/)?(?:var|usr)/lib/opkg/status",
    "xbps": r"(?:.*/)?var/db/xbps/pkgdb-[^/]+\.plist",
    "Slackware": r"(?P<slackware>(?:.*/)?(?:var/log|var/lib/pkgtools)/packages)/[^/]+",
    "FreeBSD pkg": r"(?:.*/)?var/db/pkg/local\.sqlite",
    "eopkg": r"(?P<eopkg>(?:.*/)?var/lib/eopkg/package)/[^/]+/metadata\.xml",
    "swupd": r"(?P<swupd>(?:.*/)?usr/share/clear/bundles)/[^/]+",
    "nix": r"(?P<nix>(?:.*/)?nix/store)/[0-9a-z]{32}-[^/]+/.+",
    "Guix": r"(?P<guix>(?:.*/)?gnu/store)/[0-9a-z]{32}-[^/]+/.+",
    "conda": r"(?P<conda>(?:.*/)?conda-meta)/[^/]+\.json",
    "Homebrew": r"(?P<brew>(?:.*/)?Cellar)/[^/]+/[^/]+/INSTALL_RECEIPT\.json",
    "Flatpak": r"(?P<flatpak>(?:.*/)?var/lib/flatpak/app)/[^/]+/.+",
    "snap": r"(?P<snap>(?:.*/)?var/lib/snapd/snaps)/[^/]+\.snap",
    "Tiny Core": r"(?P<tce>(?:.*/)?usr/local/tce\.installed)/[^/]+",
}
_KNOWN = tuple((name, re.compile(pattern)) for name, pattern in _PATTERNS.items())
_HINTS = frozenset(
    {
        "apk", "dpkg", "status.d", "rpm", "rpmmanifest", "pacman", "pkg", "opkg", "xbps", "packages", "eopkg",
        "bundles", "store", "conda-meta", "Cellar", "app", "snaps", "tce.installed",
    }
)  # fmt: skip
"""A folder that every one of them has in its path: most files are told apart by this alone."""


class Database(msgspec.Struct, frozen=True, kw_only=True):
    """Where a package manager keeps what it has installed."""

    manager: str
    root: str
    """The one file, or the folder of which every package has a part; without a leading slash."""


def recognise(path: str) -> Database | None:
    """Say whose database a path (without a leading slash) belongs to, or None."""
    if _HINTS.isdisjoint(path.split("/")):
        return None
    for manager, pattern in _KNOWN:
        found = pattern.fullmatch(path)
        if found is not None:
            roots = [each for each in found.groups() if each is not None]
            return Database(manager=manager, root=roots[0] if roots else path)
    return None
