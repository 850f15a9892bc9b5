"""Our hooks, run by the programs that run hooks: pre-commit and prek."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from repositories import Repository, make

CLEAN = "def greet(name):\n    return 'hello ' + name\n"
SHELL = "import os\n\n\ndef f(request):\n    os.system('ls ' + request.args['x'])\n"
KEPT = ("PATH", "PIP_", "UV_", "SSL_CERT", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
"""What the installation of a hook may need of this machine."""
PARTS = ("devsecgate", "policies", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
RECORD = """{"id": "PYSEC-1", "modified": "2026-01-01T00:00:00Z", "affected": [{"package": {"ecosystem": "PyPI",
"name": "bad"}, "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]}]}"""


@pytest.fixture(scope="session")
def ours(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """This project as a repository of hooks, as it lies here."""
    place = tmp_path_factory.mktemp("hooks") / "devsecgate"
    made = make(place, {"placeholder": ""})
    for part in PARTS:
        source = repository / part
        if source.is_dir():
            shutil.copytree(source, place / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, place / part)
    made.commit({"placeholder": None}, "hooks")
    return made


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the installed hooks of this session are."""
    return tmp_path_factory.mktemp("home")


Run = Callable[..., subprocess.CompletedProcess[str]]


BOTH = pytest.mark.parametrize("runner", ["pre-commit", "prek"], indirect=True)


@pytest.fixture
def runner(request: pytest.FixtureRequest) -> str:
    """Which of the two programs; the first, where a test does not ask for both."""
    return str(getattr(request, "param", "pre-commit"))


@pytest.fixture
def run(runner: str, program: Callable[[str], str], home: Path) -> Run:
    """Run the program in a repository, in an environment that no CI and no user has a part in."""
    path = program(runner)
    kept = {name: value for name, value in os.environ.items() if name.upper().startswith(KEPT)}

    def go(project: Repository, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        environment = {
            **kept,
            "HOME": str(home),
            "XDG_CACHE_HOME": str(home / "cache"),
            "PRE_COMMIT_HOME": str(home / "pre-commit"),
            "PREK_HOME": str(home / "prek"),
            "PRE_COMMIT_COLOR": "never",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            **more,
        }
        return subprocess.run(
            [path, *arguments],
            cwd=project.root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )

    return go


@pytest.fixture
def project(tmp_path: Path, ours: Repository) -> Repository:
    """A project that uses our hooks, without the network and with records of its own."""
    records = tmp_path / "records"
    (records / "PyPI").mkdir(parents=True)
    (records / "PyPI" / "PYSEC-1.json").write_text(RECORD)
    configuration = f"""\
repos:
  - repo: file://{ours.root}
    rev: {ours.head}
    hooks:
      - id: devsecgate
        args: [--offline, --advisories, {records}]
      - id: devsecgate-push
        args: [--offline, --advisories, {records}]
"""
    return make(tmp_path / "project", {".pre-commit-config.yaml": configuration, "old.py": SHELL})


def stage(project: Repository, files: dict[str, str]) -> None:
    project.write(files)
    project.git("add", "-A")


@BOTH
def test_a_clean_commit_passes_and_a_dangerous_one_does_not(project: Repository, run: Run) -> None:
    stage(project, {"greet.py": CLEAN})
    done = run(project, "run")
    assert (done.returncode, "Passed" in done.stdout) == (0, True), done.stdout + done.stderr
    stage(project, {"a folder/new ü.py": SHELL})
    done = run(project, "run")
    assert done.returncode == 1
    assert "a folder/new ü.py:5" in done.stdout
    assert "exit 1 (FAIL)" in done.stdout


def test_what_was_in_a_file_before_does_not_stop_its_next_commit(project: Repository, run: Run) -> None:
    stage(project, {"old.py": SHELL + CLEAN})
    assert run(project, "run").returncode == 0
    stage(project, {"old.py": SHELL + CLEAN + SHELL.partition("\n\n")[2]})
    assert run(project, "run").returncode == 1


def test_a_file_that_moves_takes_its_old_issues_along(project: Repository, run: Run) -> None:
    project.git("mv", "old.py", "moved.py")
    assert run(project, "run").returncode == 0


@BOTH
def test_what_is_staged_counts_and_not_what_lies_there(project: Repository, run: Run) -> None:
    stage(project, {"part.py": CLEAN})
    project.write({"part.py": SHELL})
    assert run(project, "run").returncode == 0
    stage(project, {"part.py": SHELL})
    project.write({"part.py": CLEAN})
    assert run(project, "run").returncode == 1
    assert (project.root / "part.py").read_text() == CLEAN


def test_a_commit_that_only_removes_has_nothing_to_look_at(project: Repository, run: Run) -> None:
    project.git("rm", "-q", "old.py")
    done = run(project, "run")
    assert (done.returncode, "no files to check" in done.stdout) == (0, True)


def test_a_manifest_that_changed_is_looked_at_with_its_lock(project: Repository, run: Run) -> None:
    stage(project, {"requirements.txt": "bad==1.0\n"})
    done = run(project, "run")
    assert done.returncode == 1
    assert "bad 1.0" in done.stdout


def test_every_part_of_a_long_list_of_files_is_judged(project: Repository, run: Run) -> None:
    files = {f"{'long-' * 46}{number:04}.py": CLEAN for number in range(600)}
    stage(project, {**files, f"{'long-' * 46}0300.py": SHELL})
    done = run(project, "run")
    assert done.returncode == 1
    assert "0300.py:5" in done.stdout
    assert done.stdout.count("exit 1 (FAIL)") == 1
    assert done.stdout.count("devsecgate: PASS, ") >= 1


def test_where_all_files_are_asked_for_nothing_is_excused_for_having_been_there(project: Repository, run: Run) -> None:
    done = run(project, "run", "--all-files")
    assert done.returncode == 1
    assert "old.py:5" in done.stdout
    assert "no base for --base HEAD: it is what is checked out, and nothing differs from it" in done.stdout


@BOTH
def test_a_push_is_judged_against_what_the_other_side_has(project: Repository, run: Run) -> None:
    before = project.head
    project.git("checkout", "-q", "-b", "feature")
    good = project.commit({"greet.py": CLEAN})
    bad = project.commit({"new.py": SHELL})
    project.git("checkout", "-q", "main")
    asked = ("run", "--hook-stage", "pre-push", "devsecgate-push", "--from-ref")
    assert run(project, *asked, before, "--to-ref", good).returncode == 0
    done = run(project, *asked, good, "--to-ref", bad)
    assert done.returncode == 1
    assert "new.py:5" in done.stdout
    assert "Compared with" in done.stdout


@BOTH
def test_the_hooks_can_be_tried_before_they_are_installed(project: Repository, run: Run, ours: Repository) -> None:
    stage(project, {"new.py": SHELL})
    done = run(project, "try-repo", str(ours.root), "devsecgate", "--verbose")
    assert done.returncode == 1, done.stderr
    assert "new.py:5" in done.stdout


def test_without_file_names_what_is_staged_is_judged(project: Repository, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "devsecgate", "hook", "commit", "--offline"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}

    def code() -> int:
        done = subprocess.run(command, cwd=project.root, env=environment, capture_output=True, check=False, timeout=120)
        return done.returncode

    assert code() == 0
    stage(project, {"new.py": SHELL})
    assert code() == 1


def test_the_manifest_of_hooks_is_valid(program: Callable[[str], str], repository: Path) -> None:
    done = subprocess.run(
        [program("pre-commit"), "validate-manifest", repository / ".pre-commit-hooks.yaml"],
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
