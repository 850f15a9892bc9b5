"""The real command in a process of its own, with a home of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

Command = Callable[..., subprocess.CompletedProcess[str]]

RECORD = {
    "id": "PYSEC-2020-1",
    "modified": "2020-01-01T00:00:00Z",
    "affected": [{"package": {"ecosystem": "PyPI", "name": "another"}, "versions": ["1.0"]}],
}


@pytest.fixture(scope="session")
def devsecgate_at() -> Command:
    """Run `devsecgate` with the home that is given first, and what was printed as text."""

    def run(
        home: Path, *arguments: str | Path, cwd: Path | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        home.mkdir(exist_ok=True)
        clean = {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), **environment}
        return subprocess.run(
            [sys.executable, "-m", "devsecgate", *map(str, arguments)],
            check=False,
            cwd=cwd or home,
            env=clean,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )

    return run


@pytest.fixture
def devsecgate(devsecgate_at: Command, tmp_path: Path) -> Command:
    """Run `devsecgate` with a fresh home: no run before, no settings."""

    def run(*arguments: str | Path, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        return devsecgate_at(tmp_path / "home", *arguments, cwd=cwd, **environment)

    return run


@pytest.fixture(scope="session")
def advisories(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of advisory records that says nothing about any project here."""
    folder = tmp_path_factory.mktemp("advisories")
    (folder / "PyPI").mkdir()
    with zipfile.ZipFile(folder / "PyPI" / "all.zip", "w") as archive:
        archive.writestr("PYSEC-2020-1.json", json.dumps(RECORD))
    return folder


@pytest.fixture
def project(tree: Callable[[dict[str, str | bytes]], Path]) -> Path:
    """A project that passes and is looked at quickly."""
    return tree({"README.md": "# A project\n"})
