"""`devsecgate doctor`: what it prints for people and for programs, and how it ends."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

Command = Callable[..., subprocess.CompletedProcess[str]]
Tree = Callable[[dict[str, str | bytes]], Path]

GATE = "on: pull_request\njobs:\n  scan:\n    steps:\n      - run: bandit -r .\n"
SOFT = GATE.replace("-r .", "-r . || true")
WORKFLOW = ".github/workflows/ci.yml"


def test_a_gate_that_can_fail_is_exit_0(devsecgate: Command, tree: Tree) -> None:
    done = devsecgate("doctor", tree({WORKFLOW: GATE}))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "1 file read, 1 gate (bandit): none is neutered\n"


def test_a_neutered_gate_is_exit_1_with_its_place_and_what_to_do(devsecgate: Command, tree: Tree) -> None:
    done = devsecgate("doctor", cwd=tree({WORKFLOW: SOFT}))
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines() == [
        WORKFLOW,
        f"  {WORKFLOW}:5  doctor.or-true (high)  bandit: `|| true` takes its failure",
        "      Delete what is behind `||`, or end it with `exit 1`.",
        "",
        "1 file read, 1 gate (bandit): 1 finding",
    ]


def test_what_could_not_be_looked_at_is_exit_3(devsecgate: Command, tree: Tree) -> None:
    done = devsecgate("doctor", tree({WORKFLOW: GATE, ".github/workflows/x.yml": b"\xff"}))
    assert (done.returncode, done.stderr) == (3, "")
    assert done.stdout.splitlines() == [
        "Not looked at (1)",
        "  .github/workflows/x.yml:1  not UTF-8",
        "",
        "1 file read, 1 gate (bandit): not all could be looked at",
    ]


def test_no_gate_is_a_finding(devsecgate: Command, tree: Tree) -> None:
    done = devsecgate("doctor", tree({"README.md": ""}))
    assert done.returncode == 1
    assert "  .:1  doctor.no-gate (high)  there is no CI or hook file that could be read" in done.stdout
    assert done.stdout.endswith("0 files read, no gate: 1 finding\n")


def test_the_json_document_has_all_of_it(devsecgate: Command, tree: Tree) -> None:
    done = devsecgate("doctor", "--json", tree({WORKFLOW: SOFT, ".github/workflows/x.yml": b"\xff"}))
    assert (done.returncode, done.stderr) == (1, "")
    assert json.loads(done.stdout) == {
        "format": "devsecgate-doctor",
        "version": "1.0",
        "exit_code": 1,
        "read": [WORKFLOW],
        "gates": [{"tool": "bandit", "path": WORKFLOW, "line": 5}],
        "findings": [
            {
                "rule": "doctor.or-true",
                "severity": "high",
                "confidence": "high",
                "path": WORKFLOW,
                "line": 5,
                "message": "bandit: `|| true` takes its failure",
                "instead": "Delete what is behind `||`, or end it with `exit 1`.",
            }
        ],
        "not_looked_at": [{"path": ".github/workflows/x.yml", "line": 1, "why": "not UTF-8"}],
    }


def test_a_path_that_is_no_folder_is_exit_2(devsecgate: Command, tree: Tree) -> None:
    done = devsecgate("doctor", tree({"a": ""}) / "a")
    assert (done.returncode, done.stdout) == (2, "")
    assert "is not a folder" in done.stderr


def test_what_a_repository_writes_acts_on_no_terminal_and_no_runner(devsecgate: Command, tree: Tree) -> None:
    name = ".github/workflows/\x1b[31m\u202e.yml"
    text = (
        SOFT.replace("|| true", "|| echo '::error::x \x1b ##[error]'".replace("\x1b", "")) + "  '::x':\n    uses: a/b\n"
    )
    done = devsecgate("doctor", tree({name: text, ".github/workflows/::error::x.yml": SOFT}))
    assert done.returncode == 1
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout
    assert [line for line in done.stdout.splitlines() if line.lstrip().startswith("::") or "##[" in line] == []
    assert (
        json.loads(devsecgate("doctor", "--json", tree({})).stdout)["gates"][0]["path"]
        == ".github/workflows/::error::x.yml"
    )
