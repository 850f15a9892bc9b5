"""SARIF of real runs before the reference validator: the example, a clean run, an incomplete run, and Django's.

    python benchmarks/sarif_validation.py SARIF.MULTITOOL [--rules github-rules.xml]

Run by `make sarif`. The validator ends with 0 whatever it finds, so its own log is read. Django is fetched as
`benchmarks/real.py` does it, and nothing of it is run.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import real
from real_projects import PROJECTS

REPOSITORY = Path(__file__).resolve().parent.parent
KINDS = ("sarif", "github", "gitlab")
RULES = REPOSITORY / "tests" / "support" / "sarif-rules.xml"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("multitool", type=Path)
    parser.add_argument("--rules", type=Path, default=RULES, help="configuration of the validator's rules")
    options = parser.parse_args()
    worst = 0
    print("| run | report | exit | results | bytes | errors | warnings |\n|---|---|--:|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        for name, tree in trees(Path(folder)).items():
            reports = Path(folder, f"{name}-reports")
            reports.mkdir()
            code = gate(tree, reports)
            for kind in KINDS:
                file = reports / f"{kind}.sarif"
                found = validate(options.multitool, options.rules, file)
                results = len(json.loads(file.read_bytes())["runs"][0]["results"])
                size = file.stat().st_size
                print(f"| {name} | {kind} | {code} | {results:,} | {size:,} | {found['error']} | {found['warning']} |")
                worst += found["error"] + found["warning"]
    sys.exit(1 if worst else 0)


def trees(folder: Path) -> dict[str, Path]:
    """Give the trees: two are made here, and Django is fetched."""
    clean, incomplete = folder / "clean", folder / "incomplete"
    for tree, text in ((clean, "VALUE = 1\n"), (incomplete, "def f(:\n")):
        tree.mkdir()
        (tree / "app.py").write_text(text)
    (django,) = [each.archive for each in PROJECTS if each.archive.name == "django"]
    return {
        "the example": REPOSITORY / "examples" / "shop",
        "clean": clean,
        "incomplete": incomplete,
        django.folder: real.fetch(django, REPOSITORY / ".real"),
    }


def gate(tree: Path, reports: Path) -> int:
    """Gate a tree, and give the exit code."""
    argv = [sys.executable, "-m", "devsecgate", "gate", str(tree), "--quiet", "--offline"]
    advisories = tree / "advisories"
    argv += ["--advisories", str(advisories)] if advisories.is_dir() else []
    argv += [f"--report={kind}={reports / kind}.sarif" for kind in KINDS]
    done = subprocess.run(argv, cwd=reports, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode not in {0, 1, 3}:
        raise SystemExit(f"{tree.name}: exit {done.returncode}\n{done.stderr}")
    return done.returncode


def validate(multitool: Path, rules: Path, file: Path) -> Counter[str]:
    """Count what the validator says, by level."""
    log = file.with_suffix(".log")
    argv = [str(multitool), "validate", str(file), "-o", str(log), "--rule-kind", "Sarif;Ghas"]
    argv += ["--level", "Error;Warning", "--log", "ForceOverwrite", "-c", str(rules)]
    subprocess.run(argv, check=True, capture_output=True)
    results = json.loads(log.read_bytes())["runs"][0]["results"]
    return Counter(each.get("level", "warning") for each in results)


if __name__ == "__main__":
    main()
