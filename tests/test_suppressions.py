"""Inline markers: read as bandit and semgrep read them, or more strictly; never more generously."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devsecgate.model import Finding, Kind, Location, Severity, Suppression
from devsecgate.suppressions import apply

SHELL = "https://bandit.readthedocs.io/en/latest/plugins/b602_subprocess_popen_with_shell_equals_true.html"


def finding(scanner: str = "bandit", rule: str = "B602", *, line: int = 1, end_line: int | None = None) -> Finding:
    return Finding(
        scanner=scanner,
        kind=Kind.CODE,
        rule=rule,
        message="m",
        location=Location(path="a.py", line=line, end_line=end_line),
        severity=Severity.HIGH,
        severity_source=scanner,
        help_url=SHELL if rule == "B602" else None,
    )


def suppression(found: Finding, text: str) -> tuple[str, int, str] | None:
    (marked,) = apply([found], {"a.py": text})
    given = marked.suppression
    return None if given is None else (given.marker, given.location.line, given.justification)


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# nosec", ("# nosec", 1, "")),
        ("#nosec", ("#nosec", 1, "")),
        ("# noqa # nosec", ("# nosec", 1, "")),
        ("# nosec B602", ("# nosec B602", 1, "")),
        ("# nosec B602, B607 - input is ours", ("# nosec B602, B607", 1, "input is ours")),
        ("# nosec: B607,B602 # see the README", ("# nosec: B607,B602", 1, "see the README")),
        ("# nosec B607 and B602 are fine", ("# nosec B607", 1, "and B602 are fine")),
        ("# nosec because fine", ("# nosec", 1, "because fine")),
        ("# nosec subprocess_popen_with_shell_equals_true", ("# nosec subprocess_popen_with_shell_equals_true", 1, "")),
        ("# nosec B607", None),
        ("# nosec (B607)", None),
        ("# nosec hardcoded_tmp_directory", None),
        ("# nosec eval", None),
        ("# nosec B999", None),
        ("# NOSEC", None),
        ("# noqa nosec", None),
        ("# nosection", None),
        ("# nosemgrep", None),
    ],
)
def test_a_marker_of_bandit_covers_the_tests_that_it_names_or_all(
    comment: str, expected: tuple[str, int, str] | None
) -> None:
    assert suppression(finding(), f'run("x", shell=True)  {comment}\n') == expected


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# nosemgrep", ("# nosemgrep", 1, "")),
        ("# nosem", ("# nosem", 1, "")),
        ("# NoSemGrep", ("# NoSemGrep", 1, "")),
        ("# noqa # nosemgrep", ("nosemgrep", 1, "")),
        ("# nosemgrep: shell", ("# nosemgrep: shell", 1, "")),
        ("# nosemgrep:shell - ours", ("# nosemgrep:shell", 1, "ours")),
        ("# nosemgrep: other, rules.sub.shell  ours", ("# nosemgrep: other, rules.sub.shell", 1, "ours")),
        ("# nosemgrep because fine", ("# nosemgrep", 1, "because fine")),
        ("# nosemgrep: other", None),
        ("# nosemgrep: other because shell", None),
        ("# nosemgrep: hell", None),
        ("# nosemgrepx", None),
        ("# nosec", None),
    ],
)
def test_a_marker_of_semgrep_covers_the_rules_that_it_names_or_all(
    comment: str, expected: tuple[str, int, str] | None
) -> None:
    assert suppression(finding("semgrep", "shell"), f'run("x", shell=True)  {comment}\n') == expected


def test_bandit_looks_on_every_line_of_the_finding_and_on_no_other() -> None:
    text = "# nosec\nrun(\n    x,\n    shell=True,  # nosec B602 - why\n)  # nosec\n# nosec\n"
    assert suppression(finding(line=2, end_line=5), text) == ("# nosec B602", 4, "why")
    assert suppression(finding(line=3, end_line=3), text) is None


def test_semgrep_looks_on_the_first_line_and_on_a_comment_alone_before_it() -> None:
    found = finding("semgrep", "shell", line=2, end_line=3)
    assert suppression(found, "    # nosemgrep: shell\nrun(\n)\n") == ("# nosemgrep: shell", 1, "")
    assert suppression(found, "x = 1  # nosemgrep: shell\nrun(\n)\n") is None
    assert suppression(found, "x = 1\nrun(\n)  # nosemgrep: shell\n") is None


def test_a_marker_inside_a_string_is_not_a_marker() -> None:
    assert suppression(finding(), 'run("# nosec", shell=True)\n') is None
    assert suppression(finding(line=2), '"""\nrun()  # nosec\n"""\n') is None


def test_what_cannot_be_read_suppresses_nothing() -> None:
    assert suppression(finding(line=3), "def f(:\n  '''\nrun()  # nosec\n") is None
    assert apply([finding()], {}) == (finding(),)


def test_lines_are_counted_as_the_scanners_count_them() -> None:
    assert suppression(finding(line=3), "\ufeffx\r\ny\rrun()  # nosec\n") == ("# nosec", 3, "")
    assert suppression(finding(line=2), "x\x0c = '\u2028'\nrun()  # nosec\n") == ("# nosec", 2, "")


def test_a_marker_is_shown_on_one_harmless_line() -> None:
    assert suppression(finding(), "run()  # nosec - \x1b[31mred\n") == ("# nosec", 1, "\\x1b[31mred")


def test_findings_of_other_scanners_and_those_that_are_marked_already_stay_as_they_are() -> None:
    other = finding("secrets")
    marked = apply([finding()], {"a.py": "run()  # nosec\n"})
    assert apply([other, *marked], {"a.py": "run()\n"}) == (other, *marked)
    assert marked[0].suppression == Suppression(marker="# nosec", location=Location(path="a.py", line=1))


@given(st.text(alphabet=st.sampled_from("x #nosecmgrp:B602,\n\r\t'\"\\(){}f\0\x0c\ufeff€")), st.integers(1, 5))
def test_no_text_makes_it_fail_and_findings_are_never_lost(text: str, line: int) -> None:
    findings = [finding(line=line), finding("semgrep", "shell", line=line)]
    marked = apply(findings, {"a.py": f"{text}# nosec # nosemgrep"})
    assert [(each.scanner, each.rule, each.location) for each in marked] == [
        (each.scanner, each.rule, each.location) for each in findings
    ]


BANDIT_LINES = (
    "# nosec", "# nosec B602", "# nosec B602, B607 - reason", "# nosec: B602 reason B607", "# nosec because fine",
    "# nosec subprocess_popen_with_shell_equals_true", "# nosec hardcoded_tmp_directory", "# noqa # nosec",
    "# noqa nosec", "# NOSEC", "#nosec", "# nosec B999", "# nosec: eval", "# nosecB602", "# nosec # B602",
    "# nosec B602,B607", "# nosec b602", "# nosection", "",
)  # fmt: skip


def test_no_marker_silences_more_than_it_silences_in_bandit_itself(
    program: Callable[[str], str], tree: Callable[[dict[str, str | bytes]], Path]
) -> None:
    text = "import subprocess\n" + "".join(f'subprocess.run("x", shell=True)  {line}\n' for line in BANDIT_LINES)
    root = tree({"a.py": text})
    done = subprocess.run([program("bandit"), "-q", "-f", "json", "a.py"], cwd=root, capture_output=True, check=False)
    reported = {(result["test_id"], result["line_number"]) for result in json.loads(done.stdout)["results"]}
    findings = [finding(rule=rule, line=line) for rule in ("B602", "B607") for line in range(2, len(BANDIT_LINES) + 2)]
    marked = {(each.rule, each.location.line) for each in apply(findings, {"a.py": text}) if each.suppression}
    # bandit's pattern keeps only the last of several ids without a space; its documentation promises all
    without_a_space = BANDIT_LINES.index("# nosec B602,B607") + 2
    assert marked & reported == {("B602", without_a_space)}
    assert len(marked) >= 14
