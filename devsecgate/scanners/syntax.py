"""Which Python files can be parsed at all: ruff's JSON in, coverage and gaps out.

This scanner vouches for the others: they list a file of random bytes as scanned. Ruff's parser knows
the newest Python, whatever interpreter runs the gate. One of its rules is set so that it fires on every
file that was read, which makes coverage evidence: a file without that diagnostic was not read.
"""

from __future__ import annotations

import msgspec

from devsecgate.decode import decode
from devsecgate.model import Finding, Gap, GapReason, Kind, Location, Severity
from devsecgate.scanner import CANARY_PATH, Canary, Command, Engine, Job, Output, Parsed, Scanner, relative
from devsecgate.text import one_line

CANNOT_READ = "ruff cannot read it"
"""How the gap begins of a file that is not UTF-8, or cannot be opened; coverage.py looks for it."""

_SYNTAX = "invalid-syntax"
_UNREADABLE = "E902"
_READ = "CPY001"
_NO_NOTICE = r"\A\z."
"""A regular expression that matches nothing, so that every file lacks its copyright notice."""
_NEWEST = "py315"
_STACK = 64 * 1024 * 1024
"""Bytes for each of ruff's threads. With its default of 2 MiB, a sum of 2,000 terms, which Python compiles, ends it."""


class _Place(msgspec.Struct):
    row: int
    column: int


class _Diagnostic(msgspec.Struct):
    code: str | None
    """None, or `invalid-syntax`, for a syntax error."""
    filename: str
    location: _Place | None
    message: str
    name: str | None = None


def command(job: Job) -> Command:
    """Parse exactly these files with the newest grammar; no configuration and no ignore file counts."""
    return Command(
        argv=(
            "ruff",
            "check",
            "--isolated",
            "--no-cache",
            "--no-fix",
            "--no-respect-gitignore",
            "--ignore-noqa",
            "--preview",  # CPY001 is a preview rule
            f"--select={_UNREADABLE},{_READ}",
            f"--config=lint.flake8-copyright.notice-rgx='{_NO_NOTICE}'",
            "--config=lint.flake8-copyright.min-file-size=0",
            f"--target-version={_NEWEST}",
            "--output-format=json",
            "--exit-zero",
            "--quiet",
            *job.files,
            str(job.canary),
        ),
        exits=frozenset({0}),
        environment={"RUST_MIN_STACK": str(_STACK)},
    )


def parse(output: Output, job: Job) -> Parsed:
    """Read ruff's diagnostics; raises MalformedOutput for any other shape."""
    diagnostics = decode(output.stdout, list[_Diagnostic], tool=job.engine)
    read = {relative(each.filename, job) for each in diagnostics if each.code == _READ}
    worst: dict[str, _Diagnostic] = {}
    for each in sorted((each for each in diagnostics if each.code != _READ), key=_order):
        worst.setdefault(relative(each.filename, job), each)
    return Parsed(
        findings=tuple(_finding(each) for path, each in worst.items() if path == CANARY_PATH and _is_syntax(each)),
        gaps=tuple(_gap(path, each) for path, each in sorted(worst.items()) if path != CANARY_PATH),
        covered=frozenset(read - worst.keys() - {CANARY_PATH}),
    )


def _order(diagnostic: _Diagnostic) -> tuple[str, int, int, str]:
    place = diagnostic.location
    return diagnostic.filename, place.row if place else 0, place.column if place else 0, diagnostic.message


def _is_syntax(diagnostic: _Diagnostic) -> bool:
    return diagnostic.code == _SYNTAX or (diagnostic.code is None and diagnostic.name in {_SYNTAX, None})


def _gap(path: str, diagnostic: _Diagnostic) -> Gap:
    line = diagnostic.location.row if diagnostic.location else 1
    message = one_line(diagnostic.message)
    if _is_syntax(diagnostic):
        reason, detail = GapReason.UNREADABLE, f"ruff cannot parse it (line {line}: {message})"
    elif diagnostic.code == _UNREADABLE:
        reason, detail = GapReason.UNREADABLE, f"{CANNOT_READ} ({message})"
    else:
        reason, detail = GapReason.FAILED, f"ruff failed on it ({message})"
    return Gap(scanner="syntax", reason=reason, detail=detail, path=path)


def _finding(diagnostic: _Diagnostic) -> Finding:
    """Report the planted syntax error; those of real files are gaps."""
    place = diagnostic.location
    return Finding(
        scanner="syntax",
        kind=Kind.CODE,
        rule=_SYNTAX,
        message=one_line(diagnostic.message),
        location=Location(path=CANARY_PATH, line=place.row if place else 1, column=place.column if place else None),
        severity=Severity.INFO,
        severity_source="ruff",
    )


SCANNER = Scanner(
    name="syntax",
    kind=Kind.CODE,
    about="Python: can each file be parsed at all? Vouches for what the other scanners say they saw",
    by_file=True,
    engines=(Engine(name="ruff", program="ruff", version=("--version",), install="pip install ruff"),),
    select=lambda path: path.endswith((".py", ".pyi", ".pyw")),
    command=command,
    parse=parse,
    canary=Canary(name="canary.py", content=b"def devsecgate_canary(:\n    pass\n", rule=_SYNTAX),
)
