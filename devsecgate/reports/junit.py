"""A verdict in, JUnit XML out, as Jenkins, Azure Pipelines, GitLab and CircleCI read it.

The suite `gate` has the test `verdict`, which passes only where the outcome is PASS, and each scanner has a suite: its
account passes where it proved itself on this run, a blocking issue is a failure, a gap that is not accepted an error.
So no file is empty, and none is green because nothing was looked at.

Warnings, waived issues and accepted gaps are skipped tests: every reader counts and lists those by name, and none
fails a build for them. Allowed issues are lines of output: nobody has to act on them, and there may be thousands.

A name is the issue's identity, without a line number: readers follow a test from run to run by it, and GitLab keeps
one of two tests of the same name. `time` is 0, for durations differ between two runs over the same tree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from xml.etree import ElementTree as ET

import msgspec

from devsecgate import summary
from devsecgate.model import Action, Decision, GapDecision, Outcome, Verdict
from devsecgate.report import Context, Report
from devsecgate.text import code_line, one_line, shorten, workflow_command_safe

GATE = "gate"
"""The suite of the verdict, and of the gaps of what is no scanner."""
TEXT_LIMIT = 4_000
"""Characters of one line of text."""

_NAME_LIMIT = 300
_INSIDE = "!/"
"""What stands between the name of an image and a path in it."""


class _State(StrEnum):
    """How a test ended; the value names its element."""

    PASSED = "passed"
    FAILURE = "failure"
    ERROR = "error"
    SKIPPED = "skipped"


_ENDS = {Outcome.PASS: _State.PASSED, Outcome.FAIL: _State.FAILURE, Outcome.INCOMPLETE: _State.ERROR}
_STATES = {Action.BLOCK: _State.FAILURE, Action.WARN: _State.SKIPPED, Action.WAIVE: _State.SKIPPED}


class _Test(msgspec.Struct, frozen=True, kw_only=True):
    """One `testcase`."""

    suite: str
    name: str
    state: _State
    type: str = ""
    """A word of ours and never a rule's: GitLab's XML reader casts by this attribute, and refuses a file over it."""
    message: str
    """On one line; shown in lists."""
    lines: tuple[str, ...] = ()
    """What more there is to say; of a passed test, its output."""
    file: str | None = None


def render(verdict: Verdict, context: Context) -> bytes:
    """Render the suite of the gate, and then each scanner's, sorted."""
    scanners = {result.scanner for result in verdict.results} | {idle.scanner for idle in verdict.idle}
    scanners |= {decision.issue.primary.scanner for decision in verdict.decisions}
    tests = [_verdict(verdict), *_accounts(verdict)]
    tests += [_gap(decision, scanners, verdict) for decision in verdict.gaps]
    tests += [_issue(each, verdict, context) for each in verdict.decisions if each.action in _STATES]
    outputs = {GATE: [f"{remark.text} ({remark.because})" for remark in verdict.remarks]}
    for decision in summary.with_action(verdict, Action.ALLOW):
        outputs.setdefault(decision.issue.primary.scanner, []).append(_allowed(decision))
    root = ET.Element("testsuites", {"name": "devsecgate", **_counts(tests)})
    for name in dict.fromkeys((GATE, *sorted(scanners))):
        root.append(_suite(name, [test for test in tests if test.suite == name], outputs.get(name, []), verdict))
    ET.indent(root)
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _verdict(verdict: Verdict) -> _Test:
    state = _ENDS[verdict.outcome]
    said = f"{verdict.outcome.name}: {summary.headline(verdict)}"
    return _Test(
        suite=GATE,
        name="verdict",
        state=state,
        type=f"devsecgate.{verdict.outcome.value}",
        message=said,
        lines=(said, f"exit {int(verdict.exit_code)}", f"policy {verdict.policy_name} ({verdict.policy_digest})"),
    )


def _accounts(verdict: Verdict) -> Iterator[_Test]:
    """Give each scanner's account: passed where it proved itself, skipped where its gaps, which are tests, say why."""
    named = {decision.gap for decision in verdict.gaps}
    for result in verdict.results:
        explained = bool(result.gaps) and named.issuperset(result.gaps)
        state = _State.PASSED if result.canaries else _State.SKIPPED if explained else _State.ERROR
        told = (*map(summary.source, result.sources), *result.notes)
        said = summary.account(result)
        yield _Test(
            suite=result.scanner,
            name="account",
            state=state,
            type="devsecgate.account",
            message=said,
            lines=(said, *told),
        )
    for idle in verdict.idle:
        yield _Test(
            suite=idle.scanner, name="idle", state=_State.SKIPPED, type="devsecgate.idle", message=f"idle: {idle.why}"
        )


def _gap(decision: GapDecision, scanners: Iterable[str], verdict: Verdict) -> _Test:
    gap = decision.gap
    about = ": ".join(each for each in (gap.path, gap.package) if each is not None)
    because = f"policy: {decision.because}" + (f": {decision.reason}" if decision.reason else "")
    return _Test(
        suite=gap.scanner if gap.scanner in scanners else GATE,
        name=f"not seen by {gap.scanner}, {gap.reason.value}" + (f": {about}" if about else ""),
        state=_State.SKIPPED if decision.accepted else _State.ERROR,
        type=f"devsecgate.gap.{gap.reason.value}",
        message=f"{'accepted: ' if decision.accepted else ''}{gap.detail}",
        lines=(gap.detail, because),
        file=_file(gap.path, verdict),
    )


def _issue(decision: Decision, verdict: Verdict, context: Context) -> _Test:
    issue = decision.issue
    fix, code = summary.fix(issue, context), code_line(issue.primary.snippet)
    accepted = f"accepted: {summary.accepted_by(decision)}" if decision.action is Action.WAIVE else ""
    message = f"{summary.severity_label(issue.severity)}: {summary.message(issue)}"
    lines = (
        message,
        f"at {summary.place(issue.location)}",
        f"code: {code}" if code else "",
        f"fix: {fix}" if fix else "",
        f"seen by {summary.witnesses(issue)}",
        f"policy: {decision.because}: {decision.reason}",
        f"fingerprint: {issue.fingerprint}",
        accepted,
    )
    return _Test(
        suite=issue.primary.scanner,
        name=_named(decision),
        state=_STATES[decision.action],
        type=f"devsecgate.{decision.action.value}",
        message=f"{decision.action.value}: {message}" if decision.action is not Action.BLOCK else message,
        lines=tuple(filter(None, lines)),
        file=_file(issue.location.path, verdict),
    )


def _named(decision: Decision) -> str:
    """Name an issue by what it is and where; the fingerprint tells copies apart, and comes before what may be cut."""
    issue = decision.issue
    package = issue.primary.package
    what = issue.primary.rule if package is None else f"{issue.primary.rule} in {package.name} {package.version}"
    return f"{issue.fingerprint[:12]} {what}: {issue.location.path}"


def _allowed(decision: Decision) -> str:
    severity = summary.severity_label(decision.issue.severity)
    return f"allowed: {severity}: {_named(decision)} ({decision.because})"


def _file(path: str | None, verdict: Verdict) -> str | None:
    """Give the path where it is of a file of the repository, and not of an image or an SBOM."""
    return None if path is None or _INSIDE in path or path in verdict.target.given else path


def _suite(name: str, tests: list[_Test], output: list[str], verdict: Verdict) -> ET.Element:
    stamp = f"{verdict.today.isoformat()}T00:00:00"
    suite = ET.Element("testsuite", {"name": _text(name, _NAME_LIMIT), **_counts(tests), "timestamp": stamp})
    if name == GATE:
        bag = ET.SubElement(suite, "properties")
        for key, value in _properties(verdict).items():
            ET.SubElement(bag, "property", {"name": key, "value": _text(value)})
    taken: Counter[str] = Counter()
    for test in tests:
        shown = _text(test.name, _NAME_LIMIT)
        taken[shown] += 1
        suite.append(_case(test, shown if taken[shown] == 1 else f"{shown} #{taken[shown]}"))
    if output:
        ET.SubElement(suite, "system-out").text = _block(output)
    return suite


def _case(test: _Test, name: str) -> ET.Element:
    attributes = {"classname": _text(f"devsecgate.{test.suite}", _NAME_LIMIT), "name": name, "time": "0"}
    if test.file is not None:
        attributes["file"] = _text(test.file)
    case = ET.Element("testcase", attributes)
    if test.state is _State.PASSED:
        ET.SubElement(case, "system-out").text = _block(test.lines)
        return case
    said = ET.SubElement(case, test.state.value, {"type": test.type, "message": _text(test.message)})
    said.text = _block(test.lines or (test.message,))
    return case


def _counts(tests: Iterable[_Test]) -> Mapping[str, str]:
    number = Counter(test.state for test in tests)
    return {
        "tests": str(number.total()),
        "failures": str(number[_State.FAILURE]),
        "errors": str(number[_State.ERROR]),
        "skipped": str(number[_State.SKIPPED]),
        "time": "0",
    }


def _properties(verdict: Verdict) -> Mapping[str, str]:
    number = summary.counts(verdict)
    return {
        "outcome": verdict.outcome.value,
        "block": str(number.block),
        "warn": str(number.warn),
        "allow": str(number.allow),
        "waive": str(number.waive),
        "gaps": str(number.gaps),
        "gaps-accepted": str(number.gaps_accepted),
        "target": verdict.target.name,
        "policy": verdict.policy_name,
        "policy-digest": verdict.policy_digest,
        "tool-version": verdict.tool_version,
    }


def _block(lines: Iterable[str]) -> str:
    return "\n".join(map(_text, lines))


def _text(text: str, limit: int = TEXT_LIMIT) -> str:
    r"""Give text that XML 1.0 may hold, on one line: whatever it forbids is not printable, and is shown escaped.

    `[[ATTACHMENT|path]]` in a test's output makes Jenkins and GitLab offer that file: it becomes `[\x5bATTACHMENT`.
    """
    return shorten(workflow_command_safe(one_line(text)).replace("[[ATTACHMENT", "[\\x5bATTACHMENT"), limit)


REPORT = Report(kind="junit", about="JUnit XML, for the test results of any CI", render=render)
