"""What every ordering gives back and raises."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol, Self

LONGEST = 256
"""Characters of a version; what is longer is none."""


class Key(Protocol):
    """What two versions of one ordering are compared by; keys that are equal by `<` are `==` and hash alike."""

    def __lt__(self, other: Self, /) -> bool:
        """Say whether this version is before the other one."""
        ...

    def __hash__(self) -> int:
        """Give the same number for equal versions."""
        ...


Ordering = Callable[[str], Key]
"""Parses a version; raises `UnknownVersion`."""


class UnknownVersion(ValueError):  # noqa: N818 - it names what was met
    """A version that its ecosystem's rules cannot read: nothing may be said about it."""


def parsed(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    """Match a whole version; raises `UnknownVersion`."""
    found = pattern.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        raise UnknownVersion(text[:LONGEST])
    return found
