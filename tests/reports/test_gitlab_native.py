"""GitLab's native security reports: valid by the schema, each layer in its own, and no success by absence."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from types import MappingProxyType

import pytest
from msgspec import structs

from devsecgate.model import Action, Decision, GapReason, Idle, Kind, Severity, Verdict
from devsecgate.report import Context, Report
from devsecgate.reports.gitlab_container_scanning import REPORT as CONTAINERS
from devsecgate.reports.gitlab_dependency_scanning import REPORT as DEPENDENCIES
from devsecgate.reports.gitlab_sast import REPORT as SAST
from devsecgate.reports.gitlab_secret_detection import NO_COMMIT
from devsecgate.reports.gitlab_secret_detection import REPORT as SECRETS

NOTHING = Context(sources={}, rules={})
Another = Callable[..., Decision]
Complaints = Callable[[str, bytes], list[str]]
Json = dict  # type: ignore[type-arg]
ALL = (SAST, DEPENDENCIES, CONTAINERS, SECRETS)
TYPES = MappingProxyType(
    {
        "gitlab-sast": "sast",
        "gitlab-dependency-scanning": "dependency_scanning",
        "gitlab-container-scanning": "container_scanning",
        "gitlab-secret-detection": "secret_detection",
    }
)


def read(report: Report, verdict: Verdict, context: Context = NOTHING) -> Json:
    document: Json = json.loads(report.render(verdict, context))
    return document


def found(report: Report, verdict: Verdict, context: Context = NOTHING) -> Json:
    (vulnerability,) = read(report, verdict, context)["vulnerabilities"]
    assert isinstance(vulnerability, dict)
    return vulnerability


def statuses(verdict: Verdict) -> dict[str, str]:
    return {TYPES[report.kind]: read(report, verdict)["scan"]["status"] for report in ALL}


def fatal(report: Report, verdict: Verdict) -> list[str]:
    messages = read(report, verdict)["scan"]["messages"]
    return [message["value"] for message in messages if message["level"] == "fatal"]


@pytest.fixture
def seen(verdicts: dict[str, Verdict]) -> Verdict:
    """A run in which a scanner of every layer proved itself, and that found nothing."""
    results = verdicts["pass"].results
    more = {"image": Kind.CONTAINER, "secrets": Kind.SECRET}
    added = [structs.replace(results[0], scanner=name, kind=kind) for name, kind in more.items()]
    return structs.replace(verdicts["pass"], decisions=(), results=(*results, *added))


@pytest.fixture
def secret(verdicts: dict[str, Verdict], another: Another) -> Decision:
    """A secret that blocks."""
    waived = verdicts["fail"].decisions[6]
    decision = another(waived, 7, location=waived.issue.location)
    return structs.replace(decision, action=Action.BLOCK, waiver=None)


@pytest.mark.parametrize("report", ALL, ids=lambda report: report.kind)
def test_every_verdict_is_valid_by_the_schema(
    report: Report,
    verdicts: dict[str, Verdict],
    secret: Decision,
    context: Context,
    hostile: tuple[Verdict, Context],
    gitlab_complaints: Complaints,
) -> None:
    everything = structs.replace(verdicts["fail"], decisions=(*verdicts["fail"].decisions, secret))
    contents = [report.render(verdict, context) for verdict in (*verdicts.values(), everything)]
    for kind in Kind:
        for decision in hostile[0].decisions:
            findings = tuple(structs.replace(each, kind=kind) for each in decision.issue.findings)
            issue = structs.replace(decision.issue, kind=kind, findings=findings)
            moved = structs.replace(hostile[0], decisions=(structs.replace(decision, issue=issue),))
            contents.append(report.render(moved, hostile[1]))
    assert [gitlab_complaints(report.kind, content) for content in contents] == [[]] * len(contents)
    assert {json.loads(content)["scan"]["type"] for content in contents} == {TYPES[report.kind]}
    assert {json.loads(content)["version"] for content in contents} == {"15.2.1"}


@pytest.mark.parametrize("report", ALL, ids=lambda report: report.kind)
def test_the_schema_would_complain(report: Report, gitlab_complaints: Complaints) -> None:
    nothing = {"version": "15.2", "scan": {"type": "dast"}, "vulnerabilities": [{"location": {}}]}
    assert len(gitlab_complaints(report.kind, json.dumps(nothing).encode())) >= 4


def test_each_layer_is_in_its_own_report_and_only_what_the_policy_acts_on(
    verdicts: dict[str, Verdict], secret: Decision
) -> None:
    verdict = structs.replace(verdicts["fail"], decisions=(*verdicts["fail"].decisions, secret))
    names = {
        TYPES[report.kind]: [each["identifiers"][0]["value"] for each in read(report, verdict)["vulnerabilities"]]
        for report in ALL
    }
    assert names == {
        "sast": ["semgrep:python-sql-injection", "bandit:B602"],
        "dependency_scanning": [
            "dependencies:CVE-2019-10906",
            "dependencies:PYSEC-2021-66",
            "dependencies:CVE-2024-22195",
        ],
        "container_scanning": ["dependencies:DSA-5523-1"],
        "secret_detection": ["secrets:aws-access-key"],
    }


@pytest.mark.parametrize("kind", [Kind.CODE, Kind.IAC, Kind.PIPELINE])
def test_code_infrastructure_and_pipelines_are_sast(kind: Kind, verdicts: dict[str, Verdict], another: Another) -> None:
    verdict = structs.replace(verdicts["fail"], decisions=(another(verdicts["fail"].decisions[0], 1, kind=kind),))
    assert [len(read(report, verdict)["vulnerabilities"]) for report in ALL] == [1, 0, 0, 0]


def test_a_finding_of_code_is_described_whole(verdicts: dict[str, Verdict], context: Context) -> None:
    verdict = structs.replace(verdicts["fail"], decisions=verdicts["fail"].decisions[1:2])
    vulnerability = found(SAST, verdict, context)
    assert uuid.UUID(vulnerability.pop("id")).version == 5
    assert vulnerability == {
        "name": "A shell reads the command",
        "description": "subprocess call with shell=True identified, security issue.\n\n"
        "Whoever controls a part of the text runs commands of their own.\n\n"
        "Reported by bandit B602 + semgrep python-shell-true; severity from bandit.\n\n"
        "Policy: default:14 block\\_at: severity high or above blocks.\n\n"
        f"Fingerprint: {'a' * 32}",
        "severity": "High",
        "identifiers": [
            {"type": "devsecgate", "name": "bandit B602", "value": "bandit:B602"},
            {"type": "cwe", "name": "CWE-78", "value": "78", "url": "https://cwe.mitre.org/data/definitions/78.html"},
        ],
        "location": {"file": "shop/run.py", "start_line": 5, "end_line": 8},
        "solution": "Pass a list of arguments, and leave out shell=True.",
        "links": [
            {"url": "https://bandit.readthedocs.io/en/1.9.4/plugins/b602_subprocess_popen_with_shell_equals_true.html"},
            {"url": "https://cwe.mitre.org/data/definitions/78.html"},
        ],
    }


def test_a_dependency_is_named_with_its_version_and_file(verdicts: dict[str, Verdict]) -> None:
    verdict = structs.replace(verdicts["fail"], decisions=verdicts["fail"].decisions[2:3])
    vulnerability = found(DEPENDENCIES, verdict)
    assert vulnerability["location"] == {
        "file": "requirements.txt",
        "dependency": {"package": {"name": "jinja2"}, "version": "2.4.1", "direct": True},
    }
    assert [(each["type"], each["value"]) for each in vulnerability["identifiers"]] == [
        ("devsecgate", "dependencies:CVE-2019-10906"),
        ("cve", "CVE-2019-10906"),
        ("ghsa", "GHSA-462w-v97r-4m45"),
        ("osv", "PYSEC-2019-217"),
        ("cwe", "693"),
    ]


@pytest.mark.parametrize(
    ("path", "purl", "ecosystem", "expected"),
    [
        ("app.tar!/var/lib/dpkg/status", "pkg:deb/debian/curl@1", "Debian:12", ("app.tar", "Debian 12")),
        ("host/app:1.2!/lib/apk/db", "pkg:apk/a/b@1", "Alpine:v3.20", ("host/app:1.2", "Alpine v3.20")),
        ("app.tar", "pkg:deb/debian/curl@1", "Debian:12", ("app.tar", "Debian 12")),
        ("app.tar!/app/x.whl", "pkg:pypi/x@1", "PyPI", ("app.tar", "unknown")),
        ("app.tar!/x", "pkg:deb/debian/curl@1", "", ("app.tar", "unknown")),
        ("!/x", "pkg:pypi/x@1", "PyPI", ("unknown", "unknown")),
    ],
)  # fmt: skip
def test_an_image_is_named_as_the_path_names_it(
    path: str,
    purl: str,
    ecosystem: str,
    expected: tuple[str, str],
    verdicts: dict[str, Verdict],
    another: Another,
) -> None:
    first = verdicts["fail"].decisions[3]
    package = first.issue.primary.package
    assert package is not None
    place = structs.replace(package.location, path=path)
    changed = structs.replace(package, purl=purl, ecosystem=ecosystem, location=place)
    verdict = structs.replace(verdicts["fail"], decisions=(another(first, 1, location=place, package=changed),))
    location = found(CONTAINERS, verdict)["location"]
    assert (location["image"], location["operating_system"]) == expected
    assert location["dependency"] == {"package": {"name": "libcurl4"}, "version": "7.88.1-10", "direct": False}


@pytest.mark.parametrize(("report", "kind"), [(DEPENDENCIES, Kind.DEPENDENCY), (CONTAINERS, Kind.CONTAINER)])
def test_a_tool_that_names_no_package_still_has_the_fields_that_are_required(
    report: Report, kind: Kind, verdicts: dict[str, Verdict], another: Another, gitlab_complaints: Complaints
) -> None:
    decision = another(verdicts["fail"].decisions[0], 1, kind=kind)
    verdict = structs.replace(verdicts["fail"], decisions=(decision,))
    assert gitlab_complaints(report.kind, report.render(verdict, NOTHING)) == []
    assert found(report, verdict)["location"]["dependency"] == {
        "package": {"name": "python-sql-injection"},
        "version": "unknown",
    }


def test_a_secret_has_a_commit_and_nothing_of_its_value(verdicts: dict[str, Verdict], secret: Decision) -> None:
    verdict = structs.replace(verdicts["fail"], decisions=(secret,))
    content = SECRETS.render(verdict, NOTHING)
    assert found(SECRETS, verdict)["location"] == {
        "file": "shop/settings.py",
        "start_line": 1,
        "end_line": 1,
        "commit": {"sha": "9fceb02d0ae598e9"},
    }
    assert b"raw_source_code_extract" not in content
    assert b"AKIA" not in content
    assert b"5f2b8c" not in content
    bare = structs.replace(verdict, target=structs.replace(verdict.target, revision=None))
    assert found(SECRETS, bare)["location"]["commit"] == {"sha": NO_COMMIT}


def test_a_run_that_saw_everything_is_a_success_in_every_report(seen: Verdict) -> None:
    assert set(statuses(seen).values()) == {"success"}


@pytest.mark.parametrize(
    ("scanner", "failed"),
    [
        ("semgrep", {"sast"}),
        ("dependencies", {"dependency_scanning"}),
        ("image", {"container_scanning"}),
        ("secrets", {"secret_detection"}),
        ("advisories", {"dependency_scanning", "container_scanning"}),
        ("target", set(TYPES.values())),
        ("plan", set(TYPES.values())),
        ("somebody", set(TYPES.values())),
    ],
)
def test_a_gap_that_is_not_accepted_fails_the_layers_that_it_is_about(
    scanner: str, failed: set[str], seen: Verdict, verdicts: dict[str, Verdict]
) -> None:
    unseen = verdicts["incomplete"].gaps[0]
    gap = structs.replace(unseen, gap=structs.replace(unseen.gap, scanner=scanner))
    found = statuses(structs.replace(seen, gaps=(gap,)))
    assert {type_ for type_, status in found.items() if status == "failure"} == failed


@pytest.mark.parametrize(
    ("scanner", "detail", "failed"),
    [
        ("policy", "no scanner of the required layer `secret` worked: see its gaps", {"secret_detection"}),
        ("policy", "no scanner of the required layer `iac` worked: see its gaps", {"sast"}),
        ("plan", "no code scanner reads Go: 3 files", {"sast"}),
        ("plan", "no scanner looks at this image: its layer is off", set(TYPES.values())),
        ("target", "no code scanner reads Go: 3 files", set(TYPES.values())),
        ("policy", "something else about `secret`", set(TYPES.values())),
    ],
)
def test_a_gap_of_a_stage_is_about_the_layer_that_it_names_else_about_all(
    scanner: str, detail: str, failed: set[str], seen: Verdict, verdicts: dict[str, Verdict]
) -> None:
    unseen = verdicts["incomplete"].gaps[0]
    gap = structs.replace(unseen, gap=structs.replace(unseen.gap, scanner=scanner, detail=detail))
    found = statuses(structs.replace(seen, gaps=(gap,)))
    assert {type_ for type_, status in found.items() if status == "failure"} == failed


def test_what_could_not_be_seen_is_a_fatal_message_and_what_is_accepted_a_warning(
    verdicts: dict[str, Verdict],
) -> None:
    assert fatal(SAST, verdicts["incomplete"]) == [
        "semgrep: semgrep is not installed: pip install semgrep. (missing)",
        "target: shop/broken é.py: No parser accepts the file: fix it, or accept it by path. (unreadable)",
    ]
    messages = read(SAST, verdicts["fail"])["scan"]["messages"]
    assert [message["value"] for message in messages if message["level"] == "warn"] == [
        (
            "accepted (default:40 gaps.accept[0]): bandit: shop/new.py: Python 3.11 cannot parse it: "
            "run devsecgate under Python 3.13. (outdated)"
        )
    ]


def test_a_layer_in_which_nobody_worked_is_no_success_even_where_the_policy_accepts_it(
    seen: Verdict, verdicts: dict[str, Verdict]
) -> None:
    accepted = structs.replace(verdicts["incomplete"].gaps[0], accepted=True)
    for index, result in enumerate(seen.results):
        gap = structs.replace(accepted.gap, scanner=result.scanner, reason=GapReason.MISSING)
        broken = structs.replace(result, canaries=0, gaps=(gap,))
        alone = tuple(each for each in seen.results[:index] + seen.results[index + 1 :] if each.kind is not result.kind)
        verdict = structs.replace(seen, results=(*alone, broken), gaps=(structs.replace(accepted, gap=gap),))
        failed = [type_ for type_, status in statuses(verdict).items() if status == "failure"]
        assert len(failed) == 1


@pytest.mark.parametrize(
    ("kind", "files", "status"),
    [
        (Kind.CODE, 0, "success"),
        (Kind.CODE, 3, "failure"),
        (Kind.DEPENDENCY, 0, "success"),
        (Kind.DEPENDENCY, 3, "failure"),
        (Kind.SECRET, 0, "success"),
        (Kind.SECRET, 3, "failure"),
        (Kind.CONTAINER, 0, "failure"),
    ],
)
def test_scanners_that_rest_are_a_success_only_where_the_tree_had_nothing_for_them(
    kind: Kind, files: int, status: str, seen: Verdict
) -> None:
    report = dict(zip((Kind.CODE, Kind.DEPENDENCY, Kind.CONTAINER, Kind.SECRET), ALL, strict=True))[kind]
    idle = Idle(scanner="somebody", kind=kind, why="disabled by the policy", files=files)
    results = tuple(result for result in seen.results if result.kind is not kind)
    assert read(report, structs.replace(seen, results=results, idle=(idle,)))["scan"]["status"] == status


def test_a_layer_that_nobody_knows_is_no_success(seen: Verdict) -> None:
    assert set(statuses(structs.replace(seen, results=(), idle=())).values()) == {"failure"}


def test_thousands_of_gaps_are_a_hundred_messages_and_their_number(seen: Verdict, verdicts: dict[str, Verdict]) -> None:
    first = verdicts["incomplete"].gaps[1]
    gaps = tuple(structs.replace(first, gap=structs.replace(first.gap, path=f"{number}.py")) for number in range(5_000))
    told = fatal(SAST, structs.replace(seen, gaps=gaps))
    assert (len(told), told[-1]) == (101, "and 4,900 more: the full record has them all")


def test_times_are_the_verdicts_day_without_a_zone(verdicts: dict[str, Verdict]) -> None:
    scan = read(SAST, verdicts["pass"])["scan"]
    assert (scan["start_time"], scan["end_time"]) == ("2026-09-01T00:00:00", "2026-09-01T00:00:00")


def test_ids_come_from_the_fingerprint_alone(verdicts: dict[str, Verdict], another: Another) -> None:
    first = verdicts["fail"].decisions[0]

    def made(decision: Decision) -> str:
        return str(found(SAST, structs.replace(verdicts["fail"], decisions=(decision,)))["id"])

    assert made(another(first, 1)) == made(another(first, 1, message="said otherwise", severity=Severity.LOW))
    assert made(another(first, 1)) != made(another(first, 2))


@pytest.mark.parametrize(
    ("severity", "word"),
    [
        (Severity.CRITICAL, "Critical"),
        (Severity.HIGH, "High"),
        (Severity.MEDIUM, "Medium"),
        (Severity.LOW, "Low"),
        (Severity.INFO, "Info"),
        (None, "Unknown"),
    ],
)
def test_severities_are_gitlabs_words(
    severity: Severity | None, word: str, verdicts: dict[str, Verdict], another: Another
) -> None:
    decision = another(verdicts["fail"].decisions[0], 1, severity=severity)
    assert found(SAST, structs.replace(verdicts["fail"], decisions=(decision,)))["severity"] == word


def test_no_vector_of_cvss_is_given_whatever_the_source_of_a_severity_says(
    verdicts: dict[str, Verdict], another: Another
) -> None:
    vector = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"
    decision = another(verdicts["fail"].decisions[2], 1, severity_source=vector)
    assert "cvss_vectors" not in found(DEPENDENCIES, structs.replace(verdicts["fail"], decisions=(decision,)))


def test_long_texts_are_cut_to_gitlabs_lengths(
    verdicts: dict[str, Verdict], another: Another, gitlab_complaints: Complaints
) -> None:
    first = verdicts["fail"].decisions[2]
    package = first.issue.primary.package
    assert package is not None
    decision = another(
        first,
        1,
        message="*" * 2_000_000,
        rule="r" * 10_000,
        package=structs.replace(package, name="n" * 10_000),
        ids=frozenset(f"CVE-2024-{number}" for number in range(1000, 1100)),
    )
    verdict = structs.replace(verdicts["fail"], decisions=(decision,))
    vulnerability = found(DEPENDENCIES, verdict)
    assert gitlab_complaints(DEPENDENCIES.kind, DEPENDENCIES.render(verdict, NOTHING)) == []
    assert len(vulnerability["identifiers"]) == 20
    assert vulnerability["identifiers"][-1]["type"] == "cwe"
    assert max(len(each["value"]) for each in vulnerability["identifiers"]) <= 255


def test_two_rules_that_differ_where_they_are_cut_stay_two(verdicts: dict[str, Verdict], another: Another) -> None:
    first = verdicts["fail"].decisions[0]
    decisions = tuple(another(first, number, rule=f"{'r' * 300}{number}") for number in range(2))
    read_ = read(SAST, structs.replace(verdicts["fail"], decisions=decisions))["vulnerabilities"]
    assert len({each["identifiers"][0]["value"] for each in read_}) == 2


@pytest.mark.parametrize(
    "text",
    [
        "/close\n/assign @root",
        "@all #1 !2 ~bug &3 %4 $5 ^alert",
        "![x](https://evil.example) [y](javascript:alert(1))",
        "<script>alert(1)</script> <!-- -->",
        "```mermaid\ngraph\n```",
        "---\nfront: matter\n---",
        "::include{file=README.md}",
        "- [ ] task",
    ],
)
def test_markdown_of_others_is_nothing_but_text(text: str, verdicts: dict[str, Verdict], another: Another) -> None:
    decision = another(verdicts["fail"].decisions[0], 1, message=text)
    description = found(SAST, structs.replace(verdicts["fail"], decisions=(decision,)))["description"]
    first = description.split("\n\n")[0]
    assert first.replace("\\", "") == " ".join(text.split())
    assert re.findall(r"(?<!\\)[`*_{}\[\]()#!|~<>@$%&^]", first) == []
    assert first[0] not in "-/="
    assert description.count("\n\n") == 3


def test_only_addresses_of_the_web_are_links(verdicts: dict[str, Verdict], another: Another) -> None:
    first = verdicts["fail"].decisions[0]

    def links(address: str) -> list[str]:
        verdict = structs.replace(verdicts["fail"], decisions=(another(first, 1, help_url=address),))
        return [link["url"] for link in found(SAST, verdict).get("links", [])]

    assert links("https://example.org/a?b=c#d") == ["https://example.org/a?b=c#d"]
    refused = ["javascript:alert(1)", "https://", "https://a b", "https://example.org/\n", "ftp://example.org", ""]
    assert [links(address) for address in refused] == [[]] * len(refused)
