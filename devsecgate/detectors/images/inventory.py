"""Syft's document of a staged image in; pins that advisories can be asked about, and what cannot be asked, out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from devsecgate.detectors.images.databases import recognise
from devsecgate.detectors.images.layers import FileSystem, Held
from devsecgate.detectors.manifests.reading import Pin
from devsecgate.detectors.package_answer import GapEntry
from devsecgate.detectors.purls import Identity, System, Unknown, identify, system_package
from devsecgate.detectors.syft import Artifact, Distro
from devsecgate.errors import MalformedOutput
from devsecgate.model import GapReason
from devsecgate.text import one_line, shorten

SYSTEM_KINDS = {"deb": "deb", "apk": "apk", "rpm": "rpm"}
"""By syft's types."""
_OTHER_SYSTEMS = frozenset({"alpm", "portage", "nix", "linux-kernel", "linux-kernel-module"})
_NO_VERSION = frozenset({"", "UNKNOWN", "(devel)", "unknown"})
_NAMED = 5
_STANZA = re.compile(rb"\n[ \t]*\n")


class _System(msgspec.Struct, rename="camel"):
    """What is read of the metadata of a deb, an apk or an rpm."""

    source: str = ""
    source_version: str = ""
    origin_package: str = ""
    source_rpm: str = ""
    architecture: str = ""
    epoch: int | None = None


class Inside(msgspec.Struct, frozen=True, kw_only=True):
    """The image that packages are in."""

    name: str
    """As reports show it."""
    files: FileSystem
    origins: Sequence[str]
    """Of each layer."""
    digests: Mapping[str, int]
    """The layers' numbers, from 0."""
    system: System


class Stock(msgspec.Struct, kw_only=True):
    """The inventory of one image."""

    pins: list[Pin] = msgspec.field(default_factory=list)
    gaps: list[GapEntry] = msgspec.field(default_factory=list)
    notes: list[str] = msgspec.field(default_factory=list)
    installed: int = 0
    """Packages, those that no record can be about among them."""


def system(distro: Distro) -> System:
    """Read the name of the system."""
    return System(id=distro.id, version=distro.version_id, codename=distro.version_codename)


def identity(artifact: Artifact, of: System) -> tuple[Identity, str]:
    """Identify one package, and give its purl; raises `Unknown`."""
    if artifact.version in _NO_VERSION:
        raise Unknown("it has no version")
    if artifact.type not in SYSTEM_KINDS:
        if not artifact.purl:
            raise Unknown(f"syft gives no purl for packages of the type {artifact.type}")
        return identify(artifact.purl), artifact.purl
    kind = SYSTEM_KINDS[artifact.type]
    try:
        read = msgspec.json.decode(artifact.metadata, type=_System | None) or _System()
    except msgspec.MsgspecError as error:
        raise MalformedOutput(f"metadata of {one_line(artifact.name)}: {error}", where="syft") from error
    version = artifact.version.removeprefix("0:")
    if kind == "rpm" and read.epoch and ":" not in version:
        version = f"{read.epoch}:{version}"
    found = system_package(kind, name=artifact.name, version=version, source=_source(kind, read), system=of)
    return found, artifact.purl or _purl(kind, artifact, version, read, of)


def _source(kind: str, read: _System) -> str:
    if kind == "deb":
        return f"{read.source}@{read.source_version}" if read.source and read.source_version else read.source
    return read.origin_package if kind == "apk" else read.source_rpm


def _purl(kind: str, artifact: Artifact, version: str, read: _System, of: System) -> str:
    """Write what syft leaves out where the system is not the one that it expects for this kind of package."""
    from packageurl import PackageURL

    qualifiers = {"arch": read.architecture, "distro": "-".join(each for each in (of.id, of.version) if each)}
    epoch, colon, plain = version.partition(":")
    if kind == "rpm" and colon:
        qualifiers["epoch"], version = epoch, plain
    given = {name: value for name, value in qualifiers.items() if value}
    return PackageURL(kind, of.id or None, artifact.name, version, given).to_string()


def take(artifacts: Sequence[Artifact], inside: Inside, first_party: Collection[str]) -> Stock:
    """Turn artifacts into pins; those that no record can be about are gaps, one for each reason and kind."""
    stock = Stock()
    removed = _removed(inside.files)
    history = _History(inside)
    without: dict[tuple[str, str], list[Artifact]] = {}
    for artifact in sorted(artifacts, key=lambda each: (each.name, each.version, each.type, each.purl)):
        if artifact.type == "deb" and (artifact.name, artifact.version) in removed:
            continue
        stock.installed += 1
        try:
            found, purl = identity(artifact, inside.system)
        except Unknown as error:
            if artifact.name not in first_party:
                without.setdefault((artifact.type, str(error)), []).append(artifact)
            continue
        path = place(artifact)
        stock.pins.append(
            Pin(
                name=found.name,
                version=found.version,
                ecosystem=found.ecosystem,
                path=f"{inside.name}!{path}" if path else inside.name,
                line=1,
                purl=purl,
                known_as=found.known_as,
                origin=history.origin(artifact),
            )
        )
    if removed:
        stock.notes.append(f"{inside.name}: of {len(removed)} removed packages only configuration is left; not counted")
    stock.gaps += [_unmatched(kind, why, of_it, inside.name) for (kind, why), of_it in sorted(without.items())]
    return stock


def place(artifact: Artifact) -> str:
    """Give the path of the file that speaks of a package, with its leading slash."""
    primary = [each for each in artifact.locations if each.annotations.get("evidence") == "primary"]
    chosen = min((each.path for each in primary or artifact.locations), default="")
    return one_line(chosen)


def _unmatched(kind: str, why: str, artifacts: Sequence[Artifact], name: str) -> GapEntry:
    named = ", ".join(dict.fromkeys(f"{one_line(each.name)} {one_line(each.version)}" for each in artifacts[:_NAMED]))
    more = f" and {len(artifacts) - _NAMED} more" if len(artifacts) > _NAMED else ""
    one = len(artifacts) == 1
    detail = (
        f"{len(artifacts)} {kind} package{'' if one else 's'} cannot be matched against advisories: {why} "
        f"({shorten(named, 300)}{more}); check {'it' if one else 'them'} by other means, and accept this by name"
    )
    package = artifacts[0].name if one else None
    return GapEntry(reason=GapReason.UNRESOLVED.value, detail=one_line(detail), path=name, package=package)


def _stanzas(data: bytes) -> Iterator[dict[bytes, bytes]]:
    """Read the fields of each part of a package database of apk or dpkg."""
    for stanza in _STANZA.split(data):
        lines = (line.partition(b":") for line in stanza.split(b"\n") if line[:1] not in (b" ", b"\t", b""))
        fields = {name: value.strip() for name, colon, value in lines if colon}
        if fields:
            yield fields


def _removed(files: FileSystem) -> frozenset[tuple[str, str]]:
    """Name the packages of dpkg that are not installed: what is left of them is configuration, or a wish."""
    found = set()
    for held in files.held.values():
        if held.path.endswith("lib/dpkg/status"):
            for fields in _stanzas(files.read(held)):
                state = fields.get(b"Status", b"").split()
                if len(state) == 3 and state[2] in (b"config-files", b"not-installed"):
                    found.add(
                        (
                            fields.get(b"Package", b"").decode(errors="replace"),
                            fields.get(b"Version", b"").decode(errors="replace"),
                        )
                    )
    return frozenset(found)


_FIELDS: Mapping[str, tuple[bytes, bytes]] = {"apk": (b"P", b"V"), "dpkg": (b"Package", b"Version")}


class _History:
    """Finds the layer that brought a package.

    A database is one file, which every layer that installs something writes anew: a package is from the first layer
    since which its version has always been in there.
    """

    def __init__(self, inside: Inside) -> None:
        self._inside = inside
        self._since: dict[str, Mapping[tuple[str, str], int]] = {}

    def origin(self, artifact: Artifact) -> str:
        """Describe the layer; empty where nothing says which."""
        location = next((each for each in artifact.locations if each.path == place(artifact)), None)
        if location is None or location.layer_id not in self._inside.digests:
            return ""
        path = location.path.lstrip("/")
        written = self._inside.files.earlier.get(path, ())
        if len(written) > 1:
            database = recognise(path)
            if database is None or database.manager not in _FIELDS:
                number = self._inside.digests[location.layer_id]
                return f"{self._inside.origins[number]} (or before)"
            since = self._since.setdefault(path, self._read(written, *_FIELDS[database.manager]))
            number = since.get((artifact.name, artifact.version), self._inside.digests[location.layer_id])
            return self._inside.origins[number]
        return self._inside.origins[self._inside.digests[location.layer_id]]

    def _read(self, written: Sequence[Held], name: bytes, version: bytes) -> Mapping[tuple[str, str], int]:
        since: dict[tuple[str, str], int] = {}
        for held in written:
            now = {
                (fields[name].decode(errors="replace"), fields[version].decode(errors="replace"))
                for fields in _stanzas(self._inside.files.read(held))
                if name in fields and version in fields
            }
            since = {each: since.get(each, held.layer) for each in now}
        return since
