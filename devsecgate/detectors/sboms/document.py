"""What a reader of SBOMs gives back: the parts that one lists, how they hang together, and what it does not tell."""

from __future__ import annotations

import msgspec

from devsecgate.model import GapReason

LARGEST_FILE = 256 << 20
"""Bytes of one SBOM; one more and it is refused."""
MOST_PARTS = 200_000
"""Parts of one SBOM; those of large images have some ten thousand."""


class Refused(Exception):  # noqa: N818 - it names what was met
    """An SBOM that is not read at all; carries the reason and half a sentence."""

    def __init__(self, detail: str, *, reason: GapReason = GapReason.MALFORMED) -> None:
        super().__init__(detail)
        self.detail = detail
        self.reason = reason


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One component of CycloneDX, one package of SPDX."""

    name: str
    """As written, with its group: whatever the author put there."""
    version: str = ""
    purl: str = ""
    """As written; empty: it has none."""
    line: int = 1
    """Where the purl stands."""
    is_content: bool = False
    """A file, or data: part of a package, and none by itself."""
    direct: bool | None = None
    via: tuple[str, ...] = ()


class Sbom(msgspec.Struct, frozen=True, kw_only=True):
    """One SBOM, read."""

    parts: tuple[Part, ...]
    subject: Part | None
    """What it is about, where it says so: it is no part of itself."""
    unseen: tuple[tuple[GapReason, str], ...] = ()
    """What it says, or shows, that it leaves out: half a sentence each."""
    notes: tuple[str, ...] = ()
