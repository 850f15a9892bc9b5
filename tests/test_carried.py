"""What is made of a verdict that another job wrote: everything that was done to it on the way is seen."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec import structs

from devsecgate import carried, seal
from devsecgate.errors import ExitCode, UsageError
from devsecgate.model import (
    Action,
    Decision,
    Finding,
    Gap,
    GapDecision,
    GapReason,
    Issue,
    Kind,
    Location,
    Outcome,
    PolicyLine,
    Severity,
    TargetSummary,
    Verdict,
)
from devsecgate.report import Context
from devsecgate.reports.json_report import render

Json = dict  # type: ignore[type-arg]
Edit = Callable[[Json], None]

KEY = b"a key of the environment"
COMMIT, OTHER = "1f" * 20, "2e" * 20
POLICY, CONTENT = "5d" * 32, "7b" * 32
FINISHED = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
NOW = FINISHED + timedelta(minutes=3)
LINE = PolicyLine(file="default", line=14, key="block_at")
EXPECTED = carried.Expected(now=NOW, max_age=timedelta(hours=24))
EDITED = "its seal does not fit: it was edited"
FORGED = "its judgement is not the digest of what it holds"


def decision(action: Action, fingerprint: str) -> Decision:
    finding = Finding(
        scanner="bandit",
        kind=Kind.CODE,
        rule="B602",
        message="A shell is started",
        location=Location(path="shop/run.py", line=5),
        severity=Severity.HIGH,
        severity_source="bandit",
    )
    issue = Issue(
        fingerprint=fingerprint * 32,
        content="0" * 32,
        kind=Kind.CODE,
        severity=Severity.HIGH,
        severity_source="bandit",
        confidence=None,
        findings=(finding,),
    )
    return Decision(issue=issue, action=action, because=LINE, reason="high blocks")


def gap(*, accepted: bool) -> GapDecision:
    found = Gap(scanner="dependencies", reason=GapReason.MISSING, detail=f"no records ({accepted})")
    return GapDecision(gap=found, accepted=accepted, because=LINE, reason="as the policy says")


PASSING = Verdict(
    outcome=Outcome.PASS,
    decisions=(decision(Action.WARN, "a"), decision(Action.WAIVE, "b"), decision(Action.ALLOW, "c")),
    gaps=(gap(accepted=True),),
    results=(),
    idle=(),
    remarks=(),
    target=TargetSummary(name="shop", files=3, excluded=(), revision=COMMIT, content=CONTENT),
    policy_name="default",
    policy_digest=POLICY,
    today=date(2026, 9, 1),
    tool_version="0.1.0",
)
INCOMPLETE = structs.replace(PASSING, outcome=Outcome.INCOMPLETE, gaps=(gap(accepted=False), gap(accepted=True)))
FAILING = structs.replace(INCOMPLETE, outcome=Outcome.FAIL, decisions=(decision(Action.BLOCK, "d"), *PASSING.decisions))


def written(verdict: Verdict, *, key: bytes = b"") -> bytes:
    return render(verdict, Context(sources={}, rules={}, finished=FINISHED.isoformat(), key=key))


def edited(data: bytes, edit: Edit) -> bytes:
    document = json.loads(data)
    edit(document)
    return json.dumps(document).encode()


def forged(data: bytes, edit: Edit) -> bytes:
    """Edit a document, and make both digests anew, as anybody can."""

    def all_of_it(document: Json) -> None:
        edit(document)
        document["judgement"] = seal.judgement(document)
        document["seal"] = seal.seal(document)

    return edited(data, all_of_it)


def problems(data: bytes, *, key: bytes = b"") -> tuple[str, ...]:
    return carried.read(data, key).problems


def setting(*path: str | int, to: object) -> Edit:
    """Give the edit that sets one place of a document."""

    def edit(document: Json) -> None:
        place = document
        for each in path[:-1]:
            place = place[each]
        place[path[-1]] = to

    return edit


def places(value: object, *path: str | int) -> Iterator[tuple[str | int, ...]]:
    """Give the path of every value in a document that holds no other."""
    if isinstance(value, dict) and value:
        for key, each in value.items():
            yield from places(each, *path, key)
    elif isinstance(value, list) and value:
        for index, each in enumerate(value):
            yield from places(each, *path, index)
    else:
        yield path


@pytest.mark.parametrize("key", [b"", KEY], ids=["without a key", "with a key"])
@pytest.mark.parametrize("verdict", [PASSING, FAILING, INCOMPLETE], ids=lambda each: each.outcome)
def test_a_verdict_that_arrives_as_it_was_written_counts(verdict: Verdict, key: bytes) -> None:
    found = carried.read(written(verdict, key=key), key)
    assert (found.problems, found.keyed, found.outcome) == ((), bool(key), verdict.outcome)
    assert carried.check(found, EXPECTED) is verdict.outcome


@pytest.mark.parametrize("key", [b"", KEY], ids=["without a key", "with a key"])
def test_no_value_of_a_verdict_can_be_edited_unseen(key: bytes) -> None:
    data = written(FAILING, key=key)
    unseen = []
    for path in places(json.loads(data)):
        for other in (None, "another", 7, True, [], {}):
            changed = edited(data, setting(*path, to=other))
            if json.loads(changed) == json.loads(data):
                continue
            try:
                found = carried.read(changed, key)
            except carried.RefusedVerdict:
                continue
            if not found.problems:
                unseen.append((path, other))
    assert unseen == []


def test_no_entry_can_be_taken_out_or_put_in_unseen() -> None:
    data = written(FAILING)
    document = json.loads(data)
    assert problems(edited(data, lambda each: each.update(note="harmless"))) == (EDITED, FORGED)
    for name in document:
        with pytest.raises(carried.RefusedVerdict) as refused:
            carried.check(carried.read(edited(data, lambda each, name=name: each.pop(name)), b""), EXPECTED)  # type: ignore[misc]
        assert refused.value.exit_code is ExitCode.INCOMPLETE


def test_another_seal_alone_does_not_hide_an_edit() -> None:
    def edit(document: Json) -> None:
        document["policy"]["name"] = "another"
        document["seal"] = seal.seal(document)

    assert problems(edited(written(PASSING), edit)) == (FORGED,)


@pytest.mark.parametrize(
    ("verdict", "edit", "said"),
    [
        (
            FAILING,
            setting("outcome", to="pass"),
            ["it says `pass`, and its issues and gaps say fail"],
        ),
        (
            FAILING,
            setting("exit_code", to=0),
            ["its exit code is 0, and its issues and gaps make it 1"],
        ),
        (
            INCOMPLETE,
            lambda each: each.update(outcome="pass", exit_code=0),
            [
                "it says `pass`, and its issues and gaps say incomplete",
                "its exit code is 0, and its issues and gaps make it 3",
            ],
        ),
        (
            FAILING,
            setting("issues", 0, "action", to="warn"),
            [
                "it says `fail`, and its issues and gaps say incomplete",
                "its exit code is 1, and its issues and gaps make it 3",
                "its counts are not those of its issues and gaps",
            ],
        ),
        (
            FAILING,
            setting("issues", 0, "action", to="Block"),
            [
                "no issue can have the action `Block`",
                "it says `fail`, and its issues and gaps say incomplete",
                "its exit code is 1, and its issues and gaps make it 3",
                "its counts are not those of its issues and gaps",
            ],
        ),
        (
            INCOMPLETE,
            lambda each: each.update(outcome="pass", exit_code=0, gaps=[]),
            ["its counts are not those of its issues and gaps"],
        ),
        (
            PASSING,
            setting("outcome", to="##[error]\x1b[31mred" + "d" * 100),
            ["it says `#\\x23[error]\\x1b[31mre" + "d" * 60 + "…`, and its issues and gaps say pass"],
        ),
        (PASSING, setting("counts", "waive", to=0), ["its counts are not those of its issues and gaps"]),
    ],
)
def test_a_verdict_that_contradicts_itself_is_refused_though_its_digests_fit(
    verdict: Verdict, edit: Edit, said: list[str]
) -> None:
    found = carried.read(forged(written(verdict), edit), b"")
    assert list(found.problems) == said
    with pytest.raises(carried.RefusedVerdict) as refused:
        carried.check(found, EXPECTED)
    lines = ["the verdict is refused, and nothing can be said instead:", *said]
    assert str(refused.value) == "\n  ".join(lines)


@pytest.mark.parametrize(
    ("made_with", "here", "said"),
    [
        (b"", KEY, f"its seal was made without a key, and {seal.VARIABLE} is set here: anybody can make such a seal"),
        (KEY, b"", f"its seal was made with a key, and {seal.VARIABLE} is not set here"),
        (KEY, b"another", "its seal does not fit: it was edited, or sealed with another key"),
    ],
)
def test_a_seal_of_another_key_is_refused(made_with: bytes, here: bytes, said: str) -> None:
    assert problems(written(PASSING, key=made_with), key=here) == (said,)


def test_whoever_has_no_key_cannot_forge_a_verdict() -> None:
    data = forged(written(FAILING, key=KEY), lambda each: each.update(issues=[], gaps=[], outcome="pass", exit_code=0))
    assert problems(data, key=KEY)[0].startswith("its seal was made without a key")


def test_a_verdict_of_a_version_that_had_no_seal_is_refused() -> None:
    def older(document: Json) -> None:
        del document["seal"], document["judgement"]
        document["version"] = "1.1"

    assert problems(edited(written(PASSING), older)) == ("it has no seal", FORGED)


def test_what_a_later_version_adds_is_sealed_and_judged_with_the_rest() -> None:
    assert problems(forged(written(PASSING), lambda each: each.update(version="1.9", more=[1]))) == ()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" \n",
        b"{}",
        b"[]",
        b"null",
        b'"verdict"',
        written(PASSING)[:-200],
        written(PASSING) + b"{}",
        b"\xff\xfe" + written(PASSING),
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        edited(written(PASSING), setting("version", to="2.0")),
        edited(written(PASSING), setting("format", to="another-report")),
        edited(written(PASSING), setting("gaps", 0, "accepted", to="yes")),
        edited(written(PASSING), setting("gaps", 0, "accepted", to=1)),
        edited(written(PASSING), setting("exit_code", to=True)),
        edited(written(PASSING), setting("exit_code", to="0")),
        edited(written(PASSING), setting("issues", to=None)),
        edited(written(PASSING), setting("judgement", to="not hex")),
        written(PASSING).replace(b'"files": 3', b'"files": NaN'),
        written(PASSING).replace(b'"files": 3', b'"files": 1e999'),
        written(PASSING).replace(b'"files": 3', b'"files": 3, "more": 1e999'),
        written(PASSING).replace(b'"seal": "', b'"seal": "\\ud800'),
    ],
    ids=range(22),
)
def test_what_is_no_verdict_is_refused(data: bytes) -> None:
    with pytest.raises(carried.RefusedVerdict, match=r"^this is no verdict: ") as refused:
        carried.read(data, b"")
    assert refused.value.exit_code is ExitCode.INCOMPLETE


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"commit": COMMIT, "policy": POLICY, "content": CONTENT}, []),
        ({"commit": OTHER}, [f"it is about the commit `{COMMIT}`, and {OTHER} is asked for"]),
        ({"policy": "0" * 64}, [f"it was judged by the policy `{POLICY}`, and {'0' * 64} is asked for"]),
        ({"content": "0" * 64}, ["it is about other files than those that are here"]),
        ({"now": FINISHED + timedelta(hours=24)}, []),
        ({"now": FINISHED + timedelta(hours=24, seconds=1)}, ["it is 24 hours old, and at most 24 hours are allowed"]),
        ({"now": FINISHED + timedelta(days=9)}, ["it is 9 days old, and at most 24 hours are allowed"]),
        ({"now": FINISHED - timedelta(minutes=5)}, []),
        (
            {"now": FINISHED - timedelta(minutes=6)},
            ["it was made at 2026-09-01T12:00:00+00:00, and here it is 2026-09-01T11:54:00+00:00"],
        ),
        (
            {"commit": OTHER, "content": "0" * 64},
            [
                f"it is about the commit `{COMMIT}`, and {OTHER} is asked for",
                "it is about other files than those that are here",
            ],
        ),
    ],
)
def test_a_verdict_about_something_else_is_refused_with_every_reason(asked: Json, said: list[str]) -> None:
    found = carried.read(written(PASSING), b"")
    expected = structs.replace(EXPECTED, **asked)
    if not said:
        assert carried.check(found, expected) is Outcome.PASS
        return
    with pytest.raises(carried.RefusedVerdict) as refused:
        carried.check(found, expected)
    assert str(refused.value).splitlines()[1:] == [f"  {each}" for each in said]


def test_a_verdict_without_a_commit_is_refused_where_one_is_asked_for() -> None:
    loose = structs.replace(PASSING, target=structs.replace(PASSING.target, revision=None))
    with pytest.raises(carried.RefusedVerdict, match=f"it names no commit, and {COMMIT} is asked for"):
        carried.check(carried.read(written(loose), b""), structs.replace(EXPECTED, commit=COMMIT))


@pytest.mark.parametrize("time", ["", "yesterday", "2026-09-01", "2026-09-01T12:00:00", "9999-99-99T00:00:00+00:00"])
def test_a_verdict_that_does_not_say_when_it_was_made_is_refused(time: str) -> None:
    found = carried.read(forged(written(PASSING), setting("timing", "finished", to=time)), b"")
    with pytest.raises(carried.RefusedVerdict, match="it does not say when it was made"):
        carried.check(found, EXPECTED)


@pytest.mark.parametrize(
    ("named", "environment", "found"),
    [
        (None, {}, None),
        (None, {"CI_COMMIT_SHA": ""}, None),
        (None, {"CI_COMMIT_SHA": COMMIT}, COMMIT),
        (None, {"GITHUB_SHA": COMMIT}, COMMIT),
        (None, {"CI_COMMIT_SHA": COMMIT, "GITHUB_SHA": COMMIT}, COMMIT),
        (OTHER.upper(), {"CI_COMMIT_SHA": COMMIT}, OTHER),
        ("ab" * 32, {}, "ab" * 32),
    ],
)
def test_the_commit_is_the_one_that_is_named_else_that_of_the_ci(
    named: str | None, environment: dict[str, str], found: str | None
) -> None:
    assert carried.commit(named, environment) == found


@pytest.mark.parametrize(
    ("named", "environment", "said"),
    [
        ("", {}, "--commit: `` is no commit"),
        ("main", {}, "--commit: `main` is no commit"),
        (COMMIT[:12], {}, f"--commit: `{COMMIT[:12]}` is no commit"),
        (None, {"GITHUB_SHA": "\x1b[31m"}, "GITHUB_SHA: `\\x1b[31m` is no commit"),
        (None, {"CI_COMMIT_SHA": COMMIT, "GITHUB_SHA": OTHER}, "CI_COMMIT_SHA and GITHUB_SHA name different commits"),
    ],
)
def test_what_is_no_commit_is_a_mistake(named: str | None, environment: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError) as mistake:
        carried.commit(named, environment)
    assert str(mistake.value).splitlines()[0] == said


@pytest.mark.parametrize("named", ["", "dc31", "0" * 63, "0" * 65, "z" * 64])
def test_what_is_no_digest_is_a_mistake(named: str) -> None:
    with pytest.raises(UsageError, match="is no digest of a policy"):
        carried.policy(named)


def test_a_digest_may_be_in_capitals() -> None:
    assert (carried.policy(POLICY.upper()), carried.policy(None)) == (POLICY, None)


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=59), "0 minutes"),
        (timedelta(seconds=60), "1 minute"),
        (timedelta(minutes=119), "119 minutes"),
        (timedelta(minutes=120), "2 hours"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(days=1000), "1,000 days"),
    ],
)
def test_an_age_is_in_the_unit_that_says_most(span: timedelta, said: str) -> None:
    assert carried.age(span) == said
