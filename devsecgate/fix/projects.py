"""The text of pyproject.toml or of a Pipfile and an upgrade in; the text that allows the target out.

tomlkit keeps comments, order and white space; tomllib then has to read the same document, but for what was
meant to change, or nothing is changed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, MutableMapping, MutableSequence

import msgspec

from devsecgate.detectors.manifests.reading import python_name
from devsecgate.fix import python_ranges
from devsecgate.fix.records import Edit, Unchangeable, Upgrade
from devsecgate.fix.sources import lines

_ANY = "*"
_LISTS = (
    ("project", "dependencies"),
    ("project", "optional-dependencies", _ANY),
    ("dependency-groups", _ANY),
    ("tool", "uv", "dev-dependencies"),
    ("tool", "uv", "constraint-dependencies"),
    ("tool", "uv", "override-dependencies"),
    ("tool", "rye", "dev-dependencies"),
    ("tool", "pdm", "dev-dependencies", _ANY),
    ("tool", "hatch", "envs", _ANY, "dependencies"),
    ("tool", "hatch", "envs", _ANY, "extra-dependencies"),
    ("tool", "flit", "metadata", "requires"),
    ("tool", "flit", "metadata", "requires-extra", _ANY),
)
"""Where pyproject.toml lists requirements."""
_TABLES = (
    ("tool", "poetry", "dependencies"),
    ("tool", "poetry", "dev-dependencies"),
    ("tool", "poetry", "group", _ANY, "dependencies"),
)
"""Where Poetry has tables of names with versions."""
_PIPFILE_SETTINGS = frozenset({"source", "requires", "pipenv", "scripts"})

_Path = tuple[str | int, ...]


class _Value(msgspec.Struct, frozen=True, kw_only=True):
    """One string of the document that changes."""

    path: _Path
    before: str
    after: str


def raise_pyproject(path: str, text: str, upgrade: Upgrade, target: str) -> tuple[str, tuple[Edit, ...]]:
    """Change every requirement that pins the vulnerable version, or does not allow the target. Raises Unchangeable."""
    document = _read(text)
    found = [
        _Value(path=place, before=value, after=after)
        for keys in _LISTS
        for place, value in _strings(document, keys)
        if (after := python_ranges.requirement(value, upgrade.name, upgrade.current, target)) != value
    ]
    tables = [place for keys in _TABLES for place, _ in _matching(document, keys)]
    found += _in_tables(document, tables, upgrade, target, bare_is_exact=True)
    return _written(path, text, found, upgrade)


def raise_pipfile(path: str, text: str, upgrade: Upgrade, target: str) -> tuple[str, tuple[Edit, ...]]:
    """Change every entry that pins the vulnerable version, or does not allow the target. Raises Unchangeable."""
    document = _read(text)
    tables: list[_Path] = [(key,) for key in document if key not in _PIPFILE_SETTINGS]
    return _written(path, text, _in_tables(document, tables, upgrade, target, bare_is_exact=False), upgrade)


def _read(text: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise Unchangeable("is no TOML that can be read") from error


def _matching(document: object, keys: tuple[str, ...], place: _Path = ()) -> Iterator[tuple[_Path, object]]:
    """Give what is at a path, whose `*` stands for any key."""
    if not keys:
        yield place, document
    elif isinstance(document, dict):
        for key in list(document) if keys[0] == _ANY else [keys[0]] if keys[0] in document else []:
            yield from _matching(document[key], keys[1:], (*place, key))


def _strings(document: object, keys: tuple[str, ...]) -> Iterator[tuple[_Path, str]]:
    for place, values in _matching(document, keys):
        for index, value in enumerate(values) if isinstance(values, list) else ():
            if isinstance(value, str):
                yield (*place, index), value


def _in_tables(
    document: Mapping[str, object], tables: list[_Path], upgrade: Upgrade, target: str, *, bare_is_exact: bool
) -> list[_Value]:
    found = []
    for table in tables:
        for place, value in _versions(_at(document, table), table, upgrade.name):
            after = python_ranges.poetry(value, upgrade.current, target, bare_is_exact=bare_is_exact)
            if after != value:
                found.append(_Value(path=place, before=value, after=after))
    return found


def _versions(entries: object, table: _Path, name: str) -> Iterator[tuple[_Path, str]]:
    """Give the versions that a table asks for a package: a string, a table with one, or a list of either."""
    for key, entry in entries.items() if isinstance(entries, dict) else ():
        if python_name(key) != name:
            continue
        several = isinstance(entry, list)
        for index, each in enumerate(entry if isinstance(entry, list) else [entry]):
            place = (*table, key, index) if several else (*table, key)
            if isinstance(each, str):
                yield place, each
            elif isinstance(each, dict) and isinstance(version := each.get("version"), str):
                yield (*place, "version"), version


def _at(document: object, place: _Path) -> object:
    for key in place:
        if isinstance(document, MutableSequence | MutableMapping):
            document = document[key]  # type: ignore[index]  # a path has an index for a list, a key for a table
    return document


def _written(path: str, text: str, values: list[_Value], upgrade: Upgrade) -> tuple[str, tuple[Edit, ...]]:
    """Write the values into the text, and see that nothing else has changed."""
    if not values:
        return text, ()
    new = _dumped(text, values)
    wanted = tomllib.loads(text)
    for value in values:
        _put(wanted, value.path, value.after)
    old, now = lines(text), lines(new)
    numbers = [number for number, pair in enumerate(zip(old, now, strict=False)) if pair[0] != pair[1]]
    if tomllib.loads(new) != wanted or len(old) != len(now) or len(numbers) > len(values):
        raise Unchangeable("is written in a way that would not stay as it is; change it by hand")
    edits = []
    for number in numbers:
        here = [each for each in values if each.before in old[number] and each.after in now[number]]
        value = (here or values)[0]
        edits.append(Edit(path=path, line=number + 1, name=upgrade.name, before=value.before, after=value.after))
    return new, tuple(edits)


def _dumped(text: str, values: list[_Value]) -> str:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError
    from tomlkit.items import String

    try:
        document = tomlkit.parse(text)
        if tomlkit.dumps(document) != text:
            raise Unchangeable("is written in a way that would not stay as it is; change it by hand")
        for value in values:
            old = _at(document, value.path)
            raw = old.as_string() if isinstance(old, String) else ""
            new = tomlkit.string(value.after, literal=raw.startswith("'"), multiline=raw.startswith(("'''", '"""')))
            _put(document, value.path, new)
        return tomlkit.dumps(document)
    except (TOMLKitError, KeyError, IndexError, TypeError, ValueError, RecursionError) as error:
        raise Unchangeable("is written in a way that nothing here can change; change it by hand") from error


def _put(document: object, place: _Path, value: object) -> None:
    holder = _at(document, place[:-1])
    if isinstance(holder, MutableSequence | MutableMapping):
        holder[place[-1]] = value  # type: ignore[index]  # as above
