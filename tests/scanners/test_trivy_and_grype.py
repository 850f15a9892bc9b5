"""Other people's matchers: what they find becomes ours, and what they leave out without a word is a gap.

Trivy's samples are recorded from a real trivy 0.59.1, with a small database made for it. Grype's are written after
its published format: it has not been run here. The programs that are run in these tests stand in for both: they
print such a sample, and refuse to where they are not called as they should be.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import pytest
from msgspec.structs import replace

from devsecgate import correlate, discovery, run
from devsecgate.errors import MalformedOutput
from devsecgate.model import Finding, Gap, GapReason, Kind, Location, Package, ScanResult, Severity
from devsecgate.scanner import CANARY_PATH, Assignment, Given, Job, Output, Parsed, Plan, Settings, Subject

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
SCANNERS = discovery.scanners(())
SAMPLE = {
    "trivy": "0.59.1-findings.json",
    "trivy-image": "0.59.1-findings.json",
    "grype": "not-run-here-findings.json",
    "grype-image": "not-run-here-findings.json",
}
FILES = ("./requirements.txt", "./web/package-lock.json")
IMAGE = Given(subject=Subject.IMAGE, name="alpine.tar", source="/somewhere/alpine.tar")
LONG_AGO = 100_000

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | bool | None"
Tree = Callable[[dict[str, str | bytes]], Path]


def answer(name: str, **changes: Json) -> dict[str, Json]:
    document: dict[str, Json] = json.loads((SAMPLES / name / SAMPLE[name]).read_bytes())
    return {**document, "asked_on": "2026-01-01", "data_as_of": "2026-01-01", **changes}


def parse(name: str, document: Mapping[str, Json], **settings: object) -> Parsed:
    scanner = SCANNERS[name]
    of_image = scanner.subject is Subject.IMAGE
    job = Job(
        root=Path("/tree"),
        files=() if of_image else FILES,
        canary=Path("/canary/requirements.txt"),
        scratch=Path("/scratch"),
        engine=name,
        settings=replace(Settings(), **settings),  # type: ignore[arg-type]  # each by name
        given=IMAGE if of_image else None,
    )
    return scanner.parse(Output(stdout=json.dumps(document).encode(), stderr=b"", exit=0), job)


def within(value: Json, *path: str | int) -> dict[str, Json]:
    for each in path:
        assert isinstance(value, dict | list)
        value = value[each]  # type: ignore[call-overload,index]  # as the path says
    assert isinstance(value, dict)
    return value


def theirs(parsed: Parsed) -> list[Finding]:
    return [each for each in parsed.findings if each.location.path != CANARY_PATH]


def gaps(parsed: Parsed | ScanResult) -> list[tuple[GapReason, str, str | None]]:
    return [(each.reason, each.detail, each.path) for each in parsed.gaps]


def package(kind: str, name: str, version: str, path: str, **more: object) -> Package:
    ecosystem, purl = {
        "pypi": ("PyPI", f"pkg:pypi/{name}@{version}"),
        "npm": ("npm", f"pkg:npm/{name}@{version}"),
        "apk": ("Alpine:v3.10", f"pkg:apk/alpine/{name}@{version}?arch=x86_64&distro=3.10.4"),
    }[kind]
    plain = Package(purl=purl, name=name, version=version, ecosystem=ecosystem, location=Location(path=path))
    return replace(plain, **more)  # type: ignore[arg-type]  # each by name


# ------------------------------------------------------------- what real trivy said


def test_what_trivy_found_in_files_becomes_findings_with_their_source() -> None:
    parsed = parse("trivy", answer("trivy"))
    vulnerable = package("npm", "qs", "6.5.1", "web/package-lock.json")
    assert theirs(parsed)[-1] == Finding(
        scanner="trivy",
        kind=Kind.DEPENDENCY,
        rule="CVE-2022-24999",
        message="qs 6.5.1: Prototype poisoning",
        location=vulnerable.location,
        severity=Severity.HIGH,
        severity_source="trivy, from ghsa",
        ids=frozenset({"CVE-2022-24999"}),
        cwes=frozenset({1321}),
        package=vulnerable,
        fixed_in=("6.5.3",),
        help_url="https://avd.aquasec.com/nvd/cve-2022-24999",
    )
    assert [(each.rule, each.severity, each.severity_source, each.fixed_in) for each in theirs(parsed)[:-1]] == [
        ("CVE-2019-10906", Severity.HIGH, "trivy, from ghsa", ("2.10.1",)),
        ("CVE-2025-27516", None, "unrated", ("3.1.6",)),
    ]
    assert {each.rule for each in parsed.findings if each.location.path == CANARY_PATH} >= {"CVE-2019-10906"}
    assert parsed.packages == (
        package("pypi", "jinja2", "2.4.1", "requirements.txt"),
        package("pypi", "requests", "2.31.0", "requirements.txt", location=Location(path="requirements.txt", line=3)),
        package("npm", "express", "4.16.0", "web/package-lock.json", direct=True),
        package("npm", "qs", "6.5.1", "web/package-lock.json", direct=False),
    )
    assert (parsed.covered, parsed.gaps, parsed.version) == ({each[2:] for each in FILES}, (), "0.59.1")


def test_what_trivy_found_in_an_image_stands_where_the_image_keeps_its_packages() -> None:
    parsed = parse("trivy-image", answer("trivy-image"))
    path = "alpine.tar!/lib/apk/db/installed"
    assert [(each.rule, each.package) for each in theirs(parsed)] == [
        ("CVE-2020-28928", package("apk", "musl", "1.1.22-r3", path)),
        ("CVE-2020-28928", package("apk", "musl-utils", "1.1.22-r3", path)),
    ]
    assert {each.kind for each in parsed.findings} == {Kind.CONTAINER}
    assert {each.location.path for each in parsed.packages} == {path}
    end = "alpine 3.10.4 is past its end of life: trivy knows nothing newer about it"
    assert (gaps(parsed), parsed.covered) == ([(GapReason.STALE, end, "alpine.tar")], frozenset())


def test_a_file_that_trivy_says_nothing_of_is_a_gap() -> None:
    document = answer("trivy")
    report = within(document, "report")
    report["Results"] = [each for each in report["Results"] if "web" not in str(within(each)["Target"])]  # type: ignore[union-attr]  # a list
    parsed = parse("trivy", document)
    detail = "trivy names no package of this file: it has none with an exact version, or trivy could not read it"
    assert gaps(parsed) == [(GapReason.UNREADABLE, detail, "web/package-lock.json")]
    assert parsed.covered == {"requirements.txt"}


def test_a_run_of_trivy_without_results_is_malformed_and_an_image_without_any_is_empty() -> None:
    for name, key in (("trivy", "report"), ("trivy-image", "canary")):
        document = answer(name)
        del within(document, key)["Results"]
        with pytest.raises(MalformedOutput, match="not even the canary's"):
            parse(name, document)
    document = answer("trivy-image")
    report = within(document, "report")
    del report["Results"], report["Metadata"]
    report["Metadata"] = {}
    parsed = parse("trivy-image", document)
    detail = "trivy recognised nothing in this image: neither a system nor a package"
    assert (gaps(parsed), parsed.covered) == ([(GapReason.EMPTY, detail, "alpine.tar")], frozenset())


def test_an_image_without_a_system_that_trivy_knows_is_a_gap() -> None:
    document = answer("trivy-image", warnings=['Unsupported os family family="plan9"', "Something else"])
    within(document, "report")["Metadata"] = {}
    parsed = parse("trivy-image", document)
    assert gaps(parsed) == [
        (GapReason.UNSUPPORTED, 'Unsupported os family family="plan9"', "alpine.tar"),
        (
            GapReason.UNRESOLVED,
            "trivy recognised no system in this image: packages of one would not be seen",
            "alpine.tar",
        ),
    ]
    assert parsed.notes == ("Something else",)


# ------------------------------------------------------------- what grype is said to say


def test_what_grype_found_in_files_becomes_findings_with_their_source() -> None:
    parsed = parse("grype", answer("grype"))
    vulnerable = package("npm", "qs", "6.5.1", "web/package-lock.json")
    assert theirs(parsed)[-1] == Finding(
        scanner="grype",
        kind=Kind.DEPENDENCY,
        rule="CVE-2022-24999",
        message="qs 6.5.1: About GHSA-hrpp-h998-j3pp",
        location=vulnerable.location,
        severity=Severity.HIGH,
        severity_source="grype, from github:language:javascript",
        ids=frozenset({"CVE-2022-24999", "GHSA-hrpp-h998-j3pp"}),
        package=vulnerable,
        fixed_in=("6.5.3",),
        help_url="https://github.com/advisories/GHSA-hrpp-h998-j3pp",
    )
    assert (parsed.covered, parsed.gaps) == ({each[2:] for each in FILES}, ())
    assert parsed.notes == (
        "grype does not say which files it has read: files without a finding count as read because the canary was",
    )


def test_what_grype_says_of_a_systems_end_of_life_is_a_gap() -> None:
    parsed = parse("grype-image", answer("grype-image"))
    assert [(each.rule, each.location.path) for each in theirs(parsed)] == [
        ("CVE-2020-28928", "alpine.tar!/lib/apk/db/installed")
    ]
    message = "distro alpine 3.10.4 has reached end of life"
    assert (gaps(parsed), parsed.covered) == ([(GapReason.STALE, message, "alpine.tar")], frozenset())


@pytest.mark.parametrize("identity", ["ALAS-2026-1", "GHSA-2026"])
def test_an_advisory_about_several_cves_is_none_of_them(identity: str) -> None:
    document = answer("grype")
    match = within(document, "report", "matches", 2)
    within(match, "vulnerability")["id"] = identity
    match["relatedVulnerabilities"] = [{"id": "CVE-1"}, {"id": "CVE-2"}]
    found = theirs(parse("grype", document))[-1]
    assert (found.rule, found.ids, found.upstream) == (identity, {identity}, {"CVE-1", "CVE-2"})


def test_what_grype_leaves_out_by_rules_of_its_own_is_noted() -> None:
    document = answer("grype")
    within(document, "report")["ignoredMatches"] = [{}, {}]
    assert "grype left 2 matches out by rules of its own" in parse("grype", document).notes


# ------------------------------------------------------------- what holds for all of them

each_tool = pytest.mark.parametrize("name", SAMPLE)


@each_tool
def test_a_database_that_is_old_or_has_no_date_is_a_gap(name: str) -> None:
    tool = name.removesuffix("-image")
    before = gaps(parse(name, answer(name)))
    old = parse(name, answer(name, data_as_of="2025-12-01"))
    detail = f"the database of {name} is of 2025-12-01, 31 days ago: update it (7 days are allowed)"
    assert [each for each in gaps(old) if each not in before] == [(GapReason.STALE, detail, None)]
    assert gaps(parse(name, answer(name, data_as_of="2025-12-01"), max_age=31)) == before
    undated = parse(name, answer(name, data_as_of=""))
    assert (GapReason.STALE, f"{name} does not say how old its database is", None) in gaps(undated)
    assert [(each.name, each.location, each.as_of) for each in old.sources] == [(f"{tool} DB", tool, "2025-12-01")]


@each_tool
def test_errors_that_it_told_are_gaps(name: str) -> None:
    path = IMAGE.name if name.endswith("image") else None
    parsed = parse(name, answer(name, errors=["the \x1b[31mworst"]))
    assert (GapReason.FAILED, "the \\x1b[31mworst", path) in gaps(parsed)


@each_tool
def test_first_party_packages_have_no_findings(name: str) -> None:
    names = frozenset({"qs", "jinja2", "musl", "musl-utils"})
    assert parse(name, answer(name), first_party=names).findings == ()


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("trivy", ("report", "Results", 0, "Vulnerabilities", 0, "Severity"), "WORST"),
        ("trivy", ("report", "SchemaVersion"), 3),
        ("grype", ("report", "matches", 0, "vulnerability", "severity"), "Worst"),
        ("grype", ("report", "matches", 0, "artifact", "locations"), []),
        ("grype", ("report", "descriptor", "name"), "another"),
    ],
)
def test_what_the_format_does_not_have_is_malformed(name: str, path: Sequence[str | int], value: Json) -> None:
    document = answer(name)
    within(document, *path[:-1])[str(path[-1])] = value
    with pytest.raises(MalformedOutput):
        parse(name, document)


@each_tool
def test_it_merges_with_what_our_own_scanner_found(name: str) -> None:
    witness = theirs(parse(name, answer(name)))[0]
    assert witness.package is not None
    distribution = name.endswith("image")
    ours = replace(
        witness,
        scanner="image" if distribution else "dependencies",
        rule=witness.rule,
        ids=frozenset({f"ALPINE-{witness.rule}"}) if distribution else frozenset({"GHSA-462w-v97r-4m45", witness.rule}),
        upstream=frozenset({witness.rule}) if distribution else frozenset(),
        package=replace(witness.package, purl="pkg:written/otherwise@1", direct=True),
    )
    (issue,) = correlate.correlate([ours, witness], {})
    assert issue.scanners == tuple(sorted({ours.scanner, name}))


# ------------------------------------------------------------- how they are run

PROGRAM = """#!{python}
import json, os, pathlib, sys
arguments = sys.argv[1:]
here = pathlib.Path({folder!r})
with (here / "calls").open("a") as calls:
    calls.write(json.dumps([arguments, os.getcwd(), sorted(os.environ)]) + "\\n")
{body}
"""
TRIVY = """
if arguments[0] == "version":
    print('{"Version": "0.59.1", "VulnerabilityDB": {"Version": 2, "UpdatedAt": "2126-01-01T00:00:00Z"}}')
    sys.exit()
folder = pathlib.Path(arguments[-1])
if arguments[0] == "fs":
    found = sorted(str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file())
    (here / "staged").write_text(json.dumps(found))
report = json.loads((here / "answer").read_text())
print(json.dumps(report["canary"] if arguments[0] == "fs" and report["canary"] else report["report"]))
"""
GRYPE = """
target = arguments[-1]
if target.startswith("dir:"):
    folder = pathlib.Path(target[4:])
    found = sorted(str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file())
    (here / "staged").write_text(json.dumps(found))
report = json.loads((here / "answer").read_text())
report["report"]["descriptor"]["db"]["status"]["built"] = "2126-01-01T00:00:00Z"
print(json.dumps(report["canary"] if target.startswith("dir:") and report["canary"] else report["report"]))
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """Put a program onto PATH; what it is called with stands in `calls`."""

    def put(name: str, body: str) -> Path:
        folder = tmp_path / "bin"
        folder.mkdir()
        tool = name.removesuffix("-image")
        (folder / tool).write_text(PROGRAM.format(python=sys.executable, folder=str(folder), body=body))
        (folder / tool).chmod(0o755)
        (folder / "answer").write_text(json.dumps(answer(name)))
        monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
        return folder

    return put


def look(name: str, root: Path, files: tuple[str, ...] = (), *, given: tuple[Given, ...] = ()) -> ScanResult:
    conditions = run.Conditions(
        root=root.resolve(),
        target_files=frozenset(files),
        settings=Settings(offline=True),
        timeout=60,
        memory=4 << 30,
        refused_engines=frozenset(),
    )
    plan = Plan(assignments=(Assignment(scanner=SCANNERS[name], files=files, given=given),), idle=(), gaps=())
    (result,) = run.run(plan, conditions, lambda name, done: None)
    return result


def calls(folder: Path) -> list[tuple[list[str], str, list[str]]]:
    return [tuple(json.loads(line)) for line in (folder / "calls").read_text().splitlines()]


@pytest.mark.parametrize(("name", "body"), [("trivy", TRIVY), ("grype", GRYPE)])
def test_it_is_given_copies_of_the_files_and_nothing_that_could_steer_it(
    name: str, body: str, install: Callable[[str, str], Path], tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = install(name, body)
    monkeypatch.setenv("TRIVY_IGNORE_UNFIXED", "true")
    monkeypatch.setenv("GRYPE_ONLY_FIXED", "true")
    files: dict[str, str | bytes] = {"requirements.txt": "jinja2==2.4.1\n", "web/package-lock.json": "{}"}
    steering = {".trivyignore": "CVE-2019-10906\n", "trivy.yaml": "severity: [LOW]\n", ".grype.yaml": "ignore: []\n"}
    result = look(name, tree({**files, **steering}), tuple(files))
    assert [each.location.path for each in result.findings][-1] == "web/package-lock.json"
    assert (result.gaps, result.canaries, result.covered) == ((), 1, set(files))
    staged = json.loads((folder / "staged").read_text())
    assert staged == ["devsecgate-canary-0/requirements.txt", "requirements.txt", "web/package-lock.json"]
    for _, working, environment in calls(folder):
        assert not list(Path(working).glob("requirements.txt"))
        assert not {"TRIVY_IGNORE_UNFIXED", "GRYPE_ONLY_FIXED"} & set(environment)
    (arguments, _, _), *_ = calls(folder)
    expected = {
        "trivy": ["--skip-db-update", "--offline-scan", "--list-all-pkgs", "--include-dev-deps", "--scanners=vuln"],
        "grype": ["--output=json"],
    }[name]
    assert set(expected) <= set(arguments)


def test_a_folder_of_the_tree_that_is_called_like_the_canarys_is_not_taken_for_it(
    install: Callable[[str, str], Path], tree: Tree
) -> None:
    folder = install("trivy", TRIVY)
    path = "devsecgate-canary-0/requirements.txt"
    result = look("trivy", tree({path: "jinja2==2.4.1\n"}), (path,))
    staged = json.loads((folder / "staged").read_text())
    assert staged == [path, "devsecgate-canary-1/requirements.txt"]
    assert result.canaries == 0  # the sample's canary stands in the folder that is now the tree's
    assert (GapReason.CANARY, None) in [(each.reason, each.path) for each in result.gaps]


@pytest.mark.parametrize(("name", "body"), [("trivy-image", TRIVY), ("grype-image", GRYPE)])
def test_an_image_is_looked_at_by_a_run_of_its_own(
    name: str, body: str, install: Callable[[str, str], Path], tree: Tree
) -> None:
    folder = install(name, body)
    result = look(name, tree({}), given=(IMAGE,))
    assert {each.location.path for each in result.findings} == {"alpine.tar!/lib/apk/db/installed"}
    assert (result.canaries, {each.path for each in result.gaps}) == (1, {"alpine.tar"})
    named = [each for arguments, _, _ in calls(folder) for each in arguments if "/somewhere/alpine.tar" in each]
    assert named == [{"trivy-image": "--input=/somewhere/alpine.tar", "grype-image": "/somewhere/alpine.tar"}[name]]


@pytest.mark.parametrize(
    ("body", "reason", "said"),
    [
        ("print('no', file=sys.stderr); sys.exit(1)", GapReason.FAILED, "trivy failed (exit 1): no"),
        ("print('[]')", GapReason.FAILED, "Expected `object`, got `array`"),
        ("print('{}') if arguments[0] != 'version' else print('{}')", GapReason.FAILED, "required field `Version`"),
    ],
)
def test_a_trivy_that_does_not_do_its_work_is_a_gap(
    body: str, reason: GapReason, said: str, install: Callable[[str, str], Path], tree: Tree
) -> None:
    install("trivy", body)
    result = look("trivy", tree({"requirements.txt": ""}), ("requirements.txt",))
    (gap,) = result.gaps
    assert (gap.reason, result.covered, result.canaries) == (reason, frozenset(), 0)
    assert said in gap.detail


@pytest.mark.parametrize("name", ["trivy", "grype"])
def test_a_matcher_that_is_asked_for_and_not_there_is_a_gap(
    name: str, tree: Tree, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = look(name, tree({"requirements.txt": ""}), ("requirements.txt",))
    detail = (
        f"{name} exited with 3, which does not mean that it did its work: {name} is not on PATH: install it, or take "
        "it out of scanners.enable"
    )
    assert result.gaps == (Gap(scanner=name, reason=GapReason.FAILED, detail=detail),)
