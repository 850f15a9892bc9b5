"""A matcher's name and its arguments in; what it printed out, or `Failed`; and the files that it is to look at, staged.

The files are copied into a private folder: no configuration of the scanned tree is beside them, and the canary is.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

LARGEST_OUTPUT = 256 << 20
_TOLD = 1 << 16
_KEPT = (
    "PATH", "DEVSECGATE_JOB", "LANG", "LC_ALL", "TMPDIR", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy",
    "https_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR",
)  # fmt: skip
CANARY = ("requirements.txt", b"jinja2==2.4.1\n")
"""A package that every matcher's database knows to be vulnerable."""
CANARY_RULE = "CVE-2019-10906"


class Failed(Exception):  # noqa: N818 - it names what was met
    """The matcher is not there, or did not do its work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one run printed."""

    output: bytes
    told: tuple[str, ...]
    """The last lines of its stderr."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """Files to look at, in a folder of their own."""

    folder: Path
    canary_folder: str
    files: tuple[str, ...]


def find(name: str) -> Path:
    """Find a program on PATH; relative entries of it are whoever's who chose the working directory."""
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = Path(folder, name)
        if Path(folder).is_absolute() and path.is_file() and os.access(path, os.X_OK):
            return path
    raise Failed(f"{name} is not on PATH: install it, or take it out of scanners.enable")


def cache(name: str) -> Path:
    """Give the folder in which the user's own matcher keeps its database: the gate's children have no home."""
    caches = "Library/Caches" if sys.platform == "darwin" else ".cache"
    return Path(pwd.getpwuid(os.getuid()).pw_dir, caches, name)


def stage(root: Path, files: Iterable[str], folder: Path, *, canary: Path) -> Staged:
    """Copy files of the tree, and the canary, into a folder."""
    paths = [PurePosixPath(each.removeprefix("./")) for each in files]
    tops = {each.parts[0] for each in paths}
    beside = next(name for number in range(len(tops) + 1) if (name := f"devsecgate-canary-{number}") not in tops)
    copied = []
    for path in paths:
        if ".." in path.parts or path.is_absolute():
            continue
        source, place = root / path, folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if source.is_file() and not source.is_symlink():
            shutil.copyfile(source, place, follow_symlinks=False)
            copied.append(str(path))
    (folder / beside).mkdir(parents=True)
    shutil.copyfile(canary, folder / beside / canary.name)
    return Staged(folder=folder, canary_folder=beside, files=tuple(sorted(copied)))


def start(argv: Sequence[str], *, home: Path, extra: Mapping[str, str]) -> Said:
    """Run a matcher in a private folder; raises `Failed` unless it ends with 0.

    It stays in this program's process group and keeps its marker, so that the gate ends both together.
    """
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    private = {"HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_CACHE_HOME": str(home)}
    said = bytearray()
    with subprocess.Popen(
        list(argv),
        cwd=home,
        env={**kept, **private, "NO_COLOR": "1", **extra},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        listener = threading.Thread(target=_keep_end, args=(child.stderr, said), daemon=True)
        listener.start()
        printed = child.stdout.read(LARGEST_OUTPUT + 1)
        if len(printed) > LARGEST_OUTPUT:
            child.kill()
        listener.join()
    name = Path(argv[0]).name
    if len(printed) > LARGEST_OUTPUT:
        raise Failed(f"{name} was stopped: it printed more than {LARGEST_OUTPUT:,} bytes")
    told = tuple(line for line in said.decode("utf-8", errors="replace").splitlines() if line.strip())
    if child.returncode != 0:
        raise Failed(f"{name} failed (exit {child.returncode}): {' '.join(told[-3:])}")
    return Said(output=printed, told=told)


def _keep_end(stream: IO[bytes], kept: bytearray) -> None:
    while chunk := stream.read(4096):
        kept += chunk
        del kept[:-_TOLD]
