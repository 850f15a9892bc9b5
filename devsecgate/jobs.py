"""One share of a scanner's work in; what came of it, and a Gap for every way in which it can fail, out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec.structs import replace

from devsecgate import contents, process, rule_choice
from devsecgate.cache import Entry
from devsecgate.errors import MalformedOutput
from devsecgate.model import Gap, GapReason
from devsecgate.rule_choice import Chosen
from devsecgate.scanner import (
    CANARY_PATH,
    Assignment,
    Command,
    Engine,
    Given,
    Job,
    Output,
    Parsed,
    Scanner,
    Settings,
)
from devsecgate.unfold.breadth import LARGEST
from devsecgate.unfold.marks import marked
from devsecgate.unfold.placing import Rewritten
from devsecgate.unfold.spread import Spread, spread
from devsecgate.unfold.unfolded import unfold

_TELLING = 300


class Conditions(msgspec.Struct, frozen=True, kw_only=True):
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
    known: Mapping[str, Mapping[str, Entry]] = msgspec.field(default_factory=dict)
    """By scanner and path: answers that need no process, and count where the scanner proves itself on this run."""
    proven: frozenset[str] = frozenset()
    """Scanners that have proved themselves on this run already, over other files."""


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """What one job is asked to look at."""

    files: tuple[str, ...]
    """`./`-prefixed, as in the job."""
    given: Given | None = None
    chosen: Chosen | None = None
    """The rules for them, of a scanner with a pack, and the files as they were; None: all rules."""
    alone: bool = False
    """As in the job."""
    broad: bool = False
    """As in the job."""

    def names(self) -> frozenset[str]:
        """Name all that has to be accounted for."""
        return frozenset(path.removeprefix("./") for path in self.files) | ({self.given.name} if self.given else set())


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one job."""

    share: Share
    parsed: Parsed
    gaps: tuple[Gap, ...]
    canary_seen: bool
    engine: Engine
    note: str | None


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """One scanner's share of the run, with all that its jobs need."""

    assignment: Assignment
    engines: tuple[tuple[Engine, Path], ...]
    conditions: Conditions
    folder: Path
    begun: float

    @property
    def scanner(self) -> Scanner:
        """The scanner whose work it is."""
        return self.assignment.scanner

    @property
    def known(self) -> Mapping[str, Entry]:
        """Answers that need no process, by path."""
        return self.conditions.known.get(self.scanner.name, {})


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


def divided(work: Work, files: tuple[str, ...]) -> tuple[Share, ...]:
    """Divide files by the rules that a scanner's pack has for them; those of a policy are for all of them at once."""
    scanner, settings = work.scanner, work.conditions.settings
    if scanner.pack is None:
        return (Share(files=files),)
    pack = settings.rules[0] / scanner.pack
    try:
        chosen = rule_choice.chosen(pack, work.conditions.root, files, canary=scanner.canary.rule)
    except OSError:
        chosen = None  # the job says that the pack cannot be read, and the other scanners work
    if chosen is None or (len(chosen) > 1 and len(settings.rules) > 1):
        return tuple(_by_breadth(work, Share(files=files)))
    shares = (Share(files=tuple(each.contents), chosen=each) for each in chosen)
    return tuple(part for share in shares for part in _by_breadth(work, share))


def _by_breadth(work: Work, share: Share) -> Iterator[Share]:
    """Divide files by whether the tool may leave something out of them."""
    is_broad, root = work.scanner.is_broad, work.conditions.root
    if is_broad is None or not share.files:
        yield share
        return
    known = share.chosen.contents if share.chosen is not None else None
    sides: tuple[list[str], list[str]] = [], []
    for file in share.files:
        content = contents.beginning(root / file, LARGEST + 1) if known is None else known[file]
        sides[content is not None and is_broad(content)].append(file)
    yield from (replace(share, files=tuple(side), broad=bool(broad)) for broad, side in enumerate(sides) if side)


def is_proven(work: Work) -> bool:
    """Tell whether the scanner has proved itself on this run already."""
    return work.scanner.name in work.conditions.proven


def attempt(work: Work, index: int, share: Share) -> Part:
    """Do one job with the first engine that does not refuse it."""
    if not work.engines:
        return _missing(work, share)
    note = None
    for position, (engine, program) in enumerate(work.engines):
        last = position == len(work.engines) - 1
        part, refused = _once(work, f"{index}-{position}", share, engine, program, final=last)
        if not refused:
            part = _again(work, f"{index}-{position}", part, program)
            return replace(part, note=note, share=replace(share, chosen=None))  # whose files are many bytes
        note = f"{engine.name} refused to work; {work.engines[position + 1][0].name} did the job"
    raise AssertionError("the last engine's part is always returned")


def _again(work: Work, name: str, part: Part, program: Path) -> Part:
    """Look again, one by one, at the files that the tool had no time to see all of; what it found in them stays."""
    for number, path in enumerate(sorted(part.parsed.again)):
        share = replace(part.share, files=(f"./{path}",), alone=True)
        further, _ = _once(work, f"{name}-{number}", share, part.engine, program, final=True)
        gaps = {*part.gaps, *(replace(gap, path=gap.path or path) for gap in further.gaps)}
        parsed = replace(
            part.parsed,
            findings=tuple(dict.fromkeys((*part.parsed.findings, *further.parsed.findings))),
            covered=part.parsed.covered - {gap.path for gap in gaps},
        )
        part = replace(part, parsed=parsed, gaps=tuple(gaps))
    return part


def _missing(work: Work, share: Share) -> Part:
    """No engine of the scanner is there."""
    engine = work.scanner.engines[-1]
    if all(each.name in work.conditions.refused_engines for each in work.scanner.engines):
        why = f"refused by the policy: {', '.join(each.name for each in work.scanner.engines)}"
    else:
        why = "not installed, or not executable"
        why += f"; install it: {engine.install}" if engine.install else ""
    return _failed(work, share, engine, GapReason.MISSING, f"{engine.program} is {why}")


def _once(work: Work, name: str, share: Share, engine: Engine, program: Path, *, final: bool) -> tuple[Part, bool]:
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


def _prepare(work: Work, name: str, share: Share, engine: Engine) -> Job:
    """Make the job's folders, and plant its canary."""
    canary = work.scanner.canary
    place = work.folder / name
    planted, scratch = place / "canary", place / "scratch"
    for relative, content in {**canary.extra, canary.name: canary.content}.items():
        (planted / relative).parent.mkdir(parents=True, exist_ok=True)
        (planted / relative).write_bytes(content)
    scratch.mkdir(parents=True)
    settings = work.conditions.settings
    folder = place / "tree" if len(settings.rules) == 1 else None
    shown = show(work.scanner, work.conditions.root, share.files, share.chosen, folder)
    return Job(
        root=shown.root,
        files=share.files,
        canary=planted / canary.name,
        scratch=scratch,
        engine=engine.name,
        settings=settings,
        given=share.given,
        rules=shown.rules,
        unfolded={} if share.alone else shown.unfolded,
        spread=shown.spread,
        alone=share.alone,
        broad=share.broad and not share.alone,
    )


class Shown(msgspec.Struct, frozen=True):
    """What a tool is to look at: files as they are, in a copy that it can be given, and in other words."""

    root: Path
    rules: bytes | None
    """None: all of the scanner's pack."""
    unfolded: Mapping[str, Rewritten]
    spread: Mapping[str, Spread]


def show(scanner: Scanner, root: Path, files: Sequence[str], chosen: Chosen | None, folder: Path | None) -> Shown:
    """Put what was chosen of files into a folder of their own, and write them in other words, for who wants that.

    Without a folder the tool looks at the files themselves: rules of the policy may be for paths from the root on.
    """
    own = None if chosen is None else {file: chosen.contents[file] for file in files}
    rules = None if chosen is None else chosen.rules
    if folder is not None and own is not None and rules is not None:
        copied, marked_rules = marked(own, rules) if scanner.unfolds else (own, rules)
        if copy(copied, folder):
            root, rules = folder, marked_rules
    unfolded: dict[str, Rewritten] = {}
    values: dict[str, Spread] = {}
    for file in files if scanner.unfolds else ():
        content = contents.beginning(root / file, LARGEST + 1) if own is None else own[file]
        if content is None:
            continue
        path, other, further = file.removeprefix("./"), unfold(content), spread(content)
        if other is not None:
            unfolded[path] = other
        if further is not None:
            values[path] = further
    return Shown(root, rules, unfolded, values)


def copy(files: Mapping[str, bytes], folder: Path) -> bool:
    """Write files into a folder of their own; False where it does not take them all, each under its name.

    Semgrep walks all of a repository, dependencies that are installed in it too, for one file of it.
    """
    folder.mkdir()
    try:
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            with (folder / path).open("xb") as file:  # where case does not count, two of them may be one
                file.write(content)
    except OSError:
        return False
    return True


def _start(work: Work, job: Job, command: Command, program: Path) -> process.Completed:
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
        said=command.said_limit,
    )
    argv = (str(program), *command.argv[1:])
    return process.run(argv, cwd=job.root, environment=environment, limits=limits, stdin=command.stdin)


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


def _read(work: Work, share: Share, engine: Engine, output: Output, job: Job) -> Part:
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
    return Part(share=share, parsed=parsed, gaps=gaps, canary_seen=seen, engine=engine, note=None)


def _failed(work: Work, share: Share, engine: Engine, reason: GapReason, detail: str) -> Part:
    """Make the part of a job that saw nothing. Of several images or SBOMs, the one is named."""
    several = share.given is not None and len(work.assignment.given) > 1
    detail = f"{share.given.name}: {detail}" if several and share.given is not None else detail
    return Part(
        share=share,
        parsed=Parsed(findings=(), gaps=(), covered=frozenset()),
        gaps=(Gap(scanner=work.scanner.name, reason=reason, detail=detail),),
        canary_seen=False,
        engine=engine,
        note=None,
    )
