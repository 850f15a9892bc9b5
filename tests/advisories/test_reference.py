"""Every Python package of the real records, 20 versions of each: we say what a slow and plain evaluator says."""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from random import Random

import osv_reference
import pytest
from osv_reference import AFFECTED, UNAFFECTED, UNKNOWN, Record, name_of, parsed

from devsecgate.advisories import osv
from devsecgate.advisories.evaluate import evaluate
from devsecgate.advisories.record import Advisory

DRAWN = 20
RESPELLED = 2
"""Of these, how many are judged in another spelling, and as local versions, too: that is where we are wider."""


@cache
def raw(folder: Path) -> dict[str, Record]:
    with zipfile.ZipFile(folder / "PyPI/all.zip") as archive:
        return {each["id"]: each for each in (json.loads(archive.read(member)) for member in archive.namelist())}


@cache
def by_package(folder: Path) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for _, record in sorted(raw(folder).items()):
        for name in sorted({name for entry in record["affected"] if (name := name_of(entry))}):
            found.setdefault(name, []).append(record)
    return found


def drawn(name: str, records: list[Record]) -> list[str]:
    """Draw versions that the package's records speak of, by chance that is the same in every run."""
    texts = {
        text
        for record in records
        for entry in record["affected"]
        if name_of(entry) == name
        for text in [
            *(entry.get("versions") or []),
            *(
                text
                for each in entry.get("ranges") or []
                if each["type"] != "GIT"
                for e in each["events"]
                for text in e.values()
            ),
        ]
    }
    found = Random(name).sample(sorted(texts), min(DRAWN, len(texts)))
    return [*found, *(f"v{text}" for text in found[:RESPELLED]), *(f"{text}+cu117" for text in found[:RESPELLED])]


def ours(advisory: Advisory, name: str, version: str) -> str:
    return osv_reference.worst(
        [evaluate(entry, version).answer.value for entry in advisory.affected if entry.name == name]
    )


def is_spelled_otherwise(record: Record, name: str, version: str) -> bool:
    """Wider: `versions` hold a version that PEP 440 calls equal: `1.0` is `1.0.0`. OSV compares their texts."""
    own = parsed(version)
    listed = [text for entry in record["affected"] if name_of(entry) == name for text in entry.get("versions") or []]
    return own is not None and any(parsed(text) == own for text in listed)


def is_clear_without_the_unreadable(record: Record, name: str, version: str) -> bool:
    """Surer: no range affects the version even without its unreadable ends, which could only end what never began."""
    entries = [entry for entry in record["affected"] if name_of(entry) == name]
    ranges = [each for entry in entries for each in entry.get("ranges") or [] if each["type"] != "GIT"]
    ends = [end for each in ranges for end in osv_reference.unreadable(each)]
    if parsed(version) is None or not ends or any(kind in {"introduced", "limit"} for kind, _ in ends):
        return False
    readable = [
        {**each, "events": [event for event in each["events"] if not set(event.items()) & {*ends}]} for each in ranges
    ]
    return all(osv_reference.of_range(each, version) == UNAFFECTED for each in readable)


def expected(record: Record, name: str, version: str) -> tuple[str, str]:
    """Give what we are to say, and why it is not the reference's answer; no reason where it is."""
    plain = osv_reference.says(record, name, version)
    assert plain is not None
    if plain != AFFECTED and is_spelled_otherwise(record, name, version):
        return AFFECTED, "spelled otherwise"
    if plain == UNKNOWN and is_clear_without_the_unreadable(record, name, version):
        return UNAFFECTED, "an unreadable end"
    if plain != AFFECTED and "+" in version:  # wider: a local version is the release that it was built from, too
        public, _ = expected(record, name, version.partition("+")[0])
        if public != plain and (public == AFFECTED or plain == UNAFFECTED):
            return public, "a local version"
    return plain, ""


@pytest.mark.parametrize(
    ("state", "counted", "reasons"),
    [
        (
            "osv",
            {"packages": 1532, "versions": 29274, AFFECTED: 96448, UNAFFECTED: 55851, UNKNOWN: 798},
            {"a local version": 166, "spelled otherwise": 84, "an unreadable end": 11},
        ),
        (
            "osv-2024",
            {"packages": 664, "versions": 13054, AFFECTED: 36460, UNAFFECTED: 22911, UNKNOWN: 33},
            {"a local version": 4, "spelled otherwise": 2},
        ),
    ],
)
def test_every_python_package_is_judged_as_the_reference_judges_it(
    shared_data: Path, state: str, counted: dict[str, int], reasons: dict[str, int]
) -> None:
    records = by_package(shared_data / state)
    loaded = osv.load(shared_data / state, "PyPI", records, today=date(2026, 8, 1))
    advisories = {each.id: each for each in loaded.advisories}
    found: Counter[str] = Counter(packages=len(records))
    whys: Counter[str] = Counter()
    wrong = []
    for name, of_it in records.items():
        for version in drawn(name, of_it):
            found["versions"] += 1
            for record in of_it:
                if record.get("withdrawn"):
                    assert record["id"] not in advisories
                    continue
                answer = ours(advisories[record["id"]], name, version)
                to_be, why = expected(record, name, version)
                found[answer] += 1
                whys[why] += 1
                if answer != to_be:
                    wrong.append((name, version, record["id"], answer, to_be))
    del whys[""]
    assert wrong == []
    assert (found, whys) == (counted, reasons)
