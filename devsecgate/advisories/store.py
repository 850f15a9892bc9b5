"""The file of the advisory store in; what it holds about the packages asked for, and its own account, out.

One SQLite file, never changed in place: `compile` builds another one beside it, and `swap` moves that in.
A reader needs no lock, and keeps the file that it has opened.
"""

from __future__ import annotations

import gc
import sqlite3
import struct
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import msgspec
from msgspec.structs import replace

from devsecgate.advisories.ecosystems import base
from devsecgate.advisories.known import Book, Known, Record, Trouble
from devsecgate.advisories.places import Table
from devsecgate.advisories.record import Affected, Common
from devsecgate.errors import DevsecgateError, ExitCode
from devsecgate.model import GapReason

SCHEMA_VERSION = 3
"""Counted up with every change of the tables or of the shapes in them."""
APPLICATION = 0x64736761
"""In the file's header: it is a store of ours."""
SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE ecosystems (
    name TEXT PRIMARY KEY, source TEXT NOT NULL, records INTEGER NOT NULL, withdrawn INTEGER NOT NULL,
    releases BLOB NOT NULL, as_of TEXT NOT NULL, checked_at TEXT NOT NULL, listing TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE malformed (ecosystem TEXT, file TEXT, PRIMARY KEY (ecosystem, file)) WITHOUT ROWID;
CREATE TABLE records (
    number INTEGER PRIMARY KEY AUTOINCREMENT, ecosystem TEXT NOT NULL, file TEXT NOT NULL, id TEXT NOT NULL,
    modified TEXT NOT NULL, day TEXT NOT NULL, withdrawn INTEGER NOT NULL,
    aliases BLOB NOT NULL, releases BLOB NOT NULL,
    UNIQUE (ecosystem, file)
);
CREATE TABLE originals (number INTEGER PRIMARY KEY, digest BLOB NOT NULL, packed BLOB NOT NULL);
CREATE TABLE advisories (number INTEGER PRIMARY KEY, shape BLOB NOT NULL);
CREATE TABLE packages (
    number INTEGER PRIMARY KEY, ecosystem TEXT NOT NULL, name TEXT NOT NULL, shape BLOB NOT NULL,
    placed BLOB NOT NULL, UNIQUE (ecosystem, name)
);
CREATE TABLE groups (id TEXT PRIMARY KEY, ids BLOB NOT NULL) WITHOUT ROWID;
"""


class StoreError(DevsecgateError):
    """The store cannot be used: it is not there, is not one, is damaged, or is of another version."""

    exit_code = ExitCode.INCOMPLETE

    def __init__(self, what: str, *, where: str, remedy: str, reason: GapReason) -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.reason = reason


class OtherVersion(StoreError):  # noqa: N818 - it names what was met
    """The store was built by another devsecgate, for tables that this one does not read."""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What the store holds of one ecosystem."""

    name: str
    source: str
    """The folder or the address that the records came from, without credentials."""
    records: int
    """Well-formed ones, withdrawn ones included."""
    withdrawn: int
    malformed: tuple[str, ...]
    as_of: str
    """ISO 8601 date of the newest record that was not dated in the future; empty without one."""
    checked_at: str
    """ISO 8601 moment, in UTC, when a server last said what there is; empty: the records came as files."""
    listing: str
    """What the server called the list of records that this is the state of; empty where it did not."""

    @property
    def dated(self) -> str:
        """The date that speaks for their age: of the last check, else of the newest record."""
        return self.checked_at[:10] or self.as_of


class Original(msgspec.Struct, frozen=True, kw_only=True):
    """One record as it came."""

    number: int
    file: str
    modified: str
    """As written in it."""
    digest: bytes
    """The SHA-256 of its bytes when they came."""
    content: bytes


class Entry(msgspec.Struct, array_like=True, frozen=True):
    """One affected entry of a package."""

    number: int
    """Of the record."""
    position: int
    """Among the entries of the record."""
    versions: int
    """The place of its versions among the package's sets of them; -1: none."""
    affected: Affected
    """Without its versions."""


class Package(msgspec.Struct, array_like=True, frozen=True):
    """All that is known of one package."""

    versions: tuple[frozenset[str], ...]
    """Each set once: many advisories list the same."""
    entries: tuple[Entry, ...]
    """In the order of their numbers and positions."""


class Placed(msgspec.Struct, array_like=True, frozen=True):
    """The same, as it is asked: what is affected are places among the versions in order."""

    numbers: tuple[int, ...]
    """Of the record of each row."""
    table: Table


_AT_ONCE = 500
"""Keys in one question; SQLite took no more than 999 for long."""
COMMON = msgspec.msgpack.Decoder(Common)
PACKAGE = msgspec.msgpack.Decoder(Package)
_PLACED = msgspec.msgpack.Decoder(Placed)
_ENCODER = msgspec.msgpack.Encoder()
_SUM = struct.Struct("<I")
_RECORDS = (
    "SELECT advisories.number, shape, ids FROM advisories JOIN records USING (number) "
    "LEFT JOIN groups USING (id) WHERE advisories.number IN"
)
TEXTS = msgspec.msgpack.Decoder(tuple[str, ...])


def storable(text: str) -> str:
    """Give a text as the store keeps it: what is no Unicode becomes an escape."""
    return text.encode("utf-8", "backslashreplace").decode()


class Store:
    """An open store; raises StoreError wherever the file turns out to be damaged."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._connection = connection

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a store to read; raises StoreError."""
        if not path.exists():
            raise StoreError(
                "there is no store of advisories",
                where=str(path),
                remedy="Run `devsecgate advisories update PyPI npm` with the ecosystems that you need.",
                reason=GapReason.MISSING,
            )
        if not path.is_file():
            raise _no_store(path)
        with _unharmed(path):
            # the file never changes in place, so nobody has to be locked out, and a read-only disk will do
            address = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
            connection = sqlite3.connect(address, uri=True)
            try:
                _check_header(path, connection)
            except BaseException:
                connection.close()
                raise
        return cls(path, connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the file go."""
        self._connection.close()

    @property
    def tool_version(self) -> str:
        """The version of devsecgate that built the file."""
        with _unharmed(self._path):
            return str(self._connection.execute("SELECT value FROM meta WHERE key = 'tool'").fetchone()[0])

    def ecosystems(self) -> tuple[Held, ...]:
        """Give the account of every ecosystem, by name."""
        with _unharmed(self._path):
            names = [str(name) for (name,) in self._connection.execute("SELECT name FROM ecosystems ORDER BY name")]
            return tuple(held for name in names if (held := self._held(name)) is not None)

    def held(self, ecosystem: str) -> Held | None:
        """Give the account of one ecosystem (`Debian`); None where it is not held."""
        with _unharmed(self._path):
            return self._held(base(ecosystem))

    def book(self, ecosystem: str, wanted: Collection[str]) -> Book:
        """Give what is known of packages of an ecosystem (`Debian`), by their normalised names.

        What is kept of a record is read when it is asked for, and raises StoreError then.
        """
        with _unharmed(self._path), _uncollected():
            held = self._held(base(ecosystem))
            if held is None:
                return Book(troubles=(_not_held(base(ecosystem)),))
            (releases,) = self._connection.execute("SELECT releases FROM ecosystems WHERE name = ?", (held.name,))
            return Book(
                packages=self._packages(held.name, wanted),
                records=held.records,
                as_of=held.as_of,
                malformed=held.malformed,
                releases=frozenset(TEXTS.decode(releases[0])),
            )

    def originals(self, ecosystem: str) -> Iterator[Original]:
        """Give every well-formed record, by file name."""
        question = (
            "SELECT number, file, modified, digest, packed FROM records JOIN originals USING (number) "
            "WHERE ecosystem = ? ORDER BY file"
        )
        with _unharmed(self._path):
            for number, file, modified, digest, packed in self._connection.execute(question, (base(ecosystem),)):
                yield Original(
                    number=int(number),
                    file=str(file),
                    modified=str(modified),
                    digest=bytes(digest),
                    content=zlib.decompress(packed),
                )

    def shapes(self, ecosystem: str) -> tuple[Mapping[int, bytes], Mapping[str, tuple[bytes, bytes]]]:
        """Give our shapes as they are kept: of advisories by number, of packages by name, as read and as placed."""
        question = "SELECT number, shape FROM advisories JOIN records USING (number) WHERE ecosystem = ?"
        with _unharmed(self._path):
            packages = self._connection.execute(
                "SELECT name, shape, placed FROM packages WHERE ecosystem = ?", (ecosystem,)
            )
            kept = {str(name): (bytes(shape), bytes(placed)) for name, shape, placed in packages}
            return dict(self._connection.execute(question, (ecosystem,))), kept

    def aliases(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Give id and aliases of every record that is not withdrawn."""
        with _unharmed(self._path):
            for identity, aliases in self._connection.execute("SELECT id, aliases FROM records WHERE NOT withdrawn"):
                yield str(identity), TEXTS.decode(aliases)

    def groups(self) -> Mapping[str, frozenset[str]]:
        """Give the groups that are more than a record with its own aliases."""
        with _unharmed(self._path):
            rows = self._connection.execute("SELECT id, ids FROM groups")
            return {str(identity): frozenset(TEXTS.decode(ids)) for identity, ids in rows}

    def integrity(self) -> tuple[str, ...]:
        """Give what SQLite's own check of the file complains about."""
        with _unharmed(self._path):
            found = [str(row[0]) for row in self._connection.execute("PRAGMA integrity_check(5)")]
            return () if found == ["ok"] else tuple(found)

    def _held(self, ecosystem: str) -> Held | None:
        question = "SELECT source, records, withdrawn, as_of, checked_at, listing FROM ecosystems WHERE name = ?"
        row = self._connection.execute(question, (ecosystem,)).fetchone()
        if row is None:
            return None
        malformed = self._connection.execute(
            "SELECT file FROM malformed WHERE ecosystem = ? ORDER BY file", (ecosystem,)
        )
        source, records, withdrawn, as_of, checked_at, listing = row
        return Held(
            name=ecosystem,
            source=str(source),
            records=int(records),
            withdrawn=int(withdrawn),
            malformed=tuple(str(file) for (file,) in malformed),
            as_of=str(as_of),
            checked_at=str(checked_at),
            listing=str(listing),
        )

    def _packages(self, ecosystem: str, wanted: Collection[str]) -> dict[str, Known]:
        names = sorted({storable(each) for each in wanted})
        asked = self._each("SELECT name, placed, shape FROM packages WHERE ecosystem = ? AND name IN", names, ecosystem)
        found = [(name, unseal(placed), shape) for name, placed, shape in chain.from_iterable(asked)]
        numbers = sorted({number for _, placed, _ in found for number in placed.numbers})
        records = _Records(self._path, {row[0]: row for row in chain.from_iterable(self._each(_RECORDS, numbers))})
        return {
            name: Known(placed.table, numbers=placed.numbers, records=records, read=partial(_read, self._path, shape))
            for name, placed, shape in found
        }

    def _each(self, question: str, keys: Sequence[str | int], *first: str) -> Iterator[sqlite3.Cursor]:
        """Ask a question that ends in `IN` for some keys at a time: one by one it takes several times as long."""
        for start in range(0, len(keys), _AT_ONCE):
            some = keys[start : start + _AT_ONCE]
            yield self._connection.execute(f"{question} ({', '.join('?' * len(some))})", (*first, *some))


def seal(placed: Placed) -> bytes:
    """Write what is placed, behind its CRC-32: a place that has changed on the disk would still be a place."""
    content = _ENCODER.encode(placed)
    return _SUM.pack(zlib.crc32(content)) + content


def unseal(kept: bytes) -> Placed:
    """Read what is placed; raises ValueError where it is not what was written."""
    content = memoryview(kept)[_SUM.size :]
    if kept[: _SUM.size] != _SUM.pack(zlib.crc32(content)):
        raise ValueError("what is kept of a package has changed")
    return _PLACED.decode(content)


def entries(package: Package) -> Iterator[tuple[int, int, Affected]]:
    """Give the number of the record, the position in it and the entry, for each of a package's entries."""
    for entry in package.entries:
        if entry.versions < 0:
            yield entry.number, entry.position, entry.affected
        else:
            yield entry.number, entry.position, replace(entry.affected, versions=package.versions[entry.versions])


def _read(path: Path, shape: bytes) -> tuple[Affected, ...]:
    """Give the entries of a package."""
    with _unharmed(path):
        return tuple(affected for _, _, affected in entries(PACKAGE.decode(shape)))


class _Records(dict[int, Record]):
    """Records by number, read when they are asked for."""

    def __init__(self, path: Path, rows: Mapping[int, tuple[int, bytes, bytes | None]]) -> None:
        super().__init__()
        self._path = path
        self._rows = rows

    def __missing__(self, number: int) -> Record:
        with _unharmed(self._path):
            _, shape, ids = self._rows[number]
            common = COMMON.decode(shape)
            # where the store keeps no group, it is the record with its own aliases
            group = (common.id, *common.aliases) if ids is None else TEXTS.decode(ids)
        self[number] = record = Record(common=common, group=frozenset(group))
        return record


def _not_held(ecosystem: str) -> Trouble:
    name = f"'{ecosystem}'" if " " in ecosystem else ecosystem
    detail = f"the store holds no advisory records of {ecosystem}; run `devsecgate advisories update {name}`"
    return Trouble(reason=GapReason.MISSING, detail=detail)


def _no_store(path: Path) -> StoreError:
    return StoreError(
        "this is no store of advisories",
        where=str(path),
        remedy="Name another file, or remove this one and run `devsecgate advisories update` with ecosystems.",
        reason=GapReason.MALFORMED,
    )


def _check_header(path: Path, connection: sqlite3.Connection) -> None:
    """Refuse a file that is not a store of this version."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION:
        raise _no_store(path)
    if version != SCHEMA_VERSION:
        raise OtherVersion(
            f"the store has version {version}, and this devsecgate reads version {SCHEMA_VERSION}",
            where=str(path),
            remedy="Run `devsecgate advisories update`: it builds the store anew, with the ecosystems that it holds.",
            reason=GapReason.MALFORMED,
        )


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no garbage meanwhile: among 100,000 records without cycles the search takes longer than the reading."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def _unharmed(path: Path) -> Iterator[None]:
    """Turn whatever a damaged file leads to into a StoreError."""
    try:
        yield
    except (sqlite3.Error, msgspec.DecodeError, zlib.error, LookupError, TypeError, ValueError) as error:
        raise StoreError(
            f"the store of advisories cannot be read: {type(error).__name__}: {error}",
            where=str(path),
            remedy="Remove the file, and run `devsecgate advisories update` with the ecosystems that you need.",
            reason=GapReason.MALFORMED,
        ) from error
