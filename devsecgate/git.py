"""A repository and git's arguments in, what git says out; nothing that the repository configures is started.

Nothing is left to git's own search for a repository: a folder can be dressed as one.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import msgspec

from devsecgate import process

FOLDER = ".git"
USAGE = 129
"""The exit code with which git refuses an option that it does not know."""
_SAFE = (
    "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "safe.directory=*",
    "-c", "core.quotePath=false", "--no-optional-locks", "--no-replace-objects", "--no-pager",
)  # fmt: skip
_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_TERMINAL_PROMPT": "0",
    # a repository may name the program that fetches what it lacks
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
}
_FETCHING = {"GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh"}
"""Where a CI's runner has made the clone: its configuration, which holds the credentials, is the runner's."""
_COMPLAINT = re.compile(rb"^(?:error|fatal): ", re.MULTILINE)
"""Git goes on, and exits 0, where it cannot read a part of the index."""
_LIMITS = process.Limits(timeout=60, output=1 << 28, memory=1 << 31)
_FETCH_LIMITS = process.Limits(timeout=300, output=1 << 24, memory=1 << 32)


class Repository(msgspec.Struct, frozen=True, kw_only=True):
    """Where git is run."""

    tree: Path
    """The scanned tree: no program in it is started."""
    home: Path
    """The folder that holds `.git`."""
    place: Path
    """The folder whose files are listed."""

    @property
    def prefix(self) -> str:
        """The tree's own folder below the repository's top, POSIX, with a `/` behind it; empty for the top."""
        below = os.path.relpath(self.tree, self.home).replace(os.sep, "/")
        return "" if below == "." else f"{below}/"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What git said."""

    text: str | None
    """Names are bytes, kept as surrogates. None: nothing that can be relied on."""
    exit: int | None = None
    why: str = ""


def home(root: Path) -> Path | None:
    """Find the folder whose `.git` the tree belongs to: its own, whatever that is, or a real one above it."""
    for folder in (root, *root.parents):
        own = folder / FOLDER
        if os.path.lexists(own) and (folder == root or own.is_file() or os.path.lexists(own / "HEAD")):
            return folder
    return None


def repository(root: Path) -> Repository | None:
    """Give the repository that a tree (absolute, links resolved) belongs to, if any."""
    found = home(root)
    return None if found is None else Repository(tree=root, home=found, place=root)


def ask(repository: Repository, *arguments: str, stdin: bytes = b"") -> Answer:
    """Run git, and give what it printed as text."""
    done, why = _run(repository, arguments, stdin=stdin, extra=_ENVIRONMENT, limits=_LIMITS)
    if done is None:
        return Answer(text=None, why=why)
    if why:
        return Answer(text=None, exit=done.exit, why=why)
    return Answer(text=os.fsdecode(done.stdout), exit=0)


def content(repository: Repository, *arguments: str, stdin: bytes = b"") -> bytes | None:
    """Run git, and give the bytes that it printed; None: nothing that can be relied on."""
    done, why = _run(repository, arguments, stdin=stdin, extra=_ENVIRONMENT, limits=_LIMITS)
    return None if done is None or why else done.stdout


def fetch(repository: Repository, revision: str) -> bool:
    """Fetch one commit, without its history, from `origin`; only where a CI's runner has made the clone.

    The clone's own configuration counts here, for it holds the credentials. Gives whether git fetched it.
    """
    arguments = ("fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--depth=1", "origin", revision)
    done, why = _run(repository, arguments, stdin=b"", extra=_FETCHING, limits=_FETCH_LIMITS, network=True)
    return done is not None and not why


def _run(
    repository: Repository,
    arguments: tuple[str, ...],
    *,
    stdin: bytes,
    extra: dict[str, str],
    limits: process.Limits,
    network: bool = False,
) -> tuple[process.Completed | None, str]:
    """Run git without anything that the repository's own configuration could start; say why there is no answer."""
    program = process.find("git", root=repository.tree)
    if program is None:
        return None, "git is not installed"
    environment = process.clean_environment(
        scratch=Path("/dev/null"), root=repository.tree, network=network, extra=extra
    )
    where = (f"--git-dir={repository.home / FOLDER}", f"--work-tree={repository.home}")
    argv = (str(program), *_SAFE, *where, *arguments)
    try:
        done = process.run(argv, cwd=repository.place, environment=environment, limits=limits, stdin=stdin)
    except OSError as error:
        return None, f"git could not be run: {error.strerror}"
    if done.stopped is not None:
        return None, f"git was stopped at its limit ({done.stopped})"
    if done.exit != 0 or _COMPLAINT.search(done.stderr):
        return done, f"git could not read the repository (exit {done.exit})"
    return done, ""
