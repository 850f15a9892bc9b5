"""What the detector makes of records: the same from a folder and from a store, and a gap for what cannot be read."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from stores import TODAY, Record, build, record

from devsecgate.detectors.manifests.reading import Pin
from devsecgate.detectors.matching import Matched, match
from devsecgate.detectors.records import Folder, Planted, Records, Stored
from devsecgate.model import GapReason

NOTHING = Planted(path=None, advisories=None, today=TODAY)


def pin(name: str, version: str, *known_as: tuple[str, str], ecosystem: str = "PyPI") -> Pin:
    return Pin(
        name=name, version=version, ecosystem=ecosystem, path="requirements.txt", line=1, direct=True, known_as=known_as
    )


def stored(path: Path, ecosystem: str, records: dict[str, object]) -> Stored:
    return Stored(path=build(path, {ecosystem: records}), today=TODAY, max_age_days=100_000)


def found(pins: list[Pin], records: Records) -> Matched:
    return match(pins, records=records, planted=NOTHING)


def fixed(identity: str, *names: str, at: str, aliases: tuple[str, ...] = (), ecosystem: str = "PyPI") -> Record:
    """Write a record that affects everything before a version of the packages named."""
    events = [{"introduced": "0"}, {"fixed": at}]
    affected = [
        {"package": {"ecosystem": ecosystem, "name": name}, "ranges": [{"type": "ECOSYSTEM", "events": events}]}
        for name in names
    ]
    return record(identity, affected=affected, aliases=list(aliases))


def test_what_a_store_says_of_packages_is_what_the_folder_says(tmp_path: Path) -> None:
    records: dict[str, object] = {
        "A": fixed("A", "thing", "other", at="2.0", aliases=("CVE-1",)),
        "B": fixed("B", "thing", at="2.1", aliases=("CVE-1",)),
        "C": fixed("C", "thing", at="3.0rc1"),
        "D": fixed("D", "thing", at="never"),
        "E": fixed("E", "third", at="1.0.0"),
    }
    folder = tmp_path / "osv" / "PyPI"
    folder.mkdir(parents=True)
    for name, content in records.items():
        (folder / f"{name}.json").write_text(json.dumps(content))
    pins = [pin("thing", "1.0"), pin("thing", "1.0+local"), pin("other", "2"), pin("third", "0.9"), pin("fourth", "1")]
    first = found(pins, Folder(path=tmp_path / "osv", today=TODAY))
    second = found(pins, stored(tmp_path / "s", "PyPI", records))
    assert first == second
    assert [(each.package.version, each.rule, each.fixed_in) for each in first.findings] == [
        ("1.0", "C", ["3.0rc1"]),
        ("1.0", "CVE-1", ["2.1"]),
        ("1.0+local", "C", ["3.0rc1"]),
        ("1.0+local", "CVE-1", ["2.1"]),
        ("0.9", "E", ["1.0.0"]),
    ]  # fmt: skip
    assert [each.reason for each in first.gaps] == ["unresolved", "unresolved"]


def test_what_is_known_of_a_package_and_its_source_package_is_put_together(tmp_path: Path) -> None:
    records: dict[str, object] = {
        "A": fixed("A", "source", at="2.0-1", ecosystem="Debian:12"),
        "B": fixed("B", "binary", at="1.5-1", ecosystem="Debian:12"),
    }
    asked = pin("binary", "1.0-1", ("source", "1.9-1"), ("binary", "1.0-1"), ecosystem="Debian:12")
    said = found([asked], stored(tmp_path / "s", "Debian", records))
    assert [(each.rule, each.fixed_in) for each in said.findings] == [("A", ["2.0-1"]), ("B", ["1.5-1"])]
    assert said.remedies == {("Debian:12", "binary", "1.0-1"): "2.0-1"}


@pytest.mark.parametrize("what", ["advisories SET shape", "packages SET placed"])
def test_a_store_that_turns_out_to_be_damaged_is_a_gap(tmp_path: Path, what: str) -> None:
    records = stored(tmp_path / "s", "PyPI", {"A": fixed("A", "thing", at="2.0")})
    with sqlite3.connect(records.path) as connection:
        connection.execute(f"UPDATE {what} = x'00'")
    connection.close()
    said = found([pin("thing", "1.0")], records)
    assert said.findings == []
    (gap,) = said.gaps
    assert (gap.reason, gap.path) == (GapReason.MALFORMED.value, None)
    assert gap.detail.startswith("the store of advisories cannot be read: ")
    assert str(tmp_path) not in gap.detail


def test_entries_of_a_package_that_cannot_be_read_are_a_gap_where_they_are_needed(tmp_path: Path) -> None:
    records = stored(tmp_path / "s", "PyPI", {"A": fixed("A", "thing", at="never"), "B": fixed("B", "other", at="2")})
    with sqlite3.connect(records.path) as connection:
        connection.execute("UPDATE packages SET shape = x'00'")
    connection.close()
    assert [each.rule for each in found([pin("other", "1")], records).findings] == ["B"]
    (gap,) = found([pin("thing", "1")], records).gaps
    assert gap.reason == GapReason.MALFORMED.value
