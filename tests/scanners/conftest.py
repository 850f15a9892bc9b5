"""A tree goes in, and what the real scanners say of it comes out; any of their programs can be replaced by another."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from devsecgate import bundled, coverage, discovery, plan, run, target
from devsecgate.model import ScanResult
from devsecgate.scanner import Settings

Scan = Callable[..., dict[str, ScanResult]]


@pytest.fixture
def scan(tmp_path_factory: pytest.TempPathFactory) -> Scan:
    """Run scanners by name on a tree, as the gate does, and give their results by name.

    Of the bundled rules for semgrep only the canaries': a better rule must not change what is said of an adapter.
    """
    bundle = tmp_path_factory.mktemp("rules")
    for canary in sorted((bundled.policies() / "rules").glob("*/canary.yaml")):
        (bundle / canary.parent.name).mkdir()
        shutil.copy(canary, bundle / canary.parent.name)

    def look(
        root: Path,
        *names: str,
        refused: Sequence[str] = (),
        rules: Sequence[Path] = (),
        reconciled: bool = False,
        processors: int = 1,
        timeout: float = 300,
    ) -> dict[str, ScanResult]:
        seen = target.read(root, exclude=frozenset(), max_file_size=1 << 30)
        settings = Settings(rules=(bundle, *rules), processors=processors, offline=True)
        known = discovery.scanners(())
        planned = plan.plan(
            seen.files,
            scripts=seen.scripts,
            links=seen.links,
            scanners={name: known[name] for name in names},
            settings=settings,
            disabled=frozenset(),
            layers_off=frozenset(),
        )
        conditions = run.Conditions(
            root=seen.root,
            target_files=frozenset(seen.files),
            settings=settings,
            timeout=timeout,
            memory=8 << 30,
            refused_engines=frozenset(refused),
        )
        results = run.run(planned, conditions, lambda name, done: None)
        return {each.scanner: each for each in (coverage.reconcile(results) if reconciled else results)}

    return look


@dataclass(frozen=True)
class Toolbox:
    """The folder in which the gate looks for programs first."""

    folder: Path

    def fake(self, tool: str, code: str) -> None:
        """Replace a tool by a Python program; REAL in its code is the path of the real one."""
        real = (self.folder / tool).resolve()
        self.remove(tool)
        header = f"#!{Path(sys.executable).resolve()} -IS\nimport os, subprocess, sys\nREAL = {str(real)!r}\n"
        (self.folder / tool).write_text(header + code)
        (self.folder / tool).chmod(0o755)

    def remove(self, tool: str) -> None:
        (self.folder / tool).unlink()


@pytest.fixture
def toolbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Toolbox:
    """The real programs behind links in a folder of the test's own."""
    folder = tmp_path / "toolbox" / "bin"
    folder.mkdir(parents=True)
    real = Path(sys.executable).parent
    shutil.copy(real.parent / "pyvenv.cfg", folder.parent)
    (folder.parent / "lib").symlink_to(real.parent / "lib")
    for program in real.iterdir():
        (folder / program.name).symlink_to(program.resolve() if "python" in program.name else program)
    monkeypatch.setattr(sys, "executable", str(folder / "python"))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    return Toolbox(folder=folder)
