"""What is looked up among places is what the records themselves say of every version, and the fixes are the same."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devsecgate.advisories import osv
from devsecgate.advisories.ecosystems import normalise
from devsecgate.advisories.evaluate import Answer, evaluate, fixes
from devsecgate.advisories.known import Known, Loaded
from devsecgate.advisories.places import table
from devsecgate.advisories.record import Advisory, Affected, Event, EventType, Range, RangeType

VERSIONS = {
    "PyPI": ("0", "0.9", "1", "1.0", "1.0.0", "1.0rc1", "1.0+cu117", "1.0.post1", "2.0", "2.0.0", "1!0.1", "*", "dev"),
    "npm": ("0", "0.9.0", "1.0.0-rc.1", "1.0.0", "1.0.0+build", "1", "v1.0.0", "1.0.1", "2.0.0", "10.0.0", "*", "x"),
    "Debian:12": ("0", "0.9-1", "1.0-1", "1.0-01", "01.0-1", "1.0-1+deb12u1", "1:0.1-1", "0:1.0-1", "*", "-", "a"),
    "Alpine:v3.20": ("0", "0.9-r0", "1.0-r0", "1.0_p1-r0", "1.0_rc1-r0", "1.0.1-r0", "1.0.01-r0", "2-r0", "*", "57-1"),
    "Nowhere": ("0", "1", "2", "*"),
}
"""With several spellings of one version, and with texts that are none."""


def advisory(identity: str, *affected: Affected) -> Advisory:
    return Advisory(
        id=identity, aliases=(), upstream=(), summary=identity, rating="", cwes=frozenset(), references=(),
        published="", affected=affected,
    )  # fmt: skip


def known(entries: Sequence[Affected]) -> Known:
    """Give what records say about one package, one record for each entry."""
    advisories = tuple(advisory(f"A-{number:06}", each) for number, each in enumerate(entries))
    groups = {each.id: frozenset({each.id}) for each in advisories}
    (only,) = Loaded(advisories=advisories, groups=groups).book().packages.values()
    return only


def compared(entries: Sequence[Affected], asked: Iterable[tuple[str, str]]) -> int:
    """Hold what is looked up to what each entry says by itself; give the number of answers that were compared."""
    package = known(entries)
    answers = 0
    for ecosystem, version in asked:
        rows = package.rows(ecosystem)
        affecting, unknown = package.judge(rows, version)
        judged = [(row, evaluate(entries[row], version)) for row in rows]
        assert affecting == [row for row, each in judged if each.answer is Answer.AFFECTED], version
        assert unknown == [(row, each.why) for row, each in judged if each.answer is Answer.UNKNOWN], version
        for some in (rows, affecting, affecting[:1]):
            assert package.fixes(some, version) == fixes([entries[row] for row in some], version), (version, some)
        answers += len(judged)
    return answers


@st.composite
def packages(draw: st.DrawFn) -> tuple[str, list[Affected]]:
    ecosystem = draw(st.sampled_from(sorted(VERSIONS)))
    version = st.sampled_from(VERSIONS[ecosystem])
    events = st.builds(Event, type=st.sampled_from(EventType), version=version)
    kinds = st.sampled_from([*[RangeType.ECOSYSTEM] * 6, RangeType.SEMVER, RangeType.GIT])
    ranges = st.builds(Range, type=kinds, events=st.lists(events, min_size=1, max_size=5).map(tuple))
    entry = st.builds(
        Affected,
        ecosystem=st.sampled_from([ecosystem] * 4 + [f"{ecosystem.partition(':')[0]}:11"]),
        name=st.just("thing"),
        ranges=st.lists(ranges, max_size=3).map(tuple),
        versions=st.frozensets(version, max_size=4),
        vectors=st.just(()),
    )
    return ecosystem, draw(st.lists(entry, min_size=1, max_size=5))


@settings(max_examples=300)
@given(packages())
def test_whatever_records_say_is_what_is_looked_up(given: tuple[str, list[Affected]]) -> None:
    ecosystem, entries = given
    compared(entries, [(ecosystem, version) for version in VERSIONS[ecosystem]])


def between(start: str, end: str) -> Affected:
    events = (Event(type=EventType.INTRODUCED, version=start), Event(type=EventType.FIXED, version=end))
    return Affected(
        ecosystem="PyPI",
        name="thing",
        ranges=(Range(type=RangeType.ECOSYSTEM, events=events),),
        versions=frozenset(),
        vectors=(),
    )


def test_places_are_those_of_all_versions_of_the_package() -> None:
    placed = table([between("0", "2.0"), between("1.0", "3.0"), between("2", "2.1")])
    assert placed.versions == ("1.0", "2", "2.0", "2.1", "3.0")
    assert [each.spans for each in placed.rows] == [(0, 3), (1, 9), (3, 7)]
    assert [each.fixed for each in placed.rows] == [(2,), (4,), (3,)]


def test_what_cannot_be_compared_has_no_place() -> None:
    placed = table([between("0", "2.0"), between("0", "two")])
    assert placed.versions == ("2.0",)
    assert [each.spans for each in placed.rows] == [(0, 1), None]


def test_a_range_of_very_many_events_is_read_and_not_placed() -> None:
    """To place it takes the square of their number, and whoever writes a record chooses that."""
    kinds = (EventType.INTRODUCED, EventType.FIXED)
    events = tuple(Event(type=kinds[number % 2], version=f"{number + 1}") for number in range(200))
    many = Affected(
        ecosystem="PyPI",
        name="thing",
        ranges=(Range(type=RangeType.ECOSYSTEM, events=events),),
        versions=frozenset(),
        vectors=(),
    )
    assert [each.spans for each in table([many]).rows] == [None]
    assert compared([many, between("0", "2.0")], [("PyPI", "3"), ("PyPI", "4")]) == 4


@pytest.mark.parametrize(
    ("ecosystem", "answers"),
    [
        ("AlmaLinux", 185481),
        ("Alpine", 9630),
        ("Debian", 16801),
        ("Go", 25219),
        ("Maven", 931),
        ("PyPI", 31873),
        ("crates.io", 3792),
        ("npm", 5542),
    ],
)
def test_every_real_package_is_judged_as_its_records_judge_it(shared_data: Path, ecosystem: str, answers: int) -> None:
    with zipfile.ZipFile(shared_data / "osv" / ecosystem / "all.zip") as archive:
        every = [json.loads(archive.read(name)) for name in archive.namelist()]
    names = {
        normalise(ecosystem, entry["package"]["name"])
        for each in every
        for entry in each.get("affected") or ()
        if "package" in entry
    }
    loaded = osv.load(shared_data / "osv", ecosystem, names, today=date(2026, 8, 1))
    entries = sorted((each for one in loaded.advisories for each in one.affected), key=lambda each: each.name)
    found = 0
    for _, about in groupby(entries, key=lambda each: each.name):
        of_it = list(about)
        found += compared(of_it, drawn(of_it))
    assert found == answers


def drawn(entries: Sequence[Affected]) -> list[tuple[str, str]]:
    """Draw some of the versions that a package's records speak of, spread over them, and one of our own."""
    spoken = {
        (each.ecosystem, version)
        for each in entries
        for version in (*each.versions, *(event.version for one in each.ranges for event in one.events))
    }
    ordered = sorted(spoken)
    return [*ordered[:: max(1, len(ordered) // 3)], (entries[0].ecosystem, "1.2.3")]
