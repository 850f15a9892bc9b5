"""Flags in, exit code out: one file a command."""

from __future__ import annotations

import click

from devsecgate import __version__
from devsecgate.cli.action import action
from devsecgate.cli.advisories import advisories
from devsecgate.cli.baseline import baseline
from devsecgate.cli.comment import comment
from devsecgate.cli.doctor import doctor
from devsecgate.cli.explain import explain
from devsecgate.cli.fix import fix
from devsecgate.cli.gate import gate
from devsecgate.cli.hook import hook
from devsecgate.cli.init import init
from devsecgate.cli.intel import intel
from devsecgate.cli.policy import policy
from devsecgate.cli.rules import rules
from devsecgate.cli.scan import scan
from devsecgate.cli.scanners import scanners
from devsecgate.cli.verdict import verdict

_HELP = """A security gate for pipelines that cannot pass by accident.

\b
Exit codes:
  0    PASS        all that was planned was seen, and nothing blocks
  1    FAIL        at least one issue blocks
  2                a flag, the target, the policy or a plug-in is wrong
  3    INCOMPLETE  nothing blocks, but something could not be seen
  4                a mistake of ours
  130              interrupted
"""


@click.group(help=_HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="devsecgate")
def devsecgate() -> None:
    """Group the commands; its help is above. What stdout's encoding lacks is shown as an escape."""
    import io
    import sys

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


for _command in (
    gate,
    baseline,
    hook,
    scan,
    verdict,
    action,
    comment,
    doctor,
    advisories,
    intel,
    fix,
    policy,
    explain,
    rules,
    scanners,
    init,
):
    devsecgate.add_command(_command)
