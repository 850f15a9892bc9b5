"""A Maven version in; a key that sorts as Maven's ComparableVersion sorts out.

Our own, because univers knows no `RELEASE` and misorders what follows it. The tests hold it to Maven's own class.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from devsecgate.advisories.versions.key import Key, parsed

_VERSION = re.compile(r"(?!(?:LATEST|RELEASE)$)[A-Za-z0-9._+~-]+", re.ASCII)
"""Maven takes any text; expressions, ranges and its two names for "the newest one" are no versions."""
_PARTS = re.compile(r"([.-]?)(?:([0-9]+)|([^0-9.-]+)|(?=[.-]|$))", re.ASCII)
"""A separator, and a number, a word, or nothing, which stands for zero."""
_ALIASES = {"ga": "", "final": "", "release": "", "cr": "rc"}
_SHORT = {"a": "alpha", "b": "beta", "m": "milestone"}
"""What they stand for where a digit follows at once."""
_QUALIFIERS = ("alpha", "beta", "milestone", "rc", "snapshot", "", "sp")

_BEFORE, _END, _AFTER, _HYPHEN_NUMBER, _DOT_NUMBER = range(5)
"""What follows two equal beginnings: the version with the later of these is the later version."""
_Part = tuple[int, int, int | str]


def maven(text: str) -> Key:
    """Parse a version; one dot before a qualifier is a hyphen everywhere, as Maven's specification has it."""
    key: list[_Part] = []
    for hyphen, part in _parts(parsed(_VERSION, text)[0].lower()):
        if hyphen:
            _trim(key)
        key.append(part)
    _trim(key)
    return (*key, (_END, 0, 0))


def _trim(key: list[_Part]) -> None:
    """Drop what changes nothing at the end of a list: zeros, and qualifiers that mean the release."""
    while key and (key[-1][0] == _END or (key[-1][0] >= _HYPHEN_NUMBER and not key[-1][1])):
        key.pop()


def _parts(text: str) -> Iterator[tuple[bool, _Part]]:
    """Give each part, and whether a hyphen, or what counts as one, is before it."""
    found = list(_PARTS.finditer(text))
    for place, each in enumerate(found):
        separator, digits, word = each.groups()
        if word is None:
            hyphen = separator == "-" or (not separator and place > 0 and found[place - 1][3] is not None)
            yield hyphen, (_HYPHEN_NUMBER if hyphen else _DOT_NUMBER, int(digits or 0), 0)
        else:
            followed = place + 1 < len(found) and not found[place + 1][1] and found[place + 1][2] is not None
            yield True, _qualifier(_SHORT.get(word, word) if followed else word)


def _qualifier(word: str) -> _Part:
    word = _ALIASES.get(word, word)
    if word not in _QUALIFIERS:
        return (_AFTER, len(_QUALIFIERS), word)
    rank, release = _QUALIFIERS.index(word), _QUALIFIERS.index("")
    return (_BEFORE if rank < release else _END if rank == release else _AFTER, rank, "")
