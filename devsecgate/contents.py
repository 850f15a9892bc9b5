"""Paths in; the bytes of regular files, their digests, and marks that tell whether they were changed since, out."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

_CHUNK = 1 << 20


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """One file as it was read."""

    digest: bytes
    """SHA-256."""
    mark: tuple[int, ...]
    """Inode, size and times: another one means that the file may have been changed."""


def read(root: Path, paths: Iterable[str]) -> dict[str, Content]:
    """Digest files; what is no regular file, or cannot be read, is left out."""
    found = {}
    for path in paths:
        content = _content(root / path)
        if content is not None:
            found[path] = content
    return found


def digest(read: Mapping[str, Content]) -> str:
    """Digest the paths and bytes of all files that were read: SHA-256, hex."""
    found = hashlib.sha256()
    for path, content in sorted(read.items()):
        name = path.encode("utf-8", "surrogatepass")
        found.update(b"%d:" % len(name) + name + content.digest)
    return found.hexdigest()


def unchanged(root: Path, before: Mapping[str, Content]) -> frozenset[str]:
    """Name the files that are still as they were read."""
    return frozenset(path for path, content in before.items() if _mark(root / path) == content.mark)


def beginning(path: Path, limit: int) -> bytes | None:
    """Read at most `limit` bytes of a regular file; None where it is none, or none any more."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            return stream.read(limit)
    except OSError:
        return None
    finally:
        os.close(descriptor)


def _content(path: Path) -> Content | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return None
        digest = hashlib.sha256()
        while chunk := os.read(descriptor, _CHUNK):
            digest.update(chunk)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return Content(digest=digest.digest(), mark=_of(status))


def _mark(path: Path) -> tuple[int, ...] | None:
    try:
        return _of(path.lstat())
    except OSError:
        return None


def _of(status: os.stat_result) -> tuple[int, ...]:
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
