"""The scanner of SBOMs, run by the real engine: it proves itself on each, and leaves nothing of one out."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from osv_api import record, serve
from stores import build

from devsecgate import run
from devsecgate.detectors.package_answer import Answer, FoundEntry, GapEntry, PackageEntry, SourceEntry
from devsecgate.errors import MalformedOutput
from devsecgate.model import DataSource, Finding, Gap, GapReason, Kind, Location, Package, ScanResult, Severity
from devsecgate.scanner import CANARY_PATH, Assignment, Given, Job, Output, Plan, Settings, Subject
from devsecgate.scanners.sbom import SCANNER

SAMPLES = Path(__file__).resolve().parent.parent / "samples" / "sboms"
RECORD = {
    "id": "GHSA-2026-qs",
    "modified": "2026-01-02T03:04:05Z",
    "aliases": ["CVE-2026-1"],
    "summary": "Everything before 6.5.3 is bad",
    "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
    "references": [{"type": "ADVISORY", "url": "https://example.org/a"}],
    "affected": [
        {
            "package": {"ecosystem": "npm", "name": "qs"},
            "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "6.5.3"}]}],
        }
    ],
}


@pytest.fixture
def records(tmp_path: Path) -> Path:
    folder = tmp_path / "osv"
    for ecosystem in ("npm", "PyPI"):
        (folder / ecosystem).mkdir(parents=True)
        (folder / ecosystem / "r.json").write_text(json.dumps({**RECORD, "id": f"GHSA-{ecosystem}"}))
    return folder


def look(tmp_path: Path, *given: Given, settings: Settings) -> ScanResult:
    (tmp_path / "root").mkdir(exist_ok=True)
    conditions = run.Conditions(
        root=tmp_path / "root",
        target_files=frozenset(),
        settings=settings,
        timeout=60,
        memory=4 << 30,
        refused_engines=frozenset(),
    )
    plan = Plan(assignments=(Assignment(scanner=SCANNER, files=(), given=given),), idle=(), gaps=())
    (result,) = run.run(plan, conditions, lambda name, done: None)
    return replace(result, seconds=0.0)


def sbom(file: Path, name: str = "release.cdx.json") -> Given:
    return Given(subject=Subject.SBOM, name=name, source=str(file))


def test_what_an_sbom_lists_is_matched_and_the_planted_package_proves_it(tmp_path: Path, records: Path) -> None:
    result = look(tmp_path, sbom(SAMPLES / "1.18.1-syft.cdx.json"), settings=Settings(advisories=records))
    place = Location(path="release.cdx.json")

    def package(kind: str, name: str, version: str, via: tuple[str, ...] = (), remedy: str | None = None) -> Package:
        return Package(
            purl=f"pkg:{kind}/{name}@{version}",
            name=name,
            version=version,
            ecosystem={"npm": "npm", "pypi": "PyPI"}[kind],
            location=place,
            via=via,
            remedy=remedy,
        )

    vulnerable = package("npm", "qs", "6.5.1", remedy="6.5.3")
    finding = Finding(
        scanner="sbom",
        kind=Kind.DEPENDENCY,
        rule="CVE-2026-1",
        message="qs 6.5.1: Everything before 6.5.3 is bad",
        location=place,
        severity=Severity.CRITICAL,
        severity_source="CVSS:3.1 9.8 (GHSA-npm)",
        ids=frozenset({"CVE-2026-1", "GHSA-npm"}),
        package=vulnerable,
        fixed_in=("6.5.3",),
        help_url="https://example.org/a",
    )
    assert result == ScanResult(
        scanner="sbom",
        kind=Kind.DEPENDENCY,
        engine="sbom",
        version=result.version,
        findings=(finding,),
        gaps=(),
        packages=(
            package("npm", "express", "4.16.0"),
            package("pypi", "flask", "2.0.0"),
            package("pypi", "jinja2", "3.0.0", ("flask",)),
            package("pypi", "markupsafe", "2.0.1", ("flask", "jinja2")),
            vulnerable,
            package("pypi", "requests", "2.31.0"),
            package("npm", "shop", "1.0.0"),
        ),
        requested=frozenset({"release.cdx.json"}),
        covered=frozenset({"release.cdx.json"}),
        sources=(
            DataSource(name="OSV PyPI", location="osv", records=1, as_of="2026-01-02"),
            DataSource(name="OSV npm", location="osv", records=1, as_of="2026-01-02"),
        ),
        canaries=1,
        notes=("release.cdx.json is about shop 1.0.0, which is not looked up itself: it has no purl",),
    )


def test_each_sbom_is_looked_at_by_itself(tmp_path: Path, records: Path) -> None:
    (tmp_path / "broken").write_bytes(b"{")
    one, other = sbom(SAMPLES / "1.18.1-syft.spdx.json", "one"), sbom(tmp_path / "broken", "other")
    result = look(tmp_path, one, other, settings=Settings(advisories=records))
    assert [(found.location.path, found.rule) for found in result.findings] == [("one", "CVE-2026-1")]
    assert (result.requested, result.covered, result.canaries) == ({"one", "other"}, {"one"}, 1)
    detail = "this SBOM is not what it should be: Input data was truncated"
    assert result.gaps == (Gap(scanner="sbom", reason=GapReason.MALFORMED, detail=detail, path="other"),)


def test_an_sbom_that_is_not_there_any_more_is_a_gap_without_its_path(tmp_path: Path, records: Path) -> None:
    result = look(tmp_path, sbom(tmp_path / "gone"), settings=Settings(advisories=records))
    detail = "this SBOM is not a file"
    assert result.gaps == (Gap(scanner="sbom", reason=GapReason.UNREADABLE, detail=detail, path="release.cdx.json"),)
    assert (result.covered, result.canaries) == (frozenset(), 1)


def test_first_party_packages_are_listed_and_not_matched(tmp_path: Path, records: Path) -> None:
    settings = Settings(advisories=records, first_party=frozenset({"qs"}))
    result = look(tmp_path, sbom(SAMPLES / "1.18.1-syft.cdx.xml"), settings=settings)
    assert (result.findings, result.gaps, len(result.packages)) == ((), (), 7)


def test_the_names_of_sboms_are_never_options(tmp_path: Path, records: Path) -> None:
    (tmp_path / "-rf").write_bytes((SAMPLES / "1.18.1-syft.cdx.json").read_bytes())
    result = look(tmp_path, sbom(tmp_path / "-rf", "--advisories=x"), settings=Settings(advisories=records))
    assert result.covered == {"--advisories=x"}


def test_without_records_the_service_is_asked_about_the_sbom_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve() as api:
        api.know(record("GHSA-1", "qs", "CVE-2026-1", fixed="6.5.3"), record("GHSA-2", "qs", fixed="6.0.0"))
        settings = Settings(osv_url=f"{api.url}/v1/query", first_party=frozenset({"shop"}))
        result = look(tmp_path, sbom(SAMPLES / "1.18.1-syft.spdx.json"), settings=settings)
    assert [(found.rule, found.fixed_in) for found in result.findings] == [("CVE-2026-1", ("6.5.3",))]
    denied = (
        f"the OSV service at {api.url}: it names GHSA-2 for qs 6.5.1, and by the record it is not affected; read it, "
        "then change the version or accept this by name"
    )
    assert result.gaps == (Gap(scanner="sbom", reason=GapReason.UNRESOLVED, detail=denied),)
    assert [(source.name, source.location, source.records) for source in result.sources] == [
        ("OSV service PyPI", api.url, 0),
        ("OSV service npm", api.url, 2),
    ]
    asked = {each["package"]["name"] for body in api.bodies for each in body}  # type: ignore[index]  # as it was asked
    assert asked == {"express", "flask", "jinja2", "markupsafe", "qs", "requests"}
    assert result.canaries == 1


def test_a_store_of_records_is_looked_up_offline_and_one_that_is_too_old_or_missing_is_a_gap(tmp_path: Path) -> None:
    store = build(
        tmp_path / "s.sqlite",
        {"npm": {"r": {**RECORD, "id": "GHSA-npm"}}, "PyPI": {"r": {**RECORD, "id": "GHSA-PyPI"}}},
    )
    given = sbom(SAMPLES / "1.18.1-syft.cdx.json")
    result = look(tmp_path, given, settings=Settings(store=store, max_age=100_000, offline=True))
    assert [each.rule for each in result.findings] == ["CVE-2026-1"]
    assert (result.gaps, {each.location for each in result.sources}) == ((), {"s.sqlite"})
    old = look(tmp_path, given, settings=Settings(store=store, max_age=0, offline=True))
    assert [each.rule for each in old.findings] == ["CVE-2026-1"]
    assert {each.reason for each in old.gaps} == {GapReason.STALE}
    settings = Settings(store=tmp_path / "advisories.sqlite", offline=True)
    result = look(tmp_path, sbom(SAMPLES / "1.18.1-syft.cdx.json"), settings=settings)
    assert {(each.reason, each.detail.partition(" (")[0]) for each in result.gaps} == {
        (GapReason.MISSING, "there is no store of advisories")
    }
    assert {each.location for each in result.sources} == {"advisories.sqlite"}


def test_offline_and_without_records_each_ecosystem_is_a_gap(tmp_path: Path) -> None:
    result = look(tmp_path, sbom(SAMPLES / "1.18.1-syft.cdx.json"), settings=Settings(offline=True))
    assert [(each.reason, each.detail) for each in result.gaps] == [
        (
            GapReason.MISSING,
            (
                f"no advisory records for {ecosystem} packages: run `devsecgate advisories update {ecosystem}`, "
                "or give --advisories DIR"
            ),
        )
        for ecosystem in ("PyPI", "npm")
    ]
    assert (result.findings, len(result.packages), result.canaries) == ((), 7, 1)


def answer(**changes: object) -> Output:
    entry = PackageEntry(
        name="a",
        version="1",
        purl="pkg:npm/a@1",
        ecosystem="npm",
        path="s",
        line=1,
        direct=None,
        via=[],
        origin="",
        remedy=None,
    )
    found = FoundEntry(
        package=entry,
        rule="CVE-1",
        ids=["CVE-1"],
        upstream=[],
        summary="bad",
        severity="worst",
        severity_source="",
        fixed_in=[],
        cwes=[],
        references=[],
        published="",
    )
    whole: dict[str, object] = {"packages": [], "findings": [], "gaps": [], "covered": [], "sources": [], "notes": []}
    parts: dict[str, object] = {
        "findings": [found],
        "gaps": [GapEntry(reason="tired", detail="", path=None, package=None)],
        "sources": [SourceEntry(ecosystem="npm", records=1, as_of="2026-01-01", malformed=0)],
    }
    for name in changes:
        whole[name] = parts[name]
    return Output(stdout=msgspec.json.encode(msgspec.convert(whole, Answer)), stderr=b"", exit=0)


@pytest.mark.parametrize("name", ["findings", "gaps", "sources"])
def test_an_answer_with_what_there_is_not_is_malformed(name: str, tmp_path: Path) -> None:
    job = Job(
        root=tmp_path,
        files=(),
        canary=tmp_path / "c",
        scratch=tmp_path,
        engine="sbom",
        settings=Settings(offline=True),
        given=None,
    )
    with pytest.raises(MalformedOutput):
        SCANNER.parse(answer(**{name: True}), job)
    assert CANARY_PATH not in SCANNER.parse(answer(), job).covered
