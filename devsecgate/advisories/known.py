"""The records of an ecosystem in; for each package what they say about one of its versions, and what ends that, out."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import cast

import msgspec

from devsecgate.advisories import evaluate
from devsecgate.advisories.ecosystems import same_release
from devsecgate.advisories.evaluate import Answer
from devsecgate.advisories.places import Row, Table, table
from devsecgate.advisories.record import Advisory, Affected, Common, RangeType
from devsecgate.advisories.versions import Key, ordering, spellings
from devsecgate.model import GapReason


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """Why an ecosystem's records could not be read as a whole."""

    reason: GapReason
    detail: str


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """What an ecosystem's records are, whatever the package."""

    records: int = 0
    """Well-formed records, withdrawn ones included."""
    as_of: str = ""
    """ISO 8601 date of the newest record that is not dated in the future; empty without one."""
    malformed: tuple[str, ...] = ()
    """Names of the files that are not OSV records."""
    releases: frozenset[str] = frozenset()
    """The ecosystem's strings in records of any package: `Debian:12`."""
    troubles: tuple[Trouble, ...] = ()


class Record(msgspec.Struct, frozen=True):
    """One record, as far as it does not speak of a package."""

    common: Common
    group: frozenset[str]
    """Its id with its aliases, closed over every record of any package."""


class Known:
    """What records say about one package: one row for each affected entry, as in its table."""

    __slots__ = ("_at", "_entries", "_numbers", "_read", "_records", "table")

    def __init__(
        self,
        table: Table,
        *,
        numbers: Sequence[int],
        records: Mapping[int, Record],
        read: Callable[[], Sequence[Affected]],
    ) -> None:
        """Take the number of the record of each row, the records by number, and how to get the entries themselves."""
        self.table = table
        self._numbers = numbers
        self._records = records
        self._read = read
        self._entries: Sequence[Affected] | None = None
        self._at: tuple[str, tuple[int, int] | None] = ("", None)

    def rows(self, ecosystem: str) -> list[int]:
        """Give the rows about a release."""
        about = [each == ecosystem or same_release(each, ecosystem) for each in self.table.releases]
        if all(about):
            return list(range(len(self.table.rows)))
        return [number for number, row in enumerate(self.table.rows) if about[row.release]]

    def number(self, row: int) -> int:
        """Give the number of a row's record: several rows may be of one."""
        return self._numbers[row]

    def record(self, row: int) -> Record:
        """Give the record of a row."""
        return self._records[self._numbers[row]]

    def vectors(self, row: int) -> tuple[str, ...]:
        """Give the CVSS vectors of a row."""
        return self.table.rows[row].vectors

    def entry(self, row: int) -> Affected:
        """Give a row as its record has it."""
        if self._entries is None:
            self._entries = self._read()
        return self._entries[row]

    def judge(self, rows: Iterable[int], version: str) -> tuple[list[int], list[tuple[int, str]]]:
        """Give those of the rows that affect a version, and those that cannot be evaluated for it, with the reason."""
        place = self._place(version)
        affecting: list[int] = []
        unknown: list[tuple[int, str]] = []
        for number in rows:
            spans = self.table.rows[number].spans
            if place is None or spans is None:
                judged = evaluate.evaluate(self.entry(number), version)
                if judged.answer is Answer.AFFECTED:
                    affecting.append(number)
                elif judged.answer is Answer.UNKNOWN:
                    unknown.append((number, judged.why))
            elif _is_in(spans, place[0]):
                affecting.append(number)
        return affecting, unknown

    def fixes(self, rows: Sequence[int], version: str) -> tuple[str, ...]:
        """Give the versions after this one that end what the rows say, smallest first; none that any row affects."""
        place = self._place(version)
        chosen: list[Row] = [self.table.rows[number] for number in rows]
        if place is None or any(each.spans is None for each in chosen):
            return evaluate.fixes((self.entry(number) for number in rows), version)
        first = place[1]
        if len(chosen) == 1:
            (row,) = chosen
            later = [number for number in row.fixed if number >= first and not _is_in(row.spans or (), 2 * number + 1)]
        else:
            later = _outside(chosen, {number for each in chosen for number in each.fixed if number >= first})
        return tuple(self.table.versions[number] for number in later)

    def _place(self, version: str) -> tuple[int, int] | None:
        """Give a version's place, and the number of the first version that is later; None: it is to be read instead."""
        if self._at[0] != version:
            self._at = (version, self._looked_up(version))
        return self._at[1]

    def _looked_up(self, version: str) -> tuple[int, int] | None:
        releases, versions = self.table.releases, self.table.versions
        compare = ordering(releases[0], RangeType.ECOSYSTEM) if releases else None
        key = None if compare is None else evaluate.key_of(compare, version)
        if compare is None or key is None or len(spellings(releases[0], version)) > 1:
            return None
        key_of = cast("Callable[[str], Key]", partial(evaluate.key_of, compare))  # whatever is placed can be read
        number = after = bisect_left(versions, key, key=key_of)
        while after < len(versions) and key_of(versions[after]) == key:
            after += 1
        return (2 * number + (number < after), after)


def _is_in(spans: Sequence[int], place: int) -> bool:
    """Say whether a place is in one of the spans: up to it, one more has begun than has ended."""
    return bool(bisect_right(spans, place) & 1)


def _outside(rows: Iterable[Row], numbers: Collection[int]) -> list[int]:
    """Give those of the versions that none of the rows affects, in order."""
    if not numbers:
        return []
    affected = 0  # the bit of each place
    for row in rows:
        spans = row.spans or ()
        for start, end in zip(spans[::2], spans[1::2], strict=True):
            affected |= (1 << end) - (1 << start)
    return [number for number in sorted(numbers) if not affected >> (2 * number + 1) & 1]


class Book(Account, frozen=True, kw_only=True):
    """What an ecosystem's records say about the packages asked for."""

    packages: Mapping[str, Known] = {}
    """By normalised name; those that no record speaks of are not in it."""


class Loaded(Account, frozen=True, kw_only=True):
    """An ecosystem's records that speak of the packages asked for."""

    advisories: tuple[Advisory, ...] = ()
    groups: Mapping[str, frozenset[str]] = {}
    """For each of these advisories' ids, its group of aliases, closed over every record of any package."""

    def book(self) -> Book:
        """Put what they say in order by package."""
        about: dict[str, list[tuple[int, Affected]]] = {}
        for number, advisory in enumerate(self.advisories):
            for affected in advisory.affected:
                about.setdefault(affected.name, []).append((number, affected))
        records = {
            number: Record(common=each, group=self.groups[each.id]) for number, each in enumerate(self.advisories)
        }
        account = {name: getattr(self, name) for name in Account.__struct_fields__}
        return Book(**account, packages={name: _known(given, records) for name, given in about.items()})


def _known(given: Sequence[tuple[int, Affected]], records: Mapping[int, Record]) -> Known:
    entries = tuple(affected for _, affected in given)
    return Known(table(entries), numbers=[number for number, _ in given], records=records, read=lambda: entries)
