"""`devsecgate fix`: write the upgrades that end what is known against a project's packages into its manifests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

    from devsecgate.fix.records import Change, Done, Fixes
    from devsecgate.gate import Answer
    from devsecgate.model import GapDecision

from devsecgate.errors import ExitCode, UsageError

_GAPS_SHOWN = 20
_HELP = """Upgrade the vulnerable packages of the project at PATH (default: here) in its manifests.

Shows the diff, and changes nothing without --write. Requirements files, pyproject.toml, Pipfile and
package.json are changed; lockfiles never are: the commands that make them again are printed, in order.

\b
Examples:
  devsecgate fix
  devsecgate fix src --advisories osv/ --offline --write
  devsecgate fix --minor-only --package jinja2 --package next

\b
Exit codes:
  0  each blocking package is upgraded by the diff and the commands that are named with it
  1  a blocking package is left: it has no fix, or none that can be written here
  2  a flag, the target or the policy is wrong
  3  something could not be seen, or not be written: there may be more to fix
"""


@click.command(help=_HELP, short_help="Upgrade vulnerable packages in the project's manifests.")
@click.argument("path", type=click.Path(path_type=Path), default=".")
@click.option("--policy", "policy_file", type=click.Path(path_type=Path), metavar="FILE",
              help="Policy to judge by. Default: .devsecgate.yaml in PATH, else the bundled one.")  # fmt: skip
@click.option("--advisories", metavar="DIR|URL|FILE",
              help="Advisory records, as `devsecgate gate` takes them.")  # fmt: skip
@click.option("--offline", is_flag=True, help="Use no network.")
@click.option("--write", is_flag=True, help="Write the changes; without it they are only shown.")
@click.option("--minor-only", is_flag=True, help="Leave out, and name, upgrades to another major version.")
@click.option("--package", "names", multiple=True, metavar="NAME", help="Only this package; repeatable.")
def fix(  # noqa: PLR0913, PLR0917 - one parameter for each flag; click passes by name
    path: Path,
    policy_file: Path | None,
    advisories: str | None,
    offline: bool,  # noqa: FBT001
    write: bool,  # noqa: FBT001
    minor_only: bool,  # noqa: FBT001
    names: tuple[str, ...],
) -> ExitCode:
    """Ask the gate, plan, show, and write; the help is above."""
    from devsecgate.fix import files, planning, wanted

    answer = _judged(path, policy_file, advisories, offline=offline)
    chosen = _chosen(names, wanted.packages(answer.verdict))
    upgrades = wanted.upgrades(answer.verdict, chosen)
    root = path.resolve()
    fixes = planning.plan(
        upgrades, wanted.manifests(answer.verdict), lambda name: files.read(root, name), minor_only=minor_only
    )
    if write:
        files.write(root, fixes.changes)
    gaps = wanted.gaps(answer.verdict)
    _show(fixes, gaps, written=write)
    if any(each.upgrade.blocks for each in fixes.left):
        return ExitCode.FAIL
    return ExitCode.INCOMPLETE if gaps else ExitCode.PASS


def _judged(path: Path, policy_file: Path | None, advisories: str | None, *, offline: bool) -> Answer:
    """Run the gate's own flow for the layer of dependencies."""
    from datetime import date

    from devsecgate import gate as flow
    from devsecgate.cli.progress import shown_progress
    from devsecgate.fix.wanted import LAYERS

    request = flow.Request(
        path=path,
        policy=policy_file,
        advisories=advisories,
        offline=offline,
        reports=(),
        today=date.today(),
        screen=flow.Screen(color=False, width=100, verbose=False),
        layers=LAYERS,
    )
    with shown_progress(quiet=False) as progress:
        return flow.gate(request, progress)


def _chosen(names: tuple[str, ...], known: frozenset[str]) -> frozenset[str]:
    """Find the packages that --package names, as their ecosystems spell them."""
    from devsecgate.detectors.manifests.reading import python_name

    found = set()
    for name in names:
        spelt = {name, python_name(name) or name} & known
        if not spelt:
            raise UsageError(f"--package {name}: no manifest names it", remedy="Spell it as its manifest does.")
        found |= spelt
    return frozenset(found)


def _show(fixes: Fixes, gaps: tuple[GapDecision, ...], *, written: bool) -> None:
    """Show the diff, and then what it is about."""
    out = _console()
    for change in fixes.changes:
        _diff(out, change)
    edited = [each for each in fixes.done if each.edits]
    locked = [each for each in fixes.done if not each.edits]
    _section(out, "Written" if written else "To change", [line for each in edited for line in _told(each)])
    _section(out, "Upgraded by the commands below", [line for each in locked for line in _told(each)])
    _section(
        out,
        "To run after that, in this order",
        [f"{'' if each.folder == '.' else f'(in {each.folder}) '}{each.command}" for each in fixes.steps],
    )
    _section(
        out,
        "Left",
        [
            f"{each.upgrade.path}:{each.upgrade.line}  {each.upgrade.name} {each.upgrade.current}"
            f"{'  BLOCKS' if each.upgrade.blocks else ''}  {', '.join(each.upgrade.ids)}: {each.why}"
            for each in fixes.left
        ],
    )
    unseen = [f"{each.gap.path or each.gap.package or each.gap.scanner}: {each.gap.detail}" for each in gaps]
    more = [f"and {len(unseen) - _GAPS_SHOWN:,} more: devsecgate gate"] if len(unseen) > _GAPS_SHOWN else []
    _section(out, "Not seen: there may be more to fix", [*unseen[:_GAPS_SHOWN], *more])
    _line(out, "")
    _line(out, _closing(fixes, written=written))


def _closing(fixes: Fixes, *, written: bool) -> str:
    if not fixes.done and not fixes.left:
        return "No package has a known vulnerability that is not waived."
    if not fixes.changes:
        return "There is nothing to write."
    return (
        "Next: run the commands and the tests, then devsecgate gate."
        if written
        else "Nothing was written: --write does it."
    )


def _told(done: Done) -> Iterator[str]:
    """Give one line for each place, or one for the lockfile's entry."""
    upgrade = done.upgrade
    from_to = f"{upgrade.name} {upgrade.current} → {upgrade.target}{'  MAJOR VERSION' if done.major else ''}"
    about = f"  {', '.join(upgrade.ids)}"
    note = f" ({done.note})" if done.note else ""
    places = [f"{each.path}:{each.line}" for each in done.edits] or [f"{upgrade.path}:{upgrade.line}"]
    for place in places:
        yield f"{place}  {from_to}{about}{note}"


def _console() -> Console:
    """Make a console whose colour is what the screen can show, and that reads nothing as markup."""
    import sys

    from rich.console import Console

    return Console(file=sys.stdout, markup=False, emoji=False, highlight=False, soft_wrap=True)


def _section(out: Console, title: str, lines: list[str]) -> None:
    shown = tuple(dict.fromkeys(lines))  # two upgrades may rest on one line
    if shown:
        _line(out, "")
        _line(out, f"{title} ({len(shown)})", style="bold")
        for line in shown:
            _line(out, f"  {line}")


def _diff(out: Console, change: Change) -> None:
    """Show a unified diff, for people: what a terminal or a runner would act on is shown as an escape."""
    import difflib

    from devsecgate.fix.sources import lines

    styles = {"+": "green", "-": "red", "@": "cyan"}
    shown = difflib.unified_diff(
        lines(change.old), lines(change.new), f"a/{change.path}", f"b/{change.path}", lineterm="\n"
    )
    for number, line in enumerate(shown):
        bare = line.rstrip("\r\n")
        _line(out, bare, style="bold" if number < 2 else styles.get(bare[:1], ""))
        if not line.endswith(("\n", "\r")):
            _line(out, "\\ No newline at end of file")


def _line(out: Console, text: str, style: str = "") -> None:
    from rich.text import Text

    from devsecgate.text import printable, workflow_command_safe

    out.print(Text(workflow_command_safe(printable(text.replace("\t", "    "))), style=style))
