"""Every workflow and action of ours, and those that the documents show: valid, clean, pinned, asking for little."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import runner
import yaml

Program = Callable[[str], str]

ROOT = Path(__file__).resolve().parent.parent
ACTIONS = ("action.yml", "comment/action.yml")
WORKFLOWS = tuple(sorted(f".github/workflows/{file.name}" for file in (ROOT / ".github" / "workflows").iterdir()))
HOOKS = (".pre-commit-config.yaml", ".pre-commit-hooks.yaml")
PAGE = (ROOT / "docs" / "github.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
COMMIT = "0123456789abcdef0123456789abcdef01234567"
"""In place of the commit of ours that a reader of the documents puts in."""
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")
HERE = {"./", "./comment"}
VERSIONED = re.compile(r"^\s*(?:- )?uses: (?!\./)(\S+)(.*)$", re.MULTILINE)


def run(argv: list[str]) -> str:
    """Run a linter with nothing of the caller's environment; give what it says where it finds anything."""
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "NO_COLOR": "1"}
    done = subprocess.run(argv, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.fixture
def shown(tmp_path: Path) -> list[str]:
    """The workflows of the documents, as files."""
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    files = []
    for number, block in enumerate(BLOCKS):
        file = folder / f"{number}.yml"
        file.write_text(block.replace("<commit>", COMMIT), encoding="utf-8")
        files.append(str(file))
    return files


def test_the_documents_show_two_workflows() -> None:
    assert [yaml.safe_load(block)["name"] for block in BLOCKS] == ["gate", "comment"]


def test_every_action_and_workflow_is_valid(program: Program, shown: list[str]) -> None:
    check = program("check-jsonschema")
    assert run([check, "--builtin-schema", "vendor.github-actions", *ACTIONS]) == ""
    assert run([check, "--builtin-schema", "vendor.github-workflows", *WORKFLOWS, *shown]) == ""


def test_zizmor_finds_nothing_in_any_of_them(program: Program, shown: list[str]) -> None:
    files = [*ACTIONS, *WORKFLOWS, *HOOKS, *shown]
    assert run([program("zizmor"), "--offline", "--no-progress", "--strict-collection", *files]) == ""


def test_the_hooks_of_ours_are_valid(program: Program) -> None:
    pre_commit = program("pre-commit")
    assert run([pre_commit, "validate-config", HOOKS[0]]) == ""
    assert run([pre_commit, "validate-manifest", HOOKS[1]]) == ""


@pytest.mark.parametrize("name", [*ACTIONS, *WORKFLOWS])
def test_every_action_that_is_used_is_named_by_its_commit_and_says_its_version(name: str) -> None:
    used = runner.uses(ROOT / name)
    assert {each for each in used if not PINNED.fullmatch(each)} <= HERE
    found = VERSIONED.findall((ROOT / name).read_text(encoding="utf-8"))
    assert len(found) == len([each for each in used if each not in HERE])
    assert [action for action, said in found if not re.fullmatch(r" # v\d+\.\d+\.\d+", said)] == []


def test_one_version_of_each_action_is_used_everywhere(shown: list[str]) -> None:
    used = {each for name in (*ACTIONS, *WORKFLOWS) for each in runner.uses(ROOT / name) if each not in HERE}
    names = [each.partition("@")[0] for each in used]
    assert sorted(set(names)) == sorted(names)
    in_documents = {each for file in shown for each in runner.uses(Path(file)) if not each.endswith(f"@{COMMIT}")}
    assert in_documents - used == set()


def test_no_script_of_an_action_or_workflow_has_an_expression_in_it() -> None:
    scripts: list[str] = []

    def look(value: object) -> None:
        if isinstance(value, dict):
            scripts.extend(str(each) for name, each in value.items() if name == "run")
        for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            look(each)

    for name in (*ACTIONS, *WORKFLOWS):
        look(yaml.safe_load((ROOT / name).read_text(encoding="utf-8")))
    assert scripts != []
    assert [each for each in scripts if "${{" in each] == []


def test_every_input_of_the_action_is_documented_and_reaches_the_command() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    assert {name for name in {*action["inputs"], *action["outputs"]} if f"`{name}`" not in PAGE} == set()
    (step,) = (each for each in action["runs"]["steps"] if each.get("id") == "gate")
    wanted = {
        f"DEVSECGATE_INPUT_{name.upper().replace('-', '_')}": f"${{{{ inputs.{name} }}}}" for name in action["inputs"]
    }
    del wanted["DEVSECGATE_INPUT_PYTHON_VERSION"]
    assert step["env"] == wanted


def test_the_workflow_that_is_shown_is_the_one_that_gates_us() -> None:
    shown = yaml.safe_load(BLOCKS[0].replace("devsecgate/devsecgate@<commit>", "./"))
    ours = yaml.safe_load((ROOT / ".github" / "workflows" / "gate.yml").read_text(encoding="utf-8"))
    assert shown == ours


def test_only_the_workflows_that_publish_or_show_may_write() -> None:
    writing = {}
    for name in WORKFLOWS:
        document = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
        assert document["permissions"] == {}
        rights = {
            each for job in document["jobs"].values() for each, right in job["permissions"].items() if right == "write"
        }
        writing[name.rpartition("/")[2]] = rights
    assert writing == {
        "comment.yml": {"pull-requests"},
        "gate.yml": {"security-events"},
        "release.yml": {"attestations", "contents", "id-token"},
        "tests.yml": set(),
    }
