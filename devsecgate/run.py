"""Turn a Plan into one ScanResult for each scanner, whatever happens to the tools.

Every way in which a tool can fail to have looked becomes a Gap here: missing, crashed, stopped,
malformed output, a canary that was not reported, a file that the output does not account for.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from devsecgate import process
from devsecgate.cache import Entry
from devsecgate.errors import MalformedOutput
from devsecgate.model import Finding, Gap, GapReason, ScanResult
from devsecgate.scanner import (
    CANARY_PATH,
    Assignment,
    Command,
    Engine,
    Given,
    Job,
    Output,
    Parsed,
    Plan,
    Scanner,
    Settings,
    Split,
)

_ARGUMENT_BYTES = 400_000
_VERSION_LIMITS = process.Limits(timeout=60, output=1 << 16, memory=1 << 32)
_TELLING = 300

Progress = Callable[[str, bool], None]
"""Called with a scanner's name and whether it is done; from worker threads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What every job of a run has in common."""

    root: Path
    """Absolute path of the scanned tree."""
    target_files: frozenset[str]
    """Every file of the target; a finding anywhere else is refused."""
    settings: Settings
    timeout: float
    """Seconds of wall time for one process, from the policy."""
    memory: int
    """Bytes resident for one process and its descendants, from the policy."""
    refused_engines: frozenset[str]
    known: Mapping[str, Mapping[str, Entry]] = field(default_factory=dict)
    """By scanner and path: answers that need no process, and count where the scanner proves itself on this run."""
    proven: frozenset[str] = frozenset()
    """Scanners that have proved themselves on this run already, over other files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Share:
    """What one job is asked to look at."""

    files: tuple[str, ...]
    """`./`-prefixed, as in the job."""
    given: Given | None = None

    def names(self) -> frozenset[str]:
        """Name all that has to be accounted for."""
        return frozenset(path.removeprefix("./") for path in self.files) | ({self.given.name} if self.given else set())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What came of one job."""

    share: _Share
    parsed: Parsed
    gaps: tuple[Gap, ...]
    canary_seen: bool
    engine: Engine
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """One scanner's share of the run, with all that its jobs need."""

    assignment: Assignment
    engines: tuple[tuple[Engine, Path], ...]
    conditions: Conditions
    folder: Path
    begun: float

    @property
    def scanner(self) -> Scanner:
        return self.assignment.scanner

    @property
    def known(self) -> Mapping[str, Entry]:
        return self.conditions.known.get(self.scanner.name, {})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Started:
    """One scanner's jobs, under way."""

    work: _Work
    parts: tuple[Future[_Part], ...]
    version: Future[str]
    """Of the first engine, which is the one that answers unless it refuses."""


def run(plan: Plan, conditions: Conditions, progress: Progress) -> tuple[ScanResult, ...]:
    """Run every assignment of the plan, in parallel, and account for every file."""
    if not plan.assignments:
        return ()
    with _scratch() as folder, ThreadPoolExecutor(max_workers=max(2, conditions.settings.processors)) as pool:
        try:
            started = []
            for assignment in sorted(plan.assignments, key=lambda each: not each.scanner.first):
                progress(assignment.scanner.name, False)  # noqa: FBT003 - the callback's shape
                started.append(_begin(assignment, conditions, folder=folder, pool=pool))
            ends = _watch_ends(started, progress)
            ordered = sorted(started, key=lambda each: plan.assignments.index(each.work.assignment))
            return tuple(_merge(each, ended=ends[each.work.scanner.name]) for each in ordered)
        except BaseException:
            process.stop_all()
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _begin(assignment: Assignment, conditions: Conditions, *, folder: Path, pool: ThreadPoolExecutor) -> _Started:
    """Put all jobs of one scanner into the pool."""
    work = _Work(
        assignment=assignment,
        engines=engines(assignment.scanner, conditions),
        conditions=conditions,
        folder=folder / assignment.scanner.name,
        begun=time.monotonic(),
    )
    parts = tuple(pool.submit(_attempt, work, index, share) for index, share in enumerate(_shares(work)))
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


def engines(scanner: Scanner, conditions: Conditions) -> tuple[tuple[Engine, Path], ...]:
    """Find the engines that are installed and not refused, in the scanner's order."""
    found = []
    for engine in scanner.engines:
        if engine.name in conditions.refused_engines:
            continue
        program = process.find(engine.program, root=conditions.root)
        if program is not None:
            found.append((engine, program))
    return tuple(found)


def _shares(work: _Work) -> Iterator[_Share]:
    """Divide the work: what is given one by one, and files so that each process has an argument list it can hold."""
    yield from (_Share(files=(), given=given) for given in work.assignment.given)
    yield from (_Share(files=files) for files in _files(work))
    if work.known and work.known.keys() >= set(work.assignment.files) and not _is_proven(work):
        yield _Share(files=())  # the canary alone: nothing that is known counts without it


def _files(work: _Work) -> Iterator[tuple[str, ...]]:
    """Divide the files: by processor where the tool has one thread, and never more than an argument list holds."""
    files = tuple(f"./{path}" for path in work.assignment.files if path not in work.known)
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


def _is_proven(work: _Work) -> bool:
    return work.scanner.name in work.conditions.proven


def _attempt(work: _Work, index: int, share: _Share) -> _Part:
    """Do one job with the first engine that does not refuse it."""
    if not work.engines:
        return _missing(work, share)
    note = None
    for position, (engine, program) in enumerate(work.engines):
        last = position == len(work.engines) - 1
        part, refused = _once(work, f"{index}-{position}", share, engine, program, final=last)
        if not refused:
            return replace(part, note=note)
        note = f"{engine.name} refused to work; {work.engines[position + 1][0].name} did the job"
    raise AssertionError("the last engine's part is always returned")


def _missing(work: _Work, share: _Share) -> _Part:
    """No engine of the scanner is there."""
    engine = work.scanner.engines[-1]
    if all(each.name in work.conditions.refused_engines for each in work.scanner.engines):
        why = f"refused by the policy: {', '.join(each.name for each in work.scanner.engines)}"
    else:
        why = "not installed, or not executable"
        why += f"; install it: {engine.install}" if engine.install else ""
    return _failed(work, share, engine, GapReason.MISSING, f"{engine.program} is {why}")


def _once(work: _Work, name: str, share: _Share, engine: Engine, program: Path, *, final: bool) -> tuple[_Part, bool]:
    """Do one job with one engine. The second value is True where the engine refused and another is left."""
    scanner = work.scanner
    try:
        job = _prepare(work, name, share, engine)
        command = scanner.command(job)
        done = _start(work, job, command, program)
    except OSError as error:
        return _failed(work, share, engine, GapReason.FAILED, f"{engine.name} could not be run: {error}"), False
    except Exception as error:  # noqa: BLE001 - a scanner's own mistake must not end the others
        return _failed(work, share, engine, GapReason.BUG, f"building the command failed: {error!r}"), False
    output = Output(stdout=done.stdout, stderr=done.stderr, exit=done.exit)
    if not final and done.stopped is None and scanner.refused(output):
        return _failed(work, share, engine, GapReason.FAILED, "refused"), True
    wrong = _ended_badly(done, command, engine)
    if wrong is not None:
        return _failed(work, share, engine, *wrong), False
    return _read(work, share, engine, output, job), False


def _prepare(work: _Work, name: str, share: _Share, engine: Engine) -> Job:
    """Make the job's folders, and plant its canary."""
    canary = work.scanner.canary
    place = work.folder / name
    planted, scratch = place / "canary", place / "scratch"
    for relative, content in {**canary.extra, canary.name: canary.content}.items():
        (planted / relative).parent.mkdir(parents=True, exist_ok=True)
        (planted / relative).write_bytes(content)
    scratch.mkdir(parents=True)
    return Job(
        root=work.conditions.root,
        files=share.files,
        canary=planted / canary.name,
        scratch=scratch,
        engine=engine.name,
        settings=work.conditions.settings,
        given=share.given,
    )


def _start(work: _Work, job: Job, command: Command, program: Path) -> process.Completed:
    """Write the command's files, and run it within its limits."""
    for relative, content in command.write.items():
        (job.scratch / relative).parent.mkdir(parents=True, exist_ok=True)
        (job.scratch / relative).write_bytes(content)
    environment = process.clean_environment(
        scratch=job.scratch, root=work.conditions.root, network=command.network, extra=command.environment
    )
    limits = process.Limits(
        timeout=min(command.timeout, work.conditions.timeout),
        output=command.output_limit,
        memory=work.conditions.memory,
    )
    argv = (str(program), *command.argv[1:])
    return process.run(argv, cwd=work.conditions.root, environment=environment, limits=limits, stdin=command.stdin)


def _ended_badly(done: process.Completed, command: Command, engine: Engine) -> tuple[GapReason, str] | None:
    """Say why a child's output must not be read, or None."""
    said = _tail(done.stderr)
    if done.stopped is process.Stopped.TIMEOUT:
        return GapReason.TIMEOUT, f"{engine.name} was stopped after {done.seconds:.0f} s (scanners.timeout){said}"
    if done.stopped is process.Stopped.OUTPUT:
        return GapReason.FAILED, f"{engine.name} was stopped: it printed more than {command.output_limit:,} bytes"
    if done.stopped is process.Stopped.MEMORY:
        return GapReason.FAILED, f"{engine.name} was stopped: it used more memory than scanners.memory allows{said}"
    if done.exit < 0:
        return GapReason.FAILED, f"{engine.name} was killed by signal {-done.exit}{said}"
    if done.exit not in command.exits:
        return (
            GapReason.FAILED,
            f"{engine.name} exited with {done.exit}, which does not mean that it did its work{said}",
        )
    return None


def _tail(stderr: bytes) -> str:
    """Quote the end of what a tool said, on one line."""
    text = " ".join(stderr.decode("utf-8", errors="replace").split())
    return f": …{text[-_TELLING:]}" if len(text) > _TELLING else f": {text}" if text else ""


def _read(work: _Work, share: _Share, engine: Engine, output: Output, job: Job) -> _Part:
    """Parse an output, and check its canary."""
    scanner = work.scanner
    try:
        parsed = scanner.parse(output, job)
    except MalformedOutput as error:
        return _failed(work, share, engine, GapReason.MALFORMED, f"{error}{_tail(output.stderr)}")
    except Exception as error:  # noqa: BLE001 - hostile output must not end the run
        return _failed(work, share, engine, GapReason.BUG, f"reading the output of {engine.name} failed: {error!r}")
    seen = any(found.location.path == CANARY_PATH and found.rule == scanner.canary.rule for found in parsed.findings)
    gaps = tuple(gap for gap in parsed.gaps if gap.path != CANARY_PATH)
    if not seen:
        detail = (
            f"{engine.name} did not report the problem that was planted for it ({scanner.canary.rule}): it is broken"
        )
        gaps = (*gaps, Gap(scanner=scanner.name, reason=GapReason.CANARY, detail=detail))
        parsed = replace(parsed, covered=frozenset())
    return _Part(share=share, parsed=parsed, gaps=gaps, canary_seen=seen, engine=engine, note=None)


def _failed(work: _Work, share: _Share, engine: Engine, reason: GapReason, detail: str) -> _Part:
    """Make the part of a job that saw nothing. Of several images or SBOMs, the one is named."""
    several = share.given is not None and len(work.assignment.given) > 1
    detail = f"{share.given.name}: {detail}" if several and share.given is not None else detail
    return _Part(
        share=share,
        parsed=Parsed(findings=(), gaps=(), covered=frozenset()),
        gaps=(Gap(scanner=work.scanner.name, reason=reason, detail=detail),),
        canary_seen=False,
        engine=engine,
        note=None,
    )


def _version(work: _Work, position: int) -> str:
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


def _answered(started: _Started, parts: Sequence[_Part]) -> tuple[Engine, ...]:
    """Give the engines that did the jobs; where none was needed, the first, whose answers are known."""
    return tuple(part.engine for part in parts) or tuple(engine for engine, _ in started.work.engines[:1])


def _versions(started: _Started, parts: Sequence[_Part]) -> str:
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
    proven = any(part.canary_seen for part in parts) or _is_proven(work)
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
    )


def _unaccounted(name: str, parts: Sequence[_Part], *, covered: frozenset[str], named: set[str | None]) -> list[Gap]:
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
