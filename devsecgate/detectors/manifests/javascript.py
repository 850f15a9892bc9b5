"""The lockfiles of yarn, pnpm and bun in; packages, and which of a manifest's wishes they answer, out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from devsecgate.detectors.manifests.documents import json
from devsecgate.detectors.manifests.entries import Entry, Locked, Node, Source, collect, lost, outline
from devsecgate.detectors.manifests.reading import Reading, Unreadable
from devsecgate.model import GapReason

_GROUPS = ("dependencies", "devDependencies", "optionalDependencies")
_FOLDERS = ("workspace:", "link:", "portal:", "file:")
_PEERS = re.compile(r"[(_].*")
_SLASHED = re.compile(r"/((?:@[^/]+/)?[^/@]+)/([^/@_(]+)(?:[_(].*)?")
_RELEASE = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+(?:[-+].*)?")
_FIELD = re.compile(r"\"?([^\s\"]+?)\"?:? +\"?([^\"]*)\"?")
_STRINGS_AND_COMMAS = re.compile(r"(\"(?:[^\"\\]|\\.)*+\"?)|,(?=\s*[}\]])|//[^\n]*")


class _Manifest(msgspec.Struct, rename="camel"):
    name: str = ""
    dependencies: dict[str, str] = {}
    dev_dependencies: dict[str, str] = {}
    optional_dependencies: dict[str, str] = {}
    peer_dependencies: dict[str, str] = {}
    workspaces: msgspec.Raw = msgspec.Raw(b"[]")


def workspaces(manifest: str | None) -> tuple[str, ...]:
    """Give the patterns of a package.json's workspaces; none where it has none, or is none."""
    try:
        raw = bytes(json(manifest or "{}", _Manifest).workspaces)
        found = msgspec.json.decode(raw, type=list[str] | dict[str, list[str]])
    except (Unreadable, msgspec.DecodeError):
        return ()
    return tuple(found if isinstance(found, list) else found.get("packages", ()))


def _wishes(manifest: str | None) -> Iterator[tuple[str, str]]:
    try:
        read = json(manifest or "{}", _Manifest)
    except Unreadable:
        return
    for group in (read.dependencies, read.dev_dependencies, read.optional_dependencies):
        yield from group.items()


class _Block(msgspec.Struct, kw_only=True):
    """One entry of yarn.lock."""

    wanted: tuple[str, ...]
    line: int
    fields: dict[str, str] = msgspec.field(default_factory=dict)
    needs: list[str] = msgspec.field(default_factory=list)


def yarn(source: Source) -> Locked:
    """Read yarn.lock, of yarn 1 and of later ones. Only the later ones say what the project itself asks for."""
    blocks = list(_blocks(source.text))
    if not blocks and "# yarn lockfile v1" not in source.text:
        raise Unreadable("is not what its name says", reason=GapReason.MALFORMED)
    blocks = [each for each in blocks if each.wanted != ("__metadata",)]
    known = {wanted: str(number) for number, block in enumerate(blocks) for wanted in block.wanted}
    declared: dict[tuple[str, str], set[str]] = {}
    entries = []
    for number, block in enumerate(blocks):
        for wanted in block.wanted:
            _declare(declared, ".", wanted)
        entry = _of_yarn(block, key=str(number), needs=tuple(known[each] for each in block.needs if each in known))
        entries.append(entry)
        if entry.own:
            member = block.fields["resolution"].partition("@workspace:")[2]
            for wanted in (each for each in block.needs if each in known):
                _declare(declared, member, wanted)
    ours = [f"{name}@{wanted}" for name, wanted in _wishes(source.beside("package.json"))]
    asked = [known[each] for each in ours if each in known]
    names = {_divided(wanted)[0] for wanted in known}
    missing = lost(source.path, (_divided(each)[0] for block in blocks for each in block.needs), names)
    return collect(source, "npm", entries, asked=asked, gaps=missing, reading=_told(declared))


def _declare(declared: dict[tuple[str, str], set[str]], member: str, wanted: str) -> None:
    name, specifier = _divided(wanted)
    declared.setdefault((member, name), set()).update({specifier, specifier.removeprefix("npm:")})


def _told(declared: Mapping[tuple[str, str], set[str]]) -> Reading:
    return Reading(
        members=frozenset({".", *(member for member, _ in declared)}),
        declared={key: frozenset(wanted) for key, wanted in declared.items()},
    )


def _blocks(text: str) -> Iterator[_Block]:
    """Divide yarn.lock: what is wanted stands at the margin, fields two spaces in, what is needed four."""
    block: _Block | None = None
    part = ""
    for number, line in enumerate(text.split("\n"), start=1):
        rest = line.strip()
        if not rest or rest.startswith("#"):
            continue
        indent = len(line) - len(line.lstrip(" "))
        if indent == 0:
            if not rest.endswith(":"):
                raise Unreadable(f"is not what its name says: line {number}", reason=GapReason.MALFORMED)
            if block is not None:
                yield block
            block = _Block(wanted=tuple(each.strip().strip('"') for each in rest[:-1].split(",")), line=number)
        elif block is None:
            raise Unreadable(f"is not what its name says: line {number}", reason=GapReason.MALFORMED)
        elif indent == 2:
            part = rest.rstrip(":")
            found = _FIELD.fullmatch(rest)
            if found is not None:
                block.fields[found.group(1)] = found.group(2)
        elif indent == 4 and part in {"dependencies", "optionalDependencies"}:
            found = _FIELD.fullmatch(rest)
            if found is not None:
                block.needs += [f"{found.group(1)}@{found.group(2)}"]
    if block is not None:
        yield block


def _of_yarn(block: _Block, *, key: str, needs: tuple[str, ...]) -> Entry:
    """Read one entry: later versions say in `resolution` what it really is, yarn 1 in what is wanted."""
    resolution = block.fields.get("resolution")
    name, reference = _divided(resolution or block.wanted[0])
    if resolution is None and reference.startswith("npm:"):
        name, reference = _divided(reference.removeprefix("npm:"))
    resolved = block.fields.get("resolved", "https:")
    alias = next((each for each, _ in map(_divided, block.wanted) if each != name), "")
    registry = reference.startswith(("npm:", "patch:")) if resolution else not reference.startswith(_FOLDERS)
    return Entry(
        name=name,
        version=block.fields.get("version"),
        line=block.line,
        key=key,
        needs=needs,
        own="@workspace:" in (resolution or ""),
        elsewhere=not registry or not resolved.startswith(("https:", "http:")),
        alias=alias,
    )


def _divided(wanted: str) -> tuple[str, str]:
    """Divide `@scope/thing@^1.2.0` into the name and the rest."""
    name, _, rest = wanted[1:].partition("@")
    return wanted[:1] + name, rest


def pnpm(source: Source) -> Locked:
    """Read pnpm-lock.yaml of the versions 5, 6 and 9: its packages, and what each member of the workspace asks for."""
    top = outline(source.text)
    version = top.at("lockfileVersion").value
    if version.partition(".")[0] not in {"5", "6", "9"}:
        raise Unreadable("is of a version that is not read here", reason=GapReason.UNSUPPORTED)
    packages, snapshots = top.at("packages").below, top.at("snapshots").below
    edges = snapshots or packages
    needs: dict[str, set[str]] = {}
    for key, node in edges.items():
        wanted = (_pnpm_key(*each) for group in _GROUPS for each in _values(node.at(group)))
        needs.setdefault("@".join(_pnpm_name(key)), set()).update(wanted)
    asked: set[str] = set()
    declared: dict[tuple[str, str], set[str]] = {}
    for member, node in (top.at("importers").below or {".": top}).items():
        specifiers = {name: each.value for name, each in node.at("specifiers").below.items()}
        for name, each in (found for group in _GROUPS for found in node.at(group).below.items()):
            asked.add(_pnpm_key(name, each.at("version").value or each.value))
            declared.setdefault((member, name), set()).add(each.at("specifier").value or specifiers.get(name, ""))
    entries = [_of_pnpm(key, node, needs) for key, node in packages.items()]
    named = {*asked, *needs, *(need for each in needs.values() for need in each)}
    missing = lost(source.path, (each for each in named if _is_release(each)), (each.key for each in entries))
    return collect(source, "npm", entries, asked=asked, gaps=missing, reading=_told(declared))


def _is_release(key: str) -> bool:
    return _RELEASE.fullmatch(_divided(key)[1]) is not None


def _values(node: Node) -> Iterable[tuple[str, str]]:
    return ((name, each.value) for name, each in node.below.items())


def _pnpm_name(key: str) -> tuple[str, str]:
    """Divide a key into name and version, without the peers it was built with: `/react-dom/17.0.2_react@17.0.2`."""
    slashed = _SLASHED.fullmatch(key)
    if slashed is not None:
        return slashed.group(1), slashed.group(2)
    name, version = _divided(key.removeprefix("/"))
    return name, _PEERS.sub("", version)


def _pnpm_key(name: str, version: str) -> str:
    """Give the key, as `_pnpm_name` divides it, of what a dependency became; an alias carries its real name."""
    if version.startswith("/"):
        return "@".join(_pnpm_name(version))
    if "@" in version.partition("(")[0][1:] and not version[:1].isdigit():
        return "@".join(_pnpm_name(version))
    return f"{name}@{_PEERS.sub('', version)}"


def _of_pnpm(key: str, node: Node, needs: Mapping[str, set[str]]) -> Entry:
    name, version = _pnpm_name(key)
    released = _RELEASE.fullmatch(version) is not None
    return Entry(
        name=name if released else node.at("name").value or name,
        version=version if released else node.at("version").value or None,
        line=node.line,
        key=f"{name}@{version}",
        needs=tuple(sorted(needs.get(f"{name}@{version}", ()))),
        elsewhere=not released,
    )


class _BunLock(msgspec.Struct, rename="camel"):
    lockfile_version: int
    workspaces: dict[str, _Manifest]
    packages: dict[str, list[msgspec.Raw]]


def bun(source: Source) -> Locked:
    """Read bun.lock, which is JSON with commas and comments that JSON has not."""
    read = json(_STRINGS_AND_COMMAS.sub(lambda found: found.group(1) or "", source.text), _BunLock)
    if read.lockfile_version not in {0, 1}:
        raise Unreadable("is of a version that is not read here", reason=GapReason.UNSUPPORTED)
    lines = {line.strip().partition(": [")[0].strip('"'): n for n, line in enumerate(source.text.split("\n"), 1)}
    declared: dict[tuple[str, str], set[str]] = {}
    asked: set[str] = set()
    for member, manifest in read.workspaces.items():
        for name, wanted in _wishes(msgspec.json.encode(manifest).decode()):
            declared.setdefault((member or ".", name), set()).add(wanted)
            asked |= {key for key in (f"{manifest.name}/{name}", name) if key in read.packages}
    entries = [_of_bun(key, parts, lines.get(key, 1), read.packages) for key, parts in read.packages.items()]
    return collect(source, "npm", entries, asked=asked, reading=_told(declared))


def _of_bun(key: str, parts: list[msgspec.Raw], line: int, packages: Mapping[str, object]) -> Entry:
    try:
        name, version = _divided(msgspec.json.decode(bytes(parts[0]), type=str))
        details = msgspec.json.decode(bytes(parts[2]), type=_Manifest) if len(parts) > 3 else _Manifest()
    except (IndexError, msgspec.DecodeError) as error:
        raise Unreadable(f"is not what its name says: line {line}", reason=GapReason.MALFORMED) from error
    released = _RELEASE.fullmatch(version) is not None
    wanted = {**details.dependencies, **details.optional_dependencies, **details.peer_dependencies}
    inner = (f"{key}/{each}" if f"{key}/{each}" in packages else each for each in wanted)
    return Entry(
        name=name,
        version=version if released else None,
        line=line,
        key=key,
        needs=tuple(each for each in inner if each in packages),
        own=version.startswith("workspace:"),
        elsewhere=not released,
        alias="" if key.endswith(name) else key,
    )
