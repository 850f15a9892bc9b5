"""The whole flow with the parts that the fault matrix leaves whole: records from a mirror, policies, plug-ins."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
import pytest

Tree = Callable[[dict[str, str | bytes]], Path]

RECORD = {
    "id": "PYSEC-2099-1",
    "aliases": ["CVE-2099-1"],
    "modified": "2020-01-01T00:00:00Z",
    "summary": "made up",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "thing"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.0"}]}],
        }
    ],
    "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
}


class Line(msgspec.Struct):
    file: str
    line: int
    key: str


class Issue(msgspec.Struct):
    kind: str
    action: str
    severity: str | None
    message: str
    because: Line


class Gap(msgspec.Struct):
    scanner: str
    reason: str
    detail: str
    accepted: bool


class Source(msgspec.Struct):
    name: str
    location: str
    records: int
    as_of: str


class Scanner(msgspec.Struct):
    scanner: str
    sources: list[Source]


class Report(msgspec.Struct):
    outcome: str
    exit_code: int
    issues: list[Issue]
    gaps: list[Gap]
    scanners: list[Scanner]


def archive(*records: dict[str, object]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for record in records:
            target.writestr(f"{record['id']}.json", json.dumps(record))
    return buffer.getvalue()


@pytest.fixture
def mirror() -> Iterator[tuple[str, dict[str, bytes]]]:
    """A server with the shape of the public bucket: its address, and its files by path."""
    files: dict[str, bytes] = {}

    class Bucket(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = files.get(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Bucket) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", files
        server.shutdown()
        thread.join()


def gate(root: Path, *flags: str, **environment: str) -> tuple[subprocess.CompletedProcess[str], Report | None]:
    """Run the gate on a tree; give what it printed, and its report where there is one."""
    report = root.parent / "report.json"
    argv = [sys.executable, "-m", "devsecgate", "gate", str(root), f"--report=json={report}", *flags]
    known = {"PATH": os.environ["PATH"], "HOME": str(root.parent), **environment}
    done = subprocess.run(argv, cwd=root.parent, env=known, capture_output=True, text=True, check=False)
    return done, msgspec.json.decode(report.read_bytes(), type=Report) if report.is_file() else None


def test_records_of_a_mirror_are_matched_and_named(mirror: tuple[str, dict[str, bytes]], tree: Tree) -> None:
    address, files = mirror
    files["/osv/PyPI/all.zip"] = archive(RECORD)
    root = tree({"requirements.txt": "thing==1.0\n"})
    done, report = gate(root, "--advisories", f"{address}/osv")
    assert report is not None, done.stderr
    assert (done.returncode, report.outcome) == (1, "fail")
    assert [(each.kind, each.severity, each.action) for each in report.issues] == [("dependency", "critical", "block")]
    (source,) = (source for scanner in report.scanners for source in scanner.sources)
    assert (source.name, source.records, source.as_of) == ("OSV PyPI", 1, "2020-01-01")
    assert "127.0.0.1" in source.location


def test_a_mirror_without_the_archive_is_a_gap_and_never_clean(
    mirror: tuple[str, dict[str, bytes]], tree: Tree
) -> None:
    root = tree({"requirements.txt": "thing==1.0\n"})
    done, report = gate(root, "--advisories", mirror[0])
    assert report is not None, done.stderr
    assert (done.returncode, report.issues) == (3, [])
    assert any(gap.scanner == "advisories" and not gap.accepted and "404" in gap.detail for gap in report.gaps)


def test_only_the_ecosystems_of_the_project_are_fetched(mirror: tuple[str, dict[str, bytes]], tree: Tree) -> None:
    address, files = mirror
    files["/npm/all.zip"] = archive({**RECORD, "affected": []})
    lock = {"lockfileVersion": 3, "packages": {"": {"name": "x"}, "node_modules/left": {"version": "1.0.0"}}}
    root = tree({"npm-shrinkwrap.json": json.dumps(lock)})
    done, report = gate(root, "--advisories", address)
    assert report is not None, done.stderr
    assert [source.name for scanner in report.scanners for source in scanner.sources] == ["OSV npm"]
    assert (done.returncode, report.gaps) == (0, [])


def test_a_manifest_that_nothing_reads_needs_no_records(mirror: tuple[str, dict[str, bytes]], tree: Tree) -> None:
    done, report = gate(tree({"pdm.lock": "version = 4\n"}), "--advisories", mirror[0])
    assert report is not None, done.stderr
    assert (done.returncode, [(gap.reason, gap.accepted) for gap in report.gaps]) == (0, [("unsupported", True)])


def test_an_address_and_offline_contradict_each_other(tree: Tree) -> None:
    root = tree({"app.py": "VALUE = 1\n"})
    done, report = gate(root, "--advisories", "http://127.0.0.1:9/", "--offline")
    assert (done.returncode, report) == (2, None)
    assert "contradict each other" in done.stderr


def test_the_policy_of_the_project_is_found_and_gives_the_records(tree: Tree) -> None:
    root = tree(
        {
            "requirements.txt": "thing==1.0\n",
            "osv/PyPI/PYSEC-2099-1.json": json.dumps(RECORD),
            ".devsecgate.yaml": "version: 1\nname: ours\nextends: default\ndependencies: {advisories: osv}\n"
            "rules:\n  - {action: warn, reason: we know, when: {package: thing}}\n",
        }
    )
    done, report = gate(root, "--offline")
    assert report is not None, done.stderr
    assert (done.returncode, report.outcome) == (0, "pass")
    assert [(each.action, each.because) for each in report.issues] == [
        ("warn", Line(file=".devsecgate.yaml", line=6, key="rules[0]"))
    ]


def test_a_package_of_the_project_itself_needs_no_advisories(tree: Tree) -> None:
    root = tree({"requirements.txt": "our_models\n", "osv/PyPI/PYSEC-2099-1.json": json.dumps(RECORD)})
    done, report = gate(root, "--offline", "--advisories", str(root / "osv"))
    assert report is not None
    assert (done.returncode, [gap.reason for gap in report.gaps]) == (3, ["unresolved"])
    policy = "version: 1\nname: ours\nextends: default\nfirst_party: [Our.Models]\n"
    (root / ".devsecgate.yaml").write_text(policy)
    done, report = gate(root, "--offline", "--advisories", str(root / "osv"))
    assert report is not None
    assert (done.returncode, report.gaps) == (0, [])


def test_a_python_script_without_a_suffix_is_looked_at_by_every_scanner_of_python(tree: Tree) -> None:
    root = tree({"bin/deploy": "#!/usr/bin/env python3\nimport os\nos.system('deploy ' + input())\n", "NOTES": "#!\n"})
    done, report = gate(root, "--offline")
    assert report is not None, done.stderr
    assert {issue.kind for issue in report.issues} == {"code"}
    assert [gap for gap in report.gaps if not gap.accepted] == []
    assert "bandit 1.9.4: 1 of 1 file" in done.stdout or "(banditrs): 1 of 1 file" in done.stdout
    assert "(semgrep --experimental): 1 of 1 file" in done.stdout


@pytest.mark.parametrize(
    ("disabled", "flags"),
    [
        ("pip-audit", ()),
        ("dependencies", ("--offline",)),
        ("dependencies", ("--offline", "--advisories", "tree/osv")),
        ("dependencies, pip-audit", ("--advisories", "tree/osv")),
    ],
)
def test_a_policy_that_disables_half_of_a_layer_does_not_pass_by_it(
    disabled: str, flags: tuple[str, ...], tree: Tree
) -> None:
    root = tree(
        {
            "requirements.txt": "jinja2==2.4.1\n",
            "osv/PyPI/PYSEC-2099-1.json": json.dumps(RECORD),
        }
    )
    default = (Path(__file__).parent.parent / "policies" / "default.yaml").read_text(encoding="utf-8")
    (root / "base.yaml").write_text(default.replace("loosen: [", "loosen: [scanners, "))
    policy = f"version: 1\nname: ours\nextends: ./base.yaml\nscanners: {{disable: [{disabled}]}}\n"
    (root / ".devsecgate.yaml").write_text(policy)
    done, report = gate(root, *flags)
    assert report is not None, done.stderr
    assert (done.returncode, report.outcome) == (3, "incomplete"), done.stdout


def test_the_salt_of_the_environment_keys_the_hashes_of_secrets(tree: Tree) -> None:
    root = tree({"a.py": "PASSWORD = '" + "Kestrel" + "!73vQ'\n"})

    def hashes(**environment: str) -> list[str]:
        gate(root, "--offline", **environment)
        document = json.loads((root.parent / "report.json").read_bytes())
        return [
            found["secret_hash"] for each in document["issues"] for found in each["findings"] if found["secret_hash"]
        ]

    default, salted = hashes(), hashes(DEVSECGATE_SALT="pepper")
    assert (len(default), len(salted)) == (1, 1)
    assert default != salted


_PLUGIN = """\
from devsecgate.model import Finding, Kind, Location, Severity
from devsecgate.scanner import Canary, Command, Engine, Parsed, Scanner, relative

def command(job):
    code = "import sys\\nfor name in sys.argv[1:]:\\n    if b'FORBIDDEN' in open(name, 'rb').read(): print(name)"
    return Command(argv=("python", "-c", code, *job.files, str(job.canary)), exits=frozenset({0}))

def parse(output, job):
    paths = [relative(name, job) for name in output.stdout.decode().splitlines()]
    findings = tuple(
        Finding(scanner="words", kind=Kind.CODE, rule="W1", message="a forbidden word", location=Location(path=path),
                severity=Severity.HIGH, severity_source="words")
        for path in paths
    )
    return Parsed(findings=findings, gaps=(), covered=frozenset(name.removeprefix("./") for name in job.files))

SCANNER = Scanner(
    name="words", kind=Kind.CODE, about="forbidden words", engines=(Engine(name="words", program="python"),),
    select=lambda path: path.endswith(".txt"), command=command, parse=parse,
    canary=Canary(name="canary.txt", content=b"FORBIDDEN", rule="W1"),
)
"""


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """A package with a scanner, as pip would install it, in a folder of its own."""
    site = tmp_path / "site"
    (site / "words-1.dist-info").mkdir(parents=True)
    (site / "words_scanner.py").write_text(_PLUGIN)
    (site / "words-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: words\nVersion: 1\n")
    (site / "words-1.dist-info" / "entry_points.txt").write_text(
        "[devsecgate.scanners]\nwords = words_scanner:SCANNER\n"
    )
    return site


def test_a_plug_in_works_where_the_policy_names_it(plugin: Path, tree: Tree) -> None:
    root = tree(
        {
            "a.txt": "FORBIDDEN\n",
            ".devsecgate.yaml": "version: 1\nname: ours\nextends: default\nplugins: [words]\n",
        }
    )
    done, report = gate(root, "--offline", PYTHONPATH=str(plugin))
    assert report is not None, done.stderr
    assert (done.returncode, [(each.message, each.action) for each in report.issues]) == (
        1,
        [("a forbidden word", "block")],
    )


def test_an_installed_plug_in_is_not_loaded_unless_it_is_named(plugin: Path, tree: Tree) -> None:
    (plugin / "words_scanner.py").write_text("raise SystemExit('loaded')\n")
    done, report = gate(tree({"a.txt": "FORBIDDEN\n"}), "--offline", PYTHONPATH=str(plugin))
    assert report is not None, done.stderr
    assert (done.returncode, report.issues) == (0, [])
