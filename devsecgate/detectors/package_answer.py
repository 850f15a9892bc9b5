"""What our package detectors are asked on stdin and answer on stdout: one JSON document each way.

The shapes, which the detectors write, and what the scanners make of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from devsecgate.errors import MalformedOutput
from devsecgate.model import DataSource, Finding, Gap, GapReason, Kind, Location, Package, Severity
from devsecgate.scanner import CANARY_PATH, Job, Settings, relative
from devsecgate.text import one_line


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One manifest that is asked about."""

    path: str


class PackageEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One package at one place."""

    name: str
    version: str
    purl: str
    ecosystem: str
    path: str
    line: int
    direct: bool | None
    via: list[str]
    origin: str
    remedy: str | None


class FoundEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One vulnerability of one package."""

    package: PackageEntry
    rule: str
    """The id to show."""
    ids: list[str]
    """The whole group of aliases."""
    upstream: list[str]
    summary: str
    severity: str | None
    severity_source: str
    fixed_in: list[str]
    cwes: list[int]
    references: list[str]
    published: str
    """ISO 8601 day on which it was first disclosed; empty where no record says."""


class GapEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that was not seen."""

    reason: str
    detail: str
    path: str | None
    package: str | None


class SourceEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where advisories came from."""

    ecosystem: str
    records: int
    as_of: str
    malformed: int


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `devsecgate.detectors.dependencies` says."""

    packages: list[PackageEntry]
    findings: list[FoundEntry]
    gaps: list[GapEntry]
    covered: list[str]
    sources: list[SourceEntry]
    notes: list[str]


class AuditAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `devsecgate.detectors.audit` says: the inventory, and pip-audit's own documents, one for each run of it."""

    version: str
    """Of pip-audit."""
    asked_on: str
    """ISO 8601 date."""
    packages: list[PackageEntry]
    elsewhere: list[PackageEntry]
    """Packages whose marker is false for this target."""
    gaps: list[GapEntry]
    """Of manifests that could not be read, and of versions that cannot be asked for."""
    covered: list[str]
    audits: list[msgspec.Raw]
    published: dict[str, str]
    """The ISO 8601 day on which each advisory was disclosed, by id, as far as the service says."""


def request(job: Job) -> bytes:
    """Write the manifests of a job as both detectors read them, on stdin, where their number has no limit."""
    return msgspec.json.encode([Asked(path=path) for path in job.files])


def package(entry: PackageEntry, job: Job) -> Package:
    """Turn a package of the answer into ours."""
    return Package(
        purl=entry.purl,
        name=entry.name,
        version=entry.version,
        ecosystem=entry.ecosystem,
        location=Location(path=relative(entry.path, job), line=entry.line),
        direct=entry.direct,
        via=tuple(one_line(each) for each in entry.via),
        origin=one_line(entry.origin),
        remedy=entry.remedy,
    )


def options(job: Job) -> tuple[str, ...]:
    """Give the options that every package detector has (`detectors/options.py` reads them)."""
    settings = job.settings
    return (
        f"--canary={job.canary}",
        f"--canary-advisories={job.canary.parent / 'advisories'}",
        *_records(settings),
        *(f"--first-party={name}" for name in sorted(settings.first_party)),
    )


def _records(settings: Settings) -> tuple[str, ...]:
    """Say where the records are: a folder, a store, else the service; offline and without any, nowhere."""
    if settings.advisories is not None:
        return (f"--advisories={settings.advisories}",)
    if settings.store is not None:
        return (f"--store={settings.store}", f"--max-age={settings.max_age}")
    if not asks_service(settings):
        return ()
    from devsecgate.advisories import service

    return (f"--osv-url={service.root_of(settings.osv_url)}",)


def asks_service(settings: Settings) -> bool:
    """Say whether the OSV service is asked: there are no records here, and there is a network."""
    return settings.advisories is None and settings.store is None and not settings.offline


def unmatched(
    packages: Iterable[Package], job: Job, *, scanner: str, beside: frozenset[str] = frozenset()
) -> Iterator[Gap]:
    """Make a gap for each ecosystem whose packages nothing of this run matches; `beside`: not those."""
    settings = job.settings
    if settings.advisories is not None or settings.store is not None or asks_service(settings):
        return
    from devsecgate.advisories.ecosystems import base

    path = None if job.given is None else job.given.name
    theirs = {base(each.ecosystem) for each in packages if each.location.path != CANARY_PATH}
    for ecosystem in sorted(theirs - beside):
        detail = (
            f"no advisory records for {ecosystem} packages: run `devsecgate advisories update {ecosystem}`, "
            "or give --advisories DIR"
        )
        yield Gap(scanner=scanner, reason=GapReason.MISSING, detail=detail, path=path)


def finding(entry: FoundEntry, job: Job, *, scanner: str, kind: Kind) -> Finding:
    """Turn a vulnerability of the answer into a finding; raises MalformedOutput for a severity that there is not."""
    severities = {each.label: each for each in Severity}
    if entry.severity is not None and entry.severity not in severities:
        raise MalformedOutput(f"unknown severity: {one_line(entry.severity)}", where=job.engine)
    found = package(entry.package, job)
    return Finding(
        scanner=scanner,
        kind=kind,
        rule=entry.rule,
        message=one_line(f"{found.name} {found.version}: {entry.summary}"),
        location=found.location,
        severity=None if entry.severity is None else severities[entry.severity],
        severity_source=entry.severity_source,
        ids=frozenset(entry.ids),
        upstream=frozenset(entry.upstream),
        cwes=frozenset(entry.cwes),
        package=found,
        fixed_in=tuple(entry.fixed_in),
        help_url=next(iter(entry.references), None),
        published=day(entry.published, job),
    )


def day(text: str, job: Job) -> date | None:
    """Read an ISO 8601 day, None for an empty text; raises MalformedOutput for anything else."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise MalformedOutput(f"not a day: {one_line(text)}", where=job.engine) from error


def source(entry: SourceEntry, job: Job) -> DataSource:
    """Name the folder, the store or the service that records came from; raises MalformedOutput where none was given."""
    name = f"OSV {entry.ecosystem}"
    place = job.settings.advisories or job.settings.store
    if place is not None:
        location = place.name
    elif asks_service(job.settings):
        from devsecgate.advisories import service

        name, location = f"OSV service {entry.ecosystem}", service.shown(service.root_of(job.settings.osv_url))
    else:
        raise MalformedOutput("it names records that it was not given", where=job.engine)
    return DataSource(name=name, location=location, records=entry.records, as_of=entry.as_of)


def gap(entry: GapEntry, job: Job, *, scanner: str) -> Gap:
    """Turn a gap of the answer into ours; raises MalformedOutput for a reason that there is not."""
    try:
        reason = GapReason(entry.reason)
    except ValueError as error:
        raise MalformedOutput(f"unknown reason: {one_line(entry.reason)}", where=job.engine) from error
    path = None if entry.path is None else relative(entry.path, job)
    return Gap(scanner=scanner, reason=reason, detail=one_line(entry.detail), path=path, package=entry.package)
