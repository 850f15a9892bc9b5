"""Versions sort as their ecosystem sorts them, and what is no version is said to be none."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devsecgate.advisories.ecosystems import base
from devsecgate.advisories.record import RangeType
from devsecgate.advisories.versions import Key, UnknownVersion, ordering, python, semantic, spellings


def is_before(first: Key, second: Key) -> bool:
    return first < second


@pytest.mark.parametrize(
    "ascending",
    [
        ("1.0.dev1", "1.0a1", "1.0b1", "1.0rc1", "1.0", "1.0+local", "1.0.post1", "1.0.1", "1!0.1"),
        ("1.9", "1.10", "1.100"),
        ("0.0.0", "0.0.0.1"),
    ],
)
def test_python_versions_sort_as_pep_440_says(ascending: tuple[str, ...]) -> None:
    keys = [python(text) for text in ascending]
    assert all(is_before(first, second) for first, second in itertools.combinations(keys, 2))
    assert not any(is_before(second, first) for first, second in itertools.combinations(keys, 2))


@pytest.mark.parametrize(
    "same",
    [
        ("1.0", "1.0.0", "v1.0", "1", "01.0"),
        ("1.0rc1", "1.0-rc.1", "1.0c1", "1.0_preview1", "1.0RC1"),
        ("1.0.post1", "1.0-1", "1.0.rev1", "1.0-r1"),
        ("1!2.0", "1!2"),
        ("1.0+a.b", "1.0+a-b", "1.0+A_B"),
    ],
)
def test_python_versions_that_pep_440_calls_equal_are_equal(same: tuple[str, ...]) -> None:
    assert {python(text) for text in same} == {python(same[0])}


@pytest.mark.parametrize(
    "ascending",
    [
        (
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
        ),
        ("1.0.0-1", "1.0.0-2", "1.0.0-10", "1.0.0-a", "1.0.0-a.1"),
        ("1.9.0", "1.10.0", "1.10.1-0"),
        ("v0.0.0-20190101000000-abcdefabcdef", "v0.0.0-20200101000000-abcdefabcdef", "v0.0.1"),
    ],
)
def test_semantic_versions_sort_by_their_precedence(ascending: tuple[str, ...]) -> None:
    keys = [semantic(text) for text in ascending]
    assert all(is_before(first, second) for first, second in itertools.combinations(keys, 2))
    assert not any(is_before(second, first) for first, second in itertools.combinations(keys, 2))


@pytest.mark.parametrize("text", ["2", "2.0", "v2.0.0", "=2.0.0", "2.0.0+build.7"])
def test_partial_and_decorated_semantic_versions_are_read(text: str) -> None:
    assert not is_before(semantic(text), semantic("2.0.0"))
    assert not is_before(semantic("2.0.0"), semantic(text))


@pytest.mark.parametrize("text", ["", "2004d", "1.0-", "1.0 beta", "1..0", "latest", "*", "1.*", "\u0661.0", "9" * 257])
def test_what_is_no_python_version_is_unknown(text: str) -> None:
    with pytest.raises(UnknownVersion):
        python(text)


@pytest.mark.parametrize(
    "text", ["", "1.2.3.4", "01.2.3", "1.2.3-", "1.2.3-01", "1.2-beta", "x", "1.2.\u0663", "9" * 257]
)
def test_what_is_no_semantic_version_is_unknown(text: str) -> None:
    with pytest.raises(UnknownVersion):
        semantic(text)


def test_numbers_of_any_size_are_compared_as_numbers() -> None:
    assert is_before(python("9" * 100), python("1" + "0" * 100))
    assert is_before(semantic("1.0." + "9" * 100), semantic("1.0.1" + "0" * 100))


@given(st.text(max_size=40))
def test_any_text_is_a_version_or_unknown_and_nothing_else(text: str) -> None:
    for parse in (python, semantic):
        try:
            key = parse(text)
        except UnknownVersion:
            continue
        assert not is_before(key, key)


@pytest.mark.parametrize(
    ("ecosystem", "kind", "expected"),
    [
        ("PyPI", RangeType.ECOSYSTEM, python),
        ("PyPI", RangeType.SEMVER, semantic),
        ("npm", RangeType.SEMVER, semantic),
        ("npm", RangeType.ECOSYSTEM, semantic),
        ("Go", RangeType.SEMVER, semantic),
        ("Debian:12", RangeType.ECOSYSTEM, None),
        ("Alpine:v3.18", RangeType.ECOSYSTEM, None),
        ("Maven", RangeType.ECOSYSTEM, None),
        ("PyPI", RangeType.GIT, None),
        ("npm", RangeType.GIT, None),
    ],
)
def test_each_ecosystem_has_its_ordering_or_none(ecosystem: str, kind: RangeType, expected: object) -> None:
    assert ordering(ecosystem, kind) is expected


def test_the_folder_of_an_ecosystem_is_its_name_before_the_colon() -> None:
    assert [base(each) for each in ("Debian:12", "Ubuntu:22.04:LTS", "PyPI", "")] == ["Debian", "Ubuntu", "PyPI", ""]


def test_a_local_version_is_looked_up_as_its_release_too() -> None:
    assert spellings("PyPI", "1.13.0+cu117") == ("1.13.0+cu117", "1.13.0")
    assert spellings("PyPI", "1.13.0") == ("1.13.0",)
    assert spellings("npm", "1.0.0+build") == ("1.0.0+build",)
