"""Our JSON format: its version, its records, and its schema, for who writes it and for who reads it.

It is described by `policies/report.schema.json`, and frozen but for additions: that is why it is apart from the
internal records, which may change.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from devsecgate.text import json_document

FORMAT = "devsecgate-report"
VERSION = "1.2"
"""1.1 adds `via`, `origin` and `remedy` to packages, `upstream` to findings and issues, `change` to issues; 1.2 what a
change is compared with (`base`, `fixed`, and of issues `status`, `due`, `exploited`, `published`, `content`), `notes`,
the target's `content` and `given`, the time, `judgement` and `seal`.

What was added after 1.0 has a default, so that reports of every 1.x can be read.
"""

_SEVERITIES = ["critical", "high", "medium", "low", "info"]
_REASONS = ["missing", "timeout", "failed", "malformed", "unreadable", "outdated", "unsupported", "unresolved"]
_REASONS += ["stale", "canary", "empty", "bug"]
_KINDS = ["code", "dependency", "container", "secret", "iac", "pipeline"]

Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]*$")]
Day = Annotated[str, msgspec.Meta(extra_json_schema={"format": "date"})]
Count = Annotated[int, msgspec.Meta(ge=0)]
Number = Annotated[int, msgspec.Meta(ge=1)]
OutcomeWord = Annotated[str, msgspec.Meta(extra_json_schema={"enum": ["pass", "fail", "incomplete"]})]
ActionWord = Annotated[str, msgspec.Meta(extra_json_schema={"enum": ["block", "warn", "allow", "waive"]})]
SeverityWord = Annotated[str, msgspec.Meta(extra_json_schema={"enum": _SEVERITIES})]
"""`null` stands for unrated."""
ConfidenceWord = Annotated[str, msgspec.Meta(extra_json_schema={"enum": ["high", "medium", "low"]})]
StatusWord = Annotated[str, msgspec.Meta(extra_json_schema={"enum": ["introduced", "existing"]})]
KindWord = Annotated[str, msgspec.Meta(extra_json_schema={"enum": _KINDS})]
ReasonWord = Annotated[str, msgspec.Meta(extra_json_schema={"enum": _REASONS})]
FormatWord = Annotated[str, msgspec.Meta(extra_json_schema={"const": FORMAT})]
VersionWord = Annotated[str, msgspec.Meta(pattern=r"^1\.[0-9]+$")]
ExitCodeNumber = Annotated[int, msgspec.Meta(extra_json_schema={"enum": [0, 1, 3]})]


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A place in a file: path relative to the target's root, lines and columns from 1."""

    path: str
    line: Number
    end_line: Number | None
    column: Number | None
    end_column: Number | None


class Because(msgspec.Struct, frozen=True, kw_only=True):
    """The line of the policy that decided."""

    file: str
    line: Count
    key: str


class PackageRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One package at one version, as one manifest names it."""

    purl: str
    name: str
    version: str
    ecosystem: str
    location: Place
    direct: bool | None
    via: list[str] = []
    """The packages that pull it in, from one that is asked for down to its parent."""
    origin: str = ""
    """How an image came by it: the layer and the instruction."""
    remedy: str | None = None
    """The smallest later version that no known advisory affects; `null`: there is none, or nothing was asked."""


class WaiverRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Who accepted the issue, why, and until when."""

    owner: str
    reason: str
    expires: Day
    source: Because


class SuppressionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A marker in the code; whether it is honoured is what `action` says."""

    marker: str
    justification: str
    location: Place


class FindingRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What one scanner said."""

    scanner: str
    rule: str
    message: str
    severity: SeverityWord | None
    severity_source: str
    confidence: ConfidenceWord | None
    location: Place
    ids: list[str]
    cwes: list[int]
    fixed_in: list[str]
    help_url: str | None
    secret_hash: str | None
    upstream: list[str] = []
    """What a distribution's advisory is about."""


class IssueRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One problem and what the policy says about it; `findings` is the evidence, the first one to be shown."""

    fingerprint: Digest
    kind: KindWord
    action: ActionWord
    because: Because
    reason: str
    severity: SeverityWord | None
    severity_source: str
    confidence: ConfidenceWord | None
    message: str
    fix: str
    location: Place
    snippet: str
    rules: list[str]
    ids: list[str]
    cwes: list[int]
    package: PackageRecord | None
    fixed_in: list[str]
    waiver: WaiverRecord | None
    suppression: SuppressionRecord | None
    findings: list[FindingRecord]
    upstream: list[str] = []
    """What a distribution's advisory is about."""
    content: Digest = ""
    """What it shares with its copies; the fingerprint tells them apart."""
    status: StatusWord | None = None
    """Whether the change introduced it; `null` without a base."""
    published: Day | None = None
    """When it was disclosed."""
    due: Day | None = None
    """The last day before it blocks, where the world disclosed it and the change left the package alone."""
    exploited: Day | None = None
    """Since when it is known to be exploited."""
    change: str = ""
    """Of a package: the command to run, or the line to write behind its place; empty where nobody knows."""


class GapRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Something that could not be seen."""

    scanner: str
    reason: ReasonWord
    detail: str
    path: str | None
    package: str | None
    accepted: bool
    because: Because
    why: str


class SourceRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Outside knowledge that a scanner's answer rests on."""

    name: str
    location: str
    records: Count
    as_of: str


class ScannerRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One scanner's account: how many files it was asked for, how many it is known to have seen."""

    scanner: str
    kind: KindWord
    engine: str
    version: str
    requested: Count
    covered: Count
    canaries: Count
    findings: Count
    gaps: Count
    packages: Count
    sources: list[SourceRecord]
    notes: list[str]


class IdleRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A scanner that had nothing to do."""

    scanner: str
    kind: KindWord
    why: str


class RemarkRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Something about the policy that its owner must see."""

    severe: bool
    text: str
    because: Because


class CountsRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Issues by action; gaps that are not accepted, and that are."""

    block: Count
    warn: Count
    allow: Count
    waive: Count
    gaps: Count
    gaps_accepted: Count


class TargetRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at."""

    name: str
    files: Count
    excluded: list[str]
    revision: str | None
    content: Digest = ""
    """SHA-256 over the path and the bytes of every file."""
    given: list[str] = []
    """Images and SBOMs."""


class BaseRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What the change was compared with."""

    revision: str
    named: str
    proposal: bool


class FixedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """An issue of the base that is no more."""

    fingerprint: Digest
    kind: KindWord
    severity: SeverityWord | None
    message: str
    location: Place
    rules: list[str]


class PolicyRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What it was judged by; `digest` is the SHA-256 of the effective policy."""

    name: str
    digest: Digest


class Seconds(msgspec.Struct, frozen=True, kw_only=True):
    """How long one scanner took."""

    scanner: str
    seconds: float


class Timing(msgspec.Struct, frozen=True, kw_only=True):
    """All that differs between two runs over the same input, but for the seal, which is of this too."""

    scanners: list[Seconds]
    finished: str = ""
    """When the run ended: ISO 8601, UTC."""


class ReportDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The whole report."""

    format: FormatWord
    version: VersionWord
    outcome: OutcomeWord
    exit_code: ExitCodeNumber
    headline: str
    tool_version: str
    date: Day
    target: TargetRecord
    policy: PolicyRecord
    counts: CountsRecord
    issues: list[IssueRecord]
    gaps: list[GapRecord]
    scanners: list[ScannerRecord]
    idle: list[IdleRecord]
    remarks: list[RemarkRecord]
    packages: list[PackageRecord]
    base: BaseRecord | None = None
    fixed: list[FixedRecord] = []
    notes: list[str] = []
    judgement: Digest = ""
    """SHA-256 over what was judged, and how: the same on every machine."""
    timing: Timing
    seal: str = ""
    """A digest of the document itself, without this: `sha256:…`, or with a key `hmac-sha256:…`."""


def schema() -> bytes:
    """Give the JSON Schema of the format, as it is published in `policies/report.schema.json`."""
    document = msgspec.json.schema(ReportDocument)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"{FORMAT} {VERSION}"}
    return json_document({**head, **document})
