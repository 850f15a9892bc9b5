"""How much of an image is read before it is taken for an attack, and the error that says why one is refused."""

from __future__ import annotations

import msgspec


class Refused(Exception):  # noqa: N818 - it names what was met
    """An image that cannot be judged; says why in one sentence."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What real images stay far below.

    An archive has a handful of entries for each layer, so hundreds; the layers of one image together have a
    file system's files, so hundreds of thousands (a Debian desktop has more than 200,000). They need limits
    of their own: one that lets a desktop pass would let an archive of a million manifests pass too.
    """

    members: int = 10_000
    """Entries of the archive, or blobs that its index may lead to."""
    layers: int = 1_000
    """Of one image; 127 is what kernels mount."""
    entries: int = 5_000_000
    """Files, folders and links of all layers together."""
    document: int = 8 << 20
    """Bytes of one manifest, index or configuration."""
    unpacked: int = 64 << 30
    """Bytes of all layers, and of the unpacked archive, as written to disk."""
    ratio: int = 250
    """How many times larger than its packed form something may become; layers of programs are 2 to 4."""
    ratio_from: int = 256 << 20
    """Bytes below which nobody asks for the ratio: a small layer may well be zeros alone."""
    depth: int = 3
    """Indexes inside of indexes."""
    links: int = 8
    """Links of an archive that lead to links."""


DEFAULT = Limits()
