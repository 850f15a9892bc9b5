"""`devsecgate policy check|show|schema`: mistakes are told with their place, and what is shown is a policy."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from devsecgate import policy
from devsecgate.policy.loading import PROFILES

Command = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a project's policy, and give the project."""

    def written(text: str | bytes) -> Path:
        root = tmp_path / "project"
        root.mkdir()
        (root / ".devsecgate.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
        return root

    return written


def test_a_policy_that_can_be_used_is_named_with_its_chain_and_digest(write: Write, devsecgate: Command) -> None:
    root = write("version: 1\nname: shop\nextends: strict\n")
    digest = policy.load(None, root, today=date.today()).digest[:12]
    done = devsecgate("policy", "check", cwd=root)
    said = f"shop: .devsecgate.yaml > strict: can be used (sha256 {digest})\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, said, "")
    assert devsecgate("policy", "check", "--path", root).stdout == said
    assert devsecgate("policy", "check", ".devsecgate.yaml", cwd=root).stdout == said


def test_where_there_is_no_policy_the_bundled_one_is_meant(tmp_path: Path, devsecgate: Command) -> None:
    done = devsecgate("policy", "check", cwd=tmp_path)
    assert (done.returncode, done.stdout.partition(" (")[0]) == (0, "default: default: can be used")


def test_a_misspelt_key_is_told_with_file_line_and_what_was_meant(write: Write, devsecgate: Command) -> None:
    root = write("version: 1\nname: shop\nextends: default\nlayrs: {code: required}\n")
    done = devsecgate("policy", "check", "--path", root)
    said = "devsecgate: .devsecgate.yaml:4: layrs: unknown key `layrs`: did you mean `layers`?\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)


def test_every_mistake_is_told_at_once(write: Write, devsecgate: Command) -> None:
    root = write("version: 1\nname: shop\nwaiver:\n  - owner: me\nunrated: {code: hgh}\nextends: default\n")
    done = devsecgate("policy", "check", "--path", root)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "devsecgate: .devsecgate.yaml:3: waiver: unknown key `waiver`: did you mean `waivers`?\n"
        "  .devsecgate.yaml:5: unrated.code: unknown value `hgh`: did you mean `high`?; "
        "one of critical, high, info, low, medium\n"
    )


BROKEN = {
    "not YAML": ("version: 1\nname: [\n", ".devsecgate.yaml:3: not YAML: "),
    "not UTF-8": (b"version: 1\nname: caf\xe9\n", ".devsecgate.yaml:2: not UTF-8"),
    "empty": ("", ".devsecgate.yaml:1: the policy is empty"),
    "a control character": ("version: 1\nname: a\x07\n", ".devsecgate.yaml:2: a character that YAML does not allow"),
    "a profile that there is not": (
        "version: 1\nname: a\nextends: defualt\n",
        ".devsecgate.yaml:3: extends: no profile `defualt`: did you mean `default`?",
    ),
    "a loosening": (
        "version: 1\nname: a\nextends: strict\nlayers: {code: optional}\n",
        ".devsecgate.yaml:4: layers.code: ",
    ),
    "no version": ("name: a\n", ".devsecgate.yaml:1: version: `version` is missing"),
}


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("command", ["check", "show"])
def test_a_policy_that_cannot_be_used_is_exit_2_and_its_place(
    command: str, name: str, write: Write, devsecgate: Command
) -> None:
    text, said = BROKEN[name]
    done = devsecgate("policy", command, "--path", write(text))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"devsecgate: {said}")
    assert "Traceback" not in done.stderr


def test_the_gate_says_the_same_of_a_broken_policy(write: Write, devsecgate: Command) -> None:
    root = write("version: 1\nname: shop\nextends: default\nlayrs: {code: required}\n")
    checked, gated = devsecgate("policy", "check", "--path", root), devsecgate("gate", root, "--offline")
    assert (gated.returncode, gated.stdout, gated.stderr) == (2, "", checked.stderr)


def test_a_file_that_is_not_there_is_told(tmp_path: Path, devsecgate: Command) -> None:
    done = devsecgate("policy", "check", "nowhere.yaml", cwd=tmp_path)
    said = "devsecgate: nowhere.yaml: cannot be read: No such file or directory\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)


@pytest.mark.parametrize("profile", PROFILES)
def test_what_is_shown_of_a_profile_is_a_policy_that_means_the_same(
    profile: str, write: Write, repository: Path, devsecgate: Command
) -> None:
    shown = devsecgate("policy", "show", repository / "policies" / f"{profile}.yaml")
    assert (shown.returncode, shown.stderr) == (0, "")
    before = devsecgate("policy", "check", repository / "policies" / f"{profile}.yaml").stdout
    after = devsecgate("policy", "check", "--path", write(shown.stdout)).stdout
    assert after.rpartition("(sha256 ")[2] == before.rpartition("(sha256 ")[2]


def test_what_is_shown_of_a_project_names_the_line_of_each_entry_and_is_a_policy(
    write: Write, devsecgate: Command
) -> None:
    root = write("version: 1\nname: shop\nextends: default\nfirst_party: [ours]\nunrated: {code: high}\n")
    shown = devsecgate("policy", "show", "--path", root)
    assert (shown.returncode, shown.stderr) == (0, "")
    lines = shown.stdout.splitlines()
    assert lines[0] == "# effective policy, made of: .devsecgate.yaml > default"
    assert '  code: "high"  # .devsecgate.yaml:5' in lines
    (root / ".devsecgate.yaml").write_text(shown.stdout, encoding="utf-8")
    assert devsecgate("policy", "check", "--path", root).stdout.startswith("shop: .devsecgate.yaml: can be used")


def test_what_is_shown_is_utf_8_whatever_the_terminal_speaks(write: Write, devsecgate: Command) -> None:
    rule = '{action: allow, reason: "größer 😀 \\udc80", when: {rule: bandit:B101}}'
    root = write(f"version: 1\nname: shop\nextends: default\nrules: [{rule}]\n")
    shown = devsecgate("policy", "show", "--path", root, PYTHONIOENCODING="ascii")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert '    reason: "größer 😀 \\udc80"' in shown.stdout.splitlines()


def test_the_schema_is_the_published_one(repository: Path, devsecgate: Command) -> None:
    done = devsecgate("policy", "schema")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.encode() == (repository / "policies" / "schema.json").read_bytes()
