"""A whole repository: what is read, what is not, and what is said of nothing at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from devsecgate.doctor import rules
from devsecgate.doctor.examine import examine
from devsecgate.doctor.records import Finding, Gate, Report, Unread

Tree = Callable[[dict[str, str | bytes]], Path]

GATE = "on: pull_request\njobs:\n  scan:\n    steps:\n      - run: bandit -r .\n"


def test_a_repository_whose_gate_can_fail_is_told_so(tree: Tree) -> None:
    assert examine(tree({".github/workflows/ci.yml": GATE, "README.md": ""})) == Report(
        read=(".github/workflows/ci.yml",),
        gates=(Gate(path=".github/workflows/ci.yml", line=5, tool="bandit"),),
        findings=(),
        unread=(),
    )


def test_a_repository_without_any_file_has_no_gate(tree: Tree) -> None:
    message = (
        "there is no CI or hook file that could be read, and nothing runs a known security tool: every change passes"
    )
    finding = Finding(rule=rules.NO_GATE, path=".", line=1, message=message)
    assert examine(tree({"README.md": ""})) == Report(read=(), gates=(), findings=(finding,), unread=())


@pytest.mark.parametrize(
    ("workflow", "code"),
    [(GATE, 0), (GATE.replace("bandit -r .", "bandit . || true"), 1), (GATE.replace("bandit -r .", "bandit ("), 1)],
)
def test_the_exit_code_is_that_of_the_worst(workflow: str, code: int, tree: Tree) -> None:
    assert examine(tree({".github/workflows/ci.yml": workflow})).exit_code == code


def test_a_note_is_no_failure(tree: Tree) -> None:
    report = examine(
        tree({".github/workflows/ci.yml": GATE.replace("bandit -r .", "devsecgate gate --policy advisory")})
    )
    assert ([each.rule for each in report.findings], report.exit_code) == ([rules.ADVISORY], 0)


def hostile(root: Path) -> None:
    folder = root / ".github" / "workflows"
    (folder / "bytes.yml").write_bytes(b"a: \xff\xfe\n")
    (folder / "large.yml").write_bytes(b"# " + b"x" * 10_000_000)
    os.mkfifo(folder / "pipe.yml")
    (folder / "out.yml").symlink_to("/etc/hostname")
    (folder / "folder.yml").mkdir()
    bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    bomb += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    (folder / "bomb.yml").write_text("\n".join(bomb))
    (folder / "deep.yml").write_text("a: " + "[" * 100_000)
    (folder / "list.yml").write_text("- a\n")
    (folder / "twice.yml").write_text("on: push\njobs: {}\non: pull_request\n")
    (folder / "two.yml").write_text("a: 1\n---\nb: 1\n")
    (folder / "empty.yml").write_text("# nothing\n")
    (root / ".pre-commit-config.yaml").write_text("hooks: []\n")


def test_what_cannot_be_read_is_named_and_all_else_is_read(tree: Tree) -> None:
    root = tree({".github/workflows/ci.yml": GATE})
    hostile(root)
    report = examine(root)
    assert (report.read, report.exit_code) == (
        (*(f".github/workflows/{name}.yml" for name in ("ci", "list", "two")), ".pre-commit-config.yaml"),
        3,
    )
    assert report.unread[:-1] == tuple(
        Unread(path=f".github/workflows/{name}.yml", line=line, why=why)
        for name, line, why in [
            ("bomb", 6, "more values, with every alias written out, than are looked at"),
            ("bytes", 1, "not UTF-8"),
            ("deep", 1, "nested too deeply"),
            ("empty", 1, "it is empty"),
            ("folder", 1, "not a regular file"),
            ("large", 1, "larger than 1,048,576 bytes"),
            ("list", 1, "not a workflow: it has no `jobs:`"),
            ("out", 1, "outside of the repository"),
            ("pipe", 1, "not a regular file"),
            ("twice", 3, "a key is there twice, and first on line 1"),
            ("two", 1, "more than one document"),
        ]
    )
    why = "not a configuration of hooks: it has no `repos:`"
    assert report.unread[-1] == Unread(path=".pre-commit-config.yaml", line=1, why=why)


def test_a_folder_of_workflows_that_leads_out_is_named(tree: Tree, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    root = tree({".github/x": "", ".gitlab-ci.yml": "a:\n  script: [bandit]\n"})
    (root / ".github" / "workflows").symlink_to(tmp_path / "elsewhere")
    report = examine(root)
    assert report.unread == (Unread(path=".github/workflows", line=1, why="outside of the repository"),)
    assert report.exit_code == 3


def test_a_file_that_is_not_read_may_hold_the_gate(tree: Tree) -> None:
    report = examine(tree({".github/workflows/ci.yml": "a: [\n"}))
    (finding,) = report.findings
    assert finding.message.endswith("; there may be one in what was not looked at")
    assert report.exit_code == 1


def test_two_runs_say_the_same(tree: Tree) -> None:
    root = tree({f".github/workflows/{n}.yml": GATE.replace("-r .", ". || true") for n in range(5)})
    assert examine(root) == examine(root)
    assert [each.path for each in examine(root).findings] == [f".github/workflows/{n}.yml" for n in range(5)]


def test_the_example_that_has_no_gate_is_told_so(repository: Path) -> None:
    assert [each.rule for each in examine(repository / "examples" / "shop").findings] == [rules.NO_GATE]


def test_long_chains_of_aliases_and_calls_take_no_long_time(tree: Tree) -> None:
    calls = "".join(f"  j{n}:\n    uses: ./.github/workflows/w{n}.yml\n" for n in range(60))
    files: dict[str, str | bytes] = {
        f".github/workflows/w{n}.yml": f"on: pull_request\njobs:\n{calls}" for n in range(60)
    }
    files[".github/workflows/w59.yml"] = GATE
    report = examine(tree(files))
    assert (len(report.gates), report.findings) == (59 * 60 + 1, ())
