"""The detector finds what each commit brought in, once, and neither what was there before nor anything's value."""

from __future__ import annotations

import json
import subprocess
import sys
import zlib
from pathlib import Path

import msgspec
import pytest

from devsecgate.detectors import secrets_history, secrets_rules
from devsecgate.detectors.secrets_checks import base62
from devsecgate.detectors.secrets_findings import WITNESSES, planted
from devsecgate.detectors.secrets_output import VERSION, Unseen
from devsecgate.detectors.secrets_versions import CommitVersions, HistoryAnswer, Manifest, Version

RULES = secrets_rules.load(secrets_rules.table())
FIRST, SECOND, THIRD = "a" * 10, "b" * 10, "c" * 10


def token(number: int) -> str:
    """Make a token with the checksum of its format, which opens no door."""
    body = base62(zlib.crc32(b"%d" % number) ** 5, 30)[-30:]
    return f"gh{'p'}_{body}{base62(zlib.crc32(body.encode()), 6)}"


ONE, TWO = token(1), token(2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "given"
    place.mkdir()
    (tmp_path / "canary.txt").write_bytes(planted())
    return place


def put(folder: Path, **files: str | bytes) -> None:
    for name, content in files.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)


def commit(name: str, *versions: tuple[str, str], before: tuple[str, ...] = ()) -> CommitVersions:
    made = [Version(path=path, content=content) for path, content in versions]
    return CommitVersions(commit=name, versions=made, before=list(before))


def look(folder: Path, *commits: CommitVersions) -> HistoryAnswer:
    manifest = Manifest(name="history", commits=list(commits))
    canary = str(folder.parent / "canary.txt")
    return secrets_history.look(folder, manifest, canary=canary, rules=RULES, salt="k")


def told(answer: HistoryAnswer) -> list[tuple[str, str, str, int]]:
    """Give commit, path, rule and line of all but the planted secrets."""
    return [
        (leak.commit, leak.secret.path, leak.secret.rule, leak.secret.line)
        for leak in answer.leaks
        if leak.secret.path.startswith("history!/")
    ]


def test_a_secret_is_told_with_the_commit_that_brought_it(folder: Path) -> None:
    put(folder, one="x = 1\n", two=f"x = 1\nT = '{ONE}'\n")
    answer = look(folder, commit(FIRST, ("a.py", "one")), commit(SECOND, ("a.py", "two"), before=("one",)))
    assert told(answer) == [(SECOND, "history!/a.py", "github-token", 2)]
    assert (answer.version, answer.covered, answer.unseen) == (VERSION, ["history"], [])
    assert (answer.commits, answer.versions, answer.size) == (2, 2, 6 + 6 + 47)


def test_the_planted_file_is_gone_through_as_any_version_is(folder: Path) -> None:
    answer = look(folder)
    assert {leak.secret.rule for leak in answer.leaks} == {"devsecgate-canary", *WITNESSES}
    assert {leak.secret.path for leak in answer.leaks} == {str(folder.parent / "canary.txt")}


def test_what_a_changed_file_held_before_is_not_what_the_commit_brought(folder: Path) -> None:
    put(folder, one=f"T = '{ONE}'\n", two=f"T = '{ONE}'\nU = '{TWO}'\n")
    answer = look(folder, commit(FIRST, ("a.py", "two"), before=("one",)))
    assert told(answer) == [(FIRST, "history!/a.py", "github-token", 2)]


def test_what_moved_from_one_changed_file_to_another_was_there(folder: Path) -> None:
    put(folder, old=f"T = '{ONE}'\n", new=f"# moved\nT = '{ONE}'\n")
    assert told(look(folder, commit(FIRST, ("b.py", "new"), before=("old",)))) == []


def test_a_value_that_was_only_a_part_of_something_else_is_new(folder: Path) -> None:
    password = "Tr0ub4dor" + "&3x"
    put(folder, old=f'name = "{password}-and-more-words"\n', new=f'password = "{password}"\n')
    assert [each[2] for each in told(look(folder, commit(FIRST, ("a.py", "new"), before=("old",))))] == [
        "generic-password"
    ]


def test_a_value_is_told_once_for_each_path_where_it_came_in_first(folder: Path) -> None:
    put(folder, one=f"T = '{ONE}'\nU = '{ONE}'\n", two=f"\n\nT = '{ONE}'\n")
    answer = look(
        folder,
        commit(FIRST, ("a.py", "one")),
        commit(SECOND, ("a.py", "two")),
        commit(THIRD, ("b.py", "one")),
    )
    assert told(answer) == [
        (FIRST, "history!/a.py", "github-token", 1),
        (THIRD, "history!/b.py", "github-token", 1),
    ]


def test_what_looks_binary_or_is_utf16_is_searched_too(folder: Path) -> None:
    put(folder, binary=b"\x7fELF\0\0\xff\xfe" + ONE.encode() + b"\0\0\x01", wide=f"T = '{TWO}'\n".encode("utf-16"))
    answer = look(folder, commit(FIRST, ("a.bin", "binary"), ("b.ps1", "wide")))
    assert [each[1] for each in told(answer)] == ["history!/a.bin", "history!/b.ps1"]


def test_a_version_that_is_not_there_is_unseen_and_the_rest_is_looked_at(folder: Path) -> None:
    put(folder, one=f"T = '{ONE}'\n")
    answer = look(folder, commit(FIRST, ("gone.py", "gone"), ("a.py", "one")))
    assert answer.unseen == [
        Unseen(path="history!/gone.py", detail="not searched for secrets: No such file or directory")
    ]
    assert (told(answer), answer.versions) == ([(FIRST, "history!/a.py", "github-token", 1)], 1)


def test_a_version_with_more_secrets_than_are_listed_is_unseen_in_part(folder: Path) -> None:
    put(folder, one="".join(f"T = '{token(number)}'\n" for number in range(1_002)))
    answer = look(folder, commit(FIRST, ("a.py", "one")))
    detail = f"commit {FIRST}: not wholly searched for secrets: it holds more than 1,000 secrets"
    assert answer.unseen == [Unseen(path="history!/a.py", detail=detail)]


def test_a_file_of_before_that_is_not_there_held_nothing(folder: Path) -> None:
    put(folder, one=f"T = '{ONE}'\n")
    assert len(told(look(folder, commit(FIRST, ("a.py", "one"), before=("gone",))))) == 1


def run(folder: Path, *arguments: str, stdin: bytes = b'{"salt":"k"}') -> subprocess.CompletedProcess[bytes]:
    argv = [sys.executable, "-m", "devsecgate.detectors.secrets_history", *arguments]
    return subprocess.run(argv, cwd=folder, input=stdin, capture_output=True, check=False)


def test_as_a_program_it_prints_its_answer_and_no_value(folder: Path) -> None:
    put(folder, one=f"T = '{ONE}'  # gitleaks:allow {TWO}\n")
    manifest = folder / "manifest.json"
    manifest.write_bytes(msgspec.json.encode(Manifest(name="history", commits=[commit(FIRST, ("a.py", "one"))])))
    done = run(folder, f"--given={manifest}", f"--canary={folder.parent / 'canary.txt'}")
    assert (done.returncode, done.stderr) == (0, b"")
    answer = msgspec.json.decode(done.stdout, type=HistoryAnswer)
    assert [each[2] for each in told(answer)] == ["github-token", "github-token"]
    assert ONE.encode() not in done.stdout
    assert TWO.encode() not in done.stdout


@pytest.mark.parametrize(
    ("manifest", "stdin"),
    [
        ("", b'{"salt":""}'),
        ("{}", b'{"salt":""}'),
        ('{"name":"history","commits":[{}]}', b'{"salt":""}'),
        ('{"name":"history","commits":[]}', b"{}"),
        ('{"name":"history","commits":[]}', b""),
        (None, b'{"salt":""}'),
    ],
)
def test_what_cannot_be_read_is_an_error_and_no_answer(manifest: str | None, stdin: bytes, folder: Path) -> None:
    place = folder / "manifest.json"
    if manifest is not None:
        place.write_text(manifest)
    done = run(folder, f"--given={place}", f"--canary={folder.parent / 'canary.txt'}", stdin=stdin)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"secrets-history: ")


def test_without_the_planted_file_there_is_no_answer(folder: Path) -> None:
    place = folder / "manifest.json"
    place.write_text(json.dumps({"name": "history", "commits": []}))
    done = run(folder, f"--given={place}", f"--canary={folder / 'gone'}")
    assert (done.returncode, done.stdout) == (2, b"")


def test_an_option_that_is_given_twice_or_not_is_an_error(folder: Path) -> None:
    for arguments in ((), ("--given=a", "--given=b", "--canary=c"), ("--given=a",)):
        assert run(folder, *arguments).returncode == 2
