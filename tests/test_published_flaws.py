"""A flaw counts as told apart only where a finding of its own weakness leaves with its fix."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from devsecgate.model import Finding, Kind, Location, Severity


@pytest.fixture(scope="module")
def advisories(repository: Path) -> Iterator[ModuleType]:
    folder = str(repository / "benchmarks")
    sys.path.insert(0, folder)
    try:
        spec = importlib.util.spec_from_file_location("advisories", repository / "benchmarks" / "advisories.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["advisories"] = module
        spec.loader.exec_module(module)
        yield module
    finally:
        sys.path.remove(folder)
        for name in ("advisories", "real", "real_projects"):
            sys.modules.pop(name, None)


def finding(path: str, line: int, *, rule: str = "python-sql-injection", cwe: int = 89) -> Finding:
    return Finding(
        scanner="semgrep",
        kind=Kind.CODE,
        rule=rule,
        message="A part of the request becomes SQL.",
        location=Location(path=path, line=line, end_line=line),
        severity=Severity.HIGH,
        severity_source="rule",
        cwes=frozenset({cwe}),
    )


VULNERABLE = "import db\n\n\ndef find(name):\n    db.execute('… ' + name)\n    return 1\n"
FIXED = "import db\nimport re\n\n\ndef find(name):\n    if name:\n        db.execute('… ?', name)\n    return 1\n"


def flaw_in(advisories: ModuleType, root: Path, *, before: str, after: str | None) -> object:
    archive = {"version": "1", "file": "tiny-1.tar.gz", "sha256": "0"}
    flaw = msgspec.convert(
        {
            "advisory": "PYSEC-1",
            "package": "tiny",
            "weakness": "SQL injection",
            "cwe": 89,
            "what": "a name becomes SQL",
            "vulnerable": archive,
            "fixed": archive,
            "places": [{"path": "tiny.py", "code": "db.execute("}],
        },
        type=advisories.Flaw,
    )
    for release, text in (("vulnerable", before), ("fixed", after)):
        if text is not None:
            folder = root / "tiny-PYSEC-1" / release
            folder.mkdir(parents=True)
            (folder / "tiny.py").write_text(text)
    return flaw


def answer(advisories: ModuleType, flaw: object, findings: tuple[Finding, ...], root: Path) -> tuple[object, bool]:
    looked = advisories.Looked(findings=findings, unseen=frozenset())
    given = advisories.answer(flaw, looked, root)
    return (given.before, given.after), given.told_apart


BEFORE, AFTER = "tiny-PYSEC-1/vulnerable/tiny.py", "tiny-PYSEC-1/fixed/tiny.py"
RULE = frozenset({"python-sql-injection"})
NOTHING: frozenset[str] = frozenset()


def test_a_finding_that_leaves_with_the_fix_tells_the_releases_apart(advisories: ModuleType, tmp_path: Path) -> None:
    flaw = flaw_in(advisories, tmp_path, before=VULNERABLE, after=FIXED)
    assert answer(advisories, flaw, (finding(BEFORE, 5),), tmp_path) == ((RULE, NOTHING), True)


def test_a_finding_that_stays_does_not(advisories: ModuleType, tmp_path: Path) -> None:
    flaw = flaw_in(advisories, tmp_path, before=VULNERABLE, after=FIXED)
    both = (finding(BEFORE, 5), finding(AFTER, 7))
    assert answer(advisories, flaw, both, tmp_path) == ((RULE, RULE), False)


def test_one_that_only_the_fixed_release_has_is_not_found(advisories: ModuleType, tmp_path: Path) -> None:
    flaw = flaw_in(advisories, tmp_path, before=VULNERABLE, after=FIXED)
    assert answer(advisories, flaw, (finding(AFTER, 7),), tmp_path) == ((NOTHING, RULE), False)


@pytest.mark.parametrize("other", [finding(BEFORE, 5, cwe=22), finding(BEFORE, 9), finding("elsewhere/tiny.py", 5)])
def test_another_weakness_line_or_file_does_not_count(advisories: ModuleType, tmp_path: Path, other: Finding) -> None:
    flaw = flaw_in(advisories, tmp_path, before=VULNERABLE, after=FIXED)
    assert answer(advisories, flaw, (other,), tmp_path) == ((NOTHING, NOTHING), False)


def test_another_number_of_the_same_family_counts(advisories: ModuleType, tmp_path: Path) -> None:
    flaw = flaw_in(advisories, tmp_path, before=VULNERABLE, after=FIXED)
    assert answer(advisories, flaw, (finding(BEFORE, 2, cwe=564),), tmp_path) == ((RULE, NOTHING), True)


def test_a_file_that_the_fix_deletes_has_no_place_after_it(advisories: ModuleType, tmp_path: Path) -> None:
    flaw = flaw_in(advisories, tmp_path, before=VULNERABLE, after=None)
    assert answer(advisories, flaw, (finding(BEFORE, 5),), tmp_path) == ((RULE, NOTHING), True)


@pytest.mark.parametrize("path", [BEFORE, AFTER])
def test_silence_about_a_file_that_was_not_seen_tells_nothing(
    advisories: ModuleType, tmp_path: Path, path: str
) -> None:
    flaw = flaw_in(advisories, tmp_path, before=VULNERABLE, after=FIXED)
    looked = advisories.Looked(findings=(finding(BEFORE, 5),), unseen=frozenset({path}))
    expected = advisories.Answer(before=RULE, after=NOTHING, unseen=True)
    assert advisories.answer(flaw, looked, tmp_path) == expected
    assert not expected.told_apart


def test_code_that_is_not_there_is_refused(advisories: ModuleType, tmp_path: Path) -> None:
    flaw = flaw_in(advisories, tmp_path, before="import db\n", after=FIXED)
    with pytest.raises(SystemExit, match=r"tiny-PYSEC-1/vulnerable/tiny.py does not hold db.execute\("):
        answer(advisories, flaw, (), tmp_path)


@pytest.mark.parametrize(
    ("line", "lines"),
    [(1, (1, 1)), (2, (2, 4)), (3, (5, 5)), (4, (6, 6)), (5, (6, 6))],
    ids=["equal", "replaced", "indented", "deleted", "behind the deleted one"],
)
def test_a_line_is_followed_into_the_fixed_file(advisories: ModuleType, line: int, lines: tuple[int, int]) -> None:
    before = ["a", "b", "c", "d", "e"]
    after = ["a", "x", "y", "z", "  c", "e"]
    assert advisories.counterpart(line, before, after) == lines


def test_every_flaw_of_the_list_is_named_once_and_its_archive_is_of_its_package(advisories: ModuleType) -> None:
    listed = advisories.chosen()
    names = [each.advisory for each in (*listed.flaw, *listed.left_out)]
    assert len(names) == len(set(names))
    assert len({flaw.package for flaw in listed.flaw}) == len(listed.flaw)
    for flaw in listed.flaw:
        for archive in (flaw.vulnerable, flaw.fixed):
            stem = f"{flaw.package}-{archive.version}.tar.gz"
            assert archive.file.lower().replace("_", "-").replace(".task", "-task") == stem
            assert len(archive.sha256) == 64
