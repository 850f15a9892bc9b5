"""The whole flow, in order: read this file first.

    Target ─plan─▶ Plan ─run─▶ ScanResult* ─correlate─▶ Issue* ─judge─▶ Verdict ─render─▶ files ─▶ exit code

Stages are siblings that know only the records; this module is the only one that knows them all.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from devsecgate import (
    __version__,
    bundled,
    correlate,
    coverage,
    discovery,
    given,
    plan,
    run,
    suppressions,
    target,
    verdict,
)
from devsecgate import policy as policies
from devsecgate.errors import DevsecgateError, ExitCode, ReportError, UsageError
from devsecgate.model import Gap, GapReason, Issue, Kind, ScanResult, TargetSummary, Verdict
from devsecgate.report import Context, RuleText
from devsecgate.scanner import Given, Plan, Scanner, Settings

_SOURCE_LIMIT = 20_000_000
_PROCESS_SECONDS = 600.0
_PROCESS_MEMORY = 8 * 1024**3


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What stdout can show."""

    color: bool
    width: int
    verbose: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
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
    layers: frozenset[Kind] | None = None
    """None: all that the policy says. Never a flag of `gate`: other commands need one layer's issues alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the caller is told."""

    verdict: Verdict
    exit_code: ExitCode
    stdout: tuple[bytes, ...]
    """Reports that go to stdout, in the order in which they were asked for."""
    problems: tuple[ReportError, ...]
    """Reports that could not be written; the verdict has a gap for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Evidence:
    """All that a verdict is made of."""

    policy: policies.Policy
    target: target.Target
    given: tuple[Given, ...]
    planned: Plan
    results: tuple[ScanResult, ...]
    issues: tuple[Issue, ...]
    sources: Mapping[str, str]
    gaps: tuple[Gap, ...]
    """Of the stages; the scanners' own are in their results."""
    today: date


def gate(request: Request, progress: run.Progress) -> Answer:
    """Look at a project, judge it, and write the reports. Raises UsageError where the request is wrong."""
    policy = policies.load(request.policy, request.path or Path(), today=request.today)
    with ExitStack() as stack:
        seen = _target(request, policy, stack)
        beside = given.read(request.images, request.sboms, root=seen.root, offline=request.offline)
        found = _advisories(request, policy, seen, stack)
        settings = _settings(request, policy, found)
        planned = plan.plan(
            seen.files,
            scripts=seen.scripts,
            links=seen.links,
            scanners=_scanners(policy),
            settings=settings,
            disabled=policy.scanners.disable,
            layers_off=_layers_off(request, policy),
            enabled=policy.scanners.enable,
            given=beside,
        )
        results = run.run(planned, _conditions(policy, seen, settings), progress)
    results = coverage.reconcile(results)
    sources = target.texts(seen, _places(results), limit=_SOURCE_LIMIT)
    results = tuple(replace(each, findings=suppressions.apply(each.findings, sources)) for each in results)
    issues = correlate.correlate([found for each in results for found in each.findings], sources)
    evidence = _Evidence(
        policy=policy,
        target=seen,
        given=beside,
        planned=planned,
        results=results,
        issues=issues,
        sources=sources,
        gaps=(*seen.gaps, *planned.gaps, *found.gaps),
        today=request.today,
    )
    return _deliver(request, evidence)


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
        wanted = [(kind, file) for kind, file in request.reports if file is None or file not in failures]
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
    return verdict.judge(
        issues=evidence.issues,
        results=evidence.results,
        gaps=gaps,
        idle=evidence.planned.idle,
        policy=evidence.policy,
        target=_summary(evidence),
        today=evidence.today,
        tool_version=__version__,
    )


def _render(
    judged: Verdict, evidence: _Evidence, wanted: Sequence[tuple[str, Path | None]], screen: Screen
) -> list[tuple[Path | None, bytes]]:
    """Render each report that was asked for."""
    context = Context(
        sources=evidence.sources,
        rules=_rules(evidence),
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


def _target(request: Request, policy: policies.Policy, stack: ExitStack) -> target.Target:
    """Read the tree; without one, take an empty folder in its place."""
    if request.path is None:
        return target.nothing(Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="devsecgate-"))).resolve())
    return target.read(request.path, exclude=policy.target.exclude, max_file_size=policy.target.max_file_size)


def _summary(evidence: _Evidence) -> TargetSummary:
    names = tuple(each.name for each in evidence.given)
    found = replace(evidence.target.summary(), given=names)
    return found if evidence.target.files or evidence.target.gaps or not names else replace(found, name=names[0])


def _layers_off(request: Request, policy: policies.Policy) -> frozenset[Kind]:
    off = frozenset(kind for kind, layer in policy.layers.items() if not layer.requirement)
    return off if request.layers is None else off | (frozenset(Kind) - request.layers)


def _settings(request: Request, policy: policies.Policy, found: _Advisories) -> Settings:
    return Settings(
        rules=(bundled.policies() / "rules", *policy.scanners.rules),
        advisories=found.folder,
        store=found.store,
        max_age=policy.dependencies.max_age,
        markers=_markers(policy),
        offline=request.offline or bool(found.gaps),
        osv_url=policy.dependencies.osv_url,
        disabled=policy.scanners.disable,
        first_party=policy.first_party,
        processors=os.cpu_count() or 1,
        salt=os.environ.get("DEVSECGATE_SALT", ""),
    )


def _markers(policy: policies.Policy) -> tuple[tuple[str, str], ...]:
    target = policy.dependencies.target
    if target is None:
        return ()
    from devsecgate.detectors.manifests import markers

    found = markers.environment(python=target.python, platform=target.platform, machine=target.machine)
    return tuple(sorted(found.items()))


def _conditions(policy: policies.Policy, seen: target.Target, settings: Settings) -> run.Conditions:
    return run.Conditions(
        root=seen.root,
        target_files=frozenset(seen.files),
        settings=settings,
        timeout=policy.scanners.timeout or _PROCESS_SECONDS,
        memory=_PROCESS_MEMORY,
        refused_engines=policy.scanners.refuse_engines,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Advisories:
    """Where this run's advisory records are; nowhere: the services of the network are asked."""

    folder: Path | None = None
    store: Path | None = None
    gaps: tuple[Gap, ...] = ()


def _advisories(request: Request, policy: policies.Policy, seen: target.Target, stack: ExitStack) -> _Advisories:
    """Find the folder of advisory records, fetched if need be, or the store; a fetch that fails is a gap."""
    named = request.advisories
    url = named if named and "://" in named else None if named else policy.dependencies.url
    if url is None:
        return _local_advisories(named, policy, seen.root)
    if request.offline:
        raise UsageError("--offline and an address of advisory records contradict each other", where=url)
    from devsecgate.advisories import fetch
    from devsecgate.detectors.manifests import formats

    ecosystems = {found for path in seen.files if (found := formats.ecosystem(path)) is not None}
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="devsecgate-advisories-")))
    try:
        return _Advisories(folder=fetch.fetch(url, folder, ecosystems))
    except DevsecgateError as error:
        return _Advisories(gaps=(Gap(scanner="advisories", reason=GapReason.FAILED, detail=str(error)),))


def _local_advisories(named: str | None, policy: policies.Policy, root: Path) -> _Advisories:
    """Take the folder or the store that is named; without any, the user's own store, where there is one."""
    from devsecgate.advisories import store

    place = Path(named).absolute() if named else policy.dependencies.folder
    if place is None:
        own = store.default_path().absolute()
        if os.environ.get(store.VARIABLE) and not own.exists():
            raise UsageError(
                f"the store that {store.VARIABLE} names is not there",
                where=own.name,
                remedy="Run `devsecgate advisories update` with the ecosystems that you need, or unset it.",
            )
        if own.exists() and own.resolve().is_relative_to(root):
            raise UsageError(
                "the store of advisory records is in the scanned tree, which may have brought it",
                where=own.name,
                remedy="Name it with --advisories if you put it there, or keep it elsewhere (DEVSECGATE_STORE).",
            )
        return _Advisories(store=own) if own.exists() else _Advisories()
    if place.is_file():
        return _Advisories(store=place)
    if not place.is_dir():
        raise UsageError(
            "the folder of advisory records is not there",
            where=named or str(policy.dependencies.advisories),
            remedy="Give a folder that holds <Ecosystem>/all.zip, or a store that `devsecgate advisories` made.",
        )
    return _Advisories(folder=place)


def _places(results: Sequence[ScanResult]) -> Iterator[str]:
    """Name every file that a finding points to."""
    return (found.location.path for each in results for found in each.findings)


def _rules(evidence: _Evidence) -> Mapping[str, RuleText]:
    """Describe the rules that the issues name; an advisory describes itself."""
    from devsecgate import lessons

    if not evidence.issues:
        return {}
    known = lessons.load(bundled.policies(), evidence.policy.scanners.rules)
    names = {name for issue in evidence.issues for name in issue.rules}
    return {name: known[name] for name in sorted(names & known.keys())}
