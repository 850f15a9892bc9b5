"""NuGet's packages.lock.json, packages.config and *.deps.json in; packages out."""

from __future__ import annotations

import msgspec

from devsecgate.detectors.manifests.documents import json, named_lines
from devsecgate.detectors.manifests.entries import Entry, Locked, Source, collect
from devsecgate.detectors.manifests.reading import Unreadable
from devsecgate.detectors.manifests.xml import parse
from devsecgate.model import GapReason


class _Resolved(msgspec.Struct):
    type: str
    resolved: str | None = None
    dependencies: dict[str, str] = {}


class _Lock(msgspec.Struct):
    version: int
    dependencies: dict[str, dict[str, _Resolved]]


def packages_lock(source: Source) -> Locked:
    """Read packages.lock.json: a set of packages for each framework."""
    lock = json(source.text, _Lock)
    if lock.version not in {1, 2}:
        raise Unreadable("is of a version that is not read here", reason=GapReason.UNSUPPORTED)
    lines = named_lines(source.text)
    entries = [
        Entry(
            name=name,
            version=each.resolved,
            line=lines.get(name, 1),
            key=f"{framework} {name.lower()}",
            needs=tuple(f"{framework} {need.lower()}" for need in each.dependencies),
            direct={"Direct": True, "Transitive": False, "CentralTransitive": False}.get(each.type),
            own=each.type == "Project",
        )
        for framework, packages in lock.dependencies.items()
        for name, each in packages.items()
    ]
    return collect(source, "NuGet", entries)


def packages_config(source: Source) -> Locked:
    """Read packages.config: all packages of a project of the older kind."""
    top = parse(source.text)
    if top.tag != "packages":
        raise Unreadable("is not what its name says", reason=GapReason.MALFORMED)
    entries = [
        Entry(name=each.attributes.get("id", ""), version=each.attributes.get("version"), line=each.line)
        for each in top.all("package")
    ]
    return collect(source, "NuGet", entries)


class _Library(msgspec.Struct):
    type: str


class _Part(msgspec.Struct):
    dependencies: dict[str, str] = {}


class _Deps(msgspec.Struct):
    targets: dict[str, dict[str, _Part]]
    libraries: dict[str, _Library]


def deps(source: Source) -> Locked:
    """Read *.deps.json, which stands beside a program that was built."""
    read = json(source.text, _Deps)
    lines = named_lines(source.text)
    needs: dict[str, set[str]] = {}
    for target in read.targets.values():
        for key, part in target.items():
            needs.setdefault(key, set()).update(f"{name}/{version}" for name, version in part.dependencies.items())
    entries = [
        Entry(
            name=key.partition("/")[0],
            version=key.partition("/")[2] or None,
            line=lines.get(key, 1),
            key=key,
            needs=tuple(sorted(needs.get(key, ()))),
            own=library.type == "project",
        )
        for key, library in read.libraries.items()
    ]
    return collect(source, "NuGet", entries)
