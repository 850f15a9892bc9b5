"""Issues, gaps, a policy and today go in; the verdict comes out: computed once, and nothing changes it afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from types import MappingProxyType

import msgspec
from msgspec.structs import replace

from devsecgate.model import (
    Action,
    Change,
    Comparison,
    Decision,
    Finding,
    Gap,
    GapDecision,
    GapReason,
    Idle,
    Issue,
    Kind,
    Location,
    Outcome,
    Remark,
    ScanResult,
    Severity,
    TargetSummary,
    Verdict,
    Waiver,
)
from devsecgate.policy.changes import settle
from devsecgate.policy.matching import Ruling, covers, gap_rule, highest_severity, inline_suppression, ruling
from devsecgate.policy.records import Policy, Requirement

_BROKEN = frozenset(
    {
        GapReason.MISSING,
        GapReason.TIMEOUT,
        GapReason.FAILED,
        GapReason.MALFORMED,
        GapReason.CANARY,
        GapReason.EMPTY,
        GapReason.BUG,
    }
)
"""A gap of these reasons, about no single file or package, means that the scanner did not work on this run."""
_WORST_FIRST: Mapping[Action, int] = MappingProxyType(
    {Action.BLOCK: 0, Action.WARN: 1, Action.WAIVE: 2, Action.ALLOW: 3}
)


def judge(  # noqa: PLR0913 - the verdict is where everything meets, each by name
    *,
    issues: Iterable[Issue],
    results: Iterable[ScanResult],
    gaps: Iterable[Gap],
    idle: Iterable[Idle],
    policy: Policy,
    target: TargetSummary,
    today: date,
    tool_version: str,
    comparison: Comparison | None = None,
    notes: Iterable[str] = (),
) -> Verdict:
    """Decide every issue and every gap.

    `gaps` are those that no result carries (of the target, the plan, a report); a gap that is given
    twice counts once. A required layer in which nothing worked, and a finding that is in no issue,
    become gaps here. With a `comparison`, what the change did not introduce has terms of its own.
    """
    issues, idle = tuple(issues), tuple(idle)
    results = tuple(sorted(results, key=lambda result: (result.scanner, result.engine, result.version)))
    claims = [_claim(waiver, issues, policy, today) for waiver in policy.waivers]
    decided = [
        _compared(_decide(position, issue, policy, claims), policy, comparison, today)
        for position, issue in enumerate(issues)
    ]
    decisions = tuple(sorted(decided, key=lambda decision: _decision_order(decision, policy)))
    noticed = {*gaps, *(gap for result in results for gap in result.gaps), *_lost(issues, results)}
    absent = {result.scanner: result.kind for result in results if not result.canaries}
    accounts = [_decide_gap(gap, policy, absent) for gap in noticed]
    accounts.extend(_missing_layers(policy, results, idle))
    return Verdict(
        outcome=_outcome(decisions, accounts),
        decisions=decisions,
        gaps=tuple(sorted(accounts, key=_gap_order)),
        results=results,
        idle=tuple(sorted(idle, key=lambda each: (each.scanner, each.kind, each.why))),
        remarks=tuple(remark for claim in claims for remark in _remarks(claim, issues)),
        target=target,
        policy_name=policy.name,
        policy_digest=policy.digest,
        today=today,
        tool_version=tool_version,
        base=None if comparison is None else comparison.base,
        fixed=() if comparison is None else comparison.fixed,
        notes=tuple(notes),
    )


def _outcome(decisions: Iterable[Decision], gaps: Iterable[GapDecision]) -> Outcome:
    if any(decision.action is Action.BLOCK for decision in decisions):
        return Outcome.FAIL
    if not all(gap.accepted for gap in gaps):
        return Outcome.INCOMPLETE
    return Outcome.PASS


class _Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A waiver, and the issues that it names."""

    waiver: Waiver
    expired: bool
    named: frozenset[int]
    """Positions among the issues."""
    latest: Mapping[int, date]
    """Of those, the ones whose severity does not allow so long a term, with the latest day allowed."""

    def waives(self, position: int) -> bool:
        return not self.expired and position in self.named and position not in self.latest


def _claim(waiver: Waiver, issues: tuple[Issue, ...], policy: Policy, today: date) -> _Claim:
    named = [position for position, issue in enumerate(issues) if covers(waiver, issue)]
    latest = {position: _latest(issues[position], policy, today) for position in named}
    return _Claim(
        waiver=waiver,
        expired=waiver.expires < today,
        named=frozenset(named),
        latest=MappingProxyType({position: day for position, day in latest.items() if waiver.expires > day}),
    )


def _latest(issue: Issue, policy: Policy, today: date) -> date:
    """Return the last day until which a waiver may run for this issue. A term counts from today."""
    severity = Severity.LOW if issue.severity is Severity.INFO else issue.severity
    return today + timedelta(days=policy.waiver_terms[severity])


def _decide(position: int, issue: Issue, policy: Policy, claims: Iterable[_Claim]) -> Decision:
    rules = ruling(policy, issue)
    if rules.action is not Action.ALLOW:
        for claim in claims:
            if claim.waives(position):
                waiver = claim.waiver
                reason = f"waived by {waiver.owner} until {waiver.expires}: {waiver.reason}"
                return Decision(issue=issue, action=Action.WAIVE, because=waiver.source, reason=reason, waiver=waiver)
        if (marker := inline_suppression(policy, issue)) is not None:
            justified = marker.justification.strip() or "no justification is given"
            return Decision(
                issue=issue,
                action=Action.WAIVE,
                because=policy.inline_suppressions.source,
                reason=f"suppressed in the code by `{marker.marker}`: {justified}",
                suppression=marker,
            )
    return Decision(issue=issue, action=rules.action, because=rules.because, reason=rules.reason)


def _compared(decision: Decision, policy: Policy, comparison: Comparison | None, today: date) -> Decision:
    """Say what the change has to do with an issue, and what that makes of one that blocks."""
    if comparison is None:
        return decision
    issue = decision.issue
    change = comparison.changes.get(issue.fingerprint, Change.INTRODUCED)
    if change is Change.INTRODUCED or decision.action is not Action.BLOCK:
        return replace(decision, change=change)
    settled = settle(
        policy,
        issue,
        Ruling(action=decision.action, because=decision.because, reason=decision.reason),
        exploited=comparison.exploited,
        recorded=comparison.recorded.get(issue.fingerprint),
        proposal=comparison.base.proposal,
        today=today,
    )
    return replace(
        decision,
        change=change,
        action=settled.ruling.action,
        because=settled.ruling.because,
        reason=settled.ruling.reason,
        due=settled.due,
        exploited=settled.exploited,
    )


def _decision_order(decision: Decision, policy: Policy) -> tuple[int, int, str, int, str]:
    issue = decision.issue
    severity = highest_severity(policy, issue)
    return _WORST_FIRST[decision.action], -severity, issue.location.path, issue.location.line, issue.fingerprint


def _decide_gap(gap: Gap, policy: Policy, absent: Mapping[str, Kind]) -> GapDecision:
    """Ask the policy; `absent` are the scanners that did not work: one that worked, and lacks data, is not missing."""
    if (rule := gap_rule(policy, gap)) is not None:
        return GapDecision(gap=gap, accepted=rule.accepted, because=rule.source, reason=rule.because)
    if gap.reason is GapReason.MISSING and _whole(gap) and gap.scanner in absent:
        layer = policy.layers[absent[gap.scanner]]
        if layer.requirement is not Requirement.REQUIRED:
            reason = "this layer is looked at only where its tool is installed"
            return GapDecision(gap=gap, accepted=True, because=layer.source, reason=reason)
    return GapDecision(gap=gap, accepted=False, because=policy.no_gap, reason="no entry of gaps.accept fits")


def _whole(gap: Gap) -> bool:
    """Tell whether a gap is about a scanner as such, not about one file or package."""
    return gap.path is None and gap.package is None


def _gap_order(decision: GapDecision) -> tuple[bool, str, str, str, str, str]:
    gap = decision.gap
    return decision.accepted, gap.scanner, gap.reason, gap.path or "", gap.package or "", gap.detail


def _missing_layers(policy: Policy, results: tuple[ScanResult, ...], idle: tuple[Idle, ...]) -> Iterable[GapDecision]:
    """Yield a gap for each required layer in which no scanner worked. `gaps.accept` cannot accept it.

    A layer is content where a scanner proved itself, or where none of its scanners, not even one that the
    policy disables, had a file to look at. Images are not in the tree: where they are required, one has to be given.
    """
    for kind, layer in policy.layers.items():
        if layer.requirement is not Requirement.REQUIRED:
            continue
        ran = [result for result in results if result.kind is kind and not result.past]
        rested = [each for each in idle if each.kind is kind]
        nothing_to_do = kind is not Kind.CONTAINER and rested and not ran and not any(each.files for each in rested)
        if any(_worked(result) for result in ran) or nothing_to_do:
            continue
        remedy = "give an image with --image" if kind is Kind.CONTAINER and not ran else "see its gaps"
        detail = f"no scanner of the required layer `{kind}` worked: {remedy}, or make the layer optional"
        gap = Gap(scanner="policy", reason=GapReason.MISSING, detail=detail)
        yield GapDecision(gap=gap, accepted=False, because=layer.source, reason="the layer is required")


def _worked(result: ScanResult) -> bool:
    broken = any(gap.reason in _BROKEN and _whole(gap) for gap in result.gaps)
    return result.canaries > 0 and not broken


def _lost(issues: tuple[Issue, ...], results: tuple[ScanResult, ...]) -> Iterable[Gap]:
    """Yield a gap for each scanner whose findings did not all reach an issue: none may vanish on the way."""
    kept = {_trace(finding) for issue in issues for finding in issue.findings}
    for result in results:
        lost = {_trace(finding) for finding in result.findings} - kept
        if lost:
            _, rule, place = min(lost, key=lambda trace: (trace[1], trace[2].path, trace[2].line))
            detail = (
                f"{len(lost)} findings reached no issue, for example {rule} in {place.path}:{place.line}: "
                "please report this"
            )
            yield Gap(scanner=result.scanner, reason=GapReason.BUG, detail=detail)


def _trace(finding: Finding) -> tuple[str, str, Location]:
    """Give what no masking changes."""
    return finding.scanner, finding.rule, finding.location


def _remarks(claim: _Claim, issues: tuple[Issue, ...]) -> Iterable[Remark]:
    """Yield what the owner of a waiver must see: expired or running too long (severe), or naming nothing."""
    waiver = claim.waiver
    title = f"the waiver of {waiver.owner} for {_subject(waiver)}"
    if claim.expired:
        rest = "and is not applied" if claim.named else "and names nothing any more: delete it"
        yield Remark(severe=True, text=f"{title} expired on {waiver.expires} {rest}", because=waiver.source)
    elif claim.latest:
        position = min(claim.latest, key=lambda each: (claim.latest[each], each))
        severity = issues[position].severity
        label = "unrated" if severity is None else severity.label
        text = (
            f"{title} is not applied to {len(claim.latest)} of {len(claim.named)} issues: it runs until "
            f"{waiver.expires}, and the latest date for severity `{label}` is {claim.latest[position]}"
        )
        yield Remark(severe=True, text=text, because=waiver.source)
    elif not claim.named:
        yield Remark(severe=False, text=f"{title} names no issue: delete it", because=waiver.source)


def _subject(waiver: Waiver) -> str:
    if waiver.fingerprint is not None:
        return f"fingerprint {waiver.fingerprint}"
    if waiver.rule is not None:
        return f"{waiver.rule} in {waiver.path}"
    return f"{waiver.advisory} in {waiver.package}"
