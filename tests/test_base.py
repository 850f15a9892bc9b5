"""The commit that a change is compared with: found in whole and in shallow clones, and written without git's help."""

from __future__ import annotations

from pathlib import Path

import pytest
from repositories import Repository, make

from devsecgate import base
from devsecgate.base import Commit, NoCommit
from devsecgate.errors import UsageError
from devsecgate.events import Event


@pytest.fixture
def origin(tmp_path: Path) -> Repository:
    return make(tmp_path / "origin", {"app.py": "x = 1\n", "lib/a.py": "y = 1\n"})


def pull(head: str, *revisions: str) -> Event:
    return Event(name="pull_request (GitHub)", proposal=True, revisions=revisions, head=head)


def find(
    repository: Repository, *, named: str | None = None, event: Event | None = None, offline: bool = False
) -> object:
    return base.find(repository.root.resolve(), named=named, event=event, fetching=not offline)


def branch(origin: Repository) -> tuple[str, str, str]:
    """Make a branch, go on with main, and give the fork, the branch's head and main's."""
    fork = origin.head
    origin.git("checkout", "-q", "-b", "feature")
    feature = origin.commit({"app.py": "x = 2\n"})
    origin.git("checkout", "-q", "main")
    main = origin.commit({"lib/a.py": "y = 2\n"})
    origin.git("checkout", "-q", "feature")
    return fork, feature, main


def test_nobody_asks_for_a_base(origin: Repository) -> None:
    assert find(origin) == NoCommit(why="")
    assert find(origin, named="none", event=pull("a" * 40, "b" * 40)) == NoCommit(why="")


def test_a_named_branch_counts_where_the_change_left_it(origin: Repository) -> None:
    fork, _, _ = branch(origin)
    assert find(origin, named="main") == Commit(revision=fork, named="--base main", proposal=True, is_head=False)


def test_what_is_checked_out_can_be_named_for_what_is_not_committed(origin: Repository) -> None:
    found = find(origin, named="HEAD")
    assert found == Commit(revision=origin.head, named="--base HEAD", proposal=True, is_head=True)


@pytest.mark.parametrize("name", ["", "-x", "--upload-pack=touch", "a b", "a\nb"])
def test_what_no_commit_can_be_called_is_a_mistake(origin: Repository, name: str) -> None:
    with pytest.raises(UsageError, match="this is no name of a commit"):
        find(origin, named=name)


def test_a_name_that_is_not_there_leaves_everything_to_be_judged(origin: Repository) -> None:
    assert find(origin, named="mian") == NoCommit(
        why="no base for --base mian: no such commit is in this clone; fetch it (git fetch origin mian)"
    )


def test_outside_of_a_repository_there_is_no_base(tmp_path: Path) -> None:
    found = base.find(tmp_path.resolve(), named="main", event=None, fetching=True)
    assert found == NoCommit(why="no base for --base main: this is not a git repository")


def test_an_empty_repository_has_no_base(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    new = Repository(root=tmp_path / "new")
    new.git("init", "-q")
    why = "no base for --base main: nothing is checked out, or git cannot read it"
    assert find(new, named="main") == NoCommit(why=why)


def merge_of(origin: Repository, feature: str) -> str:
    """Merge as GitHub does for refs/pull/N/merge, and give the merge."""
    origin.git("checkout", "-q", "--detach", "main")
    origin.git("merge", "-q", "--no-ff", "-m", "merge", feature)
    return origin.head


def test_of_githubs_merge_commit_the_first_parent_counts(origin: Repository) -> None:
    fork, feature, main = branch(origin)
    merge_of(origin, feature)
    # the payload may lag behind the branch
    found = find(origin, event=pull(feature, fork))
    assert found == Commit(revision=main, named="pull_request (GitHub)", proposal=True, is_head=False)


def test_a_merge_that_is_the_authors_own_is_not_taken_for_githubs(origin: Repository) -> None:
    fork, feature, main = branch(origin)
    merge_of(origin, feature)
    own = origin.head
    found = find(origin, event=pull(own, fork))
    assert found == Commit(revision=fork, named="pull_request (GitHub)", proposal=True, is_head=False)
    assert main != fork


def test_in_a_clone_of_depth_one_the_base_is_fetched(origin: Repository, tmp_path: Path) -> None:
    _, feature, main = branch(origin)
    merge = merge_of(origin, feature)
    origin.git("branch", "-f", "merged", merge)
    clone = origin.clone(tmp_path / "clone", "--depth=1", "--branch=merged")
    assert clone.git("rev-list", "--count", "HEAD") == "1"
    found = find(clone, event=pull(feature, main))
    assert found == Commit(revision=main, named="pull_request (GitHub)", proposal=True, is_head=False)
    assert [each.path for each in base.blobs(clone.root.resolve(), found)] == ["app.py", "lib/a.py"]


def test_a_name_that_a_shallow_clone_lacks_is_fetched(origin: Repository, tmp_path: Path) -> None:
    _, _, main = branch(origin)
    clone = origin.clone(tmp_path / "clone", "--depth=1", "--branch=feature")
    assert find(clone, named="main") == Commit(revision=main, named="--base main", proposal=True, is_head=False)


def test_offline_nothing_is_fetched_and_everything_is_judged(origin: Repository, tmp_path: Path) -> None:
    _, feature, main = branch(origin)
    origin.git("branch", "-f", "merged", merge_of(origin, feature))
    clone = origin.clone(tmp_path / "clone", "--depth=1", "--branch=merged")
    assert find(clone, event=pull(feature, main), offline=True) == NoCommit(
        why="no base for pull_request (GitHub): the commit to compare with is not in this clone, and could not be "
        "fetched (fetch-depth: 0, or GIT_DEPTH: 0, brings it)"
    )


def test_a_base_that_nobody_has_leaves_everything_to_be_judged(origin: Repository, tmp_path: Path) -> None:
    clone = origin.clone(tmp_path / "clone", "--depth=1")
    found = find(clone, event=pull("a" * 40, "b" * 40))
    assert isinstance(found, NoCommit)
    assert "could not be fetched" in found.why


def test_what_is_checked_out_is_no_base_for_an_event(origin: Repository) -> None:
    push = Event(name="push (GitHub)", proposal=False, revisions=(origin.head,))
    why = "no base for push (GitHub): the commit to compare with is the one that is checked out"
    assert find(origin, event=push) == NoCommit(why=why)


def test_an_event_without_a_commit_says_why(origin: Repository) -> None:
    tag = Event(name="push (GitHub)", proposal=False, why="a tag is judged as a whole")
    assert find(origin, event=tag) == NoCommit(why="no base for push (GitHub): a tag is judged as a whole")


def test_a_push_is_compared_with_the_very_commit_before(origin: Repository) -> None:
    before = origin.head
    origin.commit({"app.py": "x = 3\n"})
    push = Event(name="push (GitHub)", proposal=False, revisions=(before,))
    assert find(origin, event=push) == Commit(revision=before, named="push (GitHub)", proposal=False, is_head=False)


# ---------------------------------------------------------------- files


def written(repository: Repository, folder: Path, tree: Path | None = None) -> dict[str, bytes]:
    root = (tree or repository.root).resolve()
    commit = Commit(revision=repository.head, named="x", proposal=True, is_head=True)
    folder.mkdir()
    base.write(root, base.blobs(root, commit), folder, largest=1000)
    return {each.relative_to(folder).as_posix(): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def test_the_files_are_those_of_the_commit_whatever_attributes_and_filters_say(
    origin: Repository, tmp_path: Path
) -> None:
    files = {
        ".gitattributes": "*.py export-ignore\n*.txt filter=touch text eol=crlf\n",
        "a b/ü.txt": "one\ntwo\n",
        "app.py": "x = 9\n",
    }
    origin.commit({**files})
    origin.git("config", "filter.touch.smudge", f"touch {tmp_path}/ran")
    origin.write({"app.py": "not committed\n"})
    assert written(origin, tmp_path / "base") == {
        **{name: text.encode() for name, text in files.items()},
        "lib/a.py": b"y = 1\n",
    }
    assert not (tmp_path / "ran").exists()


def test_below_a_folder_only_its_own_files_are_written(origin: Repository, tmp_path: Path) -> None:
    assert written(origin, tmp_path / "base", origin.root / "lib") == {"a.py": b"y = 1\n"}


def test_links_become_the_files_that_they_name_and_none_leads_out(origin: Repository, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("not for us")
    for name, end in {"in.py": "lib/a.py", "out": "../secret", "far": str(tmp_path / "secret"), "loop": "loop"}.items():
        (origin.root / name).symlink_to(end)
    origin.commit({})
    found = written(origin, tmp_path / "base")
    assert found == {"app.py": b"x = 1\n", "lib/a.py": b"y = 1\n", "in.py": b"y = 1\n"}


def test_a_file_that_is_too_large_is_left_out(origin: Repository, tmp_path: Path) -> None:
    origin.commit({"large.py": "x" * 1001})
    assert "large.py" not in written(origin, tmp_path / "base")


@pytest.mark.parametrize("name", ["..", ".", ".git", ".GIT", ".git ", "..."])
def test_a_hostile_commit_writes_nothing_elsewhere(origin: Repository, tmp_path: Path, name: str) -> None:
    blob = origin.git("hash-object", "-w", "--stdin", stdin=b"evil\n")
    inner = origin.git(
        "hash-object", "-w", "-t", "tree", "--literally", "--stdin", stdin=entry("100644", "evil.py", blob)
    )
    tree = origin.git("hash-object", "-w", "-t", "tree", "--literally", "--stdin", stdin=entry("40000", name, inner))
    commit = origin.git("commit-tree", tree, "-m", "evil")
    origin.git("update-ref", "refs/heads/main", commit)
    place = tmp_path / "deep" / "er"
    place.parent.mkdir()
    assert written(origin, place) == {}
    assert sorted(path.name for path in (tmp_path / "deep").rglob("*")) == ["er"]


def entry(mode: str, name: str, identity: str) -> bytes:
    return f"{mode} {name}\0".encode() + bytes.fromhex(identity)
