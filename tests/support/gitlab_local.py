"""A repository with a GitLab pipeline in, what its jobs did on this machine out; the program is gitlab-ci-local.

It needs Node 22 and rsync. DEVSECGATE_GITLAB_CI_LOCAL names its `dist/index.js`, DEVSECGATE_NODE the Node.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

_COLOR = re.compile(r"\x1b\[[0-9;]*m")
_FINISHED = re.compile(r"^(?P<job>(?!pipeline )\S+) +finished in [\d.]+ \w+(?: +FAIL (?P<exit>\d+))?\s*$", re.MULTILINE)
_NODE = 22


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """What one pipeline did."""

    exit: int
    jobs: dict[str, int]
    """The exit code of each job that was run."""
    log: str
    """What the jobs printed on stdout, each line behind the job's name; or what is asked for by `--preview`."""
    told: str
    """What the jobs printed on stderr, likewise, and what the program says of itself."""


def command() -> tuple[str, ...]:
    """Give how the program is started, or a skip (a failure where programs are required) that says what is missing."""
    script = os.environ.get("DEVSECGATE_GITLAB_CI_LOCAL")
    node = os.environ.get("DEVSECGATE_NODE") or shutil.which("node")
    if script is None:
        _missing("gitlab-ci-local (npm; DEVSECGATE_GITLAB_CI_LOCAL names its dist/index.js) is not installed")
    if node is None or _version(node) < _NODE:
        _missing(f"Node {_NODE} (DEVSECGATE_NODE), which gitlab-ci-local needs, is not installed")
    if shutil.which("rsync") is None:
        _missing("rsync, which gitlab-ci-local needs, is not installed")
    return str(node), str(script)


def run(argv: tuple[str, ...], tree: Path, *arguments: str, home: Path, **variables: str) -> Pipeline:
    """Run a pipeline, or the jobs that are named, with nothing of the caller's environment but PATH."""
    home.mkdir(exist_ok=True)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    clean = {"PATH": path, "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), "NO_COLOR": "1"}
    given = [part for name, value in variables.items() for part in ("--variable", f"{name}={value}")]
    done = subprocess.run(
        [*argv, "--force-shell-executor", "--shell-isolation", *given, *arguments],
        cwd=tree,
        env=clean,
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    log, told = (_COLOR.sub("", text) for text in (done.stdout, done.stderr))
    jobs = {match["job"]: int(match["exit"] or 0) for match in _FINISHED.finditer(f"{log}\n{told}")}
    return Pipeline(exit=done.returncode, jobs=jobs, log=log, told=told)


def artifacts(tree: Path, job: str) -> Path:
    """Give the folder of what a job left for those that need it."""
    return tree / ".gitlab-ci-local" / "artifacts" / job


def _version(node: str) -> int:
    told = subprocess.run([node, "--version"], check=False, capture_output=True, text=True).stdout
    match = re.match(r"v(\d+)\.", told)
    return int(match[1]) if match else 0


def _missing(what: str) -> None:
    message = f"the program {what}" if not what.startswith("Node") else what
    if os.environ.get("DEVSECGATE_REQUIRE_PROGRAMS") == "1":
        pytest.fail(message)
    pytest.skip(message)
