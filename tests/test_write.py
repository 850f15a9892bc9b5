"""Reports on disk: whole or not there, nothing but regular files, and an older one never left to be read."""

from __future__ import annotations

import os
import resource
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from devsecgate.errors import ReportError
from devsecgate.model import Gap, GapReason
from devsecgate.write import as_gap, attempt


def refused(path: Path) -> ReportError:
    failures = attempt([(path, b"new")])
    assert list(failures) == [path]
    assert failures[path].where
    assert failures[path].remedy
    return failures[path]


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_reports_are_written_and_replace_older_ones(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"old, and longer")
    assert attempt([(tmp_path / "a.json", b"new"), (tmp_path / "b.md", b"")]) == {}
    assert (tmp_path / "a.json").read_bytes() == b"new"
    assert names(tmp_path) == ["a.json", "b.md"]


def test_a_report_is_as_readable_as_any_file(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        assert attempt([(tmp_path / "a.json", b"new")]) == {}
    finally:
        os.umask(before)
    assert (tmp_path / "a.json").stat().st_mode & 0o777 == 0o644


def test_nothing_is_written_through_a_symbolic_link(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    (tmp_path / "link.json").symlink_to(victim)
    (tmp_path / "dangling.json").symlink_to(tmp_path / "nowhere")
    assert "symbolic link" in refused(tmp_path / "link.json").what
    assert "symbolic link" in refused(tmp_path / "dangling.json").what
    assert victim.read_bytes() == b"precious"
    assert names(tmp_path) == ["dangling.json", "link.json", "victim"]


def test_no_linked_folder_of_the_tree_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outside, tree = tmp_path / "outside", tmp_path / "tree"
    outside.mkdir()
    tree.mkdir()
    (tree / "out").symlink_to(outside)
    monkeypatch.chdir(tree)
    assert "symbolic link" in refused(Path("out/report.json")).what
    assert names(outside) == []


def test_what_is_no_regular_file_is_refused_without_hanging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    assert "named pipe" in refused(tmp_path / "pipe").what
    assert "folder" in refused(tmp_path / "folder").what
    assert "device" in refused(Path("/dev/null")).what
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        assert "socket" in refused(tmp_path / "socket").what


def test_no_folder_is_made(tmp_path: Path) -> None:
    error = refused(tmp_path / "missing" / "a.json")
    assert "does not exist" in error.what
    assert "mkdir -p" in error.remedy
    assert names(tmp_path) == []


@pytest.mark.parametrize("name", ["file/a.json", "a" * 300, "", ".", "a\0b"])
def test_a_name_that_cannot_be_written_is_named(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_bytes(b"")
    refused(Path(name))
    assert names(tmp_path) == ["file"]


def test_a_hostile_name_is_printable_in_the_error(tmp_path: Path) -> None:
    assert str(refused(tmp_path / "no\n::error::\x1b[31m" / "a")).count("\n") == 1


@contextmanager
def largest_file(limit: int) -> Iterator[None]:
    """Let the kernel refuse to write more than `limit` bytes to a file, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_when_there_is_no_room_neither_a_half_nor_an_older_report_is_left(tmp_path: Path) -> None:
    (tmp_path / "large.json").write_bytes(b'{"outcome": "pass"}')
    reports = [(tmp_path / "large.json", b"x" * 20_000), (tmp_path / "small.json", b"y")]
    with largest_file(4_096):
        failures = attempt(reports)
    assert list(failures) == [tmp_path / "large.json"]
    assert "the older report in its place was removed" in failures[tmp_path / "large.json"].what
    assert names(tmp_path) == ["small.json"]


def test_a_folder_that_this_user_may_not_write_is_named() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o555)
        before = os.geteuid()
        if before == 0:
            os.seteuid(65534)
        try:
            error = refused(folder / "a.json")
        finally:
            if before == 0:
                os.seteuid(before)
            folder.chmod(0o755)
    assert "ermission denied" in error.what


def test_two_reports_for_one_file_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    failures = attempt([(tmp_path / "a.json", b"1"), (Path("a.json"), b"2")])
    assert [error.what for error in failures.values()] == ["two reports have the same file"]
    assert (tmp_path / "a.json").read_bytes() == b"1"


def test_every_failure_is_named(tmp_path: Path) -> None:
    wanted = [tmp_path / "x" / "a", tmp_path / "good", tmp_path / "y" / "b"]
    assert list(attempt([(path, b"1") for path in wanted])) == [wanted[0], wanted[2]]
    assert names(tmp_path) == ["good"]


def test_a_failed_report_is_a_gap_to_the_verdict() -> None:
    error = ReportError("no room", where="/builds/out/a.json", remedy="free the space")
    assert as_gap(error) == Gap(scanner="report", reason=GapReason.FAILED, detail="a.json: no room; free the space")
