"""The text of package.json and an upgrade in; the text that allows the target out.

Only the token that changes is written anew: indentation, order of keys and ends of lines stay as they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

import msgspec

from devsecgate.fix import npm_ranges
from devsecgate.fix.records import Edit, Unchangeable, Upgrade
from devsecgate.fix.sources import line_of

_SECTIONS = ("dependencies", "devDependencies", "optionalDependencies")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')
_OPENING = re.compile(r"\{(\s*)\"")


class _Token(msgspec.Struct, frozen=True, kw_only=True):
    """A value that is no object and no list, or the end of one that is, and where it stands."""

    path: tuple[str, ...]
    start: int
    end: int
    closes: bool = False


def raise_ranges(path: str, text: str, upgrade: Upgrade, target: str) -> tuple[str, tuple[Edit, ...]]:
    """Change every range that allows the vulnerable version, so that it begins with or allows the target.

    Raises Unchangeable.
    """
    document = _read(text)
    edits = []
    wanted = dict(document)
    new = text
    for token in reversed(list(_tokens(text))):
        if len(token.path) != 2 or token.path[0] not in _SECTIONS or token.closes:
            continue
        before = json.loads(text[token.start : token.end])
        if not isinstance(before, str) or not _is_about(token.path[1], before, upgrade):
            continue
        after = npm_ranges.raised(before, target)
        if after == before:
            continue
        new = f"{new[: token.start]}{json.dumps(after)}{new[token.end :]}"
        wanted[token.path[0]] = {**_section(wanted, token.path[0]), token.path[1]: after}
        line = line_of(text, token.start)
        edits.append(Edit(path=path, line=line, name=upgrade.name, before=before, after=after))
    _verify(new, wanted)
    return new, tuple(reversed(edits))


def declared(text: str, upgrade: Upgrade) -> tuple[str, ...]:
    """Give the ranges that a manifest asks for a package with, where they allow the vulnerable version."""
    document = _read(text)
    return tuple(
        wanted
        for section in _SECTIONS
        for key, wanted in _section(document, section).items()
        if isinstance(wanted, str) and _is_about(key, wanted, upgrade)
    )


def override(path: str, text: str, upgrade: Upgrade, target: str, *, section: str) -> tuple[str, tuple[Edit, ...]]:
    """Set a package that is pulled in by others to the target: npm's `overrides`, yarn's `resolutions`.

    A package that the project asks for too is set to what it asks for. Raises Unchangeable.
    """
    document = _read(text)
    asked = any(upgrade.name in _section(document, each) for each in _SECTIONS)
    value = f"${upgrade.name}" if asked and section == "overrides" else f"^{target}"
    entries = _section(document, section)
    before = entries.get(upgrade.name)
    if before == value or (isinstance(before, str) and npm_ranges.allows(before, target) and not asked):
        return text, ()
    if before is not None and not isinstance(before, str):
        raise Unchangeable(f"has a rule of its own for it in `{section}`; raise it by hand")
    new, place = _set(text, section, upgrade.name, value, replaces=before is not None)
    _verify(new, {**document, section: {**entries, upgrade.name: value}})
    edit = Edit(path=path, line=line_of(new, place), name=upgrade.name, before=before or "", after=value)
    return new, (edit,)


def _is_about(key: str, wanted: str, upgrade: Upgrade) -> bool:
    """Say whether an entry asks for the package, by its name or by an alias, at the vulnerable version."""
    alias = re.fullmatch(r"npm:((?:@[^@/]+/)?[^@/]+)@(.+)", wanted)
    name, text = (alias[1], alias[2]) if alias else (key, wanted)
    return name == upgrade.name and npm_ranges.allows(text, upgrade.current)


def _read(text: str) -> Mapping[str, object]:
    try:
        document: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unchangeable("is no JSON that can be read") from error
    if not isinstance(document, dict):
        raise Unchangeable("is not what its name says")
    return document


def _section(document: Mapping[str, object], name: str) -> dict[str, object]:
    found = document.get(name)
    return found if isinstance(found, dict) else {}


def _verify(text: str, wanted: Mapping[str, object]) -> None:
    if json.loads(text) != wanted:
        raise Unchangeable("is written in a way that nothing here can change; change it by hand")


def _tokens(text: str) -> Iterator[_Token]:
    """Give the values of a JSON document that is known to be one; a list's own values are not told apart."""
    path: list[str] = []
    kinds: list[str] = []
    key = ""
    expects_key = False
    for found in _TOKEN.finditer(text):
        word, start, end = found.group(), found.start(), found.end()
        if word in ("{", "["):
            kinds.append(word)
            path.append(key)
            key = ""
            expects_key = word == "{"
        elif word in ("}", "]"):
            kinds.pop()
            key = path.pop()
            yield _Token(path=(*path[1:], *([key] if path else ())), start=start, end=end, closes=True)
            expects_key = False
        elif word == ",":
            expects_key = bool(kinds) and kinds[-1] == "{"
        elif word == ":":
            continue
        elif expects_key:
            key = json.loads(word)
            expects_key = False
        elif kinds and kinds[-1] == "{":
            yield _Token(path=(*path[1:], key), start=start, end=end)


def _set(text: str, section: str, name: str, value: str, *, replaces: bool) -> tuple[str, int]:
    """Write an entry into a section of the document, which is made at its end where there is none."""
    tokens = list(_tokens(text))
    written = json.dumps(value)
    if replaces:
        old = next(each for each in tokens if each.path == (section, name))
        return f"{text[: old.start]}{written}{text[old.end :]}", old.start
    space = " " if re.search(r'":\s', text) else ""
    entry = f"{json.dumps(name)}:{space}{written}"
    opening = _OPENING.search(text)
    outer = opening[1] if opening else ""
    end = re.search(r"\r\n|\r|\n", outer)
    indent = outer[end.end() :] if end else ""
    inner = f"{outer}{indent}" if end else outer
    closing = next((each for each in tokens if each.closes and each.path == (section,)), None)
    if closing is None:
        whole = f"{json.dumps(section)}:{space}{{{inner}{entry}{outer}}}"
        return _append(text, max(tokens, key=lambda each: each.end).start, f"{outer}{whole}", outer)
    return _append(text, closing.start, f"{inner}{entry}", outer)


def _append(text: str, closing: int, member: str, before_closing: str) -> tuple[str, int]:
    """Add a member before the brace that closes an object."""
    last = len(text[:closing].rstrip())
    comma = "" if text[last - 1] == "{" else ","
    tail = text[last:closing] or ("" if comma else before_closing)
    new = f"{text[:last]}{comma}{member}{tail}{text[closing:]}"
    return new, last + len(comma) + len(member)
