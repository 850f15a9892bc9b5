from collections.abc import Callable

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from devsecgate.errors import PolicyError
from devsecgate.model import (
    Action,
    Confidence,
    Finding,
    Gap,
    GapReason,
    Issue,
    Kind,
    Location,
    Package,
    PolicyLine,
    Severity,
    Suppression,
)
from devsecgate.policy.document import Document
from devsecgate.policy.extending import Level, merge
from devsecgate.policy.matching import STRICTNESS, covers, gap_rule, inline_suppression, ruling
from devsecgate.policy.records import Assumed, Platform, Policy, Requirement

Load = Callable[..., Policy]
Mistakes = Callable[..., list[str]]

BASE = """\
version: 1
name: base
loosen: [{loosen}]
layers: {{code: required, iac: optional}}
unrated: {{dependency: high}}
inline_suppressions: {{honour: false}}
rules:
  - {{action: warn, reason: base says so}}
first_party: [ours]
gaps: {{accept: [{{reason: outdated, scanner: "*", because: base says so}}]}}
waiver_terms: {{high: 60}}
"""


def base(loosen: str = "") -> str:
    return BASE.format(loosen=loosen)


def project(text: str) -> str:
    return f"version: 1\nname: project\nextends: ./base.yaml\n{text}\n"


LOOSER = {
    "layers": ("layers: {code: optional}", "layers.code", 4),
    "scanners": ("scanners: {disable: [bandit]}", "scanners.disable[0]", 1),
    "target": ("target: {exclude: [src]}", "target.exclude[0]", 1),
    "unrated": ("unrated: {dependency: medium}", "unrated.dependency", 5),
    "inline_suppressions": ("inline_suppressions: {honour: true}", "inline_suppressions.honour", 6),
    "gaps": ("gaps: {accept: [{reason: missing, scanner: x, because: y}]}", "gaps.accept[0]", 10),
    "first_party": ("first_party: [other]", "first_party[0]", 9),
    "dependencies": ("dependencies: {advisories: osv}", "dependencies.advisories", 1),
    "waivers": (
        "waivers: [{owner: a, reason: b, expires: 2026-12-24, rule: R, path: x}]",
        "waivers[0]",
        1,
    ),
    "existing": ("existing: warn", "existing", 1),
    "deadlines": ("deadlines: {critical: 1}", "deadlines.critical", 1),
    "baseline": ("baseline: known.json", "baseline", 1),
    "waiver_terms": ("waiver_terms: {high: 90}", "waiver_terms.high", 11),
}


@pytest.mark.parametrize("key", sorted(LOOSER))
def test_loosening_is_refused_with_both_lines(mistakes: Mistakes, key: str) -> None:
    text, where, line = LOOSER[key]
    assert mistakes(project(text), base=base()) == [
        (
            f".devsecgate.yaml:4: {where}: this loosens `{key}` of base.yaml:{line}, "
            "which `loosen` of base.yaml:3 does not allow"
        )
    ]


@pytest.mark.parametrize("key", sorted(LOOSER))
def test_loosening_is_allowed_where_the_base_names_the_key(load: Load, key: str) -> None:
    assert load(project(LOOSER[key][0]), base=base(key)).name == "project"


def test_records_may_be_asked_to_be_younger_and_not_allowed_to_be_older(load: Load, mistakes: Mistakes) -> None:
    assert load(base()).dependencies.max_age == 7
    assert load(project("dependencies: {max_age: 2}"), base=base()).dependencies.max_age == 2
    assert load(project("dependencies: {max_age: 30}"), base=base("dependencies")).dependencies.max_age == 30
    (mistake,) = mistakes(project("dependencies: {max_age: 8}"), base=base())
    assert mistake.startswith(".devsecgate.yaml:4: dependencies.max_age: this loosens `dependencies`")


def test_the_target_of_markers_is_named_in_the_policy(load: Load, mistakes: Mistakes) -> None:
    text = 'dependencies: {target: {python: "3.12", platform: linux}}'
    assert load(base()).dependencies.target is None
    assert load(project(text), base=base("dependencies")).dependencies.target == Platform(
        python="3.12", platform="linux", machine=None
    )
    assert len(mistakes(project(text), base=base())) == 1
    (mistake,) = mistakes('version: 1\nname: a\ndependencies: {target: {python: "2.7"}}\n')
    assert "dependencies.target.python" in mistake


def test_scanners_that_work_on_request_may_be_asked_for_by_any_level(load: Load) -> None:
    loaded = load(project("scanners: {enable: [grype]}"), base=base() + "scanners: {enable: [trivy]}\n")
    assert loaded.scanners.enable == {"trivy", "grype"}


def test_tightening_is_always_allowed(load: Load) -> None:
    loaded = load(
        project(
            """\
layers: {iac: required}
scanners: {refuse_engines: [banditrs]}
unrated: {dependency: critical}
inline_suppressions: {needs_justification: true, up_to: low}
gaps: {refuse: [{reason: outdated, path: src, because: we mean it}]}
waiver_terms: {high: 10}
"""
        ),
        base=base(),
    )
    line = PolicyLine(file=".devsecgate.yaml", line=4, key="layers.iac")
    assert (loaded.layers[Kind.IAC].requirement, loaded.layers[Kind.IAC].source) == (Requirement.REQUIRED, line)
    assert loaded.scanners.refuse_engines == {"banditrs"}
    assert loaded.unrated[Kind.DEPENDENCY] == (
        Assumed(severity=Severity.HIGH, source=PolicyLine(file="base.yaml", line=5, key="unrated.dependency")),
        Assumed(
            severity=Severity.CRITICAL,
            source=PolicyLine(file=".devsecgate.yaml", line=6, key="unrated.dependency"),
        ),
    )
    assert loaded.inline_suppressions.up_to is Severity.LOW
    assert [rule.accepted for rule in loaded.gaps] == [False, True]
    assert loaded.waiver_terms[Severity.HIGH] == 10


def test_what_is_passed_on_can_only_shrink(mistakes: Mistakes) -> None:
    assert mistakes(project("loosen: [waivers, rules]"), base=base("waivers")) == [
        ".devsecgate.yaml:4: loosen[1]: `rules` cannot be passed on: base.yaml:3 does not allow it"
    ]


def test_a_policy_that_passes_on_nothing_stops_what_its_base_allowed(mistakes: Mistakes) -> None:
    middle = "version: 1\nname: middle\nextends: ./base.yaml\n"
    top = f"version: 1\nname: top\nextends: ./middle.yaml\n{LOOSER['first_party'][0]}\n"
    assert mistakes(top, base=base("first_party"), middle=middle) == [
        (
            ".devsecgate.yaml:4: first_party[0]: this loosens `first_party` of middle.yaml:1, "
            "which `loosen` of middle.yaml:1 does not allow"
        )
    ]


def test_a_tool_cannot_be_declared_twice(mistakes: Mistakes) -> None:
    tool = (
        'tools: [{name: mine, kind: code, argv: [mine, "{files}", "{canary}"], files: "*.py", '
        "canary: {name: a.py, content: x, rule: R}}]"
    )
    said = mistakes(project(tool), base=base() + tool + "\n")
    assert said == [".devsecgate.yaml:4: tools: the tool `mine` is there already, at base.yaml:12"]


def test_everything_that_no_file_says_is_the_closed_answer(load: Load) -> None:
    loaded = load("version: 1\nname: bare\n")
    assert {kind for kind, layer in loaded.layers.items() if layer.requirement is Requirement.REQUIRED} == {
        Kind.CODE,
        Kind.DEPENDENCY,
        Kind.SECRET,
    }
    assert {entry.severity for assumed in loaded.unrated.values() for entry in assumed} == {Severity.HIGH}
    assert not loaded.inline_suppressions.honour
    assert loaded.gaps == ()
    assert set(loaded.waiver_terms.values()) == {30}
    assert ruling(loaded, issue(Severity.INFO)).action is Action.BLOCK


def issue(severity: Severity | None, *findings: Finding, kind: Kind = Kind.CODE) -> Issue:
    return Issue(
        fingerprint="0" * 32,
        content="0" * 32,
        kind=kind,
        severity=severity,
        severity_source="test",
        confidence=None,
        findings=findings or (finding("bandit", "B101"),),
    )


def finding(scanner: str, rule: str, path: str = "a.py") -> Finding:
    return Finding(
        scanner=scanner,
        kind=Kind.CODE,
        rule=rule,
        message="x",
        location=Location(path=path),
        severity=None,
        severity_source="test",
    )


def test_a_rule_of_an_extension_counts_where_it_is_stricter(load: Load) -> None:
    text = "rules: [{action: allow, reason: no, when: {path: a.py}}, {action: block, reason: yes, when: {path: b.py}}]"
    loaded = load(project(text), base=base())
    answers = [ruling(loaded, issue(Severity.LOW, finding("bandit", "B1", path))) for path in ("a.py", "b.py")]
    assert [(answer.action, str(answer.because)) for answer in answers] == [
        (Action.WARN, "base.yaml:8 rules[0]"),
        (Action.BLOCK, ".devsecgate.yaml:4 rules[1]"),
    ]


def test_a_rule_of_an_extension_replaces_the_base_where_it_may(load: Load) -> None:
    text = "rules: [{action: allow, reason: no, when: {path: a.py}}]"
    loaded = load(project(text), base=base("rules"))
    assert ruling(loaded, issue(Severity.LOW)).action is Action.ALLOW


def test_a_rule_that_names_one_scanner_does_not_speak_for_another_witness(load: Load) -> None:
    text = "rules: [{action: allow, reason: no, when: {scanner: noisy}}]"
    loaded = load(project(text), base=base("rules"))
    assert ruling(loaded, issue(Severity.LOW, finding("noisy", "N1"))).action is Action.ALLOW
    merged = issue(Severity.LOW, finding("noisy", "N1"), finding("bandit", "B1"))
    assert ruling(loaded, merged).action is Action.WARN


# The promise over all policies: an extension that was allowed to loosen nothing has loosened nothing.

WORDS = st.sampled_from(["info", "low", "medium", "high", "critical"])
PATHS = st.sampled_from(["tests", "/src", "*.py", "src/**/a.py"])
SCANNERS = st.sampled_from(["bandit", "semgrep", "*"])
KINDS = st.sampled_from(["code", "dependency", "secret"])
REASONS = st.sampled_from(["missing", "failed", "outdated", "unreadable"])

WHEN = st.fixed_dictionaries(
    {},
    optional={
        "severity": WORDS,
        "severities": st.lists(WORDS, min_size=1, max_size=2),
        "confidence": st.sampled_from(["low", "medium", "high"]),
        "kind": st.lists(KINDS, min_size=1, max_size=2),
        "scanner": SCANNERS,
        "rule": st.sampled_from(["B1*", "bandit:B101", "CVE-*"]),
        "cwe": st.lists(st.sampled_from([78, 79]), min_size=1, max_size=1),
        "path": PATHS,
        "package": st.sampled_from(["flask", "fl*"]),
        "fix_available": st.booleans(),
        "unrated": st.booleans(),
    },
)
RULE = st.fixed_dictionaries(
    {"action": st.sampled_from(["block", "warn", "allow"]), "reason": st.just("x"), "when": WHEN}
)
ENTRY = st.fixed_dictionaries(
    {"reason": REASONS, "because": st.just("x"), "scanner": SCANNERS},
    optional={"path": PATHS, "package": st.just("flask")},
)
WAIVER = st.one_of(
    st.just({"fingerprint": "0" * 32}),
    st.fixed_dictionaries({"rule": st.sampled_from(["B101", "bandit:B102"]), "path": PATHS}),
    st.just({"advisory": "CVE-1", "package": "Flask"}),
).map(lambda names: {**names, "owner": "a", "reason": "b", "expires": "2026-12-24"})
DOCUMENT = st.fixed_dictionaries(
    {"version": st.just(1), "name": st.just("p")},
    optional={
        "rules": st.lists(RULE, max_size=3),
        "layers": st.dictionaries(KINDS, st.sampled_from(["off", "optional", "required"])),
        "unrated": st.dictionaries(KINDS, WORDS),
        "inline_suppressions": st.fixed_dictionaries(
            {}, optional={"honour": st.booleans(), "needs_justification": st.booleans(), "up_to": WORDS}
        ),
        "gaps": st.fixed_dictionaries(
            {}, optional={"accept": st.lists(ENTRY, max_size=2), "refuse": st.lists(ENTRY, max_size=2)}
        ),
        "waivers": st.lists(WAIVER, max_size=1),
        "waiver_terms": st.dictionaries(WORDS.filter(lambda word: word != "info"), st.integers(1, 60)),
        "first_party": st.lists(st.sampled_from(["flask", "ours"]), min_size=1, max_size=2),
    },
)
FINDING = st.builds(
    Finding,
    scanner=st.sampled_from(["bandit", "semgrep"]),
    kind=st.just(Kind.CODE),
    rule=st.sampled_from(["B101", "B102", "CVE-1"]),
    message=st.just("x"),
    location=st.builds(Location, path=st.sampled_from(["src/a.py", "tests/a.py", "b.txt"])),
    severity=st.none(),
    severity_source=st.just("test"),
    ids=st.sampled_from([frozenset(), frozenset({"CVE-1"})]),
    cwes=st.sampled_from([frozenset(), frozenset({78})]),
    fixed_in=st.sampled_from([(), ("1.0",)]),
    package=st.sampled_from(
        [
            None,
            Package(
                purl="pkg:pypi/flask@1",
                name="flask",
                version="1",
                ecosystem="PyPI",
                location=Location(path="requirements.txt"),
            ),
        ]
    ),
    suppression=st.sampled_from(
        [
            None,
            Suppression(marker="# nosec", location=Location(path="src/a.py")),
            Suppression(marker="# nosec", location=Location(path="src/a.py"), justification="known"),
        ]
    ),
)
ISSUE = st.builds(
    Issue,
    fingerprint=st.sampled_from(["0" * 32, "1" * 32]),
    content=st.just("0" * 32),
    kind=st.sampled_from([Kind.CODE, Kind.DEPENDENCY, Kind.SECRET]),
    severity=st.sampled_from([None, *Severity]),
    severity_source=st.just("test"),
    confidence=st.sampled_from([None, *Confidence]),
    findings=st.lists(FINDING, min_size=1, max_size=2).map(tuple),
)
GAP = st.builds(
    Gap,
    scanner=st.sampled_from(["bandit", "semgrep"]),
    reason=st.sampled_from([GapReason.MISSING, GapReason.FAILED, GapReason.OUTDATED, GapReason.UNREADABLE]),
    detail=st.just("x"),
    path=st.sampled_from([None, "src/a.py", "tests/a.py"]),
    package=st.sampled_from([None, "flask"]),
)


def level(name: str, document: dict[str, object]) -> Level:
    decoded = msgspec.convert(document, Document)
    return Level(file=name, document=decoded, lines={}, advisories=None, baseline=None, rule_folders=())


def merged(*documents: dict[str, object]) -> Policy:
    return merge(tuple(level(f"level{index}", document) for index, document in enumerate(documents)))


def weight(policy: Policy, judged: Issue) -> int:
    """How strict a policy is with an issue, waivers and markers included."""
    if any(covers(waiver, judged) for waiver in policy.waivers) or inline_suppression(policy, judged):
        return 0
    return STRICTNESS[ruling(policy, judged).action]


def accepts(policy: Policy, gap: Gap) -> bool:
    rule = gap_rule(policy, gap)
    return rule is not None and rule.accepted


@settings(max_examples=300, deadline=None)
@given(st.lists(DOCUMENT, min_size=2, max_size=3), ISSUE, GAP)
def test_an_extension_that_may_loosen_nothing_loosens_nothing(
    documents: list[dict[str, object]], judged: Issue, gap: Gap
) -> None:
    lower = merged(documents[0])
    try:
        upper = merged(*documents)
    except PolicyError:
        assume(False)
    assert weight(upper, judged) >= weight(lower, judged)
    assert accepts(upper, gap) <= accepts(lower, gap)
    assert all(upper.layers[kind].requirement >= lower.layers[kind].requirement for kind in Kind)
    assert upper.first_party <= lower.first_party
    assert all(days <= lower.waiver_terms[severity] for severity, days in upper.waiver_terms.items())


@settings(max_examples=200, deadline=None)
@given(st.lists(DOCUMENT, min_size=1, max_size=2), ISSUE, FINDING)
def test_a_further_witness_never_makes_the_rules_milder(
    documents: list[dict[str, object]], judged: Issue, witness: Finding
) -> None:
    documents[0]["loosen"] = ["rules", "waivers", "gaps", "unrated", "layers", "waiver_terms", "first_party"]
    try:
        policy = merged(*documents)
    except PolicyError:
        assume(False)
    more = Issue(
        fingerprint=judged.fingerprint,
        content=judged.content,
        kind=judged.kind,
        severity=judged.severity,
        severity_source=judged.severity_source,
        confidence=judged.confidence,
        findings=(*judged.findings, witness),
    )
    assert STRICTNESS[ruling(policy, more).action] >= STRICTNESS[ruling(policy, judged).action]
