"""The verdict: what blocks, what is accepted and by which line, and what makes a run incomplete."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from devsecgate import policy as policies
from devsecgate.errors import ExitCode
from devsecgate.model import (
    Action,
    Confidence,
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
)
from devsecgate.policy import Policy
from devsecgate.verdict import judge

TODAY = date(2026, 12, 1)
TARGET = TargetSummary(content="c" * 64, name="tree", files=3, excluded=(), revision=None)
FILE = ".devsecgate.yaml"
FINGERPRINT = "0123456789abcdef" * 2

BASE = """\
version: 1
name: team
layers: {code: required, dependency: optional, secret: optional}
rules:
  - action: block
    reason: severity high or above
    when: {severity: high}
  - action: warn
    reason: severity medium
    when: {severity: medium}
  - action: allow
    reason: below
waiver_terms: {critical: 14, high: 30, medium: 90, low: 180, unrated: 20}
unrated: {code: medium, dependency: high, secret: critical}
"""

Load = Callable[[str], Policy]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Write a policy as the target's own, and load it."""

    def write_and_load(text: str) -> Policy:
        (tmp_path / FILE).write_text(text)
        return policies.load(None, tmp_path, today=TODAY)

    return write_and_load


def line(number: int, key: str) -> PolicyLine:
    return PolicyLine(file=FILE, line=number, key=key)


def finding(
    scanner: str = "bandit",
    rule: str = "B602",
    *,
    kind: Kind = Kind.CODE,
    severity: Severity | None = Severity.HIGH,
    path: str = "src/app.py",
    number: int = 4,
    **changes: object,
) -> Finding:
    base = Finding(
        scanner=scanner,
        kind=kind,
        rule=rule,
        message="no message",
        location=Location(path=path, line=number),
        severity=severity,
        severity_source=scanner,
    )
    return replace(base, **changes)  # type: ignore[arg-type]  # the fields' types are those of the record


def advisory(rule: str, *ids: str, name: str = "jinja2", scanner: str = "dependencies", **changes: object) -> Finding:
    place = Location(path="requirements.txt", line=2)
    package = Package(purl=f"pkg:pypi/{name}@1", name=name, version="1", ecosystem="PyPI", location=place)
    known = {"ids": frozenset({rule, *ids}), "package": package, **changes}
    return finding(scanner, rule, kind=Kind.DEPENDENCY, path="requirements.txt", number=2, **known)  # type: ignore[arg-type]  # as above


def issue(*findings: Finding, fingerprint: str = FINGERPRINT, kind: Kind | None = None) -> Issue:
    rated = [each.severity for each in findings if each.severity is not None]
    sure = [each.confidence for each in findings if each.confidence is not None]
    return Issue(
        fingerprint=fingerprint,
        content="0" * 32,
        kind=kind or findings[0].kind,
        severity=max(rated, default=None),
        severity_source=findings[0].severity_source,
        confidence=max(sure, default=None),
        findings=findings,
    )


def result(
    scanner: str = "bandit",
    kind: Kind = Kind.CODE,
    *,
    findings: Iterable[Finding] = (),
    gaps: Iterable[Gap] = (),
    canaries: int = 1,
) -> ScanResult:
    return ScanResult(
        scanner=scanner,
        kind=kind,
        engine=scanner,
        version="1.0",
        findings=tuple(findings),
        gaps=tuple(gaps),
        canaries=canaries,
    )


def gap(reason: GapReason, *, scanner: str = "bandit", path: str | None = None, package: str | None = None) -> Gap:
    return Gap(scanner=scanner, reason=reason, detail="what happened", path=path, package=package)


def decide(
    policy: Policy,
    *issues: Issue,
    results: Iterable[ScanResult] | None = None,
    gaps: Iterable[Gap] = (),
    idle: Iterable[Idle] = (),
) -> Verdict:
    given = (result(),) if results is None else results
    return judge(
        issues=issues,
        results=given,
        gaps=gaps,
        idle=idle,
        policy=policy,
        target=TARGET,
        today=TODAY,
        tool_version="9.9",
    )


def only(verdict: Verdict) -> Decision:
    (decision,) = verdict.decisions
    return decision


# ---------------------------------------------------------------- the three answers


def test_all_seen_and_nothing_found_is_a_pass(load: Load) -> None:
    policy = load(BASE)
    verdict = decide(policy)
    assert verdict == Verdict(
        outcome=Outcome.PASS,
        decisions=(),
        gaps=(),
        results=(result(),),
        idle=(),
        remarks=(),
        target=TARGET,
        policy_name="team",
        policy_digest=policy.digest,
        today=TODAY,
        tool_version="9.9",
    )
    assert verdict.exit_code is ExitCode.PASS


@pytest.mark.parametrize(
    ("severity", "action", "because", "reason", "outcome"),
    [
        (Severity.CRITICAL, Action.BLOCK, line(5, "rules[0]"), "severity high or above", Outcome.FAIL),
        (Severity.HIGH, Action.BLOCK, line(5, "rules[0]"), "severity high or above", Outcome.FAIL),
        (Severity.MEDIUM, Action.WARN, line(8, "rules[1]"), "severity medium", Outcome.PASS),
        (Severity.LOW, Action.ALLOW, line(11, "rules[2]"), "below", Outcome.PASS),
        (Severity.INFO, Action.ALLOW, line(11, "rules[2]"), "below", Outcome.PASS),
    ],
)
def test_the_first_rule_that_fits_decides_and_is_named(
    load: Load, severity: Severity, action: Action, because: PolicyLine, reason: str, outcome: Outcome
) -> None:
    judged = issue(finding(severity=severity))
    verdict = decide(load(BASE), judged)
    assert only(verdict) == Decision(issue=judged, action=action, because=because, reason=reason)
    assert verdict.outcome is outcome


def test_what_no_rule_speaks_of_is_blocked(load: Load) -> None:
    policy = load(BASE.replace("  - action: allow\n    reason: below\n", ""))
    decision = only(decide(policy, issue(finding(severity=Severity.INFO))))
    assert (decision.action, decision.because) == (Action.BLOCK, line(4, "rules"))
    assert decision.reason == "no rule speaks of this issue, and silence is no permission"


def test_a_gap_that_nobody_accepts_makes_the_run_incomplete(load: Load) -> None:
    verdict = decide(load(BASE), gaps=[gap(GapReason.UNREADABLE, scanner="target", path="a.py")])
    (only_gap,) = verdict.gaps
    assert (verdict.outcome, verdict.exit_code) == (Outcome.INCOMPLETE, ExitCode.INCOMPLETE)
    assert (only_gap.accepted, only_gap.reason) == (False, "no entry of gaps.accept fits")
    assert only_gap.because == line(1, "gaps")


def test_a_failure_is_certain_even_where_something_was_not_seen(load: Load) -> None:
    verdict = decide(load(BASE), issue(finding()), gaps=[gap(GapReason.UNREADABLE, path="a.py")])
    assert (verdict.outcome, verdict.exit_code) == (Outcome.FAIL, ExitCode.FAIL)
    assert len(verdict.gaps) == 1


def test_decisions_come_worst_first_and_gaps_that_count_first(load: Load) -> None:
    accepting = BASE + "gaps: {accept: [{reason: outdated, scanner: bandit, because: known}]}\n"
    issues = [
        issue(finding(severity=severity, path=path), fingerprint=print_ * 32)
        for severity, path, print_ in (
            (Severity.LOW, "a.py", "a"),
            (Severity.HIGH, "b.py", "b"),
            (Severity.MEDIUM, "a.py", "c"),
            (Severity.HIGH, "a.py", "d"),
            (Severity.CRITICAL, "z.py", "e"),
        )
    ]
    gaps = [gap(GapReason.OUTDATED, path="a.py"), gap(GapReason.TIMEOUT, path="b.py"), gap(GapReason.CANARY)]
    verdict = decide(load(accepting), *issues, gaps=gaps)
    assert [decision.issue.fingerprint[0] for decision in verdict.decisions] == ["e", "d", "b", "c", "a"]
    reasons = [(each.accepted, each.gap.reason) for each in verdict.gaps]
    assert reasons == [(False, GapReason.CANARY), (False, GapReason.TIMEOUT), (True, GapReason.OUTDATED)]
    assert verdict == decide(load(accepting), *reversed(issues), gaps=reversed(gaps))


def test_a_gap_that_is_given_twice_counts_once(load: Load) -> None:
    twice = gap(GapReason.TIMEOUT)
    assert len(decide(load(BASE), results=[result(gaps=[twice], canaries=0), result("b")], gaps=[twice]).gaps) == 1


# ---------------------------------------------------------------- layers


def _missing_layer(verdict: Verdict) -> list[GapDecision]:
    return [each for each in verdict.gaps if each.gap.scanner == "policy"]


def test_a_required_layer_in_which_nothing_worked_is_a_gap_that_names_its_line(load: Load) -> None:
    (missing,) = decide(load(BASE), results=[]).gaps
    detail = "no scanner of the required layer `code` worked: see its gaps, or make the layer optional"
    assert missing == GapDecision(
        gap=Gap(scanner="policy", reason=GapReason.MISSING, detail=detail),
        accepted=False,
        because=line(3, "layers.code"),
        reason="the layer is required",
    )


@pytest.mark.parametrize("reason", [GapReason.MISSING, GapReason.TIMEOUT, GapReason.FAILED, GapReason.CANARY])
def test_no_accepted_gap_makes_up_for_a_required_layer(load: Load, reason: GapReason) -> None:
    accepting = BASE + f'gaps: {{accept: [{{reason: {reason}, scanner: "*", because: known}}]}}\n'
    verdict = decide(load(accepting), results=[result(gaps=[gap(reason)], canaries=0)])
    assert [each.accepted for each in verdict.gaps] == [False, True]
    assert (verdict.outcome, len(_missing_layer(verdict))) == (Outcome.INCOMPLETE, 1)


def test_one_scanner_that_proved_itself_satisfies_its_layer(load: Load) -> None:
    accepting = BASE + "gaps: {accept: [{reason: failed, scanner: bandit, because: known}]}\n"
    broken = result(gaps=[gap(GapReason.FAILED)], canaries=0)
    assert decide(load(accepting), results=[broken, result("semgrep")]).outcome is Outcome.PASS


def test_a_gap_about_one_file_does_not_make_a_scanner_broken(load: Load) -> None:
    verdict = decide(load(BASE), results=[result(gaps=[gap(GapReason.UNREADABLE, path="a.py")])])
    assert _missing_layer(verdict) == []


def test_a_scanner_without_its_canary_satisfies_nothing(load: Load) -> None:
    assert len(_missing_layer(decide(load(BASE), results=[result(canaries=0)]))) == 1


def test_a_scanner_of_another_layer_satisfies_nothing(load: Load) -> None:
    assert len(_missing_layer(decide(load(BASE), results=[result("secrets", Kind.SECRET)]))) == 1


def test_a_layer_whose_scanners_all_had_nothing_to_do_is_content(load: Load) -> None:
    idle = [Idle(scanner=name, kind=Kind.CODE, why="no file", files=0) for name in ("semgrep", "bandit")]
    verdict = decide(load(BASE), results=[], idle=idle)
    assert (verdict.outcome, [each.scanner for each in verdict.idle]) == (Outcome.PASS, ["bandit", "semgrep"])


def test_required_images_are_not_content_with_no_image(load: Load) -> None:
    """They do not lie in the tree: that nobody gave one says nothing about whether there is one."""
    idle = [Idle(scanner=name, kind=Kind.CODE, why="no file", files=0) for name in ("semgrep", "bandit")]
    idle += [Idle(scanner="image", kind=Kind.CONTAINER, why="no image was given", files=0)]
    assert decide(load(BASE), results=[], idle=idle).outcome is Outcome.PASS
    wanted = BASE.replace("layers: {", "layers: {container: required, ")
    (missing,) = _missing_layer(decide(load(wanted), results=[], idle=idle))
    assert missing.gap.detail == (
        "no scanner of the required layer `container` worked: give an image with --image, or make the layer optional"
    )


def test_an_idle_scanner_does_not_make_up_for_a_broken_one(load: Load) -> None:
    accepting = BASE + 'gaps: {accept: [{reason: canary, scanner: "*", because: known}]}\n'
    broken = result(gaps=[gap(GapReason.CANARY)], canaries=0)
    verdict = decide(
        load(accepting), results=[broken], idle=[Idle(scanner="b", kind=Kind.CODE, why="no file", files=0)]
    )
    assert (verdict.outcome, len(_missing_layer(verdict))) == (Outcome.INCOMPLETE, 1)


@pytest.mark.parametrize(("files", "outcome"), [(0, Outcome.PASS), (1, Outcome.INCOMPLETE)])
def test_a_layer_is_not_content_where_its_scanners_had_files_and_stayed_idle(
    load: Load, files: int, outcome: Outcome
) -> None:
    disabling = BASE + "scanners: {disable: [bandit]}\n"
    idle = [
        Idle(scanner="bandit", kind=Kind.CODE, why="disabled", files=files),
        Idle(scanner="semgrep", kind=Kind.CODE, why="no file", files=0),
    ]
    verdict = decide(load(disabling), results=[], idle=idle)
    assert (verdict.outcome, len(_missing_layer(verdict))) == (outcome, files)


def test_a_missing_tool_of_an_optional_layer_is_accepted_and_a_broken_one_is_not(load: Load) -> None:
    def judged(reason: GapReason, *, canaries: int = 0, path: str | None = None) -> GapDecision:
        gaps = [gap(reason, scanner="trivy", path=path)]
        rest = [result("trivy", Kind.CONTAINER, gaps=gaps, canaries=canaries), result()]
        (decision,) = decide(load(BASE), results=rest).gaps
        return decision

    accepted = judged(GapReason.MISSING)
    assert (accepted.accepted, accepted.because) == (True, line(3, "layers.container"))
    assert accepted.reason == "this layer is looked at only where its tool is installed"
    assert not judged(GapReason.CANARY).accepted
    assert not judged(GapReason.FAILED).accepted
    assert not judged(GapReason.MISSING, path="Dockerfile").accepted


def test_a_tool_of_an_optional_layer_that_worked_and_lacks_data_is_not_a_missing_tool(load: Load) -> None:
    no_records = Gap(scanner="dependencies", reason=GapReason.MISSING, detail="no advisory records for npm packages")
    verdict = decide(load(BASE), results=[result(), result("dependencies", Kind.DEPENDENCY, gaps=[no_records])])
    assert (verdict.outcome, [each.accepted for each in verdict.gaps]) == (Outcome.INCOMPLETE, [False])


# ---------------------------------------------------------------- gaps


GAPS = """\
gaps:
  refuse:
    - {reason: outdated, path: src/core, because: the core is always read}
  accept:
    - {reason: [outdated, unreadable], path: "legacy/**", because: being replaced}
    - {reason: unresolved, package: Left_Pad, because: our own}
    - {reason: timeout, scanner: "sem*", because: known to be slow}
    - {reason: outdated, scanner: "*", because: read by another}
"""


@pytest.mark.parametrize(
    ("noticed", "number", "key"),
    [
        (gap(GapReason.UNREADABLE, path="legacy/a.py"), 19, "gaps.accept[0]"),
        (gap(GapReason.UNRESOLVED, scanner="dependencies", path="r.txt", package="left-pad"), 20, "gaps.accept[1]"),
        (gap(GapReason.TIMEOUT, scanner="semgrep", path="a.py"), 21, "gaps.accept[2]"),
        (gap(GapReason.OUTDATED, path="src/new.py"), 22, "gaps.accept[3]"),
    ],
)
def test_a_gap_is_accepted_by_the_line_that_fits(load: Load, noticed: Gap, number: int, key: str) -> None:
    verdict = decide(load(BASE + GAPS), gaps=[noticed])
    assert [(each.accepted, each.because) for each in verdict.gaps] == [(True, line(number, key))]
    assert verdict.outcome is Outcome.PASS


@pytest.mark.parametrize(
    "noticed",
    [
        gap(GapReason.UNREADABLE, path="src/a.py"),
        gap(GapReason.UNREADABLE),
        gap(GapReason.UNRESOLVED, package="other"),
        gap(GapReason.UNRESOLVED),
        gap(GapReason.TIMEOUT, path="a.py"),
        gap(GapReason.CANARY, scanner="semgrep"),
    ],
)
def test_a_gap_that_fits_only_in_part_is_not_accepted(load: Load, noticed: Gap) -> None:
    verdict = decide(load(BASE + GAPS), gaps=[noticed])
    assert ([each.accepted for each in verdict.gaps], verdict.outcome) == ([False], Outcome.INCOMPLETE)


def test_a_refusal_comes_before_every_acceptance(load: Load) -> None:
    (refused,) = decide(load(BASE + GAPS), gaps=[gap(GapReason.OUTDATED, path="src/core/a.py")]).gaps
    assert (refused.accepted, refused.because, refused.reason) == (
        False,
        line(17, "gaps.refuse[0]"),
        "the core is always read",
    )


# ---------------------------------------------------------------- what rules may ask for


def _with_rule(when: str) -> str:
    rule = f"rules:\n  - action: block\n    reason: asked for\n    when: {when}\n"
    return BASE.replace("rules:\n", rule, 1)


_CONDITIONS: dict[str, tuple[str, Issue, Issue]] = {
    "a number of CWE": (
        "{cwe: [89, 564]}",
        issue(finding(severity=Severity.LOW, cwes=frozenset({20, 564}))),
        issue(finding(severity=Severity.LOW, cwes=frozenset({20}))),
    ),
    "a path": (
        '{path: ["src/*.py", deploy]}',
        issue(finding(severity=Severity.LOW, path="deploy/x/run.py")),
        issue(finding(severity=Severity.LOW, path="tests/app.py")),
    ),
    "a package": (
        '{package: "zope.*"}',
        issue(advisory("CVE-1", name="zope-interface", severity=Severity.LOW)),
        issue(advisory("CVE-1", name="zopefree", severity=Severity.LOW)),
    ),
    "a fix that is there": (
        "{fix_available: true}",
        issue(advisory("CVE-1", severity=Severity.LOW, fixed_in=("2",))),
        issue(advisory("CVE-1", severity=Severity.LOW)),
    ),
    "a fix that is not there": (
        "{fix_available: false, kind: dependency}",
        issue(advisory("CVE-1", severity=Severity.LOW)),
        issue(advisory("CVE-1", severity=Severity.LOW, fixed_in=("2",))),
    ),
    "a scanner": (
        '{scanner: "sem*"}',
        issue(finding("semgrep", severity=Severity.LOW)),
        issue(finding("bandit", severity=Severity.LOW)),
    ),
    "a rule by its bare name": (
        "{rule: 'B1??'}",
        issue(finding(rule="B105", severity=Severity.LOW)),
        issue(finding(rule="B602", severity=Severity.LOW)),
    ),
    "a rule with its scanner": (
        "{rule: bandit:*}",
        issue(finding(severity=Severity.LOW)),
        issue(finding("semgrep", severity=Severity.LOW)),
    ),
    "a kind": (
        "{kind: [secret, iac]}",
        issue(finding(kind=Kind.SECRET, severity=Severity.LOW)),
        issue(finding(kind=Kind.PIPELINE, severity=Severity.LOW)),
    ),
    "exact severities": (
        "{severities: [info]}",
        issue(finding(severity=Severity.INFO)),
        issue(finding(severity=Severity.LOW)),
    ),
    "a confidence": (
        "{confidence: medium}",
        issue(finding(severity=Severity.LOW, confidence=Confidence.MEDIUM)),
        issue(finding(severity=Severity.LOW, confidence=Confidence.LOW)),
    ),
    "an unknown confidence, which lowers nothing": (
        "{confidence: high}",
        issue(finding(severity=Severity.LOW)),
        issue(finding(severity=Severity.LOW, confidence=Confidence.LOW)),
    ),
    "that nobody rates it": (
        "{unrated: true}",
        issue(finding(severity=None)),
        issue(finding(severity=Severity.LOW)),
    ),
}


@pytest.mark.parametrize("condition", _CONDITIONS)
def test_a_rule_may_ask_for(condition: str, load: Load) -> None:
    when, fits, other = _CONDITIONS[condition]
    policy = load(_with_rule(when))
    assert (only(decide(policy, fits)).action, only(decide(policy, fits)).because) == (
        Action.BLOCK,
        line(5, "rules[0]"),
    )
    assert only(decide(policy, other)).action is not Action.BLOCK


def test_all_conditions_of_a_rule_have_to_hold_for_one_witness(load: Load) -> None:
    policy = load(_with_rule("{scanner: semgrep, path: src, cwe: [89]}"))
    apart = issue(
        finding(cwes=frozenset({89}), severity=Severity.LOW), finding("semgrep", "sql", severity=Severity.LOW)
    )
    together = issue(finding("semgrep", "sql", cwes=frozenset({89}), severity=Severity.LOW))
    assert only(decide(policy, apart)).action is Action.ALLOW
    assert only(decide(policy, together)).action is Action.BLOCK


def test_of_several_witnesses_the_strictest_answer_counts(load: Load) -> None:
    policy = load(_with_rule("{rule: semgrep:sql}"))
    both = issue(finding(severity=Severity.LOW), finding("semgrep", "sql", severity=Severity.LOW))
    assert only(decide(policy, both)).because == line(5, "rules[0]")
    lenient = load(_with_rule("{rule: semgrep:sql}").replace("action: block", "action: allow", 1))
    decision = only(decide(lenient, issue(finding(), finding("semgrep", "sql"))))
    assert (decision.action, decision.because) == (Action.BLOCK, line(8, "rules[1]"))


@pytest.mark.parametrize(
    ("kind", "action", "reason"),
    [
        (Kind.CODE, Action.WARN, f"severity medium (unrated, taken as medium: {FILE}:14 unrated.code)"),
        (
            Kind.DEPENDENCY,
            Action.BLOCK,
            f"severity high or above (unrated, taken as high: {FILE}:14 unrated.dependency)",
        ),
        (Kind.SECRET, Action.BLOCK, f"severity high or above (unrated, taken as critical: {FILE}:14 unrated.secret)"),
        (Kind.IAC, Action.BLOCK, f"severity high or above (unrated, taken as high: {FILE}:14 unrated.iac)"),
    ],
)
def test_an_unrated_issue_is_judged_by_what_the_policy_says_of_its_kind(
    load: Load, kind: Kind, action: Action, reason: str
) -> None:
    decision = only(decide(load(BASE), issue(finding(kind=kind, severity=None))))
    assert (decision.action, decision.reason) == (action, reason)


# ---------------------------------------------------------------- waivers


def waive(*entries: str) -> str:
    return BASE + "waivers:\n" + "".join(f"  - {{owner: ana, reason: known, {entry}}}\n" for entry in entries)


def test_a_waiver_by_fingerprint_is_applied_and_named(load: Load) -> None:
    policy = load(waive(f'fingerprint: "{FINGERPRINT}", expires: 2026-12-31'))
    judged = issue(finding())
    verdict = decide(policy, judged)
    assert only(verdict) == Decision(
        issue=judged,
        action=Action.WAIVE,
        because=line(16, "waivers[0]"),
        reason="waived by ana until 2026-12-31: known",
        waiver=policy.waivers[0],
    )
    assert (verdict.outcome, verdict.remarks) == (Outcome.PASS, ())


_NAMES: dict[str, tuple[str, Issue, bool]] = {
    "another fingerprint": ('fingerprint: "ffffffffffffffffffffffffffffffff"', issue(finding()), False),
    "the rule and the path": ("rule: B602, path: src", issue(finding()), True),
    "the rule with its scanner": ("rule: bandit:B602, path: src/app.py", issue(finding()), True),
    "the rule of another scanner": ("rule: semgrep:B602, path: src", issue(finding()), False),
    "the rule and another path": ("rule: B602, path: tests", issue(finding()), False),
    "another rule": ("rule: B60, path: src", issue(finding()), False),
    "the second witness": ("rule: shell, path: src", issue(finding(), finding("semgrep", "shell")), True),
    "an advisory": ("advisory: CVE-2020-1, package: jinja2", issue(advisory("CVE-2020-1")), True),
    "an alias": ("advisory: PYSEC-1, package: Jinja2", issue(advisory("CVE-2020-1", "PYSEC-1")), True),
    "an alias that only another witness knows": (
        "advisory: GHSA-x, package: jinja2",
        issue(advisory("CVE-2020-1"), advisory("CVE-2020-1", "GHSA-x", scanner="pip-audit")),
        True,
    ),
    "another advisory": ("advisory: CVE-2020-10, package: jinja2", issue(advisory("CVE-2020-1")), False),
    "another package": ("advisory: CVE-2020-1, package: flask", issue(advisory("CVE-2020-1")), False),
    "an advisory where there is no package": (
        "advisory: B602, package: jinja2",
        issue(finding(ids=frozenset({"B602"}))),
        False,
    ),
    "a witness of another layer": (
        "rule: B105, path: src",
        issue(finding("secrets", "aws-key", kind=Kind.SECRET), finding(rule="B105"), kind=Kind.SECRET),
        False,
    ),
}


@pytest.mark.parametrize("name", _NAMES)
def test_a_waiver_that_names(name: str, load: Load) -> None:
    entry, judged, applies = _NAMES[name]
    verdict = decide(load(waive(f"{entry}, expires: 2026-12-15")), judged)
    assert only(verdict).action is (Action.WAIVE if applies else Action.BLOCK)
    assert len(verdict.remarks) == (not applies)


def test_a_waiver_holds_on_its_last_day_and_not_on_the_next(load: Load) -> None:
    last = decide(load(waive("rule: B602, path: src, expires: 2026-12-01")), issue(finding()))
    assert (only(last).action, last.remarks) == (Action.WAIVE, ())
    after = decide(load(waive("rule: B602, path: src, expires: 2026-11-30")), issue(finding()))
    text = "the waiver of ana for B602 in src expired on 2026-11-30 and is not applied"
    assert (only(after).action, after.outcome) == (Action.BLOCK, Outcome.FAIL)
    assert after.remarks == (Remark(severe=True, text=text, because=line(16, "waivers[0]")),)


def test_a_waiver_that_names_nothing_is_remarked_on(load: Load) -> None:
    entries = waive("advisory: CVE-1, package: jinja2, expires: 2026-12-24", "rule: B1, path: a, expires: 2026-01-01")
    verdict = decide(load(entries))
    assert verdict.outcome is Outcome.PASS
    assert verdict.remarks == (
        Remark(
            severe=False,
            text="the waiver of ana for CVE-1 in jinja2 names no issue: delete it",
            because=line(16, "waivers[0]"),
        ),
        Remark(
            severe=True,
            text="the waiver of ana for B1 in a expired on 2026-01-01 and names nothing any more: delete it",
            because=line(17, "waivers[1]"),
        ),
    )


@pytest.mark.parametrize(
    ("severity", "latest"),
    [
        (Severity.CRITICAL, date(2026, 12, 15)),
        (Severity.HIGH, date(2026, 12, 31)),
        (Severity.MEDIUM, date(2027, 3, 1)),
        (Severity.LOW, date(2027, 5, 30)),
        (None, date(2026, 12, 21)),
    ],
)
def test_the_term_of_a_waiver_is_bounded_by_the_severity(load: Load, severity: Severity | None, latest: date) -> None:
    blocking = BASE.replace("action: warn", "action: block").replace("action: allow", "action: block")

    def judged(day: date) -> Verdict:
        waiver = f"waivers: [{{owner: ana, reason: known, rule: B602, path: src, expires: {day}}}]\n"
        return decide(load(blocking + waiver), issue(finding(severity=severity)))

    assert only(judged(latest)).action is Action.WAIVE
    if severity is Severity.LOW:
        return  # a later date is refused when the policy is loaded: no severity allows it
    day = latest.replace(day=latest.day + 1) if latest.day < 31 else date(2027, 1, 1)
    verdict = judged(day)
    label = severity.label if severity is not None else "unrated"
    text = (
        f"the waiver of ana for B602 in src is not applied to 1 of 1 issues: it runs until {day}, "
        f"and the latest date for severity `{label}` is {latest}"
    )
    assert (only(verdict).action, verdict.outcome) == (Action.BLOCK, Outcome.FAIL)
    assert verdict.remarks == (Remark(severe=True, text=text, because=line(15, "waivers[0]")),)


def test_a_waiver_that_is_too_long_for_some_issues_is_applied_to_the_others(load: Load) -> None:
    policy = load(waive("rule: B602, path: src, expires: 2027-02-01"))
    medium = issue(finding(severity=Severity.MEDIUM), fingerprint="a" * 32)
    high = issue(finding(), fingerprint="b" * 32)
    verdict = decide(policy, medium, high)
    assert [(each.issue, each.action) for each in verdict.decisions] == [(high, Action.BLOCK), (medium, Action.WAIVE)]
    assert [remark.severe for remark in verdict.remarks] == [True]
    assert "not applied to 1 of 2 issues" in verdict.remarks[0].text


def test_a_waiver_changes_nothing_where_the_policy_allows_anyway(load: Load) -> None:
    verdict = decide(load(waive("rule: B602, path: src, expires: 2026-12-15")), issue(finding(severity=Severity.LOW)))
    assert (only(verdict).action, only(verdict).waiver, verdict.remarks) == (Action.ALLOW, None, ())


def test_the_first_waiver_that_applies_is_the_one_that_is_named(load: Load) -> None:
    policy = load(
        waive(
            "rule: B602, path: src, expires: 2026-11-01",
            "rule: B602, path: src, expires: 2026-12-10",
            "rule: bandit:B602, path: src, expires: 2026-12-20",
        )
    )
    verdict = decide(policy, issue(finding()))
    assert only(verdict).because == line(17, "waivers[1]")
    assert [remark.because for remark in verdict.remarks] == [line(16, "waivers[0]")]


# ---------------------------------------------------------------- inline markers


HONOUR = BASE + "inline_suppressions: {honour: true, needs_justification: false, up_to: high}\n"


def marked(number: int = 4, justification: str = "checked", **changes: object) -> Finding:
    place = Location(path="src/app.py", line=number)
    suppression = Suppression(marker="# nosec B602", location=place, justification=justification)
    return finding(suppression=suppression, **changes)  # type: ignore[arg-type]  # as in `finding`


def test_a_marker_is_honoured_where_the_policy_says_so(load: Load) -> None:
    judged = issue(marked())
    assert only(decide(load(HONOUR), judged)) == Decision(
        issue=judged,
        action=Action.WAIVE,
        because=line(15, "inline_suppressions.honour"),
        reason="suppressed in the code by `# nosec B602`: checked",
        suppression=judged.primary.suppression,
    )


def test_a_marker_is_worth_nothing_by_itself(load: Load) -> None:
    assert only(decide(load(BASE), issue(marked()))).action is Action.BLOCK


def test_a_marker_without_a_reason_counts_only_where_none_is_needed(load: Load) -> None:
    judged = issue(marked(justification="  "))
    assert only(decide(load(HONOUR), judged)).reason == (
        "suppressed in the code by `# nosec B602`: no justification is given"
    )
    strict = load(HONOUR.replace("needs_justification: false", "needs_justification: true"))
    assert only(decide(strict, judged)).action is Action.BLOCK
    assert only(decide(strict, issue(marked()))).action is Action.WAIVE


def test_a_marker_silences_nothing_above_its_highest_severity(load: Load) -> None:
    assert only(decide(load(HONOUR), issue(marked(severity=Severity.CRITICAL)))).action is Action.BLOCK
    unrated = issue(marked(severity=None, kind=Kind.SECRET))
    assert only(decide(load(HONOUR), unrated)).action is Action.BLOCK
    assert only(decide(load(HONOUR), issue(marked(severity=None)))).action is Action.WAIVE


def test_a_marker_elsewhere_speaks_for_its_own_witness_only(load: Load) -> None:
    policy = load(HONOUR)
    first, other = finding("semgrep", "shell"), marked(number=9)
    assert only(decide(policy, issue(first, other))).action is Action.BLOCK
    assert only(decide(policy, issue(first, marked(number=4)))).action is Action.WAIVE
    assert only(decide(policy, issue(marked(number=8, scanner="semgrep"), other))).action is Action.WAIVE
    wide = replace(first, location=Location(path="src/app.py", line=4, end_line=9))
    assert only(decide(policy, issue(wide, other))).action is Action.WAIVE


def test_a_marker_of_another_layer_does_not_silence_a_secret(load: Load) -> None:
    secret = finding("secrets", "aws-key", kind=Kind.SECRET)
    judged = issue(secret, marked(rule="B105"), kind=Kind.SECRET)
    assert only(decide(load(HONOUR), judged)).action is Action.BLOCK
    own = replace(secret, suppression=marked().suppression)
    assert only(decide(load(HONOUR), issue(own, finding(rule="B105"), kind=Kind.SECRET))).action is Action.WAIVE


def test_a_waiver_comes_before_a_marker(load: Load) -> None:
    policy = load(HONOUR + "waivers: [{owner: ana, reason: known, rule: B602, path: src, expires: 2026-12-15}]\n")
    decision = only(decide(policy, issue(marked())))
    assert (decision.because, decision.suppression) == (line(16, "waivers[0]"), None)


# ---------------------------------------------------------------- nothing vanishes


def test_a_finding_that_reached_no_issue_is_a_bug_and_a_gap(load: Load) -> None:
    kept, lost, elsewhere = finding(number=4), finding(number=9), finding(path="src/z.py", rule="B101")
    verdict = decide(load(BASE), issue(kept), results=[result(findings=[kept, lost, elsewhere])])
    detail = "2 findings reached no issue, for example B101 in src/z.py:4: please report this"
    assert [each.gap for each in verdict.gaps] == [Gap(scanner="bandit", reason=GapReason.BUG, detail=detail)]
    assert not verdict.gaps[0].accepted


def test_findings_whose_texts_were_masked_are_not_lost(load: Load) -> None:
    found = finding(message="password = hunter2")
    verdict = decide(load(BASE), issue(replace(found, message="password = ***")), results=[result(findings=[found])])
    assert verdict.gaps == ()


def test_a_loosening_that_the_base_does_not_grant_never_gets_here(load: Load, tmp_path: Path) -> None:
    """The base blocks what it does not speak of; an extension that may not loosen `rules` cannot speak for it."""
    project = "version: 1\nname: project\nextends: ./base.yaml\nrules: [{action: warn, reason: ours}]\n"
    base = "version: 1\nname: base\nrules: [{action: allow, reason: low, when: {severities: [low]}}]\n"
    (tmp_path / "base.yaml").write_text(base)
    decision = only(decide(load(project), issue(finding(severity=Severity.INFO))))
    assert (decision.action, decision.because) == (Action.BLOCK, PolicyLine(file="base.yaml", line=3, key="rules"))
    (tmp_path / "base.yaml").write_text(f"{base}loosen: [rules]\n")
    decision = only(decide(load(project), issue(finding(severity=Severity.INFO))))
    assert (decision.action, decision.because) == (Action.WARN, line(4, "rules[0]"))
