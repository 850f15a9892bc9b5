"""`devsecgate gate`: look at a project, judge it, and end with the verdict."""

from __future__ import annotations

from typing import Unpack

import click

from devsecgate.cli.asking import KINDS, Asked, deliver, flags
from devsecgate.errors import ExitCode

_HELP = """Scan the project at PATH (default: here), judge it, and end with the verdict.

Images and SBOMs that are given are judged with it, or, without PATH, alone.

\b
Examples:
  devsecgate gate
  devsecgate gate src --advisories osv/ --offline
  devsecgate gate --base origin/main
  devsecgate gate --report sarif=gate.sarif --report markdown=summary.md
  devsecgate gate --image app.tar --image registry:registry.example/app:1.2
"""


@click.command(help=f"{_HELP}{KINDS}", short_help="Scan a project, judge it against a policy, end with the verdict.")
@flags
def gate(**asked: Unpack[Asked]) -> ExitCode:
    """Ask for the run, and deliver its answer; the help is above."""
    return deliver(asked).exit_code
