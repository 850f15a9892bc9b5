from collections.abc import Callable
from datetime import date
from pathlib import Path

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devsecgate import bundled, policy
from devsecgate.model import Action, Confidence, Finding, Gap, GapReason, Issue, Kind, Location, Package, Severity
from devsecgate.policy import yaml_lines
from devsecgate.policy.document import Document
from devsecgate.policy.matching import gap_rule, ruling
from devsecgate.policy.records import Policy

PROFILES = ("default", "strict", "advisory")
TODAY = date(2026, 12, 1)
Load = Callable[..., Policy]


@pytest.fixture
def profile(load: Load) -> Callable[[str], Policy]:
    return lambda name: load(f"version: 1\nname: project\nextends: {name}\n")


def issue(
    kind: Kind,
    severity: Severity | None,
    *,
    path: str = "src/a.py",
    confidence: Confidence | None = None,
    rule: str = "R1",
) -> Issue:
    package = Package(
        purl="pkg:pypi/x@1", name="x", version="1", ecosystem="PyPI", location=Location(path="requirements.txt")
    )
    finding = Finding(
        scanner="s",
        kind=kind,
        rule=rule,
        message="x",
        location=Location(path=path),
        severity=severity,
        severity_source="test",
        package=package if kind is Kind.DEPENDENCY else None,
    )
    return Issue(
        fingerprint="0" * 32,
        content="0" * 32,
        kind=kind,
        severity=severity,
        severity_source="test",
        confidence=confidence,
        findings=(finding,),
    )


CASES = {
    "a high one": issue(Kind.CODE, Severity.HIGH, confidence=Confidence.HIGH),
    "a high one, unsure": issue(Kind.CODE, Severity.HIGH, confidence=Confidence.LOW),
    "a medium one": issue(Kind.CODE, Severity.MEDIUM, confidence=Confidence.MEDIUM),
    "a medium one, unsure": issue(Kind.CODE, Severity.MEDIUM, confidence=Confidence.LOW),
    "a low one": issue(Kind.CODE, Severity.LOW),
    "a critical one in a test": issue(Kind.CODE, Severity.CRITICAL, path="pkg/tests/a.py"),
    "a medium one in a test": issue(Kind.CODE, Severity.MEDIUM, path="pkg/test_a.py"),
    "a critical package in a test's requirements": issue(Kind.DEPENDENCY, Severity.CRITICAL, path="tests/r.txt"),
    "a critical package in a fixture": issue(Kind.DEPENDENCY, Severity.CRITICAL, path="tests/fixtures/go.mod"),
    "an unrated vulnerability": issue(Kind.DEPENDENCY, None, path="requirements.txt"),
    "unrated code": issue(Kind.CODE, None),
    "a package that does harm": issue(Kind.DEPENDENCY, Severity.LOW, rule="MAL-2026-1"),
    "a secret": issue(Kind.SECRET, Severity.HIGH, confidence=Confidence.MEDIUM),
    "a provider's secret in a test": issue(Kind.SECRET, Severity.HIGH, path="tests/a.py", confidence=Confidence.HIGH),
    "something like a secret in a test": issue(
        Kind.SECRET, Severity.HIGH, path="tests/a.py", confidence=Confidence.MEDIUM
    ),
    "something like a secret": issue(Kind.SECRET, Severity.MEDIUM, confidence=Confidence.LOW),
}
ANSWERS = {
    # what it is: default, strict, advisory
    "a high one": "block block warn",
    "a high one, unsure": "warn block warn",
    "a medium one": "warn block warn",
    "a medium one, unsure": "allow warn warn",
    "a low one": "allow warn allow",
    "a critical one in a test": "warn block warn",
    "a medium one in a test": "allow block warn",
    "a critical package in a test's requirements": "block block warn",
    "a critical package in a fixture": "warn block warn",
    "an unrated vulnerability": "block block warn",
    "unrated code": "warn block warn",
    "a package that does harm": "block block allow",
    "a secret": "block block warn",
    "a provider's secret in a test": "block block warn",
    "something like a secret in a test": "warn block warn",
    "something like a secret": "warn block warn",
}


@pytest.mark.parametrize("what", sorted(CASES))
def test_the_profiles_answer_the_everyday_cases(profile: Callable[[str], Policy], what: str) -> None:
    answers = " ".join(ruling(profile(name), CASES[what]).action.value for name in PROFILES)
    assert answers == ANSWERS[what]


@pytest.mark.parametrize("reason", list(GapReason))
def test_only_the_harmless_gaps_are_accepted_by_default_none_by_strict_all_by_advisory(
    profile: Callable[[str], Policy], reason: GapReason
) -> None:
    gap = Gap(scanner="bandit", reason=reason, detail="x")
    accepted = [name for name in PROFILES if (rule := gap_rule(profile(name), gap)) is not None and rule.accepted]
    harmless = reason in {GapReason.OUTDATED, GapReason.UNSUPPORTED}
    assert accepted == (["default", "advisory"] if harmless else ["advisory"])


@given(
    st.builds(
        issue,
        st.sampled_from(list(Kind)),
        st.sampled_from([None, *Severity]),
        confidence=st.sampled_from([None, *Confidence]),
        path=st.sampled_from(["a.py", "tests/a.py", "vendor/go.mod"]),
    )
)
def test_strict_is_never_milder_than_default_and_advisory_never_blocks(judged: Issue) -> None:
    order = [Action.ALLOW, Action.WARN, Action.BLOCK]
    default, strict, advisory = (
        order.index(
            ruling(policy.load(bundled.policies() / f"{name}.yaml", Path("/nowhere"), today=TODAY), judged).action
        )
        for name in PROFILES
    )
    assert strict >= default
    assert advisory < order.index(Action.BLOCK)


def test_what_is_unresolved_is_accepted_in_fixtures_and_vendored_copies_alone(profile: Callable[[str], Policy]) -> None:
    def accepts(path: str, scanner: str = "dependencies") -> bool:
        gap = Gap(scanner=scanner, reason=GapReason.UNRESOLVED, detail="x", path=path, package="y")
        return (rule := gap_rule(profile("default"), gap)) is not None and rule.accepted

    paths = [
        "requirements.txt",
        "tests/requirements.txt",
        "tests/fixtures/pom.xml",
        "vendor/a/go.mod",
        "avendor/go.mod",
    ]
    assert [path for path in paths if accepts(path)] == ["tests/fixtures/pom.xml", "vendor/a/go.mod"]
    assert accepts("vendor/a/go.mod", "syft")
    assert not accepts("app.tar!/srv/node_modules/a/package.json", "image"), "what an image holds is installed"
    assert not accepts("vendor/sbom.json", "sbom")


@pytest.mark.parametrize("scanner", ["image", "trivy-image", "grype-image", "sbom"])
def test_what_was_given_by_name_must_be_looked_at(profile: Callable[[str], Policy], scanner: str) -> None:
    gap = Gap(scanner=scanner, reason=GapReason.UNSUPPORTED, detail="x", path="app.tar")
    rule = gap_rule(profile("default"), gap)
    assert rule is not None
    assert not rule.accepted


def test_a_project_may_do_the_everyday_things_under_the_default_policy(load: Load) -> None:
    load(
        """\
version: 1
name: project
extends: default
first_party: [ours]
dependencies: {advisories: osv}
target: {exclude: [.cache]}
gaps: {accept: [{reason: unreadable, path: tests/broken.py, because: broken on purpose}]}
rules: [{action: allow, reason: asserts are fine here, when: {rule: bandit:B101, path: tools}}]
waivers: [{owner: me, reason: known, expires: 2026-12-24, rule: bandit:B602, path: tools/run.py}]
"""
    )


def test_the_published_schema_is_the_one_of_the_types() -> None:
    assert (bundled.policies() / "schema.json").read_bytes() == policy.schema(), (
        "write it anew: devsecgate policy schema > policies/schema.json"
    )


@pytest.mark.parametrize("name", PROFILES)
def test_each_profile_is_valid_by_the_schema_and_names_it_on_its_first_line(name: str) -> None:
    text = (bundled.policies() / f"{name}.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=./schema.json\n")
    values, _ = yaml_lines.read(text, name)
    schema = msgspec.json.decode(policy.schema())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(values, schema)


@pytest.mark.parametrize(
    "change", [{"blok": 1}, {"layers": {"code": "reqired"}}, {"extends": None}, {"first_party": []}, {"version": 2}]
)
def test_the_schema_refuses_what_the_types_refuse(change: dict[str, object]) -> None:
    values = {"version": 1, "name": "p"} | change
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(values, msgspec.json.decode(policy.schema()))
    if change != {"extends": None}:  # a key without a value is refused before the types see it
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(values, Document)
