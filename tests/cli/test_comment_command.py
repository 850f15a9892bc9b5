"""`devsecgate comment`: one comment, on the pull request that GitHub names, in which nothing of the report acts."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from github_api import GitHub, serving

Command = Callable[..., subprocess.CompletedProcess[str]]
Tree = Callable[[dict[str, str | bytes]], Path]
Comment = Callable[..., subprocess.CompletedProcess[str]]

HEAD = "a" * 40
RUN = "https://github.com/acme/app/actions/runs/1234"
OURS = {"login": "github-actions[bot]"}


def ended(**changed: object) -> dict[str, object]:
    """The event of a run for a pull request from a fork: GitHub names no pull request in it."""
    run = {
        "event": "pull_request",
        "head_sha": HEAD,
        "head_branch": "main & more",
        "head_repository": {"full_name": "mallory/app", "owner": {"login": "mallory"}},
        "conclusion": "failure",
        "html_url": RUN,
        "pull_requests": [],
        **changed,
    }
    return {"action": "completed", "workflow_run": run, "repository": {"full_name": "acme/app"}}


@pytest.fixture
def github() -> Iterator[GitHub]:
    pulls: list[dict[str, object]] = [{"number": 6, "head": {"sha": "b" * 40}}, {"number": 7, "head": {"sha": HEAD}}]
    with serving(GitHub(pulls=pulls)) as state:
        yield state


@pytest.fixture
def comment(devsecgate: Command, tmp_path: Path, github: GitHub) -> Comment:
    def run(file: Path, event: dict[str, object] | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "event.json").write_text(json.dumps(ended() if event is None else event))
        given = {
            "GITHUB_EVENT_NAME": "workflow_run",
            "GITHUB_EVENT_PATH": str(tmp_path / "event.json"),
            "GITHUB_API_URL": github.address,
            "GITHUB_TOKEN": "token-of-the-job",
        }
        return devsecgate("comment", file, **{**given, **environment})

    return run


@pytest.fixture(scope="session")
def report(devsecgate_at: Command, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """The real report of a project with one issue and one gap."""
    folder = tmp_path_factory.mktemp("reported")
    (folder / "tree").mkdir()
    (folder / "tree" / "app.py").write_text("import os\n\nos.system('ls ' + input())\n")
    (folder / "tree" / "more.py").write_text("def (:\n")
    file = folder / "gate.json"
    done = devsecgate_at(folder / "home", "gate", folder / "tree", "--offline", "-q", "--report", f"json={file}")
    assert done.returncode == 1, done.stderr
    found: dict[str, object] = json.loads(file.read_bytes())
    return found


def written(github: GitHub) -> str:
    (only,) = github.comments
    return str(only["body"])


def saved(folder: Path, document: object) -> Path:
    file = folder / "gate.json"
    file.write_text(json.dumps(document))
    return file


def test_the_report_is_shown_on_the_pull_request_that_has_the_commit(
    report: dict[str, object], comment: Comment, github: GitHub, tmp_path: Path
) -> None:
    done = comment(saved(tmp_path, report))
    assert (done.returncode, done.stdout, done.stderr) == (0, "comment written on pull request 7\n", "")
    assert github.asked == [
        ("GET", "/repos/acme/app/pulls"),
        ("GET", "/repos/acme/app/issues/7/comments"),
        ("POST", "/repos/acme/app/issues/7/comments"),
    ]
    assert (github.heads, github.tokens) == (["mallory:main & more"], {"Bearer token-of-the-job"})
    lines = written(github).splitlines()
    assert lines[:2] == ["<!-- devsecgate -->", "## devsecgate: the check failed"]
    assert lines[3].startswith(f"For commit {HEAD[:12]} ([the run]({RUN})). Only the check decides.")
    assert "not verified" in lines[3]
    assert [line for line in lines if line.startswith("### ")][:2] == [
        "### Blocking (1)",
        "### Not seen, and not accepted (1)",
    ]
    assert any(line.startswith("| high | app.py&#58;3 | bandit&#58;B605") for line in lines)


def test_there_is_one_comment_which_is_updated(
    report: dict[str, object], comment: Comment, github: GitHub, tmp_path: Path
) -> None:
    file = saved(tmp_path, report)
    others = [{"id": number, "user": {"login": "somebody"}, "body": "hello"} for number in range(150)]
    others += [{"id": 500, "user": {"login": "mallory"}, "body": "<!-- devsecgate -->\nmine"}]
    others += [{"id": 501, "user": None, "body": None}]
    github.comments = [*others, {"id": 900, "user": OURS, "body": "<!-- devsecgate -->\nold"}]
    assert comment(file).stdout == "comment updated on pull request 7\n"
    assert github.asked[-1] == ("PATCH", "/repos/acme/app/issues/comments/900")
    assert github.comments[:-1] == others
    assert "### Blocking (1)" in str(github.comments[-1]["body"])


def test_what_the_report_says_is_text_and_nothing_else(
    report: dict[str, object], comment: Comment, github: GitHub, tmp_path: Path
) -> None:
    hostile = "@everyone #1 ![x](https://evil.example/x.png) <img src=x> [a](javascript:b) | `code`\n\n# big\n<!-- -->"
    issues = report["issues"]
    assert isinstance(issues, list)
    (issue,) = issues
    place = {**issue["location"], "path": hostile}
    changed = {**issue, "message": hostile, "fix": hostile, "rules": [hostile], "severity": hostile, "location": place}
    gap = {**report["gaps"][0], "detail": hostile, "path": hostile}  # type: ignore[index]
    document = {
        **report,
        "headline": hostile,
        "outcome": hostile,
        "issues": [changed],
        "gaps": [gap],
        "notes": [hostile],
    }
    assert comment(saved(tmp_path, document)).returncode == 0
    page = written(github).removeprefix("<!-- devsecgate -->").replace(f"[the run]({RUN})", "")
    plain = re.sub(r"&#\d+;", "", page)
    assert [special for special in "@<>[]`!" if special in plain] == []
    assert [line for line in plain.splitlines() if "#" in line and not re.match(r"#{2,3} [A-Z(d]", line)] == []


def test_a_report_that_is_endless_is_cut_below_the_limit(
    report: dict[str, object], comment: Comment, github: GitHub, tmp_path: Path
) -> None:
    issues = report["issues"]
    assert isinstance(issues, list)
    many = [{**issues[0], "message": "🙂" * 400} for _ in range(3_000)]
    assert comment(saved(tmp_path, {**report, "issues": many})).returncode == 0
    page = written(github)
    assert 60_000 < len(page.encode()) <= 65_536
    assert page.rstrip().endswith("more lines have no room here; the run's summary has them.")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "the run left none, so that nothing may have been judged"),
        (b"", "what the run left is not a report of this version"),
        (b"{}", "what the run left is not a report of this version"),
        (b"[" * 100_000, "what the run left is not a report of this version"),
        (b"\xff\xfe", "what the run left is not a report of this version"),
    ],
)
def test_a_report_that_is_none_is_said_to_be_none(
    content: bytes | None, why: str, comment: Comment, github: GitHub, tmp_path: Path
) -> None:
    file = tmp_path / "gate.json"
    if content is not None:
        file.write_bytes(content)
    assert comment(file).returncode == 0
    assert written(github).endswith(f"Only the check decides. There is no report to show: {why}.\n")


def test_a_report_is_not_read_through_a_link_or_from_a_pipe(comment: Comment, github: GitHub, tmp_path: Path) -> None:
    (tmp_path / "link.json").symlink_to("/etc/hostname")
    os.mkfifo(tmp_path / "pipe.json")
    for name in ("link.json", "pipe.json"):
        assert comment(tmp_path / name).returncode == 0
        assert "There is no report to show" in written(github)


def test_a_report_cannot_say_which_pull_request_it_is_about(
    report: dict[str, object], comment: Comment, github: GitHub, tmp_path: Path
) -> None:
    file = saved(tmp_path, {**report, "number": 6, "pull_request": 6})
    comment(file)
    assert github.asked[-1] == ("POST", "/repos/acme/app/issues/7/comments")


@pytest.mark.parametrize("changed", [{"event": "push"}, {"head_repository": None}, {"head_branch": None}])
def test_a_run_for_no_pull_request_is_not_commented_on(
    changed: dict[str, object], comment: Comment, github: GitHub, tmp_path: Path
) -> None:
    done = comment(tmp_path / "gate.json", ended(**changed))
    assert (done.returncode, github.asked) == (0, [])


def test_a_run_for_an_older_commit_is_not_commented_on(comment: Comment, github: GitHub, tmp_path: Path) -> None:
    done = comment(tmp_path / "gate.json", ended(head_sha="c" * 40))
    assert (done.returncode, github.comments) == (0, [])
    assert done.stdout.startswith("no open pull request has the commit of the run")


def test_the_event_s_own_words_are_checked(comment: Comment, github: GitHub, tmp_path: Path) -> None:
    event = ended(conclusion="[a](b)", html_url="https://evil.example/)![x](y")
    assert comment(tmp_path / "gate.json", event).returncode == 0
    head = f"<!-- devsecgate -->\n## devsecgate: the check ended as unknown\n\nFor commit {HEAD[:12]}. Only"
    assert written(github).startswith(head)


def test_a_comment_that_may_not_be_written_is_exit_3_and_names_no_token(
    comment: Comment, github: GitHub, tmp_path: Path
) -> None:
    github.refuses = 403
    done = comment(tmp_path / "gate.json")
    assert (done.returncode, done.stdout) == (3, "")
    assert "it answered 403" in done.stderr
    assert "pull-requests: write" in done.stderr
    assert "token-of-the-job" not in done.stderr


@pytest.mark.parametrize(
    ("environment", "why"),
    [
        ({"GITHUB_EVENT_NAME": "pull_request"}, "this is no workflow_run event"),
        ({"GITHUB_EVENT_PATH": "/nowhere"}, "the event cannot be understood"),
        ({"GITHUB_TOKEN": ""}, "there is no GITHUB_TOKEN"),
    ],
)
def test_without_what_the_runner_gives_it_is_a_wrong_request(
    environment: dict[str, str], why: str, comment: Comment, github: GitHub, tmp_path: Path
) -> None:
    done = comment(tmp_path / "gate.json", **environment)
    assert (done.returncode, why in done.stderr, github.comments) == (2, True, [])
