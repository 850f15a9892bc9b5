"""`devsecgate doctor`: name every way in which a repository's own pipelines neuter its security gates."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from devsecgate.doctor.records import Report

from devsecgate.errors import ExitCode, UsageError

_HELP = """Name every way in which the security gates of the repository at PATH (default: here) are neutered.

Reads GitHub workflows and actions, GitLab CI files and pre-commit's configuration; runs nothing and
fetches nothing. The rules are in docs/doctor.md.

\b
Examples:
  devsecgate doctor
  devsecgate doctor ../service --json

\b
Exit codes:
  0  there is a gate, none is neutered, and all was looked at
  1  a gate is neutered (medium or above), or there is none
  2  a flag or PATH is wrong
  3  no gate is neutered as far as was seen, but something could not be looked at
"""


@click.command(help=_HELP, short_help="Find security gates that cannot fail in CI files and hooks.")
@click.argument("path", type=click.Path(path_type=Path), default=".")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def doctor(
    path: Path,
    as_json: bool,  # noqa: FBT001
) -> ExitCode:
    """Examine, show, and say with the exit code what was found; the help is above."""
    from devsecgate.doctor.examine import examine

    if not path.is_dir():
        raise UsageError(f"{path} is not a folder", remedy="Give the folder of a repository.")
    report = examine(path)
    if as_json:
        from devsecgate.doctor.document import document

        click.echo(document(report), nl=False)
    else:
        for line in _lines(report):
            _show(line)
    return report.exit_code


def _lines(report: Report) -> Iterator[str]:
    """Write the report for people: by file, then what was not looked at, then the sum."""
    for path, found in groupby(report.findings, key=lambda each: each.path):
        yield path
        for each in found:
            rule = each.rule
            sure = "" if rule.confidence.label == "high" else f", {rule.confidence.label} confidence"
            yield f"  {path}:{each.line}  {rule.id} ({rule.severity.label}{sure})  {each.message}"
            yield f"      {rule.instead}"
        yield ""
    if report.unread:
        yield f"Not looked at ({len(report.unread)})"
        for one in report.unread:
            yield f"  {one.path}:{one.line}  {one.why}"
        yield ""
    tools = ", ".join(sorted({each.tool for each in report.gates}))
    gates = f"{_counted(len(report.gates), 'gate')} ({tools})" if report.gates else "no gate"
    yield f"{_counted(len(report.read), 'file')} read, {gates}: {_closing(report)}"


def _closing(report: Report) -> str:
    """Say what the exit code says."""
    if report.exit_code is ExitCode.FAIL:
        return _counted(len(report.findings), "finding")
    if report.exit_code is ExitCode.INCOMPLETE:
        return "not all could be looked at"
    notes = f"; {_counted(len(report.findings), 'note')}" if report.findings else ""
    return f"none is neutered{notes}"


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _show(line: str) -> None:
    from devsecgate.text import printable, workflow_command_safe

    click.echo(workflow_command_safe(printable(line)))
