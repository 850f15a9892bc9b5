"""Zizmor's JSON about GitHub workflows, actions and Dependabot's configuration in; findings and gaps out.

Zizmor exits 0 where it passed over a file that it cannot parse, and its JSON does not say which files it has read:
only stderr names each that it has completed, so every other one becomes a gap. A single file that is not UTF-8
ends its whole run with 1. Nothing of the tree has a say: no configuration, no comment, and no lockfile of actions,
which would silence what zizmor says of actions that are not pinned.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

import msgspec

from devsecgate.decode import decode
from devsecgate.errors import MalformedOutput
from devsecgate.model import Confidence, Finding, Gap, GapReason, Kind, Location, Severity
from devsecgate.scanner import Canary, Command, Engine, Job, Output, Parsed, Scanner, relative
from devsecgate.text import one_line, printable, shorten

_NAME = "zizmor"
CANNOT_READ = (
    "zizmor cannot read it: it is not YAML, or not what it knows as a workflow, an action or Dependabot's configuration"
)
_ACTIONS = frozenset({"action.yml", "action.yaml"})
_STDERR_LIMIT = 1 << 20
_COMPLETED = re.compile(r" INFO audit: zizmor: \S+ completed (.+)")
_SEVERITIES = {
    "Informational": Severity.INFO,
    "Low": Severity.LOW,
    "Medium": Severity.MEDIUM,
    "High": Severity.HIGH,
}
_CONFIDENCES = {"Low": Confidence.LOW, "Medium": Confidence.MEDIUM, "High": Confidence.HIGH}
_AT_MOST = {
    "dependabot-cooldown": Severity.LOW,
    "unpinned-uses": Severity.MEDIUM,
    "unpinned-tools": Severity.MEDIUM,
    "unpinned-images": Severity.LOW,
}
"""Zizmor rates most of these high: what may change later is no flaw that is there today."""
_CWES = {
    "adhoc-packages": {829},
    "archived-uses": {1104},
    "artipacked": {522},
    "bot-conditions": {290},
    "cache-poisoning": {349},
    "dangerous-triggers": {829},
    "dependabot-cooldown": {1357},
    "dependabot-execution": {829},
    "excessive-permissions": {250},
    "forbidden-uses": {829},
    "github-app": {250},
    "github-env": {77},
    "hardcoded-container-credentials": {798},
    "impostor-commit": {829},
    "insecure-commands": {77},
    "insecure-url-scheme": {319},
    "known-vulnerable-actions": {1395},
    "overprovisioned-secrets": {522},
    "ref-confusion": {829},
    "ref-version-mismatch": {829},
    "secrets-inherit": {522},
    "secrets-outside-env": {522},
    "self-hosted-runner": {653},
    "stale-action-refs": {829},
    "template-injection": {94},
    "typosquat-uses": {829},
    "unpinned-images": {829},
    "unpinned-tools": {829},
    "unpinned-uses": {829},
    "unredacted-secrets": {532},
    "unsound-condition": {571},
    "unsound-contains": {183},
    "unsound-ternary": {670},
    "use-trusted-publishing": {522},
}
"""By audit, ours: zizmor names no CWE. The bundled rules for pipelines use the same numbers, so that both merge.

An audit that is not here (`anonymous-definition`, `misfeature`, …) is about style, or about no one weakness.
"""


class _Point(msgspec.Struct):
    row: int
    """0-based."""
    column: int
    """0-based, in bytes."""


class _Span(msgspec.Struct):
    start_point: _Point
    end_point: _Point


class _Concrete(msgspec.Struct):
    location: _Span


class _Local(msgspec.Struct):
    verbatim_path: str
    """As it was given."""


class _Key(msgspec.Struct, rename={"local": "Local"}):
    local: _Local


class _Symbolic(msgspec.Struct):
    key: _Key
    annotation: str
    kind: str


class _Place(msgspec.Struct):
    symbolic: _Symbolic
    concrete: _Concrete


class _Determinations(msgspec.Struct):
    confidence: str
    severity: str


class _Result(msgspec.Struct):
    ident: str
    desc: str
    url: str
    determinations: _Determinations
    locations: list[_Place]


def command(job: Job) -> Command:
    """Look at exactly these files, whatever the tree says of them, and without a word to the network."""
    return Command(
        argv=(
            _NAME,
            "--offline",
            "--no-config",
            "--no-ignores",
            "--ignore-lockfile",
            "--collect=all",  # the default honours .gitignore
            "--persona=regular",
            "--no-exit-codes",
            "--no-progress",
            "--color=never",
            f"--cache-dir={job.scratch / 'cache'}",
            "--format=json-v1",
            *job.files,
            str(job.canary),
        ),
        exits=frozenset({0}),
        environment={"RUST_BACKTRACE": "0"},  # the end of stderr is quoted where it failed
    )


def parse(output: Output, job: Job) -> Parsed:
    """Read zizmor's report, and the files that it has completed; raises MalformedOutput for any other shape."""
    report = decode(output.stdout, list[_Result], tool=job.engine)
    if not report:
        raise MalformedOutput("output is an empty list, without what was planted", where=job.engine)
    findings = {_finding(result, job) for result in report}
    asked = {relative(name, job) for name in job.files}
    covered = {relative(name, job) for name in _completed(output)} & asked
    return Parsed(
        findings=tuple(sorted(findings, key=_order)),
        gaps=tuple(_gaps(output, asked - covered)),
        covered=frozenset(covered),
    )


def _completed(output: Output) -> Iterator[str]:
    for line in output.stderr.decode(errors="replace").split("\n"):
        match = _COMPLETED.fullmatch(line)
        if match:
            yield match[1]


def _gaps(output: Output, missed: set[str]) -> Iterator[Gap]:
    if len(output.stderr) >= _STDERR_LIMIT:
        yield Gap(scanner=_NAME, reason=GapReason.FAILED, detail="zizmor said more on stderr than can be read")
    for path in sorted(missed):
        yield Gap(scanner=_NAME, reason=GapReason.UNREADABLE, detail=CANNOT_READ, path=path)


def _finding(result: _Result, job: Job) -> Finding:
    rated = result.determinations
    if rated.severity not in _SEVERITIES or rated.confidence not in _CONFIDENCES:
        words = printable(f"{rated.severity}, {rated.confidence}")
        raise MalformedOutput(f"unknown severity or confidence: {words}", where=job.engine)
    severity = _SEVERITIES[rated.severity]
    ours = min(severity, _AT_MOST.get(result.ident, severity))
    confidence = _CONFIDENCES[rated.confidence]
    place = _primary(result, job)
    location = _location(place, job)
    if result.ident == "template-injection" and PurePosixPath(location.path).name in _ACTIONS:
        confidence = min(confidence, Confidence.MEDIUM)  # only the caller knows whose its inputs are
    return Finding(
        scanner=_NAME,
        kind=Kind.PIPELINE,
        rule=one_line(result.ident),
        message=shorten(one_line(f"{result.desc}: {place.symbolic.annotation}"), 300),
        location=location,
        severity=ours,
        severity_source="zizmor" if ours is severity else "devsecgate",
        confidence=confidence,
        cwes=frozenset(_CWES.get(result.ident, ())),
        help_url=result.url or None,
    )


def _primary(result: _Result, job: Job) -> _Place:
    """Give the place that a finding is about; the others are what it has to do with."""
    place = next((each for each in result.locations if each.symbolic.kind == "Primary"), None)
    if place is None:
        raise MalformedOutput(f"a finding without a place: {printable(result.ident)}", where=job.engine)
    return place


def _location(place: _Place, job: Job) -> Location:
    """Give the lines; no columns: zizmor counts bytes, and does not give the line to convert them with."""
    span = place.concrete.location
    first, last = span.start_point.row + 1, span.end_point.row + 1
    if span.end_point.column == 0:  # it ends before the first character of this line
        last -= 1
    return Location(path=relative(place.symbolic.key.local.verbatim_path, job), line=first, end_line=max(first, last))


def _order(finding: Finding) -> tuple[str, int, int, str, str]:
    place = finding.location
    return place.path, place.line, place.end_line or 0, finding.rule, finding.message


def select(path: str) -> bool:
    """Pick what GitHub reads: workflows and Dependabot's configuration at the root, actions in any folder."""
    name = PurePosixPath(path)
    if name.name in _ACTIONS:
        return True
    if path in {".github/dependabot.yml", ".github/dependabot.yaml"}:
        return True
    return name.parts[:-1] == (".github", "workflows") and name.suffix in {".yml", ".yaml"}


_CANARY = b"""\
on: issues
permissions: {}
jobs:
  planted:
    runs-on: ubuntu-latest
    steps:
      - run: echo "${{ github.event.issue.title }}"  # zizmor: ignore[template-injection]
"""
"""Its comment is there to prove that comments are not listened to."""

SCANNER = Scanner(
    name=_NAME,
    kind=Kind.PIPELINE,
    about="GitHub: workflows, actions and Dependabot's configuration, audited by zizmor where it is installed",
    engines=(
        Engine(
            name=_NAME,
            program=_NAME,
            version=("--version",),
            optional=True,
            install="pip install 'devsecgate[pipelines]'",
        ),
    ),
    select=select,
    command=command,
    parse=parse,
    canary=Canary(name=".github/workflows/canary.yml", content=_CANARY, rule="template-injection"),
)
