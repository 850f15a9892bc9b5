"""OSV records in; a store with their originals, and with our shapes of them by ecosystem and name, out."""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

import msgspec
from msgspec.structs import replace

from devsecgate import __version__
from devsecgate.advisories import store
from devsecgate.advisories.aliases import closure
from devsecgate.advisories.ecosystems import base
from devsecgate.advisories.parse import Document, Malformed, day, document, moment
from devsecgate.advisories.places import table
from devsecgate.advisories.record import Advisory, Affected, Common
from devsecgate.advisories.store import Entry, Package, Placed, Store, storable

_NAMED = 20
"""How many of a kind of problem `verify` names; all are counted."""
_INSERT_RECORD = (
    "INSERT INTO records (ecosystem, file, id, modified, day, withdrawn, aliases, releases) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_INSERT_PACKAGE = "INSERT INTO packages (ecosystem, name, shape, placed) VALUES (?, ?, ?, ?)"
_AGAIN = "again/{}"
"""How a second record under the name of another is called."""
_ENCODER = msgspec.msgpack.Encoder(order="deterministic")


def create(path: Path) -> sqlite3.Connection:
    """Make an empty store, to be filled."""
    connection = _opened(path)
    connection.executescript(store.SCHEMA)
    connection.execute(f"PRAGMA application_id = {store.APPLICATION}")
    connection.execute(f"PRAGMA user_version = {store.SCHEMA_VERSION}")
    connection.commit()
    return connection


def reopen(path: Path) -> sqlite3.Connection:
    """Open a copy of a store, to be changed."""
    return _opened(path)


def _opened(path: Path) -> sqlite3.Connection:
    """Open a file that nobody reads yet: what a crash leaves of it is thrown away, so nothing has to last."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous = OFF")
    return connection


class Filling:
    """Records on their way into one ecosystem; nothing counts before `finish`, and then the caller commits."""

    def __init__(self, connection: sqlite3.Connection, ecosystem: str) -> None:
        self._connection = connection
        self._ecosystem = ecosystem
        self._taken: dict[str, tuple[str, bytes]] = {}
        """The date and the digest of each record that came, by its file."""
        self._removed: set[int] = set()
        self._entries: dict[str, list[tuple[int, int, Affected]]] = {}
        """By package, with the number of the record and the place in it."""
        self._touched: set[str] = set()
        self._spoilt: set[str] = set()
        """Files of which something came that is no record."""

    def clear(self) -> None:
        """Forget what is held of the ecosystem: all of it comes anew."""
        ask, name = self._connection.execute, (self._ecosystem,)
        ask("DELETE FROM originals WHERE number IN (SELECT number FROM records WHERE ecosystem = ?)", name)
        ask("DELETE FROM advisories WHERE number IN (SELECT number FROM records WHERE ecosystem = ?)", name)
        ask("DELETE FROM records WHERE ecosystem = ?", name)
        ask("DELETE FROM packages WHERE ecosystem = ?", name)
        ask("DELETE FROM malformed WHERE ecosystem = ?", name)

    def take(self, file: str, content: bytes | None) -> None:
        """Take one record, or what could not be read as one, in the place of what has been there under its name."""
        file = storable(file)
        try:
            found = document(content, self._ecosystem, lambda _: True)
        except Malformed:
            found = None
        if found is None or content is None:
            if file in self._taken:
                file = _AGAIN.format(file)
            self._remove(file)
            self._spoilt.add(file)
            self._name_malformed(file)
            return
        digest = hashlib.sha256(content).digest()
        if file in self._taken and not self._is_newer(file, found, digest):
            return
        self._taken[file] = (found.modified, digest)
        self._remove(file)
        self._insert(file, found, digest, content)

    def _is_newer(self, file: str, found: Document, digest: bytes) -> bool:
        """Choose between two records of one name; that they differ and neither is the newer, is said."""
        modified, before = self._taken[file]
        if digest != before and modified == found.modified:
            self._name_malformed(_AGAIN.format(file))
        return is_later(found.modified, modified)

    def _name_malformed(self, file: str) -> None:
        self._connection.execute("INSERT OR IGNORE INTO malformed VALUES (?, ?)", (self._ecosystem, file))

    def _remove(self, file: str) -> None:
        """Take what is held under a name out, and remember the packages that it was about."""
        ask, key = self._connection.execute, (self._ecosystem, file)
        ask("DELETE FROM malformed WHERE ecosystem = ? AND file = ?", key)
        if file in self._spoilt:
            self._name_malformed(_AGAIN.format(file))
        row = ask(
            "SELECT number, packed FROM records JOIN originals USING (number) WHERE ecosystem = ? AND file = ?", key
        ).fetchone()
        if row is None:
            return
        number = int(row[0])
        before = document(zlib.decompress(row[1]), self._ecosystem, lambda _: True)
        ask("DELETE FROM records WHERE number = ?", (number,))
        ask("DELETE FROM originals WHERE number = ?", (number,))
        ask("DELETE FROM advisories WHERE number = ?", (number,))
        self._removed.add(number)
        self._touched |= {storable(each.name) for each in before.advisory.affected} if before.advisory else set()

    def _insert(self, file: str, found: Document, digest: bytes, content: bytes) -> None:
        releases = sorted(each for each in found.ecosystems if base(each) == self._ecosystem)
        row = (
            *(self._ecosystem, file, found.id, found.modified, day(found.modified), found.withdrawn),
            *(_ENCODER.encode(found.aliases), _ENCODER.encode(releases)),
        )
        ask = self._connection.execute
        number = ask(_INSERT_RECORD, row).lastrowid
        assert number is not None, "an INSERT gives its row a number"
        ask("INSERT INTO originals VALUES (?, ?, ?)", (number, digest, zlib.compress(content)))
        if found.advisory is None or found.withdrawn:
            return
        ask("INSERT INTO advisories VALUES (?, ?)", (number, common(found.advisory)))
        for position, affected in enumerate(found.advisory.affected):
            self._entries.setdefault(storable(affected.name), []).append((number, position, affected))

    def finish(self, *, source: str, today: date, checked_at: str, listing: str) -> None:
        """Write the packages that anything has changed about, and the ecosystem's account."""
        ask = self._connection.execute
        for name in sorted(self._touched | set(self._entries)):
            key = (self._ecosystem, name)
            row = ask("SELECT shape FROM packages WHERE ecosystem = ? AND name = ?", key).fetchone()
            before = store.entries(store.PACKAGE.decode(row[0])) if row else ()
            kept = [each for each in before if each[0] not in self._removed]
            kept += [each for each in self._entries.get(name, ()) if each[0] not in self._removed]
            ask("DELETE FROM packages WHERE ecosystem = ? AND name = ?", key)
            if kept:
                ask(_INSERT_PACKAGE, (*key, *package(kept)))
        own = (self._ecosystem,)
        account = "SELECT count(*), coalesce(sum(withdrawn), 0) FROM records WHERE ecosystem = ?"
        records, withdrawn = ask(account, own).fetchone()
        newest = "SELECT coalesce(max(day), '') FROM records WHERE ecosystem = ? AND day <= ?"
        (as_of,) = ask(newest, (self._ecosystem, today.isoformat())).fetchone()
        named = ask("SELECT DISTINCT releases FROM records WHERE ecosystem = ?", own)
        releases = _ENCODER.encode(sorted({each for (texts,) in named for each in store.TEXTS.decode(texts)}))
        row = (self._ecosystem, source, records, withdrawn, releases, as_of, checked_at, listing)
        ask("INSERT OR REPLACE INTO ecosystems VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)


def is_later(one: str, other: str) -> bool:
    """Say whether a time stamp is later than another; true where one of them is no time stamp."""
    first, second = moment(one), moment(other)
    return first is None or second is None or first > second


def common(advisory: Advisory) -> bytes:
    """Write what an advisory says whatever the package."""
    return _ENCODER.encode(
        Common(
            id=advisory.id,
            aliases=advisory.aliases,
            upstream=advisory.upstream,
            summary=advisory.summary,
            rating=advisory.rating,
            cwes=advisory.cwes,
            references=advisory.references,
            published=advisory.published,
        )
    )


def package(known: Iterable[tuple[int, int, Affected]]) -> tuple[bytes, bytes]:
    """Write all entries of one package, as read and as placed: numbers of records, positions in them, and entries."""
    places: dict[frozenset[str], int] = {}
    written = []
    entries = sorted(known, key=lambda each: each[:2])
    for number, position, affected in entries:
        place = places.setdefault(affected.versions, len(places)) if affected.versions else -1
        bare = replace(affected, versions=frozenset()) if affected.versions else affected
        written.append(Entry(number=number, position=position, versions=place, affected=bare))
    placed = Placed(numbers=tuple(each[0] for each in entries), table=table([each[2] for each in entries]))
    return _ENCODER.encode(Package(versions=tuple(places), entries=tuple(written))), store.seal(placed)


def finish(connection: sqlite3.Connection) -> None:
    """Close the aliases over the records of all ecosystems, and sign the store."""
    ask = connection.execute
    named = ask("SELECT id, aliases FROM records WHERE NOT withdrawn ORDER BY id, aliases")
    aliases = [(str(identity), store.TEXTS.decode(texts)) for identity, texts in named]
    ask("DELETE FROM groups")
    rows = [(identity, _ENCODER.encode(sorted(ids))) for identity, ids in grouped(aliases).items()]
    connection.executemany("INSERT INTO groups VALUES (?, ?)", rows)
    ask("INSERT OR REPLACE INTO meta VALUES ('tool', ?)", (__version__,))
    connection.commit()


def grouped(aliases: Iterable[tuple[str, tuple[str, ...]]]) -> Mapping[str, frozenset[str]]:
    """Give the groups of aliases that are more, or less, than every record's id with its own aliases."""
    given = sorted(aliases)
    alone = {identity: frozenset({identity, *own}) for identity, own in given}
    return {identity: ids for identity, ids in closure(given).items() if ids != alone[identity]}


def verify(opened: Store) -> Iterator[str]:
    """Say what is wrong with a store: the file, a record, or a shape that is not what its record compiles to."""
    yield from (f"the file is damaged: {each}" for each in opened.integrity())
    for held in opened.ecosystems():
        problems = list(_verify_ecosystem(opened, held.name))
        yield from problems[:_NAMED]
        if len(problems) > _NAMED:
            yield f"{held.name}: {len(problems) - _NAMED:,} more problems"
    if dict(opened.groups()) != dict(grouped(opened.aliases())):
        yield "the groups of aliases are not those of the records"


def _verify_ecosystem(opened: Store, ecosystem: str) -> Iterator[str]:
    advisories, packages = opened.shapes(ecosystem)
    expected: dict[int, bytes] = {}
    known: dict[str, list[tuple[int, int, Affected]]] = {}
    for each in opened.originals(ecosystem):
        if hashlib.sha256(each.content).digest() != each.digest:
            yield f"{ecosystem}/{_shown(each.file)}: the record is not the one that came"
            continue
        try:
            found = document(each.content, ecosystem, lambda _: True)
        except Malformed:
            yield f"{ecosystem}/{_shown(each.file)}: not an OSV record"
            continue
        if found.advisory is not None and not found.withdrawn:
            expected[each.number] = common(found.advisory)
            for position, affected in enumerate(found.advisory.affected):
                known.setdefault(storable(affected.name), []).append((each.number, position, affected))
    for number in sorted({**expected, **advisories}):
        if expected.get(number) != advisories.get(number):
            yield f"{ecosystem}: what is kept of record {number} is not what it says"
    for name in sorted({*known, *packages}):
        if name not in known or packages.get(name) != package(known[name]):
            yield f"{ecosystem}: what is kept of {_shown(name)} is not what the records say"


def _shown(text: str) -> str:
    return ascii(text)[1:-1][:80]
