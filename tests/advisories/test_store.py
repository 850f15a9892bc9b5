"""The advisory store: what is looked up in it, and what is said of a file that is none."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from stores import TODAY, build, ids, record, written

from devsecgate import __version__
from devsecgate.advisories import place, store
from devsecgate.advisories.known import Loaded, Trouble
from devsecgate.advisories.record import Advisory, Affected, Event, EventType, Range, RangeType
from devsecgate.advisories.store import Held, Store, StoreError
from devsecgate.detectors.records import Stored
from devsecgate.model import GapReason

BEFORE_2 = Range(
    type=RangeType.ECOSYSTEM,
    events=(Event(type=EventType.INTRODUCED, version="0"), Event(type=EventType.FIXED, version="2.0")),
)


def entry(name: str = "thing", *versions: str, ecosystem: str = "PyPI") -> Affected:
    return Affected(ecosystem=ecosystem, name=name, ranges=(BEFORE_2,), versions=frozenset(versions), vectors=())


def load(path: Path, ecosystem: str, *names: str) -> Loaded:
    with Store.open(path) as opened:
        return written(opened.book(ecosystem, names or ("thing",)))


def test_what_a_record_says_of_the_packages_asked_for_is_found_and_nothing_else(tmp_path: Path) -> None:
    whole = record(
        "GHSA-1",
        "b",
        "a",
        "other",
        "b",
        aliases=["CVE-1"],
        upstream=["CVE-2"],
        summary="Short",
        database_specific={"severity": "HIGH", "cwe_ids": ["CWE-79", "CWE-22"]},
        severity=[{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N"}],
        references=[{"type": "WEB", "url": "https://example.org/1"}],
    )
    path = build(tmp_path / "s", {"PyPI": {"GHSA-1": whole, "PYSEC-2": record("PYSEC-2", "other")}})

    def vectored(name: str) -> Affected:
        return Affected(
            ecosystem="PyPI", name=name, ranges=(BEFORE_2,), versions=frozenset(), vectors=("CVSS:3.1/AV:N",)
        )

    assert load(path, "PyPI", "a", "b", "no-such-package") == Loaded(
        advisories=(
            Advisory(
                id="GHSA-1",
                aliases=("CVE-1",),
                upstream=("CVE-2",),
                summary="Short",
                affected=(vectored("a"), vectored("b"), vectored("b")),
                rating="HIGH",
                cwes=frozenset({22, 79}),
                references=("https://example.org/1",),
                published="",
            ),
        ),
        groups={"GHSA-1": frozenset({"GHSA-1", "CVE-1"})},
        records=2,
        as_of="2026-01-02",
        releases=frozenset({"PyPI"}),
    )
    assert load(path, "PyPI", "b").advisories[0].affected == (vectored("b"), vectored("b"))
    assert load(path, "PyPI", "nothing").advisories == ()


def test_sets_of_versions_that_many_advisories_list_are_each_advisorys_own(tmp_path: Path) -> None:
    def listing(identity: str, *versions: str) -> dict[str, object]:
        (only,) = record(identity)["affected"]  # type: ignore[misc]
        return record(identity, affected=[{**only, "versions": list(versions)}])

    path = build(
        tmp_path / "s",
        {
            "PyPI": {
                "A": listing("A", "1", "1.1"),
                "B": listing("B"),
                "C": listing("C", "1.1", "1"),
                "D": listing("D", "9"),
            }
        },
    )
    found = load(path, "PyPI")
    assert [each.affected for each in found.advisories] == [
        (entry("thing", "1", "1.1"),), (entry(),), (entry("thing", "1", "1.1"),), (entry("thing", "9"),)
    ]  # fmt: skip


def test_a_release_is_found_below_its_base_and_kept_apart_in_the_entries(tmp_path: Path) -> None:
    both = record("DSA-1", ecosystem="Debian:12")
    both["affected"] += record("DSA-1", ecosystem="Debian:13")["affected"]  # type: ignore[operator]
    path = build(tmp_path / "s", {"Debian": {"DSA-1": both}})
    for asked in ("Debian", "Debian:12"):
        found = load(path, asked)
        assert found.advisories[0].affected == (entry(ecosystem="Debian:12"), entry(ecosystem="Debian:13"))
        assert found.releases == {"Debian:12", "Debian:13"}


def test_a_withdrawn_record_is_counted_and_neither_matches_nor_joins(tmp_path: Path) -> None:
    gone = record("GONE", aliases=["CVE-1", "CVE-2"], withdrawn="2026-02-01T00:00:00Z")
    path = build(tmp_path / "s", {"PyPI": {"GONE": gone, "HERE": record("HERE", aliases=["CVE-1"])}})
    found = load(path, "PyPI")
    assert [each.id for each in found.advisories] == ["HERE"]
    assert found.groups == {"HERE": frozenset({"HERE", "CVE-1"})}
    assert found.records == 2


def test_aliases_are_closed_over_the_records_of_all_ecosystems(tmp_path: Path) -> None:
    path = build(
        tmp_path / "s",
        {
            "PyPI": {"PYSEC-1": record("PYSEC-1", aliases=["CVE-1"])},
            "npm": {"GHSA-1": record("GHSA-1", ecosystem="npm", aliases=["CVE-1"])},
            "Go": {"GO-1": record("GO-1", ecosystem="Go", upstream=["CVE-1"])},
        },
    )
    together = frozenset({"PYSEC-1", "GHSA-1", "CVE-1"})
    assert load(path, "PyPI").groups == {"PYSEC-1": together}
    assert load(path, "npm").groups == {"GHSA-1": together}
    assert load(path, "Go").groups == {"GO-1": frozenset({"GO-1"})}


def test_a_group_of_more_than_32_is_dropped_as_upstream_does(tmp_path: Path) -> None:
    chain = {f"A-{n:02}": record(f"A-{n:02}", aliases=[f"A-{n + 1:02}"]) for n in range(40)}
    path = build(tmp_path / "s", {"PyPI": chain})
    assert load(path, "PyPI").groups == {f"A-{n:02}": frozenset({f"A-{n:02}", f"A-{n + 1:02}"}) for n in range(40)}


def test_an_ecosystem_that_is_not_held_is_a_trouble_that_says_what_to_run(tmp_path: Path) -> None:
    path = build(tmp_path / "s", {"PyPI": {"A": record("A")}})
    assert [load(path, each).troubles for each in ("npm", "Red Hat:enterprise")] == [
        (
            Trouble(
                reason=GapReason.MISSING,
                detail="the store holds no advisory records of npm; run `devsecgate advisories update npm`",
            ),
        ),
        (
            Trouble(
                reason=GapReason.MISSING,
                detail="the store holds no advisory records of Red Hat; run `devsecgate advisories update 'Red Hat'`",
            ),
        ),
    ]


def test_names_are_data(tmp_path: Path) -> None:
    odd = "'; DROP TABLE packages; --"
    path = build(tmp_path / "s", {"npm": {"A": record("A", odd, "nul\0", ecosystem="npm")}})
    assert ids(path, "npm", odd) == ids(path, "npm", "nul\0") == ["A"]
    assert ids(path, "npm", "%", "nul", "\ud800", "") == []


def test_the_account_of_an_ecosystem_names_what_is_malformed(tmp_path: Path) -> None:
    records = {"A": record("A"), "B": b"{", "C": record("C", withdrawn="2026-01-01T00:00:00Z"), "D": b""}
    path = build(tmp_path / "s", {"PyPI": records, "npm": {"E": b"null"}}, checked_at="2026-07-31T10:00:00+00:00")
    source = "https://mirror.example/osv"
    expected = Held(
        name="PyPI",
        source=source,
        records=2,
        withdrawn=1,
        malformed=("B.json", "D.json"),
        as_of="2026-01-02",
        checked_at="2026-07-31T10:00:00+00:00",
        listing="",
    )
    empty = Held(
        name="npm",
        source=source,
        records=0,
        withdrawn=0,
        malformed=("E.json",),
        as_of="",
        checked_at="2026-07-31T10:00:00+00:00",
        listing="",
    )
    with Store.open(path) as opened:
        assert opened.ecosystems() == (expected, empty)
        assert opened.held("PyPI:x") == expected
        assert opened.held("Go") is None
        assert opened.tool_version == __version__
    assert load(path, "PyPI").malformed == ("B.json", "D.json")


def test_a_store_that_is_not_there_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        Store.open(tmp_path / "nowhere")
    assert (caught.value.reason, caught.value.what) == (GapReason.MISSING, "there is no store of advisories")
    assert "devsecgate advisories update" in caught.value.remedy
    assert not (tmp_path / "nowhere").exists()


def other_database(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE meta (key, value)")
    connection.close()


def cut(path: Path) -> None:
    build(path, {"PyPI": {"A": record("A")}})
    path.write_bytes(path.read_bytes()[:50])


def other_version(path: Path) -> None:
    build(path, {"PyPI": {"A": record("A")}})
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (Path.mkdir, GapReason.MALFORMED),
        (os.mkfifo, GapReason.MALFORMED),
        (lambda path: path.write_bytes(b""), GapReason.MALFORMED),
        (lambda path: path.write_bytes(b"not a database" * 100), GapReason.MALFORMED),
        (other_database, GapReason.MALFORMED),
        (cut, GapReason.MALFORMED),
        (other_version, GapReason.MALFORMED),
    ],
)
def test_a_file_that_is_no_store_of_this_version_is_refused(
    tmp_path: Path, spoil: Callable[[Path], object], reason: GapReason
) -> None:
    path = tmp_path / "s"
    spoil(path)
    with pytest.raises(StoreError) as caught:
        Store.open(path)
    assert caught.value.reason is reason
    assert caught.value.where == str(path)
    found = written(Stored(path=path, today=TODAY, max_age_days=7).book("PyPI", ["thing"]))
    assert (found.advisories, [each.reason for each in found.troubles]) == ((), [reason])
    assert str(tmp_path) not in found.troubles[0].detail


def test_a_store_of_another_version_says_to_update(tmp_path: Path) -> None:
    other_version(tmp_path / "s")
    with pytest.raises(StoreError) as caught:
        Store.open(tmp_path / "s")
    assert caught.value.what == f"the store has version 99, and this devsecgate reads version {store.SCHEMA_VERSION}"
    assert caught.value.remedy.startswith("Run `devsecgate advisories update`")


@pytest.mark.parametrize("place", range(20))
def test_a_damaged_store_is_an_error_or_says_the_same_as_before(tmp_path: Path, place: int) -> None:
    names = [f"thing-{n}" for n in range(200)]
    path = build(tmp_path / "s", {"PyPI": {f"A-{n}": record(f"A-{n}", name) for n, name in enumerate(names)}})
    with Store.open(path) as opened:
        book = opened.book("PyPI", names)
    before, tables = written(book), {name: each.table for name, each in book.packages.items()}
    content = bytearray(path.read_bytes())
    begin = len(content) * place // 20
    content[begin : begin + len(content) // 20] = b"\0" * (len(content) // 20)
    path.write_bytes(content)
    found = Stored(path=path, today=date(2026, 1, 2), max_age_days=7).book("PyPI", names)
    if not found.troubles:
        try:
            assert written(found) == before
        except StoreError:  # of what is read when it is asked for
            return
        assert {name: each.table for name, each in found.packages.items()} == tables


def test_a_table_with_one_changed_byte_is_an_error_wherever_it_is(tmp_path: Path) -> None:
    path = build(tmp_path / "s", {"PyPI": {"A": record("A")}})
    with sqlite3.connect(path) as connection:
        (kept,) = connection.execute("SELECT placed FROM packages").fetchone()
    connection.close()
    for at in range(len(kept)):
        for byte in {0, kept[at] ^ 1} - {kept[at]}:
            with sqlite3.connect(path) as connection:
                changed = kept[:at] + bytes([byte]) + kept[at + 1 :]
                connection.execute("UPDATE packages SET placed = ?", (changed,))
            connection.close()
            (trouble,) = Stored(path=path, today=date(2026, 1, 2), max_age_days=7).book("PyPI", ["thing"]).troubles
            assert trouble.reason is GapReason.MALFORMED


def test_a_store_that_lost_its_end_is_an_error_or_says_the_same_as_before(tmp_path: Path) -> None:
    names = [f"thing-{n}" for n in range(200)]
    path = build(tmp_path / "s", {"PyPI": {f"A-{n}": record(f"A-{n}", name) for n, name in enumerate(names)}})
    content = path.read_bytes()
    for left in range(4096, len(content), 4096):
        path.write_bytes(content[:left])
        found = written(Stored(path=path, today=date(2026, 1, 2), max_age_days=7).book("PyPI", names))
        assert found.troubles, left


def test_the_store_is_read_where_nothing_can_be_written(tmp_path: Path) -> None:
    path = build(tmp_path / "folder ü?#%20", {"PyPI": {"A": record("A")}})
    path.chmod(0o400)
    before = sorted(tmp_path.iterdir())
    tmp_path.chmod(0o500)
    try:
        assert ids(path, "PyPI") == ["A"]
    finally:
        tmp_path.chmod(0o700)
    assert sorted(tmp_path.iterdir()) == before


def test_the_file_is_the_one_that_the_environment_names_or_in_the_users_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("DEVSECGATE_STORE", raising=False)
    assert place.default_path().is_relative_to(tmp_path)
    assert place.default_path().parts[-2:] == ("devsecgate", "advisories.sqlite")
    monkeypatch.setenv("DEVSECGATE_STORE", "/elsewhere/x")
    assert place.default_path() == Path("/elsewhere/x")


CHECKED = "the PyPI advisory records of the store were last checked on {}, and {}; run `devsecgate advisories update`"
FILES = (
    "the PyPI advisory records of the store came as files, the newest of {}, and {}; run `devsecgate advisories update`"
)
OLD, AHEAD = "may be at most 7 days old", "that is still to come"


@pytest.mark.parametrize(
    ("checked_at", "today", "detail"),
    [
        ("2026-07-25T23:59:59+00:00", date(2026, 8, 1), None),
        ("2026-07-24T23:59:59+00:00", date(2026, 8, 1), CHECKED.format("2026-07-24", OLD)),
        ("2026-08-02T00:00:00+00:00", date(2026, 8, 1), None),
        ("2026-08-03T00:00:00+00:00", date(2026, 8, 1), CHECKED.format("2026-08-03", AHEAD)),
        ("", date(2026, 1, 9), None),
        ("", date(2026, 1, 10), FILES.format("2026-01-02", OLD)),
        ("", date(2025, 12, 31), FILES.format("2026-01-02", AHEAD)),
    ],
)
def test_records_that_are_too_old_are_used_and_said_to_be(
    tmp_path: Path, checked_at: str, today: date, detail: str | None
) -> None:
    path = build(tmp_path / "s", {"PyPI": {"A": record("A")}}, checked_at=checked_at)
    found = written(Stored(path=path, today=today, max_age_days=7).book("PyPI", ["thing"]))
    assert [each.id for each in found.advisories] == ["A"]
    assert found.troubles == (() if detail is None else (Trouble(reason=GapReason.STALE, detail=detail),))


@pytest.mark.parametrize("modified", ["soon", "0001-01-01T00:00:00Z"])
def test_records_whose_age_nobody_knows_are_said_to_have_none(tmp_path: Path, modified: str) -> None:
    path = build(tmp_path / "s", {"PyPI": {"A": record("A", modified=modified)}})
    found = written(Stored(path=path, today=TODAY, max_age_days=7).book("PyPI", ["thing"]))
    detail = "the PyPI advisory records of the store have no date; run `devsecgate advisories update`"
    assert found.troubles == (Trouble(reason=GapReason.STALE, detail=detail),)
