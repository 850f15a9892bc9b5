"""`devsecgate verdict check|show`: read a verdict that another job wrote, and end with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from datetime import datetime

    from devsecgate.carried import Carried
    from devsecgate.json_shape import GapRecord, IssueRecord

from devsecgate.errors import ExitCode, UsageError

_LARGEST = 128 << 20
_LISTED = 20
_WIDTH = 160
_CHECK = """Read the verdict that `devsecgate scan` wrote to FILE, and end with it.

It counts only where its seal and its digests fit, where it is about this commit, and where it is new enough;
else the run ends with 3, for nothing was judged that can be relied on. With DEVSECGATE_VERDICT_KEY set, only a
verdict that was sealed with this key counts.

\b
Examples:
  devsecgate verdict check verdict.json
  devsecgate verdict check verdict.json --commit "$(git rev-parse HEAD)" --max-age 2

\b
Exit codes:
  0  PASS        as the verdict says
  1  FAIL        as the verdict says
  2              a flag is wrong
  3  INCOMPLETE  as the verdict says, or it is not there or refused
"""

_file = click.argument("file", type=click.Path(path_type=Path))


@click.group(short_help="Read a verdict that another job wrote, and end with it.")
def verdict() -> None:
    """Read a verdict that `devsecgate scan` wrote."""


@verdict.command(help=_CHECK, short_help="End with the verdict of an earlier job, if it can be relied on.")
@_file
@click.option("--commit", "named", metavar="SHA",
              help="The commit that it has to be about. Default: CI_COMMIT_SHA or GITHUB_SHA, where set.")  # fmt: skip
@click.option("--max-age", "hours", type=click.IntRange(1, 8760), default=24, show_default=True, metavar="HOURS",
              help="How old it may be.")  # fmt: skip
@click.option("--policy-digest", "policy_digest", metavar="HEX",
              help="The digest of the policy that it has to be judged by: `verdict show` prints it.")  # fmt: skip
@click.option("--path", "tree", type=click.Path(path_type=Path), metavar="TREE",
              help="The project that it has to be about, file by file, but for FILE itself.")  # fmt: skip
@click.option("--policy", "policy_file", type=click.Path(path_type=Path), metavar="FILE",
              help="With --path: the policy that says what is left out of TREE. Default: TREE's own.")  # fmt: skip
def check(
    file: Path,
    named: str | None,
    hours: int,
    policy_digest: str | None,
    tree: Path | None,
    policy_file: Path | None,
) -> ExitCode:
    """Hold the verdict to what is asked, show it, and end with it; the help is above."""
    import os
    from datetime import UTC, datetime, timedelta

    from devsecgate import __version__, carried, seal

    now = datetime.now(UTC)
    expected = carried.Expected(
        now=now,
        max_age=timedelta(hours=hours),
        commit=carried.commit(named, os.environ),
        policy=carried.policy(policy_digest),
        content=None if tree is None else _content(tree, policy_file, without=file.resolve()),
    )
    found = carried.read(_bytes(file), seal.key())
    outcome = carried.check(found, expected)
    version = found.document.tool_version
    if version != __version__:
        _show(f"devsecgate: this verdict was made by devsecgate {version}; this is {__version__}", err=True)
    for line in (*_headline(found), *_about(found, now), *_listed(found)):
        _show(line)
    code = ExitCode[outcome.name]
    _show(f"exit {int(code)} ({outcome.name})")
    return code


@verdict.command(short_help="Show what a verdict is about, and whether it is whole.")
@_file
def show(file: Path) -> ExitCode:
    """Show what the verdict in FILE is about; ends with 0 where it is whole, whatever it says, else with 3."""
    from datetime import UTC, datetime

    from devsecgate import carried, seal

    found = carried.read(_bytes(file), seal.key())
    for line in (*_headline(found), *_about(found, datetime.now(UTC))):
        _show(line)
    for problem in found.problems:
        _show(f"refused: {problem}")
    return ExitCode.INCOMPLETE if found.problems else ExitCode.PASS


def _headline(found: Carried) -> Iterator[str]:
    yield f"{found.outcome.name}  {found.document.headline}"


def _about(found: Carried, now: datetime) -> Iterator[str]:
    """Say what the verdict is about and where it comes from, one thing a line."""
    from devsecgate import carried

    document = found.document
    target, base = document.target, document.base
    time = carried.finished(document)
    yield f"target     {target.name}, {target.files:,} files"
    if target.given:
        yield f"given      {', '.join(target.given)}"
    yield f"revision   {target.revision or 'none'}"
    yield f"content    {target.content or 'none'}"
    yield f"base       {f'{base.revision} ({base.named})' if base is not None else 'none'}"
    yield f"policy     {document.policy.name} ({document.policy.digest})"
    yield f"made       {_made(time, now)} by devsecgate {document.tool_version}"
    yield f"judgement  {document.judgement or 'none'}"
    yield f"seal       {document.seal or 'none'}{'' if found.keyed else ' (without a key: it shows edits, not origin)'}"


def _made(time: datetime | None, now: datetime) -> str:
    from devsecgate import carried

    if time is None:
        return "nobody knows when"
    when = f"{carried.age(now - time)} ago" if now >= time else "in the future"
    return f"{when} ({time.isoformat()})"


def _listed(found: Carried) -> Iterator[str]:
    """List what blocks and what could not be seen, shortly: the job that judged has printed it all."""
    from devsecgate.model import Action

    blocking = [_issue(each) for each in found.document.issues if each.action == Action.BLOCK]
    unseen = [_gap(each) for each in found.document.gaps if not each.accepted]
    for title, lines in (("Blocking", blocking), ("Not seen", unseen)):
        if lines:
            yield f"{title} ({len(lines):,})"
            yield from lines[:_LISTED]
        if len(lines) > _LISTED:
            yield f"  and {len(lines) - _LISTED:,} more, which the log and the reports of the scan have"


def _issue(issue: IssueRecord) -> str:
    place = f"{issue.location.path}:{issue.location.line}"
    return f"  {place}  {issue.severity or 'unrated'}  {', '.join(issue.rules)}  {issue.message}"


def _gap(gap: GapRecord) -> str:
    about = gap.path or gap.package
    return f"  {gap.scanner}  {gap.reason}  {f'{about}: ' if about else ''}{gap.detail}"


def _show(line: str, *, err: bool = False) -> None:
    """Print a line of a document that anybody may have written."""
    from devsecgate.text import one_line, printable, shorten, workflow_command_safe

    indent = "  " if line.startswith("  ") else ""
    text = printable(line) if not indent else f"{indent}{one_line(line)}"
    click.echo(workflow_command_safe(shorten(text, _WIDTH)), err=err)


def _bytes(file: Path) -> bytes:
    """Read the file of a verdict. Raises RefusedVerdict for what is no regular file of a bearable size."""
    import os
    import stat

    from devsecgate.carried import RefusedVerdict
    from devsecgate.text import printable

    name = printable(str(file))
    try:
        with os.fdopen(os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as stream:
            regular = stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
            data = stream.read(_LARGEST + 1) if regular else b""
    except (OSError, ValueError) as error:
        why = (error.strerror or "") if isinstance(error, OSError) else str(error)
        raise RefusedVerdict(
            f"there is no verdict to read: {why}",
            where=name,
            remedy="See that the job that scans ended with 0, and that this one takes over its artifacts.",
        ) from error
    if not regular:
        raise RefusedVerdict("this is no regular file", where=name)
    if len(data) > _LARGEST:
        raise RefusedVerdict(f"this is larger than any verdict ({_LARGEST:,} bytes)", where=name)
    return data


def _content(tree: Path, policy_file: Path | None, *, without: Path) -> str:
    """Digest a project as a run does, but for one file."""
    from datetime import date

    from devsecgate import contents, target
    from devsecgate import policy as policies

    if not tree.is_dir():
        raise UsageError(f"{tree} is not a folder", remedy="Give the folder of the project.")
    rules = policies.load(policy_file, tree, today=date.today()).target
    found = target.read(tree, exclude=rules.exclude, max_file_size=rules.max_file_size)
    return contents.digest(contents.read(found.root, (each for each in found.files if found.root / each != without)))
