"""`devsecgate scanners` lists what can look, and does not claim what is not there."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from devsecgate import discovery

Command = Callable[..., subprocess.CompletedProcess[str]]

SCANNERS = discovery.scanners(())


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """An interpreter with all our packages, and none of their programs beside it."""
    real = Path(sys.executable).parent
    folder = tmp_path / "toolbox" / "bin"
    folder.mkdir(parents=True)
    shutil.copy(real.parent / "pyvenv.cfg", folder.parent)
    (folder.parent / "lib").symlink_to(real.parent / "lib")
    (folder / "python").symlink_to(Path(sys.executable).resolve())
    return folder / "python"


def test_every_scanner_is_listed_with_its_layer_and_its_proof(devsecgate: Command) -> None:
    done = devsecgate("scanners")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    heads = [f"{each.name} ({each.kind.value}): {each.about}" for each in SCANNERS.values()]
    proofs = [f"    proves itself with {each.canary.rule} in {each.canary.name}" for each in SCANNERS.values()]
    assert [line for line in lines if not line.startswith(" ")] == heads
    assert [line for line in lines if line.startswith("    proves ")] == proofs
    assert len(SCANNERS) >= 6


def test_every_engine_of_every_scanner_is_listed_in_its_order(devsecgate: Command) -> None:
    lines = devsecgate("scanners").stdout.splitlines()
    listed = [line.strip().partition(": ")[0] for line in lines if line.startswith("    ") and "proves" not in line]
    assert listed == [engine.name for each in SCANNERS.values() for engine in each.engines]


def test_what_is_not_installed_is_told_with_the_way_to_install_it(bare: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [bare, "-m", "devsecgate", "scanners"],
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": str(tmp_path), "HOME": str(tmp_path)},
    )
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert "    bandit: MISSING: pip install bandit" in lines
    assert "    banditrs: not installed, optional: pip install 'devsecgate[fast]'" in lines
    assert "    devsecgate secrets: installed" in lines
    for scanner in SCANNERS.values():
        for engine in scanner.engines:
            if engine.program != "python":
                state = (
                    f"not installed, optional: {engine.install}" if engine.optional else f"MISSING: {engine.install}"
                )
                assert f"    {engine.name}: {state}" in lines
