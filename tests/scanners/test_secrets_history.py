"""A secret that a change's commits added is found, whatever they did with it later; no run passes without looking."""

from __future__ import annotations

import os
import random
import re
import string
import subprocess
import sys
import zlib
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from repositories import Repository, make

from devsecgate import base, bundled
from devsecgate import gate as flow
from devsecgate.against import Against
from devsecgate.detectors.secrets_checks import base62
from devsecgate.detectors.secrets_findings import planted
from devsecgate.errors import MalformedOutput
from devsecgate.events import Event
from devsecgate.model import (
    Action,
    Change,
    Confidence,
    Finding,
    Gap,
    GapReason,
    Idle,
    Kind,
    Location,
    Outcome,
    Severity,
    Verdict,
)
from devsecgate.process import clean_environment
from devsecgate.scanner import CANARY_PATH, Given, Job, Output, Settings, Subject
from devsecgate.scanners.secrets_history import SCANNER


def drawn(seed: int, size: int) -> str:
    return "".join(random.Random(seed).choices(string.ascii_letters + string.digits, k=size))


def token(seed: int) -> str:
    """Make a token with the checksum of its format, which opens no door."""
    body = drawn(seed, 30)
    return f"gh{'p'}_{body}{base62(zlib.crc32(body.encode()), 6)}"


ONE, TWO = token(1), token(2)
NONE = "nothing is compared with a base (--base), so that no commits are the change's own"
Judge = Callable[..., Verdict]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return make(tmp_path / "tree", {"app.py": "x = 1\n"})


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    """Judge the secrets of a tree, without cache and network."""

    bundled_policy = (bundled.policies() / "default.yaml").read_text()
    bundled_policy = re.sub(
        "(?m)^  (code|dependency|container|iac|pipeline): (required|optional)$", r"  \1: off", bundled_policy
    )

    def run(repository: Repository, against: Against, *, disabled: str = "", path: Path | None = None) -> Verdict:
        file = tmp_path / "policy.yaml"
        off = f"scanners: {{disable: [{disabled}]}}\n" if disabled else ""
        file.write_text(f"{bundled_policy}\n{off}")
        request = flow.Request(
            path=path or repository.root,
            policy=file,
            advisories=None,
            offline=True,
            reports=(),
            today=date(2026, 9, 1),
            screen=flow.Screen(color=False, width=100, verbose=False),
            against=replace(against, offline=True),
        )
        return flow.gate(request, lambda name, done: None).verdict

    return run


def leak(value: str = ONE) -> str:
    return f"# settings\nTOKEN = '{value}'\n"


def told(verdict: Verdict) -> list[tuple[str, int, tuple[str, ...], Action, Change | None]]:
    """Say of each issue where it is, who saw it, what comes of it, and what the change has to do with it."""
    return [
        (
            each.issue.location.path,
            each.issue.location.line,
            each.issue.scanners,
            each.action,
            each.change,
        )
        for each in verdict.decisions
    ]


def gone(path: str, line: int = 2) -> tuple[str, int, tuple[str, ...], Action, Change | None]:
    return f"history!/{path}", line, ("secrets-history",), Action.BLOCK, Change.INTRODUCED


def commit_named(verdict: Verdict) -> list[str]:
    """Give the commits that the messages name."""
    messages = (each.issue.primary.message for each in verdict.decisions)
    return [message.partition("added by commit ")[2].partition(".")[0] for message in messages]


def notes_of(verdict: Verdict) -> tuple[str, ...]:
    (result,) = [each for each in verdict.results if each.scanner == "secrets-history"]
    assert (result.canaries, result.covered, result.past) == (1, frozenset({"history"}), True)
    return result.notes


# ---------------------------------------------------------------- whole runs


def test_a_secret_that_was_added_and_removed_within_a_change_blocks(repository: Repository, judge: Judge) -> None:
    start = repository.head
    added = repository.commit({"conf.py": leak()})
    repository.commit({"conf.py": None, "app.py": "x = 2\n"})
    verdict = judge(repository, Against(named=start))
    assert verdict.outcome is Outcome.FAIL
    assert told(verdict) == [gone("conf.py")]
    (decision,) = verdict.decisions
    assert decision.issue.findings == (
        Finding(
            scanner="secrets-history",
            kind=Kind.SECRET,
            rule="github-token",
            message=f"GitHub token (40 bytes, its structure verified), added by commit {added[:10]}. The history keeps "
            "it, whatever a later commit takes out of the file: revoke it. To make it worthless: delete it in GitHub, "
            "Settings, Developer settings, Personal access tokens.",
            location=Location(path="history!/conf.py", line=2, end_line=2, column=10, end_column=50),
            severity=Severity.HIGH,
            severity_source="rule",
            confidence=Confidence.HIGH,
            cwes=frozenset({798}),
            secret_hash=decision.issue.primary.secret_hash,
        ),
    )
    assert ONE not in repr(verdict)
    size = len(leak()) + len("x = 2\n")
    assert notes_of(verdict) == (f"looked at what 2 commits added: 2 versions of files, {size} bytes",)


def test_a_secret_that_stands_in_the_tree_is_one_issue_of_the_tree(repository: Repository, judge: Judge) -> None:
    start = repository.head
    repository.commit({"conf.py": leak()})
    repository.commit({"conf.py": f"\n\n{leak()}"})
    verdict = judge(repository, Against(named=start))
    assert told(verdict) == [("conf.py", 4, ("secrets",), Action.BLOCK, Change.INTRODUCED)]
    assert "1 secret of these commits stands in the tree too, and counts there" in notes_of(verdict)


def test_a_secret_in_a_file_that_was_renamed_is_one_issue_of_the_tree(repository: Repository, judge: Judge) -> None:
    start = repository.head
    repository.commit({"conf.py": leak()})
    repository.commit({"conf.py": None, "deep/settings.py": leak()})
    assert told(judge(repository, Against(named=start))) == [
        ("deep/settings.py", 2, ("secrets",), Action.BLOCK, Change.INTRODUCED)
    ]


def test_a_secret_in_a_file_that_was_renamed_and_removed_is_told_where_it_came_in(
    repository: Repository, judge: Judge
) -> None:
    start = repository.head
    added = repository.commit({"conf.py": leak()})
    repository.commit({"conf.py": None, "settings.py": leak()})
    repository.commit({"settings.py": None})
    verdict = judge(repository, Against(named=start))
    assert told(verdict) == [gone("conf.py")]
    assert commit_named(verdict) == [added[:10]]


def test_what_the_base_held_already_is_not_the_changes(repository: Repository, judge: Judge) -> None:
    start = repository.commit({"conf.py": leak()})
    repository.commit({"conf.py": f"{leak()}OTHER = 1\n"})
    repository.commit({"conf.py": None, "moved.py": leak()})
    repository.commit({"moved.py": None})
    verdict = judge(repository, Against(named=start))
    assert (verdict.outcome, told(verdict)) == (Outcome.PASS, [])
    assert [each.location.path for each in verdict.fixed] == ["conf.py"]


def test_a_secret_that_only_a_merge_commit_holds_is_found(repository: Repository, judge: Judge) -> None:
    repository.git("checkout", "-q", "-b", "feature")
    repository.commit({"a.py": "a = 1\n"})
    repository.git("checkout", "-q", "main")
    main = repository.commit({"b.py": "b = 1\n"})
    repository.git("checkout", "-q", "feature")
    repository.git("merge", "-q", "--no-ff", "--no-commit", "main")
    merge = repository.commit({"a.py": leak()})
    repository.commit({"a.py": "a = 2\n"})
    verdict = judge(repository, Against(named=main))
    assert told(verdict) == [gone("a.py")]
    assert commit_named(verdict) == [merge[:10]]


def test_what_a_merge_brought_from_the_base_is_not_the_changes(repository: Repository, judge: Judge) -> None:
    repository.git("checkout", "-q", "-b", "feature")
    repository.commit({"a.py": "a = 1\n"})
    repository.git("checkout", "-q", "main")
    repository.commit({"b.py": leak()})
    repository.commit({"b.py": "b = 1\n"})
    repository.git("checkout", "-q", "feature")
    repository.git("merge", "-q", "--no-ff", "-m", "merge", "main")
    assert told(judge(repository, Against(named="main"))) == []


def test_a_secret_in_what_looks_binary_under_a_hostile_name_in_an_excluded_folder_is_found(
    repository: Repository, judge: Judge
) -> None:
    start = repository.head
    repository.commit({
        "node_modules/a.py": leak(),
        "blob.bin": b"\x7fELF\0\0" + TWO.encode() + b"\0",
    })  # fmt: skip
    name = os.fsdecode(b"\n::error::\xe9")
    repository.commit({"node_modules/a.py": None, "blob.bin": None, name: "# settings\nT = '" + TWO + "'\n"})
    repository.commit({name: None})
    verdict = judge(repository, Against(named=start))
    assert sorted(each[:2] for each in told(verdict)) == [
        ("history!/blob.bin", 1),
        ("history!/node_modules/a.py", 2),
    ]
    assert verdict.outcome is Outcome.FAIL


def test_a_hostile_name_is_shown_safely(repository: Repository, judge: Judge) -> None:
    start = repository.head
    name = os.fsdecode(b"\n::error::\xe9")
    repository.commit({name: leak()})
    repository.commit({name: None})
    assert told(judge(repository, Against(named=start))) == [gone("\\n::error::\\xe9")]


def test_a_test_is_judged_as_a_test_in_the_history_too(repository: Repository, judge: Judge) -> None:
    start = repository.head
    value = drawn(5, 40)
    repository.commit({"tests/conf.py": f'api_secret = "{value}"\n', "conf.py": f'api_secret = "{value}x"\n'})
    repository.commit({"tests/conf.py": None, "conf.py": None})
    actions = {each[0]: each[3] for each in told(judge(repository, Against(named=start)))}
    assert actions == {"history!/conf.py": Action.BLOCK, "history!/tests/conf.py": Action.WARN}


def test_a_marker_on_the_line_is_a_suppression_in_the_history_too(repository: Repository, judge: Judge) -> None:
    start = repository.head
    repository.commit({"conf.py": f"T = '{ONE}'  # devsecgate: allow secret because it is made up\n"})
    repository.commit({"conf.py": None})
    (decision,) = judge(repository, Against(named=start)).decisions
    assert decision.issue.primary.suppression is not None
    assert decision.issue.primary.suppression.justification == "it is made up"


def test_a_push_is_judged_by_its_own_commits(repository: Repository, judge: Judge) -> None:
    before = repository.commit({"other.py": leak(TWO)})
    repository.commit({"other.py": None})
    pushed = repository.head
    repository.commit({"conf.py": leak()})
    repository.commit({"conf.py": None})
    for proposal, after in ((False, pushed), (True, pushed)):
        event = Event(name="push (GitHub)", proposal=proposal, revisions=(after,))
        assert told(judge(repository, Against(event=event, in_ci=True))) == [gone("conf.py")]
    event = Event(name="push (GitLab)", proposal=False, revisions=(before,))
    assert sorted(each[0] for each in told(judge(repository, Against(event=event)))) == ["history!/conf.py"]


def test_of_githubs_merge_commit_the_proposed_commits_count(repository: Repository, judge: Judge) -> None:
    repository.git("checkout", "-q", "-b", "feature")
    repository.commit({"conf.py": leak()})
    proposed = repository.commit({"conf.py": None})
    repository.git("checkout", "-q", "main")
    repository.commit({"main.py": leak(TWO)})
    repository.commit({"main.py": None})
    repository.git("merge", "-q", "--no-ff", "-m", "merge", "feature")
    event = Event(name="pull_request (GitHub)", proposal=True, revisions=("a" * 40,), head=proposed)
    assert told(judge(repository, Against(event=event, in_ci=True))) == [gone("conf.py")]


def test_a_hook_can_look_at_what_is_pushed_without_comparing(
    repository: Repository, judge: Judge, tmp_path: Path
) -> None:
    start = repository.head
    repository.commit({"conf.py": leak()})
    head = repository.commit({"conf.py": None})
    repository.git("checkout", "-q", start)
    pushed = base.Commit(revision=head, named="the push", proposal=True, is_head=False)
    against = Against(repository=repository.root, head=head, own_policy=True)
    with ExitStack() as stack:
        folder = base.unpacked(repository.root.resolve(), pushed, stack)
        found = judge(repository, replace(against, since=start), path=folder)
        assert told(found) == [(*gone("conf.py")[:4], None)]
        assert told(judge(repository, replace(against, since=start, named=start), path=folder)) == [gone("conf.py")]
        assert told(judge(repository, replace(against, since=head), path=folder)) == []
        assert told(judge(repository, against, path=folder)) == []


def test_a_secret_that_is_staged_and_lies_no_more_in_the_tree_is_found(repository: Repository, judge: Judge) -> None:
    repository.write({"conf.py": leak()})
    repository.git("add", "conf.py")
    repository.write({"conf.py": "x = 1\n"})
    verdict = judge(repository, Against(named="HEAD"))
    assert told(verdict) == [gone("conf.py")]
    assert verdict.decisions[0].issue.primary.message.startswith(
        "GitHub token (40 bytes, its structure verified), which is staged, though it is not in the working tree"
    )


def test_the_identity_of_a_secret_rests_on_neither_commits_nor_lines(repository: Repository, judge: Judge) -> None:
    start = repository.head
    found = []
    for before in ("", "\n\n# more\n"):
        repository.git("reset", "-q", "--hard", start)
        repository.commit({"conf.py": before + leak()}, message=f"add {len(before)}")
        repository.commit({"conf.py": None})
        (decision,) = judge(repository, Against(named=start)).decisions
        found.append((decision.issue.fingerprint, decision.issue.content))
    assert found[0] == found[1]


def test_a_change_is_judged_alike_again_and_again(repository: Repository, judge: Judge) -> None:
    start = repository.head
    for number in range(4):
        repository.commit({f"{name}.py": f"{leak(ONE)}# {number}\n" for name in "abc"})
        repository.commit({f"{name}.py": leak(TWO) for name in "abc"})
    repository.commit(dict.fromkeys(("a.py", "b.py", "c.py")))

    def once() -> Verdict:
        verdict = judge(repository, Against(named=start))
        return replace(verdict, results=tuple(replace(each, seconds=0) for each in verdict.results))

    first = once()
    assert len(first.decisions) == 6
    assert all(once() == first for _ in range(3))


# ---------------------------------------------------------------- where there is nothing to look at, or no looking


def idle(verdict: Verdict) -> list[Idle]:
    return [each for each in verdict.idle if each.scanner == "secrets-history"]


@pytest.mark.parametrize(
    ("against", "why"),
    [
        (Against(), NONE),
        (Against(named="none"), NONE),
        (
            Against(named="mian"),
            "no base for --base mian: no such commit is in this clone; fetch it (git fetch origin mian)",
        ),
        (Against(named="HEAD"), "no commit follows on the base"),
        (
            Against(event=Event(name="push (GitHub)", proposal=False, why="this is the first push of the branch")),
            "no base for push (GitHub): this is the first push of the branch",
        ),
        (Against(since="HEAD"), "no commit follows on the base"),
        (
            Against(since="mian"),
            "no base for --base mian: no such commit is in this clone; fetch it (git fetch origin mian)",
        ),
    ],
)
def test_without_commits_the_scanner_is_idle_and_says_why(
    against: Against, why: str, repository: Repository, judge: Judge
) -> None:
    repository.commit({"conf.py": leak()})
    repository.commit({"conf.py": None})
    verdict = judge(repository, against)
    assert idle(verdict) == [Idle(scanner="secrets-history", kind=Kind.SECRET, why=why, files=0)]
    assert (verdict.outcome, verdict.decisions) == (Outcome.PASS, ())


def test_a_policy_can_disable_it_and_then_nothing_is_read(repository: Repository, judge: Judge) -> None:
    start = repository.head
    (repository.root / ".git" / "objects" / start[:2] / start[2:]).chmod(0o644)
    repository.commit({"conf.py": leak()})
    repository.commit({"conf.py": None})
    verdict = judge(repository, Against(named=start), disabled="secrets-history")
    assert [each.why for each in idle(verdict)] == ["disabled by the policy (scanners.disable)"]
    assert (verdict.outcome, verdict.gaps) == (Outcome.PASS, ())


def test_it_does_not_stand_for_the_layer_that_looks_at_the_tree(repository: Repository, judge: Judge) -> None:
    start = repository.head
    repository.commit({"conf.py": leak()})
    verdict = judge(repository, Against(named=start), disabled="secrets")
    assert [each.gap.scanner for each in verdict.gaps] == ["policy"]
    assert "no scanner of the required layer `secret` worked" in verdict.gaps[0].gap.detail
    assert told(verdict) == [gone("conf.py")]  # the tree's own scanner does not report it


def test_a_commit_that_the_clone_lacks_leaves_the_verdict_incomplete(
    repository: Repository, judge: Judge, tmp_path: Path
) -> None:
    start = repository.head
    repository.commit({"conf.py": leak()})
    repository.commit({"conf.py": None, "app.py": "x = 2\n"})
    clone = repository.clone(tmp_path / "clone", "--depth=1")
    clone.git("fetch", "-q", "--depth=1", "origin", start)
    verdict = judge(clone, Against(named=start))
    assert verdict.outcome is Outcome.INCOMPLETE
    assert [(each.gap.scanner, each.accepted) for each in verdict.gaps] == [("secrets-history", False)]
    assert "is not in this clone" in verdict.gaps[0].gap.detail


def test_a_history_that_git_cannot_read_leaves_the_verdict_incomplete(repository: Repository, judge: Judge) -> None:
    start = repository.head
    commit = repository.commit({"conf.py": "x = 1\n"})
    repository.commit({"conf.py": None})
    (repository.root / ".git" / "objects" / commit[:2] / commit[2:]).unlink()
    verdict = judge(repository, Against(named=start, since=start))
    assert verdict.outcome is Outcome.INCOMPLETE
    assert {each.gap.scanner for each in verdict.gaps} == {"secrets-history"}
    assert [each.why for each in idle(verdict)] == ["the commits of the change cannot be read (see its gap)"]


# ---------------------------------------------------------------- the scanner alone


def job(tmp_path: Path, manifest: bytes, *, canary: bytes | None = None) -> Job:
    for name in ("given", "planted", "scratch", "tree"):
        (tmp_path / name).mkdir()
    (tmp_path / "given" / "manifest.json").write_bytes(manifest)
    (tmp_path / "planted" / "canary.txt").write_bytes(planted() if canary is None else canary)
    return Job(
        root=tmp_path / "tree",
        files=(),
        canary=tmp_path / "planted" / "canary.txt",
        scratch=tmp_path / "scratch",
        engine="devsecgate secrets-history",
        settings=Settings(salt="pepper"),
        given=Given(subject=Subject.COMMITS, name="history", source=str(tmp_path / "given" / "manifest.json")),
    )


def output(given: Job) -> Output:
    command = SCANNER.command(given)
    done = subprocess.run(
        (sys.executable, *command.argv[1:]),
        cwd=given.root,
        input=command.stdin,
        capture_output=True,
        check=False,
        env=clean_environment(scratch=given.scratch, root=given.root, network=False, extra=command.environment),
    )
    assert done.returncode in command.exits, done.stderr
    return Output(stdout=done.stdout, stderr=done.stderr, exit=done.returncode)


EMPTY = b'{"name":"history","commits":[]}'


def test_the_planted_file_is_found_in_every_way_and_is_no_commits(tmp_path: Path) -> None:
    given = job(tmp_path, EMPTY)
    parsed = SCANNER.parse(output(given), given)
    assert {found.location.path for found in parsed.findings} == {CANARY_PATH}
    assert SCANNER.canary.rule in {found.rule for found in parsed.findings}
    assert (parsed.gaps, parsed.covered) == ((), frozenset({"history"}))
    assert parsed.notes == ("looked at what 0 commits added: 0 versions of files, 0 bytes",)


def test_a_planted_file_that_is_not_whole_is_a_gap_for_each_way_that_did_not_look(tmp_path: Path) -> None:
    given = job(tmp_path, EMPTY, canary=planted().split(b"\n")[0])
    details = [gap.detail for gap in SCANNER.parse(output(given), given).gaps]
    assert details == [
        f"the rule {rule} did not fire on the planted sample"
        for rule in ("generic-password", "generic-secret", "private-key", "url-credentials")
    ]


def test_the_key_of_the_hashes_is_on_no_command_line(tmp_path: Path) -> None:
    command = SCANNER.command(job(tmp_path, EMPTY))
    assert "pepper" not in " ".join(command.argv)
    assert msgspec.json.decode(command.stdin) == {"salt": "pepper"}


@pytest.mark.parametrize("covered", [b"[]", b'["other"]', b'["history","history"]'])
def test_an_answer_that_does_not_say_that_it_went_through_all_is_malformed(covered: bytes, tmp_path: Path) -> None:
    given = job(tmp_path, EMPTY)
    said = output(given)
    with pytest.raises(MalformedOutput, match="does not say that it went through all commits"):
        SCANNER.parse(
            replace(said, stdout=said.stdout.replace(b'"covered":["history"]', b'"covered":' + covered)), given
        )


def test_what_the_detector_could_not_read_is_a_gap(tmp_path: Path) -> None:
    manifest = b'{"name":"history","commits":[{"commit":"a","versions":[{"path":"b","content":"0"}],"before":[]}]}'
    given = job(tmp_path, manifest)
    assert SCANNER.parse(output(given), given).gaps == (
        Gap(
            scanner="secrets-history",
            reason=GapReason.UNREADABLE,
            detail="not searched for secrets: No such file or directory",
            path="history!/b",
        ),
    )
