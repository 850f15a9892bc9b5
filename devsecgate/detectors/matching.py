"""Packages and advisory records in; findings, and a gap for each advisory that could not be evaluated, out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import msgspec

from devsecgate.advisories import osv
from devsecgate.advisories.aliases import preferred
from devsecgate.advisories.ecosystems import base, same_release
from devsecgate.advisories.evaluate import Answer, evaluate, fixes
from devsecgate.advisories.record import Advisory, Affected
from devsecgate.advisories.severity import rate
from devsecgate.detectors.manifests.reading import Pin
from devsecgate.detectors.package_answer import FoundEntry, GapEntry, PackageEntry, SourceEntry
from devsecgate.detectors.records import Planted, Records
from devsecgate.model import GapReason

_NAMED = 5
"""How many malformed records are named; all are counted."""
_TYPES = {
    "PyPI": "pypi",
    "npm": "npm",
    "Go": "golang",
    "crates.io": "cargo",
    "Maven": "maven",
    "RubyGems": "gem",
    "Packagist": "composer",
    "NuGet": "nuget",
    "Pub": "pub",
    "Hex": "hex",
    "SwiftURL": "swift",
}
"""The types of purls, by ecosystem."""


class Matched(msgspec.Struct, kw_only=True):
    """What the records of all ecosystems say."""

    findings: list[FoundEntry] = msgspec.field(default_factory=list)
    gaps: list[GapEntry] = msgspec.field(default_factory=list)
    sources: list[SourceEntry] = msgspec.field(default_factory=list)
    remedies: dict[tuple[str, str, str], str] = msgspec.field(default_factory=dict)
    """The smallest later version without a known advisory, by ecosystem, name and version, where there is one."""


class _Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One advisory that affects one package."""

    advisory: Advisory
    entries: tuple[Affected, ...]
    """Of the package and its release, those that say so."""


class _Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the records say about one package: what affects it, what cannot be evaluated, and all else about it."""

    hits: tuple[_Hit, ...]
    unknown: Mapping[str, str]
    """Why, by advisory."""
    entries: tuple[Affected, ...]
    """Every entry about the package in its release, whether it affects this version or not."""
    version: str
    """The one that the entries speak of: the source package's, where they are about that."""


class _Book(msgspec.Struct, frozen=True, kw_only=True):
    """The records of one ecosystem, by package."""

    entries: Mapping[str, Sequence[tuple[Advisory, tuple[Affected, ...]]]]
    """Each advisory about a package with its entries about that one."""
    groups: Mapping[str, frozenset[str]]


def match(pins: Iterable[Pin], *, records: Records | None, planted: Planted) -> Matched:
    """Match the packages of each ecosystem against its records and the canary's, along one and the same path.

    Without records, only the canary's package is matched. Packages with a marker are not for this target:
    what is known about them is a gap.
    """
    matched = Matched()
    by_ecosystem: dict[str, list[Pin]] = {}
    for pin in pins:
        by_ecosystem.setdefault(base(pin.ecosystem), []).append(pin)
    for ecosystem, of_it in sorted(by_ecosystem.items()):
        book = _book(_load(ecosystem, of_it, records, planted, matched))
        for pin in _first_places(pin for pin in of_it if not pin.marker):
            _one(pin, book, matched)
        for pin in _first_places(pin for pin in of_it if pin.marker):
            _elsewhere(pin, book, matched)
    return matched


def entry(pin: Pin, matched: Matched | None = None) -> PackageEntry:
    """Give a package as the answer shows it, with its purl, and with the version that ends all that is known."""
    return PackageEntry(
        name=pin.name,
        version=pin.version,
        purl=pin.purl or _purl(pin.ecosystem, pin.name, pin.version),
        ecosystem=pin.ecosystem,
        path=pin.path,
        line=pin.line,
        direct=pin.direct,
        via=list(pin.via),
        origin=pin.origin,
        remedy=None if matched is None else matched.remedies.get((pin.ecosystem, pin.name, pin.version)),
    )


@lru_cache(maxsize=1 << 12)
def _purl(ecosystem: str, name: str, version: str) -> str:
    """Write a purl; a package has several findings, one after the other."""
    from packageurl import PackageURL

    kind = _TYPES.get(base(ecosystem), "generic")
    namespace, _, last = name.rpartition(":" if kind == "maven" else "/")
    return PackageURL(type=kind, namespace=namespace or None, name=last, version=version).to_string()


def _known_as(pin: Pin) -> tuple[tuple[str, str], ...]:
    return pin.known_as or ((pin.name, pin.version),)


def _load(
    ecosystem: str, pins: Sequence[Pin], records: Records | None, planted: Planted, matched: Matched
) -> list[osv.Loaded]:
    """Read an ecosystem's records from both places, and account for those that are given."""
    wanted = {name for pin in pins for name, _ in _known_as(pin)}
    loaded = []
    of_canary = planted.load(ecosystem, wanted)
    if of_canary is not None:
        loaded.append(of_canary)
    theirs = [pin for pin in pins if pin.path != planted.path]
    found = records.load(ecosystem, wanted) if records is not None and theirs else None
    if found is not None:
        loaded.append(found)
        _account(ecosystem, found, matched)
        _unknown_releases(theirs, found, matched)
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


def _unknown_releases(pins: Sequence[Pin], loaded: osv.Loaded, matched: Matched) -> None:
    """Name each release of a distribution that no record speaks of: that nothing matches means nothing there."""
    if not loaded.releases:
        return
    for release in sorted({pin.ecosystem for pin in pins}):
        if not any(same_release(each, release) for each in loaded.releases):
            first = next(pin for pin in pins if pin.ecosystem == release)
            detail = (
                f"no advisory record speaks of {release}: it is past its end of life, newer than the records, or "
                "wrongly named; update the records, or move to a release that is maintained"
            )
            matched.gaps.append(
                GapEntry(reason=GapReason.UNRESOLVED.value, detail=detail, path=first.path, package=None)
            )


def _book(loaded: Iterable[osv.Loaded]) -> _Book:
    """Put the records of several folders together."""
    by_name: dict[str, list[tuple[Advisory, tuple[Affected, ...]]]] = {}
    groups: dict[str, frozenset[str]] = {}
    for each in loaded:
        groups.update(each.groups)
        for advisory in each.advisories:
            about: dict[str, list[Affected]] = {}
            for affected in advisory.affected:
                about.setdefault(affected.name, []).append(affected)
            for name, entries in about.items():
                by_name.setdefault(name, []).append((advisory, tuple(entries)))
    return _Book(entries=by_name, groups=groups)


def _ask(pin: Pin, book: _Book) -> _Asked:
    """Give the advisories that affect a package, and why others cannot be evaluated."""
    hits: dict[str, _Hit] = {}
    unknown: dict[str, str] = {}
    every: list[Affected] = []
    spoken_of = pin.version
    for name, version in _known_as(pin):
        for advisory, about in book.entries.get(name, ()):
            entries = [
                each for each in about if each.ecosystem == pin.ecosystem or same_release(each.ecosystem, pin.ecosystem)
            ]
            every += entries
            judged = [(each, evaluate(each, version)) for each in entries]
            affecting = tuple(each for each, judgement in judged if judgement.answer is Answer.AFFECTED)
            if affecting:
                hits.setdefault(advisory.id, _Hit(advisory=advisory, entries=affecting))
                spoken_of = version
                continue
            for _, judgement in judged:
                if judgement.answer is Answer.UNKNOWN:
                    unknown[advisory.id] = judgement.why
    return _Asked(hits=tuple(hits.values()), unknown=unknown, entries=tuple(every), version=spoken_of)


def _one(pin: Pin, book: _Book, matched: Matched) -> None:
    """Match one package: one finding for each group of aliases, one gap for each that could not be evaluated."""
    asked = _ask(pin, book)
    ends = fixes(asked.entries, asked.version) if asked.hits else ()
    if ends:
        matched.remedies[pin.ecosystem, pin.name, pin.version] = ends[0]
    by_group: dict[frozenset[str], list[_Hit]] = {}
    for hit in asked.hits:
        by_group.setdefault(book.groups[hit.advisory.id], []).append(hit)
    for group, same in sorted(by_group.items(), key=lambda each: preferred(each[0])):
        entries = tuple(each for hit in same for each in hit.entries)
        fixed_in = ends if len(entries) == len(asked.entries) else fixes(entries, asked.version)
        matched.findings.append(_found(pin, group, same, fixed_in, matched))
    _not_evaluated(
        pin, {name: why for name, why in asked.unknown.items() if not any(name in each for each in by_group)}, matched
    )


def _not_evaluated(pin: Pin, unknown: Mapping[str, str], matched: Matched) -> None:
    for identity, why in sorted(unknown.items()):
        detail = (
            f"{identity} is about {pin.name}, and cannot be evaluated for {pin.version}: {why}; read it, "
            "then change the version or accept this by name"
        )
        matched.gaps.append(_unresolved(pin, detail))


def _elsewhere(pin: Pin, book: _Book, matched: Matched) -> None:
    """Match a package that is not for this target: an advisory for it is something that this run cannot judge."""
    asked = _ask(pin, book)
    if asked.hits:
        found = sorted({preferred(book.groups[hit.advisory.id]) for hit in asked.hits})
        detail = (
            f"line {pin.line}: {pin.name} {pin.version} has {', '.join(found[:_NAMED])}, but its marker is false for "
            f"this target ({pin.marker}): gate where it is true, or change the version"
        )
        matched.gaps.append(_unresolved(pin, detail))
    else:
        _not_evaluated(pin, asked.unknown, matched)


def _unresolved(pin: Pin, detail: str) -> GapEntry:
    return GapEntry(reason=GapReason.UNRESOLVED.value, detail=detail, path=pin.path, package=pin.name)


def _found(
    pin: Pin, group: frozenset[str], hits: Sequence[_Hit], fixed_in: Sequence[str], matched: Matched
) -> FoundEntry:
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
    upstream = frozenset().union(*(hit.advisory.upstream for hit in hits)) - group
    return FoundEntry(
        package=entry(pin, matched),
        rule=_rule(group, upstream),
        ids=sorted(group),
        upstream=sorted(upstream),
        summary=best.advisory.summary,
        severity=None if rating.severity is None else rating.severity.label,
        severity_source=rating.source,
        fixed_in=list(fixed_in),
        cwes=sorted(frozenset().union(*(hit.advisory.cwes for hit in hits))),
        references=list(dict.fromkeys(each for hit in hits for each in hit.advisory.references))[:20],
        published=min((hit.advisory.published for hit in hits if hit.advisory.published), default=""),
    )


def _rule(group: frozenset[str], upstream: frozenset[str]) -> str:
    """Give the id to show: the CVE that a distribution's record carries in its own name, else the group's best one."""
    best = preferred(group)
    return next((each for each in sorted(upstream) if best.endswith(f"-{each}")), best)
