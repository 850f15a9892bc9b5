"""Time whole processes, and print the table that the README quotes: median of several runs, and ratios.

Run by `make bench`. Ratios against the same machine's own work travel; absolute seconds do not.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    name: str
    wall: float
    """Seconds, median."""
    spread: float
    """Seconds between the fastest and the slowest run."""
    cpu: float
    """Seconds of user and system time, with children, median."""


def measure(name: str, argv: Sequence[str], *, runs: int, cwd: Path = REPOSITORY) -> Timing:
    """Run a command once to warm up, then `runs` times."""
    walls, cpus = [], []
    for number in range(runs + 1):
        before, started = os.times(), time.perf_counter()
        subprocess.run(argv, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        wall, after = time.perf_counter() - started, os.times()
        if number:
            walls.append(wall)
            cpus.append(after.children_user - before.children_user + after.children_system - before.children_system)
    return Timing(name=name, wall=statistics.median(walls), spread=max(walls) - min(walls), cpu=statistics.median(cpus))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs: int = parser.parse_args().runs
    gate = (str(BIN / "devsecgate"), "gate")
    advisories = ("--advisories", "examples/shop/advisories", "--offline")
    semgrep = {"SEMGREP_ENABLE_VERSION_CHECK": "0", "SEMGREP_SEND_METRICS": "off"}
    os.environ.update(semgrep)
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(XDG_CACHE_HOME=str(Path(folder, "cache")), XDG_DATA_HOME=str(Path(folder, "data")))
        one = Path(folder, "one")
        one.mkdir()
        (one / "a.py").write_text("VALUE = 1\n")
        empty = Path(folder, "empty")
        empty.mkdir()
        rows = [
            measure("python -c pass", (sys.executable, "-c", "pass"), runs=runs),
            measure("devsecgate --help", (str(BIN / "devsecgate"), "--help"), runs=runs),
            measure("devsecgate gate, nothing to scan", (*gate, str(empty), "--offline"), runs=runs),
            measure("devsecgate gate, one file", (*gate, str(one), *advisories, "--no-cache"), runs=runs),
            measure("devsecgate gate examples/shop", (*gate, "examples/shop", *advisories, "--no-cache"), runs=runs),
            measure("the same, every file known to the cache", (*gate, "examples/shop", *advisories), runs=runs),
            measure("bandit -r examples/shop", (str(BIN / "bandit"), "-q", "-r", "examples/shop"), runs=runs),
            measure(
                "semgrep scan examples/shop",
                (str(BIN / "semgrep"), "scan", "--experimental", "--config", "policies/rules", "examples/shop"),
                runs=runs,
            ),
        ]
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} processors, median of {runs} runs\n")
    print("| command | wall s | spread s | CPU s | times python |\n|---|--:|--:|--:|--:|")
    for row in rows:
        ratio = row.wall / rows[0].wall
        print(f"| {row.name} | {row.wall:.2f} | {row.spread:.2f} | {row.cpu:.2f} | {ratio:.0f} |")


if __name__ == "__main__":
    main()
