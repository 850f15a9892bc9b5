"""Files of the target on the disk: what may be read and written, and how."""

from __future__ import annotations

import os
import re
import resource
from collections.abc import Callable
from pathlib import Path

import pytest

from devsecgate.errors import ReportError
from devsecgate.fix.files import read, write
from devsecgate.fix.records import Change, Unchangeable

Tree = Callable[[dict[str, str | bytes]], Path]


def change(path: str, before: bytes = b"a\n", after: bytes = b"b\n") -> Change:
    return Change(path=path, before=before, after=after, old=before.decode(), new=after.decode())


def test_a_change_is_written_with_the_mode_kept_and_nothing_left_beside(tree: Tree) -> None:
    root = tree({"sub/a.txt": "a\n"})
    (root / "sub/a.txt").chmod(0o640)
    write(root, [change("sub/a.txt")])
    assert (root / "sub/a.txt").read_bytes() == b"b\n"
    assert (root / "sub/a.txt").stat().st_mode & 0o7777 == 0o640
    assert [each.name for each in (root / "sub").iterdir()] == ["a.txt"]


def test_a_link_inside_is_followed_and_stays_a_link(tree: Tree) -> None:
    root = tree({"real/a.txt": "a\n"})
    (root / "a.txt").symlink_to("real/a.txt")
    write(root, [change("a.txt"), change("real/a.txt")])
    assert (root / "a.txt").is_symlink()
    assert (root / "real/a.txt").read_bytes() == b"b\n"


@pytest.mark.parametrize("path", ["link.txt", "folder/a.txt", "../outside/a.txt"])
def test_nothing_outside_is_read_or_written(path: str, tree: Tree, tmp_path: Path) -> None:
    root = tree({"x": ""})
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/a.txt").write_bytes(b"a\n")
    (root / "link.txt").symlink_to(tmp_path / "outside/a.txt")
    (root / "folder").symlink_to(tmp_path / "outside")
    with pytest.raises(Unchangeable, match="outside of the scanned folder"):
        read(root, path)
    with pytest.raises(ReportError, match="outside of the scanned folder"):
        write(root, [change(path)])
    assert (tmp_path / "outside/a.txt").read_bytes() == b"a\n"


def test_a_file_that_changed_meanwhile_stops_all(tree: Tree) -> None:
    root = tree({"a.txt": "a\n", "b.txt": "new\n"})
    with pytest.raises(ReportError) as told:
        write(root, [change("a.txt"), change("b.txt")])
    assert str(told.value) == "b.txt: it has changed since it was read; run this again\n  Nothing was written."
    assert (root / "a.txt").read_bytes() == b"a\n"


def test_what_is_no_regular_file_is_refused(tree: Tree) -> None:
    root = tree({"x": ""})
    os.mkfifo(root / "pipe.txt")
    (root / "dir.txt").mkdir()
    for name in ("pipe.txt", "dir.txt", "none.txt"):
        with pytest.raises(Unchangeable, match=rf"{re.escape(name)} (is not a regular file|cannot be read)"):
            read(root, name)


def test_a_disk_that_takes_nothing_is_told_and_nothing_changes(tree: Tree) -> None:
    root = tree({"sub/a.txt": "a\n"})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    wanted = [change("sub/a.txt")]
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        with pytest.raises(ReportError, match="cannot be written"):
            write(root, wanted)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert sorted(path.name for path in (root / "sub").iterdir()) == ["a.txt"]
    assert (root / "sub/a.txt").read_bytes() == b"a\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_told_and_nothing_changes(tree: Tree) -> None:
    root = tree({"sub/a.txt": "a\n"})
    (root / "sub").chmod(0o555)
    try:
        with pytest.raises(ReportError, match="cannot be written"):
            write(root, [change("sub/a.txt")])
    finally:
        (root / "sub").chmod(0o755)
    assert (root / "sub/a.txt").read_bytes() == b"a\n"
