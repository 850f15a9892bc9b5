"""Time a commit of one file with our hook beside an empty one, by pre-commit and by prek: what makes people keep it.

Run by `make bench`, also in a repository with an ignored folder of as many files as a project's JavaScript dependencies
are: what a commit costs must not grow with what it does not touch. Both hooks are local, so that what is timed is the
runner and the hook and no installation. Every run commits other bytes, so that the cache knows all files but the one
that changed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BIN = Path(sys.executable).parent
FILES = 200
INSTALLED = 30_000
"""Files in an ignored folder, ten in a folder each."""
BODY = "import json\n\n\ndef load(text):\n    return json.loads(text)\n\n\n" * 20
CONFIGURATION = f"""\
repos:
  - repo: local
    hooks:
      - {{id: empty, name: empty, entry: "true", language: system, types: [file], require_serial: true}}
      - id: devsecgate
        name: devsecgate
        entry: {BIN / "devsecgate"} hook commit --offline
        language: system
        types: [file]
        require_serial: true
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    runs: int = parser.parse_args().runs
    print(f"A commit of one Python file of {len(BODY):,} bytes in {FILES} files, median of {runs} runs\n")
    print("| runner | installed files | empty hook s | devsecgate s | more s |\n|---|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        root, environment = prepare(Path(folder))
        for installed in (0, INSTALLED):
            for number in range(installed):
                (root / f"node_modules/{number // 10}").mkdir(parents=True, exist_ok=True)
                (root / f"node_modules/{number // 10}/{number}.js").write_text("module.exports = {};\n")
            for runner in ("pre-commit", "prek"):
                empty, ours = timed(runner, root, environment, runs)
                print(f"| {runner} | {installed:,} | {empty:.2f} | {ours:.2f} | {ours - empty:.2f} |", flush=True)


def timed(runner: str, root: Path, environment: dict[str, str], runs: int) -> tuple[float, float]:
    """Give the seconds of an empty hook and of ours, the medians of some runs after a first one."""
    walls: dict[str, list[float]] = {"empty": [], "devsecgate": []}
    for number in range(runs + 1):
        (root / "changed.py").write_text(f"{BODY}NUMBER = {time.time_ns()}\n")
        subprocess.run(("git", "add", "-A"), cwd=root, env=environment, check=True)
        for hook, times in walls.items():
            started = time.perf_counter()
            done = subprocess.run(
                (BIN / runner, "run", hook), cwd=root, env=environment, capture_output=True, check=False
            )
            if done.returncode:
                sys.exit(done.stdout.decode())
            if number:
                times.append(time.perf_counter() - started)
    return statistics.median(walls["empty"]), statistics.median(walls["devsecgate"])


def prepare(folder: Path) -> tuple[Path, dict[str, str]]:
    """Make a repository of many files, and an environment with a home of its own."""
    root = folder / "project"
    root.mkdir()
    environment = {
        **{name: value for name, value in os.environ.items() if name in {"PATH", "LANG"}},
        "HOME": str(folder / "home"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "GIT_CONFIG_GLOBAL": "/dev/null",
        **{f"GIT_{role}_{what}": "t@team.example" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }
    for number in range(FILES):
        (root / f"file{number}.py").write_text(f"{BODY}NUMBER = {number}\n")
    (root / ".pre-commit-config.yaml").write_text(CONFIGURATION)
    (root / ".gitignore").write_text("node_modules/\n")
    for arguments in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-qm", "first")):
        subprocess.run(("git", *arguments), cwd=root, env=environment, check=True, capture_output=True)
    return root, environment


if __name__ == "__main__":
    main()
