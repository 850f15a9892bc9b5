"""GitLab's Code Quality report: what is in it, and that no incomplete run is an empty list."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import NamedTuple

import pytest
from msgspec import structs

from devsecgate.model import Action, Decision, Gap, GapDecision, GapReason, Severity, Verdict
from devsecgate.report import Context
from devsecgate.reports.codequality import REPORT

NOTHING = Context(sources={}, rules={})
Another = Callable[..., Decision]
Complaints = Callable[[str, bytes], list[str]]


class Seen(NamedTuple):
    check: str
    severity: str
    path: str
    line: int


def seen(verdict: Verdict, context: Context = NOTHING) -> list[Seen]:
    return [
        Seen(each["check_name"], each["severity"], each["location"]["path"], each["location"]["lines"]["begin"])
        for each in json.loads(REPORT.render(verdict, context))
    ]


def fingerprints(verdict: Verdict) -> list[str]:
    return [each["fingerprint"] for each in json.loads(REPORT.render(verdict, NOTHING))]


def test_only_what_the_policy_acts_on_is_in_it(verdicts: dict[str, Verdict]) -> None:
    assert seen(verdicts["fail"]) == [
        Seen("semgrep.python-sql-injection", "blocker", "shop/data base.py", 2),
        Seen("bandit.B602", "critical", "shop/run.py", 5),
        Seen("dependencies.CVE-2019-10906", "critical", "requirements.txt", 3),
        Seen("dependencies.DSA-5523-1", "blocker", "app.tar!/var/lib/dpkg/status", 1),
        Seen("dependencies.PYSEC-2021-66", "critical", "requirements.txt", 3),
        Seen("dependencies.CVE-2024-22195", "major", "requirements.txt", 3),
    ]


def test_each_gap_that_is_not_accepted_is_a_blocker(verdicts: dict[str, Verdict]) -> None:
    assert seen(verdicts["incomplete"]) == [
        Seen("devsecgate.gap.missing", "blocker", ".gitlab-ci.yml", 1),
        Seen("devsecgate.gap.unreadable", "blocker", "shop/broken é.py", 1),
        Seen("devsecgate.gap.unresolved", "blocker", "requirements.txt", 1),
        Seen("bandit.B105", "minor", "shop/settings.py", 2),
    ]


def test_an_accepted_gap_is_not_in_it_and_a_clean_run_is_an_empty_list(verdicts: dict[str, Verdict]) -> None:
    assert seen(structs.replace(verdicts["fail"], decisions=())) == []
    assert REPORT.render(verdicts["pass"], NOTHING) == b"[]\n"


@pytest.mark.parametrize(
    ("severity", "action", "word"),
    [
        (Severity.CRITICAL, Action.BLOCK, "blocker"),
        (Severity.HIGH, Action.BLOCK, "critical"),
        (Severity.MEDIUM, Action.WARN, "major"),
        (Severity.LOW, Action.WARN, "minor"),
        (Severity.INFO, Action.BLOCK, "info"),
        (None, Action.BLOCK, "critical"),
        (None, Action.WARN, "major"),
    ],
)
def test_severities_are_gitlabs_words(
    severity: Severity | None, action: Action, word: str, verdicts: dict[str, Verdict], another: Another
) -> None:
    decision = structs.replace(another(verdicts["fail"].decisions[0], 1, severity=severity), action=action)
    found = seen(structs.replace(verdicts["fail"], decisions=(decision,)))
    assert [each.severity for each in found] == [word]


def test_the_fingerprint_is_the_issues_own_and_no_two_are_the_same(
    verdicts: dict[str, Verdict], hostile: tuple[Verdict, Context]
) -> None:
    assert fingerprints(verdicts["fail"])[:3] == ["b" * 32, "a" * 32, "d" * 32]
    for verdict in (*verdicts.values(), hostile[0]):
        found = fingerprints(verdict)
        assert len(found) == len(set(found))


def test_a_gap_keeps_its_fingerprint_when_its_sentence_changes(verdicts: dict[str, Verdict]) -> None:
    def made(*details: str) -> list[str]:
        gaps = tuple(
            GapDecision(
                gap=Gap(scanner="plan", reason=GapReason.UNSUPPORTED, detail=detail),
                accepted=False,
                because=verdicts["incomplete"].gaps[0].because,
            )
            for detail in details
        )
        return fingerprints(structs.replace(verdicts["incomplete"], decisions=(), gaps=gaps))

    assert made("no code scanner reads Go: 3 files") == made("no code scanner reads Go: 4 files")
    assert len(set(made("no code scanner reads Go: 3 files", "no code scanner reads Ruby: 3 files"))) == 2


def test_every_entry_has_every_field_for_gitlab_stops_at_the_first_that_lacks_one(
    verdicts: dict[str, Verdict], context: Context, hostile: tuple[Verdict, Context], gitlab_complaints: Complaints
) -> None:
    contents = [REPORT.render(verdict, context) for verdict in verdicts.values()]
    for content in (*contents, REPORT.render(*hostile)):
        assert gitlab_complaints("codequality", content) == []
        assert not content.startswith(b"\xef\xbb\xbf")
    assert gitlab_complaints("codequality", b'[{"description": ""}]') != []


@pytest.mark.parametrize("text", ["", "one\n::error::two", "\u202e\x00\ud800", "x" * 10_000, "]]> \x1b[31m"])
def test_hostile_text_is_one_printable_line(
    text: str, verdicts: dict[str, Verdict], another: Another, gitlab_complaints: Complaints
) -> None:
    decision = another(verdicts["fail"].decisions[0], 1, message=text, rule=text)
    content = REPORT.render(structs.replace(verdicts["fail"], decisions=(decision,)), NOTHING)
    (entry,) = json.loads(content)
    assert gitlab_complaints("codequality", content) == []
    assert entry["description"].isprintable()
    assert len(entry["description"]) <= 1_000
    assert len(entry["check_name"]) <= 255
