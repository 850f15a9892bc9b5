"""Record what the real tools print: `python tests/record_samples.py [SCANNER...]` writes `tests/samples/<scanner>/`.

Each recording runs a scanner's own `command` on a small tree of `sample_trees.py`. The folders of the run are
written as /tree, /canary, /scratch, /rules and /advisories, and dates as one fixed date, so that nothing of the
machine is in a sample. `jobs.json` beside the samples says how each was made, for the tests that read them.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

from sample_trees import (
    BROKEN_RULE,
    DANGEROUS,
    DOCKERFILES,
    LOCKFILES,
    MANIFESTS,
    NOT_PARSED,
    PACKS,
    RULES,
    UNREADABLE,
    UNREADABLE_DOCKERFILES,
    UNREADABLE_WORKFLOWS,
    WORKFLOWS,
)

from devsecgate import bundled, discovery, process
from devsecgate.detectors import secrets_output
from devsecgate.scanner import Engine, Job, Output, Scanner, Settings

SAMPLES = Path(__file__).parent / "samples"
LIMITS = process.Limits(timeout=120, output=1 << 26, memory=1 << 33)
FOLDERS = ("tree", "canary", "scratch", "rules", "advisories")
DATE = "2026-01-01"

CRATE_ADVISORY = {
    "schema_version": "1.7.0",
    "id": "RUSTSEC-2026-0001",
    "modified": "2026-01-01T00:00:00Z",
    "summary": "Reads past the end",
    "affected": [
        {
            "package": {"ecosystem": "crates.io", "name": "itoa"},
            "ranges": [{"type": "SEMVER", "events": [{"introduced": "0.0.0-0"}, {"fixed": "1.0.2"}]}],
        }
    ],
}
ADVISORY = {
    "schema_version": "1.7.0",
    "id": "PYSEC-2019-217",
    "modified": "2024-01-01T00:00:00Z",
    "aliases": ["CVE-2019-10906", "GHSA-462w-v97r-4m45"],
    "summary": "Sandbox escape",
    "details": "In Pallets Jinja before 2.10.1, str.format_map allows a sandbox escape.",
    "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:N/A:N"}],
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "jinja2"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.10.1"}]}],
            "versions": ["2.4.1"],
        }
    ],
}


@dataclass(frozen=True, kw_only=True)
class Recording:
    """One sample to be made."""

    scanner: str
    what: str
    files: Mapping[str, str | bytes | None]
    engine: str | None = None
    """None is the scanner's last, the reference."""
    rules: Mapping[str, str] = field(default_factory=dict)
    advisories: bool = False


def recordings(scanners: dict[str, Scanner]) -> Iterator[Recording]:
    """Say what is recorded."""
    for engine in ("bandit", "banditrs"):
        yield Recording(scanner="bandit", what=f"{engine}-findings", files=DANGEROUS, engine=engine)
        yield Recording(scanner="bandit", what=f"{engine}-unreadable", files=UNREADABLE, engine=engine)
        yield Recording(scanner="bandit", what=f"{engine}-clean", files={"empty.py": ""}, engine=engine)
    for engine, what in (("semgrep --experimental", "native"), ("semgrep", "default")):
        # what the native engine prints about bytes that are not UTF-8 is not UTF-8 either
        text = {name: content for name, content in UNREADABLE.items() if isinstance(content, str)}
        common = partial(Recording, scanner="semgrep", engine=engine)
        yield common(what=f"{what}-findings", files=DANGEROUS, rules={"own.yaml": RULES})
        yield common(what=f"{what}-unreadable", files=text, rules={"own.yaml": RULES})
        yield common(what=f"{what}-missing", files={"a.py": "", "gone.py": None})
        yield common(what=f"{what}-broken-rule", files={"a.py": ""}, rules={"own.yaml": BROKEN_RULE})
        yield common(what=f"{what}-clean", files={"empty.py": ""})
        for pack, (files, wanted) in PACKS.items():
            rules = {"own.yaml": f"rules:\n  - {{id: planted, severity: HIGH, message: Planted., {wanted}}}\n"}
            common = partial(Recording, scanner=f"semgrep-{pack}", engine=engine, rules=rules)
            yield common(what=f"{what}-findings", files=files)
            if pack in NOT_PARSED:
                yield common(what=f"{what}-unreadable", files=NOT_PARSED[pack])
    yield Recording(scanner="zizmor", what="findings", files=WORKFLOWS)
    yield Recording(scanner="zizmor", what="unreadable", files=UNREADABLE_WORKFLOWS)
    yield Recording(scanner="hadolint", what="findings", files=DOCKERFILES)
    yield Recording(scanner="hadolint", what="unreadable", files=UNREADABLE_DOCKERFILES)
    yield Recording(scanner="syntax", what="findings", files=DANGEROUS)
    yield Recording(scanner="syntax", what="unreadable", files=UNREADABLE)
    secret = scanners["secrets"].canary.content
    marked = secret.splitlines()[0] + b"  # gitleaks:allow - made up\n"
    yield Recording(scanner="secrets", what="findings", files={"a.txt": secret, "b.cfg": marked, "c.py": "x = 1\n"})
    yield Recording(scanner="secrets", what="unseen", files={"a.txt": "x\n", "gone.txt": None})
    yield Recording(scanner="dependencies", what="findings", files=MANIFESTS, advisories=True)
    yield Recording(scanner="dependencies", what="inventory", files=MANIFESTS)
    yield Recording(scanner="syft", what="findings", files=LOCKFILES, advisories=True)
    yield Recording(scanner="syft", what="inventory", files=LOCKFILES)
    yield Recording(scanner="pip-audit", what="findings", files=MANIFESTS)


def main(wanted: list[str]) -> int:
    """Record everything that is recorded here, or the scanners that are named."""
    scanners = dict(discovery.scanners(()))
    recorded = {recording.scanner for recording in recordings(scanners)}
    for name in sorted(recorded & set(wanted or recorded)):
        shutil.rmtree(SAMPLES / name, ignore_errors=True)
        (SAMPLES / name).mkdir(parents=True)
        jobs = {}
        for recording in recordings(scanners):
            if recording.scanner == name:
                sample, job = record(scanners[name], recording)
                jobs[sample] = job
        text = json.dumps(jobs, indent=2, sort_keys=True)
        (SAMPLES / name / "jobs.json").write_text(f"{text}\n")
    if not wanted or "sarif" in wanted:
        sarif()
    return 0


def record(scanner: Scanner, recording: Recording) -> tuple[str, dict[str, object]]:
    """Make one sample; give its file's name and how it was made."""
    engine = next(each for each in scanner.engines if recording.engine in {each.name, None})
    with tempfile.TemporaryDirectory() as name, _service() as address:
        base = Path(name).resolve()
        job = _job(scanner, recording, engine, base, address)
        output = _run(scanner, job)
        version = scanner.parse(output, job).version or _version(engine, base)
        sample = f"{version}-{recording.what}.json"
        (SAMPLES / scanner.name / sample).write_bytes(clean(output.stdout, base, address))
        made: dict[str, object] = {
            "files": list(job.files),
            "engine": engine.name,
            "exit": output.exit,
            "advisories": recording.advisories,
        }
        print(f"{scanner.name}/{sample}: {len(output.stdout):,} bytes, exit {output.exit}")
        return sample, made


def _job(scanner: Scanner, recording: Recording, engine: Engine, base: Path, address: str) -> Job:
    for folder in FOLDERS:
        (base / folder).mkdir()
    _write(base / "tree", recording.files)
    _write(base / "canary", {**scanner.canary.extra, scanner.canary.name: scanner.canary.content})
    pack = scanner.name.removeprefix("semgrep-") if "-" in scanner.name else "python"
    canaries = sorted((bundled.policies() / "rules").glob("*/canary.yaml"))
    _write(base / "rules", {f"{file.parent.name}/{file.name}": file.read_text() for file in canaries})
    _write(base / "rules" / pack, recording.rules)
    _write(base / "advisories", {"PyPI/PYSEC-2019-217.json": json.dumps(ADVISORY)})
    if scanner.name == "syft":
        _write(base / "advisories", {"crates.io/RUSTSEC-2026-0001.json": json.dumps(CRATE_ADVISORY)})
    return Job(
        root=base / "tree",
        files=tuple(sorted(f"./{name}" for name in recording.files)),
        canary=base / "canary" / scanner.canary.name,
        scratch=base / "scratch",
        engine=engine.name,
        settings=Settings(
            rules=(base / "rules",),
            advisories=base / "advisories" if recording.advisories else None,
            osv_url=f"{address}/v1/query",
        ),
    )


def _write(folder: Path, files: Mapping[str, str | bytes | None]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if content is not None:
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)


def _run(scanner: Scanner, job: Job) -> Output:
    """Run the command as run.py does."""
    command = scanner.command(job)
    _write(job.scratch, dict(command.write))
    program = process.find(command.argv[0], root=job.root)
    assert program is not None, f"{command.argv[0]} is not installed"
    environment = process.clean_environment(
        scratch=job.scratch, root=job.root, network=False, extra={**command.environment, "NO_PROXY": "127.0.0.1"}
    )
    argv = (str(program), *command.argv[1:])
    done = process.run(argv, cwd=job.root, environment=environment, limits=LIMITS, stdin=command.stdin)
    assert done.exit in command.exits, done
    return Output(stdout=done.stdout, stderr=done.stderr, exit=done.exit)


def _version(engine: Engine, base: Path) -> str:
    if engine.version is None:
        return secrets_output.VERSION
    program = process.find(engine.program, root=base / "tree")
    environment = process.clean_environment(scratch=base / "scratch", root=base / "tree", network=False, extra={})
    done = process.run((str(program), *engine.version), cwd=base, environment=environment, limits=LIMITS)
    return next(word for word in done.stdout.decode().split() if word[0].isdigit())


def clean(data: bytes, base: Path, address: str) -> bytes:
    """Take the machine, the day and the time that it took out of an output."""
    text = data.decode()
    text = re.sub(r'("generated_at": ")[^"]*', rf"\g<1>{DATE}T00:00:00Z", text)
    text = re.sub(r'("asked_on":")[^"]*', rf"\g<1>{DATE}", text)
    text = re.sub(r',"time":\{.*?("fixpoint_timeouts":\[[^\[\]]*\]).*?\}(?=,"engine_requested")', r',"time":{\1}', text)
    text = text.replace(address, "http://osv.example").replace(str(base), "")
    assert not re.search(r"/(tmp|home|root|work)/", text), text
    return text.encode()


class _Osv(BaseHTTPRequestHandler):
    """An OSV service that knows one advisory."""

    known: ClassVar[Mapping[str, object]] = ADVISORY

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        affected = asked["package"]["name"] == "jinja2" and asked["version"] == "2.4.1"
        body = json.dumps({"vulns": [self.known]} if affected else {}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Be silent."""


@contextmanager
def _service() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Osv)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def sarif() -> None:
    """Record semgrep's SARIF, with a marker that suppresses and a file that it cannot parse."""
    files = {**DANGEROUS, "marked.py": "eval('1')  # nosemgrep: eval-called\n", "broken.py": "x = t'{1}'\neval('1')\n"}
    with tempfile.TemporaryDirectory() as name:
        base = Path(name).resolve()
        for folder in FOLDERS:
            (base / folder).mkdir()
        _write(base / "tree", files)
        _write(base / "rules", {"own.yaml": RULES})
        program = process.find("semgrep", root=base / "tree")
        options = ("scan", "--sarif", "--quiet", "--metrics=off", "--config=../rules")
        argv = (str(program), *options, *sorted(f"./{each}" for each in files))
        environment = process.clean_environment(scratch=base / "scratch", root=base / "tree", network=False, extra={})
        environment |= {"SEMGREP_ENABLE_VERSION_CHECK": "0"}
        done = process.run(argv, cwd=base / "tree", environment=environment, limits=LIMITS)
        log = json.loads(done.stdout)
        version = log["runs"][0]["tool"]["driver"]["semanticVersion"]
        (SAMPLES / "sarif").mkdir(exist_ok=True)
        data = clean(done.stdout, base, "http://osv.example")
        (SAMPLES / "sarif" / f"{version}-semgrep.sarif").write_bytes(data)
        print(f"sarif/{version}-semgrep.sarif: {len(data):,} bytes, exit {done.exit}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
