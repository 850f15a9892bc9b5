"""Ranges of package.json: operators stay, tags and addresses are told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devsecgate.fix.npm_ranges import allows, raised
from devsecgate.fix.records import Unchangeable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3.4.1", "3.5.0"),
        ("v3.4.1", "v3.5.0"),
        ("=3.4.1", "=3.5.0"),
        ("^3.4.1", "^3.5.0"),
        ("~3.4.1", "~3.5.0"),
        (" ^3.4.1 ", " ^3.5.0 "),
        ("^2", "^3"),
        ("~3.4", "~3.5"),
        ("2.x", "3.x"),
        ("3.4.x", "3.5.x"),
        (">=1 <3", ">=3.5.0 <4"),
        (">=1.0.0 <3.5.0", ">=3.5.0 <3.5.1"),
        ("<=3.4.1", "<=3.5.0"),
        ("npm:jquery@^3.4.0", "npm:jquery@^3.5.0"),
        ("npm:@scope/jquery@3.4.0", "npm:@scope/jquery@3.5.0"),
    ],
)
def test_a_range_is_raised_and_keeps_its_operator(text: str, expected: str) -> None:
    assert raised(text, "3.5.0") == expected


@pytest.mark.parametrize("text", ["*", "", "3", "3.x", ">=1", "^1 || ^3", "^3.9.0", "3.9.0"])
def test_a_range_that_allows_the_target_or_is_above_it_stays(text: str) -> None:
    assert raised(text, "3.5.0") == text


@pytest.mark.parametrize(
    "text", ["latest", "workspace:*", "^1 || ^2", "1.0 - 2.0", "git+https://git.example/x", "file:x"]
)
def test_what_cannot_be_raised_is_told(text: str) -> None:
    with pytest.raises(Unchangeable, match="nothing here can change to allow 3"):
        raised(text, "3.5.0")


NUMBERS = st.tuples(st.integers(0, 20), st.integers(0, 20), st.integers(0, 20)).map(
    lambda each: ".".join(map(str, each))
)


@given(st.sampled_from(["^", "~", "", "="]), NUMBERS, NUMBERS)
def test_a_single_version_allows_the_target_after_unless_it_was_above(operator: str, version: str, target: str) -> None:
    after = raised(f"{operator}{version}", target)
    assert after.startswith(operator)
    assert allows(after, target) or after == f"{operator}{version}"
