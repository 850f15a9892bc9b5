"""A lockfile's entries in, as its tool wrote them; pins with the path that pulls each in, and gaps, out."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from devsecgate.advisories.ecosystems import normalise
from devsecgate.detectors.manifests.reading import Pin, Reading, Unreadable, gap, unnamed, unresolved, unversioned
from devsecgate.model import Gap, GapReason

_NAME = re.compile(r"[A-Za-z0-9@_~][A-Za-z0-9@_.~*'()!/:+-]{0,299}", re.ASCII)
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9.!+_~/-]{0,127}", re.ASCII)
_KEY = re.compile(
    r"(?:\"((?:[^\"\\]|\\.)*)\"|'((?:[^']|'')*)'|([^\s\"'#:{}\[\]-][^\s:]*(?::[^\s:]+)*|-[^\s:]+)) *:(?: +(.*)|)"
)
_DEEPEST = 20
_TYPES = {"CocoaPods": "cocoapods", "ConanCenter": "conan"}
_WITHOUT = "has no version in the lockfile: advisories cannot be looked up"
_ELSEWHERE = "does not come from a registry: advisories speak of released versions only"


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A lockfile to be read, and what stands around it."""

    path: str
    text: str
    beside: Callable[[str], str | None]
    """The text of a file by its path relative to the lockfile's folder; None where there is none to be read."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One package as a lockfile lists it."""

    name: str
    version: str | None
    line: int
    key: str = ""
    """What other entries call it by; empty: its name."""
    needs: tuple[str, ...] = ()
    """Keys of what it pulls in."""
    direct: bool | None = None
    own: bool = False
    """Code of the project itself: what it needs is asked for."""
    elsewhere: bool = False
    """From a repository, an address or a folder instead of a registry."""
    alias: str = ""
    """The name that the project has given it, where that is another one."""


class Locked(msgspec.Struct, frozen=True, kw_only=True):
    """A lockfile, read; and which names in it are known to be no packages of a registry."""

    reading: Reading
    explained: frozenset[str] = frozenset()
    """Of the project itself, of a folder, of an alias, of what is a gap."""


def collect(
    source: Source,
    ecosystem: str,
    entries: Iterable[Entry],
    *,
    asked: Collection[str] = (),
    gaps: Sequence[Gap] = (),
    reading: Reading | None = None,
) -> Locked:
    """Turn entries into pins. `asked` are the keys that the project asks for, beside what its own entries need.

    `reading` is what else is known of the file.
    """
    path, listed = source.path, list(entries)
    roots = {*asked, *(need for each in listed if each.own for need in each.needs)}
    known = bool(roots) or any(each.direct is not None for each in listed)
    listed = [each if each.direct is not None or not known else _directed(each, roots) for each in listed]
    ways = _ways(listed)
    pins: dict[Pin, None] = {}
    problems = list(gaps)
    for each in listed:
        if each.own:
            continue
        problem = _problem(path, each)
        problems += [problem] if problem else []
        if each.version is not None and (problem is None or problem.reason is GapReason.UNRESOLVED):
            name = normalise(ecosystem, each.name)
            pins[
                Pin(
                    name=name,
                    version=each.version,
                    ecosystem=ecosystem,
                    path=path,
                    line=each.line,
                    direct=each.direct,
                    via=ways.get(_key(each), ()),
                    purl=_purl(ecosystem, name, each.version),
                )
            ] = None
    return Locked(
        reading=replace(
            reading or Reading(),
            pins=tuple(pins),
            gaps=tuple(dict.fromkeys(problems)),
            own=frozenset(normalise(ecosystem, each.name) for each in listed if each.own),
        ),
        explained=frozenset(
            normalise(ecosystem, name)
            for each in listed
            for name in (each.name if each.own or each.elsewhere or not each.version else "", each.alias)
            if name
        ),
    )


def lost(path: str, wanted: Iterable[str], held: Iterable[str]) -> list[Gap]:
    """Say that a lockfile names packages which are not in it: a part of it is gone."""
    lack = {*wanted} - {*held}
    if not lack:
        return []
    detail = f"{len(lack)} packages that it names are not in it, so a part of it is lost; lock the project again"
    return [gap(GapReason.MALFORMED, detail, path)]


def _purl(ecosystem: str, name: str, version: str) -> str:
    """Give the purl where it does not follow from what OSV calls the ecosystem."""
    from packageurl import PackageURL

    return PackageURL(type=_TYPES[ecosystem], name=name, version=version).to_string() if ecosystem in _TYPES else ""


def _key(entry: Entry) -> str:
    return entry.key or entry.name


def _directed(entry: Entry, roots: Collection[str]) -> Entry:
    return replace(entry, direct=_key(entry) in roots)


def _problem(path: str, entry: Entry) -> Gap | None:
    """Say what is wrong with an entry: a name or a version that is none, or none that advisories would know."""
    if not _NAME.fullmatch(entry.name):
        return unnamed(path, entry.line)
    if entry.version is None:
        return unresolved(entry.name, path, line=entry.line, what=_ELSEWHERE if entry.elsewhere else _WITHOUT)
    if not _VERSION.fullmatch(entry.version):
        return unversioned(entry.name, path, entry.line)
    return unresolved(entry.name, path, line=entry.line, what=_ELSEWHERE) if entry.elsewhere else None


def _ways(entries: Iterable[Entry]) -> Mapping[str, tuple[str, ...]]:
    """Give the shortest path from what is asked for to each entry's parent, by key."""
    listed = {_key(each): each for each in entries}
    return ways(
        [key for key, each in listed.items() if each.direct and not each.own],
        {key: each.needs for key, each in listed.items() if not each.own},
        {key: each.name for key, each in listed.items()},
    )


def ways(
    roots: Iterable[str], needs: Mapping[str, Iterable[str]], names: Mapping[str, str]
) -> Mapping[str, tuple[str, ...]]:
    """Give for each key that roots pull in the names on the shortest way to it; for a root none.

    Ways longer than most people read are cut at their end; of two as short, the first in order is taken.
    """
    found: dict[str, tuple[str, ...]] = {key: () for key in sorted(roots) if key in names}
    waiting = deque(found)
    while waiting:
        key = waiting.popleft()
        way = found[key] if len(found[key]) >= _DEEPEST else (*found[key], names[key])
        for need in sorted(needs.get(key, ())):
            if need in names and need not in found:
                found[need] = way
                waiting.append(need)
    return found


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """One key of an outline: what stands behind it, and what is indented below it."""

    value: str
    line: int
    below: dict[str, Node]

    def at(self, *keys: str) -> Node:
        """Follow keys; an empty node where there is none."""
        node = self
        for key in keys:
            node = node.below.get(key) or Node(value="", line=node.line, below={})
        return node


def outline(text: str) -> Node:
    """Read the part of YAML that package managers write: keys and plain values, by indentation.

    Lists and flow collections are kept as text or passed over. Raises `Unreadable` for a key that is there twice,
    of which YAML's readers take different ones, and for what is neither a key nor below one.
    """
    top = Node(value="", line=1, below={})
    open_nodes: list[tuple[int, Node]] = [(-1, top)]
    for number, indent, rest in _content(text):
        found = _KEY.fullmatch(rest)
        if found is None:
            if not rest.startswith(("- ", "-", "}", "]")) and indent == 0:
                raise Unreadable(f"is not what its name says: line {number}", reason=GapReason.MALFORMED)
            continue
        while open_nodes[-1][0] >= indent:
            open_nodes.pop()
        key = next(each for each in found.groups()[:3] if each is not None)
        value = _unquoted(found.group(4) or "")
        parent = open_nodes[-1][1]
        if key in parent.below:
            raise Unreadable(f"names a key twice: line {number}", reason=GapReason.MALFORMED)
        node = Node(value=value, line=number, below={})
        parent.below[key] = node
        open_nodes.append((indent, node))
    return top


def _content(text: str) -> Iterator[tuple[int, int, str]]:
    """Give each line that is not empty or a comment: its number, its indentation and the rest."""
    for number, line in enumerate(text.split("\n"), start=1):
        rest = line.strip()
        if rest and not rest.startswith("#") and rest not in {"---", "..."}:
            yield number, len(line) - len(line.lstrip(" ")), rest


def _unquoted(text: str) -> str:
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return text
