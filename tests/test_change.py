"""What a change introduced, what was there, and what is gone."""

from __future__ import annotations

from msgspec.structs import replace

from devsecgate.change import compare, renames
from devsecgate.correlate import correlate
from devsecgate.model import Change, Finding, Issue, Kind, Location, Severity


def finding(line: int, path: str = "app.py") -> Finding:
    return Finding(
        scanner="bandit",
        kind=Kind.CODE,
        rule="B307",
        message="eval",
        location=Location(path=path, line=line),
        severity=Severity.HIGH,
        severity_source="bandit",
        cwes=frozenset({78}),
    )


def issues(text: str, path: str = "app.py") -> tuple[Issue, ...]:
    lines = [number for number, line in enumerate(text.splitlines(), start=1) if "eval(" in line]
    return correlate([finding(line, path) for line in lines], {path: text})


def changes(before: str, after: str) -> tuple[dict[int, Change], list[int]]:
    """Give the change of each line with an issue, and the lines of issues that are gone."""
    now = issues(after)
    found = compare(now, issues(before), {"app.py": after}, {"app.py": before})
    return {each.location.line: found.changes[each.fingerprint] for each in now}, [
        each.location.line for each in found.fixed
    ]


NEW, OLD = Change.INTRODUCED, Change.EXISTING


def test_what_is_on_other_lines_is_the_same() -> None:
    assert changes("eval(a)\n", "import os\n\n\neval( a )\n") == ({4: OLD}, [])


def test_what_was_not_there_is_introduced_and_what_is_no_more_is_fixed() -> None:
    assert changes("eval(a)\n", "eval(b)\n") == ({1: NEW}, [1])


def test_of_eleven_copies_the_one_on_a_new_line_is_introduced() -> None:
    before = "eval(a)\n" + "print(1)\neval(a)\n" * 9
    after = "x = 1\neval(a)\n" + before
    assert changes(before, after) == ({2: NEW, **dict.fromkeys(range(3, 22, 2), OLD)}, [])


def test_of_two_copies_one_may_go() -> None:
    assert changes("eval(a)\nx = 1\neval(a)\n", "x = 1\neval(a)\n") == ({2: OLD}, [3])


def test_without_a_base_text_the_first_copies_are_the_old_ones() -> None:
    text = "eval(a)\neval(a)\n"
    (one, other), (old,) = issues(text), issues("eval(a)\n")
    found = compare((one, other), (old,), {}, {})
    assert found.changes == {one.fingerprint: OLD, other.fingerprint: NEW}


def test_another_file_is_another_problem() -> None:
    text = "eval(a)\n"
    now = (*issues(text), *issues(text, "copy.py"))
    found = compare(now, issues(text), {}, {})
    assert {each.location.path: found.changes[each.fingerprint] for each in now} == {"app.py": OLD, "copy.py": NEW}


def test_an_issue_that_got_worse_or_got_another_witness_is_the_same() -> None:
    (before,) = issues("eval(a)\n")
    after = replace(before, severity=Severity.CRITICAL)
    assert compare((after,), (before,), {}, {}).changes == {after.fingerprint: OLD}


# ---------------------------------------------------------------- renames

LINES = [f"line {number}\n" for number in range(20)]
TEXT = "".join(LINES)


def test_a_file_with_the_same_text_is_the_same_file() -> None:
    assert renames({"old.py": TEXT}, {"new.py": TEXT, "else.py": "x\n"}) == {"old.py": "new.py"}


def test_a_file_of_which_half_is_left_is_the_same_file() -> None:
    edited = "".join(LINES[:12]) + "other\n" * 8
    assert renames({"old.py": TEXT}, {"new.py": edited}) == {"old.py": "new.py"}
    assert renames({"old.py": TEXT}, {"new.py": "".join(LINES[:5]) + "other\n" * 15}) == {}


def test_the_most_similar_file_counts_and_each_counts_once() -> None:
    near, far = "".join(LINES[:19]), "".join(LINES[:12])
    assert renames({"a.py": TEXT, "b.py": TEXT + "b\n"}, {"x.py": near, "y.py": far}) == {
        "a.py": "x.py",
        "b.py": "y.py",
    }


def test_another_suffix_is_another_file() -> None:
    assert renames({"old.py": TEXT}, {"new.js": TEXT}) == {}


def test_empty_files_are_no_pairs() -> None:
    assert renames({"old/__init__.py": ""}, {"new/__init__.py": ""}) == {}
