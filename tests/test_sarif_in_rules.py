"""Any tool's SARIF: whose rule a result is, how bad it is, what it says, and who may silence it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from sarif_logs import Json
from sarif_logs import log as _log
from sarif_logs import only as _only
from sarif_logs import parse as _parse
from sarif_logs import result as _result
from sarif_logs import run as _run

from devsecgate.errors import MalformedOutput
from devsecgate.model import (
    Confidence,
    Finding,
    Kind,
    Location,
    Severity,
    Suppression,
)

PLAIN = Finding(
    scanner="tool",
    kind=Kind.CODE,
    rule="R1",
    message="bad",
    location=Location(path="a.py", line=3, end_line=3),
    severity=Severity.MEDIUM,
    severity_source="SARIF level warning",
)


# Rules, messages, severities


RULES: list[Json] = [
    {
        "id": "R1",
        "shortDescription": {"text": "short"},
        "defaultConfiguration": {"level": "error"},
        "helpUri": "https://example.org/R1",
        "properties": {"precision": "very-high", "tags": ["security", "external/cwe/cwe-079", "CWE-89: SQL"]},
        "messageStrings": {"default": {"text": "{0} is {1}"}},
        "relationships": [{"target": {"id": "CWE-22", "toolComponent": {"name": "CWE"}}}],
    },
    {"id": "R2", "properties": {"security-severity": "9.8"}, "helpUri": "javascript:alert(1)"},
]
DESCRIBED = replace(
    PLAIN,
    severity=Severity.HIGH,
    severity_source="SARIF level error",
    confidence=Confidence.HIGH,
    cwes=frozenset({22, 79, 89}),
    help_url="https://example.org/R1",
)


@pytest.mark.parametrize(
    ("names", "rule"),
    [
        ({"ruleId": "R1"}, "R1"),
        ({"ruleId": None, "ruleIndex": 0}, "R1"),
        ({"ruleId": None, "rule": {"id": "R1"}}, "R1"),
        ({"ruleId": None, "rule": {"index": 0}}, "R1"),
        ({"ruleId": "R1", "ruleIndex": 99}, "R1"),
        ({"ruleId": "R1/sub"}, "R1/sub"),
        ({"ruleId": "R1/sub/sub"}, "R1/sub/sub"),
        ({"ruleId": "R1/sub", "ruleIndex": 0}, "R1/sub"),
        ({"ruleId": "R1", "ruleIndex": 1}, "R1"),
    ],
)
def test_a_rule_is_found_by_id_index_reference_and_base(names: dict[str, Json], rule: str) -> None:
    assert _only(_result(**names), rules=RULES) == replace(DESCRIBED, rule=rule)


def test_rules_of_extensions_are_found() -> None:
    tool: Json = {
        "driver": {"name": "Tool", "semanticVersion": "2.0.0", "version": "2", "rules": [{"id": "R9"}]},
        "extensions": [{"name": "empty"}, {"name": "pack", "rules": RULES}],
    }
    by_index: Json = {"index": 0, "toolComponent": {"index": 1}}
    by_name: Json = {"index": 0, "toolComponent": {"name": "pack"}}
    by_guid: Json = {"id": "R1", "toolComponent": {"guid": "x"}}
    for names in ({"ruleId": "R1"}, *({"ruleId": None, "rule": each} for each in (by_index, by_name, by_guid))):
        parsed = _parse(_log({"tool": tool, "results": [_result(**names)]}))
        assert (parsed.findings, parsed.version) == ((DESCRIBED,), "2.0.0")


def test_an_id_that_no_rule_describes_is_kept() -> None:
    assert _only(_result(ruleId="unknown"), rules=RULES) == replace(PLAIN, rule="unknown")


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"text": "bad"}, "bad"),
        ({"text": "  two\n\tlines "}, "two lines"),
        ({"text": "{0} and {1}", "arguments": ["one", "two"]}, "one and two"),
        ({"id": "default", "arguments": ["x", "y"]}, "x is y"),
        ({"id": "unknown"}, "short"),
        ({}, "short"),
        ({"text": ""}, "short"),
        ({"text": "\x1b[31mred\u202e"}, "\\x1b[31mred\\u202e"),
        ({"text": "x" * 700}, "x" * 599 + "…"),
    ],
)
def test_a_message_is_one_line_with_its_arguments(message: Json, text: str) -> None:
    assert _only(_result(message=message), rules=RULES).message == text


def test_a_message_without_any_text_says_so() -> None:
    assert _only(_result(message={})).message == "the tool gives no text"


@pytest.mark.parametrize(
    ("changes", "severity", "source"),
    [
        ({}, Severity.MEDIUM, "SARIF level warning"),
        ({"level": "error"}, Severity.HIGH, "SARIF level error"),
        ({"level": "note"}, Severity.LOW, "SARIF level note"),
        ({"level": "none"}, Severity.INFO, "SARIF level none"),
        ({"kind": "review"}, Severity.INFO, "SARIF level none"),
        ({"kind": "review", "level": "error"}, Severity.HIGH, "SARIF level error"),
        ({"ruleId": "R1"}, Severity.HIGH, "SARIF level error"),
        ({"ruleId": "R1", "level": "note"}, Severity.LOW, "SARIF level note"),
        ({"ruleId": "R2", "level": "note"}, Severity.CRITICAL, "security-severity 9.8"),
        ({"ruleId": "R2", "properties": {"security-severity": "0.0"}}, Severity.INFO, "security-severity 0.0"),
        ({"properties": {"security-severity": 10}}, Severity.CRITICAL, "security-severity 10.0"),
        ({"properties": {"security-severity": "9.0"}}, Severity.CRITICAL, "security-severity 9.0"),
        ({"properties": {"security-severity": "8.9"}}, Severity.HIGH, "security-severity 8.9"),
        ({"properties": {"security-severity": "7.0"}}, Severity.HIGH, "security-severity 7.0"),
        ({"properties": {"security-severity": "6.9"}}, Severity.MEDIUM, "security-severity 6.9"),
        ({"properties": {"security-severity": "4"}}, Severity.MEDIUM, "security-severity 4.0"),
        ({"properties": {"security-severity": "3.9"}}, Severity.LOW, "security-severity 3.9"),
        ({"properties": {"security-severity": "0.1"}}, Severity.LOW, "security-severity 0.1"),
    ],
)
def test_severity_comes_from_the_score_else_from_the_level(
    changes: dict[str, Json], severity: Severity, source: str
) -> None:
    found = _only(_result(**{"ruleId": "R0", **changes}), rules=RULES)
    assert (found.severity, found.severity_source) == (severity, source)


def test_a_level_that_the_run_was_configured_with_counts_and_the_worst_one_wins() -> None:
    def override(level: str, **descriptor: Json) -> Json:
        return {"descriptor": descriptor, "configuration": {"level": level}}

    def levels(*overrides: Json) -> str:
        invocation: Json = {"executionSuccessful": True, "ruleConfigurationOverrides": list(overrides)}
        rules: list[Json] = [{"id": "R0"}, {"id": "R1", "defaultConfiguration": {"level": "note"}}]
        return _only(_result(), rules=rules, invocations=[invocation]).severity_source

    assert levels() == "SARIF level note"
    assert levels(override("error", id="R1")) == "SARIF level error"
    assert levels(override("error", index=1)) == "SARIF level error"
    assert levels(override("error", id="R0"), override("error", index=0)) == "SARIF level note"
    assert levels(override("none", id="R1"), override("error", id="R1")) == "SARIF level error"
    with pytest.raises(MalformedOutput):
        levels(override("worst", id="R1"))


@pytest.mark.parametrize(
    ("changes", "reported"),
    [
        ({"kind": "pass"}, False),
        ({"kind": "notApplicable"}, False),
        ({"kind": "pass", "level": "none"}, False),
        ({"kind": "pass", "level": "error"}, True),
        ({"kind": "fail"}, True),
        ({"kind": "open"}, True),
        ({"kind": "review"}, True),
        ({"kind": "informational"}, True),
        ({"kind": "Pass"}, True),
        ({"baselineState": "absent"}, False),
        ({"baselineState": "unchanged"}, True),
        ({"baselineState": "new"}, True),
    ],
)
def test_only_what_the_standard_calls_no_problem_is_left_out(changes: dict[str, Json], reported: bool) -> None:
    assert len(_parse(_log(_run(_result(**changes)))).findings) == reported


@pytest.mark.parametrize(
    ("tags", "cwes"),
    [
        (["external/cwe/cwe-079", "CWE-89", "cwe:22", "cwe_611", "CWE 78: OS"], {22, 78, 79, 89, 611}),
        (["security", "cwe", "CWE-", "CWE-1234567", "scwe-1"], set()),
    ],
)
def test_cwes_come_from_tags(tags: Json, cwes: set[int]) -> None:
    assert _only(_result(properties={"tags": tags})).cwes == cwes


@pytest.mark.parametrize(
    ("taxon", "cwes"),
    [
        ({"id": "78", "toolComponent": {"name": "CWE"}}, {78}),
        ({"id": "CWE-79", "toolComponent": {"name": "cwe"}}, {79}),
        ({"id": "1", "toolComponent": {"name": "OWASP"}}, set()),
        ({"id": "2"}, set()),
        ({"toolComponent": {"name": "CWE"}}, set()),
        ({"id": "x" * 99, "toolComponent": {"name": "CWE"}}, set()),
        ({"id": "\N{ARABIC-INDIC DIGIT THREE}", "toolComponent": {"name": "CWE"}}, set()),
    ],
)
def test_cwes_come_from_taxonomies(taxon: Json, cwes: set[int]) -> None:
    assert _only(_result(taxa=[taxon])).cwes == cwes


def test_advisories_are_ids_in_the_layers_of_packages_alone() -> None:
    document = _log(_run(_result(ruleId="CVE-2024-1234")))
    assert _parse(document, kind=Kind.CONTAINER).findings[0].ids == {"CVE-2024-1234"}
    assert _parse(document, kind=Kind.CODE).findings[0].ids == frozenset()


# Suppressions


INSIDE: Json = {"kind": "inSource", "justification": "tested\nbefore"}
OUTSIDE: Json = {"kind": "external"}
SUPPRESSED = Suppression(
    marker="in-source marker of tool",
    location=Location(path="a.py", line=3, end_line=3),
    justification="tested before",
)


@pytest.mark.parametrize(
    ("suppressions", "expected"),
    [
        (None, None),
        ([], None),
        ([OUTSIDE], None),
        ([INSIDE], SUPPRESSED),
        ([OUTSIDE, INSIDE], SUPPRESSED),
        ([{**INSIDE, "status": "accepted"}], SUPPRESSED),
        ([{**INSIDE, "status": "underReview"}], None),
        ([{**INSIDE, "status": "rejected"}], None),
        ([{**INSIDE, "status": "Accepted"}], None),
        ([INSIDE, {**OUTSIDE, "status": "rejected"}], None),
        ([{"kind": "InSource"}], None),
    ],
)
def test_only_an_accepted_marker_in_the_source_is_carried_along(
    suppressions: Json, expected: Suppression | None
) -> None:
    assert _only(_result(suppressions=suppressions)).suppression == expected


def test_the_place_of_a_marker_is_read_where_it_is_given() -> None:
    place: Json = {"physicalLocation": {"artifactLocation": {"uri": "ü.py"}, "region": {"startLine": 9}}}
    found = _only(_result(suppressions=[{"kind": "inSource", "location": place}])).suppression
    assert found == Suppression(marker="in-source marker of tool", location=Location(path="ü.py", line=9, end_line=9))
