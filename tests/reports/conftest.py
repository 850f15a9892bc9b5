"""Three verdicts made by hand, hostile text in every field, and goldens that change with `--update-goldens`."""

from __future__ import annotations

import difflib
import importlib
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from msgspec import structs
from referencing import Registry, Resource

from devsecgate.model import (
    Action,
    Base,
    Change,
    Confidence,
    DataSource,
    Decision,
    Finding,
    Gap,
    GapDecision,
    GapReason,
    Idle,
    Issue,
    Kind,
    Location,
    Outcome,
    Package,
    PolicyLine,
    Remark,
    ScanResult,
    Severity,
    Suppression,
    TargetSummary,
    Verdict,
    Waiver,
)
from devsecgate.report import Context, Report, RuleText

KINDS = {
    "annotations": "txt",
    "codequality": "json",
    "console": "txt",
    "cyclonedx": "cdx.json",
    "github": "sarif",
    "gitlab": "sarif",
    "gitlab_container_scanning": "json",
    "gitlab_dependency_scanning": "json",
    "gitlab_sast": "json",
    "gitlab_secret_detection": "json",
    "json_report": "json",
    "junit": "xml",
    "markdown": "md",
    "sarif": "sarif",
}
"""Module of each report, and the suffix of its goldens."""
COUNTED = ("console", "cyclonedx", "github", "gitlab", "json_report", "junit", "markdown", "sarif")
"""Modules of the reports that state the outcome and all numbers; the others have a place for a part of them."""

GOLDEN = Path(__file__).resolve().parent.parent / "golden"

APP = 'import subprocess\n\n\ndef run(name):\n    subprocess.call(\n        f"ls {name}",\n        shell=True,\n    )\n'
DATABASE = "def find(db, name):\n    return db.execute(f\"SELECT * FROM t WHERE n = '{name}'\")\n"
SETTINGS = 'KEY = "AKIA****************"\nDEBUG = True  # nosec B105 only for development\n'
REQUIREMENTS = "flask==2.0.0\n# templates\njinja2==2.4.1\n"

DEFAULT = PolicyLine(file="default", line=14, key="block_at")
WARNING = PolicyLine(file="default", line=15, key="warn_at")
ALLOWED = PolicyLine(file="default", line=15, key="warn_at")
MARKERS = PolicyLine(file="default", line=31, key="markers.honour")
WAIVED = PolicyLine(file="devsecgate.yml", line=22, key="waivers[0]")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="rewrite tests/golden/ from what is rendered now")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, bytes], None]:
    """Compare with `tests/golden/NAME`, or rewrite it under `--update-goldens`."""

    def compare(name: str, content: bytes) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-goldens"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        expected = path.read_bytes() if path.exists() else b""
        if content != expected:
            old, new = expected.decode().splitlines(), content.decode().splitlines()
            pytest.fail("\n".join(difflib.unified_diff(old, new, str(path), "rendered", lineterm="")))

    return compare


def finding(scanner: str, rule: str, location: Location, **changes: object) -> Finding:
    base = Finding(
        scanner=scanner,
        kind=Kind.CODE,
        rule=rule,
        message="No message",
        location=location,
        severity=Severity.HIGH,
        severity_source=scanner,
    )
    return structs.replace(base, **changes)  # type: ignore[arg-type]


def issue(fingerprint: str, *findings: Finding) -> Issue:
    first = findings[0]
    return Issue(
        fingerprint=fingerprint * 32,
        content="0" * 32,
        kind=first.kind,
        severity=first.severity,
        severity_source=first.severity_source,
        confidence=first.confidence,
        findings=findings,
    )


def shell_issue() -> Issue:
    bandit = finding(
        "bandit",
        "B602",
        Location(path="shop/run.py", line=5, end_line=8, column=5, end_column=6),
        message="subprocess call with shell=True identified, security issue.",
        confidence=Confidence.HIGH,
        snippet="    subprocess.call(",
        cwes=frozenset({78}),
        help_url="https://bandit.readthedocs.io/en/1.9.4/plugins/b602_subprocess_popen_with_shell_equals_true.html",
    )
    semgrep = finding(
        "semgrep",
        "python-shell-true",
        Location(path="shop/run.py", line=7, column=9, end_column=19),
        message="A shell reads this command",
        cwes=frozenset({78}),
    )
    return issue("a", bandit, semgrep)


def sql_issue() -> Issue:
    return issue(
        "b",
        finding(
            "semgrep",
            "python-sql-injection",
            Location(path="shop/data base.py", line=2, column=12, end_column=66),
            message="SQL is built from a variable [see here](https://evil.example)",
            severity=Severity.CRITICAL,
            confidence=Confidence.MEDIUM,
            snippet="    return db.execute(f\"SELECT * FROM t WHERE n = '{name}'\")",
            cwes=frozenset({89}),
        ),
    )


def secret_issue() -> Issue:
    return issue(
        "c",
        finding(
            "secrets",
            "aws-access-key",
            Location(path="shop/settings.py", line=1, column=8, end_column=28),
            kind=Kind.SECRET,
            message="An AWS access key.",
            snippet='KEY = "AKIA****************"',
            cwes=frozenset({798}),
            secret_hash="sha256:5f2b8c",
        ),
    )


def jinja() -> Package:
    return Package(
        purl="pkg:pypi/jinja2@2.4.1",
        name="jinja2",
        version="2.4.1",
        ecosystem="PyPI",
        location=Location(path="requirements.txt", line=3),
        direct=True,
    )


def flask() -> Package:
    return Package(
        purl="pkg:pypi/flask@2.0.0",
        name="flask",
        version="2.0.0",
        ecosystem="PyPI",
        location=Location(path="requirements.txt", line=1),
    )


def advisory(fingerprint: str, ids: set[str], severity: Severity | None, *fixed: str) -> Issue:
    return issue(
        fingerprint,
        finding(
            "dependencies",
            min(ids),
            jinja().location,
            kind=Kind.DEPENDENCY,
            message="The sandbox can be left",
            severity=severity,
            severity_source="unrated" if severity is None else "CVSS:3.1 8.6 (PYSEC-2019-217)",
            ids=frozenset(ids),
            cwes=frozenset({693}),
            package=jinja(),
            fixed_in=fixed,
            help_url="https://osv.dev/vulnerability/PYSEC-2019-217",
        ),
    )


def image_issue() -> Issue:
    """Of a distribution's package in an image: its advisory has a name of its own, and is about two CVEs."""
    package = Package(
        purl="pkg:deb/debian/libcurl4@7.88.1-10?distro=debian-12",
        name="libcurl4",
        version="7.88.1-10",
        ecosystem="Debian:12",
        location=Location(path="app.tar!/var/lib/dpkg/status"),
        direct=False,
        via=("curl",),
        origin="layer 3 of 5: RUN apt-get install curl",
        remedy="7.88.1-10+deb12u4",
    )
    return issue(
        "8",
        finding(
            "dependencies",
            "DSA-5523-1",
            package.location,
            kind=Kind.CONTAINER,
            message="libcurl4 7.88.1-10: A long name overflows the heap",
            severity=Severity.CRITICAL,
            severity_source="CVSS:3.1 9.8 (DSA-5523-1)",
            ids=frozenset({"DSA-5523-1"}),
            upstream=frozenset({"CVE-2023-38545", "CVE-2023-38546"}),
            package=package,
            fixed_in=("7.88.1-10+deb12u4",),
        ),
    )


def debug_issue() -> Issue:
    marker = Suppression(
        marker="# nosec B105", location=Location(path="shop/settings.py", line=2), justification="only for development"
    )
    return issue(
        "e",
        finding(
            "bandit",
            "B105",
            Location(path="shop/settings.py", line=2),
            message="Debugging is on",
            severity=Severity.LOW,
            snippet="DEBUG = True",
            suppression=marker,
        ),
    )


def decide(what: Issue, action: Action, because: PolicyLine, reason: str, waiver: Waiver | None = None) -> Decision:
    marker = what.primary.suppression
    return Decision(issue=what, action=action, because=because, reason=reason, waiver=waiver, suppression=marker)


def waiver() -> Waiver:
    return Waiver(
        owner="dana@example.org",
        reason="Rotated on 2 May, the key is dead",
        expires=date(2026, 9, 30),
        fingerprint="c" * 32,
        source=WAIVED,
    )


def results() -> tuple[ScanResult, ...]:
    files = frozenset({"shop/run.py", "shop/data base.py", "shop/settings.py"})
    issues = {what.primary.scanner: what for what in (shell_issue(), sql_issue(), secret_issue())}
    bandit = ScanResult(
        scanner="bandit",
        kind=Kind.CODE,
        engine="banditrs",
        version="0.2.1",
        findings=issues["bandit"].findings[:1],
        gaps=(),
        requested=files,
        covered=files,
        canaries=1,
        seconds=0.2,
    )
    semgrep = structs.replace(bandit, scanner="semgrep", engine="semgrep --experimental", version="1.182.0")
    dependencies = structs.replace(
        bandit,
        scanner="dependencies",
        kind=Kind.DEPENDENCY,
        engine="dependencies",
        version="0.1.0",
        findings=advisory("d", {"PYSEC-2019-217", "CVE-2019-10906"}, Severity.HIGH, "2.10.1").findings,
        packages=(jinja(), flask()),
        requested=frozenset({"requirements.txt"}),
        covered=frozenset({"requirements.txt"}),
        sources=(DataSource(name="OSV PyPI", location="advisories", records=21_504, as_of="2026-08-20"),),
        seconds=1.25,
    )
    return bandit, semgrep, dependencies


def base() -> Verdict:
    return Verdict(
        outcome=Outcome.PASS,
        decisions=(),
        gaps=(),
        results=results(),
        idle=(Idle(scanner="hadolint", kind=Kind.CONTAINER, why="there is no Dockerfile", files=0),),
        remarks=(),
        target=TargetSummary(
            content="c" * 64,
            name="shop",
            files=12,
            excluded=(".venv (untracked, target.exclude)",),
            revision="9fceb02d0ae598e9",
        ),
        policy_name="default",
        policy_digest="5d41402abc4b2a76b9719d911017c592" * 2,
        today=date(2026, 9, 1),
        tool_version="0.1.0",
    )


def passing() -> Verdict:
    return structs.replace(
        base(),
        decisions=(
            decide(secret_issue(), Action.WAIVE, WAIVED, "a waiver covers it", waiver()),
            decide(debug_issue(), Action.WAIVE, MARKERS, "the policy honours markers with a justification"),
        ),
    )


def failing() -> Verdict:
    unseen = Gap(
        scanner="bandit",
        reason=GapReason.OUTDATED,
        detail="Python 3.11 cannot parse it: run devsecgate under Python 3.13.",
        path="shop/new.py",
    )
    high = "severity high or above blocks"
    worse = advisory("d", {"PYSEC-2019-217", "CVE-2019-10906", "GHSA-462w-v97r-4m45"}, Severity.HIGH, "2.10.1")
    return structs.replace(
        base(),
        outcome=Outcome.FAIL,
        decisions=(
            decide(sql_issue(), Action.BLOCK, DEFAULT, high),
            decide(shell_issue(), Action.BLOCK, DEFAULT, high),
            decide(worse, Action.BLOCK, DEFAULT, high),
            decide(image_issue(), Action.BLOCK, DEFAULT, high),
            decide(advisory("f", {"PYSEC-2021-66"}, None), Action.BLOCK, DEFAULT, "unrated counts as high"),
            decide(advisory("9", {"CVE-2024-22195"}, Severity.MEDIUM, "3.1.3"), Action.WARN, WARNING, "medium warns"),
            decide(secret_issue(), Action.WAIVE, WAIVED, "a waiver covers it", waiver()),
            decide(debug_issue(), Action.ALLOW, ALLOWED, "below what warns"),
        ),
        gaps=(
            GapDecision(
                gap=unseen,
                accepted=True,
                because=PolicyLine(file="default", line=40, key="gaps.accept[0]"),
                reason="another scanner of the layer has read it",
            ),
        ),
        remarks=(
            Remark(
                severe=True,
                text="The waiver of ops@example.org for CVE-2020-28493 expired on 2026-08-01.",
                because=PolicyLine(file="devsecgate.yml", line=30, key="waivers[1]"),
            ),
        ),
    )


def incomplete() -> Verdict:
    line = PolicyLine(file="default", line=38, key="gaps")
    gaps = (
        Gap(
            scanner="semgrep",
            reason=GapReason.MISSING,
            detail="semgrep is not installed: pip install semgrep.",
        ),
        Gap(
            scanner="target",
            reason=GapReason.UNREADABLE,
            detail="No parser accepts the file: fix it, or accept it by path.",
            path="shop/broken é.py",
        ),
        Gap(
            scanner="dependencies",
            reason=GapReason.UNRESOLVED,
            detail="requests has no version: lock it.",
            path="requirements.txt",
            package="requests",
        ),
    )
    bandit, semgrep, dependencies = results()
    semgrep = structs.replace(
        semgrep, engine="", version="", gaps=gaps[:1], findings=(), covered=frozenset(), canaries=0, seconds=0.0
    )
    return structs.replace(
        base(),
        outcome=Outcome.INCOMPLETE,
        decisions=(decide(debug_issue(), Action.WARN, WARNING, "low warns"),),
        gaps=tuple(GapDecision(gap=gap, accepted=False, because=line, reason="not accepted") for gap in gaps),
        results=(bandit, semgrep, dependencies),
    )


def changed() -> Verdict:
    """A change that is compared with its base: one issue is its own, the rest was there."""
    verdict = failing()
    own, *rest = verdict.decisions
    existing = tuple(
        structs.replace(
            each,
            change=Change.EXISTING,
            action=Action.WARN if each.action is Action.BLOCK else each.action,
            due=date(2026, 9, 30) if each.issue.primary.package is not None else None,
        )
        for each in rest
    )
    return structs.replace(
        verdict,
        decisions=(structs.replace(own, change=Change.INTRODUCED), *existing),
        base=Base(revision="1f7a7a472abf3dd9", named="pull_request (GitHub)", proposal=True),
        fixed=(debug_issue(),),
        notes=("known exploited vulnerabilities: kev.json, 1,404 of 2026-08-31",),
    )


CASES = {"pass": passing, "fail": failing, "incomplete": incomplete, "change": changed}


@pytest.fixture(params=sorted(KINDS))
def report(request: pytest.FixtureRequest) -> Report:
    """Each report."""
    loaded = importlib.import_module(f"devsecgate.reports.{request.param}").REPORT
    assert isinstance(loaded, Report)
    return loaded


@pytest.fixture(params=COUNTED)
def counted(request: pytest.FixtureRequest) -> Report:
    """Each report that states the outcome and all numbers."""
    loaded = importlib.import_module(f"devsecgate.reports.{request.param}").REPORT
    assert isinstance(loaded, Report)
    return loaded


@pytest.fixture
def suffixes() -> dict[str, str]:
    """The suffix of the goldens of each kind."""
    return {name.removesuffix("_report").replace("_", "-"): suffix for name, suffix in KINDS.items()}


@pytest.fixture(params=sorted(CASES))
def case(request: pytest.FixtureRequest) -> tuple[str, Verdict]:
    """Each of the three outcomes, by name."""
    name = str(request.param)
    return name, CASES[name]()


@pytest.fixture
def verdicts() -> dict[str, Verdict]:
    """The three outcomes."""
    return {name: make() for name, make in CASES.items()}


@pytest.fixture
def context() -> Context:
    """What is known about the files and the rules of the three verdicts."""
    text = RuleText(
        rule="bandit:B602",
        title="A shell reads the command",
        why="Whoever controls a part of the text runs commands of their own.",
        fix="Pass a list of arguments, and leave out shell=True.",
        vulnerable='subprocess.call(f"ls {name}", shell=True)\n',
        fixed='subprocess.call(["ls", "--", name])\n',
        cwes=frozenset({78}),
        references=("https://cwe.mitre.org/data/definitions/78.html",),
    )
    sources = {
        "shop/run.py": APP,
        "shop/data base.py": DATABASE,
        "shop/settings.py": SETTINGS,
        "requirements.txt": REQUIREMENTS,
    }
    return Context(sources=sources, rules={text.rule: text})


@pytest.fixture
def another() -> Callable[..., Decision]:
    """Make a decision about another place from one: `another(decision, 7, severity=None)`."""

    def make(decision: Decision, number: int, **changes: object) -> Decision:
        changed = {"location": Location(path=f"src/{number}.py"), **changes}
        primary = structs.replace(decision.issue.primary, **changed)  # type: ignore[arg-type]
        made = structs.replace(
            decision.issue,
            fingerprint=f"{number:032x}",
            severity=primary.severity,
            kind=primary.kind,
            findings=(primary,),
        )
        return structs.replace(decision, issue=made)

    return make


@pytest.fixture(scope="session")
def gitlab_complaints(repository: Path) -> Callable[[str, bytes], list[str]]:
    """Validate a report of a kind; give everything that GitLab's schema, as reduced in tests/support, does not take."""
    folder = repository / "tests" / "support" / "gitlab_schemas"
    schemas = {file.stem: json.loads(file.read_bytes()) for file in folder.glob("*.json")}
    registry: Registry[object] = Registry().with_resources(
        [(schema["$id"], Resource.from_contents(schema)) for schema in schemas.values()]
    )

    def complaints(kind: str, content: bytes) -> list[str]:
        validator = jsonschema.Draft7Validator(schemas[kind], registry=registry)
        return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(json.loads(content))]

    return complaints


HOSTILE = (
    "\x1b[31mred\x1b]0;title\x07 \n::error::pwned\n##[error]legacy ##vso[task.complete] \u202eevil\u2066 a|b `code` "
    "<script>alert(1)</script> <!-- [link](https://evil.example) ![x](y) @octocat #1 https://evil.example "
    "www.evil.example \r\x00\x9b1m\ud800 \u2028 {{ 7*7 }} {% if %} [bold]rich[/bold] %0A \\[ $x$ **b** ~~s~~ :+1:"
)


@pytest.fixture
def hostile() -> tuple[Verdict, Context]:
    """A verdict in which every field of free text is an attack on some reader of it."""
    place = Location(path=HOSTILE, line=1, column=3, end_column=2)
    package = Package(purl=HOSTILE, name=HOSTILE, version=HOSTILE, ecosystem=HOSTILE, location=place)
    marker = Suppression(marker=HOSTILE, location=place, justification=HOSTILE)
    line = PolicyLine(file=HOSTILE, line=1, key=HOSTILE)
    one = Finding(
        scanner=HOSTILE,
        kind=Kind.CODE,
        rule=HOSTILE,
        message=HOSTILE,
        location=place,
        severity=Severity.HIGH,
        severity_source=HOSTILE,
        snippet=HOSTILE,
        ids=frozenset({HOSTILE}),
        help_url=f"javascript:{HOSTILE}",
        suppression=marker,
        secret_hash=HOSTILE,
    )
    two = structs.replace(one, kind=Kind.DEPENDENCY, package=package, fixed_in=(HOSTILE,))
    owner = Waiver(owner=HOSTILE, reason=HOSTILE, expires=date(2026, 1, 1), rule=HOSTILE, path=HOSTILE, source=line)
    pairs = [(what, action) for what in (issue("a", one), issue("b", two, one)) for action in Action]
    decisions = [
        Decision(issue=what, action=action, because=line, reason=HOSTILE, waiver=holder, suppression=marker)
        for what, action in pairs
        for holder in (None, owner if action is Action.WAIVE else None)
    ]
    gap = Gap(scanner=HOSTILE, reason=GapReason.FAILED, detail=HOSTILE, path=HOSTILE, package=HOSTILE)
    verdict = Verdict(
        outcome=Outcome.FAIL,
        decisions=tuple(decisions),
        gaps=tuple(GapDecision(gap=gap, accepted=yes, because=line, reason=HOSTILE) for yes in (False, True)),
        results=(
            ScanResult(
                scanner=HOSTILE,
                kind=Kind.DEPENDENCY,
                engine=HOSTILE,
                version=HOSTILE,
                findings=(one,),
                gaps=(gap,),
                packages=(package,),
                requested=frozenset({HOSTILE}),
                sources=(DataSource(name=HOSTILE, location=HOSTILE, records=1, as_of=HOSTILE),),
                notes=(HOSTILE,),
            ),
        ),
        idle=(Idle(scanner=HOSTILE, kind=Kind.IAC, why=HOSTILE, files=0),),
        remarks=(Remark(severe=True, text=HOSTILE, because=line),),
        target=TargetSummary(content="c" * 64, name=HOSTILE, files=1, excluded=(HOSTILE,), revision=HOSTILE),
        policy_name=HOSTILE,
        policy_digest="0" * 64,
        today=date(2026, 1, 1),
        tool_version="0.1.0",
    )
    text = RuleText(
        rule=HOSTILE, title=HOSTILE, why=HOSTILE, fix=HOSTILE, vulnerable=HOSTILE, fixed=HOSTILE, references=(HOSTILE,)
    )
    return verdict, Context(sources={HOSTILE: HOSTILE}, rules={f"{HOSTILE}:{HOSTILE}": text}, verbose=True)
