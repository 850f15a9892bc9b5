"""Which commit a CI's event says that a change is to be compared with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from devsecgate import events
from devsecgate.errors import UsageError
from devsecgate.events import Event

BASE, HEAD, ZERO = "b" * 40, "a" * 40, "0" * 40


def github(tmp_path: Path, name: str, payload: object, **more: str) -> Event | None:
    file = tmp_path / "event.json"
    file.write_text(json.dumps(payload))
    environment = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": name, "GITHUB_EVENT_PATH": str(file), **more}
    return events.of(environment)


def pull(base: str = BASE, head: str = HEAD) -> dict[str, object]:
    return {"number": 1, "pull_request": {"base": {"sha": base, "ref": "main"}, "head": {"sha": head}}}


def test_outside_of_a_ci_there_is_no_event() -> None:
    assert events.of({}) is None
    assert events.of({"CI": "true"}) is None
    assert events.of({"GITHUB_ACTIONS": "false", "GITHUB_EVENT_NAME": "push"}) is None


@pytest.mark.parametrize("name", ["pull_request", "pull_request_target", "pull_request_review"])
def test_a_pull_request_is_compared_with_its_base(tmp_path: Path, name: str) -> None:
    assert github(tmp_path, name, pull()) == Event(name=f"{name} (GitHub)", proposal=True, revisions=(BASE,), head=HEAD)


def test_an_entry_of_a_merge_queue_is_compared_with_its_base(tmp_path: Path) -> None:
    group = {"merge_group": {"base_sha": BASE, "head_sha": HEAD, "base_ref": "refs/heads/main"}}
    assert github(tmp_path, "merge_group", group) == Event(
        name="merge_group (GitHub)", proposal=True, revisions=(BASE,)
    )


def test_a_push_is_compared_with_what_was_there_before_and_is_no_proposal(tmp_path: Path) -> None:
    pushed = github(tmp_path, "push", {"before": BASE}, GITHUB_REF="refs/heads/main")
    assert pushed == Event(name="push (GitHub)", proposal=False, revisions=(BASE,))


@pytest.mark.parametrize("before", [ZERO, "", "main", None])
def test_the_first_push_of_a_branch_has_no_base(tmp_path: Path, before: str | None) -> None:
    pushed = github(tmp_path, "push", {"before": before}, GITHUB_REF="refs/heads/new")
    assert pushed == Event(name="push (GitHub)", proposal=False, why="this is the first push of the branch")


def test_a_tag_is_judged_as_a_whole(tmp_path: Path) -> None:
    pushed = github(tmp_path, "push", {"before": BASE}, GITHUB_REF="refs/tags/v1")
    assert pushed == Event(name="push (GitHub)", proposal=False, why="a tag is judged as a whole")
    built = events.of({"GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "push", "CI_COMMIT_TAG": "v1"})
    assert built == Event(name="push (GitLab)", proposal=False, why="a tag is judged as a whole")


@pytest.mark.parametrize("name", ["schedule", "workflow_dispatch", "release", "x\n::error::"])
def test_other_events_have_no_base(tmp_path: Path, name: str) -> None:
    found = github(tmp_path, name, {})
    assert found is not None
    assert (found.revisions, found.why) == ((), "this event has no commit that it follows on")
    assert found.name.isprintable()


@pytest.mark.parametrize(("name", "payload"), [("pull_request", {}), ("merge_group", {"before": BASE})])
def test_an_event_without_its_own_part_is_refused(tmp_path: Path, name: str, payload: object) -> None:
    with pytest.raises(UsageError, match=f"a {name} event without"):
        github(tmp_path, name, payload)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff", b'{"pull_request": {"base": 1}}'])
def test_a_payload_that_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "event.json"
    file.write_bytes(content)
    environment = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": str(file)}
    with pytest.raises(UsageError, match="the event cannot be understood"):
        events.of(environment)


def test_a_payload_that_is_not_there_is_refused_and_no_folder_is_named(tmp_path: Path) -> None:
    environment = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push", "GITHUB_EVENT_PATH": str(tmp_path / "no")}
    with pytest.raises(UsageError) as caught:
        events.of(environment)
    assert caught.value.where == "GITHUB_EVENT_PATH no"


@pytest.mark.parametrize("sha", ["main", "--upload-pack=x", ZERO, "b" * 39, "B" * 40])
def test_a_pull_request_whose_base_is_no_commit_has_none(tmp_path: Path, sha: str) -> None:
    found = github(tmp_path, "pull_request", pull(base=sha, head=sha))
    why = "the event names no commit of the target branch"
    head = ZERO if sha == ZERO else None
    assert found == Event(name="pull_request (GitHub)", proposal=True, why=why, head=head)


def gitlab(**variables: str) -> Event | None:
    return events.of({"GITLAB_CI": "true", **variables})


def test_a_merge_request_is_compared_with_its_merge_base() -> None:
    found = gitlab(CI_PIPELINE_SOURCE="merge_request_event", CI_MERGE_REQUEST_DIFF_BASE_SHA=BASE)
    assert found == Event(name="merge_request_event (GitLab)", proposal=True, revisions=(BASE,))


def test_merged_results_are_compared_with_the_target_branch_first() -> None:
    found = gitlab(
        CI_PIPELINE_SOURCE="merge_request_event",
        CI_MERGE_REQUEST_EVENT_TYPE="merged_result",
        CI_MERGE_REQUEST_DIFF_BASE_SHA=BASE,
        CI_MERGE_REQUEST_TARGET_BRANCH_SHA=HEAD,
    )
    assert found is not None
    assert found.revisions == (HEAD, BASE)


def test_a_push_to_gitlab_is_compared_with_what_was_there_before() -> None:
    found = gitlab(CI_PIPELINE_SOURCE="push", CI_COMMIT_BEFORE_SHA=BASE)
    assert found == Event(name="push (GitLab)", proposal=False, revisions=(BASE,))
    first = gitlab(CI_PIPELINE_SOURCE="push", CI_COMMIT_BEFORE_SHA=ZERO)
    assert first == Event(name="push (GitLab)", proposal=False, why="this is the first push of the branch")
