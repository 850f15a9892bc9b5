"""Decisions and gaps in, the parts of a SARIF log out, for the reports that write one.

Titles, messages and help come from tools and rules, and paths from the scanned tree: text is made
printable and cut to what GitHub and GitLab take, and paths are percent-encoded.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote, urlsplit

from devsecgate import sarif_shape as sarif
from devsecgate import summary
from devsecgate.line_hash import line_hashes
from devsecgate.model import (
    Action,
    Confidence,
    Decision,
    GapDecision,
    GapReason,
    Issue,
    Location,
    Outcome,
    PolicyLine,
    Severity,
    Verdict,
)
from devsecgate.report import Context, RuleText
from devsecgate.text import json_document, one_line, printable, shorten

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
FINGERPRINT = "devsecgateFingerprint/v1"
LINE_HASH = "primaryLocationLineHash"
TEXT_LIMIT = 1024
"""Characters of a message and a description that GitHub and GitLab take."""
TAG_LIMIT = 10
LOCATION_LIMIT = 100
"""Places of one result that GitHub shows."""

_HOME = "https://github.com/devsecgate/devsecgate"
_ROOT = "SRCROOT"
_CWE = sarif.ToolComponentReference(name="CWE", guid=str(uuid.uuid5(uuid.NAMESPACE_URL, "https://cwe.mitre.org/")))
_LEVELS = {Action.BLOCK: "error", Action.WARN: "warning", Action.ALLOW: "note", Action.WAIVE: "note"}
_ORDER = {Action.BLOCK: 0, Action.WARN: 1}
_SCORES = {Severity.CRITICAL: 9.5, Severity.HIGH: 8.0, Severity.MEDIUM: 5.5, Severity.LOW: 2.0, Severity.INFO: 0.0}
"""One number inside each band of GitHub and GitLab; theirs meet at 4, 7 and 9."""
_PRECISIONS = {Confidence.HIGH: "high", Confidence.MEDIUM: "medium", Confidence.LOW: "low"}


def uri(path: str) -> str:
    """Give the path as a relative URI reference, percent-encoded: `a%20b/%3A%3Aerror%3A%3A.py`."""
    return quote(path.encode("utf-8", "surrogatepass"), safe="/")


def sentence(text: str) -> str:
    """Give one line of at most 1,024 characters that ends as a sentence does and holds no SARIF link."""
    line = one_line(text).replace("](", "] (") or "No description."
    return shorten(line if line[-1] in ".!?…" else f"{line}.", TEXT_LIMIT)


def rule_id(issue: Issue) -> str:
    """Give `bandit.B602`."""
    return clean_id(f"{issue.primary.scanner}.{issue.primary.rule}")


def clean_id(name: str) -> str:
    """Replace what is not a letter, digit, `.`, `_`, `-`; a hash keeps what was changed unique."""
    clean = re.sub(r"[^A-Za-z0-9._-]", "-", name)[:200]
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    return clean if clean == name else f"{clean}-{digest[:8]}"


def acted_on(verdict: Verdict) -> list[Decision]:
    """Give what the policy acts on, BLOCK before WARN, each the most severe first and unrated last."""
    return sorted((decision for decision in verdict.decisions if decision.action in _ORDER), key=_worst_first)


def _worst_first(decision: Decision) -> tuple[int, int]:
    severity = decision.issue.severity
    return _ORDER[decision.action], 0 if severity is None else -int(severity)


def level(action: Action) -> str:
    """What the policy says, as SARIF says it: what blocks is an error."""
    return _LEVELS[action]


def rank(severity: Severity | None) -> float | None:
    """0 to 100, which GitLab reads as ten times the severity's score."""
    return None if severity is None else _SCORES[severity] * 10


def region(location: Location, snippet: str = "") -> sarif.Region:
    """Give the region as it was reported, without what cannot be true."""
    line = max(1, location.line)
    end_line = location.end_line if location.end_line is not None and location.end_line > line else None
    column = location.column if location.column is not None and location.column > 0 else None
    end_column = location.end_column if column is not None else None
    if end_column is not None and (end_column < 1 or (end_line is None and end_column < (column or 1))):
        end_column = None
    lines = "\n".join(printable(part) for part in snippet.splitlines())
    return sarif.Region(
        start_line=line,
        start_column=column,
        end_line=end_line,
        end_column=end_column,
        snippet=sarif.Message(text=lines) if lines else None,
    )


def place(path: str, shown: sarif.Region | None, *, number: int | None = None, message: str = "") -> sarif.Place:
    """Give a location below the target's root."""
    return sarif.Place(
        physical_location=sarif.PhysicalLocation(
            artifact_location=sarif.ArtifactLocation(uri=uri(path), uri_base_id=_ROOT), region=shown
        ),
        id=number,
        message=sarif.Message(text=sentence(message)) if message else None,
    )


def policy_place(source: PolicyLine) -> sarif.Place | None:
    """Give the place of a policy's line, where the policy is a file of the target."""
    parts = source.file.split("/")
    if source.file.startswith("/") or ".." in parts or "." not in parts[-1]:
        return None
    return place(source.file, sarif.Region(start_line=max(1, source.line)))


def hashes(decisions: Iterable[Decision], sources: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Hash the lines of each file that an issue points to, and whose text is known."""
    paths = {decision.issue.location.path for decision in decisions}
    return {path: line_hashes(sources[path]) for path in paths if path in sources}


def fingerprints(issue: Issue, hashed: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Give our own identity, and GitHub's where the line is known; upload-sarif fills in the rest."""
    known = hashed.get(issue.location.path, ())
    line = issue.location.line
    ours = {FINGERPRINT: issue.fingerprint}
    return {**ours, LINE_HASH: known[line - 1]} if 1 <= line <= len(known) else ours


def descriptor(name: str, group: Sequence[Decision], context: Context) -> sarif.Descriptor:
    """Describe one rule from what is known about it and from the issues that it has."""
    issue = group[0].issue
    known = summary.rule_text(issue, context)
    severity = summary.worst_severity(decision.issue.severity for decision in group)
    confidences = [decision.issue.confidence for decision in group if decision.issue.confidence is not None]
    properties: dict[str, sarif.Value] = {"tags": _tags(issue)}
    if severity is not None:
        properties["security-severity"] = f"{_SCORES[severity]:.1f}"
    if confidences:
        properties["precision"] = _PRECISIONS[max(confidences)]
    title = known.title if known is not None else _title(issue)
    why = known.why if known is not None else issue.primary.message
    return sarif.Descriptor(
        id=name,
        short_description=sarif.Message(text=sentence(title or issue.primary.rule)),
        full_description=sarif.Message(text=sentence(why or title)),
        help=_help(issue, known, context),
        help_uri=_help_uri(issue, known),
        default_configuration=sarif.Configuration(level=_worst_level(group)),
        relationships=tuple(sarif.Relationship(target=weakness(cwe), kinds=("superset",)) for cwe in sorted(issue.cwes))
        or None,
        properties=properties,
    )


def _worst_level(group: Sequence[Decision]) -> str:
    used = {level(decision.action) for decision in group}
    return next(name for name in ("error", "warning", "note") if name in used)


def _title(issue: Issue) -> str:
    if issue.primary.package is not None:
        return f"{issue.primary.rule} in {issue.primary.package.name}: {issue.primary.message}"
    return issue.primary.message


def _tags(issue: Issue) -> tuple[str, ...]:
    """The first ten, in the forms that GitHub (`external/cwe/cwe-079`) and GitLab (`cwe-79`) read."""
    cwes = sorted(issue.cwes)[:3]
    known = issue.ids | summary.upstream(issue)
    cves = sorted(name.lower() for name in known if re.fullmatch(r"CVE-\d{4}-\d{1,19}", name))
    tags = ["security", issue.kind.value]
    tags += [form for cwe in cwes for form in (f"external/cwe/cwe-{cwe:03}", f"cwe-{cwe}")]
    return tuple((tags + cves)[:TAG_LIMIT])


def _help(issue: Issue, known: RuleText | None, context: Context) -> sarif.Message:
    remedy = summary.fix(issue, context)
    why = one_line(known.why if known is not None else issue.primary.message) or printable(issue.primary.rule)
    lines = [why, f"Fix: {one_line(remedy)}" if remedy else "", f"Reported by: {printable(summary.witnesses(issue))}."]
    text = "\n\n".join(line for line in lines if line)
    if known is None:
        return sarif.Message(text=text)
    samples = [("Vulnerable", known.vulnerable), ("Fixed", known.fixed)]
    code = [f"**{label}**\n\n{_indented(sample)}" for label, sample in samples if sample.strip()]
    markdown = "\n\n".join([why, f"**Fix**: {one_line(known.fix)}" if known.fix else "", *code])
    return sarif.Message(text=text, markdown=markdown)


def _indented(code: str) -> str:
    """A code block that nothing in it can close."""
    return "\n".join(f"    {printable(line)}" for line in code.strip("\n").splitlines())


def _help_uri(issue: Issue, known: RuleText | None) -> str | None:
    found = [*(known.references if known is not None else ()), issue.primary.help_url or ""]
    return next((address for address in found if _is_web_address(address)), None)


def _is_web_address(text: str) -> bool:
    if not re.fullmatch(r"https?://[\w.~:/?#@!$&'()*+,;=%-]{1,2000}", text, re.ASCII):
        return False
    try:
        return bool(urlsplit(text).hostname)
    except ValueError:
        return False


def weakness(cwe: int) -> sarif.DescriptorReference:
    """Name a CWE."""
    return sarif.DescriptorReference(id=str(cwe), tool_component=_CWE)


def taxonomies(decisions: Iterable[Decision]) -> tuple[sarif.Taxonomy, ...]:
    """List the CWEs that the issues name."""
    cwes = sorted({cwe for decision in decisions for cwe in decision.issue.cwes})
    if not cwes:
        return ()
    taxa = tuple(
        sarif.Descriptor(id=str(cwe), help_uri=f"https://cwe.mitre.org/data/definitions/{cwe}.html") for cwe in cwes
    )
    taxonomy = sarif.Taxonomy(
        name=_CWE.name,
        guid=_CWE.guid,
        organization="MITRE",
        information_uri="https://cwe.mitre.org/",
        short_description=sarif.Message(text="The weaknesses of the Common Weakness Enumeration."),
        is_comprehensive=False,
        taxa=taxa,
    )
    return (taxonomy,)


def invocation(verdict: Verdict, extra: Sequence[sarif.Notification] = ()) -> sarif.Invocation:
    """Say how the run ended; not successful where anything that is not accepted could not be seen."""
    gaps = tuple(_gap(gap) for gap in verdict.gaps)
    open_gaps = any(not gap.accepted for gap in verdict.gaps)
    return sarif.Invocation(
        execution_successful=verdict.outcome is not Outcome.INCOMPLETE and not open_gaps,
        exit_code=int(verdict.exit_code),
        exit_code_description=f"{verdict.outcome.name}: {summary.headline(verdict)}",
        tool_execution_notifications=(*gaps, *extra),
        tool_configuration_notifications=tuple(
            sarif.Notification(
                message=sarif.Message(text=sentence(remark.text)),
                level="warning" if remark.severe else "note",
                descriptor=notice("policy-remark"),
                locations=tuple(filter(None, (policy_place(remark.because),))) or None,
                properties={"because": str(remark.because)},
            )
            for remark in verdict.remarks
        ),
    )


def _gap(decision: GapDecision) -> sarif.Notification:
    gap = decision.gap
    about = f" ({gap.package})" if gap.package is not None else ""
    properties: dict[str, sarif.Value] = {"scanner": gap.scanner, "reason": gap.reason.value}
    properties |= {"accepted": decision.accepted, "because": str(decision.because)}
    if gap.package is not None:
        properties["package"] = gap.package
    return sarif.Notification(
        message=sarif.Message(text=sentence(f"{gap.scanner}{about}: {gap.detail}")),
        level="warning" if decision.accepted else "error",
        descriptor=notice(f"gap-{gap.reason.value}"),
        locations=(place(gap.path, None),) if gap.path is not None else None,
        properties=properties,
    )


_NOTICES: dict[str, str] = {
    **{f"gap-{reason.value}": f"Something could not be seen: {reason.value}." for reason in GapReason},
    "policy-remark": "The policy itself needs its owner's attention.",
    "left-out": "Issues that this file leaves out are in the full record.",
}


def notice(name: str) -> sarif.DescriptorReference:
    """Name a kind of notification."""
    return sarif.DescriptorReference(id=name, index=list(_NOTICES).index(name))


def _notice(name: str, text: str) -> sarif.Descriptor:
    said = sarif.Message(text=text)
    title = "".join(word.capitalize() for word in name.split("-"))
    return sarif.Descriptor(id=name, name=title, short_description=said, full_description=said, help=said)


def left_out(verdict: Verdict, shown: int, reader: str) -> tuple[sarif.Notification, ...]:
    """Say how many issues the reader (`GitHub`) is not given: for want of room, and those that are accepted."""
    number = summary.counts(verdict)
    dropped = number.block + number.warn - shown
    notes = []
    if dropped:
        said = f"{summary.plural(dropped, 'issue')}, the least severe, left out: {reader} takes no more in one file."
        notes.append(("warning", said))
    if number.waive or number.allow:
        said = f"The full record has {number.waive:,} waived and {number.allow:,} allowed issues that are not in here."
        notes.append(("note", said))
    return tuple(
        sarif.Notification(message=sarif.Message(text=said), level=level, descriptor=notice("left-out"))
        for level, said in notes
    )


def outcome(verdict: Verdict) -> dict[str, sarif.Value]:
    """Give the properties of a run that name the outcome and the numbers."""
    number = summary.counts(verdict)
    counts = {"block": number.block, "warn": number.warn, "allow": number.allow, "waive": number.waive}
    return {
        "outcome": verdict.outcome.value,
        "counts": {**counts, "gaps": number.gaps, "gapsAccepted": number.gaps_accepted},
    }


def document(
    verdict: Verdict,
    *,
    rules: Sequence[sarif.Descriptor],
    results: Sequence[sarif.Result],
    told: sarif.Invocation,
    weaknesses: Sequence[sarif.Taxonomy],
    properties: Mapping[str, sarif.Value] | None = None,
) -> bytes:
    """Give the whole file. Tool name and category never change: GitHub tracks alerts by them."""
    driver = sarif.Driver(
        name="devsecgate",
        semantic_version=verdict.tool_version,
        information_uri=_HOME,
        rules=tuple(rules),
        notifications=tuple(_notice(name, text) for name, text in _NOTICES.items()),
        supported_taxonomies=(_CWE,) if weaknesses else None,
    )
    run = sarif.Run(
        tool=sarif.Tool(driver=driver),
        invocations=(told,),
        automation_details=sarif.Automation(id="devsecgate/"),
        original_uri_base_ids={_ROOT: sarif.UriBase(description=sarif.Message(text="The root of the scanned tree."))},
        column_kind="unicodeCodePoints",
        results=tuple(results),
        taxonomies=tuple(weaknesses) or None,
        properties=properties,
    )
    return json_document(sarif.Log(schema=SCHEMA, version="2.1.0", runs=(run,)))


def message(issue: Issue, remedy: str) -> sarif.Message:
    """Give the issue's sentence, and after it what to do about a package."""
    found = sentence(issue.primary.message)
    return sarif.Message(text=sentence(f"{found} {remedy}") if issue.primary.package is not None else found)
