"""The example holds what its README promises, and its advisory records say what the published ones say."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec
import pytest
from cvss import CVSS3, CVSS4
from packaging.requirements import Requirement
from packaging.version import Version

_ROW = re.compile(r"^\| (?P<problem>[^|]+) \| `(?P<path>[^`]+)` \| `(?P<code>[^`]+)` \|")
_WITHDRAWN = "PYSEC-2024-260"
_UNUSED = "PYSEC-2022-190"


class Event(msgspec.Struct, frozen=True):
    introduced: str | None = None
    fixed: str | None = None
    last_affected: str | None = None


class Range(msgspec.Struct, frozen=True):
    type: str
    events: list[Event]


class Package(msgspec.Struct, frozen=True):
    ecosystem: str
    name: str


class Affected(msgspec.Struct, frozen=True):
    package: Package
    ranges: list[Range]


class Severity(msgspec.Struct, frozen=True):
    type: str
    score: str


class Record(msgspec.Struct, frozen=True):
    id: str
    modified: str
    affected: list[Affected]
    aliases: list[str] = []
    severity: list[Severity] = []
    withdrawn: str | None = None


@pytest.fixture(scope="module")
def shop(repository: Path) -> Path:
    return repository / "examples" / "shop"


@pytest.fixture(scope="module")
def records(shop: Path) -> list[Record]:
    files = sorted((shop / "advisories").glob("*/*.json"))
    found = [msgspec.json.decode(file.read_bytes(), type=Record) for file in files]
    assert [record.id for record in found] == [file.stem for file in files]
    return found


@pytest.fixture(scope="module")
def pins(shop: Path) -> dict[tuple[str, str], Version]:
    lines = (shop / "requirements.txt").read_text(encoding="utf-8").splitlines()
    wanted = [Requirement(line) for line in lines if line and not line.startswith("#")]
    found = {("PyPI", need.name): Version(next(iter(need.specifier)).version) for need in wanted}
    lock = json.loads((shop / "package-lock.json").read_bytes())
    for path, package in lock["packages"].items():
        if path:
            found["npm", path.removeprefix("node_modules/")] = Version(package["version"])
    return found


def rows(shop: Path) -> Iterator[re.Match[str]]:
    for line in (shop / "README.md").read_text(encoding="utf-8").splitlines():
        match = _ROW.match(line)
        if match is not None:
            yield match


def text_files(shop: Path) -> list[Path]:
    left_out = {"__pycache__", ".pytest_cache", "var"}
    return [file for file in sorted(shop.rglob("*")) if file.is_file() and not left_out & set(file.parts)]


def is_affected(record: Record, version: Version) -> bool:
    """Evaluate the simple ranges that these records have: events in pairs."""
    inside = False
    events = [event for affected in record.affected for each in affected.ranges for event in each.events]
    for event in sorted(
        events, key=lambda event: Version(event.introduced or event.fixed or event.last_affected or "0")
    ):
        if event.introduced is not None and version >= Version(event.introduced):
            inside = True
        if event.fixed is not None and version >= Version(event.fixed):
            inside = False
        if event.last_affected is not None and version > Version(event.last_affected):
            inside = False
    return inside


def test_every_line_of_the_readme_stands_once_in_its_file(shop: Path) -> None:
    found = {(row["path"], row["code"]): (shop / row["path"]).read_text().count(row["code"]) for row in rows(shop)}
    assert len(found) >= 35
    assert {key: number for key, number in found.items() if number != 1} == {}


def test_the_python_files_are_valid_and_of_the_promised_size(shop: Path) -> None:
    files = [file for file in text_files(shop) if file.suffix == ".py"]
    for file in files:
        ast.parse(file.read_bytes(), filename=file.name)
    assert len(files) >= 10
    assert 400 <= sum(len(file.read_text(encoding="utf-8").splitlines()) for file in files) <= 700


def test_nothing_names_the_host_of_a_registry(shop: Path) -> None:
    hosts = ("py" + "pi.org", "python" + "hosted.org", "npm" + "js.", "debian." + "org")
    assert [file.name for file in text_files(shop) if any(host in file.read_text() for host in hosts)] == []


def test_the_lock_of_the_frontend_names_no_address(shop: Path) -> None:
    lock = json.loads((shop / "package-lock.json").read_bytes())
    assert lock["lockfileVersion"] == 3
    assert [path for path, package in lock["packages"].items() if "resolved" in package] == []


def test_everything_is_pinned(shop: Path) -> None:
    lines = [line for line in (shop / "requirements.txt").read_text().splitlines() if not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9-]+==[0-9.]+", line)] == []


def test_every_record_but_two_matches_a_pin(records: list[Record], pins: dict[tuple[str, str], Version]) -> None:
    silent = set()
    for record in records:
        package = record.affected[0].package
        version = pins.get((package.ecosystem, package.name))
        if record.withdrawn is not None or version is None or not is_affected(record, version):
            silent.add(record.id)
    assert silent == {_WITHDRAWN, _UNUSED}


def test_the_withdrawn_record_would_match_if_it_stood(
    records: list[Record], pins: dict[tuple[str, str], Version]
) -> None:
    record = next(record for record in records if record.id == _WITHDRAWN)
    assert is_affected(record, pins["PyPI", "flask-cors"])


def test_every_vector_is_one(records: list[Record]) -> None:
    calculators = {"CVSS_V3": CVSS3, "CVSS_V4": CVSS4}
    for record in records:
        datetime.fromisoformat(record.modified)
        for severity in record.severity:
            calculators[severity.type](severity.score)


def test_the_records_say_what_the_published_ones_say(records: list[Record], shared_data: Path) -> None:
    compared = 0
    with zipfile.ZipFile(shared_data / "osv" / "PyPI" / "all.zip") as archive:
        published = set(archive.namelist())
        for record in records:
            if f"{record.id}.json" not in published:
                continue
            original = msgspec.json.decode(archive.read(f"{record.id}.json"), type=Record)
            assert facts(record) == facts(original)
            compared += 1
    assert compared == 10


@pytest.fixture(scope="module")
def verdict(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, object]]]:
    """What the gate says about the example, as its JSON report has it."""
    report = tmp_path_factory.mktemp("verdict") / "report.json"
    argv = [sys.executable, "-m", "devsecgate", "gate", str(shop), "--offline", "--quiet", f"--report=json={report}"]
    done = subprocess.run([*argv, "--advisories", str(shop / "advisories")], capture_output=True, check=False)
    assert done.returncode == 1, done.stderr
    document: dict[str, list[dict[str, object]]] = json.loads(report.read_bytes())
    return document


class Place(msgspec.Struct, frozen=True):
    path: str
    line: int
    end_line: int | None


class Issue(msgspec.Struct, frozen=True):
    kind: str
    action: str
    location: Place

    def covers(self, path: str, line: int) -> bool:
        place = self.location
        return place.path == path and place.line <= line <= (place.end_line or place.line)


def issues_at(verdict: dict[str, list[dict[str, object]]], shop: Path, row: re.Match[str]) -> list[Issue]:
    lines = (shop / row["path"]).read_text(encoding="utf-8").split("\n")
    (number,) = (number for number, line in enumerate(lines, start=1) if row["code"] in line)
    return [each for each in msgspec.convert(verdict["issues"], list[Issue]) if each.covers(row["path"], number)]


def test_every_problem_of_a_layer_that_is_looked_at_is_found_where_it_is(
    shop: Path, verdict: dict[str, list[dict[str, object]]]
) -> None:
    wrong = [row for row in rows(shop) if row.string.count("|") == 6 and not row.string.endswith(" fine |")]
    unseen = {"container", "pipeline"}
    missed = []
    for row in wrong:
        layer = row.string.split("|")[5].strip()
        if layer in unseen:
            continue
        found = {each.kind for each in issues_at(verdict, shop, row)}
        if layer == "dependency" and row["path"] == "package-lock.json":
            found = {each["kind"] for each in verdict["issues"] if "jquery" in str(each["message"])}
        if layer not in found:
            missed.append(row["problem"])
    assert missed == []


def test_nothing_that_only_looks_wrong_blocks(shop: Path, verdict: dict[str, list[dict[str, object]]]) -> None:
    text = (shop / "README.md").read_text(encoding="utf-8").partition("## What only looks wrong")[2]
    fine = [match for line in text.splitlines() if (match := _ROW.match(line)) is not None]
    assert len(fine) == 6
    blocked = [row["problem"] for row in fine if any(each.action == "block" for each in issues_at(verdict, shop, row))]
    assert blocked == []


def facts(record: Record) -> tuple[object, ...]:
    """Everything of a record that is a published fact: all but its texts, links and GIT ranges."""
    ranges = [
        (each.package.ecosystem, each.package.name, [part for part in each.ranges if part.type != "GIT"])
        for each in record.affected
    ]
    return record.id, record.withdrawn, sorted(record.aliases), record.severity, ranges
