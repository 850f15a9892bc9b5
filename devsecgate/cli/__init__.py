"""Flags in, exit code out: one file a command."""

from __future__ import annotations

from importlib import import_module

import click

from devsecgate import __version__

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
_COMMANDS = (
    "action",
    "advisories",
    "baseline",
    "comment",
    "doctor",
    "explain",
    "fix",
    "gate",
    "hook",
    "init",
    "intel",
    "policy",
    "rules",
    "scan",
    "scanners",
    "verdict",
)
"""Each has a module of its name."""


class _Commands(click.Group):
    """Imports a command when it is asked for: a commit waits for one of them alone."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name all commands."""
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Give one command, or None where there is none of that name."""
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        found = getattr(import_module(f"{__name__}.{cmd_name}"), cmd_name)
        assert isinstance(found, click.Command)
        return found


@click.group(
    cls=_Commands, help=_HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="devsecgate")
def devsecgate() -> None:
    """Group the commands; its help is above. What stdout's encoding lacks is shown as an escape."""
    import io
    import sys

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
