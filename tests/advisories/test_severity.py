"""How bad: the newest standard speaks, a broken vector is passed over, and unrated is not "low"."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devsecgate.advisories.severity import Rating, band, rate
from devsecgate.model import Severity

V4 = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"  # 9.3
V4_LOW = "CVSS:4.0/AV:L/AC:H/AT:P/PR:H/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N"  # 1.0
V31 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"  # 7.5
V31_WORST = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H"  # 10.0
V31_NONE = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N"  # 0.0
V30 = "CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N"  # 6.1
V2 = "AV:N/AC:L/Au:N/C:C/I:C/A:C"  # 10.0
V2_MIDDLE = "AV:N/AC:M/Au:N/C:N/I:P/A:N"  # 4.3


@pytest.mark.parametrize(
    ("vectors", "rating"),
    [
        ([V2], Rating(severity=Severity.HIGH, source="CVSS:2.0 10.0 (A)", vector=V2)),
        ([V2, V30], Rating(severity=Severity.MEDIUM, source="CVSS:3.0 6.1 (A)", vector=V30)),
        ([V2, V30, V31], Rating(severity=Severity.HIGH, source="CVSS:3.1 7.5 (A)", vector=V31)),
        ([V2, V30, V31_WORST, V4], Rating(severity=Severity.CRITICAL, source="CVSS:4.0 9.3 (A)", vector=V4)),
        ([V4_LOW, V31_WORST], Rating(severity=Severity.LOW, source="CVSS:4.0 1.0 (A)", vector=V4_LOW)),
        ([V4_LOW, V4], Rating(severity=Severity.CRITICAL, source="CVSS:4.0 9.3 (A)", vector=V4)),
        ([V31_NONE], Rating(severity=Severity.INFO, source="CVSS:3.1 0.0 (A)", vector=V31_NONE)),
    ],
)
def test_the_newest_standard_speaks_with_its_highest_score(vectors: list[str], rating: Rating) -> None:
    pairs = [("A", vector) for vector in vectors]
    assert rate(pairs, [("A", "LOW")]) == rate(reversed(pairs), []) == rating


def test_of_equal_scores_the_first_advisory_is_named() -> None:
    assert rate([("GHSA-b", V31), ("GHSA-a", V31)], []).source == "CVSS:3.1 7.5 (GHSA-a)"


BROKEN = (
    "",
    "9.8",
    "HIGH",
    "CVSS:4.0/",
    "CVSS:3.1/AV:N",
    "CVSS:3.2/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
    "CVSS:5.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
    V31.replace("AV:N", "AV:X9"),
    V31 + "/AV:N",
    f"{V31}\n",
    V4.replace("AV:N", "AV:\u0663"),
    V31 + "/E:X" * 200,
    "(" * 300 + V2,
)


@pytest.mark.parametrize("vector", BROKEN)
def test_a_broken_vector_gives_the_word_to_the_next_source(vector: str) -> None:
    assert rate([("A", vector), ("B", V2_MIDDLE)], []).source == "CVSS:2.0 4.3 (B)"
    assert rate([("A", vector)], [("A", "CRITICAL")]) == Rating(severity=Severity.CRITICAL, source="CRITICAL (A)")
    assert rate([("A", vector)], [("A", "")]) == Rating(severity=None, source="unrated")


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("CRITICAL", Severity.CRITICAL),
        ("HIGH", Severity.HIGH),
        ("MODERATE", Severity.MEDIUM),
        ("MEDIUM", Severity.MEDIUM),
        ("LOW", Severity.LOW),
    ],
)
def test_without_a_vector_the_databases_word_counts(word: str, severity: Severity) -> None:
    assert rate([], [("GHSA-a", word)]) == Rating(severity=severity, source=f"{word} (GHSA-a)")


def test_of_several_words_the_highest_counts() -> None:
    words = [("GHSA-a", "LOW"), ("GHSA-c", "HIGH"), ("GHSA-b", "HIGH"), ("GHSA-d", "TERRIBLE")]
    assert rate([], words) == Rating(severity=Severity.HIGH, source="HIGH (GHSA-b)")


@pytest.mark.parametrize("word", ["", "UNKNOWN", "NONE", "high", "9.8"])
def test_what_nobody_rates_is_unrated_and_not_harmless(word: str) -> None:
    assert rate([], [("A", word)]) == Rating(severity=None, source="unrated")


@pytest.mark.parametrize(
    ("score", "standard", "severity"),
    [
        (0.0, "3.1", Severity.INFO),
        (0.1, "4.0", Severity.LOW),
        (3.9, "3.0", Severity.LOW),
        (4.0, "3.1", Severity.MEDIUM),
        (6.9, "4.0", Severity.MEDIUM),
        (7.0, "3.1", Severity.HIGH),
        (8.9, "3.1", Severity.HIGH),
        (9.0, "4.0", Severity.CRITICAL),
        (10.0, "2.0", Severity.HIGH),
        (7.0, "2.0", Severity.HIGH),
        (6.9, "2.0", Severity.MEDIUM),
        (3.9, "2.0", Severity.LOW),
        (0.0, "2.0", Severity.LOW),
    ],
)
def test_the_bands_are_those_of_the_standards(score: float, standard: str, severity: Severity) -> None:
    assert band(score, standard) is severity


@given(
    st.text(max_size=600) | st.sampled_from([V4, V31, V30, V2]).flatmap(lambda v: st.sampled_from([v[:9], v[9:], v]))
)
def test_any_text_in_place_of_a_vector_is_read_or_passed_over(text: str) -> None:
    found = rate([("A", text)], [])
    assert (found.severity is None) == (found.vector is None) == (found.source == "unrated")
