"""A bucket of OSV records in, as a folder, an archive or an address; the advisory store, brought up to it, out.

Each ecosystem is updated wholly or not at all, and one that fails harms no other. Downloads that broke off are kept
beside the store, and the next update goes on with them.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import msgspec

from devsecgate.advisories import compile as compiling
from devsecgate.advisories.ecosystems import base
from devsecgate.advisories.fetch import ECOSYSTEM, FetchError, FetchLimits, Mirror
from devsecgate.advisories.osv import Reading
from devsecgate.advisories.parse import IDENTITY, Malformed, document
from devsecgate.advisories.store import Held, Store, storable
from devsecgate.advisories.successor import Successor, succeeding, swap
from devsecgate.errors import UsageError

PUBLIC = "https://storage.googleapis.com/osv-vulnerabilities"
"""The public bucket of osv.dev."""
MOST_SINGLE = 500
"""So many changed records are fetched one by one; more come with the whole archive."""
NAMELESS = "[EMPTY]"
"""The bucket's folder of records that name no ecosystem."""

Show = Callable[[str, int, int | None], None]
"""Takes an ecosystem, how many bytes or records are there, and how many there will be."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line asks for."""

    store: Path
    source: str
    """A folder or an address shaped like the bucket; for `bring_in`, a folder or an archive."""
    ecosystems: tuple[str, ...]
    """Empty: those that are held already; for `bring_in`, those that the source speaks for."""
    now: datetime
    every: bool = False
    """All that the source has."""
    full: bool = False
    """Take whole archives, even where only a few records have changed."""
    limits: FetchLimits | None = None
    show: Show = lambda _name, _done, _total: None
    waiting: Callable[[], None] = lambda: None
    """Called once where another update has to end first."""


class Updated(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one ecosystem."""

    name: str
    what: str
    """Half a sentence: what was taken, or why nothing was."""
    failed: bool = False


class _Failed(Exception):  # noqa: N818 - internal: one ecosystem could not be updated
    pass


def update(request: Request) -> tuple[Updated, ...]:
    """Bring ecosystems up to what the source has; one that fails keeps its last good state, and harms no other.

    Raises UsageError where there is nothing to update, StoreError where the store cannot be written or replaced,
    FetchError where the source cannot even say what it has.
    """
    url = request.source if "://" in request.source else None
    folder = Path(request.source)
    if url is None and not folder.is_dir():
        raise UsageError(
            "there is no such folder of advisory records",
            where=request.source,
            remedy="Give a folder that holds <Ecosystem>/all.zip, or the address of a mirror: https://…",
        )
    with succeeding(request.store, request.waiting) as successor:
        if url is None:
            names = _names(request, successor, lambda: _folders(folder))
            return _each(successor, names, lambda name: _from_folder(successor, folder, name, request))
        with _mirror(url, request) as mirror:
            names = _names(request, successor, mirror.ecosystems)
            return _each(successor, names, lambda name: _from_mirror(successor, mirror, name, request))


def _mirror(url: str, request: Request) -> Mirror:
    try:
        return Mirror(url, request.limits)
    except FetchError as error:
        raise UsageError(error.what, where=error.where, remedy=error.remedy) from error


def bring_in(request: Request) -> tuple[Updated, ...]:
    """Take records that came as files: a folder shaped like the bucket, or one archive. Raises as `update` does."""
    source = Path(request.source)
    if source.is_dir() and not _folders(source) and (source / "all.zip").is_file():
        source /= "all.zip"
    if not source.exists():
        raise UsageError(
            "there are no advisory records", where=request.source, remedy="Give a folder or an archive of them."
        )
    names = tuple(dict.fromkeys(base(each) for each in request.ecosystems))
    _refuse_odd(names)
    with succeeding(request.store, request.waiting) as successor:
        if successor.lost:
            Store.open(successor.place)  # says which versions, and what to do
        if source.is_dir():
            names = names or _folders(source)
            if not names:
                raise UsageError(
                    "no records in this folder",
                    where=request.source,
                    remedy="Give a folder that holds <Ecosystem>/all.zip or <Ecosystem>/*.json.",
                )
            return _each(successor, names, lambda name: _from_folder(successor, source, name, request))
        return _from_archive(successor, source, names, request)


def _names(request: Request, successor: Successor, every: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
    """Say which ecosystems are meant; what a store of another version held is among them, or it would be lost."""
    asked = every() if request.every else tuple(base(each) for each in request.ecosystems) or tuple(successor.held)
    names = tuple(dict.fromkeys((*asked, *successor.lost)))
    if not names:
        raise UsageError(
            "the store is empty, and no ecosystem is named",
            where=str(successor.place),
            remedy="Name those that you need, such as PyPI npm Go Maven crates.io Debian Alpine, spelled as in "
            f"{request.source if '://' not in request.source else 'the mirror'}'s ecosystems.txt; or give --all.",
        )
    _refuse_odd(names)
    return names


def _refuse_odd(names: Iterable[str]) -> None:
    for name in names:
        if not ECOSYSTEM.fullmatch(name):
            raise UsageError(
                f"{name!a} is no ecosystem",
                remedy="Spell it as the bucket's ecosystems.txt does: PyPI, crates.io.",
            )


def _folders(source: Path) -> tuple[str, ...]:
    """Name the ecosystems of a folder shaped like the bucket."""
    try:
        places = sorted(source.iterdir())
    except OSError as error:
        raise UsageError(f"the folder cannot be read: {error.strerror}", where=str(source)) from error
    return tuple(
        each.name
        for each in places
        if ECOSYSTEM.fullmatch(each.name) and each.is_dir() and next(each.glob("*.json"), each / "all.zip").exists()
    )


def _each(successor: Successor, names: Iterable[str], one: Callable[[str], str]) -> tuple[Updated, ...]:
    """Update one ecosystem after the other, each wholly or not at all, then put the successor in its place."""
    done = []
    for name in names:
        try:
            what = one(name)
        except (FetchError, _Failed) as error:
            successor.connection.rollback()
            done.append(Updated(name=name, what=str(error), failed=True))
        else:
            successor.connection.commit()
            done.append(Updated(name=name, what=what))
    _finish(successor, done)
    return tuple(done)


def _finish(successor: Successor, done: Collection[Updated]) -> None:
    """Put the successor in its place if anything came; downloads of what failed stay, to go on from."""
    fresh = [each.name for each in done if not each.failed]
    if fresh:
        swap(successor)
    for name in fresh:
        shutil.rmtree(_downloads(successor, name), ignore_errors=True)
    with suppress(OSError):  # not empty, or never made
        successor.downloads.rmdir()


def _from_folder(successor: Successor, folder: Path, name: str, request: Request) -> str:
    """Take an ecosystem anew from a folder. Nobody knows when it was filled: its newest record has to speak for it."""
    filling = compiling.Filling(successor.connection, name)
    filling.clear()
    count = _fill(filling, Reading(), lambda reading: reading.folder(folder / name), name, request)
    filling.finish(source=storable(str(folder.resolve())), today=request.now.date(), checked_at="", listing="")
    return f"all {count:,} records"


def _fill(
    filling: compiling.Filling,
    reading: Reading,
    read: Callable[[Reading], Iterator[tuple[str, bytes | None]]],
    name: str,
    request: Request,
) -> int:
    """Take all records of an ecosystem; what cannot be read as a whole is not taken at all."""
    count = 0
    for count, (file, content) in enumerate(read(reading), start=1):
        filling.take(file, content)
        request.show(name, count, None)
    if reading.troubles:
        raise _Failed("; ".join(each.detail for each in reading.troubles))
    if not count:
        raise _Failed(f"there are no advisory records in {name}/all.zip or {name}/*.json")
    return count


def _from_mirror(successor: Successor, mirror: Mirror, name: str, request: Request) -> str:
    """Take what has changed since the last time; everything where that is much, or cannot be known."""
    held = successor.held.get(name)
    if held is not None and held.source == mirror.shown and held.checked_at and not request.full:
        what = _changes(successor, mirror, held, request)
        if what is not None:
            return what
        successor.connection.rollback()
    place = _downloads(successor, name) / "all.zip"
    place.parent.mkdir(parents=True, exist_ok=True)
    mirror.archive(name, place, lambda done, total: request.show(name, done, total))
    filling = compiling.Filling(successor.connection, name)
    filling.clear()
    shown = f"{quote(name)}/all.zip"
    count = _fill(filling, Reading(), lambda reading: reading.archive(place, shown=shown), name, request)
    _account(filling, mirror, request, listing="")
    return f"all {count:,} records"


def _downloads(successor: Successor, name: str) -> Path:
    return successor.downloads / quote(name, safe="")


def _account(filling: compiling.Filling, mirror: Mirror, request: Request, *, listing: str) -> None:
    checked_at = request.now.astimezone(UTC).isoformat(timespec="seconds")
    filling.finish(source=mirror.shown, today=request.now.date(), checked_at=checked_at, listing=listing)


def _changes(successor: Successor, mirror: Mirror, held: Held, request: Request) -> str | None:
    """Fetch the records that the mirror's list has newer than the store; None where the archive has to come.

    The whole list is compared, not only its head: a record that is published late, with an old date, is not missed.
    """
    listing = mirror.listing(held.name, held.listing)
    if listing is None:
        return None
    filling = compiling.Filling(successor.connection, held.name)
    if listing.unchanged:
        _account(filling, mirror, request, listing=held.listing)
        return "nothing has changed"
    listed = _listed(listing.text)
    if not listed:
        return None
    stored = _stored(successor.connection, held.name)
    changed = sorted(
        name for name, modified in listed.items() if name not in stored or compiling.is_later(modified, stored[name])
    )
    if len(changed) > MOST_SINGLE:
        return None
    for count, identity in enumerate(changed, start=1):
        content = mirror.record(held.name, identity)
        if content is None or not _is(identity, content):
            return None  # it has gone meanwhile, or is another: the list and the bucket do not fit
        filling.take(f"{identity}.json", content)
        request.show(held.name, count, len(changed))
    _account(filling, mirror, request, listing=listing.tag)
    gone = len(stored.keys() - listed.keys())
    kept = f"; {gone:,} are listed no more, and are kept until --full" if gone else ""
    return f"{len(changed):,} of {len(listed):,} records have changed{kept}"


def _is(identity: str, content: bytes) -> bool:
    """Say whether a record is the one that was asked for; a malformed one is, as far as anybody knows."""
    try:
        return document(content, "", lambda _: False).id == identity
    except Malformed:
        return True


def _listed(text: bytes) -> Mapping[str, str]:
    """Read `<time>,<id>` lines: the newest time of each id. Nothing where any line is something else."""
    found: dict[str, str] = {}
    for line in text.decode("ascii", "replace").splitlines():
        modified, comma, identity = line.partition(",")
        if not comma or not IDENTITY.fullmatch(identity):
            return {}
        found.setdefault(identity, modified)
    return found


def _stored(connection: sqlite3.Connection, name: str) -> Mapping[str, str]:
    """Give the times of the records that are held, by the bucket's ids; empty for malformed ones."""
    known: dict[str, str] = {}
    for (file,) in connection.execute("SELECT file FROM malformed WHERE ecosystem = ?", (name,)):
        known[str(file).removesuffix(".json")] = ""
    for file, modified in connection.execute("SELECT file, modified FROM records WHERE ecosystem = ?", (name,)):
        known[str(file).removesuffix(".json")] = str(modified)
    return known


def _from_archive(successor: Successor, archive: Path, names: tuple[str, ...], request: Request) -> tuple[Updated, ...]:
    """Take one archive of records, each into the ecosystems that it names."""
    spoken_of = _spoken_of(archive, request)
    names = names or _speaks_for(spoken_of.values())
    if not names:
        raise UsageError("no record in this archive names an ecosystem", where=request.source, remedy="Name it.")
    fillings = {name: compiling.Filling(successor.connection, name) for name in names}
    counts = dict.fromkeys(names, 0)
    for filling in fillings.values():
        filling.clear()
    reading = Reading()
    for file, content in reading.archive(archive, shown=archive.name):
        for name in _meant(spoken_of.get(file), names):
            fillings[name].take(file, content)
            counts[name] += 1
            request.show(name, counts[name], None)
    if reading.troubles:
        raise UsageError("; ".join(each.detail for each in reading.troubles), where=request.source)
    for filling in fillings.values():
        filling.finish(source=storable(str(archive.resolve())), today=request.now.date(), checked_at="", listing="")
    successor.connection.commit()
    done = tuple(Updated(name=name, what=f"all {counts[name]:,} records") for name in names)
    _finish(successor, done)
    return done


def _spoken_of(archive: Path, request: Request) -> Mapping[str, frozenset[str]]:
    """Give the ecosystems that each well-formed record of an archive names, by its file."""
    reading = Reading()
    found: dict[str, frozenset[str]] = {}
    for file, content in reading.archive(archive, shown=archive.name):
        with suppress(Malformed):
            named = document(content, "", lambda _: False).ecosystems
            found[file] = found.get(file, frozenset()) | frozenset(map(base, named))
    if reading.troubles:
        raise UsageError("; ".join(each.detail for each in reading.troubles), where=request.source)
    return found


def _speaks_for(spoken_of: Collection[frozenset[str]]) -> tuple[str, ...]:
    """Give the ecosystems that an archive is about.

    That is the one that all its records name: the others that some of them name too are not covered by it, and
    must not look as if they were. Without such a one, it is an archive of everything that is named.
    """
    named = [each for each in spoken_of if each]
    common = frozenset.intersection(*named) if named else frozenset()
    found = {name for name in common or frozenset().union(*named) if ECOSYSTEM.fullmatch(name)}
    return tuple(sorted(found if common or all(spoken_of) else found | {NAMELESS}))


def _meant(named: frozenset[str] | None, names: tuple[str, ...]) -> tuple[str, ...]:
    """Say where a record goes; a malformed one could be about anything, one that names nothing is where it came."""
    if named is None or len(names) == 1:
        return names
    return tuple(name for name in names if name in (named or {NAMELESS}))
