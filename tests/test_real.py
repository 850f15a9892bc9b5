"""The fetching of real releases refuses what is not what the table says, and extracts nothing by halves."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
import sys
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import pytest


def archive_of(files: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return packed.getvalue()


SOURCE = archive_of({"tiny-1.0/tiny.py": "a = 1\nb = 2\n", "tiny-1.0/PKG-INFO": "Name: tiny\n"})


class Index(BaseHTTPRequestHandler):
    """A simple index with one project (PEP 691)."""

    def do_GET(self) -> None:
        pages = {
            "/simple/tiny/": json.dumps({"files": [{"filename": "tiny-1.0.tar.gz", "url": "../../t.gz#x"}]}).encode()
        }
        body = pages.get(self.path) or (SOURCE if self.path == "/t.gz" else None)
        self.send_response(200 if body is not None else 404)
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def real(repository: Path) -> Iterator[ModuleType]:
    folder = str(repository / "benchmarks")
    sys.path.insert(0, folder)
    try:
        spec = importlib.util.spec_from_file_location("real", repository / "benchmarks" / "real.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["real"] = module
        spec.loader.exec_module(module)
        yield module
    finally:
        sys.path.remove(folder)
        sys.modules.pop("real", None)
        sys.modules.pop("real_projects", None)


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Index)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_port}/simple/")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def tiny(real: ModuleType) -> object:
    digest = hashlib.sha256(SOURCE).hexdigest()
    return real.Archive(name="tiny", version="1.0", file="tiny-1.0.tar.gz", sha256=digest)


@pytest.mark.usefixtures("index")
def test_an_archive_is_downloaded_once_and_extracted(real: ModuleType, tiny: object, tmp_path: Path) -> None:
    tree = real.fetch(tiny, tmp_path)
    assert (tree / "tiny.py").read_text() == "a = 1\nb = 2\n"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["tiny-1.0", "tiny-1.0.tar.gz"]
    assert real.python_lines(tree) == 2


@pytest.mark.usefixtures("index")
def test_another_hash_is_refused_and_leaves_nothing(real: ModuleType, tiny: object, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="refused"):
        real.fetch(replace(tiny, sha256="0" * 64), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("index")
def test_a_damaged_file_in_the_cache_is_fetched_again(real: ModuleType, tiny: object, tmp_path: Path) -> None:
    (tmp_path / "tiny-1.0.tar.gz").write_bytes(SOURCE[:100])
    assert (real.fetch(tiny, tmp_path) / "tiny.py").is_file()


def test_an_archive_that_climbs_out_is_refused(real: ModuleType, tmp_path: Path) -> None:
    file = tmp_path / "evil-1.0.tar.gz"
    file.write_bytes(archive_of({"../evil.py": "a = 1\n"}))
    with pytest.raises(tarfile.FilterError):
        real.extract(file, tmp_path / "evil-1.0")
    assert [each.name for each in tmp_path.iterdir()] == ["evil-1.0.tar.gz"]


def test_a_place_that_moved_is_named(real: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\ny = 2\n")
    places = [real.Place(path="a.py", line=1, code="x = 1"), real.Place(path="a.py", line=1, code="y = 2")]
    assert real.misplaced(tmp_path, places) == [f"{tmp_path.name}/a.py:1 does not hold y = 2"]


def test_a_flaw_is_found_only_by_its_own_family(real: ModuleType) -> None:
    def report(cwe: int, line: int, end_line: int | None) -> object:
        where = real.SeenPlace(path="a.py", line=line, end_line=end_line)
        finding = real.SeenFinding(scanner="bandit", rule="B1", severity="high", location=where, cwes=[cwe])
        issue = real.SeenIssue(
            kind="code", message="", severity="high", action="block", location=where, findings=[finding]
        )
        return real.SeenReport(outcome="fail", exit_code=1, target=real.SeenTarget(files=1), issues=[issue], gaps=[])

    places = [real.Place(path="a.py", line=7, code="")]
    assert real.spoken(report(77, 5, 9), places, 78) == "**yes** (bandit:B1)"
    assert real.spoken(report(400, 7, None), places, 78) == "no; another kind: bandit:B1"
    assert real.spoken(report(78, 8, 9), places, 78) == "no"


def test_test_code_is_told_by_the_path_rules_of_the_default_policy(real: ModuleType) -> None:
    in_tests = ("tests/a.py", "src/test/a.py", "src/test_a.py", "conftest.py", "docs/a.py", "examples/a.py")
    own = ("src/contest.py", "latest/a.py", "src/docs/a.py", "app/tests.py")
    assert [path for path in (*in_tests, *own) if real.in_tests(path)] == list(in_tests)


def test_lines_of_tests_are_no_lines_of_the_own_code(real: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "a.py").write_text("x = 1\ny = 2\n")
    (tmp_path / "a.py").write_text("x = 1\n")
    assert (real.python_lines(tmp_path), real.python_lines(tmp_path, own=True)) == (3, 1)


def test_only_what_is_high_allowed_by_nobody_and_outside_of_tests_is_loud(real: ModuleType) -> None:
    def issue(path: str, *, severity: str = "high", action: str = "warn", scanner: str = "bandit") -> object:
        where = real.SeenPlace(path=path, line=1, end_line=None)
        finding = real.SeenFinding(scanner=scanner, rule="x", severity=severity, location=where, cwes=[])
        return real.SeenIssue(
            kind="code", message="", severity=severity, action=action, location=where, findings=[finding]
        )

    wanted = [issue("a.py"), issue("a.js", severity="critical", scanner="semgrep-javascript")]
    quiet = [issue("tests/a.py"), issue("b.py", action="allow"), issue("c.py", severity="medium")]
    target = real.SeenTarget(files=5)
    report = real.SeenReport(outcome="fail", exit_code=1, target=target, issues=[*quiet, *wanted], gaps=[])
    archive = real.Archive(name="tiny", version="1.0", file="tiny-1.0.tar.gz", sha256="0")
    run = real.Run(archive=archive, report=report, lines=50_000, own_lines=40_000, seconds=1.0)
    assert real.loud(report) == wanted
    assert real.rates(run) == "1.00 (0.50)"
