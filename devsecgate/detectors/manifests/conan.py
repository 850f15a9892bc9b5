"""Conan's conan.lock in; packages of ConanCenter out."""

from __future__ import annotations

import msgspec

from devsecgate.detectors.manifests.documents import json
from devsecgate.detectors.manifests.entries import Entry, Locked, Source, collect
from devsecgate.detectors.manifests.reading import Unreadable
from devsecgate.model import GapReason


class _Node(msgspec.Struct):
    ref: str | None = None
    requires: list[str] = []
    build_requires: list[str] = []
    path: str | None = None


class _Graph(msgspec.Struct):
    nodes: dict[str, _Node]


class _Lock(msgspec.Struct):
    version: str
    graph_lock: _Graph | None = None
    requires: list[str] | None = None
    build_requires: list[str] = []
    python_requires: list[str] = []


def conan_lock(source: Source) -> Locked:
    """Read conan.lock of Conan 1 (a graph) and 2 (lists)."""
    lock = json(source.text, _Lock)
    lines: dict[str, int] = {}
    for number, line in enumerate(source.text.split("\n"), start=1):
        for part in line.split('"'):
            lines.setdefault(part, number)
    if lock.graph_lock is not None:
        nodes = lock.graph_lock.nodes
        entries = [
            _entry(each.ref, lines, key=key, needs=(*each.requires, *each.build_requires), own=each.path is not None)
            for key, each in nodes.items()
            if each.ref is not None
        ]
    elif lock.requires is not None:
        entries = [_entry(each, lines) for each in (*lock.requires, *lock.build_requires, *lock.python_requires)]
    else:
        raise Unreadable("is of a version that is not read here", reason=GapReason.UNSUPPORTED)
    return collect(source, "ConanCenter", entries)


def _entry(
    reference: str, lines: dict[str, int], *, key: str = "", needs: tuple[str, ...] = (), own: bool = False
) -> Entry:
    """Read `zlib/1.2.11@user/channel#revision%time`."""
    plain = reference.partition("#")[0].partition("@")[0]
    name, _, version = plain.partition("/")
    return Entry(
        name=name, version=version or None, line=lines.get(reference, 1), key=key or name, needs=needs, own=own
    )
