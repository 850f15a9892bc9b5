"""Two runs over the same input give the same bytes: in another folder, with files in another order on disk.

What differs is documented: `timing` and `seal` of the json report, and the seconds at the end of each line of the
account in the reports for people (console, markdown).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

EXACT = ("sarif", "github", "cyclonedx")
FOR_PEOPLE = ("markdown", "console")
SECONDS = re.compile(rb" \xc2\xb7 \d[\d,]*\.\d s$", re.MULTILINE)
POLICY = """\
version: 1
name: shop
extends: default
gaps: {accept: [{reason: unreadable, path: "broken/**", because: kept for the parser's own tests}]}
"""


def fill(root: Path, source: Path, *, backwards: bool) -> None:
    """Copy the example file by file, add what cannot be seen, and commit it on a fixed day."""
    files = sorted(path.relative_to(source) for path in source.rglob("*") if path.is_file())
    for name in reversed(files) if backwards else files:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, root / name)
        (root / name).chmod(0o644)
    extra = {
        "broken/first.py": "def f(:\n",
        "broken/second.py": "class\n",
        "other.py": "def g(:\n",
        "poetry.lock": '[[package]]\nname = "fl',
        ".devsecgate.yaml": POLICY,
    }
    for place, text in sorted(extra.items(), reverse=backwards):
        (root / place).parent.mkdir(exist_ok=True)
        (root / place).write_text(text)
    (root / "loop.py").symlink_to("loop.py")
    moment = "2026-01-01T00:00:00Z"
    environment = {
        "PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment,
    }  # fmt: skip
    for arguments in (("init", "-q"), ("add", "-f", "."), ("commit", "-qm", "first")):
        git = ("git", "-c", "user.name=t", "-c", "user.email=t@team.example", *arguments)
        subprocess.run(git, cwd=root, env=environment, check=True, capture_output=True)


def gate(place: Path, source: Path, *, seed: str, backwards: bool) -> Mapping[str, bytes]:
    """Run the command in a world of its own, and give its reports, stdout and exit code."""
    root = place / "shop"
    for folder in (root, place / "home", place / "tmp", place / "reports"):
        folder.mkdir(parents=True)
    fill(root, source, backwards=backwards)
    advisories = source / "advisories"
    reports = [f"--report={kind}={place / 'reports' / kind}" for kind in ("json", *EXACT, *FOR_PEOPLE)]
    done = subprocess.run(
        [sys.executable, "-m", "devsecgate", "gate", str(root), "--offline", f"--advisories={advisories}", *reports],
        cwd=place,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(place / "home"),
            "TMPDIR": str(place / "tmp"),
            "PYTHONHASHSEED": seed,
        },
        capture_output=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 1, done.stderr
    found = {path.name: path.read_bytes() for path in (place / "reports").iterdir()}
    return {**found, "stdout": done.stdout, "stderr": done.stderr}


@pytest.fixture(scope="module")
def runs(
    tmp_path_factory: pytest.TempPathFactory, repository: Path
) -> tuple[Mapping[str, bytes], Mapping[str, bytes], Mapping[str, bytes]]:
    """Three runs: the example, and two copies elsewhere."""
    source = repository / "examples" / "shop"
    base = tmp_path_factory.mktemp("identical")
    return (
        gate(base / "one", source, seed="1", backwards=False),
        gate(base / "two" / "deeper and deeper", source, seed="2", backwards=True),
        gate(base / "3", source, seed="random", backwards=True),
    )


Runs = tuple[Mapping[str, bytes], Mapping[str, bytes], Mapping[str, bytes]]


def test_the_runs_have_something_to_say(runs: Runs) -> None:
    document = json.loads(runs[0]["json"])
    assert (document["outcome"], document["target"]["revision"] is not None) == ("fail", True)
    assert min(document["counts"][name] for name in ("block", "warn", "gaps", "gaps_accepted")) >= 1
    assert len(document["packages"]) >= 10
    assert {gap["path"] for gap in document["gaps"]} >= {"broken/first.py", "other.py", "poetry.lock", "loop.py"}


@pytest.mark.parametrize("kind", EXACT)
def test_reports_for_machines_are_the_same_bytes(kind: str, runs: Runs) -> None:
    assert runs[0][kind] == runs[1][kind] == runs[2][kind]


def test_the_json_report_differs_in_its_timing_alone(runs: Runs) -> None:
    documents = [json.loads(run["json"]) for run in runs]
    timings = [document.pop("timing") for document in documents]
    assert all(document.pop("seal").startswith("sha256:") for document in documents)
    assert documents[0] == documents[1] == documents[2]
    texts = [run["json"].rpartition(b'"timing"')[0] for run in runs]
    assert texts[0] == texts[1] == texts[2]
    assert len({tuple(each["scanner"] for each in timing["scanners"]) for timing in timings}) == 1


@pytest.mark.parametrize("kind", [*FOR_PEOPLE, "stdout"])
def test_reports_for_people_differ_in_the_seconds_of_the_account_alone(kind: str, runs: Runs) -> None:
    texts = [SECONDS.sub(b"", run[kind]) for run in runs]
    assert texts[0] == texts[1] == texts[2]


def test_nothing_else_is_said(runs: Runs) -> None:
    assert [run["stderr"] for run in runs] == [b"", b"", b""]
