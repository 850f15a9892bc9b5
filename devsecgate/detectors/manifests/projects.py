"""pyproject.toml, Pipfile, setup.cfg and setup.py in; what the project asks for out. Nothing is run."""

from __future__ import annotations

import ast
import configparser
import re
import warnings
from collections.abc import Iterable, Mapping

import msgspec

from devsecgate.detectors.manifests.documents import table, toml, word_lines
from devsecgate.detectors.manifests.files import Tree, beside, joined
from devsecgate.detectors.manifests.markers import asked
from devsecgate.detectors.manifests.ranges import specifiers
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
from devsecgate.detectors.manifests.requirements import logical_lines
from devsecgate.model import Gap, GapReason

_EXACT = re.compile(r"==([^,*|]+)")
_PIPFILE_SETTINGS = frozenset({"source", "requires", "pipenv", "scripts"})
_COMPUTED = {
    "dependencies": "dependencies are computed when the project is built",
    "optional-dependencies": "optional dependencies are computed when the project is built",
}
_OLDER = {"dependencies": re.compile("install[_-]requires"), "optional-dependencies": re.compile("extras[_-]require")}
"""What setup.py and setup.cfg call the same."""
_Table = dict[str, object]


class _Project(msgspec.Struct, rename="kebab"):
    name: str | None = None
    dependencies: list[str] | None = None
    optional_dependencies: dict[str, list[str]] | None = None
    dynamic: list[str] | None = None


class _PoetryGroup(msgspec.Struct):
    dependencies: _Table | None = None


class _Poetry(msgspec.Struct, rename="kebab"):
    name: str | None = None
    dependencies: _Table | None = None
    dev_dependencies: _Table | None = None
    group: dict[str, _PoetryGroup] | None = None


class _Uv(msgspec.Struct, rename="kebab"):
    dev_dependencies: list[str] | None = None


class _Pdm(msgspec.Struct, rename="kebab"):
    dev_dependencies: dict[str, list[str]] | None = None


class _Rye(msgspec.Struct, rename="kebab"):
    dev_dependencies: list[str] | None = None


class _HatchEnvironment(msgspec.Struct, rename="kebab"):
    dependencies: list[str] | None = None
    extra_dependencies: list[str] | None = None


class _Hatch(msgspec.Struct):
    envs: dict[str, _HatchEnvironment] | None = None


class _FlitMetadata(msgspec.Struct, rename="kebab"):
    requires: list[str] | None = None
    requires_extra: dict[str, list[str]] | None = None


class _Flit(msgspec.Struct):
    metadata: _FlitMetadata | None = None


class _Files(msgspec.Struct):
    file: str | list[str]


class _SetuptoolsDynamic(msgspec.Struct, rename="kebab"):
    dependencies: _Files | None = None
    optional_dependencies: dict[str, _Files] | None = None


class _Setuptools(msgspec.Struct):
    dynamic: _SetuptoolsDynamic | None = None


class _Tool(msgspec.Struct):
    poetry: _Poetry | None = None
    uv: _Uv | None = None
    pdm: _Pdm | None = None
    setuptools: _Setuptools | None = None
    rye: _Rye | None = None
    hatch: _Hatch | None = None
    flit: _Flit | None = None


class _Pyproject(msgspec.Struct, rename="kebab"):
    project: _Project | None = None
    dependency_groups: dict[str, list[str | dict[str, str]]] | None = None
    tool: _Tool | None = None


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a project's manifest is, and what is known around it."""

    tree: Tree
    path: str
    looked_at: frozenset[str]
    """Manifests that are read in their own right."""
    locked: bool
    """Does a lockfile that holds packages belong to this project?"""


class _Collected:
    """What one manifest asks for."""

    def __init__(self, place: Place, text: str) -> None:
        self._place = place
        self._path = place.path
        self._lines = word_lines(text)
        self._pins: list[Pin] = []
        self._wishes: list[Wish] = []
        self._gaps: list[Gap] = []
        self._notes: list[str] = []
        self.own: set[str] = set()

    def _line(self, name: str) -> int:
        return self._lines.get(name, 1)

    def requirements(self, texts: Iterable[str]) -> None:
        """Take PEP 508 requirements."""
        for each in texts:
            found = asked(each)
            if found is None:
                self._gaps.append(unnamed(self._path, 1))
                continue
            line = self._line(found.name)
            if found.by_url:
                self._address(found.name, line)
            elif found.pin is not None:
                self._pin(found.name, found.pin, line, marker=found.marker)
            elif found.marker and "extra" not in found.marker:
                self._notes.append(f"{self._path}:{line}: {found.name} is not for this target: {found.marker}")
            elif found.name not in self.own:
                self._wish(found.name, found.specifier, line)

    def table(self, entries: Mapping[str, object], *, bare_is_exact: bool) -> None:
        """Take a table of names with versions, as Poetry and Pipenv have it."""
        for name, value in entries.items():
            checked = python_name(name)
            if checked is None:
                self._gaps.append(unnamed(self._path, 1))
            elif checked != "python":
                for each in value if isinstance(value, list) else [value]:
                    self._entry(checked, each, bare_is_exact=bare_is_exact)

    def _entry(self, name: str, value: object, *, bare_is_exact: bool) -> None:
        line = self._line(name)
        version: object = value
        if isinstance(value, dict):
            if value.keys() & {"git", "url", "path", "file", "hg", "svn"}:
                self._elsewhere(name, value.get("path"), line)
                return
            version = value.get("version", "*")
        read = specifiers(version) if isinstance(version, str) else None
        if read is None or not isinstance(version, str):
            self._gaps.append(unnamed(self._path, line))
            return
        exact = _EXACT.fullmatch(read)
        if exact and (bare_is_exact or version.strip().startswith("==")):
            self._pin(name, exact.group(1), line)
        else:
            self._wish(name, read, line)

    def _elsewhere(self, name: str, folder: object, line: int) -> None:
        """Account for a package by path or address: a project of the tree is first-party code, the rest is a gap."""
        place = self._place
        if isinstance(folder, str) and place.tree.is_project(joined(place.path, folder), place.looked_at):
            self._notes.append(f"{self._path}:{line}: {name} is a project of the scanned folder itself")
        else:
            self._address(name, line)

    def lines(self, text: str) -> None:
        """Take requirements, one a line."""
        self.requirements(line for _, line in logical_lines(text))

    def hidden(self, what: str) -> None:
        """Account for what only running the project's code would show: its lockfile's packages, or unknown ones."""
        if self._place.locked:
            self._notes.append(f"{self._path}: {what}: taken to be those of its lockfile")
        else:
            self._gaps.append(gap(GapReason.UNRESOLVED, f"{what}: lock the project, nothing here is run", self._path))

    def file(self, name: str) -> None:
        """Take requirements from a file that the manifest names."""
        try:
            self.lines(self._place.tree.text(joined(self._path, name)))
        except Unreadable as error:
            detail = f"a file that it takes dependencies from {error.detail}"
            self._gaps.append(gap(error.reason, detail, self._path))

    def _pin(self, name: str, version: str, line: int, *, marker: str = "") -> None:
        checked = version_text(version)
        if checked is None:
            self._gaps.append(unversioned(name, self._path, line))
            return
        self._pins.append(
            Pin(name=name, version=checked, ecosystem="PyPI", path=self._path, line=line, direct=True, marker=marker)
        )

    def _wish(self, name: str, specifier: str, line: int) -> None:
        self._wishes.append(Wish(name=name, specifier=specifier, ecosystem="PyPI", path=self._path, line=line))

    def _address(self, name: str, line: int) -> None:
        what = "is installed from an address, not from an index: advisories cannot be looked up"
        self._gaps.append(unresolved(name, self._path, line=line, what=what))

    def reading(self) -> Reading:
        return Reading(
            pins=tuple(dict.fromkeys(self._pins)),
            wishes=tuple(dict.fromkeys(self._wishes)),
            gaps=tuple(dict.fromkeys(self._gaps)),
            notes=tuple(dict.fromkeys(self._notes)),
            own=frozenset(self.own),
        )


def pyproject(place: Place, text: str) -> Reading:
    """Read pyproject.toml: the standard tables, and those of Poetry, uv, PDM, Rye, Hatch, Flit and setuptools.

    What only builds the project (`build-system`) is not part of what it runs with, and is not read.
    """
    read = toml(text, _Pyproject)
    project, tool = read.project or _Project(), read.tool or _Tool()
    found = _Collected(place, text)
    for name in (project.name, tool.poetry.name if tool.poetry else None):
        if name is not None and (own := python_name(name)) is not None:
            found.own.add(own)
    found.requirements(project.dependencies or ())
    for extra in (project.optional_dependencies or {}).values():
        found.requirements(extra)
    for group in (read.dependency_groups or {}).values():
        found.requirements(each for each in group if isinstance(each, str))
    _tools(found, tool)
    _dynamic(found, place, frozenset(project.dynamic or ()), tool)
    return found.reading()


def _tools(found: _Collected, tool: _Tool) -> None:
    """Take what the tools' own tables ask for."""
    if tool.poetry is not None:
        tables = [tool.poetry.dependencies, tool.poetry.dev_dependencies]
        tables += [group.dependencies for group in (tool.poetry.group or {}).values()]
        for table in tables:
            found.table(table or {}, bare_is_exact=True)
    for each in (tool.uv, tool.rye):
        found.requirements((each and each.dev_dependencies) or ())
    if tool.pdm is not None:
        for group in (tool.pdm.dev_dependencies or {}).values():
            found.requirements(group)
    if tool.hatch is not None:
        for environment in (tool.hatch.envs or {}).values():
            found.requirements([*(environment.dependencies or ()), *(environment.extra_dependencies or ())])
    if tool.flit is not None and tool.flit.metadata is not None:
        found.requirements(tool.flit.metadata.requires or ())
        for extra in (tool.flit.metadata.requires_extra or {}).values():
            found.requirements(extra)


def _dynamic(found: _Collected, place: Place, dynamic: frozenset[str], tool: _Tool) -> None:
    """Read the files that setuptools takes dependencies from; any other source needs the project's code."""
    table = (tool.setuptools and tool.setuptools.dynamic) or _SetuptoolsDynamic()
    files = {
        "dependencies": [table.dependencies] if table.dependencies else [],
        "optional-dependencies": list((table.optional_dependencies or {}).values()),
    }
    is_poetry = tool.poetry is not None and tool.poetry.dependencies is not None
    for kind in sorted(files.keys() & dynamic):
        for each in files[kind]:
            for name in [each.file] if isinstance(each.file, str) else each.file:
                found.file(name)
        if not files[kind] and not is_poetry and not _is_older(place, kind):
            found.hidden(_COMPUTED[kind])


def _is_older(place: Place, kind: str) -> bool:
    """Say whether setup.py or setup.cfg, which are read in their own right, are where dependencies are declared."""
    for name in ("setup.py", "setup.cfg"):
        path = beside(place.path, name)
        if path in place.looked_at:
            try:
                if any(_OLDER[kind].search(line.partition("#")[0]) for line in place.tree.text(path).splitlines()):
                    return True
            except Unreadable:
                return True  # which is a gap of its own
    return False


def pipfile(place: Place, text: str) -> Reading:
    """Read Pipfile: `packages`, `dev-packages`, and categories of any other name."""
    found = _Collected(place, text)
    for name, entries in table(text).items():
        if name not in _PIPFILE_SETTINGS:
            if not isinstance(entries, dict):
                raise Unreadable("is not what its name says", reason=GapReason.MALFORMED)
            found.table(entries, bare_is_exact=False)
    return found.reading()


def setup_cfg(place: Place, text: str) -> Reading:
    """Read setup.cfg's `install_requires` and `options.extras_require`, with `file:`."""
    parser = configparser.ConfigParser(interpolation=None, strict=False, delimiters=("=", ":"))
    try:
        parser.read_string(text.replace("\r\n", "\n").replace("\r", "\n"))
    except configparser.Error as error:
        raise Unreadable("is not what its name says", reason=GapReason.MALFORMED) from error
    found = _Collected(place, text)
    if (own := python_name(parser.get("metadata", "name", fallback="").strip())) is not None:
        found.own.add(own)
    values = [parser.get("options", name, fallback="") for name in ("install_requires", "install-requires")]
    if parser.has_section("options.extras_require"):
        values += [value for _, value in parser.items("options.extras_require")]
    for value in values:
        if value.strip().startswith("file:"):
            for name in value.strip().removeprefix("file:").split(","):
                found.file(name.strip())
        else:
            found.lines(value.replace(";", "\n") if "\n" not in value and ";" in value else value)
    return found.reading()


def setup_py(place: Place, text: str) -> Reading:
    """Read the lists that stand in setup.py's call of `setup()`; anything computed is not to be known."""
    found = _Collected(place, text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about the project's own style
            tree = ast.parse(text.encode())  # bytes, so that a declared encoding counts as it does for Python
        nodes = list(ast.walk(tree))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise Unreadable("is not Python that can be parsed here", reason=GapReason.MALFORMED) from error
    calls = [node for node in nodes if isinstance(node, ast.Call) and _is_setup(node.func)]
    alone = len(calls) == 1 and sum(map(_is_setup, nodes)) == 1
    texts = _literal(calls[0]) if alone else None
    if texts is not None:
        found.requirements(texts)
    else:
        found.hidden("dependencies are computed when setup.py is run")
    return found.reading()


def _is_setup(node: ast.AST) -> bool:
    """Say whether a node names `setup`: as a name, as an attribute, or to give it another name."""
    return (
        (isinstance(node, ast.Name) and node.id == "setup")
        or (isinstance(node, ast.Attribute) and node.attr == "setup")
        or (isinstance(node, ast.alias) and node.name == "setup" and node.asname not in (None, "setup"))
    )


def _literal(call: ast.Call) -> list[str] | None:
    """Give the requirements that are written out in the call; None where any of them is computed."""
    texts: list[str] = []
    for keyword in call.keywords:
        if keyword.arg is None:
            return None
        if keyword.arg not in ("install_requires", "extras_require"):
            continue
        try:
            value: object = ast.literal_eval(keyword.value)
        except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
            return None
        lists = list(value.values()) if isinstance(value, dict) else [value]
        for each in lists:
            if not isinstance(each, list | tuple) or not all(isinstance(item, str) for item in each):
                return None
            texts += each
    return texts
