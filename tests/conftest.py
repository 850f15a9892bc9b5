"""What every test may ask for: shared advisory data, programs, and a tree to put files in."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# the same examples in every run, and no clock: a busy machine must not fail a test
settings.register_profile("promises", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("promises")

REPOSITORY = Path(__file__).resolve().parent.parent
REQUIRE = "DEVSECGATE_REQUIRE_PROGRAMS"
"""Set to 1 (as `.ci/run` does), a program that is not there is a failure instead of a skip."""
_ONE_PACK = re.compile(r"(?:.*/)?test_rules\.py::\w+\[([a-z]+)\b")
_ONE_RUN = re.compile(
    r"(?:.*/)?test_(?:change_identity|explain|hostile_tree|identical_runs|identity_mutations)\.py(?=::)"
)


class Together(LoadScopeScheduling):
    """Gives what asks for one costly fixture to one process, which makes it once, and all else to whoever is free."""

    def _split_scope(self, nodeid: str) -> str:
        pack, run = _ONE_PACK.match(nodeid), _ONE_RUN.match(nodeid)
        return f"rules of {pack[1]}" if pack else run[0] if run else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Together:
    """Divide the tests over processes."""
    return Together(config, log)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout that is tested."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real advisory records, or a skip that names what is missing."""
    folder = Path(os.environ.get("DEVSECGATE_SHARED", REPOSITORY.parent / "shared")) / "data"
    if not (folder / "osv").is_dir():
        pytest.skip(f"no real advisory records at {folder}; set DEVSECGATE_SHARED to the folder that holds data/osv")
    return folder


@pytest.fixture(scope="session")
def program() -> Callable[[str], str]:
    """Find a program by name: beside the interpreter, then on PATH; a skip that names it where it is not there."""

    def find(name: str) -> str:
        beside = Path(sys.executable).parent / name
        found = str(beside) if beside.exists() else shutil.which(name)
        if found is None:
            message = f"the program {name} is not installed"
            if os.environ.get(REQUIRE) == "1":
                pytest.fail(message)
            pytest.skip(message)
        return found

    return find


@pytest.fixture
def tree(tmp_path: Path) -> Callable[[dict[str, str | bytes]], Path]:
    """Write files below a fresh folder, and give the folder."""

    def write(files: dict[str, str | bytes]) -> Path:
        root = tmp_path / "tree"
        root.mkdir(exist_ok=True)
        for name, content in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return root

    return write
