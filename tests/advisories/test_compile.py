"""Compiling records: the store says what the folder says, one by one or all at once, and can prove it."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stores import TODAY, Record, build, ids, record, written

from devsecgate.advisories import compile as compiling
from devsecgate.advisories import osv
from devsecgate.advisories.aliases import closure
from devsecgate.advisories.ecosystems import normalise
from devsecgate.advisories.store import Store


def verified(path: Path) -> list[str]:
    with Store.open(path) as opened:
        return list(compiling.verify(opened))


def amended(path: Path, ecosystem: str, records: dict[str, object]) -> Path:
    """Take more records into an ecosystem of a store."""
    connection = compiling.reopen(path)
    filling = compiling.Filling(connection, ecosystem)
    for identity, content in records.items():
        filling.take(f"{identity}.json", content if isinstance(content, bytes) else json.dumps(content).encode())
    filling.finish(source="https://mirror.example/osv", today=TODAY, checked_at="", listing="")
    compiling.finish(connection)
    connection.close()
    return path


def said(path: Path, *ecosystems: str) -> list[object]:
    """Give all that a store says, apart from its internal numbers."""
    with Store.open(path) as opened:
        return [
            opened.ecosystems(),
            [
                [(each.file, each.modified, each.digest, each.content) for each in opened.originals(e)]
                for e in ecosystems
            ],
            [written(opened.book(each, opened.shapes(each)[1])) for each in ecosystems],
            opened.groups(),
        ]


@pytest.fixture(scope="module")
def real(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of all real records."""
    path = tmp_path_factory.mktemp("real") / "store"
    connection = compiling.create(path)
    for folder in sorted((shared_data / "osv").iterdir()):
        filling = compiling.Filling(connection, folder.name)
        reading = osv.Reading()
        for file, content in reading.folder(folder):
            filling.take(file, content)
        assert reading.troubles == []
        filling.finish(source=folder.name, today=TODAY, checked_at="", listing="")
        connection.commit()
    compiling.finish(connection)
    connection.close()
    return path


def raw(folder: Path) -> Iterator[Record]:
    with zipfile.ZipFile(folder / "all.zip") as archive:
        for name in archive.namelist():
            yield json.loads(archive.read(name))


@pytest.mark.parametrize("ecosystem", ["AlmaLinux", "Alpine", "Debian", "Go", "Maven", "PyPI", "crates.io", "npm"])
def test_the_store_says_of_every_real_package_what_the_folder_says(
    shared_data: Path, real: Path, ecosystem: str
) -> None:
    records = list(raw(shared_data / "osv" / ecosystem))
    names = {
        normalise(ecosystem, entry["package"]["name"])
        for each in records
        for entry in each.get("affected") or []  # type: ignore[attr-defined]
        if "package" in entry
    }
    expected = written(osv.load(shared_data / "osv", ecosystem, names, today=TODAY).book())
    with Store.open(real) as opened:
        found = written(opened.book(ecosystem, names))
    for mine, theirs in zip(found.advisories, expected.advisories, strict=True):
        assert mine == theirs
    assert (found.records, found.as_of, found.malformed, found.releases, found.troubles) == (
        expected.records, expected.as_of, expected.malformed, expected.releases, ()
    )  # fmt: skip
    assert len(found.advisories) > 100


def test_the_groups_are_those_of_all_real_records_together(shared_data: Path, real: Path) -> None:
    aliases = [
        (str(each["id"]), tuple(each.get("aliases") or ()))  # type: ignore[arg-type]
        for folder in sorted((shared_data / "osv").iterdir())
        for each in raw(folder)
        if not each.get("withdrawn")
    ]
    expected = closure(sorted(aliases))
    with Store.open(real) as opened:
        for ecosystem in ("PyPI", "npm", "Go"):
            found = written(opened.book(ecosystem, opened.shapes(ecosystem)[1]))
            assert found.groups == {each.id: expected[each.id] for each in found.advisories}


def test_the_store_of_all_real_records_verifies(real: Path) -> None:
    assert verified(real) == []


OLD = {"A": record("A"), "B": record("B", "thing", "other"), "C": record("C", "other"), "D": b"{"}


@pytest.mark.parametrize(
    "new",
    [
        {},
        {"E": record("E", "thing", "fifth")},
        {"A": record("A", "other")},
        {"B": record("B", "thing")},
        {"B": record("B", "third", summary="It moved")},
        {"A": record("A", withdrawn="2026-01-03T00:00:00Z"), "B": record("B", withdrawn="2026-01-03T00:00:00Z")},
        {"A": record("A", affected=[])},
        {"A": b"null"},
        {"D": record("D", aliases=["B"])},
        {"D": b"["},
        {"A": record("A", aliases=["C"], modified="2026-07-01T00:00:00Z")},
        {"C": record("C", "other", ecosystem="npm")},
    ],
)
def test_a_change_leads_to_the_store_that_compiling_all_anew_leads_to(tmp_path: Path, new: dict[str, object]) -> None:
    path = amended(build(tmp_path / "a", {"PyPI": OLD, "npm": {"N": record("N", ecosystem="npm")}}), "PyPI", new)
    anew = build(tmp_path / "b", {"PyPI": {**OLD, **new}, "npm": {"N": record("N", ecosystem="npm")}})
    assert said(path, "PyPI", "npm") == said(anew, "PyPI", "npm")
    assert verified(path) == verified(anew) == []


@st.composite
def small(draw: st.DrawFn) -> dict[str, object]:
    def one(identity: str) -> object:
        names = draw(st.lists(st.sampled_from("abc"), max_size=3))
        changes: dict[str, object] = {"aliases": draw(st.lists(st.sampled_from(["A", "B", "CVE-1"]), max_size=2))}
        if draw(st.booleans()):
            changes["withdrawn"] = "2026-01-01T00:00:00Z"
        if not names:
            changes["affected"] = []
        return draw(st.sampled_from([record(identity, *names, **changes)] * 4 + [b"{"]))

    return {identity: one(identity) for identity in draw(st.lists(st.sampled_from("ABCD"), unique=True))}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(small(), min_size=1, max_size=4))
def test_any_row_of_changes_leads_to_the_store_of_the_last_state(
    tmp_path: Path, states: list[dict[str, object]]
) -> None:
    for each in ("a", "b"):
        (tmp_path / each).unlink(missing_ok=True)
    path = build(tmp_path / "a", {"PyPI": states[0]})
    last = dict(states[0])
    for state in states[1:]:
        amended(path, "PyPI", state)
        last |= state
    assert said(path, "PyPI") == said(build(tmp_path / "b", {"PyPI": last}), "PyPI")
    assert verified(path) == []


def twice(path: Path, *contents: bytes | None) -> tuple[list[str], tuple[str, ...]]:
    """Take several records under one name into a fresh ecosystem."""
    connection = compiling.create(path)
    filling = compiling.Filling(connection, "PyPI")
    for content in contents:
        filling.take("A.json", content)
    filling.finish(source="", today=TODAY, checked_at="", listing="")
    compiling.finish(connection)
    connection.close()
    with Store.open(path) as opened:
        (held,) = opened.ecosystems()
        found = written(opened.book("PyPI", ["old", "new"]))
    assert verified(path) == []
    return [entry.name for each in found.advisories for entry in each.affected], held.malformed


OLDER = json.dumps(record("A", "old")).encode()
SAME = json.dumps(record("A", "new")).encode()
NEWER = json.dumps(record("A", "new", modified="2026-01-03T00:00:00Z")).encode()


@pytest.mark.parametrize(
    ("contents", "names", "malformed"),
    [
        ((OLDER, OLDER), ["old"], ()),
        ((OLDER, NEWER), ["new"], ()),
        ((NEWER, OLDER), ["new"], ()),
        ((OLDER, SAME), ["old"], ("again/A.json",)),
        ((OLDER, b"{"), ["old"], ("again/A.json",)),
        ((OLDER, None), ["old"], ("again/A.json",)),
        ((b"{", OLDER), ["old"], ("again/A.json",)),
        ((None, b"{"), [], ("A.json", "again/A.json")),
    ],
)
def test_of_two_records_under_one_name_the_newer_counts_and_nothing_is_lost_in_silence(
    tmp_path: Path, contents: tuple[bytes | None, ...], names: list[str], malformed: tuple[str, ...]
) -> None:
    assert twice(tmp_path / "s", *contents) == (names, malformed)


def test_a_malformed_record_takes_no_neighbour_with_it(tmp_path: Path) -> None:
    path = build(tmp_path / "s", {"PyPI": {"A": record("A"), "B": b"\xff", "C": record("C"), "D": b"[" * 100_000}})
    assert ids(path, "PyPI") == ["A", "C"]
    with Store.open(path) as opened:
        assert opened.book("PyPI", []).malformed == ("B.json", "D.json")


def test_a_file_name_that_is_no_unicode_is_kept_as_an_escape(tmp_path: Path) -> None:
    path = build(tmp_path / "s", {"PyPI": {"\udcff": b"{", "A\udc80": record("A")}})
    assert ids(path, "PyPI") == ["A"]
    with Store.open(path) as opened:
        assert opened.book("PyPI", []).malformed == ("\\udcff.json",)


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE originals SET digest = x'00' WHERE number = 1", "PyPI/A.json: the record is not the one that came"),
        ("DELETE FROM advisories WHERE number = 1", "PyPI: what is kept of record 1 is not what it says"),
        ("DELETE FROM packages WHERE name = 'thing'", "PyPI: what is kept of thing is not what the records say"),
        ("UPDATE packages SET name = 'elsewhere' WHERE name = 'thing'",
         "PyPI: what is kept of elsewhere is not what the records say"),
        ("UPDATE packages SET placed = (SELECT placed FROM packages WHERE name = 'other')",
         "PyPI: what is kept of thing is not what the records say"),
        ("UPDATE packages SET shape = (SELECT shape FROM packages WHERE name = 'other')",
         "PyPI: what is kept of thing is not what the records say"),
        ("UPDATE advisories SET shape = (SELECT shape FROM advisories WHERE number = 2)",
         "PyPI: what is kept of record 1 is not what it says"),
        ("DELETE FROM groups", "the groups of aliases are not those of the records"),
    ],
)  # fmt: skip
def test_whatever_does_not_fit_the_records_is_named(tmp_path: Path, statement: str, problem: str) -> None:
    records = {
        "A": record("A", aliases=["B"]),
        "B": record("B", "other", aliases=["CVE-1"]),
        "C": record("C", "third", aliases=["CVE-1"]),
    }
    path = build(tmp_path / "s", {"PyPI": records})
    assert verified(path) == []
    with sqlite3.connect(path) as connection:
        assert connection.execute(statement).rowcount > 0
    connection.close()
    assert problem in verified(path)


def test_many_problems_are_counted_and_some_are_named(tmp_path: Path) -> None:
    path = build(tmp_path / "s", {"PyPI": {f"A-{n}": record(f"A-{n}") for n in range(30)}})
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE originals SET digest = x'00'")
    connection.close()
    found = verified(path)
    assert len(found) == 21
    assert found[-1] == "PyPI: 41 more problems"  # 30 records, 30 shapes without one, and the package
