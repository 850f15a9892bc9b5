"""What `make bench-rules` counts is there: a mark that is not met is seen, and so is a report beside the marks."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from devsecgate.model import Finding, Kind, Location, Severity

TREE = {
    "rule-a.py": "# ruleid: rule-a\nbad()\n# ok: rule-a\ngood()\n",
    "rule-b.two.ts": "// ruleid: rule-b\nbad();\n/* ok: rule-b */\ngood();\n",
    "rule-b/Dockerfile": "# ok: rule-b\nRUN good\nRUN bad\n",
}


@pytest.fixture(scope="module")
def bench(repository: Path) -> Iterator[ModuleType]:
    folder = str(repository / "benchmarks")
    before = set(sys.modules)
    sys.path.insert(0, folder)
    try:
        spec = importlib.util.spec_from_file_location("bench_rules", repository / "benchmarks" / "rules.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["bench_rules"] = module
        spec.loader.exec_module(module)
        yield module
    finally:
        sys.path.remove(folder)
        for name in set(sys.modules) - before:
            if str(getattr(sys.modules[name], "__file__", "")).startswith(folder):
                del sys.modules[name]


def finding(rule: str, path: str, line: int) -> Finding:
    return Finding(
        scanner="semgrep",
        kind=Kind.CODE,
        rule=rule,
        message="x",
        location=Location(path=path, line=line),
        severity=Severity.HIGH,
        severity_source="rule",
    )


def test_marks_of_every_kind_of_comment_are_read(
    bench: ModuleType, tree: Callable[[dict[str, str | bytes]], Path]
) -> None:
    read = [(mark.path, mark.line, mark.rule, mark.kind) for mark in bench.marks(tree(dict(TREE)))]
    assert read == [
        ("rule-a.py", 2, "rule-a", "ruleid"),
        ("rule-a.py", 4, "rule-a", "ok"),
        ("rule-b/Dockerfile", 2, "rule-b", "ok"),
        ("rule-b.two.ts", 2, "rule-b", "ruleid"),
        ("rule-b.two.ts", 4, "rule-b", "ok"),
    ]


def test_a_rule_is_held_to_its_own_code_alone(
    bench: ModuleType, tree: Callable[[dict[str, str | bytes]], Path]
) -> None:
    findings = (
        finding("rule-a", "rule-a.py", 2),
        finding("rule-a", "rule-b/Dockerfile", 2),  # another rule's code
        finding("rule-b", "rule-b.two.ts", 4),  # must not
        finding("rule-b", "rule-b/Dockerfile", 3),  # not marked
    )
    rules = ["rule-a", "rule-b", "rule-c"]
    judged = bench.judged(rules, bench.marks(tree(dict(TREE))), findings)
    assert judged == {
        "rule-a": bench.Judged(true=1, found=1, false=1, silent=1, beside=0),
        "rule-b": bench.Judged(true=1, found=0, false=2, silent=1, beside=1),
        "rule-c": bench.Judged(true=0, found=0, false=0, silent=0, beside=0),
    }
    assert [one.right for one in judged.values()] == [True, False, True]


def test_seconds_are_summed_by_rule_over_all_files(bench: ModuleType) -> None:
    packs = sys.modules["packs"]
    times = packs.Times(
        rules=["a.b.rule-a", "rule-b", "own.devsecgate-read"],
        targets=[packs.Target(match_times=[1.0, 0.5, 9.0]), packs.Target(match_times=[0.25, 0.0, 9.0])],
    )
    assert packs.seconds_by_rule(times) == {"rule-a": 1.25, "rule-b": 0.5}


@pytest.mark.parametrize(
    ("wall", "cpu", "words"),
    [
        (14.0, 20.0, "is met"),
        (40.0, 20.0, "cannot be told on a machine as busy as this"),
        (40.0, 31.0, "is not met"),
    ],
)
def test_the_bar_is_never_called_met_by_a_guess(bench: ModuleType, wall: float, cpu: float, words: str) -> None:
    run = bench.Run(findings=(), gaps=0, wall=wall, cpu=cpu, by_rule={})
    assert bench.said(run, 120_000).startswith(f"The bar of 15 s for 120,000 lines of Python {words}: {wall:.1f} s ")


def test_a_run_gives_what_was_found_and_the_time_of_each_rule(
    bench: ModuleType, program: Callable[[str], str], tmp_path: Path
) -> None:
    program("semgrep")
    (tmp_path / "app.py").write_text("import hashlib\n\nhashlib.md5(b'')\n")
    run = bench.look("python", tmp_path, ["app.py"])
    assert [(each.rule, each.location.path, each.location.line) for each in run.findings] == [
        ("python-weak-hash", "app.py", 3)
    ]
    assert run.gaps == 0
    assert "python-weak-hash" in run.by_rule
    assert not any(rule.startswith("devsecgate-") for rule in run.by_rule)
