"""`devsecgate scan`: look at a project, judge it, and leave the verdict to a later job."""

from __future__ import annotations

from pathlib import Path
from typing import Unpack

import click

from devsecgate.cli.asking import KINDS, Asked, deliver, flags
from devsecgate.errors import ExitCode

_HELP = """Scan the project at PATH (default: here), judge it, and write the verdict to FILE.

For CI systems that take no reports from a job that failed: this ends with 0 when the verdict is written,
whatever it says. A later job has to end with it: `devsecgate verdict check FILE`. On its own this is no gate.

\b
Examples:
  devsecgate scan --verdict verdict.json
  devsecgate scan --verdict verdict.json --report gitlab-sast=gl-sast-report.json

\b
Exit codes:
  0  the verdict is written, whatever it says
  2  a flag, the target or the policy is wrong; nothing was judged
  3  the verdict could not be written
"""


@click.command(help=f"{_HELP}{KINDS}", short_help="Scan and judge a project; leave the verdict to a later job.")
@flags
@click.option("--verdict", "verdict_file", type=click.Path(path_type=Path), metavar="FILE", required=True,
              help="Write the verdict here: the JSON report, which `devsecgate verdict check` reads.")  # fmt: skip
def scan(verdict_file: Path, **asked: Unpack[Asked]) -> ExitCode:
    """Ask for the run, and say what its verdict is worth so far; the help is above."""
    from devsecgate.text import printable

    _claim(verdict_file)
    answer = deliver(asked, verdict=verdict_file)
    shown = printable(str(verdict_file))
    if any(problem.where == shown for problem in answer.problems):
        click.echo("devsecgate: no verdict was written: whatever was judged does not count", err=True)
        return ExitCode.INCOMPLETE
    said = f"verdict {answer.verdict.outcome.name} written to {shown}"
    click.echo(f"{said}; it counts only once `devsecgate verdict check {shown}` has read it", err=True)
    return ExitCode.PASS


def _claim(file: Path) -> None:
    """See that the verdict can be written, before all the work, and take away that of an earlier run.

    An earlier one must neither be scanned, nor be read where this run ends without one.
    """
    from devsecgate import write

    for error in write.attempt([(file, b"")]).values():
        raise error
    file.unlink()
