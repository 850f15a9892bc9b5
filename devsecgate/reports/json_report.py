"""A verdict in, our own JSON format (`json_shape.py`) out, with the digests of what was judged and of the document."""

from __future__ import annotations

from datetime import date

import msgspec

from devsecgate import seal, summary
from devsecgate.json_shape import (
    FORMAT,
    VERSION,
    BaseRecord,
    Because,
    CountsRecord,
    FindingRecord,
    FixedRecord,
    GapRecord,
    IdleRecord,
    IssueRecord,
    PackageRecord,
    Place,
    PolicyRecord,
    RemarkRecord,
    ReportDocument,
    ScannerRecord,
    Seconds,
    SourceRecord,
    SuppressionRecord,
    TargetRecord,
    Timing,
    WaiverRecord,
)
from devsecgate.model import (
    Base,
    Decision,
    Finding,
    GapDecision,
    Issue,
    Location,
    Package,
    PolicyLine,
    Remark,
    ScanResult,
    Verdict,
)
from devsecgate.report import Context, Report
from devsecgate.text import json_document


def render(verdict: Verdict, context: Context) -> bytes:
    """Render everything that the verdict holds."""
    unsealed: dict[str, object] = msgspec.json.decode(json_document(_document(verdict, context)))
    judged = {**unsealed, "judgement": seal.judgement(unsealed)}
    return json_document({**judged, "seal": seal.seal(judged, context.key)})


def _document(verdict: Verdict, context: Context) -> ReportDocument:
    target = verdict.target
    number = summary.counts(verdict)
    results = sorted(verdict.results, key=lambda result: (result.scanner, result.kind.value))
    packages = {package for result in results for package in result.packages}
    return ReportDocument(
        format=FORMAT,
        version=VERSION,
        outcome=verdict.outcome.value,
        exit_code=int(verdict.exit_code),
        headline=summary.headline(verdict),
        tool_version=verdict.tool_version,
        date=verdict.today.isoformat(),
        target=TargetRecord(
            name=target.name,
            files=target.files,
            excluded=list(target.excluded),
            revision=target.revision,
            content=target.content,
            given=list(target.given),
        ),
        policy=PolicyRecord(name=verdict.policy_name, digest=verdict.policy_digest),
        counts=CountsRecord(
            block=number.block,
            warn=number.warn,
            allow=number.allow,
            waive=number.waive,
            gaps=number.gaps,
            gaps_accepted=number.gaps_accepted,
        ),
        issues=[_issue(decision, context) for decision in verdict.decisions],
        gaps=[_gap(gap) for gap in verdict.gaps],
        scanners=[_scanner(result) for result in results],
        idle=[IdleRecord(scanner=idle.scanner, kind=idle.kind.value, why=idle.why) for idle in verdict.idle],
        remarks=[_remark(remark) for remark in verdict.remarks],
        packages=[_package(package) for package in sorted(packages, key=_package_order)],
        timing=Timing(
            scanners=[Seconds(scanner=result.scanner, seconds=round(result.seconds, 3)) for result in results],
            finished=context.finished,
        ),
        base=_base(verdict.base),
        fixed=[_fixed(issue) for issue in verdict.fixed],
        notes=list(verdict.notes),
    )


def _issue(decision: Decision, context: Context) -> IssueRecord:
    issue = decision.issue
    package = issue.primary.package
    advice = summary.advice(issue)
    return IssueRecord(
        fingerprint=issue.fingerprint,
        kind=issue.kind.value,
        action=decision.action.value,
        because=_because(decision.because),
        reason=decision.reason,
        severity=issue.severity.label if issue.severity is not None else None,
        severity_source=issue.severity_source,
        confidence=issue.confidence.label if issue.confidence is not None else None,
        message=issue.primary.message,
        fix=summary.fix(issue, context),
        location=_place(issue.location),
        snippet=issue.primary.snippet,
        rules=list(issue.rules),
        ids=sorted(issue.ids),
        cwes=sorted(issue.cwes),
        package=_package(package) if package is not None else None,
        fixed_in=list(summary.fixed_in(issue)),
        waiver=_waiver(decision),
        suppression=_suppression(decision, issue),
        findings=[_finding(finding) for finding in issue.findings],
        upstream=sorted(summary.upstream(issue)),
        content=issue.content,
        status=None if decision.change is None else decision.change.value,
        published=_day(issue.published),
        due=_day(decision.due),
        exploited=_day(decision.exploited),
        change=advice.change if advice is not None else "",
    )


def _base(base: Base | None) -> BaseRecord | None:
    return None if base is None else BaseRecord(revision=base.revision, named=base.named, proposal=base.proposal)


def _fixed(issue: Issue) -> FixedRecord:
    return FixedRecord(
        fingerprint=issue.fingerprint,
        kind=issue.kind.value,
        severity=issue.severity.label if issue.severity is not None else None,
        message=issue.primary.message,
        location=_place(issue.location),
        rules=list(issue.rules),
    )


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _waiver(decision: Decision) -> WaiverRecord | None:
    waiver = decision.waiver
    if waiver is None:
        return None
    return WaiverRecord(
        owner=waiver.owner,
        reason=waiver.reason,
        expires=waiver.expires.isoformat(),
        source=_because(waiver.source),
    )


def _suppression(decision: Decision, issue: Issue) -> SuppressionRecord | None:
    """The marker that the decision names, else the first that any witness saw."""
    seen = (decision.suppression, *(finding.suppression for finding in issue.findings))
    marker = next((suppression for suppression in seen if suppression is not None), None)
    if marker is None:
        return None
    return SuppressionRecord(marker=marker.marker, justification=marker.justification, location=_place(marker.location))


def _finding(finding: Finding) -> FindingRecord:
    return FindingRecord(
        scanner=finding.scanner,
        rule=finding.rule,
        message=finding.message,
        severity=finding.severity.label if finding.severity is not None else None,
        severity_source=finding.severity_source,
        confidence=finding.confidence.label if finding.confidence is not None else None,
        location=_place(finding.location),
        ids=sorted(finding.ids),
        cwes=sorted(finding.cwes),
        fixed_in=list(finding.fixed_in),
        help_url=finding.help_url,
        secret_hash=finding.secret_hash,
        upstream=sorted(finding.upstream),
    )


def _gap(decision: GapDecision) -> GapRecord:
    gap = decision.gap
    return GapRecord(
        scanner=gap.scanner,
        reason=gap.reason.value,
        detail=gap.detail,
        path=gap.path,
        package=gap.package,
        accepted=decision.accepted,
        because=_because(decision.because),
        why=decision.reason,
    )


def _scanner(result: ScanResult) -> ScannerRecord:
    return ScannerRecord(
        scanner=result.scanner,
        kind=result.kind.value,
        engine=result.engine,
        version=result.version,
        requested=len(result.requested),
        covered=len(result.covered & result.requested),
        canaries=result.canaries,
        findings=len(result.findings),
        gaps=len(result.gaps),
        packages=len(result.packages),
        sources=[
            SourceRecord(name=source.name, location=source.location, records=source.records, as_of=source.as_of)
            for source in result.sources
        ],
        notes=list(result.notes),
    )


def _remark(remark: Remark) -> RemarkRecord:
    return RemarkRecord(severe=remark.severe, text=remark.text, because=_because(remark.because))


def _package(package: Package) -> PackageRecord:
    return PackageRecord(
        purl=package.purl,
        name=package.name,
        version=package.version,
        ecosystem=package.ecosystem,
        location=_place(package.location),
        direct=package.direct,
        via=list(package.via),
        origin=package.origin,
        remedy=package.remedy,
    )


def _package_order(package: Package) -> tuple[str, str, int, bool]:
    return package.purl, package.location.path, package.location.line, package.direct is True


def _place(location: Location) -> Place:
    return Place(
        path=location.path,
        line=location.line,
        end_line=location.end_line,
        column=location.column,
        end_column=location.end_column,
    )


def _because(line: PolicyLine) -> Because:
    return Because(file=line.file, line=line.line, key=line.key)


REPORT = Report(kind="json", about="everything, in devsecgate's own versioned format", render=render)
