"""A verdict in, GitLab's Code Quality report out: a JSON array of what the policy acts on, and of open gaps.

GitLab compares two of them by `fingerprint`, and shows in a merge request what is in one and not in the other. The
array has no place for "the run was incomplete": a gap that the policy does not accept is an entry of its own, and a
blocker. GitLab stops reading at the first entry that lacks a field, so each entry has all of them.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from devsecgate import summary
from devsecgate.model import Action, Decision, Gap, Severity, Verdict
from devsecgate.report import Context, Report
from devsecgate.text import json_document, one_line, printable, shorten

WHOLE_RUN = ".gitlab-ci.yml"
"""Where a gap is shown that is about no file: the job that starts the run is there, and is what has to change."""

_TEXT_LIMIT = 1_000
_SEVERITIES = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
    Severity.INFO: "info",
}
_UNRATED = {Action.BLOCK: "critical", Action.WARN: "major"}
"""What nobody rated weighs what the policy makes of it."""


class Lines(msgspec.Struct, frozen=True, kw_only=True):
    """The first line, from 1."""

    begin: int


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a file, by its path below the repository's root."""

    path: str
    lines: Lines


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One issue, or one gap."""

    description: str
    check_name: str
    fingerprint: str
    severity: str
    location: Place


def render(verdict: Verdict, context: Context) -> bytes:
    """Render gaps that are not accepted, then what blocks, then what warns."""
    taken: Counter[str] = Counter()
    entries = []
    for entry in (*_gaps(verdict), *_issues(verdict, context)):
        taken[entry.fingerprint] += 1
        copy = taken[entry.fingerprint]
        entries.append(entry if copy == 1 else replace(entry, fingerprint=f"{entry.fingerprint}-{copy}"))
    return json_document(entries)


def _gaps(verdict: Verdict) -> Iterator[Entry]:
    for decision in summary.open_gaps(verdict):
        gap = decision.gap
        about = f" ({gap.package})" if gap.package is not None else ""
        yield Entry(
            description=_text(f"Not seen ({gap.reason.value}): {gap.scanner}{about}: {gap.detail}"),
            check_name=f"devsecgate.gap.{gap.reason.value}",
            fingerprint=_fingerprint(gap),
            severity="blocker",
            location=_place(gap.path or WHOLE_RUN, 1),
        )


def _fingerprint(gap: Gap) -> str:
    """Leave the detail out: it has numbers that differ from run to run, and GitLab would show the same gap anew."""
    identity = "\0".join((gap.scanner, gap.reason.value, gap.path or "", gap.package or ""))
    return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _issues(verdict: Verdict, context: Context) -> Iterator[Entry]:
    for action in (Action.BLOCK, Action.WARN):
        for decision in summary.with_action(verdict, action):
            yield _issue(decision, context)


def _issue(decision: Decision, context: Context) -> Entry:
    issue = decision.issue
    package = issue.primary.package
    about = "" if package is None else f"{package.name} {package.version}, {summary.advisories(issue)}: "
    severity = issue.severity
    return Entry(
        description=_text(f"{about}{summary.message(issue).rstrip('.')}. {summary.fix(issue, context)}"),
        check_name=shorten(printable(f"{issue.primary.scanner}.{issue.primary.rule}"), 255),
        fingerprint=issue.fingerprint,
        severity=_UNRATED[decision.action] if severity is None else _SEVERITIES[severity],
        location=_place(issue.location.path, issue.location.line),
    )


def _text(text: str) -> str:
    return shorten(one_line(text), _TEXT_LIMIT)


def _place(path: str, line: int) -> Place:
    return Place(path=printable(path), lines=Lines(begin=max(1, line)))


REPORT = Report(
    kind="codequality", about="GitLab's Code Quality: what the policy acts on, and open gaps", render=render
)
