"""The errors devsecgate raises, and the exit codes they end in.

DevsecgateError               an expected error: message and remedy, no traceback
├── UsageError                exit 2: a flag, the target or a plug-in is wrong
│   └── PolicyError           exit 2: the policy is wrong, with file, line and key
├── MalformedOutput           a tool's output is not the shape it promised (becomes a Gap)
├── ReportError               exit 3: a report that was asked for could not be written
├── FetchError                exit 3: advisory records could not be fetched; what was there is untouched
├── StoreError                exit 3: the store of advisory records is not there, is damaged, or of another version
├── CatalogueError            exit 3: the catalogue of exploited vulnerabilities is not there, or is not one
└── RefusedVerdict            exit 3: a verdict that another job left is edited, old, or of another commit
Interrupted (BaseException)   exit 130: SIGINT or SIGTERM; every child is stopped
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process says to its caller. 1 means FAIL and nothing else."""

    PASS = 0
    FAIL = 1
    USAGE = 2
    INCOMPLETE = 3
    INTERNAL = 4
    INTERRUPTED = 130


class DevsecgateError(Exception):
    """An error we expect: what happened, where, and what to do about it."""

    exit_code = ExitCode.INTERNAL

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        remedy = f"\n  {self.remedy}" if self.remedy else ""
        return f"{place}{self.what}{remedy}"


class UsageError(DevsecgateError):
    """The request cannot be carried out as it was made; nothing was judged."""

    exit_code = ExitCode.USAGE


class PolicyError(UsageError):
    """The policy cannot be read as it stands; `where` is `file:line: key`."""


class ReportError(DevsecgateError):
    """A report that was asked for is not where it should be: the run is not complete."""

    exit_code = ExitCode.INCOMPLETE


class MalformedOutput(DevsecgateError):  # noqa: N818 - it names the output, and reads as the Gap that it becomes
    """A tool printed something that is not the shape it promised."""


class Interrupted(BaseException):
    """SIGINT or SIGTERM arrived; children are stopped and nothing was judged."""

    exit_code = ExitCode.INTERRUPTED
