"""OSV's batch API, played by a server on this machine: what it does not answer is never taken for clean."""

from __future__ import annotations

import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from osv_api import Api, Reply, record, serve

from devsecgate.advisories.ecosystems import same_release
from devsecgate.advisories.evaluate import Answer, evaluate
from devsecgate.advisories.known import Loaded, Trouble
from devsecgate.advisories.osv import load
from devsecgate.advisories.parse import document
from devsecgate.advisories.service import DEFAULT, Coordinates, Service, ServiceLimits, root_of, shown
from devsecgate.model import GapReason

TODAY = date(2026, 11, 24)


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve() as made:
        yield made


def ask(api: Api, *packages: tuple[str, str], ecosystem: str = "npm", **limits: float) -> Loaded:
    asked = frozenset(Coordinates(ecosystem=ecosystem, name=name, version=version) for name, version in packages)
    quick = ServiceLimits(**{"pause_seconds": 0.001, "longest_pause_seconds": 0.01, "attempts": 3, **limits})  # type: ignore[arg-type]  # each by name
    service = Service(url=api.url, asked=asked, today=TODAY, limits=quick)
    return service.load(ecosystem.partition(":")[0], {name for name, _ in packages})


def trouble(api: Api, reason: GapReason, said: str) -> Trouble:
    return Trouble(reason=reason, detail=f"the OSV service at {api.url}: {said}")


def ids(loaded: Loaded) -> list[str]:
    return [each.id for each in loaded.advisories]


def test_the_records_that_the_service_names_are_fetched_once_each_and_grouped(api: Api) -> None:
    api.know(record("GHSA-1", "qs", "CVE-1"), record("CVE-1", "qs"), record("GHSA-2", "qs", fixed="3.0.0"))
    loaded = ask(api, ("qs", "1.0.0"), ("express", "4.0.0"))
    assert ids(loaded) == ["CVE-1", "GHSA-1", "GHSA-2"]
    assert loaded.groups == {
        "CVE-1": frozenset({"CVE-1", "GHSA-1"}),
        "GHSA-1": frozenset({"CVE-1", "GHSA-1"}),
        "GHSA-2": frozenset({"GHSA-2"}),
    }
    assert (loaded.records, loaded.as_of, loaded.malformed, loaded.troubles) == (3, "2026-11-24", (), ())
    assert api.bodies == [
        [
            {"package": {"ecosystem": "npm", "name": "express"}, "version": "4.0.0"},
            {"package": {"ecosystem": "npm", "name": "qs"}, "version": "1.0.0"},
        ]
    ]
    assert sorted(api.requests) == [
        ("GET", "/v1/vulns/CVE-1"),
        ("GET", "/v1/vulns/GHSA-1"),
        ("GET", "/v1/vulns/GHSA-2"),
        ("POST", "/v1/querybatch"),
    ]


def test_nothing_known_is_nothing_found_and_says_when_that_was(api: Api) -> None:
    loaded = ask(api, ("qs", "1.0.0"))
    assert loaded == Loaded(records=0, as_of="2026-11-24")


def test_a_thousand_packages_go_into_one_request_and_no_more(api: Api) -> None:
    ask(api, *((f"p{number:04}", "1.0.0") for number in range(2001)))
    assert [len(body) for body in api.bodies] == [1000, 1000, 1]
    names = [each["package"]["name"] for body in api.bodies for each in body]  # type: ignore[index]  # as it was asked
    assert names == [f"p{number:04}" for number in range(2001)]


@pytest.mark.parametrize("page", [0, 1, 2])
def test_pages_are_asked_for_until_they_end_even_those_with_a_token_alone(page: int, api: Api) -> None:
    api.know(*(record(f"GHSA-{number}", "qs") for number in range(5)))
    api.page = page
    loaded = ask(api, ("qs", "1.0.0"), ("other", "1.0.0"))
    assert ids(loaded) == [f"GHSA-{number}" for number in range(5)]
    assert loaded.troubles == ()
    assert len(api.bodies[0]) == 2


def test_a_release_of_a_distribution_is_asked_for_by_its_name(api: Api) -> None:
    api.know(record("ALPINE-CVE-2026-1", "musl", ecosystem="Alpine:v3.10", fixed="1.2-r0"))
    loaded = ask(api, ("musl", "1.1-r0"), ecosystem="Alpine:v3.10")
    assert api.bodies == [[{"package": {"ecosystem": "Alpine:v3.10", "name": "musl"}, "version": "1.1-r0"}]]
    assert ids(loaded) == ["ALPINE-CVE-2026-1"]


def test_a_local_version_is_asked_for_as_its_release_too(api: Api) -> None:
    ask(api, ("torch", "1.13.0+cu117"), ecosystem="PyPI")
    assert [each["version"] for each in api.bodies[0]] == ["1.13.0+cu117", "1.13.0"]


def test_what_the_service_names_and_its_record_denies_is_neither_found_nor_clean(api: Api) -> None:
    api.know(
        record("GHSA-1", "qs", fixed="1.0.0"),
        record("GHSA-2", "another"),
        record("GHSA-3", "qs", withdrawn="2026-01-02T00:00:00Z"),
        record("GHSA-4", "qs"),
    )
    api.listed = {"qs": ["GHSA-1", "GHSA-2", "GHSA-3", "GHSA-4"]}
    loaded = ask(api, ("qs", "1.5.0"))
    assert ids(loaded) == ["GHSA-1", "GHSA-4"]
    said = (
        "it names GHSA-1, GHSA-2, GHSA-3 for qs 1.5.0, and by the record it is not affected; "
        "read it, then change the version or accept this by name"
    )
    assert loaded.troubles == (trouble(api, GapReason.UNRESOLVED, said),)


def test_an_ecosystem_that_the_service_does_not_know_is_not_asked_for(api: Api) -> None:
    loaded = ask(api, ("a", "1"), ecosystem="Nowhere:1")
    detail = "the OSV service knows no ecosystem Nowhere: its packages were not looked up"
    assert loaded == Loaded(troubles=(Trouble(reason=GapReason.UNRESOLVED, detail=detail),))
    assert api.requests == []


def test_a_busy_server_is_asked_again_as_it_wishes(api: Api) -> None:
    api.know(record("GHSA-1", "qs"))
    api.replies = {
        "/v1/querybatch": [(429, {"Retry-After": "1"}, b""), (503, {"Retry-After": "a while"}, b"")],
        "/v1/vulns/GHSA-1": [(502, {}, b"")],
    }
    loaded = ask(api, ("qs", "1.0.0"))
    assert (ids(loaded), loaded.troubles) == (["GHSA-1"], ())
    assert [path for _, path in api.requests] == ["/v1/querybatch"] * 3 + ["/v1/vulns/GHSA-1"] * 2


def not_looked_up(said: str) -> str:
    return f"{said}; not looked up: express 4.0.0, qs 1.0.0"


_MALFORMED = "its answer is not what it should be: "
BATCHES: dict[str, tuple[list[Reply], GapReason, str]] = {
    "busy for good": ([(429, {}, b"")] * 3, GapReason.FAILED, "it answered 429, 3 times"),
    "broken": ([(500, {}, b"")] * 3, GapReason.FAILED, "it answered 500, 3 times"),
    "refused": ([(400, {}, b'{"code": 3, "message": "Invalid ecosystem."}')], GapReason.FAILED, "it answered 400"),
    "nothing": ([(200, {}, b"")], GapReason.MALFORMED, f"{_MALFORMED}Input data was truncated"),
    "an empty object": (
        [(200, {}, b"{}")],
        GapReason.MALFORMED,
        f"{_MALFORMED}Object missing required field `results`",
    ),
    "half": ([(200, {}, b'{"results": [{}, {"vu')], GapReason.MALFORMED, f"{_MALFORMED}Input data was truncated"),
    "one result for two": (
        [(200, {}, b'{"results": [{}]}')],
        GapReason.MALFORMED,
        "it gave 1 results to 2 queries",
    ),
    "three results for two": (
        [(200, {}, b'{"results": [{}, {}, {}]}')],
        GapReason.MALFORMED,
        "it gave 3 results to 2 queries",
    ),
    "no id": (
        [(200, {}, b'{"results": [{"vulns": [{"id": "../../x y"}]}, {}]}')],
        GapReason.MALFORMED,
        "it names an advisory by what is no id",
    ),
    "a page of HTML": (
        [(200, {}, b"<!doctype html>")],
        GapReason.MALFORMED,
        f"{_MALFORMED}JSON is malformed: invalid character (byte 0)",
    ),
    "a line that breaks": ([(200, {"Content-Length": "99"}, b"{}")] * 3, GapReason.FAILED, "3 times"),
    "too much": ([(200, {}, b" " * 4000)], GapReason.FAILED, "its answer is larger than 0 MiB"),
    "a turn without end": ([(302, {"Location": "/v1/querybatch"}, b"")] * 9, GapReason.FAILED, "TooManyRedirects"),
}


@pytest.mark.parametrize("name", BATCHES)
def test_an_answer_that_cannot_be_used_is_a_trouble_that_names_the_packages(name: str, api: Api) -> None:
    replies, reason, said = BATCHES[name]
    api.replies = {"/v1/querybatch": list(replies)}
    loaded = ask(api, ("qs", "1.0.0"), ("express", "4.0.0"), response_bytes=3000)
    (found,) = loaded.troubles
    assert found.reason is reason
    assert found.detail.startswith(f"the OSV service at {api.url}: ")
    assert found.detail.endswith(not_looked_up(said))
    assert (loaded.advisories, loaded.records) == ((), 0)


RECORDS: dict[str, tuple[Reply, GapReason, str]] = {
    "not there": ((404, {}, b""), GapReason.FAILED, "it answered 404"),
    "no record": ((200, {}, b'{"id": "GHSA-1"}'), GapReason.MALFORMED, "it is no OSV record"),
    "nothing": ((200, {}, b""), GapReason.MALFORMED, "it is no OSV record"),
    "another one": ((200, {}, json.dumps(record("GHSA-9", "qs")).encode()), GapReason.MALFORMED, "it is no OSV record"),
}


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_that_cannot_be_read_is_a_trouble_and_its_neighbours_are_read(name: str, api: Api) -> None:
    reply, reason, said = RECORDS[name]
    api.know(record("GHSA-1", "qs"), record("GHSA-2", "qs"))
    api.replies = {"/v1/vulns/GHSA-1": [reply]}
    loaded = ask(api, ("qs", "1.0.0"))
    assert ids(loaded) == ["GHSA-2"]
    whole = f"it names GHSA-1 for qs 1.0.0, and its record could not be read: {said}"
    assert loaded.troubles == (trouble(api, reason, whole),)


def test_pages_that_do_not_end_are_a_trouble(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = json.dumps({"results": [{"next_page_token": "again"}]}).encode()
    api.replies = {"/v1/querybatch": [(200, {}, endless)] * 9}
    expected = trouble(api, GapReason.FAILED, "its pages do not end; not looked up: qs 1.0.0")
    assert ask(api, ("qs", "1.0.0")).troubles == (expected,)
    numbered = [json.dumps({"results": [{"next_page_token": str(number)}]}).encode() for number in range(9)]
    api.replies = {"/v1/querybatch": [(200, {}, each) for each in numbered]}
    assert ask(api, ("qs", "1.0.0"), pages=5).troubles == (expected,)


def test_more_advisories_than_any_project_has_are_not_read(api: Api) -> None:
    api.know(*(record(f"GHSA-{number}", "qs") for number in range(5)))
    loaded = ask(api, ("qs", "1.0.0"), records=4)
    assert (loaded.advisories, loaded.troubles) == (
        (),
        (trouble(api, GapReason.FAILED, "it names more than 4 advisories: none was read"),),
    )


def test_a_server_that_is_not_there_is_a_trouble(api: Api) -> None:
    service = Service(
        url="http://user:secret@127.0.0.1:9",  # the port that discards
        asked=frozenset({Coordinates(ecosystem="npm", name="qs", version="1.0.0")}),
        today=TODAY,
        limits=ServiceLimits(attempts=1),
    )
    detail = "the OSV service at http://127.0.0.1:9: no connection, 1 times; not looked up: qs 1.0.0"
    assert service.load("npm", {"qs"}).troubles == (Trouble(reason=GapReason.FAILED, detail=detail),)


def test_a_server_that_does_not_answer_in_time_is_a_trouble(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()
    usual: Callable[[str, str, bytes], Reply] = api.answer

    def wait(method: str, path: str, body: bytes) -> Reply:
        released.wait(10)
        return usual(method, path, body)

    monkeypatch.setattr(Api, "answer", lambda self, method, path, body: wait(method, path, body))
    loaded = ask(api, ("qs", "1.0.0"), silence_seconds=0.05, attempts=2)
    released.set()
    said = "no answer in time, 2 times; not looked up: qs 1.0.0"
    assert loaded.troubles == (trouble(api, GapReason.TIMEOUT, said),)
    spent = ask(api, ("qs", "1.0.0"), total_seconds=-1)
    said = "no answer within -1 s; not looked up: qs 1.0.0"
    assert spent.troubles == (trouble(api, GapReason.TIMEOUT, said),)


def test_only_what_is_wanted_of_the_ecosystem_is_asked_for(api: Api) -> None:
    asked = frozenset(
        Coordinates(ecosystem=ecosystem, name=name, version="1.0.0")
        for ecosystem, name in (("npm", "qs"), ("npm", "other"), ("Go", "qs"))
    )
    Service(url=api.url, asked=asked, today=TODAY).load("npm", {"qs"})
    assert api.bodies == [[{"package": {"ecosystem": "npm", "name": "qs"}, "version": "1.0.0"}]]


def test_the_address_of_the_service_follows_from_the_one_that_policies_name() -> None:
    assert root_of(None) == DEFAULT
    assert root_of("https://osv.example/mirror/v1/query") == "https://osv.example/mirror"
    assert root_of("https://osv.example/") == "https://osv.example"
    assert shown("https://user:secret@osv.example:8443/mirror") == "https://osv.example:8443"


@pytest.mark.parametrize("ecosystem", ["npm", "Alpine"])
def test_the_service_and_a_folder_of_the_same_records_say_the_same(
    ecosystem: str, api: Api, shared_data: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(shared_data / "osv" / ecosystem / "all.zip") as archive:
        contents = [archive.read(name) for name in sorted(archive.namelist())[::7]]
    (tmp_path / ecosystem).mkdir()
    for number, content in enumerate(contents):
        (tmp_path / ecosystem / f"{number}.json").write_bytes(content)
    parsed = [document(each, ecosystem, lambda name: True) for each in contents]
    affected = [each for one in parsed if one.advisory and not one.withdrawn for each in one.advisory.affected]
    packages = {
        (each.ecosystem, each.name, version)
        for each in affected
        for version in [*sorted(each.versions)[:2], *(event.version for one in each.ranges for event in one.events)][:3]
        if version != "0"
    }
    api.know(*(json.loads(each) for each in contents))
    api.listing = lambda package, version: [
        one.id
        for one in parsed
        if one.advisory is not None and not one.withdrawn
        for each in one.advisory.affected
        if each.name == package["name"]
        and same_release(each.ecosystem, package["ecosystem"])
        and evaluate(each, version).answer is not Answer.UNAFFECTED
    ]
    asked = frozenset(Coordinates(ecosystem=kind, name=name, version=version) for kind, name, version in packages)
    wanted = {each.name for each in asked}
    online = Service(url=api.url, asked=asked, today=TODAY).load(ecosystem, wanted)
    folder = load(tmp_path, ecosystem, wanted, today=TODAY)

    def said(loaded: Loaded, each: Coordinates) -> set[tuple[str, frozenset[str]]]:
        return {
            (advisory.id, loaded.groups[advisory.id])
            for advisory in loaded.advisories
            for entry in advisory.affected
            if entry.name == each.name
            and same_release(entry.ecosystem, each.ecosystem)
            and evaluate(entry, each.version).answer is Answer.AFFECTED
        }

    assert len(asked) > 100
    assert online.troubles == folder.troubles == ()
    differing = [
        each for each in sorted(asked) if {i for i, _ in said(online, each)} != {i for i, _ in said(folder, each)}
    ]
    assert differing == []
    assert any(said(online, each) for each in asked)
