"""Read a directory (and the git index, where there is one) into a Target: every file, and a Gap for every other thing.

What git tracks is always looked at. Folders such as `.venv` are left out only where nothing in them is
tracked, and are named in the verdict. The tree's own configuration has no say in what is looked at.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from devsecgate import process
from devsecgate.errors import UsageError
from devsecgate.model import Gap, GapReason, TargetSummary

_GIT_SAFE = (
    "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "safe.directory=*",
    "-c", "core.quotePath=false", "--no-optional-locks", "--no-replace-objects",
)  # fmt: skip
_GIT_ENVIRONMENT = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_TERMINAL_PROMPT": "0"}
_GIT_LIMITS = process.Limits(timeout=60, output=1 << 28, memory=1 << 31)
_COMMAND_SHAPED = re.compile(r"^\s*(::|##\[)")
_SUBMODULE = "160000"
_SPARSE = "S"
_DEEPEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Everything that is to be looked at, and everything that cannot be."""

    root: Path
    """Absolute, links resolved."""
    files: tuple[str, ...]
    """Regular files: relative, POSIX separators, printable UTF-8, sorted."""
    gaps: tuple[Gap, ...]
    excluded: tuple[str, ...]
    """Names of folders that were left out, each with how many there were: `.venv (1)`."""
    revision: str | None

    def summary(self) -> TargetSummary:
        """Give what reports say about the target."""
        return TargetSummary(
            name=_shown(self.root.name) or "/",
            files=len(self.files),
            excluded=self.excluded,
            revision=self.revision,
        )


@dataclass(slots=True)
class _Walk:
    """What is collected on the way; turned into a Target at the end."""

    root: str
    exclude: frozenset[str]
    max_file_size: int
    tracked: frozenset[str]
    tracked_folders: frozenset[str]
    files: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)


def read(path: Path, *, exclude: frozenset[str], max_file_size: int) -> Target:
    """Read the tree below `path`.

    `exclude` holds folder names that are left out where nothing in them is tracked by git;
    `max_file_size` is in bytes. Raises UsageError where `path` is not a readable directory.
    """
    try:
        root = path.resolve(strict=True)
        readable = root.is_dir() and os.access(root, os.R_OK | os.X_OK)
    except OSError as error:
        raise UsageError(f"cannot read the target: {error.strerror}", where=str(path)) from error
    if not readable:
        raise UsageError("the target is not a readable directory", where=str(path), remedy="Give a directory to gate.")
    index = _index(root)
    walk = _Walk(
        root=str(root),
        exclude=exclude,
        max_file_size=max_file_size,
        tracked=frozenset(index.tracked),
        tracked_folders=_folders(index.tracked),
        gaps=list(index.gaps),
    )
    _collect(walk)
    _judge_links(walk)
    if not walk.files and not walk.gaps:
        detail = "there is no file to look at; is this the right directory?"
        walk.gaps.append(Gap(scanner="target", reason=GapReason.EMPTY, detail=detail))
    return Target(
        root=root,
        files=tuple(sorted(walk.files)),
        gaps=tuple(sorted(walk.gaps, key=lambda gap: (gap.path or "", gap.detail))),
        excluded=tuple(f"{name} ({count})" for name, count in sorted(Counter(walk.excluded).items())),
        revision=index.revision,
    )


def texts(target: Target, paths: Iterable[str], *, limit: int) -> Mapping[str, str]:
    """Read some of the target's files as text; invalid UTF-8 becomes U+FFFD, files over `limit` bytes are left out.

    A file that cannot be read any more is left out too: the scanner that was to read it accounts for it.
    """
    found: dict[str, str] = {}
    known = frozenset(target.files)
    for path in sorted(set(paths) & known):
        try:
            descriptor = os.open(target.root / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            continue
        with os.fdopen(descriptor, "rb") as stream:
            data = stream.read(limit + 1)
        if len(data) <= limit:
            found[path] = data.decode("utf-8", errors="replace")
    return found


def _collect(walk: _Walk) -> None:
    """Walk the tree without following links; sort what is met into files, links and gaps."""
    pending = [("", 0)]
    while pending:
        folder, depth = pending.pop()
        try:
            with os.scandir(os.path.join(walk.root, folder)) as entries:  # noqa: PTH118 - names may be any bytes
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            _gap(walk, folder, f"the folder cannot be read: {error.strerror}")
            continue
        for entry in found:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if not _is_safe(entry.name):
                _gap(walk, path, "the name is not printable UTF-8, or is shaped like a CI command: rename it")
            elif entry.is_symlink():
                walk.links.append(path)
            elif entry.is_dir(follow_symlinks=False):
                if _left_out(walk, path, entry.name):
                    continue
                if depth >= _DEEPEST:
                    _gap(walk, path, f"the folder is more than {_DEEPEST} levels deep")
                else:
                    pending.append((path, depth + 1))
            else:
                _file(walk, path, entry)


def _file(walk: _Walk, path: str, entry: os.DirEntry[str]) -> None:
    """Take a regular file that can be opened; anything else is a gap."""
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError as error:
        _gap(walk, path, f"cannot be read: {error.strerror}")
        return
    if not stat.S_ISREG(status.st_mode):
        _gap(walk, path, "is a FIFO, a socket or a device, not a file")
    elif status.st_size > walk.max_file_size:
        _gap(walk, path, f"is {status.st_size:,} bytes, more than target.max_file_size ({walk.max_file_size:,})")
    elif not os.access(entry.path, os.R_OK, effective_ids=os.access in os.supports_effective_ids):
        _gap(walk, path, "cannot be read: permission denied")
    else:
        walk.files.append(path)


def _left_out(walk: _Walk, path: str, name: str) -> bool:
    """Leave a folder out by its name, unless git tracks something in it."""
    if name == ".git":
        return True
    if name not in walk.exclude:
        return False
    if path in walk.tracked_folders:
        return False
    walk.excluded.append(name)
    return True


def _judge_links(walk: _Walk) -> None:
    """A link to something that is looked at anyway is fine; any other link is a gap."""
    files = set(walk.files)
    folders = _folders(files)
    root = os.path.realpath(walk.root)
    for path in walk.links:
        try:
            end = os.path.realpath(os.path.join(root, path), strict=True)  # noqa: PTH118 - as the walk has it
        except OSError as error:
            why = "is a loop of links" if error.errno == errno.ELOOP else "is a link to nothing"
            _gap(walk, path, why)
            continue
        inside = os.path.relpath(end, root)
        if inside not in files and inside not in folders and end != root:
            why = "is a link out of the tree" if inside.startswith("..") else "is a link to what is not looked at"
            _gap(walk, path, why)


def _folders(files: Iterable[str]) -> frozenset[str]:
    """Give every folder that holds one of `files`, at any depth."""
    found: set[str] = set()
    for path in files:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return frozenset(found)


def _gap(walk: _Walk, path: str, detail: str) -> None:
    walk.gaps.append(Gap(scanner="target", reason=GapReason.UNREADABLE, detail=detail, path=_shown(path) or "."))


def _is_safe(name: str) -> bool:
    """Tell whether this name can be printed, sent to a tool and matched in its output, unchanged."""
    if _COMMAND_SHAPED.match(name):
        return False
    return not any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for character in name)


def _shown(name: str) -> str:
    """Spell a name with escapes for whatever cannot be printed safely."""
    text = os.fsencode(name).decode("utf-8", errors="backslashreplace")
    return "".join(
        f"\\u{ord(character):04x}" if unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp"} else character
        for character in text
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Index:
    """What git knows about the tree."""

    tracked: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()
    revision: str | None = None


def _index(root: Path) -> _Index:
    """Read git's index without hooks, monitors, or the user's settings."""
    if not any((folder / ".git").exists() for folder in (root, *root.parents)):
        return _Index()
    listing = _git(root, "ls-files", "-z", "-s", "-t")
    if listing is None:
        detail = "git could not list the tracked files; folders that the policy excludes may hide some"
        return _Index(gaps=(Gap(scanner="target", reason=GapReason.FAILED, detail=detail),))
    tracked, gaps = [], []
    for record in listing.split("\0"):
        head, _, path = record.partition("\t")
        if not path:
            continue
        tag, mode = head.split(" ")[:2]
        tracked.append(path)
        missing = _missing(root, tag=tag, mode=mode, path=path)
        if missing is not None:
            gaps.append(Gap(scanner="target", reason=GapReason.MISSING, detail=missing, path=_shown(path)))
    revision = _git(root, "rev-parse", "--verify", "--quiet", "HEAD")
    return _Index(tracked=tuple(tracked), gaps=tuple(gaps), revision=(revision or "").strip() or None)


def _missing(root: Path, *, tag: str, mode: str, path: str) -> str | None:
    """Say why a tracked path is not on disk although it belongs to the tree, or None."""
    if mode == _SUBMODULE:
        folder = root / path
        if not folder.is_dir() or not any(folder.iterdir()):
            return "the submodule is not checked out: run `git submodule update --init`"
    if tag == _SPARSE and not os.path.lexists(root / path):
        return "the file is left out by a sparse checkout"
    return None


def _git(root: Path, *arguments: str) -> str | None:
    """Run git in the tree, or give None where it is not there or fails. Names are bytes, kept as surrogates."""
    program = process.find("git", root=root)
    if program is None:
        return None
    environment = process.clean_environment(scratch=Path("/dev/null"), root=root, network=False, extra=_GIT_ENVIRONMENT)
    argv = (str(program), *_GIT_SAFE, *arguments)
    done = process.run(argv, cwd=root, environment=environment, limits=_GIT_LIMITS)
    return os.fsdecode(done.stdout) if done.exit == 0 and done.stopped is None else None
