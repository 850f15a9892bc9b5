"""pip's requirements and constraints files in, with what they include; pins, wishes and gaps out.

A reader of our own: the one that pip-audit uses opens every included file itself, inside the tree or
not, repeats credentials in its messages, and has had no release since 2022. The grammar of a line is
pip's; what stands in it is read by packaging.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import msgspec

from devsecgate.detectors.manifests.files import ARCHIVE, Tree, joined
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
    unversioned,
    version_text,
)
from devsecgate.model import Gap, GapReason

_COMMENT = re.compile(r"(?:^|(?<=\s))#.*$")
_PER_REQUIREMENT = re.compile(r"\s--?[a-zA-Z]")
_EGG = re.compile(r"[#&]egg=([A-Za-z0-9._-]+)")
_INCLUDES = {"-r": False, "--requirement": False, "-c": True, "--constraint": True}
_EDITABLE = frozenset({"-e", "--editable"})
_VALUED = frozenset({
    "-i", "--index-url", "--pypi-url", "--extra-index-url", "-f", "--find-links", "--no-binary", "--only-binary",
    "--all-releases", "--only-final", "--trusted-host", "--use-feature",
})  # fmt: skip
"""Options that have no say in which version an exact requirement is, and take a value; the next ones take none."""
_FLAGS = frozenset(
    {"--no-index", "--prefer-binary", "--pre", "--require-hashes", "--no-require-hashes", "--process-dependency-links"}
)
_SHOWN = re.compile(r"--?[a-zA-Z-]{1,38}")
_LONGEST_LINE = 1 << 18
"""Characters, with all hashes; a line longer than this is not a requirement."""
_DEEPEST = 32
_MOST_FILES = 500
_MOST_NAMELESS = 10
"""Lines without a package that are told one by one, where they are more than those with one."""


class _State(msgspec.Struct, kw_only=True):
    """What has been found so far, in one manifest and all that it includes."""

    tree: Tree
    asked_for: frozenset[str]
    """Manifests that are read in their own right: what is in them is located there."""
    pins: list[Pin] = msgspec.field(default_factory=list)
    wishes: list[Wish] = msgspec.field(default_factory=list)
    gaps: list[Gap] = msgspec.field(default_factory=list)
    notes: list[str] = msgspec.field(default_factory=list)
    seen: set[tuple[str, str, bool]] = msgspec.field(default_factory=set)
    """Files with every link followed, the folders that their own includes start from, and what they are read as."""


class _Place(msgspec.Struct, frozen=True, kw_only=True):
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
    """Read a requirements file; wishes that its constraints pin are resolved by them.

    Raises `Unreadable` for a text of another kind that only has the name of one, such as a page of documentation.
    """
    state = _State(tree=tree, asked_for=asked_for)
    place = _Place(path=path, shown=path, shown_line=None, constraint=constraint, depth=0)
    state.seen.add((tree.real(path) or path, tree.real(joined(path, ".")) or path, constraint))
    _file(state, place, text)
    nameless = [each for each in state.gaps if each.package is None]
    if len(nameless) > max(_MOST_NAMELESS, len(state.pins) + len(state.wishes)):
        first = nameless[0].detail.partition(":")[0]
        detail = f"is no list of requirements: {len(nameless)} of its lines name no package, the first is {first}"
        raise Unreadable(detail, reason=GapReason.MALFORMED)
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
    for number, line in _lines(text):
        comment = line.lstrip().startswith("#")
        if not held:
            first = number
        if line.endswith("\\") and not comment:
            held.append(line.strip("\\"))
            continue
        held.append(f" {line}" if held and comment else line)
        whole = "".join(held)
        whole = _COMMENT.sub("", whole).strip() if "#" in whole else whole.strip()
        held = []
        if whole:
            yield first, whole
    rest = _COMMENT.sub("", "".join(held)).strip()
    if rest:
        yield first, rest


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Divide text where pip does, at form feeds and other rare ends of lines too; numbered as editors number them."""
    number = 1
    for line in text.splitlines(keepends=True):
        yield number, line.splitlines()[0]
        number += line.endswith(("\n", "\r"))


def _file(state: _State, place: _Place, text: str) -> None:
    for number, line in logical_lines(text):
        if len(line) > _LONGEST_LINE:
            detail = f"line {place.line(number)}: longer than {_LONGEST_LINE:,} characters, which no requirement is"
            state.gaps.append(gap(GapReason.MALFORMED, detail, place.shown))
        elif line.startswith("-"):
            _option(state, place, number, line)
        else:
            _requirement(state, place, number, line)


def _option(state: _State, place: _Place, number: int, line: str) -> None:
    """Follow each include of an option line, account for each editable, and name what is no option."""
    for name, value in _options(line):
        if value is not None and name in _INCLUDES:
            _include(state, place, number, value, constraint=_INCLUDES[name])
        elif value is not None and name in _EDITABLE:
            _by_address(state, place, number, value)
        elif value is None:
            shown = name if _SHOWN.fullmatch(name) else "a part of this line"
            what = "is not an option of requirements files, or lacks its value; correct the file"
            detail = f"line {place.line(number)}: {shown} {what}"
            state.gaps.append(gap(GapReason.MALFORMED, detail, place.shown))


def _options(line: str) -> Iterator[tuple[str, str | None]]:
    """Divide an option line as pip does, which takes several on one; None for a value: not to be understood."""
    try:
        parts = iter(shlex.split(line))
    except ValueError:
        yield "", None
        return
    for part in parts:
        if part.startswith("--"):
            name, given, value = part.partition("=")
        else:
            name, given, value = part[:2], part[2:], part[2:]
        if name in _INCLUDES or name in _EDITABLE or name in _VALUED:
            yield name, value if given else next(parts, None)
        elif name not in _FLAGS or given:
            yield name, None


def _include(state: _State, place: _Place, number: int, value: str, *, constraint: bool) -> None:
    """Read an included file in its turn: once, inside root, and not for ever."""
    line = place.line(number)
    if "://" in value or "${" in value:
        detail = f"line {line}: includes a file by an address that is not read; copy it into the project"
        state.gaps.append(gap(GapReason.UNRESOLVED, detail, place.shown))
        return
    path = joined(place.path, value)
    real = state.tree.real(path) or path
    key = (real, state.tree.real(joined(path, ".")) or path, constraint)
    if key in state.seen:
        return
    state.seen.add(key)
    if place.depth >= _DEEPEST or len(state.seen) > _MOST_FILES:
        state.gaps.append(gap(GapReason.MALFORMED, f"line {line}: includes too many files", place.shown))
        return
    try:
        text = state.tree.text(path)
    except Unreadable as error:
        detail = f"line {line}: the file that it includes {error.detail}; what is in it was not seen"
        state.gaps.append(gap(error.reason, detail, place.shown))
        return
    own = real in state.asked_for
    inner = _Place(
        path=path,
        shown=real if own else place.shown,
        shown_line=None if own else line,
        constraint=constraint,
        depth=place.depth + 1,
    )
    _file(state, inner, text)


def _requirement(state: _State, place: _Place, number: int, line: str) -> None:
    """Read one requirement; the hashes and options behind it say nothing about versions."""
    options = _PER_REQUIREMENT.search(line)
    text = line[: options.start()].rstrip() if options else line
    subject = text.partition(";")[0].strip()
    if len(text) > LONGEST:
        state.gaps.append(unnamed(place.shown, place.line(number)))
        return
    found = None if ARCHIVE.fullmatch(subject) and " @ " not in subject else asked(text)
    if found is None:
        if "/" in subject or text.startswith((".", "~")) or ARCHIVE.fullmatch(subject):
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
        state.gaps.append(unversioned(found.name, place.shown, place.line(number)))
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
    if "://" not in text and _is_project(state, place, text):
        state.notes.append(f"{place.shown}:{line}: a project of the scanned folder itself; its own manifests are read")
        return
    egg = _EGG.search(text)
    name = python_name(egg.group(1)) if egg else None
    what = "is installed from an address or a file, not from an index: advisories cannot be looked up"
    if name is None:
        state.gaps.append(gap(GapReason.UNRESOLVED, f"line {line}: a package that {what}", place.shown))
    else:
        state.gaps.append(unresolved(name, place.shown, line=line, what=what))


def _is_project(state: _State, place: _Place, text: str) -> bool:
    """Say whether a path is a project that is looked at in its own right; pip starts from where it is run, too."""
    folder = text.partition("#")[0].removeprefix("file:")
    if folder.endswith("]"):
        folder = folder.rpartition("[")[0]
    return any(state.tree.is_project(path, state.asked_for) for path in (joined(place.path, folder), folder))
