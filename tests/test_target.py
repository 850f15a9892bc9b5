"""The target: every file is looked at, and everything that cannot be is a gap."""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devsecgate import target
from devsecgate.errors import UsageError
from devsecgate.model import Gap, GapReason
from devsecgate.target import Target

Tree = Callable[[dict[str, str | bytes]], Path]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may use."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        yield Path(name)


def _read(root: Path, *, exclude: tuple[str, ...] = (".venv",), max_file_size: int = 1000) -> Target:
    return target.read(root, exclude=frozenset(exclude), max_file_size=max_file_size)


def _gap(path: str, detail: str, reason: GapReason = GapReason.UNREADABLE) -> Gap:
    return Gap(scanner="target", reason=reason, detail=detail, path=path)


def _git(root: Path, *arguments: str) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(root), "GIT_CONFIG_NOSYSTEM": "1"}
    who = ("-c", "user.name=t", "-c", "user.email=t@team.example", "-c", "protocol.file.allow=always")
    subprocess.run(("git", *who, *arguments), cwd=root, env=environment, check=True, capture_output=True)


def test_every_file_is_listed_in_order(tree: Tree) -> None:
    root = tree({"b.py": "", "a/c.py": "", "a/b/-rf.py": "", "with space.txt": "", "ünï.py": ""})
    found = _read(root)
    assert found.files == ("a/b/-rf.py", "a/c.py", "b.py", "with space.txt", "ünï.py")
    assert found.gaps == ()


def test_an_empty_directory_is_a_gap(tmp_path: Path) -> None:
    assert [gap.reason for gap in _read(tmp_path).gaps] == [GapReason.EMPTY]


def test_a_target_that_is_not_a_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for name in ("file", "missing"):
        with pytest.raises(UsageError):
            _read(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"new\nline.py", "new\\u000aline.py"),
        (b"::error::stop.py", "::error::stop.py"),
        (b"##[error]stop.py", "##[error]stop.py"),
        (b"\x1b[31mred.py", "\\u001b[31mred.py"),
        (b"latin-\xe9.py", "latin-\\xe9.py"),
        ("right\u202eto-left.py".encode(), "right\\u202eto-left.py"),
    ],
)
def test_a_name_that_cannot_be_shown_safely_is_a_gap(tmp_path: Path, name: bytes, shown: str) -> None:
    (tmp_path / "fine.py").write_text("")
    try:
        os.close(os.open(os.fsencode(tmp_path) + b"/" + name, os.O_CREAT | os.O_WRONLY))
    except OSError:
        pytest.skip("this file system refuses names that are not UTF-8")
    found = _read(tmp_path)
    assert found.files == ("fine.py",)
    why = "the name is not printable UTF-8, or is shaped like a CI command: rename it"
    assert found.gaps == (_gap(shown, why),)


def test_links_are_judged_by_where_they_end(tree: Tree, tmp_path: Path) -> None:
    root = tree({"real/a.py": "", ".venv/b.py": ""})
    (tmp_path / "outside.py").write_text("")
    for name, end in {
        "to-file": "real/a.py", "to-folder": "real", "to-root": ".", "out.py": "../outside.py",
        "absolute": "/etc/passwd",
        "nothing": "gone.py", "loop-a": "loop-b", "loop-b": "loop-a", "left-out": ".venv/b.py",
    }.items():  # fmt: skip
        (root / name).symlink_to(end)
    found = _read(root)
    assert found.files == ("real/a.py",)
    assert found.gaps == (
        _gap("absolute", "is a link out of the tree"),
        _gap("left-out", "is a link to what is not looked at"),
        _gap("loop-a", "is a loop of links"),
        _gap("loop-b", "is a loop of links"),
        _gap("nothing", "is a link to nothing"),
        _gap("out.py", "is a link out of the tree"),
    )


def test_what_is_not_a_file_is_a_gap_and_is_never_opened(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree({"a.py": ""})
    os.mkfifo(root / "fifo.py")
    monkeypatch.chdir(root)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.py")
        found = _read(root)
    why = "is a FIFO, a socket or a device, not a file"
    assert (found.files, found.gaps) == (("a.py",), (_gap("fifo.py", why), _gap("socket.py", why)))


def test_a_file_over_the_limit_is_a_gap(tree: Tree) -> None:
    found = _read(tree({"small": b"x" * 1000, "large": b"x" * 1001}))
    assert found.files == ("small",)
    assert found.gaps == (_gap("large", "is 1,001 bytes, more than target.max_file_size (1,000)"),)


@pytest.fixture
def nobody() -> Iterator[None]:
    """Run as a user without rights, where the tests are run as root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    yield
    os.seteuid(0)


def test_what_cannot_be_read_is_a_gap(open_folder: Path, nobody: None) -> None:
    (open_folder / "folder").mkdir()
    (open_folder / "folder" / "a.py").touch()
    (open_folder / "b.py").touch()
    (open_folder / "secret.py").touch(mode=0)
    (open_folder / "folder").chmod(0)
    found = _read(open_folder)
    assert found.files == ("b.py",)
    denied = _gap("secret.py", "cannot be read: permission denied")
    assert found.gaps == (_gap("folder", "the folder cannot be read: Permission denied"), denied)


def test_folders_that_the_policy_names_are_left_out_and_counted(tree: Tree) -> None:
    found = _read(tree({".venv/a.py": "", "sub/.venv/b.py": "", "c.py": ""}))
    assert (found.files, found.excluded) == (("c.py",), (".venv (2)",))


def test_what_git_tracks_is_looked_at_even_in_an_excluded_folder(tree: Tree) -> None:
    root = tree({".venv/hidden.py": "", "node_modules/x.js": "", "a.py": ""})
    _git(root, "init", "-q")
    _git(root, "add", "-f", ".venv/hidden.py", "a.py")
    found = _read(root, exclude=(".venv", "node_modules"))
    assert found.files == (".venv/hidden.py", "a.py")
    assert found.excluded == ("node_modules (1)",)


def test_the_trees_git_configuration_runs_nothing(tree: Tree) -> None:
    root = tree({"a.py": "", "hook.sh": "#!/bin/sh\ntouch ran\n"})
    (root / "hook.sh").chmod(0o755)
    _git(root, "init", "-q")
    _git(root, "add", ".")
    _git(root, "config", "core.fsmonitor", str(root / "hook.sh"))
    assert _read(root).files == ("a.py", "hook.sh")
    assert not (root / "ran").exists()


def test_a_submodule_that_is_not_checked_out_is_a_gap(tree: Tree, tmp_path: Path) -> None:
    library = tmp_path / "library"
    library.mkdir()
    _git(library, "init", "-q")
    _git(library, "commit", "-q", "--allow-empty", "-m", "first")
    root = tree({"a.py": ""})
    _git(root, "init", "-q")
    _git(root, "submodule", "--quiet", "add", str(library), "vendored")
    assert _read(root).gaps == ()
    _git(root, "submodule", "--quiet", "deinit", "-f", "vendored")
    why = "the submodule is not checked out: run `git submodule update --init`"
    assert _read(root).gaps == (_gap("vendored", why, GapReason.MISSING),)


def test_a_file_that_a_sparse_checkout_leaves_out_is_a_gap(tree: Tree) -> None:
    root = tree({"kept/a.py": "", "left/b.py": ""})
    _git(root, "init", "-q")
    _git(root, "add", ".")
    _git(root, "commit", "-q", "-m", "first")
    _git(root, "sparse-checkout", "set", "kept")
    found = _read(root)
    assert found.files == ("kept/a.py",)
    assert found.gaps == (_gap("left/b.py", "the file is left out by a sparse checkout", GapReason.MISSING),)
    assert found.revision is not None


def test_texts_are_read_within_bounds_and_links_are_not_followed(tree: Tree) -> None:
    root = tree({"a.py": "a\n", "bad.py": b"\xff\n", "large.py": "x" * 900})
    seen = _read(root)
    (root / "a.py").unlink()
    (root / "a.py").symlink_to("large.py")
    assert target.texts(seen, ("a.py", "bad.py", "large.py", "other.py"), limit=500) == {"bad.py": "\ufffd\n"}
