import os
from collections.abc import Callable
from pathlib import Path

import pytest

from devsecgate.doctor import files
from devsecgate.doctor.records import NotRead

Tree = Callable[[dict[str, str | bytes]], Path]


def test_a_file_is_read_without_its_mark_and_one_that_is_not_there_is_none(tree: Tree) -> None:
    root = tree({"a/b.yml": "\ufeffx: é\n"})
    assert files.read(root, "a/b.yml") == "x: é\n"
    assert files.read(root, "a/c.yml") is None
    assert files.read(root, "a/b.yml/c") is None


def test_a_link_within_the_tree_is_followed(tree: Tree) -> None:
    root = tree({"a.yml": "x\n"})
    (root / "b.yml").symlink_to("a.yml")
    assert files.read(root, "b.yml") == "x\n"


def made(root: Path, kind: str) -> str:
    place = root / "f.yml"
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "folder":
        place.mkdir()
    elif kind == "link out":
        place.symlink_to("/etc/hostname")
    elif kind == "link to nothing":
        place.symlink_to("nothing")
    elif kind == "loop":
        place.symlink_to("f.yml")
    elif kind == "large":
        place.write_bytes(b"x" * (files.LARGEST + 1))
    else:
        place.write_bytes(b"a: 1\nb: \xff\n")
    return "f.yml"


@pytest.mark.parametrize(
    ("kind", "why", "line"),
    [
        ("pipe", "not a regular file", 1),
        ("folder", "not a regular file", 1),
        ("link out", "outside of the repository", 1),
        ("link to nothing", "a link to nothing", 1),
        ("loop", "cannot be opened: Too many levels of symbolic links", 1),
        ("large", "larger than 1,048,576 bytes", 1),
        ("bytes", "not UTF-8", 2),
    ],
)
def test_what_cannot_be_read_is_refused_and_not_waited_for(kind: str, why: str, line: int, tree: Tree) -> None:
    root = tree({})
    with pytest.raises(NotRead) as caught:
        files.read(root, made(root, kind))
    assert (caught.value.why, caught.value.line) == (why, line)


@pytest.mark.parametrize("path", ["../secret.yml", "/etc/hostname", "a/../../secret.yml"])
def test_nothing_outside_of_the_tree_is_read(path: str, tree: Tree, tmp_path: Path) -> None:
    (tmp_path / "secret.yml").write_text("x\n")
    with pytest.raises(NotRead, match="outside of the repository"):
        files.read(tree({}), path)


def test_a_name_that_no_file_can_have_is_refused(tree: Tree) -> None:
    with pytest.raises(NotRead, match="not a name of a file"):
        files.read(tree({}), "a\0b")


def test_workflows_are_the_files_that_github_reads(tree: Tree) -> None:
    names = ["a.yml", "b.yaml", "c.txt", "sub/d.yml"]
    root = tree({f".github/workflows/{name}": "" for name in names})
    assert list(files.workflows(root)) == [".github/workflows/a.yml", ".github/workflows/b.yaml"]


def test_actions_are_the_roots_and_those_below_their_folder(tree: Tree) -> None:
    wanted = ["action.yml", ".github/actions/a/action.yml", ".github/actions/b/c/action.yaml"]
    root = tree(dict.fromkeys([*wanted, "other/action.yml", ".github/actions/a/x.yml"], ""))
    assert list(files.actions(root)) == wanted
    assert list(files.actions(root / "other")) == ["action.yml"]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("/ci/*.yml", ["ci/a.yml"]),
        ("ci/**.yml", ["ci/a.yml", "ci/x/b.yml"]),
        ("ci/**/*.yml", ["ci/a.yml", "ci/x/b.yml"]),
        ("**/b.yml", ["ci/x/b.yml"]),
        ("no/*.yml", []),
    ],
)
def test_a_pattern_names_its_files(pattern: str, found: list[str], tree: Tree) -> None:
    root = tree({"ci/a.yml": "", "ci/x/b.yml": "", "ci/a.txt": "", ".git/ci/a.yml": ""})
    assert sorted(files.tracked(root, pattern)) == found
