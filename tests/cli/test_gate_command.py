"""`devsecgate gate`: what its flags do, and what is told where they cannot be done."""

from __future__ import annotations

import errno
import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devsecgate import discovery

Command = Callable[..., subprocess.CompletedProcess[str]]
Tree = Callable[[dict[str, str | bytes]], Path]
Gate = Callable[..., subprocess.CompletedProcess[str]]

ESCAPE = "\x1b["
KINDS = discovery.kinds()


@pytest.fixture
def gate(devsecgate: Command, advisories: Path) -> Gate:
    """Gate a project without the network."""

    def run(*arguments: str | Path, **more: str | Path) -> subprocess.CompletedProcess[str]:
        return devsecgate("gate", *arguments, "--offline", "--advisories", advisories, **more)

    return run


def at_terminal(command: list[str | Path], home: Path, **environment: str) -> str:
    """Run with stdout at a terminal, and give what it was sent."""
    parent, child = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "devsecgate", *map(str, command)],
        env={"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "xterm", **environment},
        stdin=subprocess.DEVNULL,
        stdout=child,
        stderr=subprocess.DEVNULL,
    )
    os.close(child)
    sent = b"".join(sent_to(parent))
    os.close(parent)
    assert process.wait(timeout=120) == 0
    return sent.decode()


def sent_to(terminal: int) -> Iterator[bytes]:
    """Read until nobody holds the other side; Linux then says EIO, others end the file."""
    while True:
        try:
            data = os.read(terminal, 65536)
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            return
        if not data:
            return
        yield data


def test_a_clean_project_passes_and_the_console_says_so(project: Path, gate: Gate) -> None:
    done = gate(project)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == " PASS   Nothing blocks, and nothing was left unseen."
    assert lines[-1] == "exit 0 (PASS)"


def test_the_project_is_the_working_directory_where_none_is_named(tree: Tree, gate: Gate) -> None:
    root = tree({"README.md": "# A project\n", ".devsecgate.yaml": "version: 1\nname: own\nextends: strict\n"})
    done = gate(cwd=root)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[1].startswith("tree · 2 files · policy own (")


def test_the_policy_that_is_named_is_the_one(project: Path, tmp_path: Path, gate: Gate) -> None:
    (tmp_path / "other.yaml").write_text("version: 1\nname: other\nextends: default\n")
    done = gate(project, "--policy", tmp_path / "other.yaml")
    assert (done.returncode, done.stderr) == (0, "")
    assert "policy other (" in done.stdout


def test_an_issue_that_blocks_is_exit_1(tree: Tree, gate: Gate) -> None:
    done = gate(tree({"app.py": "import os\n\nos.system('ls ' + input())\n"}))
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(" FAIL ")
    assert done.stdout.splitlines()[-1] == "exit 1 (FAIL)"


def test_what_could_not_be_seen_is_exit_3(tree: Tree, devsecgate: Command) -> None:
    done = devsecgate("gate", tree({"requirements.txt": "acme-parser==1.0\n"}), "--offline")
    assert (done.returncode, done.stderr) == (3, "")
    assert done.stdout.startswith(" INCOMPLETE ")


def test_quiet_prints_nothing_and_still_writes_the_reports(project: Path, tmp_path: Path, gate: Gate) -> None:
    done = gate(project, "--quiet", "--report", f"json={tmp_path / 'gate.json'}")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert json.loads((tmp_path / "gate.json").read_bytes())["outcome"] == "pass"


def test_quiet_leaves_a_report_on_stdout_alone(project: Path, gate: Gate) -> None:
    done = gate(project, "-q", "--report", "json=-")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["outcome"] == "pass"


def test_quiet_and_verbose_contradict_each_other(project: Path, gate: Gate) -> None:
    done = gate(project, "--quiet", "--verbose")
    said = "devsecgate: --quiet and --verbose contradict each other\n  Give one of them.\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)


def test_verbose_shows_what_is_allowed(tree: Tree, gate: Gate) -> None:
    root = tree({"tests/app.py": "value = eval(input())\n"})
    short, long = gate(root), gate(root, "-v")
    assert (short.returncode, long.returncode) == (0, 0)
    assert "tests/app.py:1" not in short.stdout
    assert "tests/app.py:1" in long.stdout


def test_each_kind_of_report_is_written_and_the_console_too(project: Path, tmp_path: Path, gate: Gate) -> None:
    done = gate(project, *(f"--report={kind}={tmp_path / kind}" for kind in KINDS))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "exit 0 (PASS)"
    assert [kind for kind in KINDS if not (tmp_path / kind).read_bytes().endswith(b"\n")] == []


def test_a_report_on_stdout_takes_the_place_of_the_console(project: Path, gate: Gate) -> None:
    done = gate(project, "--report", "json=-")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["exit_code"] == 0


def test_reports_on_stdout_come_in_the_order_in_which_they_are_asked_for(project: Path, gate: Gate) -> None:
    done = gate(project, "--report", "markdown=-", "--report", "console=-")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("## devsecgate: PASS\n")
    assert done.stdout.endswith("\nexit 0 (PASS)\n")


@pytest.mark.parametrize(
    ("report", "said"),
    [
        ("saif=a", "--report saif=a: no report is called saif\n  Kinds: " + ", ".join(KINDS) + ".\n"),
        ("=a", "--report =a: no report is called \n  Kinds: " + ", ".join(KINDS) + ".\n"),
        ("json", "--report json: give KIND=FILE\n  For example --report sarif=gate.sarif.\n"),
        ("json=", "--report json=: give KIND=FILE\n  For example --report sarif=gate.sarif.\n"),
    ],
)
def test_a_report_that_there_is_not_is_a_mistake(report: str, said: str, project: Path, gate: Gate) -> None:
    done = gate(project, "--report", report)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"devsecgate: {said}")


@pytest.mark.parametrize("second", ["out/gate", "./out/gate", "out/../out/gate", "link/gate", "{cwd}/out/gate"])
def test_two_reports_for_one_file_are_a_mistake(second: str, project: Path, tmp_path: Path, gate: Gate) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "link").symlink_to("out")
    second = second.replace("{cwd}", str(tmp_path))
    done = gate(project, "--report", "json=out/gate", "--report", f"sarif={second}", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(
        r"devsecgate: --report: two reports for \S+\n  Give each report a file of its own\.\n", done.stderr
    )
    assert list((tmp_path / "out").iterdir()) == []


def test_a_report_that_cannot_be_written_is_exit_3_and_told(project: Path, tmp_path: Path, gate: Gate) -> None:
    place = tmp_path / "nowhere" / "gate.json"
    done = gate(project, "--report", f"json={place}", "--report", f"markdown={tmp_path / 'gate.md'}")
    said = f"devsecgate: {place}: its folder does not exist\n  make it first: mkdir -p {place.parent}\n"
    assert (done.returncode, done.stderr) == (3, said)
    assert done.stdout.splitlines()[-1] == "exit 3 (INCOMPLETE)"
    assert (tmp_path / "gate.md").read_text(encoding="utf-8").startswith("## devsecgate: INCOMPLETE\n")


@pytest.mark.parametrize("name", ["nowhere", "file"])
def test_a_path_that_is_no_folder_is_a_mistake(name: str, tmp_path: Path, gate: Gate) -> None:
    (tmp_path / "file").write_bytes(b"")
    done = gate(name, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"devsecgate: {name}: ")
    assert "Traceback" not in done.stderr


def test_a_policy_that_is_not_there_is_a_mistake(project: Path, gate: Gate) -> None:
    done = gate(project, "--policy", "nowhere.yaml")
    said = "devsecgate: nowhere.yaml: cannot be read: No such file or directory\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)


def test_a_folder_of_advisories_that_is_not_there_is_a_mistake(project: Path, devsecgate: Command) -> None:
    done = devsecgate("gate", project, "--offline", "--advisories", "nowhere")
    said = (
        "devsecgate: nowhere: the folder of advisory records is not there\n"
        "  Give a folder that holds <Ecosystem>/all.zip, or a store that `devsecgate advisories` made.\n"
    )
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)


def test_an_address_of_advisories_and_offline_contradict_each_other(project: Path, devsecgate: Command) -> None:
    done = devsecgate("gate", project, "--offline", "--advisories", "https://osv.example/")
    said = "devsecgate: https://osv.example/: --offline and an address of advisory records contradict each other\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)


def test_there_is_no_colour_where_nobody_looks_and_where_it_is_not_wanted(project: Path, gate: Gate) -> None:
    assert ESCAPE not in gate(project).stdout
    assert ESCAPE not in gate(project, NO_COLOR="1").stdout


def test_colour_can_be_forced(project: Path, gate: Gate) -> None:
    done = gate(project, FORCE_COLOR="1")
    assert done.returncode == 0
    assert done.stdout.startswith(f"{ESCAPE}1;37;42m PASS {ESCAPE}0m")
    assert re.sub(r"\x1b\[[0-9;]*m", "", done.stdout).splitlines()[-1] == "exit 0 (PASS)"


def test_a_terminal_gets_colour_unless_it_does_not_want_it(project: Path, tmp_path: Path, advisories: Path) -> None:
    command: list[str | Path] = ["gate", project, "--offline", "--advisories", advisories]
    assert at_terminal(command, tmp_path).startswith(f"{ESCAPE}1;37;42m PASS {ESCAPE}0m")
    plain = at_terminal(command, tmp_path, NO_COLOR="1")
    assert plain.startswith(" PASS ")
    assert ESCAPE not in plain


def test_the_console_is_utf_8_whatever_the_terminal_speaks(project: Path, gate: Gate) -> None:
    done = gate(project.rename(project.with_name("größe")), PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[1].startswith("größe · 1 file · policy default (")


@pytest.mark.parametrize("cache", ["{tmp_path}/file/cache", "relative", "{project}/cache"])
def test_a_run_is_none_the_worse_where_it_cannot_be_remembered(
    cache: str, project: Path, tmp_path: Path, gate: Gate
) -> None:
    """The place is below a file, below the working directory, or in the target: nothing may be left there."""
    (tmp_path / "file").write_bytes(b"")
    done = gate(cwd=project, XDG_CACHE_HOME=cache.format(tmp_path=tmp_path, project=project))
    assert (done.returncode, done.stderr) == (0, "")
    assert [path.name for path in project.iterdir()] == ["README.md"]
