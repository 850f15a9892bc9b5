"""A file of issues that are known: what it lets pass, and what it does not."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace
from repositories import Repository, make

from devsecgate import baseline
from devsecgate import gate as flow
from devsecgate.against import Against
from devsecgate.baseline import Known
from devsecgate.change import Recorded, recorded
from devsecgate.correlate import correlate
from devsecgate.errors import UsageError
from devsecgate.model import Action, Change, Finding, Issue, Kind, Location, Outcome, Severity, Verdict

TODAY = date(2026, 9, 1)
SHELL = "import os\n\n\ndef f(request):\n    os.system('ls ' + request.args['x'])\n"
POLICY = "version: 1\nname: ours\nextends: default\nbaseline: known.json\n"


def issues(count: int) -> tuple[Issue, ...]:
    text = "eval(a)\n" * count
    return correlate(
        [
            Finding(
                scanner="bandit",
                kind=Kind.CODE,
                rule="B307",
                message="eval",
                location=Location(path="app.py", line=number + 1),
                severity=Severity.HIGH,
                severity_source="bandit",
            )
            for number in range(count)
        ],
        {"app.py": text},
    )


def test_what_is_written_is_read_again() -> None:
    known = baseline.of(issues(3), {}, TODAY)
    assert list(known.values()) == [Known(count=3, since=TODAY, where="app.py", what="bandit:B307")]
    assert baseline.parse(baseline.render(known), "known.json") == known


def test_what_was_known_keeps_its_day_unless_there_are_more_of_it() -> None:
    first = baseline.of(issues(3), {}, date(2026, 1, 1))
    assert [each.since for each in baseline.of(issues(2), first, TODAY).values()] == [date(2026, 1, 1)]
    assert [each.since for each in baseline.of(issues(4), first, TODAY).values()] == [TODAY]


def test_ten_copies_do_not_hide_the_eleventh() -> None:
    eleven = issues(11)
    known = baseline.of(issues(10), {}, TODAY)
    assert recorded(eleven, known) == Recorded(
        since={each.fingerprint: TODAY for each in sorted(eleven, key=lambda each: each.location.line)[:10]}, gone={}
    )


def test_what_is_no_more_is_named() -> None:
    (content, known), *_ = baseline.of(issues(3), {}, TODAY).items()
    found = recorded(issues(1), {content: known})
    assert found.gone == {content: replace(known, count=2)}


GOOD = {"format": "devsecgate-baseline", "version": "1.0", "issues": []}
ENTRY = {"content": "a" * 32, "count": 1, "since": "2026-01-01", "where": "a.py", "what": "x"}


@pytest.mark.parametrize(
    "document",
    [
        [],
        {},
        {**GOOD, "format": "other"},
        {**GOOD, "version": "2.0"},
        {**GOOD, "issues": None},
        {**GOOD, "isues": []},
        {**GOOD, "issues": [{**ENTRY, "count": 0}]},
        {**GOOD, "issues": [{**ENTRY, "content": "short"}]},
        {**GOOD, "issues": [{**ENTRY, "since": "yesterday"}]},
        {**GOOD, "issues": [{key: value for key, value in ENTRY.items() if key != "since"}]},
        {**GOOD, "issues": [ENTRY, ENTRY]},
    ],
)
def test_what_is_no_baseline_is_refused(document: object) -> None:
    with pytest.raises(UsageError):
        baseline.parse(json.dumps(document).encode(), "known.json")


def test_a_pipe_or_a_link_is_no_baseline(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("elsewhere")
    for name in ("pipe", "link", "none"):
        with pytest.raises(UsageError):
            baseline.load(tmp_path / name, name)


# ---------------------------------------------------------------- in a gate

Judge = Callable[..., Verdict]


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    records = tmp_path / "records" / "PyPI"
    records.mkdir(parents=True)
    record = {
        "id": "PYSEC-1",
        "modified": "2026-01-01T00:00:00Z",
        "published": "2020-01-01T00:00:00Z",
        "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N"}],
        "affected": [
            {
                "package": {"ecosystem": "PyPI", "name": "bad"},
                "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}],
            }
        ],
    }
    (records / "PYSEC-1.json").write_text(json.dumps(record))
    kev = tmp_path / "kev.json"
    kev.write_text(
        json.dumps({
            "title": "t", "catalogVersion": "1", "dateReleased": f"{TODAY}T00:00:00Z", "count": 1,
            "vulnerabilities": [{
                "cveID": "CVE-1999-0001", "vendorProject": "v", "product": "p", "vulnerabilityName": "n",
                "dateAdded": "2026-08-28", "shortDescription": "s", "requiredAction": "r", "dueDate": "2026-09-10",
            }],
        })
    )  # fmt: skip

    def run(repository: Repository, base: str | None = None) -> Verdict:
        request = flow.Request(
            path=repository.root,
            policy=None,
            advisories=str(records.parent),
            offline=True,
            reports=(),
            today=TODAY,
            screen=flow.Screen(color=False, width=100, verbose=False),
            against=Against(named=base, kev=kev, offline=True),
        )
        return flow.gate(request, lambda name, done: None).verdict

    return run


def known_of(verdict: Verdict, since: date) -> str:
    return baseline.render(baseline.of([each.issue for each in verdict.decisions], {}, since)).decode()


def told(verdict: Verdict) -> list[tuple[str, int, Change | None, Action]]:
    places = (
        (each.issue.location.path, each.issue.location.line, each.change, each.action) for each in verdict.decisions
    )
    return sorted(places, key=lambda each: each[:2])


def test_what_is_in_the_baseline_blocks_no_more_and_what_is_not_does(tmp_path: Path, judge: Judge) -> None:
    repository = make(tmp_path / "tree", {"old.py": SHELL})
    repository.commit({"known.json": known_of(judge(repository), TODAY), ".devsecgate.yaml": POLICY})
    verdict = judge(repository)
    assert (verdict.outcome, told(verdict)) == (Outcome.PASS, [("old.py", 5, Change.EXISTING, Action.WARN)])
    assert (verdict.base is not None, verdict.decisions[0].because.key) == (True, "baseline")
    repository.commit({"old.py": SHELL + SHELL.partition("\n\n")[2]})
    verdict = judge(repository)
    assert verdict.outcome is Outcome.FAIL
    assert told(verdict) == [
        ("old.py", 5, Change.EXISTING, Action.WARN),
        ("old.py", 8, Change.INTRODUCED, Action.BLOCK),
    ]


def test_a_copy_that_both_the_base_and_the_baseline_know_lets_no_other_one_pass(tmp_path: Path, judge: Judge) -> None:
    repository = make(tmp_path / "tree", {"old.py": SHELL})
    repository.commit({"known.json": known_of(judge(repository), TODAY), ".devsecgate.yaml": POLICY})
    above = SHELL.replace("def f", "def g") + SHELL.partition("\n\n")[2]
    repository.commit({"old.py": above})
    verdict = judge(repository, base="HEAD~1")
    assert verdict.outcome is Outcome.FAIL
    assert sorted(each.change or "" for each in verdict.decisions) == [Change.EXISTING, Change.INTRODUCED]


def test_a_day_that_has_not_come_moves_no_deadline(tmp_path: Path, judge: Judge) -> None:
    repository = make(tmp_path / "tree", {"requirements.txt": "bad==1.0\n"})
    repository.commit({"known.json": known_of(judge(repository), date(2099, 1, 1)), ".devsecgate.yaml": POLICY})
    assert judge(repository).outcome is Outcome.FAIL


def test_a_proposal_cannot_add_to_the_baseline_for_itself(tmp_path: Path, judge: Judge) -> None:
    empty = baseline.render({}).decode()
    repository = make(tmp_path / "tree", {"known.json": empty, ".devsecgate.yaml": POLICY})
    repository.commit({"new.py": SHELL})
    repository.commit({"known.json": known_of(judge(repository), TODAY)})
    assert judge(repository).outcome is Outcome.PASS
    verdict = judge(repository, base="HEAD~2")
    assert verdict.outcome is Outcome.FAIL
    assert told(verdict) == [
        ("known.json", 1, Change.INTRODUCED, Action.WARN),
        ("new.py", 5, Change.INTRODUCED, Action.BLOCK),
    ]


def test_the_clock_of_a_vulnerable_package_starts_when_the_baseline_took_it_in(tmp_path: Path, judge: Judge) -> None:
    repository = make(tmp_path / "tree", {"requirements.txt": "bad==1.0\n"})
    full = judge(repository)
    for since, outcome, due in (
        (date(2026, 8, 26), Outcome.PASS, date(2026, 9, 2)),
        (date(2026, 8, 24), Outcome.FAIL, date(2026, 8, 31)),
    ):
        repository.commit({"known.json": known_of(full, since), ".devsecgate.yaml": POLICY})
        verdict = judge(repository)
        assert (verdict.outcome, verdict.decisions[0].due) == (outcome, due)


def test_a_baseline_that_is_not_there_is_a_mistake(tmp_path: Path, judge: Judge) -> None:
    repository = make(tmp_path / "tree", {".devsecgate.yaml": POLICY})
    with pytest.raises(UsageError, match="the baseline cannot be read"):
        judge(repository)
