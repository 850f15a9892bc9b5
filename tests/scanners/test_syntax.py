"""The parser that vouches for the others: it covers what it has parsed, and says why where it has not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest

from devsecgate.model import Gap, GapReason, ScanResult

Tree = Callable[[dict[str, str | bytes]], Path]
Scan = Callable[..., dict[str, ScanResult]]


class Toolbox(Protocol):
    """The fixture: a folder of programs, each of which can be replaced."""

    def fake(self, tool: str, code: str) -> None: ...


def _gap(path: str, detail: str) -> Gap:
    return Gap(scanner="syntax", reason=GapReason.UNREADABLE, detail=detail, path=path)


_PARSED: dict[str, str | bytes] = {
    "empty.py": "",
    "blank.py": " \n\n",
    "no end of line.py": "x = 1",
    "stub.pyi": "def f() -> int: ...\n",
    "window.pyw": "x = 1\n",
    "mark.py": b"\xef\xbb\xbfx = 1\n",
    "cr.py": "x = 1\ry = 2\r",
    "3.10.py": "match x:\n    case {'a': 1, **rest}: pass\n",
    "3.11.py": "try: pass\nexcept* OSError: pass\nx = a[*b]\n",
    "3.12.py": "type X[T] = list[T]\nx = f'{'a'}'\n",
    "3.13.py": "def f[T = int](x: T) -> T: return x\n",
    "3.14.py": "x = t'{a}'\ntry: pass\nexcept A, B: pass\n",
    "3.15.py": "lazy import os\nx = [*a for a in b]\n",
    "all is quiet.py": "# ruff: noqa\n# flake8: noqa\nx = 1\n",
    "with a notice.py": "# Copyright 2026 Somebody\n# SPDX-License-Identifier: MIT\nx = 1\n",
    "tests/a.py": "x = 1\n",
    ".venv/a.py": "x = 1\n",
    "node_modules/a.py": "x = 1\n",
    "build/a.py": "x = 1\n",
    "-rf.py": "x = 1\n",
    "--config=a.py": "x = 1\n",
    "@a.py": "x = 1\n",
    "[a]*.py": "x = 1\n",
    "a b.py": "x = 1\n",
    "ü.py": "x = 1\n",
    "2,000 terms.py": f"x = {'+'.join(['1'] * 2_000)}\n",
    "20,000 calls.py": f"f{'()' * 20_000}\n",
}


def test_what_python_can_parse_is_covered_up_to_its_newest_grammar(tree: Tree, scan: Scan) -> None:
    result = scan(tree(_PARSED), "syntax")["syntax"]
    assert (result.findings, result.gaps, result.canaries) == ((), (), 1)
    assert result.covered == frozenset(_PARSED)


def test_no_configuration_of_the_tree_has_a_say(tree: Tree, scan: Scan) -> None:
    configuration: dict[str, str | bytes] = {
        "ruff.toml": "extend-exclude = ['*']\n[lint]\nselect = []\n",
        ".ruff.toml": "include = []\n",
        "pyproject.toml": "[tool.ruff]\nrequired-version = '==0.0.1'\nexclude = ['*.py']\n",
        "src/ruff.toml": "this is no TOML",
        ".gitignore": "*.py\n",
        ".ignore": "*.py\n",
    }
    result = scan(tree({"app.py": "x = 1\n", "src/more.py": "def f(:\n", **configuration}), "syntax")["syntax"]
    assert result.covered == {"app.py"}
    detail = "ruff cannot parse it (line 1: Expected a parameter or the end of the parameter list)"
    assert result.gaps == (_gap("src/more.py", detail),)


def test_what_nobody_can_parse_is_a_gap_with_the_first_reason_and_its_line(tree: Tree, scan: Scan) -> None:
    result = scan(
        tree(
            {
                "colon.py": "x = 1\ndef f(:\n    pass\n)\n",
                "python 2.py": "print 'x'\n",
                "nul.py": "x = 1\x00\n",
                "random.py": bytes(range(256)) * 12,
                "latin.py": b"# coding: latin-1\nx = '\xe9'\n",
                "utf-16.py": "x = 1\n".encode("utf-16"),
                "good.py": "x = 1\n",
            }
        ),
        "syntax",
    )["syntax"]
    assert result.covered == {"good.py"}
    assert result.gaps == (
        _gap("colon.py", "ruff cannot parse it (line 2: Expected a parameter or the end of the parameter list)"),
        _gap("latin.py", "ruff cannot read it (stream did not contain valid UTF-8)"),
        _gap("nul.py", r"ruff cannot parse it (line 1: Got unexpected token \x00)"),
        _gap(
            "python 2.py",
            "ruff cannot parse it (line 1: Simple statements must be separated by newlines or semicolons)",
        ),
        _gap("random.py", "ruff cannot read it (stream did not contain valid UTF-8)"),
        _gap("utf-16.py", "ruff cannot read it (stream did not contain valid UTF-8)"),
    )


def test_a_file_that_vanishes_is_a_gap(tree: Tree, scan: Scan, toolbox: Toolbox) -> None:
    root = tree({"app.py": "x = 1\n", "gone.py": "x = 1\n"})
    toolbox.fake("ruff", f"os.unlink({str(root / 'gone.py')!r}) if 'check' in sys.argv else None\n{_REAL}")
    result = scan(root, "syntax")["syntax"]
    assert result.covered == {"app.py"}
    assert [(gap.path, gap.reason) for gap in result.gaps] == [("gone.py", GapReason.UNREADABLE)]


_REAL = "os.execv(REAL, [REAL, *sys.argv[1:]])\n"


def test_a_ruff_that_says_nothing_of_a_file_has_not_read_it(tree: Tree, scan: Scan, toolbox: Toolbox) -> None:
    """A linter is silent about a good file; ours is made to speak of each, so that silence is a gap."""
    toolbox.fake("ruff", f"sys.argv = [each for each in sys.argv if each != './app.py']\n{_REAL}")
    result = scan(tree({"app.py": "x = 1\n", "more.py": "x = 1\n"}), "syntax")["syntax"]
    assert (result.covered, result.canaries) == ({"more.py"}, 1)
    assert result.gaps == (_gap("app.py", "syntax does not account for this file"),)


def test_a_ruff_that_is_too_old_for_the_newest_grammar_is_a_gap_of_the_whole_run(
    tree: Tree, scan: Scan, toolbox: Toolbox
) -> None:
    toolbox.fake("ruff", f"sys.argv = [each.replace('py315', 'py999') for each in sys.argv]\n{_REAL}")
    result = scan(tree({"app.py": "x = 1\n"}), "syntax")["syntax"]
    assert (result.covered, [(gap.path, gap.reason) for gap in result.gaps]) == (
        frozenset(),
        [(None, GapReason.FAILED)],
    )


@pytest.mark.parametrize("refused", ["bandit", "banditrs"])
def test_an_encoding_that_bandit_reads_counts_as_parsed_but_not_as_seen_by_semgrep(
    refused: str, tree: Tree, scan: Scan, program: Callable[[str], str]
) -> None:
    program("banditrs")
    root = tree({"latin.py": b"# coding: latin-1\ns = '\xe9'; eval(s)\n", "good.py": "x = 1\n"})
    results = scan(root, "bandit", "semgrep", "syntax", refused=[refused], reconciled=True)
    detail = "is not UTF-8: semgrep's regular expressions see nothing of it; convert it to UTF-8"
    assert {name: (each.gaps, each.covered) for name, each in results.items()} == {
        "bandit": ((), {"good.py", "latin.py"}),
        "semgrep": (
            (Gap(scanner="semgrep", reason=GapReason.UNREADABLE, detail=detail, path="latin.py"),),
            {"good.py"},
        ),
        "syntax": ((), {"good.py", "latin.py"}),
    }
