"""CISA's catalogue: read as a whole or not at all, and never taken for one that lists less."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from catalogues import Record, catalogue, document, entry, ids

from devsecgate.errors import ExitCode
from devsecgate.intel import kev
from devsecgate.intel.kev import Catalogue, CatalogueError, age, default_path, load, parse
from devsecgate.model import GapReason

UNUSABLE = "the catalogue of known exploited vulnerabilities cannot be used: "
REMEDY = "Run `devsecgate intel update`, or give it a file: `devsecgate intel update --from FILE`."
WORLD = document(
    [
        entry("CVE-2024-0001", "2024-05-01", knownRansomwareCampaignUse="Known"),
        entry("CVE-2023-1234567890123456789", "2024-05-02"),
    ],
    "2026-07-01",
)


def refused(data: bytes) -> str:
    with pytest.raises(CatalogueError) as caught:
        parse(data, "kev.json")
    error = caught.value
    assert (error.where, error.remedy, error.reason) == ("kev.json", REMEDY, GapReason.MALFORMED)
    assert error.exit_code is ExitCode.INCOMPLETE
    assert error.what.startswith(UNUSABLE)
    return error.what.removeprefix(UNUSABLE)


def changed(change: Callable[[Record], object]) -> bytes:
    """Give a catalogue of three entries after a change of the whole."""
    found = document([entry(each) for each in ids(3)])
    change(found)
    return json.dumps(found).encode()


def with_second(**fields: object) -> bytes:
    """Give a catalogue whose second entry has other fields; None takes one away."""
    second = {name: value for name, value in entry("CVE-2024-00002", **fields).items() if value is not None}
    return json.dumps(document([entry("CVE-2024-00001"), second, entry("CVE-2024-00003")])).encode()


def test_a_catalogue_is_its_cves_with_the_days_on_which_they_were_added() -> None:
    assert parse(json.dumps(WORLD).encode(), "https://example.org/kev.json") == Catalogue(
        version="2026.07.01",
        released=date(2026, 7, 1),
        added={"CVE-2024-0001": date(2024, 5, 1), "CVE-2023-1234567890123456789": date(2024, 5, 2)},
        ransomware=frozenset({"CVE-2024-0001"}),
        source="https://example.org/kev.json",
    )


@pytest.mark.parametrize("fields", [{"cisaNote": {"deep": [1]}}, {"cwes": None}, {"notes": None}, {"vendorProject": 7}])
def test_fields_that_are_not_used_may_be_anything(fields: dict[str, object]) -> None:
    assert list(parse(with_second(**fields), "kev.json").added) == ids(3)


def test_an_entry_that_says_nothing_of_ransomware_is_not_known_to_be_used_by_it() -> None:
    assert parse(with_second(knownRansomwareCampaignUse=None), "kev.json").ransomware == frozenset()


@pytest.mark.parametrize(
    ("written", "released"),
    [
        ("2026-07-01T00:00:00Z", date(2026, 7, 1)),
        ("2026-07-01T23:30:00.1-04:00", date(2026, 7, 2)),
        ("2026-07-01T01:00:00.123456789+02:00", date(2026, 6, 30)),
    ],
)
def test_the_day_of_release_is_the_one_in_utc(written: str, released: date) -> None:
    assert parse(changed(lambda each: each.update(dateReleased=written)), "kev.json").released == released


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "Input data was truncated"),
        (b" \n", "Input data was truncated"),
        (b"null", "Expected `object`, got `null`"),
        (b"[]", "Expected `object`, got `array`"),
        (b"{}", "Object missing required field `catalogVersion`"),
        (b"<html>Access Denied</html>", "JSON is malformed: invalid character (byte 0)"),
        (b"\xef\xbb\xbf{}", "JSON is malformed: invalid character (byte 0)"),
        (catalogue()[:-1], "Input data was truncated"),
        (catalogue()[:500], "Input data was truncated"),
        (catalogue() + b"{}", f"JSON is malformed: trailing characters (byte {len(catalogue()) + 1})"),
        (b'{"title": "\xff"}', "it is not UTF-8 (byte 11)"),
        (catalogue().replace(b'"Thing"', b"[" * 100_000 + b"]" * 100_000, 1), "it is nested too deeply"),
    ],
)
def test_what_is_no_whole_catalogue_is_an_error(data: bytes, said: str) -> None:
    assert refused(data) == said


@pytest.mark.parametrize("field", ["catalogVersion", "dateReleased", "count", "vulnerabilities"])
def test_each_field_that_is_used_has_to_be_there(field: str) -> None:
    assert refused(changed(lambda each: each.pop(field))) == f"Object missing required field `{field}`"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"count": 2}, "it announces 2 entries, and holds 3"),
        ({"count": 1404}, "it announces 1,404 entries, and holds 3"),
        ({"count": "3"}, "Expected `int`, got `str` - at `$.count`"),
        ({"count": 3.5}, "Expected `int`, got `float` - at `$.count`"),
        ({"count": 0, "vulnerabilities": []}, "Expected `array` of length >= 1 - at `$.vulnerabilities`"),
        ({"vulnerabilities": None}, "Expected `array`, got `null` - at `$.vulnerabilities`"),
        ({"vulnerabilities": {}}, "Expected `array`, got `object` - at `$.vulnerabilities`"),
        ({"dateReleased": ""}, "Invalid RFC3339 encoded datetime - at `$.dateReleased`"),
        ({"dateReleased": "2026-07-01"}, "Invalid RFC3339 encoded datetime - at `$.dateReleased`"),
        ({"dateReleased": "2026-02-30T00:00:00Z"}, "Invalid RFC3339 encoded datetime - at `$.dateReleased`"),
        (
            {"dateReleased": "2026-07-01T00:00:00"},
            "Expected `datetime` with a timezone component - at `$.dateReleased`",
        ),
        ({"dateReleased": "0001-01-01T00:00:00+10:00"}, "date value out of range"),
        ({"catalogVersion": 7}, "Expected `str`, got `int` - at `$.catalogVersion`"),
    ],
)
def test_a_catalogue_that_contradicts_itself_or_the_schema_is_an_error(fields: dict[str, object], said: str) -> None:
    assert refused(changed(lambda each: each.update(fields))) == said


@pytest.mark.parametrize("version", ["", "2026\n", "\x1b[2J", "::error::", "1" * 65])
def test_a_version_that_could_act_where_it_is_shown_is_an_error(version: str) -> None:
    said = refused(changed(lambda each: each.update(catalogVersion=version)))
    assert said.startswith("Expected `str` matching regex ")
    assert said.endswith(" - at `$.catalogVersion`")


@pytest.mark.parametrize(
    "cve",
    [
        "",
        "CVE-2024-123",
        "CVE-2024-12345678901234567890",
        "cve-2024-12345",
        "CVE-24-12345",
        " CVE-2024-12345",
        "CVE-2024-12345\n",
        "CVE-2024-1234\u0665",
        "GHSA-aaaa-bbbb-cccc",
    ],
)
def test_an_id_that_no_advisory_could_have_is_an_error_that_names_the_entry(cve: str) -> None:
    said = refused(with_second(cveID=cve))
    assert said.startswith("vulnerabilities[1]: Expected `str` matching regex ")
    assert said.endswith(" - at `$.cveID`")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"cveID": None}, "Object missing required field `cveID`"),
        ({"dateAdded": None}, "Object missing required field `dateAdded`"),
        ({"dateAdded": 20240501}, "Expected `date`, got `int` - at `$.dateAdded`"),
        ({"dateAdded": ""}, "Invalid RFC3339 encoded date - at `$.dateAdded`"),
        ({"dateAdded": "2024-02-30"}, "Invalid RFC3339 encoded date - at `$.dateAdded`"),
        ({"dateAdded": "05/01/2024"}, "Invalid RFC3339 encoded date - at `$.dateAdded`"),
        (
            {"knownRansomwareCampaignUse": "Likely\x1b"},
            r"Invalid enum value 'Likely\x1b' - at `$.knownRansomwareCampaignUse`",
        ),
    ],
)
def test_an_entry_that_is_wrong_makes_the_whole_an_error_that_names_it(fields: dict[str, object], said: str) -> None:
    assert refused(with_second(**fields)) == f"vulnerabilities[1]: {said}"


@pytest.mark.parametrize("value", [None, 7, "CVE-2024-00002", []])
def test_an_entry_that_is_no_object_is_named(value: object) -> None:
    wrong = json.dumps({**document([entry("CVE-2024-00001")]), "count": 2}).encode()
    said = refused(wrong.replace(b"}]", b"}, " + json.dumps(value).encode() + b"]"))
    assert said.startswith("vulnerabilities[1]: Expected `object`, got `")


def test_an_id_that_is_listed_twice_is_an_error() -> None:
    assert refused(with_second(cveID="CVE-2024-00003")) == "it lists CVE-2024-00003 more than once"


def test_a_catalogue_is_loaded_from_a_file_or_through_a_link_to_one(tmp_path: Path) -> None:
    (tmp_path / "kev.json").write_bytes(catalogue())
    (tmp_path / "link.json").symlink_to("kev.json")
    assert load(tmp_path / "kev.json") == parse(catalogue(), "kev.json")
    assert load(tmp_path / "link.json") == parse(catalogue(), "link.json")


@pytest.mark.parametrize("name", ["nowhere.json", "nowhere/kev.json", "kev.json/kev.json"])
def test_no_catalogue_is_an_error_and_not_an_empty_one(tmp_path: Path, name: str) -> None:
    (tmp_path / "kev.json").write_bytes(catalogue())
    with pytest.raises(CatalogueError) as caught:
        load(tmp_path / name)
    error = caught.value
    assert (error.what, error.where, error.remedy, error.reason) == (
        "there is no catalogue of known exploited vulnerabilities",
        Path(name).name,
        REMEDY,
        GapReason.MISSING,
    )


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "kev.json")
    with pytest.raises(CatalogueError) as caught:
        load(tmp_path / "kev.json")
    assert (caught.value.what, caught.value.reason) == (f"{UNUSABLE}it is not a regular file", GapReason.UNREADABLE)


def test_a_folder_is_no_catalogue(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError) as caught:
        load(tmp_path)
    assert (caught.value.what, caught.value.reason) == (f"{UNUSABLE}it is not a regular file", GapReason.UNREADABLE)


@pytest.mark.parametrize("name", ["loop.json", "nul\0.json", "x" * 300])
def test_what_cannot_be_opened_is_an_error_without_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "loop.json").symlink_to("loop.json")
    with pytest.raises(CatalogueError) as caught:
        load(tmp_path / name)
    assert caught.value.what.startswith(f"{UNUSABLE}it cannot be read: ")
    assert caught.value.reason is GapReason.UNREADABLE
    assert str(tmp_path) not in str(caught.value)


def test_a_file_over_the_limit_is_not_read_on(tmp_path: Path) -> None:
    with (tmp_path / "kev.json").open("wb") as file:
        file.truncate(kev.LARGEST + 1)
    with pytest.raises(CatalogueError) as caught:
        load(tmp_path / "kev.json")
    assert caught.value.what == f"{UNUSABLE}it is larger than 67,108,864 bytes"


@pytest.mark.parametrize(
    ("today", "days"),
    [
        (date(2026, 6, 30), 0),
        (date(2026, 7, 1), 0),
        (date(2026, 7, 2), 1),
        (date(2027, 7, 1), 365),
    ],
)
def test_the_age_is_in_days_since_the_release(today: date, days: int) -> None:
    assert age(parse(catalogue(released="2026-07-01"), "kev.json"), today) == days


def test_a_release_after_tomorrow_has_no_age() -> None:
    with pytest.raises(CatalogueError) as caught:
        age(parse(catalogue(released="2026-07-01"), "kev.json"), date(2026, 6, 29))
    error = caught.value
    assert (error.what, error.where, error.reason) == (
        "the catalogue of known exploited vulnerabilities was released on 2026-07-01, which is after today, 2026-06-29",
        "kev.json",
        GapReason.STALE,
    )


def test_the_file_is_the_one_that_is_named_else_in_the_users_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEVSECGATE_KEV", "elsewhere/kev.json")
    assert default_path() == Path("elsewhere/kev.json")
    monkeypatch.setenv("DEVSECGATE_KEV", "")
    place = default_path()
    assert (place.is_absolute(), place.parts[-2:]) == (True, ("devsecgate", "known_exploited_vulnerabilities.json"))


@pytest.fixture
def real(shared_data: Path) -> Path:
    file = shared_data / "intel" / kev.FILE_NAME
    if not file.is_file():
        pytest.skip(f"no real catalogue at {file}")
    return file


def test_the_real_catalogue_is_read_as_json_reads_it(real: Path) -> None:
    found = load(real)
    whole = json.loads(real.read_bytes())
    entries = {each["cveID"]: each for each in whole["vulnerabilities"]}
    assert found == Catalogue(
        version=whole["catalogVersion"],
        released=date.fromisoformat(whole["dateReleased"][:10]),
        added={cve: date.fromisoformat(each["dateAdded"]) for cve, each in entries.items()},
        ransomware=frozenset(cve for cve, each in entries.items() if each["knownRansomwareCampaignUse"] == "Known"),
        source=kev.FILE_NAME,
    )
    assert len(found.added) == whole["count"]
    assert found.added["CVE-2021-44228"] == date(2021, 12, 10)


def test_our_made_up_catalogues_have_the_shape_that_cisas_schema_wants(real: Path) -> None:
    import jsonschema

    schema = json.loads(real.with_name("known_exploited_vulnerabilities_schema.json").read_bytes())
    jsonschema.validate(WORLD, schema)
