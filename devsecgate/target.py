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
from pathlib import Path

import msgspec
from msgspec.structs import replace

from devsecgate import contents, git
from devsecgate.detectors import secrets_names
from devsecgate.errors import UsageError
from devsecgate.model import Gap, GapReason, TargetSummary

_COMMAND_SHAPED = re.compile(r"^\s*(::|##\[)")
_SUBMODULE = "160000"
_MODES = frozenset({"100644", "100755", "120000", "040000", _SUBMODULE})
_SPARSE = "S"
_DEEPEST = 200
_MOST_REPOSITORIES = 200
_FIRST_LINE = 256
_PYTHON = re.compile(rb"#![^\n]*\bpython[0-9.]*\b")


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is to be looked at, and everything that cannot be."""

    root: Path
    """Absolute, links resolved."""
    files: tuple[str, ...]
    """Regular files: relative, POSIX separators, printable UTF-8, sorted."""
    scripts: frozenset[str]
    """Those of them without a suffix that say, in their first line, that Python runs them."""
    links: tuple[tuple[str, str], ...]
    """Links to some of these files: the path of each, and that of its file."""
    gaps: tuple[Gap, ...]
    excluded: tuple[str, ...]
    """Names of folders that were left out, each with how many there were: `.venv (1)`."""
    revision: str | None

    def summary(self, content: str) -> TargetSummary:
        """Give what reports say about the target; `content` is the digest of its files."""
        return TargetSummary(
            content=content,
            name=_shown(self.root.name) or "/",
            files=len(self.files),
            excluded=self.excluded,
            revision=self.revision,
        )


class _Walk(msgspec.Struct):
    """What is collected on the way; turned into a Target at the end."""

    root: str
    exclude: frozenset[str]
    max_file_size: int
    tracked_folders: set[str]
    repositories: int = 0
    files: list[str] = msgspec.field(default_factory=list)
    links: list[str] = msgspec.field(default_factory=list)
    gaps: list[Gap] = msgspec.field(default_factory=list)
    excluded: list[str] = msgspec.field(default_factory=list)


def read(path: Path, *, exclude: frozenset[str], max_file_size: int) -> Target:
    """Read the tree below `path`.

    `exclude` holds folder names that are left out where nothing in them is tracked by git;
    `max_file_size` is in bytes. Raises UsageError where `path` is not a readable directory.
    """
    root = _root(path)
    index = _index(root)
    walk = _Walk(
        root=str(root),
        exclude=exclude,
        max_file_size=max_file_size,
        tracked_folders=set(index.folders),
        gaps=list(index.gaps),
    )
    _collect(walk)
    links = _hide_secrets(walk, _judge_links(walk))
    if not walk.files and not walk.gaps:
        detail = "there is no file to look at; is this the right directory?"
        walk.gaps.append(Gap(scanner="target", reason=GapReason.EMPTY, detail=detail))
    return Target(
        root=root,
        files=tuple(sorted(walk.files)),
        scripts=frozenset(path for path in walk.files if _is_script(root, path)),
        links=tuple(sorted(links)),
        gaps=tuple(sorted(walk.gaps, key=lambda gap: (gap.path or "", gap.detail))),
        excluded=tuple(f"{name} ({count})" for name, count in sorted(Counter(walk.excluded).items())),
        revision=index.revision,
    )


def _root(path: Path) -> Path:
    """Resolve the target; raises UsageError where it is not a readable directory."""
    try:
        root = path.resolve(strict=True)
        readable = root.is_dir() and os.access(root, os.R_OK | os.X_OK)
    except OSError as error:
        raise UsageError(f"cannot read the target: {error.strerror}", where=str(path)) from error
    if not readable:
        raise UsageError("the target is not a readable directory", where=str(path), remedy="Give a directory to gate.")
    return root


def some(path: Path, names: Iterable[str], *, max_file_size: int) -> Target:
    """Take the files named, relative to `path`, and no other; each that cannot be taken is a gap.

    Raises UsageError where `path` is not a directory, or a name is not below it.
    """
    root = _root(path)
    walk = _Walk(root=str(root), exclude=frozenset(), max_file_size=max_file_size, tracked_folders=set())
    for name in sorted(set(names)):
        _named(walk, name)
    links = _hide_secrets(walk, _judge_links(walk))
    repository = git.repository(root)
    revision = None if repository is None else git.ask(repository, "rev-parse", "--verify", "--quiet", "HEAD").text
    return Target(
        root=root,
        files=tuple(sorted(walk.files)),
        scripts=frozenset(each for each in walk.files if _is_script(root, each)),
        links=tuple(sorted(links)),
        gaps=tuple(sorted(walk.gaps, key=lambda gap: (gap.path or "", gap.detail))),
        excluded=(),
        revision=(revision or "").strip() or None,
    )


def _named(walk: _Walk, name: str) -> None:
    """Take one file by its name, as the walk would have."""
    parts = name.split("/")
    if name.startswith("/") or {"", ".", ".."} & set(parts):
        raise UsageError("this is no file below the target", where=_shown(name), remedy="Give a plain relative path.")
    folder, last = os.path.split(os.path.join(walk.root, name))  # noqa: PTH118 - names may be any bytes
    try:
        with os.scandir(folder) as entries:
            entry = next((each for each in entries if each.name == last), None)
        if entry is None:
            _gap(walk, name, "is not there")
        elif not all(_is_safe(part) for part in parts) or os.path.realpath(folder) != folder:
            _gap(walk, name, "the name is not printable UTF-8, is shaped like a CI command, or leads through a link")
        elif _entry(walk, name, entry):
            _gap(walk, name, "is a folder, not a file")
    except OSError as error:
        _gap(walk, name, f"cannot be read: {error.strerror}")


def nothing(root: Path) -> Target:
    """Give a target without a tree, for images and SBOMs alone; `root` is an empty folder of our own."""
    return Target(root=root, files=(), scripts=frozenset(), links=(), gaps=(), excluded=(), revision=None)


def texts(target: Target, paths: Iterable[str], *, limit: int) -> Mapping[str, str]:
    """Read some of the target's files as text; invalid UTF-8 becomes U+FFFD, files over `limit` bytes are left out.

    A file that cannot be read any more is left out too: the scanner that was to read it accounts for it.
    """
    found: dict[str, str] = {}
    known = frozenset(target.files)
    for path in sorted(set(paths) & known):
        data = contents.beginning(target.root / path, limit + 1)
        if data is not None and len(data) <= limit:
            found[path] = data.decode("utf-8", errors="replace")
    return found


def _is_script(root: Path, path: str) -> bool:
    """Tell whether a file without a suffix begins like `#!/usr/bin/env python3`."""
    if "." in path.rpartition("/")[2]:
        return False
    start = contents.beginning(root / path, _FIRST_LINE)
    return start is not None and _PYTHON.match(start) is not None


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
        if folder and any(entry.name == git.FOLDER for entry in found):
            _nested(walk, folder)
        for entry in found:
            path = f"{folder}/{entry.name}" if folder else entry.name
            try:
                enters = _entry(walk, path, entry)
            except OSError as error:
                _gap(walk, path, f"cannot be read: {error.strerror}")
                continue
            if enters and depth >= _DEEPEST:
                _gap(walk, path, f"the folder is more than {_DEEPEST} levels deep")
            elif enters:
                pending.append((path, depth + 1))


def _entry(walk: _Walk, path: str, entry: os.DirEntry[str]) -> bool:
    """Sort one entry; True: it is a folder to look into."""
    if entry.name == git.FOLDER:
        return False  # git's own; where git cannot read it, `_index` has made a gap
    if not _is_safe(entry.name):
        _gap(walk, path, "the name is not printable UTF-8, or is shaped like a CI command: rename it")
    elif entry.is_symlink():
        walk.links.append(path)
    elif entry.is_dir(follow_symlinks=False):
        return not _left_out(walk, path, entry.name)
    else:
        _file(walk, path, entry)
    return False


def _nested(walk: _Walk, folder: str) -> None:
    """Learn what a repository within the tree (a submodule, a clone) tracks."""
    walk.repositories += 1
    if walk.repositories > _MOST_REPOSITORIES:
        detail = f"more than {_MOST_REPOSITORIES} repositories in one tree: what this one tracks is not known"
        walk.gaps.append(Gap(scanner="target", reason=GapReason.FAILED, detail=detail, path=_shown(folder)))
        return
    index = _index(Path(walk.root), folder)
    walk.gaps.extend(index.gaps)
    walk.tracked_folders.update(index.folders)


def _file(walk: _Walk, path: str, entry: os.DirEntry[str]) -> None:
    """Take a regular file that can be opened; anything else is a gap."""
    status = entry.stat(follow_symlinks=False)
    if not stat.S_ISREG(status.st_mode):
        _gap(walk, path, "is a FIFO, a socket or a device, not a file")
    elif status.st_size > walk.max_file_size:
        _gap(walk, path, f"is {status.st_size:,} bytes, more than target.max_file_size ({walk.max_file_size:,})")
    elif not os.access(entry.path, os.R_OK, effective_ids=os.access in os.supports_effective_ids):
        _gap(walk, path, "cannot be read: permission denied")
    else:
        walk.files.append(path)


def _left_out(walk: _Walk, path: str, name: str) -> bool:
    """Leave a folder out by its name, unless git tracks it or something in it."""
    if name not in walk.exclude or path in walk.tracked_folders:
        return False
    walk.excluded.append(name)
    return True


def _judge_links(walk: _Walk) -> list[tuple[str, str]]:
    """A link to something that is looked at anyway is fine; any other link is a gap. Give those to files."""
    files = set(walk.files)
    folders = _folders(files)
    root = os.path.realpath(walk.root)
    found = []
    for path in walk.links:
        try:
            end = os.path.realpath(os.path.join(root, path), strict=True)  # noqa: PTH118 - as the walk has it
        except OSError as error:
            why = "is a loop of links" if error.errno == errno.ELOOP else "is a link to nothing"
            _gap(walk, path, why)
            continue
        inside = os.path.relpath(end, root)
        if inside in files:
            found.append((path, inside))
        elif inside not in folders and end != root:
            why = "is a link out of the tree" if inside.startswith("..") else "is a link to what is not looked at"
            _gap(walk, path, why)
    return found


def _hide_secrets(walk: _Walk, links: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Take out what has a secret in its name, and leave a gap that does not show it. Give the other links.

    A path stands in every report: such a name would carry its value there.
    """
    masked = secrets_names.masked((*walk.files, *walk.links, *(gap.path for gap in walk.gaps if gap.path)))
    if not masked:
        return links
    walk.gaps[:] = [replace(gap, path=masked.get(gap.path, gap.path)) if gap.path else gap for gap in walk.gaps]
    for path in (*walk.files, *walk.links):
        if path in masked:
            _gap(walk, masked[path], "the name holds what looks like a secret: revoke it, then rename the file")
    walk.files[:] = [path for path in walk.files if path not in masked]
    return [(path, end) for path, end in links if path not in masked and end not in masked]


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


class _Index(msgspec.Struct, frozen=True, kw_only=True):
    """What git knows about a folder of the tree; all paths are relative to the tree's root."""

    folders: frozenset[str] = frozenset()
    """Folders that are tracked, or hold something that is."""
    gaps: tuple[Gap, ...] = ()
    revision: str | None = None


def _index(root: Path, nested: str = "") -> _Index:
    """Read the index of the repository that the tree, or a folder in it, belongs to.

    Nothing is left to git's own search for a repository: a folder can be dressed as one.
    """
    place = root / nested
    home = place if nested else git.home(root)
    if home is None:
        return _Index()
    repository = git.Repository(tree=root, home=home, place=place)
    # Git before 2.36 does not know --sparse; with it, folders that are left out are one entry each.
    listing = git.ask(repository, "ls-files", "-z", "-s", "-t", "--sparse")
    if listing.text is None and listing.exit == git.USAGE:
        listing = git.ask(repository, "ls-files", "-z", "-s", "-t")
    entries = _entries(listing.text or "")
    why = listing.why if listing.text is None else _damage(entries)
    if why:
        detail = f"{why}, so that tracked files may be hidden in folders that the policy excludes"
        path = _shown(nested) if nested else None
        return _Index(gaps=(Gap(scanner="target", reason=GapReason.FAILED, detail=detail, path=path),))
    prefix = f"{nested}/" if nested else ""
    tracked, gaps = [], []
    for tag, mode, path in entries:
        tracked.append(f"{prefix}{path}/" if mode == _SUBMODULE else f"{prefix}{path}")
        missing = _missing(place, tag=tag, mode=mode, path=path)
        if missing is not None:
            shown = _shown(f"{prefix}{path}".rstrip("/"))
            gaps.append(Gap(scanner="target", reason=GapReason.MISSING, detail=missing, path=shown))
    revision = git.ask(repository, "rev-parse", "--verify", "--quiet", "HEAD").text
    return _Index(folders=_folders(tracked), gaps=tuple(gaps), revision=(revision or "").strip() or None)


def _entries(listing: str) -> list[tuple[str, str, str]]:
    """Read the records `TAG MODE OBJECT STAGE<tab>PATH` into tag, mode and path."""
    records = (record.partition("\t") for record in listing.split("\0"))
    return [(head[:1], head[2:8], path) for head, _, path in records if path]


def _damage(entries: Iterable[tuple[str, str, str]]) -> str:
    """Say whether an index is cut: git lists what is left of it, and what never was in it, and exits 0."""
    wrong = any(mode not in _MODES or path.startswith("./") for _, mode, path in entries)
    return "git's index is damaged" if wrong else ""


def _missing(place: Path, *, tag: str, mode: str, path: str) -> str | None:
    """Say why a tracked path is not on disk although it belongs to the tree, or None."""
    if mode == _SUBMODULE:
        try:
            with os.scandir(place / path) as entries:
                checked_out = next(entries, None) is not None
        except PermissionError:
            return None  # the walk makes the gap
        except OSError:
            checked_out = False
        return None if checked_out else "the submodule is not checked out: run `git submodule update --init`"
    if tag == _SPARSE and not os.path.lexists(place / path):
        what = "folder" if path.endswith("/") else "file"
        return f"the {what} is left out by a sparse checkout"
    return None
