"""The format is frozen: its published schema is the one of the code, and reports keep to it."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import msgspec

from devsecgate.json_shape import ReportDocument, schema
from devsecgate.model import Action, Confidence, GapReason, Kind, Outcome, Severity, Verdict
from devsecgate.report import Context
from devsecgate.reports.json_report import REPORT


def test_the_published_schema_is_the_one_of_the_code(repository: Path) -> None:
    published = repository / "policies" / "report.schema.json"
    assert published.read_bytes() == schema(), f"write devsecgate.json_shape.schema() to {published.name}"


def test_every_outcome_keeps_to_the_schema(case: tuple[str, Verdict], context: Context) -> None:
    validator = jsonschema.Draft202012Validator(json.loads(schema()))
    validator.check_schema(json.loads(schema()))
    assert [error.message for error in validator.iter_errors(json.loads(REPORT.render(case[1], context)))] == []


def test_hostile_text_keeps_to_the_schema(hostile: tuple[Verdict, Context]) -> None:
    validator = jsonschema.Draft202012Validator(json.loads(schema()))
    assert [error.message for error in validator.iter_errors(json.loads(REPORT.render(*hostile)))] == []


def words(definition: str, field: str) -> set[str]:
    found = json.loads(schema())["$defs"][definition]["properties"][field]
    options = found.get("anyOf", [found])
    return {word for option in options for word in option.get("enum", [])}


def test_the_schema_knows_every_word_of_the_records() -> None:
    assert words("ReportDocument", "outcome") == {outcome.value for outcome in Outcome}
    assert words("IssueRecord", "action") == {action.value for action in Action}
    assert words("IssueRecord", "kind") == {kind.value for kind in Kind}
    assert words("IssueRecord", "severity") == {severity.label for severity in Severity}
    assert words("IssueRecord", "confidence") == {confidence.label for confidence in Confidence}
    assert words("GapRecord", "reason") == {reason.value for reason in GapReason}


def test_a_report_without_its_outcome_is_refused(verdicts: dict[str, Verdict], context: Context) -> None:
    report = json.loads(REPORT.render(verdicts["pass"], context))
    del report["outcome"]
    assert not jsonschema.Draft202012Validator(json.loads(schema())).is_valid(report)


def test_a_report_of_the_first_version_can_still_be_read(verdicts: dict[str, Verdict], context: Context) -> None:
    report = json.loads(REPORT.render(verdicts["fail"], context))
    report["version"] = "1.0"
    packages = [*report["packages"], *(issue["package"] for issue in report["issues"] if issue["package"])]
    for package in packages:
        for field in ("via", "origin", "remedy"):
            del package[field]
    for issue in report["issues"]:
        del issue["upstream"], issue["change"]
        for finding in issue["findings"]:
            del finding["upstream"]
    assert jsonschema.Draft202012Validator(json.loads(schema())).is_valid(report)
    read = msgspec.convert(report, ReportDocument)
    assert [issue.change for issue in read.issues] == [""] * len(report["issues"])


def test_a_package_says_where_it_comes_from_and_what_ends_it(verdicts: dict[str, Verdict], context: Context) -> None:
    issues = json.loads(REPORT.render(verdicts["fail"], context))["issues"]
    (issue,) = [each for each in issues if each["ids"] == ["DSA-5523-1"]]
    assert (issue["upstream"], issue["change"]) == (
        ["CVE-2023-38545", "CVE-2023-38546"],
        "apt-get install --only-upgrade libcurl4",
    )
    package = issue["package"]
    assert (package["via"], package["origin"], package["remedy"]) == (
        ["curl"],
        "layer 3 of 5: RUN apt-get install curl",
        "7.88.1-10+deb12u4",
    )


def test_only_the_timing_differs_between_two_runs(verdicts: dict[str, Verdict], context: Context) -> None:
    from msgspec import structs

    first = verdicts["fail"]
    slower = tuple(structs.replace(result, seconds=result.seconds + 7) for result in first.results)
    reports = [json.loads(REPORT.render(run, context)) for run in (first, structs.replace(first, results=slower))]
    assert reports[0].pop("timing") != reports[1].pop("timing")
    assert reports[0].pop("seal") != reports[1].pop("seal")
    assert reports[0] == reports[1]
