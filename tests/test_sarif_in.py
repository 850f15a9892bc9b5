"""Any tool's SARIF: what it reports arrives, what it could not do is a gap, and nothing it writes is a clean bill."""

from __future__ import annotations

import json

import pytest
from sarif_logs import FILES, Json
from sarif_logs import gap as _gap
from sarif_logs import log as _log
from sarif_logs import only as _only
from sarif_logs import parse as _parse
from sarif_logs import result as _result
from sarif_logs import run as _run

from devsecgate.errors import MalformedOutput
from devsecgate.model import (
    Finding,
    Gap,
    GapReason,
    Kind,
    Location,
    Severity,
)
from devsecgate.scanner import CANARY_PATH, Parsed

ALL = frozenset(file.removeprefix("./") for file in FILES)


PLAIN = Finding(
    scanner="tool",
    kind=Kind.CODE,
    rule="R1",
    message="bad",
    location=Location(path="a.py", line=3, end_line=3),
    severity=Severity.MEDIUM,
    severity_source="SARIF level warning",
)


def test_a_plain_result_is_a_finding_and_all_files_are_covered() -> None:
    assert _parse(_log(_run(_result()))) == Parsed(findings=(PLAIN,), gaps=(), covered=ALL, version="1.2")


def test_a_run_that_found_nothing_covers_all_files() -> None:
    assert _parse(_log(_run())) == Parsed(findings=(), gaps=(), covered=ALL, version="1.2")


# What is not SARIF 2.1.0


_MALFORMED: dict[str, Json | bytes] = {
    "nothing": b"",
    "an empty object": {},
    "an empty list": [],
    "null": None,
    "what is not UTF-8": b'{"version": "\xff"}',
    "half of a log": json.dumps(_log(_run(_result()))).encode()[:60],
    "a second log behind the first": json.dumps(_log(_run())).encode() * 2,
    "no version": {"runs": [_run()]},
    "version 2.0.0": {**_log(_run()), "version": "2.0.0"},
    "version 2.2": {**_log(_run()), "version": "2.2"},
    "no runs": _log(),
    "runs that are null": {"version": "2.1.0", "runs": None},
    "a run without a tool": _log({"results": []}),
    "a run without results": _log({"tool": {"driver": {"name": "Tool"}}}),
    "results that are null": _log({**_run(), "results": None}),
    "a driver without a name": _log({"tool": {"driver": {}}, "results": []}),
    "a result without a message": _log(_run({"ruleId": "R1", "locations": []})),
    "a result without a rule": _log(_run({"message": {"text": "x"}})),
    "a rule without an id": _log(_run(rules=[{"name": "R1"}])),
    "an index behind the last rule": _log(_run(_result(ruleId=None, ruleIndex=1), rules=[{"id": "R1"}])),
    "an index far behind the last rule": _log(_run(_result(ruleId=None, ruleIndex=2**63), rules=[{"id": "R1"}])),
    "an index into no rules": _log(_run(_result(ruleId=None, ruleIndex=0))),
    "a negative index": _log(_run(_result(ruleId=None, ruleIndex=-7), rules=[{"id": "R1"}])),
    "an extension that there is not":
        _log(_run(_result(ruleId=None, rule={"index": 0, "toolComponent": {"index": 3}}), rules=[{"id": "R1"}])),
    "a component that there is not":
        _log(_run(_result(ruleId=None, rule={"index": 0, "toolComponent": {"name": "x"}}), rules=[{"id": "R1"}])),
    "a level that there is not": _log(_run(_result(level="critical"))),
    "a security-severity that is no number": _log(_run(_result(properties={"security-severity": "high"}))),
    "a security-severity over ten": _log(_run(_result(properties={"security-severity": "10.1"}))),
    "a negative security-severity": _log(_run(_result(properties={"security-severity": -1}))),
    "a security-severity that is not a number": _log(_run(_result(properties={"security-severity": "nan"}))),
    "an infinite security-severity": _log(_run(_result(properties={"security-severity": "inf"}))),
    "a security-severity that is a list": _log(_run(_result(properties={"security-severity": []}))),
    "a region that ends before it begins": _log(_run(_result(locations=[{"physicalLocation": {
        "artifactLocation": {"uri": "a.py"}, "region": {"startLine": 5, "endLine": 4}}}]))),
    "a region with more lines than any file": _log(_run(_result(locations=[{"physicalLocation": {
        "artifactLocation": {"uri": "a.py"}, "region": {"startLine": 1, "endLine": 10**18}}}]))),
    "a line that is a word": _log(_run(_result(locations=[{"physicalLocation": {
        "artifactLocation": {"uri": "a.py"}, "region": {"startLine": "three"}}}]))),
    "an invocation that does not say how it went": _log(_run(invocations=[{}])),
    "results in another file":
        _log(_run(externalPropertyFileReferences={"results": [{"location": {"uri": "r.sarif-external-properties"}}]})),
    "results in another part of the log": _log(_run(), inlineExternalProperties=[{"results": [_result()]}]),
    "nesting without end": b'{"runs":' + b"[" * 100_000,
}  # fmt: skip


@pytest.mark.parametrize("case", _MALFORMED)
def test_is_malformed(case: str) -> None:
    with pytest.raises(MalformedOutput):
        _parse(_MALFORMED[case])


def test_references_that_are_empty_refer_to_nothing() -> None:
    assert _parse(_log(_run(externalPropertyFileReferences={}), inlineExternalProperties=[])).covered == ALL


# Places


_PLACES: dict[str, tuple[str, str]] = {
    "relative": ("a.py", "a.py"),
    "with a dot": ("./a.py", "a.py"),
    "with detours": ("src/../src/./deep.py", "src/deep.py"),
    "percent-encoded": ("a%20b.py", "a b.py"),
    "a space that is not encoded, as semgrep's are": ("a b.py", "a b.py"),
    "encoded UTF-8": ("%C3%BC.py", "ü.py"),
    "UTF-8 that is not encoded": ("ü.py", "ü.py"),
    "an absolute file": ("file:///tree/src/deep.py", "src/deep.py"),
    "an absolute file, encoded": ("file:///tree/a%20b.py", "a b.py"),
    "an absolute file of this host": ("file://localhost/tree/a.py", "a.py"),
    "an absolute file with a single slash": ("file:/tree/a.py", "a.py"),
    "an absolute file in capitals": ("FILE:///tree/a.py", "a.py"),
    "an absolute path that is no URI": ("/tree/a.py", "a.py"),
    "the canary": ("file:///canary/canary.py", CANARY_PATH),
    "the canary as a path": ("/canary/canary.py", CANARY_PATH),
    "the canary from the tree": ("../canary/canary.py", CANARY_PATH),
    "out of the tree": ("../etc/passwd", "/etc/passwd"),
    "out of the tree, encoded": ("%2e%2e/%2e%2e/etc/passwd", "/etc/passwd"),
    "out of the tree, absolute": ("file:///etc/passwd", "/etc/passwd"),
    "a neighbour whose name begins like the tree's": ("file:///treetop/a.py", "/treetop/a.py"),
    "another host": ("file://elsewhere/tree/a.py", "file:/elsewhere/tree/a.py"),
    "an address": ("https://example.org/a.py", "https:/example.org/a.py"),
    "an address with a broken host": ("file://[/tree/a.py", "file:/[/tree/a.py"),
    "a fragment": ("a.py#L3", "a.py#L3"),
    "NUL": ("a.py%00", "a.py\0"),
    "a file that was not asked for": ("other.py", "other.py"),
    "a file called like the canary's place": ("%3Ccanary%3E", CANARY_PATH),
}


@pytest.mark.parametrize("case", _PLACES)
def test_a_uri_is_read(case: str) -> None:
    uri, path = _PLACES[case]
    assert _only(_result(uri)).location == Location(path=path, line=3, end_line=3)


@pytest.mark.parametrize(
    ("bases", "path"),
    [
        ({"SRC": {"uri": "file:///tree/src/"}}, "src/deep.py"),
        ({"SRC": {"uri": "file:///tree/src"}}, "src/deep.py"),
        ({"SRC": {"uri": "src/", "uriBaseId": "ROOT"}, "ROOT": {"uri": "file:///tree/"}}, "src/deep.py"),
        ({"SRC": {"uri": "src/", "uriBaseId": "ROOT"}, "ROOT": {"description": {"text": "the root"}}}, "src/deep.py"),
        ({"SRC": {"uri": "src/", "uriBaseId": "UNKNOWN"}}, "src/deep.py"),
        ({"SRC": {"uri": "file:///elsewhere/"}}, "/elsewhere/deep.py"),
        ({"SRC": {"uri": "../../elsewhere/"}}, "/elsewhere/deep.py"),
        ({"SRC": {"uri": "src/", "uriBaseId": "SRC"}}, "/".join(["src"] * 8 + ["deep.py"])),
        ({"SRC": {"uri": "a/", "uriBaseId": "B"}, "B": {"uri": "b/", "uriBaseId": "SRC"}}, "b/a/b/a/b/a/b/a/deep.py"),
        ({}, "deep.py"),
    ],
    ids=["absolute", "no slash", "chain", "no uri", "unknown", "out", "climbs out", "itself", "cycle", "none"],
)
def test_bases_are_followed_and_cycles_end(bases: Json, path: str) -> None:
    physical: Json = {"artifactLocation": {"uri": "deep.py", "uriBaseId": "SRC"}, "region": {"startLine": 3}}
    found = _only(_result(locations=[{"physicalLocation": physical}]), originalUriBaseIds=bases)
    assert found.location.path == path


def test_a_place_may_be_the_index_of_an_artifact() -> None:
    artifacts: Json = [{"location": {"uri": "src/deep.py"}}, {}, {"location": {"index": 0}}]
    for index, path in ((0, "src/deep.py"), (1, None), (2, None), (3, None), (-1, None), (2**40, None)):
        place: Json = {"physicalLocation": {"artifactLocation": {"index": index}, "region": {"startLine": 3}}}
        parsed = _parse(_log(_run(_result(locations=[place]), artifacts=artifacts)))
        assert [found.location.path for found in parsed.findings] == ([path] if path else [])
        assert len(parsed.gaps) == (0 if path else 1)


_REGIONS: dict[str, tuple[Json, Location]] = {
    "none": (None, Location(path="a.py")),
    "empty": ({}, Location(path="a.py")),
    "of characters": ({"charOffset": 10, "charLength": 3}, Location(path="a.py")),
    "a line": ({"startLine": 7}, Location(path="a.py", line=7, end_line=7)),
    "lines and columns": (
        {"startLine": 7, "startColumn": 2, "endLine": 8, "endColumn": 4},
        Location(path="a.py", line=7, end_line=8, column=2, end_column=4),
    ),
    "line 0": ({"startLine": 0, "endLine": 0}, Location(path="a.py", line=1, end_line=1)),
    "line -5": ({"startLine": -5}, Location(path="a.py", line=1, end_line=1)),
    "column 0": (
        {"startLine": 7, "startColumn": 0, "endColumn": 9},
        Location(path="a.py", line=7, end_line=7),
    ),
    "column -1 at the end": (
        {"startLine": 7, "startColumn": 1, "endColumn": -1},
        Location(path="a.py", line=7, end_line=7, column=1),
    ),
}


@pytest.mark.parametrize("case", _REGIONS)
def test_a_region_is_read(case: str) -> None:
    region, location = _REGIONS[case]
    physical: Json = {"artifactLocation": {"uri": "a.py"}, "region": region}
    assert _only(_result(locations=[{"physicalLocation": physical}])).location == location


@pytest.mark.parametrize(
    "locations",
    [
        [],
        [{}],
        [{"logicalLocations": [{"name": "main"}]}],
        [{"physicalLocation": {}}],
        [{"physicalLocation": {"artifactLocation": {}}}],
        [{"physicalLocation": {"artifactLocation": {"index": -1}}}],
    ],
)
def test_a_result_without_a_file_is_a_gap(locations: Json) -> None:
    parsed = _parse(_log(_run(_result(locations=locations))))
    detail = "R1 was reported without a file: bad"
    assert (parsed.findings, parsed.gaps) == ((), (_gap(GapReason.MALFORMED, detail),))


def test_the_first_place_that_is_one_counts() -> None:
    second: Json = {"physicalLocation": {"artifactLocation": {"uri": "ü.py"}, "region": {"startLine": 1}}}
    assert _only(_result(locations=[{}, second])).location.path == "ü.py"


# What a tool says about itself


def _invocation(*notifications: Json, successful: bool = True, where: str = "toolExecutionNotifications") -> Json:
    return [{"executionSuccessful": successful, where: list(notifications)}]


def _notification(level: str | None, uri: str | None = None) -> Json:
    places: Json = [{"physicalLocation": {"artifactLocation": {"uri": uri}}}] if uri else []
    return {"message": {"text": "cannot parse"}, "locations": places, **({"level": level} if level else {})}


def test_a_run_that_was_not_successful_covers_nothing_and_its_results_count() -> None:
    parsed = _parse(_log(_run(_result(), invocations=_invocation(successful=False))))
    detail = "tool says that its run was not successful"
    assert parsed == Parsed(
        findings=(PLAIN,), gaps=(_gap(GapReason.FAILED, detail),), covered=frozenset(), version="1.2"
    )


@pytest.mark.parametrize("where", ["toolExecutionNotifications", "toolConfigurationNotifications"])
@pytest.mark.parametrize(
    ("level", "uri", "gaps"),
    [
        ("error", None, [_gap(GapReason.FAILED, "error: cannot parse")]),
        ("warning", None, [_gap(GapReason.FAILED, "warning: cannot parse")]),
        (None, None, [_gap(GapReason.FAILED, "warning: cannot parse")]),
        ("fatal", None, [_gap(GapReason.FAILED, "fatal: cannot parse")]),
        ("note", None, []),
        ("none", None, []),
        ("error", "a.py", [_gap(GapReason.FAILED, "error: cannot parse", "a.py")]),
        ("warning", "a.py", [_gap(GapReason.UNREADABLE, "warning: cannot parse", "a.py")]),
        ("note", "a.py", []),
        ("warning", "file:///etc/passwd", [_gap(GapReason.FAILED, "warning: cannot parse")]),
        ("warning", "file:///canary/canary.py", []),
    ],
)
def test_a_notification_is_a_gap_of_its_files_else_of_the_whole_run(
    level: str | None, uri: str | None, gaps: list[Gap], where: str
) -> None:
    parsed = _parse(_log(_run(invocations=_invocation(_notification(level, uri), where=where))))
    assert list(parsed.gaps) == gaps
    whole = any(gap.path is None for gap in gaps)
    assert parsed.covered == (frozenset() if whole else ALL - {gap.path for gap in gaps})


def test_a_tool_that_lists_its_targets_covers_no_other_file() -> None:
    artifacts: Json = [
        {"location": {"uri": "a.py"}, "roles": ["analysisTarget"]},
        {"location": {"uri": "src/deep.py"}, "roles": ["resultFile"]},
        {"location": {"uri": "file:///tree/%C3%BC.py"}, "roles": ["resultFile", "analysisTarget"]},
        {"location": {"uri": "elsewhere.py"}, "roles": ["analysisTarget"]},
    ]
    assert _parse(_log(_run(artifacts=artifacts))).covered == {"a.py", "ü.py"}


def test_of_several_runs_each_counts_for_what_it_covers() -> None:
    failed = _run(_result("src/deep.py"), invocations=_invocation(successful=False))
    target: Json = [{"location": {"uri": "a.py"}, "roles": ["analysisTarget"]}]
    parsed = _parse(_log(failed, _run(_result(), artifacts=target)))
    assert [found.location.path for found in parsed.findings] == ["a.py", "src/deep.py"]
    assert parsed.covered == {"a.py"}
    assert [gap.reason for gap in parsed.gaps] == [GapReason.FAILED]
