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
from images import Image, apk, docker_archive, os_release, tar

from devsecgate import bundled, discovery, run
from devsecgate.model import GapReason, ScanResult
from devsecgate.packs import NATIVE
from devsecgate.scanner import Assignment, Given, Plan, Settings, Subject

Program = Callable[[str], str]
Tree = Callable[[dict[str, str | bytes]], Path]
FILES: dict[str, str | bytes] = {
    "app.py": "eval(input())\n",
    "requirements.txt": "jinja2==2.4.1\n",
    "Cargo.lock": 'version = 4\n\n[[package]]\nname = "itoa"\nversion = "1.0.0"\n'
    'source = "registry+https://registry.example/i"\n',
    "Dockerfile": "FROM debian:13\nRUN sudo true\nRUN curl http://files.example/x | sh\n",
    ".github/workflows/issue.yml": "on: issues\npermissions: {}\njobs:\n  greet:\n    runs-on: ubuntu-latest\n"
    "    steps:\n      - run: echo ${{ github.event.issue.title }}\n",
    "app.js": "const child = require('child_process');\nrequire('https').request({ rejectUnauthorized: false });\n",
    "app.go": 'package main\n\nimport "crypto/tls"\n\nvar config = &tls.Config{InsecureSkipVerify: true}\n',
    "App.java": "import javax.crypto.Cipher;\n\nclass App {\n  Object cipher() throws Exception {\n"
    '    return Cipher.getInstance("DES/ECB/PKCS5Padding");\n  }\n}\n',
    "main.tf": 'resource "aws_s3_bucket_acl" "open" {\n  bucket = "b"\n  acl    = "public-read"\n}\n',
    "pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: a\n"
    "      image: a:1\n      securityContext:\n        privileged: true\n",
}
IMAGE = Image(
    layers=[
        tar({"etc/os-release": os_release("wolfi", "20230201"), "lib/apk/db/installed": apk(("busybox", "1.36.1-r0"))})
    ]
)
SBOM = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "version": 1,
    "components": [{"type": "library", "name": "left", "version": "1.0.0", "purl": "pkg:npm/left@1.0.0"}],
}
COMMITS = {
    "name": "history",
    "commits": [{"commit": "0123abcd", "versions": [{"path": "a.py", "content": "0"}], "before": []}],
}
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
    """An OSV service that knows one advisory, and tells it to pip-audit alone."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/v1/querybatch":
            answer: object = {"results": [{} for _ in asked["queries"]]}
        else:
            answer = {"vulns": [ADVISORY]} if asked["package"]["name"] == "jinja2" else {}
        body = json.dumps(answer).encode()
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
    given = (
        Given(subject=Subject.IMAGE, name="app.tar", source=str(docker_archive(root.parent / "app.tar", IMAGE))),
        Given(subject=Subject.SBOM, name="sbom.json", source=str(root.parent / "sbom.json")),
        Given(subject=Subject.COMMITS, name="history", source=str(root.parent / "manifest.json")),
    )
    (root.parent / "manifest.json").write_text(json.dumps(COMMITS))
    (root.parent / "0").write_text("x = 1\n")
    (root.parent / "sbom.json").write_text(json.dumps(SBOM))

    def scan(*names: str, refused: Sequence[str] = ()) -> tuple[ScanResult, ...]:
        known = discovery.scanners(())
        files = tuple(sorted(FILES))
        assignments = tuple(
            Assignment(
                scanner=known[name],
                files=tuple(filter(known[name].select, files)),
                given=tuple(each for each in given if each.subject is known[name].subject),
            )
            for name in names
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


PACKS = [name for name in discovery.scanners(()) if name.startswith("semgrep-")]
_ENGINES = [
    ("bandit", "bandit", "banditrs", "bandit"),
    ("bandit", "banditrs", "bandit", "banditrs"),
    ("semgrep", "semgrep", NATIVE, "semgrep"),
    ("semgrep", NATIVE, "semgrep", "semgrep"),
    ("syntax", "ruff", "", "ruff"),
    ("secrets", "devsecgate secrets", "", "python"),
    ("secrets-history", "devsecgate secrets-history", "", "python"),
    ("dependencies", "dependencies", "", "python"),
    ("pip-audit", "pip-audit", "", "python"),
    ("syft", "syft", "", "python"),
    ("image", "image", "", "python"),
    ("sbom", "sbom", "", "python"),
    ("zizmor", "zizmor", "", "zizmor"),
    ("hadolint", "hadolint", "", "hadolint"),
    *((name, NATIVE, "semgrep", "semgrep") for name in PACKS),
    *((name, "semgrep", NATIVE, "semgrep") for name in PACKS),
]
"""Scanner, engine, the other engine, and the program."""
_TRIED = [each for each in _ENGINES if each[1] != "semgrep" or each[0] not in PACKS[1:]]
"""All but the slow engine of six packs: they have one adapter, and tests/test_rules.py sees their canaries with it."""
_QUIET = ("syntax", "secrets", "secrets-history", "dependencies", "syft", "image", "sbom")
"""Scanners without a problem in the small tree but their own."""


def test_every_engine_of_every_scanner_is_in_the_list() -> None:
    """Those that work on request need programs that are not here: tests/scanners/test_trivy_and_grype.py fakes them."""
    known = {
        (name, engine.name)
        for name, each in discovery.scanners(()).items()
        for engine in each.engines
        if not each.on_request
    }
    assert {(scanner, engine) for scanner, engine, _, _ in _ENGINES} == known


@pytest.mark.parametrize(("scanner", "engine", "other", "tool"), _TRIED)
def test_an_engine_that_is_silent_about_its_canary_is_caught(
    scanner: str, engine: str, other: str, tool: str, look: Run, spoil: Callable[..., None], program: Program
) -> None:
    program(tool)
    (healthy,) = look(scanner, refused=[other])
    assert (healthy.engine, healthy.canaries, healthy.gaps) == (engine, 1, ())
    assert healthy.findings or scanner in _QUIET
    spoil(tool, condition=_SILENT)
    (broken,) = look(scanner, refused=[other])
    assert (broken.engine, broken.canaries, broken.covered) == (engine, 0, frozenset())
    assert {gap.reason for gap in broken.gaps} == {GapReason.CANARY}
    rule = discovery.scanners(())[scanner].canary.rule
    detail = f"{engine} did not report the problem that was planted for it ({rule}): it is broken"
    assert detail in {gap.detail for gap in broken.gaps}
    assert broken.findings == healthy.findings  # what it did find is certain all the same


@pytest.mark.parametrize(("scanner", "engine", "other", "tool"), _TRIED)
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
    "secrets-history": {"old": '"rule": "devsecgate-canary"', "new": '"rule": "another"'},
    "dependencies": {"old": "DEVSECGATE-CANARY-0001", "new": "DEVSECGATE-CANARY-0002"},
    "pip-audit": {"old": "CVE-2019-10906", "new": "CVE-2019-10907"},
    "syft": {"old": "DEVSECGATE-CANARY-0003", "new": "DEVSECGATE-CANARY-0009"},
    "image": {"old": "DEVSECGATE-CANARY-APK-0001", "new": "DEVSECGATE-CANARY-APK-0009"},
    "sbom": {"old": "DEVSECGATE-CANARY-0002", "new": "DEVSECGATE-CANARY-0009"},
    "zizmor": {"old": '"template-injection"', "new": '"another"'},
    "hadolint": {"old": '"DL3004"', "new": '"DL3005"'},
    **{name: {"old": "devsecgate-canary", "new": "devsecgate-canari"} for name in PACKS},
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


_SLOW = {"pip-audit": HEALTHY_RUNS, "syft": 10, "image": 10}
"""Scanners whose one run takes a second or more; fifty of syft's are as healthy, and take two minutes."""
_OTHERS = [
    name
    for name, each in discovery.scanners(()).items()
    if name not in _SLOW and name not in PACKS and not each.on_request
]


@pytest.mark.parametrize(
    ("names", "runs"),
    [(_OTHERS, HEALTHY_RUNS), (PACKS, 5), *(([name], runs) for name, runs in _SLOW.items())],
    ids=["all others", "packs", *_SLOW],
)
def test_many_healthy_runs_of_every_scanner_give_no_false_alarm(names: list[str], runs: int, look: Run) -> None:
    names = sorted(names)
    first = look(*names)
    assert [(each.scanner, each.canaries, each.gaps) for each in first] == [(name, 1, ()) for name in names]
    assert all(each.covered == each.requested for each in first)
    for _ in range(runs - 1):
        again = look(*names)
        assert [(each.canaries, each.gaps, each.covered, each.findings) for each in again] == [
            (each.canaries, each.gaps, each.covered, each.findings) for each in first
        ]


def test_twenty_healthy_runs_of_bandit_itself_give_no_false_alarm(look: Run) -> None:
    """Semgrep's default engine takes four seconds a run, and most tests of semgrep are such runs."""
    for _ in range(20):
        (result,) = look("bandit", refused=["banditrs"])
        assert (result.engine, result.canaries, result.gaps, len(result.findings)) == ("bandit", 1, (), 1)
