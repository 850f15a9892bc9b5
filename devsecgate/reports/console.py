"""A verdict in, the text for a person at a terminal or in a job's log out.

Worst first: the outcome and why, what blocks and how to fix it, what could not be seen, then what warns,
what is accepted and by whom, and the account of every scanner. Nothing that a tool or the scanned tree
wrote is read as markup, as an escape sequence or as a workflow command.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import TYPE_CHECKING

from devsecgate import summary
from devsecgate.model import Action, Decision, GapDecision, Issue, Outcome, Severity, Verdict
from devsecgate.report import Context, Report
from devsecgate.text import code_line, one_line, printable, shorten, workflow_command_safe

if TYPE_CHECKING:
    from rich.console import Console

BLOCKING_LIMIT = 100
"""Blocking issues shown in full; the rest are counted."""
WARNING_LIMIT = 30
FIXED_LIMIT = 10
GAP_LIMIT = 30
"""Gaps shown of each scanner and reason; one broken layer must not bury the others."""

_OUTCOMES = {Outcome.PASS: "bold white on green", Outcome.FAIL: "bold white on red"}
_INCOMPLETE = "bold black on yellow"
_SEVERITIES = {Severity.CRITICAL: "bold magenta", Severity.HIGH: "bold red", Severity.MEDIUM: "yellow"}
_END = 12
"""Columns for what ends a line and is not always as long: seconds."""
_LABEL = 10


def render(verdict: Verdict, context: Context) -> bytes:
    """Render for the context's width, with colour only where the context has it."""
    from rich.console import Console

    output = StringIO()
    console = Console(
        file=output,
        width=max(40, context.width),
        force_terminal=context.color,
        color_system="standard" if context.color else None,
        no_color=not context.color,
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
        force_interactive=False,
        force_jupyter=False,
        _environ={},
    )
    page = _Page(console)
    _head(page, verdict)
    _blocking(page, verdict, context)
    _gaps(page, verdict, context)
    _warnings(page, verdict, context)
    _fixed(page, verdict, context)
    _accepted(page, verdict, context)
    _account(page, verdict, context)
    code = verdict.exit_code
    page.line(f"exit {int(code)} ({verdict.outcome.name})", style="bold")
    text = re.sub(r" +$", "", output.getvalue(), flags=re.MULTILINE)
    return workflow_command_safe(text).encode("utf-8", "backslashreplace")


class _Page:
    """Lines of styled text: the only place that knows rich, and the one where text is made printable."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def line(self, *parts: str | tuple[str, str], style: str = "", indent: int = 0, end: str = "") -> None:
        """Print one paragraph, folded at the width and indented as a whole; its text is taken as it is.

        `end` stays together, and where the paragraph is folded does not hang on how long it is.
        """
        from rich.padding import Padding
        from rich.text import Text

        clean = [printable(part) if isinstance(part, str) else (printable(part[0]), part[1]) for part in parts]
        text = Text.assemble(*clean, style=style, overflow="fold")
        if end:
            room = self._console.width - indent
            folded = text.wrap(self._console, room)
            fits = folded[-1].cell_len + max(len(end), _END) <= room
            text = Text("\n").join(folded).append("" if fits else "\n").append(printable(end))
        self._console.print(Padding(text, (0, 0, 0, indent)) if indent else text)

    def field(self, label: str, text: str, *, indent: int = 2, style: str = "") -> None:
        """Print a labelled paragraph whose further lines stay below its text."""
        from rich.table import Table
        from rich.text import Text

        table = Table.grid(padding=(0, 1, 0, 0))
        table.add_column(width=indent + _LABEL)
        table.add_column(overflow="fold", ratio=1)
        table.add_row(Text(" " * indent + label, style="dim"), Text(printable(text), style=style, overflow="fold"))
        self._console.print(table)

    def rows(self, rows: Iterable[Sequence[tuple[str, str]]]) -> None:
        """Print a compact table; the last column takes the room that is left."""
        from rich.table import Table
        from rich.text import Text

        cells = list(rows)
        table = Table.grid(padding=(0, 2, 0, 0))
        for _ in cells[0]:
            table.add_column(overflow="fold")
        for row in cells:
            table.add_row(
                *(
                    Text(f"{'' if index else '  '}{printable(text)}", style=style)
                    for index, (text, style) in enumerate(row)
                )
            )
        self._console.print(table)

    def title(self, text: str) -> None:
        """Open a section."""
        self.line()
        self.line(text, style="bold")


def _head(page: _Page, verdict: Verdict) -> None:
    style = _OUTCOMES.get(verdict.outcome, _INCOMPLETE)
    page.line((f" {verdict.outcome.name} ", style), f"  {summary.headline(verdict)}")
    revision = f" at {verdict.target.revision[:12]}" if verdict.target.revision else ""
    page.line(
        f"{verdict.target.name}{revision} · {summary.plural(verdict.target.files, 'file')} · "
        f"policy {verdict.policy_name} ({verdict.policy_digest[:12]})",
        style="dim",
    )
    if compared := summary.compared(verdict):
        page.line(compared, style="dim")


def _blocking(page: _Page, verdict: Verdict, context: Context) -> None:
    decisions = summary.with_action(verdict, Action.BLOCK)
    if not decisions:
        return
    page.title(f"Blocking ({len(decisions):,})")
    limit = len(decisions) if context.verbose else BLOCKING_LIMIT
    shown = decisions[:limit]
    groups = {id(group.decisions[0]): group for group in summary.package_groups(shown)}
    for decision in shown:
        if decision.issue.primary.package is None:
            _issue(page, decision, context)
        elif id(decision) in groups:
            _package(page, groups[id(decision)], context)
    _more(page, len(decisions) - len(shown), "blocking issue")


def _issue(page: _Page, decision: Decision, context: Context) -> None:
    issue = decision.issue
    page.line()
    page.line(
        _severity(issue.severity),
        "  ",
        (summary.place(issue.location), "bold"),
        (f"  {summary.witnesses(issue)}", "cyan"),
        indent=1,
    )
    page.line(shorten(one_line(summary.message(issue)), 1000), indent=3)
    if snippet := code_line(issue.primary.snippet):
        page.line((f"{issue.location.line:>5} │ ", "dim"), shorten(snippet, 400), indent=3)
    if fix := one_line(summary.fix(issue, context)):
        page.field("fix", fix)
    page.field("because", _because(decision), style="dim")
    page.field("explain", f"devsecgate explain {issue.fingerprint}", style="dim")


def _package(page: _Page, group: summary.PackageGroup, context: Context) -> None:
    package = group.package
    upgrade = f" → {group.upgrade}" if group.upgrade is not None else ""
    page.line()
    page.line(
        _severity(group.severity),
        "  ",
        (f"{package.name} {package.version}{upgrade}", "bold"),
        f"  {summary.place(package.location)}",
        (f"  {package.ecosystem}", "dim"),
        indent=1,
    )
    for decision in group.decisions:
        issue = decision.issue
        source = "" if issue.severity is None else f"  {shorten(one_line(issue.severity_source), 60)}"
        page.line(
            _severity(issue.severity), f"  {_ids(issue)}", (f"  {_scanners(issue)}", "cyan"), (source, "dim"), indent=3
        )
        page.line(shorten(one_line(summary.message(issue)), 300), indent=5)
        if group.upgrade is None:
            page.field("fix", one_line(summary.fix(issue, context)), indent=4)
        page.field("because", _because(decision), indent=4, style="dim")
    if comes := one_line(summary.comes_from(package)):
        page.field("from", shorten(comes, 300))
    if group.upgrade is not None:
        page.field("fix", one_line(group.advice.what))
        page.field("change", one_line(group.advice.change) or "nothing here knows the command: see its manager")


def _gaps(page: _Page, verdict: Verdict, context: Context) -> None:
    gaps = summary.open_gaps(verdict)
    if gaps:
        page.title(f"Not seen, and not accepted ({len(gaps):,})")
        _gap_list(page, gaps, limit=len(gaps) if context.verbose else GAP_LIMIT)
    accepted = summary.accepted_gaps(verdict)
    if accepted:
        page.title(f"Not seen, and accepted ({len(accepted):,})")
        _gap_list(page, accepted, limit=len(accepted) if context.verbose else 3)


def _gap_list(page: _Page, gaps: Sequence[GapDecision], *, limit: int) -> None:
    shown: dict[tuple[str, str], int] = {}
    for decision in gaps:
        gap = decision.gap
        key = (gap.scanner, gap.reason.value)
        shown[key] = shown.get(key, 0) + 1
        if shown[key] > limit:
            continue
        about = gap.path if gap.path is not None else gap.package
        place = (f"  {about}", "bold") if about is not None else ""
        mark = ("·", "dim") if decision.accepted else ("✗", "bold yellow")
        page.line(mark, f" {gap.scanner} ", (gap.reason.value, "yellow"), place, indent=1)
        page.line(shorten(one_line(gap.detail), 1000), indent=3)
        if decision.accepted:
            page.line(f"accepted by {decision.because} {one_line(decision.reason)}", style="dim", indent=3)
    for (scanner, reason), number in shown.items():
        _more(page, number - limit, f"{reason} gap", scanner)


def _warnings(page: _Page, verdict: Verdict, context: Context) -> None:
    decisions = summary.with_action(verdict, Action.WARN)
    if decisions:
        page.title(f"Warnings ({len(decisions):,})")
        shown = decisions if context.verbose else decisions[:WARNING_LIMIT]
        page.rows(_row(decision.issue, summary.terms(decision)) for decision in shown)
        _more(page, len(decisions) - len(shown), "warning")


def _row(issue: Issue, terms: str = "") -> tuple[tuple[str, str], ...]:
    package = issue.primary.package
    what = f"{package.name} {package.version}: {_ids(issue)}" if package is not None else summary.witnesses(issue)
    word, style = _severity(issue.severity)
    place = summary.place(issue.location)
    said = shorten(one_line(summary.message(issue)), 160)
    return (word, style), (place, ""), (what, "cyan"), (f"{terms}: {said}" if terms else said, "")


def _fixed(page: _Page, verdict: Verdict, context: Context) -> None:
    if verdict.fixed:
        page.title(f"Fixed by this change ({len(verdict.fixed):,})")
        shown = verdict.fixed if context.verbose else verdict.fixed[:FIXED_LIMIT]
        page.rows(_row(issue) for issue in shown)
        _more(page, len(verdict.fixed) - len(shown), "fixed issue")


def _accepted(page: _Page, verdict: Verdict, context: Context) -> None:
    waived = summary.with_action(verdict, Action.WAIVE)
    if waived:
        page.title(f"Waived and suppressed ({len(waived):,})")
        shown = waived if context.verbose else waived[:WARNING_LIMIT]
        for decision in shown:
            page.line(*_waived(decision), indent=1)
            page.line(f"{one_line(summary.accepted_by(decision))} ({decision.because})", style="dim", indent=3)
        _more(page, len(waived) - len(shown), "waived issue")
    allowed = summary.with_action(verdict, Action.ALLOW)
    if allowed and context.verbose:
        page.title(f"Allowed ({len(allowed):,})")
        page.rows(_row(decision.issue) for decision in allowed)
    elif allowed:
        page.line()
        page.line(
            f"{summary.plural(len(allowed), 'issue')} below what the policy acts on: --verbose shows them.", style="dim"
        )


def _waived(decision: Decision) -> tuple[str | tuple[str, str], ...]:
    issue = decision.issue
    package = issue.primary.package
    what = f"{package.name} {package.version} {_ids(issue)}" if package is not None else summary.witnesses(issue)
    return _severity(issue.severity), "  ", summary.place(issue.location), (f"  {what}", "cyan")


def _account(page: _Page, verdict: Verdict, context: Context) -> None:
    page.title("Account")
    for result in sorted(verdict.results, key=lambda result: (result.scanner, result.kind.value)):
        trouble = bool(result.gaps) or not result.canaries
        page.line(
            ("✗" if trouble else "✓", "yellow" if trouble else "green"),
            f" {summary.account(result)}",
            indent=1,
            end=f" · {result.seconds:.1f} s",
        )
        for source in result.sources:
            page.line(summary.source(source), style="dim", indent=5)
        for note in result.notes:
            page.line(one_line(note), style="dim", indent=5)
    for idle in verdict.idle:
        page.line(("-", "dim"), f" {idle.scanner}: idle, {one_line(idle.why)}", style="dim", indent=1)
    if verdict.target.excluded:
        folders = verdict.target.excluded if context.verbose else verdict.target.excluded[:5]
        more = len(verdict.target.excluded) - len(folders)
        page.line(
            f"left out: {', '.join(folders)}{f' and {more:,} more' if more else ''}",
            style="dim",
            indent=1,
        )
    for note in verdict.notes:
        page.line(("·", "dim"), f" {one_line(note)}", indent=1)
    for remark in verdict.remarks:
        style = "bold red" if remark.severe else "yellow"
        page.line(("!", style), f" {one_line(remark.text)} ({remark.because})", indent=1)
    page.line()


def _severity(severity: Severity | None) -> tuple[str, str]:
    style = "" if severity is None else _SEVERITIES.get(severity, "")
    return f"{summary.severity_label(severity).upper():<8}", style


def _scanners(issue: Issue) -> str:
    return " + ".join(issue.scanners)


def _ids(issue: Issue) -> str:
    return summary.advisories(issue)


def _because(decision: Decision) -> str:
    return f"{decision.because}: {one_line(decision.reason)}"


def _more(page: _Page, number: int, noun: str, whose: str = "") -> None:
    if number > 0:
        owner = f" of {whose}" if whose else ""
        text = f"… and {summary.plural(number, f'more {noun}')}{owner}: --verbose or --report json=FILE has all."
        page.line(text, style="dim", indent=1)


REPORT = Report(kind="console", about="for a person, at a terminal or in a job's log", render=render)
