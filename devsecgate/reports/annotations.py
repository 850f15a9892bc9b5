"""A verdict in, GitHub's workflow commands out, for the log of a job: at most ten errors, warnings and notices.

GitHub shows no more than ten of each kind for one step, and cuts a message at 4,096 characters: the worst come first,
and a last line says how many are not shown. Errors are what blocks, then what could not be seen; warnings are what
the policy warns of; notices are remarks on the policy itself.

Text from outside is made printable, so that it holds no line end, before it is escaped as the runner undoes it: it
stays within the one command that we write.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from devsecgate import summary
from devsecgate.model import Action, Decision, GapDecision, Location, Outcome, Remark, Verdict
from devsecgate.report import Context, Report
from devsecgate.text import one_line, printable, shorten, workflow_command_safe

LIMIT = 10
"""Annotations of each kind that GitHub keeps of one step."""
MESSAGE_LIMIT = 4_096
"""Characters of an escaped message."""

_TITLE_LIMIT = 200
_INSIDE = "!/"
"""What stands between the name of an image and a path in it."""
_DATA = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))
_PROPERTY = (*_DATA, (":", "%3A"), (",", "%2C"))


class _Note(msgspec.Struct, frozen=True, kw_only=True):
    """One annotation."""

    title: str
    message: str
    location: Location | None = None
    """None: it is about no file of the repository."""


def render(verdict: Verdict, context: Context) -> bytes:
    """Render one line for each annotation, and the last one."""
    blocking, warned = (_own_first(summary.with_action(verdict, action)) for action in (Action.BLOCK, Action.WARN))
    gaps, number = summary.open_gaps(verdict), summary.counts(verdict)
    errors = [_issue(each, verdict, context) for each in blocking[:LIMIT]]
    errors += [_gap(each, verdict) for each in gaps[: LIMIT - len(errors)]]
    if not errors and verdict.outcome is not Outcome.PASS:
        errors.append(_Note(title=f"devsecgate: {verdict.outcome.name}", message=summary.headline(verdict)))
    shown = {
        "error": errors,
        "warning": [_issue(each, verdict, context) for each in warned[:LIMIT]],
        "notice": [_remark(each) for each in verdict.remarks[:LIMIT]],
    }
    lines = [_command(kind, note) for kind, notes in shown.items() for note in notes]
    hidden = (
        _hidden(max(0, len(blocking) - LIMIT), "blocking issue"),
        _hidden(max(0, len(gaps) - max(0, LIMIT - len(blocking))), "gap"),
        _hidden(max(0, len(warned) - LIMIT), "warning"),
        _hidden(max(0, len(verdict.remarks) - LIMIT), "remark"),
        _hidden(number.waive, "waived issue"),
        _hidden(number.allow, "allowed issue"),
        _hidden(number.gaps_accepted, "accepted gap"),
    )
    return "".join(f"{line}\n" for line in (*lines, _last(verdict, tuple(filter(None, hidden))))).encode()


def _own_first(decisions: Iterable[Decision]) -> list[Decision]:
    """Put what the change introduced before what has a deadline, and that before what was there; each worst first."""
    return sorted(decisions, key=lambda each: (summary.is_existing(each), each.due is None))


def _hidden(number: int, noun: str) -> str:
    return summary.plural(number, noun) if number else ""


def _last(verdict: Verdict, hidden: Sequence[str]) -> str:
    rest = f"Not shown here: {', '.join(hidden)}; the other reports have them." if hidden else "All are shown here."
    return f"devsecgate: {verdict.outcome.name} (exit {int(verdict.exit_code)}): {summary.headline(verdict)} {rest}"


def _issue(decision: Decision, verdict: Verdict, context: Context) -> _Note:
    issue = decision.issue
    package = issue.primary.package
    what = summary.witnesses(issue) if package is None else f"{package.name} {package.version}"
    said = f"{summary.message(issue).rstrip('.')}."
    told = said if package is None else f"{summary.advisories(issue)}: {said}"
    inside = _is_inside(issue.location.path, verdict)
    place = f"{summary.place(issue.location)}: " if inside else ""
    fix = summary.fix(issue, context)
    return _Note(
        title=f"{', '.join(filter(None, (summary.severity_label(issue.severity), summary.terms(decision))))}: {what}",
        message=" ".join(filter(None, (f"{place}{told}", fix, f"({decision.because})"))),
        location=None if inside else issue.location,
    )


def _gap(decision: GapDecision, verdict: Verdict) -> _Note:
    gap = decision.gap
    inside = gap.path is None or _is_inside(gap.path, verdict)
    about = [each for each in (gap.path if inside else None, gap.package) if each is not None]
    return _Note(
        title=f"not seen: {gap.scanner}, {gap.reason.value}",
        message=": ".join((*about, gap.detail)),
        location=None if gap.path is None or inside else Location(path=gap.path),
    )


def _remark(remark: Remark) -> _Note:
    return _Note(title="the policy itself", message=f"{remark.text} ({remark.because})")


def _is_inside(path: str, verdict: Verdict) -> bool:
    """Tell whether the path is of an image or an SBOM, and so of no file that GitHub could show."""
    return _INSIDE in path or path in verdict.target.given


def _command(kind: str, note: _Note) -> str:
    properties = ",".join(f"{name}={value}" for name, value in _properties(note))
    return f"::{kind} {properties}::{_message(note.message)}"


def _properties(note: _Note) -> Iterator[tuple[str, str]]:
    """Give the properties; the runner drops columns where a region has more than one line."""
    place = note.location
    if place is not None:
        line = max(1, place.line)
        yield "file", _escape(workflow_command_safe(printable(place.path)), _PROPERTY)
        yield "line", str(line)
        if place.end_line is not None and place.end_line > line:
            yield "endLine", str(place.end_line)
        elif place.column is not None and place.column > 0:
            yield "col", str(place.column)
            if place.end_column is not None and place.end_column >= place.column:
                yield "endColumn", str(place.end_column)
    yield "title", _escape(shorten(_plain(note.title), _TITLE_LIMIT), _PROPERTY)


def _message(text: str) -> str:
    """Escape, and cut what is too long before it is escaped: half an escape would be shown as it is."""
    plain = shorten(_plain(text), MESSAGE_LIMIT)
    while len(escaped := _escape(plain, _DATA)) > MESSAGE_LIMIT:
        plain = shorten(plain, len(plain) - max(1, (len(escaped) - MESSAGE_LIMIT) // 3))
    return escaped


def _plain(text: str) -> str:
    return workflow_command_safe(one_line(text))


def _escape(text: str, escapes: Sequence[tuple[str, str]]) -> str:
    for character, escape in escapes:
        text = text.replace(character, escape)
    return text


REPORT = Report(kind="annotations", about="GitHub's annotations, for a job's log: ten of each kind", render=render)
