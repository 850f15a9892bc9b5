"""Answers of earlier runs: given again for the same bytes, and never trusted where they are not ours."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from devsecgate import cache
from devsecgate.cache import Cache, Entry
from devsecgate.model import Finding, Gap, GapReason, Kind, Location, ScanResult, Severity

NAME, OTHER = cache.name(b"one"), cache.name(b"two")
FOUND = Finding(
    scanner="bandit",
    kind=Kind.CODE,
    rule="B602",
    message="a shell",
    location=Location(path="a.py", line=3),
    severity=Severity.HIGH,
    severity_source="bandit",
    cwes=frozenset({78}),
)
ENTRY = Entry(findings=(FOUND,), covered=True)
BLIND = Entry(gaps=(Gap(scanner="bandit", reason=GapReason.UNREADABLE, detail="no", path="a.py"),), covered=False)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv(cache.KEY, raising=False)
    return tmp_path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "results.sqlite"


def kept(file: Path, entry: Entry = ENTRY, today: int = 100) -> None:
    with Cache.open(file, today) as opened:
        opened.keep({"a.py": NAME}, {"a.py": entry}, secret=frozenset())


def known(file: Path, today: int = 100) -> tuple[dict[str, Entry], int]:
    with Cache.open(file, today) as opened:
        return opened.known({"a.py": NAME}), opened.dropped


@pytest.mark.parametrize("entry", [ENTRY, BLIND, Entry(), Entry(covered=False)])
def test_what_was_kept_is_known_to_the_next_run(file: Path, entry: Entry) -> None:
    kept(file, entry)
    assert known(file) == ({"a.py": entry}, 0)


def test_another_name_is_not_known(file: Path) -> None:
    kept(file)
    with Cache.open(file, 100) as opened:
        assert opened.known({"a.py": OTHER}) == {}


def test_nobody_else_can_read_the_cache_or_its_key(file: Path, home: Path) -> None:
    kept(file)
    for each in (file, home / "data" / "devsecgate" / "cache.key"):
        assert stat.S_IMODE(each.stat().st_mode) == 0o600


def test_an_answer_that_may_quote_a_secret_is_in_no_file(file: Path) -> None:
    with Cache.open(file, 100) as opened:
        opened.keep({"a.py": NAME}, {"a.py": ENTRY}, secret=frozenset({"a.py"}))
        assert opened.known({"a.py": NAME}) == {"a.py": ENTRY}
    assert known(file) == ({}, 0)


def changed(file: Path, statement: str, *values: object) -> None:
    connection = sqlite3.connect(file)
    with connection:
        connection.execute(statement, values)
    connection.close()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: changed(file, "UPDATE answers SET answer = ?", b"+"),
        lambda file: changed(file, "UPDATE answers SET mac = ?", b"0" * 16),
        lambda file: changed(file, "UPDATE answers SET mac = 'text'"),
        lambda file: changed(file, "UPDATE answers SET answer = 5"),
        lambda file: changed(file, "UPDATE answers SET answer = substr(answer, 1, 20)"),
    ],
    ids=["cleared", "unsigned", "text for a digest", "number for an answer", "cut"],
)
def test_an_entry_that_was_changed_is_dropped_and_counted(file: Path, spoil: Callable[[Path], None]) -> None:
    kept(file)
    spoil(file)
    assert known(file) == ({}, 1)


def test_an_entry_under_the_name_of_another_is_dropped(file: Path) -> None:
    kept(file)
    changed(file, "UPDATE answers SET name = ?", OTHER)
    with Cache.open(file, 100) as opened:
        assert (opened.known({"b.py": OTHER}), opened.dropped) == ({}, 1)


def test_an_answer_about_another_file_is_dropped(file: Path) -> None:
    kept(file)
    with Cache.open(file, 100) as opened:
        assert (opened.known({"b.py": NAME}), opened.dropped) == ({}, 1)


def test_a_cache_of_another_machine_is_foreign_and_a_shared_key_makes_it_ours(
    file: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(file)
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "another"))
    assert known(file) == ({}, 1)
    monkeypatch.setenv(cache.KEY, "shared by the runners")
    kept(file)
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "third"))
    assert known(file) == ({"a.py": ENTRY}, 0)
    monkeypatch.setenv(cache.KEY, "guessed")
    assert known(file) == ({}, 1)


@pytest.mark.parametrize("content", [b"", b"not a database" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_no_cache_is_replaced(file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    file.chmod(0o600)
    assert known(file)[0] == {}
    kept(file)
    assert known(file) == ({"a.py": ENTRY}, 0)


def test_a_cache_that_others_may_write_is_foreign(file: Path) -> None:
    kept(file)
    file.chmod(0o666)
    assert known(file) == ({}, 1)


def test_a_cache_that_another_run_holds_is_done_without_and_is_not_called_damaged(file: Path) -> None:
    kept(file)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with Cache.open(file, 100) as opened:
        opened.keep({"b.py": OTHER}, {"b.py": ENTRY}, secret=frozenset())
        assert (opened.known({"b.py": OTHER}), opened.dropped) == ({"b.py": ENTRY}, 0)
    other.close()
    assert known(file) == ({"a.py": ENTRY}, 0)


def test_without_a_place_to_write_the_run_remembers_by_itself(tmp_path: Path) -> None:
    (tmp_path / "in the way").write_text("")
    with Cache.open(tmp_path / "in the way" / "results.sqlite", 100) as opened:
        opened.keep({"a.py": NAME}, {"a.py": ENTRY}, secret=frozenset())
        assert opened.known({"a.py": NAME}) == {"a.py": ENTRY}


def test_entries_that_nobody_made_anew_for_a_month_are_removed(file: Path) -> None:
    kept(file, today=100)
    with Cache.open(file, 131) as opened:
        opened.keep({"b.py": OTHER}, {"b.py": Entry()}, secret=frozenset())
    assert known(file, today=131) == ({}, 0)


# ---------------------------------------------------------------- what of a result is kept


def result(*findings: Finding, gaps: tuple[Gap, ...] = (), canaries: int = 1) -> ScanResult:
    return ScanResult(
        scanner="bandit",
        kind=Kind.CODE,
        engine="bandit",
        version="1",
        findings=findings,
        gaps=gaps,
        requested=frozenset({"a.py", "b.py"}),
        covered=frozenset({"a.py", "b.py"}),
        canaries=canaries,
    )


def gap(reason: GapReason, path: str | None) -> Gap:
    return Gap(scanner="bandit", reason=reason, detail="why", path=path)


def test_each_file_has_its_own_answer() -> None:
    assert cache.entries(result(FOUND), ["a.py", "b.py"]) == {"a.py": ENTRY, "b.py": Entry()}


def test_a_scanner_that_proved_nothing_or_failed_as_a_whole_has_no_answers() -> None:
    assert cache.entries(result(FOUND, canaries=0), ["a.py"]) == {}
    assert cache.entries(result(FOUND, gaps=(gap(GapReason.FAILED, None),)), ["a.py"]) == {}


@pytest.mark.parametrize(
    "reason", [each for each in GapReason if each not in {"unreadable", "outdated", "unsupported"}]
)
def test_what_may_end_otherwise_the_next_time_is_not_kept(reason: GapReason) -> None:
    found = cache.entries(result(gaps=(gap(reason, "a.py"),)), ["a.py", "b.py"])
    assert found == {"b.py": Entry()}


def test_what_the_bytes_decide_is_kept_gaps_too() -> None:
    blind = gap(GapReason.UNREADABLE, "a.py")
    seen = replace(result(gaps=(blind,)), covered=frozenset({"b.py"}))
    assert cache.entries(seen, ["a.py"]) == {"a.py": Entry(gaps=(blind,), covered=False)}


def test_files_with_anything_like_a_secret_are_named() -> None:
    secret = replace(FOUND, kind=Kind.SECRET, location=Location(path="key.pem"))
    password = replace(FOUND, rule="B105", cwes=frozenset({259}), location=Location(path="settings.py"))
    assert cache.with_secrets([result(FOUND, secret), result(password)]) == {"key.pem", "settings.py"}
