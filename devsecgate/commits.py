"""A repository and the two ends of a change in; what its commits added to files, written to a folder of ours, out.

A secret that one commit adds and the next one removes is in no tree, and in the history for ever. So every version of
a file that any commit of the change brought is read from git's objects, as they are: no filter, no hook, no attribute,
no graft and no replacement of the repository counts. What cannot be read, or is too much, is a gap.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from devsecgate import git
from devsecgate.detectors import secrets_names
from devsecgate.detectors.secrets_versions import CommitVersions, Manifest, Version
from devsecgate.model import Gap, GapReason
from devsecgate.scanner import Given, Subject
from devsecgate.text import printable, shorten, workflow_command_safe

SCANNER = "secrets-history"
"""The scanner that looks at what is read here: the gaps are its own."""
NAME = "history"
"""As the paths of its findings begin: `history!/app/settings.py`."""
_BATCH = 64 << 20
"""Bytes that git is asked for at once."""
_SHORT = 10
_LONGEST_PATH = 1_000
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_PARENTS = re.compile(rb"tree [0-9a-f]+\n(?P<parents>(?:parent [0-9a-f]+\n)*)")
_FOLDER, _SUBMODULE = "040000", "160000"
_DEEPEN = "fetch the whole history (fetch-depth: 0, GIT_DEPTH: 0, git fetch --unshallow)"


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much of one change is looked at; each excess is a gap."""

    commits: int = 2_000
    versions: int = 50_000
    bytes: int = 256 << 20
    """Of all versions, each counted once."""


_LIMITS = Limits()


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Which commits are looked at."""

    root: Path
    """The scanned tree, or a folder of its repository that stands for it: absolute, links resolved."""
    after: str
    """The commit that the change follows on: neither it nor what led to it is looked at."""
    head: str
    """The last commit: an id, or a name."""
    staged: bool
    """Is the tree a working tree, in which something may be staged?"""
    largest: int
    """Bytes of one version that is looked at."""


class Commits(msgspec.Struct, frozen=True, kw_only=True):
    """What the commits of a change added."""

    given: tuple[Given, ...] = ()
    """What the scanner is to look at; empty: there is nothing."""
    gaps: tuple[Gap, ...] = ()
    why: str = ""
    """Why nothing is given, for people; empty where something is."""


class _Edit(msgspec.Struct, frozen=True, kw_only=True):
    """One file as one commit left it."""

    path: str
    """Below the scanned tree's folder; bytes that are not UTF-8 are surrogates."""
    new: str | None
    """Git's id of its bytes; None: the commit removed it, or it is no file."""
    old: tuple[str, ...]
    """What it was in the commit's parents."""


class _Reading(msgspec.Struct, kw_only=True):
    """One change, while it is read."""

    change: Change
    repository: git.Repository
    limits: Limits
    gaps: list[Gap] = msgspec.field(default_factory=list)


class _Unreadable(Exception):  # noqa: N818 - it says what git could not read, and becomes a Gap here
    """Git gives no answer that can be relied on."""


def read(change: Change, folder: Path, *, limits: Limits = _LIMITS) -> Commits:
    """Write what the commits of a change added to `folder`, which is empty, with a manifest of it.

    Git's own failures are gaps, not errors: they hide what may have been there.
    """
    repository = git.repository(change.root)
    if repository is None:
        return Commits(why="this is not a git repository, so that there are no commits")
    reading = _Reading(change=change, repository=repository, limits=limits)
    try:
        edits = _edits(reading)
        if not edits:
            return Commits(why="no commit follows on the base", gaps=tuple(reading.gaps))
        manifest = _written(reading, edits, folder)
    except _Unreadable as error:
        failed = _gap(GapReason.FAILED, f"the commits of the change were not searched for secrets: {error}")
        return Commits(why="the commits of the change cannot be read (see its gap)", gaps=(*reading.gaps, failed))
    place = folder / "manifest.json"
    place.write_bytes(msgspec.json.encode(manifest))
    return Commits(
        given=(Given(subject=Subject.COMMITS, name=NAME, source=str(place)),), gaps=tuple(dict.fromkeys(reading.gaps))
    )


def _gap(reason: GapReason, detail: str, path: str | None = None) -> Gap:
    return Gap(scanner=SCANNER, reason=reason, detail=detail, path=path)


# ---------------------------------------------------------------- commits


def _edits(reading: _Reading) -> Mapping[str, Sequence[_Edit]]:
    """Give what each commit changed, a parent before its children; under an empty name, what is staged."""
    change = reading.change
    head = _ask(reading, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{change.head}^{{commit}}").strip()
    if not _COMMIT.fullmatch(head) or not _COMMIT.fullmatch(change.after):
        raise _Unreadable("git does not know its ends")
    listed = _listed(reading, head)
    lines = list(_with_parents(reading, listed))
    found: dict[str, list[_Edit]] = {commit: [] for commit in reversed(tuple(listed))}
    if lines:
        options = ("-r", "-c", "--raw", "-z", "--no-renames", "--no-abbrev", "--root", "--no-ext-diff", "--no-textconv")
        said = _ask(reading, "diff-tree", "--stdin", *options, stdin="".join(lines).encode())
        for commit, edit in _raw(said, reading.repository.prefix):
            if commit not in found:
                raise _Unreadable("git speaks of a commit that it was not asked for")
            found[commit].append(edit)
    staged = _staged(reading, head) if change.staged else []
    return {**found, "": staged} if staged else found


def _listed(reading: _Reading, head: str) -> Mapping[str, tuple[str, ...]]:
    """Name the commits of the change with the parents that git knows, newest first."""
    after = reading.change.after
    wanted = ("--topo-order", "--parents", f"--max-count={reading.limits.commits + 1}", head, f"^{after}")
    words = [line.split(" ") for line in _ask(reading, "rev-list", *wanted).split("\n") if line]
    if len(words) > reading.limits.commits:
        detail = (
            f"the change has more than {reading.limits.commits:,} commits: the older ones were not searched for secrets"
        )
        reading.gaps.append(_gap(GapReason.FAILED, detail))
    return {commit: tuple(parents) for commit, *parents in words[: reading.limits.commits]}


def _with_parents(reading: _Reading, listed: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Give each commit with its real parents, as `git diff-tree --stdin` takes them.

    In a shallow clone git takes the oldest commits that it has for the first ones. Where the real parent is not the
    base, what was before is not known: the commit is held against the base, and that is a gap.
    """
    after = reading.change.after
    real = _parents(reading, listed)
    for commit in reversed(tuple(listed)):
        known = {*listed[commit], *listed, after}
        cut = [parent for parent in real[commit] if parent not in known]
        if cut:
            detail = (
                f"the parent of commit {commit[:_SHORT]} is not in this clone: what the change added before it was "
                f"not searched for secrets; {_DEEPEN}"
            )
            reading.gaps.append(_gap(GapReason.MISSING, detail))
        parents = dict.fromkeys(after if parent in cut else parent for parent in real[commit])
        yield " ".join((commit, *parents)) + "\n"


def _parents(reading: _Reading, commits: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Read the parents that stand in the commits themselves."""
    found = {}
    for commit, data in _objects(reading, list(commits)):
        match = _PARENTS.match(data)
        if match is None:
            raise _Unreadable(f"commit {commit[:_SHORT]} is damaged")
        found[commit] = tuple(line.removeprefix("parent ") for line in match["parents"].decode().splitlines())
    missing = sorted(set(commits) - found.keys())
    if missing:
        raise _Unreadable(f"commit {missing[0][:_SHORT]} is not in this clone; {_DEEPEN}")
    return found


# ---------------------------------------------------------------- files


def _raw(said: str, prefix: str) -> Iterator[tuple[str, _Edit]]:
    """Read `COMMIT` and `:MODE… OBJECT… STATUS`, `PATH` records: one colon, mode and object for each parent."""
    commit = ""
    records = iter(said.split("\0"))
    for record in records:
        if not record.startswith(":"):
            commit = record or commit
            continue
        path = next(records, "")
        count = len(record) - len(record.lstrip(":"))
        words = record[count:].split(" ")
        if len(words) != 2 * count + 3 or not path:
            raise _Unreadable("git's list of changes is not what it should be")
        if path.startswith(prefix):
            *old, new = map(_blob, words[: count + 1], words[count + 1 : 2 * count + 2])
            before = tuple(dict.fromkeys(each for each in old if each is not None))
            yield commit, _Edit(path=path[len(prefix) :], new=new, old=before)


def _blob(mode: str, identity: str) -> str | None:
    """Give the object of a file or a link; None for a submodule, and for what is not there."""
    return identity if mode not in {_FOLDER, _SUBMODULE} and identity.strip("0") else None


def _staged(reading: _Reading, head: str) -> list[_Edit]:
    """Give what is staged and is not what lies in the working tree: there the tree's own scanner looks."""
    wanted = ("--cached", "-r", "--raw", "-z", "--no-renames", "--no-abbrev", "--no-ext-diff", "--no-textconv")
    said = _ask(reading, "diff-index", *wanted, head, "--")
    edits = [edit for _, edit in _raw(said, reading.repository.prefix) if edit.new is not None]
    root = reading.repository.tree
    return [edit for edit in edits if edit.new != _identity(root / edit.path, like=edit.new or "")]


def _identity(path: Path, *, like: str) -> str | None:
    """Give git's id of a file as it lies there; None where it is no file, or cannot be read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return None
    with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor, not a path
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return None
        digest = hashlib.new("sha1" if len(like) == 40 else "sha256", usedforsecurity=False)
        digest.update(b"blob %d\0" % status.st_size)
        while part := file.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()


# ---------------------------------------------------------------- bytes


class _Room(msgspec.Struct, kw_only=True):
    """Which objects are written, under which names, and how much room is left."""

    sizes: Mapping[str, int]
    """Of each object that git has."""
    left: int
    names: dict[str, str] = msgspec.field(default_factory=dict)

    def take(self, identity: str) -> bool:
        """Make room for an object, unless there is too little."""
        if identity not in self.names:
            if self.sizes[identity] > self.left:
                return False
            self.left -= self.sizes[identity]
            self.names[identity] = str(len(self.names))
        return True


def _written(reading: _Reading, edits: Mapping[str, Sequence[_Edit]], folder: Path) -> Manifest:
    """Write the bytes of all versions, and of what was there before them, and say which is which."""
    versions = _chosen(reading, edits)
    old = {identity for changed in edits.values() for edit in changed for identity in edit.old}
    room = _Room(
        sizes=_sizes(reading, {edit.new for _, edit in versions if edit.new is not None} | old),
        left=reading.limits.bytes,
    )
    shown = _shown(reading, {edit.path for _, edit in versions})
    wanted: dict[str, list[Version]] = {commit: [] for commit in edits}
    unseen = 0
    for commit, edit in versions:
        gap = _why_not(reading, room, commit, edit, f"{NAME}!/{shown[edit.path]}")
        if gap is not None:
            reading.gaps.append(gap)
        elif edit.new is None or not room.take(edit.new):
            unseen += 1
        else:
            wanted[commit].append(Version(path=shown[edit.path], content=room.names[edit.new]))
    if unseen:
        most = f"the change added more than {reading.limits.bytes:,} bytes"
        detail = f"{most}: {unseen:,} versions were not searched for secrets"
        reading.gaps.append(_gap(GapReason.FAILED, detail))
    # of what was before, as much as there is room for: what is not known to have been there counts as added
    for identity in sorted(old & room.sizes.keys(), key=lambda each: (room.sizes[each], each)):
        if room.sizes[identity] <= reading.change.largest:
            room.take(identity)
    _write(reading, room, folder)
    return Manifest(name=NAME, commits=[_commit(each, wanted[each], edits[each], room.names) for each in edits])


def _why_not(reading: _Reading, room: _Room, commit: str, edit: _Edit, place: str) -> Gap | None:
    """Say why one version cannot be looked at, or None."""
    label = f"commit {commit[:_SHORT]}" if commit else "staged"
    size = room.sizes.get(edit.new or "")
    if size is None:
        detail = f"{label}: git does not have this version, so that it was not searched for secrets"
        return _gap(GapReason.MISSING, detail, place)
    if size > reading.change.largest:
        detail = f"{label}: this version is {size:,} bytes, more than target.max_file_size: not searched for secrets"
        return _gap(GapReason.UNREADABLE, detail, place)
    return None


def _commit(commit: str, versions: list[Version], edits: Sequence[_Edit], names: Mapping[str, str]) -> CommitVersions:
    before = dict.fromkeys(names[identity] for edit in edits for identity in edit.old if identity in names)
    return CommitVersions(commit=commit[:_SHORT], versions=versions, before=list(before))


def _chosen(reading: _Reading, edits: Mapping[str, Sequence[_Edit]]) -> list[tuple[str, _Edit]]:
    """Give each version with the commit that brought it first: one that comes back holds nothing new."""
    seen: set[tuple[str, str]] = set()
    found = []
    for commit, changed in edits.items():
        for edit in changed:
            if edit.new is not None and (edit.path, edit.new) not in seen:
                seen.add((edit.path, edit.new))
                found.append((commit, edit))
    if len(found) > reading.limits.versions:
        unseen = len(found) - reading.limits.versions
        detail = (
            f"the change added more than {reading.limits.versions:,} versions of files: {unseen:,} were not searched"
        )
        reading.gaps.append(_gap(GapReason.FAILED, detail))
    return found[: reading.limits.versions]


def _shown(reading: _Reading, paths: Iterable[str]) -> Mapping[str, str]:
    """Give each path as it may be shown; one whose name itself holds a secret is a gap, as in the tree."""
    paths = sorted(paths)
    masked = secrets_names.masked(paths)
    found = {}
    for path in paths:
        text = os.fsencode(masked.get(path, path)).decode("utf-8", errors="backslashreplace")
        found[path] = shorten(workflow_command_safe(printable(text)), _LONGEST_PATH)
        if path in masked:
            detail = "a commit of the change added a file whose name holds what looks like a secret: revoke it"
            reading.gaps.append(_gap(GapReason.UNREADABLE, detail, f"{NAME}!/{found[path]}"))
    return found


def _write(reading: _Reading, room: _Room, folder: Path) -> None:
    """Write each object under its name; one that git lost meanwhile is no file, which the detector notices."""
    batch: list[str] = []
    held = 0
    for identity in room.names:
        if batch and held + room.sizes[identity] > _BATCH:
            _write_batch(reading, batch, room, folder)
            batch, held = [], 0
        batch.append(identity)
        held += room.sizes[identity]
    _write_batch(reading, batch, room, folder)


def _write_batch(reading: _Reading, batch: Sequence[str], room: _Room, folder: Path) -> None:
    for identity, data in _objects(reading, batch):
        (folder / room.names[identity]).write_bytes(data)


# ---------------------------------------------------------------- git


def _ask(reading: _Reading, *arguments: str, stdin: bytes = b"") -> str:
    said = git.ask(reading.repository, *arguments, stdin=stdin)
    if said.text is None:
        raise _Unreadable(said.why)
    return said.text


def _sizes(reading: _Reading, identities: Iterable[str]) -> Mapping[str, int]:
    """Ask for the size of each object; those that git does not have are left out."""
    question = "".join(f"{each}\n" for each in sorted(identities)).encode()
    said = _ask(reading, "cat-file", "--batch-check", "--buffer", stdin=question) if question else ""
    words = (line.split(" ") for line in said.split("\n"))
    return {each[0]: int(each[2]) for each in words if len(each) == 3 and each[1] == "blob"}


def _objects(reading: _Reading, identities: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Read objects; those that git does not have are left out."""
    question = "".join(f"{each}\n" for each in identities).encode()
    said = git.content(reading.repository, "cat-file", "--batch", "--buffer", stdin=question) if question else b""
    if said is None:
        raise _Unreadable("git could not read its objects")
    at = 0
    while at < len(said):
        end = said.find(b"\n", at)
        words = said[at:end].split(b" ")
        if end < 0:
            raise _Unreadable("git's answer is cut")
        if len(words) != 3:
            at = end + 1  # `<id> missing`
            continue
        size = int(words[2])
        data = said[end + 1 : end + 1 + size]
        if len(data) != size:
            raise _Unreadable("git's answer is cut")
        yield words[0].decode(), data
        at = end + 1 + size + 1
