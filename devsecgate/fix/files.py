"""Files of the target in, for planning; changed files on the disk out: each one whole, or as it was.

The one module here that does I/O. Every folder on the way is opened on its own and no link is followed then, so
that what was checked is what is written.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from devsecgate.detectors.manifests.files import LARGEST
from devsecgate.errors import ReportError
from devsecgate.fix.records import Change, Unchangeable


def read(root: Path, path: str) -> bytes:
    """Read a regular file below root, links inside of it followed; raises Unchangeable for any other."""
    try:
        with _opened(root, path) as (folder, name):
            return _content(folder, name)[0]
    except OSError as error:
        raise Unchangeable(f"{path} cannot be read: {error.strerror}") from error


def write(root: Path, changes: Sequence[Change]) -> None:
    """Write every change, once all of them can be made; raises ReportError, which says what was written before it.

    Two names of one file are one file.
    """
    changes = list({os.path.realpath(root / each.path): each for each in changes}.values())
    written: list[str] = []
    at = ""
    try:
        for change in changes:
            at = change.path
            _unchanged(change, read(root, at))
        for change in changes:
            at = change.path
            _replace(root, change)
            written.append(at)
    except (Unchangeable, OSError) as error:
        what = error.why if isinstance(error, Unchangeable) else f"cannot be written: {error.strerror}"
        remedy = f"Written before that: {', '.join(written)}." if written else "Nothing was written."
        raise ReportError(what, where=at, remedy=remedy) from error


def _unchanged(change: Change, content: bytes) -> None:
    if content != change.before:
        raise Unchangeable("it has changed since it was read; run this again")


@contextmanager
def _opened(root: Path, path: str) -> Iterator[tuple[int, str]]:
    """Open the folder that really holds a file, step by step from root; give it, and the file's name there."""
    top = os.path.realpath(root)
    real = os.path.realpath(Path(top) / path)
    if not real.startswith(f"{top.rstrip('/')}/"):
        raise Unchangeable(f"{path} is outside of the scanned folder")
    parts = Path(os.path.relpath(real, top)).parts
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
    folder = os.open(top, flags)
    try:
        for part in parts[:-1]:
            inner = os.open(part, flags | os.O_NOFOLLOW, dir_fd=folder)
            os.close(folder)
            folder = inner
        yield folder, parts[-1]
    finally:
        os.close(folder)


def _content(folder: int, name: str) -> tuple[bytes, int]:
    """Read a regular file and its mode, without waiting on anything else."""
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise Unchangeable(f"{name} is not a regular file")
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise Unchangeable(f"{name} is larger than any manifest is")
    return content, stat.S_IMODE(found.st_mode)


def _replace(root: Path, change: Change) -> None:
    """Put a new file with the old one's mode in its place, once it is on the disk."""
    with _opened(root, change.path) as (folder, name):
        content, mode = _content(folder, name)
        _unchanged(change, content)
        temporary = f".devsecgate-{secrets.token_hex(8)}.tmp"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            with os.fdopen(os.open(temporary, flags, 0o600, dir_fd=folder), "wb") as file:
                os.fchmod(file.fileno(), mode)
                file.write(change.after)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
        finally:
            with suppress(OSError):
                os.unlink(temporary, dir_fd=folder)
