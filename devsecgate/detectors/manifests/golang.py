"""go.mod in; the modules that a build uses, and the toolchain, out.

Since Go 1.17 it lists all of them. go.sum lists more than is built, and nothing of it becomes a package.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from devsecgate.detectors.manifests.entries import Entry, Locked, Source, collect
from devsecgate.detectors.manifests.files import beside, leaves
from devsecgate.detectors.manifests.reading import Unreadable, gap
from devsecgate.model import Gap, GapReason

_VERSION = re.compile(r"v[0-9]+\.[0-9]+\.[0-9]+(?:[-+].*)?")
_TOOLCHAIN = re.compile(r"(?:go)?([0-9]+\.[0-9]+)(\.[0-9]+)?(?:(rc|beta)([0-9]+))?(?:[-+ ].*)?")
_DIRECTIVES = frozenset(
    {"module", "go", "toolchain", "require", "replace", "exclude", "retract", "tool", "godebug", "ignore"}
)
_LISTS_ALL = (1, 17)
"""The first version whose go.mod lists what is pulled in, too."""


class _Module(msgspec.Struct, kw_only=True):
    require: dict[str, tuple[str, int, bool]] = msgspec.field(default_factory=dict)
    """Version, line, and whether another module needs it."""
    replace: list[tuple[str, str, str, str]] = msgspec.field(default_factory=list)
    """Path and version (empty: any) of what is replaced, then of what takes its place."""
    go: tuple[str, int] | None = None
    toolchain: tuple[str, int] | None = None


def _semantic(version: re.Match[str]) -> str:
    """Spell a version of Go as its advisories do: `1.21rc2` is `1.21.0-rc.2`."""
    numbers, patch, stage, count = version.groups()
    return f"{numbers}{patch or '.0'}-{stage}.{count}" if stage else f"{numbers}{patch or ''}"


def go_mod(source: Source) -> Locked:
    """Read go.mod. A folder that takes a module's place is code of the tree."""
    module = _read(source.text)
    entries = [_entry(name, *each, module) for name, each in module.require.items()]
    gaps = [*_outside(source.path, module), *_short(source.path, module)]
    toolchain = module.toolchain or module.go
    if toolchain is not None:
        found = _TOOLCHAIN.fullmatch(toolchain[0])
        version = _semantic(found) if found else toolchain[0]
        entries.append(Entry(name="stdlib", version=version, line=toolchain[1], direct=True))
    else:
        detail = (
            "says no version of Go: what is wrong with the standard library cannot be looked up; add a go directive"
        )
        gaps.append(gap(GapReason.UNRESOLVED, detail, source.path, "stdlib"))
    return collect(source, "Go", entries, gaps=gaps)


def _read(text: str) -> _Module:
    module = _Module()
    named = False
    for number, directive, words, comment in _statements(text):
        if directive not in _DIRECTIVES:
            raise Unreadable(f"is not what its name says: line {number}", reason=GapReason.MALFORMED)
        named = named or directive == "module"
        if directive == "require" and len(words) == 2:
            held = module.require.get(words[0])
            if held is None or _order(words[1]) > _order(held[0]):
                module.require[words[0]] = (words[1], number, comment.startswith("indirect"))
        elif directive == "replace" and "=>" in words[1:-1]:
            middle = words.index("=>")
            old, new = [*words[:middle], ""], [*words[middle + 1 :], ""]
            module.replace.append((old[0], old[1], new[0], new[1]))
        elif directive == "go" and words:
            module.go = (words[0], number)
        elif directive == "toolchain" and words and words[0] != "default":
            module.toolchain = (words[0], number)
        elif directive in {"require", "replace"}:
            raise Unreadable(f"is not what its name says: line {number}", reason=GapReason.MALFORMED)
    if not named:
        raise Unreadable("is not what its name says: it names no module", reason=GapReason.MALFORMED)
    return module


def _statements(text: str) -> Iterator[tuple[int, str, list[str], str]]:
    """Give each statement, of blocks too: its line, its directive, its words, and the comment behind it."""
    block = ""
    for number, line in enumerate(text.split("\n"), start=1):
        rest, _, comment = line.partition("//") if not line.lstrip().startswith("//") else ("", "", "")
        words = [each.strip('"`') for each in rest.split()]
        if not words:
            continue
        if block and words == [")"]:
            block = ""
        elif block:
            yield number, block, words, comment.strip()
        elif words[-1] == "(":
            block = words[0]
        elif words[0].endswith("(") and len(words) == 1:
            block = words[0][:-1]
        else:
            yield number, words[0], words[1:], comment.strip()


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(each) for each in re.findall(r"[0-9]{1,18}", version))


def _entry(name: str, version: str, line: int, indirect: bool, module: _Module) -> Entry:  # noqa: FBT001 - of a tuple
    """Read a requirement, as it is after what the module replaces."""
    for old, only, new, becomes in module.replace:
        if old == name and only in {"", version}:
            if new.startswith(("./", "../", "/")):
                return Entry(name=name, version=version, line=line, direct=False, own=True, alias=new)
            return Entry(name=new, version=becomes or None, line=line, direct=not indirect, alias=name)
    if not _VERSION.fullmatch(version):
        return Entry(name=name, version=None, line=line, direct=not indirect)
    return Entry(name=name, version=version, line=line, direct=not indirect)


def _outside(path: str, module: _Module) -> Iterator[Gap]:
    for old, _, new, _ in module.replace:
        if new.startswith(("./", "../", "/")) and leaves(beside(path, new)):
            detail = f"{old} is replaced by a folder outside of the scanned one; gate it too"
            yield gap(GapReason.UNRESOLVED, detail, path, old)


def _short(path: str, module: _Module) -> Iterator[Gap]:
    """Say that a go.mod of the old kind does not list what its modules pull in."""
    if module.require and (module.go is None or _order(module.go[0])[:2] < _LISTS_ALL):
        detail = "is of Go before 1.17, and does not list what its modules pull in: run go mod tidy -go=1.21"
        yield gap(GapReason.UNRESOLVED, detail, path)
