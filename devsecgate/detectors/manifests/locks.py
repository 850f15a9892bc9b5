"""Python's lockfiles in (uv.lock, poetry.lock, Pipfile.lock, pylock.toml); every package that they hold out.

A lockfile is for all targets at once, so all its entries count, whatever their markers say.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

import msgspec
from msgspec.structs import replace

from devsecgate.detectors.manifests.documents import json, key_lines, table, table_lines, toml
from devsecgate.detectors.manifests.entries import ways
from devsecgate.detectors.manifests.files import ARCHIVE, beside, leaves
from devsecgate.detectors.manifests.reading import (
    Pin,
    Reading,
    Unreadable,
    gap,
    outside,
    python_name,
    unnamed,
    unresolved,
    version_text,
)
from devsecgate.model import Gap, GapReason

_ELSEWHERE = "does not come from an index: advisories speak of released versions only"
_UNVERSIONED = "has no version in the lockfile: advisories cannot be looked up"


class _Dependency(msgspec.Struct):
    name: str


class _UvSource(msgspec.Struct):
    registry: str | None = None
    virtual: str | None = None
    editable: str | None = None
    directory: str | None = None
    path: str | None = None
    git: str | None = None
    url: str | None = None


class _UvPackage(msgspec.Struct, rename="kebab"):
    name: str
    source: _UvSource
    version: str | None = None
    dependencies: list[_Dependency] | None = None
    optional_dependencies: dict[str, list[_Dependency]] | None = None
    dev_dependencies: dict[str, list[_Dependency]] | None = None


class _UvLock(msgspec.Struct):
    version: int
    package: list[_UvPackage]


class _PoetrySource(msgspec.Struct):
    type: str
    url: str = ""


class _PoetryPackage(msgspec.Struct):
    name: str
    version: str
    source: _PoetrySource | None = None
    dependencies: dict[str, object] | None = None


class _PoetryMetadata(msgspec.Struct, rename="kebab"):
    lock_version: str | None = None


class _PoetryLock(msgspec.Struct):
    package: list[_PoetryPackage]
    metadata: _PoetryMetadata


class _PipenvEntry(msgspec.Struct):
    version: str | None = None
    git: str | None = None
    path: str | None = None
    file: str | None = None


class _PipenvMeta(msgspec.Struct):
    sources: list[msgspec.Raw]


class _Collected:
    """Pins and gaps of one lockfile."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.pins: list[Pin] = []
        self.gaps: list[Gap] = []

    def add(self, name: str, version: str | None, line: int, *, direct: bool | None = None, indexed: bool) -> None:
        """Keep a package; one that is not from an index, or has no version, is a gap as well."""
        checked = python_name(name)
        if checked is None or (version is not None and version_text(version) is None):
            self.gaps.append(unnamed(self._path, line))
            return
        if version is None or not indexed:
            what = _UNVERSIONED if version is None else _ELSEWHERE
            self.gaps.append(unresolved(checked, self._path, line=line, what=what))
        if version is not None:
            self.pins.append(
                Pin(name=checked, version=version, ecosystem="PyPI", path=self._path, line=line, direct=direct)
            )


def uv(path: str, text: str) -> Reading:
    """Read uv.lock. The project and its workspace's members are its own code, and root of what is direct."""
    lock = toml(text, _UvLock)
    if lock.version != 1:
        raise Unreadable(f"is of version {lock.version}, and version 1 is read here", reason=GapReason.UNSUPPORTED)
    own = [each for each in lock.package if _member(each.source) is not None]
    asked = {python_name(each) for package in own for each in _asked(package)}
    found = _Collected(path)
    lines = table_lines(text, "package", len(lock.package))
    for package, line in zip(lock.package, lines, strict=True):
        member = _member(package.source)
        if member is None:
            indexed = package.source.registry is not None
            direct = python_name(package.name) in asked
            found.add(package.name, package.version, line, direct=direct, indexed=indexed)
    folders = {os.path.normpath(member) for each in own if (member := _member(each.source)) is not None}
    names = frozenset(name for each in own if (name := python_name(each.name)) is not None)
    if any(leaves(beside(path, folder)) for folder in folders):
        found.gaps.append(outside(path))
    held = {python_name(each.name) for each in lock.package}
    lost = {name for package in lock.package for each in _asked(package) if (name := python_name(each)) not in held}
    if lost:
        detail = f"{len(lost)} packages that it names are not in it, so a part of it is lost; lock the project again"
        found.gaps.append(gap(GapReason.MALFORMED, detail, path))
    needs = {package.name: tuple(_asked(package)) for package in lock.package if _member(package.source) is None}
    return Reading(
        pins=_brought(found.pins, needs, {name for name in asked if name}),
        gaps=tuple(found.gaps),
        own=names,
        members=frozenset(folder for folder in folders if not leaves(folder)),
    )


def _brought(pins: Iterable[Pin], needs: Mapping[str, Iterable[str]], roots: Iterable[str] | None) -> tuple[Pin, ...]:
    """Add the way by which each package comes in. Without roots, they are what no other package needs."""
    listed = list(pins)
    edges: dict[str, set[str]] = {}
    for name, asked in needs.items():
        edges.setdefault(python_name(name) or name, set()).update(python_name(each) or each for each in asked)
    needed = {each for asked in edges.values() for each in asked}
    names = {pin.name: pin.name for pin in listed}
    found = ways((name for name in names if name not in needed) if roots is None else roots, edges, names)
    return tuple(replace(pin, via=found.get(pin.name, ())) for pin in listed)


def _member(source: _UvSource) -> str | None:
    """Give the folder of a project that is code of the tree itself; what is from an index is not."""
    if source.registry is not None:
        return None
    return next((each for each in (source.virtual, source.editable, source.directory) if each is not None), None)


def _asked(package: _UvPackage) -> Iterable[str]:
    groups = [package.dependencies or [], *(package.optional_dependencies or {}).values()]
    for group in (*groups, *(package.dev_dependencies or {}).values()):
        for each in group:
            yield each.name


def poetry(path: str, text: str) -> Reading:
    """Read poetry.lock."""
    lock = toml(text, _PoetryLock)
    if lock.metadata.lock_version is not None and lock.metadata.lock_version.partition(".")[0] not in ("1", "2"):
        raise Unreadable("is of a version that is not read here", reason=GapReason.UNSUPPORTED)
    found = _Collected(path)
    own: set[str] = set()
    for package, line in zip(lock.package, table_lines(text, "package", len(lock.package)), strict=True):
        if package.source is None or package.source.type != "directory":
            indexed = package.source is None or package.source.type == "legacy"
            found.add(package.name, package.version, line, indexed=indexed)
        elif leaves(beside(path, package.source.url)):
            found.gaps.append(outside(path))
        elif (name := python_name(package.name)) is not None:
            own.add(name)
    needs = {package.name: tuple(package.dependencies or ()) for package in lock.package}
    pins = _brought(found.pins, needs, None)
    return Reading(pins=pins, gaps=tuple(found.gaps), own=frozenset(own), members=frozenset({"."}))


def pipenv(path: str, text: str) -> Reading:
    """Read Pipfile.lock: `default`, `develop`, and categories of any other name."""
    parts = json(text, dict[str, msgspec.Raw])
    if not {"_meta", "default", "develop"} <= parts.keys():
        raise Unreadable("is not what its name says", reason=GapReason.MALFORMED)
    json(_text(parts.pop("_meta")), _PipenvMeta)
    lines = key_lines(text)
    found = _Collected(path)
    own: set[str] = set()
    for part in parts.values():
        for name, entry in json(_text(part), dict[str, _PipenvEntry]).items():
            checked = python_name(name)
            if checked is not None and entry.path is not None and _is_own(path, entry.path):
                own.add(checked)
                continue
            version = (entry.version or "").removeprefix("==").removeprefix("=") or None
            indexed = entry.git is None and entry.path is None and entry.file is None
            found.add(name, version, lines.get(name, 1), indexed=indexed)
    return Reading(
        pins=tuple(dict.fromkeys(found.pins)),
        gaps=tuple(dict.fromkeys(found.gaps)),
        own=frozenset(own),
        members=frozenset({"."}),
    )


def _text(part: msgspec.Raw) -> str:
    return bytes(part).decode()


def _is_own(path: str, folder: str) -> bool:
    """Say whether a path in a lock is a project of the tree: the lock holds what that one asks for."""
    return not leaves(beside(path, folder)) and not ARCHIVE.fullmatch(folder)


def pylock(path: str, text: str) -> Reading:
    """Read pylock.toml, validated by packaging."""
    from packaging.pylock import Pylock, PylockUnsupportedVersionError, PylockValidationError

    document = table(text)
    try:
        lock = Pylock.from_dict(document)
    except PylockUnsupportedVersionError as error:
        raise Unreadable("is of a version that is not read here", reason=GapReason.UNSUPPORTED) from error
    except (PylockValidationError, ValueError, RecursionError) as error:
        raise Unreadable("is not what its name says", reason=GapReason.MALFORMED) from error
    found = _Collected(path)
    for package, line in zip(lock.packages, table_lines(text, "packages", len(lock.packages)), strict=True):
        if package.directory is not None:
            if leaves(beside(path, package.directory.path)):
                found.gaps.append(outside(path))
            continue
        version = None if package.version is None else str(package.version)
        found.add(package.name, version, line, indexed=package.vcs is None and package.archive is None)
    return Reading(pins=tuple(found.pins), gaps=tuple(found.gaps), members=frozenset({"."}))
