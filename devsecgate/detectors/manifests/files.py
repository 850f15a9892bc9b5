"""Paths below the scanned root in; text out, or the reason why there is none. Nothing outside root is read."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Set
from pathlib import Path

import msgspec

from devsecgate.detectors.manifests.reading import Unreadable
from devsecgate.model import GapReason

LARGEST = 32 << 20
"""Bytes; a manifest larger than this is not one."""
ARCHIVE = re.compile(r".*\.(?:whl|zip|tar\.gz|tgz|tar\.bz2|tbz|tar\.xz|tar)(?:#.*)?", re.IGNORECASE)
"""The name of a packed package."""
_PROJECT_FILES = ("pyproject.toml", "setup.py")


class Tree(msgspec.Struct, frozen=True, kw_only=True):
    """The scanned root."""

    root: Path
    """Absolute, with links resolved."""

    def text(self, path: str) -> str:
        """Read a file below root; raises `Unreadable`, for one that a link takes outside too."""
        real = self.real(path)
        if real is None:
            raise Unreadable("is outside of the scanned folder")
        return _decode(self._content(self.root / real))

    def planted(self, path: str) -> str:
        """Read a file that is not of the tree, and is given by its absolute path; raises `Unreadable`."""
        return _decode(self._content(Path(path)))

    def real(self, path: str) -> str | None:
        """Give a path relative to root with every link followed, `.` for root itself; None where it leaves root."""
        try:
            found = os.path.realpath(self.root / path)
        except (OSError, ValueError):
            return None
        inside = found == str(self.root) or found.startswith(f"{str(self.root).rstrip('/')}/")
        return os.path.relpath(found, self.root) if inside else None

    def is_project(self, folder: str, looked_at: Set[str]) -> bool:
        """Say whether a folder is a Python project of the tree whose own manifest is looked at.

        What a folder without one would ask for when it is installed would be seen by nobody.
        """
        real = self.real(folder)
        return real is not None and bool(looked_at & {beside(f"{real}/-", name) for name in _PROJECT_FILES})

    def _content(self, path: Path) -> bytes:
        """Read a regular file up to the limit, without waiting on anything else."""
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except (OSError, ValueError) as error:
            said = error.strerror if isinstance(error, OSError) else "not a file name"
            raise Unreadable(f"cannot be opened: {said}") from error
        try:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise Unreadable("is not a regular file")
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                content = file.read(LARGEST + 1) if found.st_size <= LARGEST else b""
        except OSError as error:
            raise Unreadable(f"cannot be read: {error.strerror}") from error
        finally:
            os.close(descriptor)
        if found.st_size > LARGEST or len(content) > LARGEST:
            raise Unreadable(f"is larger than {LARGEST:,} bytes, which no manifest is")
        return content


def _decode(content: bytes) -> str:
    """Decode as pip does: a byte order mark decides, else UTF-8."""
    encoding = "utf-8-sig"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable("is not UTF-8; save it as UTF-8") from error
    if "\0" in text:
        raise Unreadable("holds a NUL character", reason=GapReason.MALFORMED)
    return text


def beside(path: str, name: str) -> str:
    """Give the path of a file named relative to the folder of another, normalised, as POSIX."""
    return os.path.normpath(joined(path, name)).replace(os.sep, "/")


def joined(path: str, name: str) -> str:
    """Give the same path with its `..` as they are, for the system to follow: what is above a link is elsewhere."""
    return os.path.join(os.path.dirname(path), name)  # noqa: PTH118, PTH120


def leaves(path: str) -> bool:
    """Say whether a normalised path leads out of the folder that it is relative to."""
    return path == ".." or path.startswith(("../", "/"))
