"""A tool that the policy declares goes in; a Scanner that runs it and reads its SARIF 2.1.0 comes out.

What the tool says about itself counts as much as its results: a run that was not successful, a notification
of an error or a warning, and a result without a place are gaps. Only stdout is read: a tool that wants a
file is given `/dev/stdout`.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol
from urllib.parse import unquote, urlsplit

from msgspec import Struct, field

from devsecgate.decode import decode
from devsecgate.errors import MalformedOutput, UsageError
from devsecgate.model import Confidence, Finding, Gap, GapReason, Kind, Location, Severity, Suppression
from devsecgate.scanner import CANARY_PATH, Canary, Command, Engine, Job, Output, Parsed, Scanner, relative
from devsecgate.text import one_line, shorten

_MESSAGE = 600
_CWE = re.compile(r"(?i)\bcwe[-_/ :]?0*(\d{1,5})\b")
_ADVISORY = re.compile(r"(?:CVE-\d{4}-\d+|GHSA(?:-[a-z0-9]{4}){3}|PYSEC-\d{4}-\d+|GO-\d{4}-\d+|RUSTSEC-\d{4}-\d+)")
_LEVELS = {"error": Severity.HIGH, "warning": Severity.MEDIUM, "note": Severity.LOW, "none": Severity.INFO}
_PRECISIONS = {
    "very-high": Confidence.HIGH,
    "high": Confidence.HIGH,
    "medium": Confidence.MEDIUM,
    "low": Confidence.LOW,
}
_NO_PROBLEM = frozenset({"pass", "notApplicable"})
_MOST_BASES = 8


class _ToolCanary(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def content(self) -> str: ...
    @property
    def rule(self) -> str: ...


class SarifTool(Protocol):
    """What this module needs to know of a tool; `devsecgate.policy.Tool` is one, and describes the fields."""

    # ruff: disable[D102]
    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def argv(self) -> tuple[str, ...]: ...
    @property
    def output(self) -> str | None: ...
    @property
    def files(self) -> tuple[str, ...]: ...
    @property
    def canary(self) -> _ToolCanary: ...
    @property
    def exits(self) -> frozenset[int]: ...
    @property
    def timeout(self) -> float: ...

    # ruff: enable[D102]


def scanner(tool: SarifTool, *, matches: Callable[[str, str], bool]) -> Scanner:
    """Make a Scanner of a declared tool; `matches(pattern, path)` is the policy's meaning of a path glob.

    Raises UsageError for a tool whose output is a file.
    """
    if tool.output is not None:
        raise UsageError(
            f"the tool {tool.name} writes its output to a file, and only stdout is read",
            where=f"tools: {tool.name}: output",
            remedy="Leave `output` out, and give the tool /dev/stdout where it wants a file's name.",
        )
    return Scanner(
        name=tool.name,
        kind=tool.kind,
        about=f"{tool.argv[0]}, declared by the policy, read as SARIF",
        engines=(Engine(name=tool.argv[0], program=tool.argv[0], install=f"the policy's tool {tool.name} needs it"),),
        select=lambda path: any(matches(pattern, path) for pattern in tool.files),
        command=partial(_command, tool),
        parse=partial(parse, name=tool.name, kind=tool.kind),
        canary=Canary(name=tool.canary.name, content=tool.canary.content.encode(), rule=tool.canary.rule),
    )


def _command(tool: SarifTool, job: Job) -> Command:
    """Fill in the placeholders."""
    argv: list[str] = []
    for argument in tool.argv:
        if argument == "{files}":
            argv.extend(job.files)
        elif argument == "{canary}":
            argv.append(str(job.canary))
        else:
            argv.append(argument.replace("{scratch}", str(job.scratch)))
    return Command(argv=tuple(argv), exits=tool.exits, timeout=tool.timeout)


class _Text(Struct, rename="camel"):
    text: str | None = None
    id: str | None = None
    arguments: Sequence[str] = ()


class _Place(Struct, rename="camel"):
    uri: str | None = None
    uri_base_id: str | None = None
    index: int = -1


class _Region(Struct, rename="camel"):
    start_line: int | None = None
    start_column: int | None = None
    end_line: int | None = None
    end_column: int | None = None


class _Physical(Struct, rename="camel"):
    artifact_location: _Place | None = None
    region: _Region | None = None


class _Location(Struct, rename="camel"):
    physical_location: _Physical | None = None


class _Properties(Struct):
    tags: Sequence[str] = ()
    precision: str | None = None
    severity: str | float | None = field(default=None, name="security-severity")


class _Component(Struct, rename="camel"):
    name: str | None = None
    index: int | None = None


class _Reference(Struct, rename="camel"):
    id: str | None = None
    index: int | None = None
    tool_component: _Component | None = None


class _Relationship(Struct, rename="camel"):
    target: _Reference


class _Configuration(Struct, rename="camel"):
    level: str | None = None


class _Rule(Struct, rename="camel"):
    id: str
    short_description: _Text | None = None
    default_configuration: _Configuration | None = None
    help_uri: str | None = None
    properties: _Properties | None = None
    message_strings: Mapping[str, _Text] = {}
    relationships: Sequence[_Relationship] = ()


class _Suppressed(Struct, rename="camel"):
    kind: str
    status: str = "accepted"
    justification: str | None = None
    location: _Location | None = None


class _Result(Struct, rename="camel"):
    message: _Text
    rule_id: str | None = None
    rule_index: int = -1
    rule: _Reference | None = None
    kind: str = "fail"
    level: str | None = None
    baseline_state: str | None = None
    locations: Sequence[_Location] = ()
    suppressions: Sequence[_Suppressed] | None = None
    properties: _Properties | None = None
    taxa: Sequence[_Reference] = ()


class _Notification(Struct, rename="camel"):
    message: _Text
    level: str = "warning"
    locations: Sequence[_Location] = ()


class _Invocation(Struct, rename="camel"):
    execution_successful: bool
    tool_execution_notifications: Sequence[_Notification] | None = None
    tool_configuration_notifications: Sequence[_Notification] | None = None


class _Artifact(Struct, rename="camel"):
    location: _Place | None = None
    roles: Sequence[str] = ()


class _Driver(Struct, rename="camel"):
    name: str
    version: str | None = None
    semantic_version: str | None = None
    rules: Sequence[_Rule] = ()


class _Tool(Struct, rename="camel"):
    driver: _Driver
    extensions: Sequence[_Driver] = ()


class _Run(Struct, rename="camel"):
    tool: _Tool
    results: Sequence[_Result]
    """SARIF: a run without results is one in which nothing was looked for."""
    invocations: Sequence[_Invocation] = ()
    artifacts: Sequence[_Artifact] = ()
    original_uri_base_ids: Mapping[str, _Place] = {}
    external_property_file_references: Mapping[str, object] | None = None


class _Log(Struct, rename="camel"):
    version: str
    runs: Sequence[_Run]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """One run, and what its records are read with."""

    run: _Run
    job: Job
    name: str
    kind: Kind
    rules: Mapping[str, _Rule]
    wanted: frozenset[str]
    """The job's files, without `./`."""


def parse(output: Output, job: Job, *, name: str, kind: Kind) -> Parsed:
    """Read a SARIF 2.1.0 log as the findings of the scanner `name`.

    Severity is `security-severity` where the tool gives one (as GitHub divides it: 9, 7, 4), else the
    level. Results of kind `pass` and `notApplicable`, and those that a baseline calls absent, are no
    problems. A suppression in the source is carried along; one from outside is not listened to. The job's
    files count as covered unless the tool lists its targets, fails, or names a file in a notification.
    """
    log = decode(output.stdout, _Log, tool=name)
    if log.version != "2.1.0":
        raise MalformedOutput(f"SARIF version {one_line(log.version)} is not 2.1.0", where=name)
    if not log.runs:
        raise MalformedOutput("a SARIF log without runs says nothing", where=name)
    findings: list[Finding] = []
    gaps: list[Gap] = []
    covered: set[str] = set()
    for run in log.runs:
        reader = _reader(run, job, name=name, kind=kind)
        for index, result in enumerate(run.results):
            if result.kind not in _NO_PROBLEM and result.baseline_state != "absent":
                item = _item(reader, result, index)
                if isinstance(item, Finding):
                    findings.append(item)
                else:
                    gaps.append(item)
        failures = list(_failures(reader))
        gaps += failures
        covered |= _covered(reader, failures)
    versions = (run.tool.driver.semantic_version or run.tool.driver.version for run in log.runs)
    return Parsed(
        findings=tuple(findings),
        gaps=tuple(gaps),
        covered=frozenset(covered - {gap.path for gap in gaps}),
        version=next((one_line(version) for version in versions if version), None),
    )


def _reader(run: _Run, job: Job, *, name: str, kind: Kind) -> _Reader:
    if run.external_property_file_references:
        raise MalformedOutput("parts of the SARIF log are in other files, which are not read", where=name)
    components = (run.tool.driver, *run.tool.extensions)
    rules = {rule.id: rule for component in reversed(components) for rule in reversed(component.rules)}
    wanted = frozenset(file.removeprefix("./") for file in job.files)
    return _Reader(run=run, job=job, name=name, kind=kind, rules=rules, wanted=wanted)


def _item(reader: _Reader, result: _Result, index: int) -> Finding | Gap:
    """Turn one result into a finding, or into a gap where it has no place."""
    rule_id = _rule_id(reader, result, index)
    rule = reader.rules.get(rule_id) or reader.rules.get(rule_id.rpartition("/")[0])
    location = next((place for place in map(partial(_location, reader), result.locations) if place), None)
    if location is None:
        detail = f"{one_line(rule_id)} was reported without a file: {_message(result.message, rule)}"
        return Gap(scanner=reader.name, reason=GapReason.MALFORMED, detail=one_line(detail))
    severity, source = _severity(result, rule, reader.name)
    properties = rule.properties if rule is not None else None
    advisory = reader.kind in {Kind.DEPENDENCY, Kind.CONTAINER}
    help_uri = rule.help_uri if rule is not None else None
    return Finding(
        scanner=reader.name,
        kind=reader.kind,
        rule=one_line(rule_id),
        message=_message(result.message, rule),
        location=location,
        severity=severity,
        severity_source=source,
        confidence=_PRECISIONS.get(properties.precision or "") if properties is not None else None,
        ids=frozenset(_ADVISORY.findall(rule_id)) if advisory else frozenset(),
        cwes=_cwes(result, rule),
        help_url=help_uri if help_uri is not None and help_uri.startswith(("https://", "http://")) else None,
        suppression=_suppression(reader, result, location),
    )


def _rule_id(reader: _Reader, result: _Result, index: int) -> str:
    """Find a result's rule id: its own, its reference's, or the one at its index."""
    reference = result.rule or _Reference()
    found = result.rule_id or reference.id
    if found:
        return found
    at = result.rule_index if result.rule_index >= 0 else reference.index
    driver = reader.run.tool.driver
    component = reference.tool_component.index if reference.tool_component is not None else None
    if component is not None and 0 <= component < len(reader.run.tool.extensions):
        driver = reader.run.tool.extensions[component]
    if at is None or not 0 <= at < len(driver.rules):
        raise MalformedOutput(f"results[{index}] names no rule", where=reader.name)
    return driver.rules[at].id


def _message(message: _Text, rule: _Rule | None) -> str:
    """Give a result's text on one line, with its arguments in their places."""
    text = message.text
    if text is None and rule is not None and message.id is not None and message.id in rule.message_strings:
        text = rule.message_strings[message.id].text
    if not text and rule is not None and rule.short_description is not None:
        text = rule.short_description.text
    for index, argument in enumerate(message.arguments):
        text = (text or "").replace(f"{{{index}}}", argument)
    return shorten(one_line(text or "the tool gives no text"), _MESSAGE)


def _severity(result: _Result, rule: _Rule | None, name: str) -> tuple[Severity | None, str]:
    """Normalise a severity, and say where it comes from."""
    for properties in (result.properties, rule.properties if rule is not None else None):
        if properties is not None and properties.severity is not None:
            return _scored(properties.severity, name)
    level = result.level
    if level is None and result.kind != "fail":
        level = "none"
    if level is None and rule is not None and rule.default_configuration is not None:
        level = rule.default_configuration.level
    level = level or "warning"
    if level not in _LEVELS:
        raise MalformedOutput(f"{one_line(level)} is no level of SARIF", where=name)
    return _LEVELS[level], f"SARIF level {level}"


def _scored(text: str | float, name: str) -> tuple[Severity | None, str]:
    try:
        score = float(text)
    except ValueError as error:
        raise MalformedOutput(f"security-severity {one_line(str(text))} is no number", where=name) from error
    bounds = ((9.0, Severity.CRITICAL), (7.0, Severity.HIGH), (4.0, Severity.MEDIUM), (0.1, Severity.LOW))
    if not 0 <= score <= 10:
        raise MalformedOutput(f"security-severity {score} is not from 0 to 10", where=name)
    severity = next((severity for bound, severity in bounds if score >= bound), Severity.INFO)
    return severity, f"security-severity {score}"


def _cwes(result: _Result, rule: _Rule | None) -> frozenset[int]:
    """Collect CWE numbers from tags, taxa and relationships."""
    found = set()
    for properties in (result.properties, rule.properties if rule is not None else None):
        for tag in properties.tags if properties is not None else ():
            found |= {int(number) for number in _CWE.findall(tag)}
    references = [*result.taxa, *(each.target for each in (rule.relationships if rule is not None else ()))]
    for reference in references:
        component = reference.tool_component
        if reference.id is None or component is None or (component.name or "").upper() != "CWE":
            continue
        number = reference.id.upper().removeprefix("CWE-")
        if re.fullmatch(r"\d{1,5}", number):
            found.add(int(number))
    return frozenset(found)


def _suppression(reader: _Reader, result: _Result, location: Location) -> Suppression | None:
    """Carry along a marker in the scanned code; what a tool's own configuration hides is not hidden from us."""
    for suppressed in result.suppressions or ():
        if suppressed.kind == "inSource" and suppressed.status == "accepted":
            place = _location(reader, suppressed.location) if suppressed.location is not None else None
            return Suppression(
                marker=f"in-source marker of {reader.name}",
                location=place or location,
                justification=one_line(suppressed.justification or ""),
            )
    return None


def _location(reader: _Reader, location: _Location) -> Location | None:
    """Read a place; None where it names no file."""
    physical = location.physical_location
    path = _path(reader, physical.artifact_location) if physical is not None and physical.artifact_location else None
    if path is None:
        return None
    region = physical.region if physical is not None and physical.region is not None else _Region()
    if region.start_line is None:
        return Location(path=path)
    line = max(region.start_line, 1)
    end_line = region.end_line or line
    if end_line < line:
        raise MalformedOutput(f"a region ends on line {end_line} before it begins on {line}", where=reader.name)
    return Location(path=path, line=line, end_line=end_line, column=region.start_column, end_column=region.end_column)


def _path(reader: _Reader, place: _Place) -> str | None:
    """Turn a URI into a target path; one that is not in the target is kept, for run.py to refuse.

    URIs should be percent-encoded, and semgrep's are not: a name that was asked for as it stands is that file.
    """
    if place.uri is None and 0 <= place.index < len(reader.run.artifacts):
        place = reader.run.artifacts[place.index].location or place
    if place.uri is None:
        return None
    plain = place.uri.removeprefix("./")
    if plain in reader.wanted:
        return plain
    name = _decoded(place.uri)
    base = place.uri_base_id
    for _ in range(_MOST_BASES):
        root = reader.run.original_uri_base_ids.get(base or "")
        if root is None:
            break
        name, base = posixpath.join(_decoded(root.uri or ""), name), root.uri_base_id
    return relative(posixpath.normpath(posixpath.join(str(reader.job.root), name)), reader.job)


def _decoded(uri: str) -> str:
    """Give the path in a `file:` URI or a relative reference; another scheme's URI stays as it is."""
    if not uri.lower().startswith("file:"):
        return unquote(uri) if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", uri) else uri
    parts = urlsplit(uri)
    return unquote(parts.path) if parts.netloc in {"", "localhost"} else uri


def _failures(reader: _Reader) -> Iterator[Gap]:
    """Say what a run says of itself: not successful, errors, warnings."""
    for invocation in reader.run.invocations:
        if not invocation.execution_successful:
            detail = f"{reader.name} says that its run was not successful"
            yield Gap(scanner=reader.name, reason=GapReason.FAILED, detail=detail)
        execution = invocation.tool_execution_notifications or ()
        configuration = invocation.tool_configuration_notifications or ()
        for notification in (*execution, *configuration):
            if notification.level in {"error", "warning"}:
                yield from _notified(reader, notification)


def _notified(reader: _Reader, notification: _Notification) -> Iterator[Gap]:
    """A notification about files is a gap for each; one about none is about the whole run."""
    detail = one_line(f"{notification.level}: {_message(notification.message, None)}")
    paths = {place.path for place in map(partial(_location, reader), notification.locations) if place}
    if not paths:
        yield Gap(scanner=reader.name, reason=GapReason.FAILED, detail=detail)
    for path in sorted(paths - {CANARY_PATH}):
        reason = GapReason.FAILED if notification.level == "error" else GapReason.UNREADABLE
        yield Gap(scanner=reader.name, reason=reason, detail=detail, path=path)


def _covered(reader: _Reader, failures: Iterable[Gap]) -> set[str]:
    """The files that a run looked at: its targets where it lists them, else all that it was given.

    Nothing, where the run as a whole failed.
    """
    if any(gap.path is None for gap in failures):
        return set()
    targets = [each.location for each in reader.run.artifacts if "analysisTarget" in each.roles and each.location]
    if targets:
        return {path for path in map(partial(_path, reader), targets) if path} & reader.wanted
    return set(reader.wanted)
