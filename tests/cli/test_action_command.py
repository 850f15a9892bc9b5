"""`devsecgate action`: its inputs, its outputs, and what it refuses; tests/test_action.py has the runner's side."""

from __future__ import annotations

import json
import re
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

Command = Callable[..., subprocess.CompletedProcess[str]]
Tree = Callable[[dict[str, str | bytes]], Path]

NAMES = ("outcome", "exit-code", "sarif-file", "json-file", "blocking", "warnings")
NAMES += ("introduced", "existing", "fixed", "gaps")
OUTPUT = re.compile(
    r"^(?P<name>[a-z-]+)<<(?P<end>end-[0-9a-f]{32})\n(?P<value>.*?)\n(?P=end)\n", re.DOTALL | re.MULTILINE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One run of the command."""

    code: int
    stdout: str
    stderr: str
    outputs: dict[str, str]
    summary: str


Step = Callable[..., Done]


@pytest.fixture
def step(devsecgate: Command, tmp_path: Path) -> Step:
    """Run the step in a checkout, offline; what is given besides are variables."""

    def run(workspace: Path, summary: bytes = b"", **environment: str) -> Done:
        places = {"RUNNER_TEMP": tmp_path / "temporary", "GITHUB_OUTPUT": tmp_path / "output"}
        places["GITHUB_STEP_SUMMARY"] = tmp_path / "summary"
        places["RUNNER_TEMP"].mkdir()
        places["GITHUB_OUTPUT"].touch()
        places["GITHUB_STEP_SUMMARY"].write_bytes(summary)
        runner = {name: str(place) for name, place in places.items()}
        given = {"GITHUB_WORKSPACE": str(workspace), "DEVSECGATE_INPUT_OFFLINE": "true", "NO_COLOR": "1"}
        done = devsecgate("action", cwd=workspace, **{**runner, **given, **environment})
        text = places["GITHUB_OUTPUT"].read_text()
        outputs = {match["name"]: match["value"] for match in OUTPUT.finditer(text)}
        assert OUTPUT.sub("", text) == ""
        return Done(
            code=done.returncode,
            stdout=done.stdout,
            stderr=done.stderr,
            outputs=outputs,
            summary=places["GITHUB_STEP_SUMMARY"].read_bytes().decode(),
        )

    return run


def nothing_judged(code: int) -> dict[str, str]:
    return {**dict.fromkeys(NAMES, ""), "outcome": "error", "exit-code": str(code)}


def test_a_clean_project_passes_and_every_output_is_there(project: Path, step: Step) -> None:
    done = step(project)
    assert (done.code, done.stderr, tuple(done.outputs)) == (0, "", NAMES)
    files = {name: Path(done.outputs[name]) for name in ("sarif-file", "json-file")}
    assert {name: file.name for name, file in files.items()} == {"sarif-file": "gate.sarif", "json-file": "gate.json"}
    assert json.loads(files["json-file"].read_bytes())["outcome"] == "pass"
    assert files["json-file"].parent.stat().st_mode & 0o777 == 0o700
    assert {name: done.outputs[name] for name in NAMES if name not in files} == {
        "outcome": "pass",
        "exit-code": "0",
        "blocking": "0",
        "warnings": "0",
        "introduced": "",
        "existing": "",
        "fixed": "",
        "gaps": "0",
    }


def test_the_console_report_is_printed_where_no_command_is_obeyed(project: Path, step: Step) -> None:
    lines = step(project).stdout.splitlines()
    first, second = (number for number, line in enumerate(lines) if line.startswith("::stop-commands::"))
    assert lines[first + 1] == f"::{lines[first].removeprefix('::stop-commands::')}::"
    assert lines[second - 1] == "::group::devsecgate: the report"
    token = lines[second].removeprefix("::stop-commands::")
    assert (len(token), token != lines[first].removeprefix("::stop-commands::")) == (32, True)
    assert lines[second + 1].startswith(" PASS ")
    end = lines.index(f"::{token}::")
    assert lines[end - 1] == "exit 0 (PASS)"
    assert lines[end + 1] == "::endgroup::"
    assert lines[end + 2].startswith("devsecgate: PASS (exit 0)")


@pytest.mark.parametrize("text", ["True", "yes", "1", "false ", " true", "FALSE"])
@pytest.mark.parametrize("name", ["FAIL_ON_INCOMPLETE", "OFFLINE", "UPLOAD_SARIF"])
def test_a_boolean_is_true_or_false_and_nothing_else(name: str, text: str, project: Path, step: Step) -> None:
    done = step(project, **{f"DEVSECGATE_INPUT_{name}": text})
    named = name.lower().replace("_", "-")
    assert (done.code, done.outputs) == (2, nothing_judged(2))
    assert f"::error title=devsecgate::nothing was judged: the input {named} is neither true nor false" in done.stdout
    assert done.summary.startswith(f"## devsecgate: ERROR\n\nNothing was judged&#58; the input {named}") or (
        done.summary.startswith(f"## devsecgate: ERROR\n\nNothing was judged: the input {named}")
    )


def test_an_empty_boolean_is_its_default(tree: Tree, step: Step) -> None:
    done = step(tree({"app.py": "def (:\n"}), DEVSECGATE_INPUT_FAIL_ON_INCOMPLETE="")
    assert (done.code, done.outputs["outcome"]) == (3, "incomplete")


def test_an_input_that_does_not_exist_is_refused(project: Path, step: Step) -> None:
    done = step(project, DEVSECGATE_INPUT_POLCIY="strict.yaml")
    assert (done.code, done.outputs) == (2, nothing_judged(2))
    assert "there is no input polciy Inputs: advisories, base," in done.stdout


def test_downloading_advisories_contradicts_being_offline(project: Path, step: Step) -> None:
    done = step(project, DEVSECGATE_INPUT_UPDATE_ADVISORIES="PyPI")
    assert (done.code, done.outputs) == (2, nothing_judged(2))
    assert "update-advisories and offline contradict each other" in done.stdout


def test_advisories_are_downloaded_from_where_the_variable_says(tree: Tree, step: Step, tmp_path: Path) -> None:
    (tmp_path / "mirror" / "npm").mkdir(parents=True)
    record = {
        "id": "GHSA-0000-0000-0001",
        "modified": "2020-01-01T00:00:00Z",
        "affected": [{"package": {"ecosystem": "npm", "name": "another"}, "versions": ["1.0.0"]}],
    }
    with zipfile.ZipFile(tmp_path / "mirror" / "npm" / "all.zip", "w") as archive:
        archive.writestr("GHSA-0000-0000-0001.json", json.dumps(record))
    packages = {"": {"name": "x", "dependencies": {"another": "1.0.0"}}, "node_modules/another": {"version": "1.0.0"}}
    lock = {"name": "x", "lockfileVersion": 3, "packages": packages}
    done = step(
        tree({"package-lock.json": json.dumps(lock)}),
        DEVSECGATE_INPUT_OFFLINE="false",
        DEVSECGATE_INPUT_UPDATE_ADVISORIES="npm",
        DEVSECGATE_ADVISORIES=str(tmp_path / "mirror"),
    )
    assert "advisories: npm: " in done.stdout
    issues = json.loads(Path(done.outputs["json-file"]).read_bytes())["issues"]
    assert [each["ids"] for each in issues] == [["GHSA-0000-0000-0001"]]


def test_advisories_that_do_not_come_are_no_clean_bill(project: Path, step: Step, tmp_path: Path) -> None:
    (tmp_path / "mirror" / "npm").mkdir(parents=True)
    done = step(
        project,
        DEVSECGATE_INPUT_OFFLINE="false",
        DEVSECGATE_INPUT_UPDATE_ADVISORIES="PyPI",
        DEVSECGATE_ADVISORIES=str(tmp_path / "mirror"),
    )
    assert (done.code, done.outputs) == (3, nothing_judged(3))
    assert "the advisory records of PyPI did not come" in done.stdout


def test_incomplete_counts_as_passed_only_where_the_workflow_says_so_and_is_shown(tree: Tree, step: Step) -> None:
    done = step(tree({"app.py": "def (:\n"}), DEVSECGATE_INPUT_FAIL_ON_INCOMPLETE="false")
    assert (done.code, done.outputs["outcome"], done.outputs["exit-code"]) == (0, "incomplete", "3")
    assert done.summary.startswith("> [!WARNING]\n> Not everything could be seen.")
    assert len(re.findall(r"(?m)^::warning title=devsecgate::Not everything could be seen", done.stdout)) == 1


def test_letting_incomplete_pass_lets_no_issue_pass(tree: Tree, step: Step) -> None:
    root = tree({"app.py": "import os\n\nos.system('ls ' + input())\n", "other.py": "def (:\n"})
    done = step(root, DEVSECGATE_INPUT_FAIL_ON_INCOMPLETE="false")
    assert (done.code, done.outputs["outcome"], done.outputs["blocking"]) == (1, "fail", "1")


@pytest.mark.parametrize("used", [1 << 20, (1 << 20) - 400, (1 << 20) - 10])
def test_a_summary_that_is_nearly_full_stays_below_the_limit(used: int, project: Path, step: Step) -> None:
    done = step(project, b"x" * used)
    assert (done.code, len(done.summary.encode()) <= max(used, 1 << 20)) == (0, True)
    assert "::notice title=devsecgate::the job's summary has no room" in done.stdout


def test_reports_are_not_written_into_the_scanned_tree(project: Path, step: Step, tmp_path: Path) -> None:
    done = step(project, DEVSECGATE_INPUT_PATH=str(tmp_path))
    assert (done.code, done.outputs) == (2, nothing_judged(2))
    assert "RUNNER_TEMP lies in the scanned tree" in done.stdout


@pytest.mark.parametrize("name", ["RUNNER_TEMP", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"])
@pytest.mark.parametrize("place", ["", "relative", "/nowhere/at/all"])
def test_without_the_runner_s_places_it_is_no_step(name: str, place: str, project: Path, devsecgate: Command) -> None:
    places = {each: str(project) for each in ("RUNNER_TEMP",)}
    places |= dict.fromkeys(("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"), str(project / "README.md"))
    done = devsecgate("action", cwd=project, **{**places, name: place})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"devsecgate: {name} names nothing that is there\n")


def test_what_an_input_says_is_neither_an_output_nor_a_command(project: Path, step: Step) -> None:
    hostile = "no\n::error title=mine::pwned\noutcome=pass\nend\n##[error]x"
    done = step(project, DEVSECGATE_INPUT_OFFLINE=hostile, DEVSECGATE_INPUT_POLICY=hostile)
    assert (done.code, done.outputs) == (2, nothing_judged(2))
    commands = [line for line in done.stdout.splitlines() if line.lstrip().startswith("::") or "##[" in line]
    assert [line.partition("::nothing")[0] for line in commands] == ["::error title=devsecgate"]


def test_a_policy_that_is_wrong_is_told_without_commands(tree: Tree, step: Step) -> None:
    root = tree({"README.md": "# A\n", ".devsecgate.yaml": 'version: 1\n"::error::mine\\n##[error]x": 1\n'})
    done = step(root)
    assert (done.code, done.outputs) == (2, nothing_judged(2))
    assert "##[" not in done.stdout + done.stderr
    assert [line for line in done.stdout.splitlines() if line.startswith("::error") and "mine" not in line] == []


def test_an_event_that_cannot_be_read_is_an_error(project: Path, step: Step, tmp_path: Path) -> None:
    done = step(
        project, GITHUB_ACTIONS="true", GITHUB_EVENT_NAME="pull_request", GITHUB_EVENT_PATH=str(tmp_path / "none")
    )
    assert (done.code, done.outputs) == (2, nothing_judged(2))


def test_no_catalogue_is_downloaded_where_nothing_is_compared(project: Path, step: Step) -> None:
    done = step(project, DEVSECGATE_INPUT_OFFLINE="false", DEVSECGATE_KEV_URL="http://127.0.0.1:9/kev.json")
    assert "catalogue" not in done.stdout


def test_a_mistake_of_ours_is_told_to_later_steps_and_its_traceback_is_no_command(
    project: Path, step: Step, tmp_path: Path
) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "jinja2.py").write_text("raise RuntimeError('here\\n::error title=mine::pwned')\n")
    done = step(project, PYTHONPATH=str(tmp_path / "broken"))
    assert (done.code, done.outputs) == (4, nothing_judged(4))
    assert "::error title=mine::pwned" in done.stderr
    (stopped,) = re.findall(r"(?m)^::stop-commands::([0-9a-f]{32})$", done.stdout)
    assert f"::{stopped}::" not in done.stdout.splitlines()
