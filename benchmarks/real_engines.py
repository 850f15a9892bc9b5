"""Real projects in, the differences between bandit and banditrs out: every one of them, by file, line and rule.

    python benchmarks/real_engines.py [NAME ...]

Both engines look at every Python file of a tree with the gate's own command, in one process.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from real import fetch_all
from real_projects import PROJECTS

from devsecgate.model import Finding, Gap
from devsecgate.scanner import CANARY_PATH, Job, Output, Settings
from devsecgate.scanners.bandit import CANNOT_PARSE, SCANNER

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What one engine said about one tree."""

    findings: Counter[tuple[str, int, str]]
    """Path, line and rule."""
    unparsed: frozenset[str]
    seconds: float


def look(engine: str, tree: Path) -> Looked:
    """Run one engine over a tree."""
    files = sorted(f"./{file.relative_to(tree).as_posix()}" for file in tree.rglob("*.py") if file.is_file())
    with tempfile.TemporaryDirectory() as scratch:
        canary = Path(scratch, SCANNER.canary.name)
        canary.write_bytes(SCANNER.canary.content)
        job = Job(
            root=tree, files=tuple(files), canary=canary, scratch=Path(scratch), engine=engine, settings=Settings()
        )
        command = SCANNER.command(job)
        for name, content in command.write.items():
            Path(scratch, name).write_bytes(content)
        argv = [str(Path(sys.executable).parent / engine), *command.argv[1:]]
        start = time.perf_counter()
        done = subprocess.run(argv, cwd=tree, capture_output=True, check=False)
        seconds = time.perf_counter() - start
    parsed = SCANNER.parse(Output(stdout=done.stdout, stderr=done.stderr, exit=done.returncode), job)
    return Looked(
        findings=Counter(_key(found) for found in parsed.findings if found.location.path != CANARY_PATH),
        unparsed=frozenset(filter(None, map(_unparsed, parsed.gaps))),
        seconds=seconds,
    )


def _key(finding: Finding) -> tuple[str, int, str]:
    return finding.location.path, finding.location.line, finding.rule


def _unparsed(gap: Gap) -> str | None:
    return gap.path if gap.detail == CANNOT_PARSE else None


def main() -> None:
    """Print the table, and every difference in a file that both could parse."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="projects; default: all")
    parser.add_argument("--cache", type=Path, default=REPOSITORY / ".real")
    options = parser.parse_args()
    projects = [each for each in PROJECTS if not options.names or each.archive.name in options.names]
    fetch_all(projects, options.cache)
    print(
        "| Release | bandit s | banditrs s | Files bandit cannot parse | banditrs | Findings of both | bandit alone |"
    )
    print("|---|--:|--:|--:|--:|--:|--:|")
    differences = []
    for project in projects:
        tree = options.cache / project.archive.folder
        one, other = look("bandit", tree), look("banditrs", tree)
        unparsed = one.unparsed | other.unparsed
        both = (one.findings & other.findings).total()
        cells = (f"{one.seconds:.1f}", f"{other.seconds:.2f}", len(one.unparsed), len(other.unparsed), both)
        alone = (one.findings - other.findings).total()
        print(f"| {project.archive.name} {project.archive.version} | {' | '.join(map(str, cells))} | {alone} |")
        for name, left, right in (("bandit", one, other), ("banditrs", other, one)):
            for (path, line, rule), count in sorted((left.findings - right.findings).items()):
                why = "the other cannot parse the file" if path in unparsed else "UNEXPLAINED"
                differences.append(f"{project.archive.folder}/{path}:{line} {rule} x{count}: {name} alone, {why}")
    print("\n".join(["", "Differences:", *(differences or ["none"])]))
    if any(line.endswith("UNEXPLAINED") for line in differences):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
