"""`devsecgate baseline write|check`: a file of the issues that are there, for who cannot compare with a commit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypedDict, Unpack

import click

if TYPE_CHECKING:
    from devsecgate.gate import Answer
    from devsecgate.model import Issue
    from devsecgate.policy.records import Policy

from devsecgate.errors import ExitCode

_DEFAULT = ".devsecgate/baseline.json"
_SHOWN = 20
Flags = ParamSpec("Flags")


class _Asked(TypedDict):
    path: Path
    policy_file: Path | None
    images: tuple[str, ...]
    advisories: str | None
    offline: bool
    file: Path | None


@click.group(short_help="Keep a file of the issues that are there: write, check.")
def baseline() -> None:
    """Keep a file of issues that are known, and that block no more: for a project that the gate comes to late.

    The policy names it (`baseline: .devsecgate/baseline.json`). What comes later, and each further copy, blocks.
    """


# fmt: off
_FLAGS = (
    click.argument("path", type=click.Path(path_type=Path, exists=True, file_okay=False), default="."),
    click.option("--policy", "policy_file", type=click.Path(path_type=Path), metavar="FILE",
                  help="Policy to judge by. Default: .devsecgate.yaml in PATH, else the bundled one."),
    click.option("--image", "images", multiple=True, metavar="ARCHIVE|DIR|REFERENCE",
                  help="A container image too; repeatable."),
    click.option("--advisories", metavar="DIR|URL|FILE", help="Advisory records, as `devsecgate gate` takes them."),
    click.option("--offline", is_flag=True, help="Use no network."),
    click.option("--file", type=click.Path(path_type=Path), metavar="FILE",
                  help=f"The baseline. Default: what the policy names, else {_DEFAULT} in PATH."),
)
# fmt: on


def _flags(command: Callable[Flags, ExitCode]) -> Callable[Flags, ExitCode]:
    for flag in reversed(_FLAGS):
        command = flag(command)
    return command


@baseline.command(short_help="Write what is there now.")
@_flags
def write(**asked: Unpack[_Asked]) -> ExitCode:
    """Gate PATH, and write every issue; what was in the file before keeps its day.

    Nothing is written where anything could not be seen that the policy does not accept (exit 3).
    """
    from datetime import date

    from devsecgate import baseline as files
    from devsecgate import write as writing

    place = _place(asked)
    before = files.load(place, place.name) if place.exists() else {}
    answer, issues = _seen(asked)
    if answer is not None:
        return answer
    known = files.of(issues, before, date.today())
    place.parent.mkdir(parents=True, exist_ok=True)
    for error in writing.attempt([(place, files.render(known))]).values():
        raise error
    added = sum(each.count for content, each in known.items() if content not in before)
    gone = len(before.keys() - known.keys())
    click.echo(f"wrote {place}: {sum(each.count for each in known.values()):,} issues, {added:,} new, {gone:,} gone")
    if _policy(asked).baseline is None:
        click.echo(f"name it in the policy, relative to that: `baseline: {_DEFAULT}` for the usual place")
    return ExitCode.PASS


@baseline.command(short_help="Say whether the file names what is there.")
@_flags
def check(**asked: Unpack[_Asked]) -> ExitCode:
    """Gate PATH, and hold the file against it: exit 1 where issues are not in it, or are in it and no more there."""
    from devsecgate import baseline as files
    from devsecgate.change import recorded

    place = _place(asked)
    known = files.load(place, place.name)
    answer, issues = _seen(asked)
    if answer is not None:
        return answer
    found = recorded(issues, known)
    new = [each for each in issues if each.fingerprint not in found.since]
    for each in new[:_SHOWN]:
        click.echo(f"not in the baseline: {each.location.path}:{each.location.line} {each.rules[0]}")
    for gone in list(found.gone.values())[:_SHOWN]:
        click.echo(f"no more there: {gone.count} of {gone.what} in {gone.where}, known since {gone.since}")
    click.echo(
        f"{len(found.since):,} known, {len(new):,} new, {len(found.gone):,} gone (at most {_SHOWN} of each shown)"
    )
    return ExitCode.FAIL if new or found.gone else ExitCode.PASS


def _place(asked: _Asked) -> Path:
    """Find the file: the one that is named, else the policy's, else the usual one."""
    if asked["file"] is not None:
        return asked["file"]
    named = _policy(asked).baseline
    return asked["path"] / _DEFAULT if named is None else named.file


def _policy(asked: _Asked) -> Policy:
    from datetime import date

    from devsecgate import policy

    return policy.load(asked["policy_file"], asked["path"], today=date.today())


def _seen(asked: _Asked) -> tuple[ExitCode | None, list[Issue]]:
    """Gate without any base, and give the issues; or how it ended, where not all was seen."""
    answer = _gated(asked)
    if any(not gap.accepted for gap in answer.verdict.gaps):
        for data in answer.stdout:
            click.get_binary_stream("stdout").write(data)
        click.echo("devsecgate: not all was seen, so that there is nothing to hold a baseline to", err=True)
        return ExitCode.INCOMPLETE, []
    return None, [each.issue for each in answer.verdict.decisions]


def _gated(asked: _Asked) -> Answer:
    from datetime import date

    from devsecgate import gate as flow
    from devsecgate.against import Against
    from devsecgate.cli.asking import opened_cache, screen
    from devsecgate.cli.progress import shown_progress

    today = date.today()
    with opened_cache(asked["path"], today, wanted=True) as cache, shown_progress(quiet=False) as progress:
        request = flow.Request(
            path=asked["path"],
            policy=asked["policy_file"],
            advisories=asked["advisories"],
            offline=asked["offline"],
            images=asked["images"],
            reports=(("console", None),),
            today=today,
            screen=screen(verbose=False),
            against=Against(offline=asked["offline"], without_baseline=True),
            cache=cache,
        )
        return flow.gate(request, progress)
