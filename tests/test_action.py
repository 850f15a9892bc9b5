"""The action as GitHub's runner runs it: what each event comes to, what is shown, and what cannot get in its way."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import runner
from runner import Project, Ran

Act = Callable[..., Ran]

BAD = 'import os\n\nos.system("ls " + input())\n'
GATE, UPLOAD = "gate/gate", "gate/5"
NOBODY = "0" * 40


@pytest.fixture(scope="session")
def stubs(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> dict[str, Path]:
    return runner.make_stubs(tmp_path_factory.mktemp("stubs"), repository)


@pytest.fixture
def act(program: Callable[[str], str], stubs: dict[str, Path]) -> Act:
    found = program("act")

    def run(project: Project, event: str, payload: dict[str, object], *flags: str) -> Ran:
        return runner.run([found, *flags], project, event, payload, stubs)

    return run


def project(folder: Path, files: dict[str, str], **inputs: str) -> tuple[Project, str]:
    """A repository that gates itself offline."""
    workflow = runner.workflow({"offline": "true", **inputs})
    return runner.make_project(folder / "project", {".github/workflows/gate.yml": workflow, **files})


def proposed(made: Project, base: str, files: dict[str, str], *, fork: bool = False) -> dict[str, object]:
    """Propose a change, check its merge out as GitHub's runner does, and give the event."""
    made.git("switch", "--quiet", "--create", "change")
    head = made.commit(files)
    made.git("switch", "--quiet", "--detach", base)
    made.git("merge", "--quiet", "--no-ff", "--message", "merge", "change")
    source = "mallory/app" if fork else "acme/app"
    return {
        "number": 7,
        "pull_request": {
            "number": 7,
            "base": {"sha": base, "ref": "main", "repo": {"full_name": "acme/app"}},
            "head": {"sha": head, "ref": "change", "repo": {"full_name": source}},
        },
    }


def said(ran: Ran) -> tuple[str, str]:
    """The outcome and the exit code, as later steps see them."""
    return ran.outputs["outcome"], ran.outputs["exit-code"]


def counts(ran: Ran) -> dict[str, str]:
    return {name: value for name, value in ran.outputs.items() if not name.endswith("-file") and name != "outcome"}


def test_a_clean_pull_request_passes_although_the_upload_fails(tmp_path: Path, act: Act) -> None:
    made, base = project(tmp_path, {"app.py": "x = 1\n"})
    ran = act(made, "pull_request", proposed(made, base, {"app.py": "x = 2\n"}))
    assert (ran.job, ran.steps["gate"], ran.steps[GATE], ran.steps[UPLOAD]) == (
        "success",
        "success",
        "success",
        "failure",
    )
    assert said(ran) == ("pass", "0")
    zero = dict.fromkeys(("blocking", "warnings", "introduced", "existing", "fixed", "gaps", "exit-code"), "0")
    assert counts(ran) == zero
    assert [each for each in ran.commands if each[0] == "error"] == []
    assert ran.summary.startswith("## devsecgate: PASS\n")


def test_an_issue_that_is_introduced_fails_the_step_and_is_uploaded(tmp_path: Path, act: Act) -> None:
    made, base = project(tmp_path, {"app.py": "x = 1\n"})
    ran = act(made, "pull_request", proposed(made, base, {"app.py": BAD}))
    assert (ran.job, ran.steps["gate"], ran.steps[GATE]) == ("failure", "failure", "failure")
    assert said(ran) == ("fail", "1")
    assert counts(ran) == {
        "blocking": "1",
        "warnings": "0",
        "introduced": "1",
        "existing": "0",
        "fixed": "0",
        "gaps": "0",
        "exit-code": "1",
    }
    (error,) = (each for each in ran.commands if each[0] == "error")
    assert error[1].startswith("high: bandit B605")
    assert ran.files == ("app.py",)
    assert "uploading " + ran.outputs["sarif-file"] in ran.printed
    assert ran.summary.startswith("## devsecgate: FAIL\n\n1 issue blocks")
    assert "app.py&#58;3" in ran.summary


def test_what_was_there_before_blocks_no_pull_request(tmp_path: Path, act: Act) -> None:
    made, base = project(tmp_path, {"app.py": BAD})
    ran = act(made, "pull_request", proposed(made, base, {"README.md": "# An application\n"}))
    assert (ran.job, said(ran)) == ("success", ("pass", "0"))
    assert (ran.outputs["existing"], ran.outputs["introduced"], ran.outputs["warnings"]) == ("1", "0", "1")
    assert [each[0] for each in ran.commands if each[0] in {"error", "warning"}] == ["warning"]


def test_what_could_not_be_seen_fails_the_step(tmp_path: Path, act: Act) -> None:
    made, base = project(tmp_path, {"app.py": "x = 1\n"})
    ran = act(made, "pull_request", proposed(made, base, {"app.py": "def (:\n"}))
    assert (ran.job, ran.steps[GATE], said(ran)) == ("failure", "failure", ("incomplete", "3"))
    assert ran.outputs["gaps"] != "0"
    assert ran.summary.startswith("## devsecgate: INCOMPLETE\n")


def test_a_workflow_that_lets_it_pass_incomplete_is_told_so_everywhere(tmp_path: Path, act: Act) -> None:
    made, base = project(tmp_path, {"app.py": "x = 1\n"}, **{"fail-on-incomplete": "false"})
    ran = act(made, "pull_request", proposed(made, base, {"app.py": "def (:\n"}))
    assert (ran.job, ran.steps[GATE], said(ran)) == ("success", "success", ("incomplete", "3"))
    warnings = [text for kind, title, text in ran.commands if (kind, title) == ("warning", "devsecgate")]
    assert len(warnings) == 1
    assert "the workflow sets fail-on-incomplete to false" in warnings[0]
    assert ran.summary.startswith("> [!WARNING]\n> Not everything could be seen.")


def test_a_fork_is_gated_and_nothing_is_uploaded(tmp_path: Path, act: Act) -> None:
    made, base = project(tmp_path, {"app.py": "x = 1\n"})
    ran = act(made, "pull_request", proposed(made, base, {"app.py": BAD}, fork=True))
    assert (ran.job, said(ran)) == ("failure", ("fail", "1"))
    assert UPLOAD not in ran.steps
    assert "uploading" not in ran.printed


def test_dependabot_is_gated_and_nothing_is_uploaded(tmp_path: Path, act: Act) -> None:
    made, base = project(tmp_path, {"app.py": "x = 1\n"})
    event = proposed(made, base, {"app.py": "x = 2\n"})
    ran = act(made, "pull_request", event, "--actor=dependabot[bot]")
    assert (ran.job, said(ran), UPLOAD in ran.steps) == ("success", ("pass", "0"), False)


def test_nothing_is_uploaded_where_the_workflow_does_not_want_it(tmp_path: Path, act: Act) -> None:
    made, base = project(tmp_path, {"app.py": "x = 1\n"}, **{"upload-sarif": "false"})
    ran = act(made, "pull_request", proposed(made, base, {"app.py": "x = 2\n"}))
    assert (ran.job, UPLOAD in ran.steps) == ("success", False)


def test_a_merge_queue_is_held_to_its_own_base(tmp_path: Path, act: Act) -> None:
    made, base = project(tmp_path, {"old.py": BAD})
    head = made.commit({"app.py": BAD + "os.system(input())\n"})
    group = {"base_sha": base, "head_sha": head, "base_ref": "refs/heads/main", "head_ref": "refs/heads/gh-readonly"}
    ran = act(made, "merge_group", {"action": "checks_requested", "merge_group": group})
    assert (ran.job, said(ran)) == ("failure", ("fail", "1"))
    assert ran.outputs["existing"] == "1"
    assert ran.outputs["blocking"] == ran.outputs["introduced"] != "0"


def test_a_push_is_blocked_by_what_was_there_before_too(tmp_path: Path, act: Act) -> None:
    made, before = project(tmp_path, {"app.py": BAD})
    after = made.commit({"README.md": "# An application\n"})
    ran = act(made, "push", {"ref": "refs/heads/main", "before": before, "after": after})
    assert (ran.job, said(ran)) == ("failure", ("fail", "1"))
    assert (ran.outputs["existing"], ran.outputs["introduced"]) == ("1", "0")


def test_a_branch_that_is_new_is_judged_as_a_whole(tmp_path: Path, act: Act) -> None:
    made, head = project(tmp_path, {"app.py": "x = 1\n"})
    ran = act(made, "push", {"ref": "refs/heads/main", "before": NOBODY, "after": head})
    assert (ran.job, said(ran)) == ("success", ("pass", "0"))
    assert (ran.outputs["existing"], ran.outputs["introduced"], ran.outputs["fixed"]) == ("", "", "")


def test_a_change_cannot_allow_itself(tmp_path: Path, act: Act) -> None:
    made, base = project(tmp_path, {"app.py": "x = 1\n"})
    policy = "version: 1\nname: mine\nextends: default\nrules:\n  - {action: allow, reason: all, when: {kind: code}}\n"
    ran = act(made, "pull_request", proposed(made, base, {"app.py": BAD, ".devsecgate.yaml": policy}))
    assert (ran.job, said(ran)) == ("failure", ("fail", "1"))
    assert "the outcome would be PASS" in ran.printed


def test_a_policy_that_is_wrong_is_an_error_that_later_steps_see(tmp_path: Path, act: Act) -> None:
    made, head = project(tmp_path, {"app.py": "x = 1\n", ".devsecgate.yaml": "version: 1\n'::error::mine': 1\n"})
    ran = act(made, "push", {"ref": "refs/heads/main", "before": NOBODY, "after": head})
    assert (ran.job, ran.steps[GATE], said(ran)) == ("failure", "failure", ("error", "2"))
    assert (ran.outputs["sarif-file"], ran.outputs["json-file"], UPLOAD in ran.steps) == ("", "", False)
    # act ends the properties at the last `::`, GitHub's runner at the first
    (error,) = (f"{title}::{text}" for kind, title, text in ran.commands if kind == "error")
    assert error.startswith("devsecgate::nothing was judged: .devsecgate.yaml:")
    assert ran.summary.startswith("## devsecgate: ERROR\n\nNothing was judged")


def test_names_and_code_of_the_tree_are_no_commands(tmp_path: Path, act: Act) -> None:
    hostile = {
        "::error title=mine::x.py": BAD,
        "a%0A::set-env name=PWNED::1.py": BAD,
        "##[add-path]x.py": BAD,
        "app.py": f'{BAD}# ::error title=mine::pwned\n"""\n::add-path::/pwned\n##[error]pwned\n"""\n',
    }
    made, head = project(tmp_path, hostile)
    ran = act(made, "push", {"ref": "refs/heads/main", "before": NOBODY, "after": head})
    assert ran.job == "failure"
    assert {kind for kind, _, _ in ran.commands} <= {"error", "warning", "notice", "add-path"}
    assert {text for kind, _, text in ran.commands if kind == "add-path"} == {str(Path(runner.sys.executable).parent)}
    assert [title for _, title, _ in ran.commands if title == "mine"] == []
    assert "##[" not in ran.printed


def test_a_folder_of_a_repository_is_named_from_its_top(tmp_path: Path, act: Act) -> None:
    made, base = project(tmp_path, {"api v1/app.py": "x = 1\n", "app.py": BAD}, path="api v1")
    ran = act(made, "pull_request", proposed(made, base, {"api v1/app.py": BAD}))
    assert (ran.job, said(ran), ran.files) == ("failure", ("fail", "1"), ("api v1/app.py",))
    document = json.loads(Path(ran.outputs["sarif-file"]).read_bytes())
    (result,) = document["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "api%20v1/app.py"
