"""Folders of OSV records: what is in them is read, and whatever cannot be read is counted and named."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devsecgate.advisories import osv
from devsecgate.advisories.known import Loaded, Trouble
from devsecgate.advisories.osv import Limits
from devsecgate.advisories.record import Advisory, Affected, Event, EventType, Range, RangeType
from devsecgate.model import GapReason

TODAY = date(2026, 8, 1)
Tree = Callable[[dict[str, str | bytes]], Path]


def record(identity: str = "PYSEC-1", name: str = "thing", **changes: object) -> dict[str, object]:
    """Write a small record that affects everything before 2.0."""
    events = [{"introduced": "0"}, {"fixed": "2.0"}]
    entry = {"package": {"ecosystem": "PyPI", "name": name}, "ranges": [{"type": "ECOSYSTEM", "events": events}]}
    return {"id": identity, "modified": "2026-01-02T03:04:05Z", "affected": [entry], **changes}


def packed(members: dict[str, object], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Make an archive of records, or of bytes as they are."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content if isinstance(content, bytes) else json.dumps(content))
    return held.getvalue()


def load(root: Path, *wanted: str, limits: Limits | None = None) -> Loaded:
    return osv.load(root, "PyPI", wanted or ("thing",), today=TODAY, limits=limits)


def ids(loaded: Loaded) -> list[str]:
    return [each.id for each in loaded.advisories]


def test_a_record_is_read_whole(tree: Tree) -> None:
    vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
    full = record(
        "GHSA-a",
        schema_version="1.7.0",
        published="2026-01-01T00:00:00Z",
        aliases=["CVE-1", "PYSEC-2"],
        upstream=["CVE-9"],
        summary="It is  bad\nvery \x1b[31mbad",
        severity=[{"type": "CVSS_V3", "score": vector}, {"type": "Ubuntu", "score": "high"}],
        references=[
            {"type": "WEB", "url": "https://example.org/1"},
            {"type": "ADVISORY", "url": "https://example.org/2"},
            {"type": "WEB", "url": "javascript:alert(1)"},
            {"type": "WEB", "url": "https://example.org/a b"},
            {"type": "WEB", "url": "https://example.org/1"},
        ],
        database_specific={"severity": "moderate", "cwe_ids": ["CWE-79", "CWE-x", "CWE-1234567"]},
        something_new=[1e300, 10**400, {"deep": [[]]}],
    )
    found = load(tree({"PyPI/all.zip": packed({"GHSA-a.json": full})}))
    advisory = Advisory(
        id="GHSA-a",
        aliases=("CVE-1", "PYSEC-2"),
        upstream=("CVE-9",),
        summary="It is bad very \N{REPLACEMENT CHARACTER}[31mbad",
        affected=(
            Affected(
                ecosystem="PyPI",
                name="thing",
                ranges=(
                    Range(
                        type=RangeType.ECOSYSTEM,
                        events=(
                            Event(type=EventType.INTRODUCED, version="0"),
                            Event(type=EventType.FIXED, version="2.0"),
                        ),
                    ),
                ),
                versions=frozenset(),
                vectors=(vector,),
            ),
        ),
        rating="MODERATE",
        cwes=frozenset({79}),
        references=("https://example.org/2", "https://example.org/1"),
        published="2026-01-01",
    )
    assert found == Loaded(
        advisories=(advisory,),
        groups={"GHSA-a": frozenset({"GHSA-a", "CVE-1", "PYSEC-2"})},
        releases=frozenset({"PyPI"}),
        records=1,
        as_of="2026-01-02",
    )


def test_an_entrys_own_severity_is_preferred_to_the_records(tree: Tree) -> None:
    mine, all_of_it = "CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
    entry = {"package": {"ecosystem": "PyPI", "name": "thing"}, "versions": ["1"]}
    rated = {**entry, "severity": [{"type": "CVSS_V3", "score": mine}]}
    both = record(affected=[rated, entry], severity=[{"type": "CVSS_V3", "score": all_of_it}])
    (advisory,) = load(tree({"PyPI/a.json": json.dumps(both)})).advisories
    assert [each.vectors for each in advisory.affected] == [(mine,), (all_of_it,)]


def test_only_the_packages_that_were_asked_for_are_kept_under_any_spelling_of_their_names(tree: Tree) -> None:
    root = tree(
        {
            "PyPI/all.zip": packed(
                {
                    "a.json": record("A", "Some_Thing.Else"),
                    "b.json": record("B", "other"),
                    "c.json": record(
                        "C", affected=[{"package": {"ecosystem": "npm", "name": "some-thing-else"}, "versions": ["1"]}]
                    ),
                    "d.json": record("D", affected=[{"versions": ["1"]}]),
                    "e.json": record("E", affected=None),
                }
            )
        }
    )
    found = load(root, "some-thing-else")
    assert ids(found) == ["A"]
    assert found.advisories[0].affected[0].name == "some-thing-else"
    assert (found.records, found.malformed, found.troubles) == (5, (), ())


def test_names_of_npm_are_compared_as_they_are(tree: Tree) -> None:
    entry = {"package": {"ecosystem": "npm", "name": "@Scope/Thing"}, "versions": ["1.0.0"]}
    root = tree({"npm/a.json": json.dumps(record(affected=[entry]))})
    assert ids(osv.load(root, "npm", ["@Scope/Thing"], today=TODAY)) == ["PYSEC-1"]
    assert ids(osv.load(root, "npm", ["@scope/thing"], today=TODAY)) == []


def test_a_withdrawn_record_counts_and_never_matches(tree: Tree) -> None:
    gone = record("GONE", aliases=["CVE-1"], withdrawn="2026-02-01T00:00:00Z", modified="2026-03-01T00:00:00Z")
    found = load(tree({"PyPI/all.zip": packed({"a.json": gone, "b.json": record("HERE")})}))
    assert ids(found) == ["HERE"]
    assert found.groups == {"HERE": frozenset({"HERE"})}
    assert (found.records, found.as_of) == (2, "2026-03-01")


def test_archive_and_loose_files_are_read_together(tree: Tree) -> None:
    root = tree(
        {
            "PyPI/all.zip": packed({"A.json": record("A"), "notes.txt": b"not a record"}),
            "PyPI/B.json": json.dumps(record("B")),
            "PyPI/README.md": "not a record",
            "PyPI/deeper/C.json": json.dumps(record("C")),
        }
    )
    assert ids(load(root)) == ["A", "B"]


def test_a_record_that_is_there_twice_is_one_id_and_counts_twice(tree: Tree) -> None:
    root = tree({"PyPI/all.zip": packed({"A.json": record("A")}), "PyPI/A.json": json.dumps(record("A"))})
    found = load(root)
    assert ids(found) == ["A", "A"]
    assert (found.records, found.malformed) == (2, ())


MISSING = "no advisory records in PyPI/all.zip or PyPI/*.json of the folder given"


@pytest.mark.parametrize(
    "files",
    [
        {"unrelated": ""},
        {"npm/all.zip": packed({"a.json": record()})},
        {"PyPI/notes.txt": "nothing"},
        {"PyPI/all.zip": packed({})},
        {"PyPI/all.zip": packed({"a.txt": b"nothing"})},
    ],
)
def test_a_folder_without_records_is_a_trouble_and_not_a_clean_answer(
    tree: Tree, files: dict[str, str | bytes]
) -> None:
    assert load(tree(files)) == Loaded(troubles=(Trouble(reason=GapReason.MISSING, detail=MISSING),))


def test_a_link_that_leads_nowhere_is_an_archive_that_is_missing(tree: Tree) -> None:
    root = tree({"PyPI/notes.txt": ""})
    (root / "PyPI" / "all.zip").symlink_to(root / "nowhere")
    assert load(root).troubles == (Trouble(reason=GapReason.MISSING, detail=MISSING),)


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_an_archive_that_is_no_file_is_a_trouble_and_is_never_opened(tree: Tree, make: Callable[[Path], None]) -> None:
    root = tree({"PyPI/A.json": json.dumps(record("A"))})
    make(root / "PyPI" / "all.zip")
    found = load(root)
    assert ids(found) == ["A"]
    assert found.troubles == (Trouble(reason=GapReason.MALFORMED, detail="PyPI/all.zip is not a file; fetch it again"),)


def test_a_loose_record_that_is_no_file_is_malformed_and_is_never_opened(tree: Tree) -> None:
    root = tree({"PyPI/A.json": json.dumps(record("A"))})
    (root / "PyPI" / "B.json").mkdir()
    os.mkfifo(root / "PyPI" / "C.json")
    found = load(root)
    assert (ids(found), found.malformed) == (["A"], ("B.json", "C.json"))


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip", packed({"A.json": record("A")})[:-30]])
def test_a_truncated_archive_is_a_trouble_and_loose_records_are_still_read(tree: Tree, content: bytes) -> None:
    found = load(tree({"PyPI/all.zip": content, "PyPI/B.json": json.dumps(record("B"))}))
    assert ids(found) == ["B"]
    (trouble,) = found.troubles
    assert trouble.reason is GapReason.MALFORMED
    assert trouble.detail.startswith("PyPI/all.zip cannot be read: ")


def test_an_archive_with_more_than_it_should_hold_is_not_unpacked(tree: Tree) -> None:
    root = tree({"PyPI/all.zip": packed({f"{number}.json": record(f"A-{number}") for number in range(20)})})
    assert len(load(root).advisories) == 20
    refused = Trouble(
        reason=GapReason.MALFORMED, detail="PyPI/all.zip is larger than any archive of advisories should be"
    )
    for limits in (Limits(records=19), Limits(total_bytes=500), Limits(ratio=0)):
        assert load(root, limits=limits) == Loaded(troubles=(refused,))


def test_a_bomb_is_told_by_how_much_smaller_it_is_than_what_it_holds(tree: Tree) -> None:
    bomb = packed({f"{number}.json": b" " * (1 << 20) for number in range(8)})
    assert len(bomb) < (8 << 20) / 200
    found = load(tree({"PyPI/all.zip": bomb, "PyPI/B.json": json.dumps(record("B"))}))
    assert (ids(found), len(found.troubles), found.malformed) == (["B"], 1, ())


def test_a_record_larger_than_a_record_is_malformed_wherever_it_lies(tree: Tree) -> None:
    large = record("LARGE", details="x" * 5000)
    root = tree(
        {
            "PyPI/all.zip": packed({"large.json": large, "A.json": record("A")}),
            "PyPI/loose.json": json.dumps(large),
        }
    )
    found = load(root, limits=Limits(record_bytes=4096))
    assert (ids(found), found.malformed) == (["A"], ("large.json", "loose.json"))


def test_a_member_is_read_only_as_far_as_its_directory_says(tree: Tree) -> None:
    content = packed({"A.json": record("A"), "B.json": record("B", details="x" * 5000)}, zipfile.ZIP_STORED)
    size = len(json.dumps(record("B", details="x" * 5000))).to_bytes(4, "little")
    place = content.rindex(size, 0, content.rindex(size))  # compressed and plain size, in the central directory
    lying = content[:place] + b"\x10\0\0\0\x10\0\0\0" + content[place + 8 :]
    found = load(tree({"PyPI/all.zip": lying}), limits=Limits(record_bytes=4096))
    assert (ids(found), found.malformed) == (["A"], ("B.json",))


BROKEN = {
    "empty": b"",
    "half": json.dumps(record()).encode()[:60],
    "not utf-8": json.dumps(record(summary="X")).encode().replace(b"X", b"\xff\xfe"),
    "nul": b"\0" * 100,
    "null": b"null",
    "list": b"[]",
    "number": b"1" * 5000,
    "deep": b"[" * 100_000,
    "deep in a field": json.dumps(record()).encode()[:-1] + b', "x": ' + b"[" * 100_000,
    "no id": json.dumps({"modified": "2026-01-01T00:00:00Z"}).encode(),
    "empty id": json.dumps(record("")).encode(),
    "id with a space": json.dumps(record("A B")).encode(),
    "id with a line": json.dumps(record("A\n::error::")).encode(),
    "empty alias": json.dumps(record(aliases=["CVE-1", ""])).encode(),
    "no modified": json.dumps({"id": "A"}).encode(),
    "empty modified": json.dumps(record(modified="")).encode(),
    "modified is a number": json.dumps(record(modified=1)).encode(),
    "aliases are text": json.dumps(record(aliases="CVE-1")).encode(),
    "affected is text": json.dumps(record(affected="thing")).encode(),
}


def with_range(**entry: object) -> bytes:
    return json.dumps(
        record(affected=[{"package": {"ecosystem": "PyPI", "name": "thing"}, "ranges": [entry]}])
    ).encode()


BROKEN |= {
    "unknown range": with_range(type="FLUFFY", events=[{"introduced": "0"}]),
    "no events": with_range(type="ECOSYSTEM"),
    "empty events": with_range(type="ECOSYSTEM", events=[]),
    "never introduced": with_range(type="ECOSYSTEM", events=[{"fixed": "1"}]),
    "two keys in one event": with_range(type="ECOSYSTEM", events=[{"introduced": "0", "fixed": "1"}]),
    "empty event": with_range(type="ECOSYSTEM", events=[{}]),
    "unknown event": with_range(type="ECOSYSTEM", events=[{"introduced": "0"}, {"mended": "1"}]),
    "version is a number": with_range(type="ECOSYSTEM", events=[{"introduced": 0}]),
    "huge number": with_range(type="ECOSYSTEM", events=[{"introduced": 10**400}]),
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_malformed_record_is_named_and_takes_no_neighbour_with_it(tree: Tree, content: bytes) -> None:
    root = tree(
        {
            "PyPI/all.zip": packed({"A.json": record("A"), "bad.json": content, "C.json": record("C")}),
            "PyPI/B.json": json.dumps(record("B")),
            "PyPI/loose.json": content,
        }
    )
    found = load(root)
    assert (ids(found), found.malformed, found.troubles) == (["A", "B", "C"], ("bad.json", "loose.json"), ())
    assert found.records == 3


def test_when_every_record_is_malformed_that_is_what_is_said(tree: Tree) -> None:
    assert load(tree({"PyPI/all.zip": packed({"a.json": b"{"})})) == Loaded(malformed=("a.json",))


def test_a_damaged_member_is_named_and_its_neighbours_are_read(tree: Tree) -> None:
    content = bytearray(packed({"A.json": record("A"), "B.json": record("B")}, zipfile.ZIP_STORED))
    content[content.index(b'"id": "A"') + 7] ^= 1
    found = load(tree({"PyPI/all.zip": bytes(content)}))
    assert (ids(found), found.malformed) == (["B"], ("A.json",))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_members_that_are_packed_in_a_way_that_the_bucket_does_not_use_are_malformed(tree: Tree, method: int) -> None:
    assert load(tree({"PyPI/all.zip": packed({"A.json": record("A")}, method)})) == Loaded(malformed=("A.json",))


def test_names_in_the_archive_are_names_and_nothing_is_written_by_them(tree: Tree, tmp_path: Path) -> None:
    names = ("../../out.json", "/abs.json", "a/b.json", "\u202egpj.json", "x" * 300 + ".json")
    root = tree(
        {"PyPI/all.zip": packed({name: record(f"A-{n}") for n, name in enumerate(names)} | {"../b.json": b"{"})}
    )
    before = sorted(tmp_path.rglob("*"))
    found = load(root)
    assert (ids(found), found.malformed) == ([f"A-{n}" for n in range(5)], ("../b.json",))
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("dates", "as_of"),
    [
        (["2026-01-01T00:00:00Z", "2026-07-31T23:59:59.123456Z"], "2026-07-31"),
        (["2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"], "2026-01-01"),
        (["2026-08-01T23:00:00Z"], "2026-08-01"),
        (["2026-08-02T00:00:00Z"], ""),
        (["2025-99-99T00:00:00Z", "yesterday", "2025-01-01"], "2025-01-01"),
        (["soon"], ""),
        (["0001-01-01T00:00:00Z"], ""),  # as the records of Go's own database have it
    ],
)
def test_the_records_are_as_old_as_the_newest_that_is_not_from_the_future(
    tree: Tree, dates: list[str], as_of: str
) -> None:
    records = {f"{number}.json": record(f"A-{number}", modified=day) for number, day in enumerate(dates)}
    found = load(tree({"PyPI/all.zip": packed(records)}))
    assert (found.as_of, found.records, len(found.advisories)) == (as_of, len(dates), len(dates))


@pytest.mark.parametrize("specific", [None, 5, "high", [1], {"severity": 3}, {"severity": "HIGH", "cwe_ids": "CWE-1"}])
def test_what_other_databases_put_into_their_own_field_does_no_harm(tree: Tree, specific: object) -> None:
    (advisory,) = load(tree({"PyPI/a.json": json.dumps(record(database_specific=specific))})).advisories
    assert (advisory.rating, advisory.cwes) == ("", frozenset())


@pytest.mark.parametrize(
    ("changes", "summary"),
    [
        ({"summary": "Short"}, "Short"),
        ({"details": "First line\n\nSecond"}, "First line Second"),
        ({"summary": "", "details": ""}, "PYSEC-1"),
        ({"summary": "\N{RIGHT-TO-LEFT OVERRIDE}x\x07"}, "\N{REPLACEMENT CHARACTER}x\N{REPLACEMENT CHARACTER}"),
        ({"summary": "long " * 200}, ("long " * 60)[:299].rstrip() + "…"),
    ],
)
def test_the_summary_is_one_printable_line_of_bounded_length(
    tree: Tree, changes: dict[str, object], summary: str
) -> None:
    (advisory,) = load(tree({"PyPI/a.json": json.dumps(record(**changes))})).advisories
    assert advisory.summary == summary


def test_an_ecosystem_with_a_release_is_in_the_folder_of_its_base_name(tree: Tree) -> None:
    entry = {"package": {"ecosystem": "Debian:12", "name": "openssl"}, "versions": ["3"]}
    root = tree({"Debian/a.json": json.dumps(record(affected=[entry]))})
    assert ids(osv.load(root, "Debian:12", ["openssl"], today=TODAY)) == ["PYSEC-1"]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = ("id", "modified", "withdrawn", "aliases", "summary", "details", "severity", "affected", "references")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dictionaries(st.sampled_from([*FIELDS, "database_specific"]), values))
def test_a_record_of_any_shape_is_read_or_malformed_and_never_lost(tmp_path: Path, changes: dict[str, object]) -> None:
    (tmp_path / "PyPI").mkdir(exist_ok=True)
    (tmp_path / "PyPI" / "all.zip").write_bytes(packed({"x.json": {**record("X"), **changes}, "A.json": record("A")}))
    found = load(tmp_path)
    assert found.records + len(found.malformed) == 2
    assert "A" in ids(found)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=4))
def test_an_archive_with_flipped_bytes_is_never_silently_smaller(tmp_path: Path, flips: list[tuple[int, int]]) -> None:
    content = bytearray(packed({f"{number}.json": record(f"A-{number}") for number in range(3)}))
    for place, value in flips:
        content[place % len(content)] = value
    (tmp_path / "PyPI").mkdir(exist_ok=True)
    (tmp_path / "PyPI" / "all.zip").write_bytes(content)
    found = load(tmp_path)
    assert found.troubles or found.records + len(found.malformed) == count_of_records(bytes(content))


def count_of_records(content: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return sum(name.endswith(".json") for name in archive.namelist())
