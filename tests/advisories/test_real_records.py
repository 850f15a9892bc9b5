"""The real records of the public bucket: all are read, and they say what a person reads in them."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from devsecgate.advisories import osv
from devsecgate.advisories.ecosystems import normalise
from devsecgate.advisories.evaluate import Answer, evaluate
from devsecgate.advisories.known import Loaded
from devsecgate.advisories.record import EventType

TODAY = date(2026, 8, 1)


@cache
def everything(folder: Path, ecosystem: str) -> Loaded:
    return osv.load(folder, ecosystem, package_names(raw(folder, ecosystem), ecosystem), today=TODAY)


def judged(loaded: Loaded, name: str, version: str, answer: Answer) -> set[str]:
    return {
        advisory.id
        for advisory in loaded.advisories
        if any(evaluate(entry, version).answer is answer for entry in advisory.affected if entry.name == name)
    }


@cache
def raw(folder: Path, ecosystem: str) -> list[dict[str, object]]:
    with zipfile.ZipFile(folder / ecosystem / "all.zip") as archive:
        return [json.loads(archive.read(name)) for name in archive.namelist()]


def package_names(records: list[dict[str, object]], ecosystem: str) -> set[str]:
    return {
        normalise(ecosystem, entry["package"]["name"])
        for each in records
        for entry in each.get("affected") or []  # type: ignore[attr-defined]
        if "package" in entry
    }


@pytest.mark.parametrize(
    ("ecosystem", "records", "withdrawn"),
    [
        ("PyPI", 7080, 269),
        ("npm", 1385, 0),
        ("Go", 4291, 17),
        ("crates.io", 1206, 13),
        ("Maven", 176, 0),
        ("Debian", 8293, 0),
        ("Alpine", 2554, 0),
        ("AlmaLinux", 5637, 0),
    ],
)
def test_every_real_record_is_read_and_the_withdrawn_are_left_out(
    shared_data: Path, ecosystem: str, records: int, withdrawn: int
) -> None:
    originals = raw(shared_data / "osv", ecosystem)
    found = everything(shared_data / "osv", ecosystem)
    gone = {each["id"] for each in originals if each.get("withdrawn")}
    assert (found.records, found.malformed, found.troubles) == (records, (), ())
    assert len(gone) == withdrawn
    assert {each.id for each in found.advisories} == {each["id"] for each in originals} - gone


@pytest.mark.parametrize(
    ("ecosystem", "entries", "unreadable"),
    [
        ("Debian", 9656, set()),
        ("Alpine", 12753, {"1.11-20-r0", "2.7.16-33", "4.10-1-r1", "57-1-r2"}),  # apk calls them invalid too
        ("AlmaLinux", 69160, set()),
        ("crates.io", 1193, set()),
        ("Go", 6106, set()),
    ],
)
def test_the_version_that_fixes_a_real_advisory_is_not_affected_by_it(
    shared_data: Path, ecosystem: str, entries: int, unreadable: set[str]
) -> None:
    every = [each for advisory in everything(shared_data / "osv", ecosystem).advisories for each in advisory.affected]
    found: dict[Answer, set[str]] = {answer: set() for answer in Answer}
    for entry in every:
        for event in (event for each in entry.ranges for event in each.events if event.type is EventType.FIXED):
            found[evaluate(entry, event.version).answer].add(event.version)
    assert len(every) == entries
    assert (found[Answer.AFFECTED], found[Answer.UNKNOWN]) == (set(), unreadable)
    assert len(found[Answer.UNAFFECTED]) > 400


def test_every_version_that_a_real_record_lists_is_affected(shared_data: Path) -> None:
    found = everything(shared_data / "osv", "PyPI")
    entries = [entry for advisory in found.advisories for entry in advisory.affected if entry.versions]
    assert len(entries) > 6000
    assert all(evaluate(entry, version).answer is Answer.AFFECTED for entry in entries for version in entry.versions)


def pysec(*numbers: str) -> set[str]:
    return {f"PYSEC-{number}" for number in numbers}


# Read off the records by hand: `introduced`, `fixed` and `last_affected` of every record that names the package.
PYTHON = [
    (
        "jinja2", "2.4.1",
        pysec(
            "2014-8", "2014-82", "2019-217", "2019-220", "2021-66", "2026-1471", "2026-1473", "2026-1474", "2026-1475",
        ),
    ),
    ("jinja2", "3.1.5", pysec("2026-1471")),
    ("jinja2", "3.1.6", set()),
    (
        "django", "3.2.0",
        pysec(
            "2021-109", "2021-439", "2021-7", "2021-8", "2021-98", "2021-99", "2022-1", "2022-19", "2022-190",
            "2022-191", "2022-2", "2022-20", "2022-213", "2022-245", "2022-3", "2022-304", "2023-100", "2023-12",
            "2023-13", "2023-222", "2023-225", "2023-226", "2023-61", "2024-28", "2024-47", "2026-1297",
        ),
    ),
    ("requests", "2.31.0", pysec("2026-1872", "2026-1873", "2026-2275")),
    ("requests", "2.32.4", pysec("2026-2275")),
    ("requests", "2.33.0", set()),
    (
        "pillow", "10.0.0",
        pysec(
            "2023-175", "2026-165", "2026-1793", "2026-1794", "2026-2253", "2026-2254", "2026-2255", "2026-2256",
            "2026-2257", "2026-2874", "2026-3451", "2026-3453", "2026-3454", "2026-3493", "2026-3494", "2026-3495",
            "2026-3496", "2026-457",
        ),
    ),
    ("pillow", "12.3.0", set()),
    (
        "urllib3", "1.26.4",
        pysec(
            "2021-108", "2023-192", "2023-212", "2026-141", "2026-1994", "2026-1995", "2026-1996", "2026-1998",
            "2026-1999",
        ),
    ),
    ("urllib3", "2.7.0", set()),
    ("pyyaml", "5.3.1", pysec("2021-142")),
    ("pyyaml", "5.4", set()),
    ("flask", "0.12", pysec("2018-66", "2019-179", "2023-62", "2026-2151")),
    ("flask", "3.1.0", pysec("2026-1377", "2026-2151")),
    ("flask", "3.1.3", set()),
    ("idna", "3.6", pysec("2024-60", "2026-215")),
    ("idna", "3.15", set()),
    ("certifi", "2022.12.7", pysec("2023-135", "2024-230")),
    ("certifi", "2024.7.4", set()),
    ("werkzeug", "3.1.3", pysec("2026-2044", "2026-2046", "2026-2320")),
    ("werkzeug", "3.1.6", set()),
    ("cryptography", "42.0.0", pysec("2024-225", "2026-1284", "2026-1285", "2026-2141", "2026-35")),
    ("cryptography", "46.0.7", set()),
    ("lxml", "4.6.2", pysec("2021-19", "2021-852", "2022-230", "2026-87")),
    ("flask-cors", "4.0.1", pysec("2024-71", "2026-1383", "2026-1384", "2026-1385")),  # 2024-260 is withdrawn
    ("flask-cors", "6.0.0", set()),
]  # fmt: skip


@pytest.mark.parametrize(("name", "version", "expected"), PYTHON)
def test_well_known_python_packages_have_the_advisories_that_the_records_give(
    shared_data: Path, name: str, version: str, expected: set[str]
) -> None:
    found = everything(shared_data / "osv", "PyPI")
    assert judged(found, name, version, Answer.AFFECTED) == expected
    assert judged(found, name, version, Answer.UNKNOWN) == set()


NPM = [
    (
        "lodash",
        "4.17.4",
        {"NODESEC-368", "NODESEC-493", "RETIRE-lodash-788-4.17.11", "RETIRE-lodash-789-4.17.20"},
    ),
    ("lodash", "4.17.20", set()),
    (
        "jquery",
        "3.4.1",
        {
            "RETIRE-jquery-595-3.5.0",
            "RETIRE-jquery-GHSA-gxr4-xjj5-5px2-3.5.0",
            "RETIRE-jquery-GHSA-jpcq-cgw6-v4j6-3.5.0",
        },
    ),
    ("jquery", "3.5.0", set()),
    ("marked", "0.3.5", {"NODESEC-101", "RETIRE-marked-429-0.3.6", "RETIRE-marked-433-0.3.6"}),
    ("marked", "0.3.6", set()),
    ("express", "4.0.0", {"NODESEC-8", "RETIRE-express-770-4.5"}),
    ("express", "4.0.0-rc4", set()),
    ("express", "4.5.0", set()),
]


@pytest.mark.parametrize(("name", "version", "expected"), NPM)
def test_well_known_npm_packages_have_the_advisories_that_the_records_give(
    shared_data: Path, name: str, version: str, expected: set[str]
) -> None:
    assert judged(everything(shared_data / "osv", "npm"), name, version, Answer.AFFECTED) == expected


def test_real_events_that_are_no_versions_make_their_records_impossible_to_judge(shared_data: Path) -> None:
    npm, python = everything(shared_data / "osv", "npm"), everything(shared_data / "osv", "PyPI")
    assert judged(npm, "jquery", "3.5.0", Answer.UNKNOWN) == {"RETIRE-jquery-GHSA-2pqj-h3vj-pqgw-1.9.0b1"}
    # `last_affected` is 2.6.0-NA, 2.6.0-cu124, 2.7.1-NA: nobody can say that 2.10.1 is later
    numbers = ("2025-189", "2025-190", *(f"2025-{number}" for number in range(192, 198)), "2025-210")
    assert judged(python, "torch", "2.10.1", Answer.UNKNOWN) == pysec(*numbers)


def test_an_older_state_of_the_records_knows_less(shared_data: Path) -> None:
    older = everything(shared_data / "osv-2024", "PyPI")
    assert (older.records, older.malformed, older.as_of[:7]) == (2661, (), "2024-10")
    assert judged(older, "pyyaml", "5.3.1", Answer.AFFECTED) == pysec("2021-142")
    assert judged(older, "requests", "2.31.0", Answer.AFFECTED) == set()
