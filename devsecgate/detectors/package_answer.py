"""The one JSON object that our package detectors print: written here, read in `devsecgate.scanners`."""

from __future__ import annotations

import msgspec


class PackageEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One package at one place."""

    name: str
    version: str
    purl: str
    ecosystem: str
    path: str
    line: int
    direct: bool | None


class FoundEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One vulnerability of one package."""

    package: PackageEntry
    rule: str
    """The id to show."""
    ids: list[str]
    """The whole group of aliases."""
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
