"""Whether a version is affected: OSV's algorithm to the letter, and never "clean" for what cannot be compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devsecgate.advisories.evaluate import Answer, Judgement, evaluate, fixes
from devsecgate.advisories.record import Affected, Event, EventType, Range, RangeType

PYTHON = (
    "0.9.dev1", "0.9a1.dev2", "0.9a1", "0.9a1.post1", "0.9b2", "0.9rc1", "0.9", "0.9.post1.dev3", "0.9.post1", "0.10",
    "1.0", "1.0.1", "1.2.3", "1.10", "1!0.1.dev0", "1!0.1", "1!0.2",
)  # fmt: skip
"""In the order of PEP 440, written down by hand."""
SEMANTIC = (
    "0.0.1-0", "0.0.1", "0.9.0", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2",
    "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.2.0", "1.10.0", "2.0.0-2", "2.0.0-10", "2.0.0-x", "2.0.0",
)  # fmt: skip
"""In the order of Semantic Versioning 2.0, section 11, written down by hand."""
ALPINE = (
    "0.9_alpha-r0", "0.9_rc2-r0", "0.9_rc10-r0", "0.9-r0", "0.9_git20200101-r0", "0.9_p1-r0", "0.9_p2-r1", "0.9a-r0",
    "0.9.01-r0", "0.9.1-r0", "0.9.1-r1", "0.9.1-r10", "0.10-r0", "1.2.3_git20200101_p1-r3", "20190108-r0",
)  # fmt: skip
DEBIAN = (
    "0~git20100101-1", "0.9~~-1", "0.9~rc1-1", "0.9-1~bpo9+1", "0.9-1", "0.9-1+b1", "0.9-1+deb9u1", "0.9-1+deb9u10",
    "0.9a-1", "0.9+dfsg-1", "0.9.1-1", "0.10-1", "1:0.1-1", "1:0.1-1.1", "2:0-0.1",
)  # fmt: skip
RPM = (
    "0.9~beta-1.el8", "0.9-1.el8", "0.9-1.el8_4", "0.9-1.el8_4.1", "0.9-1.el9", "0.9-2.el8", "0.9^git1-1.el8",
    "0.9.1-1.el8", "0.10-1.el8", "0.10.1-1.module_el8.5.0+259", "1:0.1-1.el8", "2:0.1-1.el8",
)  # fmt: skip
MAVEN = (
    "0.9-alpha-1", "0.9-b2", "0.9.M3", "0.9.CR1", "0.9-rc2", "0.9-SNAPSHOT", "0.9.0.RELEASE", "0.9-sp1", "0.9-jre",
    "0.9-1", "0.9.1.Final", "0.10", "1", "2.0.0-M1", "2",
)  # fmt: skip
"""In the order of each one's own tool."""
GIT = Range(type=RangeType.GIT, events=(Event(type=EventType.INTRODUCED, version="0"),))


def affected(*ranges: Range, versions: tuple[str, ...] = (), ecosystem: str = "PyPI") -> Affected:
    return Affected(ecosystem=ecosystem, name="thing", ranges=ranges, versions=frozenset(versions), vectors=())


def events(kind: RangeType, *changes: str) -> Range:
    """Write a range as `introduced 0`, `fixed 1.2`."""
    pairs = [each.split(" ", 1) for each in changes]
    return Range(type=kind, events=tuple(Event(type=EventType(name), version=version) for name, version in pairs))


def python(*changes: str) -> Range:
    return events(RangeType.ECOSYSTEM, *changes)


def answer(entry: Affected, version: str) -> Answer:
    return evaluate(entry, version).answer


@pytest.mark.parametrize(
    ("changes", "hit", "missed"),
    [
        (("introduced 0", "fixed 1.0"), ("0", "0.1.dev0", "0.9", "1.0rc1"), ("1.0", "1.0.0", "2.0")),
        (("introduced 1.0",), ("1.0", "1.0.post1", "1!0"), ("1.0rc1", "0.9")),
        (("introduced 1.0", "last_affected 1.5"), ("1.0", "1.5", "1.5.0"), ("1.5.post1", "1.5.1", "0.9")),
        (("introduced 0", "fixed 1.0", "introduced 2.0", "fixed 2.1"), ("0.1", "2.0"), ("1.0", "1.9", "2.1", "3.0")),
        (("fixed 2.1", "introduced 2.0", "fixed 1.0", "introduced 0"), ("0.1", "2.0"), ("1.0", "1.9", "2.1", "3.0")),
        (("introduced 0", "limit 1.0"), ("0.9",), ("1.0", "1.1")),
        (("introduced 0", "limit 1.0", "limit 3.0"), ("0.9", "1.5", "2.9"), ("3.0",)),
        (("introduced 0", "limit *"), ("0.9", "99"), ()),
        (("introduced 0", "limit 1.0", "limit *"), ("0.9", "99"), ()),
        (("introduced 2", "last_affected 2"), ("2",), ("1", "2.1", "3")),
        (("introduced 2", "fixed 2"), (), ("1", "2", "3")),
        (("fixed 2", "introduced 2"), (), ("1", "2", "3")),
        (("introduced 1!0.1",), ("1!0.1", "1!2"), ("5.0", "0.1")),
    ],
)
def test_a_range_is_walked_in_the_order_of_its_versions(
    changes: tuple[str, ...], hit: tuple[str, ...], missed: tuple[str, ...]
) -> None:
    entry = affected(python(*changes))
    assert {version: answer(entry, version) for version in (*hit, *missed)} == {
        **dict.fromkeys(hit, Answer.AFFECTED),
        **dict.fromkeys(missed, Answer.UNAFFECTED),
    }


def test_any_range_and_any_listed_version_is_enough() -> None:
    entry = affected(python("introduced 1", "fixed 2"), python("introduced 5", "fixed 6"), versions=("3.0",))
    hits = [version for version in ("1", "2", "3.0", "4", "5", "6") if answer(entry, version) is Answer.AFFECTED]
    assert hits == ["1", "3.0", "5"]


@pytest.mark.parametrize("version", ["1.0", "1.0.0", "v1.0", "1.0.post0.dev0", "1.0+local"])
def test_a_listed_version_is_found_in_every_spelling_of_it(version: str) -> None:
    listed = affected(versions=("1.0", "1.0.post0.dev0"))
    assert answer(listed, version) is Answer.AFFECTED


@pytest.mark.parametrize("version", ["1.0.1", "1.0.post1", "1.0rc1", "1!1.0", "0.1.0"])
def test_a_version_that_is_not_listed_is_not_affected(version: str) -> None:
    assert answer(affected(versions=("1.0",)), version) is Answer.UNAFFECTED


def test_a_listed_version_is_found_as_text_where_nothing_can_be_compared() -> None:
    listed = affected(versions=("2004d", "1.0"))
    assert answer(listed, "2004d") is Answer.AFFECTED
    assert answer(affected(versions=("r5",), ecosystem="Android"), "r5") is Answer.AFFECTED
    assert answer(affected(versions=("r5",), ecosystem="Android"), "r6") is Answer.UNAFFECTED


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (affected(python("introduced 0", "fixed 1.0")), "2004d is not a version by the rules of PyPI"),
        (affected(versions=("1.0",)), "2004d is not a version by the rules of PyPI"),
        (affected(GIT, versions=("1.0",)), "2004d is not a version by the rules of PyPI"),
    ],
)
def test_a_version_that_cannot_be_read_is_never_called_clean(entry: Affected, why: str) -> None:
    assert evaluate(entry, "2004d") == Judgement(answer=Answer.UNKNOWN, why=why)


def test_ranges_of_commits_cannot_be_evaluated_unless_versions_are_listed_too() -> None:
    assert evaluate(affected(GIT), "1.0") == Judgement(answer=Answer.UNKNOWN, why="it gives only ranges of commits")
    assert answer(affected(GIT, versions=("1.0",)), "1.0") is Answer.AFFECTED
    assert answer(affected(GIT, versions=("1.0",)), "1.1") is Answer.UNAFFECTED
    assert answer(affected(GIT, python("introduced 0", "fixed 1.1")), "1.1") is Answer.UNAFFECTED


def test_an_entry_that_says_nothing_cannot_be_evaluated() -> None:
    assert evaluate(affected(), "1.0") == Judgement(answer=Answer.UNKNOWN, why="it gives neither ranges nor versions")


def test_an_ecosystem_without_an_ordering_cannot_be_evaluated() -> None:
    entry = affected(python("introduced 0", "fixed 1.0"), ecosystem="ConanCenter")
    why = "no ordering of ConanCenter versions is known here"
    assert evaluate(entry, "0.5") == Judgement(answer=Answer.UNKNOWN, why=why)


@pytest.mark.parametrize(
    ("changes", "version", "expected"),
    [
        (("introduced nonsense", "fixed 2.0"), "1.0", Answer.UNKNOWN),
        (("introduced 0", "fixed nonsense"), "1.0", Answer.UNKNOWN),
        (("introduced 2.0", "fixed nonsense"), "1.0", Answer.UNAFFECTED),
        (("introduced 0", "fixed 1.0", "last_affected nonsense"), "1.0", Answer.UNAFFECTED),
        (("introduced 0", "limit nonsense"), "1.0", Answer.UNKNOWN),
        (("introduced 0", "limit 1.0", "limit nonsense"), "2.0", Answer.UNKNOWN),
        (("introduced 0", "fixed 1.5", "limit 1.0", "limit nonsense"), "2.0", Answer.UNAFFECTED),
    ],
)
def test_an_unreadable_event_counts_only_where_it_could_change_the_answer(
    changes: tuple[str, ...], version: str, expected: Answer
) -> None:
    assert answer(affected(python(*changes)), version) is expected


def test_one_unreadable_range_does_not_hide_another_that_is_affected() -> None:
    entry = affected(python("introduced nonsense"), python("introduced 0", "fixed 2"))
    assert answer(entry, "1") is Answer.AFFECTED
    assert answer(entry, "3") is Answer.UNKNOWN


@pytest.mark.parametrize(
    ("changes", "version", "expected"),
    [
        (("introduced 0", "fixed 1.13.0"), "1.12.0+cu117", Answer.AFFECTED),
        (("introduced 0", "fixed 1.13.0"), "1.13.0+cu117", Answer.UNAFFECTED),
        (("introduced 0", "last_affected 1.13.0"), "1.13.0+cu117", Answer.AFFECTED),
        (("introduced 0", "last_affected 1.13.0"), "1.13.1+cu117", Answer.UNAFFECTED),
        (("introduced 1.13.0", "last_affected 1.13.0"), "1.13.0+cu117", Answer.AFFECTED),
    ],
)
def test_a_local_version_is_the_release_that_it_was_built_from(
    changes: tuple[str, ...], version: str, expected: Answer
) -> None:
    assert answer(affected(python(*changes)), version) is expected


@pytest.mark.parametrize(
    ("changes", "hit", "missed"),
    [
        (("introduced 0", "fixed 1.0.0"), ("0.0.0-0", "1.0.0-rc.1", "0.9.9"), ("1.0.0", "1.0.0+build", "1.0.1-0")),
        (("introduced 1.0.0-beta.2", "fixed 1.0.0"), ("1.0.0-beta.11", "1.0.0-rc.1"), ("1.0.0-beta", "1.0.0-alpha.9")),
        (("introduced 0", "last_affected 2.3"), ("2.3.0", "2.2.9"), ("2.3.1", "2.4.0-0")),
        (("introduced 4", "fixed 4.17.21"), ("4.0.0", "4.17.20"), ("4.17.21", "4.0.0-0")),
    ],
)
def test_npm_versions_have_the_precedence_of_semantic_versioning(
    changes: tuple[str, ...], hit: tuple[str, ...], missed: tuple[str, ...]
) -> None:
    entry = affected(events(RangeType.SEMVER, *changes), ecosystem="npm")
    assert {version: answer(entry, version) for version in (*hit, *missed)} == {
        **dict.fromkeys(hit, Answer.AFFECTED),
        **dict.fromkeys(missed, Answer.UNAFFECTED),
    }


def test_a_semantic_range_of_a_python_package_cannot_judge_versions_that_only_python_has() -> None:
    entry = affected(events(RangeType.SEMVER, "introduced 0", "fixed 2.0.0"))
    assert answer(entry, "1.9.9") is Answer.AFFECTED
    assert answer(entry, "2.0.0") is Answer.UNAFFECTED
    assert answer(entry, "1.0.0.post1") is Answer.UNKNOWN


def test_fixes_are_later_than_the_version_sorted_and_really_end_it() -> None:
    first = affected(python("introduced 0", "fixed 1.2", "introduced 2.0", "fixed 2.10", "fixed 2.9"))
    second = affected(python("introduced 0", "fixed 1.3"), GIT)
    assert fixes([first], "1.0") == ("1.2", "2.9", "2.10")
    assert fixes([first], "1.9") == ("2.9", "2.10")
    assert fixes([first, second], "1.0") == ("1.3", "2.9", "2.10")
    assert fixes([affected(python("introduced 0", "last_affected 2"))], "1.0") == ()
    assert fixes([affected(python("introduced 0", "fixed nonsense"))], "1.0") == ()
    assert fixes([affected(GIT)], "1.0") == ()


def test_a_version_that_is_listed_as_affected_is_no_fix() -> None:
    entry = affected(python("introduced 0", "fixed 1.2", "fixed 1.3"), versions=("1.2",))
    assert fixes([entry], "1.0") == ("1.3",)


KINDS = tuple(EventType)
FIRST, LAST = -1, 10_000


def reference(changes: list[tuple[EventType, int]], position: int) -> bool:
    """OSV's algorithm on positions in a list: before it is `0`, after it is `*`."""
    limits = [place for kind, place in changes if kind is EventType.LIMIT]
    if limits and all(position >= limit for limit in limits):
        return False
    vulnerable = False
    order = {EventType.INTRODUCED: 0, EventType.LAST_AFFECTED: 1, EventType.FIXED: 2, EventType.LIMIT: 3}
    for kind, place in sorted(changes, key=lambda each: (each[1], order[each[0]])):
        if kind is EventType.INTRODUCED and position >= place:
            vulnerable = True
        elif (kind is EventType.FIXED and position >= place) or (kind is EventType.LAST_AFFECTED and position > place):
            vulnerable = False
    return vulnerable


@st.composite
def changes_along(draw: st.DrawFn, versions: tuple[str, ...]) -> list[tuple[EventType, int]]:
    places = st.integers(0, len(versions) - 1)
    rest = draw(st.lists(st.tuples(st.sampled_from(KINDS), places), max_size=7))
    first = (EventType.INTRODUCED, draw(places | st.just(FIRST)))
    unlimited = [(EventType.LIMIT, LAST)] if draw(st.booleans()) and draw(st.booleans()) else []
    return list(draw(st.permutations([first, *rest, *unlimited])))


def written(changes: list[tuple[EventType, int]], versions: tuple[str, ...], kind: RangeType) -> Range:
    named = [(each, {FIRST: "0", LAST: "*"}.get(place) or versions[place]) for each, place in changes]
    return Range(type=kind, events=tuple(Event(type=each, version=version) for each, version in named))


@given(changes_along(PYTHON))
def test_python_ranges_agree_with_an_independent_evaluator(changes: list[tuple[EventType, int]]) -> None:
    entry = affected(written(changes, PYTHON, RangeType.ECOSYSTEM))
    found = [answer(entry, version) is Answer.AFFECTED for version in PYTHON]
    assert found == [reference(changes, position) for position in range(len(PYTHON))]


@given(changes_along(SEMANTIC))
def test_semantic_ranges_agree_with_an_independent_evaluator(changes: list[tuple[EventType, int]]) -> None:
    entry = affected(written(changes, SEMANTIC, RangeType.SEMVER), ecosystem="npm")
    found = [answer(entry, version) is Answer.AFFECTED for version in SEMANTIC]
    assert found == [reference(changes, position) for position in range(len(SEMANTIC))]


@pytest.mark.parametrize(
    ("ecosystem", "versions"),
    [
        ("Alpine:v3.10", ALPINE), ("Debian:9", DEBIAN), ("AlmaLinux:8", RPM), ("Maven", MAVEN), ("npm", SEMANTIC),
    ],
)  # fmt: skip
@given(data=st.data())
def test_ranges_of_any_ecosystem_agree_with_an_independent_evaluator(
    ecosystem: str, versions: tuple[str, ...], data: st.DataObject
) -> None:
    changes = data.draw(changes_along(versions))
    entry = affected(written(changes, versions, RangeType.ECOSYSTEM), ecosystem=ecosystem)
    found = [answer(entry, version) is Answer.AFFECTED for version in versions]
    assert found == [reference(changes, position) for position in range(len(versions))]


@given(changes_along(PYTHON), st.data())
def test_what_cannot_be_read_never_turns_affected_into_clean(
    changes: list[tuple[EventType, int]], data: st.DataObject
) -> None:
    whole = written(changes, PYTHON, RangeType.ECOSYSTEM)
    position = data.draw(st.integers(0, len(changes) - 1))
    broken = [
        Event(type=event.type, version="not a version") if index == position else event
        for index, event in enumerate(whole.events)
    ]
    entry = affected(Range(type=RangeType.ECOSYSTEM, events=tuple(broken)))
    for version in PYTHON:
        if answer(affected(whole), version) is Answer.AFFECTED:
            assert answer(entry, version) is not Answer.UNAFFECTED
        else:
            assert answer(entry, version) is not Answer.AFFECTED


@given(st.lists(st.tuples(changes_along(PYTHON), st.booleans()), min_size=1, max_size=3), st.sampled_from(PYTHON))
def test_a_fix_is_never_affected_and_always_later(
    several: list[tuple[list[tuple[EventType, int]], bool]], version: str
) -> None:
    entries = [affected(written(changes, PYTHON, RangeType.ECOSYSTEM)) for changes, _ in several]
    for fixed in fixes(entries, version):
        assert PYTHON.index(fixed) > PYTHON.index(version)
        assert all(answer(entry, fixed) is Answer.UNAFFECTED for entry in entries)


@given(st.lists(changes_along(PYTHON), min_size=1, max_size=4), st.sampled_from(PYTHON))
def test_the_fixes_are_all_those_that_no_entry_affects(
    several: list[list[tuple[EventType, int]]], version: str
) -> None:
    ends = {place for changes in several for kind, place in changes if kind is EventType.FIXED}
    later = sorted(place for place in ends if place > PYTHON.index(version))
    clean = [PYTHON[place] for place in later if not any(reference(changes, place) for changes in several)]
    entries = [affected(written(changes, PYTHON, RangeType.ECOSYSTEM)) for changes in several]
    assert fixes(entries, version) == tuple(clean)


def test_a_range_that_ends_at_its_beginning_says_that_no_version_was_ever_affected() -> None:
    entry = affected(python("introduced 0", "fixed 0"), ecosystem="Alpine:v3.10")  # as Alpine writes "never affected"
    assert {answer(entry, version) for version in ALPINE} == {Answer.UNAFFECTED}


@pytest.mark.parametrize("version", ["1.11-20-r0", "2.7.16-33", "4.10-1-r1"])
def test_real_typing_errors_that_apk_refuses_are_not_evaluated(version: str) -> None:
    entry = affected(python("introduced 0", f"fixed {version}"), ecosystem="Alpine:v3.8")
    why = f"its {version} is not a version by the rules of Alpine:v3.8"
    assert evaluate(entry, "1.0-r0") == Judgement(answer=Answer.UNKNOWN, why=why)


@pytest.mark.parametrize(
    ("ecosystem", "listed", "asked", "expected"),
    [
        ("Maven", "1.0.0.RELEASE", "1.0", Answer.AFFECTED),
        ("RubyGems", "1.0", "1.0.0", Answer.AFFECTED),
        ("NuGet", "1.0.0-RC1", "1.0-rc1", Answer.AFFECTED),
        ("Packagist", "v1.0", "1.0.0.0", Answer.AFFECTED),
        ("Packagist", "v1.0", "dev-main", Answer.UNKNOWN),
        ("npm", "1.0.0", "1.0.0+build", Answer.AFFECTED),
        ("CRAN", "1.0", "1.0.0", Answer.UNAFFECTED),
    ],
)
def test_a_list_is_read_as_its_ecosystem_reads_versions(
    ecosystem: str, listed: str, asked: str, expected: Answer
) -> None:
    assert answer(affected(versions=(listed,), ecosystem=ecosystem), asked) is expected
