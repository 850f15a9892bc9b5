"""SARIF of real tools, and a tool that a policy declares, the whole way through the gate."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace
from sarif_logs import JOB, Json
from sarif_logs import gap as _gap
from sarif_logs import parse as _parse

from devsecgate import gate, sarif_in
from devsecgate.errors import ExitCode, MalformedOutput, UsageError
from devsecgate.model import (
    Confidence,
    Finding,
    Gap,
    GapReason,
    Kind,
    Location,
    Outcome,
    PolicyLine,
    Severity,
)
from devsecgate.policy.globs import matches_path
from devsecgate.policy.records import Tool, ToolCanary
from devsecgate.scanner import Parsed, Settings

SAMPLE = Path(__file__).parent / "samples" / "sarif" / "1.182.0-semgrep.sarif"


# Real ones


def test_semgreps_own_sarif_is_read_as_its_json_is() -> None:
    files = ("./a folder/-rf.py", "./app.py", "./broken.py", "./columns.py", "./marked.py")
    parsed = _parse(SAMPLE.read_bytes(), job=replace(JOB, files=files))
    assert [(found.location.path, found.location.line, found.rule, found.severity) for found in parsed.findings] == [
        ("a folder/-rf.py", 1, "rules.eval-called", Severity.HIGH),
        ("app.py", 6, "rules.shell-called", Severity.MEDIUM),
        ("broken.py", 2, "rules.eval-called", Severity.HIGH),
        ("columns.py", 1, "rules.eval-called", Severity.HIGH),
        ("columns.py", 2, "rules.eval-called", Severity.HIGH),
        ("marked.py", 1, "rules.eval-called", Severity.HIGH),
    ]
    assert {found.cwes for found in parsed.findings} == {frozenset({95}), frozenset({78})}
    assert [found.suppression is not None for found in parsed.findings] == [False] * 5 + [True]
    detail = "warning: Syntax error at line broken.py:1: `t` was unexpected"
    assert (parsed.gaps, parsed.covered) == ((_gap(GapReason.FAILED, detail),), frozenset())
    assert parsed.version == "1.182.0"


@pytest.mark.parametrize("part", range(1, 40))
def test_semgreps_sarif_cut_anywhere_is_malformed(part: int) -> None:
    data = SAMPLE.read_bytes().rstrip()
    with pytest.raises(MalformedOutput):
        _parse(data[: len(data) * part // 40])


WORKFLOW = ".github/workflows/ci.yml"
_PLACE: Json = {
    "logicalLocations": [{"properties": {"symbolic": {"route": ["jobs", "test"]}}}],
    "message": {"text": "may expand into attacker-controllable code"},
    "physicalLocation": {
        "artifactLocation": {"uri": WORKFLOW, "uriBaseId": "%SRCROOT%"},
        "region": {
            "startLine": 12, "endLine": 13, "startColumn": 9, "endColumn": 30,
            "charOffset": 200, "charLength": 40, "sourceLanguage": "yaml", "snippet": {"text": "run: ..."},
        },
    },
}  # fmt: skip
_DRIVER: Json = {
    "name": "zizmor",
    "downloadUri": "https://github.com/zizmorcore/zizmor",
    "informationUri": "https://zizmor.sh",
    "semanticVersion": "1.32.0",
    "version": "1.32.0",
    "rules": [
        {
            "id": "zizmor/template-injection",
            "name": "template-injection",
            "help": {"text": "`template-injection`", "markdown": "x"},
            "helpUri": "https://docs.zizmor.sh/audits/#template-injection",
            "properties": {"tags": ["security"]},
        }
    ],
}
_RESULT: Json = {
    "ruleId": "zizmor/template-injection",
    "kind": "fail",
    "level": "error",
    "message": {"text": "code injection via template expansion"},
    "locations": [_PLACE],
    "codeFlows": [{"threadFlows": [{"locations": [{"importance": "essential", "location": _PLACE}]}]}],
    "properties": {"zizmor/confidence": "High", "zizmor/persona": "Regular", "zizmor/severity": "High"},
}
ZIZMOR: Json = {
    "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/cos02/schemas/sarif-schema-2.1.0.json",
    "runs": [{"invocations": [{"executionSuccessful": True}], "results": [_RESULT], "tool": {"driver": _DRIVER}}],
    "version": "2.1.0",
}


def test_a_log_shaped_like_zizmors_is_read() -> None:
    """Its places are relative to an unnamed input, its rules have no message strings, its levels are explicit."""
    parsed = _parse(ZIZMOR, kind=Kind.PIPELINE, job=replace(JOB, files=(f"./{WORKFLOW}",)))
    finding = Finding(
        scanner="tool",
        kind=Kind.PIPELINE,
        rule="zizmor/template-injection",
        message="code injection via template expansion",
        location=Location(path=WORKFLOW, line=12, end_line=13, column=9, end_column=30),
        severity=Severity.HIGH,
        severity_source="SARIF level error",
        help_url="https://docs.zizmor.sh/audits/#template-injection",
    )
    assert parsed == Parsed(findings=(finding,), gaps=(), covered=frozenset({WORKFLOW}), version="1.32.0")


# The scanner, and the whole way through


TOOL = Tool(
    name="words",
    kind=Kind.CODE,
    argv=("words-tool", "--out={scratch}/x", "{canary}", "--", "{files}"),
    output=None,
    files=("*.txt", "/docs"),
    canary=ToolCanary(name="canary.txt", content="bad wörd\n", rule="bad-word"),
    exits=frozenset({0, 3}),
    timeout=17.0,
    source=PolicyLine(file="policy.yaml", line=7, key="tools[0]"),
)


def test_a_declared_tool_becomes_a_scanner() -> None:
    scanner = sarif_in.scanner(TOOL, matches=matches_path)
    job = replace(JOB, files=("./-rf.txt", "./a b.txt"))
    command = scanner.command(job)
    assert command.argv == ("words-tool", "--out=/scratch/x", "/canary/canary.py", "--", "./-rf.txt", "./a b.txt")
    assert (command.exits, command.timeout, command.stdin, command.network) == ({0, 3}, 17.0, b"", False)
    assert [scanner.select(path) for path in ("a.txt", "src/a.txt", "docs/a.md", "a.py")] == [True, True, True, False]
    assert (scanner.canary.content, scanner.canary.rule) == ("bad wörd\n".encode(), "bad-word")
    assert [(engine.program, engine.optional) for engine in scanner.engines] == [("words-tool", False)]
    assert (scanner.name, scanner.kind) == ("words", Kind.CODE)


def test_a_tool_that_writes_a_file_is_refused_with_a_remedy() -> None:
    with pytest.raises(UsageError, match="only stdout is read"):
        sarif_in.scanner(replace(TOOL, output="out.sarif"), matches=matches_path)


_PROGRAM = """\
import json, sys
results = []
for name in sys.argv[1:]:
    for number, line in enumerate(open(name, encoding="utf-8"), 1):
        if "bad" in line{condition}:
            region = {{"startLine": number, "startColumn": line.index("bad") + 1}}
            place = {{"physicalLocation": {{"artifactLocation": {{"uri": name}}, "region": region}}}}
            results.append({{"ruleId": "bad-word", "level": "error", "message": {{"text": "a bad word"}},
                             "locations": [place]}})
driver = {{"name": "words", "version": "0.1", "rules": [{{"id": "bad-word", "properties": {{"precision": "high"}}}}]}}
json.dump({{"version": "2.1.0", "runs": [{{"tool": {{"driver": driver}}, "results": results}}]}}, sys.stdout)
"""

Tree = Callable[[dict[str, str | bytes]], Path]


@pytest.fixture
def gated(tmp_path: Path, tree: Tree) -> Callable[..., gate.Answer]:
    """Gate a tree with a policy that declares the tool of these tests."""

    def run(files: dict[str, str | bytes], *, condition: str = "") -> gate.Answer:
        tool = tmp_path / "words.py"
        tool.write_text(_PROGRAM.format(condition=condition))
        (tmp_path / "policy.yaml").write_text(
            "version: 1\nname: words\nextends: default\n"
            "tools:\n"
            "  - name: words\n"
            "    kind: iac\n"
            f"    argv: [{json.dumps(sys.executable)}, {json.dumps(str(tool))}, '{{canary}}', '{{files}}']\n"
            "    files: '*.tf'\n"
            "    canary: {name: canary.tf, content: 'bad', rule: bad-word}\n"
        )
        request = gate.Request(
            path=tree(files),
            policy=tmp_path / "policy.yaml",
            advisories=None,
            offline=True,
            reports=(),
            today=date(2026, 1, 1),
            screen=gate.Screen(color=False, width=100, verbose=False),
        )
        return gate.gate(request, lambda name, done: None)

    return run


CLEAN: dict[str, str | bytes] = {"app.py": "x = 1\n", "requirements.txt": ""}


def test_a_finding_of_a_declared_tool_arrives_and_blocks(gated: Callable[..., gate.Answer]) -> None:
    answer = gated({**CLEAN, "a.tf": "good\nvery bad\n", "-rf.tf": "good\n"})
    assert (answer.exit_code, answer.verdict.outcome) == (ExitCode.FAIL, Outcome.FAIL)
    (finding,) = [each for decision in answer.verdict.decisions for each in decision.issue.findings]
    assert replace(finding, snippet="") == Finding(
        scanner="words",
        kind=Kind.IAC,
        rule="bad-word",
        message="a bad word",
        location=Location(path="a.tf", line=2, end_line=2, column=6),
        severity=Severity.HIGH,
        severity_source="SARIF level error",
        confidence=Confidence.HIGH,
    )
    (result,) = [each for each in answer.verdict.results if each.scanner == "words"]
    assert (result.version, result.canaries, result.covered) == ("0.1", 1, {"a.tf", "-rf.tf"})


def _unaccepted(answer: gate.Answer) -> list[Gap]:
    return [each.gap for each in answer.verdict.gaps if not each.accepted and each.gap.scanner == "words"]


def test_a_declared_tool_that_never_reports_its_canary_is_broken(gated: Callable[..., gate.Answer]) -> None:
    answer = gated({**CLEAN, "a.tf": "good\n"}, condition=" and '/canary' not in name")
    assert (answer.exit_code, answer.verdict.outcome) == (ExitCode.INCOMPLETE, Outcome.INCOMPLETE)
    (gap,) = _unaccepted(answer)
    assert (gap.scanner, gap.reason, gap.path) == ("words", GapReason.CANARY, None)
    assert gap.detail.endswith("did not report the problem that was planted for it (bad-word): it is broken")


def test_a_declared_tool_that_reports_nothing_but_its_canary_has_looked(gated: Callable[..., gate.Answer]) -> None:
    answer = gated({**CLEAN, "a.tf": "good\n"})
    assert (_unaccepted(answer), answer.verdict.decisions) == ([], ())


def test_a_file_called_like_the_canarys_place_is_not_taken_for_the_canary(tree: Tree) -> None:
    """Its findings would be dropped as the canary's, and would prove a broken tool healthy."""
    from devsecgate import run
    from devsecgate.scanner import Assignment, Plan

    root = tree({"<canary>": "bad\n", "b.txt": "good\n"})
    tool = root.parent / "words.py"
    tool.write_text(_PROGRAM.format(condition=""))
    declared = replace(TOOL, argv=(sys.executable, str(tool), "{canary}", "{files}"), exits=frozenset({0}))
    scanner = sarif_in.scanner(declared, matches=matches_path)
    files = ("<canary>", "b.txt")
    plan = Plan(assignments=(Assignment(scanner=scanner, files=files),), idle=(), gaps=())
    conditions = run.Conditions(
        root=root,
        target_files=frozenset(files),
        settings=Settings(),
        timeout=60,
        memory=1 << 33,
        refused_engines=frozenset(),
    )
    (result,) = run.run(plan, conditions, lambda name, done: None)
    assert result.covered == {"b.txt"}
    detail = "words does not account for this file"
    assert result.gaps == (Gap(scanner="words", reason=GapReason.UNREADABLE, detail=detail, path="<canary>"),)
