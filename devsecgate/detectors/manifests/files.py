"""Paths below the scanned root in; text out, or the reason why there is none. Nothing outside root is read."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from devsecgate.detectors.manifests.reading import Unreadable
from devsecgate.model import GapReason

LARGEST = 32 << 20
"""Bytes; a manifest larger than this is not one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """The scanned root."""

    root: Path
    """Absolute, with links resolved."""

    def text(self, path: str) -> str:
        """Read a manifest given on the command line or found beside one; raises `Unreadable`."""
        return _decode(self._content(self.root / path))

    def included(self, path: str) -> str:
        """Read a file that a manifest names; raises `Unreadable` for one outside root too."""
        if not self.inside(path):
            raise Unreadable("is outside of the scanned folder")
        return self.text(path)

    def exists(self, path: str) -> bool:
        """Say whether a regular file is at a path below root."""
        return self.inside(path) and (self.root / path).is_file()

    def inside(self, path: str) -> bool:
        """Say whether a path stays below root when every link is followed."""
        try:
            return (self.root / path).resolve().is_relative_to(self.root)
        except (OSError, RuntimeError, ValueError):
            return False

    def _content(self, path: Path) -> bytes:
        """Read a regular file up to the limit, without waiting on anything else."""
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except (OSError, ValueError) as error:
            said = error.strerror if isinstance(error, OSError) else "not a file name"
            raise Unreadable(f"cannot be opened: {said}") from error
        with os.fdopen(descriptor, "rb") as file:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise Unreadable("is not a regular file")
            try:
                content = file.read(LARGEST + 1) if found.st_size <= LARGEST else b""
            except OSError as error:
                raise Unreadable(f"cannot be read: {error.strerror}") from error
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
    return os.path.normpath(os.path.join(os.path.dirname(path), name)).replace(os.sep, "/")  # noqa: PTH118, PTH120
