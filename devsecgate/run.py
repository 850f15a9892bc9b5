"""Turn a Plan into one ScanResult for each scanner, whatever happens to the tools.

Every way in which a tool can fail to have looked becomes a Gap here: missing, crashed, stopped,
malformed output, a canary that was not reported, a file that the output does not account for.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path

import msgspec
from msgspec.structs import replace

from devsecgate import process
from devsecgate.jobs import Conditions, Part, Share, Work, attempt, divided, engines, is_proven
from devsecgate.model import Finding, Gap, GapReason, ScanResult
from devsecgate.scanner import (
    CANARY_PATH,
    Assignment,
    Engine,
    Plan,
    Split,
    Subject,
)

_ARGUMENT_BYTES = 400_000
_VERSION_LIMITS = process.Limits(timeout=20, output=1 << 16, memory=1 << 32)

Progress = Callable[[str, bool], None]
"""Called with a scanner's name and whether it is done; from worker threads."""


class _Started(msgspec.Struct, frozen=True, kw_only=True):
    """One scanner's jobs, under way."""

    work: Work
    parts: tuple[Future[Part], ...]
    version: Future[str]
    """Of the first engine, which is the one that answers unless it refuses."""


def run(
    plan: Plan, conditions: Conditions, progress: Progress, *, meanwhile: Callable[[], None] | None = None
) -> tuple[ScanResult, ...]:
    """Run every assignment of the plan, in parallel, and account for every file.

    `meanwhile` is called once while the scanners work.
    """
    if not plan.assignments:
        return ()
    with _scratch() as folder, ThreadPoolExecutor(max_workers=max(2, conditions.settings.processors)) as pool:
        try:
            started = []
            for assignment in sorted(plan.assignments, key=lambda each: not each.scanner.first):
                progress(assignment.scanner.name, False)  # noqa: FBT003 - the callback's shape
                started.append(_begin(assignment, conditions, folder=folder, pool=pool))
            if meanwhile is not None:
                meanwhile()
            ends = _watch_ends(started, progress)
            ordered = sorted(started, key=lambda each: plan.assignments.index(each.work.assignment))
            return tuple(_merge(each, ended=ends[each.work.scanner.name]) for each in ordered)
        except BaseException:
            process.stop_all()
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _begin(assignment: Assignment, conditions: Conditions, *, folder: Path, pool: ThreadPoolExecutor) -> _Started:
    """Put all jobs of one scanner into the pool."""
    work = Work(
        assignment=assignment,
        engines=engines(assignment.scanner, conditions),
        conditions=conditions,
        folder=folder / assignment.scanner.name,
        begun=time.monotonic(),
    )
    parts = tuple(pool.submit(attempt, work, index, share) for index, share in enumerate(_shares(work)))
    return _Started(work=work, parts=parts, version=pool.submit(_version, work, 0))


@contextmanager
def _scratch() -> Iterator[Path]:
    """Make a private folder for the whole run, outside the scanned tree, and remove it at the end."""
    with tempfile.TemporaryDirectory(prefix="devsecgate-", ignore_cleanup_errors=True) as name:
        yield Path(name).resolve()


def _watch_ends(started: Sequence[_Started], progress: Progress) -> dict[str, float]:
    """Wait for all jobs; report each scanner when its last one is done, and when that was."""
    owner = {part: each.work.scanner.name for each in started for part in each.parts}
    left = {each.work.scanner.name: len(each.parts) for each in started}
    ends = {each.work.scanner.name: each.work.begun for each in started}
    for part in as_completed(owner):
        name = owner[part]
        left[name] -= 1
        ends[name] = time.monotonic()
        if left[name] == 0:
            progress(name, True)  # noqa: FBT003 - the callback's shape
    return ends


def _shares(work: Work) -> Iterator[Share]:
    """Divide the work: what is given one by one, and files so that each process has an argument list it can hold."""
    yield from (Share(files=(), given=given) for given in work.assignment.given)
    files = tuple(f"./{path}" for path in work.assignment.files if path not in work.known)
    for share in divided(work, files) if files else ():
        yield from (replace(share, files=some) for some in _parts(work, share.files))
    if work.known and work.known.keys() >= set(work.assignment.files) and not is_proven(work):
        yield from divided(work, ())  # the canary alone: nothing that is known counts without it


def _parts(work: Work, files: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Divide files: by processor where the tool has one thread, and never more than an argument list holds."""
    count = work.conditions.settings.processors if work.scanner.split is Split.PROCESSORS and len(files) > 8 else 1
    for index in range(count):
        share: list[str] = []
        size = 0
        for path in files[index::count]:
            size += len(os.fsencode(path)) + 1
            if size > _ARGUMENT_BYTES and share:
                yield tuple(share)
                share, size = [], len(os.fsencode(path)) + 1
            share.append(path)
        if share:
            yield tuple(share)


def _version(work: Work, position: int) -> str:
    """Ask the engine at this position for its version; empty where it does not say."""
    if position >= len(work.engines):
        return ""
    engine, program = work.engines[position]
    if engine.version is None:
        return ""
    scratch = work.folder / f"version-{position}"
    environment = process.clean_environment(scratch=scratch, root=work.conditions.root, network=False, extra={})
    try:
        scratch.mkdir(parents=True)
        done = process.run(
            (str(program), *engine.version), cwd=scratch, environment=environment, limits=_VERSION_LIMITS
        )
    except OSError:
        return ""
    lines = done.stdout.decode("utf-8", errors="replace").split("\n")
    words = lines[0].split()
    return next((word for word in words if word[:1].isdigit()), "") if done.exit == 0 else ""


def _answered(started: _Started, parts: Sequence[Part]) -> tuple[Engine, ...]:
    """Give the engines that did the jobs; where none was needed, the first, whose answers are known."""
    return tuple(part.engine for part in parts) or tuple(engine for engine, _ in started.work.engines[:1])


def _versions(started: _Started, parts: Sequence[Part]) -> str:
    """Name the version of each engine that answered, in the order of the scanner's engines."""
    answered = {engine.name for engine in _answered(started, parts)}
    found = [
        started.version.result() if position == 0 else _version(started.work, position)
        for position, (engine, _) in enumerate(started.work.engines)
        if engine.name in answered
    ]
    return ", ".join(dict.fromkeys(version for version in found if version))


def _merge(started: _Started, *, ended: float) -> ScanResult:
    """Put the jobs of one scanner together, and account for every file it was asked to look at."""
    work = started.work
    name, target_files = work.scanner.name, work.conditions.target_files
    parts = [part.result() for part in started.parts]
    proven = any(part.canary_seen for part in parts) or is_proven(work)
    known = work.known if proven else {}
    given = frozenset(each.name for each in work.assignment.given)
    requested = frozenset(work.assignment.files) | given
    # a file of the target that is called like the canary's place is never taken for seen
    covered = frozenset().union(*(part.parsed.covered for part in parts)) & requested - {CANARY_PATH}
    covered |= {path for path, entry in known.items() if entry.covered}
    findings = [found for part in parts for found in part.parsed.findings if found.location.path != CANARY_PATH]
    findings += [found for entry in known.values() for found in entry.findings]
    gaps = [gap for part in parts for gap in part.gaps]
    gaps += [gap for entry in known.values() for gap in entry.gaps]
    ours = [found for found in findings if found.location.path in target_files or _is_of(found, given)]
    gaps += _foreign(name, len(findings) - len(ours))
    gaps += _unaccounted(name, parts, covered=covered, named={gap.path for gap in gaps})
    parsed_version = next((part.parsed.version for part in parts if part.parsed.version), None)
    return ScanResult(
        scanner=name,
        kind=work.scanner.kind,
        engine=", ".join(engine.name for engine in work.scanner.engines if engine in _answered(started, parts)),
        version=parsed_version or _versions(started, parts),
        findings=tuple(ours),
        gaps=tuple(sorted(set(gaps), key=lambda gap: (gap.path or "", gap.reason, gap.detail))),
        packages=tuple(dict.fromkeys(package for part in parts for package in part.parsed.packages)),
        requested=requested,
        covered=covered,
        sources=tuple(dict.fromkeys(source for part in parts for source in part.parsed.sources)),
        canaries=int(proven),
        seconds=ended - work.begun,
        notes=tuple(sorted({note for part in parts for note in (part.note, *part.parsed.notes) if note})),
        past=work.scanner.subject is Subject.COMMITS,
    )


def _unaccounted(name: str, parts: Sequence[Part], *, covered: frozenset[str], named: set[str | None]) -> list[Gap]:
    """Name each file of a healthy job that is neither covered nor named; a broken job is one gap as a whole."""
    asked = {name for part in parts if part.canary_seen for name in part.share.names()}
    detail = f"{name} does not account for this file"
    return [
        Gap(scanner=name, reason=GapReason.UNREADABLE, detail=detail, path=path)
        for path in sorted(asked - covered - named)
    ]


def _is_of(found: Finding, given: frozenset[str]) -> bool:
    """Say whether a finding is in one of the images and SBOMs: their names begin its path."""
    return bool(given) and found.location.path.partition("!/")[0] in given


def _foreign(name: str, count: int) -> list[Gap]:
    """A finding outside the target means that the tool looked somewhere else."""
    if not count:
        return []
    detail = f"{name} reported {count} findings in files that it was not asked to look at"
    return [Gap(scanner=name, reason=GapReason.MALFORMED, detail=detail)]
