"""Run a bundled pack alone, with the gate's own command, and say what it reports and what it costs."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import msgspec

from devsecgate import discovery, rule_choice
from devsecgate.jobs import show
from devsecgate.model import Finding
from devsecgate.scanner import CANARY_PATH, Job, Output, Scanner, Settings

REPOSITORY = Path(__file__).resolve().parent.parent
RULES = REPOSITORY / "policies" / "rules"
PROCESSORS = 2
_WORTH_DIVIDING = 8


class Target(msgspec.Struct, frozen=True):
    match_times: list[float]
    """Seconds, in the order of `rules`."""


class Times(msgspec.Struct, frozen=True):
    rules: list[str]
    targets: list[Target]


class _Timed(msgspec.Struct, frozen=True):
    time: Times


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one process said."""

    findings: tuple[Finding, ...]
    gaps: int
    by_rule: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What all processes said and cost."""

    findings: tuple[Finding, ...]
    gaps: int
    wall: float
    cpu: float
    """Seconds of user and system time, our own and of children."""
    by_rule: Mapping[str, float]


def scanner_of(pack: str) -> Scanner:
    """Give the scanner that runs a pack."""
    return discovery.scanners(())["semgrep" if pack == "python" else f"semgrep-{pack}"]


def look(pack: str, root: Path, files: Iterable[str]) -> Run:
    """Run the gate's commands of a pack over files below the root, which are named relative to it."""
    scanner = scanner_of(pack)
    names = tuple(f"./{name}" for name in sorted(files))
    before = os.times()
    chosen = rule_choice.chosen(RULES / pack, root, names, canary=scanner.canary.rule)
    shares = [(names, None)] if chosen is None else [(tuple(each.contents), each) for each in chosen]
    parts = [(some, each) for whole, each in shares for some in _parts(whole)]
    with ThreadPoolExecutor(PROCESSORS) as pool:
        runs = list(pool.map(lambda part: _run(pack, root, *part), parts))
    after = os.times()
    by_rule: Counter[str] = Counter()
    for each in runs:
        by_rule.update(each.by_rule)
    return Run(
        findings=tuple(found for each in runs for found in each.findings),
        gaps=sum(each.gaps for each in runs),
        wall=after.elapsed - before.elapsed,
        cpu=sum(late - early for early, late in zip(before[:4], after[:4], strict=True)),
        by_rule=by_rule,
    )


def _parts(names: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Divide files by processor, as the gate does."""
    return [names[index::PROCESSORS] for index in range(PROCESSORS)] if len(names) > _WORTH_DIVIDING else [names]


def _run(pack: str, root: Path, names: tuple[str, ...], chosen: rule_choice.Chosen | None) -> Said:
    """Run one command, with the rules that were chosen for its files."""
    scanner = scanner_of(pack)
    with tempfile.TemporaryDirectory() as scratch:
        canary = Path(scratch, scanner.canary.name)
        canary.write_bytes(scanner.canary.content)
        settings = Settings(rules=(RULES,), processors=PROCESSORS)
        engine = scanner.engines[0].name
        shown = show(scanner, root, names, chosen, Path(scratch, "tree"))
        job = Job(
            root=shown.root,
            files=names,
            canary=canary,
            scratch=Path(scratch),
            engine=engine,
            settings=settings,
            rules=shown.rules,
            unfolded=shown.unfolded,
            spread=shown.spread,
        )
        command = scanner.command(job)
        for name, content in command.write.items():
            Path(scratch, name).write_bytes(content)
        program = str(Path(sys.executable).parent / command.argv[0])
        environment = {**os.environ, **command.environment}
        done = subprocess.run(
            [program, command.argv[1], "--time", *command.argv[2:]],
            cwd=shown.root, env=environment, capture_output=True, check=False,
        )  # fmt: skip
    if done.returncode not in command.exits:
        raise SystemExit(f"semgrep exited with {done.returncode}: {done.stderr.decode(errors='replace')[-2000:]}")
    parsed = scanner.parse(Output(stdout=done.stdout, stderr=done.stderr, exit=done.returncode), job)
    for gap in parsed.gaps:
        print(f"{pack}: {gap.path or 'everything'}: {gap.detail}", file=sys.stderr)
    if any(gap.path is None for gap in parsed.gaps):
        raise SystemExit(f"{pack} did not work as a whole: its silence would say nothing")
    return Said(
        findings=tuple(each for each in parsed.findings if each.location.path != CANARY_PATH),
        gaps=len(parsed.gaps) + len(parsed.again),
        by_rule=seconds_by_rule(msgspec.json.decode(done.stdout, type=_Timed).time),
    )


def seconds_by_rule(times: Times) -> Mapping[str, float]:
    """Sum semgrep's own times of each rule over all files, without the rules of the scanner itself."""
    sums = [0.0] * len(times.rules)
    for target in times.targets:
        for position, seconds in enumerate(target.match_times):
            sums[position] += seconds
    named = {rule.rpartition(".")[2]: seconds for rule, seconds in zip(times.rules, sums, strict=True)}
    return {rule: seconds for rule, seconds in named.items() if not rule.startswith("devsecgate-")}
