"""pyproject.toml, Pipfile, setup.cfg and setup.py in; what the project asks for out. Nothing is run."""

from __future__ import annotations

import ast
import configparser
from collections.abc import Iterable, Mapping

import msgspec

from devsecgate.detectors.manifests.documents import toml, word_line
from devsecgate.detectors.manifests.files import Tree, beside
from devsecgate.detectors.manifests.markers import asked
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
from devsecgate.detectors.manifests.requirements import logical_lines
from devsecgate.model import Gap, GapReason

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


class _Pyproject(msgspec.Struct, rename="kebab"):
    project: _Project | None = None
    dependency_groups: dict[str, list[str | dict[str, str]]] | None = None
    tool: _Tool | None = None


class _Pipfile(msgspec.Struct, rename="kebab"):
    packages: _Table | None = None
    dev_packages: _Table | None = None


class _Collected:
    """What one manifest asks for."""

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._text = text
        self._pins: list[Pin] = []
        self._wishes: list[Wish] = []
        self._gaps: list[Gap] = []
        self._notes: list[str] = []
        self.own: set[str] = set()

    def requirements(self, texts: Iterable[str]) -> None:
        """Take PEP 508 requirements."""
        for each in texts:
            found = asked(each)
            if found is None:
                self._gaps.append(unnamed(self._path, 1))
                continue
            line = word_line(self._text, found.name)
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
        line = word_line(self._text, name)
        version: object = value
        if isinstance(value, dict):
            if value.keys() & {"git", "url", "path", "file", "hg", "svn"}:
                if "path" not in value:
                    self._address(name, line)
                return
            version = value.get("version", "*")
        if not isinstance(version, str):
            self._gaps.append(unnamed(self._path, line))
            return
        text = version.strip()
        exact = text.removeprefix("==").strip() if text.startswith("==") and not text.startswith("===") else ""
        if bare_is_exact and text[:1].isdigit():
            exact = text
        if exact and "*" not in exact and "," not in exact and " " not in exact and "|" not in exact:
            self._pin(name, exact, line)
        else:
            self._wish(name, "", line)

    def lines(self, text: str) -> None:
        """Take requirements, one a line."""
        self.requirements(line for _, line in logical_lines(text))

    def hidden(self, what: str) -> None:
        """Note that dependencies are declared where only running the project's code would show them."""
        self._gaps.append(gap(GapReason.UNRESOLVED, f"{what}: lock the project, nothing here is run", self._path))

    def gap(self, reason: GapReason, detail: str) -> None:
        self._gaps.append(gap(reason, detail, self._path))

    def _pin(self, name: str, version: str, line: int, *, marker: str = "") -> None:
        checked = version_text(version)
        if checked is None:
            self._gaps.append(unnamed(self._path, line))
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


def pyproject(tree: Tree, path: str, text: str, *, locked: bool) -> Reading:
    """Read pyproject.toml: the standard tables, and those of Poetry, uv, PDM and setuptools.

    What only builds the project (`build-system`) is not part of what it runs with, and is not read.
    """
    read = toml(text, _Pyproject)
    tool = read.tool or _Tool()
    found = _Collected(path, text)
    for name in (read.project.name if read.project else None, tool.poetry.name if tool.poetry else None):
        if name is not None and (own := python_name(name)) is not None:
            found.own.add(own)
    if read.project is not None:
        found.requirements(read.project.dependencies or ())
        for extra in (read.project.optional_dependencies or {}).values():
            found.requirements(extra)
    for group in (read.dependency_groups or {}).values():
        found.requirements(each for each in group if isinstance(each, str))
    _tools(found, tool)
    dynamic = {"dependencies", "optional-dependencies"} & set((read.project and read.project.dynamic) or ())
    if dynamic and not locked and not any(tree.exists(beside(path, name)) for name in ("setup.py", "setup.cfg")):
        _dynamic(found, tree, path, tool)
    return found.reading()


def _tools(found: _Collected, tool: _Tool) -> None:
    """Take what the tools' own tables ask for."""
    if tool.poetry is not None:
        tables = [tool.poetry.dependencies, tool.poetry.dev_dependencies]
        tables += [group.dependencies for group in (tool.poetry.group or {}).values()]
        for table in tables:
            found.table(table or {}, bare_is_exact=True)
    if tool.uv is not None:
        found.requirements(tool.uv.dev_dependencies or ())
    if tool.pdm is not None:
        for group in (tool.pdm.dev_dependencies or {}).values():
            found.requirements(group)


def _dynamic(found: _Collected, tree: Tree, path: str, tool: _Tool) -> None:
    """Read the files that setuptools takes dependencies from; any other source needs the project's code."""
    dynamic = tool.setuptools.dynamic if tool.setuptools else None
    if dynamic is None or (dynamic.dependencies is None and not dynamic.optional_dependencies):
        found.hidden("dependencies are computed when the project is built")
        return
    named = [dynamic.dependencies] if dynamic.dependencies else []
    for each in (*named, *(dynamic.optional_dependencies or {}).values()):
        for name in [each.file] if isinstance(each.file, str) else each.file:
            _file(found, tree, beside(path, name))


def _file(found: _Collected, tree: Tree, path: str) -> None:
    try:
        found.lines(tree.included(path))
    except Unreadable as error:
        found.gap(error.reason, f"a file that it takes dependencies from {error.detail}")


def pipfile(path: str, text: str) -> Reading:
    """Read Pipfile."""
    read = toml(text, _Pipfile)
    found = _Collected(path, text)
    found.table(read.packages or {}, bare_is_exact=False)
    found.table(read.dev_packages or {}, bare_is_exact=False)
    return found.reading()


def setup_cfg(tree: Tree, path: str, text: str) -> Reading:
    """Read setup.cfg's `install_requires` and `options.extras_require`, with `file:`."""
    parser = configparser.ConfigParser(interpolation=None, strict=False, delimiters=("=", ":"))
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise Unreadable("is not what its name says", reason=GapReason.MALFORMED) from error
    found = _Collected(path, text)
    if (own := python_name(parser.get("metadata", "name", fallback="").strip())) is not None:
        found.own.add(own)
    values = [parser.get("options", "install_requires", fallback="")]
    if parser.has_section("options.extras_require"):
        values += [value for _, value in parser.items("options.extras_require")]
    for value in values:
        if value.strip().startswith("file:"):
            for name in value.strip().removeprefix("file:").split(","):
                _file(found, tree, beside(path, name.strip()))
        else:
            found.lines(value.replace(";", "\n") if "\n" not in value and ";" in value else value)
    return found.reading()


def setup_py(path: str, text: str, *, locked: bool) -> Reading:
    """Read the lists that stand in setup.py's call of `setup()`; anything computed is not to be known."""
    found = _Collected(path, text)
    try:
        calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call) and _is_setup(node.func)]
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise Unreadable("is not Python that can be parsed here", reason=GapReason.MALFORMED) from error
    texts = _literal(calls[0]) if len(calls) == 1 else None
    if texts is not None:
        found.requirements(texts)
    elif not locked:
        found.hidden("dependencies are computed when setup.py is run")
    return found.reading()


def _is_setup(function: ast.expr) -> bool:
    return (isinstance(function, ast.Name) and function.id == "setup") or (
        isinstance(function, ast.Attribute) and function.attr == "setup"
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
