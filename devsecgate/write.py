"""Rendered reports in, files on disk out: each one whole, or not there at all.

A report that could not be written must not leave an older one in its place, nor others that say
PASS beside an exit code that does not. So `attempt` names every failure, and the caller judges again
with a gap for each of them (`as_gap`), and renders again.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from devsecgate.errors import ReportError
from devsecgate.model import Gap, GapReason
from devsecgate.text import printable

_KINDS = (
    (stat.S_ISLNK, "a symbolic link"),
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def attempt(reports: Sequence[tuple[Path, bytes]]) -> dict[Path, ReportError]:
    """Write every report that can be written; give the error of each that cannot.

    Of two reports for one path, only the first is written. No folder is made, nothing is opened that
    is not a regular file, and no link is followed: not at the path itself, and for a relative path,
    which lies in the scanned tree more often than not, not on the way to it.
    """
    failures: dict[Path, ReportError] = {}
    written: set[Path] = set()
    for path, content in reports:
        try:
            target = path.absolute()
            if target in written:
                raise _error(path, "two reports have the same file", "give each report a file of its own")
            written.add(target)
            _check(path)
            _replace(path, content)
        except ReportError as error:
            failures[path] = error
        except (OSError, ValueError) as error:
            failures[path] = _failed(path, error)
    return failures


def as_gap(error: ReportError) -> Gap:
    """Give the gap that a report which could not be written is to the verdict; it names no folder of the machine."""
    remedy = f"; {error.remedy}" if error.remedy else ""
    name = error.where.rpartition("/")[2]
    return Gap(scanner="report", reason=GapReason.FAILED, detail=f"{name}: {error.what}{remedy}")


def _check(path: Path) -> None:
    """Refuse whatever is not a regular file, or not there, in a folder that is."""
    if not path.name:
        raise _error(path, "this is no file name", "name a file")
    for folder in path.parents if not path.is_absolute() else ():
        if folder.is_symlink():
            raise _error(
                path, f"the folder {printable(str(folder))} is a symbolic link", "name the folder that it points to"
            )
    try:
        parent = path.parent.stat()
    except FileNotFoundError:
        raise _error(path, "its folder does not exist", f"make it first: mkdir -p {_name(path.parent)}") from None
    if not stat.S_ISDIR(parent.st_mode):
        raise _error(path, f"{_name(path.parent)} is not a folder", "name a file in a folder that exists")
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    for matches, kind in _KINDS:
        if matches(mode):
            raise _error(path, f"it is {kind}, and nothing is written through it", "remove it, or name another file")


def _replace(path: Path, content: bytes) -> None:
    """Write a new file beside the old one, and put it in its place once it is on the disk."""
    temporary = path.parent / f".devsecgate-{secrets.token_hex(8)}.tmp"
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(temporary, flags, 0o666), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _failed(path: Path, error: OSError | ValueError) -> ReportError:
    """Name the failure, and take an older report out of the way: it would be read as this run's."""
    left = ""
    with suppress(OSError, ValueError):
        if stat.S_ISREG(path.lstat().st_mode):
            left = "; an older report is still there, and is not this run's"
            path.unlink()
            left = "; the older report in its place was removed"
    what = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
    return _error(path, f"{what}{left}", "free the space, or name a file that this user may write")


def _error(path: Path, what: str, remedy: str) -> ReportError:
    return ReportError(what, where=_name(path), remedy=remedy)


def _name(path: Path) -> str:
    return printable(str(path))
