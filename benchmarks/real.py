"""Real projects in, a Markdown table out: what the gate says about code that nobody here wrote.

    python benchmarks/real.py fetch             download the source archives, check their hashes, extract them
    python benchmarks/real.py run [NAME ...]    gate each tree and print the table of docs/real-runs.md

The archives come from the index that pip is configured with. Nothing of them is ever built, installed
or run, and nothing of them is committed.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from urllib.parse import urldefrag, urljoin

import msgspec
import requests
from real_projects import PROJECTS, Archive, Place, Project

from devsecgate import cwe
from devsecgate.model import Kind
from devsecgate.policy import load
from devsecgate.policy.globs import matches_path

REPOSITORY = Path(__file__).resolve().parent.parent
_DEPENDENCY = "dependency"
_ALLOWED = "allow"
_PACKS = "semgrep"
"""What the names of the scanners of the packs begin with."""
SEVERITIES = ("critical", "high", "medium", "low", "info", "unrated")
_LOUD = SEVERITIES[:2]
_PER = 20_000
"""Lines of Python that one issue of severity high or above may stand for."""
_COLUMNS = (
    "Release",
    "Files",
    "Lines of Python",
    "Outside of tests",
    "Critical",
    "High",
    "High or above per 20,000 lines (of the packs)",
    "Medium",
    "Low and below",
    "In tests",
    "Dependencies",
    "Gaps (accepted)",
    "Verdict",
    "Seconds",
)
_SIMPLE_JSON = "application/vnd.pypi.simple.v1+json"


class IndexFile(msgspec.Struct, frozen=True):
    """One file of a project's page (PEP 691)."""

    filename: str
    url: str


class IndexPage(msgspec.Struct, frozen=True):
    """A project's page of the simple index."""

    files: list[IndexFile]


class SeenPlace(msgspec.Struct, frozen=True):
    """Where a finding is."""

    path: str
    line: int
    end_line: int | None


class SeenFinding(msgspec.Struct, frozen=True):
    """What one scanner said."""

    scanner: str
    rule: str
    severity: str | None
    location: SeenPlace
    cwes: list[int]


class SeenIssue(msgspec.Struct, frozen=True):
    """One problem of the report."""

    kind: str
    message: str
    severity: str | None
    action: str
    location: SeenPlace
    findings: list[SeenFinding]


class SeenGap(msgspec.Struct, frozen=True):
    """Something that could not be seen."""

    accepted: bool


class SeenTarget(msgspec.Struct, frozen=True):
    """What was looked at."""

    files: int


class SeenReport(msgspec.Struct, frozen=True):
    """The part of devsecgate's own JSON report that the table needs."""

    outcome: str
    exit_code: int
    target: SeenTarget
    issues: list[SeenIssue]
    gaps: list[SeenGap]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One gated tree."""

    archive: Archive
    report: SeenReport
    lines: int
    own_lines: int
    """Those outside of tests, documentation and examples."""
    seconds: float


def index_url() -> str:
    """Ask pip which index it uses: the environment, then its configuration, then its own default."""
    configured = os.environ.get("PIP_INDEX_URL")
    if not configured:
        argv = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
        asked = subprocess.run(argv, capture_output=True, text=True, check=False)
        configured = asked.stdout.strip() if asked.returncode == 0 else ""
    if not configured:
        from pip._internal.models.index import PyPI

        configured = PyPI.simple_url
    return configured.rstrip("/")


def fetch(archive: Archive, cache: Path) -> Path:
    """Give the extracted tree of an archive; download it where the cache has no file with the right hash."""
    cache.mkdir(parents=True, exist_ok=True)
    file = cache / archive.file
    if not file.exists() or sha256(file.read_bytes()) != archive.sha256:
        data = download(archive)
        with tempfile.NamedTemporaryFile(dir=cache, delete=False) as partial:
            partial.write(data)
        Path(partial.name).rename(file)
        shutil.rmtree(cache / archive.folder, ignore_errors=True)
    tree = cache / archive.folder
    if not tree.is_dir():
        extract(file, tree)
    return tree


def download(archive: Archive) -> bytes:
    """Read an archive from the index; the hash is the one of this file's table, whatever the index says."""
    page_url = f"{index_url()}/{archive.name}/"
    answer = requests.get(page_url, headers={"Accept": _SIMPLE_JSON}, timeout=60)
    answer.raise_for_status()
    page = msgspec.json.decode(answer.content, type=IndexPage)
    found = [each for each in page.files if each.filename == archive.file]
    if not found:
        raise SystemExit(f"{archive.file}: the configured index does not have it")
    answer = requests.get(urldefrag(urljoin(answer.url, found[0].url)).url, timeout=180)
    answer.raise_for_status()
    if sha256(answer.content) != archive.sha256:
        raise SystemExit(f"{archive.file}: the SHA-256 is {sha256(answer.content)}, not {archive.sha256}: refused")
    return answer.content


def sha256(data: bytes) -> str:
    """Hash as hex digits."""
    return hashlib.sha256(data).hexdigest()


def extract(file: Path, tree: Path) -> None:
    """Extract into a folder beside, then rename, so that a broken extraction leaves no half tree."""
    with tempfile.TemporaryDirectory(dir=tree.parent) as scratch:
        with tarfile.open(file) as archive:
            archive.extractall(scratch, filter="data")
        (Path(scratch) / tree.name).rename(tree)


def misplaced(tree: Path, places: Iterable[Place]) -> list[str]:
    """Name the places whose line does not hold the code that it should."""
    wrong = []
    for place in places:
        lines = (tree / place.path).read_text(encoding="utf-8").splitlines()
        if place.line > len(lines) or place.code not in lines[place.line - 1]:
            wrong.append(f"{tree.name}/{place.path}:{place.line} does not hold {place.code}")
    return wrong


def archives(projects: Iterable[Project]) -> list[Archive]:
    """Every archive of these projects, fixed releases behind their own."""
    return [each for project in projects for each in (project.archive, project.fixed) if each is not None]


def fetch_all(projects: Iterable[Project], cache: Path) -> None:
    """Fetch every archive and hold the truth of the table to the trees."""
    wrong: list[str] = []
    for project in projects:
        tree = fetch(project.archive, cache)
        print(f"{project.archive.folder}: {python_lines(tree):,} lines of Python", file=sys.stderr)
        wrong += misplaced(tree, [place for flaw in project.flaws for place in flaw.places])
        if project.fixed is not None:
            after = fetch(project.fixed, cache)
            wrong += misplaced(after, [place for flaw in project.flaws for place in flaw.after])
    if wrong:
        raise SystemExit("\n".join(wrong))


def python_lines(tree: Path, *, own: bool = False) -> int:
    """Count lines of the tree's Python files, or of `own` code alone; a last line without a newline counts."""
    files = (file for file in tree.rglob("*.py") if file.is_file())
    return sum(
        len(file.read_bytes().splitlines())
        for file in files
        if not (own and in_tests(file.relative_to(tree).as_posix()))
    )


def gate(archive: Archive, cache: Path, advisories: Path | None) -> Run:
    """Gate one tree with the default policy and read the report back."""
    tree = fetch(archive, cache)
    with tempfile.TemporaryDirectory() as scratch:
        output = Path(scratch) / "report.json"
        argv = [
            sys.executable,
            "-m",
            "devsecgate",
            "gate",
            str(tree),
            "--quiet",
            "--no-cache",
            "--report",
            f"json={output}",
        ]
        argv += ["--offline"] if advisories is None else ["--advisories", str(advisories), "--offline"]
        start = time.perf_counter()
        done = subprocess.run(argv, cwd=scratch, stderr=subprocess.PIPE, text=True, check=False)
        seconds = time.perf_counter() - start
        if done.returncode not in {0, 1, 3}:
            raise SystemExit(f"{archive.folder}: exit {done.returncode}\n{done.stderr}")
        report = msgspec.json.decode(output.read_bytes(), type=SeenReport)
    if report.exit_code != done.returncode:
        raise SystemExit(f"{archive.folder}: exit {done.returncode}, but the report says {report.exit_code}")
    return Run(
        archive=archive,
        report=report,
        lines=python_lines(tree),
        own_lines=python_lines(tree, own=True),
        seconds=seconds,
    )


@cache
def _not_production() -> tuple[str, ...]:
    """Give the path patterns by which the default policy tells code that does not run in production."""
    with tempfile.TemporaryDirectory() as empty:
        default = load(None, Path(empty), today=date.today())
    conditions = [rule.when for rules in default.rules for rule in rules.rules]
    return next(when.path for when in conditions if when.path and when.kind and Kind.CODE in when.kind)


def in_tests(path: str) -> bool:
    """Tell whether this is a test, documentation or an example, by the path rules of the default policy."""
    return any(matches_path(pattern, path) for pattern in _not_production())


def loud(report: SeenReport) -> list[SeenIssue]:
    """Give what a person has to read first: high or above, outside of tests, and not allowed by the policy."""
    return [
        issue
        for issue in report.issues
        if issue.kind != _DEPENDENCY
        and issue.severity in _LOUD
        and issue.action != _ALLOWED
        and not in_tests(issue.location.path)
    ]


def of_the_packs(issue: SeenIssue) -> bool:
    """Tell whether a bundled rule of semgrep alone makes this issue high."""
    return any(each.scanner.startswith(_PACKS) and each.severity in _LOUD for each in issue.findings)


def rates(run: Run) -> str:
    """Say how many there are per 20,000 lines, and how many of those are of the bundled packs.

    The issues are those in files of every language, the lines are those of Python alone.
    """
    issues = loud(run.report)
    per_line = _PER / max(run.own_lines, 1)
    return f"{len(issues) * per_line:.2f} ({sum(map(of_the_packs, issues)) * per_line:.2f})"


def spoken(report: SeenReport, places: Iterable[Place], number: int) -> str:
    """Say which rules speak at one of these places: of the flaw's family, of another one, or none."""
    wanted = cwe.family([number])
    same: set[str] = set()
    other: set[str] = set()
    for finding in (finding for issue in report.issues for finding in issue.findings):
        where = finding.location
        if any(where.path == at.path and where.line <= at.line <= (where.end_line or where.line) for at in places):
            (same if cwe.family(finding.cwes) == wanted else other).add(f"{finding.scanner}:{finding.rule}")
    if same:
        return f"**yes** ({', '.join(sorted(same))})"
    return f"no; another kind: {', '.join(sorted(other))}" if other else "no"


def overview(runs: Iterable[Run]) -> str:
    """Draw the table of all trees; severities are those of code, secrets and the like outside of tests."""
    rows = [f"| {' | '.join(_COLUMNS)} |", f"|---|{'--:|' * (len(_COLUMNS) - 3)}---|--:|"]
    for run in runs:
        own = [issue for issue in run.report.issues if issue.kind != _DEPENDENCY]
        outside = [issue for issue in own if not in_tests(issue.location.path)]
        by = Counter(issue.severity or "unrated" for issue in outside)
        cells = (
            f"{run.archive.name} {run.archive.version}",
            f"{run.report.target.files:,}",
            f"{run.lines:,}",
            f"{run.own_lines:,}",
            *(f"{by[name]}" for name in SEVERITIES[:2]),
            rates(run),
            f"{by[SEVERITIES[2]]}",
            f"{sum(by[name] for name in SEVERITIES[3:])}",
            f"{len(own) - len(outside)}",
            f"{len(run.report.issues) - len(own)}",
            f"{len(run.report.gaps)} ({sum(gap.accepted for gap in run.report.gaps)})",
            run.report.outcome.upper(),
            f"{run.seconds:.1f}",
        )
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def listing(runs: Iterable[Run]) -> str:
    """Draw every issue of medium or higher in the code outside of tests, so that a person can judge each."""
    rows = ["| Release | Place | Severity | Rules | Message |", "|---|---|---|---|---|"]
    for run in runs:
        for issue in run.report.issues:
            at = issue.location
            if issue.kind == _DEPENDENCY or in_tests(at.path) or issue.severity not in SEVERITIES[:3]:
                continue
            rules = ", ".join(sorted({f"{finding.scanner}:{finding.rule}" for finding in issue.findings}))
            message = issue.message.replace("|", "\\|").replace("\n", " ")
            rows.append(f"| {run.archive.folder} | `{at.path}:{at.line}` | {issue.severity} | {rules} | {message} |")
    return "\n".join(rows)


def truth(projects: Iterable[Project], runs: dict[Archive, Run]) -> str:
    """Draw the table of published flaws: found in the release, and still reported in the fixed one?"""
    rows = ["| Advisory | Release | What | Found | Still reported in the fixed release |", "|---|---|---|---|---|"]
    for project in projects:
        for flaw in project.flaws:
            found = spoken(runs[project.archive].report, flaw.places, flaw.cwe)
            after = "not run"
            if project.fixed is not None and project.fixed in runs:
                after = f"{spoken(runs[project.fixed].report, flaw.after, flaw.cwe)} ({project.fixed.version})"
            name = f"{project.archive.name} {project.archive.version}"
            rows.append(f"| {flaw.advisory}, {flaw.cve} | {name} | {flaw.what} | {found} | {after} |")
    return "\n".join(rows)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("fetch", "run"))
    parser.add_argument("names", nargs="*", help="projects; default: all")
    parser.add_argument("--cache", type=Path, default=REPOSITORY / ".real")
    parser.add_argument("--advisories", type=Path, help="default: data/osv of $DEVSECGATE_SHARED, where there is one")
    parser.add_argument("--list", action="store_true", help="also list each issue of medium or higher outside tests")
    parser.add_argument("--no-fixed", action="store_true", help="leave out the fixed releases")
    options = parser.parse_args()
    unknown = set(options.names) - {each.archive.name for each in PROJECTS}
    if unknown:
        parser.error(f"not in the table: {', '.join(sorted(unknown))}")
    projects = [each for each in PROJECTS if not options.names or each.archive.name in options.names]
    fetch_all(projects, options.cache)
    if options.what == "fetch":
        return
    advisories = options.advisories
    shared = Path(os.environ.get("DEVSECGATE_SHARED", REPOSITORY.parent / "shared")) / "data" / "osv"
    if advisories is None and shared.is_dir():
        advisories = shared
    wanted = [each.archive for each in projects] if options.no_fixed else archives(projects)
    runs = {archive: gate(archive, options.cache, advisories) for archive in wanted}
    print(overview(runs.values()))
    print()
    print(truth(projects, runs))
    if options.list:
        print()
        print(listing(runs.values()))


if __name__ == "__main__":
    main()
