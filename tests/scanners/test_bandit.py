"""Bandit through the real run: the tree's configuration has no say, and what cannot be read is a gap."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest

from devsecgate.model import Confidence, Finding, Gap, GapReason, Kind, Location, ScanResult, Severity
from devsecgate.scanner import Job, Output, Settings
from devsecgate.scanners.bandit import SCANNER

Tree = Callable[[dict[str, str | bytes]], Path]
Scan = Callable[..., dict[str, ScanResult]]


class Toolbox(Protocol):
    """The fixture: a folder of programs, each of which can be replaced."""

    def fake(self, tool: str, code: str) -> None: ...
    def remove(self, tool: str) -> None: ...


EVAL = "eval(input())\n"
ENGINES = ("bandit", "banditrs")


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, program: Callable[[str], str]) -> str:
    program(request.param)
    return str(request.param)


@pytest.fixture
def bandit(scan: Scan, engine: str) -> Callable[[Path], ScanResult]:
    """Run bandit with one of its engines, and hold it to that engine."""

    def look(root: Path) -> ScanResult:
        result = scan(root, "bandit", refused=[each for each in ENGINES if each != engine])["bandit"]
        assert (result.engine, result.canaries, result.notes) == (engine, 1, ())
        return result

    return look


Look = Callable[[Path], ScanResult]


def _places(result: ScanResult) -> list[tuple[str, str]]:
    return [(found.location.path, found.rule) for found in result.findings]


def _gaps(result: ScanResult) -> dict[str | None, tuple[GapReason, str]]:
    return {gap.path: (gap.reason, gap.detail) for gap in result.gaps}


CANNOT_PARSE = (GapReason.UNREADABLE, "bandit cannot parse it")

_CONFIGURATIONS: dict[str, dict[str, str | bytes]] = {
    ".bandit": {".bandit": "[bandit]\nskips: B307\nexclude: app.py\ntests: B101\n"},
    ".bandit in a folder": {"src/.bandit": "[bandit]\nskips: B307\n"},
    "pyproject.toml": {"pyproject.toml": '[tool.bandit]\nskips = ["B307"]\nexclude_dirs = ["src", "app.py"]\n'},
    "setup.cfg": {"setup.cfg": "[bandit]\nskips = B307\nexclude = app.py,src\n"},
    "tox.ini": {"tox.ini": "[bandit]\nskips = B307\n"},
    "bandit.yaml": {"bandit.yaml": "skips: [B307]\nexclude_dirs: [src]\n", "bandit.toml": "skips = ['B307']\n"},
    ".bandit of another kind": {".bandit": b"\x00\xff not a configuration", ".bandit.yaml": "skips: [B307]"},
    "a baseline": {".bandit": "[bandit]\nbaseline: base.json\n", "base.json": "{}"},
}


@pytest.mark.parametrize("configuration", _CONFIGURATIONS)
def test_no_configuration_of_the_tree_has_a_say(configuration: str, tree: Tree, bandit: Look) -> None:
    result = bandit(tree({"app.py": EVAL, "src/more.py": EVAL, **_CONFIGURATIONS[configuration]}))
    assert _places(result) == [("app.py", "B307"), ("src/more.py", "B307")]
    assert (result.gaps, result.covered) == ((), {"app.py", "src/more.py"})


_NAMES = (
    "-rf.py", "--help.py", "--version.py", "-c.py", "--exclude=app.py", "@arguments.py", "-.py",
    "a b.py", "a,b.py", "[a].py", "*.py", "?.py", "%41.py", "$HOME.py", "ü.py", "'q'.py",
    ".git.py", "CVS/a.py", ".svn/a.py", ".tox/a.py", ".eggs/a.py", "__pycache__/a.py", "tests/a.py",
    "vendor/a.py", "build/a.py", "node_modules/a.py", "site-packages/a.py", "stub.pyi", "window.pyw",
)  # fmt: skip


def test_names_like_options_patterns_and_folders_that_tools_leave_out_are_looked_at(tree: Tree, bandit: Look) -> None:
    result = bandit(tree(dict.fromkeys(_NAMES, EVAL)))
    assert sorted(found.location.path for found in result.findings) == sorted(_NAMES)
    assert (result.gaps, result.covered) == ((), frozenset(_NAMES))


def test_inline_markers_hide_nothing(tree: Tree, bandit: Look) -> None:
    marked = "eval(input())  # nosec\neval(input())  # nosec B307 - why\nexec('1')  # nosec: exec_used\n"
    result = bandit(tree({"app.py": marked}))
    assert _places(result) == [("app.py", "B307"), ("app.py", "B307"), ("app.py", "B102")]


def test_a_finding_is_read_whole(tree: Tree, bandit: Look) -> None:
    result = bandit(tree({"app.py": "import subprocess\nsubprocess.call(\n    'ls ' + x,\n    shell=True,\n)\n"}))
    shell = Finding(
        scanner="bandit",
        kind=Kind.CODE,
        rule="B602",
        message="subprocess call with shell=True identified, security issue.",
        location=Location(path="app.py", line=2, end_line=5),  # bandit quotes line 4 alone: no columns
        severity=Severity.HIGH,
        severity_source="bandit",
        confidence=Confidence.HIGH,
        cwes=frozenset({78}),
        help_url="https://bandit.readthedocs.io/en/latest/plugins/b602_subprocess_popen_with_shell_equals_true.html",
    )
    assert result.findings[1] == shell


def test_the_text_of_a_password_is_not_repeated(tree: Tree, bandit: Look) -> None:
    source = (
        "password = 'hunter2'\nlogin(password='hunter2')\n\n\ndef log_in(password='hunter2'):\n    return password\n"
    )
    result = bandit(tree({"app.py": source}))
    assert [(found.rule, found.message) for found in result.findings] == [
        ("B105", "Possible hardcoded password in a string."),
        ("B106", "Possible hardcoded password in a function argument."),
        ("B107", "Possible hardcoded password in a function's default argument."),
    ]


_COLUMNS: dict[str, tuple[str | bytes, tuple[int, int | None, int, int | None]]] = {
    "letters of two, three and four bytes": ("x = 'é€😀'; eval(x)\n", (1, 12, 1, 19)),
    "over several lines": ("y = ('日本', eval(\n    'é' +\n    'x'))\n", (1, 12, 3, 9)),
    "a name that is not ASCII": ("größe = eval('1')\n", (1, 9, 1, 18)),
    "a byte order mark": (b"\xef\xbb\xbfeval('1')\n", (1, 1, 1, 10)),
    "an encoding of single bytes": (b"# coding: latin-1\ns = '\xe9\xe9'; eval(s)\n", (2, 11, 2, 18)),
    "tabs": ("if x:\n\teval('1')\n", (2, 2, 2, 11)),
    "CR and LF": ("x = 1\r\neval('1')\r\n", (2, 1, 2, 10)),
    "CR alone": ("x = 1\reval('1')\r", (2, 1, 2, 10)),
    "a form feed": ("\x0cx = 1\n\x0c\neval('1')\n", (3, 1, 3, 10)),
}


@pytest.mark.parametrize("case", _COLUMNS)
def test_columns_are_code_points(case: str, tree: Tree, bandit: Look) -> None:
    source, (line, column, end_line, end_column) = _COLUMNS[case]
    (found,) = bandit(tree({"app.py": source})).findings
    assert found.location == Location(path="app.py", line=line, column=column, end_line=end_line, end_column=end_column)


_UNREADABLE: dict[str, str | bytes] = {
    "a function without an end": "def f(:\n    pass\n",
    "random bytes": bytes(range(256)) * 12,
    "a NUL byte": "x = 1\x00\neval(x)\n",
    "Python 2": "print 'x'\nexec 'x'\n",
    "bytes that are not UTF-8": b"s = '\xe9'; eval(s)\n",
    "an encoding that there is not": "# coding: no-such\neval(x)\n",
    "UTF-16": "eval(input())\n".encode("utf-16"),
    "tabs and spaces": "def f():\n\teval(x)\n        eval(x)\n",
}


@pytest.mark.parametrize("case", _UNREADABLE)
def test_a_file_that_cannot_be_parsed_is_a_gap_and_the_others_are_looked_at(
    case: str, tree: Tree, bandit: Look
) -> None:
    result = bandit(tree({"bad.py": _UNREADABLE[case], "good.py": EVAL}))
    assert (_places(result), result.covered) == ([("good.py", "B307")], {"good.py"})
    assert _gaps(result) == {"bad.py": CANNOT_PARSE}


def test_an_empty_file_and_one_of_white_space_are_covered(tree: Tree, bandit: Look) -> None:
    result = bandit(tree({"empty.py": "", "blank.py": "  \n\n", "comment.py": "# nothing"}))
    assert (result.findings, result.gaps) == ((), ())
    assert result.covered == {"empty.py", "blank.py", "comment.py"}


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python reads the syntax of 3.12")
def test_code_newer_than_the_interpreter_is_outdated_where_semgrep_and_the_parser_have_read_it(
    tree: Tree, scan: Scan
) -> None:
    newer = {
        "alias.py": "type Name = str\n",
        "generic.py": "def first[T](items: list[T]) -> T:\n    return items[0]\n",
        "quotes.py": "x = f'{'a'}'\n",
    }
    root = tree({**newer, "good.py": EVAL})
    results = scan(root, "bandit", "semgrep", "syntax", refused=["banditrs"], reconciled=True)
    detail = (
        "bandit cannot parse it: valid code, newer than the Python that runs bandit; semgrep has read it: "
        "run devsecgate under a newer Python, or install devsecgate[fast]"
    )
    gaps = tuple(Gap(scanner="bandit", reason=GapReason.OUTDATED, detail=detail, path=path) for path in sorted(newer))
    assert (results["bandit"].gaps, results["semgrep"].gaps, results["syntax"].gaps) == (gaps, (), ())
    alone = scan(root, "bandit", "syntax", refused=["banditrs"], reconciled=True)["bandit"]
    assert _gaps(alone) == dict.fromkeys(newer, CANNOT_PARSE)


@pytest.mark.parametrize(
    ("encoding", "source"),
    [
        ("utf-7", b"# coding: utf-7\n+AGU-val(input())\n"),
        ("utf-7 in a comment", b"# coding: utf-7\n# +AAo-eval(input())\n"),
        ("unicode_escape", b"#!/usr/bin/python\n# -*- coding: unicode_escape -*-\n# \\u000aeval(input())\n"),
        ("raw_unicode_escape", b"# vim: set fileencoding=raw_unicode_escape :\n# \\u000aeval(input())\n"),
        ("shift_jis", b'# coding: shift_jis\nx = "\xc2\x81\\" ; eval(input()) #"\n'),
    ],
)
@pytest.mark.parametrize("refused", ENGINES)
def test_an_encoding_cannot_hide_code(
    encoding: str, source: bytes, refused: str, tree: Tree, scan: Scan, program: Callable[[str], str]
) -> None:
    """Python runs the call that semgrep and ruff, which read UTF-8, take for something else."""
    program("banditrs")
    results = scan(tree({"app.py": source}), "bandit", "semgrep", "syntax", refused=[refused], reconciled=True)
    gaps = [(gap.scanner, gap.reason) for each in results.values() for gap in each.gaps]
    assert ("semgrep", GapReason.UNREADABLE) in gaps or ("syntax", GapReason.UNREADABLE) in gaps
    assert GapReason.OUTDATED not in {reason for _, reason in gaps}
    assert results["semgrep"].covered == frozenset()
    if refused == "banditrs":
        assert _places(results["bandit"]) == [("app.py", "B307")]


def test_a_test_of_bandit_that_crashes_is_a_gap(tree: Tree, scan: Scan, toolbox: Toolbox) -> None:
    said = (
        "[tester]\\tERROR\\tBandit internal error running: hashlib on file ././app.py at line 3: boom"
        "Traceback (most recent call last):"
    )
    toolbox.fake("bandit", f"print({said!r}, file=sys.stderr, flush=True)\nos.execv(REAL, [REAL, *sys.argv[1:]])\n")
    result = scan(tree({"app.py": EVAL, "more.py": ""}), "bandit", refused=["banditrs"])["bandit"]
    detail = "bandit's test hashlib crashed at line 3"
    assert result.gaps == (Gap(scanner="bandit", reason=GapReason.FAILED, detail=detail, path="app.py"),)
    assert (result.covered, _places(result)) == ({"more.py"}, [("app.py", "B307")])


def test_more_on_stderr_than_can_be_read_is_a_gap() -> None:
    job = Job(
        root=Path("/tree"),
        files=("./a.py",),
        canary=Path("/canary/canary.py"),
        scratch=Path("/scratch"),
        engine="bandit",
        settings=Settings(),
    )
    report = b'{"errors": [], "metrics": {"_totals": {"loc": 0}, "./a.py": {"loc": 1}}, "results": []}'
    parsed = SCANNER.parse(Output(stdout=report, stderr=b"x" * (1 << 20), exit=0), job)
    detail = "bandit said more on stderr than can be read"
    assert parsed.gaps == (Gap(scanner="bandit", reason=GapReason.FAILED, detail=detail),)


def test_a_file_that_is_too_deep_for_python_is_a_gap_and_no_crash(tree: Tree, scan: Scan) -> None:
    deep = "x = " + "+".join(["1"] * 20_000) + "\n"
    result = scan(tree({"deep.py": deep, "good.py": EVAL}), "bandit", refused=["banditrs"])["bandit"]
    assert _gaps(result) == {"deep.py": (GapReason.FAILED, "bandit failed while it looked at this file")}
    assert _places(result) == [("good.py", "B307")]


def test_a_file_that_vanishes_is_a_gap(tree: Tree, scan: Scan, toolbox: Toolbox) -> None:
    root = tree({"app.py": EVAL, "gone.py": EVAL})
    gone = f"if './gone.py' in sys.argv: os.unlink({str(root / 'gone.py')!r})\n"
    toolbox.fake("bandit", gone + "os.execv(REAL, [REAL, *sys.argv[1:]])\n")
    result = scan(root, "bandit", refused=["banditrs"])["bandit"]
    detail = "bandit cannot read it: No such file or directory"
    assert _gaps(result) == {"gone.py": (GapReason.UNREADABLE, detail)}


@pytest.mark.skipif(os.cpu_count() == 1, reason="one processor has one share")
def test_each_share_of_the_files_proves_itself(tree: Tree, scan: Scan) -> None:
    result = scan(tree({f"{number:02}.py": EVAL for number in range(30)}), "bandit", processors=3)["bandit"]
    assert (result.canaries, len(result.findings), len(result.covered), result.gaps) == (1, 30, 30, ())
