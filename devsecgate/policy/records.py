"""The effective policy as frozen values: what the stages read, each entry with the line that it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from pathlib import Path

import msgspec

from devsecgate.model import Action, Confidence, GapReason, Kind, PolicyLine, Severity, Waiver


class Requirement(IntEnum):
    """Whether a layer has to be looked at."""

    OFF = 0
    """Not planned at all."""
    OPTIONAL = 1
    """Looked at where its tool is installed; a missing tool is accepted, a broken one is not."""
    REQUIRED = 2
    """A run in which no scanner of the layer worked is incomplete."""

    @property
    def label(self) -> str:
        """The lower-case word that policies use."""
        return self.name.lower()


class Layer(msgspec.Struct, frozen=True, kw_only=True):
    """What the policy asks of one kind of scanner."""

    requirement: Requirement
    source: PolicyLine


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """When a rule matches one witness of an issue. All that is not None must hold; None is "any"."""

    severity: Severity | None = None
    """That or above."""
    severities: frozenset[Severity] | None = None
    confidence: Confidence | None = None
    """That or above. A finding without a confidence passes: not knowing lowers nothing."""
    kind: frozenset[Kind] | None = None
    scanner: tuple[str, ...] | None = None
    """Text globs."""
    rule: tuple[str, ...] | None = None
    """Text globs over `scanner:rule` and over the bare rule id."""
    cwe: frozenset[int] | None = None
    path: tuple[str, ...] | None = None
    """Path globs (globs.py)."""
    package: tuple[str, ...] | None = None
    """Package-name globs (globs.py)."""
    fix_available: bool | None = None
    unrated: bool | None = None


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """What happens with an issue that fits."""

    action: Action
    """BLOCK, WARN or ALLOW."""
    reason: str
    when: Condition
    source: PolicyLine


class RuleSet(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of one policy file; the first match wins."""

    rules: tuple[Rule, ...]
    replaces: bool
    """True: a match here replaces what the policies below say; False: the stricter of both counts."""


class Assumed(msgspec.Struct, frozen=True, kw_only=True):
    """The severity that an unrated issue is judged by."""

    severity: Severity
    source: PolicyLine


class InlineSuppressions(msgspec.Struct, frozen=True, kw_only=True):
    """Whether markers in the scanned code (`# nosec`) count."""

    honour: bool
    needs_justification: bool
    up_to: Severity
    """The highest severity that a marker can silence."""
    source: PolicyLine


class GapRule(msgspec.Struct, frozen=True, kw_only=True):
    """Whether gaps that fit are accepted. All that is not None must fit."""

    accepted: bool
    reasons: frozenset[GapReason]
    because: str
    scanner: str | None
    """A text glob."""
    path: tuple[str, ...] | None
    """Path globs, of which one must fit; a gap without a path never does."""
    package: str | None
    """A package-name glob; a gap without a package never fits."""
    source: PolicyLine


class Platform(msgspec.Struct, frozen=True, kw_only=True):
    """What Python's environment markers are evaluated for; None is the interpreter's that runs the gate."""

    python: str | None
    platform: str | None
    machine: str | None


class Dependencies(msgspec.Struct, frozen=True, kw_only=True):
    """Where advisories come from. At most one of `folder` and `url` is set, by `advisories:`."""

    advisories: str | None
    """As the policy says it."""
    folder: Path | None
    """Absolute; or the file of a store."""
    url: str | None
    osv_url: str | None
    max_age: int
    """Days after which a store's records are too old."""
    target: Platform | None


class ToolCanary(msgspec.Struct, frozen=True, kw_only=True):
    """The sample that a declared tool must report."""

    name: str
    """A plain file name."""
    content: str
    rule: str


class Tool(msgspec.Struct, frozen=True, kw_only=True):
    """A program that speaks SARIF, declared by the policy."""

    name: str
    kind: Kind
    argv: tuple[str, ...]
    """`{files}` and `{canary}` stand alone, once each; `{scratch}` may be part of an argument."""
    output: str | None
    """A file name below the scratch folder, or None: stdout."""
    files: tuple[str, ...]
    """Path globs of what to look at."""
    canary: ToolCanary
    exits: frozenset[int]
    timeout: float
    """Seconds."""
    source: PolicyLine


class Scanners(msgspec.Struct, frozen=True, kw_only=True):
    """Which scanners and engines are used, and how."""

    refuse_engines: frozenset[str]
    disable: frozenset[str]
    enable: frozenset[str]
    """Of those that work on request only."""
    timeout: float | None
    """Seconds for one process, or None: each scanner's own."""
    rules: tuple[Path, ...]
    """Absolute folders of further semgrep rules."""
    source: PolicyLine


class Files(msgspec.Struct, frozen=True, kw_only=True):
    """What of the target is looked at."""

    exclude: frozenset[str]
    """Names of folders that are left out where they are untracked."""
    max_file_size: int
    """Bytes; a larger file is a Gap."""
    source: PolicyLine


class Existing(msgspec.Struct, frozen=True, kw_only=True):
    """What an issue that would block comes to where it was there before the change."""

    action: Action
    """BLOCK or WARN."""
    source: PolicyLine


class Deadlines(msgspec.Struct, frozen=True, kw_only=True):
    """How long what the world disclosed about an unchanged package does not block."""

    days: Mapping[Severity | None, int]
    """From its disclosure, by the issue's severity; None is for unrated ones."""
    source: PolicyLine


class Baseline(msgspec.Struct, frozen=True, kw_only=True):
    """A file of issues that were there when it was written."""

    named: str
    """As the policy says it."""
    file: Path
    """Absolute."""
    source: PolicyLine


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """One effective policy: all files of the chain, merged."""

    name: str
    chain: tuple[str, ...]
    """The files that it was made of, the last extension first, as PolicyLine.file shows them."""
    layers: Mapping[Kind, Layer]
    """Every kind."""
    scanners: Scanners
    target: Files
    rules: tuple[RuleSet, ...]
    """The base's first."""
    no_rule: PolicyLine
    """What an issue that no rule matches is blocked by."""
    unrated: Mapping[Kind, tuple[Assumed, ...]]
    """Every kind; with more than one, the strictest action counts."""
    inline_suppressions: InlineSuppressions
    gaps: tuple[GapRule, ...]
    """The first that fits decides."""
    no_gap: PolicyLine
    """What a gap that no entry fits is refused by."""
    first_party: frozenset[str]
    """Package names, as written."""
    dependencies: Dependencies
    plugins: tuple[str, ...]
    tools: tuple[Tool, ...]
    waivers: tuple[Waiver, ...]
    waiver_terms: Mapping[Severity | None, int]
    """Days from today; None is for unrated issues."""
    existing: Existing
    deadlines: Deadlines
    baseline: Baseline | None
    digest: str
    """SHA-256 over the effective content, hex: comments, order of keys and file names do not count."""
