"""One affected entry of an advisory and one version in; affected, not affected, or not to be known out.

The algorithm is OSV's: affected where the version is in `versions`, or where walking the sorted events
of any range ends in "vulnerable". What cannot be compared is never called clean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from functools import lru_cache, partial

import msgspec

from devsecgate.advisories.record import Affected, Event, EventType, Range, RangeType
from devsecgate.advisories.versions import Key, Ordering, UnknownVersion, ordering, spellings

_INTRODUCED, _LAST_AFFECTED, _LIMIT = EventType.INTRODUCED, EventType.LAST_AFFECTED, EventType.LIMIT
_RANKS = {each: rank for rank, each in enumerate(EventType)}


class Answer(Enum):
    """What an advisory says about one version."""

    AFFECTED = "affected"
    UNAFFECTED = "unaffected"
    UNKNOWN = "unknown"


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """The answer, and for UNKNOWN the reason as half a sentence."""

    answer: Answer
    why: str = ""


_AFFECTED = Judgement(answer=Answer.AFFECTED)
_UNAFFECTED = Judgement(answer=Answer.UNAFFECTED)


def evaluate(affected: Affected, version: str) -> Judgement:
    """Say whether a version of the entry's package is affected."""
    judged = _one(affected, version)
    for spelling in spellings(affected.ecosystem, version)[1:]:
        judged = _worse(judged, _one(affected, spelling))
    return judged


def fixes(entries: Iterable[Affected], version: str) -> tuple[str, ...]:
    """Give the versions after this one that end what the entries say, smallest first; none that any entry affects."""
    entries = tuple(entries)
    found: dict[Ordering, dict[str, Key]] = {}
    ends: list[set[str]] = []
    for entry in entries:
        ends.append(set())
        for each in entry.ranges:
            compare = ordering(entry.ecosystem, each.type)
            if compare is not None:
                later = _later(each, version, compare)
                found.setdefault(compare, {}).update(later)
                ends[-1] |= later.keys()
    ordered = [text for keys in found.values() for text in sorted(sorted(keys), key=keys.__getitem__)]
    left = list(dict.fromkeys(ordered))
    places = {text: place for place, text in enumerate(left)}
    last = [max(map(places.__getitem__, each), default=-1) for each in ends]
    for number in sorted(range(len(entries)), key=lambda each: -last[each]):  # what ends last leaves the fewest
        left = [text for text in left if _one(entries[number], text) is not _AFFECTED]
    return tuple(left)


def _later(each: Range, version: str, compare: Ordering) -> dict[str, Key]:
    """Give the readable fixed versions after this one."""
    own = key_of(compare, version)
    if own is None:
        return {}
    keys = {event.version: key_of(compare, event.version) for event in each.events if event.type is EventType.FIXED}
    return {text: key for text, key in keys.items() if key is not None and own < key}


def _worse(one: Judgement | None, other: Judgement) -> Judgement:
    """Affected if either says so; else unknown if either does."""
    return other if one is None or one is _UNAFFECTED or other is _AFFECTED else one


def _one(affected: Affected, version: str) -> Judgement:
    """Apply the ranges, and the list, which takes longer: either is enough."""
    if version in affected.versions:
        return _AFFECTED
    judged: Judgement | None = None
    for each in affected.ranges:
        if each.type is not RangeType.GIT:
            judged = _worse(judged, _range(each, affected.ecosystem, version))
            if judged is _AFFECTED:
                return judged
    if affected.versions and _is_listed(affected, version):
        return _AFFECTED
    return _unranged(affected, version) if judged is None else judged


def _unranged(affected: Affected, version: str) -> Judgement:
    """Judge a version that the list does not hold, where there is nothing but the list."""
    if not affected.versions:
        what = "only ranges of commits" if affected.ranges else "neither ranges nor versions"
        return Judgement(answer=Answer.UNKNOWN, why=f"it gives {what}")
    compare = ordering(affected.ecosystem, RangeType.ECOSYSTEM)
    if compare is None or key_of(compare, version) is not None:
        return _UNAFFECTED
    return _not_a_version(affected.ecosystem, version)


def _not_a_version(ecosystem: str, version: str) -> Judgement:
    return Judgement(answer=Answer.UNKNOWN, why=f"{version} is not a version by the rules of {ecosystem}")


@lru_cache(maxsize=1 << 16)
def key_of(compare: Ordering, text: str) -> Key | None:
    """Parse a version; None where it cannot be read."""
    try:
        return compare(text)
    except UnknownVersion:
        return None


def _is_listed(affected: Affected, version: str) -> bool:
    """Say whether the list holds an equal version that is spelled differently, where versions can be compared."""
    compare = ordering(affected.ecosystem, RangeType.ECOSYSTEM)
    if compare is None:
        return False
    key = key_of(compare, version)
    return key is not None and key in _listed(affected.versions, compare)


@lru_cache(maxsize=1 << 10)
def _listed(versions: frozenset[str], compare: Ordering) -> frozenset[Key]:
    """Read a list; one advisory is asked about many versions when its fixes are looked for."""
    return frozenset(key for each in versions if (key := key_of(compare, each)) is not None)


def _range(each: Range, ecosystem: str, version: str) -> Judgement:
    """Walk one range. An unreadable end of it is passed over where the version was never affected anyway."""
    compare = ordering(ecosystem, each.type)
    if compare is None:
        return Judgement(answer=Answer.UNKNOWN, why=f"no ordering of {ecosystem} versions is known here")
    key = key_of(compare, version)
    if key is None:
        return _not_a_version(ecosystem, version)
    affected, unreadable = walk(each.events, key, partial(key_of, compare))
    if unreadable and (affected or any(event.type is EventType.INTRODUCED for event in unreadable)):
        names = ", ".join(sorted({event.version for event in unreadable}))
        return Judgement(answer=Answer.UNKNOWN, why=f"its {names} is not a version by the rules of {ecosystem}")
    return _AFFECTED if affected else _UNAFFECTED


def walk(events: Iterable[Event], version: Key, key_of: Callable[[str], Key | None]) -> tuple[bool, list[Event]]:
    """Say whether a version is affected by the events that can be compared, and give the others.

    `key_of` gives what a version's text is compared by; None where it cannot be read.
    """
    affected = is_limited = is_within = False
    latest: tuple[Key, EventType] | None = None
    unreadable: list[Event] = []
    for event in events:
        kind = event.type
        is_boundless = event.is_boundless
        key = None if is_boundless else key_of(event.version)
        if key is None and not is_boundless:
            unreadable.append(event)
        if kind is _LIMIT:  # below one that cannot be read the version may well be
            is_limited, is_within = True, is_within or key is None or version < key
        elif key is None:
            affected = affected or (is_boundless and latest is None)
        elif (key < version if kind is _LAST_AFFECTED else not version < key) and _is_later(key, kind, latest):
            latest = (key, kind)
            affected = kind is _INTRODUCED
    return affected and (is_within or not is_limited), unreadable


def _is_later(key: Key, kind: EventType, latest: tuple[Key, EventType] | None) -> bool:
    if latest is None or latest[0] < key:
        return True
    return not key < latest[0] and _RANKS[latest[1]] <= _RANKS[kind]
