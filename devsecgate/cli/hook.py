"""`devsecgate hook commit|push`: what git's hooks run, by pre-commit, prek or by hand."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

if TYPE_CHECKING:
    from devsecgate.against import Against
    from devsecgate.gate import Request

from devsecgate.errors import ExitCode, UsageError

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@click.group(short_help="What git's hooks run: the staged files, or what is pushed.")
def hook() -> None:
    """Gate a commit or a push, as a hook of git does."""


@hook.command(short_help="Gate the files of a commit.")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--policy", "policy_file", type=click.Path(path_type=Path), metavar="FILE",
              help="Policy to judge by. Default: .devsecgate.yaml here, else the bundled one.")  # fmt: skip
@click.option("--advisories", metavar="DIR|URL|FILE", help="Advisory records, as `devsecgate gate` takes them.")
@click.option("--offline", is_flag=True, help="Use no network.")
def commit(files: tuple[str, ...], policy_file: Path | None, advisories: str | None, offline: bool) -> ExitCode:  # noqa: FBT001
    """Gate each FILE, as it lies in the working tree, which is the repository's top; without any, what is staged.

    A manifest brings all manifests of the repository along, for a lockfile and its manifest are one project. Issues
    that were in these files before (git's HEAD) do not block; that they are there, `devsecgate gate` says.
    """
    files = files or _staged()  # a configuration without file names must not pass for a commit without files
    if not files:
        click.echo("devsecgate: nothing is staged, so that there is nothing to look at", err=True)
        return ExitCode.PASS
    only = _with_manifests(tuple(each.removeprefix("./") for each in files))
    request = _request(Path(), policy_file, advisories, offline=offline)
    request = replace(request, against=replace(request.against, since="HEAD"))
    return _judged(replace(request, only=only), base="HEAD")


@hook.command(short_help="Gate what is pushed.")
@click.option("--from", "old", envvar="PRE_COMMIT_FROM_REF", metavar="COMMIT",
              help="What the other side has. Default: $PRE_COMMIT_FROM_REF, else nothing.")  # fmt: skip
@click.option("--to", "new", envvar="PRE_COMMIT_TO_REF", metavar="COMMIT",
              help="What is pushed. Default: $PRE_COMMIT_TO_REF; without it, HEAD.")  # fmt: skip
@click.option("--policy", "policy_file", type=click.Path(path_type=Path), metavar="FILE",
              help="Policy to judge by. Default: that of the commit, else the bundled one.")  # fmt: skip
@click.option("--advisories", metavar="DIR|URL|FILE", help="Advisory records, as `devsecgate gate` takes them.")
@click.option("--offline", is_flag=True, help="Use no network.")
def push(
    old: str | None,
    new: str | None,
    policy_file: Path | None,
    advisories: str | None,
    offline: bool,  # noqa: FBT001
) -> ExitCode:
    """Gate the commit that is pushed, whatever is checked out, against what the other side has."""
    from devsecgate import base, git

    root = Path.cwd()
    repository = git.repository(root)
    if repository is None:
        raise UsageError("this is not a git repository", where=".", remedy="Run it at the top of one.")
    head = (
        git.ask(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", new or "HEAD").text or ""
    ).strip()
    if not _COMMIT.fullmatch(head):
        raise UsageError("what is pushed is no commit of this repository", where=f"--to {new or 'HEAD'}")
    pushed = base.Commit(revision=head, named="the push", proposal=True, is_head=False)
    with ExitStack() as stack:
        folder = base.unpacked(root, pushed, stack)
        request = _request(folder, policy_file, advisories, offline=offline)
        against = replace(request.against, repository=root, head=head, since=old or None)
        only = tuple(each.path for each in base.blobs(root, pushed))
        return _judged(replace(request, against=against, only=only), base=old or None)


def _staged() -> tuple[str, ...]:
    """Name what is staged here; raises UsageError where git cannot say."""
    from devsecgate import git

    repository = git.repository(Path.cwd())
    flags = ("--cached", "--name-only", "-z", "--no-ext-diff", "--no-renames", "--diff-filter=ACMT", "--relative")
    said = None if repository is None else git.ask(repository, "diff", *flags)
    if said is None or said.text is None:
        raise UsageError("no file was given, and git cannot say what is staged", where=".", remedy="Name the files.")
    return tuple(each for each in said.text.split("\0") if each)


def _with_manifests(files: Sequence[str]) -> tuple[str, ...]:
    """Add every manifest that git tracks here, if one of the files is one."""
    from devsecgate import discovery, git
    from devsecgate.model import Kind

    readers = [each for each in discovery.scanners(()).values() if each.kind is Kind.DEPENDENCY and not each.by_file]
    if not any(reader.select(path) for path in files for reader in readers):
        return tuple(files)
    repository = git.repository(Path.cwd())
    listing = "" if repository is None else git.ask(repository, "ls-files", "-z").text or ""
    tracked = [path for path in listing.split("\0") if path and os.path.lexists(path)]
    return (*files, *(path for path in tracked if any(reader.select(path) for reader in readers)))


def _request(path: Path, policy_file: Path | None, advisories: str | None, *, offline: bool) -> Request:
    from datetime import date

    from devsecgate.against import Against
    from devsecgate.cli.asking import screen
    from devsecgate.gate import Request

    return Request(
        path=path,
        policy=policy_file,
        advisories=advisories,
        offline=offline,
        reports=(("console", None),),
        today=date.today(),
        screen=screen(verbose=False),
        brief=True,
        against=Against(offline=offline, own_policy=True),
    )


def _judged(request: Request, *, base: str | None) -> ExitCode:
    """Gate; only where something blocks does it matter what was there before."""
    from devsecgate import gate as flow
    from devsecgate.cli.asking import opened_cache, remember
    from devsecgate.cli.progress import shown_progress

    against: Against = request.against
    with opened_cache(request.path, request.today, wanted=True) as cache, shown_progress(quiet=False) as progress:
        answer = flow.gate(replace(request, cache=cache), progress)
        if answer.exit_code is ExitCode.FAIL and base is not None:
            compared = replace(request, cache=cache, against=replace(against, named=base))
            answer = flow.gate(compared, progress)
    for data in answer.stdout:
        click.get_binary_stream("stdout").write(data)
    if answer.exit_code is ExitCode.PASS:
        click.echo(f"devsecgate: PASS, {answer.verdict.target.files:,} files")
        return answer.exit_code
    remember(against.repository or request.path or Path(), answer)
    return answer.exit_code
