"""Hadolint's JSON about Dockerfiles in; findings, and a gap for each file that it could not read whole, out.

Hadolint does not list the files that it has read. It is told to want a label that no file has, and says of each stage
that it has read that the label is missing: a file of which it does not say so is a gap. It ends its whole run, and
prints nothing, where it cannot open a file or one of its rules crashes. `# hadolint shell=…`, the one pragma that
cannot be turned off, makes it read commands by another shell's rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

import msgspec

from devsecgate.decode import decode
from devsecgate.errors import MalformedOutput
from devsecgate.model import Confidence, Finding, Gap, GapReason, Kind, Location, Severity
from devsecgate.names import builds_an_image
from devsecgate.scanner import CANARY_PATH, Canary, Command, Engine, Job, Output, Parsed, Scanner, relative
from devsecgate.text import one_line, printable, shorten

_NAME = "hadolint"
CANNOT_PARSE = "hadolint cannot parse all of it"
"""How the detail of the gap begins for a file whose syntax hadolint does not know."""

_CONFIGURATION = "hadolint.yaml"
_LABEL = "devsecgate-canary-7f3a"
_SYNTAX = "DL1000"
_LABELS = frozenset({"DL3049", "DL3051"})
"""That a label is missing, or empty: each says that the file was read."""
_AFTER_HEREDOC = "a new line followed by the next instruction"
_LEVELS = {"error": Severity.LOW, "warning": Severity.LOW, "info": Severity.INFO, "style": Severity.INFO}
"""Hadolint's levels are about images that build well; what matters for security is rated below."""
_RATED: dict[str, tuple[Severity, Confidence, frozenset[int]]] = {
    # the container's process has more rights than it needs
    "DL3002": (Severity.MEDIUM, Confidence.HIGH, frozenset({250})),
    "DL3004": (Severity.LOW, Confidence.HIGH, frozenset({250})),
    # a secret that stays in the image's history
    "DL3064": (Severity.MEDIUM, Confidence.MEDIUM, frozenset({312})),
    # an image, or a package that only its author vouches for, which is another one tomorrow
    **dict.fromkeys(
        ("DL3006", "DL3007", "DL3013", "DL3016", "DL3028", "DL3062"),
        (Severity.LOW, Confidence.HIGH, frozenset({829})),
    ),
    # packages that a distribution signs, and whose old versions it takes away
    **dict.fromkeys(
        ("DL3008", "DL3018", "DL3033", "DL3037", "DL3041"),
        (Severity.INFO, Confidence.HIGH, frozenset({1357})),
    ),
    # a download that broke off in a pipe counts as whole
    "DL4006": (Severity.LOW, Confidence.MEDIUM, frozenset({252})),
    # `rm -rf "$folder/"` of an empty variable
    "SC2115": (Severity.LOW, Confidence.MEDIUM, frozenset({459})),
}
_CODE = re.compile(r"(DL|SC)\d{4}")
_PAGES = {"DL": "https://github.com/hadolint/hadolint/wiki", "SC": "https://www.shellcheck.net/wiki"}
_TEMPLATES = frozenset({
    ".erb", ".in", ".j2", ".jinja", ".jinja2", ".md", ".mustache", ".template", ".tmpl", ".tpl",
})  # fmt: skip


class _Result(msgspec.Struct):
    code: str
    file: str
    level: str
    line: int
    message: str


def command(job: Job) -> Command:
    """Look at exactly these files, with a configuration of ours in place of the tree's and the user's."""
    return Command(
        argv=(
            _NAME,
            "--format=json",
            "--no-fail",
            "--no-color",
            "--disable-ignore-pragma",
            f"--config={job.scratch / _CONFIGURATION}",
            f"--require-label={_LABEL}:text",
            *job.files,
            str(job.canary),
        ),
        exits=frozenset({0}),
        write={_CONFIGURATION: b"{}\n"},
    )


def parse(output: Output, job: Job) -> Parsed:
    """Read hadolint's report; raises MalformedOutput for any other shape."""
    report = decode(output.stdout, list[_Result], tool=job.engine)
    if not report:
        raise MalformedOutput("output is an empty list, without what was planted", where=job.engine)
    broken = {relative(each.file, job): each for each in report if each.code == _SYNTAX}
    proven = {relative(each.file, job) for each in report if _is_proof(each)}
    asked = {relative(name, job) for name in job.files}
    covered = (proven & asked) - broken.keys()
    told = [each for each in report if each.code != _SYNTAX and not _is_proof(each)]
    return Parsed(
        findings=tuple(sorted({_finding(each, job) for each in told}, key=_order)),
        gaps=(
            *(_not_parsed(path, result) for path, result in sorted(broken.items())),
            *_unproven(asked - proven - broken.keys()),
        ),
        covered=frozenset(covered) - {CANARY_PATH},
    )


def _is_proof(result: _Result) -> bool:
    return result.code in _LABELS and f"`{_LABEL}`" in result.message


def _not_parsed(path: str, result: _Result) -> Gap:
    """Make the gap of a syntax error; hadolint's own message quotes the file."""
    detail = f"{CANNOT_PARSE} (line {result.line})"
    if result.message.endswith(_AFTER_HEREDOC):
        detail += ": where a here-document ends there, leave a blank line behind it"
    return Gap(scanner=_NAME, reason=GapReason.UNREADABLE, detail=detail, path=path)


def _unproven(paths: Iterable[str]) -> Iterable[Gap]:
    detail = f"hadolint says nothing of it: it has no FROM, or the label {_LABEL}, which no file should have"
    return (Gap(scanner=_NAME, reason=GapReason.UNREADABLE, detail=detail, path=path) for path in sorted(paths))


def _finding(result: _Result, job: Job) -> Finding:
    if result.level not in _LEVELS:
        raise MalformedOutput(f"unknown level {printable(result.level)}", where=job.engine)
    rated = _RATED.get(result.code)
    severity, confidence, cwes = rated or (_LEVELS[result.level], Confidence.MEDIUM, frozenset())
    known = _CODE.fullmatch(result.code)
    return Finding(
        scanner=_NAME,
        kind=Kind.IAC,
        rule=one_line(result.code),
        message=shorten(one_line(result.message), 300),
        location=Location(path=relative(result.file, job), line=result.line),
        severity=severity,
        severity_source="devsecgate",
        confidence=confidence,
        cwes=cwes,
        help_url=f"{_PAGES[known[1]]}/{result.code}" if known else None,
    )


def _order(finding: Finding) -> tuple[str, int, str, str]:
    return finding.location.path, finding.location.line, finding.rule, finding.message


def select(path: str) -> bool:
    """Pick files that are called like Dockerfiles, and no templates of such."""
    return builds_an_image(path) and PurePosixPath(path).suffix.lower() not in _TEMPLATES


SCANNER = Scanner(
    name=_NAME,
    kind=Kind.IAC,
    about="Dockerfiles and the shell commands in them, linted by hadolint where it is installed",
    engines=(
        Engine(
            name=_NAME,
            program=_NAME,
            version=("--version",),
            optional=True,
            install="pip install 'devsecgate[containers]'",
        ),
    ),
    select=select,
    command=command,
    parse=parse,
    canary=Canary(
        name="Dockerfile",
        content=b"FROM debian:13\n# hadolint ignore=DL3004\nRUN sudo true\n",
        rule="DL3004",
    ),
)
