"""A verdict in, the numbers and the sentences that every report of it shows out: so that none disagree."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from devsecgate import remedy
from devsecgate.model import (
    Action,
    Change,
    DataSource,
    Decision,
    GapDecision,
    Issue,
    Location,
    Outcome,
    Package,
    ScanResult,
    Severity,
    Verdict,
)
from devsecgate.report import Context, RuleText

UNRATED = "unrated"
_IDS_SHOWN = 8
"""Ids of one issue that are shown; a distribution's advisory may be about dozens of CVEs."""


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many issues met each action, and how many gaps were accepted."""

    block: int
    warn: int
    allow: int
    waive: int
    gaps: int
    """Gaps that the policy does not accept."""
    gaps_accepted: int


class PackageGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Every decision about one package at one version, worst first."""

    package: Package
    decisions: tuple[Decision, ...]
    upgrade: str | None
    """The smallest version that fixes all of them: the one that no known advisory affects, where the matching knows it,
    else the smallest at or above a fix of each issue, where all have one and versions can be compared."""

    @property
    def advice(self) -> remedy.Advice:
        """What to do about all of them at once."""
        return remedy.advise(self.package, self.upgrade)

    @property
    def severity(self) -> Severity | None:
        """The worst of the group."""
        return worst_severity(decision.issue.severity for decision in self.decisions)


def counts(verdict: Verdict) -> Counts:
    """Count issues by action, and gaps by whether they are accepted."""
    actions = Counter(decision.action for decision in verdict.decisions)
    accepted = sum(gap.accepted for gap in verdict.gaps)
    return Counts(
        block=actions[Action.BLOCK],
        warn=actions[Action.WARN],
        allow=actions[Action.ALLOW],
        waive=actions[Action.WAIVE],
        gaps=len(verdict.gaps) - accepted,
        gaps_accepted=accepted,
    )


def headline(verdict: Verdict) -> str:
    """Say in one sentence why the outcome is what it is."""
    number = counts(verdict)
    accepted = f", and the policy accepts {plural(number.gaps_accepted, 'gap')}" if number.gaps_accepted else ""
    match verdict.outcome:
        case Outcome.FAIL:
            unseen = f", and {plural(number.gaps, 'thing')} could not be seen" if number.gaps else accepted
            return f"{plural(number.block, 'issue')} {'blocks' if number.block == 1 else 'block'}{unseen}."
        case Outcome.INCOMPLETE:
            return f"Nothing blocks, but {plural(number.gaps, 'thing')} could not be seen."
        case Outcome.PASS:
            warned = f"; {plural(number.warn, 'warning')}" if number.warn else ""
            return (
                f"Nothing blocks{accepted}{warned}."
                if accepted
                else f"Nothing blocks, and nothing was left unseen{warned}."
            )


def compared(verdict: Verdict) -> str:
    """Say what the change was compared with, and what came of it; empty where there is no base."""
    base = verdict.base
    if base is None:
        return ""
    changes = Counter(decision.change for decision in verdict.decisions)
    blocking = sum(decision.action is Action.BLOCK for decision in verdict.decisions if is_existing(decision))
    still = f", of which {blocking:,} {'blocks' if blocking == 1 else 'block'} all the same" if blocking else ""
    return (
        f"Compared with {base.revision[:12]} ({base.named}): {changes[Change.INTRODUCED]:,} introduced, "
        f"{changes[Change.EXISTING]:,} existing{still}, {len(verdict.fixed):,} fixed."
    )


def terms(decision: Decision) -> str:
    """Say why an issue that would block does not: `due 2026-12-01`, `existing`; empty for any other."""
    if decision.due is not None:
        return f"due {decision.due}"
    return "existing" if is_existing(decision) and decision.action is Action.WARN else ""


def is_existing(decision: Decision) -> bool:
    """Tell whether an issue was there before the change."""
    return decision.change is Change.EXISTING


def plural(number: int, noun: str) -> str:
    """Give `1 gap`, `1,204 gaps`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def with_action(verdict: Verdict, action: Action) -> tuple[Decision, ...]:
    """Give the decisions of one action, in the verdict's order."""
    return tuple(decision for decision in verdict.decisions if decision.action is action)


def open_gaps(verdict: Verdict) -> tuple[GapDecision, ...]:
    """Give the gaps that the policy does not accept."""
    return tuple(gap for gap in verdict.gaps if not gap.accepted)


def accepted_gaps(verdict: Verdict) -> tuple[GapDecision, ...]:
    """Give the gaps that the policy accepts."""
    return tuple(gap for gap in verdict.gaps if gap.accepted)


def severity_label(severity: Severity | None) -> str:
    """Give the severity's word, or `unrated`."""
    return UNRATED if severity is None else severity.label


def worst_severity(severities: Iterable[Severity | None]) -> Severity | None:
    """Give the highest one that is rated."""
    return max((severity for severity in severities if severity is not None), default=None)


def place(location: Location) -> str:
    """Give `path:line`."""
    return f"{location.path}:{location.line}"


def witnesses(issue: Issue) -> str:
    """Give `bandit B608 + semgrep python-sql-injection`: each scanner and rule once, the one to show first."""
    names = dict.fromkeys(f"{finding.scanner} {finding.rule}" for finding in issue.findings)
    return " + ".join(names)


def advisories(issue: Issue) -> str:
    """Give `CVE-2019-10906, GHSA-462w-v97r-4m45`: the ids, CVEs first, or the rule where there is none.

    Of a distribution's advisory, the CVEs that it is about come before its own name.
    """
    known = sorted(issue.ids | upstream(issue), key=lambda each: (not each.startswith("CVE-"), each))
    more = f" and {len(known) - _IDS_SHOWN} more" if len(known) > _IDS_SHOWN else ""
    return f"{', '.join(known[:_IDS_SHOWN])}{more}" or issue.primary.rule


def upstream(issue: Issue) -> frozenset[str]:
    """Give what the advisories of a distribution are about, of every witness."""
    return frozenset().union(*(finding.upstream for finding in issue.findings))


def comes_from(package: Package) -> str:
    """Say where a package comes from: what pulls it in, and the layer of the image; empty where nothing says."""
    return "; ".join(filter(None, (remedy.parent(package), package.origin)))


def accepted_by(decision: Decision) -> str:
    """Say who accepted the issue and why: a waiver's owner, or a marker in the code."""
    waiver, marker = decision.waiver, decision.suppression
    if waiver is not None:
        return f"{waiver.owner}, until {waiver.expires}: {waiver.reason}"
    if marker is not None:
        why = marker.justification or "no justification given"
        return f"{marker.marker} at {place(marker.location)}: {why}"
    return decision.reason


def rule_text(issue: Issue, context: Context) -> RuleText | None:
    """Find what is known about the issue's rule: its first witness' text, else any other's."""
    for finding in issue.findings:
        text = context.rules.get(f"{finding.scanner}:{finding.rule}")
        if text is not None:
            return text
    return None


def message(issue: Issue) -> str:
    """Give the first witness' message; of a package, without its name and version, which stand beside it."""
    primary = issue.primary
    about = "" if primary.package is None else f"{primary.package.name} {primary.package.version}: "
    return primary.message.removeprefix(about)


def fix(issue: Issue, context: Context) -> str:
    """Say in a paragraph what to do about the issue; empty where nobody knows. `explain` has the rest."""
    advised = advice(issue)
    if advised is not None:
        return str(advised)
    text = rule_text(issue, context)
    return text.fix.partition("\n\n")[0] if text is not None else ""


def advice(issue: Issue) -> remedy.Advice | None:
    """Say what to do about an issue of a package; None for any other."""
    package = issue.primary.package
    return None if package is None else remedy.advise(package, upgrade_to(issue))


def upgrade_to(issue: Issue) -> str | None:
    """Give the version that no known advisory affects, where the matching knows it, else the smallest fix of this."""
    known = (finding.package.remedy for finding in issue.findings if finding.package is not None)
    return next((each for each in known if each is not None), None) or smallest_fix(issue)


def fixed_in(issue: Issue) -> tuple[str, ...]:
    """Give the versions that fix it, smallest first: those of the first witness that names any."""
    return next((finding.fixed_in for finding in issue.findings if finding.fixed_in), ())


def smallest_fix(issue: Issue) -> str | None:
    """Give the first version that fixes it and is newer than the package's, as far as versions can be compared."""
    versions = fixed_in(issue)
    package = issue.primary.package
    current = _numbers(package.version) if package is not None else None
    for version in versions:
        numbers = _numbers(version)
        if current is None or numbers is None or numbers > current:
            return version
    return versions[-1] if versions else None


def package_groups(decisions: Iterable[Decision]) -> tuple[PackageGroup, ...]:
    """Group decisions about packages by package, version and manifest, in the order of each group's first."""
    groups: defaultdict[tuple[str, str], list[Decision]] = defaultdict(list)
    packages: dict[tuple[str, str], Package] = {}
    for decision in decisions:
        package = decision.issue.primary.package
        if package is not None:
            key = (package.purl, place(package.location))
            packages.setdefault(key, package)
            groups[key].append(decision)
    return tuple(
        PackageGroup(package=packages[key], decisions=tuple(group), upgrade=packages[key].remedy or _upgrade(group))
        for key, group in groups.items()
    )


def _upgrade(group: Sequence[Decision]) -> str | None:
    fixes = [smallest_fix(decision.issue) for decision in group]
    if len(fixes) == 1:
        return fixes[0]
    comparable = {numbers: fix for fix in fixes if fix is not None and (numbers := _numbers(fix)) is not None}
    return comparable[max(comparable)] if all(fix in comparable.values() for fix in fixes) else None


def _numbers(version: str) -> tuple[int, ...] | None:
    """Read a plain release, whose order is the same in every ecosystem: `2.10.1`, not `2.10.1rc1`."""
    parts = version.split(".")
    if not all(part.isascii() and part.isdigit() and len(part) < 20 for part in parts):
        return None
    while len(parts) > 1 and not int(parts[-1]):
        parts.pop()
    return tuple(int(part) for part in parts)


def account(result: ScanResult) -> str:
    """Give the account: `bandit 1.9.4 (banditrs): 1,204 of 1,206 files · canary found · 3 findings`."""
    engine = f" ({result.engine})" if result.engine not in ("", result.scanner) else ""
    version = f" {result.version}" if result.version else ""
    files = f"{len(result.covered & result.requested):,} of {plural(len(result.requested), 'file')}"
    parts = [files, "canary found" if result.canaries else "canary NOT found"]
    if result.packages:
        parts.append(plural(len(result.packages), "package"))
    parts.append(plural(len(result.findings), "finding"))
    if result.gaps:
        parts.append(plural(len(result.gaps), "gap"))
    return f"{result.scanner}{version}{engine}: {' · '.join(parts)}"


def source(source: DataSource) -> str:
    """Give one source's account: `OSV PyPI from advisories: 21,504 records, newest 2026-08-20`."""
    newest = f", newest {source.as_of}" if source.as_of else ", without a date"
    return f"{source.name} from {source.location}: {plural(source.records, 'record')}{newest}"
