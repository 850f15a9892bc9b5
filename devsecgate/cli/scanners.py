"""`devsecgate scanners`: what can look, with which program, and whether it is there."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(short_help="List the scanners, their engines, and which of them are installed.")
def scanners() -> None:
    """List every scanner with its layer, and for each of its engines whether it is installed here."""
    from devsecgate import discovery, process

    for scanner in discovery.scanners(()).values():
        click.echo(f"{scanner.name} ({scanner.kind.value}): {scanner.about}")
        for engine in scanner.engines:
            found = process.find(engine.program, root=Path("/nonexistent"))
            if found is not None:
                state = "installed"
            elif engine.optional:
                state = f"not installed, optional: {engine.install}"
            else:
                state = f"MISSING: {engine.install}"
            click.echo(f"    {engine.name}: {state}")
        click.echo(f"    proves itself with {scanner.canary.rule} in {scanner.canary.name}")
