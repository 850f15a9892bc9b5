"""Maven's pom.xml and Gradle's lockfiles and build files in; packages, and what cannot be known of them, out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

from devsecgate.detectors.manifests.entries import Entry, Locked, Source, collect
from devsecgate.detectors.manifests.files import beside
from devsecgate.detectors.manifests.reading import Unreadable, gap, unresolved
from devsecgate.detectors.manifests.xml import Element, parse
from devsecgate.model import Gap, GapReason

_PROPERTY = re.compile(r"\$\{([^{}$]{1,200})\}")
_RANGE = re.compile(r"[\[(].*|LATEST|RELEASE", re.DOTALL)
_COORDINATES = re.compile(r"([A-Za-z0-9_.-]{1,200}):([A-Za-z0-9_.-]{1,200}):([^\s:@\"'=]{1,128})")
_DECLARED = re.compile(
    r"[\"']([A-Za-z][A-Za-z0-9_.-]{0,199}):([A-Za-z0-9_.-]{1,200}):([^\s:@\"']{1,128})(?:[:@][^\"']*)?[\"']"
)
_PARENTS = 16
_PULLED_IN = (
    "lists what the project asks for, and not what that pulls in: Maven has no lockfile; gate an SBOM of the build, "
    "or accept this by name"
)
_A_PROGRAM = (
    "is a program, and without a gradle.lockfile nobody knows what it builds with: "
    "run gradle dependencies --write-locks, and commit that"
)


class _Pom(msgspec.Struct, frozen=True, kw_only=True):
    """A project with all that it has from its parents, the nearest first."""

    chain: tuple[Element, ...]
    properties: Mapping[str, str]
    managed: Mapping[str, str]
    whole: bool
    """Were all its parents there to be read, and is no list of versions imported?"""


def pom(source: Source) -> Locked:
    """Read pom.xml. What a parent or a list of versions that is not in the tree says cannot be known."""
    model = _pom(source)
    project = model.chain[0]
    entries, gaps = [], []
    for each in _dependencies(project):
        group, artifact = (_filled(each.value(tag), model.properties) for tag in ("groupId", "artifactId"))
        name = f"{group}:{artifact}"
        version = _filled(each.value("version") or model.managed.get(name, ""), model.properties)
        if not version or "${" in version or _RANGE.fullmatch(version):
            gaps.append(unresolved(name, source.path, line=each.line, what=_why(version, whole=model.whole)))
            continue
        entries.append(Entry(name=name, version=version, line=each.line, direct=True))
    own = ":".join(_coordinates(model.chain)[:2])
    entries.append(Entry(name=own, version=None, line=1, own=True, direct=False))
    if entries[:-1] or gaps:
        gaps.append(gap(GapReason.UNRESOLVED, f"this manifest {_PULLED_IN}", source.path))
    return collect(source, "Maven", entries, gaps=gaps)


def _why(version: str, *, whole: bool) -> str:
    if _RANGE.fullmatch(version):
        return "is not pinned to one version"
    where = "anywhere in the tree" if whole else "in the tree: a parent, or an imported list of versions, is elsewhere"
    return f"has no version {where}; gate an SBOM of the build"


def _pom(source: Source) -> _Pom:
    """Read a project and its parents, by their relative paths, as Maven does before it asks a repository."""
    project = parse(source.text)
    if project.tag != "project":
        raise Unreadable("is not what its name says", reason=GapReason.MALFORMED)
    chain, place, whole = [project], "pom.xml", True
    while (parent := next(chain[-1].all("parent"), None)) is not None:
        found = _parent(source, parent, place) if len(chain) < _PARENTS else None
        if found is None:
            whole = False
            break
        place, element = found
        chain.append(element)
    properties: dict[str, str] = {}
    for element in reversed(chain):
        for each in element.all("properties"):
            properties.update({child.tag: child.text.strip() for child in each.children})
    group, artifact, version = _coordinates(tuple(chain))
    inherited = next(chain[0].all("parent"), None)
    for prefix in ("project.", "pom.", ""):
        properties |= {f"{prefix}groupId": group, f"{prefix}artifactId": artifact, f"{prefix}version": version}
    if inherited is not None:
        properties |= {f"project.parent.{tag}": inherited.value(tag) for tag in ("groupId", "version")}
    managed: dict[str, str] = {}
    for element in reversed(chain):
        for each in element.all("dependencyManagement", "dependencies", "dependency"):
            whole = whole and each.value("scope") != "import"
            name = ":".join(_filled(each.value(tag), properties) for tag in ("groupId", "artifactId"))
            managed[name] = each.value("version")
    return _Pom(chain=tuple(chain), properties=properties, managed=managed, whole=whole)


def _parent(source: Source, parent: Element, place: str) -> tuple[str, Element] | None:
    """Read a parent in the tree; None where it is not there, or another project is."""
    relative = next((each.text.strip() for each in parent.all("relativePath")), "../pom.xml")
    if not relative:
        return None
    path = beside(place, relative if relative.endswith(".xml") else f"{relative}/pom.xml")
    text = source.beside(path)
    if text is None:
        return None
    try:
        element = parse(text)
    except Unreadable:
        return None
    return (path, element) if element.value("artifactId") == parent.value("artifactId") else None


def _coordinates(chain: tuple[Element, ...]) -> tuple[str, str, str]:
    first = chain[0]
    group = first.value("groupId") or first.value("parent", "groupId")
    return group, first.value("artifactId"), first.value("version") or first.value("parent", "version")


def _dependencies(project: Element) -> Iterator[Element]:
    yield from project.all("dependencies", "dependency")
    yield from project.all("profiles", "profile", "dependencies", "dependency")


def _filled(text: str, properties: Mapping[str, str]) -> str:
    """Put properties in; one that speaks of itself, or is not there, stays as it is written."""
    for _ in range(8):
        filled = _PROPERTY.sub(lambda found: properties.get(found.group(1), found.group()), text)[:1000]
        if filled == text:
            break
        text = filled
    return text.strip()


def gradle_lock(source: Source) -> Locked:
    """Read gradle.lockfile: one package a line, and what uses it."""
    entries, gaps = [], []
    for number, line in enumerate(source.text.split("\n"), start=1):
        rest = line.strip()
        if not rest or rest.startswith("#"):
            continue
        coordinates, equals, _ = rest.partition("=")
        found = _COORDINATES.fullmatch(coordinates)
        if found is not None:
            name = f"{found.group(1)}:{found.group(2)}"
            entries.append(Entry(name=name, version=found.group(3), line=number))
        elif coordinates != "empty" or not equals:
            gaps.append(_unread(source.path, number))
    return collect(source, "Maven", entries, gaps=gaps)


def _unread(path: str, line: int) -> Gap:
    return gap(GapReason.MALFORMED, f"line {line}: not the name and version of a package; correct the file", path)


def gradle_build(source: Source) -> Locked:
    """Read a build file's literal coordinates, where no lock is beside it."""
    if source.beside("gradle.lockfile") is not None:
        return collect(source, "Maven", ())
    entries, gaps = [], []
    for number, line in enumerate(source.text.split("\n"), start=1):
        for found in _DECLARED.finditer(line) if len(line) < 4096 else ():
            name, version = f"{found.group(1)}:{found.group(2)}", found.group(3)
            if "$" in version or version.endswith("+") or _RANGE.fullmatch(version) or version.startswith("latest."):
                gaps.append(unresolved(name, source.path, line=number, what="is not pinned to one version"))
            else:
                entries.append(Entry(name=name, version=version, line=number, direct=True))
    gaps.append(gap(GapReason.UNRESOLVED, f"this manifest {_A_PROGRAM}", source.path))
    return collect(source, "Maven", entries, gaps=gaps)
