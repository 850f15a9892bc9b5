"""Wanted upgrades, the names of the manifests and a way to read them in; edits, commands and what is left out.

Lockfiles are never edited: what their project asks for is changed where it has to be, and then they are made
again by the commands that are named, in order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from devsecgate.advisories.record import RangeType
from devsecgate.advisories.versions import UnknownVersion, ordering
from devsecgate.detectors.manifests import locks, npm
from devsecgate.detectors.manifests.files import beside, leaves
from devsecgate.detectors.manifests.formats import FOLDERS, Format, recognise
from devsecgate.detectors.manifests.reading import Unreadable, version_text
from devsecgate.fix import commands, npm_lock, package_json, projects, requirements
from devsecgate.fix.records import Change, Done, Edit, Fixes, Left, Step, Unchangeable, Upgrade
from devsecgate.fix.sources import Source, decode

Read = Callable[[str], bytes]
"""Gives a file below the target's root; raises Unchangeable where that may not be changed."""

_REQUIREMENTS = frozenset({Format.REQUIREMENTS, Format.REQUIREMENTS_INPUT, Format.CONSTRAINTS})
_PROJECTS = frozenset({Format.PYPROJECT, Format.PIPFILE})
_WRITTEN = frozenset({"PyPI", "npm"})
"""Whose versions are written into files: they have to be plain, whatever an advisory says."""
_PYTHON_DECLARING = frozenset(
    {Format.PYPROJECT, Format.PIPFILE, Format.REQUIREMENTS_INPUT, Format.SETUP_CFG, Format.SETUP_PY}
)
_OVERRIDES: Mapping[str, str] = {
    "package-lock.json": "overrides",
    "npm-shrinkwrap.json": "overrides",
    "bun.lock": "overrides",
    "yarn.lock": "resolutions",
}
"""What package.json calls the versions that it sets for what others pull in, by the lockfile of the manager."""
_MOST_FILES = 500
_MAJOR_ECOSYSTEMS = frozenset({"npm", "crates.io"})
"""Where `0.1` to `0.2` breaks what `^` promises."""


class _Desk(msgspec.Struct, kw_only=True):
    """The files as they were, and as they are so far."""

    manifests: frozenset[str]
    read: Read
    sources: dict[str, Source] = msgspec.field(default_factory=dict)
    texts: dict[str, str] = msgspec.field(default_factory=dict)

    def text(self, path: str) -> str:
        """Give a file's text with the edits so far. Raises Unchangeable."""
        if path not in self.sources:
            self.sources[path] = decode(self.read(path))
        return self.texts.get(path, self.sources[path].text)


def plan(upgrades: Iterable[Upgrade], manifests: Iterable[str], read: Read, *, minor_only: bool) -> Fixes:
    """Find out what to change, what to run, and what neither can do."""
    desk = _Desk(manifests=frozenset(manifests), read=read)
    done: list[Done] = []
    left: list[Left] = []
    for upgrade in sorted(upgrades, key=lambda each: (each.path, each.line, each.name, each.current)):
        before = dict(desk.texts)
        try:
            done.append(_one(desk, upgrade, minor_only=minor_only))
        except Unchangeable as error:
            desk.texts = before
            left.append(Left(upgrade=upgrade, why=error.why))
    changes = [
        Change(
            path=path,
            before=desk.sources[path].content,
            after=desk.sources[path].encode(text),
            old=desk.sources[path].text,
            new=text,
        )
        for path, text in sorted(desk.texts.items())
        if text != desk.sources[path].text
    ]
    steps = commands.merged(step for each in done for step in each.steps)
    return Fixes(changes=tuple(changes), done=tuple(done), steps=steps, left=tuple(left))


def _one(desk: _Desk, upgrade: Upgrade, *, minor_only: bool) -> Done:
    """Bring one upgrade about; raises Unchangeable with the reason where nothing here can."""
    target = _target(upgrade, minor_only=minor_only)
    kind = recognise(upgrade.path)
    edits: list[Edit] = []
    steps: list[Step] = []
    note = ""
    if kind in _REQUIREMENTS:
        edits += _pins(desk, upgrade, target)
        steps += _compiled(desk, upgrade, target, hashed=not edits)
    elif kind in _PROJECTS:
        edits += _declared(desk, upgrade.path, upgrade, target)
    if kind not in _PROJECTS and kind is not Format.REQUIREMENTS_INPUT:
        for path in _declaring(desk, upgrade):
            edits += _declared(desk, path, upgrade, target)
    if kind is Format.REQUIREMENTS and not steps:
        steps.append(commands.resolved(upgrade))
    if kind not in _REQUIREMENTS and kind not in _PROJECTS:
        edits += _override(desk, upgrade, target) if not edits else ()
        steps += commands.lock(upgrade, target, edited=bool(edits))
        note = "" if edits or not steps else "only its lockfile has to follow"
    if not edits and not steps:
        raise Unchangeable(f"nothing here can write it: {upgrade.advice}")
    return Done(upgrade=upgrade, edits=tuple(edits), steps=tuple(steps), major=_is_major(upgrade, target), note=note)


def _target(upgrade: Upgrade, *, minor_only: bool) -> str:
    """Give the version to write; raises Unchangeable where there is none that may be written."""
    target = upgrade.target
    if target is None:
        raise Unchangeable(
            "no version is known that fixes all of this: replace it, or waive this with a reason and a date"
        )
    if upgrade.elsewhere:
        raise Unchangeable(f"it is not in a manifest of this project: {upgrade.advice}")
    if (upgrade.ecosystem in _WRITTEN and version_text(target) is None) or not _is_later(upgrade, target):
        raise Unchangeable(f"{target} is not known to be later, and nothing is ever downgraded")
    if minor_only and _is_major(upgrade, target):
        raise Unchangeable(f"{target} is another major version, which --minor-only leaves out")
    return target


def _pins(desk: _Desk, upgrade: Upgrade, target: str) -> list[Edit]:
    """Change the pins of a requirements file, or of the files that the line includes, where they are no manifests."""
    edits: list[Edit] = []
    hashed: list[str] = []
    for path in _holding(desk, upgrade):
        raised = requirements.raise_pins(path, desk.text(path), upgrade, target)
        desk.texts[path] = raised.text
        edits += raised.edits or requirements.raise_pins(path, desk.sources[path].text, upgrade, target).edits
        hashed += [f"{path}:{line}" for line in raised.hashed]
    if hashed and edits:
        raise Unchangeable(f"it is pinned with hashes at {', '.join(hashed)}, and without elsewhere; lock it again")
    if not edits and not hashed:
        raise Unchangeable("the line that pins it is not to be found; change it by hand")
    return edits


def _holding(desk: _Desk, upgrade: Upgrade) -> Iterator[str]:
    """Give the file that is named, and all that it includes: the line may be that of an include."""
    waiting = [upgrade.path]
    seen: set[str] = set()
    while waiting and len(seen) < _MOST_FILES:
        path = waiting.pop(0)
        if path in seen or leaves(path):
            continue
        seen.add(path)
        try:
            text = desk.text(path)
        except Unchangeable:
            if path == upgrade.path:
                raise
            continue  # the gate has told of it
        yield path
        waiting += [beside(path, each) for each in requirements.includes(text)]


def _compiled(desk: _Desk, upgrade: Upgrade, target: str, *, hashed: bool) -> Sequence[Step]:
    """Name the command that makes a compiled file again; one with hashes has nothing else."""
    text = desk.text(upgrade.path)
    program = requirements.compiler(text)
    sources = [f"{upgrade.path.rpartition('.')[0]}.in"]
    if requirements.names_project(text):
        sources.append(beside(upgrade.path, "pyproject.toml"))
    source = next((each for each in sources if each != upgrade.path and each in desk.manifests), None)
    if program is None and not hashed:
        return ()
    step = commands.compiled(upgrade, target, program=program, source=source, hashed=hashed)
    if step is None and hashed:
        raise Unchangeable(
            "its hashes have to change with it: make the file again with the program that wrote it, such as "
            f"pip-compile --generate-hashes --upgrade-package {upgrade.name}=={target}"
        )
    return (step,) if step is not None else ()


def _declared(desk: _Desk, path: str, upgrade: Upgrade, target: str) -> tuple[Edit, ...]:
    """Change what a manifest asks for, where it does not allow the target.

    What another upgrade of this run has changed already counts as this one's edit too.
    """
    raiser = _RAISERS.get(recognise(path) or Format.UNSUPPORTED)
    if raiser is None:
        return ()
    desk.texts[path], edits = raiser(path, desk.text(path), upgrade, target)
    return edits or raiser(path, desk.sources[path].text, upgrade, target)[1]


def _raise_input(path: str, text: str, upgrade: Upgrade, target: str) -> tuple[str, tuple[Edit, ...]]:
    raised = requirements.raise_pins(path, text, upgrade, target)
    return raised.text, raised.edits


_RAISERS: Mapping[Format, Callable[[str, str, Upgrade, str], tuple[str, tuple[Edit, ...]]]] = {
    Format.PYPROJECT: projects.raise_pyproject,
    Format.PIPFILE: projects.raise_pipfile,
    Format.REQUIREMENTS_INPUT: _raise_input,
    Format.PACKAGE_JSON: package_json.raise_ranges,
}
"""What raises the ranges of each manifest that can be changed."""


def _override(desk: _Desk, upgrade: Upgrade, target: str) -> tuple[Edit, ...]:
    """Set a version for what others pull in, where their own ranges do not allow it and the manager can."""
    section = _OVERRIDES.get(upgrade.path.rpartition("/")[2])
    if upgrade.direct is not False or section is None:
        return ()
    if section == "overrides" and npm_lock.admits(desk.text(upgrade.path), upgrade, target):
        return ()
    path = beside(upgrade.path, "package.json")
    if path not in desk.manifests:
        raise Unchangeable(f"there is no package.json beside its lockfile: {upgrade.advice}")
    new, edits = package_json.override(path, desk.text(path), upgrade, target, section=section)
    desk.texts[path] = new
    return edits


def _declaring(desk: _Desk, upgrade: Upgrade) -> Iterator[str]:
    """Give the manifests of the project that a lockfile, or a pinned requirements file, belongs to."""
    here = beside(upgrade.path, ".")
    wanted = frozenset({Format.PACKAGE_JSON}) if upgrade.ecosystem == "npm" else _PYTHON_DECLARING
    if upgrade.ecosystem not in ("npm", "PyPI"):
        return
    places = {here}
    if recognise(upgrade.path) in _REQUIREMENTS and here.rpartition("/")[2] in FOLDERS:
        places.add(beside(here, "."))
    places |= {beside(upgrade.path, member) for member in _members(desk, upgrade.path)}
    for path in sorted(desk.manifests):
        if recognise(path) in wanted and path != upgrade.path and beside(path, ".") in places:
            yield path


def _members(desk: _Desk, path: str) -> frozenset[str]:
    """Give the folders whose projects a lockfile holds too, relative to its own."""
    reader = {"uv.lock": locks.uv, "package-lock.json": npm.lock, "npm-shrinkwrap.json": npm.lock}.get(
        path.rpartition("/")[2]
    )
    try:
        return reader(path, desk.text(path)).members if reader is not None else frozenset()
    except (Unreadable, Unchangeable):
        return frozenset()


def _is_later(upgrade: Upgrade, target: str) -> bool:
    """Say whether the target is known to be later; where an ecosystem has no order here, its manager decides."""
    compare = ordering(upgrade.ecosystem, RangeType.ECOSYSTEM)
    if compare is None:
        return target != upgrade.current
    try:
        return compare(upgrade.current) < compare(target)
    except UnknownVersion:
        return False


def _is_major(upgrade: Upgrade, target: str) -> bool:
    """Say whether the first number differs, or, where npm's `^` would say so, the first that is not zero."""
    old, new = (_numbers(each) for each in (upgrade.current, target))
    if old[:1] != new[:1] or upgrade.ecosystem not in _MAJOR_ECOSYSTEMS or old[:1] != ("0",):
        return old[:1] != new[:1]
    return old[1:2] != new[1:2] or (old[1:2] == ("0",) and old != new)


def _numbers(version: str) -> tuple[str, ...]:
    return tuple(version.removeprefix("v").partition("!")[2 if "!" in version else 0].split("."))
