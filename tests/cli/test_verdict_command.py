"""`devsecgate verdict check|show`: how a verdict that another job wrote is read, shown, and ended with."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from devsecgate import seal

Command = Callable[..., subprocess.CompletedProcess[str]]

COMMIT = "1f" * 20
FAILING = {"app.py": "import os\n\nos.system('ls ' + input())\n"}
CLEAN = {"README.md": "# A project\n"}


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that passes, one that fails, one that is incomplete; the first is a repository."""
    folder = tmp_path_factory.mktemp("trees")
    contents = {"pass": CLEAN, "fail": FAILING, "incomplete": {"requirements.txt": "acme-parser==1.0\n"}}
    for name, files in contents.items():
        (folder / name).mkdir()
        for path, text in files.items():
            (folder / name / path).write_text(text)
    for arguments in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message", "first")):
        who = ("-c", "user.name=somebody", "-c", "user.email=somebody@mail.example")
        clean = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
        subprocess.run(["git", *who, *arguments], cwd=folder / "pass", env=clean, check=True)
    return folder


@pytest.fixture(scope="module")
def written(devsecgate_at: Command, trees: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The verdict about each project, and one that is sealed with a key."""
    place = tmp_path_factory.mktemp("verdicts")
    found = {}
    for name, tree, more in (
        ("pass", "pass", {}),
        ("fail", "fail", {}),
        ("incomplete", "incomplete", {}),
        ("keyed", "pass", {seal.VARIABLE: "a key"}),
    ):
        file = place / f"{name}.json"
        done = devsecgate_at(place / "home", "scan", trees / tree, "--offline", "-q", "--verdict", file, **more)
        assert done.returncode == 0, done.stderr
        found[name] = file.read_bytes()
    return found


@pytest.fixture
def check(devsecgate: Command, written: dict[str, bytes], tmp_path: Path) -> Command:
    """Check one of the verdicts."""

    def run(name: str, *arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        file = tmp_path / "verdict.json"
        file.write_bytes(written[name])
        return devsecgate("verdict", "check", file, *arguments, **environment)

    return run


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("pass", 0, ["PASS  Nothing blocks, and nothing was left unseen."]),
        ("fail", 1, ["FAIL  1 issue blocks.", "Blocking (1)"]),
        ("incomplete", 3, ["INCOMPLETE  Nothing blocks, but ", "Not seen ("]),
    ],
)
def test_it_ends_with_the_verdict(name: str, code: int, said: list[str], check: Command) -> None:
    done = check(name)
    assert (done.returncode, done.stderr) == (code, "")
    lines = done.stdout.splitlines()
    assert [text for text in said if not any(line.startswith(text) for line in lines)] == []
    assert lines[-1] == f"exit {code} ({name.upper()})"


def test_what_blocks_is_shown_with_its_place_and_rules(check: Command) -> None:
    (line,) = [each for each in check("fail").stdout.splitlines() if each.startswith("  ")]
    assert line.startswith("  app.py:3 high bandit:B605, ")


def test_the_commit_of_the_ci_has_to_be_the_verdicts(check: Command, trees: Path) -> None:
    argv = ["git", "-C", str(trees / "pass"), "rev-parse", "HEAD"]
    head = subprocess.run(argv, check=True, capture_output=True, text=True).stdout.strip()
    assert check("pass", CI_COMMIT_SHA=head).returncode == 0
    assert check("pass", GITHUB_SHA=head).returncode == 0
    assert check("pass", "--commit", head, CI_COMMIT_SHA=COMMIT).returncode == 0
    done = check("pass", CI_COMMIT_SHA=COMMIT)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.splitlines() == [
        "devsecgate: the verdict is refused, and nothing can be said instead:",
        f"  it is about the commit `{head}`, and {COMMIT} is asked for",
    ]


def test_a_verdict_without_a_commit_is_refused_in_a_ci(check: Command) -> None:
    done = check("fail", CI_COMMIT_SHA=COMMIT)
    assert (done.returncode, done.stdout) == (3, "")
    assert f"  it names no commit, and {COMMIT} is asked for\n" in done.stderr


def test_the_policy_that_is_asked_for_has_to_be_the_one_that_judged(check: Command, written: dict[str, bytes]) -> None:
    digest = json.loads(written["pass"])["policy"]["digest"]
    assert check("pass", "--policy-digest", digest).returncode == 0
    assert check("pass", "--policy-digest", "0" * 64).returncode == 3


def test_the_files_that_are_here_have_to_be_those_that_were_judged(
    devsecgate: Command, written: dict[str, bytes], tmp_path: Path
) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "README.md").write_text(CLEAN["README.md"])
    (tree / "verdict.json").write_bytes(written["pass"])
    arguments = ("verdict", "check", "verdict.json", "--path", ".")
    assert devsecgate(*arguments, cwd=tree).returncode == 0
    (tree / "more.py").write_text("VALUE = 1\n")
    done = devsecgate(*arguments, cwd=tree)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.splitlines()[1] == "  it is about other files than those that are here"


def test_with_a_key_only_what_was_sealed_with_it_counts(check: Command) -> None:
    found = [check(name, DEVSECGATE_VERDICT_KEY=key).returncode for name, key in KEYS]
    assert found == [0, 3, 3, 3, 0]


KEYS = (("keyed", "a key"), ("keyed", "another"), ("keyed", ""), ("pass", "a key"), ("pass", ""))


def test_an_edited_verdict_is_refused_by_both(written: dict[str, bytes], tmp_path: Path, devsecgate: Command) -> None:
    file = tmp_path / "verdict.json"
    file.write_bytes(written["fail"].replace(b'"outcome": "fail"', b'"outcome": "pass"'))
    done = devsecgate("verdict", "check", file)
    assert (done.returncode, done.stdout) == (3, "")
    assert "  its seal does not fit: it was edited\n" in done.stderr
    done = devsecgate("verdict", "show", file)
    assert (done.returncode, done.stderr) == (3, "")
    assert "refused: its seal does not fit: it was edited\n" in done.stdout


def test_it_is_shown_what_a_verdict_is_about(written: dict[str, bytes], tmp_path: Path, devsecgate: Command) -> None:
    file = tmp_path / "verdict.json"
    file.write_bytes(written["fail"])
    document = json.loads(written["fail"])
    done = devsecgate("verdict", "show", file)
    assert (done.returncode, done.stderr) == (0, "")
    shown = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert {name: shown[name] for name in ("revision", "content", "base", "judgement", "policy")} == {
        "revision": "none",
        "content": document["target"]["content"],
        "base": "none",
        "judgement": document["judgement"],
        "policy": f"default ({document['policy']['digest']})",
    }
    assert shown["seal"] == f"{document['seal']} (without a key: it shows edits, not origin)"
    assert document["timing"]["finished"] in shown["made"]


def test_another_version_is_told_and_counts(written: dict[str, bytes], tmp_path: Path, devsecgate: Command) -> None:
    document = json.loads(written["pass"])
    document["tool_version"] = "99.0\x1b[31m"
    document["judgement"] = seal.judgement(document)
    document["seal"] = seal.seal(document)
    file = tmp_path / "verdict.json"
    file.write_text(json.dumps(document))
    done = devsecgate("verdict", "check", file)
    assert done.returncode == 0
    assert done.stderr.startswith("devsecgate: this verdict was made by devsecgate 99.0\\x1b[31m; this is ")


def test_what_a_verdict_holds_cannot_act_on_a_terminal_or_a_log(
    written: dict[str, bytes], tmp_path: Path, devsecgate: Command
) -> None:
    hostile = "\x1b[31mred\n::error::pwned\n##[error]legacy \u202eevil"
    document = json.loads(written["fail"])
    document["headline"] = document["policy"]["name"] = document["target"]["name"] = hostile
    document["issues"][0]["message"] = document["issues"][0]["location"]["path"] = hostile
    document["judgement"] = seal.judgement(document)
    document["seal"] = seal.seal(document)
    file = tmp_path / "verdict.json"
    file.write_text(json.dumps(document))
    for command, code in (("check", 1), ("show", 0)):
        done = devsecgate("verdict", command, file)
        assert done.returncode == code
        text = done.stdout
        assert ("\x1b" in text, "\u202e" in text, "##[" in text, "\n::" in text) == (False, False, False, False)


@pytest.mark.parametrize("made", ["nothing", "folder", "link", "pipe", "device", "empty", "huge", "null byte"])
def test_what_cannot_be_a_verdict_is_exit_3(made: str, tmp_path: Path, devsecgate: Command) -> None:
    place = tmp_path / "verdict.json"
    if made == "folder":
        place.mkdir()
    elif made == "link":
        (tmp_path / "other.json").write_text("{}")
        place.symlink_to("other.json")
    elif made == "pipe":
        os.mkfifo(place)
    elif made == "device":
        place = Path("/dev/zero")
    elif made == "empty":
        place.touch()
    elif made == "huge":
        place.touch()
        os.truncate(place, (128 << 20) + 1)
    elif made == "null byte":
        place.write_bytes(b"\0")
    for command in ("check", "show"):
        done = devsecgate("verdict", command, place)
        assert (done.returncode, done.stdout) == (3, "")
        assert done.stderr.startswith("devsecgate: ")
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--commit", "main"), "--commit: `main` is no commit"),
        (("--commit", ""), "--commit: `` is no commit"),
        (("--policy-digest", "dc31"), "--policy-digest: `dc31` is no digest of a policy"),
        (("--max-age", "0"), "Invalid value for '--max-age'"),
        (("--max-age", "nan"), "Invalid value for '--max-age'"),
        (("--max-age", "9999999"), "Invalid value for '--max-age'"),
        (("--path", "nowhere"), "nowhere is not a folder"),
    ],
)
def test_a_flag_that_is_wrong_is_exit_2(arguments: tuple[str, ...], said: str, check: Command) -> None:
    done = check("pass", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_two_cis_that_contradict_each_other_are_a_mistake(check: Command) -> None:
    done = check("pass", CI_COMMIT_SHA=COMMIT, GITHUB_SHA="2e" * 20)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("devsecgate: CI_COMMIT_SHA and GITHUB_SHA name different commits\n")
