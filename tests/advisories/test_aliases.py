"""Which advisories are one vulnerability: symmetric, transitive, and not believed where it grows absurd."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devsecgate.advisories.aliases import closure, preferred

Records = list[tuple[str, tuple[str, ...]]]


def test_a_bridge_makes_two_advisories_one_group() -> None:
    records = [("GHSA-a", ("CVE-1",)), ("GHSA-b", ("CVE-2",)), ("PYSEC-1", ("CVE-1", "CVE-2"))]
    whole = frozenset({"GHSA-a", "GHSA-b", "PYSEC-1", "CVE-1", "CVE-2"})
    assert closure(records) == {"GHSA-a": whole, "GHSA-b": whole, "PYSEC-1": whole}


def test_without_the_bridge_they_are_two() -> None:
    assert closure([("GHSA-a", ("CVE-1",)), ("GHSA-b", ("CVE-2",))]) == {
        "GHSA-a": frozenset({"GHSA-a", "CVE-1"}),
        "GHSA-b": frozenset({"GHSA-b", "CVE-2"}),
    }


def test_an_alias_is_mutual_even_where_only_one_side_names_it() -> None:
    pair = frozenset({"GHSA-a", "PYSEC-1"})
    assert closure([("GHSA-a", ()), ("PYSEC-1", ("GHSA-a",))]) == {"GHSA-a": pair, "PYSEC-1": pair}


def test_a_record_without_aliases_is_a_group_of_its_own() -> None:
    assert closure([("GHSA-a", ()), ("GHSA-b", ())]) == {
        "GHSA-a": frozenset({"GHSA-a"}),
        "GHSA-b": frozenset({"GHSA-b"}),
    }


def test_a_record_with_five_aliases_joins_them_and_one_with_six_joins_nothing() -> None:
    five = tuple(f"CVE-{number}" for number in range(5))
    six = (*five, "CVE-5")
    others: Records = [("GHSA-a", ("CVE-0",)), ("GHSA-b", ("CVE-4",))]
    assert closure([("X", five), *others])["GHSA-a"] == {"X", *five, "GHSA-a", "GHSA-b"}
    groups = closure([("X", six), *others])
    assert groups["GHSA-a"] == {"GHSA-a", "CVE-0"}
    assert groups["GHSA-b"] == {"GHSA-b", "CVE-4"}
    assert groups["X"] == {"X", *six}


def test_another_record_may_still_name_the_one_with_too_many_aliases() -> None:
    six = tuple(f"CVE-{number}" for number in range(6))
    groups = closure([("X", six), ("GHSA-a", ("X",))])
    assert groups == {"X": frozenset({"X", "GHSA-a", *six}), "GHSA-a": frozenset({"GHSA-a", "X"})}


def test_a_record_that_is_there_twice_counts_its_aliases_for_each_copy() -> None:
    groups = closure([("X", ("CVE-1", "CVE-2", "CVE-3")), ("X", ("CVE-4", "CVE-5", "CVE-6"))])
    assert groups == {"X": frozenset({"X", *(f"CVE-{number}" for number in range(1, 7))})}


def chain(length: int) -> Records:
    """Make records that make one group of `length` ids."""
    return [(f"A-{number}", (f"A-{number + 1}",)) for number in range(length - 1)]


def test_a_group_of_32_is_believed_and_one_of_33_is_not() -> None:
    assert closure(chain(32))["A-0"] == {f"A-{number}" for number in range(32)}
    assert closure(chain(33)) == {f"A-{n}": frozenset({f"A-{n}", f"A-{n + 1}"}) for n in range(32)}


def test_one_group_that_is_not_believed_leaves_the_others_alone() -> None:
    groups = closure([*chain(40), ("GHSA-a", ("CVE-1",)), ("GHSA-b", ("CVE-1",))])
    assert groups["GHSA-a"] == groups["GHSA-b"] == {"GHSA-a", "GHSA-b", "CVE-1"}


names = st.sampled_from([f"{kind}-{number}" for kind in ("CVE", "GHSA", "PYSEC") for number in range(4)])


@given(st.lists(st.tuples(names, st.lists(names, max_size=3).map(tuple)), max_size=12), st.randoms())
def test_the_groups_are_the_connected_components_in_whatever_order_records_come(
    records: Records, random: Random
) -> None:
    edges = {(identity, alias) for identity, aliases in records for alias in (identity, *aliases)}
    expected = {}
    for identity, _ in records:
        component = {identity}
        while grown := {end for pair in edges for end in pair if not component.isdisjoint(pair)} - component:
            component |= grown
        expected[identity] = frozenset(component)
    assert closure(records) == expected
    shuffled = list(records)
    random.shuffle(shuffled)
    assert closure(shuffled) == expected


@pytest.mark.parametrize(
    ("ids", "shown"),
    [
        (["PYSEC-1", "GHSA-a", "CVE-2020-2", "CVE-2020-1"], "CVE-2020-1"),
        (["PYSEC-1", "GHSA-b", "GHSA-a"], "GHSA-a"),
        (["SNYK-1", "PYSEC-1"], "PYSEC-1"),
    ],
)
def test_the_id_to_show_is_a_cve_then_a_ghsa_then_the_first(ids: list[str], shown: str) -> None:
    assert preferred(ids) == preferred(reversed(ids)) == shown
