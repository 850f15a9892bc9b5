"""A small clean project with its own toolbox, in which a test breaks one thing and runs the real command."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import psutil

REPORTS = ("json", "sarif", "github", "markdown", "cyclonedx", "console")
OUTCOMES = {0: "pass", 1: "fail", 3: "incomplete"}
TIMEOUT = 4

RECORD = {
    "id": "PYSEC-2020-1",
    "modified": "2020-01-01T00:00:00Z",
    "affected": [{"package": {"ecosystem": "PyPI", "name": "another"}, "versions": ["1.0"]}],
}


@dataclass(slots=True)
class World:
    """A project, a toolbox, and what the command is given; a fault changes one thing in it."""

    base: Path
    arguments: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    before: list[str] = field(default_factory=list)
    """What the command is run by, such as a limit."""
    advised: bool = True
    """Is the folder of advisory records given?"""
    with_tree: bool = True
    """Is the project given?"""

    @property
    def tree(self) -> Path:
        return self.base / "tree"

    @property
    def tools(self) -> Path:
        return self.base / "toolbox" / "bin"

    @property
    def advisories(self) -> Path:
        return self.base / "advisories"

    @property
    def reports(self) -> Path:
        return self.base / "reports"

    @property
    def policy(self) -> Path:
        return self.base / "policy.yaml"

    def command(self) -> list[str]:
        reports = [f"--report={kind}={self.reports / kind}" for kind in REPORTS]
        flags = ["--policy", str(self.policy), "--offline"]
        if self.advised:
            flags += ["--advisories", str(self.advisories)]
        program = [
            str(self.tools / "python"),
            "-m",
            "devsecgate",
            "gate",
            *([str(self.tree)] if self.with_tree else []),
        ]
        return [*self.before, *program, *flags, *reports, *self.arguments]

    def start(self) -> subprocess.Popen[bytes]:
        environment = {"PATH": _path(), "HOME": str(self.base), **self.environment}
        return subprocess.Popen(
            self.command(),
            cwd=self.base,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self) -> tuple[int, str]:
        """Give the exit code, and what was printed."""
        child = self.start()
        out, err = child.communicate(timeout=120)
        return child.returncode, (out + err).decode(errors="replace")

    def fake(self, tool: str, code: str) -> None:
        """Replace a tool by a Python program; REAL in its code is the path of the real one."""
        real = (self.tools / tool).resolve()
        (self.tools / tool).unlink()
        header = (
            f"#!{Path(sys.executable).resolve()} -IS\nimport os, signal, subprocess, sys, time\nREAL = {str(real)!r}\n"
        )
        (self.tools / tool).write_text(header + code)
        (self.tools / tool).chmod(0o755)


def _path() -> str:
    """Give the caller's PATH without the folders of another toolbox: what is found there would not be replaced."""
    known = os.environ["PATH"].split(os.pathsep)
    return os.pathsep.join(each for each in known if not Path(each, "banditrs").exists())


def make_world(folder: Path) -> World:
    """A small clean project, and the real tools behind links, so that each can be replaced."""
    made = World(base=folder)
    for folder in (made.tree, made.tools, made.advisories / "PyPI", made.reports):
        folder.mkdir(parents=True)
    (made.tree / "app.py").write_text("def greet(name):\n    return 'hello ' + name\n")
    (made.tree / "more.py").write_text("VALUE = 1\n")
    (made.tree / "requirements.txt").write_text("flask==3.0.0\n")
    (made.tree / "README.md").write_text("# A project\n")
    with zipfile.ZipFile(made.advisories / "PyPI" / "all.zip", "w") as archive:
        archive.writestr("PYSEC-2020-1.json", json.dumps(RECORD))
    made.policy.write_text(f"version: 1\nname: test\nextends: default\nscanners: {{timeout: {TIMEOUT * 8}}}\n")
    real = Path(sys.executable).parent
    shutil.copy(real.parent / "pyvenv.cfg", made.tools.parent)
    (made.tools.parent / "lib").symlink_to(real.parent / "lib")
    for program in real.iterdir():
        if program.name != "banditrs":
            (made.tools / program.name).symlink_to(program.resolve() if "python" in program.name else program)
    return made


def agree(world: World, code: int) -> None:
    """Every report that is there says what the exit code says; without a verdict there is none."""
    there = {kind: (world.reports / kind).read_bytes() for kind in REPORTS if (world.reports / kind).is_file()}
    if code not in OUTCOMES:
        assert there == {}
        return
    outcome = OUTCOMES[code]
    for kind, data in there.items():
        if kind == "json":
            assert (json.loads(data)["outcome"], json.loads(data)["exit_code"]) == (outcome, code)
        elif kind == "sarif":
            (invocation,) = json.loads(data)["runs"][0]["invocations"]
            assert (invocation["exitCode"], invocation["executionSuccessful"]) == (code, code == 0)
        elif kind == "github":
            (invocation,) = json.loads(data)["runs"][0]["invocations"]
            assert invocation["executionSuccessful"] is (code == 0)
        elif kind == "cyclonedx":
            assert outcome in {each["value"] for each in json.loads(data)["metadata"]["properties"]}
        else:
            assert outcome.upper() in data.decode()


TOOL_FAULTS = {
    "exits 0 and prints nothing": "sys.exit(0)",
    "exits 0 and prints half of its output":
        "out = subprocess.run([REAL, *sys.argv[1:]], capture_output=True).stdout\n"
        "sys.stdout.buffer.write(out[: len(out) // 2])",
    "exits non-zero with a valid output":
        "sys.stdout.buffer.write(subprocess.run([REAL, *sys.argv[1:]], capture_output=True).stdout)\n"
        "sys.stdout.flush(); os._exit(70)",
    "is killed": "os.kill(os.getpid(), signal.SIGKILL)",
    "runs out of memory": "import resource\nresource.setrlimit(resource.RLIMIT_AS, (1 << 28, 1 << 28))\n"
        "held = []\nwhile True: held.append(b'x' * 10_000_000)",
    "prints a gigabyte": "while True: os.write(1, b'x' * (1 << 20))",
    "prints another version's format": "print('{\"schema\": 2, \"issues\": []}')",
    "prints an empty object": "print('{}')",
    "prints an empty list": "print('[]')",
    "prints what is not UTF-8": "os.write(1, bytes([123, 255, 254, 125]))",
    "never sees its canary": "os.execv(REAL, [REAL, *[each for each in sys.argv[1:] if '/canary' not in each]])",
    "crashes with a traceback": "raise RuntimeError('scanner')",
    "does not know its options": "print('unrecognized arguments', file=sys.stderr); sys.exit(2)",
}  # fmt: skip


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
