"""`devsecgate advisories update|status|import|verify|export`: the store of advisory records on this machine."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from devsecgate.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from devsecgate.advisories.store import Held
    from devsecgate.advisories.update import Request, Show, Updated

_STORE = click.option("--store", "file", type=click.Path(path_type=Path), metavar="FILE",
                      help="The store. Default: $DEVSECGATE_STORE, else in the user's cache folder.")  # fmt: skip


@click.group(short_help="Keep the store of advisory records: update, status, import, verify, export.")
def advisories() -> None:
    """Keep the store of advisory records that packages are matched against, without a network."""


@advisories.command(short_help="Bring the store up to the OSV bucket or a mirror.")
@click.argument("ecosystems", nargs=-1, metavar="[ECOSYSTEM]...")
@_STORE
@click.option("--from", "source", envvar="DEVSECGATE_ADVISORIES", metavar="DIR|URL",
              help="Where records come from, shaped like the public OSV bucket. "
                   "Default: $DEVSECGATE_ADVISORIES, else the public bucket.")  # fmt: skip
@click.option("--policy", "policy_file", type=click.Path(path_type=Path), metavar="FILE",
              help="Take the folder or mirror that this policy names (dependencies.advisories).")  # fmt: skip
@click.option("--all", "every", is_flag=True, help="All ecosystems that the source has.")
@click.option("--full", is_flag=True, help="Take whole archives, even where only a few records have changed.")
def update(
    ecosystems: tuple[str, ...],
    file: Path | None,
    source: str | None,
    policy_file: Path | None,
    every: bool,  # noqa: FBT001
    full: bool,  # noqa: FBT001
) -> ExitCode:
    """Bring each ECOSYSTEM (PyPI, npm, Go, crates.io, Debian…) up to the source; default: those that are held.

    An update that fails or dies leaves the last good state. Exit 3: at least one ecosystem could not be updated.
    """
    from devsecgate.advisories import update as updating

    if every and ecosystems:
        raise UsageError("--all and named ecosystems contradict each other", remedy="Give one of them.")
    source = source or _named(policy_file) or updating.PUBLIC
    with _shown() as show:
        done = updating.update(_request(file, source, ecosystems, show=show, every=every, full=full))
    return _told(done)


def _named(policy_file: Path | None) -> str | None:
    """Give the source that a policy names; one of the scanned tree's own is never looked for."""
    if policy_file is None:
        return None
    from devsecgate import policy

    found = policy.load(policy_file, policy_file.parent, today=datetime.now(UTC).date()).dependencies
    source = found.url or (None if found.folder is None else str(found.folder))
    if source is None:
        raise UsageError("the policy names no advisory records", where=f"{policy_file}: dependencies.advisories")
    return source


@advisories.command("import", short_help="Take records that came as files.")
@click.argument("source", type=click.Path(), metavar="DIR|ZIP")
@_STORE
@click.option("--ecosystem", "ecosystems", multiple=True, metavar="NAME",
              help="Take this one alone; repeatable. Default: all that the source speaks for.")  # fmt: skip
def bring_in(source: str, file: Path | None, ecosystems: tuple[str, ...]) -> ExitCode:
    """Take records from DIR, shaped like the OSV bucket, or from ZIP, an archive of records.

    They replace what the store holds of their ecosystems, and are as old as the newest of them.
    Exit 3: at least one ecosystem could not be taken.
    """
    from devsecgate.advisories import update as updating

    with _shown() as show:
        done = updating.bring_in(_request(file, source, ecosystems, show=show, every=False, full=True))
    return _told(done)


@advisories.command(short_help="Say what the store holds, and how old it is.")
@_STORE
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status(file: Path | None, as_json: bool) -> None:  # noqa: FBT001
    """Say for each ecosystem how many records the store holds, and how old they are. Exit 3: there is no store."""
    from devsecgate.advisories.store import Store

    with Store.open(_place(file)) as store:
        held, version = store.ecosystems(), store.tool_version
    if as_json:
        click.echo(_document(_place(file), version, held), nl=False)
    else:
        _table(_place(file), held, today=datetime.now(UTC).date())


@advisories.command(short_help="Check every record and every shape in the store.")
@_STORE
def verify(file: Path | None) -> ExitCode:
    """Check the file, the checksum of every record, and that what is matched is what the records say.

    Exit 3: something is wrong; it is named.
    """
    from devsecgate.advisories import compile as compiling
    from devsecgate.advisories.store import Store

    with Store.open(_place(file)) as store:
        problems = tuple(compiling.verify(store))
        records = sum(each.records for each in store.ecosystems())
    for problem in problems:
        click.echo(f"devsecgate: {problem}", err=True)
    if problems:
        click.echo("devsecgate: remove the store, and update it with the ecosystems that you need", err=True)
        return ExitCode.INCOMPLETE
    click.echo(f"{records:,} records: each is as it came, and is matched as it says")
    return ExitCode.PASS


@advisories.command(short_help="Write the records as a folder shaped like the OSV bucket.")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR")
@click.argument("ecosystems", nargs=-1, metavar="[ECOSYSTEM]...")
@_STORE
def export(folder: Path, ecosystems: tuple[str, ...], file: Path | None) -> None:
    """Write the records of each ECOSYSTEM (default: all) into DIR, for `import` or as a mirror.

    The same records are the same bytes. What came and was no record is an empty one there, so that it stays known.
    """
    from devsecgate.advisories import export as exporting
    from devsecgate.advisories.store import Store

    with Store.open(_place(file)) as store:
        for name, count in exporting.export(store, folder, ecosystems):
            click.echo(f"{name}: {count:,} records")


def _place(file: Path | None) -> Path:
    from devsecgate.advisories.place import default_path

    return file or default_path()


def _request(
    file: Path | None, source: str, ecosystems: tuple[str, ...], *, show: Show, every: bool, full: bool
) -> Request:
    from devsecgate.advisories.update import Request

    return Request(
        store=_place(file),
        source=source,
        ecosystems=ecosystems,
        now=datetime.now(UTC),
        every=every,
        full=full,
        show=show,
        waiting=lambda: click.echo("devsecgate: another update is at work; waiting for it to end", err=True),
    )


def _told(done: tuple[Updated, ...]) -> ExitCode:
    """Print what became of each ecosystem; one that failed makes the whole incomplete."""
    for each in done:
        if each.failed:
            click.echo(f"devsecgate: {each.name}: not updated: {each.what}", err=True)
        else:
            click.echo(f"{each.name}: {each.what}")
    return ExitCode.INCOMPLETE if any(each.failed for each in done) else ExitCode.PASS


def _document(place: Path, version: str, held: tuple[Held, ...]) -> bytes:
    import msgspec

    ecosystems = [
        {
            "name": each.name,
            "records": each.records,
            "withdrawn": each.withdrawn,
            "malformed": list(each.malformed),
            "newest": each.as_of or None,
            "checked_at": each.checked_at or None,
            "source": each.source,
        }
        for each in held
    ]
    document = {"store": str(place), "tool_version": version, "ecosystems": ecosystems}
    return msgspec.json.format(msgspec.json.encode(document)) + b"\n"


def _table(place: Path, held: tuple[Held, ...], *, today: date) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("ecosystem", title=str(place), title_justify="left", title_style="")
    for heading in ("records", "withdrawn", "malformed"):
        table.add_column(heading, justify="right")
    for heading in ("newest record", "last checked", "age", "source"):
        table.add_column(heading)
    for each in held:
        cells = (
            *(each.name, f"{each.records:,}", f"{each.withdrawn:,}", f"{len(each.malformed):,}"),
            *(each.as_of or "none", each.checked_at[:10] or "came as files", _age(each.dated, today), each.source),
        )
        table.add_row(*(Text(cell) for cell in cells))
    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else 200)
    console.print(table)


def _age(dated: str, today: date) -> str:
    if not dated:
        return "unknown"
    days = (today - date.fromisoformat(dated)).days
    return "today" if days == 0 else f"{days:,} day{'' if days == 1 else 's'}"


@contextmanager
def _shown() -> Iterator[Callable[[str, int, int | None], None]]:
    """Show progress on stderr, for people: silent where it is not a terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda _name, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        tasks = {}

        def show(name: str, done: int, total: int | None) -> None:
            if name not in tasks:
                tasks[name] = progress.add_task(name)
            progress.update(tasks[name], completed=done, total=total)

        yield show
