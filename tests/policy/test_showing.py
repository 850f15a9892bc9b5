from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from devsecgate import bundled, policy
from devsecgate.policy.records import Policy

TODAY = date(2026, 12, 1)
Load = Callable[..., Policy]

PROJECT = """\
version: 1
name: project
extends: default
loosen: [waivers]
first_party: [ours]
dependencies: {advisories: osv, osv_url: "https://osv.example/v1/query"}
scanners: {refuse_engines: [banditrs], timeout: 90}
target: {max_file_size: 20MB}
plugins: [other]
gaps:
  accept: [{reason: unreadable, path: tests/broken.py, because: "on purpose: \\"see\\" there"}]
  refuse: [{reason: [outdated, stale], scanner: bandit, because: no}]
rules: [{action: allow, reason: asserts are fine here, when: {rule: bandit:B101, cwe: [703], unrated: false}}]
waivers: [{owner: me, reason: known, expires: 2026-12-24, rule: bandit:B602, path: tools/run.py}]
tools:
  - name: mine
    kind: code
    argv: [mine, "{files}", "{canary}", "{scratch}/o"]
    files: "*.py"
    output: o
    canary: {name: a.py, content: "x\\ny", rule: R}
"""


@pytest.mark.parametrize("name", ["default", "strict", "advisory"])
def test_what_is_shown_is_a_policy_that_means_the_same(tmp_path: Path, name: str) -> None:
    loaded = policy.load(bundled.policies() / f"{name}.yaml", tmp_path, today=TODAY)
    (tmp_path / "shown.yaml").write_text(policy.show(loaded), encoding="utf-8")
    assert policy.load(tmp_path / "shown.yaml", tmp_path, today=TODAY).digest == loaded.digest


def test_every_entry_is_shown_with_the_line_that_it_comes_from(load: Load, tmp_path: Path) -> None:
    shown = policy.show(load(PROJECT)).splitlines()
    assert shown[0] == "# effective policy, made of: .devsecgate.yaml > default"
    for line in (
        '  code: "required"  # default:11',
        "scanners:  # .devsecgate.yaml:7",
        "  - action: allow  # .devsecgate.yaml:13",
        '    when: {"rule": ["bandit:B101"], "cwe": [703], "unrated": false}',
        '    - reason: ["unreadable"]  # .devsecgate.yaml:11',
        '    - reason: ["outdated", "stale"]  # .devsecgate.yaml:12',
        '      because: "on purpose: \\"see\\" there"',
        '  - owner: "me"  # .devsecgate.yaml:14',
        '  - name: "mine"  # .devsecgate.yaml:16',
        '  advisories: "osv"',
        '  max_file_size: "20MB"',
    ):
        assert line in shown
    (tmp_path / "shown.yaml").write_text("\n".join(shown), encoding="utf-8")
    assert policy.load(tmp_path / "shown.yaml", tmp_path, today=TODAY).waivers[0].owner == "me"


def test_rules_that_only_tighten_are_shown_as_such(load: Load) -> None:
    shown = policy.show(load("version: 1\nname: p\nextends: strict\nrules: [{action: warn, reason: no}]\n"))
    assert "  # those above only tighten: the stricter of them and of those below counts\n" in shown


def test_the_digest_is_of_the_content_and_not_of_its_form(load: Load) -> None:
    plain = load("version: 1\nname: p\nextends: default\nfirst_party: [a, b]\n").digest
    assert load("# hello\nname: p\n\nfirst_party: [b, a]\nextends: default\nversion: 1\n").digest == plain
    assert load("version: 1\nname: p\nextends: default\nfirst_party: [a, c]\n").digest != plain


def test_every_part_of_the_content_counts_in_the_digest(load: Load) -> None:
    lines = PROJECT.splitlines(keepends=True)
    digests = {load(PROJECT).digest}
    for position in (1, 4, 5, 6, 7, 8, 10, 11, 12, 13):
        shorter = [line for index, line in enumerate(lines) if index != position]
        if position == 1:
            shorter.insert(1, "name: other\n")
        digests.add(load("".join(shorter)).digest)
    digests.add(load(PROJECT.replace('content: "x', 'content: "z')).digest)
    assert len(digests) == 12
