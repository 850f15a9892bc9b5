"""Packages and advisory records in; findings, and a gap for each advisory that could not be evaluated, out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from devsecgate.advisories.aliases import preferred
from devsecgate.advisories.ecosystems import base, same_release
from devsecgate.advisories.evaluate import fixes
from devsecgate.advisories.known import Account, Book, Known, Record, Trouble
from devsecgate.advisories.record import Common
from devsecgate.advisories.severity import rate
from devsecgate.advisories.store import StoreError
from devsecgate.detectors.manifests.reading import Pin
from devsecgate.detectors.package_answer import FoundEntry, GapEntry, PackageEntry, SourceEntry
from devsecgate.detectors.records import Planted, Records, unusable
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


class _Hit(msgspec.Struct, frozen=True):
    """One advisory that affects one package."""

    record: Record
    known: Known
    rows: list[int]
    """Of the package and its release, those that say so."""


class _Told(msgspec.Struct, frozen=True):
    """What is said of one vulnerability, whatever the package."""

    name: str
    """Of its group."""
    finding: FoundEntry
    """As it is about the first package that it was met at."""


class _Desk(msgspec.Struct, frozen=True):
    """The books of one ecosystem, and what has been told from them: an advisory is often about many packages."""

    books: list[Book]
    told: dict[tuple[object, ...], _Told] = {}


class _Asked(msgspec.Struct, frozen=True):
    """What the records say about one package: what affects it, what cannot be evaluated, and all else about it."""

    hits: Collection[_Hit]
    unknown: Mapping[str, str]
    """Why, by advisory."""
    about: list[tuple[Known, list[int]]]
    """Every entry about the package in its release, whether it affects this version or not."""
    version: str
    """The one that the entries speak of: the source package's, where they are about that."""


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
        desk = _Desk(_look_up(ecosystem, of_it, records, planted, matched))
        try:
            for pin in _first_places(pin for pin in of_it if not pin.marker):
                _one(pin, desk, matched)
            for pin in _first_places(pin for pin in of_it if pin.marker):
                _elsewhere(pin, desk, matched)
        except StoreError as error:
            _trouble(unusable(error), matched)
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


def _look_up(
    ecosystem: str, pins: Sequence[Pin], records: Records | None, planted: Planted, matched: Matched
) -> list[Book]:
    """Look an ecosystem's packages up in both places, and account for the records that are given."""
    wanted = {name for pin in pins for name, _ in _known_as(pin)}
    books = []
    of_canary = planted.book(ecosystem, wanted)
    if of_canary is not None:
        books.append(of_canary)
    theirs = [pin for pin in pins if pin.path != planted.path]
    found = records.book(ecosystem, wanted) if records is not None and theirs else None
    if found is not None:
        books.append(found)
        _account(ecosystem, found, matched)
        _unknown_releases(theirs, found, matched)
    return books


def _first_places(pins: Iterable[Pin]) -> Iterable[Pin]:
    """Give each version of a package once for each manifest: a lockfile may install it at many places."""
    first: dict[tuple[str, str, str, str], Pin] = {}
    for pin in pins:
        first.setdefault((pin.path, pin.name, pin.version, pin.marker), pin)
    return first.values()


def _account(ecosystem: str, found: Account, matched: Matched) -> None:
    """Say what the records are, and which of them could not be read."""
    matched.sources.append(
        SourceEntry(ecosystem=ecosystem, records=found.records, as_of=found.as_of, malformed=len(found.malformed))
    )
    for trouble in found.troubles:
        _trouble(trouble, matched)
    if found.malformed:
        shown = ", ".join(ascii(name)[1:-1][:80] for name in found.malformed[:_NAMED])
        more = f" and {len(found.malformed) - _NAMED} more" if len(found.malformed) > _NAMED else ""
        detail = (
            f"{len(found.malformed)} of {found.records + len(found.malformed)} {ecosystem} advisory records are "
            f"not OSV records: {shown}{more}; fetch them again"
        )
        matched.gaps.append(GapEntry(reason=GapReason.MALFORMED.value, detail=detail, path=None, package=None))


def _trouble(trouble: Trouble, matched: Matched) -> None:
    matched.gaps.append(GapEntry(reason=trouble.reason.value, detail=trouble.detail, path=None, package=None))


def _unknown_releases(pins: Sequence[Pin], found: Account, matched: Matched) -> None:
    """Name each release of a distribution that no record speaks of: that nothing matches means nothing there."""
    if not found.releases:
        return
    for release in sorted({pin.ecosystem for pin in pins}):
        if not any(same_release(each, release) for each in found.releases):
            first = next(pin for pin in pins if pin.ecosystem == release)
            detail = (
                f"no advisory record speaks of {release}: it is past its end of life, newer than the records, or "
                "wrongly named; update the records, or move to a release that is maintained"
            )
            matched.gaps.append(
                GapEntry(reason=GapReason.UNRESOLVED.value, detail=detail, path=first.path, package=None)
            )


def _ask(pin: Pin, desk: _Desk) -> _Asked:
    """Give the advisories that affect a package, and why others cannot be evaluated."""
    hits: dict[str, _Hit] = {}
    unknown: dict[str, str] = {}
    about: list[tuple[Known, list[int]]] = []
    spoken_of = pin.version
    for name, version in _known_as(pin):
        for known in (book.packages[name] for book in desk.books if name in book.packages):
            rows = known.rows(pin.ecosystem)
            affecting, unjudged = known.judge(rows, version)
            about.append((known, rows))
            by_number: dict[int, list[int]] = {}
            for row in affecting:
                by_number.setdefault(known.number(row), []).append(row)
            for of_it in by_number.values():
                record = known.record(of_it[0])
                hits.setdefault(record.common.id, _Hit(record, known, of_it))
                spoken_of = version
            for row, why in unjudged:
                if known.number(row) not in by_number:
                    unknown[known.record(row).common.id] = why
    return _Asked(hits.values(), unknown, about, spoken_of)


def _one(pin: Pin, desk: _Desk, matched: Matched) -> None:
    """Match one package: one finding for each group of aliases, one gap for each that could not be evaluated."""
    asked = _ask(pin, desk)
    if asked.hits:
        _affected(pin, asked, desk, matched)
    elif asked.unknown:
        _not_evaluated(pin, asked.unknown, matched)


def _affected(pin: Pin, asked: _Asked, desk: _Desk, matched: Matched) -> None:
    ends = _fixes(asked.about, asked.version)
    if ends:
        matched.remedies[pin.ecosystem, pin.name, pin.version] = ends[0]
    by_group: dict[frozenset[str], list[_Hit]] = {}
    for hit in asked.hits:
        by_group.setdefault(hit.record.group, []).append(hit)
    of_all = sum(len(rows) for _, rows in asked.about)
    package = entry(pin, matched)
    told = [(_tell(group, same, package, desk), same) for group, same in by_group.items()]
    for each, same in sorted(told, key=lambda one: one[0].name):
        is_all = sum(len(hit.rows) for hit in same) == of_all
        fixed_in = ends if is_all else _fixes([(hit.known, hit.rows) for hit in same], asked.version)
        matched.findings.append(replace(each.finding, package=package, fixed_in=list(fixed_in)))
    _not_evaluated(
        pin, {name: why for name, why in asked.unknown.items() if not any(name in each for each in by_group)}, matched
    )


def _fixes(about: Sequence[tuple[Known, list[int]]], version: str) -> tuple[str, ...]:
    """Give the later versions that end what all these rows say; rows of several packages have no common table."""
    if len(about) == 1:
        return about[0][0].fixes(about[0][1], version)
    rows: dict[Known, list[int]] = {}
    for known, of_it in about:
        if of_it:
            rows[known] = [*rows.get(known, ()), *of_it]
    if len(rows) == 1:
        ((known, of_it),) = rows.items()
        return known.fixes(of_it, version)
    return fixes((known.entry(row) for known, of_it in rows.items() for row in of_it), version)


def _not_evaluated(pin: Pin, unknown: Mapping[str, str], matched: Matched) -> None:
    for identity, why in sorted(unknown.items()):
        detail = (
            f"{identity} is about {pin.name}, and cannot be evaluated for {pin.version}: {why}; read it, "
            "then change the version or accept this by name"
        )
        matched.gaps.append(_unresolved(pin, detail))


def _elsewhere(pin: Pin, desk: _Desk, matched: Matched) -> None:
    """Match a package that is not for this target: an advisory for it is something that this run cannot judge."""
    asked = _ask(pin, desk)
    if asked.hits:
        found = sorted({preferred(hit.record.group) for hit in asked.hits})
        detail = (
            f"line {pin.line}: {pin.name} {pin.version} has {', '.join(found[:_NAMED])}, but its marker is false for "
            f"this target ({pin.marker}): gate where it is true, or change the version"
        )
        matched.gaps.append(_unresolved(pin, detail))
    else:
        _not_evaluated(pin, asked.unknown, matched)


def _unresolved(pin: Pin, detail: str) -> GapEntry:
    return GapEntry(reason=GapReason.UNRESOLVED.value, detail=detail, path=pin.path, package=pin.name)


def _tell(group: frozenset[str], hits: Sequence[_Hit], package: PackageEntry, desk: _Desk) -> _Told:
    """Say what all advisories of a group say together, as far as they affect a package."""
    vectors = [(hit.record.common.id, vector) for hit in hits for row in hit.rows for vector in hit.known.vectors(row)]
    # the books hold on to their records, so that no two of them have one identity
    key = (*(id(hit.record) for hit in hits), *(text for each in vectors for text in each))
    told = desk.told.get(key)
    if told is None:
        finding = _finding(group, [hit.record.common for hit in hits], vectors, package)
        told = desk.told[key] = _Told(preferred(group), finding)
    return told


def _finding(
    group: frozenset[str], given: Iterable[Common], vectors: Iterable[tuple[str, str]], package: PackageEntry
) -> FoundEntry:
    """Make a finding, of which nothing is said yet of what fixes it."""
    records = sorted(given, key=lambda each: each.id)
    best = min(records, key=lambda each: each.summary == each.id)  # the first that says something
    rating = rate(vectors, [(each.id, each.rating) for each in records])
    upstream = {named for each in records for named in each.upstream} - group
    return FoundEntry(
        package=package,
        rule=_rule(preferred(group), upstream),
        ids=sorted(group),
        upstream=sorted(upstream),
        summary=best.summary,
        severity=None if rating.severity is None else rating.severity.label,
        severity_source=rating.source,
        fixed_in=[],
        cwes=sorted({number for each in records for number in each.cwes}),
        references=list(dict.fromkeys(each for record in records for each in record.references))[:20],
        published=min((each.published for each in records if each.published), default=""),
    )


def _rule(name: str, upstream: Collection[str]) -> str:
    """Give the id to show: the CVE that a distribution's record carries in its own name, else the group's name."""
    return min((each for each in upstream if name.endswith(f"-{each}")), default=name)
