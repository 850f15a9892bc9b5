"""`devsecgate intel update|status`: CISA's catalogue of known exploited vulnerabilities on this machine."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from devsecgate.intel.kev import Catalogue
    from devsecgate.intel.update import Updated

_FILE = click.option("--file", "file", type=click.Path(path_type=Path), metavar="FILE",
                     help="The catalogue. Default: $DEVSECGATE_KEV, else in the user's cache folder.")  # fmt: skip


@click.group(short_help="Keep the catalogue of known exploited vulnerabilities: update, status.")
def intel() -> None:
    """Keep CISA's catalogue of known exploited vulnerabilities (KEV), which is read without a network."""


@intel.command(short_help="Bring the catalogue up to CISA's, a mirror's or a file.")
@_FILE
@click.option("--from", "source", envvar="DEVSECGATE_KEV_URL", metavar="URL|FILE",
              help="Where the catalogue comes from. Default: $DEVSECGATE_KEV_URL, else CISA.")  # fmt: skip
@click.option("--force", is_flag=True, help="Take one that is older, or lacks more than a tenth of what is held.")
def update(file: Path | None, source: str | None, force: bool) -> None:  # noqa: FBT001
    """Bring the catalogue up to its source.

    An update that fails or dies leaves the last good one. Exit 3: it could not be fetched, read or written, or is a
    step back.
    """
    from devsecgate.intel import update as updating

    today = datetime.now(UTC).date()
    done = updating.update(source or updating.PUBLIC, _place(file), today=today, force=force)
    if done.damaged:
        click.echo(f"devsecgate: replaced: {done.damaged}", err=True)
    click.echo(_told(done))


@intel.command(short_help="Say which catalogue is held, and how old it is.")
@_FILE
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status(file: Path | None, as_json: bool) -> None:  # noqa: FBT001
    """Say which version of the catalogue is held, how many entries it has, and how old it is.

    Exit 3: there is none, or none that can be used.
    """
    from devsecgate.intel import kev
    from devsecgate.text import json_document, printable

    place = _place(file)
    held = _held(place)
    days = kev.age(held, datetime.now(UTC).date())
    if as_json:
        document = {
            "file": str(place),
            "version": held.version,
            "released": held.released,
            "age_days": days,
            "entries": len(held.added),
            "ransomware": len(held.ransomware),
        }
        click.echo(json_document(document), nl=False)
        return
    click.echo(f"{_named(held)}, {_age(days)}: {_counted(held)}, {len(held.ransomware):,} of them used by ransomware")
    click.echo(printable(str(place)))


def _place(file: Path | None) -> Path:
    from devsecgate.intel import kev

    return file or kev.default_path()


def _held(place: Path) -> Catalogue:
    """Load the catalogue; here, an error may name the folder too."""
    from devsecgate.intel import kev
    from devsecgate.text import printable

    try:
        return kev.load(place)
    except kev.CatalogueError as error:
        where = printable(str(place))
        raise kev.CatalogueError(error.what, where=where, remedy=error.remedy, reason=error.reason) from error


def _told(done: Updated) -> str:
    """Say what was taken, and how it differs from what it took the place of."""
    said = f"{_named(done.taken)}: {_counted(done.taken)}"
    if done.held is None:
        return said
    new = len(done.taken.added.keys() - done.held.added.keys())
    gone = len(done.held.added.keys() - done.taken.added.keys())
    return f"{said}, {new:,} new and {gone:,} gone since version {done.held.version}"


def _named(catalogue: Catalogue) -> str:
    return f"version {catalogue.version}, released {catalogue.released}"


def _counted(catalogue: Catalogue) -> str:
    count = len(catalogue.added)
    return f"{count:,} {'entry' if count == 1 else 'entries'}"


def _age(days: int) -> str:
    return "today" if days == 0 else f"{days:,} day{'' if days == 1 else 's'} ago"
