"""The place of a store in; its successor, built beside it from a copy, and moved in when it is whole, out.

The store itself is never changed. One successor is built at a time: one whose builder dies leaves the last good
store, and the next builder clears it away.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import msgspec

from devsecgate.advisories import compile as compiling
from devsecgate.advisories.parse import Malformed
from devsecgate.advisories.store import Held, OtherVersion, Store, StoreError
from devsecgate.model import GapReason

_ANEW = "Remove the file, and run `devsecgate advisories update` with the ecosystems that you need."


class Successor(msgspec.Struct, kw_only=True):
    """What will be the store, while it is built."""

    place: Path
    file: Path
    downloads: Path
    connection: sqlite3.Connection
    held: Mapping[str, Held]
    """What the last good store holds."""
    lost: tuple[str, ...]
    """What a store of another version held, which has to come anew."""


@contextmanager
def succeeding(store: Path, waiting: Callable[[], None]) -> Iterator[Successor]:
    """Begin a store's successor, and remove it if it did not become one."""
    place = Path(os.path.realpath(store))
    with _written(place):
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _locked(place.with_name(f"{place.name}.lock"), waiting):
            file = place.with_name(f"{place.name}.new")
            _remove(file)
            held, lost = _before(place)
            if held:
                shutil.copyfile(place, file)
            connection = compiling.reopen(file) if held else compiling.create(file)
            try:
                yield Successor(
                    place=place,
                    file=file,
                    downloads=place.with_name(f"{place.name}.downloads"),
                    connection=connection,
                    held=held,
                    lost=lost,
                )
            finally:
                connection.close()
                _remove(file)


def _remove(file: Path) -> None:
    """Remove a store that nobody reads, with what SQLite keeps beside it."""
    for each in (file, file.with_name(f"{file.name}-journal")):
        each.unlink(missing_ok=True)


def _before(place: Path) -> tuple[Mapping[str, Held], tuple[str, ...]]:
    """Say what the last good store holds, and what one of another version held; any other file is left alone."""
    if not os.path.lexists(place):
        return {}, ()
    # one of another version is built anew, with the ecosystems that it names
    with suppress(OtherVersion), Store.open(place) as opened:
        return {each.name: each for each in opened.ecosystems()}, ()
    with suppress(sqlite3.Error):
        connection = sqlite3.connect(f"file:{quote(str(place))}?mode=ro&immutable=1", uri=True)
        try:
            rows = connection.execute("SELECT name FROM ecosystems ORDER BY name").fetchall()
        finally:
            connection.close()
        return {}, tuple(str(name) for (name,) in rows)
    return {}, ()


@contextmanager
def _locked(lock: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Let one update work at a time; the lock goes with the process that holds it, however that ends."""
    with lock.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def swap(successor: Successor) -> None:
    """Finish the successor, check it, and move it to its place when all of it is on the disk."""
    compiling.finish(successor.connection)
    (found,) = successor.connection.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        raise StoreError(
            f"the new store is damaged: {found}",
            where=str(successor.place),
            remedy=_ANEW,
            reason=GapReason.MALFORMED,
        )
    successor.connection.close()
    _synchronise(successor.file)
    successor.file.replace(successor.place)
    _synchronise(successor.place.parent)


def _synchronise(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _written(place: Path) -> Iterator[None]:
    """Turn what a disk or a folder refuses, and what a damaged store leads to, into a StoreError."""
    try:
        yield
    except (msgspec.DecodeError, zlib.error, Malformed) as error:
        raise StoreError(
            f"the store of advisories is damaged: {type(error).__name__}",
            where=str(place),
            remedy=_ANEW,
            reason=GapReason.MALFORMED,
        ) from error
    except (OSError, sqlite3.Error) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise StoreError(
            f"the store cannot be written: {said}; what was there before is untouched",
            where=str(place),
            remedy="Make room, or name another file with --store; remove a store that is damaged.",
            reason=GapReason.FAILED,
        ) from error
