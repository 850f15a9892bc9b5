"""Bandit's JSON in, findings and gaps out; run by banditrs where it is installed, else by bandit itself.

Bandit exits 0 for a file that it could not parse, and says nothing in its JSON about a test of its own
that crashed: the former is in `errors`, the latter only on stderr. Both become gaps.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from itertools import chain

import msgspec

from devsecgate.decode import decode
from devsecgate.errors import MalformedOutput
from devsecgate.model import Confidence, Finding, Gap, GapReason, Kind, Location, Severity
from devsecgate.scanner import CANARY_PATH, Canary, Command, Engine, Job, Output, Parsed, Scanner, Split, relative
from devsecgate.text import one_line

CANNOT_PARSE = "bandit cannot parse it"
"""The detail of the gap for a file whose syntax this engine does not know; coverage.py looks for it."""

_NO_SYNTAX = "syntax error while parsing AST from file"
_TOTALS = "_totals"
_STDERR_LIMIT = 1 << 20
_CRASHED_TEST = re.compile(r"Bandit internal error running: (\S+) on file (.+?) at line (\d+): ")
_SEVERITIES = {"UNDEFINED": None, "LOW": Severity.LOW, "MEDIUM": Severity.MEDIUM, "HIGH": Severity.HIGH}
_OURS = {
    "B202": Severity.MEDIUM,  # an archive, whoever made it
    "B324": Severity.MEDIUM,  # a hash, whatever depends on it
    "B411": Severity.LOW,  # an import
    "B413": Severity.MEDIUM,  # an import
    "B701": Severity.MEDIUM,  # templates that may be no HTML
}
"""Bandit rates these high, wherever the statement stands."""
_CONFIDENCES = {"UNDEFINED": None, "LOW": Confidence.LOW, "MEDIUM": Confidence.MEDIUM, "HIGH": Confidence.HIGH}
_WITHOUT_THE_SECRET = {
    "B105": "Possible hardcoded password in a string.",
    "B106": "Possible hardcoded password in a function argument.",
    "B107": "Possible hardcoded password in a function's default argument.",
}
"""Bandit's own text for these tests quotes the password."""
_VERSIONED_DOCUMENTATION = re.compile(r"(?<=readthedocs\.io/en/)[^/]+")


class _Error(msgspec.Struct):
    filename: str
    reason: str


class _Metrics(msgspec.Struct):
    loc: int


class _Cwe(msgspec.Struct):
    id: int | None = None
    """Absent where the test has no CWE: bandit prints `{}`."""


class _Result(msgspec.Struct):
    code: str
    col_offset: int
    end_col_offset: int
    filename: str
    issue_confidence: str
    issue_cwe: _Cwe
    issue_severity: str
    issue_text: str
    line_number: int
    line_range: list[int]
    more_info: str
    test_id: str


class _Report(msgspec.Struct):
    errors: list[_Error]
    metrics: dict[str, _Metrics]
    results: list[_Result]


def command(job: Job) -> Command:
    """Look at exactly these files, with every test, whatever the tree's own configuration says."""
    return Command(
        argv=(
            job.engine,
            "--quiet",
            "--format=json",
            "--ignore-nosec",
            "--number=1",
            f"--ini={job.scratch / 'bandit.ini'}",  # given, so that no `.bandit` of the tree is looked for
            f"--exclude={job.scratch / 'nothing'}",  # its default leaves out paths that merely contain `.git` or `CVS`
            *job.files,
            str(job.canary),
        ),
        exits=frozenset({0, 1}),
        environment={"PYTHONWARNINGS": "ignore"},
        write={"bandit.ini": b"[bandit]\n"},
    )


def parse(output: Output, job: Job) -> Parsed:
    """Read bandit's report; raises MalformedOutput for any other shape."""
    report = decode(output.stdout, _Report, tool=job.engine)
    if _TOTALS not in report.metrics:
        raise MalformedOutput(f"no `{_TOTALS}` in `$.metrics`", where=job.engine)
    gaps = tuple(
        sorted(chain(_errors(report, job), _crashes(output, job)), key=lambda gap: (gap.path or "", gap.detail))
    )
    looked_at = {_path(name, job) for name in report.metrics if name != _TOTALS}
    return Parsed(
        findings=tuple(sorted((_finding(result, job) for result in report.results), key=_order)),
        gaps=gaps,
        covered=frozenset(looked_at - {gap.path for gap in gaps} - {CANARY_PATH}),
    )


def _path(name: str, job: Job) -> str:
    """Bandit puts a further `./` before each path that it is given."""
    return relative(posixpath.normpath(name), job)


def _errors(report: _Report, job: Job) -> Iterator[Gap]:
    for error in report.errors:
        if error.reason == _NO_SYNTAX:
            reason, detail = GapReason.UNREADABLE, CANNOT_PARSE
        elif error.reason == "exception while scanning file":
            reason, detail = GapReason.FAILED, "bandit failed while it looked at this file"
        else:
            reason, detail = GapReason.UNREADABLE, f"bandit cannot read it: {one_line(error.reason)}"
        yield Gap(scanner="bandit", reason=reason, detail=detail, path=_path(error.filename, job))


def _crashes(output: Output, job: Job) -> Iterator[Gap]:
    """Find the tests that crashed: bandit goes on without them, and tells nobody but stderr."""
    if len(output.stderr) >= _STDERR_LIMIT:
        yield Gap(scanner="bandit", reason=GapReason.FAILED, detail="bandit said more on stderr than can be read")
    asked = {_path(name, job) for name in job.files}
    for test, name, line in set(_CRASHED_TEST.findall(output.stderr.decode(errors="replace"))):
        path = _path(name, job)
        yield Gap(
            scanner="bandit",
            reason=GapReason.FAILED,
            detail=f"bandit's test {test} crashed at line {line}",
            path=path if path in asked or path == CANARY_PATH else None,
        )


def _finding(result: _Result, job: Job) -> Finding:
    if result.issue_severity not in _SEVERITIES or result.issue_confidence not in _CONFIDENCES:
        words = f"{result.issue_severity}, {result.issue_confidence}"
        raise MalformedOutput(f"unknown severity or confidence: {words}", where=job.engine)
    return Finding(
        scanner="bandit",
        kind=Kind.CODE,
        rule=result.test_id,
        message=_WITHOUT_THE_SECRET.get(result.test_id, one_line(result.issue_text)),
        location=_location(result, job),
        severity=_OURS.get(result.test_id, _SEVERITIES[result.issue_severity]),
        severity_source="bandit" if result.test_id not in _OURS else "devsecgate",
        confidence=_CONFIDENCES[result.issue_confidence],
        cwes=frozenset({result.issue_cwe.id} if result.issue_cwe.id else ()),
        help_url=_VERSIONED_DOCUMENTATION.sub("latest", result.more_info) or None,
    )


def _location(result: _Result, job: Job) -> Location:
    """Give the whole expression's lines; its columns only where its first line is in the report."""
    lines = (result.line_number, *result.line_range)
    first, last = min(lines), max(lines)
    code = dict(_numbered(result.code))
    return Location(
        path=_path(result.filename, job),
        line=first,
        end_line=last,
        column=_column(code.get(first), result.col_offset),
        end_column=_column(code.get(last), result.end_col_offset) if first in code else None,
    )


def _numbered(code: str) -> Iterator[tuple[int, str]]:
    """Take the report's code apart: each line is `NUMBER TEXT`."""
    for line in code.split("\n"):
        number, separator, text = line.partition(" ")
        if separator and number.isdecimal():
            yield int(number), text


def _column(line: str | None, offset: int) -> int | None:
    """Turn a 0-based offset in UTF-8 bytes into a 1-based column in code points; None where it points nowhere."""
    if line is None:
        return None
    encoded = line.encode(errors="surrogatepass")
    if not 0 <= offset <= len(encoded):
        return None
    try:
        return len(encoded[:offset].decode(errors="surrogatepass")) + 1
    except UnicodeDecodeError:
        return None


def _order(finding: Finding) -> tuple[str, int, int, str]:
    return finding.location.path, finding.location.line, finding.location.column or 0, finding.rule


SCANNER = Scanner(
    name="bandit",
    kind=Kind.CODE,
    about="Python: calls and settings that are known to be dangerous (bandit's tests)",
    by_file=True,
    engines=(
        Engine(
            name="banditrs",
            program="banditrs",
            version=("--version",),
            optional=True,
            install="pip install 'devsecgate[fast]'",
        ),
        Engine(name="bandit", program="bandit", version=("--version",), install="pip install bandit"),
    ),
    select=lambda path: path.endswith((".py", ".pyi", ".pyw")),
    command=command,
    parse=parse,
    canary=Canary(name="canary.py", content=b"eval(input())\n", rule="B307"),
    split=Split.PROCESSORS,
    refused=lambda output: output.exit not in {0, 1},
)
