"""What records say about one package in; a table of it out, in which versions are places and no longer compared.

To compare versions is what matching mostly does. All that is compared at a package are the versions that its records
speak of: they are put in order once, and what is affected becomes spans of places among them. A version to be
judged is then looked up in that order, by a handful of comparisons, whatever the number of records.

The place of the version at `i` is `2 * i + 1`; `2 * i` is that of all versions just before it, and `2 * len` that of
all after the last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby

import msgspec

from devsecgate.advisories.evaluate import key_of, walk
from devsecgate.advisories.record import Affected, EventType, Range, RangeType
from devsecgate.advisories.versions import Key, Ordering, ordering

_MOST_EVENTS = 100
"""Of a range that is placed: it is walked once for each of them. Of the real ones the longest has 78."""


class Row(msgspec.Struct, array_like=True, frozen=True):
    """One affected entry."""

    release: int
    """Among the table's."""
    vectors: tuple[str, ...]
    """Its CVSS vectors."""
    fixed: tuple[int, ...]
    """The versions that fix it, by their number in the table."""
    spans: tuple[int, ...] | None
    """The places that are affected: the first of each span, and the first after it; None: only to be had by reading
    the entry itself, since it has an end that is no version, an order that is not the ecosystem's, no range, or a
    range of very many events."""


class Table(msgspec.Struct, array_like=True, frozen=True):
    """All entries about one package."""

    releases: tuple[str, ...]
    """The ecosystem's strings: `Debian:12`."""
    versions: tuple[str, ...]
    """In order; of those that are equal, every spelling."""
    rows: tuple[Row, ...]
    """In the order of the entries."""


_Places = dict[str, tuple[int, int]]
"""By version, its place and the first that is later; the same for equal versions."""


def table(entries: Sequence[Affected]) -> Table:
    """Place what entries say about one package of one ecosystem, whatever the release."""
    releases = tuple(sorted({each.ecosystem for each in entries}))
    compare = ordering(entries[0].ecosystem, RangeType.ECOSYSTEM) if entries else None
    if compare is None:
        unplaced = (_unplaced(each, releases) for each in entries)
        return Table(releases=releases, versions=(), rows=tuple(unplaced))
    placed = [_can_be_placed(each, compare) for each in entries]
    texts = {text for each, can_be in zip(entries, placed, strict=True) if can_be for text in _texts(each)}
    versions, places = _order(texts, compare)
    numbers = {text: number for number, text in enumerate(versions)}
    rows = (
        Row(
            release=releases.index(each.ecosystem),
            vectors=each.vectors,
            fixed=tuple(sorted({numbers[text] for text in _fixed(each)})),
            spans=_spans(each, places),
        )
        if can_be
        else _unplaced(each, releases)
        for each, can_be in zip(entries, placed, strict=True)
    )
    return Table(releases=releases, versions=versions, rows=tuple(rows))


def _unplaced(entry: Affected, releases: Sequence[str]) -> Row:
    return Row(release=releases.index(entry.ecosystem), vectors=entry.vectors, fixed=(), spans=None)


def _can_be_placed(entry: Affected, compare: Ordering) -> bool:
    """Say whether all of an entry can be compared, and by the ecosystem's own order."""
    ranges = _ranges(entry)
    if not ranges and not entry.versions:
        return False
    return all(
        len(each.events) <= _MOST_EVENTS
        and ordering(entry.ecosystem, each.type) is compare
        and all(event.is_boundless or key_of(compare, event.version) is not None for event in each.events)
        for each in ranges
    )


def _ranges(entry: Affected) -> list[Range]:
    return [each for each in entry.ranges if each.type is not RangeType.GIT]


def _texts(entry: Affected) -> Iterator[str]:
    """Give every version that an entry speaks of, readable or not."""
    yield from entry.versions
    yield from (event.version for each in _ranges(entry) for event in each.events if not event.is_boundless)


def _fixed(entry: Affected) -> Iterator[str]:
    return (event.version for each in _ranges(entry) for event in each.events if event.type is EventType.FIXED)


def _order(texts: Iterable[str], compare: Ordering) -> tuple[tuple[str, ...], _Places]:
    """Put those that are versions in order, and give the places of each."""
    keys: dict[str, Key] = {text: key for text in sorted(texts) if (key := key_of(compare, text)) is not None}
    versions = tuple(sorted(keys, key=keys.__getitem__))
    places: _Places = {}
    for _, equal in groupby(range(len(versions)), key=lambda number: keys[versions[number]]):
        first, *others = equal
        last = others[-1] if others else first
        places |= {versions[number]: (2 * first + 1, 2 * last + 2) for number in (first, *others)}
    return versions, places


def _spans(entry: Affected, places: _Places) -> tuple[int, ...]:
    """Give the places that an entry's ranges and its list affect, as spans that neither touch nor overlap."""
    found = [places[text] for text in entry.versions if text in places]
    for each in _ranges(entry):
        found += _of_range(each, places)
    spans: list[int] = []
    for start, end in sorted(found):
        if spans and start <= spans[-1]:
            spans[-1] = max(spans[-1], end)
        else:
            spans += (start, end)
    return tuple(spans)


def _of_range(each: Range, places: _Places) -> Iterator[tuple[int, int]]:
    """Walk a range at every place where what it says may change."""
    last = 2 * len(places)
    edges = sorted({0, *(edge for event in each.events if not event.is_boundless for edge in places[event.version])})
    key = partial(_first, places)
    for start, end in zip(edges, [*edges[1:], last + 1], strict=True):
        if walk(each.events, start, key)[0]:
            yield start, end


def _first(places: _Places, text: str) -> int:
    return places[text][0]
