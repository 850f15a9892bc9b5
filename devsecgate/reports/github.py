"""A verdict in, SARIF 2.1.0 out as GitHub code scanning takes it.

GitHub opens an alert for every result that it is given, whatever its suppressions say, shows the
severity of the rule and not of the result, and closes an alert that a later file no longer has. So:

* only what the policy acts on is in here (BLOCK and WARN); what is waived or allowed is in the full
  record (kind `sarif`), and a notification says how many there are;
* the severity is a part of the rule's id (`bandit.B602.high`), for no two results of one rule may
  differ in it. Advisories are one rule each, without it: their severity is a property of the advisory,
  and a later rating must not open a second alert;
* a region is the first line of the statement: GitHub shows an alert on a pull request only where all
  lines of its region were changed;
* where anything could not be seen, `executionSuccessful` is false: GitHub then refuses the file, and
  keeps the alerts that it has.
"""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Mapping, Sequence

from devsecgate import sarif_out, summary, text
from devsecgate import sarif_shape as sarif
from devsecgate.model import Decision, Issue, Location, Verdict
from devsecgate.report import Context, Report

RESULT_LIMIT = 5_000
"""GitHub refuses more than 25,000 results and shows 5,000; GitLab takes 5,000."""
COMPRESSED_LIMIT = 9_000_000
"""Bytes; GitHub refuses a file of more than 10 MB after gzip."""


def render(verdict: Verdict, context: Context) -> bytes:
    """Render what the policy acts on, worst first, as much of it as GitHub takes."""
    shown = sarif_out.acted_on(verdict)
    limit = RESULT_LIMIT
    while True:
        content = _render(verdict, context, shown[:limit])
        if len(content) <= COMPRESSED_LIMIT or len(gzip.compress(content, mtime=0)) <= COMPRESSED_LIMIT or not limit:
            return content
        limit = min(limit, len(shown)) // 2


def _render(verdict: Verdict, context: Context, shown: Sequence[Decision]) -> bytes:
    groups: defaultdict[str, list[Decision]] = defaultdict(list)
    for decision in shown:
        groups[_rule_id(decision.issue)].append(decision)
    names = sorted(groups)
    indexes = {name: index for index, name in enumerate(names)}
    hashed = sarif_out.hashes(shown, context.sources)
    lines = {path: text.lines(context.sources[path]) for path in hashed}
    results = []
    for decision in shown:
        issue, name = decision.issue, _rule_id(decision.issue)
        first = _first_line(issue.location, lines.get(issue.location.path, ()))
        results.append(
            sarif.Result(
                rule_id=name,
                rule_index=indexes[name],
                level=sarif_out.level(decision.action),
                message=sarif_out.message(issue, summary.fix(issue, context)),
                locations=(sarif_out.place(issue.location.path, first),),
                partial_fingerprints=sarif_out.fingerprints(issue, hashed),
                rank=sarif_out.rank(issue.severity),
                properties=_properties(decision),
            )
        )
    return sarif_out.document(
        verdict,
        rules=[sarif_out.descriptor(name, groups[name], context) for name in names],
        results=results,
        told=sarif_out.invocation(verdict, sarif_out.left_out(verdict, len(shown), "GitHub")),
        weaknesses=sarif_out.taxonomies(shown),
        properties=sarif_out.outcome(verdict),
    )


def _rule_id(issue: Issue) -> str:
    base = sarif_out.rule_id(issue)
    return base if issue.primary.package is not None else f"{base}.{summary.severity_label(issue.severity)}"


def _first_line(location: Location, lines: Sequence[str]) -> sarif.Region:
    """Give the first line of the region, with the columns that GitHub's documentation requires where they are known."""
    reported = sarif_out.region(location)
    number = reported.start_line
    length = len(lines[number - 1]) if number <= len(lines) else None
    inside = reported.end_line is None
    end = reported.end_column if inside else None
    if end is None and length is not None:
        end = length + 1
    start = reported.start_column or 1
    return sarif.Region(
        start_line=number, start_column=start, end_line=number, end_column=end if end is None or end >= start else None
    )


def _properties(decision: Decision) -> Mapping[str, sarif.Value]:
    return {"fingerprint": decision.issue.fingerprint, "because": str(decision.because)}


REPORT = Report(kind="github", about="SARIF as GitHub code scanning takes it: what the policy acts on", render=render)
