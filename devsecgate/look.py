"""A tree in; what every scanner says of it, merged into issues, out: the half of the flow that a base goes through too.

Target ─plan─▶ Plan ─run─▶ ScanResult* ─reconcile─▶ ─correlate─▶ Issue*
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from devsecgate import __version__, bundled, cache, contents, coverage, plan, run, target
from devsecgate.cache import Cache, Entry
from devsecgate.jobs import Conditions, engines
from devsecgate.model import Gap, Issue, Kind, ScanResult
from devsecgate.policy.records import Policy
from devsecgate.scanner import Assignment, Given, Plan, Scanner, Settings

if TYPE_CHECKING:  # a run without a base needs none of it, and its import costs a hook's time
    from devsecgate.commits import Commits

_SOURCE_LIMIT = 20_000_000
_PROCESS_SECONDS = 600.0
_PROCESS_MEMORY = 8 * 1024**3


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What is the same for every tree of one run."""

    policy: Policy
    settings: Settings
    scanners: Mapping[str, Scanner]
    layers_off: frozenset[Kind]
    cache: Cache | None
    """None: nothing is remembered, not even from one tree of this run to the next."""
    progress: run.Progress
    meanwhile: Callable[[], None] | None = None
    """What to do while the scanners look at the change."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """One tree, looked at."""

    target: target.Target
    planned: Plan
    results: tuple[ScanResult, ...]
    issues: tuple[Issue, ...]
    sources: Mapping[str, str]
    """Text of the files that findings point to."""
    proven: frozenset[str]
    """Scanners that reported their canary."""
    content: Mapping[str, contents.Content]
    """Of every file of the target that could be read, before anything was scanned."""

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What the stages before the scanners could not see."""
        return *self.target.gaps, *self.planned.gaps


def look(
    seen: target.Target,
    terms: Terms,
    *,
    given: Sequence[Given] = (),
    proven: frozenset[str] = frozenset(),
    history: Commits | None = None,
) -> Seen:
    """Look at a tree, at what is given beside it, and at what the commits of the change added.

    `proven` are scanners that proved themselves on this run.
    """
    planned = _plan(seen, terms if history is None else _told(terms, history), _with(given, history))
    content = contents.read(seen.root, seen.files)
    raw = _run(planned, content, seen, terms, proven=proven)
    results = _without_what_stands(coverage.reconcile(raw))
    sources = target.texts(seen, _places(results), limit=_SOURCE_LIMIT)
    issues: tuple[Issue, ...] = ()
    if any(each.findings for each in results):  # most commits have none, and the imports cost a hook's time
        from devsecgate import correlate, suppressions

        results = tuple(replace(each, findings=suppressions.apply(each.findings, sources)) for each in results)
        here = [found for each in results if not each.past for found in each.findings]
        past = [found for each in results if each.past for found in each.findings]
        # two versions of one file hold different texts at one place: of what is past, nothing is merged
        issues = correlate.correlate(here, sources)
        issues += tuple(issue for found in past for issue in correlate.correlate([found], {}))
    return Seen(
        target=seen,
        planned=planned,
        results=results,
        issues=issues,
        sources=sources,
        proven=frozenset(each.scanner for each in raw if each.canaries),
        content=content,
    )


def _told(terms: Terms, history: Commits) -> Terms:
    """Say why no commits are looked at, where there are none."""
    why = "" if history.given else history.why or terms.settings.no_commits
    return replace(terms, settings=replace(terms.settings, no_commits=why))


def _with(given: Sequence[Given], history: Commits | None) -> Sequence[Given]:
    return given if history is None else (*given, *history.given)


def _without_what_stands(results: tuple[ScanResult, ...]) -> tuple[ScanResult, ...]:
    """Leave out of what commits added the secrets that stand in the tree: they are reported there, once."""
    here = {found.secret_hash for each in results if not each.past for found in each.findings} - {None}
    return tuple(_gone(each, here) if each.past else each for each in results)


def _gone(result: ScanResult, here: Set[str | None]) -> ScanResult:
    kept = tuple(found for found in result.findings if found.secret_hash not in here)
    left = len(result.findings) - len(kept)
    if not left:
        return result
    what = "1 secret of these commits stands" if left == 1 else f"{left:,} secrets of these commits stand"
    return replace(result, findings=kept, notes=(*result.notes, f"{what} in the tree too, and counts there"))


def look_back(seen: target.Target, terms: Terms, after: Seen) -> Seen:
    """Look at the base of a change: its issues have the paths that their files have in the change."""
    from devsecgate import change, correlate

    planned = _plan(seen, terms, ())
    content = contents.read(seen.root, seen.files)
    results = _run(planned, content, seen, terms, proven=after.proven)
    sources = target.texts(seen, _places(results), limit=_SOURCE_LIMIT)
    paths = _renames(sources, seen, after)
    moved = {paths.get(path, path): text for path, text in sources.items()}
    return Seen(
        target=seen,
        planned=planned,
        results=results,
        issues=correlate.correlate(change.renamed(results, paths), moved),
        sources=moved,
        proven=after.proven,
        content=content,
    )


def _renames(sources: Mapping[str, str], before: target.Target, after: Seen) -> Mapping[str, str]:
    """Find the files with findings that have another name in the change."""
    from devsecgate import change

    there = set(after.target.files)
    gone = {path: text for path, text in sources.items() if path not in there}
    if not gone:
        return {}
    suffixes = {path.rpartition(".")[2] for path in gone}
    added = [path for path in there - set(before.files) if path.rpartition(".")[2] in suffixes]
    return change.renames(gone, target.texts(after.target, added, limit=_SOURCE_LIMIT))


def _plan(seen: target.Target, terms: Terms, given: Sequence[Given]) -> Plan:
    policy = terms.policy
    return plan.plan(
        seen.files,
        scripts=seen.scripts,
        links=seen.links,
        scanners=terms.scanners,
        settings=terms.settings,
        disabled=policy.scanners.disable,
        layers_off=terms.layers_off,
        enabled=policy.scanners.enable,
        given=given,
    )


def _places(results: Sequence[ScanResult]) -> Iterator[str]:
    """Name every file that a finding points to."""
    return (found.location.path for each in results for found in each.findings)


# ---------------------------------------------------------------- what is known already


def _run(
    planned: Plan,
    read: Mapping[str, contents.Content],
    seen: target.Target,
    terms: Terms,
    *,
    proven: frozenset[str],
) -> tuple[ScanResult, ...]:
    """Run what the cache does not know, and let it know."""
    conditions = Conditions(
        root=seen.root,
        target_files=frozenset(seen.files),
        settings=terms.settings,
        timeout=terms.policy.scanners.timeout or _PROCESS_SECONDS,
        memory=_PROCESS_MEMORY,
        refused_engines=terms.policy.scanners.refuse_engines,
        proven=proven,
    )
    if terms.cache is None:
        return run.run(planned, conditions, terms.progress, meanwhile=terms.meanwhile)
    kept = [each for each in planned.assignments if each.scanner.by_file]
    ours = _ours(terms.settings)
    questions = ((each.scanner.name, _ask(each, conditions, read, terms.cache, ours)) for each in kept)
    asked = {name: question for name, question in questions if question is not None}
    known = {name: question.known for name, question in asked.items()}
    results = run.run(planned, replace(conditions, known=known), terms.progress, meanwhile=terms.meanwhile)
    stable = contents.unchanged(seen.root, read)
    secret = cache.with_secrets(results)
    for result in results:
        question = asked.get(result.scanner)
        if question is not None and result.engine == question.engine:
            fresh = [path for path in question.names if path in stable and path not in question.known]
            terms.cache.keep(question.names, cache.entries(result, fresh), secret=secret)
    return results


class _Question(msgspec.Struct, frozen=True, kw_only=True):
    """What one scanner is asked, in the names of the cache."""

    engine: str
    names: Mapping[str, bytes]
    """Of the answers, by path."""
    known: Mapping[str, Entry]


def _ask(
    assignment: Assignment,
    conditions: Conditions,
    read: Mapping[str, contents.Content],
    known: Cache,
    ours: bytes,
) -> _Question | None:
    """Name the answers of a scanner; None where it is not installed."""
    engine = next(iter(engines(assignment.scanner, conditions)), None)
    if engine is None:
        return None
    prefix = _prefix(assignment.scanner, engine[0].name, engine[1], conditions.settings, ours)
    names = {path: cache.name(prefix, path.encode(), read[path].digest) for path in assignment.files if path in read}
    return _Question(engine=engine[0].name, names=names, known=known.known(names))


def _ours(settings: Settings) -> bytes:
    """Digest our own code and all rules."""
    folders = (bundled.policies() / "secrets", *settings.rules)
    return cache.name(cache.stamp([bundled.code()]), *map(cache.tree_digest, folders))


def _prefix(scanner: Scanner, engine: str, program: Path, settings: Settings, ours: bytes) -> bytes:
    """Name all that the answers of a scanner depend on besides the file."""
    said = (
        *(scanner.name, engine, __version__, sys.version),
        *("first-party", *sorted(settings.first_party), "disabled", *sorted(settings.disabled)),
        *("salt", settings.salt),
    )
    return cache.name(
        *(each.encode("utf-8", "surrogateescape") for each in said),
        cache.program_stamp(program),
        ours,
    )
