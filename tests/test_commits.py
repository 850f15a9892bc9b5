"""What the commits of a change added: read from git's objects alone, within bounds, and never in silence."""

from __future__ import annotations

import os
import shutil
import zlib
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from repositories import Repository, make

from devsecgate import commits
from devsecgate.commits import Change, Commits, Limits
from devsecgate.detectors.secrets_checks import base62
from devsecgate.detectors.secrets_versions import Manifest
from devsecgate.model import Gap, GapReason
from devsecgate.scanner import Given, Subject

TEXT = "a = 1\n"
DEEPEN = "fetch the whole history (fetch-depth: 0, GIT_DEPTH: 0, git fetch --unshallow)"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return make(tmp_path / "tree", {"app.py": TEXT})


def change(repository: Repository, after: str, *, head: str = "HEAD", largest: int = 10_000) -> Change:
    return Change(root=repository.root.resolve(), after=after, head=head, staged=True, largest=largest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What was written: by commit, the path of each version, its bytes, and those of what was before."""

    versions: list[tuple[str, str, bytes]]
    before: dict[str, list[bytes]]
    gaps: tuple[Gap, ...]


def read(asked: Change, folder: Path, *, limits: Limits = Limits()) -> Read:  # noqa: B008 - frozen
    folder.mkdir()
    found = commits.read(asked, folder, limits=limits)
    place = folder / "manifest.json"
    assert found.given == (Given(subject=Subject.COMMITS, name="history", source=str(place)),)
    assert found.why == ""
    manifest = msgspec.json.decode(place.read_bytes(), type=Manifest)
    assert manifest.name == "history"
    return Read(
        versions=[
            (each.commit, version.path, (folder / version.content).read_bytes())
            for each in manifest.commits
            for version in each.versions
        ],
        before={each.commit: sorted((folder / name).read_bytes() for name in each.before) for each in manifest.commits},
        gaps=found.gaps,
    )


def failed(asked: Change, folder: Path) -> Commits:
    folder.mkdir()
    return commits.read(asked, folder)


def short(commit: str) -> str:
    return commit[:10]


def test_each_version_that_a_commit_brought_is_read_with_what_was_there_before(
    repository: Repository, tmp_path: Path
) -> None:
    base = repository.head
    first = repository.commit({"app.py": "a = 2\n", "b.py": "b = 1\n"})
    second = repository.commit({"app.py": "a = 3\n", "b.py": None})
    assert read(change(repository, base), tmp_path / "out") == Read(
        versions=[
            (short(first), "app.py", b"a = 2\n"),
            (short(first), "b.py", b"b = 1\n"),
            (short(second), "app.py", b"a = 3\n"),
        ],
        before={short(first): [b"a = 1\n"], short(second): [b"a = 2\n", b"b = 1\n"]},
        gaps=(),
    )


def test_the_base_may_be_anywhere_in_the_history_and_what_it_has_is_not_read_again(
    repository: Repository, tmp_path: Path
) -> None:
    fork = repository.head
    repository.git("checkout", "-q", "-b", "feature")
    mine = repository.commit({"mine.py": "mine = 1\n"})
    repository.git("checkout", "-q", "main")
    main = repository.commit({"main.py": "main = 1\n"})
    repository.git("checkout", "-q", "feature")
    repository.git("merge", "-q", "--no-ff", "-m", "merge", "main")
    merge = repository.head
    wanted = Read(
        versions=[(short(mine), "mine.py", b"mine = 1\n")], before={short(mine): [], short(merge): []}, gaps=()
    )
    assert read(change(repository, main), tmp_path / "out") == wanted
    more = read(change(repository, fork), tmp_path / "more").versions
    assert sorted(each[1] for each in more) == ["main.py", "mine.py"]


def test_what_a_merge_itself_brought_is_read(repository: Repository, tmp_path: Path) -> None:
    repository.git("checkout", "-q", "-b", "feature")
    mine = repository.commit({"app.py": "a = 'mine'\n"})
    repository.git("checkout", "-q", "main")
    main = repository.commit({"main.py": "main = 1\n"})
    repository.git("checkout", "-q", "feature")
    repository.git("merge", "-q", "--no-ff", "--no-commit", "main")
    merge = repository.commit({"app.py": "a = 'merged'\n", "new.py": "new = 1\n"})
    assert len(repository.git("rev-list", "--parents", "-1", merge).split()) == 3
    assert read(change(repository, main), tmp_path / "out") == Read(
        versions=[
            (short(mine), "app.py", b"a = 'mine'\n"),
            (short(merge), "app.py", b"a = 'merged'\n"),
            (short(merge), "new.py", b"new = 1\n"),
        ],
        before={short(mine): [b"a = 1\n"], short(merge): [b"a = 'mine'\n", b"a = 1\n"]},
        gaps=(),
    )


def test_of_a_history_without_a_common_commit_all_is_read(repository: Repository, tmp_path: Path) -> None:
    base = repository.head
    repository.git("checkout", "-q", "--orphan", "other")
    other = repository.commit({"app.py": "a = 9\n"})
    assert read(change(repository, base), tmp_path / "out").versions == [(short(other), "app.py", b"a = 9\n")]


def test_a_version_that_comes_back_is_read_once(repository: Repository, tmp_path: Path) -> None:
    base = repository.head
    first = repository.commit({"app.py": "a = 2\n"})
    second = repository.commit({"app.py": TEXT})
    repository.commit({"app.py": "a = 2\n"})
    assert read(change(repository, base), tmp_path / "out").versions == [
        (short(first), "app.py", b"a = 2\n"),
        (short(second), "app.py", b"a = 1\n"),
    ]


def test_of_a_folder_of_a_repository_only_what_is_in_it_is_read(repository: Repository, tmp_path: Path) -> None:
    base = repository.head
    commit = repository.commit({"part/a.py": "a = 1\n", "other.py": "o = 1\n"})
    part = Repository(root=repository.root / "part")
    assert read(change(part, base), tmp_path / "out").versions == [(short(commit), "a.py", b"a = 1\n")]


def test_links_are_read_as_git_has_them_and_submodules_are_not(repository: Repository, tmp_path: Path) -> None:
    base = repository.head
    (repository.root / "link").symlink_to("/etc/hostname")
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{base},module")
    repository.git("add", "link")
    repository.git("commit", "-q", "-m", "odd")
    found = read(change(repository, base), tmp_path / "out")
    assert [each[1:] for each in found.versions] == [("link", b"/etc/hostname")]


def test_names_are_shown_safely_and_lead_nowhere(repository: Repository, tmp_path: Path) -> None:
    base = repository.head
    names = {b"a\nb.py", b"caf\xe9.py", b"::error::x", b"-rf", b"\x1b[31mred", b"##[group]x"}
    for name in names:
        Path(os.fsdecode(os.fsencode(repository.root) + b"/" + name)).write_bytes(b"x = 1\n")
    repository.commit({})
    found = read(change(repository, base), tmp_path / "out")
    assert sorted(each[1] for each in found.versions) == [
        "#\\x23[group]x", "-rf", "\\x1b[31mred", "\\x3a:error::x", "a\\nb.py", "caf\\xe9.py",
    ]  # fmt: skip
    assert {place.name for place in (tmp_path / "out").iterdir()} == {"manifest.json", "0"}
    assert found.gaps == ()


def test_a_name_that_holds_a_secret_is_a_gap_that_does_not_show_it(repository: Repository, tmp_path: Path) -> None:
    base = repository.head
    body = "Kx7vQ2mZ9pL4" + "wR8tB3nY6cJ1" + "Hd5fGs"
    value = f"gh{'p'}_{body}{base62(zlib.crc32(body.encode()), 6)}"
    repository.commit({f"{value}.txt": "x\n"})
    repository.commit({f"{value}.txt": None})
    found = read(change(repository, base), tmp_path / "out")
    detail = "a commit of the change added a file whose name holds what looks like a secret: revoke it"
    assert found.gaps == (
        Gap(scanner="secrets-history", reason=GapReason.UNREADABLE, detail=detail, path="history!/***.txt"),
    )
    assert value not in repr(found)
    assert value not in (tmp_path / "out" / "manifest.json").read_text()


def test_what_is_staged_and_lies_otherwise_in_the_tree_is_read(repository: Repository, tmp_path: Path) -> None:
    base = repository.head
    repository.write({"app.py": "a = 'staged'\n", "same.py": "s = 1\n", "gone.py": "g = 1\n"})
    repository.git("add", "-A")
    repository.write({"app.py": "a = 'tree'\n", "gone.py": None})
    assert read(change(repository, base), tmp_path / "out") == Read(
        versions=[("", "app.py", b"a = 'staged'\n"), ("", "gone.py", b"g = 1\n")], before={"": [TEXT.encode()]}, gaps=()
    )


def test_where_nothing_was_committed_nothing_is_given(repository: Repository, tmp_path: Path) -> None:
    asked = change(repository, repository.head)
    assert failed(asked, tmp_path / "out") == Commits(why="no commit follows on the base")
    assert list((tmp_path / "out").iterdir()) == []


def test_outside_of_a_repository_there_are_no_commits(tmp_path: Path) -> None:
    asked = Change(root=tmp_path.resolve(), after="a" * 40, head="HEAD", staged=True, largest=1)
    assert failed(asked, tmp_path / "out").why == "this is not a git repository, so that there are no commits"


# ---------------------------------------------------------------- bounds


def test_a_version_over_the_size_is_a_gap(repository: Repository, tmp_path: Path) -> None:
    base = repository.head
    commit = repository.commit({"big.txt": "x" * 101, "small.txt": "x" * 100})
    found = read(change(repository, base, largest=100), tmp_path / "out")
    assert [each[1] for each in found.versions] == ["small.txt"]
    assert found.gaps == (
        Gap(
            scanner="secrets-history",
            reason=GapReason.UNREADABLE,
            detail=f"commit {short(commit)}: this version is 101 bytes, more than target.max_file_size: "
            "not searched for secrets",
            path="history!/big.txt",
        ),
    )


def test_commits_over_the_number_are_a_gap_and_the_last_ones_are_read(repository: Repository, tmp_path: Path) -> None:
    base = repository.head
    made = [repository.commit({"app.py": f"a = {number}\n"}) for number in (2, 3, 4)]
    found = read(change(repository, base), tmp_path / "out", limits=Limits(commits=2))
    assert [each[0] for each in found.versions] == [short(each) for each in made[1:]]
    detail = "the change has more than 2 commits: the older ones were not searched for secrets"
    assert found.gaps == (Gap(scanner="secrets-history", reason=GapReason.FAILED, detail=detail),)


def test_versions_over_the_number_are_a_gap(repository: Repository, tmp_path: Path) -> None:
    base = repository.head
    repository.commit({name: name for name in ("a", "b", "c", "d")})
    found = read(change(repository, base), tmp_path / "out", limits=Limits(versions=2))
    assert [each[1] for each in found.versions] == ["a", "b"]
    detail = "the change added more than 2 versions of files: 2 were not searched"
    assert found.gaps == (Gap(scanner="secrets-history", reason=GapReason.FAILED, detail=detail),)


def test_bytes_over_the_number_are_a_gap_and_what_is_small_is_read(repository: Repository, tmp_path: Path) -> None:
    base = repository.head
    repository.commit({"a": "a" * 60, "b": "b" * 60, "c": "c" * 40, "d": "a" * 60})
    found = read(change(repository, base), tmp_path / "out", limits=Limits(bytes=100))
    assert [each[1] for each in found.versions] == ["a", "c", "d"]
    detail = "the change added more than 100 bytes: 1 versions were not searched for secrets"
    assert found.gaps == (Gap(scanner="secrets-history", reason=GapReason.FAILED, detail=detail),)


# ---------------------------------------------------------------- what git lacks


def test_in_a_shallow_clone_a_commit_that_lacks_is_a_gap_and_the_rest_is_held_against_the_base(
    repository: Repository, tmp_path: Path
) -> None:
    base = repository.head
    repository.commit({"app.py": "a = 2\n"})
    last = repository.commit({"app.py": "a = 3\n"})
    clone = repository.clone(tmp_path / "clone", "--depth=1")
    clone.git("fetch", "-q", "--depth=1", "origin", base)
    assert read(change(clone, base), tmp_path / "out") == Read(
        versions=[(short(last), "app.py", b"a = 3\n")],
        before={short(last): [TEXT.encode()]},
        gaps=(
            Gap(
                scanner="secrets-history",
                reason=GapReason.MISSING,
                detail=f"the parent of commit {short(last)} is not in this clone: what the change added before it was "
                f"not searched for secrets; {DEEPEN}",
            ),
        ),
    )


def test_a_shallow_clone_that_has_all_commits_of_the_change_is_enough(repository: Repository, tmp_path: Path) -> None:
    base = repository.head
    last = repository.commit({"app.py": "a = 2\n"})
    clone = repository.clone(tmp_path / "clone", "--depth=1")
    clone.git("fetch", "-q", "--depth=1", "origin", base)
    assert read(change(clone, base), tmp_path / "out") == Read(
        versions=[(short(last), "app.py", b"a = 2\n")], before={short(last): [TEXT.encode()]}, gaps=()
    )


def test_a_graft_of_the_repository_hides_nothing(repository: Repository, tmp_path: Path) -> None:
    base = repository.head
    repository.commit({"app.py": "a = 2\n"})
    second = repository.commit({"app.py": "a = 3\n"})
    (repository.root / ".git" / "info").mkdir(exist_ok=True)
    (repository.root / ".git" / "info" / "grafts").write_text(f"{second} {base}\n")
    found = read(change(repository, base), tmp_path / "out")
    assert [each[0] for each in found.versions] == [short(second)]
    assert [gap.detail.partition(" is not in this clone")[0] for gap in found.gaps] == [
        f"the parent of commit {short(second)}"
    ]


def test_a_replacement_of_the_repository_hides_nothing(repository: Repository, tmp_path: Path) -> None:
    base = repository.head
    first = repository.commit({"app.py": "a = 2\n"})
    second = repository.commit({"app.py": "a = 3\n"})
    repository.git("replace", "--graft", second, base)
    found = read(change(repository, base), tmp_path / "out")
    assert ([each[0] for each in found.versions], found.gaps) == ([short(first), short(second)], ())


def place_of(repository: Repository, identity: str) -> Path:
    return repository.root / ".git" / "objects" / identity[:2] / identity[2:]


def test_a_version_that_git_lost_is_a_gap(repository: Repository, tmp_path: Path) -> None:
    base = repository.head
    commit = repository.commit({"app.py": "a = 2\n", "b.py": "b = 1\n"})
    place_of(repository, repository.git("rev-parse", "HEAD:app.py")).unlink()
    found = read(change(repository, base), tmp_path / "out")
    assert [each[1] for each in found.versions] == ["b.py"]
    assert found.gaps == (
        Gap(
            scanner="secrets-history",
            reason=GapReason.MISSING,
            detail=f"commit {short(commit)}: git does not have this version, so that it was not searched for secrets",
            path="history!/app.py",
        ),
    )


@pytest.mark.parametrize("what", ["HEAD~1", "HEAD~1^{tree}"], ids=["a commit", "a folder"])
def test_what_git_cannot_walk_is_one_gap(what: str, repository: Repository, tmp_path: Path) -> None:
    base = repository.head
    repository.commit({"app.py": "a = 2\n"})
    repository.commit({"app.py": "a = 3\n"})
    place_of(repository, repository.git("rev-parse", what)).unlink()
    found = failed(change(repository, base), tmp_path / "out")
    assert found.given == ()
    assert found.why == "the commits of the change cannot be read (see its gap)"
    assert [(gap.reason, gap.detail) for gap in found.gaps] == [
        (
            GapReason.FAILED,
            "the commits of the change were not searched for secrets: git could not read the repository (exit 128)",
        )
    ]


def test_a_damaged_object_is_a_gap(repository: Repository, tmp_path: Path) -> None:
    base = repository.head
    repository.commit({"app.py": "a = 2\n"})
    place = place_of(repository, repository.git("rev-parse", "HEAD:app.py"))
    place.chmod(0o644)
    place.write_bytes(b"not an object")
    found = failed(change(repository, base), tmp_path / "out")
    assert (found.given, [gap.reason for gap in found.gaps]) == ((), [GapReason.FAILED])


@pytest.mark.parametrize("after", ["main", "-x", "0" * 39, ""])
def test_what_is_no_id_of_a_commit_never_reaches_git(after: str, repository: Repository, tmp_path: Path) -> None:
    found = failed(change(repository, after), tmp_path / "out")
    assert [gap.detail for gap in found.gaps] == [
        "the commits of the change were not searched for secrets: git does not know its ends"
    ]


def test_a_git_that_dies_is_a_gap(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = repository.head
    repository.commit({"app.py": "a = 2\n"})
    real = shutil.which("git")
    tools = tmp_path / "tools"
    tools.mkdir()
    for word in ("rev-list", "diff-tree", "--batch-check", "--batch"):
        script = f'#!/bin/sh\nfor each in "$@"; do [ "$each" = "{word}" ] && kill -9 $$; done\nexec {real} "$@"\n'
        (tools / "git").write_text(script)
        (tools / "git").chmod(0o755)
        monkeypatch.setenv("PATH", f"{tools}:/usr/bin:/bin")
        found = failed(change(repository, base), tmp_path / f"out{word}")
        assert (found.given, [gap.reason for gap in found.gaps]) == ((), [GapReason.FAILED]), word


def test_nothing_that_the_repository_configures_is_started(repository: Repository, tmp_path: Path) -> None:
    base = repository.head
    witness = tmp_path / "witness"
    for key in ("diff.external", "diff.evil.textconv", "filter.evil.smudge", "filter.evil.clean", "core.fsmonitor"):
        repository.git("config", key, f"touch {witness}; cat")
    hook = repository.root / ".git" / "hooks" / "post-index-change"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {witness}\n")
    hook.chmod(0o755)
    (repository.root / ".git" / "info").mkdir(exist_ok=True)
    (repository.root / ".git" / "info" / "attributes").write_text("* filter=evil diff=evil\n")
    blob = repository.git("-c", "filter.evil.clean=cat", "hash-object", "-w", "--no-filters", "--stdin", stdin=b"b\n")
    repository.git("-c", "core.fsmonitor=false", "update-index", "--add", "--cacheinfo", f"100644,{blob},b.py")
    repository.git("-c", "core.fsmonitor=false", "commit", "-q", "-m", "b", "--no-verify")
    witness.unlink(missing_ok=True)
    found = read(change(repository, base), tmp_path / "out")
    assert [each[1:] for each in found.versions] == [("b.py", b"b\n")]
    assert not witness.exists()


def test_two_readings_give_the_same_bytes(repository: Repository, tmp_path: Path) -> None:
    base = repository.head
    for number in range(5):
        repository.commit({f"{name}.py": f"{name} = {number}\n" for name in "abc"})
    read(change(repository, base), tmp_path / "one")
    read(change(repository, base), tmp_path / "two")
    one = {place.name: place.read_bytes() for place in (tmp_path / "one").iterdir()}
    assert one == {place.name: place.read_bytes() for place in (tmp_path / "two").iterdir()}
