"""The fault matrix: whatever breaks, the gate never exits 0, and every report agrees with its exit code.

Each case runs the real command on a small clean project, with one thing broken. The first test shows
that the same run exits 0 when nothing is broken.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from worlds import RECORD, REPORTS, TIMEOUT, TOOL_FAULTS, World, agree, alive, make_world

TOOLS = ("bandit", "semgrep", "ruff")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A small clean project, and the real tools behind links, so that each can be replaced."""
    return make_world(tmp_path)


def test_the_same_run_passes_when_nothing_is_broken(world: World) -> None:
    code, printed = world.run()
    assert code == 0, printed
    assert sorted(path.name for path in world.reports.iterdir()) == sorted(REPORTS)
    agree(world, code)


def test_a_closed_folder_on_the_path_is_passed_over(world: World) -> None:
    closed = world.base / "closed"
    closed.mkdir(mode=0)
    world.environment["PATH"] = f"{closed}{os.pathsep}{os.environ['PATH']}"
    _without_privileges(world)
    code, printed = world.run()
    assert code == 0, printed


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("fault", TOOL_FAULTS)
def test_a_tool_that(fault: str, tool: str, world: World) -> None:
    world.fake(tool, TOOL_FAULTS[fault])
    code, printed = world.run()
    assert code == 3, printed
    agree(world, code)


@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_that_is_missing(tool: str, world: World) -> None:
    (world.tools / tool).unlink()
    world.environment["PATH"] = "/nowhere"
    code, printed = world.run()
    assert code == 3, printed
    assert f"{tool} is not installed" in (world.reports / "json").read_text()
    agree(world, code)


@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_that_is_not_executable(tool: str, world: World) -> None:
    (world.tools / tool).unlink()
    (world.tools / tool).write_text("#!/bin/sh\nexit 0\n")
    world.environment["PATH"] = "/nowhere"
    code, printed = world.run()
    assert code == 3, printed
    agree(world, code)


@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_that_hangs_is_stopped_with_its_grandchild(tool: str, world: World) -> None:
    pid = world.base / "grandchild"
    world.policy.write_text(world.policy.read_text().replace(str(TIMEOUT * 8), str(TIMEOUT)))
    world.fake(
        tool,
        "child = subprocess.Popen(['sleep', '600'], start_new_session=True)\n"
        f"open({str(pid)!r}, 'w').write(str(child.pid))\n"
        "time.sleep(600)",
    )
    code, printed = world.run()
    assert code == 3, printed
    assert "was stopped after" in (world.reports / "json").read_text()
    assert not alive(int(pid.read_text()))
    agree(world, code)


@pytest.mark.parametrize("tool", TOOLS)
def test_a_file_that_vanishes_during_the_scan(tool: str, world: World) -> None:
    gone = world.tree / "more.py"
    world.fake(tool, f"if './more.py' in sys.argv: os.unlink({str(gone)!r})\nos.execv(REAL, [REAL, *sys.argv[1:]])")
    code, printed = world.run()
    assert code == 3, printed
    assert "more.py" in (world.reports / "json").read_text()
    agree(world, code)


@pytest.mark.parametrize("place", ['{"path": "more.py", "start": {"line": 1, "col": 1}}', "None"])
def test_a_function_that_semgrep_has_no_time_for(place: str, world: World) -> None:
    """Its report has no error then, and names the file among those that it looked at."""
    world.fake(
        "semgrep",
        "import json\ndone = subprocess.run([REAL, *sys.argv[1:]], stdout=subprocess.PIPE)\n"
        "report = json.loads(done.stdout)\n"
        f"report['time']['fixpoint_timeouts'].append({{'location': {place}}})\n"
        "print(json.dumps(report))\nsys.exit(done.returncode)\n",
    )
    code, printed = world.run()
    assert code == 3, printed
    assert "ran out of time" in (world.reports / "json").read_text()
    agree(world, code)


def test_a_function_with_more_values_than_semgrep_follows(world: World) -> None:
    lines = "".join(f"    print(v{number} := input())\n" for number in range(60))
    (world.tree / "wide.py").write_text(f"def wide():\n{lines}")
    code, printed = world.run()
    assert code == 3, printed
    assert "more values than semgrep follows in one function: wide" in (world.reports / "json").read_text()
    agree(world, code)


def _rule_that_is_broken(world: World) -> None:
    (world.base / "rules").mkdir()
    (world.base / "rules" / "broken.yaml").write_text("rules:\n  - id: broken\n    pattern: [\n")
    world.policy.write_text(world.policy.read_text().replace("scanners: {", "scanners: {rules: [./rules], "))


def _rule_without_a_pattern(world: World) -> None:
    (world.base / "rules").mkdir()
    rule = "rules:\n  - {id: broken, languages: [python], severity: LOW, message: m}\n"
    (world.base / "rules" / "broken.yaml").write_text(rule)
    world.policy.write_text(world.policy.read_text().replace("scanners: {", "scanners: {rules: [./rules], "))


def _unreadable_file(world: World) -> None:
    (world.tree / "closed.py").touch(mode=0)
    _without_privileges(world)


def _unreadable_folder(world: World) -> None:
    (world.tree / "closed").mkdir(mode=0)
    _without_privileges(world)


def _without_privileges(world: World) -> None:
    """Root may read and write everything: where the tests are root's, the command gives up what makes it so."""
    if os.geteuid() != 0:
        return
    if shutil.which("setpriv") is None:
        pytest.skip("the program setpriv is not installed")
    world.before = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"]


def _name(name: bytes) -> Callable[[World], None]:
    def arrange(world: World) -> None:
        os.close(os.open(bytes(world.tree) + b"/" + name, os.O_CREAT | os.O_WRONLY))

    return arrange


def _link(end: str) -> Callable[[World], None]:
    return lambda world: (world.tree / "link.py").symlink_to(end)


def _advisories(name: str, content: bytes) -> Callable[[World], None]:
    def arrange(world: World) -> None:
        shutil.rmtree(world.advisories)
        (world.advisories / name).parent.mkdir(parents=True)
        (world.advisories / name).write_bytes(content)

    return arrange


def _archive(**records: str) -> bytes:
    import io

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in records.items():
            archive.writestr(f"{name}.json", content)
    return buffer.getvalue()


def _empty_tree(world: World) -> None:
    shutil.rmtree(world.tree)
    world.tree.mkdir()


def _reports_folder(mode: int) -> Callable[[World], None]:
    def arrange(world: World) -> None:
        _without_privileges(world)
        world.reports.chmod(mode)
        world.environment["HOME"] = "/nonexistent"

    return arrange


def _write(name: str, content: str | bytes) -> Callable[[World], None]:
    def arrange(world: World) -> None:
        (world.tree / name).parent.mkdir(parents=True, exist_ok=True)
        (world.tree / name).write_bytes(content.encode() if isinstance(content, str) else content)

    return arrange


_INCOMPLETE: dict[str, Callable[[World], None]] = {
    "a rule file that is no YAML": _rule_that_is_broken,
    "a rule without a pattern": _rule_without_a_pattern,
    "a file that cannot be read": _unreadable_file,
    "a folder that cannot be read": _unreadable_folder,
    "a Python file that nobody can parse": _write("broken.py", "def f(:\n"),
    "random bytes called Python": _write("random.py", bytes(range(256)) * 12),
    "a NUL byte in a Python file": _write("nul.py", "x = 1\x00\n"),
    "a line of 50 MB": _write("long.py", b"x = '" + b"a" * 50_000_000 + b"'\n"),
    "a link out of the tree": _link("/etc/hostname"),
    "a link to nothing": _link("gone.py"),
    "a loop of links": _link("link.py"),
    "a FIFO": lambda world: os.mkfifo(world.tree / "fifo.py"),
    "a name that is not UTF-8": _name(b"caf\xe9.py"),
    "a name with a newline": _name(b"a\nb.py"),
    "a name shaped like a workflow command": _name(b"::error::stop.py"),
    "a name with terminal escapes": _name(b"\x1b[2Jclear.py"),
    "an empty tree": _empty_tree,
    "an advisory folder that is empty": lambda world: shutil.rmtree(world.advisories / "PyPI"),
    "an advisory archive that is cut": _advisories("PyPI/all.zip", _archive(a=json.dumps(RECORD))[:-30]),
    "an advisory archive without records": _advisories("PyPI/all.zip", _archive()),
    "an advisory archive with one malformed record":
        _advisories("PyPI/all.zip", _archive(a=json.dumps(RECORD), b='{"id": 7')),
    "an advisory archive that is no archive": _advisories("PyPI/all.zip", b"<html>not found</html>"),
    "no advisories and no network": lambda world: setattr(world, "advised", False),
    "a requirement without a pin": _write("requirements.txt", "flask\n"),
    "a requirement from an address": _write("requirements.txt", "thing @ https://files.example/thing.tar.gz\n"),
    "a requirements line that is no requirement": _write("requirements.txt", "flask==3.0.0\n!!!\n"),
    "an include that is not there": _write("requirements.txt", "-r missing.txt\n"),
    "an include out of the tree": _write("requirements.txt", "-r ../../../../etc/hostname\n"),
    "a lockfile that is cut": _write("poetry.lock", '[[package]]\nname = "fl'),
    "a reports folder that cannot be written": _reports_folder(0o555),
}  # fmt: skip


@pytest.mark.parametrize("fault", _INCOMPLETE)
def test_incomplete_on(fault: str, world: World) -> None:
    _INCOMPLETE[fault](world)
    code, printed = world.run()
    assert code == 3, printed
    agree(world, code)


_USAGE: dict[str, tuple[Callable[[World], None], str]] = {
    "a misspelt key in the policy":
        (lambda world: _policy(world, "ruels: []"), "rules"),
    "a misspelt value in the policy":
        (lambda world: _policy(world, "layers: {code: requierd}"), "required"),
    "a policy that is no YAML":
        (lambda world: _policy(world, "rules: [}"), "policy.yaml"),
    "a policy that is not there":
        (lambda world: world.policy.unlink(), "policy.yaml"),
    "a policy that is a FIFO":
        (lambda world: _in_place_of(world.policy, os.mkfifo), "policy.yaml"),
    "a policy that loosens what its base does not allow":
        (lambda world: _policy(world, "layers: {code: off}"), "layers"),
    "a waiver without an owner":
        (lambda world: _policy(world, "waivers: [{rule: B1, path: a.py, reason: r, expires: 2030-01-01}]"), "owner"),
    "a target that is not there":
        (lambda world: shutil.rmtree(world.tree), "tree"),
    "a target that is a file":
        (lambda world: _in_place_of(world.tree, Path.touch), "tree"),
    "a folder of advisories that is not there":
        (lambda world: shutil.rmtree(world.advisories), "advisories"),
    "a flag that does not exist":
        (lambda world: world.arguments.append("--no-such-flag"), "--no-such-flag"),
    "a report of a kind that does not exist":
        (lambda world: world.arguments.append("--report=sarfi=x"), "sarif"),
    "a plug-in that is not there":
        (lambda world: _policy(world, "plugins: [no-such-plugin]"), "no-such-plugin"),
}  # fmt: skip


def _in_place_of(path: Path, make: Callable[[Path], None]) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    make(path)


def _policy(world: World, line: str) -> None:
    world.policy.write_text(world.policy.read_text() + line + "\n")


@pytest.mark.parametrize("fault", _USAGE)
def test_refused_is(fault: str, world: World) -> None:
    arrange, said = _USAGE[fault]
    arrange(world)
    code, printed = world.run()
    assert code == 2, printed
    assert said in printed
    assert "Traceback" not in printed
    agree(world, code)


def test_a_problem_is_a_failure_even_where_something_was_not_seen(world: World) -> None:
    (world.tree / "bad.py").write_text("import subprocess\nsubprocess.call('ls ' + input(), shell=True)\n")
    (world.tree / "broken.py").write_text("def f(:\n")
    code, printed = world.run()
    assert code == 1, printed
    (invocation,) = json.loads((world.reports / "sarif").read_bytes())["runs"][0]["invocations"]
    assert (invocation["exitCode"], invocation["executionSuccessful"]) == (1, False)


def _mounted(world: World, folder: Path, size: str) -> Iterator[None]:
    folder.mkdir(exist_ok=True)
    mount = shutil.which("mount")
    argv = (mount or "mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder)
    done = subprocess.run(argv, check=False, capture_output=True)
    if done.returncode != 0:
        pytest.skip("mounting a small file system needs more rights")
    yield
    subprocess.run(("umount", "-l", folder), check=True)


@pytest.fixture
def full_reports(world: World) -> Iterator[World]:
    """The folder of reports is on a file system that is too small for them."""
    for _ in _mounted(world, world.reports, "8k"):
        yield world


@pytest.fixture
def full_scratch(world: World) -> Iterator[World]:
    """The folder of temporary files is on a file system that is too small for them."""
    scratch = world.base / "scratch"
    for _ in _mounted(world, scratch, "4k"):
        world.environment["TMPDIR"] = str(scratch)
        yield world


def test_a_full_disk_under_the_reports(full_reports: World) -> None:
    code, printed = full_reports.run()
    assert code == 3, printed
    assert "No space left" in printed
    agree(full_reports, code)


def test_a_full_disk_under_the_scratch_folder(full_scratch: World) -> None:
    code, printed = full_scratch.run()
    assert code in {3, 4}, printed
    agree(full_scratch, code)


def test_a_standard_output_that_cannot_be_written(world: World) -> None:
    with Path("/dev/full").open("wb") as full:
        environment = {"PATH": os.environ["PATH"], "HOME": str(world.base)}
        done = subprocess.run(
            world.command(), check=False, stdout=full, stderr=subprocess.PIPE, env=environment, timeout=120
        )
    assert done.returncode == 3, done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("tool", TOOLS)
def test_a_signal_during_a_scan_ends_all_at_once(tool: str, number: signal.Signals, world: World) -> None:
    pids = world.base / "pids"
    code = (
        "child = subprocess.Popen(['sleep', '600'], start_new_session=True)\n"
        f"open({str(pids)!r}, 'a').write(f'{{child.pid}} ')\n"
        "time.sleep(600)"
    )
    world.fake(tool, code)
    child = world.start()
    _wait_for(lambda: pids.is_file() and pids.read_text().endswith(" "))
    child.send_signal(number)
    _, err = child.communicate(timeout=30)
    assert (child.returncode, b"interrupted" in err) == (130, True)
    assert not any(alive(int(pid)) for pid in pids.read_text().split())
    agree(world, 130)


_STAGES = {
    "reading the policy": "policy/loading.py:effective",
    "reading the tree": "target.py:_collect",
    "planning": "plan.py:plan",
    "digesting the files": "contents.py:read",
    "asking the cache": "cache.py:known",
    "starting the scanners": "run.py:_begin",
    "preparing a job": "jobs.py:_prepare",
    "reading an output": "jobs.py:_read",
    "keeping answers": "cache.py:keep",
    "accounting for files": "coverage.py:reconcile",
    "reading markers": "suppressions.py:apply",
    "merging": "correlate.py:correlate",
    "judging": "verdict.py:judge",
    "rendering": "reports/json_report.py:render",
    "writing the reports": "write.py:_replace",
}
_SIGNALLED = """
import os, signal, sys, threading
place, number = sys.argv.pop(1), int(sys.argv.pop(1))
name, function = place.split(":")
sent = threading.Lock()
def watch(frame, event, argument):
    code = frame.f_code
    if event == "call" and code.co_name == function and code.co_filename.endswith("devsecgate/" + name):
        if sent.acquire(blocking=False):
            os.kill(os.getpid(), number)
sys.setprofile(watch)
threading.setprofile(watch)
from devsecgate.__main__ import main
main()
"""
"""Runs the command, and sends it a signal the first time that one of its functions is called."""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("stage", _STAGES)
def test_a_signal_while(stage: str, number: signal.Signals, world: World) -> None:
    (world.tree / "found.py").write_text("assert input()\n")  # markers are read, and issues merged, where there are any
    ours = ["-m", "devsecgate"]
    command = world.command()
    at = command.index(ours[0])
    command[at : at + 2] = ["-c", _SIGNALLED, _STAGES[stage], str(int(number))]
    environment = {"PATH": os.environ["PATH"], "HOME": str(world.base)}
    done = subprocess.run(command, cwd=world.base, env=environment, capture_output=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (130, b""), done.stderr
    assert b"interrupted" in done.stderr
    agree(world, 130)
    assert [child for child in psutil.Process().children(recursive=True) if child.status() != "zombie"] == []


def _wait_for(condition: Callable[[], bool]) -> None:
    """Poll, for at most a minute, until something that another process does has happened."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.01)
