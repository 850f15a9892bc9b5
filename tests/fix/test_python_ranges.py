"""Python requirements: operators stay, and what allows the target is left alone."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from devsecgate.fix.python_ranges import clauses, poetry, requirement
from devsecgate.fix.records import Unchangeable


@pytest.mark.parametrize(
    ("text", "raised"),
    [
        ("jinja2==3.1.4", "jinja2==3.1.6"),
        ("Jinja2[i18n] == 3.1.4 ; python_version>'3'", "Jinja2[i18n] == 3.1.6 ; python_version>'3'"),
        ("jinja2 (==3.1.4)", "jinja2 (==3.1.6)"),
        ("jinja2===3.1.4", "jinja2===3.1.6"),
        ("jinja2>=3,<3.1.5", "jinja2>=3.1.6,<3.1.7"),
        ("jinja2>=1,<2", "jinja2>=3.1.6,<4"),
        ("jinja2<=3.1.4", "jinja2<=3.1.6"),
        ("jinja2~=3.1.2", "jinja2~=3.1.6"),
        ("jinja2~=2.4", "jinja2~=3.1"),
        ("jinja2==3.0.*", "jinja2==3.1.*"),
    ],
)
def test_what_does_not_allow_the_target_is_raised_to_it(text: str, raised: str) -> None:
    assert requirement(text, "jinja2", "3.1.4", "3.1.6") == raised


@pytest.mark.parametrize(
    "text",
    [
        "jinja2",
        "jinja2>=3",
        "jinja2>=1,<4",
        "jinja2~=3.0",
        "jinja2==3.1.*",
        "jinja2==3.1.3",
        "flask==3.1.4",
        "jinja2-time==3.1.4",
        "jinja2 @ https://files.example/jinja2.whl",
        "not a requirement",
        "jinja2==3.1.6",
    ],
)
def test_what_allows_the_target_or_is_about_something_else_is_left_alone(text: str) -> None:
    assert requirement(text, "jinja2", "3.1.4", "3.1.6") == text


def test_the_version_in_a_marker_is_not_the_packages() -> None:
    text = "jinja2==3.1.4; python_full_version == '3.1.4'"
    assert requirement(text, "jinja2", "3.1.4", "3.1.6") == "jinja2==3.1.6; python_full_version == '3.1.4'"


@pytest.mark.parametrize("text", ["jinja2>=3,!=3.1.6", "jinja2>=4", "jinja2==3.1.4,!=3.1.6", "jinja2>3.1.6"])
def test_a_range_that_excludes_the_target_for_good_is_told(text: str) -> None:
    with pytest.raises(Unchangeable, match="nothing here can change to allow 3"):
        requirement(text, "jinja2", "3.1.4", "3.1.6")


@pytest.mark.parametrize(
    ("text", "raised"),
    [
        ("^3.1.4", "^3.1.6"),
        ("~3.1.4", "~3.1.6"),
        ("^2.0", "^3.1.6"),
        ("~2", "~3"),
        ("3.1.4", "3.1.6"),
        ("==3.1.4", "==3.1.6"),
        ("= 3.1.4", "= 3.1.6"),
        ("3.0.*", "3.1.*"),
        (">=3,<3.1.5", ">=3.1.6,<3.1.7"),
    ],
)
def test_what_poetry_writes_keeps_its_operator(text: str, raised: str) -> None:
    assert poetry(text, "3.1.4", "3.1.6", bare_is_exact=True) == raised


@pytest.mark.parametrize("text", ["*", "~3", "^2 || ^3", "3.1.3", "==3.1.3", "^3.1.9", ">=3", "no range"])
def test_what_poetry_writes_stays_where_it_allows_the_target(text: str) -> None:
    assert poetry(text, "3.1.4", "3.1.6", bare_is_exact=True) == text


def test_alternatives_that_do_not_allow_the_target_are_told() -> None:
    with pytest.raises(Unchangeable, match=r"\^1 \|\| \^2"):
        poetry("^1 || ^2", "3.1.4", "3.1.6", bare_is_exact=True)


VERSIONS = st.lists(st.integers(0, 30), min_size=1, max_size=4).map(lambda parts: ".".join(map(str, parts)))
CLAUSES = st.lists(st.tuples(st.sampled_from(["<", "<=", ">=", "=="]), VERSIONS), min_size=1, max_size=3)


@given(CLAUSES, VERSIONS)
def test_any_range_ends_up_allowing_the_target_with_its_operators_or_is_told(
    parts: list[tuple[str, str]], target: str
) -> None:
    text = ",".join(f"{operator}{version}" for operator, version in parts)
    try:
        raised = clauses(text, target)
    except Unchangeable:
        assert any(operator == ">=" for operator, _ in parts)
        return
    assert SpecifierSet(raised).contains(target)
    assert [each.rstrip("0123456789.") for each in raised.split(",")] == [operator for operator, _ in parts]


@given(VERSIONS, VERSIONS)
def test_a_range_that_allows_the_target_is_the_same_text_after(low: str, target: str) -> None:
    text = f" >= {low} "
    assume(SpecifierSet(text).contains(target))
    assert clauses(text, target) == text
