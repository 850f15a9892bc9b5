"""`devsecgate comment`: the JSON report of a pull request's own run in, one comment on that pull request out.

The report is not trusted: whoever wrote the pull request may have written it. It is decoded into its shape, every
value is shown as text, and what the run came to is taken from GitHub's event. A report that is not there, or is not
one, is said to be so.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from devsecgate.cli.pull_request import Run
    from devsecgate.json_shape import GapRecord, IssueRecord, ReportDocument

LIMIT = 65_536
"""Characters of a comment that GitHub takes; we count bytes."""
_LARGEST = 64 << 20
_CLOSING_ROOM = 500
_CELL = 300
_CONCLUSIONS = {"success": "the check passed", "failure": "the check failed", "cancelled": "the check was cancelled"}


@click.command(short_help="Show the report of a pull request's run in a comment on it.")
@click.argument("file", type=click.Path(path_type=Path))
def comment(file: Path) -> None:
    """Show FILE, the JSON report of a pull request's run, in one comment on that pull request.

    For a workflow that runs on workflow_run, with a token that may write comments; the report is not trusted.
    """
    from devsecgate.cli import pull_request

    ended = pull_request.run(os.environ)
    if ended is None:
        click.echo("the run was for no pull request: there is nothing to comment on")
        return
    service = pull_request.service(os.environ)
    pull = pull_request.number(ended, service)
    if pull is None:
        click.echo("no open pull request has the commit of the run: there is nothing to comment on")
        return
    done = pull_request.put(ended, pull, page(file, ended), service)
    click.echo(f"comment {done} on pull request {pull}")


def page(file: Path, ended: Run) -> str:
    """Render the comment: at most LIMIT bytes, of which the last say what was left out."""
    from devsecgate.cli.pull_request import MARKER

    said = _CONCLUSIONS.get(ended.conclusion, f"the check ended as {ended.conclusion}")
    more = f" ([the run]({ended.address}))" if ended.address else ""
    head = f"{MARKER}\n## devsecgate: {said}\n\nFor commit {ended.commit[:12]}{more}. Only the check decides. "
    report, why = _read(file)
    if report is None:
        return f"{head}There is no report to show: {why}.\n"
    head += "What follows is the report that the run of this pull request left behind; it is not verified.\n\n"
    return _filled(head, _sections(report))


def _read(file: Path) -> tuple[ReportDocument | None, str]:
    """Read the report; say why there is none."""
    import msgspec

    from devsecgate.json_shape import FORMAT, ReportDocument

    try:
        with os.fdopen(os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as opened:
            if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
                return None, "what the run left is no file"
            data = opened.read(_LARGEST + 1)
    except OSError:
        return None, "the run left none, so that nothing may have been judged"
    if len(data) > _LARGEST:
        return None, "what the run left is larger than any report"
    try:
        report = msgspec.json.decode(data, type=ReportDocument)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None, "what the run left is not a report of this version"
    return (report, "") if report.format == FORMAT else (None, "what the run left is not a report of ours")


def _filled(head: str, lines: Iterator[str]) -> str:
    """Take whole lines while there is room."""
    room = LIMIT - _CLOSING_ROOM - len(head.encode())
    kept, left_out = [head], 0
    for line in lines:
        size = len(line.encode())
        if left_out or size > room:
            left_out += 1
            continue
        room -= size
        kept.append(line)
    if left_out:
        kept.append(f"\n{left_out:,} more lines have no room here; the run's summary has them.\n")
    return "".join(kept)


def _sections(report: ReportDocument) -> Iterator[str]:
    number = report.counts
    yield f"**{_text(report.outcome.upper())}**: {_text(report.headline)}\n\n"
    yield (
        f"{number.block:,} blocking, {number.warn:,} warnings, {number.waive:,} waived, {number.gaps:,} not seen, "
        f"{number.gaps_accepted:,} not seen and accepted.\n"
    )
    if report.base is not None:
        statuses = [each.status for each in report.issues]
        yield (
            f"Compared with {_text(report.base.revision[:12])}: {statuses.count('introduced'):,} introduced, "
            f"{statuses.count('existing'):,} existing, {len(report.fixed):,} fixed.\n"
        )
    yield from _issues("Blocking", [each for each in report.issues if each.action == "block"])
    yield from _gaps([each for each in report.gaps if not each.accepted])
    yield from _issues("Warnings", [each for each in report.issues if each.action == "warn"])
    yield from _notes(report.notes)


def _issues(title: str, issues: Sequence[IssueRecord]) -> Iterator[str]:
    if not issues:
        return
    yield f"\n### {title} ({len(issues):,})\n\n| severity | where | what | how to fix it |\n|---|---|---|---|\n"
    for each in issues:
        where = f"{each.location.path}:{each.location.line}"
        what = f"{', '.join(each.rules)}: {each.message}"
        rated = f"{each.severity or 'unrated'}{f', {each.status}' if each.status else ''}"
        yield f"| {_text(rated)} | {_text(where)} | {_text(what)} | {_text(each.fix)} |\n"


def _gaps(gaps: Sequence[GapRecord]) -> Iterator[str]:
    if not gaps:
        return
    yield f"\n### Not seen, and not accepted ({len(gaps):,})\n\n"
    for each in gaps:
        about = ": ".join(filter(None, (each.path, each.package, each.detail)))
        yield f"- {_text(f'{each.scanner}, {each.reason}')}: {_text(about)}\n"


def _notes(notes: Sequence[str]) -> Iterator[str]:
    if notes:
        yield "\n"
    for each in notes:
        yield f"- {_text(each)}\n"


def _text(text: str) -> str:
    """Give text that Markdown takes as nothing but text: no mention, no link, no image, no HTML."""
    from devsecgate.reports.markdown import escape
    from devsecgate.text import shorten

    return escape(shorten(text, _CELL))
