"""A version as Poetry's and Pipenv's tables write it in; PEP 440 specifiers out, so that a lock can be held to it."""

from __future__ import annotations

import re

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

_PART = re.compile(r"(\^|~=|~|===|==|!=|<>|<=|>=|<|>|=|)\s*v?([0-9][0-9A-Za-z.!+_-]*(?:\.\*)?|\*)", re.ASCII)
_BETWEEN = re.compile(r"\s*,\s*|(?<=[0-9A-Za-z*])\s+(?=[<>=!~^])")
_WILD = re.compile(r"(?:\.[xX*])+$")
_SPELLED = {"": "==", "=": "==", "<>": "!="}
_LONGEST = 512
OR = "||"


def specifiers(text: str) -> str | None:
    """Give PEP 440 specifiers, alternatives divided by `||`; empty for any version, None for what is no range."""
    if len(text) > _LONGEST:
        return None
    alternatives = [_all(each) for each in re.split(r"\|\|?", text)]
    read = [each for each in alternatives if each is not None]
    if len(read) < len(alternatives):
        return None
    return "" if "" in read else OR.join(read)


def _all(text: str) -> str | None:
    """Read ranges that must all hold, divided by commas or by white space."""
    found: list[str] = []
    for part in _BETWEEN.split(text.strip().rstrip(",")):
        each = _one(part)
        if each is None:
            return None
        found += [each] if each else []
    return ",".join(found)


def _one(text: str) -> str | None:
    matched = _PART.fullmatch(_WILD.sub(".*", text.strip()))
    if matched is None:
        return None
    operator, version = matched.groups()
    if version == "*":
        return "" if operator in ("", "==", ">=") else None
    try:
        if operator in ("^", "~"):
            return f">={version},<{_above(Version(version), caret=operator == '^')}"
        return str(SpecifierSet(f"{_SPELLED.get(operator, operator)}{version}"))
    except (InvalidSpecifier, InvalidVersion):
        return None


def _above(version: Version, *, caret: bool) -> str:
    """Give the first release that a caret or a tilde leaves out."""
    release = version.release
    if caret:
        position = next((index for index, number in enumerate(release) if number), len(release) - 1)
    else:
        position = min(1, len(release) - 1)
    bumped = (*release[:position], release[position] + 1)
    epoch = f"{version.epoch}!" if version.epoch else ""
    return f"{epoch}{'.'.join(map(str, bumped))}"
