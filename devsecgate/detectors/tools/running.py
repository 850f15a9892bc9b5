"""A matcher's name and its arguments in; what it printed out, or `Failed`; and the files that it is to look at, staged.

The files are copied into a private folder: no configuration of the scanned tree is beside them, and the canary is.
"""

from __future__ import annotations

import argparse
import os
import pwd
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

import msgspec

from devsecgate.detectors import child
from devsecgate.detectors.tools.answer import ToolAnswer

LARGEST_OUTPUT = 256 << 20
_FAILED = 3
_KEPT = (
    "PATH", "DEVSECGATE_JOB", "LANG", "LC_ALL", "TMPDIR", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy",
    "https_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR",
)  # fmt: skip
CANARY = ("requirements.txt", b"jinja2==2.4.1\n")
"""A package that every matcher's database knows to be vulnerable."""
CANARY_RULE = "CVE-2019-10906"


class Failed(Exception):  # noqa: N818 - it names what was met
    """The matcher is not there, or did not do its work."""


class Staged(msgspec.Struct, frozen=True, kw_only=True):
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


def start(argv: Sequence[str], *, home: Path, extra: Mapping[str, str]) -> child.Ended:
    """Run a matcher in a private folder; raises `Failed` unless it ends with 0."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    private = {"HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_CACHE_HOME": str(home)}
    name = Path(argv[0]).name
    try:
        done = child.run(
            argv, limit=LARGEST_OUTPUT, cwd=home, environment={**kept, **private, "NO_COLOR": "1", **extra}
        )
    except child.TooMuch as error:
        raise Failed(f"{name} {error}") from error
    if done.exit != 0:
        raise Failed(f"{name} failed (exit {done.exit}): {done.complaint}")
    return done


def main(name: str, answer: Callable[[argparse.Namespace], ToolAnswer]) -> int:
    """Read the options that every matcher's detector has, and print its answer; 3 where the matcher failed."""
    parser = argparse.ArgumentParser(prog=f"devsecgate.detectors.{name}", allow_abbrev=False)
    parser.add_argument("--canary", type=Path, required=True)
    parser.add_argument("--scratch", type=Path, required=True)
    parser.add_argument("--image")
    parser.add_argument("--offline", action="store_true")
    parser.add_argument("--cache", type=Path)
    try:
        found = answer(parser.parse_args())
    except (Failed, msgspec.MsgspecError) as error:
        print(error, file=sys.stderr)
        return _FAILED
    sys.stdout.buffer.write(msgspec.json.encode(found))
    return 0
