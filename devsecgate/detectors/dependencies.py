"""Manifest paths as JSON on stdin; the packages they name, and what advisories say of them, as JSON on stdout.

Run as `python -m devsecgate.detectors.dependencies [--advisories DIR] [--canary-advisories DIR]
[--canary FILE] [--first-party NAME]...` with the scanned root as working directory. Without advisories
it makes the inventory alone. stdin is a list of `{"path": "./requirements.txt"}`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from devsecgate.advisories import osv
from devsecgate.advisories.aliases import closure, preferred
from devsecgate.advisories.evaluate import Answer as Verdict
from devsecgate.advisories.evaluate import evaluate, fixes
from devsecgate.advisories.record import Advisory, Affected
from devsecgate.advisories.severity import rate
from devsecgate.detectors.manifests.files import Tree
from devsecgate.detectors.manifests.inventory import Inventory, take
from devsecgate.detectors.manifests.reading import Pin, python_name
from devsecgate.detectors.package_answer import Answer, Asked, FoundEntry, GapEntry, PackageEntry, SourceEntry
from devsecgate.model import GapReason

_NAMED = 5
"""How many malformed records are named; all are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """What the records of all ecosystems say."""

    findings: list[FoundEntry]
    gaps: list[GapEntry]
    sources: list[SourceEntry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """Where advisory records are; None where none are given."""

    advisories: Path | None
    canary: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One advisory that affects one package."""

    advisory: Advisory
    entries: tuple[Affected, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """The records of one ecosystem, by package."""

    advisories: Mapping[str, Sequence[Advisory]]
    groups: Mapping[str, frozenset[str]]


def main() -> None:
    """Read the request, look, and print the answer."""
    options = _options().parse_args()
    stock = inventory(Path.cwd(), sys.stdin.buffer.read(), canary=options.canary, first_party=options.first_party)
    today = date.fromisoformat(options.today) if options.today else datetime.now(UTC).date()
    folders = Folders(advisories=options.advisories, canary=options.canary_advisories)
    matched = match(stock, folders, first_party=names(options.first_party), today=today, canary=options.canary)
    answer = Answer(
        packages=[entry(pin) for pin in stock.pins],
        findings=matched.findings,
        gaps=[*gaps(stock), *matched.gaps],
        covered=sorted(stock.covered),
        sources=matched.sources,
        notes=list(stock.notes),
    )
    sys.stdout.buffer.write(msgspec.json.encode(answer))


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="devsecgate.detectors.dependencies", allow_abbrev=False)
    parser.add_argument("--advisories", type=Path)
    parser.add_argument("--canary-advisories", type=Path)
    parser.add_argument("--canary")
    parser.add_argument("--first-party", action="append", default=[])
    parser.add_argument("--today")
    return parser


def names(given: Iterable[str]) -> frozenset[str]:
    """Normalise the names of first-party packages."""
    return frozenset(each for name in given for each in {name, python_name(name) or name})


def inventory(root: Path, request: bytes, *, canary: str | None, first_party: Iterable[str]) -> Inventory:
    """Read the manifests that the request names."""
    asked = msgspec.json.decode(request, type=list[Asked])
    paths = [each.path.removeprefix("./") for each in asked]
    return take(Tree(root=root.resolve()), paths, first_party=names(first_party), also=canary)


def entry(pin: Pin) -> PackageEntry:
    """Give a package as the answer shows it, with its purl."""
    from packageurl import PackageURL

    kind = {"PyPI": "pypi", "npm": "npm"}[pin.ecosystem]
    namespace, _, name = pin.name.rpartition("/")
    purl = PackageURL(type=kind, namespace=namespace or None, name=name, version=pin.version)
    return PackageEntry(
        name=pin.name,
        version=pin.version,
        purl=purl.to_string(),
        ecosystem=pin.ecosystem,
        path=pin.path,
        line=pin.line,
        direct=pin.direct,
    )


def gaps(stock: Inventory) -> list[GapEntry]:
    """Give the inventory's gaps as the answer shows them."""
    return [
        GapEntry(reason=each.reason.value, detail=each.detail, path=each.path, package=each.package)
        for each in stock.gaps
    ]


def match(
    stock: Inventory, folders: Folders, *, first_party: frozenset[str], today: date, canary: str | None = None
) -> Matched:
    """Match the packages of each ecosystem against its records and the canary's, along one and the same path.

    `canary` is the one manifest whose packages are not of the target: it needs no records but its own.
    """
    matched = Matched(findings=[], gaps=[], sources=[])
    everything = [pin for pin in (*stock.pins, *stock.elsewhere) if pin.name not in first_party]
    for ecosystem in sorted({pin.ecosystem for pin in everything}):
        of_it = [pin for pin in everything if pin.ecosystem == ecosystem]
        book = _book(_load(folders, ecosystem, of_it, matched, today=today, canary=canary))
        for pin in _first_places(pin for pin in of_it if not pin.marker):
            _one(pin, book, matched)
        for pin in _first_places(pin for pin in of_it if pin.marker):
            _elsewhere(pin, book, matched)
    return matched


def _load(
    folders: Folders, ecosystem: str, pins: Sequence[Pin], matched: Matched, *, today: date, canary: str | None
) -> list[osv.Loaded]:
    """Read an ecosystem's records from both folders, and account for those that are given."""
    wanted = {pin.name for pin in pins}
    loaded = []
    if folders.canary is not None and (folders.canary / ecosystem).is_dir():
        loaded.append(osv.load(folders.canary, ecosystem, wanted, today=today))
    if folders.advisories is not None and any(pin.path != canary for pin in pins):
        loaded.append(osv.load(folders.advisories, ecosystem, wanted, today=today))
        _account(ecosystem, loaded[-1], matched)
    return loaded


def _first_places(pins: Iterable[Pin]) -> Iterable[Pin]:
    """Give each version of a package once for each manifest: a lockfile may install it at many places."""
    first: dict[tuple[str, str, str, str], Pin] = {}
    for pin in pins:
        first.setdefault((pin.path, pin.name, pin.version, pin.marker), pin)
    return first.values()


def _account(ecosystem: str, loaded: osv.Loaded, matched: Matched) -> None:
    """Say what the records are, and which of them could not be read."""
    matched.sources.append(
        SourceEntry(ecosystem=ecosystem, records=loaded.records, as_of=loaded.as_of, malformed=len(loaded.malformed))
    )
    for trouble in loaded.troubles:
        matched.gaps.append(GapEntry(reason=trouble.reason.value, detail=trouble.detail, path=None, package=None))
    if loaded.malformed:
        shown = ", ".join(ascii(name)[1:-1][:80] for name in loaded.malformed[:_NAMED])
        more = f" and {len(loaded.malformed) - _NAMED} more" if len(loaded.malformed) > _NAMED else ""
        detail = (
            f"{len(loaded.malformed)} of {loaded.records + len(loaded.malformed)} {ecosystem} advisory records are "
            f"not OSV records: {shown}{more}; fetch them again"
        )
        matched.gaps.append(GapEntry(reason=GapReason.MALFORMED.value, detail=detail, path=None, package=None))


def _book(loaded: Iterable[osv.Loaded]) -> Book:
    """Put the records of several folders together."""
    by_name: dict[str, list[Advisory]] = {}
    edges: list[tuple[str, tuple[str, ...]]] = []
    for each in loaded:
        edges += each.aliases
        for advisory in each.advisories:
            for name in sorted({affected.name for affected in advisory.affected}):
                by_name.setdefault(name, []).append(advisory)
    return Book(advisories=by_name, groups=closure(edges))


def _hits(pin: Pin, book: Book) -> tuple[list[Hit], dict[str, str]]:
    """Give the advisories that affect a package, and why others cannot be evaluated."""
    hits: list[Hit] = []
    unknown: dict[str, str] = {}
    for advisory in book.advisories.get(pin.name, ()):
        entries = [each for each in advisory.affected if each.name == pin.name]
        judged = [(each, evaluate(each, pin.version)) for each in entries]
        affecting = tuple(each for each, judgement in judged if judgement.answer is Verdict.AFFECTED)
        if affecting:
            hits.append(Hit(advisory=advisory, entries=affecting))
            continue
        for _, judgement in judged:
            if judgement.answer is Verdict.UNKNOWN:
                unknown[advisory.id] = judgement.why
    return hits, unknown


def _one(pin: Pin, book: Book, matched: Matched) -> None:
    """Match one package: one finding for each group of aliases, one gap for each that could not be evaluated."""
    hits, unknown = _hits(pin, book)
    by_group: dict[frozenset[str], list[Hit]] = {}
    for hit in hits:
        by_group.setdefault(book.groups[hit.advisory.id], []).append(hit)
    for group, same in sorted(by_group.items(), key=lambda each: preferred(each[0])):
        matched.findings.append(_found(pin, group, same))
    _not_evaluated(
        pin, {name: why for name, why in unknown.items() if not any(name in each for each in by_group)}, matched
    )


def _not_evaluated(pin: Pin, unknown: Mapping[str, str], matched: Matched) -> None:
    for identity, why in sorted(unknown.items()):
        detail = (
            f"{identity} is about {pin.name}, and cannot be evaluated for {pin.version}: {why}; read it, "
            "then change the version or accept this by name"
        )
        matched.gaps.append(_unresolved(pin, detail))


def _elsewhere(pin: Pin, book: Book, matched: Matched) -> None:
    """Match a package that is not for this target: an advisory for it is something that this run cannot judge."""
    hits, unknown = _hits(pin, book)
    if hits:
        found = sorted({preferred(book.groups[hit.advisory.id]) for hit in hits})
        detail = (
            f"line {pin.line}: {pin.name} {pin.version} has {', '.join(found[:_NAMED])}, but its marker is false on "
            f"this machine ({pin.marker}): gate where it is true, or change the version"
        )
        matched.gaps.append(_unresolved(pin, detail))
    else:
        _not_evaluated(pin, unknown, matched)


def _unresolved(pin: Pin, detail: str) -> GapEntry:
    return GapEntry(reason=GapReason.UNRESOLVED.value, detail=detail, path=pin.path, package=pin.name)


def _found(pin: Pin, group: frozenset[str], hits: Sequence[Hit]) -> FoundEntry:
    """Make one finding of all advisories of a group."""
    best = min(
        hits,
        key=lambda hit: (
            hit.advisory.summary == hit.advisory.id,
            preferred([hit.advisory.id]) != hit.advisory.id,
            hit.advisory.id,
        ),
    )
    rating = rate(
        [(hit.advisory.id, vector) for hit in hits for each in hit.entries for vector in each.vectors],
        [(hit.advisory.id, hit.advisory.rating) for hit in hits],
    )
    return FoundEntry(
        package=entry(pin),
        rule=preferred(group),
        ids=sorted(group),
        summary=best.advisory.summary,
        severity=None if rating.severity is None else rating.severity.label,
        severity_source=rating.source,
        fixed_in=list(fixes((each for hit in hits for each in hit.entries), pin.version)),
        cwes=sorted(frozenset().union(*(hit.advisory.cwes for hit in hits))),
        references=list(dict.fromkeys(each for hit in hits for each in hit.advisory.references))[:20],
    )


if __name__ == "__main__":
    main()
