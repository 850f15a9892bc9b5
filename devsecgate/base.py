"""A repository and what names a commit in; that commit's files, in a folder of ours, out: what a change is held to.

The files are taken from git's objects as they are: no filter, no hook and no attribute of the repository counts.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import msgspec

from devsecgate import git
from devsecgate.errors import UsageError
from devsecgate.events import Event
from devsecgate.text import printable

NONE = "none"
"""What `--base` says where nothing is to be compared with."""
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_FILE_MODES = frozenset({"100644", "100755"})
_LINK = "120000"
_BATCH = 64 << 20
"""Bytes of files that git is asked for at once."""
LARGEST = 20_000_000
"""Bytes of a file that is taken from a commit."""
_LONGEST_PATH = 4096
_LONGEST_NAME = 255
_MOST_HOPS = 10


class Commit(msgspec.Struct, frozen=True, kw_only=True):
    """What a change is compared with."""

    revision: str
    named: str
    """How it was found, for people: `--base main`, `pull_request (GitHub)`."""
    proposal: bool
    is_head: bool
    """Is it the very commit that is checked out? Then only what is not committed is a change."""


class NoCommit(msgspec.Struct, frozen=True, kw_only=True):
    """There is nothing to compare with: everything is judged."""

    why: str
    """One sentence for people; empty where nobody asked for a comparison."""


class Blob(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a commit."""

    path: str
    """Below the scanned tree's own folder."""
    mode: str
    identity: str
    """Git's object id."""


def find(
    root: Path, *, named: str | None, event: Event | None, fetching: bool, judged: str = "HEAD"
) -> Commit | NoCommit:
    """Find the commit that `judged` is compared with: the one that is named, else what the CI's event says.

    What a clone lacks is fetched only where `fetching`. Raises UsageError for a name that no commit can have. What
    cannot be found is no error: everything is judged then, and `NoCommit.why` says why.
    """
    if named == NONE or (named is None and event is None):
        return NoCommit(why="")
    if named is not None and (not named or named.startswith("-") or not named.isprintable() or " " in named):
        raise UsageError(f"this is no name of a commit: {printable(named)!r}", where="--base", remedy=_REMEDY)
    repository = git.repository(root)
    if repository is None:
        return NoCommit(why=f"no base for {_who(named, event)}: this is not a git repository")
    head = _resolve(repository, judged)
    if head is None:
        return NoCommit(why=f"no base for {_who(named, event)}: nothing is checked out, or git cannot read it")
    if named is not None:
        return _by_name(repository, named, head=head, fetching=fetching)
    assert event is not None
    return _by_event(repository, event, head=head, fetching=fetching)


_REMEDY = "Give a branch, a tag or a commit: --base origin/main; or --base none."


def _who(named: str | None, event: Event | None) -> str:
    return f"--base {named}" if named is not None else event.name if event is not None else ""


def _by_name(repository: git.Repository, named: str, *, head: str, fetching: bool) -> Commit | NoCommit:
    """Take the commit where the change left what is named; in a shallow clone, the one that is named itself."""
    found = _resolve(repository, named)
    if found is None and fetching and git.fetch(repository, named):
        found = _resolve(repository, "FETCH_HEAD")
    if found is None:
        return NoCommit(
            why=f"no base for --base {named}: no such commit is in this clone; fetch it (git fetch origin {named})"
        )
    revision = _left(repository, found, head)
    return Commit(revision=revision, named=f"--base {named}", proposal=True, is_head=revision == head)


def _by_event(repository: git.Repository, event: Event, *, head: str, fetching: bool) -> Commit | NoCommit:
    """Take what the event says: the first parent of a merge that the runner made, else the first commit to be had."""
    if not event.revisions:
        return NoCommit(why=f"no base for {event.name}: {event.why}")
    merged = _merged_into(repository, head, event.head) if event.head is not None else None
    for wanted in (merged, *event.revisions):
        if wanted is None:
            continue
        found = _resolve(repository, wanted)
        if found is None and fetching and git.fetch(repository, wanted):
            found = _resolve(repository, wanted)
        if found is None:
            continue
        revision = _left(repository, found, head) if event.proposal else found
        if revision == head:
            return NoCommit(why=f"no base for {event.name}: the commit to compare with is the one that is checked out")
        return Commit(revision=revision, named=event.name, proposal=event.proposal, is_head=False)
    why = "the commit to compare with is not in this clone, and could not be fetched"
    return NoCommit(why=f"no base for {event.name}: {why} (fetch-depth: 0, or GIT_DEPTH: 0, brings it)")


def _resolve(repository: git.Repository, name: str) -> str | None:
    """Give the commit that a name stands for, if git has it."""
    said = git.ask(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    found = (said.text or "").strip()
    if not _COMMIT.fullmatch(found):
        return None
    # in a shallow clone a commit may be named, by its children, and not be there
    return found if git.content(repository, "cat-file", "-e", f"{found}^{{tree}}") is not None else None


def _left(repository: git.Repository, revision: str, head: str) -> str:
    """Give the commit where the change left the branch; the branch itself where the clone is too shallow to tell."""
    said = (git.ask(repository, "merge-base", "--end-of-options", head, revision).text or "").strip()
    return said if _COMMIT.fullmatch(said) and said != head else revision


def _merged_into(repository: git.Repository, head: str, proposed: str) -> str | None:
    """Give the first parent of the merge that GitHub checks out; a clone of depth 1 names it without having it."""
    text = git.ask(repository, "cat-file", "-p", head).text or ""
    lines = text.partition("\n\n")[0].split("\n")
    parents = [line.removeprefix("parent ") for line in lines if line.startswith("parent ")]
    return parents[0] if len(parents) == 2 and parents[1] == proposed and _COMMIT.fullmatch(parents[0]) else None


# ---------------------------------------------------------------- files


def blobs(root: Path, commit: Commit) -> tuple[Blob, ...]:
    """List the files and links of a commit below the scanned tree's folder. Raises UsageError where git cannot."""
    repository = git.repository(root)
    said = None if repository is None else git.ask(repository, "ls-tree", "-r", "-z", "--full-tree", commit.revision)
    if repository is None or said is None or said.text is None:
        raise UsageError(
            f"the files of the base cannot be listed: {said.why if said else 'no repository'}",
            where=commit.named,
            remedy="Fetch the commit in full, or give --base none.",
        )
    return tuple(_entries(said.text, repository.prefix))


def _entries(listing: str, prefix: str) -> Iterator[Blob]:
    """Read `MODE TYPE OBJECT<tab>PATH`; a path that could leave our folder is no path."""
    for record in listing.split("\0"):
        head, _, path = record.partition("\t")
        words = head.split(" ")
        if len(words) != 3 or not path.startswith(prefix) or words[0] not in {*_FILE_MODES, _LINK}:
            continue
        below = path[len(prefix) :]
        if _is_plain(below) and _COMMIT.fullmatch(words[2]):
            yield Blob(path=below, mode=words[0], identity=words[2])


def _is_plain(path: str) -> bool:
    parts = path.split("/")
    strange = {"", ".", "..", git.FOLDER}
    return len(path) < _LONGEST_PATH and not any(
        part.rstrip(" .").lower() in strange or len(os.fsencode(part)) > _LONGEST_NAME for part in parts
    )


def unpacked(root: Path, commit: Commit, stack: ExitStack) -> Path:
    """Write all files of a commit to a folder of ours, which is removed with `stack`."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="devsecgate-commit-"))).resolve()
    write(root, blobs(root, commit), folder, largest=LARGEST)
    return folder


def write(root: Path, listed: Sequence[Blob], folder: Path, *, largest: int) -> None:
    """Write a commit's files below `folder`, which is empty; links become the files of the commit that they name.

    Files of more than `largest` bytes, and those that git does not have, are not written: nothing in them counts as
    having been there. Raises UsageError where git cannot be asked at all.
    """
    repository = git.repository(root)
    if repository is None:
        raise UsageError("the base's repository is gone", where=root.name)
    sizes = _sizes(repository, {each.identity for each in listed})
    wanted = {each.identity: size for each in listed if (size := sizes.get(each.identity)) is not None}
    small = {identity: size for identity, size in wanted.items() if size <= largest}
    places: dict[str, list[Blob]] = {}
    for each in listed:
        places.setdefault(each.identity, []).append(each)
    links: dict[str, str] = {}
    for identity, content in _contents(repository, small):
        for blob in places[identity]:
            if blob.mode == _LINK:
                links[blob.path] = os.fsdecode(content)
            else:
                _put(folder, blob.path, content)
    for path in sorted(links):
        _follow(folder, path, links)


def _put(folder: Path, path: str, content: bytes) -> None:
    """Write one file; where two entries of a hostile commit claim one place, the first has it."""
    place = folder / path
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as file:
            file.write(content)
    except (FileExistsError, NotADirectoryError):
        return


def _follow(folder: Path, path: str, links: Mapping[str, str]) -> None:
    """Write a copy of the file that a link names, if it is one of the commit's own."""
    end = path
    for _ in range(_MOST_HOPS):
        if end not in links:
            break
        end = os.path.normpath(f"{os.path.dirname(end)}/{links[end]}".lstrip("/"))  # noqa: PTH120 - text, not a place
    source = folder / end
    if not end.startswith("..") and not os.path.isabs(links[path]) and source.is_file():  # noqa: PTH117
        _put(folder, path, source.read_bytes())


def _sizes(repository: git.Repository, identities: Iterable[str]) -> Mapping[str, int]:
    """Ask for the size of each object; those that git does not have are left out."""
    question = "".join(f"{each}\n" for each in sorted(identities)).encode()
    said = git.ask(repository, "cat-file", "--batch-check", "--buffer", stdin=question) if question else None
    if said is None:
        return {}
    if said.text is None:
        raise UsageError(f"the files of the base cannot be read: {said.why}", where=repository.tree.name)
    words = (line.split(" ") for line in said.text.split("\n"))
    return {each[0]: int(each[2]) for each in words if len(each) == 3 and each[1] == "blob"}


def _contents(repository: git.Repository, sizes: Mapping[str, int]) -> Iterator[tuple[str, bytes]]:
    """Read objects, so many at once as fit into memory."""
    batch: list[str] = []
    held = 0
    for identity, size in sorted(sizes.items()):
        if batch and held + size > _BATCH:
            yield from _batch(repository, batch)
            batch, held = [], 0
        batch.append(identity)
        held += size
    if batch:
        yield from _batch(repository, batch)


def _batch(repository: git.Repository, identities: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    question = "".join(f"{each}\n" for each in identities).encode()
    said = git.content(repository, "cat-file", "--batch", "--buffer", stdin=question)
    at = 0
    while said is not None and at < len(said):
        end = said.find(b"\n", at)
        words = said[at:end].split(b" ")
        if end < 0 or len(words) != 3:
            at = end + 1 if end >= 0 else len(said)  # `<id> missing`
            continue
        size = int(words[2])
        yield words[0].decode(), said[end + 1 : end + 1 + size]
        at = end + 1 + size + 1
