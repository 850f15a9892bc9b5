"""What our package detectors are asked on stdin and answer on stdout: one JSON document each way.

The shapes, which the detectors write, and what the scanners make of them.
"""

from __future__ import annotations

import msgspec

from devsecgate.errors import MalformedOutput
from devsecgate.model import Gap, GapReason, Location, Package
from devsecgate.scanner import Job, relative
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
    """Packages whose marker is false on this machine."""
    gaps: list[GapEntry]
    """Of manifests that could not be read, and of versions that cannot be asked for."""
    covered: list[str]
    audits: list[msgspec.Raw]


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


def gap(entry: GapEntry, job: Job, *, scanner: str) -> Gap:
    """Turn a gap of the answer into ours; raises MalformedOutput for a reason that there is not."""
    try:
        reason = GapReason(entry.reason)
    except ValueError as error:
        raise MalformedOutput(f"unknown reason: {one_line(entry.reason)}", where=job.engine) from error
    path = None if entry.path is None else relative(entry.path, job)
    return Gap(scanner=scanner, reason=reason, detail=one_line(entry.detail), path=path, package=entry.package)
