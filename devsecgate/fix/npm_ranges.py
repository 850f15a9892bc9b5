"""A range as package.json writes it and a target in; the range that allows the target out. Operators stay.

What a range allows is for semantic_version, which reads npm's grammar, to say.
"""

from __future__ import annotations

import re

from devsecgate.fix.records import Unchangeable

_NUMBER = r"(?:0|[1-9][0-9]*)"
_FULL = rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?"
_SINGLE = re.compile(rf"(\^|~|=|)(\s*v?)({_FULL})", re.ASCII)
_PARTIAL = re.compile(rf"(\^|~|=|)(\s*v?)({_NUMBER}(?:\.{_NUMBER})?)((?:\.[xX*])*)", re.ASCII)
_CLAUSE = re.compile(rf"(<=|>=|<|>)(\s*)({_NUMBER}(?:\.{_NUMBER}){{0,2}})(?![0-9.xX*-])", re.ASCII)
_ALIAS = re.compile(r"(npm:(?:@[^@/]+/)?[^@/]+@)(.+)")


def raised(text: str, target: str) -> str:
    """Raise a range; unchanged where it allows the target and has no `^` or `~` to raise. Raises Unchangeable."""
    alias = _ALIAS.fullmatch(text)
    if alias:
        return f"{alias[1]}{raised(alias[2], target)}"
    stripped = text.strip()
    allowed = allows(stripped, target)
    single = _SINGLE.fullmatch(stripped)
    if single:
        operator, space, version = single.groups()
        if _is_later(version, target):
            return text
        return text.replace(stripped, f"{operator}{space}{target}")
    if allowed:
        return text
    new = _partial(stripped, target) or _CLAUSE.sub(lambda match: _clause(match, target), stripped)
    if not allows(new, target):
        raise Unchangeable(f"asks for `{text}`, which nothing here can change to allow {target}")
    return text.replace(stripped, new)


def allows(text: str, version: str) -> bool:
    """Say whether a range allows a version; what is no range (a tag, an address) allows none."""
    from semantic_version import NpmSpec, Version  # type: ignore[import-untyped]  # it has no stubs

    try:
        return bool(NpmSpec(text.strip() or "*").match(Version(version)))
    except ValueError:
        return False


def _partial(text: str, target: str) -> str | None:
    """Give `2.x` for `1.x`, `^2.1` for `^1.4`."""
    found = _PARTIAL.fullmatch(text)
    if found is None:
        return None
    operator, space, version, wild = found.groups()
    count = version.count(".") + 1
    return f"{operator}{space}{'.'.join(_release(target)[:count])}{wild}"


def _clause(match: re.Match[str], target: str) -> str:
    operator, space, version = match.groups()
    if operator == ">=":
        return match.group() if _is_later(version, target) else f"{operator}{space}{target}"
    if operator == "<=":
        return f"{operator}{space}{target}"
    if operator == "<" and not allows(f"<{version}", target):
        count = version.count(".") + 1
        parts = _release(target)[:count]
        return f"{operator}{space}{'.'.join([*parts[:-1], str(int(parts[-1]) + 1)])}"
    return match.group()


def _release(version: str) -> list[str]:
    return re.split(r"[-+]", version, maxsplit=1)[0].split(".")


def _is_later(version: str, target: str) -> bool:
    numbers = [int(each) for each in _release(version)]
    return numbers > [int(each) for each in _release(target)]
