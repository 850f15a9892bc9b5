"""npm's package-lock.json and package.json in; packages, wishes and gaps out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
from msgspec.structs import replace

from devsecgate.advisories.versions import UnknownVersion, semantic
from devsecgate.detectors.manifests.documents import json, key_lines, named_lines
from devsecgate.detectors.manifests.entries import Entry, Source, collect, ways
from devsecgate.detectors.manifests.files import beside, leaves
from devsecgate.detectors.manifests.reading import (
    Pin,
    Reading,
    Unreadable,
    Wish,
    npm_name,
    outside,
    unnamed,
    unresolved,
    version_text,
)
from devsecgate.model import Gap, GapReason

_MODULES = "node_modules/"
_DEEPEST = 200


class _Peer(msgspec.Struct):
    optional: bool = False


class _Entry(msgspec.Struct, rename="camel"):
    name: str | None = None
    version: str | None = None
    resolved: str | bool | None = None
    link: bool = False
    dependencies: dict[str, str] | None = None
    dev_dependencies: dict[str, str] | None = None
    optional_dependencies: dict[str, str] | None = None
    peer_dependencies: dict[str, str] | None = None
    peer_dependencies_meta: dict[str, _Peer] | None = None


class _Old(msgspec.Struct):
    """One package of a lockfile of version 1, with those that are installed below it."""

    version: str
    requires: dict[str, str] | bool = {}
    dependencies: dict[str, _Old] = {}


class _Lock(msgspec.Struct, rename="camel"):
    lockfile_version: int
    packages: dict[str, _Entry] | None = None
    dependencies: dict[str, _Old] | None = None


def lock(path: str, text: str, *, manifest: str | None = None) -> Reading:
    """Read a lockfile. Links and workspaces are the project's own code.

    One of version 1 does not say what it was made of: `manifest` is the text of the package.json beside it.
    """
    read = json(text, _Lock)
    if read.lockfile_version == 1 and read.packages is None:
        return _old(path, text, read.dependencies or {}, manifest)
    if read.lockfile_version not in (2, 3) or read.packages is None:
        detail = f"is of lockfile version {read.lockfile_version}; npm 7 or later writes one that is read here"
        raise Unreadable(detail, reason=GapReason.UNSUPPORTED)
    if "" not in read.packages:
        raise Unreadable('has no entry "" for the project itself', reason=GapReason.MALFORMED)
    lines = key_lines(text)
    own = {key: entry for key, entry in read.packages.items() if _MODULES not in key}
    needs = {key: tuple(_needs(key, entry, read.packages)) for key, entry in read.packages.items()}
    asked = frozenset(need for key in own for need in needs[key])
    names = {key: entry.name or key.rpartition(_MODULES)[2] for key, entry in read.packages.items()}
    brought = ways(asked, needs, {key: name for key, name in names.items() if key not in own})
    pins: list[Pin] = []
    gaps: list[Gap] = []
    for key, entry in read.packages.items():
        if key not in own and not entry.link:
            via = () if key in asked else brought.get(key, ())
            pin, problem = _installed(path, key, entry, line=lines.get(key, 1), direct=key in asked)
            pin = replace(pin, via=via) if pin else None
            pins += [pin] if pin else []
            gaps += [problem] if problem else []
    if any(leaves(beside(path, key or ".")) for key in own):
        gaps.append(outside(path))
    return Reading(
        pins=tuple(pins),
        gaps=tuple(gaps),
        own=frozenset(name for each in own.values() if each.name and (name := npm_name(each.name))),
        members=frozenset(key or "." for key in own if not leaves(key)),
        declared=_declared(read.packages, own),
    )


def _installed(path: str, key: str, entry: _Entry, *, line: int, direct: bool) -> tuple[Pin | None, Gap | None]:
    """Read one installed package, by the name that it really has: an alias carries it."""
    name = npm_name(entry.name or key.rpartition(_MODULES)[2])
    if name is None or (entry.version is not None and version_text(entry.version) is None):
        return None, unnamed(path, line)
    if entry.version is None:
        return None, unresolved(name, path, line=line, what="has no version in the lockfile")
    pin = Pin(name=name, version=entry.version, ecosystem="npm", path=path, line=line, direct=direct)
    resolved = entry.resolved if isinstance(entry.resolved, str) else ""
    if not resolved or resolved.startswith(("https://", "http://")):
        return pin, None
    what = "does not come from a registry: advisories speak of released versions only"
    return pin, unresolved(name, path, line=line, what=what)


def _needs(key: str, entry: _Entry, packages: Mapping[str, _Entry]) -> Iterator[str]:
    """Give where the packages that one asks for are installed: below it, or below what is above it, the nearest."""
    for name, _ in _asked(entry):
        places = (f"{place}{_MODULES}{name}" for place in _upwards(key))
        found = next((place for place in places if place in packages), None)
        if found is not None:
            yield found


def _old(path: str, text: str, packages: Mapping[str, _Old], manifest: str | None) -> Reading:
    """Read a lockfile of version 1: what is installed, below what."""
    lines = key_lines(text)
    placed = dict(_placed("", packages))
    wishes = dict(_asked(json(manifest, _Entry))) if manifest else {}
    entries = []
    for key, each in placed.items():
        name = key.rpartition(_MODULES)[2]
        alias, version = each.version.removeprefix("npm:").rpartition("@")[::2]
        known = version_text(version) is not None and (not alias or each.version.startswith("npm:"))
        requires = each.requires if isinstance(each.requires, dict) else {}
        found = (
            next((place for up in _upwards(key) if (place := f"{up}{_MODULES}{need}") in placed), None)
            for need in requires
        )
        entries.append(
            Entry(
                name=alias if known and alias else name,
                version=version if known else None,
                line=lines.get(name, 1),
                key=key,
                needs=tuple(place for place in found if place is not None),
                direct=key.removeprefix(_MODULES) in wishes if manifest else None,
                elsewhere=not known,
            )
        )
    declared = {
        (".", name): frozenset({wanted})
        for name, wanted in wishes.items()
        if name in packages and _allows(wanted, packages[name].version)
    }
    source = Source(path=path, text=text, beside=lambda _: None)
    base = Reading(members=frozenset({"."}), declared=declared)
    return collect(source, "npm", entries, reading=base).reading


def _placed(above: str, packages: Mapping[str, _Old], depth: int = 0) -> Iterator[tuple[str, _Old]]:
    if depth > _DEEPEST:
        raise Unreadable("is nested too deeply", reason=GapReason.MALFORMED)
    for name, each in packages.items():
        key = f"{above}{_MODULES}{name}"
        yield key, each
        yield from _placed(f"{key}/", each.dependencies, depth + 1)


def _allows(wanted: str, version: str) -> bool:
    """Say whether a plain range holds a version; any other range is not known to: lock it with a newer npm."""
    if wanted in {"*", "", version}:
        return True
    lower = wanted[1:]
    try:
        given, least = semantic(version), semantic(lower)
    except UnknownVersion:
        return False
    parts, same = lower.split("."), version.split(".")
    kept = 2 if wanted[:1] == "~" else next((at for at, part in enumerate(parts, 1) if part != "0"), 3)
    return wanted[:1] in {"^", "~"} and len(parts) == 3 and not given < least and parts[:kept] == same[:kept]


def _asked(entry: _Entry) -> Iterator[tuple[str, str]]:
    """Give what a manifest asks for: names, and ranges as written. npm installs peers as well, unless optional."""
    optional = {name for name, each in (entry.peer_dependencies_meta or {}).items() if each.optional}
    yield from {**(entry.dependencies or {}), **(entry.optional_dependencies or {})}.items()
    yield from (entry.dev_dependencies or {}).items()
    yield from (each for each in (entry.peer_dependencies or {}).items() if each[0] not in optional)


def _declared(packages: Mapping[str, _Entry], own: Mapping[str, _Entry]) -> Mapping[tuple[str, str], frozenset[str]]:
    """Give what each project of the lock asked for, where a package is installed for it."""
    found: dict[tuple[str, str], set[str]] = {}
    for key, entry in own.items():
        places = [*_upwards(key)]
        for name, wanted in _asked(entry):
            if any(f"{place}{_MODULES}{name}" in packages for place in places):
                found.setdefault((key or ".", name), set()).add(wanted)
    return {key: frozenset(wanted) for key, wanted in found.items()}


def _upwards(folder: str) -> Iterator[str]:
    """Give the places where a folder's packages are looked for, as prefixes: its own, and those above it."""
    while folder:
        yield f"{folder}/"
        folder = folder.rpartition("/")[0]
    yield ""


def manifest(path: str, text: str) -> Reading:
    """Read package.json: what it asks for is a range even where it looks like a version."""
    read = json(text, _Entry)
    wishes: dict[Wish, None] = {}
    gaps: list[Gap] = []
    lines = named_lines(text)
    for name, wanted in sorted(_asked(read)):
        checked = npm_name(name)
        line = lines.get(name, 1)
        if checked is None:
            gaps.append(unnamed(path, line))
            continue
        wishes[Wish(name=checked, specifier=wanted, ecosystem="npm", path=path, line=line)] = None
        if wanted.startswith(("https://", "http://")):
            what = "is installed from an address, not from a registry: advisories cannot be looked up"
            gaps.append(unresolved(checked, path, line=line, what=what))
    own = frozenset({read.name}) if read.name and npm_name(read.name) else frozenset()
    return Reading(wishes=tuple(wishes), gaps=tuple(gaps), own=own)
