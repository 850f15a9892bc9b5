"""What a scanner said about a file's bytes in; the same answer, for the same bytes, out: only what differs is scanned.

An answer is held by all that it depends on: the scanner and its engine, our own code, the rules and settings, the
file's path and its bytes. Every entry carries a keyed digest (DEVSECGATE_CACHE_KEY, else a key of this machine that
lies elsewhere): what was damaged, changed or made by somebody else is dropped, counted and said, and never trusted.
A file in which anything like a secret was found is in no cache, for the answer may quote it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import sqlite3
import stat
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from devsecgate.cwe import HARDCODED_CREDENTIALS, family_of
from devsecgate.model import Finding, Gap, GapReason, Kind, ScanResult

FORMAT = "devsecgate-cache/1"
KEY = "DEVSECGATE_CACHE_KEY"
"""The environment variable that holds the key, for machines that share a cache."""
_SCHEMA = "CREATE TABLE answers (name BLOB PRIMARY KEY, day INTEGER NOT NULL, mac BLOB NOT NULL, answer BLOB NOT NULL)"
_STABLE = frozenset({GapReason.UNREADABLE, GapReason.OUTDATED, GapReason.UNSUPPORTED})
"""What a file's bytes alone decide; a timeout, or a crash, may end otherwise the next time."""
_SHORTEST_KEY = 16
_KEPT_DAYS = 30
_COMMON_ANSWER = b"+"
"""Looked at, nothing found: what nearly every file's answer is."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What one scanner said about one file."""

    findings: tuple[Finding, ...] = ()
    gaps: tuple[Gap, ...] = ()
    covered: bool = True


_NOTHING_FOUND = Entry()


class Cache:
    """Answers by name, of this run and, where there is a file, of earlier ones."""

    def __init__(self, connection: sqlite3.Connection | None, key: bytes, today: int) -> None:
        self._connection = connection
        self._key = key
        self._today = today
        self._memory: dict[bytes, Entry] = {}
        self.dropped = 0
        """Entries that were damaged, or not made with this machine's key."""

    @classmethod
    def of_this_run(cls) -> Self:
        """Remember within this run alone."""
        return cls(None, b"", 0)

    @classmethod
    def open(cls, file: Path, today: int) -> Self:
        """Open the cache in a file, made anew where it is none; without a place to write, remember within this run."""
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            key = _key()
            foreign = not _is_ours(file)
            if foreign:
                file.unlink()
            cache = cls(_connect(file), key, today)
            cache.dropped += foreign
        except (OSError, sqlite3.Error):
            return cls.of_this_run()
        return cache

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            self._connection.close()

    def known(self, names: Mapping[str, bytes]) -> dict[str, Entry]:
        """Give what is known, by path; `names` holds the name of each path's answer."""
        found = {path: self._memory[name] for path, name in names.items() if name in self._memory}
        if self._connection is not None:
            found |= self._stored({name: path for path, name in names.items() if path not in found})
        return found

    def _stored(self, paths: Mapping[bytes, str]) -> dict[str, Entry]:
        assert self._connection is not None
        found: dict[str, Entry] = {}
        try:
            for name, path in sorted(paths.items()):
                row = self._connection.execute("SELECT mac, answer FROM answers WHERE name = ?", (name,)).fetchone()
                if row is None:
                    continue
                entry = self._trusted(name, *row, path=path)
                if entry is None:
                    self.dropped += 1
                else:
                    found[path] = self._memory[name] = entry
        except sqlite3.Error as error:
            self._give_up(error)
        return found

    def _trusted(self, name: bytes, mac: object, answer: object, *, path: str) -> Entry | None:
        """Decode an entry, if it is ours, whole, and about this very file."""
        if not isinstance(mac, bytes) or not isinstance(answer, bytes):
            return None
        if not hmac.compare_digest(mac, _mac(self._key, name, answer)):
            return None
        if answer == _COMMON_ANSWER:
            return _NOTHING_FOUND
        try:
            entry = msgspec.json.decode(answer, type=Entry)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None
        about = {*(found.location.path for found in entry.findings), *(gap.path for gap in entry.gaps)}
        return entry if about <= {path} else None

    def keep(self, names: Mapping[str, bytes], entries: Mapping[str, Entry], *, secret: frozenset[str]) -> None:
        """Keep answers by path, those about paths in `secret` for this run alone."""
        rows = []
        for path, entry in entries.items():
            self._memory[names[path]] = entry
            if path not in secret:
                answer = _COMMON_ANSWER if entry == _NOTHING_FOUND else msgspec.json.encode(entry)
                rows.append((names[path], self._today, _mac(self._key, names[path], answer), answer))
        if self._connection is None or not rows:
            return
        try:
            with self._connection:
                self._connection.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)", rows)
                self._connection.execute("DELETE FROM answers WHERE day < ?", (self._today - _KEPT_DAYS,))
        except sqlite3.Error as error:
            self._give_up(error)

    def _give_up(self, error: sqlite3.Error) -> None:
        """Go on without a file that cannot be read or written: that costs time, and nothing else.

        One that another run holds, or a full disk, is no damage.
        """
        if self._connection is not None:
            self._connection.close()
        self._connection = None
        self.dropped += not isinstance(error, sqlite3.OperationalError)


def default_path() -> Path:
    """Give the file in the user's own cache folder."""
    import platformdirs

    return platformdirs.user_cache_path("devsecgate") / "results.sqlite"


def entries(result: ScanResult, paths: Iterable[str]) -> dict[str, Entry]:
    """Take the answers about some files out of a result: those that depend on nothing but the files' bytes.

    A scanner that did not prove itself, or that has a gap as a whole, has no answers.
    """
    if not result.canaries or any(gap.path is None for gap in result.gaps):
        return {}
    findings: dict[str, list[Finding]] = {}
    gaps: dict[str, list[Gap]] = {}
    for found in result.findings:
        findings.setdefault(found.location.path, []).append(found)
    for gap in result.gaps:
        gaps.setdefault(gap.path or "", []).append(gap)
    return {
        path: Entry(
            findings=tuple(findings.get(path, ())), gaps=tuple(gaps.get(path, ())), covered=path in result.covered
        )
        for path in paths
        if all(gap.reason in _STABLE for gap in gaps.get(path, ()))
    }


def with_secrets(results: Iterable[ScanResult]) -> frozenset[str]:
    """Name the files in which anything like a secret was found: an answer about them may quote it."""
    return frozenset(
        found.location.path
        for result in results
        for found in result.findings
        if found.kind is Kind.SECRET or family_of(found) == HARDCODED_CREDENTIALS
    )


def name(*parts: bytes) -> bytes:
    """Name an answer by all that it depends on."""
    digest = hashlib.sha256(FORMAT.encode())
    for part in parts:
        digest.update(b"%d:" % len(part) + part)
    return digest.digest()


def stamp(folders: Iterable[Path]) -> bytes:
    """Digest names, sizes and times of change of all files below some folders: a change of any is another stamp."""
    lines = []
    for folder in folders:
        for place, _, files in os.walk(folder):
            lines += [f"{place}/{each} {_stamp(Path(place, each))}" for each in files if not each.endswith(".pyc")]
    return hashlib.sha256("\n".join(sorted(lines)).encode("utf-8", "surrogatepass")).digest()


def tree_digest(folder: Path) -> bytes:
    """Digest the names and the bytes of all files below a folder."""
    files = sorted(each for each in folder.rglob("*") if each.is_file())
    return name(*(part for each in files for part in (bytes(each.relative_to(folder)), each.read_bytes())))


def program_stamp(program: Path) -> bytes:
    """Digest a program's file, and the names of what is installed beside it: another version is another stamp."""
    real = Path(os.path.realpath(program))
    installed: list[str] = []
    for packages in (*sorted(program.parent.parent.glob("lib/python*/*-packages")), Path(__file__).parent.parent):
        installed += sorted(each.name for each in packages.iterdir() if each.name.endswith(".dist-info"))
    text = "\n".join((str(real), _stamp(real), *installed))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _stamp(file: Path) -> str:
    try:
        found = file.stat()
    except OSError:
        return "gone"
    return f"{found.st_size} {found.st_mtime_ns}"


def _mac(key: bytes, identity: bytes, answer: bytes) -> bytes:
    digest = hashlib.blake2b(identity, key=key, digest_size=16)
    digest.update(answer)
    return digest.digest()


def _key() -> bytes:
    """Give the key: the environment's, else this machine's own, made once. Raises OSError where it cannot be kept."""
    given = os.environ.get(KEY, "").encode("utf-8", "surrogateescape")
    if given:
        return hashlib.sha256(given).digest()
    import platformdirs

    file = platformdirs.user_data_path("devsecgate") / "cache.key"
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError), os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as made:
        made.write(secrets.token_bytes(32))
    key = file.read_bytes()
    if len(key) < _SHORTEST_KEY or not _is_ours(file):
        file.unlink()
        raise OSError("the key of the cache is damaged, or is not ours; it is made anew on the next run")
    return key


def _is_ours(file: Path) -> bool:
    """Tell whether a file, if it is there, is a regular one of this user's that nobody else may write."""
    try:
        found = file.lstat()
    except FileNotFoundError:
        return True
    return stat.S_ISREG(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o022


def _connect(file: Path) -> sqlite3.Connection:
    """Open the file; one that is no cache of this format is replaced, one that another run holds is left alone."""
    try:
        return _opened(file)
    except sqlite3.Error as error:
        if error.sqlite_errorcode in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise
    file.unlink(missing_ok=True)
    return _opened(file)


def _opened(file: Path) -> sqlite3.Connection:
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    connection = sqlite3.connect(file, timeout=2)
    try:
        connection.execute("PRAGMA synchronous = OFF")
        if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
            with connection:
                connection.execute(_SCHEMA)
                connection.execute("PRAGMA user_version = 1")
        connection.execute("SELECT name, day, mac, answer FROM answers LIMIT 1").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection
