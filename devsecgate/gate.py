"""The whole flow, in order: read this file first.

    Target ─look─▶ Issue* ─compare─▶ Issue* and what the change has to do with them ─judge─▶ Verdict ─render─▶ files

Stages are siblings that know only the records. Three modules know more: this one, `look.py` (what every tree goes
through) and `against.py` (what a change is compared with).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from functools import partial
from pathlib import Path

import msgspec
from msgspec.structs import replace

from devsecgate import (
    __version__,
    against,
    bundled,
    contents,
    discovery,
    given,
    look,
    run,
    seal,
    settings,
    target,
    verdict,
)
from devsecgate import policy as policies
from devsecgate.against import Against
from devsecgate.cache import Cache
from devsecgate.errors import ExitCode, ReportError, UsageError
from devsecgate.model import Comparison, Gap, Issue, Kind, Outcome, TargetSummary, Verdict
from devsecgate.report import Context, RuleText
from devsecgate.scanner import Given, Scanner


class Screen(msgspec.Struct, frozen=True, kw_only=True):
    """What stdout can show."""

    color: bool
    width: int
    verbose: bool
    finished: str = ""
    """The time of the run, as reports that carry one say it: ISO 8601, UTC."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line asks for. Flags may tighten what the policy says, never loosen it."""

    path: Path | None
    """The tree; None: only what is given beside it is looked at."""
    policy: Path | None
    advisories: str | None
    """A folder or a URL shaped like the public OSV bucket, or a store's file; None: what the policy names, else the
    user's own store, else the services of the network."""
    offline: bool
    reports: tuple[tuple[str, Path | None], ...]
    """Kind and file; no file is stdout."""
    today: date
    screen: Screen
    images: tuple[str, ...] = ()
    """Archives, folders of OCI layouts, references."""
    sboms: tuple[str, ...] = ()
    against: Against = msgspec.field(default_factory=Against)
    """What the change is compared with."""
    cache: Cache | None = None
    """Answers about files of earlier runs; None: everything is scanned."""
    only: tuple[str, ...] | None = None
    """Files of the tree, relative to it, that alone are looked at; None: all. Never a flag of `gate`."""
    brief: bool = False
    """Is nothing rendered for stdout where the outcome is PASS? For hooks, whose time counts."""
    layers: frozenset[Kind] | None = None
    """None: all that the policy says. Never a flag of `gate`: other commands need one layer's issues alone."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller is told."""

    verdict: Verdict
    exit_code: ExitCode
    stdout: tuple[bytes, ...]
    """Reports that go to stdout, in the order in which they were asked for."""
    problems: tuple[ReportError, ...]
    """Reports that could not be written; the verdict has a gap for each."""


class _Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """All that a verdict is made of."""

    policy: policies.Policy
    proposed: policies.Policy | None
    """What the change makes of the policy; it judges nothing."""
    seen: look.Seen
    given: tuple[Given, ...]
    issues: tuple[Issue, ...]
    gaps: tuple[Gap, ...]
    """Of the stages; the scanners' own are in their results."""
    comparison: Comparison | None
    notes: tuple[str, ...]
    today: date


def gate(request: Request, progress: run.Progress) -> Answer:
    """Look at a project, judge it, and write the reports. Raises UsageError where the request is wrong."""
    with ExitStack() as stack:
        prepared = against.prepare(request.against, request.path, stack, only=request.only)
        judged = against.policy(request.policy, request.path or Path(), prepared, today=request.today)
        policy = judged.policy
        empty = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="devsecgate-"))).resolve()
        seen = _target(request, policy, request.path or empty)
        beside = given.read(request.images, request.sboms, root=seen.root, offline=request.offline)
        wanted = settings.Wanted(
            advisories=request.advisories, offline=request.offline, root=seen.root, files=seen.files
        )
        found = settings.advisories(policy, wanted, stack)
        terms = look.Terms(
            policy=policy,
            settings=settings.settings(policy, found, offline=request.offline),
            scanners=_scanners(policy),
            layers_off=_layers_off(request, policy),
            cache=request.cache,
            progress=progress,
            meanwhile=None if request.brief else partial(_prepare, request),
        )
        history = against.history(prepared, terms, stack)
        looked = look.look(seen, terms, given=beside, history=history)
        compared = against.compare(looked, terms, prepared, judged, request.today)
    evidence = _Evidence(
        policy=policy,
        proposed=judged.proposed,
        seen=looked,
        given=beside,
        issues=compared.issues,
        gaps=(*looked.gaps, *found.gaps, *compared.gaps, *(() if history is None else history.gaps)),
        comparison=compared.comparison,
        notes=(*judged.notes, *compared.notes, *_dropped(request.cache)),
        today=request.today,
    )
    return _deliver(request, evidence)


def _prepare(request: Request) -> None:
    """Import what is needed afterwards; a hook that passes needs none of it."""
    from devsecgate import correlate, lessons, suppressions, write  # noqa: F401 - imported for later

    for kind, _ in request.reports:
        discovery.report(kind)


def _deliver(request: Request, evidence: _Evidence) -> Answer:
    """Judge, render and write; a report that cannot be written is a gap, and all is judged again with it."""
    failures: dict[Path, ReportError] = {}
    with _taken_back(file for _, file in request.reports if file is not None):
        return _delivered(request, evidence, failures)


@contextmanager
def _taken_back(files: Iterable[Path]) -> Iterator[None]:
    """Take the reports away again if the run is interrupted while they are written: it has no verdict."""
    try:
        yield
    except BaseException:
        for file in files:
            if file.is_file() and not file.is_symlink():
                file.unlink()
        raise


def _delivered(request: Request, evidence: _Evidence, failures: dict[Path, ReportError]) -> Answer:
    """Write until all reports that can be written agree on all those that cannot."""
    from devsecgate import write

    while True:
        gaps = (*evidence.gaps, *(write.as_gap(error) for error in failures.values()))
        judged = _judge(evidence, gaps)
        silent = request.brief and judged.outcome is Outcome.PASS
        wanted = [
            (kind, file)
            for kind, file in request.reports
            if (file is None and not silent) or (file is not None and file not in failures)
        ]
        rendered = _render(judged, evidence, wanted, request.screen)
        failed = write.attempt([(file, data) for file, data in rendered if file is not None])
        if not failed:
            break
        failures.update(failed)
    return Answer(
        verdict=judged,
        exit_code=judged.exit_code,
        stdout=tuple(data for file, data in rendered if file is None),
        problems=tuple(failures.values()),
    )


def _judge(evidence: _Evidence, gaps: Sequence[Gap]) -> Verdict:
    """Judge, and say what the policy that the change proposes would have made of it."""
    judged = _judge_by(evidence.policy, evidence, gaps)
    if evidence.proposed is None:
        return judged
    other = _judge_by(evidence.proposed, evidence, gaps)
    said = f"this change edits the policy; by the one that it proposes, the outcome would be {other.outcome.name}"
    return replace(judged, notes=(*judged.notes, said))


def _judge_by(policy: policies.Policy, evidence: _Evidence, gaps: Sequence[Gap]) -> Verdict:
    return verdict.judge(
        issues=evidence.issues,
        results=evidence.seen.results,
        gaps=gaps,
        idle=evidence.seen.planned.idle,
        policy=policy,
        target=_summary(evidence),
        today=evidence.today,
        tool_version=__version__,
        comparison=evidence.comparison,
        notes=evidence.notes,
    )


def _render(
    judged: Verdict, evidence: _Evidence, wanted: Sequence[tuple[str, Path | None]], screen: Screen
) -> list[tuple[Path | None, bytes]]:
    """Render each report that was asked for."""
    context = Context(
        sources=evidence.seen.sources,
        rules=_rules(evidence),
        finished=screen.finished,
        key=seal.key(),
        color=screen.color,
        width=screen.width,
        verbose=screen.verbose,
    )
    return [(file, discovery.report(kind).render(judged, context)) for kind, file in wanted]


def _scanners(policy: policies.Policy) -> Mapping[str, Scanner]:
    """Find the built-in scanners, the plug-ins that the policy names, and the tools that it declares."""
    found = dict(discovery.scanners(policy.plugins))
    if policy.tools:
        from devsecgate import sarif_in
        from devsecgate.policy.globs import matches_path

        for tool in policy.tools:
            if tool.name in found:
                raise UsageError(f"the tool {tool.name} has the name of a scanner", where=str(tool.source))
            found[tool.name] = sarif_in.scanner(tool, matches=matches_path)
    _refuse_unknown(policy, found)
    return found


def _refuse_unknown(policy: policies.Policy, scanners: Mapping[str, Scanner]) -> None:
    """Refuse a request for a scanner that there is not: its silence would pass for nothing found."""
    requested = sorted(name for name, each in scanners.items() if each.on_request)
    for name in sorted(policy.scanners.enable - frozenset(requested)):
        raise UsageError(
            f"scanners.enable: {name} is no scanner that works on request",
            where=str(policy.scanners.source),
            remedy=f"One of: {', '.join(requested)}." if requested else "None does.",
        )


def _target(request: Request, policy: policies.Policy, root: Path) -> target.Target:
    """Read the tree; without one, take an empty folder in its place."""
    if request.path is None:
        return target.nothing(root)
    if request.only is not None:
        return target.some(root, request.only, max_file_size=policy.target.max_file_size)
    return target.read(root, exclude=policy.target.exclude, max_file_size=policy.target.max_file_size)


def _summary(evidence: _Evidence) -> TargetSummary:
    names = tuple(each.name for each in evidence.given)
    seen = evidence.seen.target
    found = replace(seen.summary(contents.digest(evidence.seen.content)), given=names)
    return found if seen.files or seen.gaps or not names else replace(found, name=names[0])


def _dropped(cache: Cache | None) -> tuple[str, ...]:
    """Say that answers of the cache were not trusted."""
    if cache is None or not cache.dropped:
        return ()
    what = "entry was" if cache.dropped == 1 else "entries were"
    return (f"{cache.dropped:,} {what} dropped from the cache of results: damaged, or not made on this machine",)


def _layers_off(request: Request, policy: policies.Policy) -> frozenset[Kind]:
    off = frozenset(kind for kind, layer in policy.layers.items() if not layer.requirement)
    return off if request.layers is None else off | (frozenset(Kind) - request.layers)


def _rules(evidence: _Evidence) -> Mapping[str, RuleText]:
    """Describe the rules that the issues name; an advisory describes itself."""
    from devsecgate import lessons

    if not evidence.issues:
        return {}
    names = {name for issue in evidence.issues for name in issue.rules}
    known = lessons.load(bundled.policies(), evidence.policy.scanners.rules, only=names)
    return {name: text for name in sorted(names) if (text := lessons.own(known, name)) is not None}
