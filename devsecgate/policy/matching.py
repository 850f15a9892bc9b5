"""A policy and one issue, or one gap, go in; what the policy says about it comes out, with the line that says it.

An issue with several witnesses is judged once for each of them, and the strictest answer counts: so
a further witness can only tighten, and a rule that names one scanner never speaks for another.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from devsecgate.model import Action, Confidence, Finding, Gap, Issue, PolicyLine, Severity, Suppression, Waiver
from devsecgate.policy.globs import matches_package, matches_path, matches_text, normalised_name
from devsecgate.policy.records import Condition, GapRule, Policy, RuleSet

STRICTNESS: Mapping[Action, int] = MappingProxyType({Action.ALLOW: 0, Action.WARN: 1, Action.BLOCK: 2})


class Ruling(msgspec.Struct, frozen=True, kw_only=True):
    """What the rules say, before waivers and inline suppressions."""

    action: Action
    """BLOCK, WARN or ALLOW."""
    because: PolicyLine
    reason: str


def ruling(policy: Policy, issue: Issue) -> Ruling:
    """Return the strictest of what the rules say about each witness, and each severity that may be assumed."""
    rulings = []
    for severity, note in _severities(policy, issue):
        for finding in issue.findings:
            found = _ruling(policy, issue, finding, severity)
            rulings.append(Ruling(action=found.action, because=found.because, reason=found.reason + note))
    return max(rulings, key=lambda each: STRICTNESS[each.action])


def _severities(policy: Policy, issue: Issue) -> tuple[tuple[Severity, str], ...]:
    if issue.severity is not None:
        return ((issue.severity, ""),)
    return tuple(
        (assumed.severity, f" (unrated, taken as {assumed.severity.label}: {assumed.source})")
        for assumed in policy.unrated[issue.kind]
    )


def highest_severity(policy: Policy, issue: Issue) -> Severity:
    """Return the issue's severity, or the highest that the policy assumes for it."""
    return max(severity for severity, _ in _severities(policy, issue))


def _ruling(policy: Policy, issue: Issue, finding: Finding, severity: Severity) -> Ruling:
    """Go through the chain from the base up: each file tightens what lies below, or replaces it where it may."""
    silence = "no rule speaks of this issue, and silence is no permission"
    answer = Ruling(action=Action.BLOCK, because=policy.no_rule, reason=silence)
    for rules in policy.rules:
        found = _first_match(rules, issue, finding, severity)
        if found is not None and (rules.replaces or STRICTNESS[found.action] >= STRICTNESS[answer.action]):
            answer = found
    return answer


def _first_match(rules: RuleSet, issue: Issue, finding: Finding, severity: Severity) -> Ruling | None:
    for rule in rules.rules:
        if _about_issue(rule.when, issue, severity) and _about_finding(rule.when, finding):
            return Ruling(action=rule.action, because=rule.source, reason=rule.reason)
    return None


def _about_issue(when: Condition, issue: Issue, severity: Severity) -> bool:
    confidence = Confidence.HIGH if issue.confidence is None else issue.confidence
    return (
        (when.severity is None or severity >= when.severity)
        and (when.severities is None or severity in when.severities)
        and (when.confidence is None or confidence >= when.confidence)
        and (when.kind is None or issue.kind in when.kind)
        and (when.unrated is None or (issue.severity is None) == when.unrated)
    )


def _about_finding(when: Condition, finding: Finding) -> bool:
    return (
        (when.scanner is None or any(matches_text(pattern, finding.scanner) for pattern in when.scanner))
        and (when.rule is None or any(_names_rule(pattern, finding) for pattern in when.rule))
        and (when.cwe is None or bool(when.cwe & finding.cwes))
        and (when.path is None or any(matches_path(pattern, finding.location.path) for pattern in when.path))
        and (when.package is None or any(_names_package(pattern, finding) for pattern in when.package))
        and (when.fix_available is None or bool(finding.fixed_in) == when.fix_available)
    )


def _names_rule(pattern: str, finding: Finding) -> bool:
    return matches_text(pattern, finding.rule) or matches_text(pattern, f"{finding.scanner}:{finding.rule}")


def _names_package(pattern: str, finding: Finding) -> bool:
    return finding.package is not None and matches_package(pattern, finding.package.name)


def gap_rule(policy: Policy, gap: Gap) -> GapRule | None:
    """Return the entry of `gaps` that speaks of this gap; None: it is not accepted."""
    return next((rule for rule in policy.gaps if _fits(rule, gap)), None)


def _fits(rule: GapRule, gap: Gap) -> bool:
    return (
        gap.reason in rule.reasons
        and (rule.scanner is None or matches_text(rule.scanner, gap.scanner))
        and (rule.path is None or (gap.path is not None and any(matches_path(each, gap.path) for each in rule.path)))
        and (rule.package is None or (gap.package is not None and matches_package(rule.package, gap.package)))
    )


def covers(waiver: Waiver, issue: Issue) -> bool:
    """Does this waiver name this issue? One witness that it names is enough: an issue is one problem.

    But a witness of another layer does not speak for the issue: who waives bandit's hard-coded passwords
    has not waived the secret that is one of them.
    """
    if waiver.fingerprint is not None:
        return waiver.fingerprint == issue.fingerprint
    return any(_covers_finding(waiver, finding, issue.ids) for finding in _own(issue))


def _own(issue: Issue) -> tuple[Finding, ...]:
    """Give the witnesses of the issue's own layer."""
    return tuple(finding for finding in issue.findings if finding.kind is issue.kind)


def _covers_finding(waiver: Waiver, finding: Finding, ids: frozenset[str]) -> bool:
    if waiver.rule is not None and waiver.path is not None:
        rules = {finding.rule, f"{finding.scanner}:{finding.rule}"}
        return waiver.rule in rules and matches_path(waiver.path, finding.location.path)
    if waiver.advisory is not None and waiver.package is not None and finding.package is not None:
        named = waiver.advisory in ids or waiver.advisory == finding.rule
        return named and normalised_name(waiver.package) == normalised_name(finding.package.name)
    return False


def inline_suppression(policy: Policy, issue: Issue) -> Suppression | None:
    """Return the marker in the code that the policy honours for this issue, if there is one.

    A marker covers the whole issue where it stands on one of the lines of the code that the issue
    points to, or where every witness has one; a marker elsewhere speaks for its own witness only, and so
    does the marker of a witness of another layer (bandit's `# nosec` beside a secret).
    """
    rules = policy.inline_suppressions
    if not rules.honour or highest_severity(policy, issue) > rules.up_to:
        return None
    markers = [
        finding.suppression
        for finding in _own(issue)
        if finding.suppression is not None
        and (finding.suppression.justification.strip() or not rules.needs_justification)
    ]
    for marker in markers:
        if _on_issue(marker, issue):
            return marker
    return markers[0] if len(markers) == len(issue.findings) else None


def _on_issue(marker: Suppression, issue: Issue) -> bool:
    place = issue.location
    last = place.line if place.end_line is None else place.end_line
    return marker.location.path == place.path and place.line <= marker.location.line <= last
