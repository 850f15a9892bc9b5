"""Children: what comes back from them, and that nothing of them is left."""

from __future__ import annotations

import sys
from pathlib import Path

import psutil
import pytest

from devsecgate import process
from devsecgate.process import Limits, Stopped

_GENEROUS = Limits(timeout=60, output=1 << 20, memory=1 << 33)


def _python(code: str, tmp_path: Path, *, limits: Limits = _GENEROUS, stdin: bytes = b"") -> process.Completed:
    environment = process.clean_environment(scratch=tmp_path, root=tmp_path / "tree", network=False, extra={})
    return process.run((sys.executable, "-c", code), cwd=tmp_path, environment=environment, limits=limits, stdin=stdin)


def _alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_output_and_exit_code_come_back(tmp_path: Path) -> None:
    done = _python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(7)", tmp_path)
    assert (done.stdout, done.stderr, done.exit, done.stopped) == (b"out\n", b"err\n", 7, None)


def test_a_large_input_and_a_large_output_do_not_block_each_other(tmp_path: Path) -> None:
    code = "import sys\nfor line in sys.stdin.buffer: sys.stdout.buffer.write(line)"
    data = b"x" * 999 + b"\n"
    done = _python(code, tmp_path, limits=Limits(timeout=60, output=1 << 24, memory=1 << 33), stdin=data * 5000)
    assert (done.exit, len(done.stdout)) == (0, 5_000_000)


def test_a_child_that_does_not_read_its_input_is_not_waited_for(tmp_path: Path) -> None:
    assert _python("pass", tmp_path, stdin=b"x" * 10_000_000).exit == 0


def test_a_hanging_child_is_stopped_with_its_grandchild(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], start_new_session=True)\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(600)"
    )
    done = _python(code, tmp_path, limits=Limits(timeout=1.5, output=1 << 20, memory=1 << 33))
    assert done.stopped is Stopped.TIMEOUT
    psutil.wait_procs([psutil.Process(int(done.stdout))] if psutil.pid_exists(int(done.stdout)) else [], timeout=10)
    assert not _alive(int(done.stdout))


def test_a_grandchild_that_holds_the_pipes_is_not_waited_for_and_is_stopped(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], start_new_session=True)\n"
        "print(child.pid, flush=True)"
    )
    done = _python(code, tmp_path)
    assert (done.exit, done.stopped) == (0, None)
    psutil.wait_procs([psutil.Process(int(done.stdout))] if psutil.pid_exists(int(done.stdout)) else [], timeout=10)
    assert not _alive(int(done.stdout))


def test_endless_output_is_stopped_at_the_limit(tmp_path: Path) -> None:
    done = _python("while True: print('x' * 10000)", tmp_path)
    assert (done.stopped, len(done.stdout)) == (Stopped.OUTPUT, 1 << 20)


def test_output_that_passes_the_limit_just_before_the_end_is_told(tmp_path: Path) -> None:
    limits = Limits(timeout=60, output=10, memory=1 << 33)
    assert _python("print('x' * 10, end='')", tmp_path, limits=limits).stopped is None
    assert _python("print('x' * 11, end='')", tmp_path, limits=limits).stopped is Stopped.OUTPUT


def test_a_child_that_eats_memory_is_stopped(tmp_path: Path) -> None:
    code = "held = []\nwhile True: held.append(b'x' * 10_000_000)"
    assert _python(code, tmp_path, limits=Limits(timeout=60, output=10, memory=400_000_000)).stopped is Stopped.MEMORY


def test_a_signal_is_a_negative_exit_code(tmp_path: Path) -> None:
    assert _python("import os; os.kill(os.getpid(), 9)", tmp_path).exit == -9


def test_a_child_sees_a_clean_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("GITHUB_TOKEN", "not for children")
    monkeypatch.setenv("HTTPS_PROXY", "proxy.example")
    done = _python("import os; print(sorted(os.environ))", tmp_path)
    names = done.stdout.decode()
    assert "PYTHONPATH" not in names
    assert "GITHUB_TOKEN" not in names
    assert "HTTPS_PROXY" not in names
    assert "PYTHONSAFEPATH" in names


def test_a_network_scanner_keeps_the_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "proxy.example")
    environment = process.clean_environment(scratch=tmp_path, root=tmp_path, network=True, extra={})
    assert environment["HTTPS_PROXY"] == "proxy.example"


def test_a_module_in_the_working_directory_is_not_imported(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('the tree ran')")
    environment = process.clean_environment(scratch=tmp_path, root=tmp_path, network=False, extra={})
    argv = (sys.executable, "-m", "devsecgate.detectors")
    done = process.run(argv, cwd=tmp_path, environment=environment, limits=_GENEROUS)
    assert b"the tree ran" not in done.stderr


def test_programs_of_the_scanned_tree_are_never_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = tmp_path / "tree" / "bin" / "a-tool-of-the-tree"
    tool.parent.mkdir(parents=True)
    tool.write_text("#!/bin/sh\n")
    tool.chmod(0o755)
    monkeypatch.chdir(tmp_path / "tree")
    monkeypatch.setenv("PATH", f"bin:.::{tool.parent}")
    assert process.find(tool.name, root=tmp_path / "tree") is None
    assert process.find(tool.name, root=tmp_path / "elsewhere") == tool


def test_a_program_that_cannot_be_executed_is_not_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a-tool").write_text("#!/bin/sh\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert process.find("a-tool", root=tmp_path / "tree") is None
