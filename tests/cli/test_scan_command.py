"""`devsecgate scan`: it ends with 0 when a verdict is written, and only then."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from devsecgate import seal

Command = Callable[..., subprocess.CompletedProcess[str]]
Tree = Callable[[dict[str, str | bytes]], Path]
Scan = Callable[..., subprocess.CompletedProcess[str]]

FAILING = {"app.py": "import os\n\nos.system('ls ' + input())\n"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the verdict is written."""
    return tmp_path / "verdict.json"


@pytest.fixture
def scan(devsecgate: Command, file: Path) -> Scan:
    """Scan a project without the network."""

    def run(*arguments: str | Path, **more: str | Path) -> subprocess.CompletedProcess[str]:
        return devsecgate("scan", *arguments, "--offline", "--verdict", file, **more)

    return run


@pytest.mark.parametrize(
    ("files", "outcome"),
    [
        ({"README.md": "# A project\n"}, "PASS"),
        (FAILING, "FAIL"),
        ({"requirements.txt": "acme-parser==1.0\n"}, "INCOMPLETE"),
    ],
)
def test_it_ends_with_0_whatever_the_verdict_and_says_that_it_does_not_count_yet(
    files: dict[str, str | bytes], outcome: str, tree: Tree, scan: Scan, file: Path
) -> None:
    done = scan(tree(files))
    said = f"verdict {outcome} written to {file}; it counts only once `devsecgate verdict check {file}` has read it\n"
    assert (done.returncode, done.stderr) == (0, said)
    assert done.stdout.startswith(f" {outcome} ")
    assert json.loads(file.read_bytes())["outcome"] == outcome.lower()


def test_quiet_keeps_the_line_that_says_what_the_verdict_is_worth(project: Path, scan: Scan) -> None:
    done = scan(project, "--quiet")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("verdict PASS written to ")


def test_the_other_reports_are_written_too(tree: Tree, tmp_path: Path, scan: Scan) -> None:
    assert scan(tree(FAILING), "--report", f"sarif={tmp_path / 'gate.sarif'}").returncode == 0
    assert len(json.loads((tmp_path / "gate.sarif").read_bytes())["runs"]) == 1


def test_it_is_what_the_gate_judges(tree: Tree, devsecgate: Command, scan: Scan, file: Path) -> None:
    root = tree(FAILING)
    scan(root)
    gate = devsecgate("gate", root, "--offline", "--report", "json=-")
    assert json.loads(gate.stdout)["judgement"] == json.loads(file.read_bytes())["judgement"]


def test_a_verdict_in_the_project_is_no_part_of_it_the_next_time(tree: Tree, devsecgate: Command) -> None:
    root = tree(FAILING)
    found = []
    for _ in range(2):
        assert devsecgate("scan", "--offline", "--verdict", "verdict.json", cwd=root).returncode == 0
        found.append(json.loads((root / "verdict.json").read_bytes())["judgement"])
    assert found[0] == found[1]


def test_the_key_of_the_environment_seals_it_and_is_not_printed(project: Path, scan: Scan, file: Path) -> None:
    done = scan(project, DEVSECGATE_VERDICT_KEY="hunter2-hunter2")
    document = json.loads(file.read_bytes())
    assert document["seal"].startswith("hmac-sha256:")
    assert seal.is_whole(document, b"hunter2-hunter2")
    assert "hunter2" not in done.stdout + done.stderr + file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--policy", "nowhere.yaml"), "nowhere.yaml: cannot be read"),
        (("--quiet", "--verbose"), "--quiet and --verbose contradict each other"),
        (("--report", "saif=a"), "no report is called saif"),
        (("--base", "-nowhere"), "this is no name of a commit"),
    ],
)
def test_a_mistake_leaves_no_verdict_not_even_an_older_one(
    arguments: tuple[str, ...], said: str, project: Path, scan: Scan, file: Path
) -> None:
    assert scan(project).returncode == 0
    done = scan(project, *arguments)
    assert (done.returncode, said in done.stderr, file.exists()) == (2, True, False)


@pytest.mark.parametrize("made", ["link", "folder", "pipe", "nothing"])
def test_a_place_that_cannot_hold_the_verdict_is_exit_3_before_anything_is_scanned(
    made: str, project: Path, tmp_path: Path, devsecgate: Command
) -> None:
    import os

    place = tmp_path / "place"
    if made == "link":
        place.symlink_to(tmp_path / "elsewhere")
    elif made == "folder":
        place.mkdir()
    elif made == "pipe":
        os.mkfifo(place)
    else:
        place = tmp_path / "nowhere" / "verdict.json"
    done = devsecgate("scan", project, "--offline", "--verdict", place)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith(f"devsecgate: {place}: ")
    assert not (tmp_path / "elsewhere").exists()


def test_a_link_to_a_folder_in_the_project_leads_nowhere(tree: Tree, tmp_path: Path, devsecgate: Command) -> None:
    root = tree(FAILING)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "verdict.json").write_text("precious")
    (root / "reports").symlink_to(tmp_path / "outside")
    done = devsecgate("scan", "--offline", "--verdict", "reports/verdict.json", cwd=root)
    assert (done.returncode, done.stdout) == (3, "")
    assert (tmp_path / "outside" / "verdict.json").read_text() == "precious"


def test_the_verdict_and_a_report_cannot_share_a_file(project: Path, scan: Scan, file: Path) -> None:
    done = scan(project, "--report", f"sarif={file}")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"devsecgate: --report: two reports for {file}\n")


def test_a_report_that_cannot_be_written_is_a_gap_of_the_verdict(project: Path, tmp_path: Path, scan: Scan) -> None:
    done = scan(project, "--report", f"sarif={tmp_path / 'nowhere' / 'gate.sarif'}")
    assert done.returncode == 0
    assert done.stderr.splitlines()[-1].startswith("verdict INCOMPLETE written to ")


def test_without_a_file_for_the_verdict_there_is_no_scan(project: Path, devsecgate: Command) -> None:
    done = devsecgate("scan", project, "--offline")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Missing option '--verdict'" in done.stderr


def test_the_help_names_every_kind_of_report(devsecgate: Command) -> None:
    from devsecgate import discovery

    text = " ".join(devsecgate("scan", "--help").stdout.split())
    assert f"KIND: {', '.join(discovery.kinds())}." in text
