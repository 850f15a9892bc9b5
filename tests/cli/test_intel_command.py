"""`devsecgate intel`: what it prints, and what it ends with."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from buckets import Bucket, Reply, served
from catalogues import catalogue, document, entry

Command = Callable[..., subprocess.CompletedProcess[str]]

PATH = "/kev.json"
LOOPBACK = {"NO_PROXY": "127.0.0.1,localhost"}
UNUSABLE = "the catalogue of known exploited vulnerabilities cannot be used"


@pytest.fixture
def server() -> Iterator[Bucket]:
    with served() as running:
        running.says(Reply(body=catalogue(1200, "2026-06-01")), path=PATH)
        yield running


@pytest.fixture
def address(server: Bucket) -> str:
    return f"http://127.0.0.1:{server.port}{PATH}"


def test_an_update_says_what_was_taken_and_what_is_new(
    devsecgate: Command, server: Bucket, address: str, tmp_path: Path
) -> None:
    done = devsecgate("intel", "update", "--from", address, **LOOPBACK)
    said = "version 2026.06.01, released 2026-06-01: 1,200 entries\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, said, "")
    place = tmp_path / "home" / "cache" / "devsecgate" / "known_exploited_vulnerabilities.json"
    assert place.read_bytes() == catalogue(1200, "2026-06-01")
    server.says(Reply(body=catalogue(1205, "2026-07-01", first=3)), path=PATH)
    done = devsecgate("intel", "update", DEVSECGATE_KEV_URL=address, **LOOPBACK)
    said = "version 2026.07.01, released 2026-07-01: 1,205 entries, 7 new and 2 gone since version 2026.06.01\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, said, "")


@pytest.mark.parametrize("named", ["flag", "variable"])
def test_the_catalogue_is_kept_where_it_is_told_to_be(devsecgate: Command, tmp_path: Path, named: str) -> None:
    source, place = tmp_path / "one.json", tmp_path / "kev.json"
    source.write_bytes(catalogue(1))
    flags = ("--file", place) if named == "flag" else ()
    variables = {"DEVSECGATE_KEV": str(place if named == "variable" else tmp_path / "other.json")}
    done = devsecgate("intel", "update", "--from", source, *flags, **variables)
    said = "version 2026.07.01, released 2026-07-01: 1 entry\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, said, "")
    assert place.read_bytes() == catalogue(1)
    assert not (tmp_path / "other.json").exists()
    done = devsecgate("intel", "status", *flags, **variables)
    assert (done.returncode, done.stdout.splitlines()[1]) == (0, str(place))


def test_a_step_back_is_incomplete_and_taken_by_force(devsecgate: Command, tmp_path: Path) -> None:
    new, old, place = tmp_path / "new.json", tmp_path / "old.json", tmp_path / "kev.json"
    new.write_bytes(catalogue(20, "2026-07-01"))
    old.write_bytes(catalogue(20, "2026-06-01"))
    update = ("intel", "update", "--file", place)
    assert devsecgate(*update, "--from", new).returncode == 0
    done = devsecgate(*update, "--from", old)
    said = (
        "devsecgate: old.json: the catalogue of known exploited vulnerabilities was not taken: it was released on "
        "2026-06-01, and the one held on 2026-07-01\n  What is held is untouched. Look at where it comes from; take "
        "it all the same with --force.\n"
    )
    assert (done.returncode, done.stdout, done.stderr) == (3, "", said)
    assert place.read_bytes() == new.read_bytes()
    done = devsecgate(*update, "--from", old, "--force")
    said = "version 2026.06.01, released 2026-06-01: 20 entries, 0 new and 0 gone since version 2026.07.01\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, said, "")


def test_an_update_that_fails_is_incomplete_and_leaves_what_is_held(
    devsecgate: Command, server: Bucket, address: str, tmp_path: Path
) -> None:
    place = tmp_path / "kev.json"
    place.write_bytes(catalogue())
    server.says(Reply(status=403, body=b"<HTML>Access Denied</HTML>"), path=PATH)
    done = devsecgate("intel", "update", "--file", place, "--from", address, **LOOPBACK)
    assert (done.returncode, done.stdout) == (3, "")
    said = "the catalogue of known exploited vulnerabilities could not be fetched: the server answered 403"
    assert done.stderr.startswith(f"devsecgate: {address}: {said}\n")
    assert place.read_bytes() == catalogue()


def test_a_damaged_catalogue_is_replaced_and_told(devsecgate: Command, tmp_path: Path) -> None:
    source, place = tmp_path / "new.json", tmp_path / "kev.json"
    source.write_bytes(catalogue(20))
    place.write_bytes(b"{")
    done = devsecgate("intel", "update", "--file", place, "--from", source)
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        "version 2026.07.01, released 2026-07-01: 20 entries\n",
        f"devsecgate: replaced: {UNUSABLE}: Input data was truncated\n",
    )


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("nowhere.json", "nowhere.json: there is no catalogue of known exploited vulnerabilities"),
        ("ftp://mirror.example/kev.json", "mirror.example: not a web address"),
        (".", f".: {UNUSABLE}: it is not a regular file"),
    ],
)
def test_a_source_that_is_none_is_a_wrong_request(devsecgate: Command, tmp_path: Path, source: str, said: str) -> None:
    done = devsecgate("intel", "update", "--from", source, "--file", tmp_path / "kev.json")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"devsecgate: {said}\n")
    assert not (tmp_path / "kev.json").exists()


def released(days: int) -> date:
    return datetime.now(UTC).date() - timedelta(days=days)


def held(place: Path, day: date) -> Path:
    """Hold a catalogue of that day with two entries, one of them used by ransomware."""
    entries = [entry("CVE-2024-0001", knownRansomwareCampaignUse="Known"), entry("CVE-2024-0002")]
    place.write_text(json.dumps(document(entries, day.isoformat())))
    return place


def test_the_status_is_two_lines_for_people(devsecgate: Command, tmp_path: Path) -> None:
    day = released(40)
    place = held(tmp_path / "kev.json", day)
    done = devsecgate("intel", "status", DEVSECGATE_KEV=str(place))
    version = day.isoformat().replace("-", ".")
    said = {  # it may be the next day by now
        f"version {version}, released {day}, {age} days ago: 2 entries, 1 of them used by ransomware\n{place}\n"
        for age in (40, 41)
    }
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout in said


def test_the_status_is_json_for_programs(devsecgate: Command, tmp_path: Path) -> None:
    day = released(40)
    place = held(tmp_path / "kev.json", day)
    done = devsecgate("intel", "status", "--json", "--file", place)
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found.pop("age_days") in (40, 41)  # it may be the next day by now
    assert found == {
        "file": str(place),
        "version": day.isoformat().replace("-", "."),
        "released": day.isoformat(),
        "entries": 2,
        "ransomware": 1,
    }


@pytest.mark.parametrize("flags", [(), ("--json",)])
def test_without_a_catalogue_nothing_can_be_said(devsecgate: Command, tmp_path: Path, flags: tuple[str, ...]) -> None:
    place = tmp_path / "nowhere.json"
    done = devsecgate("intel", "status", *flags, "--file", place)
    said = "there is no catalogue of known exploited vulnerabilities"
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith(f"devsecgate: {place}: {said}\n  Run `devsecgate intel update`")


@pytest.mark.parametrize("flags", [(), ("--json",)])
def test_a_damaged_catalogue_has_no_status(devsecgate: Command, tmp_path: Path, flags: tuple[str, ...]) -> None:
    place = tmp_path / "kev.json"
    place.write_bytes(catalogue()[:-1])
    done = devsecgate("intel", "status", *flags, "--file", place)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith(f"devsecgate: {place}: {UNUSABLE}: Input data was truncated\n")


def test_a_catalogue_of_a_day_that_has_not_come_has_no_status(devsecgate: Command, tmp_path: Path) -> None:
    day = released(-10)
    done = devsecgate("intel", "status", "--file", held(tmp_path / "kev.json", day))
    assert (done.returncode, done.stdout) == (3, "")
    assert f"was released on {day}, which is after today" in done.stderr
