"""One problem is one issue, however many tools saw it; different problems stay apart; nothing is lost."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from devsecgate.advisories.aliases import names
from devsecgate.correlate import correlate
from devsecgate.model import Confidence, Finding, Issue, Kind, Location, Package, Severity

APP = """\
import os, subprocess

def run(name, order):
    subprocess.call("ls " + name, shell=True)
    rows = db.execute(
        "SELECT * FROM product WHERE name = '%s'" % name,
        eval(order),
    )
    first = eval(name); second = eval(order)
    if order: os.system(order)
    password = "correct-horse-battery"
"""
SHELL = frozenset({78})
SQL = frozenset({89})
CODE = frozenset({95})
CREDENTIAL = frozenset({798})


def code(
    scanner: str,
    rule: str,
    line: int,
    cwes: Iterable[int] = SHELL,
    *,
    column: int | None = None,
    end_line: int | None = None,
    severity: Severity | None = Severity.HIGH,
    confidence: Confidence | None = None,
    path: str = "app.py",
) -> Finding:
    return Finding(
        scanner=scanner,
        kind=Kind.CODE,
        rule=rule,
        message=f"{scanner} {rule}",
        location=Location(path=path, line=line, column=column, end_line=end_line),
        severity=severity,
        severity_source=f"{scanner}'s word",
        confidence=confidence,
        cwes=frozenset(cwes),
    )


def secret(
    scanner: str,
    line: int,
    column: int | None,
    end_column: int | None,
    *,
    end_line: int | None = None,
    hashed: str = "",
) -> Finding:
    return Finding(
        scanner=scanner,
        kind=Kind.SECRET,
        rule="generic-password",
        message="a password",
        location=Location(path="app.py", line=line, end_line=end_line, column=column, end_column=end_column),
        severity=Severity.MEDIUM,
        severity_source="rule",
        cwes=CREDENTIAL,
        secret_hash=hashed or None,
    )


def advisory(
    scanner: str, rule: str, *ids: str, name: str = "jinja2", version: str = "2.4.1", path: str = "requirements.txt"
) -> Finding:
    place = Location(path=path, line=3)
    return Finding(
        scanner=scanner,
        kind=Kind.DEPENDENCY,
        rule=rule,
        message=f"{rule} in {name}",
        location=place,
        severity=None,
        severity_source="unrated",
        ids=frozenset({rule, *ids}),
        package=Package(
            purl=f"pkg:pypi/{name}@{version}", name=name, version=version, ecosystem="PyPI", location=place
        ),
    )


def rules(issues: Iterable[Issue]) -> list[tuple[str, ...]]:
    return sorted(issue.rules for issue in issues)


def merge(*findings: Finding, text: str = APP) -> tuple[Issue, ...]:
    return correlate(findings, {"app.py": text})


# ---------------------------------------------------------------- code


def test_one_weakness_at_one_place_seen_by_two_tools_is_one_issue_with_two_witnesses() -> None:
    bandit = code("bandit", "B602", 4, column=5, end_line=4, severity=Severity.HIGH, confidence=Confidence.HIGH)
    semgrep = code("semgrep", "shell-true", 4, [77], severity=Severity.MEDIUM)
    (issue,) = merge(semgrep, bandit)
    line = '    subprocess.call("ls " + name, shell=True)'
    assert issue == Issue(
        fingerprint=issue.fingerprint,
        content=issue.content,
        kind=Kind.CODE,
        severity=Severity.HIGH,
        severity_source="bandit's word",
        confidence=Confidence.HIGH,
        findings=(replace(bandit, snippet=line), replace(semgrep, snippet=line)),
    )


def test_two_rules_of_one_scanner_on_one_call_are_one_issue() -> None:
    issues = merge(code("bandit", "B603", 4, column=5), code("bandit", "B607", 4, column=5))
    assert rules(issues) == [("bandit:B603", "bandit:B607")]


def test_different_weaknesses_in_one_statement_stay_two() -> None:
    issues = merge(code("semgrep", "sql", 5, SQL), code("bandit", "B307", 7, column=9))
    assert rules(issues) == [("bandit:B307",), ("semgrep:sql",)]


def test_a_statement_of_several_lines_is_one_place() -> None:
    issues = merge(
        code("bandit", "B608", 6, SQL, column=9, end_line=6),
        code("semgrep", "sql-format", 5, SQL, end_line=8),
        code("other", "sql", 6, [564], column=9),
    )
    assert rules(issues) == [("bandit:B608", "other:sql", "semgrep:sql-format")]


def test_two_statements_on_one_line_are_two_places() -> None:
    issues = merge(code("bandit", "B307", 9, CODE, column=13), code("bandit", "B307", 9, CODE, column=34))
    assert [issue.primary.location.column for issue in issues] in ([13, 34], [34, 13])
    assert len({issue.fingerprint for issue in issues}) == 2


def test_two_calls_in_one_statement_are_one_place() -> None:
    text = "total = eval(a) + eval(b)\n"
    issues = merge(code("bandit", "B307", 1, column=9), code("bandit", "B307", 1, column=19), text=text)
    assert [(len(issue.findings), issue.rules) for issue in issues] == [(2, ("bandit:B307",))]


def test_the_body_behind_a_colon_is_a_statement_of_its_own() -> None:
    issues = merge(code("bandit", "B605", 10, column=15), code("semgrep", "condition", 10))
    assert rules(issues) == [("bandit:B605",), ("semgrep:condition",)]


@pytest.mark.parametrize("cwes", [[20], [693, 710], []], ids=str)
def test_a_number_that_stands_for_everything_brings_no_two_rules_together(cwes: list[int]) -> None:
    issues = merge(code("bandit", "B101", 4, cwes), code("bandit", "B102x", 4, cwes), code("semgrep", "a", 4, cwes))
    assert rules(issues) == [("bandit:B101",), ("bandit:B102x",), ("semgrep:a",)]


def test_a_catch_all_beside_a_telling_number_does_not_count() -> None:
    assert rules(merge(code("bandit", "B602", 4, [20, 78]), code("semgrep", "shell", 4, [77, 707]))) == [
        ("bandit:B602", "semgrep:shell")
    ]


def test_one_weakness_in_two_files_is_two_issues() -> None:
    found = (code("bandit", "B602", 4), code("bandit", "B602", 4, path="other.py"))
    issues = correlate(found, {"app.py": APP, "other.py": APP})
    assert [issue.location.path for issue in issues] == ["app.py", "other.py"]
    assert issues[0].fingerprint != issues[1].fingerprint


def test_one_weakness_at_one_place_in_two_layers_is_two_issues() -> None:
    issues = merge(code("bandit", "B602", 4), replace(code("zizmor", "shell", 4), kind=Kind.PIPELINE))
    assert sorted(issue.kind for issue in issues) == [Kind.CODE, Kind.PIPELINE]


def test_lines_count_where_a_file_cannot_be_read() -> None:
    found = (code("bandit", "B602", 4), code("semgrep", "shell", 4), code("semgrep", "shell", 5))
    assert rules(correlate(found, {})) == [("bandit:B602", "semgrep:shell"), ("semgrep:shell",)]


def test_in_a_language_that_is_not_parsed_the_first_line_is_the_place() -> None:
    text = "steps:\n  - run: |\n      curl ${{ github.event.issue.title }}\n  - run: make\n"
    found = [
        code("one", "template", 2, [94], end_line=3, path="ci.yaml"),
        code("two", "expression", 2, [95], path="ci.yaml"),
        code("two", "expression", 4, [95], path="ci.yaml"),
    ]
    issues = correlate(found, {"ci.yaml": text})
    assert rules(issues) == [("one:template", "two:expression"), ("two:expression",)]
    assert issues[0].primary.snippet == "  - run: |" or issues[1].primary.snippet == "  - run: |"


def test_the_elements_of_a_long_table_are_places_of_their_own() -> None:
    rows = "".join(f"    'row-{number}': lambda value: eval(value + '{number}'),\n" for number in range(40))
    text = f"TABLE = {{\n{rows}}}\n"
    found = [code("bandit", "B307", number, CODE, column=23) for number in range(2, 42)]
    assert len(merge(*found, text=text)) == 40


# ---------------------------------------------------------------- severity


def test_the_highest_severity_counts_and_its_source_is_kept() -> None:
    low = code("bandit", "B602", 4, severity=Severity.LOW, confidence=Confidence.HIGH)
    high = code("semgrep", "shell", 4, severity=Severity.CRITICAL, confidence=Confidence.LOW)
    unrated = code("other", "shell", 4, severity=None)
    (issue,) = merge(low, unrated, high)
    assert (issue.severity, issue.severity_source) == (Severity.CRITICAL, "semgrep's word")
    assert issue.confidence is Confidence.HIGH
    assert [finding.scanner for finding in issue.findings] == ["semgrep", "bandit", "other"]


def test_an_issue_that_nobody_rates_is_unrated() -> None:
    (issue,) = merge(code("a", "x", 4, severity=None), code("b", "y", 4, severity=None))
    assert (issue.severity, issue.severity_source, issue.confidence) == (None, "a's word", None)


# ---------------------------------------------------------------- secrets


def test_a_secret_and_a_hard_coded_credential_at_one_place_are_one_issue() -> None:
    found = secret("secrets", 11, 17, 38, hashed="a1")
    b105 = code("bandit", "B105", 11, [259], column=16, end_line=11, severity=Severity.LOW)
    semgrep = code("semgrep", "hardcoded-password", 11, CREDENTIAL, severity=Severity.HIGH)
    (issue,) = merge(b105, semgrep, found)
    assert issue.rules == ("bandit:B105", "secrets:generic-password", "semgrep:hardcoded-password")
    assert (issue.kind, issue.primary.scanner, issue.severity) == (Kind.SECRET, "secrets", Severity.HIGH)
    assert {finding.snippet for finding in issue.findings} == {'    password = "***"'}


def test_a_credential_without_a_secret_is_an_issue_of_code() -> None:
    (issue,) = merge(code("bandit", "B105", 11, [259], column=16))
    assert (issue.kind, issue.primary.snippet) == (Kind.CODE, '    password = "***"')


def test_secrets_whose_regions_overlap_are_one_and_neighbours_are_two() -> None:
    text = "login('correct-horse', 'battery-staple')\n"
    first, wider, second = secret("a", 1, 8, 21), secret("b", 1, 7, 22), secret("a", 1, 25, 39)
    issues = merge(first, wider, second, text=text)
    assert sorted([issue.scanners for issue in issues]) == [("a",), ("a", "b")]


def test_a_vague_witness_never_joins_two_secrets_into_one() -> None:
    text = "login('correct-horse', 'battery-staple')\n"
    vague = secret("c", 1, None, None)
    credential = code("bandit", "B106", 1, [259], column=1, end_line=1)
    issues = merge(secret("a", 1, 8, 21), secret("a", 1, 25, 39), vague, credential, text=text)
    assert sorted(issue.scanners for issue in issues) == [("a",), ("a", "bandit", "c")]


def test_one_value_in_two_places_of_a_file_is_two_issues_that_know_their_order() -> None:
    text = "A = 'correct-horse'\nB = 'correct-horse'\n"
    first, second = secret("a", 1, 6, 19, hashed="a1"), secret("a", 2, 6, 19, hashed="a1")
    both = merge(first, second, text=text)
    (alone,) = merge(first, text=text)
    assert [issue.location.line for issue in both] == [1, 2]
    assert both[0].fingerprint == alone.fingerprint != both[1].fingerprint


def test_a_secret_with_a_hash_keeps_its_identity_when_its_line_changes() -> None:
    (before,) = merge(secret("a", 1, 6, 19, hashed="a1"), text="A = 'correct-horse'\n")
    (after,) = merge(secret("a", 2, 11, 24, hashed="a1"), text="\nA = get('correct-horse') or None\n")
    assert before.fingerprint == after.fingerprint


# ---------------------------------------------------------------- packages


def test_ids_that_are_aliases_of_each_other_are_one_vulnerability_however_many_steps_apart() -> None:
    found = [
        advisory("dependencies", "GHSA-a", "CVE-2020-1"),
        advisory("pip-audit", "GHSA-b", "CVE-2020-2"),
        advisory("dependencies", "PYSEC-2020-3", "GHSA-b", "CVE-2020-1"),
    ]
    (issue,) = correlate(found, {})
    assert issue.ids == {"GHSA-a", "GHSA-b", "CVE-2020-1", "CVE-2020-2", "PYSEC-2020-3"}
    assert len(issue.findings) == 3
    without_the_bridge = correlate(found[:2], {})
    assert [issue.ids for issue in without_the_bridge] in (
        [{"GHSA-a", "CVE-2020-1"}, {"GHSA-b", "CVE-2020-2"}],
        [{"GHSA-b", "CVE-2020-2"}, {"GHSA-a", "CVE-2020-1"}],
    )


def test_two_scanners_of_packages_agree_on_one_issue() -> None:
    rated = replace(
        advisory("dependencies", "PYSEC-2021-1", "CVE-2021-1", "GHSA-c"),
        severity=Severity.CRITICAL,
        severity_source="CVSS:3.1 9.8 (PYSEC-2021-1)",
        fixed_in=("2.11.3",),
    )
    unrated = advisory("pip-audit", "CVE-2021-1", "PYSEC-2021-1")
    (issue,) = correlate([unrated, rated], {})
    assert issue.scanners == ("dependencies", "pip-audit")
    assert (issue.severity, issue.severity_source) == (Severity.CRITICAL, "CVSS:3.1 9.8 (PYSEC-2021-1)")
    assert issue.primary == rated


@pytest.mark.parametrize("identity", ["ALPINE-CVE-2019-1", "DEBIAN-CVE-2019-1", "UBUNTU-CVE-2019-1"])
def test_a_distributions_record_of_one_cve_is_that_cve_for_the_distribution(identity: str) -> None:
    ours = replace(
        advisory("image", identity), rule="CVE-2019-1", ids=frozenset({identity}), upstream=frozenset({"CVE-2019-1"})
    )
    theirs = advisory("trivy-image", "CVE-2019-1")
    (issue,) = merge(ours, theirs)
    assert issue.rules == ("image:CVE-2019-1", "trivy-image:CVE-2019-1")
    assert merge(ours)[0].fingerprint == issue.fingerprint == merge(theirs)[0].fingerprint


@pytest.mark.parametrize("upstream", [{"CVE-2019-1"}, {"CVE-2019-1", "CVE-2019-2"}])
def test_a_distributions_advisory_with_a_name_of_its_own_is_none_of_the_cves_that_it_is_about(
    upstream: set[str],
) -> None:
    ours = replace(advisory("image", "DSA-2019-1"), upstream=frozenset(upstream))
    issues = merge(ours, advisory("trivy-image", "CVE-2019-1"), advisory("trivy-image", "CVE-2019-2"))
    assert sorted(rules(issues)) == [
        ("image:DSA-2019-1",),
        ("trivy-image:CVE-2019-1",),
        ("trivy-image:CVE-2019-2",),
    ]


def test_an_alias_never_joins_two_packages() -> None:
    found = [advisory("d", "CVE-2020-1", name="jinja2"), advisory("d", "CVE-2020-1", name="markupsafe")]
    assert [issue.primary.package.name for issue in correlate(found, {}) if issue.primary.package] in (
        ["jinja2", "markupsafe"],
        ["markupsafe", "jinja2"],
    )


@pytest.mark.parametrize("changed", [{"version": "2.5"}, {"path": "poetry.lock"}], ids=str)
def test_one_vulnerability_of_two_versions_or_of_two_manifests_is_two_things_to_fix(changed: dict[str, str]) -> None:
    found = [advisory("d", "CVE-2020-1"), advisory("d", "CVE-2020-1", **changed)]
    issues = correlate(found, {})
    assert len({issue.fingerprint for issue in issues}) == 2


def test_an_update_to_a_version_that_is_still_vulnerable_is_no_new_problem() -> None:
    (before,), (after,) = (correlate([advisory("d", "CVE-2020-1", version=version)], {}) for version in ("2.4", "2.5"))
    assert before.fingerprint == after.fingerprint


def test_the_name_of_a_vulnerability_does_not_depend_on_which_tool_spoke() -> None:
    first = correlate([advisory("d", "PYSEC-2020-1", "CVE-2020-1")], {})
    second = correlate([advisory("p", "CVE-2020-1", "GHSA-x")], {})
    assert first[0].fingerprint == second[0].fingerprint


def test_a_record_with_many_aliases_joins_nothing() -> None:
    many = tuple(f"CVE-2020-{number}" for number in range(6))
    found = [advisory("d", "GHSA-distribution", *many), advisory("d", "CVE-2020-0"), advisory("d", "CVE-2020-5")]
    assert len(correlate(found, {})) == 3


def test_a_closure_of_more_than_32_ids_is_not_believed() -> None:
    chain = [(f"A-{number}", (f"A-{number + 1}",)) for number in range(40)]
    assert names(chain) == {first: first for first, _ in chain}
    assert set(names(chain[:30]).values()) == {"A-0"}


def test_the_cve_names_a_group_then_the_ghsa() -> None:
    records = [("PYSEC-1", ("CVE-2",)), ("GHSA-1", ("CVE-2",)), ("OSV-1", ("GHSA-2",))]
    assert names(records) == {"PYSEC-1": "CVE-2", "GHSA-1": "CVE-2", "OSV-1": "GHSA-2"}


# ---------------------------------------------------------------- promises over all inputs


def _texts() -> st.SearchStrategy[str]:
    lines = st.sampled_from(
        [
            "eval(a); exec(b)",
            "call(",
            "    'x',",
            ")",
            "if a: eval(b)",
            "password = 'correct-horse'",
            "",
            "# comment",
            'q = f"""',
            "x = [1,",
            "\tdeep(]",
        ]
    )
    return st.lists(lines, max_size=12).map("\n".join)


def _places(path: str) -> st.SearchStrategy[Location]:
    small = st.integers(1, 14)
    maybe = st.none() | st.integers(1, 30)
    return st.builds(
        Location, path=st.just(path), line=small, end_line=st.none() | small, column=maybe, end_column=maybe
    )


_PLACED = st.builds(
    Finding,
    scanner=st.sampled_from(["bandit", "semgrep", "secrets"]),
    kind=st.sampled_from([Kind.CODE, Kind.SECRET]),
    rule=st.sampled_from(["B105", "B307", "r"]),
    message=st.sampled_from(["one", "two"]),
    location=st.sampled_from(["app.py", "conf.yaml", "unread.py"]).flatmap(_places),
    severity=st.sampled_from([None, *Severity]),
    severity_source=st.just("rule"),
    confidence=st.sampled_from([None, *Confidence]),
    cwes=st.frozensets(st.sampled_from([20, 78, 77, 89, 259, 798]), max_size=2),
    secret_hash=st.sampled_from([None, "a1", "b2"]),
)
_IDS = st.sampled_from(["CVE-2020-1", "CVE-2020-2", "GHSA-a", "GHSA-b", "PYSEC-1", "PYSEC-2"])
_ADVISED = st.builds(
    advisory,
    st.sampled_from(["dependencies", "pip-audit"]),
    _IDS,
    _IDS,
    _IDS,
    name=st.sampled_from(["jinja2", "flask"]),
    version=st.sampled_from(["1", "2"]),
    path=st.sampled_from(["requirements.txt", "poetry.lock"]),
)
_FINDINGS = st.lists(_PLACED | _ADVISED, max_size=14)
Trace = tuple[str, Kind, str, Location, Severity | None, frozenset[str], frozenset[int]]


def _trace(finding: Finding) -> Trace:
    """What no masking changes."""
    found = finding
    return found.scanner, found.kind, found.rule, found.location, found.severity, found.ids, found.cwes


@given(_FINDINGS, _texts())
def test_every_different_finding_is_in_exactly_one_issue(findings: list[Finding], text: str) -> None:
    issues = correlate(findings, {"app.py": text, "conf.yaml": text})
    kept = Counter(_trace(finding) for issue in issues for finding in issue.findings)
    assert kept == Counter(map(_trace, set(findings)))
    assert len({issue.fingerprint for issue in issues}) == len(issues)


@given(_FINDINGS, _texts(), st.randoms(use_true_random=False))
def test_the_order_of_findings_changes_nothing(findings: list[Finding], text: str, shuffled: random.Random) -> None:
    sources = {"app.py": text, "conf.yaml": text}
    again = [*findings, *findings[:2]]
    shuffled.shuffle(again)
    assert correlate(again, sources) == correlate(findings, sources)


@given(_FINDINGS, _texts())
def test_issues_come_worst_first_then_by_place(findings: list[Finding], text: str) -> None:
    issues = correlate(findings, {"app.py": text})
    keys = [
        (
            1 if issue.severity is None else -int(issue.severity),
            issue.location.path,
            issue.location.line,
            issue.fingerprint,
        )
        for issue in issues
    ]
    assert keys == sorted(keys)


@given(_FINDINGS, _texts())
def test_no_issue_mixes_layers_but_for_credentials_beside_a_secret(findings: list[Finding], text: str) -> None:
    for issue in correlate(findings, {"app.py": text}):
        kinds = {finding.kind for finding in issue.findings}
        assert issue.primary.kind is issue.kind
        assert kinds == {issue.kind} or (issue.kind is Kind.SECRET and kinds == {Kind.SECRET, Kind.CODE})
        assert issue.severity == max(
            (each.severity for each in issue.findings if each.severity is not None), default=None
        )
        assert len({finding.location.path for finding in issue.findings}) == 1
        assert len({finding.package and finding.package.purl for finding in issue.findings}) == 1
