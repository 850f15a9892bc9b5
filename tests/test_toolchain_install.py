"""requirements/install.py: only wheels of the lock are installed, whatever the cache or the index gives."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

NAME = "locked-1.0-py3-none-any.whl"
BACKEND = """
import zipfile
def build_wheel(folder, config_settings=None, metadata_directory=None):
    with zipfile.ZipFile(f"{folder}/gated-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("gated.py", "")
        wheel.writestr("gated-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: gated\\nVersion: 1.0\\n")
        wheel.writestr("gated-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("gated-1.0.dist-info/RECORD", "")
    return "gated-1.0-py3-none-any.whl"
"""
PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "gated"
version = "1.0"
"""


def wheel(folder: Path, code: str) -> Path:
    """Make a wheel with one module, the same bytes each time."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "locked.py": code,
        "locked-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: locked\nVersion: 1.0\n",
        "locked-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "locked-1.0.dist-info/RECORD": "",
    }
    with zipfile.ZipFile(folder / NAME, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return folder / NAME


@pytest.fixture
def checkout(tmp_path: Path, repository: Path) -> Path:
    """A project that is locked to one wheel."""
    folder = tmp_path / "checkout"
    (folder / "requirements").mkdir(parents=True)
    shutil.copy(repository / "requirements" / "install.py", folder / "requirements")
    honest = hashlib.sha256(wheel(tmp_path / "index" / "locked", "HONEST = True\n").read_bytes()).hexdigest()
    (folder / "requirements" / "toolchain.lock").write_text(f"locked==1.0 --hash=sha256:{honest}\n")
    (tmp_path / "index" / "locked" / "index.html").write_text(f'<a href="{NAME}">{NAME}</a>')
    (folder / "pyproject.toml").write_text(PROJECT)
    (folder / "backend.py").write_text(BACKEND)
    (tmp_path / "temporary").mkdir()
    return folder


def install(checkout: Path, command: str = "install") -> subprocess.CompletedProcess[str]:
    """Run the script with an index that is a folder, and none of the machine's settings."""
    base = checkout.parent
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(base),
        "RUNNER_TEMP": str(base / "temporary"),
        "GITHUB_OUTPUT": str(base / "output"),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": (base / "index").as_uri(),
    }
    argv = [sys.executable, "-I", str(checkout / "requirements" / "install.py"), command]
    return subprocess.run(argv, env=environment, cwd=base, check=False, capture_output=True, text=True)


def installed(checkout: Path) -> str:
    """Give the module that was installed."""
    (file,) = (checkout.parent / "temporary" / "devsecgate-environment").glob("lib/python*/site-packages/locked.py")
    return file.read_text()


def test_the_locked_wheels_are_downloaded_kept_and_installed(checkout: Path) -> None:
    done = install(checkout)
    assert (done.returncode, installed(checkout)) == (0, "HONEST = True\n"), done.stdout + done.stderr
    assert [file.name for file in (checkout.parent / "temporary" / "devsecgate-wheels").iterdir()] == [NAME]


def test_wheels_of_the_cache_are_enough(checkout: Path) -> None:
    wheels = checkout.parent / "temporary" / "devsecgate-wheels"
    shutil.move(checkout.parent / "index" / "locked", wheels)
    done = install(checkout)
    assert (done.returncode, installed(checkout)) == (0, "HONEST = True\n"), done.stdout + done.stderr


def test_a_wheel_that_somebody_put_into_the_cache_is_replaced(checkout: Path) -> None:
    wheel(checkout.parent / "temporary" / "devsecgate-wheels", "HONEST = False\n")
    done = install(checkout)
    assert (done.returncode, installed(checkout)) == (0, "HONEST = True\n"), done.stdout + done.stderr


def test_a_wheel_that_is_not_the_locked_one_is_not_installed(checkout: Path) -> None:
    wheel(checkout.parent / "index" / "locked", "HONEST = False\n")
    done = install(checkout)
    assert (done.returncode, "::error title=devsecgate::" in done.stdout) == (2, True)
    temporary = checkout.parent / "temporary"
    assert list(temporary.glob("devsecgate-environment/lib/python*/site-packages/locked.py")) == []
    assert not (temporary / "devsecgate-environment.sha256").exists()


def test_a_second_use_in_one_job_takes_what_is_there_unless_the_sources_differ(checkout: Path) -> None:
    assert install(checkout).returncode == 0
    assert install(checkout).stdout == "the environment is there already\n"
    (checkout / "pyproject.toml").write_text(PROJECT + "# changed\n")
    again = install(checkout)
    assert (again.returncode, again.stdout) == (0, "")


def test_the_wheels_are_cached_by_the_lock_and_the_python(checkout: Path) -> None:
    assert install(checkout, "key").returncode == 0
    digest = hashlib.sha256((checkout / "requirements" / "toolchain.lock").read_bytes()).hexdigest()
    said = (checkout.parent / "output").read_text()
    version = f"{sys.implementation.name}{sys.version_info.major}.{sys.version_info.minor}"
    assert said.startswith("key=devsecgate-wheels-")
    assert said.endswith(f"-{version}-{digest}\n")


def test_another_command_is_refused(checkout: Path) -> None:
    assert install(checkout, "instal").returncode == 2
