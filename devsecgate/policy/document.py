"""The shape of a policy file: the msgspec types that decode it, and the JSON Schema made from them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct

from devsecgate.model import GapReason, Kind

# A str with a pattern never stands in a union with a list: freeing that type crashes msgspec 0.22.
Text: TypeAlias = Annotated[str, Meta(min_length=1)]
Sentence: TypeAlias = Annotated[str, Meta(pattern=r"\S")]
Texts: TypeAlias = Annotated[tuple[Text, ...], Meta(min_length=1)]
OneOrMore: TypeAlias = Text | Texts
Days: TypeAlias = Annotated[int, Meta(ge=1, le=3650)]
Grace: TypeAlias = Annotated[int, Meta(ge=0, le=3650)]
Seconds: TypeAlias = Annotated[float, Meta(gt=0, le=86400)]
Size: TypeAlias = Annotated[str, Meta(pattern=r"^[1-9][0-9]{0,5}(KB|MB|GB)$")]
Url: TypeAlias = Annotated[str, Meta(pattern=r"^https?://[^/]")]
Digits: TypeAlias = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$")]
Word: TypeAlias = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]*$")]
Kinds: TypeAlias = Kind | Annotated[tuple[Kind, ...], Meta(min_length=1)]
SeverityWord: TypeAlias = Literal["info", "low", "medium", "high", "critical"]
ConfidenceWord: TypeAlias = Literal["low", "medium", "high"]
RequirementWord: TypeAlias = Literal["required", "optional", "off"]
ActionWord: TypeAlias = Literal["block", "warn", "allow"]
Loosened: TypeAlias = Literal[
    "baseline",
    "deadlines",
    "dependencies",
    "existing",
    "first_party",
    "gaps",
    "inline_suppressions",
    "layers",
    "rules",
    "scanners",
    "target",
    "unrated",
    "waiver_terms",
    "waivers",
]


class Layers(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which layers must be looked at, by kind of finding."""

    code: RequirementWord | None = None
    dependency: RequirementWord | None = None
    secret: RequirementWord | None = None
    container: RequirementWord | None = None
    iac: RequirementWord | None = None
    pipeline: RequirementWord | None = None


class Scanners(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which scanners and engines are used, and how."""

    refuse_engines: Annotated[Texts | None, Meta(description="Engines that are never used: banditrs.")] = None
    disable: Annotated[Texts | None, Meta(description="Scanners that are not used. A loosening.")] = None
    enable: Annotated[
        Texts | None, Meta(description="Scanners that work on request only: trivy, grype, trivy-image, grype-image.")
    ] = None
    timeout: Annotated[Seconds | None, Meta(description="Seconds that one process may take.")] = None
    rules: Annotated[Texts | None, Meta(description="Folders of semgrep rules, relative to this file.")] = None


class Target(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What of the target is looked at."""

    exclude: Annotated[Texts | None, Meta(description="Folder names left out where untracked. A loosening.")] = None
    max_file_size: Annotated[Size | None, Meta(description="A larger file is a gap. 1 MB is 1,000,000 bytes.")] = None


class When(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a rule matches. All conditions have to hold; of a list, one entry. Without any, all issues."""

    severity: Annotated[SeverityWord | None, Meta(description="This severity or above.")] = None
    severities: Annotated[tuple[SeverityWord, ...], Meta(min_length=1)] | None = None
    confidence: Annotated[ConfidenceWord | None, Meta(description="This confidence or above, or unknown.")] = None
    kind: Kinds | None = None
    scanner: OneOrMore | None = None
    rule: Annotated[OneOrMore | None, Meta(description="Rule ids, bare or scanner:rule; `*` and `?`.")] = None
    cwe: Annotated[tuple[Annotated[int, Meta(ge=1)], ...], Meta(min_length=1)] | None = None
    path: Annotated[OneOrMore | None, Meta(description="Path patterns, as in .gitignore, without negation.")] = None
    package: OneOrMore | None = None
    fix_available: bool | None = None
    unrated: Annotated[bool | None, Meta(description="Does no source give a severity?")] = None


class Rule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What happens with the issues that fit. The first match in the list wins."""

    action: ActionWord
    reason: Annotated[Sentence, Meta(description="One sentence, shown with every decision.")]
    when: When = When()


class Unrated(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The severity assumed where no source gives one, by kind."""

    code: SeverityWord | None = None
    dependency: SeverityWord | None = None
    secret: SeverityWord | None = None
    container: SeverityWord | None = None
    iac: SeverityWord | None = None
    pipeline: SeverityWord | None = None


class InlineSuppressions(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What markers in the scanned code, such as `# nosec`, are worth."""

    honour: Annotated[bool | None, Meta(description="Do they turn an issue into a waived one?")] = None
    needs_justification: bool | None = None
    up_to: Annotated[SeverityWord | None, Meta(description="The highest severity that they can silence.")] = None


class GapEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Gaps that are accepted, or refused. `scanner: "*"` says: whichever."""

    reason: GapReason | Annotated[tuple[GapReason, ...], Meta(min_length=1)]
    because: Annotated[Sentence, Meta(description="Why that is acceptable here.")]
    scanner: Text | None = None
    path: OneOrMore | None = None
    package: Text | None = None


class Gaps(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may stay unseen. A gap that no entry accepts makes the run incomplete."""

    accept: tuple[GapEntry, ...] | None = None
    refuse: tuple[GapEntry, ...] | None = None


class Platform(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What Python's environment markers are evaluated for; what is not said is the interpreter's that runs the gate."""

    python: Annotated[str, Meta(pattern=r"^3\.[0-9]{1,2}(\.[0-9]{1,2})?$", description="3.12, 3.12.4.")] | None = None
    platform: Literal["linux", "darwin", "win32"] | None = None
    machine: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_]{1,20}$", description="x86_64, aarch64, arm64.")] | None = None


class Dependencies(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where advisories come from."""

    advisories: Annotated[
        Text | None,
        Meta(description="A folder shaped like the public OSV bucket or a store, relative to this file, or a URL."),
    ] = None
    osv_url: Url | None = None
    target: Platform | None = None
    max_age: Annotated[
        Days | None, Meta(description="Days after which the records of a store are too old. Default: 7.")
    ] = None


class ToolCanary(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The planted sample that the tool has to report on every run."""

    name: Annotated[Text, Meta(description="A plain file name.")]
    content: Text
    rule: Text


class Tool(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A program that speaks SARIF."""

    name: Word
    kind: Kind
    argv: Annotated[Texts, Meta(description="With {files} and {canary} as arguments, and {scratch}.")]
    files: OneOrMore
    canary: ToolCanary
    output: Annotated[Text, Meta(description="`stdout`, or a file name below {scratch}.")] = "stdout"
    exits: Annotated[tuple[int, ...], Meta(min_length=1)] = (0,)
    timeout: Seconds = 600.0


class Waiver(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A risk accepted by name: give `fingerprint`, or `rule` and `path`, or `advisory` and `package`."""

    owner: Sentence
    reason: Sentence
    expires: Annotated[date, Meta(description="The last day on which it holds.")]
    fingerprint: Digits | None = None
    rule: Text | None = None
    path: Text | None = None
    advisory: Text | None = None
    package: Text | None = None


class WaiverTerms(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The longest time, in days from today, that a waiver may still run, by severity of the issue."""

    critical: Days | None = None
    high: Days | None = None
    medium: Days | None = None
    low: Days | None = None
    unrated: Days | None = None


class Deadlines(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Days from its disclosure in which a vulnerability of an unchanged package does not block, by severity."""

    critical: Grace | None = None
    high: Grace | None = None
    medium: Grace | None = None
    low: Grace | None = None
    unrated: Grace | None = None


class Document(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One policy file of devsecgate."""

    version: Literal[1]
    name: Word
    extends: Annotated[Text | None, Meta(description="default, strict, advisory, or a path relative to this file.")] = (
        None
    )
    loosen: Annotated[
        tuple[Loosened, ...] | None, Meta(description="Keys that policies which extend this one may loosen.")
    ] = None
    layers: Layers = Layers()
    scanners: Scanners = Scanners()
    target: Target = Target()
    rules: tuple[Rule, ...] = ()
    unrated: Unrated = Unrated()
    inline_suppressions: InlineSuppressions = InlineSuppressions()
    gaps: Gaps = Gaps()
    first_party: Annotated[
        Texts | None, Meta(description="Names of the project's own packages, which no index knows.")
    ] = None
    dependencies: Dependencies = Dependencies()
    plugins: Annotated[Texts | None, Meta(description="Entry points to load.")] = None
    tools: tuple[Tool, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    waiver_terms: WaiverTerms = WaiverTerms()
    existing: Annotated[
        Literal["block", "warn"] | None,
        Meta(description="What a blocking issue comes to that was there before the change. Default: block."),
    ] = None
    deadlines: Deadlines = Deadlines()
    baseline: Annotated[
        Text | None, Meta(description="A file of issues that are known, relative to this file: `devsecgate baseline`.")
    ] = None


_Schema: TypeAlias = "dict[str, _Schema] | list[_Schema] | str | int | float | bool | None"


def json_schema() -> bytes:
    """Return the JSON Schema (2020-12) of a policy file."""
    types: _Schema = msgspec.json.decode(msgspec.json.encode(msgspec.json.schema(Document)))
    assert isinstance(types, dict)
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": _without_null(types.pop("$defs")),
        "allOf": [_without_null(types)],
    }
    return msgspec.json.format(msgspec.json.encode(schema, order="sorted"), indent=2) + b"\n"


def _without_null(value: _Schema) -> _Schema:
    """Take `null` out: a key of a policy has a value or is not there."""
    if isinstance(value, list):
        return [_without_null(item) for item in value if item != {"type": "null"}]
    if not isinstance(value, dict):
        return value
    kept = {name: _without_null(item) for name, item in value.items() if name != "default"}
    if isinstance(enum := kept.get("enum"), list):
        kept["enum"] = [item for item in enum if item is not None]
    choices = kept.get("anyOf")
    if isinstance(choices, list) and len(choices) == 1 and isinstance(choices[0], dict):
        del kept["anyOf"]
        kept = {**choices[0], **kept}
    return kept
