"""The scanner of manifests, run by the real engine: it proves itself, and leaves nothing out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from osv_api import record, serve

from devsecgate import run
from devsecgate.detectors.package_answer import Answer, FoundEntry, GapEntry, PackageEntry, SourceEntry
from devsecgate.errors import MalformedOutput
from devsecgate.model import DataSource, Finding, Gap, GapReason, Kind, Location, Package, ScanResult, Severity
from devsecgate.scanner import CANARY_PATH, Assignment, Job, Output, Plan, Settings
from devsecgate.scanners.dependencies import SCANNER

Tree = Callable[[dict[str, str | bytes]], Path]
RECORD = {
    "id": "PYSEC-2026-1",
    "modified": "2026-01-02T03:04:05Z",
    "aliases": ["CVE-2026-1"],
    "summary": "Everything before 2.0 is bad",
    "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
    "references": [{"type": "ADVISORY", "url": "https://example.org/a"}],
    "database_specific": {"cwe_ids": ["CWE-89"]},
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "thing"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.0"}]}],
        }
    ],
}


@pytest.fixture
def records(tmp_path: Path) -> Path:
    folder = tmp_path / "osv"
    (folder / "PyPI").mkdir(parents=True)
    (folder / "PyPI" / "PYSEC-2026-1.json").write_text(json.dumps(RECORD))
    return folder


def look(root: Path, *files: str, **settings: object) -> ScanResult:
    known = Settings(**settings)  # type: ignore[arg-type]
    conditions = run.Conditions(
        root=root.resolve(),
        target_files=frozenset(files),
        settings=known,
        timeout=60,
        memory=4 << 30,
        refused_engines=frozenset(),
    )
    plan = Plan(assignments=(Assignment(scanner=SCANNER, files=files),), idle=(), gaps=())
    (result,) = run.run(plan, conditions, lambda name, done: None)
    return replace(result, seconds=0.0)


def gaps(result: ScanResult) -> list[tuple[GapReason, str, str | None]]:
    return [(gap.reason, gap.detail, gap.path) for gap in result.gaps]


def test_a_vulnerable_package_is_found_and_the_planted_one_proves_it(tree: Tree, records: Path) -> None:
    result = look(tree({"requirements.txt": "\nThing==1.0\n"}), "requirements.txt", advisories=records, offline=True)
    place = Location(path="requirements.txt", line=2)
    package = Package(
        purl="pkg:pypi/thing@1.0", name="thing", version="1.0", ecosystem="PyPI", location=place, remedy="2.0"
    )
    finding = Finding(
        scanner="dependencies",
        kind=Kind.DEPENDENCY,
        rule="CVE-2026-1",
        message="thing 1.0: Everything before 2.0 is bad",
        location=place,
        severity=Severity.CRITICAL,
        severity_source="CVSS:3.1 9.8 (PYSEC-2026-1)",
        ids=frozenset({"CVE-2026-1", "PYSEC-2026-1"}),
        cwes=frozenset({89}),
        package=package,
        fixed_in=("2.0",),
        help_url="https://example.org/a",
    )
    assert result == ScanResult(
        scanner="dependencies",
        kind=Kind.DEPENDENCY,
        engine="dependencies",
        version=result.version,
        findings=(finding,),
        gaps=(),
        packages=(package,),
        requested=frozenset({"requirements.txt"}),
        covered=frozenset({"requirements.txt"}),
        sources=(DataSource(name="OSV PyPI", location="osv", records=1, as_of="2026-01-02"),),
        canaries=1,
    )


def test_a_clean_project_is_clean_and_proved_to_be_looked_at(tree: Tree, records: Path) -> None:
    result = look(tree({"requirements.txt": "thing==2.0\n"}), "requirements.txt", advisories=records)
    assert (result.findings, result.gaps, result.canaries) == ((), (), 1)
    assert result.covered == {"requirements.txt"}


def test_without_records_and_without_network_each_ecosystem_is_a_gap(tree: Tree) -> None:
    lock = '{"lockfileVersion": 3, "packages": {"": {}, "node_modules/a": {"version": "1.0.0"}}}'
    root = tree({"requirements.txt": "thing==1.0\n", "package-lock.json": lock})
    offline = look(root, "requirements.txt", "package-lock.json", offline=True)
    assert gaps(offline) == [
        (
            GapReason.MISSING,
            (
                f"no advisory records for {ecosystem} packages: run `devsecgate advisories update {ecosystem}`, "
                "or give --advisories DIR"
            ),
            None,
        )
        for ecosystem in ("PyPI", "npm")
    ]
    assert {package.purl for package in offline.packages} == {"pkg:pypi/thing@1.0", "pkg:npm/a@1.0.0"}


def test_online_the_service_is_asked_about_all_but_what_pip_audit_asks_about(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    lock = '{"lockfileVersion": 3, "packages": {"": {}, "node_modules/a": {"version": "1.0.0"}}}'
    root = tree({"requirements.txt": "thing==1.0\n", "package-lock.json": lock})
    files = ("requirements.txt", "package-lock.json")
    with serve() as api:
        api.know(record("GHSA-1", "a"), record("GHSA-2", "thing", ecosystem="PyPI"))
        query = f"{api.url}/v1/query"
        result = look(root, *files, osv_url=query)
        assert [(found.rule, found.location.path) for found in result.findings] == [("GHSA-1", "package-lock.json")]
        assert [(each.name, each.location) for each in result.sources] == [("OSV service npm", api.url)]
        assert (gaps(result), result.canaries) == ([], 1)
        result = look(root, *files, osv_url=query, disabled=frozenset({"pip-audit"}))
        assert sorted(found.rule for found in result.findings) == ["GHSA-1", "GHSA-2"]
        asked = {str(query["package"]["name"]) for body in api.bodies for query in body}  # type: ignore[index]
    assert asked == {"a", "thing"}, "the canary is nobody's package"


def test_a_service_that_does_not_answer_is_a_gap(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    lock = '{"lockfileVersion": 3, "packages": {"": {}, "node_modules/a": {"version": "1.0.0"}}}'
    with serve() as api:
        api.replies["/v1/querybatch"] = [(403, {}, b"")]
        result = look(tree({"package-lock.json": lock}), "package-lock.json", osv_url=f"{api.url}/v1/query")
    assert [gap.reason for gap in result.gaps] == [GapReason.FAILED]
    assert result.findings == ()


def test_the_canary_needs_no_records_but_its_own(tree: Tree, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = look(tree({"requirements.txt": ""}), "requirements.txt", advisories=tmp_path / "empty")
    assert (result.findings, result.gaps, result.sources, result.canaries) == ((), (), (), 1)
    result = look(tree({"requirements.txt": "thing==1\n"}), "requirements.txt", advisories=tmp_path / "empty")
    said = "no advisory records in PyPI/all.zip or PyPI/*.json of the folder given"
    assert (gaps(result), result.canaries) == ([(GapReason.MISSING, said, None)], 1)


def test_a_manifest_that_nobody_can_read_is_a_gap_and_takes_no_other_with_it(tree: Tree, records: Path) -> None:
    files: dict[str, str | bytes] = {
        "uv.lock": "version = ",
        "go.mod": "module x",
        "requirements.txt": "thing==1.0\n-r .\n",
    }
    result = look(tree(files), *sorted(files), advisories=records)
    assert [(reason, path) for reason, _, path in gaps(result)] == [
        (GapReason.UNSUPPORTED, "go.mod"),
        (GapReason.UNREADABLE, "requirements.txt"),
        (GapReason.MALFORMED, "uv.lock"),
    ]
    assert ([found.rule for found in result.findings], result.covered) == (["CVE-2026-1"], {"requirements.txt"})


def test_credentials_in_a_manifest_reach_nothing_that_is_reported(tree: Tree, records: Path) -> None:
    text = """\
--index-url https://user:hunter2@pypi.example/simple
--extra-index-url=https://hunter2@pypi.example/simple
-e git+https://user:hunter2@example.org/a.git#egg=a
b @ https://user:hunter2@example.org/b.zip
https://user:hunter2@example.org/c.zip
-r https://user:hunter2@example.org/d.txt
--passwordhunter2
hunter2 hunter2
thing==1.0
"""
    result = look(tree({"requirements.txt": text}), "requirements.txt", advisories=records)
    assert len(result.gaps) == 6
    assert "hunter2" not in repr(result)
    assert [found.rule for found in result.findings] == ["CVE-2026-1"]


def test_first_party_packages_are_not_matched(tree: Tree, records: Path) -> None:
    root = tree({"requirements.txt": "thing==1.0\nacme\n"})
    result = look(root, "requirements.txt", advisories=records, first_party=frozenset({"thing", "acme"}))
    assert (result.findings, result.gaps) == ((), ())


def test_a_file_with_the_shape_of_an_option_is_a_file(tree: Tree, records: Path) -> None:
    names = ("--canary=x/requirements.txt", "-r/requirements.txt", "a b/requirements.txt")
    result = look(tree(dict.fromkeys(names, "thing==1.0\n")), *sorted(names), advisories=records)
    assert (result.covered, result.gaps, len(result.findings)) == (set(names), (), 3)


def test_the_trees_own_modules_are_not_imported(tree: Tree, records: Path, tmp_path: Path) -> None:
    trap = f"import pathlib\npathlib.Path({str(tmp_path / 'ran')!r}).touch()\n"
    root = tree(
        {"requirements.txt": "thing==1.0\n", "msgspec.py": trap, "sitecustomize.py": trap, "devsecgate.py": trap}
    )
    assert look(root, "requirements.txt", advisories=records).canaries == 1
    assert not (tmp_path / "ran").exists()


def job(**settings: object) -> Job:
    return Job(
        root=Path("/tree"),
        files=("./requirements.txt",),
        canary=Path("/canary/requirements.txt"),
        scratch=Path("/scratch"),
        engine="dependencies",
        settings=Settings(**settings),  # type: ignore[arg-type]
    )


def test_the_command_names_folders_and_gives_the_files_on_stdin() -> None:
    command = SCANNER.command(job(advisories=Path("/osv"), first_party=frozenset({"b", "a"}), offline=True))
    assert command.argv == (
        "python",
        "-m",
        "devsecgate.detectors.dependencies",
        "--canary=/canary/requirements.txt",
        "--canary-advisories=/canary/advisories",
        "--advisories=/osv",
        "--first-party=a",
        "--first-party=b",
    )
    assert (command.stdin, command.exits, command.network) == (b'[{"path":"./requirements.txt"}]', {0}, False)


PACKAGE = PackageEntry(
    name="thing",
    version="1.0",
    purl="pkg:pypi/thing@1.0",
    ecosystem="PyPI",
    path="/canary/requirements.txt",
    line=1,
    direct=None,
    via=[],
    origin="",
    remedy=None,
)
FOUND = FoundEntry(
    package=PACKAGE,
    rule="DEVSECGATE-CANARY-0001",
    ids=["DEVSECGATE-CANARY-0001"],
    upstream=[],
    summary="x\x1b[31m\n::error::y",
    severity=None,
    severity_source="unrated",
    fixed_in=[],
    cwes=[],
    references=[],
    published="",
)
ANSWER = Answer(
    packages=[PACKAGE], findings=[FOUND], gaps=[], covered=["/canary/requirements.txt"], sources=[], notes=[]
)


def parse(data: bytes, **settings: object) -> object:
    return SCANNER.parse(Output(stdout=data, stderr=b"", exit=0), job(offline=True, **settings))


def test_what_a_record_says_is_shown_on_one_line_and_cannot_act() -> None:
    parsed = SCANNER.parse(Output(stdout=msgspec.json.encode(ANSWER), stderr=b"", exit=0), job())
    (found,) = parsed.findings
    assert (found.message, found.location.path) == ("thing 1.0: x\\x1b[31m ::error::y", CANARY_PATH)
    assert (parsed.packages, parsed.covered) == ((), frozenset())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" \n",
        b"{}",
        b"[]",
        b"null",
        b"\xff" + msgspec.json.encode(ANSWER),
        msgspec.json.encode(ANSWER)[: len(msgspec.json.encode(ANSWER)) // 2],
        msgspec.json.encode(ANSWER) + b"{}",
        msgspec.json.encode({**msgspec.to_builtins(ANSWER), "more": 1}),
        msgspec.json.encode({k: v for k, v in msgspec.to_builtins(ANSWER).items() if k != "gaps"}),
        msgspec.json.encode(
            {**msgspec.to_builtins(ANSWER), "gaps": [{"reason": "tired", "detail": "", "path": None, "package": None}]}
        ),
        msgspec.json.encode(
            {**msgspec.to_builtins(ANSWER), "findings": [{**msgspec.to_builtins(FOUND), "severity": "bad"}]}
        ),
        msgspec.json.encode(
            {
                **msgspec.to_builtins(ANSWER),
                "sources": [msgspec.to_builtins(SourceEntry(ecosystem="PyPI", records=1, as_of="", malformed=0))],
            }
        ),
    ],
)
def test_what_is_no_answer_is_malformed_and_not_clean(data: bytes) -> None:
    with pytest.raises(MalformedOutput):
        parse(data)


def test_a_gap_of_the_answer_keeps_its_reason_and_its_place() -> None:
    entry = GapEntry(reason="unresolved", detail="line 1:\n thing", path="./requirements.txt", package="thing")
    answer = replace(ANSWER, gaps=[entry])
    parsed = SCANNER.parse(Output(stdout=msgspec.json.encode(answer), stderr=b"", exit=0), job())
    gap = Gap(
        scanner="dependencies",
        reason=GapReason.UNRESOLVED,
        detail="line 1: thing",
        path="requirements.txt",
        package="thing",
    )
    assert parsed.gaps == (gap,)


@pytest.mark.parametrize(("path", "wanted"), [("a/uv.lock", True), ("yarn.lock", True), ("app.py", False)])
def test_it_looks_at_every_manifest_even_where_it_can_only_name_it(path: str, wanted: bool) -> None:
    assert SCANNER.select(path) is wanted
