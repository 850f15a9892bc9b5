"""The recipes for other CI systems: valid where there is a schema, and run, as their systems would, on a repository."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from catalogues import document, entry
from repositories import Repository, make

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "recipes.md").read_text(encoding="utf-8")
FENCE = re.compile(r"^```(\w+)\n(?:#|//) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED = {name: text for _, name, text in FENCE.findall(PAGE)}
(CRON,) = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
SCHEMAS = {
    "azure-pipelines.yml": ["vendor.azure-pipelines", "--regex-variant", "nonunicode"],
    ".circleci/config.yml": ["vendor.circle-ci"],
    "bitbucket-pipelines.yml": ["vendor.bitbucket-pipelines"],
    ".buildkite/pipeline.yml": ["vendor.buildkite"],
}
INSTALLS = re.compile(r"^.*(?:venv|pip. install|HOME/gate/bin:).*\n", re.MULTILINE)
"""What installs devsecgate in a script, which is there already."""
LOOSE = re.compile(r"\|\| *true|\|\| *:|soft_fail|allow_failure|continueOnError|continue-on-error|gate[^\n]*\| *tee")

SHELL = "import os\n\nos.system('ls ' + input())\n"
CLEAN = "VALUE = 1\n"
BROKEN = "def (:\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """How a CI runs a script."""

    shell: tuple[str, ...]
    pull_request: dict[str, str]
    branch: dict[str, str]
    base: str = "origin/main"
    reports: str = "devsecgate-reports"


SYSTEMS = {
    "Jenkinsfile": System(
        shell=("sh", "-xe", "-c"), pull_request={"CHANGE_TARGET": "main"}, branch={"BRANCH_NAME": "main"}
    ),
    "azure-pipelines.yml": System(
        shell=("bash", "--noprofile", "--norc", "-c"),
        pull_request={"SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main"},
        branch={"BUILD_SOURCEBRANCH": "refs/heads/main"},
    ),
    ".circleci/config.yml": System(
        shell=("bash", "-eo", "pipefail", "-c"),
        pull_request={"CIRCLE_BRANCH": "feature"},
        branch={"CIRCLE_BRANCH": "main"},
    ),
    "bitbucket-pipelines.yml": System(
        shell=("bash", "-e", "-c"),
        pull_request={"BITBUCKET_PR_DESTINATION_BRANCH": "main"},
        branch={"BITBUCKET_BRANCH": "main"},
        reports="test-results",
    ),
    ".buildkite/pipeline.yml": System(
        shell=("bash", "-e", "-c"),
        pull_request={"BUILDKITE_PULL_REQUEST": "1", "BUILDKITE_PULL_REQUEST_BASE_BRANCH": "main"},
        branch={"BUILDKITE_PULL_REQUEST": "false"},
    ),
}


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts(each)


def script(name: str) -> str:
    """Give what the shell of the system is given, without what installs devsecgate."""
    if name == "Jenkinsfile":
        (found,) = re.findall(r"'''\n(.*?)'''", NAMED[name], re.DOTALL)
        return INSTALLS.sub("", found.replace("\\\\", "\\"))
    (found,) = {text for text in texts(yaml.safe_load(NAMED[name])) if "devsecgate gate" in text}
    return found.replace("$$", "$") if name.startswith(".buildkite") else found


@pytest.fixture
def clone(tmp_path: Path) -> Repository:
    """A clone whose branch `feature` has one clean file more than `main`, where there is an issue already."""
    cloned = make(tmp_path / "origin", {"app.py": SHELL}).clone(tmp_path / "clone")
    cloned.git("checkout", "--quiet", "-b", "feature")
    cloned.commit({"more.py": CLEAN})
    return cloned


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a script as a system does, with a catalogue that needs no network."""
    kev = tmp_path / "kev.json"
    kev.write_text(json.dumps(document([entry("CVE-2024-00001")], released="2024-06-01")), encoding="utf-8")

    def go(argv: list[str], cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
        home = tmp_path / "home"
        home.mkdir(exist_ok=True)
        environment = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(home),
            "WORKSPACE_TMP": str(home),
            "DEVSECGATE_KEV_URL": str(kev),
            "GIT_CONFIG_GLOBAL": "/dev/null",
            **variables,
        }
        return subprocess.run(
            argv, cwd=cwd, env=environment, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL
        )

    return go


Run = Callable[..., subprocess.CompletedProcess[str]]


def test_there_is_a_recipe_for_each_of_these_systems() -> None:
    assert set(NAMED) == set(SYSTEMS) == {*SCHEMAS, "Jenkinsfile"}


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_pipeline_keeps_to_the_schema_of_its_system(name: str, tmp_path: Path, program: Callable[[str], str]) -> None:
    file = tmp_path / "pipeline.yml"
    file.write_text(NAMED[name], encoding="utf-8")
    argv = [program("check-jsonschema"), "--builtin-schema", *SCHEMAS[name], str(file)]
    done = subprocess.run(argv, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_no_recipe_lets_a_failure_through() -> None:
    assert [LOOSE.findall(text) for text in (*NAMED.values(), CRON)] == [[]] * 6


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_pull_request_is_compared_with_the_branch_that_it_goes_to(name: str, clone: Repository, run: Run) -> None:
    system = SYSTEMS[name]
    (clone.root / system.reports).mkdir()
    (clone.root / system.reports / "old.xml").write_text("<old/>", encoding="utf-8")
    done = run([*system.shell, script(name)], clone.root, **system.pull_request)
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((clone.root / system.reports / "gate.json").read_bytes())
    assert (report["outcome"], report["base"]["named"]) == ("pass", f"--base {system.base}")
    assert sorted(file.name for file in (clone.root / system.reports).iterdir()) == ["gate.json", "junit.xml"]


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_branch_is_judged_as_a_whole(name: str, clone: Repository, run: Run) -> None:
    system = SYSTEMS[name]
    done = run([*system.shell, script(name)], clone.root, **system.branch)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "exit 1 (FAIL)" in done.stdout
    assert (clone.root / system.reports / "junit.xml").is_file()


@pytest.mark.parametrize("name", SYSTEMS)
def test_what_could_not_be_seen_is_exit_3_with_its_reports(name: str, clone: Repository, run: Run) -> None:
    system = SYSTEMS[name]
    clone.commit({"more.py": BROKEN})
    done = run([*system.shell, script(name)], clone.root, **system.pull_request)
    assert done.returncode == 3, done.stdout + done.stderr
    assert (clone.root / system.reports / "junit.xml").is_file()


@pytest.mark.parametrize("name", SYSTEMS)
def test_without_the_catalogue_of_exploited_vulnerabilities_nothing_passes(
    name: str, clone: Repository, run: Run
) -> None:
    system = SYSTEMS[name]
    wrong = {"DEVSECGATE_KEV_URL": str(clone.root / "app.py")}
    done = run([*system.shell, script(name)], clone.root, **system.pull_request, **wrong)
    assert done.returncode == 3, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("app", "code", "said"),
    [
        (CLEAN, 0, ""),
        (SHELL, 1, "FAIL: something blocks, see {reports}\n"),
        (BROKEN, 3, "INCOMPLETE: something could not be seen, see {reports}\n"),
    ],
    ids=["pass", "fail", "incomplete"],
)
def test_the_script_for_cron_tells_the_outcomes_apart(
    app: str, code: int, said: str, clone: Repository, tmp_path: Path, run: Run
) -> None:
    origin = Repository(root=tmp_path / "origin")
    origin.commit({"app.py": app, "new.md": "# New\n"})
    clone.write({"left over.py": BROKEN})
    (tmp_path / "gate-nightly").write_text(CRON, encoding="utf-8")
    reports = tmp_path / "reports"
    reports.mkdir()
    done = run(["sh", str(tmp_path / "gate-nightly"), str(clone.root), str(reports)], tmp_path)
    assert (done.returncode, done.stdout) == (code, said.format(reports=reports)), done.stderr
    assert json.loads((reports / "gate.json").read_bytes())["exit_code"] == code


def test_the_script_for_cron_says_that_nothing_was_judged(clone: Repository, tmp_path: Path, run: Run) -> None:
    origin = Repository(root=tmp_path / "origin")
    origin.commit({".devsecgate.yaml": "version: 2\n"})
    (tmp_path / "gate-nightly").write_text(CRON, encoding="utf-8")
    done = run(["sh", str(tmp_path / "gate-nightly"), str(clone.root), str(tmp_path)], tmp_path)
    said = f"nothing was judged (exit 2), and what is in {tmp_path} is older\n"
    assert (done.returncode, done.stdout) == (2, said), done.stderr
