"""Canaries in both directions: a scanner that does not report its own is caught, and a healthy one never is."""

from __future__ import annotations

import json
import shutil
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from devsecgate import bundled, discovery, run
from devsecgate.model import GapReason, ScanResult
from devsecgate.scanner import Assignment, Plan, Settings

Program = Callable[[str], str]
Tree = Callable[[dict[str, str | bytes]], Path]
FILES: dict[str, str | bytes] = {"app.py": "eval(input())\n", "requirements.txt": "jinja2==2.4.1\n"}
ADVISORY = {
    "id": "PYSEC-2019-217",
    "modified": "2024-01-01T00:00:00Z",
    "aliases": ["CVE-2019-10906"],
    "details": "Sandbox escape",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "jinja2"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.10.1"}]}],
        }
    ],
}
HEALTHY_RUNS = 50


class _Osv(BaseHTTPRequestHandler):
    """An OSV service that knows one advisory."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        body = json.dumps({"vulns": [ADVISORY]} if asked["package"]["name"] == "jinja2" else {}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Be silent."""


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of an OSV service on this machine."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Osv)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1/query"
    server.shutdown()
    thread.join()
    server.server_close()


Run = Callable[..., tuple[ScanResult, ...]]


@pytest.fixture
def look(tree: Tree, service: str) -> Run:
    """Run scanners by name on a small tree with a problem for most of them."""
    root = tree(FILES)

    def scan(*names: str, refused: Sequence[str] = ()) -> tuple[ScanResult, ...]:
        known = discovery.scanners(())
        files = tuple(sorted(FILES))
        assignments = tuple(
            Assignment(scanner=known[name], files=tuple(filter(known[name].select, files))) for name in names
        )
        conditions = run.Conditions(
            root=root.resolve(),
            target_files=frozenset(files),
            settings=Settings(rules=(bundled.policies() / "rules",), osv_url=service, processors=2),
            timeout=120,
            memory=8 << 30,
            refused_engines=frozenset(refused),
        )
        return run.run(Plan(assignments=assignments, idle=(), gaps=()), conditions, lambda name, done: None)

    return scan


_FAKE = """\
import json, subprocess, sys
done = subprocess.run([{real!r}, *sys.argv[1:]], stdout=subprocess.PIPE)


def spoil(value):
    if isinstance(value, dict):
        return {{key: spoil(each) for key, each in value.items()}}
    if isinstance(value, list):
        return [spoil(each) for each in value{condition}]
    return value


try:
    document = json.loads(done.stdout)
except ValueError:
    sys.stdout.buffer.write(done.stdout)
else:
    print(json.dumps(spoil(document)).replace({old!r}, {new!r}))
sys.exit(done.returncode)
"""
_SILENT = ' if "/canary/" not in json.dumps(each)'


@pytest.fixture
def spoil(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Replace a program by one that changes its answer: what is about the canary is left out, or a word replaced."""
    folder = tmp_path / "toolbox" / "bin"
    folder.mkdir(parents=True)
    interpreter = sys.executable
    real = Path(interpreter).parent
    shutil.copy(real.parent / "pyvenv.cfg", folder.parent)
    (folder.parent / "lib").symlink_to(real.parent / "lib")
    for program in real.iterdir():
        (folder / program.name).symlink_to(program.resolve() if "python" in program.name else program)
    monkeypatch.setattr(sys, "executable", str(folder / "python"))

    def replace(tool: str, *, condition: str = "", old: str = "", new: str = "") -> None:
        program = interpreter if tool == "python" else str((folder / tool).resolve())
        code = _FAKE.format(real=program, condition=condition, old=old or "\0", new=new)
        (folder / tool).unlink()
        (folder / tool).write_text(f"#!{Path(interpreter).resolve()} -IS\n{code}")
        (folder / tool).chmod(0o755)

    return replace


_ENGINES = [
    ("bandit", "bandit", "banditrs", "bandit"),
    ("bandit", "banditrs", "bandit", "banditrs"),
    ("semgrep", "semgrep", "semgrep --experimental", "semgrep"),
    ("semgrep", "semgrep --experimental", "semgrep", "semgrep"),
    ("syntax", "ruff", "", "ruff"),
    ("secrets", "devsecgate secrets", "", "python"),
    ("dependencies", "dependencies", "", "python"),
    ("pip-audit", "pip-audit", "", "python"),
]
"""Scanner, engine, the other engine, and the program."""


def test_every_engine_of_every_scanner_is_in_the_list() -> None:
    known = {(name, engine.name) for name, each in discovery.scanners(()).items() for engine in each.engines}
    assert {(scanner, engine) for scanner, engine, _, _ in _ENGINES} == known


@pytest.mark.parametrize(("scanner", "engine", "other", "tool"), _ENGINES)
def test_an_engine_that_is_silent_about_its_canary_is_caught(
    scanner: str, engine: str, other: str, tool: str, look: Run, spoil: Callable[..., None], program: Program
) -> None:
    program(tool)
    (healthy,) = look(scanner, refused=[other])
    assert (healthy.engine, healthy.canaries, healthy.gaps) == (engine, 1, ())
    spoil(tool, condition=_SILENT)
    (broken,) = look(scanner, refused=[other])
    assert (broken.engine, broken.canaries, broken.covered) == (engine, 0, frozenset())
    assert {gap.reason for gap in broken.gaps} == {GapReason.CANARY}
    rule = discovery.scanners(())[scanner].canary.rule
    detail = f"{engine} did not report the problem that was planted for it ({rule}): it is broken"
    assert detail in {gap.detail for gap in broken.gaps}
    assert broken.findings == healthy.findings  # what it did find is certain all the same


@pytest.mark.parametrize(("scanner", "engine", "other", "tool"), _ENGINES)
def test_an_engine_that_reports_another_rule_on_its_canary_is_caught(
    scanner: str, engine: str, other: str, tool: str, look: Run, spoil: Callable[..., None], program: Program
) -> None:
    program(tool)
    spoil(tool, **_ANOTHER_RULE[scanner])
    (broken,) = look(scanner, refused=[other])
    assert (broken.engine, broken.canaries, broken.covered) == (engine, 0, frozenset())
    assert GapReason.CANARY in {gap.reason for gap in broken.gaps}


_ANOTHER_RULE = {
    "bandit": {"old": '"B307"', "new": '"B308"'},
    "semgrep": {"old": "devsecgate-canary", "new": "devsecgate-canari"},
    "syntax": {"old": '"invalid-syntax"', "new": '"F821"'},
    "secrets": {"old": '"rule": "devsecgate-canary"', "new": '"rule": "another"'},
    "dependencies": {"old": "DEVSECGATE-CANARY-0001", "new": "DEVSECGATE-CANARY-0002"},
    "pip-audit": {"old": "CVE-2019-10906", "new": "CVE-2019-10907"},
}


@pytest.mark.parametrize("rule", ["private-key", "url-credentials", "generic-secret", "generic-password"])
def test_a_way_of_looking_for_secrets_that_misses_its_own_sample_is_caught(
    rule: str, look: Run, spoil: Callable[..., None]
) -> None:
    spoil("python", old=f'"rule": "{rule}"', new='"rule": "another"')
    (result,) = look("secrets")
    assert [(gap.reason, gap.detail) for gap in result.gaps] == [
        (GapReason.CANARY, f"the rule {rule} did not fire on the planted sample")
    ]


@pytest.mark.parametrize("rule", ["devsecgate-other-encoding", "devsecgate-byte-order-mark"])
def test_a_semgrep_that_misses_what_hides_code_from_it_is_caught(
    rule: str, look: Run, spoil: Callable[..., None]
) -> None:
    spoil("semgrep", old=rule, new="another")
    (result,) = look("semgrep", refused=["semgrep"])
    assert [(gap.reason, gap.detail) for gap in result.gaps] == [
        (GapReason.CANARY, f"semgrep did not report what was planted for its rule {rule}")
    ]


@pytest.mark.parametrize("alone", [False, True], ids=["all others", "pip-audit"])
def test_fifty_healthy_runs_of_every_scanner_give_no_false_alarm(alone: bool, look: Run) -> None:
    names = sorted(name for name in discovery.scanners(()) if (name == "pip-audit") is alone)
    first = look(*names)
    assert [(each.scanner, each.canaries, each.gaps) for each in first] == [(name, 1, ()) for name in names]
    assert all(each.covered == each.requested for each in first)
    for _ in range(HEALTHY_RUNS - 1):
        again = look(*names)
        assert [(each.canaries, each.gaps, each.covered, each.findings) for each in again] == [
            (each.canaries, each.gaps, each.covered, each.findings) for each in first
        ]


def test_twenty_healthy_runs_of_bandit_itself_give_no_false_alarm(look: Run) -> None:
    """Semgrep's default engine takes four seconds a run, and most tests of semgrep are such runs."""
    for _ in range(20):
        (result,) = look("bandit", refused=["banditrs"])
        assert (result.engine, result.canaries, result.gaps, len(result.findings)) == ("bandit", 1, (), 1)
