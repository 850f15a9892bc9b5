"""A verdict in, SARIF 2.1.0 out as GitLab takes it (`artifacts:reports:sarif`).

GitLab skips suppressed results, keeps one result of each rule, file and lines, sorts a finding into a report by the
CVEs and CWEs of its rule, and reads no `invocations`: to it, a file without results is a clean one. So:

* only what the policy acts on is in here (BLOCK and WARN), without a `suppressions` of any kind;
* a rule of a package's advisory is named after the package too, for all packages of an image may be on one line;
* a rule's tags are the CVEs and CWEs that decide where GitLab shows it, and nothing that would mislead it;
* each gap that is not accepted is a result, and a critical one: what was not seen may be anything;
* `rank` is on every result, for it is the first thing from which GitLab takes a severity.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace

from devsecgate import sarif_out, summary
from devsecgate import sarif_shape as sarif
from devsecgate.model import Action, Decision, GapDecision, Issue, Kind, Location, Verdict
from devsecgate.report import Context, Report

RESULT_LIMIT = 5_000
SIZE_LIMIT = 9_500_000
"""Bytes; GitLab refuses a file of more than 10 MB, and does not say whether before or after it is packed."""
WHOLE_RUN = ".gitlab-ci.yml"
"""Where a gap is shown that is about no file: the job that starts the run is there, and is what has to change."""

_GAP_RANK = 95.0
_UNRATED = {Action.BLOCK: 80.0, Action.WARN: 55.0}
"""High and medium: what GitLab makes of the levels `error` and `warning`, were there no rated result of the rule."""
_SECRETS = frozenset({256, 257, 259, 312, 319, 321, 522, 540, 798})
"""The CWEs that make a finding a secret to GitLab."""
_HARD_CODED = 798
_MOST_CVES, _MOST_CWES = 5, 3


class _Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What there is room for."""

    decisions: tuple[Decision, ...]
    """Worst first."""
    gaps: tuple[GapDecision, ...]


def render(verdict: Verdict, context: Context) -> bytes:
    """Render what blocks, what could not be seen, and what warns, in this order, as much of it as GitLab takes."""
    limit = RESULT_LIMIT
    while True:
        content = _render(verdict, context, _shown(verdict, limit))
        if len(content) <= SIZE_LIMIT or limit <= 1:
            return content
        limit = limit * 3 // 4


def _shown(verdict: Verdict, limit: int) -> _Shown:
    decisions, gaps = sarif_out.acted_on(verdict), summary.open_gaps(verdict)
    blocking = sum(decision.action is Action.BLOCK for decision in decisions[:limit])
    gaps = gaps[: limit - blocking]
    return _Shown(decisions=tuple(decisions[: limit - len(gaps)]), gaps=gaps)


def _render(verdict: Verdict, context: Context, shown: _Shown) -> bytes:
    groups: defaultdict[str, list[Decision]] = defaultdict(list)
    for decision in shown.decisions:
        groups[_rule_id(decision.issue)].append(decision)
    unseen = {_gap_rule_id(gap): gap for gap in shown.gaps}
    rules = {name: _rule(name, group, context) for name, group in groups.items()}
    rules |= {name: _gap_rule(name, gap) for name, gap in unseen.items()}
    indexes = {name: index for index, name in enumerate(sorted(rules))}
    hashed = sarif_out.hashes(shown.decisions, context.sources)
    results = [_result(each, indexes, context, hashed) for each in shown.decisions]
    blocking = sum(decision.action is Action.BLOCK for decision in shown.decisions)
    results[blocking:blocking] = [_gap_result(gap, indexes) for gap in shown.gaps]
    notes = (*sarif_out.left_out(verdict, len(shown.decisions), "GitLab"), *_gaps_left_out(verdict, shown))
    return sarif_out.document(
        verdict,
        rules=[rules[name] for name in indexes],
        results=results,
        told=sarif_out.invocation(verdict, notes),
        weaknesses=sarif_out.taxonomies(shown.decisions),
        properties=sarif_out.outcome(verdict),
    )


def _rule_id(issue: Issue) -> str:
    package = issue.primary.package
    base = sarif_out.rule_id(issue)
    return base if package is None else sarif_out.clean_id(f"{base}.{package.name}")


def _rule(name: str, group: Sequence[Decision], context: Context) -> sarif.Descriptor:
    """Describe a rule as the other SARIF reports do, but for what GitLab sorts findings by."""
    issue = group[0].issue
    described = sarif_out.descriptor(name, group, context)
    cwes = _cwes(issue)
    tags = ("security", issue.kind.value, *_cves(issue)[:_MOST_CVES], *(f"cwe-{cwe}" for cwe in cwes[:_MOST_CWES]))
    links = tuple(sarif.Relationship(target=sarif_out.weakness(cwe), kinds=("superset",)) for cwe in cwes)
    properties: dict[str, sarif.Value] = {**(described.properties or {}), "tags": tags}
    return replace(described, properties=properties, relationships=links or None)


def _cves(issue: Issue) -> list[str]:
    known = issue.ids | summary.upstream(issue)
    return sorted(name.lower() for name in known if re.fullmatch(r"CVE-\d{4}-\d{1,19}", name))


def _cwes(issue: Issue) -> list[int]:
    """Give the weaknesses, those of secrets first where it is one, and none of them where it is a package."""
    if issue.kind is Kind.SECRET:
        cwes = issue.cwes if issue.cwes & _SECRETS else issue.cwes | {_HARD_CODED}
        return sorted(cwes, key=lambda cwe: (cwe not in _SECRETS, cwe))
    if issue.kind in (Kind.DEPENDENCY, Kind.CONTAINER):
        return sorted(issue.cwes - _SECRETS)
    return sorted(issue.cwes)


def _result(
    decision: Decision, indexes: Mapping[str, int], context: Context, hashed: Mapping[str, Sequence[str]]
) -> sarif.Result:
    issue, name = decision.issue, _rule_id(decision.issue)
    rank = sarif_out.rank(issue.severity)
    return sarif.Result(
        rule_id=name,
        rule_index=indexes[name],
        level=sarif_out.level(decision.action),
        message=sarif_out.message(issue, summary.fix(issue, context)),
        locations=(sarif_out.place(issue.location.path, sarif_out.region(issue.location)),),
        partial_fingerprints=sarif_out.fingerprints(issue, hashed),
        rank=_UNRATED[decision.action] if rank is None else rank,
        properties={"fingerprint": issue.fingerprint, "because": str(decision.because)},
    )


def _gap_rule_id(decision: GapDecision) -> str:
    """Tell two scanners' gaps of one reason apart; of one scanner's about the whole run, GitLab shows the first."""
    return sarif_out.clean_id(f"devsecgate.gap.{decision.gap.reason.value}.{decision.gap.scanner}")


def _gap_rule(name: str, decision: GapDecision) -> sarif.Descriptor:
    gap = decision.gap
    said = sarif.Message(text=sarif_out.sentence(f"{gap.scanner} could not see everything ({gap.reason.value})"))
    text = "What was not seen is not judged, and may be anything. Repair what the message names, and run again."
    return sarif.Descriptor(
        id=name,
        short_description=said,
        full_description=said,
        help=sarif.Message(text=text),
        default_configuration=sarif.Configuration(level="error"),
        properties={"tags": ("devsecgate-gap", gap.reason.value)},
    )


def _gap_result(decision: GapDecision, indexes: Mapping[str, int]) -> sarif.Result:
    gap, name = decision.gap, _gap_rule_id(decision)
    about = f" ({gap.package})" if gap.package is not None else ""
    path = gap.path or WHOLE_RUN
    return sarif.Result(
        rule_id=name,
        rule_index=indexes[name],
        level="error",
        message=sarif.Message(text=sarif_out.sentence(f"{gap.scanner}{about}: {gap.detail}")),
        locations=(sarif_out.place(path, sarif_out.region(Location(path=path))),),
        partial_fingerprints={},
        rank=_GAP_RANK,
        properties={"reason": gap.reason.value, "because": str(decision.because)},
    )


def _gaps_left_out(verdict: Verdict, shown: _Shown) -> tuple[sarif.Notification, ...]:
    dropped = len(summary.open_gaps(verdict)) - len(shown.gaps)
    if not dropped:
        return ()
    said = f"{summary.plural(dropped, 'gap')} left out of the results: GitLab takes no more in one file."
    note = sarif.Notification(
        message=sarif.Message(text=said), level="warning", descriptor=sarif_out.notice("left-out")
    )
    return (note,)


REPORT = Report(kind="gitlab", about="SARIF as GitLab takes it: what the policy acts on, and open gaps", render=render)
