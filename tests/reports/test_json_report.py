"""The format is frozen: its published schema is the one of the code, and reports keep to it."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema

from devsecgate.model import Action, Confidence, GapReason, Kind, Outcome, Severity, Verdict
from devsecgate.report import Context
from devsecgate.reports.json_report import REPORT, schema


def test_the_published_schema_is_the_one_of_the_code(repository: Path) -> None:
    published = repository / "policies" / "report.schema.json"
    assert published.read_bytes() == schema(), f"write devsecgate.reports.json_report.schema() to {published.name}"


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


def test_only_the_timing_differs_between_two_runs(verdicts: dict[str, Verdict], context: Context) -> None:
    import dataclasses

    first = verdicts["fail"]
    slower = tuple(dataclasses.replace(result, seconds=result.seconds + 7) for result in first.results)
    reports = [json.loads(REPORT.render(run, context)) for run in (first, dataclasses.replace(first, results=slower))]
    assert reports[0].pop("timing") != reports[1].pop("timing")
    assert reports[0] == reports[1]
