"""The records of `doctor`: rules, gates, what is wrong with them, and what could not be looked at."""

from __future__ import annotations

import msgspec

from devsecgate.errors import ExitCode
from devsecgate.model import Confidence, Severity


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One way in which a gate is neutered."""

    id: str
    """Stable: `doctor.or-true`."""
    severity: Severity
    confidence: Confidence
    why: str
    """One sentence: what happens."""
    instead: str
    """One sentence: what to write."""


class Gate(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """One place that runs a security tool."""

    path: str
    line: int
    tool: str


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One gate that is neutered, and where."""

    rule: Rule
    path: str
    """Relative to the root, POSIX separators, as the repository has it: printable only after devsecgate.text."""
    line: int
    """1-based."""
    message: str
    """What happens here; one line, without the rule's `instead`."""


class Unread(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """Something that was not looked at, and why."""

    path: str
    line: int
    """1-based; 1 where it is about a whole file."""
    why: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """All of it, sorted by file and line."""

    read: tuple[str, ...]
    """The files that were looked at."""
    gates: tuple[Gate, ...]
    findings: tuple[Finding, ...]
    unread: tuple[Unread, ...]

    @property
    def exit_code(self) -> ExitCode:
        """Neutered is worse than unread: what is known is certain."""
        if any(each.rule.severity >= Severity.MEDIUM for each in self.findings):
            return ExitCode.FAIL
        return ExitCode.INCOMPLETE if self.unread else ExitCode.PASS


class NotRead(Exception):  # noqa: N818 - it names what was met
    """A file or a script that cannot be looked at; carries the line and half a sentence."""

    def __init__(self, why: str, line: int = 1) -> None:
        super().__init__(why)
        self.why = why
        self.line = line
