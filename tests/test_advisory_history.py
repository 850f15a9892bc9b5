"""Real advisories, replayed by the day of their disclosure over a lock of real packages: which change has to answer?

An unrelated change never flips to FAIL because the world disclosed something the day before; a change that brings the
package in always fails; and what is left alone until its deadline is over fails every change.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from repositories import Repository, make

from devsecgate import gate as flow
from devsecgate.advisories import osv
from devsecgate.advisories.evaluate import Answer, evaluate
from devsecgate.advisories.record import Advisory
from devsecgate.against import Against
from devsecgate.model import Action, Change, Outcome, Severity, Verdict

PACKAGES = (
    "aiohttp",
    "certifi",
    "cryptography",
    "flask",
    "jinja2",
    "lxml",
    "requests",
    "sqlparse",
    "tornado",
    "urllib3",
)
MOST = 4
DAYS = {Severity.CRITICAL: 7, Severity.HIGH: 30, Severity.MEDIUM: 90, Severity.LOW: 180, None: 30}
OTHER = '{"id": "OTHER-1", "modified": "2010-01-01T00:00:00Z", "affected": []}'
CLEAN = "def greet(name):\n    return 'hello ' + name\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """The first advisory about one version of a package that was safe until then."""

    package: str
    version: str
    day: date


def affects(advisory: Advisory, version: str) -> bool:
    return any(evaluate(each, version).answer is not Answer.UNAFFECTED for each in advisory.affected)


def first_disclosure(advisories: Sequence[Advisory]) -> Disclosure | None:
    """Find a version that one advisory names, and no earlier one affects."""
    ordered = sorted((each for each in advisories if each.published), key=lambda each: each.published)
    undated = [each for each in advisories if not each.published]
    for number, advisory in enumerate(ordered):
        for version in sorted({each for entry in advisory.affected for each in entry.versions}, reverse=True):
            earlier = (*undated, *ordered[:number])
            if version.replace(".", "").isdigit() and not any(affects(each, version) for each in earlier):
                name = advisory.affected[0].name
                return Disclosure(package=name, version=version, day=date.fromisoformat(advisory.published))
    return None


@pytest.fixture(scope="module")
def raw(shared_data: Path) -> Mapping[str, tuple[str, bytes]]:
    """Every record about these packages: its day, and its bytes, by id."""
    found = {}
    with zipfile.ZipFile(shared_data / "osv" / "PyPI" / "all.zip") as archive:
        for member in archive.namelist():
            content = archive.read(member)
            record = json.loads(content)
            names = {each["package"]["name"].lower() for each in record.get("affected", ()) if "package" in each}
            if names & set(PACKAGES):
                found[member] = (record.get("published", "")[:10], content)
    return found


@pytest.fixture(scope="module")
def disclosures(shared_data: Path) -> list[Disclosure]:
    loaded = osv.load(shared_data / "osv", "PyPI", PACKAGES, today=date(2026, 9, 1))
    found = []
    for package in PACKAGES:
        own = [each for each in loaded.advisories if any(entry.name == package for entry in each.affected)]
        disclosed = first_disclosure(own)
        if disclosed is not None:
            found.append(disclosed)
    chosen = sorted(found, key=lambda each: (each.day, each.package))[:MOST]
    assert len(chosen) == MOST, "the records have changed: choose other packages"
    return chosen


@pytest.fixture
def world(tmp_path: Path, raw: Mapping[str, tuple[str, bytes]], shared_data: Path) -> World:
    records = tmp_path / "records" / "PyPI"
    records.mkdir(parents=True)
    (records / "OTHER-1.json").write_text(OTHER)  # a database is never empty
    catalogue = json.loads((shared_data / "intel" / "known_exploited_vulnerabilities.json").read_bytes())
    return World(folder=tmp_path, records=records, raw=raw, catalogue=catalogue)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What was known on a day."""

    folder: Path
    records: Path
    raw: Mapping[str, tuple[str, bytes]]
    catalogue: dict[str, object]

    def judge(self, repository: Repository, today: date, base: str) -> Verdict:
        """Judge with what was published by then."""
        for name, (published, content) in self.raw.items():
            place = self.records / name
            if published and published <= today.isoformat():
                place.write_bytes(content)
            else:
                place.unlink(missing_ok=True)
        kev = self.folder / "kev.json"
        entries = self.catalogue["vulnerabilities"]
        assert isinstance(entries, list)
        known = [each for each in entries if each["dateAdded"] <= today.isoformat()] or entries[-1:]
        kev.write_text(
            json.dumps({
                **self.catalogue, "vulnerabilities": known, "count": len(known), "dateReleased": f"{today}T00:00:00Z"
            })
        )  # fmt: skip
        request = flow.Request(
            path=repository.root,
            policy=None,
            advisories=str(self.records.parent),
            offline=True,
            reports=(),
            today=today,
            screen=flow.Screen(color=False, width=100, verbose=False),
            against=Against(named=base, kev=kev, offline=True),
        )
        return flow.gate(request, lambda name, done: None).verdict


def lock(packages: Sequence[Disclosure]) -> str:
    return "".join(f"{each.package}=={each.version}\n" for each in packages)


def blocked(verdict: Verdict) -> set[str]:
    return {
        each.issue.primary.package.name
        for each in verdict.decisions
        if each.action is Action.BLOCK and each.issue.primary.package is not None
    }


def test_history_turns_no_unrelated_change_red_and_lets_no_package_in(
    tmp_path: Path, world: World, disclosures: list[Disclosure]
) -> None:
    for number, disclosed in enumerate(disclosures):
        # what was disclosed before has been upgraded by its maintainers; the rest is as safe as anybody knows
        held = [each for each in disclosures if each.day >= disclosed.day]
        repository = make(tmp_path / f"tree{number}", {"requirements.txt": lock(held)})
        repository.commit({"greet.py": CLEAN}, "unrelated")
        before = world.judge(repository, disclosed.day - timedelta(days=1), "HEAD~1")
        assert (before.outcome, before.decisions, before.gaps) == (Outcome.PASS, (), ()), disclosed
        after = world.judge(repository, disclosed.day, "HEAD~1")
        assert (after.outcome, blocked(after)) == (Outcome.PASS, set()), disclosed
        assert {each.change for each in after.decisions} == {Change.EXISTING}, disclosed
        (overdue, *_) = sorted(each.due for each in after.decisions if each.due is not None) or [None]
        for decision in after.decisions:
            if decision.due is not None:
                assert decision.due == disclosed.day + timedelta(days=DAYS[decision.issue.severity])
        if overdue is not None:
            late = world.judge(repository, overdue + timedelta(days=1), "HEAD~1")
            assert (late.outcome, disclosed.package in blocked(late)) == (Outcome.FAIL, True), disclosed
        repository = make(tmp_path / f"without{number}", {"greet.py": CLEAN})
        repository.commit({"requirements.txt": lock([disclosed])}, "brings it in")
        brought = world.judge(repository, disclosed.day, "HEAD~1")
        would_block = {each.issue.severity for each in after.decisions if each.due is not None}
        assert all(each.change is Change.INTRODUCED for each in brought.decisions), disclosed
        assert (brought.outcome is Outcome.FAIL) == bool(would_block), disclosed
