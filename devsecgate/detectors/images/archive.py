"""An image as it is stored, in: a docker-archive or OCI layout, as a tar, a packed tar or a folder. Its members out.

Nothing is unpacked to a name that the archive chose: members are found by name, and read by place. Whatever a
careful writer of images would not do (names out of the archive, devices, two members of one name) is refused.
"""

from __future__ import annotations

import io
import os
import posixpath
import re
import stat
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, Self

import msgspec

from devsecgate.detectors.images.limits import Limits, Refused
from devsecgate.detectors.images.packing import CHUNK, is_packed, unpacked
from devsecgate.text import one_line, shorten

BLOCK = tarfile.BLOCKSIZE
_PLAIN_KINDS = frozenset({b"0", b"\0", b"1", b"2", b"5", b"x", b"L", b"K"})
_GNU_KINDS = frozenset({b"L", b"K"})
_OCTAL = re.compile(rb"(?=[ 0-7\0]{28}\Z)[ \0]*[0-7]*[ \0]+[0-7]*[ \0]+[0-7]+[ \0]*")
"""Mode, size and sum, the way that nearly every writer has them."""
_LONGEST_HEADER = 4 << 20
"""Bytes; extended attributes, which headers carry, have 64 KiB."""


class Archive(Protocol):
    """Named members."""

    def holds(self, name: str) -> bool:
        """Is there a member of this name?"""
        ...

    def size(self, name: str) -> int:
        """Give its bytes; raises `Refused` where there is none."""
        ...

    def chunks(self, name: str) -> Iterator[bytes]:
        """Give its content; raises `Refused` where there is none."""
        ...


def document(archive: Archive, name: str, limits: Limits) -> bytes:
    """Read a member that is a manifest, an index or a configuration."""
    if archive.size(name) > limits.document:
        raise Refused(f"{shown(name)} is larger than {limits.document:,} bytes, which no manifest is")
    return b"".join(archive.chunks(name))


@contextmanager
def opened(path: Path, *, scratch: Path, limits: Limits) -> Iterator[Archive]:
    """Open an image where it lies; a packed one is unpacked into the scratch folder first."""
    try:
        if path.is_dir():
            yield _Folder(path.resolve())
            return
        with _regular(path) as descriptor:
            if is_packed(os.pread(descriptor, BLOCK, 0)):
                plain = scratch / "archive.tar"
                _write(plain, unpacked(_read(descriptor, 0, None), limits=limits, what="the archive"))
                with _regular(plain) as unpacked_descriptor:
                    plain.unlink()
                    yield _Tar(unpacked_descriptor, limits)
            else:
                yield _Tar(descriptor, limits)
    except OSError as error:
        raise Refused(f"it cannot be read: {error.strerror or type(error).__name__}") from error


def shown(name: str) -> str:
    """Quote a name that the archive chose."""
    return shorten(one_line(name), 120) or "a member without a name"


@contextmanager
def _regular(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Refused("it is neither a file nor a folder")
        yield descriptor
    finally:
        os.close(descriptor)


def _read(descriptor: int, start: int, size: int | None) -> Iterator[bytes]:
    """Give the bytes of a place in a file; fewer than it should have are an error."""
    left = size
    while left is None or left > 0:
        chunk = os.pread(descriptor, CHUNK if left is None else min(CHUNK, left), start)
        if not chunk:
            if left is None:
                return
            raise Refused("the archive is cut off")
        yield chunk
        start += len(chunk)
        left = None if left is None else left - len(chunk)


def _write(path: Path, chunks: Iterator[bytes]) -> None:
    with path.open("xb") as file:
        for chunk in chunks:
            file.write(chunk)


class _Place(msgspec.Struct, frozen=True):
    start: int
    size: int


class _Tar:
    """A tar archive, read by place."""

    def __init__(self, descriptor: int, limits: Limits) -> None:
        self._descriptor = descriptor
        self._links: dict[str, str] = {}
        self._files: dict[str, _Place] = {}
        self._depth = limits.links
        folders: set[str] = set()
        for count, entry in enumerate(entries(descriptor, what="the archive")):
            if count >= limits.members:
                raise Refused(f"the archive has more than {limits.members:,} entries, which no image has")
            self._take(entry, folders)

    def _take(self, entry: tarfile.TarInfo, folders: set[str]) -> None:
        name = _inside(entry.name)
        if entry.isdir():
            folders.add(name)
        if name in self._files or name in self._links or (name in folders and not entry.isdir()):
            raise Refused(f"the archive has two members of the name {shown(name)}")
        if entry.isdir():
            return
        if entry.issym():
            self._links[name] = _linked(posixpath.dirname(name), entry.linkname)
        elif entry.islnk():
            self._links[name] = _linked("", entry.linkname)
        elif entry.isreg() and not entry.issparse():
            self._files[name] = _Place(entry.offset_data, entry.size)
        else:
            raise Refused(f"the archive holds a device, a pipe or a sparse file: {shown(name)}")

    def _find(self, name: str) -> _Place:
        for _ in range(self._depth):
            if name not in self._links:
                break
            name = self._links[name]
        if name not in self._files:
            raise Refused(f"the archive does not hold {shown(name)}, which is part of the image")
        return self._files[name]

    def holds(self, name: str) -> bool:
        return name in self._files or name in self._links

    def size(self, name: str) -> int:
        return self._find(name).size

    def chunks(self, name: str) -> Iterator[bytes]:
        place = self._find(name)
        return _read(self._descriptor, place.start, place.size)


def _inside(name: str) -> str:
    """Normalise the name of a member; raises `Refused` where it leads out of the archive."""
    if name.startswith("/") or ".." in name.split("/") or "\0" in name:
        raise Refused(f"the archive holds a name that leads out of it: {shown(name)}")
    return posixpath.normpath(name)


def _linked(folder: str, link: str) -> str:
    """Follow a symbolic link of an archive within it."""
    target = posixpath.normpath(posixpath.join(folder, link))
    if link.startswith("/") or target.split("/")[0] == ".." or "\0" in link:
        raise Refused(f"the archive holds a link that leads out of it: {shown(link)}")
    return target


class _Headers(io.FileIO):
    """A file that gives headers and no more: a header of gigabytes would otherwise be read into memory."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or not 0 <= size <= _LONGEST_HEADER:
            raise Refused("it holds a header larger than any writer makes")
        return super().read(size) or b""


class _Entry(tarfile.TarInfo):
    """A header of which only what is asked for is read: owners and times take most of tarfile's own time."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        """Read a plain header; all others, and the broken ones, are for tarfile itself."""
        kind = bytes(buf[156:157])
        numbers = bytes(buf[100:108] + buf[124:136] + buf[148:156])
        if len(buf) != BLOCK or kind not in _PLAIN_KINDS or not _OCTAL.fullmatch(numbers):
            return super().frombuf(buf, encoding, errors)
        if int(bytes(buf[148:156]).strip(b"\0 ") or b"0", 8) != sum(buf) - sum(buf[148:156]) + 256:
            return super().frombuf(buf, encoding, errors)
        name = _text(buf[:100], encoding, errors)
        prefix = _text(buf[345:500], encoding, errors)
        entry = cls(f"{prefix}/{name}" if prefix and kind not in _GNU_KINDS else name)
        entry.type = kind
        entry.mode = int(bytes(buf[100:108]).strip(b"\0 ") or b"0", 8)
        entry.size = int(bytes(buf[124:136]).strip(b"\0 ") or b"0", 8)
        entry.linkname = _text(buf[157:257], encoding, errors)
        if kind == tarfile.AREGTYPE and name.endswith("/"):
            entry.type = tarfile.DIRTYPE
        if entry.isdir():
            entry.name = entry.name.rstrip("/")
        return entry


def _text(field: bytes | bytearray, encoding: str, errors: str) -> str:
    return bytes(field).partition(b"\0")[0].decode(encoding, errors)


def entries(descriptor: int, *, what: str) -> Iterator[tarfile.TarInfo]:
    """Give the headers of a tar archive in order; raises `Refused` where they end before the archive does."""
    if os.fstat(descriptor).st_size == 0:
        return
    with _Headers(descriptor, closefd=False) as file:
        file.seek(0)
        try:
            with tarfile.open(fileobj=file, mode="r:", tarinfo=_Entry, errors="surrogateescape") as archive:
                while (entry := archive.next()) is not None:
                    archive.members.clear()  # type: ignore[attr-defined] # millions of them would fill the memory
                    yield entry
                end = archive.offset
        except (tarfile.TarError, ValueError, OverflowError, RecursionError, EOFError) as error:
            raise Refused(f"{what} is not a tar archive as a whole: {shown(str(error))}") from error
        if os.pread(descriptor, BLOCK, end).strip(b"\0"):
            raise Refused(f"{what} is not a tar archive as a whole: it is broken after {end:,} bytes")


class _Folder:
    """The folder of an OCI layout."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def holds(self, name: str) -> bool:
        return os.path.lexists(self._root / _inside(name))

    def size(self, name: str) -> int:
        with self._opened(name) as descriptor:
            return os.fstat(descriptor).st_size

    def chunks(self, name: str) -> Iterator[bytes]:
        with self._opened(name) as descriptor:
            yield from _read(descriptor, 0, os.fstat(descriptor).st_size)

    @contextmanager
    def _opened(self, name: str) -> Iterator[int]:
        path = self._root / _inside(name)
        if not os.path.lexists(path):
            raise Refused(f"the folder does not hold {shown(name)}, which is part of the image")
        if not path.resolve().is_relative_to(self._root):
            raise Refused(f"the folder holds a link that leads out of it: {shown(name)}")
        with _regular(path) as descriptor:
            yield descriptor
