"""The scanner of other ecosystems' lockfiles, run by the real engine with the real syft, and with broken ones."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import msgspec
import pytest
from lockfiles import ALL, CARGO, YARN_CLASSIC
from msgspec.structs import replace

from devsecgate import run
from devsecgate.detectors.manifests.files import LARGEST
from devsecgate.detectors.package_answer import PackageEntry, SourceEntry
from devsecgate.detectors.syft.answer import SyftAnswer
from devsecgate.errors import MalformedOutput
from devsecgate.model import DataSource, Finding, Gap, GapReason, Kind, Location, Package, ScanResult
from devsecgate.scanner import Assignment, Job, Output, Plan, Settings
from devsecgate.scanners.syft import SCANNER

Tree = Callable[[dict[str, str | bytes]], Path]
LOCK = CARGO.replace("{version}", "4")
MISSING = "syft is not installed, neither beside Python nor on PATH: pip install 'devsecgate[syft]'"


class Toolbox(Protocol):
    """The folder of programs that the fixture of that name gives."""

    folder: Path

    def fake(self, tool: str, code: str) -> None: ...

    def remove(self, tool: str) -> None: ...


def record(ecosystem: str, name: str, fixed: str) -> dict[str, object]:
    return {
        "id": f"TEST-{ecosystem}-1",
        "modified": "2026-01-02T03:04:05Z",
        "summary": f"Everything before {fixed} is bad",
        "affected": [
            {
                "package": {"ecosystem": ecosystem, "name": name},
                "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": fixed}]}],
            }
        ],
    }


@pytest.fixture(autouse=True)
def syft(program: Callable[[str], str]) -> str:
    return program("syft")


@pytest.fixture
def records(tmp_path: Path) -> Path:
    folder = tmp_path / "osv"
    for ecosystem, name, fixed in (
        ("crates.io", "itoa", "1.0.2"),
        ("npm", "lodash", "4.17.21"),
        ("Go", "stdlib", "1.21.4"),
        ("RubyGems", "nokogiri", "1.10.4"),
        ("Packagist", "phpunit/phpunit", "8.5.1"),
        ("NuGet", "newtonsoft.json", "13.0.1"),
        ("Pub", "http", "0.13.4"),
        ("Hex", "plug", "1.10.4"),
        ("SwiftURL", "git.example/apple/swift-nio", "1.14.5"),
        ("Maven", "org.apache.logging.log4j:log4j-core", "2.15.0"),
    ):
        (folder / ecosystem).mkdir(parents=True)
        (folder / ecosystem / "1.json").write_text(json.dumps(record(ecosystem, name, fixed)))
    return folder


def look(root: Path, *files: str, timeout: float = 60, **settings: object) -> ScanResult:
    known = Settings(**settings)  # type: ignore[arg-type]
    conditions = run.Conditions(
        root=root.resolve(),
        target_files=frozenset(files),
        settings=known,
        timeout=timeout,
        memory=4 << 30,
        refused_engines=frozenset(),
    )
    plan = Plan(assignments=(Assignment(scanner=SCANNER, files=files),), idle=(), gaps=())
    (result,) = run.run(plan, conditions, lambda name, done: None)
    return replace(result, seconds=0.0)


def gaps(result: ScanResult) -> list[tuple[GapReason, str, str | None]]:
    return [(gap.reason, gap.detail, gap.path) for gap in result.gaps]


def test_a_vulnerable_crate_is_found_with_the_way_it_comes_in_and_syfts_version_is_told(
    tree: Tree, records: Path
) -> None:
    result = look(tree({"Cargo.lock": LOCK}), "Cargo.lock", advisories=records)
    assert result.version.startswith("1.")

    def package(name: str, version: str, line: int, *, via: tuple[str, ...] = (), remedy: str | None = None) -> Package:
        return Package(
            purl=f"pkg:cargo/{name}@{version}",
            name=name,
            version=version,
            ecosystem="crates.io",
            location=Location(path="Cargo.lock", line=line),
            direct=not via,
            via=via,
            remedy=remedy,
        )

    itoa = package("itoa", "1.0.1", 11, via=("serde_json",), remedy="1.0.2")
    finding = Finding(
        scanner="syft",
        kind=Kind.DEPENDENCY,
        rule="TEST-crates.io-1",
        message="itoa 1.0.1: Everything before 1.0.2 is bad",
        location=itoa.location,
        severity=None,
        severity_source="unrated",
        ids=frozenset({"TEST-crates.io-1"}),
        package=itoa,
        fixed_in=("1.0.2",),
    )
    said = "line 6: forked does not come from a registry: advisories speak of released versions only"
    assert result == ScanResult(
        scanner="syft",
        kind=Kind.DEPENDENCY,
        engine="syft",
        version=result.version,
        findings=(finding,),
        gaps=(Gap(scanner="syft", reason=GapReason.UNRESOLVED, detail=said, path="Cargo.lock", package="forked"),),
        packages=(package("forked", "0.2.0", 6), itoa, package("serde_json", "1.0.50", 17)),
        requested=frozenset({"Cargo.lock"}),
        covered=frozenset({"Cargo.lock"}),
        sources=(DataSource(name="OSV crates.io", location="osv", records=1, as_of="2026-01-02"),),
        canaries=1,
    )


def test_one_vulnerable_package_of_each_ecosystem_is_found(tree: Tree, records: Path) -> None:
    files = {f"{kind}/{name}": text for kind, each in ALL.items() for name, text in each.items()}
    result = look(tree(dict(files)), *sorted(files), advisories=records)
    found = {
        (each.package.ecosystem, each.package.name, each.location.path) for each in result.findings if each.package
    }
    assert found == {
        ("crates.io", "itoa", "cargo 3/Cargo.lock"),
        ("crates.io", "itoa", "cargo 4/Cargo.lock"),
        *(
            ("npm", "lodash", f"{kind}/{name}")
            for kind, each in ALL.items()
            for name in each
            if name in {"pnpm-lock.yaml", "yarn.lock", "bun.lock"}
        ),
        ("Go", "stdlib", "go/go.mod"),
        ("RubyGems", "nokogiri", "gem/Gemfile.lock"),
        ("Packagist", "phpunit/phpunit", "composer/composer.lock"),
        ("NuGet", "newtonsoft.json", "nuget/packages.lock.json"),
        ("NuGet", "newtonsoft.json", "packages.config/packages.config"),
        ("NuGet", "newtonsoft.json", "dotnet/shop.deps.json"),
        ("Pub", "http", "pub/pubspec.lock"),
        ("Hex", "plug", "mix/mix.lock"),
        *(("SwiftURL", "git.example/apple/swift-nio", f"swift {each}/Package.resolved") for each in (1, 2, 3)),
        *(
            ("Maven", "org.apache.logging.log4j:log4j-core", path)
            for path in ("maven/pom.xml", "gradle/gradle.lockfile", "build.gradle/build.gradle")
        ),
    }
    assert result.covered == set(files)
    assert result.canaries == 1


def test_real_records_find_what_is_known_of_old_go_modules(tree: Tree, shared_data: Path) -> None:
    files = dict(ALL["go"])
    result = look(tree(dict(files)), *sorted(files), advisories=shared_data / "osv")
    found = {(each.package.name, each.rule) for each in result.findings if each.package}
    assert ("github.com/dgrijalva/jwt-go", "CVE-2020-26160") in found
    assert ("stdlib", "CVE-2023-45283") in found
    assert "golang.org/x/net" not in {name for name, _ in found}  # of go.sum alone, and not built


def test_without_records_each_ecosystem_is_a_gap(tree: Tree) -> None:
    result = look(tree({"yarn.lock": YARN_CLASSIC}), "yarn.lock", offline=True)
    said = "no advisory records for npm packages: run `devsecgate advisories update npm`, or give --advisories DIR"
    assert gaps(result) == [(GapReason.MISSING, said, None)]


EMPTY = json.dumps(
    {
        "artifacts": [],
        "artifactRelationships": [],
        "distro": {},
        "source": {"id": "", "name": "", "version": "", "type": "", "metadata": {}},
        "descriptor": {"name": "syft", "version": "1.18.1"},
    }
)
OTHER = EMPTY.replace('"syft"', '"x"')
SPOILT = """\
data = subprocess.run([REAL, *sys.argv[1:]], capture_output=True).stdout
print(data.decode().replace('/tree/Cargo.lock', '/etc/passwd'))
"""
BROKEN = {
    "crashes": ("sys.exit(2)", GapReason.FAILED, "syft failed (exit 2): it said nothing"),
    "prints nothing": ("", GapReason.FAILED, "syft 1.18.1"),
    "prints half": (f"print({EMPTY[:50]!r})", GapReason.FAILED, "syft 1.18.1"),
    "prints an empty object": ("print('{}')", GapReason.FAILED, "missing required field `artifacts`"),
    "prints another tool's document": (f"print({OTHER!r})", GapReason.FAILED, "it is not syft's own document"),
    "sees nothing": (f"print({EMPTY!r})", GapReason.CANARY, ""),
    "names another file": (SPOILT, GapReason.FAILED, "syft names a file that it was not given: '/etc/passwd'"),
    "is killed": ("os.kill(os.getpid(), 9)", GapReason.FAILED, "syft failed (exit -9)"),
    "does not say its version": ("", GapReason.FAILED, "does not say its version"),
}
VERSION = "if sys.argv[1:] == ['--version']:\n    print('syft 1.18.1')\n    sys.exit(0)\n"


@pytest.mark.parametrize("fault", BROKEN)
def test_a_syft_that_is_broken_is_a_gap_and_never_a_clean_bill(
    fault: str, tree: Tree, records: Path, toolbox: Toolbox
) -> None:
    code, reason, said = BROKEN[fault]
    version = "" if "version" in fault else VERSION
    toolbox.fake("syft", f"{version}{code}\n")
    result = look(tree({"Cargo.lock": LOCK}), "Cargo.lock", advisories=records)
    assert reason in {gap.reason for gap in result.gaps if gap.path is None}
    assert said in " ".join(gap.detail for gap in result.gaps)
    assert result.canaries == 0


def test_a_syft_that_hangs_is_stopped_with_the_detector(tree: Tree, records: Path, toolbox: Toolbox) -> None:
    toolbox.fake("syft", f"{VERSION}import signal\nsignal.pause()\n")
    result = look(tree({"Cargo.lock": LOCK}), "Cargo.lock", advisories=records, timeout=3)
    assert GapReason.TIMEOUT in {gap.reason for gap in result.gaps}
    assert result.covered == frozenset()


def test_without_syft_the_gap_says_how_to_get_it(tree: Tree, toolbox: Toolbox) -> None:
    toolbox.remove("syft")
    result = look(tree({"Cargo.lock": LOCK}), "Cargo.lock")
    assert MISSING in " ".join(gap.detail for gap in result.gaps)
    assert GapReason.FAILED in {gap.reason for gap in result.gaps}


def test_a_newer_syft_on_path_is_preferred_and_an_older_one_is_not(
    tree: Tree, records: Path, toolbox: Toolbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = (toolbox.folder / "syft").resolve()
    for version, wanted in (("99.0.0", "99.0.0"), ("0.9.0", None)):
        folder = tmp_path / version
        folder.mkdir()
        own = VERSION.replace("1.18.1", version)
        head = f"#!{(toolbox.folder / 'python').resolve()} -IS\nimport os, sys\n{own}"
        (folder / "syft").write_text(f"{head}os.execv({str(real)!r}, ['syft', *sys.argv[1:]])\n")
        (folder / "syft").chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
        result = look(tree({"Cargo.lock": LOCK}), "Cargo.lock", advisories=records)
        assert result.canaries == 1
        assert (result.version == wanted) is (wanted is not None)


def test_a_tree_steers_syft_by_no_file_of_its_own(tree: Tree, records: Path) -> None:
    silent = "exclude: ['**']\ncatalogers: []\nselect-catalogers: ['-rust']\n"
    root = tree({"Cargo.lock": LOCK, ".syft.yaml": silent, ".syft/config.yaml": silent, "syft.yaml": silent})
    result = look(root, "Cargo.lock", advisories=records)
    assert (len(result.packages), len(result.findings), result.canaries) == (3, 1, 1)
    assert "passes over" not in " ".join(result.notes)


def test_files_with_the_shape_of_options_and_odd_names_are_files(tree: Tree, records: Path) -> None:
    names = ("-rf/Cargo.lock", "--config=x/Cargo.lock", "a b;$(id)/Cargo.lock", "ü*[x]/Cargo.lock", "tree/Cargo.lock")
    result = look(tree(dict.fromkeys(names, LOCK)), *sorted(names), advisories=records)
    assert result.covered == set(names)
    assert {each.location.path for each in result.findings} == set(names)
    assert "passes over" not in " ".join(result.notes)


def test_what_is_no_file_of_the_tree_is_a_gap_and_takes_no_other_with_it(
    tree: Tree, records: Path, tmp_path: Path
) -> None:
    root = tree({"Cargo.lock": LOCK, "broken/Cargo.lock": "[[package]", "huge/Cargo.lock": b"#" * (LARGEST + 1)})
    (tmp_path / "secret.lock").write_text(LOCK)
    (root / "link").mkdir()
    (root / "link/Cargo.lock").symlink_to(tmp_path / "secret.lock")
    (root / "pipe").mkdir()
    os.mkfifo(root / "pipe/Cargo.lock")
    files = ("Cargo.lock", *(f"{each}/Cargo.lock" for each in ("broken", "gone", "huge", "link", "pipe")))
    result = look(root, *files, advisories=records)
    assert {(gap.reason, gap.path) for gap in result.gaps if gap.package is None} == {
        (GapReason.MALFORMED, "broken/Cargo.lock"),
        (GapReason.UNREADABLE, "gone/Cargo.lock"),
        (GapReason.UNREADABLE, "huge/Cargo.lock"),
        (GapReason.UNREADABLE, "link/Cargo.lock"),
        (GapReason.UNREADABLE, "pipe/Cargo.lock"),
    }
    assert (result.covered, {each.location.path for each in result.packages}) == ({"Cargo.lock"}, {"Cargo.lock"})


def test_credentials_in_a_lockfile_reach_nothing_that_is_reported(tree: Tree, records: Path) -> None:
    lock = LOCK.replace("https://git.example", "https://user:hunter2@git.example")
    yarn = YARN_CLASSIC.replace("https://registry", "https://user:hunter2@registry")
    result = look(tree({"Cargo.lock": lock, "yarn.lock": yarn}), "Cargo.lock", "yarn.lock", advisories=records)
    assert len(result.packages) == 6
    assert "hunter2" not in repr(result)


def test_the_trees_own_modules_are_not_imported(tree: Tree, records: Path, tmp_path: Path) -> None:
    trap = f"import pathlib\npathlib.Path({str(tmp_path / 'ran')!r}).touch()\n"
    root = tree({"Cargo.lock": LOCK, "msgspec.py": trap, "sitecustomize.py": trap, "devsecgate.py": trap})
    assert look(root, "Cargo.lock", advisories=records).canaries == 1
    assert not (tmp_path / "ran").exists()


def test_first_party_packages_are_neither_matched_nor_gaps(tree: Tree, records: Path) -> None:
    own = frozenset({"itoa", "forked"})
    result = look(tree({"Cargo.lock": LOCK}), "Cargo.lock", advisories=records, first_party=own)
    assert (result.findings, result.gaps, len(result.packages)) == ((), (), 3)


def job(**settings: object) -> Job:
    return Job(
        root=Path("/tree"),
        files=("./Cargo.lock",),
        canary=Path("/canary/Cargo.lock"),
        scratch=Path("/scratch"),
        engine="syft",
        settings=Settings(**settings),  # type: ignore[arg-type]
    )


def test_the_command_names_folders_and_gives_the_files_on_stdin() -> None:
    command = SCANNER.command(job(advisories=Path("/osv"), first_party=frozenset({"b", "a"})))
    assert command.argv == (
        "python",
        "-m",
        "devsecgate.detectors.lockfiles",
        "--canary=/canary/Cargo.lock",
        "--canary-advisories=/canary/advisories",
        "--advisories=/osv",
        "--first-party=a",
        "--first-party=b",
        "--scratch=/scratch",
    )
    assert (command.stdin, command.exits, command.network) == (b'[{"path":"./Cargo.lock"}]', {0}, False)
    assert SCANNER.command(job(store=Path("/store.db"), max_age=3)).argv[5:7] == ("--store=/store.db", "--max-age=3")


def test_a_store_that_is_not_there_is_a_gap(tree: Tree, tmp_path: Path) -> None:
    result = look(tree({"yarn.lock": YARN_CLASSIC}), "yarn.lock", store=tmp_path / "none.sqlite")
    assert [(gap.reason, gap.path) for gap in result.gaps] == [(GapReason.MISSING, None)]
    assert result.canaries == 1


PACKAGE = PackageEntry(
    name="itoa",
    version="1",
    purl="pkg:cargo/itoa@1",
    ecosystem="crates.io",
    path="Cargo.lock",
    line=1,
    direct=None,
    via=["a\n::error::"],
    origin="",
    remedy=None,
)
ANSWER = SyftAnswer(
    packages=[PACKAGE], findings=[], gaps=[], covered=["Cargo.lock"], sources=[], notes=["a\nb"], syft="1.18.1"
)


def answers() -> Iterator[tuple[str, dict[str, object]]]:
    """Give the answer with one thing wrong."""
    whole = msgspec.to_builtins(ANSWER)
    source = msgspec.to_builtins(SourceEntry(ecosystem="npm", records=1, as_of="", malformed=0))
    yield "without syft's version", {key: each for key, each in whole.items() if key != "syft"}
    yield "with one thing more", {**whole, "more": 1}
    yield "with records that were not given", {**whole, "sources": [source]}
    yield "with a package that is none", {**whole, "packages": [{}]}


@pytest.mark.parametrize(("what", "answer"), list(answers()))
def test_what_is_no_answer_is_malformed(what: str, answer: dict[str, object]) -> None:
    with pytest.raises(MalformedOutput):
        SCANNER.parse(Output(stdout=msgspec.json.encode(answer), stderr=b"", exit=0), job(offline=True))


def test_what_an_answer_says_is_shown_on_one_line() -> None:
    parsed = SCANNER.parse(Output(stdout=msgspec.json.encode(ANSWER), stderr=b"", exit=0), job())
    assert (parsed.version, parsed.notes, parsed.packages[0].via) == ("1.18.1", ("a b",), ("a ::error::",))


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("a/Cargo.lock", True),
        ("yarn.lock", True),
        ("x.deps.json", True),
        ("app.csproj", True),
        ("buildscript-gradle.lockfile", True),
        ("build.gradle.kts", True),
        ("package-lock.json", False),
        ("uv.lock", False),
        ("bun.lockb", False),
        ("Cargo.lock.bak", False),
        ("app.py", False),
    ],
)
def test_it_looks_at_what_no_other_scanner_reads(path: str, wanted: bool) -> None:
    assert SCANNER.select(path) is wanted
