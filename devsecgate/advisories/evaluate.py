"""One affected entry of an advisory and one version in; affected, not affected, or not to be known out.

The algorithm is OSV's: affected where the version is in `versions`, or where walking the sorted events
of any range ends in "vulnerable". What cannot be compared is never called clean.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from devsecgate.advisories.record import Affected, Event, EventType, Range, RangeType
from devsecgate.advisories.versions import Key, Ordering, UnknownVersion, ordering, spellings

_RANKS = {each: rank for rank, each in enumerate(EventType)}


class Answer(Enum):
    """What an advisory says about one version."""

    AFFECTED = "affected"
    UNAFFECTED = "unaffected"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The answer, and for UNKNOWN the reason as half a sentence."""

    answer: Answer
    why: str = ""


_AFFECTED = Judgement(answer=Answer.AFFECTED)
_UNAFFECTED = Judgement(answer=Answer.UNAFFECTED)


def evaluate(affected: Affected, version: str) -> Judgement:
    """Say whether a version of the entry's package is affected."""
    judgements = [_one(affected, spelling) for spelling in spellings(affected.ecosystem, version)]
    return _worst(judgements)


def fixes(entries: Iterable[Affected], version: str) -> tuple[str, ...]:
    """Give the versions after this one that end what the entries say, smallest first; none that any entry affects."""
    entries = tuple(entries)
    found: dict[Ordering, dict[str, Key]] = {}
    for entry in entries:
        for each in entry.ranges:
            compare = ordering(entry.ecosystem, each.type)
            if compare is not None:
                found.setdefault(compare, {}).update(_later(each.events, version, compare))
    ordered = [text for keys in found.values() for text in sorted(sorted(keys), key=keys.__getitem__)]
    return tuple(
        text
        for text in dict.fromkeys(ordered)
        if all(_one(entry, text).answer is not Answer.AFFECTED for entry in entries)
    )


def _later(events: Iterable[Event], version: str, compare: Ordering) -> dict[str, Key]:
    """Give the readable fixed versions after this one."""
    found: dict[str, Key] = {}
    for event in events:
        if event.type is EventType.FIXED:
            try:
                key = compare(event.version)
                if compare(version) < key:
                    found[event.version] = key
            except UnknownVersion:
                continue
    return found


def _worst(judgements: Sequence[Judgement]) -> Judgement:
    """Affected if any says so; else unknown if any does."""
    for wanted in (Answer.AFFECTED, Answer.UNKNOWN):
        for judgement in judgements:
            if judgement.answer is wanted:
                return judgement
    return _UNAFFECTED


def _one(affected: Affected, version: str) -> Judgement:
    """Apply the list, then the ranges."""
    if _listed(affected, version):
        return _AFFECTED
    judged = [_range(each, affected.ecosystem, version) for each in affected.ranges if each.type is not RangeType.GIT]
    if judged:
        return _worst(judged)
    if not affected.versions:
        what = "only ranges of commits" if affected.ranges else "neither ranges nor versions"
        return Judgement(answer=Answer.UNKNOWN, why=f"it gives {what}")
    return _UNAFFECTED if _is_readable(affected.ecosystem, version) else _not_a_version(affected.ecosystem, version)


def _is_readable(ecosystem: str, version: str) -> bool:
    """Say whether a version could have been found equal to one of a list that spells it differently."""
    compare = ordering(ecosystem, RangeType.ECOSYSTEM)
    if compare is None:
        return True
    try:
        compare(version)
    except UnknownVersion:
        return False
    return True


def _not_a_version(ecosystem: str, version: str) -> Judgement:
    return Judgement(answer=Answer.UNKNOWN, why=f"{version} is not a version by the rules of {ecosystem}")


def _listed(affected: Affected, version: str) -> bool:
    """Say whether the list holds the version, as text or, where versions can be compared, as an equal one."""
    if version in affected.versions:
        return True
    compare = ordering(affected.ecosystem, RangeType.ECOSYSTEM)
    if compare is None or not affected.versions:
        return False
    try:
        key = compare(version)
    except UnknownVersion:
        return False
    return any(_equal(key, each, compare) for each in affected.versions)


def _equal(key: Key, text: str, compare: Ordering) -> bool:
    try:
        other = compare(text)
    except UnknownVersion:
        return False
    return not key < other and not other < key


def _range(each: Range, ecosystem: str, version: str) -> Judgement:
    """Walk one range. An unreadable end of it is passed over where the version was never affected anyway."""
    compare = ordering(ecosystem, each.type)
    if compare is None:
        return Judgement(answer=Answer.UNKNOWN, why=f"no ordering of {ecosystem} versions is known here")
    try:
        key = compare(version)
    except UnknownVersion:
        return _not_a_version(ecosystem, version)
    readable, unreadable = _split(each.events, compare)
    if any(event.type is EventType.INTRODUCED for event in unreadable):
        return _unreadable(unreadable, ecosystem)
    if any(event.type is EventType.LIMIT for event in unreadable):  # the version may well be below that one
        readable = [event for event in readable if event.type is not EventType.LIMIT]
    if not _walk(readable, key, compare):
        return _UNAFFECTED
    return _unreadable(unreadable, ecosystem) if unreadable else _AFFECTED


def _unreadable(events: Sequence[Event], ecosystem: str) -> Judgement:
    names = ", ".join(sorted({event.version for event in events}))
    return Judgement(answer=Answer.UNKNOWN, why=f"its {names} is not a version by the rules of {ecosystem}")


def _split(events: Iterable[Event], compare: Ordering) -> tuple[list[Event], list[Event]]:
    """Tell the events with a version that can be compared from the others."""
    readable, unreadable = [], []
    for event in events:
        try:
            if not _boundless(event):
                compare(event.version)
            readable.append(event)
        except UnknownVersion:
            unreadable.append(event)
    return readable, unreadable


def _boundless(event: Event) -> bool:
    """Say whether an event is the beginning of everything, or the end."""
    return (event.type is EventType.INTRODUCED and event.version == "0") or (
        event.type is EventType.LIMIT and event.version == "*"
    )


def _walk(events: Iterable[Event], version: Key, compare: Ordering) -> bool:
    """Say whether the version is affected, by events that can all be compared."""
    limits = [event for event in events if event.type is EventType.LIMIT]
    if limits and not any(limit.version == "*" or version < compare(limit.version) for limit in limits):
        return False
    affected = False
    latest: tuple[Key, int] | None = None
    for event in events:
        if event.type is EventType.LIMIT:
            continue
        if _boundless(event):
            affected = affected if latest is not None else True
            continue
        key = compare(event.version)
        if not _reached(event, key, version):
            continue
        rank = _RANKS[event.type]
        if latest is None or latest[0] < key or (not key < latest[0] and latest[1] <= rank):
            latest = (key, rank)
            affected = event.type is EventType.INTRODUCED
    return affected


def _reached(event: Event, key: Key, version: Key) -> bool:
    """Say whether the event has taken effect at this version; `last_affected` does so only after its own."""
    return key < version if event.type is EventType.LAST_AFFECTED else not version < key
