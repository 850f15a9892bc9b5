"""The detector: manifests on stdin, what the records say of their packages on stdout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from devsecgate.detectors.manifests.markers import environment
from devsecgate.detectors.package_answer import Answer, FoundEntry, GapEntry, PackageEntry, SourceEntry

Tree = Callable[[dict[str, str | bytes]], Path]
TODAY = "2026-08-01"


def record(identity: str, name: str = "thing", ecosystem: str = "PyPI", **changes: object) -> dict[str, object]:
    """Write a record that affects everything before 2.0."""
    events = [{"introduced": "0"}, {"fixed": "2.0"}]
    entry = {"package": {"ecosystem": ecosystem, "name": name}, "ranges": [{"type": "ECOSYSTEM", "events": events}]}
    return {
        "id": identity,
        "modified": "2026-01-02T03:04:05Z",
        "summary": f"About {identity}",
        "affected": [entry],
        **changes,
    }


def advise(folder: Path, *records: dict[str, object], ecosystem: str = "PyPI") -> Path:
    (folder / ecosystem).mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / ecosystem / "all.zip", "w") as archive:
        for each in records:
            archive.writestr(f"{each['id']}.json", json.dumps(each))
    return folder


def run(
    root: Path, *paths: str, advisories: Path | None = None, options: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[bytes]:
    records = [f"--advisories={advisories}"] if advisories else []
    return subprocess.run(
        [sys.executable, "-m", "devsecgate.detectors.dependencies", f"--today={TODAY}", *records, *options],
        cwd=root,
        input=json.dumps([{"path": f"./{path}"} for path in paths]).encode(),
        env={"PATH": os.environ["PATH"], "PYTHONSAFEPATH": "1"},
        capture_output=True,
        check=False,
        timeout=60,
    )


def ask(root: Path, *paths: str, advisories: Path | None = None, options: tuple[str, ...] = ()) -> Answer:
    done = run(root, *paths, advisories=advisories, options=options)
    assert (done.returncode, done.stderr) == (0, b"")
    return msgspec.json.decode(done.stdout, type=Answer)


def package(
    version: str = "1.0", path: str = "requirements.txt", line: int = 1, remedy: str | None = None
) -> PackageEntry:
    purl = f"pkg:pypi/thing@{version}"
    return PackageEntry(
        name="thing",
        version=version,
        purl=purl,
        ecosystem="PyPI",
        path=path,
        line=line,
        direct=None,
        via=[],
        origin="",
        remedy=remedy,
    )


def gap(
    detail: str, reason: str = "unresolved", path: str | None = "requirements.txt", name: str | None = "thing"
) -> GapEntry:
    return GapEntry(reason=reason, detail=detail, path=path, package=name)


def test_a_vulnerable_package_is_one_finding_with_all_that_the_records_know(tree: Tree, tmp_path: Path) -> None:
    vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"
    records = advise(
        tmp_path / "osv",
        record(
            "PYSEC-2026-1",
            aliases=["CVE-2026-1"],
            severity=[{"type": "CVSS_V3", "score": vector}],
            references=[
                {"type": "WEB", "url": "https://example.org/w"},
                {"type": "FIX", "url": "https://example.org/f"},
            ],
            published="",
        ),
        record(
            "GHSA-aaaa",
            aliases=["CVE-2026-1"],
            database_specific={"severity": "CRITICAL", "cwe_ids": ["CWE-79", "CWE-20"]},
            references=[{"type": "ADVISORY", "url": "https://example.org/a"}],
            published="",
        ),
        record("PYSEC-2026-2", "other"),
    )
    found = ask(tree({"requirements.txt": "Thing==1.0\nfine==1\n"}), "requirements.txt", advisories=records)
    fine = PackageEntry(
        name="fine",
        version="1",
        purl="pkg:pypi/fine@1",
        ecosystem="PyPI",
        path="requirements.txt",
        line=2,
        direct=None,
        via=[],
        origin="",
        remedy=None,
    )
    assert found == Answer(
        packages=[package(remedy="2.0"), fine],
        findings=[
            FoundEntry(
                package=package(remedy="2.0"),
                rule="CVE-2026-1",
                ids=["CVE-2026-1", "GHSA-aaaa", "PYSEC-2026-1"],
                upstream=[],
                summary="About GHSA-aaaa",
                severity="high",
                severity_source="CVSS:3.1 7.5 (PYSEC-2026-1)",
                fixed_in=["2.0"],
                cwes=[20, 79],
                references=["https://example.org/a", "https://example.org/w", "https://example.org/f"],
                published="",
            )
        ],
        gaps=[],
        covered=["requirements.txt"],
        sources=[SourceEntry(ecosystem="PyPI", records=3, as_of="2026-01-02", malformed=0)],
        notes=[],
    )


def test_a_fixed_version_a_withdrawn_record_and_another_package_are_nothing(tree: Tree, tmp_path: Path) -> None:
    records = advise(
        tmp_path / "osv", record("A"), record("B", withdrawn="2026-01-01T00:00:00Z"), record("C", "thing-else")
    )
    assert ask(tree({"requirements.txt": "thing==2.0\n"}), "requirements.txt", advisories=records).findings == []
    found = ask(tree({"requirements.txt": "thing==1.9\n"}), "requirements.txt", advisories=records).findings
    assert [each.rule for each in found] == ["A"]


def test_two_vulnerabilities_are_two_findings_until_a_bridge_makes_them_one(tree: Tree, tmp_path: Path) -> None:
    first, second = record("GHSA-a", aliases=["CVE-1"]), record("GHSA-b", aliases=["CVE-2"])
    bridge = record("PYSEC-1", "another-package", aliases=["CVE-1", "CVE-2"])
    root = tree({"requirements.txt": "thing==1.0\n"})
    apart = ask(root, "requirements.txt", advisories=advise(tmp_path / "apart", first, second))
    assert [each.ids for each in apart.findings] == [["CVE-1", "GHSA-a"], ["CVE-2", "GHSA-b"]]
    together = ask(root, "requirements.txt", advisories=advise(tmp_path / "together", first, second, bridge))
    assert [each.ids for each in together.findings] == [["CVE-1", "CVE-2", "GHSA-a", "GHSA-b", "PYSEC-1"]]


@pytest.mark.parametrize(
    ("line", "changes", "why"),
    [
        ("thing===2004d", {}, "2004d is not a version by the rules of PyPI"),
        (
            "thing==1.0",
            {"ranges": [{"type": "GIT", "events": [{"introduced": "0"}]}]},
            "it gives only ranges of commits",
        ),
        ("thing==1.0", {"ranges": []}, "it gives neither ranges nor versions"),
        (
            "thing==1.0",
            {"ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"last_affected": "2.6-NA"}]}]},
            "its 2.6-NA is not a version by the rules of PyPI",
        ),
    ],
)
@pytest.mark.parametrize("marker", ["", " ; sys_platform == 'nowhere'"])
def test_what_cannot_be_evaluated_is_a_gap_and_not_clean(
    tree: Tree, tmp_path: Path, line: str, changes: dict[str, object], why: str, marker: str
) -> None:
    entry = record("A")["affected"][0] | changes  # type: ignore[index]
    records = advise(tmp_path / "osv", record("A", affected=[entry]))
    found = ask(tree({"requirements.txt": line + marker}), "requirements.txt", advisories=records)
    version = line.rpartition("=")[2]
    detail = (
        f"A is about thing, and cannot be evaluated for {version}: {why}; "
        "read it, then change the version or accept this by name"
    )
    assert (found.findings, found.gaps) == ([], [gap(detail)])


def test_what_cannot_be_evaluated_is_said_by_its_alias_that_can(tree: Tree, tmp_path: Path) -> None:
    dumb = record("GHSA-dumb", aliases=["CVE-1"], affected=[{"package": {"ecosystem": "PyPI", "name": "thing"}}])
    records = advise(tmp_path / "osv", dumb, record("PYSEC-1", aliases=["CVE-1"]))
    found = ask(tree({"requirements.txt": "thing==1.0"}), "requirements.txt", advisories=records)
    assert ([each.rule for each in found.findings], found.gaps) == (["CVE-1"], [])


def test_a_vulnerable_package_for_elsewhere_is_a_gap_that_names_it(tree: Tree, tmp_path: Path) -> None:
    records = advise(tmp_path / "osv", *(record(f"A-{number}", aliases=[f"CVE-{number}"]) for number in range(7)))
    text = "thing==1.0 ; sys_platform == 'nowhere'\nthing==2.0 ; sys_platform == 'nowhere'\n"
    found = ask(tree({"requirements.txt": text}), "requirements.txt", advisories=records)
    detail = (
        "line 1: thing 1.0 has CVE-0, CVE-1, CVE-2, CVE-3, CVE-4, but its marker is false for this target "
        '(sys_platform == "nowhere"): gate where it is true, or change the version'
    )
    assert (found.packages, found.findings, found.gaps) == ([], [], [gap(detail)])


def test_malformed_records_are_counted_named_and_safe_to_show(tree: Tree, tmp_path: Path) -> None:
    folder = advise(tmp_path / "osv", record("A"))
    for name in ("1\u202e", "2", "3", "4", "5", "6", "7"):
        (folder / "PyPI" / f"{name}.json").write_text("{")
    found = ask(tree({"requirements.txt": "thing==1.0"}), "requirements.txt", advisories=folder)
    detail = (
        "7 of 8 PyPI advisory records are not OSV records: 1\\u202e.json, 2.json, 3.json, 4.json, 5.json and 2 more; "
        "fetch them again"
    )
    assert found.gaps == [gap(detail, "malformed", None, None)]
    assert [each.rule for each in found.findings] == ["A"]
    assert found.sources == [SourceEntry(ecosystem="PyPI", records=1, as_of="2026-01-02", malformed=7)]


@pytest.mark.parametrize(
    "make", [lambda folder: None, lambda folder: folder.mkdir(), lambda folder: folder.write_text("")]
)
def test_a_folder_without_records_of_an_ecosystem_is_a_gap(
    tree: Tree, tmp_path: Path, make: Callable[[Path], object]
) -> None:
    make(tmp_path / "osv")
    root = tree({"requirements.txt": "thing==1.0"})
    found = ask(root, "requirements.txt", advisories=tmp_path / "osv")
    assert [(each.reason, each.path) for each in found.gaps][-1] in (("missing", None), ("malformed", None))
    assert found.findings == []


def test_only_the_ecosystems_of_the_target_need_records(tree: Tree, tmp_path: Path) -> None:
    canary = tmp_path / "canary" / "requirements.txt"
    advise(canary.parent / "advisories", record("CANARY", "devsecgate-canary"))
    canary.write_text("devsecgate-canary==1.0\n")
    lock = {"lockfileVersion": 3, "packages": {"": {}, "node_modules/@a/b": {"version": "1.0.0"}}}
    records = advise(tmp_path / "osv", record("N", "@a/b", "npm"), ecosystem="npm")
    options = (f"--canary={canary}", f"--canary-advisories={canary.parent / 'advisories'}")
    found = ask(tree({"package-lock.json": json.dumps(lock)}), "package-lock.json", advisories=records, options=options)
    assert [(each.rule, each.package.path) for each in found.findings] == [
        ("CANARY", str(canary)),
        ("N", "package-lock.json"),
    ]
    assert [each.package.purl for each in found.findings] == ["pkg:pypi/devsecgate-canary@1.0", "pkg:npm/%40a/b@1.0.0"]
    assert (found.gaps, [each.ecosystem for each in found.sources]) == ([], ["npm"])


def test_without_records_it_is_an_inventory_and_names_no_source(tree: Tree) -> None:
    found = ask(tree({"requirements.txt": "thing==1.0\nopen\n"}), "requirements.txt")
    detail = "line 2: open is not pinned to one version: not resolvable, lock it"
    assert found == Answer(
        packages=[package()],
        findings=[],
        gaps=[gap(detail, name="open")],
        covered=["requirements.txt"],
        sources=[],
        notes=[],
    )


def test_first_party_packages_are_listed_and_matched_with_nothing(tree: Tree, tmp_path: Path) -> None:
    records = advise(tmp_path / "osv", record("A"))
    root = tree({"requirements.txt": "thing==1.0\n"})
    found = ask(root, "requirements.txt", advisories=records, options=("--first-party=THING",))
    assert (found.packages, found.findings, found.gaps) == ([package()], [], [])


def test_a_version_is_found_once_in_each_manifest_and_each_version_by_itself(tree: Tree, tmp_path: Path) -> None:
    records = advise(tmp_path / "osv", record("A"))
    files: dict[str, str | bytes] = {
        "a/requirements.txt": "thing==1.0\nthing==1.0\nthing==1.1\n",
        "b/requirements.txt": "\nthing==1.0",
    }
    found = ask(tree(files), *files, advisories=records)
    assert [(each.package.path, each.package.line, each.package.version) for each in found.findings] == [
        ("a/requirements.txt", 1, "1.0"),
        ("a/requirements.txt", 3, "1.1"),
        ("b/requirements.txt", 2, "1.0"),
    ]
    assert len(found.packages) == 4


@pytest.mark.parametrize(
    ("version", "purl"),
    [("1.0+cu117", "pkg:pypi/thing@1.0%2Bcu117"), ("0!1.0", "pkg:pypi/thing@0%211.0"), ("v1.0", "pkg:pypi/thing@v1.0")],
)
def test_every_spelling_of_a_version_is_found_and_has_its_purl(
    tree: Tree, tmp_path: Path, version: str, purl: str
) -> None:
    records = advise(tmp_path / "osv", record("A"))
    found = ask(tree({"requirements.txt": f"thing=={version}"}), "requirements.txt", advisories=records)
    assert [(each.rule, each.package.purl) for each in found.findings] == [("A", purl)]


def test_two_runs_print_the_same_bytes(tree: Tree, tmp_path: Path) -> None:
    records = advise(tmp_path / "osv", *(record(f"A-{number}", aliases=[f"CVE-{number % 3}"]) for number in range(9)))
    root = tree({"requirements.txt": "thing==1.0\nopen\n", "b-requirements.txt": "thing==1.1\n"})
    first = run(root, "requirements.txt", "b-requirements.txt", advisories=records)
    again = run(root, "b-requirements.txt", "requirements.txt", advisories=records)
    assert first.stdout == again.stdout
    assert len(msgspec.json.decode(first.stdout, type=Answer).findings) == 6


@pytest.mark.parametrize(
    "stdin", [b"", b"{}", b"[{}]", b'["a"]', b'[{"path": 1}]', b'[{"path": "a", "more": 1}]', b"\xff"]
)
def test_a_request_that_is_none_is_no_answer(tmp_path: Path, stdin: bytes) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "devsecgate.detectors.dependencies"],
        cwd=tmp_path,
        input=stdin,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode != 0
    assert done.stdout == b""


def test_nothing_of_the_scanned_tree_is_imported_or_run(tree: Tree, tmp_path: Path) -> None:
    trap = f"import pathlib\npathlib.Path({str(tmp_path / 'ran')!r}).touch()\n"
    names = (
        "msgspec.py",
        "packaging.py",
        "devsecgate.py",
        "sitecustomize.py",
        "setup.py",
        "conftest.py",
        "cvss/__init__.py",
    )
    root = tree({"requirements.txt": "thing==1.0\n-e .\n", **dict.fromkeys(names, trap)})
    found = ask(root, "requirements.txt", "setup.py")
    assert [each.name for each in found.packages] == ["thing"]
    assert not (tmp_path / "ran").exists()


def test_the_real_records_say_what_they_say_of_jinja(tree: Tree, shared_data: Path) -> None:
    root = tree({"requirements.txt": "jinja2==2.4.1\nrequests==2.33.0\n"})
    found = ask(root, "requirements.txt", advisories=shared_data / "osv")
    assert [each.rule for each in found.findings] == [
        "CVE-2014-0012",
        "CVE-2014-1402",
        "CVE-2016-10745",
        "CVE-2019-10906",
        "CVE-2020-28493",
        "CVE-2024-22195",
        "CVE-2024-34064",
        "CVE-2024-56326",
        "CVE-2025-27516",
    ]
    assert found.findings[3].ids == ["CVE-2019-10906", "GHSA-462w-v97r-4m45", "PYSEC-2019-217"]
    assert found.findings[3].fixed_in == ["2.10.1"]
    assert found.gaps == []
    assert [(each.records, each.malformed) for each in found.sources] == [(7080, 0)]


MARKED = 'thing==1.0 ; sys_platform == "win32"\nother==1.0 ; python_version < "3.9"\nnever==1 ; os_name == "x"\n'


def test_markers_are_evaluated_for_the_target_that_is_named(tree: Tree, tmp_path: Path) -> None:
    records = advise(tmp_path / "osv", record("PYSEC-1"), record("PYSEC-2", "other"))
    root = tree({"requirements.txt": MARKED})
    here = ask(root, "requirements.txt", advisories=records)
    assert [each.rule for each in here.findings] == []
    assert {each.package for each in here.gaps} == {"thing", "other"}
    options = tuple(f"--marker={name}={value}" for name, value in environment(
        python="3.8", platform="win32", machine="AMD64"
    ).items())  # fmt: skip
    there = ask(root, "requirements.txt", advisories=records, options=options)
    assert sorted(each.rule for each in there.findings) == ["PYSEC-1", "PYSEC-2"]
    assert there.gaps == []
    assert "markers are evaluated for Python 3.8.0 on win32, AMD64 (the target that the policy names)" in there.notes


def test_the_report_says_for_which_interpreter_markers_were_evaluated(tree: Tree) -> None:
    said = [note for note in ask(tree({"requirements.txt": MARKED}), "requirements.txt").notes if "evaluated" in note]
    assert len(said) == 1
    assert said[0].startswith(f"markers are evaluated for Python {sys.version_info.major}.{sys.version_info.minor}")
    assert said[0].endswith("(this interpreter)")
    assert ask(tree({"requirements.txt": "thing==1.0\n"}), "requirements.txt").notes == []


def test_a_target_may_be_named_in_part() -> None:
    assert environment(python=None, platform=None, machine=None) == {}
    assert environment(python="3.12.4", platform=None, machine="arm64") == {
        "python_version": "3.12",
        "python_full_version": "3.12.4",
        "implementation_version": "3.12.4",
        "platform_machine": "arm64",
    }
