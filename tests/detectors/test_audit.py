"""The program around pip-audit: exact pins go in, and whatever pip-audit does, silence is never an answer."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import psutil
import pytest
from osv_api import record, serve

from devsecgate import process
from devsecgate.detectors.package_answer import AuditAnswer, GapEntry, PackageEntry

Tree = Callable[[dict[str, str | bytes]], Path]
EMPTY = '{"dependencies": [], "fixes": []}'
PRINT = f"print({EMPTY!r})\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A tree, a canary and a Python with a pip-audit of the test's own beside it."""

    root: Path
    base: Path

    @property
    def python(self) -> Path:
        return self.base / "toolbox" / "bin" / "python"

    @property
    def scratch(self) -> Path:
        return self.base / "scratch"

    def fake(self, code: str) -> None:
        """Put a Python program in pip-audit's place; BASE in its code is the test's folder."""
        program = self.python.parent / "pip-audit"
        base = f"BASE = pathlib.Path({str(self.base)!r})\n"
        header = f"#!{Path(sys.executable).resolve()} -IS\nimport json, os, pathlib, sys, time\n{base}"
        program.write_text(header + code)
        program.chmod(0o755)

    def command(self, *options: str) -> list[str]:
        canary = self.base / "canary" / "requirements.txt"
        given = (f"--canary={canary}", f"--scratch={self.scratch}", *options)
        return [str(self.python), "-m", "devsecgate.detectors.audit", *given]

    def stdin(self, *paths: str) -> bytes:
        return json.dumps([{"path": f"./{path}"} for path in paths]).encode()

    def run(self, *paths: str, options: tuple[str, ...] = ()) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            self.command(*options),
            cwd=self.root,
            input=self.stdin(*(paths or ("requirements.txt",))),
            env={"PATH": os.environ["PATH"], "PYTHONSAFEPATH": "1"},
            capture_output=True,
            check=False,
            timeout=120,
        )

    def asked(self) -> list[list[str]]:
        """Give the lists that pip-audit was given, one for each run of it."""
        return [file.read_text().splitlines() for file in sorted(self.scratch.glob("pins-*.txt"))]


@pytest.fixture
def world(tree: Tree, tmp_path: Path) -> Callable[[dict[str, str | bytes]], World]:
    def made(files: dict[str, str | bytes]) -> World:
        found = World(root=tree(files).resolve(), base=tmp_path)
        for folder in (found.python.parent, found.scratch, tmp_path / "canary"):
            folder.mkdir(parents=True)
        (tmp_path / "canary" / "requirements.txt").write_text("jinja2==2.4.1\n")
        real = Path(sys.executable).parent
        shutil.copy(real.parent / "pyvenv.cfg", tmp_path / "toolbox")
        (tmp_path / "toolbox" / "lib").symlink_to(real.parent / "lib")
        found.python.symlink_to(Path(sys.executable).resolve())
        found.fake(PRINT)
        return found

    return made


Made = Callable[[dict[str, str | bytes]], World]


def package(name: str, version: str, path: str, line: int) -> PackageEntry:
    purl = f"pkg:pypi/{name}@{version}"
    return PackageEntry(
        name=name,
        version=version,
        purl=purl,
        ecosystem="PyPI",
        path=path,
        line=line,
        direct=None,
        via=[],
        origin="",
        remedy=None,
    )


def test_the_answer_holds_the_inventory_and_what_pip_audit_printed(world: Made, tmp_path: Path) -> None:
    text = "flask==3.0.0\nopen\nodd===2004d\nwin==1 ; sys_platform == 'nowhere'\n"
    made = world(
        {"requirements.txt": text, "package-lock.json": '{"lockfileVersion": 3, "packages": {"": {}}}', "uv.lock": "x"}
    )
    done = made.run("requirements.txt", "uv.lock")
    assert (done.returncode, done.stderr) == (0, b"")
    found = msgspec.json.decode(done.stdout, type=AuditAnswer)
    canary = str(tmp_path / "canary" / "requirements.txt")
    assert found == AuditAnswer(
        version=found.version,
        asked_on=found.asked_on,
        packages=[
            package("jinja2", "2.4.1", canary, 1),
            package("flask", "3.0.0", "requirements.txt", 1),
            package("odd", "2004d", "requirements.txt", 3),
        ],
        elsewhere=[package("win", "1", "requirements.txt", 4)],
        gaps=[
            GapEntry(
                reason="malformed",
                detail="this manifest is not what its name says: invalid TOML at end of document",
                path="uv.lock",
                package=None,
            ),
            GapEntry(
                reason="unresolved",
                detail="line 3: odd 2004d is not a version by PEP 440 and could not be audited",
                path="requirements.txt",
                package="odd",
            ),
        ],
        covered=sorted([canary, "requirements.txt"]),
        audits=[msgspec.Raw(EMPTY.encode())],
        published={},
    )
    assert made.asked() == [["flask==3.0.0", "jinja2==2.4.1", "win==1"]]


def test_pip_audit_gets_exact_pins_and_may_neither_resolve_nor_install(world: Made) -> None:
    made = world({"requirements.txt": "flask==3.0.0 --hash=sha256:00\n-i https://user:hunter2@pypi.example/\n-e .\n"})
    made.fake(
        "(BASE / 'argv').write_text(json.dumps(sys.argv[1:]))\n(BASE / 'stdin').write_text(sys.stdin.read())\n" + PRINT
    )
    assert made.run(options=("--osv-url=http://127.0.0.1:1/v1/query",)).returncode == 0
    assert json.loads((made.base / "argv").read_text()) == [
        f"--requirement={made.scratch / 'pins-0.txt'}",
        "--no-deps",
        "--disable-pip",
        "--format=json",
        "--vulnerability-service=osv",
        "--aliases=on",
        "--progress-spinner=off",
        "--osv-url=http://127.0.0.1:1/v1/query",
    ]
    assert made.asked() == [["flask==3.0.0", "jinja2==2.4.1"]]
    assert (made.base / "stdin").read_text() == ""


def test_versions_of_one_package_are_asked_for_in_rounds(world: Made) -> None:
    text = "a==1.0\na==2.0\na==v2.0\nb==1\na==3.0+local\njinja2==3.1.6\n"
    made = world({"requirements.txt": text})
    done = made.run()
    assert made.asked() == [
        ["a==1.0", "b==1", "jinja2==2.4.1"],
        ["a==2.0", "jinja2==3.1.6"],
        ["a==3.0"],
        ["a==3.0+local"],
    ]
    assert len(msgspec.json.decode(done.stdout, type=AuditAnswer).audits) == 4


def test_nobody_is_told_the_names_of_first_party_packages(world: Made) -> None:
    made = world({"requirements.txt": "Acme_Lib==1.0\nflask==3.0.0\nacme-lib==2.0 ; sys_platform == 'nowhere'\n"})
    done = made.run(options=("--first-party=acme-lib",))
    found = msgspec.json.decode(done.stdout, type=AuditAnswer)
    assert made.asked() == [["flask==3.0.0", "jinja2==2.4.1"]]
    assert [each.name for each in (*found.packages, *found.elsewhere)] == ["jinja2", "flask"]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("sys.exit(0)", "pip-audit failed (exit 0): "),
        ("print(); sys.exit(1)", "pip-audit failed (exit 1): "),
        (PRINT + "sys.exit(2)", "pip-audit failed (exit 2): "),
        (PRINT + "sys.stdout.flush(); os.kill(os.getpid(), 9)", "pip-audit failed (exit -9): "),
        ("sys.exit('one\\n\\ntwo\\nthree\\nfour')", "pip-audit failed (exit 1): two three four"),
        ("sys.stderr.buffer.write(b'\\xff\\xfe'); sys.exit(1)", "pip-audit failed (exit 1): \ufffd\ufffd"),
    ],
)
def test_a_pip_audit_that_did_not_do_its_work_is_no_answer(world: Made, code: str, said: str) -> None:
    made = world({"requirements.txt": "flask==3.0.0\n"})
    made.fake(code)
    done = made.run()
    assert (done.returncode, done.stdout, done.stderr.decode().rstrip("\n")) == (3, b"", said)


def test_one_round_that_fails_is_no_answer_at_all(world: Made) -> None:
    made = world({"requirements.txt": "a==1.0\na==2.0\n"})
    made.fake("sys.exit('down') if 'pins-1' in sys.argv[1] else None\n" + PRINT)
    done = made.run()
    assert (done.returncode, done.stdout) == (3, b"")


def test_a_pip_audit_that_is_not_installed_is_no_answer(world: Made) -> None:
    made = world({"requirements.txt": "flask==3.0.0\n"})
    (made.python.parent / "pip-audit").unlink()
    done = made.run()
    said = b"pip-audit is not installed beside Python: pip install pip-audit\n"
    assert (done.returncode, done.stdout, done.stderr) == (3, b"", said)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (
            "500 Server Error for url: http://user:hunter2@osv.example/v1/query?key=hunter3",
            "500 Server Error for url: http://osv.example",
        ),
        (
            "see https://osv.example:8443/hunter2#hunter3 and http://hunter4@[::1]/x",
            "see https://osv.example:8443 and http://[::1]",
        ),
        ("no address: a@b, http:/x", "no address: a@b, http:/x"),
    ],
)
def test_no_more_of_an_address_than_its_host_is_shown(world: Made, said: str, shown: str) -> None:
    made = world({"requirements.txt": "flask==3.0.0\n"})
    made.fake(f"sys.exit({said!r})")
    assert made.run().stderr.decode() == f"pip-audit failed (exit 1): {shown}\n"


def test_output_without_end_is_stopped_and_is_no_answer(world: Made) -> None:
    made = world({"requirements.txt": "flask==3.0.0\n"})
    made.fake("while True:\n    sys.stdout.write(' ' * (1 << 20))\n")
    done = made.run()
    said = "pip-audit was stopped: it printed more than 67,108,864 bytes\n"
    assert (done.returncode, done.stdout, done.stderr.decode()) == (3, b"", said)


def test_a_flood_of_complaints_neither_blocks_nor_is_repeated(world: Made) -> None:
    made = world({"requirements.txt": "flask==3.0.0\n"})
    made.fake("for _ in range(40):\n    sys.stderr.write('x' * (1 << 20))\n" + PRINT)
    done = made.run()
    assert (done.returncode, done.stderr) == (0, b"")
    made.fake("sys.stderr.write('x' * (1 << 25))\nsys.exit(1)\n")
    done = made.run()
    assert (done.returncode, len(done.stderr)) == (3, 4096 + len("pip-audit failed (exit 1): \n"))


def started(made: World, *, timeout: float, environment: dict[str, str]) -> process.Completed:
    return process.run(
        made.command(),
        cwd=made.root,
        environment=environment,
        limits=process.Limits(timeout=timeout, output=1 << 20, memory=4 << 30),
        stdin=made.stdin("requirements.txt"),
    )


def test_pip_audit_has_the_clean_environment_of_a_child_of_the_gate(
    world: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = world({"requirements.txt": "flask==3.0.0\n"})
    for name in ("PIP_AUDIT_OSV_URL", "PIP_INDEX_URL", "GITHUB_TOKEN", "PYTHONPATH", "DEVSECGATE_SALT"):
        monkeypatch.setenv(name, "hunter2")
    made.fake("(BASE / 'environment').write_text(json.dumps(dict(os.environ)))\n" + PRINT)
    clean = process.clean_environment(scratch=made.scratch, root=made.root, network=True, extra={})
    assert started(made, timeout=60, environment=clean).exit == 0
    seen = json.loads((made.base / "environment").read_text())
    assert {**seen, process.MARKER: "", "LC_CTYPE": ""} == {**clean, process.MARKER: "", "LC_CTYPE": ""}
    assert len(seen[process.MARKER]) == 32
    assert not seen.keys() & {"PIP_AUDIT_OSV_URL", "PIP_INDEX_URL", "GITHUB_TOKEN", "PYTHONPATH", "DEVSECGATE_SALT"}


@pytest.mark.parametrize("hide", ["", "os.setsid()\n"])
def test_pip_audit_ends_with_the_program_that_started_it(world: Made, hide: str) -> None:
    made = world({"requirements.txt": "flask==3.0.0\n"})
    tell = "(BASE / 'part').write_text(str(os.getpid()))\nos.rename(BASE / 'part', BASE / 'pid')\n"
    made.fake(f"{hide}{tell}time.sleep(600)\n")
    clean = process.clean_environment(scratch=made.scratch, root=made.root, network=False, extra={})
    done = started(made, timeout=6, environment=clean)
    assert done.stopped is process.Stopped.TIMEOUT
    pid = int((made.base / "pid").read_text())
    deadline = time.monotonic() + 10
    while is_running(pid) and time.monotonic() < deadline:
        continue
    assert not is_running(pid)


def is_running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


VULNERABLE = {
    "dependencies": [
        {
            "name": "bad",
            "version": "1.0",
            "vulns": [{"id": "PYSEC-1", "fix_versions": [], "aliases": [], "description": ""}],
        },
        {"name": "flask", "version": "3.0.0", "vulns": []},
    ],
    "fixes": [],
}


def test_the_service_is_asked_when_what_was_found_was_disclosed_and_about_nothing_else(world: Made) -> None:
    made = world({"requirements.txt": "bad==1.0\nflask==3.0.0\n"})
    made.fake(f"print({json.dumps(VULNERABLE)!r})\n")
    with serve() as api:
        api.know(
            record("PYSEC-1", "bad", ecosystem="PyPI", published="2026-03-01T00:00:00Z"),
            record("PYSEC-2", "bad", ecosystem="PyPI"),
        )
        done = made.run(options=(f"--osv-url={api.url}/v1/query",))
        asked = [query for body in api.bodies for query in body]
    found = msgspec.json.decode(done.stdout, type=AuditAnswer)
    assert found.published == {"PYSEC-1": "2026-03-01"}
    assert {str(each["package"]) for each in asked} == {"{'ecosystem': 'PyPI', 'name': 'bad'}"}


def test_where_the_service_does_not_say_when_the_day_stays_unknown(world: Made) -> None:
    made = world({"requirements.txt": "bad==1.0\n"})
    made.fake(f"print({json.dumps(VULNERABLE)!r})\n")
    done = made.run(options=("--osv-url=http://127.0.0.1:1/v1/query",))
    assert (done.returncode, msgspec.json.decode(done.stdout, type=AuditAnswer).published) == (0, {})
