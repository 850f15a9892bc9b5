"""A SARIF 2.1.0 log goes in; findings and gaps come out.

What the tool says about itself counts as much as its results: a run that was not successful, a notification
of an error or a warning, and a result without a place are gaps.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial

from devsecgate.decode import decode
from devsecgate.errors import MalformedOutput
from devsecgate.model import Confidence, Finding, Gap, GapReason, Kind, Location, Severity, Suppression
from devsecgate.sarif_in.places import Reader, location, path
from devsecgate.sarif_in.shape import Component, Log, Notification, Reference, Result, Rule, Run, Text
from devsecgate.scanner import CANARY_PATH, Job, Output, Parsed
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
_SCORES = ((9.0, Severity.CRITICAL), (7.0, Severity.HIGH), (4.0, Severity.MEDIUM), (0.1, Severity.LOW))


def parse(output: Output, job: Job, *, name: str, kind: Kind) -> Parsed:
    """Read a SARIF 2.1.0 log as the findings of the scanner `name`.

    Severity is `security-severity` where the tool gives one (as GitHub divides it: 9, 7, 4), else the
    level. Results of kind `pass` and `notApplicable` (unless their level says otherwise), and those that a
    baseline calls absent, are no problems. A suppression in the source is carried along; one from outside is
    not listened to. The job's files count as covered unless the tool lists its targets, fails, or names a
    file in a notification.
    """
    log = decode(output.stdout, Log, tool=name)
    if log.version != "2.1.0":
        raise MalformedOutput(f"SARIF version {one_line(log.version)} is not 2.1.0", where=name)
    if not log.runs:
        raise MalformedOutput("a SARIF log without runs says nothing", where=name)
    if log.inline_external_properties or any(run.external_property_file_references for run in log.runs):
        raise MalformedOutput("parts of the SARIF log are elsewhere (external properties), and not read", where=name)
    findings: list[Finding] = []
    gaps: list[Gap] = []
    covered: set[str] = set()
    wanted = frozenset(file.removeprefix("./") for file in job.files)
    for run in log.runs:
        reader = Reader(run=run, job=job, name=name, kind=kind, wanted=wanted)
        for item in _items(reader):
            if isinstance(item, Finding):
                findings.append(item)
            else:
                gaps.append(item)
        failures = list(_failures(reader))
        gaps += failures
        covered |= _covered(reader, failures)
    return Parsed(
        findings=tuple(sorted(findings, key=_order)),
        gaps=tuple(gaps),
        covered=frozenset(covered - {gap.path for gap in gaps}),
        version=_version(log),
    )


def _order(finding: Finding) -> tuple[str, int, int, str, str]:
    place = finding.location
    return place.path, place.line, place.column or 0, finding.rule, finding.message


def _version(log: Log) -> str | None:
    versions = (run.tool.driver.semantic_version or run.tool.driver.version for run in log.runs)
    return next((one_line(version) for version in versions if version), None)


def _items(reader: Reader) -> Iterator[Finding | Gap]:
    for index, result in enumerate(reader.run.results):
        harmless = result.kind in _NO_PROBLEM and result.level in {None, "none"}
        if not harmless and result.baseline_state != "absent":
            yield _item(reader, result, index)


def _item(reader: Reader, result: Result, index: int) -> Finding | Gap:
    """Turn one result into a finding, or into a gap where it has no place."""
    rule_id, rule = _rule(reader, result, index)
    place = next((found for found in map(partial(location, reader), result.locations) if found), None)
    if place is None:
        detail = f"{one_line(rule_id)} was reported without a file: {_message(result.message, rule)}"
        return Gap(scanner=reader.name, reason=GapReason.MALFORMED, detail=one_line(detail))
    severity, source = _severity(reader, result, rule)
    properties = rule.properties if rule is not None else None
    advisory = reader.kind in {Kind.DEPENDENCY, Kind.CONTAINER}
    help_uri = rule.help_uri if rule is not None else None
    return Finding(
        scanner=reader.name,
        kind=reader.kind,
        rule=one_line(rule_id),
        message=_message(result.message, rule),
        location=place,
        severity=severity,
        severity_source=source,
        confidence=_PRECISIONS.get(properties.precision or "") if properties is not None else None,
        ids=frozenset(_ADVISORY.findall(rule_id)) if advisory else frozenset(),
        cwes=_cwes(result, rule),
        help_url=help_uri if help_uri is not None and help_uri.startswith(("https://", "http://")) else None,
        suppression=_suppression(reader, result, place),
    )


def _rule(reader: Reader, result: Result, index: int) -> tuple[str, Rule | None]:
    """Find a result's rule: its id, and its description where there is one.

    The id is the result's own, its reference's, or that of the rule at its index. An id such as `base/sub`
    belongs to the rule `base`.
    """
    reference = result.rule or Reference()
    at = result.rule_index if result.rule_index >= 0 else reference.index
    rules = _component(reader, reference, index).rules
    indexed = rules[at] if at is not None and 0 <= at < len(rules) else None
    found = result.rule_id or reference.id or (indexed.id if indexed is not None else None)
    if not found:
        raise MalformedOutput(f"results[{index}] names no rule", where=reader.name)
    if indexed is not None and f"{found}/".startswith(f"{indexed.id}/"):
        return found, indexed
    return found, _described(reader.run, found)


def _component(reader: Reader, reference: Reference, index: int) -> Component:
    """Find the part of the tool that a reference is into: the driver where it does not say."""
    tool, wanted = reader.run.tool, reference.tool_component
    if wanted is None or (wanted.index is None and wanted.name is None):
        return tool.driver
    if wanted.index is not None:
        if 0 <= wanted.index < len(tool.extensions):
            return tool.extensions[wanted.index]
    else:
        for component in (tool.driver, *tool.extensions):
            if component.name == wanted.name:
                return component
    raise MalformedOutput(f"results[{index}] names a part of the tool that there is not", where=reader.name)


def _described(run: Run, rule_id: str) -> Rule | None:
    """Find the description of a rule, or of the rule that it belongs to."""
    while rule_id:
        for component in (run.tool.driver, *run.tool.extensions):
            for rule in component.rules:
                if rule.id == rule_id:
                    return rule
        rule_id = rule_id.rpartition("/")[0]
    return None


def _message(message: Text, rule: Rule | None) -> str:
    """Give a result's text on one line, with its arguments in their places."""
    text = message.text
    if text is None and rule is not None and message.id is not None and message.id in rule.message_strings:
        text = rule.message_strings[message.id].text
    if not text and rule is not None and rule.short_description is not None:
        text = rule.short_description.text
    for index, argument in enumerate(message.arguments):
        text = (text or "").replace(f"{{{index}}}", argument)
    return shorten(one_line(text or "the tool gives no text"), _MESSAGE)


def _severity(reader: Reader, result: Result, rule: Rule | None) -> tuple[Severity, str]:
    """Normalise a severity, and say where it comes from."""
    for properties in (result.properties, rule.properties if rule is not None else None):
        if properties is not None and properties.severity is not None:
            return _scored(properties.severity, reader.name)
    level = result.level
    if level is None and result.kind != "fail":
        level = "none"
    if level is None and rule is not None:
        level = _configured(reader, rule)
    level = level or "warning"
    return _leveled(level, reader.name), f"SARIF level {level}"


def _leveled(level: str, name: str) -> Severity:
    if level not in _LEVELS:
        raise MalformedOutput(f"{one_line(level)} is no level of SARIF", where=name)
    return _LEVELS[level]


def _configured(reader: Reader, rule: Rule) -> str | None:
    """Give the level that a rule was run with: the worst of its overrides, else its own."""
    overridden = [
        override.configuration.level
        for invocation in reader.run.invocations
        for override in invocation.rule_configuration_overrides
        if override.configuration.level is not None and _is_about(reader.run, override.descriptor, rule)
    ]
    if overridden:
        return max(overridden, key=lambda level: _leveled(level, reader.name))
    return rule.default_configuration.level if rule.default_configuration is not None else None


def _is_about(run: Run, reference: Reference, rule: Rule) -> bool:
    """Does a reference name this rule, by its id or by its index in the driver?"""
    if reference.id is not None:
        return reference.id == rule.id
    rules = run.tool.driver.rules
    return reference.index is not None and 0 <= reference.index < len(rules) and rules[reference.index] is rule


def _scored(text: str | float, name: str) -> tuple[Severity, str]:
    try:
        score = float(text)
    except ValueError as error:
        raise MalformedOutput(f"security-severity {one_line(str(text))} is no number", where=name) from error
    if not 0 <= score <= 10:
        raise MalformedOutput(f"security-severity {score} is not from 0 to 10", where=name)
    severity = next((severity for bound, severity in _SCORES if score >= bound), Severity.INFO)
    return severity, f"security-severity {score}"


def _cwes(result: Result, rule: Rule | None) -> frozenset[int]:
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
        if re.fullmatch(r"[0-9]{1,5}", number):
            found.add(int(number))
    return frozenset(found)


def _suppression(reader: Reader, result: Result, place: Location) -> Suppression | None:
    """Carry along a marker in the scanned code; what a tool's own configuration hides is not hidden from us.

    One suppression that is under review, or was rejected, undoes all of them (SARIF 2.1.0, 3.27.23).
    """
    suppressions = result.suppressions or ()
    if any(each.status != "accepted" for each in suppressions):
        return None
    for each in suppressions:
        if each.kind == "inSource":
            return Suppression(
                marker=f"in-source marker of {reader.name}",
                location=(location(reader, each.location) if each.location is not None else None) or place,
                justification=one_line(each.justification or ""),
            )
    return None


def _failures(reader: Reader) -> Iterator[Gap]:
    """Say what a run says of itself: not successful, errors, warnings."""
    for invocation in reader.run.invocations:
        if not invocation.execution_successful:
            detail = f"{reader.name} says that its run was not successful"
            yield Gap(scanner=reader.name, reason=GapReason.FAILED, detail=detail)
        execution = invocation.tool_execution_notifications or ()
        configuration = invocation.tool_configuration_notifications or ()
        for notification in (*execution, *configuration):
            if notification.level not in {"note", "none"}:
                yield from _notified(reader, notification)


def _notified(reader: Reader, notification: Notification) -> Iterator[Gap]:
    """A notification about files of the job is a gap for each; about anything else, it is about the whole run."""
    detail = one_line(f"{notification.level}: {_message(notification.message, None)}")
    found = (location(reader, where) for where in notification.locations)
    paths = {place.path for place in found if place is not None}
    if not paths or paths - reader.wanted - {CANARY_PATH}:
        yield Gap(scanner=reader.name, reason=GapReason.FAILED, detail=detail)
    for each in sorted(paths & reader.wanted):
        reason = GapReason.UNREADABLE if notification.level == "warning" else GapReason.FAILED
        yield Gap(scanner=reader.name, reason=reason, detail=detail, path=each)


def _covered(reader: Reader, failures: Iterable[Gap]) -> set[str]:
    """The files that a run looked at: its targets where it lists them, else all that it was given.

    Nothing, where the run as a whole failed.
    """
    if any(gap.path is None for gap in failures):
        return set()
    targets = [each.location for each in reader.run.artifacts if "analysisTarget" in each.roles and each.location]
    if targets:
        return {found for found in map(partial(path, reader), targets) if found} & reader.wanted
    return set(reader.wanted)
