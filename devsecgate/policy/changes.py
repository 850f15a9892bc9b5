"""A blocking issue that a change did not introduce in; whether it blocks all the same, with the line that says so, out.

Two clocks. What a change introduced blocks it. What the world disclosed since, of a package that the change left
alone, has a deadline by its severity, from the day of its disclosure; it blocks once that is over, or at once where
it is known to be exploited. Not knowing gives no time: without a day of disclosure there is no deadline.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import msgspec

from devsecgate.model import Action, Issue, Severity
from devsecgate.policy.matching import Ruling
from devsecgate.policy.records import Policy

_HARMFUL = "MAL-"
"""Advisories of packages that were published to do harm; nobody is given time to keep one."""


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """What an issue that was there before comes to."""

    ruling: Ruling
    due: date | None = None
    exploited: date | None = None


def settle(  # noqa: PLR0913 - each by name
    policy: Policy,
    issue: Issue,
    ruling: Ruling,
    *,
    exploited: Mapping[str, date],
    recorded: date | None,
    proposal: bool,
    today: date,
) -> Settled:
    """Say what an existing issue comes to that the rules block.

    `exploited` is CISA's catalogue, by CVE; `recorded` the day on which a stored baseline took the issue in; `proposal`
    says whether the change waits to be merged into a branch where everything was judged before.
    """
    if issue.primary.package is None:
        if recorded is not None and policy.baseline is not None:
            reason = f"in the baseline since {recorded} ({ruling.reason})"
            return Settled(ruling=Ruling(action=Action.WARN, because=policy.baseline.source, reason=reason))
        if not proposal or policy.existing.action is Action.BLOCK:
            return Settled(ruling=ruling)
        reason = f"it was there before this change ({ruling.reason})"
        return Settled(ruling=Ruling(action=Action.WARN, because=policy.existing.source, reason=reason))
    since = _exploited(issue, exploited)
    if since is not None:
        reason = f"known to be exploited since {since} (KEV): {ruling.reason}"
        return Settled(ruling=_blocked(ruling, reason), exploited=since)
    if any(each.startswith(_HARMFUL) for each in (issue.primary.rule, *issue.ids)):
        return Settled(ruling=ruling)
    return _timed(policy, issue, ruling, recorded=recorded, today=today)


def _timed(policy: Policy, issue: Issue, ruling: Ruling, *, recorded: date | None, today: date) -> Settled:
    """Start the second clock on the day of the disclosure, or of the baseline where that took it in later."""
    known = [each for each in (issue.published, recorded) if each is not None and each <= today]
    if not known:  # a day that has not come would move the deadline with it, for ever
        reason = f"no source says when it was disclosed, so there is no deadline: {ruling.reason}"
        return Settled(ruling=_blocked(ruling, reason))
    begin = max(known)
    due = begin + timedelta(days=policy.deadlines.days[_rated(issue)])
    what = f"disclosed {issue.published}" if begin == issue.published else f"in the baseline since {begin}"
    if today > due:
        reason = f"{what}, and overdue since {due}: {ruling.reason}"
        return Settled(ruling=_blocked(ruling, reason), due=due)
    reason = f"{what}, of a package that this change left alone: due {due} ({ruling.reason})"
    return Settled(ruling=Ruling(action=Action.WARN, because=policy.deadlines.source, reason=reason), due=due)


def _rated(issue: Issue) -> Severity | None:
    return Severity.LOW if issue.severity is Severity.INFO else issue.severity


def _blocked(ruling: Ruling, reason: str) -> Ruling:
    return Ruling(action=Action.BLOCK, because=ruling.because, reason=reason)


def _exploited(issue: Issue, catalogue: Mapping[str, date]) -> date | None:
    """Give the first day on which any vulnerability of an issue came into the catalogue."""
    names = (issue.ids | {issue.primary.rule}).union(*(finding.upstream for finding in issue.findings))
    days = [catalogue[name] for name in names if name in catalogue]
    return min(days, default=None)
