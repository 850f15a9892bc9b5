"""Progress is for a person at a terminal: shown on stderr there, and nowhere else."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Tree = Callable[[dict[str, str | bytes]], Path]
GATE = (sys.executable, "-m", "devsecgate", "gate", ".", "--offline")


def on_a_terminal(folder: Path, *flags: str, **environment: str) -> tuple[int, bytes, bytes]:
    """Run the gate with a terminal for stderr; give its exit code, stdout, and what the terminal got."""
    ours, theirs = pty.openpty()
    known = {"PATH": os.environ["PATH"], "HOME": str(folder), "TERM": "xterm", **environment}
    with subprocess.Popen([*GATE, *flags], cwd=folder, env=known, stdout=subprocess.PIPE, stderr=theirs) as child:
        os.close(theirs)
        assert child.stdout is not None
        shown = b""
        while True:
            try:
                chunk = os.read(ours, 1 << 16)
            except OSError:  # Linux: the other side is closed
                break
            if not chunk:
                break
            shown += chunk
        out = child.stdout.read()
    os.close(ours)
    return child.returncode, out, shown


@pytest.fixture
def project(tree: Tree) -> Path:
    return tree({"app.py": "VALUE = 1\n"})


def test_a_terminal_shows_every_scanner_at_work(project: Path) -> None:
    code, out, shown = on_a_terminal(project)
    assert code == 0, out
    assert {name for name in (b"bandit", b"semgrep", b"secrets", b"syntax") if name not in shown} == set()


def test_nothing_is_left_on_the_terminal_but_the_result(project: Path) -> None:
    _, out, _ = on_a_terminal(project)
    assert out.lstrip().startswith(b"PASS")
    assert b"\x1b[" not in out


def test_quiet_shows_no_progress(project: Path) -> None:
    assert on_a_terminal(project, "--quiet") == (0, b"", b"")


def test_progress_has_no_colour_where_none_is_wanted(project: Path) -> None:
    _, _, shown = on_a_terminal(project, NO_COLOR="1")
    assert b"bandit" in shown
    assert b"\x1b[3" not in shown
    assert b"\x1b[9" not in shown


def test_a_pipe_gets_no_progress(project: Path) -> None:
    done = subprocess.run(GATE, cwd=project, capture_output=True, check=False)
    assert done.stderr == b""
