"""Swift's Package.resolved and CocoaPods' Podfile.lock in; packages out."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import msgspec

from devsecgate.detectors.manifests.documents import json
from devsecgate.detectors.manifests.entries import Entry, Locked, Source, collect, lost
from devsecgate.detectors.manifests.reading import Unreadable, unnamed
from devsecgate.model import GapReason

_POD = re.compile(r" {2}- \"?([^\s(\"]+)(?: \(([^\s()]+)\))?\"?:?")
_NEED = re.compile(r" {4}- \"?([^\s(\"]+).*")


class _State(msgspec.Struct):
    version: str | None = None


class _Pin(msgspec.Struct):
    location: str
    state: _State
    kind: str = ""


class _Pins(msgspec.Struct):
    version: int
    pins: list[_Pin]


class _OldPin(msgspec.Struct, rename={"location": "repositoryURL"}):
    location: str
    state: _State


class _OldPins(msgspec.Struct):
    pins: list[_OldPin]


class _Old(msgspec.Struct):
    version: int
    object: _OldPins


class _Any(msgspec.Struct):
    version: int


def package_resolved(source: Source) -> Locked:
    """Read Package.resolved of the versions 1 to 3. A package is known by its address, without what is around it."""
    version = json(source.text, _Any).version
    if version not in {1, 2, 3}:
        raise Unreadable("is of a version that is not read here", reason=GapReason.UNSUPPORTED)
    pins = json(source.text, _Old).object.pins if version == 1 else json(source.text, _Pins).pins
    lines: dict[str, int] = {}
    for number, line in enumerate(source.text.split("\n"), start=1):
        for part in line.split('"'):
            lines.setdefault(part.replace("\\/", "/"), number)
    entries = [
        Entry(
            name=address(each.location),
            version=each.state.version,
            line=lines.get(each.location, 1),
        )
        for each in pins
    ]
    return collect(source, "SwiftURL", entries)


def address(location: str) -> str:
    """Give `github.com/apple/swift-nio` for `https://github.com/apple/swift-nio.git`, and for git@github.com:… ."""
    if "://" in location:
        parts = urlsplit(location)
        text = f"{parts.hostname or ''}{parts.path}"
    else:
        text = location.rpartition("@")[2].replace(":", "/", 1)
    return text.rstrip("/").removesuffix(".git")


def podfile_lock(source: Source) -> Locked:
    """Read Podfile.lock. A part of a pod (`Pod/Part`) is of that pod's version."""
    part, asked, problems = "", set(), []
    found: dict[str, tuple[str | None, int, list[str]]] = {}
    last: list[str] = []
    for number, line in enumerate(source.text.split("\n"), start=1):
        if line[:1].strip():
            part = line.partition(":")[0]
        elif part == "PODS" and (pod := _POD.fullmatch(line.rstrip())):
            last = []
            found[pod.group(1)] = (pod.group(2), number, last)
        elif part == "PODS" and (need := _NEED.fullmatch(line.rstrip())):
            last.append(need.group(1))
        elif part == "PODS" and line.strip():
            problems.append(unnamed(source.path, number))
        elif part == "DEPENDENCIES" and (wish := _POD.match(line)):
            asked.add(wish.group(1))
    if "PODFILE CHECKSUM" not in source.text and not found:
        raise Unreadable("is not what its name says", reason=GapReason.MALFORMED)
    entries = [
        Entry(name=name, version=version, line=line, needs=tuple(needs))
        for name, (version, line, needs) in found.items()
    ]
    needed = {*asked, *(need for each in entries for need in each.needs)}
    problems += lost(source.path, needed, found)
    return collect(source, "CocoaPods", entries, asked=asked, gaps=problems)
