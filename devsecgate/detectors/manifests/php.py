"""Composer's composer.lock in; packages, those for development among them, out."""

from __future__ import annotations

import msgspec

from devsecgate.detectors.manifests.documents import json
from devsecgate.detectors.manifests.entries import Entry, Locked, Source, collect
from devsecgate.detectors.manifests.reading import Unreadable


class _Dist(msgspec.Struct):
    type: str = ""


class _Package(msgspec.Struct):
    name: str
    version: str
    dist: _Dist | None = None
    require: dict[str, str] | list[str] = {}


class _Lock(msgspec.Struct, rename={"packages_dev": "packages-dev"}):
    packages: list[_Package]
    packages_dev: list[_Package] | None


class _Manifest(msgspec.Struct, rename={"require_dev": "require-dev"}):
    require: dict[str, str] = {}
    require_dev: dict[str, str] = {}


def wishes(text: str) -> frozenset[str]:
    """Give the packages that composer.json asks for; the language and its extensions are none."""
    read = json(text, _Manifest)
    return frozenset(name.lower() for name in (*read.require, *read.require_dev) if "/" in name)


def composer_lock(source: Source) -> Locked:
    """Read composer.lock; composer.json beside it says what is asked for."""
    lock = json(source.text, _Lock)
    try:
        asked = wishes(source.beside("composer.json") or "{}")
    except Unreadable:
        asked = frozenset()
    lines: dict[str, int] = {}
    for number, line in enumerate(source.text.split("\n"), start=1):
        key, _, value = line.strip().lstrip("{").partition(":")
        if key.strip() == '"name"' and value.count('"') >= 2:
            lines.setdefault(value.split('"')[1], number)
    entries = [
        Entry(
            name=each.name,
            version=each.version,
            line=lines.get(each.name, 1),
            key=each.name.lower(),
            needs=tuple(need.lower() for need in each.require),
            own=each.dist is not None and each.dist.type == "path",
            elsewhere=each.version.startswith("dev-") or each.version.endswith("-dev"),
        )
        for each in (*lock.packages, *(lock.packages_dev or ()))
    ]
    return collect(source, "Packagist", entries, asked=asked)
