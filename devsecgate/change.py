"""The issues of a change and those of its base in; which are introduced, which were there, and which are gone, out.

Issues are told to be the same by their content, with counts: ten copies of an old problem do not hide the eleventh.
Which of the copies is the new one is decided by the lines that the change left alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from difflib import SequenceMatcher
from pathlib import PurePosixPath

import msgspec
from msgspec.structs import replace

from devsecgate.baseline import Known
from devsecgate.model import Change, Finding, Issue, ScanResult

_SIMILAR = 0.5
"""What part of the lines of two files has to be the same for one to be the other, renamed."""
_MOST_PAIRS = 20_000
_LONGEST = 20_000
"""Lines of a file that are compared one by one."""


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """What a change has to do with each issue."""

    changes: Mapping[str, Change]
    """By fingerprint; every issue of the change is in here."""
    fixed: tuple[Issue, ...]


def compare(
    issues: Sequence[Issue], before: Sequence[Issue], sources: Mapping[str, str], old_sources: Mapping[str, str]
) -> Compared:
    """Compare two sets of issues whose paths are those of the change (see `renamed`).

    `sources` and `old_sources` hold the text of the files that issues point to, before and after.
    """
    left: Counter[str] = Counter(issue.content for issue in before)
    kept = _Kept(sources=sources, old_sources=old_sources, lines={})
    alike: defaultdict[str, list[Issue]] = defaultdict(list)
    for issue in issues:
        alike[issue.content].append(issue)
    changes = {}
    for content, copies in alike.items():
        if 0 < left[content] < len(copies):
            copies = sorted(copies, key=lambda each: (not kept.is_old(each), each.location.line))  # noqa: PLW2901
        for issue in copies:
            existing = left[content] > 0
            left[content] -= existing
            changes[issue.fingerprint] = Change.EXISTING if existing else Change.INTRODUCED
    gone: list[Issue] = []
    for issue in sorted(before, key=_place, reverse=True):
        if left[issue.content] > 0:
            left[issue.content] -= 1
            gone.append(issue)
    return Compared(changes=changes, fixed=tuple(sorted(gone, key=_place)))


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """What a stored baseline knows of a tree's issues."""

    since: Mapping[str, date]
    """By fingerprint: the day on which it took the issue in; what is not in here is not in it."""
    gone: Mapping[str, Known]
    """By content: what it names and is no more, with how many of them."""


def recorded(issues: Sequence[Issue], known: Mapping[str, Known], existing: frozenset[str] = frozenset()) -> Recorded:
    """Find the issues that a baseline knows: of each content as many as it names, in file order.

    Those that are `existing` (fingerprints) for another reason come first: a copy that is counted twice would let
    another one, which is new, pass for known.
    """
    left = {content: each.count for content, each in known.items()}
    since = {}
    for issue in sorted(issues, key=lambda each: (each.fingerprint not in existing, _place(each))):
        if left.get(issue.content, 0) > 0:
            left[issue.content] -= 1
            since[issue.fingerprint] = known[issue.content].since
    gone = {content: replace(known[content], count=number) for content, number in left.items() if number}
    return Recorded(since=since, gone=gone)


def _place(issue: Issue) -> tuple[str, int, str]:
    return issue.location.path, issue.location.line, issue.fingerprint


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    """Which lines of the files of a change were there before."""

    sources: Mapping[str, str]
    old_sources: Mapping[str, str]
    lines: dict[str, frozenset[int]]
    """By path, once it was asked for: numbers from 1."""

    def is_old(self, issue: Issue) -> bool:
        path = issue.location.path
        if path not in self.lines:
            self.lines[path] = self._old(self.old_sources.get(path, ""), self.sources.get(path, ""))
        return issue.location.line in self.lines[path]

    def _old(self, before: str, after: str) -> frozenset[int]:
        old, new = before.splitlines(), after.splitlines()
        if len(old) > _LONGEST or len(new) > _LONGEST:
            return frozenset()
        blocks = SequenceMatcher(None, old, new).get_matching_blocks()
        return frozenset(line + 1 for block in blocks for line in range(block.b, block.b + block.size))


# ---------------------------------------------------------------- renames


def renames(gone: Mapping[str, str], added: Mapping[str, str]) -> Mapping[str, str]:
    """Pair files that are no more with those that are new, by their text: the new path of each old one.

    Only files with the same suffix are pairs, each is in one pair at most, and the most similar are found first.
    """
    exact: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for path in sorted(added):
        exact[PurePosixPath(path).suffix, added[path]].append(path)
    found: dict[str, str] = {}
    for path in sorted(gone):
        same = exact[PurePosixPath(path).suffix, gone[path]]
        if gone[path].strip() and same:
            found[path] = same.pop(0)
    taken = set(found.values())
    pairs = [
        (old, new)
        for old in sorted(gone.keys() - found.keys())
        for new in sorted(added.keys() - taken)
        if PurePosixPath(old).suffix == PurePosixPath(new).suffix
    ][:_MOST_PAIRS]
    counted = {("old", path): _counted(gone[path]) for path, _ in pairs}
    counted |= {("new", path): _counted(added[path]) for _, path in pairs}
    scored = [(_similarity(counted["old", old], counted["new", new]), old, new) for old, new in pairs]
    for score, old, new in sorted(scored, key=lambda each: (-each[0], each[1], each[2])):
        if score >= _SIMILAR and old not in found and new not in taken:
            found[old] = new
            taken.add(new)
    return found


def _counted(text: str) -> Counter[str]:
    return Counter(line.strip() for line in text.splitlines() if line.strip())


def _similarity(one: Counter[str], other: Counter[str]) -> float:
    """Give the part of all lines of two files that both have."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def renamed(results: Iterable[ScanResult], paths: Mapping[str, str]) -> tuple[Finding, ...]:
    """Give all findings of a base with the paths that their files have in the change."""
    return tuple(_renamed(found, paths) for result in results for found in result.findings)


def _renamed(found: Finding, paths: Mapping[str, str]) -> Finding:
    new = paths.get(found.location.path)
    if new is None:
        return found
    package = found.package
    return replace(
        found,
        location=replace(found.location, path=new),
        package=None if package is None else replace(package, location=replace(package.location, path=new)),
    )
