"""The layers of an image in; what its file system holds that inventories miss, or may misread, out.

Only what is asked for is kept: package databases, programs, the name of the system. Later layers replace,
delete (`.wh.name`) and empty (`.wh..wh..opq`) what earlier ones brought, as in a running container.
"""

from __future__ import annotations

import os
import posixpath
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path

import msgspec

from devsecgate.detectors.images.archive import entries, shown
from devsecgate.detectors.images.databases import recognise
from devsecgate.detectors.images.limits import Limits, Refused

_DELETED = ".wh."
_EMPTIED = ".wh..wh..opq"
_ELF = b"\x7fELF"
_SMALLEST_PROGRAM = 64
"""Bytes; an ELF header has as many."""
_LARGEST_READ = 64 << 20


class Role(Enum):
    """Why an entry is kept."""

    DATABASE = "database"
    PROGRAM = "program"


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """One file, where it is to be read."""

    path: str
    """Without a leading slash."""
    role: Role
    layer: int
    """From 0."""
    start: int
    size: int


class FileSystem(msgspec.Struct, kw_only=True):
    """What the image's file system holds in the end."""

    held: dict[str, Held] = msgspec.field(default_factory=dict)
    """By path."""
    earlier: dict[str, list[Held]] = msgspec.field(default_factory=dict)
    """Databases of every layer by path, lowest layer first; those since deleted too."""
    entries: int = 0
    executables: int = 0
    """Files of all layers that may be run, scripts among them."""
    tops: set[str] = msgspec.field(default_factory=set)
    """The names right below the root, of all layers."""
    layers: tuple[Path, ...] = ()

    def of(self, role: Role) -> tuple[Held, ...]:
        """Give what is kept for one reason, by path."""
        return tuple(held for _, held in sorted(self.held.items()) if held.role is role)

    def read(self, held: Held) -> bytes:
        """Read a file of a layer, up to a bound that no package database that we read has."""
        with self.layers[held.layer].open("rb") as file:
            file.seek(held.start)
            return file.read(min(held.size, _LARGEST_READ))


def walk(layers: Iterable[Path], *, limits: Limits) -> FileSystem:
    """Look at the names in every layer, lowest first; raises `Refused` for what no layer may hold."""
    seen = FileSystem(layers=tuple(layers))
    for number, path in enumerate(seen.layers):
        with _descriptor(path) as descriptor:
            _Layer(number, descriptor, seen, limits).walk()
    return seen


@contextmanager
def _descriptor(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


class _Layer:
    """One layer, and what it does to those below."""

    def __init__(self, number: int, descriptor: int, below: FileSystem, limits: Limits) -> None:
        self._number = number
        self._descriptor = descriptor
        self._below = below
        self._limits = limits
        self._gone: set[str] = set()
        """Paths that this layer deletes or replaces with another file."""
        self._emptied: set[str] = set()
        self._new: dict[str, Held] = {}

    def walk(self) -> None:
        what = f"layer {self._number + 1}"
        for entry in entries(self._descriptor, what=what):
            self._below.entries += 1
            if self._below.entries > self._limits.entries:
                raise Refused(f"its layers hold more than {self._limits.entries:,} files")
            if entry.issparse() and entry.size > self._limits.ratio_from:
                raise Refused(f"{what} holds a sparse file of {entry.size:,} bytes: a bomb")
            name = _inside(entry.name, what)
            self._below.tops.add(name.partition("/")[0])
            self._take(name, entry)
        self._apply()

    def _take(self, name: str, entry: tarfile.TarInfo) -> None:
        folder, _, last = name.rpartition("/")
        if last.startswith(_DELETED):
            if last == _EMPTIED:
                self._emptied.add(folder)
            else:
                self._gone.add(posixpath.join(folder, last.removeprefix(_DELETED)))
            return
        if not entry.isdir():
            self._gone.add(name)  # a file replaces a file, and a folder with all that is in it
            self._new.pop(name, None)
        if entry.isreg():
            self._below.executables += entry.mode & 0o111 != 0
            role = self._role(name, entry)
            if role is not None:
                self._new[name] = Held(
                    path=name, role=role, layer=self._number, start=entry.offset_data, size=entry.size
                )

    def _role(self, name: str, entry: tarfile.TarInfo) -> Role | None:
        if recognise(name) is not None:
            return Role.DATABASE
        if entry.mode & 0o111 and entry.size >= _SMALLEST_PROGRAM and not entry.issparse():
            return Role.PROGRAM if os.pread(self._descriptor, 4, entry.offset_data) == _ELF else None
        return None

    def _apply(self) -> None:
        """Take away what this layer hides, then add what it brings."""
        if self._gone or self._emptied:
            kept = {path: held for path, held in self._below.held.items() if not self._is_hidden(path)}
            self._below.held.clear()
            self._below.held.update(kept)
        self._below.held.update(self._new)
        for path, held in self._new.items():
            if held.role is Role.DATABASE:
                self._below.earlier.setdefault(path, []).append(held)

    def _is_hidden(self, path: str) -> bool:
        if path in self._gone:
            return True
        folder = posixpath.dirname(path)
        while folder:
            if folder in self._gone or folder in self._emptied:
                return True
            folder = posixpath.dirname(folder)
        return "" in self._emptied


def _inside(name: str, what: str) -> str:
    """Normalise a name within the image; absolute ones are meant from its root, as some builders write them."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if ".." in parts or "\0" in name:
        raise Refused(f"{what} holds a name that leads out of the image: {shown(name)}")
    return "/".join(parts)
