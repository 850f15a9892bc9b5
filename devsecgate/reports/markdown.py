"""A verdict in, a job summary in GitHub's Markdown out, cut below the 1 MiB that a step may have.

Above the limit GitHub drops the whole summary. So whole rows are taken until the room is full: the
outcome, the numbers and every scanner's account are always there, and the last line says what is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import msgspec

from devsecgate import summary
from devsecgate.model import Action, Decision, GapDecision, Issue, Verdict
from devsecgate.report import Context, Report
from devsecgate.text import code_line, one_line, shorten

LIMIT = 1_000_000
"""Bytes; GitHub takes 1,048,576 of a step, and other tools may write to the same summary."""

_ACCOUNT_ROOM = 200_000
_CLOSING_ROOM = 4_096
_SHARE = 0.7
"""How much of the room that is left one section may take while others wait."""
_CELL = 600
"""Characters of one value: no single row may fill the page."""
_SPECIAL = re.compile(r"[&<>\"'\\`*_{}\[\]()#!|~@$^:]|www\.")
_BREAK = "&#8203;"
"""A zero-width space; it ends a mention (`@name`), a reference (`#1`) and a link (`www.`) before they begin."""


class Macro(Protocol):
    """Expands one of the template's macros."""

    def __call__(self, name: str, *values: object) -> str:
        """Give the text of the macro called `name`, every value escaped."""


class _Section(msgspec.Struct, frozen=True, kw_only=True):
    """A title and its rows; without rows, nothing is shown."""

    name: str
    """As the closing line calls the rows."""
    title: str
    rows: Iterator[str]
    total: int


def escape(value: object) -> str:
    """Give the value as text that Markdown and HTML take as nothing but text, on one line."""
    text = shorten(one_line(str(value)), _CELL)
    return _SPECIAL.sub(lambda match: _entity(match.group()), text)


def _entity(special: str) -> str:
    if special == "www.":
        return f"www{_BREAK}."
    return f"&#{ord(special)};{_BREAK if special in '@#' else ''}"


def render(verdict: Verdict, context: Context) -> bytes:
    """Render as much as the limit takes."""
    macro = _macros()
    policy = f"{verdict.policy_name} ({verdict.policy_digest[:12]})"
    code = int(verdict.exit_code)
    head = macro(
        "head",
        verdict.outcome.name,
        summary.headline(verdict),
        summary.counts(verdict),
        verdict.target,
        policy,
        code,
        summary.compared(verdict),
    )
    account, cut_account = _fill(_account(verdict, macro), _ACCOUNT_ROOM)
    room = LIMIT - _CLOSING_ROOM - len(head.encode()) - len(account.encode())
    body, cut = _fill(_judged(verdict, context, macro), room)
    left_out = [*cut, *cut_account]
    closing = macro("left_out", ", ".join(left_out)) if left_out else ""
    return f"{head}{body}{account}{closing}".encode()


def _fill(sections: Sequence[_Section], room: int) -> tuple[str, list[str]]:
    """Take whole rows while there is room for them; name the number of those that were left out."""
    page: list[str] = []
    cut: list[str] = []
    for index, section in enumerate(sections):
        waiting = any(later.total for later in sections[index + 1 :])
        share = int(room * _SHARE) if waiting else room
        shown = 0
        for row in section.rows:
            text = row if shown else section.title + row
            if len(text.encode()) > share:
                break
            page.append(text)
            share -= len(text.encode())
            room -= len(text.encode())
            shown += 1
        if shown < section.total:
            cut.append(f"{section.total - shown:,} of {section.total:,} {section.name}")
    return "".join(page), cut


def _macros() -> Macro:
    """Load the template; give a function that expands one of its macros, by name."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("devsecgate.reports"),
        undefined=StrictUndefined,
        finalize=escape,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - finalize escapes every value, for Markdown and for HTML
    )
    module = environment.get_template("markdown.md.j2").module

    def expand(name: str, *values: object) -> str:
        return str(getattr(module, name)(*values))

    return expand


def _judged(verdict: Verdict, context: Context, macro: Macro) -> tuple[_Section, ...]:
    """Give the sections in the console report's order."""

    def issues(name: str, title: str, action: Action) -> _Section:
        decisions = summary.with_action(verdict, action)
        rows = (_issue(decision, context, macro) for decision in decisions)
        head = macro("issues_title", title, len(decisions))
        return _Section(name=name, title=head, rows=rows, total=len(decisions))

    def gaps(name: str, title: str, decisions: Sequence[GapDecision]) -> _Section:
        rows = (_gap(decision, macro) for decision in decisions)
        head = macro("gaps_title", title, len(decisions))
        return _Section(name=name, title=head, rows=rows, total=len(decisions))

    waived = summary.with_action(verdict, Action.WAIVE)
    return (
        issues("blocking issues", "Blocking", Action.BLOCK),
        gaps("gaps that are not accepted", "Not seen, and not accepted", summary.open_gaps(verdict)),
        gaps("accepted gaps", "Not seen, and accepted", summary.accepted_gaps(verdict)),
        issues("warnings", "Warnings", Action.WARN),
        _Section(
            name="fixed issues",
            title=macro("list_title", "Fixed by this change", len(verdict.fixed)),
            rows=(macro("item", f"{summary.place(each.location)}: {_what(each)}") for each in verdict.fixed),
            total=len(verdict.fixed),
        ),
        _Section(
            name="waived issues",
            title=macro("waived_title", "Waived and suppressed", len(waived)),
            rows=(_waived(decision, macro) for decision in waived),
            total=len(waived),
        ),
    )


def _account(verdict: Verdict, macro: Macro) -> tuple[_Section, ...]:
    scanners = [
        text
        for result in sorted(verdict.results, key=lambda result: (result.scanner, result.kind.value))
        for text in (summary.account(result), *map(summary.source, result.sources), *result.notes)
    ]
    scanners += [f"{idle.scanner}: idle, {idle.why}" for idle in verdict.idle]
    scanners += [f"left out: {folder}" for folder in verdict.target.excluded]
    remarks = [f"{remark.text} ({remark.because})" for remark in verdict.remarks]

    def items(name: str, title: str, lines: Iterable[str], total: int) -> _Section:
        rows = (macro("item", line) for line in lines)
        return _Section(name=name, title=macro("list_title", title, total), rows=rows, total=total)

    return (
        items("notes", "Notes", verdict.notes, len(verdict.notes)),
        items("remarks on the policy", "The policy itself", remarks, len(remarks)),
        items("lines of the account", "Account", scanners, len(scanners)),
    )


def _issue(decision: Decision, context: Context, macro: Macro) -> str:
    issue = decision.issue
    return macro(
        "issue",
        summary.severity_label(issue.severity),
        summary.place(issue.location),
        ": ".join(filter(None, (summary.terms(decision), _what(issue)))),
        _message(issue),
        code_line(issue.primary.snippet),
        summary.fix(issue, context),
        f"{decision.because}: {decision.reason}",
    )


def _message(issue: Issue) -> str:
    """Give the message, and of a package where it comes from and who rated it."""
    package = issue.primary.package
    if package is None:
        return summary.message(issue)
    source = summary.comes_from(package)
    rated = "" if issue.severity is None else issue.severity_source
    told = "; ".join(filter(None, (rated, f"from {source}" if source else "")))
    return f"{summary.message(issue)} ({told})" if told else summary.message(issue)


def _gap(decision: GapDecision, macro: Macro) -> str:
    gap = decision.gap
    about = ": ".join(part for part in (gap.path, gap.package) if part is not None)
    because = f"{decision.because}: {decision.reason}" if decision.accepted else ""
    return macro("gap", gap.scanner, gap.reason.value, about, gap.detail, because)


def _waived(decision: Decision, macro: Macro) -> str:
    issue = decision.issue
    severity = summary.severity_label(issue.severity)
    return macro(
        "waived", severity, summary.place(issue.location), _what(issue), summary.accepted_by(decision), decision.because
    )


def _what(issue: Issue) -> str:
    package = issue.primary.package
    if package is None:
        return summary.witnesses(issue)
    return f"{package.name} {package.version}: {summary.advisories(issue)}"


REPORT = Report(kind="markdown", about="a job summary in GitHub's Markdown, cut below 1 MiB", render=render)
