"""Reconciling: what the scanners of code say they saw, held against the one that parses each file. Whole records."""

from __future__ import annotations

from itertools import permutations

import pytest
from msgspec.structs import replace

from devsecgate.coverage import reconcile
from devsecgate.model import Gap, GapReason, Kind, ScanResult
from devsecgate.scanners.bandit import CANNOT_PARSE

FILES = frozenset({"a.py", "b.py"})
OUTDATED = (
    "bandit cannot parse it: valid code, newer than the Python that runs bandit; semgrep has read it: "
    "run devsecgate under a newer Python, or install devsecgate[fast]"
)
SYNTAX_ERROR = "ruff cannot parse it (line 1: Expected a parameter)"
NOT_UTF8 = "ruff cannot read it (stream did not contain valid UTF-8)"
PARTLY = "semgrep cannot parse all of it (line 1)"


def _result(scanner: str, *gaps: Gap, covered: frozenset[str] | None = None) -> ScanResult:
    """A result that covers all that it has no gap for."""
    return ScanResult(
        scanner=scanner,
        kind=Kind.CODE,
        engine=scanner,
        version="1",
        findings=(),
        gaps=gaps,
        requested=FILES,
        covered=FILES - {gap.path for gap in gaps} if covered is None else covered,
        canaries=1,
    )


def _gap(scanner: str, detail: str, path: str | None = "a.py", reason: GapReason = GapReason.UNREADABLE) -> Gap:
    return Gap(scanner=scanner, reason=reason, detail=detail, path=path)


SYNTAX, BANDIT, SEMGREP = _result("syntax"), _result("bandit"), _result("semgrep")
BANDIT_FAILS = _result("bandit", _gap("bandit", CANNOT_PARSE))
SYNTAX_FAILS = _result("syntax", _gap("syntax", SYNTAX_ERROR))
SEMGREP_FAILS = _result("semgrep", _gap("semgrep", PARTLY))


def test_where_all_have_read_all_nothing_changes() -> None:
    assert reconcile((BANDIT, SEMGREP, SYNTAX)) == (BANDIT, SEMGREP, SYNTAX)


def test_without_any_result_there_is_none() -> None:
    assert reconcile(()) == ()


@pytest.mark.parametrize("results", [(BANDIT_FAILS, SEMGREP), (BANDIT, SEMGREP_FAILS), (BANDIT_FAILS,), (SEMGREP,)])
def test_without_a_result_of_the_parser_nothing_changes(results: tuple[ScanResult, ...]) -> None:
    assert reconcile(results) == results


def test_results_of_other_layers_are_left_alone_and_all_keep_their_places() -> None:
    secrets = _result("secrets", _gap("secrets", "cannot be read"))
    for order in permutations((BANDIT_FAILS, SEMGREP, SYNTAX, secrets)):
        reconciled = reconcile(order)
        assert [each.scanner for each in reconciled] == [each.scanner for each in order]
        assert reconciled[order.index(secrets)] == secrets


def test_code_newer_than_bandits_python_is_outdated() -> None:
    outdated = replace(BANDIT_FAILS, gaps=(_gap("bandit", OUTDATED, reason=GapReason.OUTDATED),))
    assert reconcile((BANDIT_FAILS, SEMGREP, SYNTAX)) == (outdated, SEMGREP, SYNTAX)


@pytest.mark.parametrize(
    "others",
    [
        (SYNTAX,),
        (SEMGREP_FAILS, SYNTAX),
        (replace(SEMGREP, covered=frozenset({"b.py"})), SYNTAX),
        (SEMGREP, replace(SYNTAX, covered=frozenset({"b.py"}))),
        (SEMGREP, replace(SYNTAX, covered=frozenset(), gaps=(_gap("syntax", "ruff was killed", None),))),
    ],
    ids=["no semgrep", "semgrep has a gap", "semgrep is silent", "the parser is silent", "the parser failed"],
)
def test_nothing_is_outdated_that_semgrep_and_the_parser_have_not_both_read(others: tuple[ScanResult, ...]) -> None:
    assert reconcile((BANDIT_FAILS, *others)) == (BANDIT_FAILS, *others)


@pytest.mark.parametrize(
    "gap",
    [
        _gap("bandit", "bandit cannot read it: Permission denied"),
        _gap("bandit", "bandit does not account for this file"),
        _gap("bandit", "bandit failed while it looked at this file", reason=GapReason.FAILED),
        _gap("bandit", CANNOT_PARSE, reason=GapReason.FAILED),
        _gap("bandit", "bandit exited with 3", None, GapReason.FAILED),
    ],
    ids=lambda gap: gap.detail,
)
def test_no_other_gap_of_bandit_is_outdated(gap: Gap) -> None:
    bandit = _result("bandit", gap)
    assert reconcile((bandit, SEMGREP, SYNTAX)) == (bandit, SEMGREP, SYNTAX)


def test_a_file_that_nobody_can_parse_is_one_gap_and_covered_by_nobody() -> None:
    told = f"nobody can parse it: {SYNTAX_ERROR}; {CANNOT_PARSE}; {PARTLY}"
    covered = frozenset({"b.py"})
    assert reconcile((BANDIT_FAILS, SEMGREP_FAILS, SYNTAX_FAILS)) == (
        replace(BANDIT_FAILS, gaps=(), covered=covered),
        replace(SEMGREP_FAILS, gaps=(), covered=covered),
        replace(SYNTAX_FAILS, gaps=(_gap("syntax", told),), covered=covered),
    )


def test_a_file_that_semgrep_calls_scanned_and_nobody_can_parse_is_not_covered() -> None:
    told = f"nobody can parse it: {SYNTAX_ERROR}; {CANNOT_PARSE}"
    assert reconcile((BANDIT_FAILS, SEMGREP, SYNTAX_FAILS)) == (
        replace(BANDIT_FAILS, gaps=()),
        replace(SEMGREP, covered=frozenset({"b.py"})),
        replace(SYNTAX_FAILS, gaps=(_gap("syntax", told),)),
    )


def test_what_the_parser_alone_was_asked_for_stays_its_own_gap() -> None:
    assert reconcile((SYNTAX_FAILS,)) == (SYNTAX_FAILS,)
    assert reconcile((SEMGREP, SYNTAX_FAILS)) == (replace(SEMGREP, covered=frozenset({"b.py"})), SYNTAX_FAILS)


def test_texts_that_are_folded_are_sorted_and_a_failure_is_never_folded() -> None:
    crash = _gap("bandit", "bandit's test B102 crashed at line 3", reason=GapReason.FAILED)
    timeout = _gap("semgrep", "semgrep ran out of time on it", reason=GapReason.TIMEOUT)
    bandit = _result("bandit", crash, _gap("bandit", CANNOT_PARSE))
    semgrep = _result("semgrep", timeout, _gap("semgrep", "and another"), _gap("semgrep", PARTLY))
    told = f"nobody can parse it: {SYNTAX_ERROR}; and another; {CANNOT_PARSE}; {PARTLY}"
    assert reconcile((bandit, semgrep, SYNTAX_FAILS)) == (
        replace(bandit, gaps=(crash,)),
        replace(semgrep, gaps=(timeout,)),
        replace(SYNTAX_FAILS, gaps=(_gap("syntax", told),)),
    )


def test_what_bandit_has_parsed_counts_as_parsed() -> None:
    assert reconcile((BANDIT, SEMGREP, SYNTAX_FAILS)) == (BANDIT, SEMGREP, SYNTAX)


def test_what_bandit_has_parsed_and_is_not_utf8_is_seen_by_semgrep_only_in_part() -> None:
    syntax = _result("syntax", _gap("syntax", NOT_UTF8))
    part = _gap("semgrep", "is not UTF-8: semgrep's regular expressions see nothing of it; convert it to UTF-8")
    seen_in_part = replace(SEMGREP, gaps=(part,), covered=frozenset({"b.py"}))
    assert reconcile((BANDIT, SEMGREP, syntax)) == (BANDIT, seen_in_part, SYNTAX)
    assert reconcile((BANDIT, SEMGREP_FAILS, syntax)) == (BANDIT, SEMGREP_FAILS, SYNTAX)
    assert reconcile((BANDIT, syntax)) == (BANDIT, SYNTAX)


def test_what_bandit_has_a_gap_for_is_no_second_opinion() -> None:
    crashed = _result(
        "bandit", _gap("bandit", "bandit's test B102 crashed at line 3", reason=GapReason.FAILED), covered=FILES
    )
    semgrep = replace(SEMGREP, covered=frozenset({"b.py"}))
    assert reconcile((crashed, SEMGREP, SYNTAX_FAILS)) == (crashed, semgrep, SYNTAX_FAILS)


def test_a_parser_that_failed_on_a_file_is_not_overruled() -> None:
    """A crash of the parser is no opinion of it about the file."""
    panicked = _result("syntax", _gap("syntax", "ruff failed on it (panicked)", reason=GapReason.FAILED))
    assert reconcile((BANDIT, SEMGREP, panicked)) == (BANDIT, SEMGREP, panicked)


def test_a_file_that_the_parser_is_silent_about_is_settled_only_by_one_who_parsed_it() -> None:
    silent = _result("syntax", _gap("syntax", "syntax does not account for this file"))
    assert reconcile((BANDIT, silent)) == (BANDIT, SYNTAX)
    detail = f"nobody can parse it: syntax does not account for this file; {CANNOT_PARSE}"
    assert reconcile((BANDIT_FAILS, silent)) == (
        replace(BANDIT_FAILS, gaps=()),
        replace(silent, gaps=(_gap("syntax", detail),)),
    )


def test_reconciling_twice_is_reconciling_once_as_far_as_coverage_goes() -> None:
    results = (BANDIT_FAILS, SEMGREP_FAILS, SYNTAX_FAILS)
    once = reconcile(results)
    assert [each.covered for each in reconcile(once)] == [each.covered for each in once]
    assert reconcile(once) == once
