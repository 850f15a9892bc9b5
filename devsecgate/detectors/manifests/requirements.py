"""pip's requirements and constraints files in, with what they include; pins, wishes and gaps out.

A reader of our own: the one that pip-audit uses opens every included file itself, inside the tree or
not, repeats credentials in its messages, and has had no release since 2022. The grammar of a line is
pip's; what stands in it is read by packaging.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from devsecgate.detectors.manifests.files import Tree, beside
from devsecgate.detectors.manifests.markers import LONGEST, Asked, asked
from devsecgate.detectors.manifests.reading import (
    Pin,
    Reading,
    Unreadable,
    Wish,
    gap,
    python_name,
    unnamed,
    unresolved,
    version_text,
)
from devsecgate.model import Gap, GapReason

_COMMENT = re.compile(r"(?:^|(?<=\s))#.*$")
_PER_REQUIREMENT = re.compile(r"\s--?[a-zA-Z]")
_OPTION = re.compile(r"(--?[a-zA-Z-]+)(?:\s*=\s*|\s+|$)(.*)", re.DOTALL)
_SHORT = re.compile(r"(-[rcefi])\s*(.*)", re.DOTALL)
_ARCHIVE = re.compile(r".*\.(?:whl|zip|tar\.gz|tgz|tar\.bz2|tbz|tar\.xz|tar)(?:#.*)?", re.IGNORECASE)
_EGG = re.compile(r"[#&]egg=([A-Za-z0-9._-]+)")
_INCLUDES = {"-r": False, "--requirement": False, "-c": True, "--constraint": True}
_WITHOUT_EFFECT = re.compile(
    r"-[if]|--(?:index-url|pypi-url|extra-index-url|no-index|find-links|no-binary|only-binary|prefer-binary|pre"
    r"|require-hashes|trusted-host|use-feature|process-dependency-links|all-releases|only-final)"
)
_LONGEST_LINE = 1 << 18
"""Characters, with all hashes; a line longer than this is not a requirement."""
_DEEPEST = 32
_MOST_FILES = 500


@dataclass(slots=True, kw_only=True)
class _State:
    """What has been found so far, in one manifest and all that it includes."""

    tree: Tree
    asked_for: frozenset[str]
    """Manifests that are read in their own right: what is in them is located there."""
    pins: list[Pin] = field(default_factory=list)
    wishes: list[Wish] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seen: set[tuple[str, bool]] = field(default_factory=set)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where the line being read is, and where to say that it is."""

    path: str
    shown: str
    shown_line: int | None
    """Fixed for a file that is not a manifest in its own right: the line that includes it."""
    constraint: bool
    depth: int

    def line(self, number: int) -> int:
        return self.shown_line or number


def read(tree: Tree, path: str, text: str, *, asked_for: frozenset[str], constraint: bool = False) -> Reading:
    """Read a requirements file; wishes that its constraints pin are resolved by them."""
    state = _State(tree=tree, asked_for=asked_for)
    place = _Place(path=path, shown=path, shown_line=None, constraint=constraint, depth=0)
    state.seen.add((path, constraint))
    _file(state, place, text)
    pinned = {pin.name for pin in state.pins if not pin.marker}
    return Reading(
        pins=tuple(state.pins),
        wishes=tuple(wish for wish in state.wishes if wish.name not in pinned),
        gaps=tuple(state.gaps),
        notes=tuple(state.notes),
    )


def logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Join continued lines and drop comments, as pip does; each with the number of its first line."""
    held: list[str] = []
    first = 1
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        comment = line.lstrip().startswith("#")
        if not held:
            first = number
        if line.endswith("\\") and not comment:
            held.append(line[:-1])
            continue
        held.append(f" {line}" if held and comment else line)
        joined = "".join(held)
        joined = _COMMENT.sub("", joined).strip() if "#" in joined else joined.strip()
        held = []
        if joined:
            yield first, joined
    rest = "".join(held).strip()
    if rest:
        yield first, rest


def _file(state: _State, place: _Place, text: str) -> None:
    for number, line in logical_lines(text):
        if len(line) > _LONGEST_LINE:
            detail = f"line {number}: longer than {_LONGEST_LINE:,} characters, which no requirement is"
            state.gaps.append(gap(GapReason.MALFORMED, detail, place.shown))
        elif line.startswith("-"):
            _option(state, place, number, line)
        else:
            _requirement(state, place, number, line)


def _option(state: _State, place: _Place, number: int, line: str) -> None:
    """Follow an include, note an editable, pass over what has no effect on versions, and name the rest."""
    matched = (_SHORT if not line.startswith("--") else _OPTION).fullmatch(line)
    name, value = (matched.group(1), matched.group(2).strip()) if matched else ("", "")
    if name in _INCLUDES:
        _include(state, place, number, value, constraint=_INCLUDES[name] or place.constraint)
    elif name in ("-e", "--editable"):
        _by_address(state, place, number, value)
    elif not _WITHOUT_EFFECT.fullmatch(name):
        shown = name if name.isascii() and 0 < len(name) < 40 else "an option"
        detail = f"line {number}: {shown} is not an option of requirements files; correct the file"
        state.gaps.append(gap(GapReason.MALFORMED, detail, place.shown))


def _include(state: _State, place: _Place, number: int, value: str, *, constraint: bool) -> None:
    """Read an included file in its turn: once, inside root, and not for ever."""
    line = place.line(number)
    if "://" in value or "${" in value:
        detail = f"line {line}: includes a file by an address that is not read; copy it into the project"
        state.gaps.append(gap(GapReason.UNRESOLVED, detail, place.shown))
        return
    path = beside(place.path, value)
    if (path, constraint) in state.seen:
        return
    state.seen.add((path, constraint))
    if place.depth >= _DEEPEST or len(state.seen) > _MOST_FILES:
        state.gaps.append(gap(GapReason.MALFORMED, f"line {line}: includes too many files", place.shown))
        return
    try:
        text = state.tree.included(path)
    except Unreadable as error:
        detail = f"line {line}: the file that it includes {error.detail}; what is in it was not seen"
        state.gaps.append(gap(error.reason, detail, place.shown))
        return
    own = path in state.asked_for
    inner = _Place(
        path=path,
        shown=path if own else place.shown,
        shown_line=None if own else line,
        constraint=constraint,
        depth=place.depth + 1,
    )
    _file(state, inner, text)


def _requirement(state: _State, place: _Place, number: int, line: str) -> None:
    """Read one requirement; the hashes and options behind it say nothing about versions."""
    options = _PER_REQUIREMENT.search(line)
    text = line[: options.start()].rstrip() if options else line
    found = asked(text)
    if len(text) > LONGEST:
        state.gaps.append(unnamed(place.shown, place.line(number)))
    elif found is None:
        if (
            "://" in text
            or text.startswith((".", "/", "~"))
            or _ARCHIVE.fullmatch(text)
            or "/" in text.partition(";")[0]
        ):
            _by_address(state, place, number, text)
        else:
            state.gaps.append(unnamed(place.shown, place.line(number)))
    elif found.by_url:
        what = "is installed from an address, not from an index: advisories cannot be looked up"
        state.gaps.append(unresolved(found.name, place.shown, line=place.line(number), what=what))
    elif found.pin is not None:
        _pin(state, place, number, found, found.pin)
    elif not place.constraint:
        _wish(state, place, number, found)


def _pin(state: _State, place: _Place, number: int, found: Asked, version: str) -> None:
    checked = version_text(version)
    if checked is None:
        state.gaps.append(unnamed(place.shown, place.line(number)))
        return
    state.pins.append(
        Pin(
            name=found.name,
            version=checked,
            ecosystem="PyPI",
            path=place.shown,
            line=place.line(number),
            marker=found.marker,
        )
    )


def _wish(state: _State, place: _Place, number: int, found: Asked) -> None:
    line = place.line(number)
    if found.marker:
        state.notes.append(f"{place.shown}:{line}: {found.name} is not for this target: {found.marker}")
        return
    state.wishes.append(Wish(name=found.name, specifier=found.specifier, ecosystem="PyPI", path=place.shown, line=line))


def _by_address(state: _State, place: _Place, number: int, value: str) -> None:
    """Account for a requirement by path or URL: a folder of the tree is first-party code, the rest is a gap."""
    line = place.line(number)
    text = value[:LONGEST].partition(";")[0].strip().strip("\"'")
    folder = re.sub(r"\[[^\]]*\]$", "", text.partition("#")[0]).removeprefix("file:")
    path = beside(place.path, folder)
    if "://" not in text and state.tree.inside(path) and (state.tree.root / path).is_dir():
        state.notes.append(f"{place.shown}:{line}: a project of the scanned folder itself; its own manifests are read")
        return
    egg = _EGG.search(text)
    name = python_name(egg.group(1)) if egg else None
    what = "is installed from an address or a file, not from an index: advisories cannot be looked up"
    if name is None:
        state.gaps.append(gap(GapReason.UNRESOLVED, f"line {line}: a package that {what}", place.shown))
    else:
        state.gaps.append(unresolved(name, place.shown, line=line, what=what))
