"""The manifests of a project in; its packages, and a gap for each that has no exact version, out.

A manifest that asks for ranges is resolved by the lockfile of its project: one beside it (a pinned
requirements file, and one in `requirements/`, too), or one above it that names the manifest's folder as
a member. Only names that the lock really holds, at versions that the manifest allows, count as
resolved: an old or an empty lockfile hides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from types import MappingProxyType

import msgspec
from msgspec.structs import replace

from devsecgate.detectors.manifests import javascript, locks, npm, projects, requirements
from devsecgate.detectors.manifests.entries import Locked, Source
from devsecgate.detectors.manifests.files import Tree, beside, leaves
from devsecgate.detectors.manifests.formats import FOLDERS, LOCKS, PYTHON, Format, recognise
from devsecgate.detectors.manifests.markers import evaluated_for
from devsecgate.detectors.manifests.ranges import OR
from devsecgate.detectors.manifests.reading import Pin, Reading, Unreadable, Wish, gap
from devsecgate.model import Gap, GapReason

_LOCK_NAMES = {
    "PyPI": ("uv.lock", "poetry.lock", "Pipfile.lock", "pylock.toml"),
    "npm": ("package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock"),
}
_OTHER_LOCKS: Mapping[str, Callable[[Source], Locked]] = {
    "yarn.lock": javascript.yarn,
    "pnpm-lock.yaml": javascript.pnpm,
    "bun.lock": javascript.bun,
}
"""npm's manifest may be locked by one of these, whose packages another scanner looks at."""
_DECLARING = frozenset(
    {
        Format.PYPROJECT,
        Format.PIPFILE,
        Format.SETUP_CFG,
        Format.SETUP_PY,
        Format.REQUIREMENTS_INPUT,
        Format.PACKAGE_JSON,
    }
)
"""Formats that a lockfile, or a pinned requirements file, of the same project resolves."""
_RESOLVING = LOCKS | {Format.REQUIREMENTS, Format.CONSTRAINTS}


class Inventory(msgspec.Struct, frozen=True, kw_only=True):
    """What a project is made of."""

    pins: tuple[Pin, ...]
    """Each package once for each place that names it; for this target only."""
    elsewhere: tuple[Pin, ...]
    """Packages whose marker is false for the target."""
    gaps: tuple[Gap, ...]
    covered: frozenset[str]
    """The manifests that were read."""
    notes: tuple[str, ...]


class _Shelf(msgspec.Struct, kw_only=True):
    """Every manifest that was read so far."""

    tree: Tree
    asked_for: frozenset[str]
    folders: Mapping[str, Sequence[str]]
    """The manifests of each folder."""
    locked_elsewhere: bool
    """Does another scanner look at the lockfiles of yarn, pnpm and bun?"""
    readings: dict[str, Reading] = msgspec.field(default_factory=dict)
    failed: dict[str, Gap] = msgspec.field(default_factory=dict)

    def neighbours(self, path: str) -> Sequence[str]:
        """Give the manifests of the folder that a path is in, itself among them."""
        return self.folders.get(beside(path, "."), ())

    def lists(self, path: str) -> Iterator[str]:
        """Give what is in the folders of requirements files below the folder that a path is in."""
        for name in FOLDERS:
            yield from self.folders.get(beside(path, name), ())


def take(
    tree: Tree,
    paths: Iterable[str],
    *,
    first_party: frozenset[str],
    also: str | None = None,
    locked_elsewhere: bool = True,
    target: Mapping[str, str] = MappingProxyType({}),
) -> Inventory:
    """Read manifests (relative to root; `also` is one more, a requirements file, anywhere).

    `target` holds the marker variables that are not this interpreter's.
    The lockfiles of yarn, pnpm and bun only resolve what a package.json asks for: `locked_elsewhere` says that
    another scanner of this run looks at their packages. Where none does, they are gaps, and resolve nothing.
    """
    with evaluated_for(target) as evaluated:
        found = _take(tree, paths, first_party=first_party, also=also, locked_elsewhere=locked_elsewhere)
    if not evaluated.asked:
        return found
    return replace(found, notes=(f"markers are evaluated for {evaluated}", *found.notes))


def _take(
    tree: Tree, paths: Iterable[str], *, first_party: frozenset[str], also: str | None, locked_elsewhere: bool
) -> Inventory:
    wanted = sorted(set(paths))
    folders: dict[str, list[str]] = {}
    for path in wanted:
        folders.setdefault(beside(path, "."), []).append(path)
    shelf = _Shelf(tree=tree, asked_for=frozenset(wanted), folders=folders, locked_elsewhere=locked_elsewhere)
    for path in wanted:
        _open(shelf, path, recognise(path))
    if also is not None:
        _open(shelf, also, Format.REQUIREMENTS, planted=True)
    given = {path: shelf.readings[path] for path in (*wanted, *([also] if also else [])) if path in shelf.readings}
    notes = [note for reading in given.values() for note in reading.notes]
    gaps = [each for reading in given.values() for each in reading.gaps]
    gaps += [shelf.failed[path] for path in wanted if path in shelf.failed]
    for path, reading in given.items():
        open_wishes = [wish for wish in reading.wishes if wish.name not in first_party]
        lack, said = _resolve(shelf, path, open_wishes)
        gaps += lack
        notes += said
    pins = [pin for path, reading in given.items() for pin in _directed(shelf, path, reading)]
    return Inventory(
        pins=_ordered(pin for pin in pins if not pin.marker),
        elsewhere=_ordered(pin for pin in pins if pin.marker),
        gaps=tuple(
            sorted(
                {each for each in gaps if each.package not in first_party},
                key=lambda each: (each.path or "", each.package or "", each.detail),
            )
        ),
        covered=frozenset(given),
        notes=tuple(sorted(set(notes))),
    )


def _ordered(pins: Iterable[Pin]) -> tuple[Pin, ...]:
    """Give each pin once: two manifests that include the same third name its lines twice."""
    return tuple(sorted(set(pins), key=lambda pin: (pin.path, pin.line, pin.ecosystem, pin.name, pin.version)))


def _open(shelf: _Shelf, path: str, kind: Format | None, *, planted: bool = False) -> None:
    """Read one manifest, unless that was done or tried before."""
    if path in shelf.readings or path in shelf.failed:
        return
    reader = None if kind is None else _READERS.get(kind)
    if reader is None:
        detail = "this manifest is of a format that has no reader yet"
        shelf.failed[path] = gap(GapReason.UNSUPPORTED, detail, path)
        return
    try:
        text = shelf.tree.planted(path) if planted else shelf.tree.text(path)
        shelf.readings[path] = reader(shelf, path, text)
    except Unreadable as error:
        shelf.failed[path] = gap(error.reason, f"this manifest {error.detail}", path)


def _requirements(shelf: _Shelf, path: str, text: str) -> Reading:
    return requirements.read(shelf.tree, path, text, asked_for=shelf.asked_for)


def _constraints(shelf: _Shelf, path: str, text: str) -> Reading:
    return requirements.read(shelf.tree, path, text, asked_for=shelf.asked_for, constraint=True)


def _manifest(shelf: _Shelf, lock: str) -> str | None:
    """Give the text of the package.json beside a lockfile; None where there is none that is looked at."""
    path = beside(lock, "package.json")
    try:
        return shelf.tree.text(path) if path in shelf.asked_for else None
    except Unreadable:
        return None


def _other_lock(shelf: _Shelf, path: str, text: str) -> Reading:
    """Read what a lockfile was made of; what is in it is told by the scanner that looks at its packages."""
    if not shelf.locked_elsewhere:
        raise Unreadable("is read by syft's scanner alone, which is disabled", reason=GapReason.MISSING)
    manifest = _manifest(shelf, path)
    source = Source(path=path, text=text, beside=lambda _: manifest)
    reading = _OTHER_LOCKS[path.rpartition("/")[2]](source).reading
    return _with_workspaces(shelf, path, replace(reading, pins=(), gaps=()), manifest)


def _with_workspaces(shelf: _Shelf, path: str, reading: Reading, manifest: str | None) -> Reading:
    """Give the folders of a workspace what the lock holds for all of them together: yarn 1 does not tell them apart."""
    if not path.endswith("yarn.lock") or len(reading.members) > 1:
        return reading
    patterns = [each.removeprefix("./").rstrip("/") for each in javascript.workspaces(manifest)]
    here = beside(path, ".")
    inner = {_inner(here, folder) for folder in shelf.folders}
    members = {each for each in inner for pattern in patterns if _matches(each, pattern)}
    return replace(reading, members=frozenset({".", *members}))


def _matches(folder: str, pattern: str) -> bool:
    deep = "**" in pattern or folder.count("/") == pattern.count("/")
    return deep and fnmatchcase(folder, pattern)


_READERS: Mapping[Format, Callable[[_Shelf, str, str], Reading]] = {
    Format.REQUIREMENTS: _requirements,
    Format.REQUIREMENTS_INPUT: _requirements,
    Format.CONSTRAINTS: _constraints,
    Format.UV_LOCK: lambda shelf, path, text: locks.uv(path, text),
    Format.POETRY_LOCK: lambda shelf, path, text: locks.poetry(path, text),
    Format.PIPFILE_LOCK: lambda shelf, path, text: locks.pipenv(path, text),
    Format.PYLOCK: lambda shelf, path, text: locks.pylock(path, text),
    Format.PIPFILE: lambda shelf, path, text: projects.pipfile(_place(shelf, path), text),
    Format.PYPROJECT: lambda shelf, path, text: projects.pyproject(_place(shelf, path), text),
    Format.SETUP_CFG: lambda shelf, path, text: projects.setup_cfg(_place(shelf, path), text),
    Format.SETUP_PY: lambda shelf, path, text: projects.setup_py(_place(shelf, path), text),
    Format.PACKAGE_LOCK: lambda shelf, path, text: npm.lock(path, text, manifest=_manifest(shelf, path)),
    Format.OTHER_NPM_LOCK: _other_lock,
    Format.PACKAGE_JSON: lambda shelf, path, text: npm.manifest(path, text),
}


def _place(shelf: _Shelf, path: str) -> projects.Place:
    locks_of_it = (each for each in _resolvers(shelf, path, "PyPI") if recognise(each) in LOCKS)
    locked = any(shelf.readings[each].pins for each in locks_of_it)
    return projects.Place(tree=shelf.tree, path=path, looked_at=shelf.asked_for, locked=locked)


def _resolvers(shelf: _Shelf, path: str, ecosystem: str) -> Iterator[str]:
    """Give the files that may say which versions a manifest's wishes became, the nearest first.

    Only files that are looked at in their own right: what nobody matches must not resolve anything.
    """
    here = beside(path, ".")
    near = [other for other in (*shelf.neighbours(path), *shelf.lists(path)) if _is_resolving(other, ecosystem)]
    far = [f"{above}/{name}".removeprefix("./") for above in _above(here) for name in _LOCK_NAMES[ecosystem]]
    for other in dict.fromkeys((*near, *far)):
        if other == path or other not in shelf.asked_for:
            continue
        _open(shelf, other, recognise(other))
        reading = shelf.readings.get(other)
        if reading is not None and (other in near or _inner(beside(other, "."), here) in reading.members):
            yield other


def _is_resolving(path: str, ecosystem: str) -> bool:
    """Say whether a file may resolve the wishes of its neighbours: what another ecosystem locks has only the names."""
    kind = recognise(path)
    return kind in _RESOLVING and (kind in PYTHON) is (ecosystem == "PyPI")


def _above(folder: str) -> Iterator[str]:
    """Give the folders above one, up to root, the nearest first."""
    while folder != "." and not leaves(folder):
        folder = beside(folder, ".")
        yield folder


def _inner(folder: str, here: str) -> str:
    """Give a folder's path relative to one above it."""
    if here == folder:
        return "."
    return here if folder == "." else here.removeprefix(f"{folder}/")


def _resolve(shelf: _Shelf, path: str, wishes: Sequence[Wish]) -> tuple[list[Gap], list[str]]:
    """Look each wish up in the project's locks; what is not there, or does not fit, is a gap."""
    if not wishes:
        return [], []
    kind = recognise(path)
    if kind not in _DECLARING:
        return [_open_wish(wish) for wish in wishes], []
    lack: list[Gap] = []
    used: dict[str, int] = {}
    by_lock = {other: _holdings(shelf, other, path) for other in _resolvers(shelf, path, wishes[0].ecosystem)}
    own = frozenset().union(*(shelf.readings[other].own for other in by_lock))
    for wish in wishes:
        holding = {other: held[wish.name] for other, held in by_lock.items() if wish.name in held}
        fitting = next((other for other, held in holding.items() if _fits(wish, held)), None)
        if fitting is not None:
            used[fitting] = used.get(fitting, 0) + 1
        elif holding:
            what = f"{', '.join(holding)} holds no version that fits; lock it again"
            lack.append(gap(GapReason.UNRESOLVED, f"line {wish.line}: {wish.name}: {what}", path, wish.name))
        elif wish.name not in own:
            lack.append(_open_wish(wish))
    return lack, [f"{path}: {count} dependencies are resolved by {other}" for other, count in sorted(used.items())]


def _open_wish(wish: Wish) -> Gap:
    detail = f"line {wish.line}: {wish.name} is not pinned to one version: not resolvable, lock it"
    return gap(GapReason.UNRESOLVED, detail, wish.path, wish.name)


def _holdings(shelf: _Shelf, lock: str, path: str) -> Mapping[str, frozenset[str]]:
    """Give what a lock has for a manifest, by name: versions for this target; for npm the ranges that it was made of.

    Whether a version is in one of npm's ranges is npm's to say, and it did: a range that was not there is a change.
    """
    reading = shelf.readings[lock]
    if recognise(lock) in {Format.PACKAGE_LOCK, Format.OTHER_NPM_LOCK}:
        member = "." if lock.endswith("yarn.lock") else _inner(beside(lock, "."), beside(path, "."))
        return {name: ranges for (folder, name), ranges in reading.declared.items() if folder == member}
    held: dict[str, set[str]] = {}
    for pin in reading.pins:
        if not pin.marker:
            held.setdefault(pin.name, set()).add(pin.version)
    return {name: frozenset(versions) for name, versions in held.items()}


def _fits(wish: Wish, held: frozenset[str]) -> bool:
    """Say whether what a lock has for a name is what the wish allows."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion

    if wish.ecosystem == "npm":
        return wish.specifier in held
    if not wish.specifier:
        return True
    try:
        allowed = [SpecifierSet(each) for each in wish.specifier.split(OR)]
        return any(each.contains(version, prereleases=True) for each in allowed for version in held)
    except (InvalidSpecifier, InvalidVersion, ValueError):
        return False


def _directed(shelf: _Shelf, path: str, reading: Reading) -> Iterator[Pin]:
    """Say of a lock's packages whether the manifests beside it ask for them, where the lock itself does not."""
    declared = [
        shelf.readings[other]
        for other in shelf.neighbours(path)
        if other in shelf.readings and recognise(other) in _DECLARING
    ]
    names = {wish.name for other in declared for wish in other.wishes}
    names |= {pin.name for other in declared for pin in other.pins}
    for pin in reading.pins:
        asked = pin.name in names if names and pin.direct is None else pin.direct
        yield replace(pin, direct=asked, via=() if asked else pin.via)
