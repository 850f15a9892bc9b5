"""JUnit XML: read back, it has the right numbers, is never green by absence, and holds hostile text as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from msgspec import structs

from devsecgate.model import Action, Decision, Outcome, Verdict
from devsecgate.report import Context
from devsecgate.reports.junit import REPORT

NOTHING = Context(sources={}, rules={})
Another = Callable[..., Decision]
States = dict[tuple[str, str], str]


def read(verdict: Verdict, context: Context = NOTHING) -> Element:
    return ElementTree.fromstring(REPORT.render(verdict, context))


def state(case: Element) -> str:
    """How a reader takes a test: GitLab looks for a failure first, then for an error, then for a skip."""
    return next((name for name in ("failure", "error", "skipped") if case.find(name) is not None), "passed")


def states(root: Element) -> States:
    return {
        (str(suite.get("name")), str(case.get("name"))): state(case)
        for suite in root.iter("testsuite")
        for case in suite.iter("testcase")
    }


def test_each_part_of_a_failing_verdict_is_a_test(verdicts: dict[str, Verdict]) -> None:
    assert states(read(verdicts["fail"])) == {
        ("gate", "verdict"): "failure",
        ("bandit", "account"): "passed",
        ("bandit", "not seen by bandit, outdated: shop/new.py"): "skipped",
        ("bandit", "aaaaaaaaaaaa B602: shop/run.py"): "failure",
        ("dependencies", "account"): "passed",
        ("dependencies", "dddddddddddd CVE-2019-10906 in jinja2 2.4.1: requirements.txt"): "failure",
        ("dependencies", "888888888888 DSA-5523-1 in libcurl4 7.88.1-10: app.tar!/var/lib/dpkg/status"): "failure",
        ("dependencies", "ffffffffffff PYSEC-2021-66 in jinja2 2.4.1: requirements.txt"): "failure",
        ("dependencies", "999999999999 CVE-2024-22195 in jinja2 2.4.1: requirements.txt"): "skipped",
        ("hadolint", "idle"): "skipped",
        ("secrets", "cccccccccccc aws-access-key: shop/settings.py"): "skipped",
        ("semgrep", "account"): "passed",
        ("semgrep", "bbbbbbbbbbbb python-sql-injection: shop/data base.py"): "failure",
    }


def test_each_gap_that_is_not_accepted_is_an_error(verdicts: dict[str, Verdict]) -> None:
    assert states(read(verdicts["incomplete"])) == {
        ("gate", "verdict"): "error",
        ("gate", "not seen by target, unreadable: shop/broken é.py"): "error",
        ("bandit", "account"): "passed",
        ("bandit", "eeeeeeeeeeee B105: shop/settings.py"): "skipped",
        ("dependencies", "account"): "passed",
        ("dependencies", "not seen by dependencies, unresolved: requirements.txt: requests"): "error",
        ("hadolint", "idle"): "skipped",
        ("semgrep", "account"): "skipped",
        ("semgrep", "not seen by semgrep, missing"): "error",
    }


@pytest.mark.parametrize(("name", "expected"), [("pass", "passed"), ("fail", "failure"), ("incomplete", "error")])
def test_the_verdict_is_a_test_even_where_there_is_nothing_else(
    name: str, expected: str, verdicts: dict[str, Verdict]
) -> None:
    bare = structs.replace(verdicts[name], decisions=(), gaps=(), results=(), idle=(), remarks=())
    assert states(read(bare)) == {("gate", "verdict"): expected}


def test_only_pass_is_green(verdicts: dict[str, Verdict]) -> None:
    green = {
        outcome
        for outcome in Outcome
        if {"failure", "error"}.isdisjoint(states(read(structs.replace(verdicts["pass"], outcome=outcome))).values())
    }
    assert green == {Outcome.PASS}


def test_a_scanner_that_did_not_prove_itself_and_has_no_gap_is_an_error(verdicts: dict[str, Verdict]) -> None:
    silent = tuple(structs.replace(result, canaries=0, gaps=()) for result in verdicts["pass"].results)
    found = states(read(structs.replace(verdicts["pass"], results=silent)))
    assert {name: found[name, "account"] for name in ("bandit", "dependencies", "semgrep")} == {
        "bandit": "error",
        "dependencies": "error",
        "semgrep": "error",
    }


def test_the_numbers_of_each_suite_and_of_the_file_are_those_of_its_tests(
    verdicts: dict[str, Verdict], hostile: tuple[Verdict, Context]
) -> None:
    for root in (*(read(verdict) for verdict in verdicts.values()), read(*hostile)):
        for holder in (root, *root.iter("testsuite")):
            counted = Counter(state(case) for case in holder.iter("testcase"))
            assert {name: holder.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
                "tests": str(counted.total()),
                "failures": str(counted["failure"]),
                "errors": str(counted["error"]),
                "skipped": str(counted["skipped"]),
            }


def test_no_two_tests_have_one_name_for_gitlab_keeps_one_of_them(
    verdicts: dict[str, Verdict], hostile: tuple[Verdict, Context]
) -> None:
    for root in (*(read(verdict) for verdict in verdicts.values()), read(*hostile)):
        names = [
            (suite.get("name"), case.get("classname"), case.get("name"))
            for suite in root.iter("testsuite")
            for case in suite.iter("testcase")
        ]
        assert len(names) == len(set(names))


def test_a_line_that_moves_does_not_rename_a_test(verdicts: dict[str, Verdict], another: Another) -> None:
    first = verdicts["fail"].decisions[0]
    place = first.issue.location
    moved = another(first, 1, location=structs.replace(place, line=place.line + 40))
    still = another(first, 1, location=place)
    names = [set(states(read(structs.replace(verdicts["fail"], decisions=(each,))))) for each in (moved, still)]
    assert names[0] == names[1]


def test_a_failure_says_where_what_to_do_and_which_line_of_the_policy_says_so(
    verdicts: dict[str, Verdict], context: Context
) -> None:
    case = read(verdicts["fail"], context).find(".//testcase[@name='aaaaaaaaaaaa B602: shop/run.py']")
    assert case is not None
    assert (case.get("classname"), case.get("file")) == ("devsecgate.bandit", "shop/run.py")
    failure = case.find("failure")
    assert failure is not None
    assert failure.attrib == {
        "type": "devsecgate.block",
        "message": "high: subprocess call with shell=True identified, security issue.",
    }
    assert str(failure.text).split("\n") == [
        "high: subprocess call with shell=True identified, security issue.",
        "at shop/run.py:5",
        "code: subprocess.call(",
        "fix: Pass a list of arguments, and leave out shell=True.",
        "seen by bandit B602 + semgrep python-shell-true",
        "policy: default:14 block_at: severity high or above blocks",
        f"fingerprint: {'a' * 32}",
    ]


def test_what_is_allowed_is_output_and_no_test(verdicts: dict[str, Verdict]) -> None:
    suite = read(verdicts["fail"]).find("./testsuite[@name='bandit']/system-out")
    assert suite is not None
    assert suite.text == "allowed: low: eeeeeeeeeeee B105: shop/settings.py (default:15 warn_at)"


def test_an_issue_in_an_image_names_no_file_of_the_repository(verdicts: dict[str, Verdict]) -> None:
    named = {case.get("name"): case.get("file") for case in read(verdicts["fail"]).iter("testcase")}
    assert named["888888888888 DSA-5523-1 in libcurl4 7.88.1-10: app.tar!/var/lib/dpkg/status"] is None
    given = structs.replace(verdicts["fail"].target, given=("requirements.txt",))
    beside = read(structs.replace(verdicts["fail"], target=given))
    assert "requirements.txt" not in {case.get("file") for case in beside.iter("testcase")}


@pytest.mark.parametrize(
    "text",
    [
        "one\ntwo\r\n::error::three",
        "\x00\x08\x0b\x0c\x1f\x7f\x9b\ufffe\uffff\ud800",
        "\u202eevil\u2066\u200f",
        "x" * 10_000,
        "]]>&amp;<!-- --><![CDATA[ \"'",
        "##vso[task.complete] ##[error]",
        "[[ATTACHMENT|/etc/passwd]]",
    ],
)
def test_hostile_text_is_shown_and_does_nothing(text: str, verdicts: dict[str, Verdict], another: Another) -> None:
    decision = another(verdicts["fail"].decisions[0], 1, message=text, snippet=text, rule=text, scanner=text)
    decisions = tuple(structs.replace(decision, action=action, reason=text) for action in Action)
    gap = structs.replace(verdicts["incomplete"].gaps[0].gap, detail=text, scanner=text, path=text)
    gaps = (structs.replace(verdicts["incomplete"].gaps[0], gap=gap, reason=text),)
    content = REPORT.render(structs.replace(verdicts["fail"], decisions=decisions, gaps=gaps), NOTHING)
    root = ElementTree.fromstring(content)
    held = [value for each in root.iter() for value in (each.text or "", *each.attrib.values())]
    assert [value for value in held if not value.replace("\n", "").isprintable()] == []
    assert max(len(line) for value in held for line in value.split("\n")) <= 4_000
    assert [value for value in held if "[[ATTACHMENT" in value or "##[" in value or "##vso[" in value] == []
    assert [value for value in held if any(line.lstrip().startswith("::") for line in value.split("\n"))] == []


def test_types_are_words_of_ours_for_gitlab_casts_by_them(hostile: tuple[Verdict, Context]) -> None:
    types = {str(each.get("type")) for each in read(*hostile).iter() if each.get("type") is not None}
    assert types == {
        "devsecgate.account",
        "devsecgate.block",
        "devsecgate.fail",
        "devsecgate.gap.failed",
        "devsecgate.idle",
        "devsecgate.waive",
        "devsecgate.warn",
    }


def test_legal_text_survives_unchanged(verdicts: dict[str, Verdict], another: Another) -> None:
    said = "é 文 😀 <a href=\"x\">&amp; ]]> 'quoted'"
    decision = another(verdicts["fail"].decisions[0], 1, message=said)
    root = read(structs.replace(verdicts["fail"], decisions=(decision,)))
    failure = root.find("./testsuite[@name='semgrep']/testcase/failure")
    assert failure is not None
    assert failure.get("message") == f"critical: {said}"
