"""The lock in, an environment with the locked toolchain and devsecgate out: what the GitHub Action runs first.

`key` says under which name the downloaded wheels are cached; `install` makes the environment. Nothing is installed
yet, so this is the standard library alone.

What the cache gives back is not trusted, for a pull request's own run may have written it. It holds wheels, and never
an environment; pip compares each of them with the hashes of the lock before it installs it. Pip's own cache is not
used: wheels that it once built itself are not compared.
"""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
import venv
from pathlib import Path

_REPOSITORY = Path(__file__).resolve().parent.parent
_LOCK = Path("requirements", "toolchain.lock")
_SOURCES = ("devsecgate", "policies", "requirements", "pyproject.toml")
_PIP = ("--disable-pip-version-check", "--quiet", "--no-input", "--no-cache-dir")
_LOCKED = ("--no-deps", "--require-hashes", "--only-binary=:all:")


def digest(repository: Path) -> str:
    """Digest all that an environment is made of: SHA-256, hex."""
    found = hashlib.sha256(sys.version.encode())
    for source in _SOURCES:
        place = repository / source
        for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if file.is_file() and file.suffix != ".pyc":
                content = hashlib.sha256(file.read_bytes()).hexdigest()
                found.update(f"{file.relative_to(repository).as_posix()}\0{content}\n".encode())
    return found.hexdigest()


def key(repository: Path) -> str:
    """Name the wheels by all that decides which they are."""
    lock = hashlib.sha256((repository / _LOCK).read_bytes()).hexdigest()
    python = f"{sys.implementation.name}{sys.version_info.major}.{sys.version_info.minor}"
    return f"devsecgate-wheels-{sys.platform}-{platform.machine()}-{python}-{lock}"


def install(repository: Path, temporary: Path) -> None:
    """Make the environment; one that this job has made already, of the same sources, is left as it is."""
    environment, stamp = temporary / "devsecgate-environment", temporary / "devsecgate-environment.sha256"
    wheels = temporary / "devsecgate-wheels"
    made_of = digest(repository)
    if stamp.is_file() and stamp.read_text() == made_of:
        _say("the environment is there already")
        return
    wheels.mkdir(exist_ok=True)
    venv.create(environment, with_pip=True, clear=True)
    pip = (str(environment / "bin" / "python"), "-I", "-m", "pip", *_PIP)
    lock = str(repository / _LOCK)
    # from the wheels that are there; where these do not do, they are downloaded, and it is tried again
    offline = (*pip, "install", *_LOCKED, "--no-index", f"--find-links={wheels}", "-r", lock)
    if subprocess.run(offline, check=False, stderr=subprocess.DEVNULL).returncode:
        subprocess.run((*pip, "download", *_LOCKED, f"--dest={wheels}", "-r", lock), check=True)
        subprocess.run(offline, check=True)
    package = (*pip, "install", "--no-deps", "--no-index", "--no-build-isolation", str(repository))
    subprocess.run(package, check=True)
    stamp.write_text(made_of)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def main(arguments: list[str]) -> int:
    """Run one of the two commands; the runner's variables say where."""
    if arguments == ["key"]:
        with Path(os.environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8") as file:
            file.write(f"key={key(_REPOSITORY)}\n")
        return 0
    if arguments == ["install"]:
        try:
            install(_REPOSITORY, Path(os.environ["RUNNER_TEMP"]))
        except subprocess.CalledProcessError as error:
            _say(
                f"::error title=devsecgate::the locked toolchain could not be installed (pip exited {error.returncode})"
            )
            return 2
        return 0
    _say("usage: install.py key|install")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
