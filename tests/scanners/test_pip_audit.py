"""pip-audit itself, against a service on this machine: what it skips or cannot ask for is never called clean."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from devsecgate import run
from devsecgate.detectors.package_answer import AuditAnswer, GapEntry, PackageEntry
from devsecgate.errors import MalformedOutput
from devsecgate.model import DataSource, Finding, Gap, GapReason, Kind, Location, Package, ScanResult
from devsecgate.scanner import CANARY_PATH, Assignment, Job, Output, Parsed, Plan, Settings
from devsecgate.scanners.pip_audit import SCANNER

Tree = Callable[[dict[str, str | bytes]], Path]
Known = dict[tuple[str, str], list[dict[str, object]]]


def vulnerability(identity: str, name: str, *aliases: str, fixed: str = "9.0", **changes: object) -> dict[str, object]:
    """Write a record as the service answers with it."""
    events = [{"introduced": "0"}, {"fixed": fixed}]
    entry = {"package": {"ecosystem": "PyPI", "name": name}, "ranges": [{"type": "ECOSYSTEM", "events": events}]}
    record = {"id": identity, "modified": "2026-01-01T00:00:00Z", "schema_version": "1.7.0", "affected": [entry]}
    return {**record, "aliases": list(aliases), "summary": f"About {identity}", **changes}


CANARY = vulnerability("PYSEC-2019-217", "jinja2", "CVE-2019-10906", "GHSA-462w-v97r-4m45", fixed="2.10.1")


@dataclass(slots=True)
class Service:
    """An OSV service on this machine."""

    known: Known = field(default_factory=lambda: {("jinja2", "2.4.1"): [CANARY]})
    broken: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    """Answers by package name, `*` for all."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1/query"

    def answer(self, name: str, version: str) -> tuple[int, bytes]:
        self.asked.append((name, version))
        if name in self.broken or "*" in self.broken:
            return self.broken.get(name) or self.broken["*"]
        found = self.known.get((name, version))
        return 200, json.dumps({"vulns": found} if found else {}).encode()


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    made = Service()
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path.endswith("/querybatch"):  # a service without batches: the days of disclosure stay unknown
                self.send_error(404)
                return
            made.requests.append(f"{self.command} {self.path}")
            status, body = made.answer(query["package"]["name"], query["version"])
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            made.requests.append(f"{self.command} {self.path}")
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


def look(root: Path, *files: str, address: str, first_party: tuple[str, ...] = ()) -> ScanResult:
    settings = Settings(osv_url=address, first_party=frozenset(first_party))
    conditions = run.Conditions(
        root=root.resolve(),
        target_files=frozenset(files),
        settings=settings,
        timeout=60,
        memory=4 << 30,
        refused_engines=frozenset(),
    )
    plan = Plan(assignments=(Assignment(scanner=SCANNER, files=files),), idle=(), gaps=())
    (result,) = run.run(plan, conditions, lambda name, done: None)
    return replace(result, seconds=0.0)


def gaps(result: ScanResult | Parsed) -> list[tuple[GapReason, str, str | None]]:
    return [(gap.reason, gap.detail, gap.package) for gap in result.gaps]


def test_what_the_service_knows_is_found_and_the_planted_package_proves_it(tree: Tree, service: Service) -> None:
    service.known["flask", "0.12"] = [
        vulnerability("PYSEC-1", "flask", "CVE-1", "GHSA-a", fixed="0.12.3"),
        vulnerability("GHSA-a", "flask", "CVE-1", fixed="0.12.10"),
        vulnerability("PYSEC-2", "flask", "CVE-2", fixed="1.0", summary=None, details="Two\nlines \x1b[31m"),
        vulnerability("PYSEC-3", "flask", "CVE-3", withdrawn="2026-01-01T00:00:00Z"),
    ]
    root = tree({"requirements.txt": "\nFlask==0.12\nrequests==2.33.0\n"})
    result = look(root, "requirements.txt", address=service.address)
    place = Location(path="requirements.txt", line=2)
    package = Package(purl="pkg:pypi/flask@0.12", name="flask", version="0.12", ecosystem="PyPI", location=place)
    finding = Finding(
        scanner="pip-audit",
        kind=Kind.DEPENDENCY,
        rule="CVE-1",
        message="flask 0.12: About PYSEC-1",
        location=place,
        severity=None,
        severity_source="unrated",
        ids=frozenset({"CVE-1", "GHSA-a", "PYSEC-1"}),
        package=package,
        fixed_in=("0.12.3",),  # pip-audit has put the two together, and kept the first one's
    )
    second = replace(
        finding,
        rule="CVE-2",
        message="flask 0.12: Two lines \\x1b[31m",
        ids=frozenset({"CVE-2", "PYSEC-2"}),
        fixed_in=("1.0",),
    )
    source = DataSource(
        name="OSV service", location=f"http://127.0.0.1:{service.port}", records=3, as_of=result.sources[0].as_of
    )
    assert result == ScanResult(
        scanner="pip-audit",
        kind=Kind.DEPENDENCY,
        engine="pip-audit",
        version=result.version,
        findings=(finding, second),
        gaps=(),
        requested=frozenset({"requirements.txt"}),
        covered=frozenset({"requirements.txt"}),
        sources=(source,),
        canaries=1,
    )
    assert sorted(service.asked) == [("flask", "0.12"), ("jinja2", "2.4.1"), ("requests", "2.33.0")]
    assert set(service.requests) == {"POST /v1/query"}


def test_a_project_without_packages_is_clean_and_was_looked_at(tree: Tree, service: Service) -> None:
    result = look(tree({"requirements.txt": ""}), "requirements.txt", address=service.address)
    assert (result.findings, result.gaps, result.canaries, service.asked) == ((), (), 1, [("jinja2", "2.4.1")])


def test_two_versions_of_a_package_are_asked_for_one_after_the_other(tree: Tree, service: Service) -> None:
    service.known["flask", "0.12"] = [vulnerability("PYSEC-1", "flask")]
    files: dict[str, str | bytes] = {
        "a-requirements.txt": "flask==0.12\n",
        "b-requirements.txt": "flask==3.1.3\njinja2==3.1.6\n",
    }
    result = look(tree(files), *files, address=service.address)
    assert sorted(service.asked) == [("flask", "0.12"), ("flask", "3.1.3"), ("jinja2", "2.4.1"), ("jinja2", "3.1.6")]
    assert [(found.location.path, found.rule) for found in result.findings] == [("a-requirements.txt", "PYSEC-1")]
    assert result.gaps == ()


def test_a_local_version_is_asked_for_as_its_release_too(tree: Tree, service: Service) -> None:
    service.known["torch", "1.13.0"] = [vulnerability("PYSEC-1", "torch")]
    result = look(tree({"requirements.txt": "torch==1.13.0+cu117\n"}), "requirements.txt", address=service.address)
    assert {each for each in service.asked if each[0] == "torch"} == {("torch", "1.13.0"), ("torch", "1.13.0+cu117")}
    assert [(found.rule, found.message) for found in result.findings] == [
        ("PYSEC-1", "torch 1.13.0+cu117: About PYSEC-1")
    ]


def test_nobody_is_asked_about_first_party_packages_or_those_of_other_ecosystems(tree: Tree, service: Service) -> None:
    lock = '{"lockfileVersion": 3, "packages": {"": {}, "node_modules/leftpad": {"version": "1.0.0"}}}'
    root = tree({"requirements.txt": "acme-secret==1.0\nflask==3.0\n", "package-lock.json": lock})
    result = look(root, "requirements.txt", address=service.address, first_party=("acme-secret",))
    assert sorted(service.asked) == [("flask", "3.0"), ("jinja2", "2.4.1")]
    assert (result.findings, result.gaps) == ((), ())


def test_what_cannot_be_asked_for_is_a_gap(tree: Tree, service: Service) -> None:
    root = tree({"requirements.txt": "flask===2004d\n", "uv.lock": "version = "})
    result = look(root, "requirements.txt", "uv.lock", address=service.address)
    assert gaps(result) == [
        (GapReason.UNRESOLVED, "line 1: flask 2004d is not a version by PEP 440 and could not be audited", "flask"),
        (GapReason.MALFORMED, "this manifest is not what its name says: invalid TOML at end of document", None),
    ]
    assert (result.covered, service.asked) == ({"requirements.txt"}, [("jinja2", "2.4.1")])


def test_a_vulnerable_package_for_elsewhere_is_a_gap_that_names_it(tree: Tree, service: Service) -> None:
    service.known["flask", "0.12"] = [vulnerability("PYSEC-1", "flask", "CVE-1")]
    root = tree({"requirements.txt": "flask==0.12 ; sys_platform == 'nowhere'\nfine==1 ; sys_platform == 'nowhere'\n"})
    result = look(root, "requirements.txt", address=service.address)
    said = (
        "line 1: flask 0.12 has CVE-1, but its marker is false for this target: gate where it is true, "
        "or change the version"
    )
    assert (gaps(result), result.findings) == ([(GapReason.UNRESOLVED, said, "flask")], ())


@pytest.mark.parametrize(
    ("broken", "status", "body"),
    [
        ("*", 500, b"down"),
        ("flask", 500, b"down"),
        ("flask", 503, b"down"),
        ("flask", 429, b"slowly"),
        ("flask", 404, b"{}"),
        ("flask", 200, b"<html>Please log in</html>"),
        ("flask", 200, b'{"vulns": ['),
        ("flask", 200, b'{"vulns": null}'),
        ("flask", 200, b'{"results": []}'),
        ("flask", 200, b""),
    ],
)
def test_a_service_that_fails_for_one_package_is_a_failure_and_not_clean(
    tree: Tree, service: Service, broken: str, status: int, body: bytes
) -> None:
    service.broken[broken] = (status, body)
    result = look(tree({"requirements.txt": "flask==3.0.0\n"}), "requirements.txt", address=service.address)
    assert ([gap.reason for gap in result.gaps], result.canaries) == ([GapReason.FAILED], 0)
    assert "pip-audit failed (exit 1): " in result.gaps[0].detail
    assert (result.findings, result.covered, result.sources) == ((), frozenset(), ())


def test_a_port_that_nobody_listens_on_is_a_failure_and_not_clean(tree: Tree) -> None:
    address = "http://127.0.0.1:1/v1/query"
    result = look(tree({"requirements.txt": "flask==3.0.0\n"}), "requirements.txt", address=address)
    assert ([gap.reason for gap in result.gaps], result.canaries) == ([GapReason.FAILED], 0)
    assert (result.findings, result.covered) == ((), frozenset())


def test_a_service_that_knows_nothing_at_all_is_told_by_the_planted_package(tree: Tree, service: Service) -> None:
    service.known.clear()
    result = look(tree({"requirements.txt": "flask==3.0.0\n"}), "requirements.txt", address=service.address)
    said = "pip-audit did not report the problem that was planted for it (CVE-2019-10906): it is broken"
    assert gaps(result) == [(GapReason.CANARY, said, None)]
    assert (result.covered, result.canaries) == (frozenset(), 0)


@pytest.mark.parametrize("status", [200, 500])
def test_credentials_in_the_services_address_are_shown_nowhere(tree: Tree, service: Service, status: int) -> None:
    if status != 200:
        service.broken["*"] = (status, b"down")
    address = f"http://user:hunter2@127.0.0.1:{service.port}/v1/query?token=hunter3"
    result = look(tree({"requirements.txt": "flask==3.0.0\n"}), "requirements.txt", address=address)
    assert service.requests
    assert ([gap.reason for gap in result.gaps] == []) == (status == 200)
    assert "hunter" not in repr(result)


# What pip-audit skips. It never happens to the exact pins that it is given here, so it is asked by itself.


PACKAGES = [
    PackageEntry(
        name=name,
        version=version,
        purl=f"pkg:pypi/{name}@{version}",
        ecosystem="PyPI",
        path=path,
        line=line,
        direct=None,
        via=[],
        origin="",
        remedy=None,
    )
    for name, version, path, line in (
        ("jinja2", "2.4.1", "/canary/requirements.txt", 1),
        ("thing", "1.0", "requirements.txt", 3),
        ("flask", "3.0.0", "requirements.txt", 4),
        ("forgotten", "1.0", "requirements.txt", 5),
    )
]


def job(**settings: object) -> Job:
    return Job(
        root=Path("/tree"),
        files=("./requirements.txt",),
        canary=Path("/canary/requirements.txt"),
        scratch=Path("/scratch"),
        engine="pip-audit",
        settings=Settings(**settings),  # type: ignore[arg-type]
    )


def answer(*audits: bytes, **changes: object) -> bytes:
    whole = AuditAnswer(
        version="2.10.1",
        asked_on="2026-08-01",
        packages=PACKAGES,
        elsewhere=[],
        gaps=[],
        covered=["requirements.txt", "/canary/requirements.txt"],
        audits=[msgspec.Raw(each) for each in audits],
        published={},
    )
    return msgspec.json.encode(replace(whole, **changes))


def parse(data: bytes, **settings: object) -> Parsed:
    return SCANNER.parse(Output(stdout=data, stderr=b"", exit=0), job(**settings))


@pytest.fixture
def audited(service: Service, program: Callable[[str], str], tmp_path: Path) -> bytes:
    """What the real pip-audit prints where it skips a package."""
    listed = tmp_path / "listed.txt"
    listed.write_text("jinja2==2.4.1\nflask==3.0.0\nthing @ https://user:hunter2@example.org/thing.zip\n")
    flags = ("--no-deps", "--disable-pip", "--format=json", "--vulnerability-service=osv", "--aliases=on")
    command = [program("pip-audit"), f"--requirement={listed}", *flags, f"--osv-url={service.address}"]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    assert done.returncode == 1
    return done.stdout


def test_each_package_that_is_skipped_or_not_named_could_not_be_audited(audited: bytes) -> None:
    parsed = parse(answer(audited))
    assert gaps(parsed) == [
        (
            GapReason.UNRESOLVED,
            "line 3: thing 1.0 could not be audited: URL requirements cannot be pinned to a specific package version",
            "thing",
        ),
        (
            GapReason.UNRESOLVED,
            "line 5: forgotten 1.0 could not be audited: pip-audit's answer does not name it",
            "forgotten",
        ),
    ]
    assert [(found.rule, found.location.path) for found in parsed.findings] == [("CVE-2019-10906", CANARY_PATH)]
    assert (parsed.covered, parsed.version) == ({"requirements.txt"}, "2.10.1")


def test_without_any_audit_no_package_is_clean() -> None:
    parsed = parse(answer())
    assert len(parsed.gaps) == 4
    assert parsed.findings == ()


def test_a_skipped_package_of_the_projects_own_is_exempt(audited: bytes) -> None:
    parsed = parse(answer(audited), first_party=frozenset({"thing", "forgotten"}))
    assert parsed.gaps == ()


def test_a_skipped_package_for_elsewhere_is_a_gap_too(audited: bytes) -> None:
    parsed = parse(answer(audited, packages=PACKAGES[:1], elsewhere=PACKAGES[1:3]))
    assert [gap.package for gap in parsed.gaps] == ["thing"]


def test_a_message_is_bounded_and_never_empty() -> None:
    def document(description: str) -> bytes:
        found = {"id": "PYSEC-1", "fix_versions": ["2.0", "1.10"], "aliases": [], "description": description}
        return json.dumps(
            {"dependencies": [{"name": "thing", "version": "1.0", "vulns": [found]}], "fixes": []}
        ).encode()

    for description, message in (("", "PYSEC-1"), (" \n ", "PYSEC-1"), ("x" * 1000, "x" * 399 + "…")):
        (found,) = parse(answer(document(description), packages=PACKAGES[1:2])).findings
        assert (found.message, found.fixed_in) == (f"thing 1.0: {message}", ("1.10", "2.0"))


def test_a_gap_of_the_detector_keeps_its_reason() -> None:
    entry = GapEntry(reason="malformed", detail="not\nread", path="./uv.lock", package=None)
    gap = Gap(scanner="pip-audit", reason=GapReason.MALFORMED, detail="not read", path="uv.lock")
    assert parse(answer(packages=[], gaps=[entry])).gaps == (gap,)
    with pytest.raises(MalformedOutput):
        parse(answer(gaps=[replace(entry, reason="tired")]))


WHOLE = answer(b'{"dependencies": [], "fixes": []}')


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"{}",
        b"[]",
        b"null",
        b"\xff" + WHOLE,
        WHOLE[: len(WHOLE) // 2],
        WHOLE + WHOLE,
        answer(b"{}"),
        answer(b"[]"),
        answer(b"null"),
        answer(b'{"dependencies": null, "fixes": []}'),
        answer(b'{"dependencies": []}'),
        answer(b'{"dependencies": [{"name": "thing"}], "fixes": []}'),
        answer(b'{"dependencies": [{"name": "thing", "version": "1.0"}], "fixes": []}'),
        answer(b'{"dependencies": [{"name": "thing", "vulns": []}], "fixes": []}'),
        answer(b'{"dependencies": [{"name": "thing", "version": "1.0", "vulns": [{"id": "A"}]}], "fixes": []}'),
        answer(b"No known vulnerabilities found"),
    ],
)
def test_what_is_no_answer_is_malformed_and_not_clean(data: bytes) -> None:
    with pytest.raises(MalformedOutput):
        parse(data)


def test_half_of_what_pip_audit_printed_is_malformed(audited: bytes) -> None:
    for length in (1, len(audited) // 2, len(audited) - 3):
        with pytest.raises(MalformedOutput):
            parse(answer(audited[:length]))


def test_the_command_gives_files_on_stdin_and_asks_for_the_network() -> None:
    command = SCANNER.command(job(osv_url="https://osv.example/v1/query", first_party=frozenset({"b", "a"})))
    assert command.argv == (
        "python",
        "-m",
        "devsecgate.detectors.audit",
        "--canary=/canary/requirements.txt",
        "--scratch=/scratch",
        "--osv-url=https://osv.example/v1/query",
        "--first-party=a",
        "--first-party=b",
    )
    assert (command.stdin, command.exits, command.network) == (b'[{"path":"./requirements.txt"}]', {0}, True)


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        (Settings(), None),
        (Settings(advisories=Path("/osv")), "local advisory records are given, and dependencies matches them"),
        (Settings(offline=True), "offline, and it asks a service"),
    ],
)
def test_it_rests_only_where_another_matches_or_where_it_may_not_ask(settings: Settings, why: str | None) -> None:
    assert SCANNER.enabled(settings) == why


@pytest.mark.parametrize(("path", "wanted"), [("uv.lock", True), ("package-lock.json", False), ("yarn.lock", False)])
def test_it_looks_at_manifests_of_python(path: str, wanted: bool) -> None:
    assert SCANNER.select(path) is wanted
