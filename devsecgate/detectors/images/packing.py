"""Chunks of bytes in, packed with gzip, zstd or not at all; the unpacked chunks, within limits, out."""

from __future__ import annotations

import importlib
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Protocol

from devsecgate.detectors.images.limits import Limits, Refused

CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_OTHERS = {b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"PK\x03\x04": "zip"}
_ZSTD_MODULES = ("compression.zstd", "backports.zstd")
"""Python's own from 3.14 on, and the same for the versions before."""


class _Zstd(Protocol):
    """One frame of a zstd stream, being unpacked."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def is_packed(head: bytes) -> bool:
    """Say whether these first bytes are those of a packed file."""
    return head.startswith((_GZIP, _ZSTD, *_OTHERS))


def unpacked(chunks: Iterator[bytes], *, limits: Limits, what: str) -> Iterator[bytes]:
    """Unpack what its first bytes say is packed; raises `Refused` for a bomb, a broken stream, an unknown packing."""
    first = next(chunks, b"")
    count = _Count(what=what, limits=limits)
    rest = chain((first,), chunks)
    if first.startswith(_GZIP):
        yield from count.out(_gunzip(count.into(rest), what))
    elif first.startswith(_ZSTD):
        yield from count.out(_unzstd(count.into(rest), what))
    else:
        other = next((name for start, name in _OTHERS.items() if first.startswith(start)), None)
        if other is not None:
            raise Refused(f"{what} is packed with {other}, which is not read here: unpack it first")
        yield from count.out(count.into(rest))


class _Count:
    """Holds a stream to its limits."""

    def __init__(self, *, what: str, limits: Limits) -> None:
        self._what = what
        self._limits = limits
        self._packed = 0
        self._unpacked = 0

    def into(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self._packed += len(chunk)
            yield chunk

    def out(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self._unpacked += len(chunk)
            if self._unpacked > self._limits.unpacked:
                raise Refused(f"{self._what} unpacks to more than {self._limits.unpacked:,} bytes")
            if self._unpacked > max(self._limits.ratio_from, self._packed * self._limits.ratio):
                raise Refused(f"{self._what} unpacks to more than {self._limits.ratio} times its size: a bomb")
            yield chunk


def _gunzip(chunks: Iterable[bytes], what: str) -> Iterator[bytes]:
    """Unpack one gzip member after another; zlib checks the sum and the length of each."""
    decoder = zlib.decompressobj(wbits=31)
    ended = False
    try:
        for each in chunks:
            data = each
            while data:
                if ended and not data.strip(b"\0"):  # padding, as tapes and some writers leave it
                    break
                if ended:
                    decoder, ended = zlib.decompressobj(wbits=31), False
                yield decoder.decompress(data, CHUNK)
                ended = decoder.eof
                data = decoder.unused_data if ended else decoder.unconsumed_tail
        while not ended and (left := decoder.decompress(b"", CHUNK)):
            yield left
            ended = decoder.eof
    except zlib.error as error:
        raise Refused(f"{what} is not a gzip file as a whole: it is damaged") from error
    if not ended and not decoder.eof:
        raise Refused(f"{what} is cut off: its gzip stream has no end")


def _unzstd(chunks: Iterable[bytes], what: str) -> Iterator[bytes]:
    """Unpack one zstd frame after another."""
    new, damaged = _zstd(what)
    decoder: _Zstd | None = None
    try:
        for each in chunks:
            data = each
            while data or (decoder is not None and not decoder.needs_input):
                decoder = decoder or new()
                yield decoder.decompress(data, CHUNK)
                data = b""
                if decoder.eof:
                    data, decoder = decoder.unused_data, None
    except damaged as error:
        raise Refused(f"{what} is not a zstd file as a whole: it is damaged") from error
    if decoder is not None:
        raise Refused(f"{what} is cut off: its zstd stream has no end")


def _zstd(what: str) -> tuple[Callable[[], _Zstd], type[Exception]]:
    """Find the decoder that this Python has."""
    for name in _ZSTD_MODULES:
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue
        return module.ZstdDecompressor, module.ZstdError
    raise Refused(f"{what} is packed with zstd, which this Python does not read: pip install backports.zstd")
