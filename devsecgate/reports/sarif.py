"""A verdict in, SARIF 2.1.0 out: the full record, with every decision, every suppression and every gap.

It is for archives and for readers that honour suppressions (GitLab, editors). GitHub does not: it has
the kind `github`.
"""

from __future__ import annotations

from collections import defaultdict

from devsecgate import sarif_out, summary
from devsecgate import sarif_shape as sarif
from devsecgate.model import Action, Change, Decision, Finding, Verdict
from devsecgate.report import Context, Report
from devsecgate.text import printable

_BASELINE = {Change.INTRODUCED: "new", Change.EXISTING: "unchanged", None: None}
"""SARIF wants it on all results of a run or on none."""


def render(verdict: Verdict, context: Context) -> bytes:
    """Render every decision as one result."""
    groups: defaultdict[str, list[Decision]] = defaultdict(list)
    for decision in verdict.decisions:
        groups[sarif_out.rule_id(decision.issue)].append(decision)
    names = sorted(groups)
    indexes = {name: index for index, name in enumerate(names)}
    hashed = sarif_out.hashes(verdict.decisions, context.sources)
    results = []
    for decision in verdict.decisions:
        name = sarif_out.rule_id(decision.issue)
        remedy = summary.fix(decision.issue, context)
        results.append(_result(decision, name, indexes[name], sarif_out.message(decision.issue, remedy), hashed))
    return sarif_out.document(
        verdict,
        rules=[sarif_out.descriptor(name, groups[name], context) for name in names],
        results=results,
        told=sarif_out.invocation(verdict),
        weaknesses=sarif_out.taxonomies(verdict.decisions),
        properties=_run_properties(verdict),
    )


def _result(
    decision: Decision, name: str, index: int, message: sarif.Message, hashed: dict[str, tuple[str, ...]]
) -> sarif.Result:
    issue = decision.issue
    return sarif.Result(
        rule_id=name,
        rule_index=index,
        level=sarif_out.level(decision.action),
        message=message,
        locations=(sarif_out.place(issue.location.path, sarif_out.region(issue.location, issue.primary.snippet)),),
        partial_fingerprints=sarif_out.fingerprints(issue, hashed),
        rank=sarif_out.rank(issue.severity),
        related_locations=tuple(
            _witness(finding, number)
            for number, finding in enumerate(issue.findings[1 : sarif_out.LOCATION_LIMIT], start=1)
        )
        or None,
        taxa=tuple(sarif_out.weakness(cwe) for cwe in sorted(issue.cwes)) or None,
        suppressions=_suppressions(decision),
        baseline_state=_BASELINE.get(decision.change),
        properties=_properties(decision),
    )


def _witness(finding: Finding, number: int) -> sarif.Place:
    said = f"{finding.scanner} {finding.rule}: {finding.message}"
    return sarif_out.place(finding.location.path, sarif_out.region(finding.location), number=number, message=said)


def _properties(decision: Decision) -> dict[str, sarif.Value]:
    issue = decision.issue
    properties: dict[str, sarif.Value] = {
        "fingerprint": issue.fingerprint,
        "kind": issue.kind.value,
        "severity": summary.severity_label(issue.severity),
        "severitySource": issue.severity_source,
        "action": decision.action.value,
        "because": str(decision.because),
        "reason": decision.reason,
        "witnesses": issue.rules,
    }
    if issue.ids:
        properties["ids"] = tuple(sorted(issue.ids))
    if issue.primary.package is not None:
        properties["package"] = issue.primary.package.purl
        properties["fixedIn"] = summary.fixed_in(issue)
    if decision.due is not None:
        properties["due"] = decision.due.isoformat()
    if decision.suppression is not None and decision.action is not Action.WAIVE:
        # Not a `suppression` with status `rejected`: many readers hide a result that has one of any status.
        properties["markerNotHonoured"] = decision.suppression.marker
    return properties


def _suppressions(decision: Decision) -> tuple[sarif.Suppressed, ...]:
    """SARIF wants the array on all results of a run or on none: empty says that nothing suppresses it."""
    if decision.action is not Action.WAIVE:
        return ()
    if decision.waiver is not None:
        waiver = decision.waiver
        accepted = f"accepted by {printable(waiver.owner)} until {waiver.expires}"
        return (
            sarif.Suppressed(
                kind="external",
                status="accepted",
                justification=f"{printable(waiver.reason)} ({accepted})",
                location=sarif_out.policy_place(waiver.source),
                properties={
                    "owner": waiver.owner,
                    "expires": waiver.expires.isoformat(),
                    "because": str(waiver.source),
                },
            ),
        )
    marker = decision.suppression
    if marker is None:
        return (sarif.Suppressed(kind="external", status="accepted", justification=printable(decision.reason)),)
    return (
        sarif.Suppressed(
            kind="inSource",
            status="accepted",
            justification=printable(marker.justification) or "No justification is given in the source.",
            location=sarif_out.place(marker.location.path, sarif_out.region(marker.location, marker.marker)),
            properties={"marker": marker.marker, "because": str(decision.because)},
        ),
    )


def _run_properties(verdict: Verdict) -> dict[str, sarif.Value]:
    number = summary.counts(verdict)
    properties: dict[str, sarif.Value] = {
        "outcome": verdict.outcome.value,
        "counts": {
            "block": number.block,
            "warn": number.warn,
            "allow": number.allow,
            "waive": number.waive,
            "gaps": number.gaps,
            "gapsAccepted": number.gaps_accepted,
        },
        "policy": verdict.policy_name,
        "policyDigest": verdict.policy_digest,
        "target": verdict.target.name,
        "date": verdict.today.isoformat(),
        "scanners": tuple(f"{result.scanner} {result.version} ({result.engine})" for result in verdict.results),
    }
    if verdict.target.revision is not None:
        properties["revision"] = verdict.target.revision
    if verdict.base is not None:
        properties["base"] = verdict.base.revision
    return properties


REPORT = Report(kind="sarif", about="SARIF 2.1.0, the full record: every decision, suppression and gap", render=render)
