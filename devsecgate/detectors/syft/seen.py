"""Syft's document in; by file, the packages that it saw there, spelled as OSV's records spell them, out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from devsecgate.detectors.manifests.reading import Pin
from devsecgate.detectors.purls import Unknown, identify
from devsecgate.detectors.syft.document import Artifact, Document
from devsecgate.detectors.syft.program import Failed

_PEERS = re.compile(r"[(_].*")
_PLATFORM = re.compile(r"-.*")
_ADDRESS = re.compile(r"(.+?)(?:\.git)?/[^/]+")
_PODS = "pkg:cocoapods/"
_VERSIONED = re.compile(r"[A-Za-z0-9][A-Za-z0-9.!+_~-]{0,127}", re.ASCII)
_PLACED = 200
_STUB = "UNKNOWN"
"""What syft writes in the place of a version that it does not know."""


class Seen(msgspec.Struct, kw_only=True):
    """What syft saw in one file."""

    pins: list[Pin] = msgspec.field(default_factory=list)
    nameless: list[str] = msgspec.field(default_factory=list)
    """Names of packages without a version, or that are none."""


def seen(document: Document, places: Mapping[str, str]) -> Mapping[str, Seen]:
    """Sort packages by file. `places` are the copies' paths as syft names them, with the paths they are of.

    Raises `Failed` for a package from a file that was not given.
    """
    by_path = {path: Seen() for path in places.values()}
    for artifact in document.artifacts:
        for location in artifact.locations:
            path = places.get(location.path)
            if path is None:
                raise Failed(f"syft names a file that it was not given: {ascii(location.path)[:200]}")
            _add(by_path[path], artifact, path)
    return by_path


def _add(found: Seen, artifact: Artifact, path: str) -> None:
    """Add one package, by its purl; one without a version has a name alone."""
    try:
        identity = identify(artifact.purl)
        name, version, ecosystem = _spelled(identity.ecosystem, identity.name, identity.version)
    except Unknown:
        if not artifact.purl.startswith(_PODS) or artifact.version == _STUB:
            found.nameless.append(_bare(artifact))
            return
        name, version, ecosystem = artifact.name, artifact.version, "CocoaPods"
    if version == _STUB or not _VERSIONED.fullmatch(version):
        found.nameless.append(name)
        return
    purl = artifact.purl if ecosystem in {"CocoaPods", "ConanCenter"} else ""
    found.pins.append(Pin(name=name, version=version, ecosystem=ecosystem, path=path, line=1, purl=purl))


def _bare(artifact: Artifact) -> str:
    """Give the name of a package without a version as our readers would."""
    try:
        identity = identify(f"{artifact.purl.partition('@')[0] if '@' in artifact.purl else artifact.purl}@0")
    except Unknown:
        return artifact.name
    return _spelled(identity.ecosystem, identity.name, "0")[0]


def _spelled(ecosystem: str, name: str, version: str) -> tuple[str, str, str]:
    """Take off what syft leaves on: pnpm's peers, the platform of a gem, the last part of a Swift package's name."""
    if ecosystem == "npm":
        version = _PEERS.sub("", version)
    elif ecosystem == "RubyGems":
        version = _PLATFORM.sub("", version)
    elif ecosystem == "SwiftURL" and (found := _ADDRESS.fullmatch(name)):
        name = found.group(1).rpartition("@")[2].replace(":", "/", 1)
    return name, version, ecosystem


def placed(pins: Sequence[Pin], text: str) -> list[Pin]:
    """Give packages the first line of their file that holds their name; where they are very many, not all."""
    lines = text.split("\n")
    return [replace(pin, line=_line(lines, pin.name)) for pin in pins[:_PLACED]] + list(pins[_PLACED:])


def _line(lines: Iterable[str], name: str) -> int:
    last = name.rpartition(":")[2]
    return next((number for number, line in enumerate(lines, start=1) if last in line.lower() or last in line), 1)
