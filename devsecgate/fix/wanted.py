"""A verdict in; the upgrades that it asks for, and the gaps that stand in the way, out."""

from __future__ import annotations

from collections.abc import Iterable

from devsecgate import remedy, summary
from devsecgate.fix.records import Upgrade
from devsecgate.model import Action, Decision, GapDecision, Kind, Verdict

LAYERS = frozenset({Kind.DEPENDENCY})


def upgrades(verdict: Verdict, names: frozenset[str]) -> tuple[Upgrade, ...]:
    """Give one upgrade for each version of a vulnerable package in a manifest; of these names, where any are given.

    What is waived as a whole is accepted, and left alone.
    """
    about = [each for each in verdict.decisions if _counts(each, names)]
    found: dict[tuple[str, str, str, str], Upgrade] = {}
    for group in summary.package_groups(about):
        package = group.package
        if all(each.action is Action.WAIVE for each in group.decisions):
            continue
        key = (package.ecosystem, package.name, package.version, package.location.path)
        found[key] = Upgrade(
            ecosystem=package.ecosystem,
            name=package.name,
            current=package.version,
            target=group.upgrade,
            path=package.location.path,
            line=package.location.line,
            direct=package.direct,
            via=package.via,
            ids=tuple(dict.fromkeys(summary.advisories(each.issue).partition(",")[0] for each in group.decisions)),
            blocks=any(each.action is Action.BLOCK for each in group.decisions),
            elsewhere=remedy.is_in_image(package),
            advice=str(group.advice),
        )
    return tuple(found.values())


def manifests(verdict: Verdict) -> frozenset[str]:
    """Give the manifests of the target: all that the scanners of dependencies were asked to look at."""
    return frozenset().union(*(each.requested for each in verdict.results if each.kind is Kind.DEPENDENCY))


def packages(verdict: Verdict) -> frozenset[str]:
    """Give the names of all packages of the target."""
    return frozenset(package.name for each in verdict.results for package in each.packages)


def gaps(verdict: Verdict) -> tuple[GapDecision, ...]:
    """Give the gaps that hide what else there may be to fix: all but those of other layers' scanners."""
    others = {each.scanner for each in verdict.results if each.kind not in LAYERS}
    others |= {each.scanner for each in verdict.idle if each.kind not in LAYERS}
    return tuple(_of_these_layers(summary.open_gaps(verdict), others))


def _of_these_layers(found: Iterable[GapDecision], others: set[str]) -> Iterable[GapDecision]:
    off = {f"layers.{kind.value}" for kind in Kind if kind not in LAYERS}
    for each in found:
        if each.gap.scanner not in others and each.because.key not in off:
            yield each


def _counts(decision: Decision, names: frozenset[str]) -> bool:
    package = decision.issue.primary.package
    return package is not None and (not names or package.name in names)
