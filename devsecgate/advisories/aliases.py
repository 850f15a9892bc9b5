"""Which advisories are about the same vulnerability: ids with their aliases in, groups of ids out.

Aliases are symmetric and transitive: `GHSA-a{CVE-1}`, `GHSA-b{CVE-2}` and a bridge `{CVE-1, CVE-2}`
are one group, in whatever order they come. As osv.dev does, a record with more than 5 aliases joins
nothing, and a group of more than 32 ids is not believed: its records stay on their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

MOST_ALIASES = 5
LARGEST_GROUP = 32
_PREFERRED = ("CVE-", "GHSA-", "")


def closure(records: Iterable[tuple[str, tuple[str, ...]]]) -> Mapping[str, frozenset[str]]:
    """Give the group of every record's id, which always holds the id itself and its own aliases."""
    given = tuple(records)
    own: dict[str, set[str]] = {}
    for identity, aliases in given:
        own.setdefault(identity, {identity}).update(aliases)
    groups = _groups(given)
    return {identity: groups[identity] | ids for identity, ids in own.items()}


def names(records: Iterable[tuple[str, tuple[str, ...]]]) -> Mapping[str, str]:
    """Give the one name of every record's group; records with the same name are the same vulnerability."""
    return {identity: preferred(group) for identity, group in _groups(tuple(records)).items()}


def _groups(records: Iterable[tuple[str, tuple[str, ...]]]) -> Mapping[str, frozenset[str]]:
    """Give the group of every record's id, as far as it is believed: alone, where it is not."""
    joined = _Union()
    identities = []
    for identity, aliases in records:
        identities.append(identity)
        joined.find(identity)
        if len(aliases) <= MOST_ALIASES:
            for each in aliases:
                joined.join(identity, each)
    members: dict[str, set[str]] = {}
    for each in joined.ids():
        members.setdefault(joined.find(each), set()).add(each)
    believed = {root: frozenset(ids) for root, ids in members.items() if len(ids) <= LARGEST_GROUP}
    return {identity: believed.get(joined.find(identity), frozenset({identity})) for identity in identities}


def preferred(ids: Iterable[str]) -> str:
    """Give the id to show: a CVE, else a GHSA, else the first of the others."""
    given = tuple(ids)
    for prefix in _PREFERRED:
        found = [each for each in given if each.startswith(prefix)]
        if found:
            return min(found)
    raise ValueError("no ids")


class _Union:
    """Disjoint sets of ids, with path halving."""

    def __init__(self) -> None:
        self._parents: dict[str, str] = {}

    def ids(self) -> tuple[str, ...]:
        return tuple(self._parents)

    def find(self, each: str) -> str:
        parents = self._parents
        parents.setdefault(each, each)
        while parents[each] != each:
            parents[each] = parents[parents[each]]
            each = parents[each]
        return each

    def join(self, one: str, other: str) -> None:
        first, second = sorted((self.find(one), self.find(other)))
        self._parents[second] = first
