import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devsecgate.policy.globs import matches_package, matches_path, matches_text, path_mistake


@pytest.mark.parametrize(
    ("pattern", "matched", "missed"),
    [
        ("tests", ["tests/a.py", "src/tests/a/b.py", "tests"], ["test/a.py", "mytests/a.py", "tests.py"]),
        ("tests/", ["tests/a.py", "src/tests/a/b.py"], ["tests", "src/tests"]),
        ("/tests", ["tests/a.py", "tests"], ["src/tests/a.py"]),
        ("tests/**", ["tests/a.py", "tests/a/b.py"], ["tests", "src/tests/a.py"]),
        ("test_*.py", ["test_a.py", "a/b/test_.py"], ["a/mytest_a.py", "test_a.pyc"]),
        ("/setup.py", ["setup.py"], ["a/setup.py"]),
        ("src/*.py", ["src/a.py"], ["src/a/b.py", "x/src/a.py"]),
        ("src/*", ["src/a.py", "src/a/b.py"], ["src", "x/src/a"]),
        ("src/**/*.py", ["src/a.py", "src/a/b/c.py"], ["src/a.txt", "a.py"]),
        ("**/vendor/*.js", ["vendor/a.js", "x/y/vendor/a.js"], ["vendor.js"]),
        ("a/**/b/**/c", ["a/b/c", "a/x/b/y/c", "a/b/b/c/d"], ["a/c", "a/b"]),
        ("**", ["a", "a/b"], []),
        ("?.py", ["a.py", "x/a.py"], ["ab.py", ".py"]),
        ("[id].tsx", ["pages/[id].tsx"], ["pages/i.tsx"]),
        ("a.b+c", ["a.b+c"], ["aXb+c", "a.bbc"]),
    ],
)
def test_paths_match_as_in_a_gitignore_file(pattern: str, matched: list[str], missed: list[str]) -> None:
    assert path_mistake(pattern) is None
    assert [path for path in matched + missed if matches_path(pattern, path)] == matched


@pytest.mark.parametrize("pattern", ["", "/", "a//b", "./a", "../a", "a/../b", "a/./b", "!a", "a\\b", "a**", "a/b**/c"])
def test_patterns_that_mean_nothing_are_refused(pattern: str) -> None:
    assert path_mistake(pattern) is not None


def test_rules_are_named_bare_or_with_their_scanner() -> None:
    assert matches_text("bandit:B1*", "bandit:B101")
    assert matches_text("*", "a/b")
    assert not matches_text("B1*", "bandit:B101")
    assert not matches_text("B10?", "B1011")


def test_package_names_are_compared_as_their_index_does() -> None:
    assert matches_package("Zope_*", "zope.interface")
    assert matches_package("@scope/*", "@scope/name")
    assert not matches_package("flask", "flask-login")


def reference(pattern: list[str], path: list[str]) -> bool:
    """The plain definition: slow, and obviously right."""
    if not pattern:
        return True
    if not path:
        return False
    if pattern[0] == "**":
        return any(reference(pattern[1:], path[start:]) for start in range(len(path)))
    part = "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in pattern[0])
    return re.fullmatch(part, path[0]) is not None and reference(pattern[1:], path[1:])


PARTS = st.lists(st.one_of(st.just("**"), st.text(alphabet="ab*?", min_size=1, max_size=4)), min_size=1, max_size=5)


@given(PARTS, st.lists(st.text(alphabet="ab", min_size=1, max_size=3), min_size=1, max_size=6))
def test_any_pattern_matches_what_its_definition_says(parts: list[str], path: list[str]) -> None:
    parts = [part if part == "**" else re.sub(r"\*+", "*", part) for part in parts]
    assert matches_path("/" + "/".join(parts), "/".join(path)) == reference(parts, path)


def test_no_path_makes_a_match_slow() -> None:
    path = "a/" * 1500 + "x"
    started = time.perf_counter()
    assert not matches_path("**/a/**/a/**/a/**/b", path)
    assert not matches_path("*a*a*a*a*a*b", "a" * 4000)
    assert not matches_text("*a*a*a*a*a*b", "a" * 4000)
    assert time.perf_counter() - started < 1.0
