"""SARIF as GitLab takes it: what is in it, where GitLab shows it and how severe, and every limit."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable

import pytest
from msgspec import structs

from devsecgate.model import Action, Decision, Kind, Location, Severity, Verdict
from devsecgate.report import Context
from devsecgate.reports import gitlab
from devsecgate.reports.gitlab import REPORT

NOTHING = Context(sources={}, rules={})
Another = Callable[..., Decision]
Json = dict  # type: ignore[type-arg]
SECRET_CWES = {"798", "259", "321", "522", "312", "319", "256", "257", "540"}


def run(verdict: Verdict, context: Context = NOTHING) -> Json:
    document = json.loads(REPORT.render(verdict, context))
    assert (document["version"], len(document["runs"])) == ("2.1.0", 1)
    made: Json = document["runs"][0]
    for result in made["results"]:
        assert made["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    return made


def only(verdict: Verdict, *decisions: Decision) -> Verdict:
    return structs.replace(verdict, decisions=decisions, gaps=())


def shown_as(made: Json, result: Json) -> tuple[str, str]:
    """Sort and rate a result as GitLab's documentation says: (report type, severity)."""
    rule = made["tool"]["driver"]["rules"][result["ruleIndex"]]
    names = [result["ruleId"], *rule["properties"]["tags"]]
    links = [link["target"] for link in rule.get("relationships", ())]
    cwes = {found[1] for name in names if (found := re.fullmatch(r"(?i)cwe[-:](\d+)", name))}
    cwes |= {link["id"] for link in links if link["toolComponent"]["name"] == "CWE"}
    if any(re.fullmatch(r"(?i)cve[-:]\d{4}-\d+", name) for name in names):
        kind = "dependency_scanning"
    else:
        kind = "secret_detection" if cwes & SECRET_CWES else "sast"
    bands = {90: "Critical", 70: "High", 40: "Medium", 10: "Low", 0: "Info"}
    return kind, next(word for start, word in bands.items() if result["rank"] >= start)


def test_only_what_the_policy_acts_on_is_in_it_and_nothing_is_suppressed(verdicts: dict[str, Verdict]) -> None:
    made = run(verdicts["fail"])
    assert [(result["ruleId"], *shown_as(made, result)) for result in made["results"]] == [
        ("semgrep.python-sql-injection", "sast", "Critical"),
        ("dependencies.DSA-5523-1.libcurl4", "dependency_scanning", "Critical"),
        ("bandit.B602", "sast", "High"),
        ("dependencies.CVE-2019-10906.jinja2", "dependency_scanning", "High"),
        ("dependencies.PYSEC-2021-66.jinja2", "sast", "High"),
        ("dependencies.CVE-2024-22195.jinja2", "dependency_scanning", "Medium"),
    ]
    assert all("suppressions" not in result for result in made["results"])


def test_a_gap_that_is_not_accepted_is_a_result_for_gitlab_reads_no_invocation(verdicts: dict[str, Verdict]) -> None:
    made = run(verdicts["incomplete"])
    found = [
        (result["ruleId"], result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], result["rank"])
        for result in made["results"]
    ]
    assert found == [
        ("devsecgate.gap.missing.semgrep", ".gitlab-ci.yml", 95.0),
        ("devsecgate.gap.unreadable.target", "shop/broken%20%C3%A9.py", 95.0),
        ("devsecgate.gap.unresolved.dependencies", "requirements.txt", 95.0),
        ("bandit.B105", "shop/settings.py", 20.0),
    ]


@pytest.mark.parametrize(("name", "successful"), [("pass", True), ("fail", True), ("incomplete", False)])
def test_execution_is_successful_only_where_everything_was_seen(
    name: str, successful: bool, verdicts: dict[str, Verdict]
) -> None:
    assert run(verdicts[name])["invocations"][0]["executionSuccessful"] is successful


@pytest.mark.parametrize(
    ("kind", "cwes", "ids", "expected"),
    [
        (Kind.CODE, {89}, set(), "sast"),
        (Kind.CODE, {259}, set(), "secret_detection"),
        (Kind.IAC, set(), set(), "sast"),
        (Kind.SECRET, set(), set(), "secret_detection"),
        (Kind.SECRET, {200}, set(), "secret_detection"),
        (Kind.SECRET, {20, 79, 200, 798}, set(), "secret_detection"),
        (Kind.DEPENDENCY, {319}, {"CVE-2024-1"}, "dependency_scanning"),
        (Kind.DEPENDENCY, {20, 22, 79, 80, 94}, {"CVE-2024-1", "GHSA-aaaa-bbbb-cccc"}, "dependency_scanning"),
        (Kind.DEPENDENCY, {319}, {"PYSEC-2024-1"}, "sast"),
        (Kind.CONTAINER, {798}, {"DSA-1"}, "sast"),
    ],
)
def test_the_tags_sort_a_finding_where_it_belongs(
    kind: Kind, cwes: set[int], ids: set[str], expected: str, verdicts: dict[str, Verdict], another: Another
) -> None:
    first = verdicts["fail"].decisions[0]
    made = run(only(verdicts["fail"], another(first, 1, kind=kind, cwes=frozenset(cwes), ids=frozenset(ids))))
    assert shown_as(made, made["results"][0])[0] == expected


@pytest.mark.parametrize(
    ("severity", "action", "expected"),
    [
        (Severity.CRITICAL, Action.WARN, "Critical"),
        (Severity.HIGH, Action.WARN, "High"),
        (Severity.MEDIUM, Action.BLOCK, "Medium"),
        (Severity.LOW, Action.BLOCK, "Low"),
        (Severity.INFO, Action.BLOCK, "Info"),
        (None, Action.BLOCK, "High"),
        (None, Action.WARN, "Medium"),
    ],
)
def test_severities_are_given_by_rank(
    severity: Severity | None, action: Action, expected: str, verdicts: dict[str, Verdict], another: Another
) -> None:
    decision = structs.replace(another(verdicts["fail"].decisions[0], 1, severity=severity), action=action)
    made = run(only(verdicts["fail"], decision))
    assert shown_as(made, made["results"][0])[1] == expected


def test_an_unrated_result_does_not_take_the_severity_of_a_rated_one_of_its_rule(
    verdicts: dict[str, Verdict], another: Another
) -> None:
    first = verdicts["fail"].decisions[0]
    made = run(only(verdicts["fail"], another(first, 1), another(first, 2, severity=None)))
    assert len({result["ruleId"] for result in made["results"]}) == 1
    assert [shown_as(made, result)[1] for result in made["results"]] == ["Critical", "High"]


def test_packages_of_one_advisory_on_one_line_of_an_image_are_told_apart(
    verdicts: dict[str, Verdict], another: Another
) -> None:
    first = verdicts["fail"].decisions[3]
    package = first.issue.primary.package
    assert package is not None
    same = first.issue.location
    twins = [
        another(first, number, location=same, package=structs.replace(package, name=name))
        for number, name in enumerate(("curl", "libcurl4"))
    ]
    results = run(only(verdicts["fail"], *twins))["results"]
    assert len({identity(result) for result in results}) == 2


def identity(result: Json) -> tuple[str, str, int, int]:
    """Give what GitLab tells two results apart by."""
    place = result["locations"][0]["physicalLocation"]
    start = place["region"]["startLine"]
    return result["ruleId"], place["artifactLocation"]["uri"], start, place["region"].get("endLine", start)


def test_every_result_has_a_region(verdicts: dict[str, Verdict], hostile: tuple[Verdict, Context]) -> None:
    results = [result for verdict in (*verdicts.values(), hostile[0]) for result in run(verdict)["results"]]
    assert results
    assert all(identity(result)[2] >= 1 for result in results)
    many = next(result for result in results if result["ruleId"] == "bandit.B602")
    assert identity(many) == ("bandit.B602", "shop/run.py", 5, 8)


def test_texts_and_tags_keep_to_gitlabs_limits(
    verdicts: dict[str, Verdict], hostile: tuple[Verdict, Context], another: Another
) -> None:
    ids = frozenset(f"CVE-2024-{number}" for number in range(1000, 1100))
    long = another(
        verdicts["fail"].decisions[2],
        1,
        message="x" * 10_000,
        rule="r" * 5_000,
        ids=ids,
        cwes=frozenset(range(1, 60)),
        help_url=f"https://example.org/{'a' * 5_000}",
    )
    for made in (run(only(verdicts["fail"], long)), run(*hostile)):
        for rule in made["tool"]["driver"]["rules"]:
            assert len(rule["properties"]["tags"]) <= 10
            assert len(rule["id"]) <= 255
            assert len(rule["shortDescription"]["text"]) <= 1024
            assert len(rule["fullDescription"]["text"]) <= 1024
            assert len(rule.get("helpUri", "")) <= 2048
        for result in made["results"]:
            assert 0 < len(result["message"]["text"]) <= 1024
            assert result["message"]["text"].isprintable()


def test_five_thousand_results_are_kept_the_worst_and_it_is_said(
    verdicts: dict[str, Verdict], another: Another
) -> None:
    first = verdicts["fail"].decisions[0]
    low = tuple(structs.replace(another(first, each), action=Action.WARN) for each in range(6_000))
    high = tuple(another(first, each) for each in range(6_000, 7_000))
    gaps = verdicts["incomplete"].gaps
    content = REPORT.render(structs.replace(verdicts["fail"], decisions=(*low, *high), gaps=gaps), NOTHING)
    made = json.loads(content)["runs"][0]
    assert len(content) < 10_000_000
    assert len(made["results"]) == gitlab.RESULT_LIMIT
    assert [result["level"] for result in made["results"][:1_004]] == ["error"] * 1_003 + ["warning"]
    notes = [note["message"]["text"] for note in made["invocations"][0]["toolExecutionNotifications"]]
    assert notes[-1] == "2,003 issues, the least severe, left out: GitLab takes no more in one file."


def test_gaps_that_have_no_room_are_counted_too(verdicts: dict[str, Verdict], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gitlab, "RESULT_LIMIT", 6)
    made = run(structs.replace(verdicts["fail"], gaps=verdicts["incomplete"].gaps))
    assert [result["ruleId"].startswith("devsecgate.gap.") for result in made["results"]] == [False] * 5 + [True]
    notes = [note["message"]["text"] for note in made["invocations"][0]["toolExecutionNotifications"]]
    assert notes[3:] == [
        "1 issue, the least severe, left out: GitLab takes no more in one file.",
        "The full record has 1 waived and 1 allowed issues that are not in here.",
        "2 gaps left out of the results: GitLab takes no more in one file.",
    ]


def test_a_file_that_would_be_too_large_is_cut_until_it_fits(
    verdicts: dict[str, Verdict], another: Another, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gitlab, "SIZE_LIMIT", 100_000)
    first = verdicts["fail"].decisions[0]
    many = tuple(another(first, each, message=hashlib.sha512(bytes([each])).hexdigest()) for each in range(250))
    content = REPORT.render(only(verdicts["fail"], *many), NOTHING)
    assert len(content) <= 100_000
    assert 0 < len(json.loads(content)["runs"][0]["results"]) < 250


def test_the_file_says_which_tool_made_it_even_without_results(verdicts: dict[str, Verdict]) -> None:
    made = run(verdicts["pass"])
    assert (made["tool"]["driver"]["name"], made["results"], made["tool"]["driver"]["rules"]) == ("devsecgate", [], [])


def test_a_column_that_cannot_be_true_is_left_out(verdicts: dict[str, Verdict], another: Another) -> None:
    place = Location(path="a b.py", line=0, end_line=-3, column=0, end_column=-1)
    result = run(only(verdicts["fail"], another(verdicts["fail"].decisions[0], 1, location=place)))["results"][0]
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "a%20b.py", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 1},
    }
