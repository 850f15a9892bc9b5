"""What semgrep dropped is read from its log, whatever files are called."""

from __future__ import annotations

from pathlib import Path

from devsecgate import semgrep_log

CHECKING = "[01.52][INFO](semgrep.engine): checking {} with 68 rules\n"
DROPPED = (
    "[02.19][DEBUG](limits, bad)(semgrep.tainting): Already tracking too many tainted l-values, will not track {}\n"
)
FIELD = "[02.19][WARNING](semgrep.tainting): Already tracking too many fields, will not track {}\n"
SOURCES = "[02.19][WARNING](semgrep.tainting): Already tracking too many taint sources for {}, will not track more\n"


def read(*lines: str) -> dict[str, set[str]]:
    return dict(semgrep_log.read("".join(lines).encode()))


def test_values_are_those_of_the_file_that_is_looked_at() -> None:
    log = (
        CHECKING.format("a b.go"),
        DROPPED.format("x:12"),
        FIELD.format(".y"),
        CHECKING.format("c.go"),
        DROPPED.format("z:1"),
    )
    assert read(*log) == {"a b.go": {"x", "y"}, "c.go": {"z"}}


def test_what_does_no_harm_is_not_read() -> None:
    """More sources of a value that is followed, and temporary values that make room for others."""
    moved = DROPPED.format("").replace("will not track", "dropped _tmp:1 in order to track x")
    assert read(CHECKING.format("a.go"), SOURCES.format("request"), moved) == {}


def test_a_value_before_any_file_is_of_an_unknown_one() -> None:
    assert read(DROPPED.format("x:12"), CHECKING.format("a.go")) == {"": {"x"}}


def test_a_files_name_takes_nothing_back() -> None:
    forged = CHECKING.format("a.go\n" + CHECKING.format("innocent.go").rstrip() + "\n.go")
    found = read(forged, DROPPED.format("x:12"))
    assert {value for values in found.values() for value in values} == {"x"}


def test_the_planted_names_are_those_of_one_job(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    text = semgrep_log.planted(one).decode()
    last = text.splitlines()[-2].split()[0]
    assert semgrep_log.planted(one) != semgrep_log.planted(other)
    assert semgrep_log.is_proven(read(CHECKING.format(one / "wide.py"), DROPPED.format(f"{last}:1")), one)
    assert not semgrep_log.is_proven(read(CHECKING.format(other / "wide.py"), DROPPED.format(f"{last}:1")), other)
    assert not semgrep_log.is_proven(read(CHECKING.format("a.go"), DROPPED.format(f"{last}:1")), one)
    assert not semgrep_log.is_proven({}, one)
