"""Run the bundled packs alone, as the gate's scanner runs them, and say what they report and what it cost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

REPOSITORY = Path(__file__).resolve().parent.parent
RULES = REPOSITORY / "policies" / "rules"
_SEMGREP = str(Path(sys.executable).parent / "semgrep")


class _Start(msgspec.Struct, frozen=True):
    line: int


class _Metadata(msgspec.Struct, frozen=True):
    cwe: list[str] = []
    confidence: str = ""


class _Extra(msgspec.Struct, frozen=True):
    severity: str
    metadata: _Metadata


class Report(msgspec.Struct, frozen=True):
    """One result of semgrep."""

    check_id: str
    path: str
    start: _Start
    extra: _Extra

    @property
    def rule(self) -> str:
        """The rule's own id, without the folders of its file."""
        return self.check_id.rpartition(".")[2]

    @property
    def cwes(self) -> tuple[int, ...]:
        """The numbers alone."""
        return tuple(int(text.partition(":")[0].removeprefix("CWE-")) for text in self.extra.metadata.cwe)


class _Document(msgspec.Struct, frozen=True):
    results: list[Report]
    errors: list[msgspec.Raw]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What one run reported and cost."""

    reports: tuple[Report, ...]
    errors: int
    wall: float
    """Seconds."""
    cpu: float
    """Seconds of user and system time, with children."""


def scan(root: Path, *, rules: Path = RULES / "python", targets: Iterable[str] = (".",), jobs: int = 2) -> Scan:
    """Look at everything below `root` with the rules of one pack; the paths of reports are relative to it."""
    argv = (
        _SEMGREP, "scan", "--experimental", "--json", "--quiet", "--metrics=off", "--disable-nosem",
        "--no-git-ignore", "--scan-unknown-extensions", "--max-target-bytes=0", "--timeout=20", f"--jobs={jobs}",
        f"--config={os.path.relpath(rules, root)}", *targets,
    )  # fmt: skip
    environment = {**os.environ, "SEMGREP_ENABLE_VERSION_CHECK": "0", "SEMGREP_SEND_METRICS": "off"}
    before = os.times()
    done = subprocess.run(argv, cwd=root, env=environment, capture_output=True, check=False)
    after = os.times()
    if done.returncode != 0:
        raise SystemExit(f"semgrep exited with {done.returncode}: {done.stderr.decode(errors='replace')[-2000:]}")
    document = msgspec.json.decode(done.stdout, type=_Document)
    return Scan(
        reports=tuple(document.results),
        errors=len(document.errors),
        wall=after.elapsed - before.elapsed,
        cpu=after.children_user - before.children_user + after.children_system - before.children_system,
    )
