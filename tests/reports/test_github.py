"""SARIF as GitHub takes it: what is in it, what is not, and every limit."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from typing import NamedTuple

import pytest
from msgspec import structs

from devsecgate.line_hash import line_hashes
from devsecgate.model import Action, Decision, Issue, Kind, Location, Severity, Verdict
from devsecgate.report import Context
from devsecgate.reports import github
from devsecgate.reports.github import REPORT
from devsecgate.reports.sarif import REPORT as FULL
from devsecgate.sarif_out import uri

NOTHING = Context(sources={}, rules={})


class Seen(NamedTuple):
    rule: str
    level: str
    severity: str | None


def run(verdict: Verdict, context: Context) -> dict:  # type: ignore[type-arg]
    document = json.loads(REPORT.render(verdict, context))
    assert document["version"] == "2.1.0"
    assert document["$schema"].endswith("sarif-2.1.0.json")
    assert len(document["runs"]) == 1
    return document["runs"][0]  # type: ignore[no-any-return]


def alike(decision: Decision, number: int, **changes: object) -> Decision:
    """The same decision about another place."""
    issue = decision.issue
    finding = structs.replace(issue.primary, location=Location(path=f"src/{number}.py", line=1), **changes)  # type: ignore[arg-type]
    made = structs.replace(
        issue, fingerprint=f"{number:032x}", severity=finding.severity, kind=finding.kind, findings=(finding,)
    )
    return structs.replace(decision, issue=made)


def test_only_what_the_policy_acts_on_is_in_it(verdicts: dict[str, Verdict], context: Context) -> None:
    seen = []
    made = run(verdicts["fail"], context)
    for result in made["results"]:
        rule = made["tool"]["driver"]["rules"][result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        seen.append(Seen(rule["id"], result["level"], rule["properties"].get("security-severity")))
    assert seen == [
        Seen("semgrep.python-sql-injection.critical", "error", "9.5"),
        Seen("dependencies.DSA-5523-1", "error", "9.5"),
        Seen("bandit.B602.high", "error", "8.0"),
        Seen("dependencies.CVE-2019-10906", "error", "8.0"),
        Seen("dependencies.PYSEC-2021-66", "error", None),
        Seen("dependencies.CVE-2024-22195", "warning", "5.5"),
    ]
    assert all("suppressions" not in result for result in made["results"])


def test_what_is_left_out_is_said(verdicts: dict[str, Verdict], context: Context) -> None:
    notes = run(verdicts["fail"], context)["invocations"][0]["toolExecutionNotifications"]
    assert [(note["level"], note["descriptor"]["id"]) for note in notes] == [
        ("warning", "gap-outdated"),
        ("note", "left-out"),
    ]
    assert notes[1]["message"]["text"] == "The full record has 1 waived and 1 allowed issues that are not in here."


@pytest.mark.parametrize(("name", "successful"), [("pass", True), ("fail", True), ("incomplete", False)])
def test_github_refuses_the_file_of_a_run_that_could_not_see(
    name: str, successful: bool, verdicts: dict[str, Verdict], context: Context
) -> None:
    assert run(verdicts[name], context)["invocations"][0]["executionSuccessful"] is successful


def test_a_failing_run_with_an_open_gap_is_not_successful_either(
    verdicts: dict[str, Verdict], context: Context
) -> None:
    verdict = structs.replace(verdicts["fail"], gaps=verdicts["incomplete"].gaps)
    told = run(verdict, context)["invocations"][0]
    assert (told["executionSuccessful"], told["exitCode"]) == (False, 1)
    assert {note["level"] for note in told["toolExecutionNotifications"][:3]} == {"error"}


def test_tool_and_category_are_constant_even_without_results(verdicts: dict[str, Verdict], context: Context) -> None:
    for verdict in verdicts.values():
        made = run(verdict, context)
        assert made["tool"]["driver"]["name"] == "devsecgate"
        assert made["automationDetails"] == {"id": "devsecgate/"}
        assert isinstance(made["results"], list)
        assert isinstance(made["tool"]["driver"]["rules"], list)


def test_two_severities_of_one_rule_are_two_rules(verdicts: dict[str, Verdict]) -> None:
    high = verdicts["fail"].decisions[1]
    low = alike(high, 1, severity=Severity.LOW)
    unrated = alike(high, 2, severity=None)
    made = run(structs.replace(verdicts["fail"], decisions=(high, low, unrated)), NOTHING)
    assert {rule["id"]: rule["properties"].get("security-severity") for rule in made["tool"]["driver"]["rules"]} == {
        "bandit.B602.high": "8.0",
        "bandit.B602.low": "2.0",
        "bandit.B602.unrated": None,
    }


def test_an_advisory_keeps_its_rule_when_it_is_rated_anew(verdicts: dict[str, Verdict]) -> None:
    def rules(severity: Severity | None) -> list[str]:
        decision = verdicts["fail"].decisions[2]
        finding = structs.replace(decision.issue.primary, severity=severity)
        issue: Issue = structs.replace(decision.issue, severity=severity, findings=(finding,))
        again = structs.replace(decision, issue=issue)
        made = run(structs.replace(verdicts["fail"], decisions=(again,)), NOTHING)
        return [rule["id"] for rule in made["tool"]["driver"]["rules"]]

    assert rules(None) == rules(Severity.CRITICAL) == ["dependencies.CVE-2019-10906"]


def test_security_severity_lies_inside_githubs_bands(verdicts: dict[str, Verdict]) -> None:
    first = verdicts["fail"].decisions[0]
    decisions = tuple(alike(first, severity.value, severity=severity) for severity in Severity)
    made = run(structs.replace(verdicts["fail"], decisions=decisions), NOTHING)
    scores = {
        rule["id"].rsplit(".")[-1]: rule["properties"]["security-severity"] for rule in made["tool"]["driver"]["rules"]
    }
    assert all(isinstance(score, str) for score in scores.values())
    assert float(scores["critical"]) > 9.0
    assert 7.0 <= float(scores["high"]) <= 8.9
    assert 4.0 <= float(scores["medium"]) <= 6.9
    assert 0.1 <= float(scores["low"]) <= 3.9
    assert float(scores["info"]) == 0.0


def test_the_region_is_the_first_line_of_the_statement(verdicts: dict[str, Verdict], context: Context) -> None:
    result = next(made for made in run(verdicts["fail"], context)["results"] if made["ruleId"] == "bandit.B602.high")
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "shop/run.py", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 5, "startColumn": 5, "endLine": 5, "endColumn": 21},
    }


def test_alerts_are_tracked_by_githubs_line_hash_and_our_fingerprint(
    verdicts: dict[str, Verdict], context: Context
) -> None:
    result = next(made for made in run(verdicts["fail"], context)["results"] if made["ruleId"] == "bandit.B602.high")
    assert result["partialFingerprints"] == {
        "devsecgateFingerprint/v1": "a" * 32,
        "primaryLocationLineHash": line_hashes(context.sources["shop/run.py"])[4],
    }


def test_a_line_that_the_file_does_not_have_gets_no_line_hash(verdicts: dict[str, Verdict], context: Context) -> None:
    decision = verdicts["fail"].decisions[1]
    finding = structs.replace(decision.issue.primary, location=Location(path="shop/run.py", line=999))
    issue = structs.replace(decision.issue, findings=(finding,))
    verdict = structs.replace(verdicts["fail"], decisions=(structs.replace(decision, issue=issue),))
    assert list(run(verdict, context)["results"][0]["partialFingerprints"]) == ["devsecgateFingerprint/v1"]


def test_required_texts_are_there_and_short_enough(hostile: tuple[Verdict, Context]) -> None:
    made = run(*hostile)
    for rule in made["tool"]["driver"]["rules"]:
        assert 0 < len(rule["shortDescription"]["text"]) <= 1024
        assert 0 < len(rule["fullDescription"]["text"]) <= 1024
        assert rule["help"]["text"]
        assert len(rule["id"]) <= 255
        assert re.fullmatch(r"[A-Za-z0-9._-]+", rule["id"])
        assert len(rule["properties"]["tags"]) <= 10
        assert "helpUri" not in rule, "javascript: is no address"
    for result in made["results"]:
        assert 0 < len(result["message"]["text"]) <= 1024
        assert len(result["locations"]) == 1
        assert "](" not in result["message"]["text"]


def test_empty_texts_of_a_tool_are_filled(verdicts: dict[str, Verdict]) -> None:
    decision = alike(verdicts["fail"].decisions[0], 1, message="", snippet="")
    rule = run(structs.replace(verdicts["fail"], decisions=(decision,)), NOTHING)["tool"]["driver"]["rules"][0]
    assert all(rule[key]["text"] for key in ("shortDescription", "fullDescription", "help"))


def test_tags_are_at_most_ten_and_carry_both_forms_of_a_cwe(verdicts: dict[str, Verdict]) -> None:
    ids = frozenset(f"CVE-2024-{number}" for number in range(1000, 1020))
    decision = alike(verdicts["fail"].decisions[2], 1, ids=ids, cwes=frozenset({79, 1321, 20, 22}))
    rule = run(structs.replace(verdicts["fail"], decisions=(decision,)), NOTHING)["tool"]["driver"]["rules"][0]
    assert rule["properties"]["tags"] == [
        "security",
        "dependency",
        "external/cwe/cwe-020",
        "cwe-20",
        "external/cwe/cwe-022",
        "cwe-22",
        "external/cwe/cwe-079",
        "cwe-79",
        "cve-2024-1000",
        "cve-2024-1001",
    ]
    assert [link["target"]["id"] for link in rule["relationships"]] == ["20", "22", "79", "1321"]


def test_thirty_thousand_issues_are_cut_to_the_worst_five_thousand_and_it_is_said(
    verdicts: dict[str, Verdict],
) -> None:
    first = verdicts["fail"].decisions[0]
    low = [alike(first, number, severity=Severity.LOW, rule=f"r{number}") for number in range(29_000)]
    high = [alike(first, number, severity=Severity.HIGH) for number in range(29_000, 30_000)]
    content = REPORT.render(structs.replace(verdicts["fail"], decisions=(*low, *high)), NOTHING)
    made = json.loads(content)["runs"][0]
    assert len(made["results"]) == github.RESULT_LIMIT
    assert sum(result["ruleId"].endswith(".high") for result in made["results"]) == 1_000
    assert made["invocations"][0]["toolExecutionNotifications"][1]["message"]["text"].startswith(
        "25,000 issues, the least"
    )
    assert len(gzip.compress(content)) < 10_000_000


def test_a_file_that_would_be_too_large_is_halved_until_it_fits(
    verdicts: dict[str, Verdict], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(github, "COMPRESSED_LIMIT", 20_000)
    first = verdicts["fail"].decisions[0]
    decisions = tuple(
        alike(first, number, message=hashlib.sha512(bytes([number % 251])).hexdigest()) for number in range(250)
    )
    content = REPORT.render(structs.replace(verdicts["fail"], decisions=decisions), NOTHING)
    assert len(gzip.compress(content)) <= 20_000
    assert 0 < len(json.loads(content)["runs"][0]["results"]) < 250


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a b/c.py", "a%20b/c.py"),
        ("::error::.py", "%3A%3Aerror%3A%3A.py"),
        ("http:/x.py", "http%3A/x.py"),
        ("é#?%.py", "%C3%A9%23%3F%25.py"),
        ("-rf.py", "-rf.py"),
    ],
)
def test_paths_are_percent_encoded(path: str, expected: str) -> None:
    assert uri(path) == expected


def test_the_full_record_has_every_decision_and_an_array_of_suppressions_on_each(
    verdicts: dict[str, Verdict], context: Context
) -> None:
    verdict = verdicts["pass"]
    results = json.loads(FULL.render(verdict, context))["runs"][0]["results"]
    assert [(result["ruleId"], result["properties"]["action"]) for result in results] == [
        ("secrets.aws-access-key", "waive"),
        ("bandit.B105", "waive"),
    ]
    waived, marked = (result["suppressions"][0] for result in results)
    assert (waived["kind"], waived["justification"]) == (
        "external",
        "Rotated on 2 May, the key is dead (accepted by dana@example.org until 2026-09-30)",
    )
    assert waived["location"]["physicalLocation"]["artifactLocation"]["uri"] == "devsecgate.yml"
    assert (marked["kind"], marked["justification"]) == ("inSource", "only for development")
    failing = json.loads(FULL.render(verdicts["fail"], context))["runs"][0]["results"]
    assert len(failing) == len(verdicts["fail"].decisions)
    assert [bool(result["suppressions"]) for result in failing] == [
        decision.action is Action.WAIVE for decision in verdicts["fail"].decisions
    ]


def test_a_marker_that_is_not_honoured_is_no_suppression(verdicts: dict[str, Verdict], context: Context) -> None:
    results = json.loads(FULL.render(verdicts["fail"], context))["runs"][0]["results"]
    allowed = next(result for result in results if result["ruleId"] == "bandit.B105")
    assert allowed["suppressions"] == []
    assert allowed["properties"]["markerNotHonoured"] == "# nosec B105"


def test_kinds_are_tags(verdicts: dict[str, Verdict]) -> None:
    decision = alike(verdicts["fail"].decisions[0], 1, kind=Kind.IAC)
    rule = run(structs.replace(verdicts["fail"], decisions=(decision,)), NOTHING)["tool"]["driver"]["rules"][0]
    assert rule["properties"]["tags"][:2] == ["security", "iac"]
