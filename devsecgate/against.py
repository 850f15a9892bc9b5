"""A change and what names its base in; the policy of the base, and what the change has to do with each issue, out.

A change cannot grant itself a pass: what it edits in the policy is a proposal, and it is judged by the base's policy.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from devsecgate import contents, target
from devsecgate import policy as policies
from devsecgate.errors import PolicyError
from devsecgate.events import Event
from devsecgate.look import Seen, Terms, look_back
from devsecgate.model import Base, Change, Comparison, Gap, GapReason, Issue, Kind
from devsecgate.policy.records import Policy
from devsecgate.text import one_line

if TYPE_CHECKING:  # a run without a base needs none of them, and their imports cost a hook's time
    from devsecgate import base, change, commits

_SOURCE_LIMIT = 20_000_000
_NO_LOSS = frozenset({GapReason.EMPTY, GapReason.UNSUPPORTED})
"""Reasons of gaps of a base that hide nothing which its scanners could have seen."""


class Against(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line and the CI say about the base."""

    named: str | None = None
    """A name of a commit, or `none`; None: what the event says."""
    event: Event | None = None
    kev: Path | None = None
    """CISA's catalogue; None: the user's own."""
    offline: bool = False
    in_ci: bool = False
    """Is the clone a CI's? Then what it lacks of the base is fetched, and the catalogue where it is needed."""
    own_policy: bool = False
    """Is the change judged by its own policy? On a laptop, where nobody could be granted anything."""
    repository: Path | None = None
    """Where git is asked; None: in the tree itself."""
    head: str = "HEAD"
    """The commit that is judged."""
    since: str | None = None
    """A name of the commit that what is pushed follows on, where nothing is compared with it: all commits behind it
    are looked at for secrets. None: those behind the base."""
    without_baseline: bool = False
    """Is the policy's baseline left alone? For who writes it."""


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """The base of a change, if there is one."""

    asked: Against
    commit: base.Commit | None = None
    folder: Path | None = None
    """Its files."""
    why: str = ""
    """Why there is none, where one was asked for."""
    root: Path | None = None
    """Of the tree that is judged, if there is one."""

    @property
    def judges(self) -> Path | None:
        """The folder whose policy counts instead of the change's own."""
        return self.folder if self.commit is not None and self.commit.proposal and not self.asked.own_policy else None


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """By which policy a change is judged."""

    policy: Policy
    proposed: Policy | None = None
    """What the change makes of the policy, where that is another."""
    notes: tuple[str, ...] = ()


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """The issues of a change, and what it has to do with them."""

    issues: tuple[Issue, ...]
    gaps: tuple[Gap, ...] = ()
    comparison: Comparison | None = None
    notes: tuple[str, ...] = ()


def prepare(asked: Against, path: Path | None, stack: ExitStack, *, only: Sequence[str] | None = None) -> Prepared:
    """Find the base, and write its files to a folder of ours. Raises UsageError for a name that no commit can have.

    Where `only` some files of the tree are judged, those of the base are they, and all that are no more.
    """
    if path is None or not path.is_dir():
        return Prepared(asked=asked)
    tree = path.resolve()
    if asked.event is None and asked.named is None:
        return Prepared(asked=asked, root=tree)
    from devsecgate import base

    root = tree if asked.repository is None else asked.repository.resolve()
    found = base.find(
        root, named=asked.named, event=asked.event, fetching=asked.in_ci and not asked.offline, judged=asked.head
    )
    if isinstance(found, base.NoCommit):
        return Prepared(asked=asked, root=tree, why=found.why)
    listed = base.blobs(root, found)
    if only is not None:
        wanted = frozenset(only)
        listed = tuple(each for each in listed if each.path in wanted or not os.path.lexists(path / each.path))
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="devsecgate-base-"))).resolve()
    base.write(root, listed, folder, largest=base.LARGEST)
    return Prepared(asked=asked, root=tree, commit=found, folder=folder)


def history(prepared: Prepared, terms: Terms, stack: ExitStack) -> commits.Commits | None:
    """Read what the commits of the change added. None: nobody asks for it, or nobody would look at it."""
    asked, off = prepared.asked, terms.policy.scanners.disable
    if prepared.root is None or (prepared.commit is None and not prepared.why and asked.since is None):
        return None
    from devsecgate import commits

    if commits.SCANNER in off or commits.SCANNER not in terms.scanners or Kind.SECRET in terms.layers_off:
        return None
    root = prepared.root if asked.repository is None else asked.repository.resolve()
    found = prepared.commit
    if found is None and asked.since is not None:
        from devsecgate import base

        named = base.find(root, named=asked.since, event=None, fetching=False, judged=asked.head)
        if isinstance(named, base.NoCommit):
            return commits.Commits(why=named.why or prepared.why)
        found = named
    if found is None:
        return commits.Commits(why=prepared.why)
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="devsecgate-commits-"))).resolve()
    change = commits.Change(
        root=root,
        after=found.revision,
        head=asked.head,
        staged=asked.repository is None and not asked.in_ci,
        largest=terms.policy.target.max_file_size,
    )
    return commits.read(change, folder)


def policy(file: Path | None, root: Path, prepared: Prepared, *, today: date) -> Judged:
    """Load the policy that judges. Raises PolicyError where there is no base and it is wrong."""
    folder = prepared.judges
    inside = _inside(file, root) if file is not None else None
    if folder is None or (file is not None and inside is None):
        return Judged(policy=policies.load(file, root, today=today))
    notes = []
    old = None if inside is None else folder / inside
    if old is not None and not old.is_file():
        notes.append(f"the policy {inside} is not in the base: this change is judged by what is there")
        old = None
    try:
        found = policies.load(old, folder, today=today)
    except PolicyError as error:
        notes.append(
            f"the base's policy is wrong, and this change is judged by the bundled one: {one_line(str(error))}"
        )
        found = policies.load(None, Path(os.devnull), today=today)
    try:
        proposed = policies.load(file, root, today=today)
    except PolicyError as error:
        notes.append(f"the policy that this change proposes is wrong: {one_line(str(error))}")
        return Judged(policy=found, notes=tuple(notes))
    return Judged(policy=found, proposed=None if proposed.digest == found.digest else proposed, notes=tuple(notes))


def _inside(file: Path, root: Path) -> str | None:
    """Give the path of a policy below the tree, if it is there."""
    real, top = Path(os.path.realpath(file)), Path(os.path.realpath(root))
    return real.relative_to(top).as_posix() if real.is_relative_to(top) else None


def compare(looked: Seen, terms: Terms, prepared: Prepared, judged: Judged, today: date) -> Compared:
    """Look at the base too, and say which issues the change introduced."""
    commit, folder = prepared.commit, prepared.folder
    if commit is None or folder is None:
        alone = Compared(issues=looked.issues, notes=(prepared.why,) if prepared.why else ())
        return _with_baseline(alone, prepared, judged.policy, terms, today)
    from devsecgate import change, correlate, own_files

    files = terms.policy.target
    before = target.read(folder, exclude=frozenset(), max_file_size=files.max_file_size)
    if commit.is_head and _is_same(looked, before):
        why = f"no base for {commit.named}: it is what is checked out, and nothing differs from it"
        return _with_baseline(Compared(issues=looked.issues, notes=(why,)), prepared, judged.policy, terms, today)
    old = look_back(before, terms, looked)
    every = {*looked.target.files, *before.files}
    own = own_files.changed(
        looked.target.root, folder, every, [each for each in (judged.policy, judged.proposed) if each is not None]
    )
    texts = target.texts(looked.target, [each.location.path for each in own], limit=_SOURCE_LIMIT)
    found = change.compare(looked.issues, old.issues, looked.sources, old.sources)
    old_ones = frozenset(name for name, change in found.changes.items() if change is Change.EXISTING)
    noted = _recorded(prepared, looked.issues, judged.policy, old_ones)
    since = {} if noted is None else noted.found.since
    changes = {**found.changes, **dict.fromkeys(since, Change.EXISTING)}
    existing = [each for each in looked.issues if changes[each.fingerprint] is Change.EXISTING]
    exploited = _exploited(prepared, existing, max_age=terms.settings.max_age, today=today)
    return Compared(
        issues=(*looked.issues, *correlate.correlate(own, texts)),
        gaps=exploited.gaps,
        comparison=Comparison(
            base=Base(revision=commit.revision, named=commit.named, proposal=commit.proposal),
            changes=changes,
            recorded=since,
            fixed=found.fixed,
            exploited=exploited.days,
        ),
        notes=(*exploited.notes, *_unseen(old)),
    )


class _Noted(msgspec.Struct, frozen=True, kw_only=True):
    """What the policy's baseline says of a change's issues."""

    named: str
    digest: str
    found: change.Recorded


def _recorded(
    prepared: Prepared, issues: Sequence[Issue], policy: Policy, existing: frozenset[str] = frozenset()
) -> _Noted | None:
    if policy.baseline is None or prepared.asked.without_baseline:
        return None
    from devsecgate import baseline, change

    known = baseline.load(policy.baseline.file, f"{policy.baseline.source}: {policy.baseline.named}")
    digest = hashlib.sha256(baseline.render(known)).hexdigest()
    return _Noted(named=policy.baseline.named, digest=digest, found=change.recorded(issues, known, existing))


def _with_baseline(alone: Compared, prepared: Prepared, policy: Policy, terms: Terms, today: date) -> Compared:
    """Compare with the baseline, if there is one, where there is no commit."""
    noted = _recorded(prepared, alone.issues, policy)
    if noted is None:
        return alone
    since = noted.found.since
    changes = {
        each.fingerprint: Change.EXISTING if each.fingerprint in since else Change.INTRODUCED for each in alone.issues
    }
    existing = [each for each in alone.issues if each.fingerprint in since]
    exploited = _exploited(prepared, existing, max_age=terms.settings.max_age, today=today)
    gone = sum(each.count for each in noted.found.gone.values())
    stale = (
        (f"{gone:,} of what the baseline names is no more: `devsecgate baseline write` takes it out",) if gone else ()
    )
    return Compared(
        issues=alone.issues,
        gaps=exploited.gaps,
        comparison=Comparison(
            base=Base(revision=noted.digest, named=noted.named, proposal=False),
            changes=changes,
            recorded=since,
            fixed=(),
            exploited=exploited.days,
        ),
        notes=(*alone.notes, *exploited.notes, *stale),
    )


def _is_same(after: Seen, before: target.Target) -> bool:
    """Tell whether two trees hold the same files."""
    if set(after.target.files) != set(before.files):
        return False
    return contents.digest(after.content) == contents.digest(contents.read(before.root, before.files))


def _unseen(old: Seen) -> tuple[str, ...]:
    """Say what of the base could not be seen: what may have been there counts as introduced."""
    gaps = [*old.gaps, *(gap for result in old.results for gap in result.gaps)]
    broken = sorted({gap.scanner for gap in gaps if gap.path is None and gap.reason not in _NO_LOSS})
    if not broken:
        return ()
    return (f"the base was not seen in full by {', '.join(broken)}: what it may have had counts as introduced",)


class _Exploited(msgspec.Struct, frozen=True, kw_only=True):
    days: dict[str, date]
    gaps: tuple[Gap, ...] = ()
    notes: tuple[str, ...] = ()


def _exploited(prepared: Prepared, existing: list[Issue], *, max_age: int, today: date) -> _Exploited:
    """Read CISA's catalogue, where an issue may get time for not being in it; without it, that is a gap."""
    from devsecgate.intel import kev

    if not any(issue.primary.package is not None for issue in existing):
        return _Exploited(days={})
    asked = prepared.asked
    place = kev.default_path() if asked.kev is None else asked.kev
    if asked.kev is None and prepared.root is not None and place.resolve().is_relative_to(prepared.root):
        detail = (
            "the catalogue of exploited vulnerabilities is in the scanned tree, which may have brought it: keep it "
        )
        detail += f"elsewhere ({kev.VARIABLE}), or name it with --kev"
        return _Exploited(days={}, gaps=(Gap(scanner="kev", reason=GapReason.FAILED, detail=detail),))
    if asked.kev is None and asked.in_ci and not asked.offline:
        _fetch(place, max_age=max_age, today=today)
    try:
        catalogue = kev.load(place)
        age = kev.age(catalogue, today)
    except kev.CatalogueError as error:
        return _Exploited(days={}, gaps=(Gap(scanner="kev", reason=error.reason, detail=one_line(str(error))),))
    note = f"known exploited vulnerabilities: {catalogue.source}, {len(catalogue.added):,} of {catalogue.released}"
    if age <= max_age:
        return _Exploited(days=dict(catalogue.added), notes=(note,))
    detail = (
        f"the catalogue of exploited vulnerabilities is of {catalogue.released}, more than {max_age} days old: "
        "run `devsecgate intel update`"
    )
    stale = Gap(scanner="kev", reason=GapReason.STALE, detail=detail)
    return _Exploited(days=dict(catalogue.added), gaps=(stale,), notes=(note,))


def _fetch(place: Path, *, max_age: int, today: date) -> None:
    """Bring the catalogue up to date, where it has to be; if that fails, what is held tells its age itself."""
    from devsecgate.intel import kev, update

    with suppress(kev.CatalogueError):
        if kev.age(kev.load(place), today) <= max_age:
            return
    with suppress(kev.CatalogueError):
        update.update(os.environ.get(update.VARIABLE) or update.PUBLIC, place, today=today)
