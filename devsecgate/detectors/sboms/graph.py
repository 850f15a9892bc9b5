"""The edges of a dependency graph in; for each part, whether it is asked for directly and what pulls it in, out."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping, Sequence

import msgspec

from devsecgate.text import shorten

LONGEST_PATH = 12
"""Steps of a path that are shown; of a longer one the middle is left out."""
_LONGEST_NAME = 120
_LEFT_OUT = "…"


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a part stands in the graph."""

    direct: bool | None
    """None: no root leads to it."""
    via: tuple[str, ...]
    """The names of those that pull it in, from one that is asked for down to its parent."""


def trace(roots: Collection[str], edges: Mapping[str, Sequence[str]], names: Mapping[str, str]) -> Mapping[str, Place]:
    """Walk breadth first from the roots, so that every path is a shortest one, and cycles end.

    What no root leads to is walked from the parts that nobody pulls in: they are not known to be asked for, and yet
    it is they that pull in the others. `names` are shown for references, and every reference but a root's has one.
    """
    found: dict[str, Place] = {}
    starts = frozenset(roots)
    direct = [child for root in sorted(starts) for child in edges.get(root, ()) if child not in starts]
    found.update((child, Place(direct=True, via=())) for child in direct)
    _walk(deque(found), edges, names, found=found, direct=False)
    pulled_in = {child for children in edges.values() for child in children}
    tops = [each for each in edges if each not in pulled_in and each not in found and each not in starts]
    found.update((each, Place(direct=None, via=())) for each in tops)
    _walk(deque(tops), edges, names, found=found, direct=None)
    return {each: place for each, place in found.items() if each not in starts}


def _walk(
    waiting: deque[str],
    edges: Mapping[str, Sequence[str]],
    names: Mapping[str, str],
    *,
    found: dict[str, Place],
    direct: bool | None,
) -> None:
    while waiting:
        parent = waiting.popleft()
        via = _longer(found[parent].via, shorten(names[parent], _LONGEST_NAME))
        for child in edges.get(parent, ()):
            if child not in found:
                found[child] = Place(direct=direct, via=via)
                waiting.append(child)


def _longer(path: tuple[str, ...], name: str) -> tuple[str, ...]:
    if len(path) < LONGEST_PATH:
        return (*path, name)
    return (path[0], _LEFT_OUT, *path[3:], name)
