"""`devsecgate policy check|show|schema`: read a policy and say what it means."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

_FILE = click.argument("file", type=click.Path(path_type=Path), required=False)
_ROOT = click.option("--path", "root", type=click.Path(path_type=Path), default=".", show_default=True,
                     help="The project whose policy is meant, where no FILE is given.")  # fmt: skip

_ESCAPED = "backslashreplace"
"""A lone surrogate is no UTF-8; its escape means the same in YAML's double quotes."""


@click.group(short_help="Check a policy, show what it comes to, print its schema.")
def policy() -> None:
    """Read a policy and say what it means."""


@policy.command(short_help="Say whether a policy can be used.")
@_FILE
@_ROOT
def check(file: Path | None, root: Path) -> None:
    """Read FILE (default: the project's policy) with all that it extends; exit 2 names each mistake and its line."""
    from devsecgate import policy as policies

    found = policies.load(file, root, today=date.today())
    click.echo(f"{found.name}: {' > '.join(found.chain)}: can be used (sha256 {found.digest[:12]})")


@policy.command(short_help="Print the effective policy, each entry with the line that it comes from.")
@_FILE
@_ROOT
def show(file: Path | None, root: Path) -> None:
    """Print what FILE (default: the project's policy) comes to with all that it extends."""
    from devsecgate import policy as policies

    click.echo(policies.show(policies.load(file, root, today=date.today())).encode("utf-8", _ESCAPED), nl=False)


@policy.command(short_help="Print the JSON Schema of policies.")
def schema() -> None:
    """Print the JSON Schema of a policy file, for editors."""
    from devsecgate import policy as policies

    click.echo(policies.schema(), nl=False)
