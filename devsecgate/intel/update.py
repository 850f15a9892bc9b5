"""An address or a file of CISA's catalogue in; the catalogue on this machine, replaced by it, out.

What is held is replaced at once and as a whole, by a catalogue that was read first and that is no step back.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

import msgspec

from devsecgate.download import FAILURES, NoAddress, Patience, Refused, Session, said, shown
from devsecgate.errors import UsageError
from devsecgate.intel import kev
from devsecgate.intel.kev import Catalogue, CatalogueError
from devsecgate.model import GapReason
from devsecgate.text import printable

PUBLIC = f"https://www.cisa.gov/sites/default/files/feeds/{kev.FILE_NAME}"
"""Where CISA publishes it."""
VARIABLE = "DEVSECGATE_KEV_URL"
"""The environment variable that names another address, or a file."""
MOST_GONE = 10
"""Per cent of the entries held that a new catalogue may lack: CISA takes one back now and then, and never many."""


class Updated(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the catalogue."""

    taken: Catalogue
    held: Catalogue | None
    """What it took the place of; None: nothing, or nothing that could be used."""
    damaged: str
    """What was wrong with what it took the place of; empty: nothing."""


def update(
    source: str | Path, place: Path, *, today: date, force: bool = False, patience: Patience | None = None
) -> Updated:
    """Bring the catalogue at `place` up to the one of an address (`https://…`) or a file.

    Refused are a catalogue that lacks more than a tenth of the entries held, one that is older than the one held, and
    one of a day that has not come; `force` takes each of them. Whatever fails, and whenever the process dies, what is
    held stays as it was. Raises UsageError for a source that is none, CatalogueError for all else.
    """
    content, name = _received(source, patience or Patience())
    taken = kev.parse(content, name)
    if not force:
        kev.age(taken, today)
    place = Path(os.path.realpath(place))
    with _written(place):
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _locked(place.with_name(f"{place.name}.lock")):
            held, damaged = _held(place)
            if held is not None and not force:
                _refuse_step_back(held, taken)
            _replace(place, content)
    return Updated(taken=taken, held=held, damaged=damaged)


def _received(source: str | Path, patience: Patience) -> tuple[bytes, str]:
    """Give the bytes of the source, and the name by which it may be shown."""
    if isinstance(source, str) and "://" in source:
        return _downloaded(source, patience)
    path = Path(source)
    try:
        return kev.read(path), printable(path.name)
    except CatalogueError as error:
        if error.reason is GapReason.MALFORMED:
            raise
        remedy = "Give a file of the catalogue, or an address: https://…"
        raise UsageError(error.what, where=printable(str(path)), remedy=remedy) from error


def _downloaded(url: str, patience: Patience) -> tuple[bytes, str]:
    try:
        name = shown(url)
    except NoAddress as error:
        remedy = "Give http://… or https://…, without a query."
        raise UsageError(str(error), where=printable(error.host), remedy=remedy) from error
    try:
        with Session(patience) as session:
            content = session.whole(url, most=kev.LARGEST)
        if content is None:
            raise Refused("the server answered 404")
    except FAILURES as error:
        raise CatalogueError(
            f"the catalogue of known exploited vulnerabilities could not be fetched: {said(error)}",
            where=printable(name),
            remedy="Check the network and the address. CISA refuses some networks (403): give its mirror on GitHub, "
            "cisagov/kev-data, or a file, with --from.",
            reason=GapReason.FAILED,
        ) from error
    return content, printable(name)


def _held(place: Path) -> tuple[Catalogue | None, str]:
    """Give the catalogue that is held, or what is wrong with it; something that is no file is left alone."""
    try:
        return kev.load(place), ""
    except CatalogueError as error:
        if error.reason is GapReason.MISSING:
            return None, ""
        if error.reason is GapReason.MALFORMED:
            return None, error.what
        remedy = "Remove it, or name another file with --file."
        raise CatalogueError(error.what, where=printable(str(place)), remedy=remedy, reason=error.reason) from error


def _refuse_step_back(held: Catalogue, taken: Catalogue) -> None:
    """Refuse what would make exploited vulnerabilities unknown: an old copy, or a part of one."""
    what = ""
    gone = len(held.added.keys() - taken.added.keys())
    if taken.released < held.released:
        what = f"it was released on {taken.released}, and the one held on {held.released}"
    elif gone * 100 > len(held.added) * MOST_GONE:
        what = f"it lacks {gone:,} of the {len(held.added):,} entries held"
    if what:
        raise CatalogueError(
            f"the catalogue of known exploited vulnerabilities was not taken: {what}",
            where=taken.source,
            remedy="What is held is untouched. Look at where it comes from; take it all the same with --force.",
            reason=GapReason.STALE,
        )


@contextmanager
def _locked(lock: Path) -> Iterator[None]:
    """Let one update compare and replace at a time; the lock goes with the process that holds it, however it ends."""
    with lock.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _replace(place: Path, content: bytes) -> None:
    """Write a file beside the old one, and put it in its place once it is on the disk."""
    new = place.with_name(f"{place.name}.new")
    new.unlink(missing_ok=True)  # of an update that died
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        with os.fdopen(os.open(new, flags, 0o666), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(place)
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _written(place: Path) -> Iterator[None]:
    """Turn what a disk or a folder refuses into a CatalogueError."""
    try:
        yield
    except (OSError, ValueError) as error:
        why = (error.strerror or type(error).__name__) if isinstance(error, OSError) else str(error)
        raise CatalogueError(
            f"the catalogue of known exploited vulnerabilities cannot be written: {why}",
            where=printable(str(place)),
            remedy="Make room, or name another file with --file.",
            reason=GapReason.FAILED,
        ) from error
