"""A wheel is made without a network, holds all that the gate needs, and judges a project from where it is installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    argv = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(folder)]
    done = subprocess.run([*argv, str(repository)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel in it; what the wheel depends on is borrowed from this one."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    argv = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index"]
    done = subprocess.run([*argv, str(wheel)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (site,) = folder.glob("lib/python*/site-packages")
    (site / "borrowed.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    return folder


def run(installed: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {"PATH": tools, "HOME": str(cwd)}
    argv = [str(installed / "bin" / "devsecgate"), *arguments]
    return subprocess.run(argv, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def test_the_wheel_holds_every_policy_rule_and_lesson(wheel: Path, repository: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    policies = (file for file in (repository / "policies").rglob("*") if file.is_file())
    modules = (file for file in (repository / "devsecgate").rglob("*.py"))
    templates = (repository / "devsecgate" / "reports" / "templates").iterdir()
    wanted = {f"devsecgate/{file.relative_to(repository).as_posix()}" for file in policies}
    wanted |= {file.relative_to(repository).as_posix() for file in (*modules, *templates)}
    assert wanted - held == set()


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        roots = {name.partition("/")[0] for name in archive.namelist()}
    assert {root for root in roots if root != "devsecgate" and not root.endswith(".dist-info")} == set()


def test_what_is_installed_explains_and_shows_its_policies(installed: Path, tmp_path: Path) -> None:
    explained = run(installed, "explain", "bandit:B602", cwd=tmp_path)
    assert (explained.returncode, "How to fix it" in explained.stdout) == (0, True), explained.stderr
    shown = run(installed, "policy", "show", cwd=tmp_path)
    assert (shown.returncode, shown.stdout.splitlines()[0]) == (0, "# effective policy, made of: default")


def test_what_is_installed_judges_the_example(installed: Path, repository: Path, tmp_path: Path) -> None:
    shop = repository / "examples" / "shop"
    report = tmp_path / "report.json"
    arguments = ("gate", str(shop), "--advisories", str(shop / "advisories"), "--offline", "--report", f"json={report}")
    done = run(installed, *arguments, cwd=tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    kinds = {issue["kind"] for issue in json.loads(report.read_bytes())["issues"]}
    assert {"code", "dependency", "secret"} <= kinds
