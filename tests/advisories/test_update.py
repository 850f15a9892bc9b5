"""Updating the store: wholly or not at all, one at a time, from a bucket that may do anything."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from buckets import Bucket, Reply, archive, served, tagged
from msgspec.structs import replace
from stores import NOW, Record, ids, record, written

from devsecgate.advisories import compile as compiling
from devsecgate.advisories import osv
from devsecgate.advisories.fetch import FetchError, FetchLimits
from devsecgate.advisories.store import Store, StoreError
from devsecgate.advisories.update import Request, Updated, bring_in, update
from devsecgate.errors import UsageError
from devsecgate.model import GapReason

LIMITS = FetchLimits(connect_seconds=5, silence_seconds=5, total_seconds=30, attempts=3, pause_seconds=0)
DYING = Path(__file__).parent.parent / "support" / "dying_update.py"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    with served() as running:
        yield running


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store" / "advisories.sqlite"


def request(path: Path, source: object, *ecosystems: str, **changes: object) -> Request:
    asked = Request(store=path, source=str(source), ecosystems=ecosystems, now=NOW, limits=LIMITS)
    return replace(asked, **changes)  # type: ignore[arg-type]


def took(path: Path, bucket: Bucket, *ecosystems: str, **changes: object) -> dict[str, tuple[str, bool]]:
    """Update, and give what is said of each ecosystem and whether it failed."""
    done = update(request(path, bucket.address, *ecosystems, **changes))
    return {each.name: (each.what, each.failed) for each in done}


def verified(path: Path) -> list[str]:
    with Store.open(path) as opened:
        return list(compiling.verify(opened))


def records(*identities: str, **changes: object) -> dict[str, Record]:
    return {each: record(each, **changes) for each in identities}  # type: ignore[arg-type]


def later(identity: str, **changes: object) -> Record:
    return record(identity, modified="2026-06-01T00:00:00Z", **changes)  # type: ignore[arg-type]


def beside(path: Path) -> list[str]:
    return sorted(each.name for each in path.parent.iterdir())


WHOLE = ["advisories.sqlite", "advisories.sqlite.lock"]


def test_the_first_update_takes_the_archive_and_says_when(path: Path, bucket: Bucket) -> None:
    bucket.holds("PyPI", records("A", "B"))
    bucket.holds("npm", records("C", ecosystem="npm"))
    done = took(path, bucket, "PyPI", "npm", "PyPI:x")
    assert done == {"PyPI": ("all 2 records", False), "npm": ("all 1 records", False)}
    assert bucket.paths() == ["PyPI/all.zip", "npm/all.zip"]
    assert (ids(path, "PyPI"), ids(path, "npm")) == (["A", "B"], ["C"])
    with Store.open(path) as opened:
        assert {(each.source, each.checked_at) for each in opened.ecosystems()} == {
            (bucket.address, "2026-08-01T12:30:00+00:00")
        }
    assert beside(path) == WHOLE
    assert verified(path) == []


def test_the_next_update_takes_what_has_changed(path: Path, bucket: Bucket) -> None:
    old = records("A", "B", "C", "D")
    bucket.holds("PyPI", old)
    took(path, bucket, "PyPI")
    new = {**old, "B": later("B", affected=[]), "C": later("C", withdrawn="2026-06-01T00:00:00Z"), "E": later("E")}
    bucket.holds("PyPI", new)
    bucket.paths()
    tomorrow = NOW + timedelta(days=1)
    assert took(path, bucket, now=tomorrow) == {"PyPI": ("3 of 5 records have changed", False)}
    assert bucket.paths() == ["PyPI/modified_id.csv", "PyPI/B.json", "PyPI/C.json", "PyPI/E.json"]
    assert ids(path, "PyPI") == ["A", "D", "E"]
    with Store.open(path) as opened:
        (held,) = opened.ecosystems()
    assert (held.records, held.withdrawn, held.checked_at[:10], held.as_of) == (5, 1, "2026-08-02", "2026-06-01")
    assert verified(path) == []
    assert took(path, bucket) == {"PyPI": ("nothing has changed", False)}
    assert bucket.paths() == ["PyPI/modified_id.csv"]


def test_a_record_that_is_published_late_with_an_old_date_is_not_missed(path: Path, bucket: Bucket) -> None:
    bucket.holds("PyPI", {"A": later("A")})
    took(path, bucket, "PyPI")
    bucket.holds("PyPI", {"A": later("A"), "B": record("B", modified="2020-01-01T00:00:00Z")})
    assert took(path, bucket) == {"PyPI": ("1 of 2 records have changed", False)}
    assert ids(path, "PyPI") == ["A", "B"]


def test_a_record_that_is_listed_no_more_is_kept_until_a_full_archive_comes(path: Path, bucket: Bucket) -> None:
    bucket.holds("PyPI", records("A", "B"))
    took(path, bucket, "PyPI")
    bucket.holds("PyPI", records("A"))
    said = "0 of 1 records have changed; 1 are listed no more, and are kept until --full"
    assert took(path, bucket) == {"PyPI": (said, False)}
    assert ids(path, "PyPI") == ["A", "B"]
    assert took(path, bucket, full=True) == {"PyPI": ("all 1 records", False)}
    assert ids(path, "PyPI") == ["A"]
    assert verified(path) == []


def test_more_changes_than_are_worth_single_requests_come_with_the_archive(path: Path, bucket: Bucket) -> None:
    old = records(*(f"A-{n}" for n in range(501)))
    bucket.holds("PyPI", old)
    took(path, bucket, "PyPI")
    bucket.paths()
    bucket.holds("PyPI", {each: later(each) for each in old})
    assert took(path, bucket) == {"PyPI": ("all 501 records", False)}
    assert bucket.paths() == ["PyPI/modified_id.csv", "PyPI/all.zip"]


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=404, body=b""),
        Reply(body=b""),
        Reply(body=b"<html>Please log in</html>"),
        Reply(body=b"2026-01-01T00:00:00Z,A\n2026-01-01T00:00:00Z,"),
        Reply(body=b"2026-01-01T00:00:00Z,A\n2026-01-01T00:00:00Z,B C\n"),
        Reply(body=b"\xff\xfe\n"),
    ],
)
def test_without_a_list_that_can_be_read_the_archive_comes(path: Path, bucket: Bucket, reply: Reply) -> None:
    bucket.holds("PyPI", records("A", "B"))
    took(path, bucket, "PyPI")
    bucket.holds("PyPI", {"A": later("A"), "C": record("C")})
    bucket.says(reply, path="/osv/PyPI/modified_id.csv")
    assert took(path, bucket) == {"PyPI": ("all 2 records", False)}
    assert ids(path, "PyPI") == ["A", "C"]


def test_a_list_that_changes_while_it_is_followed_leads_to_the_archive(path: Path, bucket: Bucket) -> None:
    bucket.holds("PyPI", records("A"))
    took(path, bucket, "PyPI")
    bucket.holds("PyPI", {"A": later("A"), "B": record("B"), "C": record("C")})

    def withdraw(asked: str) -> None:
        if asked.endswith("/A.json"):
            bucket.holds("PyPI", {"A": later("A"), "D": record("D")})

    bucket.before = withdraw
    assert took(path, bucket) == {"PyPI": ("all 2 records", False)}
    assert ids(path, "PyPI") == ["A", "D"]
    assert verified(path) == []


def test_a_record_that_is_older_than_its_list_says_is_asked_for_again_the_next_time(path: Path, bucket: Bucket) -> None:
    bucket.holds("PyPI", records("A"))
    took(path, bucket, "PyPI")
    bucket.holds("PyPI", {"A": later("A")})
    bucket.says(Reply(body=json.dumps(record("A")).encode()), path="/osv/PyPI/A.json")
    took(path, bucket)
    bucket.says(tagged(b"2026-06-01T00:00:00Z,A\n2026-01-01T00:00:00Z,B\n"), path="/osv/PyPI/modified_id.csv")
    bucket.says(Reply(body=json.dumps(later("A", summary="New")).encode()), path="/osv/PyPI/A.json")
    bucket.says(Reply(body=json.dumps(record("B")).encode()), path="/osv/PyPI/B.json")
    assert took(path, bucket) == {"PyPI": ("2 of 2 records have changed", False)}
    with Store.open(path) as opened:
        assert written(opened.book("PyPI", ["thing"])).advisories[0].summary == "New"


def test_a_server_that_gives_another_record_than_the_one_asked_for_is_not_followed(path: Path, bucket: Bucket) -> None:
    bucket.holds("PyPI", records("A", "B"))
    took(path, bucket, "PyPI")
    bucket.holds("PyPI", {"A": later("A"), "B": record("B")})
    bucket.says(Reply(status=302, headers={"Location": "/osv/PyPI/B.json"}), path="/osv/PyPI/A.json")
    assert took(path, bucket) == {"PyPI": ("all 2 records", False)}
    assert ids(path, "PyPI") == ["A", "B"]


def test_a_changed_record_that_is_none_is_named_and_asked_for_again(path: Path, bucket: Bucket) -> None:
    bucket.holds("PyPI", records("A", "B"))
    took(path, bucket, "PyPI")
    bucket.holds("PyPI", {"A": later("A"), "B": record("B")})
    bucket.says(Reply(body=b"<html>"), path="/osv/PyPI/A.json")
    took(path, bucket)
    with Store.open(path) as opened:
        found = written(opened.book("PyPI", ["thing"]))
    assert ([each.id for each in found.advisories], found.malformed) == (["B"], ("A.json",))
    bucket.holds("PyPI", {"A": later("A"), "B": record("B"), "C": record("C")})
    assert took(path, bucket) == {"PyPI": ("2 of 3 records have changed", False)}
    with Store.open(path) as opened:
        assert opened.book("PyPI", []).malformed == ()


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(status=429), "the server answered 429, 3 times"),
        (Reply(status=503), "the server answered 503, 3 times"),
        (Reply(body=b"{}", length=50), "the download broke off (ProtocolError), 3 times"),
        (Reply(status=302, headers={"Location": "?again"}), "TooManyRedirects"),
        (Reply(status=403), "the server answered 403"),
    ],
)
@pytest.mark.parametrize("where", ["modified_id.csv", "A.json", "all.zip"])
def test_an_ecosystem_whose_bucket_fails_keeps_its_state_and_harms_no_other(
    path: Path, bucket: Bucket, reply: Reply, said: str, where: str
) -> None:
    bucket.holds("PyPI", records("A", "B"))
    bucket.holds("npm", records("C", ecosystem="npm"))
    took(path, bucket, "PyPI", "npm")
    bucket.holds("PyPI", {"A": later("A", affected=[]), "B": later("B"), "0": later("0")})
    bucket.holds("npm", records("C", "D", ecosystem="npm"))
    for query in ("", "?again"):
        bucket.says(reply, path=f"/osv/PyPI/{where}{query}")
    done = took(path, bucket, full=where == "all.zip", now=NOW + timedelta(days=1))
    assert done["PyPI"][0].startswith(f"{bucket.address}/PyPI/{where}: advisory records could not be fetched: {said}\n")
    assert [failed for _, failed in done.values()] == [True, False]
    assert (ids(path, "PyPI"), ids(path, "npm")) == (["A", "B"], ["C", "D"])
    with Store.open(path) as opened:
        assert [each.checked_at[:10] for each in opened.ecosystems()] == ["2026-08-01", "2026-08-02"]
    assert verified(path) == []
    bucket.holds("PyPI", {"A": later("A", affected=[]), "B": later("B")})
    assert took(path, bucket)["PyPI"] == ("2 of 2 records have changed", False)


def test_an_update_of_which_everything_fails_leaves_the_file_as_it_was(path: Path, bucket: Bucket) -> None:
    bucket.holds("PyPI", records("A"))
    took(path, bucket, "PyPI")
    before = path.read_bytes()
    bucket.replies.clear()
    assert [failed for _, failed in took(path, bucket, "PyPI", "npm").values()] == [True, True]
    assert path.read_bytes() == before
    assert (
        beside(path)
        == ["advisories.sqlite", "advisories.sqlite.lock", "advisories.sqlite.downloads"][:1] + beside(path)[1:]
    )


def test_a_first_update_that_fails_leaves_no_store_behind(path: Path, bucket: Bucket) -> None:
    assert [failed for _, failed in took(path, bucket, "PyPI").values()] == [True]
    assert not path.exists()


def test_a_download_that_broke_off_is_gone_on_with_by_the_next_update(path: Path, bucket: Bucket) -> None:
    held = records("A", "B")
    bucket.says(tagged(archive(held), cut=100))
    limits = replace(LIMITS, attempts=1)
    assert [failed for _, failed in took(path, bucket, "PyPI", limits=limits).values()] == [True]
    bucket.holds("PyPI", held)
    assert took(path, bucket, "PyPI") == {"PyPI": ("all 2 records", False)}
    assert [asked for _, asked, _ in bucket.conditions] == [None, "bytes=100-"]
    assert beside(path) == WHOLE


def test_another_source_is_taken_whole(path: Path, bucket: Bucket) -> None:
    bucket.holds("PyPI", records("A"))
    took(path, bucket, "PyPI")
    with served() as other:
        other.holds("PyPI", records("B"))
        assert took(path, other) == {"PyPI": ("all 1 records", False)}
    assert ids(path, "PyPI") == ["B"]


def test_credentials_are_in_no_file(path: Path, bucket: Bucket) -> None:
    bucket.says(tagged(archive(records("A")), cut=100))
    secret = bucket.address.replace("http://", "http://reader:hunter2@")
    limits = replace(LIMITS, attempts=1)
    (failed,) = update(request(path, secret, "PyPI", limits=limits))
    assert "hunter2" not in failed.what
    left = [each for each in path.parent.rglob("*") if each.is_file()]
    assert any(each.suffix == ".tag" for each in left)
    bucket.holds("PyPI", records("A"))
    update(request(path, secret, "PyPI"))
    assert not any(b"hunter2" in each.read_bytes() for each in [*left, path] if each.exists())


def test_an_empty_store_and_no_names_is_a_wrong_request(path: Path, bucket: Bucket) -> None:
    with pytest.raises(UsageError) as caught:
        took(path, bucket)
    assert caught.value.what == "the store is empty, and no ecosystem is named"
    assert "PyPI" in caught.value.remedy
    assert "ecosystems.txt" in caught.value.remedy
    assert "--all" in caught.value.remedy


@pytest.mark.parametrize("name", ["../etc", "a/b", ".", "", "PyPI\n"])
def test_what_is_no_name_of_an_ecosystem_is_refused_before_anything_is_asked(
    path: Path, bucket: Bucket, name: str
) -> None:
    with pytest.raises(UsageError):
        took(path, bucket, name)
    assert bucket.paths() == []


def test_everything_that_a_mirror_has_is_taken(path: Path, bucket: Bucket) -> None:
    bucket.says(Reply(body=b"PyPI\nDebian\nDebian:12\n"), path="/osv/ecosystems.txt")
    bucket.holds("PyPI", records("A"))
    bucket.holds("Debian", records("B", ecosystem="Debian:12"))
    assert took(path, bucket, every=True) == {"Debian": ("all 1 records", False), "PyPI": ("all 1 records", False)}


def test_a_mirror_that_cannot_say_what_it_has_is_an_error(path: Path, bucket: Bucket) -> None:
    with pytest.raises(FetchError):
        took(path, bucket, every=True)


def folder(root: Path, ecosystems: Mapping[str, Mapping[str, object]]) -> Path:
    """Write a folder shaped like the bucket."""
    for name, held in ecosystems.items():
        (root / name).mkdir(parents=True)
        (root / name / "all.zip").write_bytes(archive(held))
    return root


def test_a_folder_is_a_source_and_its_newest_record_is_its_date(path: Path, tmp_path: Path) -> None:
    source = folder(tmp_path / "osv", {"PyPI": records("A"), "npm": records("B", ecosystem="npm")})
    (source / "PyPI" / "C.json").write_text(json.dumps(later("C")))
    assert update(request(path, source, "PyPI")) == (Updated(name="PyPI", what="all 2 records"),)
    with Store.open(path) as opened:
        (held,) = opened.ecosystems()
    assert (held.source, held.checked_at, held.as_of) == (str(source), "", "2026-06-01")
    done = update(request(path, source, every=True))
    assert [each.name for each in done] == ["PyPI", "npm"]


@pytest.mark.parametrize("content", [b"", b"not a zip", archive({}), None])
def test_a_folder_whose_records_cannot_be_read_keeps_what_was_there(
    path: Path, tmp_path: Path, content: bytes | None
) -> None:
    source = folder(tmp_path / "osv", {"PyPI": records("A")})
    update(request(path, source, "PyPI"))
    (source / "PyPI" / "all.zip").unlink()
    if content is not None:
        (source / "PyPI" / "all.zip").write_bytes(content)
    (done,) = update(request(path, source))
    assert done.failed
    assert ids(path, "PyPI") == ["A"]


def test_a_folder_that_is_not_there_is_a_wrong_request(path: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        update(request(path, tmp_path / "nowhere", "PyPI"))


def test_an_import_takes_every_ecosystem_of_a_folder_or_the_ones_that_are_named(path: Path, tmp_path: Path) -> None:
    source = folder(
        tmp_path / "osv",
        {"PyPI": records("A"), "npm": records("B", ecosystem="npm"), "Go": records("C", ecosystem="Go")},
    )
    (source / "notes").mkdir()
    assert [each.name for each in bring_in(request(path, source, "npm"))] == ["npm"]
    assert [each.name for each in bring_in(request(path, source))] == ["Go", "PyPI", "npm"]
    (failed,) = bring_in(request(path, source, "Hex"))
    assert failed == Updated(name="Hex", what="there are no advisory records in Hex/all.zip or Hex/*.json", failed=True)


def test_an_archive_of_one_ecosystem_speaks_for_no_other_that_its_records_name(path: Path, tmp_path: Path) -> None:
    both = record("B")
    both["affected"] += record("B", ecosystem="npm")["affected"]  # type: ignore[operator]
    place = tmp_path / "all.zip"
    place.write_bytes(archive({"A": record("A"), "B": both, "C": {**record("C"), "affected": []}, "D": b"{"}))
    assert bring_in(request(path, place)) == (Updated(name="PyPI", what="all 4 records"),)
    assert ids(path, "PyPI") == ["A", "B"]
    with Store.open(path) as opened:
        assert opened.held("npm") is None
        found = written(opened.book("PyPI", []))
    assert (found.records, found.malformed) == (3, ("D.json",))
    assert bring_in(request(path, tmp_path)) == (Updated(name="PyPI", what="all 4 records"),)


def test_a_mixed_archive_fills_each_ecosystem_and_a_malformed_record_is_one_of_each(path: Path, tmp_path: Path) -> None:
    place = tmp_path / "everything.zip"
    mixed = {"A": record("A"), "B": record("B", ecosystem="Debian:12"), "C": {**record("C"), "affected": []}, "D": b"{"}
    place.write_bytes(archive(mixed))
    done = bring_in(request(path, place))
    assert done == (
        Updated(name="Debian", what="all 2 records"),
        Updated(name="PyPI", what="all 2 records"),
        Updated(name="[EMPTY]", what="all 2 records"),
    )
    with Store.open(path) as opened:
        assert [(each.name, each.records, each.malformed) for each in opened.ecosystems()] == [
            ("Debian", 1, ("D.json",)),
            ("PyPI", 1, ("D.json",)),
            ("[EMPTY]", 1, ("D.json",)),
        ]
    assert verified(path) == []


@pytest.mark.parametrize("content", [b"not a zip", archive({}), archive({"A": b"{"})])
def test_an_archive_that_says_nothing_is_a_wrong_request(path: Path, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(UsageError):
        bring_in(request(path, tmp_path / "x.zip"))
    assert not path.exists()


def test_a_store_of_another_version_is_built_anew_with_all_that_it_held(path: Path, bucket: Bucket) -> None:
    bucket.holds("PyPI", records("A"))
    bucket.holds("npm", records("B", ecosystem="npm"))
    took(path, bucket, "PyPI", "npm")
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreError, match="version 99"):
        bring_in(request(path, folder(path.parent / "osv", {"PyPI": records("A")})))
    bucket.paths()
    assert list(took(path, bucket, "PyPI")) == ["PyPI", "npm"]
    assert bucket.paths() == ["PyPI/all.zip", "npm/all.zip"]
    assert verified(path) == []


def test_a_file_that_is_no_store_is_never_replaced(path: Path, bucket: Bucket) -> None:
    path.parent.mkdir()
    path.write_bytes(b"somebody's letters")
    bucket.holds("PyPI", records("A"))
    with pytest.raises(StoreError) as caught:
        took(path, bucket, "PyPI")
    assert caught.value.reason is GapReason.MALFORMED
    assert path.read_bytes() == b"somebody's letters"


def test_a_damaged_store_is_not_carried_on(path: Path, bucket: Bucket) -> None:
    bucket.holds("PyPI", records(*(f"A-{n}" for n in range(300))))
    bucket.holds("npm", records("B", ecosystem="npm"))
    took(path, bucket, "PyPI")
    content = bytearray(path.read_bytes())
    content[8 * 4096 : -4096] = b"\0" * (len(content) - 9 * 4096)
    path.write_bytes(content)
    with pytest.raises(StoreError):
        took(path, bucket, "npm")
    assert path.read_bytes() == content


def test_a_place_that_cannot_be_written_is_an_error_that_says_so(tmp_path: Path, bucket: Bucket) -> None:
    bucket.holds("PyPI", records("A"))
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError) as caught:
        took(tmp_path / "file" / "store", bucket, "PyPI")
    assert caught.value.what.startswith("the store cannot be written: ")


def test_a_link_to_a_store_stays_a_link(path: Path, bucket: Bucket, tmp_path: Path) -> None:
    bucket.holds("PyPI", records("A"))
    took(path, bucket, "PyPI")
    (tmp_path / "link").symlink_to(path)
    bucket.holds("PyPI", records("A", "B"))
    took(tmp_path / "link", bucket)
    assert (tmp_path / "link").is_symlink()
    assert ids(path, "PyPI") == ["A", "B"]


def test_a_reader_keeps_the_store_that_it_has_opened(path: Path, bucket: Bucket) -> None:
    bucket.holds("PyPI", records("A"))
    took(path, bucket, "PyPI")
    with Store.open(path) as opened:
        bucket.holds("PyPI", {"B": later("B")})
        took(path, bucket, full=True)
        assert [each.id for each in written(opened.book("PyPI", ["thing"])).advisories] == ["A"]
        assert ids(path, "PyPI") == ["B"]


def test_readers_see_one_whole_state_or_the_other_while_the_store_is_replaced(path: Path, bucket: Bucket) -> None:
    states = [{f"{letter}-{n}": record(f"{letter}-{n}") for n in range(50)} for letter in "AB"]
    bucket.holds("PyPI", states[0])
    took(path, bucket, "PyPI")
    over, seen, problems = threading.Event(), set(), []

    def read() -> None:
        while not over.is_set():
            try:
                seen.add(tuple(ids(path, "PyPI")))
            except Exception as error:  # noqa: BLE001 - shown below
                problems.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for each in readers:
        each.start()
    for turn in range(1, 9):
        bucket.holds("PyPI", states[turn % 2])
        took(path, bucket, full=True)
    over.set()
    for each in readers:
        each.join()
    assert problems == []
    assert seen <= {tuple(sorted(state)) for state in states}
    assert seen


def test_a_second_update_waits_for_the_first_and_says_so(path: Path, bucket: Bucket) -> None:
    bucket.holds("PyPI", records("A"))
    bucket.holds("npm", records("B", ecosystem="npm"))
    arrived, waiting = threading.Event(), threading.Event()

    def hold(asked: str) -> None:
        if asked.endswith("/PyPI/all.zip"):
            arrived.set()
            assert waiting.wait(30)

    bucket.before = hold
    first = threading.Thread(target=took, args=(path, bucket, "PyPI"))
    first.start()
    assert arrived.wait(30)
    assert took(path, bucket, "npm", waiting=waiting.set) == {"npm": ("all 1 records", False)}
    first.join()
    assert waiting.is_set()
    assert (ids(path, "PyPI"), ids(path, "npm")) == (["A"], ["B"])


OLD = {f"A-{n:03}": record(f"A-{n:03}", f"thing-{n % 7}", aliases=[f"CVE-{n % 50}"]) for n in range(150)}
NEW = {
    **{each: found for each, found in OLD.items() if each > "A-020"},
    **{f"A-{n:03}": later(f"A-{n:03}", affected=[]) for n in range(20, 60)},
    **{f"B-{n:03}": later(f"B-{n:03}", summary="New") for n in range(30)},
}
NAMES = ("thing", *(f"thing-{n}" for n in range(7)))


def dying(path: Path, bucket: Bucket, point: int | str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, str(DYING), str(path), bucket.address, str(point)]
    return subprocess.run(argv, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def before_and_after(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Bucket, Path, list[object], int]]:
    """A bucket in its new state, a store of the old one, both states' answers, and how many calls an update has."""
    root = tmp_path_factory.mktemp("dying")
    with pytest.MonkeyPatch.context() as patch, served() as bucket:
        patch.setenv("NO_PROXY", "127.0.0.1,localhost")
        bucket.holds("PyPI", OLD)
        bucket.holds("npm", records("N", ecosystem="npm"))
        took(root / "old", bucket, "PyPI", "npm", now=datetime(2026, 7, 1, tzinfo=UTC))
        bucket.holds("PyPI", NEW)
        (root / "new").write_bytes((root / "old").read_bytes())
        done = dying(root / "new", bucket, 0)
        assert done.returncode == 0, done.stderr
        states: list[object] = [answer(root / "old"), answer(root / "new")]
        assert states[0] != states[1]
        yield bucket, root / "old", states, int(done.stdout)


def answer(path: Path) -> object:
    with Store.open(path) as opened:
        dates = [(each.name, each.checked_at) for each in opened.ecosystems()]
        return dates, written(opened.book("PyPI", NAMES)), written(opened.book("npm", NAMES))


NAMED = [
    f"{event} {name}"
    for name in ("posix.replace", "posix.fsync", "Connection.commit", "Connection.close", "Connection.executemany")
    for event in ("c_call", "c_return")
]


@pytest.mark.parametrize("point", [*range(20), *NAMED])
def test_an_update_that_is_killed_anywhere_leaves_the_last_good_store(
    before_and_after: tuple[Bucket, Path, list[object], int], path: Path, point: int | str
) -> None:
    bucket, old, states, calls = before_and_after
    path.parent.mkdir()
    path.write_bytes(old.read_bytes())
    if isinstance(point, int):  # the number of calls differs a little with the pieces in which answers arrive
        point = random.Random(point).randrange(1, calls * 19 // 20)
    done = dying(path, bucket, point)
    assert done.returncode == -signal.SIGKILL, (point, done.stderr)
    assert answer(path) == states[point == "c_return posix.replace"]
    assert verified(path) == []
    after = dying(path, bucket, 0)
    assert after.returncode == 0, after.stderr
    assert answer(path) == states[1]
    assert beside(path) == WHOLE


def test_a_first_update_that_is_killed_leaves_no_store_and_nothing_in_the_way(
    before_and_after: tuple[Bucket, Path, list[object], int], path: Path
) -> None:
    bucket, _, _, calls = before_and_after
    path.parent.mkdir()
    for last in (calls // 3, calls // 2):
        assert dying(path, bucket, last).returncode == -signal.SIGKILL
        assert not path.exists()
    assert dying(path, bucket, 0).returncode == 0
    assert beside(path) == WHOLE


def test_an_update_that_is_killed_by_the_clock_leaves_the_last_good_store(
    before_and_after: tuple[Bucket, Path, list[object], int], path: Path
) -> None:
    bucket, old, states, _ = before_and_after
    path.parent.mkdir()
    path.write_bytes(old.read_bytes())
    chance = random.Random(7)
    for _ in range(6):
        argv = [sys.executable, str(DYING), str(path), bucket.address, "0"]
        with subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
            try:
                child.wait(chance.uniform(0.1, 0.6))
            except subprocess.TimeoutExpired:
                os.kill(child.pid, signal.SIGKILL)
        assert answer(path) in states
        assert verified(path) == []


def unzipped(path: Path) -> dict[str, Record]:
    with zipfile.ZipFile(path) as opened:
        return {name.removesuffix(".json"): json.loads(opened.read(name)) for name in opened.namelist()}


def test_two_years_of_real_changes_lead_to_the_store_of_the_new_records(
    shared_data: Path, path: Path, bucket: Bucket, tmp_path: Path
) -> None:
    older, newer = (unzipped(shared_data / each / "PyPI" / "all.zip") for each in ("osv-2024", "osv"))
    bucket.holds("PyPI", older)
    assert took(path, bucket, "PyPI") == {"PyPI": (f"all {len(older):,} records", False)}
    # the newest 400 of what is new come one by one, on top of all else
    changed = [each for each in newer if newer[each] != older.get(each)]
    late = sorted(changed, key=lambda each: str(newer[each]["modified"]))[-400:]
    bucket.holds("PyPI", {**older, **{each: newer[each] for each in changed if each not in late}})
    assert took(path, bucket)["PyPI"][0].startswith("all ")
    bucket.holds("PyPI", newer)
    said, failed = took(path, bucket)["PyPI"]
    assert (said.startswith(f"400 of {len(newer):,} records have changed"), failed) == (True, False)
    took(path, bucket, full=True)
    with Store.open(path) as opened:
        names = set(opened.shapes("PyPI")[1])
        found = written(opened.book("PyPI", names))
    expected = written(osv.load(shared_data / "osv", "PyPI", names, today=NOW.date()).book())
    assert (found.advisories, found.groups, found.records, found.as_of) == (
        expected.advisories, expected.groups, expected.records, expected.as_of
    )  # fmt: skip
    assert verified(path) == []
