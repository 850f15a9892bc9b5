"""A change, judged against its base by the real scanners."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

import pytest
from buckets import Reply, served
from catalogues import document, entry
from repositories import Repository, make

from devsecgate import gate as flow
from devsecgate.against import Against
from devsecgate.cache import Cache
from devsecgate.events import Event
from devsecgate.model import Action, Change, Decision, Kind, Outcome, Verdict

TODAY = date(2026, 9, 1)
SHELL = "import os\n\n\ndef f(request):\n    os.system('ls ' + request.args['x'])\n"
CLEAN = "def greet(name):\n    return 'hello ' + name\n"
ALLOWS_ALL = "version: 1\nname: mild\nextends: default\nrules: [{action: allow, reason: all is well}]\n"
Judge = Callable[..., Verdict]


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """Advisories about two packages that are made up; one was disclosed long ago, one lately."""
    folder = tmp_path / "records" / "PyPI"
    folder.mkdir(parents=True)

    def write(identity: str, package: str, published: str | None, *aliases: str) -> None:
        record = {
            "id": identity,
            "modified": "2026-08-30T00:00:00Z",
            "aliases": aliases,
            "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N"}],
            "affected": [{
                "package": {"ecosystem": "PyPI", "name": package},
                "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.0"}]}],
            }],
        }  # fmt: skip
        if published is not None:
            record["published"] = published
        (folder / f"{identity}.json").write_text(json.dumps(record))

    write("PYSEC-1", "lately", "2026-08-25T00:00:00Z", "CVE-2026-0001")
    write("PYSEC-2", "long-ago", "2020-01-01T00:00:00Z", "CVE-2020-0002")
    write("PYSEC-3", "undated", None, "CVE-2026-0003")
    write("MAL-4", "harmful", "2026-08-25T00:00:00Z")
    return folder.parent


def catalogue(place: Path, released: date, *cves: str) -> Path:
    entries = [entry(each, added="2026-08-28") for each in ("CVE-1999-0001", *cves)]
    place.write_text(json.dumps(document(entries, released=released.isoformat())))
    return place


@pytest.fixture
def judge(tmp_path: Path, records: Path) -> Judge:
    """Judge a tree without the network, with a fresh catalogue of exploited vulnerabilities."""

    def run(
        repository: Repository,
        *,
        base: str | None = None,
        event: Event | None = None,
        kev: Path | None = None,
        policy: Path | None = None,
        cache: Cache | None = None,
        today: date = TODAY,
        against: Against | None = None,
    ) -> Verdict:
        request = flow.Request(
            path=repository.root,
            policy=policy,
            advisories=str(records),
            offline=True,
            reports=(),
            today=today,
            screen=flow.Screen(color=False, width=100, verbose=False),
            against=against
            or Against(named=base, event=event, kev=kev or catalogue(tmp_path / "kev.json", today), offline=True),
            cache=cache,
        )
        return flow.gate(request, lambda name, done: None).verdict

    return run


def told(verdict: Verdict) -> dict[str, tuple[Change | None, Action]]:
    return {f"{each.issue.location.path}": (each.change, each.action) for each in verdict.decisions}


def of_package(verdict: Verdict, name: str) -> Decision:
    (found,) = [
        each for each in verdict.decisions if each.issue.primary.package and each.issue.primary.package.name == name
    ]
    return found


def test_a_change_is_to_blame_for_its_own_issues_alone(tmp_path: Path, judge: Judge) -> None:
    repository = make(tmp_path / "tree", {"old.py": SHELL, "greet.py": CLEAN})
    assert judge(repository).outcome is Outcome.FAIL
    repository.commit({"greet.py": CLEAN + "\n\nprint(greet('a'))\n"})
    verdict = judge(repository, base="HEAD~1")
    assert (verdict.outcome, told(verdict)["old.py"]) == (Outcome.PASS, (Change.EXISTING, Action.WARN))
    assert verdict.base is not None
    assert (verdict.base.named, verdict.base.proposal, verdict.fixed) == ("--base HEAD~1", True, ())
    repository.commit({"new.py": SHELL})
    verdict = judge(repository, base="HEAD~1")
    assert verdict.outcome is Outcome.FAIL
    assert told(verdict) == {"old.py": (Change.EXISTING, Action.WARN), "new.py": (Change.INTRODUCED, Action.BLOCK)}


def test_what_is_gone_is_named(tmp_path: Path, judge: Judge) -> None:
    repository = make(tmp_path / "tree", {"old.py": SHELL})
    repository.commit({"old.py": CLEAN})
    verdict = judge(repository, base="HEAD~1")
    assert (verdict.outcome, verdict.decisions) == (Outcome.PASS, ())
    assert {each.location.path for each in verdict.fixed} == {"old.py"}


def test_a_file_that_was_renamed_and_edited_keeps_its_issues(tmp_path: Path, judge: Judge) -> None:
    repository = make(tmp_path / "tree", {"old.py": SHELL + CLEAN})
    repository.commit({"old.py": None, "pkg/new.py": "import re\n" + SHELL + CLEAN})
    verdict = judge(repository, base="HEAD~1")
    assert (verdict.outcome, told(verdict)) == (Outcome.PASS, {"pkg/new.py": (Change.EXISTING, Action.WARN)})
    assert verdict.fixed == ()


def test_a_copy_of_an_old_problem_is_a_new_one(tmp_path: Path, judge: Judge) -> None:
    repository = make(tmp_path / "tree", {"old.py": SHELL})
    repository.commit({"old.py": SHELL + SHELL.partition("\n\n")[2].replace("def f", "def g")})
    verdict = judge(repository, base="HEAD~1")
    found = {each.issue.location.line: each.change for each in verdict.decisions}
    assert verdict.outcome is Outcome.FAIL
    assert found == {5: Change.EXISTING, 8: Change.INTRODUCED}


def test_what_is_not_committed_is_compared_with_head(tmp_path: Path, judge: Judge) -> None:
    repository = make(tmp_path / "tree", {"old.py": SHELL})
    repository.write({"new.py": SHELL})
    verdict = judge(repository, base="HEAD")
    assert verdict.outcome is Outcome.FAIL
    assert told(verdict) == {"old.py": (Change.EXISTING, Action.WARN), "new.py": (Change.INTRODUCED, Action.BLOCK)}


def test_a_base_that_is_the_change_itself_is_none(tmp_path: Path, judge: Judge) -> None:
    repository = make(tmp_path / "tree", {"old.py": SHELL})
    verdict = judge(repository, base="HEAD")
    assert (verdict.outcome, verdict.base, told(verdict)) == (Outcome.FAIL, None, {"old.py": (None, Action.BLOCK)})
    assert verdict.notes == ("no base for --base HEAD: it is what is checked out, and nothing differs from it",)


def test_without_a_base_everything_is_judged_and_that_is_said(tmp_path: Path, judge: Judge) -> None:
    repository = make(tmp_path / "tree", {"old.py": SHELL})
    verdict = judge(repository, base="nowhere")
    assert (verdict.outcome, verdict.base) == (Outcome.FAIL, None)
    assert verdict.notes[0].startswith("no base for --base nowhere: no such commit")


def test_on_the_branch_itself_what_was_there_blocks_all_the_same(tmp_path: Path, judge: Judge) -> None:
    repository = make(tmp_path / "tree", {"old.py": SHELL})
    before = repository.head
    repository.commit({"greet.py": CLEAN})
    push = Event(name="push (GitHub)", proposal=False, revisions=(before,))
    verdict = judge(repository, event=push)
    assert (verdict.outcome, told(verdict)) == (Outcome.FAIL, {"old.py": (Change.EXISTING, Action.BLOCK)})


def test_a_file_that_the_base_could_not_show_hides_nothing(tmp_path: Path, judge: Judge) -> None:
    policy = "version: 1\nname: ours\nextends: default\ntarget: {max_file_size: 1KB}\n"
    large = SHELL + "# what makes it too large to be looked at\n" * 30
    repository = make(tmp_path / "tree", {"old.py": large, ".devsecgate.yaml": policy})
    repository.commit({"old.py": SHELL})
    verdict = judge(repository, base="HEAD~1")
    assert {change for change, _ in told(verdict).values()} == {Change.INTRODUCED}


# ---------------------------------------------------------------- the policy


def test_a_change_cannot_grant_itself_a_pass(tmp_path: Path, judge: Judge) -> None:
    repository = make(tmp_path / "tree", {"greet.py": CLEAN})
    repository.commit({"new.py": SHELL, ".devsecgate.yaml": ALLOWS_ALL})
    verdict = judge(repository, base="HEAD~1")
    assert (verdict.outcome, verdict.policy_name) == (Outcome.FAIL, "default")
    assert told(verdict) == {
        ".devsecgate.yaml": (Change.INTRODUCED, Action.WARN),
        "new.py": (Change.INTRODUCED, Action.BLOCK),
    }
    (own,) = [each.issue for each in verdict.decisions if each.issue.kind is Kind.PIPELINE]
    assert own.rules == ("gate:policy-changed",)
    said = "this change edits the policy; by the one that it proposes, the outcome would be PASS"
    assert verdict.notes[-1] == said


def test_a_waiver_of_the_change_itself_is_a_proposal(tmp_path: Path, judge: Judge) -> None:
    policy = "version: 1\nname: ours\nextends: default\n"
    repository = make(tmp_path / "tree", {".devsecgate.yaml": policy})
    rule = "waivers: [{rule: bandit:B605, path: new.py, owner: me, reason: trust me, expires: 2026-09-20}]\n"
    repository.commit({"new.py": SHELL, ".devsecgate.yaml": policy + rule})
    verdict = judge(repository, base="HEAD~1")
    assert (verdict.outcome, told(verdict)["new.py"]) == (Outcome.FAIL, (Change.INTRODUCED, Action.BLOCK))


def test_a_policy_that_is_named_is_the_bases_too_where_it_is_in_the_tree(tmp_path: Path, judge: Judge) -> None:
    strict = "version: 1\nname: ours\nextends: strict\n"
    repository = make(tmp_path / "tree", {"ci/policy.yaml": strict})
    repository.commit({"new.py": SHELL, "ci/policy.yaml": ALLOWS_ALL})
    verdict = judge(repository, base="HEAD~1", policy=repository.root / "ci" / "policy.yaml")
    assert (verdict.outcome, verdict.policy_name) == (Outcome.FAIL, "ours")
    outside = tmp_path / "outside.yaml"
    outside.write_text(ALLOWS_ALL)
    verdict = judge(repository, base="HEAD~1", policy=outside)
    assert (verdict.outcome, verdict.policy_name) == (Outcome.PASS, "mild")


def test_a_base_with_a_wrong_policy_can_be_mended_and_is_judged_by_the_bundled_one(
    tmp_path: Path, judge: Judge
) -> None:
    repository = make(tmp_path / "tree", {".devsecgate.yaml": "version: 1\nblok_at: high\n", "greet.py": CLEAN})
    repository.commit({".devsecgate.yaml": "version: 1\nname: ours\nextends: default\n"})
    verdict = judge(repository, base="HEAD~1")
    assert (verdict.outcome, verdict.policy_name) == (Outcome.PASS, "default")
    assert verdict.notes[0].startswith("the base's policy is wrong, and this change is judged by the bundled one: ")


@pytest.mark.parametrize(
    ("path", "content"),
    [
        (".github/workflows/ci.yml", "steps: [{uses: devsecgate/devsecgate@v1}]\n"),
        (".gitlab-ci.yml", "gate: {script: [devsecgate gate]}\n"),
        (".pre-commit-config.yaml", "repos: [{repo: x/devsecgate}]\n"),
    ],
)
def test_a_change_of_where_the_gate_is_run_is_an_issue_itself(
    tmp_path: Path, judge: Judge, path: str, content: str
) -> None:
    repository = make(tmp_path / "tree", {path: content, "greet.py": CLEAN, ".github/workflows/docs.yml": "on: push\n"})
    repository.commit({path: None, ".github/workflows/docs.yml": "on: [push]\n"})
    verdict = judge(repository, base="HEAD~1")
    found = [(each.issue.location.path, each.issue.rules, each.action) for each in verdict.decisions]
    assert found == [(path, ("gate:pipeline-changed",), Action.WARN)]


# ---------------------------------------------------------------- two clocks


def test_an_advisory_that_came_lately_gives_an_unrelated_change_time(tmp_path: Path, judge: Judge) -> None:
    repository = make(tmp_path / "tree", {"requirements.txt": "lately==1.0\n"})
    repository.commit({"greet.py": CLEAN})
    assert judge(repository).outcome is Outcome.FAIL
    verdict = judge(repository, base="HEAD~1")
    found = of_package(verdict, "lately")
    assert (verdict.outcome, found.change, found.action) == (Outcome.PASS, Change.EXISTING, Action.WARN)
    assert (found.due, found.because.key) == (date(2026, 9, 1), "deadlines")
    assert found.issue.published == date(2026, 8, 25)
    verdict = judge(repository, base="HEAD~1", today=TODAY + timedelta(days=1))
    found = of_package(verdict, "lately")
    assert (verdict.outcome, found.action, found.due) == (Outcome.FAIL, Action.BLOCK, date(2026, 9, 1))
    assert found.reason.startswith("disclosed 2026-08-25, and overdue since 2026-09-01: ")


def test_a_change_that_brings_a_vulnerable_package_is_blocked(tmp_path: Path, judge: Judge) -> None:
    repository = make(tmp_path / "tree", {"greet.py": CLEAN})
    repository.commit({"requirements.txt": "lately==1.0\n"})
    found = of_package(judge(repository, base="HEAD~1"), "lately")
    assert (found.change, found.action, found.due) == (Change.INTRODUCED, Action.BLOCK, None)


def test_an_update_to_a_version_that_is_still_vulnerable_is_not_a_new_problem(tmp_path: Path, judge: Judge) -> None:
    repository = make(tmp_path / "tree", {"requirements.txt": "lately==1.0\n"})
    repository.commit({"requirements.txt": "lately==1.1\n"})
    assert of_package(judge(repository, base="HEAD~1"), "lately").change is Change.EXISTING


@pytest.mark.parametrize(
    ("package", "reason"),
    [
        ("long-ago", "disclosed 2020-01-01, and overdue since 2020-01-08: "),
        ("undated", "no source says when it was disclosed, so there is no deadline: "),
        ("harmful", "a package that was published to do harm"),
    ],
)
def test_what_is_overdue_undated_or_harmful_gets_no_time(
    tmp_path: Path, judge: Judge, package: str, reason: str
) -> None:
    repository = make(tmp_path / "tree", {"requirements.txt": f"{package}==1.0\n"})
    repository.commit({"greet.py": CLEAN})
    found = of_package(judge(repository, base="HEAD~1"), package)
    assert (found.change, found.action) == (Change.EXISTING, Action.BLOCK)
    assert found.reason.startswith(reason)


def test_what_is_known_to_be_exploited_blocks_at_once(tmp_path: Path, judge: Judge) -> None:
    repository = make(tmp_path / "tree", {"requirements.txt": "lately==1.0\n"})
    repository.commit({"greet.py": CLEAN})
    found = of_package(
        judge(repository, base="HEAD~1", kev=catalogue(tmp_path / "known.json", TODAY, "CVE-2026-0001")), "lately"
    )
    assert (found.action, found.exploited, found.due) == (Action.BLOCK, date(2026, 8, 28), None)
    assert found.reason.startswith("known to be exploited since 2026-08-28 (KEV): ")


def gaps(verdict: Verdict) -> list[tuple[str, str, bool]]:
    return [(each.gap.scanner, each.gap.reason.value, each.accepted) for each in verdict.gaps]


def test_without_the_catalogue_of_exploited_ones_time_is_given_on_no_ground(tmp_path: Path, judge: Judge) -> None:
    repository = make(tmp_path / "tree", {"requirements.txt": "lately==1.0\n"})
    repository.commit({"greet.py": CLEAN})
    verdict = judge(repository, base="HEAD~1", kev=tmp_path / "none.json")
    assert (verdict.outcome, gaps(verdict)) == (Outcome.INCOMPLETE, [("kev", "missing", False)])
    old = catalogue(tmp_path / "old.json", TODAY - timedelta(days=8))
    verdict = judge(repository, base="HEAD~1", kev=old)
    assert (verdict.outcome, gaps(verdict)) == (Outcome.INCOMPLETE, [("kev", "stale", False)])


def test_an_old_catalogue_still_blocks_what_it_names(tmp_path: Path, judge: Judge) -> None:
    repository = make(tmp_path / "tree", {"requirements.txt": "lately==1.0\n"})
    repository.commit({"greet.py": CLEAN})
    old = catalogue(tmp_path / "old.json", TODAY - timedelta(days=80), "CVE-2026-0001")
    assert judge(repository, base="HEAD~1", kev=old).outcome is Outcome.FAIL


def test_without_anything_that_rests_on_it_the_catalogue_is_not_asked_for(tmp_path: Path, judge: Judge) -> None:
    repository = make(tmp_path / "tree", {"old.py": SHELL})
    repository.commit({"greet.py": CLEAN})
    verdict = judge(repository, base="HEAD~1", kev=tmp_path / "none.json")
    assert (verdict.outcome, gaps(verdict)) == (Outcome.PASS, [])


def test_a_catalogue_in_the_tree_that_nobody_named_gives_no_time(
    tmp_path: Path, judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = make(tmp_path / "tree", {"requirements.txt": "lately==1.0\n"})
    repository.commit({"greet.py": CLEAN, "cache/kev.json": "{}"})
    monkeypatch.setenv("DEVSECGATE_KEV", str(catalogue(repository.root / "cache" / "kev.json", TODAY)))
    verdict = judge(repository, against=Against(named="HEAD~1", offline=True))
    assert (verdict.outcome, gaps(verdict)) == (Outcome.INCOMPLETE, [("kev", "failed", False)])


@pytest.mark.parametrize("held", [None, 80])
def test_in_a_ci_the_catalogue_is_fetched_where_something_rests_on_it(
    tmp_path: Path, judge: Judge, monkeypatch: pytest.MonkeyPatch, held: int | None
) -> None:
    repository = make(tmp_path / "tree", {"requirements.txt": "lately==1.0\n", "old.py": SHELL})
    repository.commit({"greet.py": CLEAN})
    place = tmp_path / "own" / "kev.json"
    place.parent.mkdir()
    if held is not None:
        catalogue(place, TODAY - timedelta(days=held))
    monkeypatch.setenv("DEVSECGATE_KEV", str(place))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    asked = Against(named="HEAD~1", in_ci=True)
    with served() as bucket:
        bucket.says(Reply(body=catalogue(tmp_path / "served.json", TODAY).read_bytes()), path="/kev.json")
        monkeypatch.setenv("DEVSECGATE_KEV_URL", f"http://127.0.0.1:{bucket.port}/kev.json")
        verdict = judge(repository, against=asked)
    assert (verdict.outcome, gaps(verdict)) == (Outcome.PASS, [])
    assert verdict.notes == ("known exploited vulnerabilities: kev.json, 1 of 2026-09-01",)


# ---------------------------------------------------------------- the cache


POOL: tuple[str | bytes, ...] = (
    SHELL,
    CLEAN,
    "import re\n" + SHELL,
    SHELL + SHELL.partition("\n\n")[2],
    "def f(:\n",
    "PASSWORD = 'hunter2-but-longer'\n",
    "# coding: latin-1\ns = '\xe9'; eval(s)\n".encode("latin-1"),
    "import pickle\n\n\ndef load(data):\n    return pickle.loads(data)  # nosec\n",
)
NAMES = ("a.py", "b.py", "pkg/c.py", "tests/test_d.py", "settings.py")
LOCKS = ("lately==1.0\n", "lately==2.0\nlong-ago==1.0\n", "lately==1.0\nunknown\n")


def edits(repository: Repository, chance: random.Random) -> Iterator[str]:
    """Commit changes drawn by lot, each on top of the one before; give what was done."""
    while True:
        there = sorted(path.relative_to(repository.root).as_posix() for path in repository.root.rglob("*.py"))
        kind = chance.choice(("write", "write", "write", "remove", "rename", "lock"))
        name = chance.choice(NAMES)
        if kind == "lock":
            repository.commit({"requirements.txt": chance.choice(LOCKS)})
        elif kind == "write" or not there:
            repository.commit({name: chance.choice(POOL)})
        else:
            old = chance.choice(there)
            text = (repository.root / old).read_bytes()
            new: dict[str, str | bytes | None] = {name: text} if kind == "rename" and name != old else {}
            repository.commit({old: None, **new})
        yield f"{kind} {name}"


def test_the_cache_changes_no_verdict(tmp_path: Path, judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    repository = make(tmp_path / "tree", {"old.py": SHELL, "greet.py": CLEAN})
    place = tmp_path / "cache" / "results.sqlite"
    for edit in islice(edits(repository, random.Random(7)), 6):
        plain = judge(repository, base="HEAD~1")
        for _ in range(2):
            with Cache.open(place, 1) as cache:
                cached = judge(repository, base="HEAD~1", cache=cache)
            assert without_times(cached) == without_times(plain), edit
    assert b"hunter2-but-longer" not in place.read_bytes()


def without_times(verdict: Verdict) -> str:
    from devsecgate.report import Context
    from devsecgate.reports.json_report import REPORT

    document = json.loads(REPORT.render(verdict, Context(sources={}, rules={})))
    for run in ("timing", "seal"):
        del document[run]
    return json.dumps(document, indent=1)
