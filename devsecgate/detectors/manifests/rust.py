"""Cargo.lock and Cargo.toml in; crates, and what a manifest asks for, out."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from devsecgate.detectors.manifests.documents import table_lines, toml
from devsecgate.detectors.manifests.entries import Entry, Locked, Source, collect, lost
from devsecgate.detectors.manifests.reading import Unreadable
from devsecgate.model import GapReason


class _Package(msgspec.Struct):
    name: str
    version: str
    source: str | None = None
    dependencies: list[str] = []


class _Lock(msgspec.Struct):
    version: int = 1
    package: list[_Package] = []
    root: _Package | None = None


def cargo(source: Source) -> Locked:
    """Read Cargo.lock. Crates without a source are the workspace's own."""
    lock = toml(source.text, _Lock)
    if lock.version not in {1, 2, 3, 4} or lock.root is not None:
        raise Unreadable(
            "is of a version that is not read here; write it with a newer cargo", reason=GapReason.UNSUPPORTED
        )
    if not lock.package:
        raise Unreadable("holds not even the project itself", reason=GapReason.MALFORMED)
    keys: dict[str, str] = {}
    for each in lock.package:
        key = f"{each.name} {each.version}"
        keys[each.name] = keys[key] = key
        keys[f"{key} ({each.source})"] = key
    lines = table_lines(source.text, "package", len(lock.package))
    entries = [
        Entry(
            name=each.name,
            version=each.version,
            line=line,
            key=f"{each.name} {each.version}",
            needs=tuple(keys[need] for need in each.dependencies if need in keys),
            own=each.source is None,
            elsewhere=each.source is not None and not each.source.startswith(("registry+", "sparse+")),
        )
        for each, line in zip(lock.package, lines, strict=True)
    ]
    missing = lost(source.path, (need for each in lock.package for need in each.dependencies), keys)
    return collect(source, "crates.io", entries, gaps=missing)


class _Wish(msgspec.Struct):
    package: str | None = None
    path: str | None = None
    workspace: bool = False


class _Target(msgspec.Struct, rename="kebab"):
    dependencies: dict[str, str | _Wish] = {}
    dev_dependencies: dict[str, str | _Wish] = {}
    build_dependencies: dict[str, str | _Wish] = {}


class _Own(msgspec.Struct):
    name: str


class _Manifest(_Target, rename="kebab"):
    package: _Own | None = None
    target: dict[str, _Target] = {}


def wishes(text: str) -> Mapping[str, str]:
    """Give the crates that Cargo.toml asks for, by their real names, and its own name, which its lockfile holds too.

    Those of a folder, and of the workspace, are named elsewhere; nothing at all where it asks for none.
    """
    read = toml(text, _Manifest)
    found: dict[str, str] = {}
    for part in (read, *read.target.values()):
        for group in (part.dependencies, part.dev_dependencies, part.build_dependencies):
            for name, wish in group.items():
                if isinstance(wish, str):
                    found[name] = wish
                elif wish.path is None and not wish.workspace:
                    found[wish.package or name] = ""
    return {**found, read.package.name: ""} if found and read.package else found
