"""The records that every stage reads and writes: frozen values, standard library only, no I/O.

A `Finding` says what is wrong, a `Gap` says what could not be seen. An empty tuple of findings
means "looked, found nothing" and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import IntEnum, StrEnum

import msgspec

from devsecgate.errors import ExitCode


class Severity(IntEnum):
    """The one scale of severities. Unrated is `None`, and the policy says what that means."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def label(self) -> str:
        """The lower-case word that policies and reports use."""
        return self.name.lower()


class Confidence(IntEnum):
    """How sure a scanner is that a finding is real."""

    LOW = 0
    MEDIUM = 1
    HIGH = 2

    @property
    def label(self) -> str:
        """The lower-case word that policies and reports use."""
        return self.name.lower()


class Kind(StrEnum):
    """The layer of defence that a finding belongs to."""

    CODE = "code"
    DEPENDENCY = "dependency"
    CONTAINER = "container"
    SECRET = "secret"  # noqa: S105 - the name of a layer
    IAC = "iac"
    PIPELINE = "pipeline"


class GapReason(StrEnum):
    """Why something was not seen."""

    MISSING = "missing"
    """A tool, a file or a whole required layer is not there."""
    TIMEOUT = "timeout"
    """A tool was stopped at its time limit."""
    FAILED = "failed"
    """A tool crashed, was killed, ran out of memory, or exited in a way that it does not document."""
    MALFORMED = "malformed"
    """A tool's output, or a record that it needs, is not the shape that it should be."""
    UNREADABLE = "unreadable"
    """A file could not be opened, parsed by anybody, or named safely."""
    OUTDATED = "outdated"
    """Valid code, newer than this engine can parse; another scanner of the same layer has read it."""
    UNSUPPORTED = "unsupported"
    """No scanner of this build reads this kind of file in this layer."""
    UNRESOLVED = "unresolved"
    """A package whose version, or whose advisories, could not be known."""
    STALE = "stale"
    """Data (advisories, intelligence) older than the policy allows."""
    CANARY = "canary"
    """The scanner did not report the problem that was planted for it: it is broken on this run."""
    EMPTY = "empty"
    """There was nothing to look at."""
    BUG = "bug"
    """An exception of ours, or of a plug-in."""


class Action(StrEnum):
    """What the policy says about one issue."""

    BLOCK = "block"
    WARN = "warn"
    ALLOW = "allow"
    """Below what the policy acts on; kept in the full record, and never deleted."""
    WAIVE = "waive"
    """Would have counted, and is accepted by name: a waiver, or an inline marker that the policy honours."""


class Change(StrEnum):
    """What the change that is judged has to do with an issue."""

    INTRODUCED = "introduced"
    """It is not in the base, or nobody could look whether it is."""
    EXISTING = "existing"
    """It is in the base too."""


class Outcome(StrEnum):
    """The three answers."""

    PASS = "pass"  # noqa: S105 - not a password
    FAIL = "fail"
    INCOMPLETE = "incomplete"


class Location(msgspec.Struct, frozen=True, kw_only=True):
    """A place in a file of the target."""

    path: str
    """Relative to the target's root, POSIX separators, no `./`, printable UTF-8 (see target.py)."""
    line: int = 1
    """1-based."""
    end_line: int | None = None
    column: int | None = None
    """1-based, in code points."""
    end_column: int | None = None
    """1-based, one past the last code point."""


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """One package of the target, at one version, as one manifest names it."""

    purl: str
    """For example `pkg:pypi/jinja2@2.4.1`."""
    name: str
    """Normalised as its ecosystem does (PEP 503 for PyPI)."""
    version: str
    ecosystem: str
    """OSV's ecosystem string, for example `PyPI`."""
    location: Location
    """The line of the manifest or lockfile that names it."""
    direct: bool | None = None
    """True: asked for by the project; False: pulled in by another; None: the manifest does not say."""
    via: tuple[str, ...] = ()
    """The packages that pull it in, from one that is asked for down to its parent; empty where nothing says."""
    origin: str = ""
    """How an image came by it: the layer and the instruction, `layer 3 of 5: RUN apk add curl`; else empty."""
    remedy: str | None = None
    """The smallest later version that no known advisory affects; None: there is none, or nothing was asked."""


class Suppression(msgspec.Struct, frozen=True, kw_only=True):
    """A marker in the scanned code that asks a tool to be silent. The policy decides whether it is honoured."""

    marker: str
    """As written, for example `# nosec B602`."""
    location: Location
    justification: str = ""
    """What stands behind the marker on its line; empty where nothing does."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that one scanner reported."""

    scanner: str
    kind: Kind
    rule: str
    """The scanner's own stable rule id: `B602`, `python.sql-injection`, `CVE-2024-1234`, `aws-access-token`."""
    message: str
    """One or two sentences for a person, without any secret's value."""
    location: Location
    severity: Severity | None
    severity_source: str
    """Where the severity comes from: `bandit`, `rule`, `CVSS:3.1 9.8 (PYSEC-2024-1)`, `GHSA`, `unrated`."""
    confidence: Confidence | None = None
    snippet: str = ""
    """The code at the location, secrets masked; filled in by correlate.py from the target, not by scanners."""
    ids: frozenset[str] = frozenset()
    """Advisory ids and aliases (CVE, GHSA, PYSEC). Empty for code and secrets."""
    upstream: frozenset[str] = frozenset()
    """What a distribution's advisory is about: one or more CVEs. Looked up like `ids`, and never the same problem."""
    cwes: frozenset[int] = frozenset()
    """CWE numbers, for example 89."""
    package: Package | None = None
    fixed_in: tuple[str, ...] = ()
    """Versions of the package that fix it, smallest first."""
    help_url: str | None = None
    published: date | None = None
    """The day on which an advisory was first disclosed; None: no source says, or it is about no package."""
    suppression: Suppression | None = None
    secret_hash: str | None = None
    """Salted hash of a secret's value (kind SECRET only), so that two places can be told to be one secret."""


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """Something that could not be seen, and why."""

    scanner: str
    """The scanner's name, or the stage that noticed: `target`, `plan`, `policy`, `report`."""
    reason: GapReason
    detail: str
    """One sentence: what happened, and what to do."""
    path: str | None = None
    package: str | None = None
    """Normalised package name, where the gap is about one."""


class DataSource(msgspec.Struct, frozen=True, kw_only=True):
    """Outside knowledge that a result rests on: an advisory folder, a service."""

    name: str
    """For example `OSV PyPI`."""
    location: str
    """What the user gave: a folder's name or a URL, never a machine's absolute path."""
    records: int
    as_of: str
    """ISO 8601 date of the newest record, or of the look-up."""


class ScanResult(msgspec.Struct, frozen=True, kw_only=True):
    """What one scanner said about the whole target. Complete means: no gaps. There is no status field."""

    scanner: str
    kind: Kind
    engine: str
    """The program that answered: `bandit`, `banditrs`, `semgrep --experimental`."""
    version: str
    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]
    packages: tuple[Package, ...] = ()
    requested: frozenset[str] = frozenset()
    """The paths that it was asked to look at."""
    covered: frozenset[str] = frozenset()
    """The paths that it is known to have looked at."""
    sources: tuple[DataSource, ...] = ()
    canaries: int = 0
    """1: it reported its planted sample on this run; 0: it did not, so that its silence proves nothing."""
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    """What a person should know and no policy needs to judge: an engine that was fallen back to."""
    past: bool = False
    """Did it look at what commits added, and not at the target as it is? Then it does not stand for its layer."""


class Idle(msgspec.Struct, frozen=True, kw_only=True):
    """A scanner that had nothing to do in this target, and why."""

    scanner: str
    kind: Kind
    why: str
    files: int
    """How many files of its kind the target has; 0: there was nothing for it to look at."""


class Issue(msgspec.Struct, frozen=True, kw_only=True):
    """One problem, however many scanners saw it; its findings are the evidence."""

    fingerprint: str
    """Identity without line numbers: 32 lower-case hex digits (fingerprint.py)."""
    content: str
    """The identity that it shares with its copies: 32 lower-case hex digits; the fingerprint tells them apart."""
    kind: Kind
    severity: Severity | None
    severity_source: str
    confidence: Confidence | None
    findings: tuple[Finding, ...]
    """At least one; the first is the one to show."""

    @property
    def primary(self) -> Finding:
        """The finding to show; the rest are further witnesses."""
        return self.findings[0]

    @property
    def location(self) -> Location:
        """Where to look first."""
        return self.primary.location

    @property
    def rules(self) -> tuple[str, ...]:
        """Every witness' rule as `scanner:rule`, sorted."""
        return tuple(sorted({f"{finding.scanner}:{finding.rule}" for finding in self.findings}))

    @property
    def scanners(self) -> tuple[str, ...]:
        """Every witness' name, sorted."""
        return tuple(sorted({finding.scanner for finding in self.findings}))

    @property
    def ids(self) -> frozenset[str]:
        """Every advisory id of every witness."""
        return frozenset().union(*(finding.ids for finding in self.findings))

    @property
    def cwes(self) -> frozenset[int]:
        """Every CWE of every witness."""
        return frozenset().union(*(finding.cwes for finding in self.findings))

    @property
    def published(self) -> date | None:
        """The first day on which any of its witnesses says that it was disclosed."""
        return min((finding.published for finding in self.findings if finding.published is not None), default=None)


class PolicyLine(msgspec.Struct, frozen=True, kw_only=True):
    """The line of a policy that made a decision."""

    file: str
    """`default` for a bundled profile, else the path as given or relative to the target; never absolute."""
    line: int
    key: str
    """Dotted path of the key: `rules[2]`, `gaps.accept[0]`, `waivers[1]`."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.key}"


class Waiver(msgspec.Struct, frozen=True, kw_only=True):
    """A named, owned, dated acceptance of a risk."""

    owner: str
    reason: str
    expires: date
    fingerprint: str | None = None
    rule: str | None = None
    """`scanner:rule` or the bare rule id; goes with `path`."""
    path: str | None = None
    """A glob over target paths; goes with `rule`."""
    advisory: str | None = None
    """Any id of the alias group; goes with `package`."""
    package: str | None = None
    source: PolicyLine


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What happens with one issue, and which line of the policy says so."""

    issue: Issue
    action: Action
    because: PolicyLine
    reason: str
    """One sentence for a person: `severity high or above blocks`."""
    waiver: Waiver | None = None
    suppression: Suppression | None = None
    change: Change | None = None
    """None: there is no base to compare with."""
    due: date | None = None
    """The last day before an issue that the world disclosed blocks; None: there is no deadline."""
    exploited: date | None = None
    """The day on which the vulnerability came into the catalogue of those known to be exploited."""


class GapDecision(msgspec.Struct, frozen=True, kw_only=True):
    """Whether one gap is accepted, and which line of the policy says so."""

    gap: Gap
    accepted: bool
    because: PolicyLine
    reason: str = ""


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """Something about the policy itself that its owner must see: an expired or an unused waiver."""

    severe: bool
    """True is shown as an error (expired), False as a warning (unused)."""
    text: str
    because: PolicyLine


class TargetSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at, as reports name it."""

    name: str
    """The last part of the target's path: no report carries a machine's absolute path."""
    files: int
    excluded: tuple[str, ...]
    """Names of untracked folders that the policy leaves out, with how many there were: `.venv (1)`."""
    revision: str | None
    """The git commit that is checked out, where there is one."""
    content: str
    """SHA-256 over the path and the bytes of every file, hex: of what was judged, whatever it is called."""
    given: tuple[str, ...] = ()
    """Images and SBOMs that were looked at beside, or instead of, the files."""


class Base(msgspec.Struct, frozen=True, kw_only=True):
    """What the change was compared with."""

    revision: str
    """The git commit, or the digest of a stored baseline."""
    named: str
    """How it was found: `--base main`, `pull_request (GitHub)`, `baseline.json`."""
    proposal: bool
    """Does what was there before block no more? Not for a push: what failed there may never have passed."""


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """What a change has to do with its issues."""

    base: Base
    changes: Mapping[str, Change]
    """By fingerprint; an issue that is not in here is introduced."""
    recorded: Mapping[str, date]
    """By fingerprint: the day on which a stored baseline took an issue in."""
    fixed: tuple[Issue, ...]
    exploited: Mapping[str, date]
    """By CVE: the day on which it came into the catalogue of those known to be exploited."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer, computed once. Reports only render it."""

    outcome: Outcome
    decisions: tuple[Decision, ...]
    """Every issue, worst first."""
    gaps: tuple[GapDecision, ...]
    """Every gap; those that are not accepted come first."""
    results: tuple[ScanResult, ...]
    idle: tuple[Idle, ...]
    remarks: tuple[Remark, ...]
    target: TargetSummary
    policy_name: str
    policy_digest: str
    """SHA-256 of the effective policy, hex."""
    today: date
    tool_version: str
    base: Base | None = None
    fixed: tuple[Issue, ...] = ()
    """Issues of the base that are no more."""
    notes: tuple[str, ...] = ()
    """What a person should know of the run itself: why there is no base, that results of the cache were dropped."""

    @property
    def exit_code(self) -> ExitCode:
        """What the process says to its caller."""
        return ExitCode[self.outcome.name]
