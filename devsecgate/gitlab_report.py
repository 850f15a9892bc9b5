"""A verdict in, one of GitLab's native security reports out (schema 15.2.1), for the reports that write one.

A report is about one layer, and holds what the policy acts on there (BLOCK and WARN). GitLab takes an empty report
as "nothing is wrong any more", so `scan.status` is `success` only where the layer was looked at: a scanner of it
proved itself on this run, or its scanners had no file to look at, and the policy accepts every gap of it.

Descriptions and solutions are GitLab Flavored Markdown to GitLab: text from outside is escaped there.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Callable, Iterable, Iterator

import msgspec

from devsecgate import summary
from devsecgate.model import Action, Decision, Gap, Issue, Kind, Severity, Verdict
from devsecgate.report import Context
from devsecgate.text import json_document, one_line, printable, shorten

VERSION = "15.2.1"
NAME_LIMIT = 255
SOLUTION_LIMIT = 7_000
DESCRIPTION_LIMIT = 1_048_576
IDENTIFIER_LIMIT = 20
"""GitLab keeps no more of one vulnerability."""
MESSAGE_LIMIT = 100
"""Gaps that are named one by one; a tree may have thousands of files that nobody can read."""

_TEXT_LIMIT = 10_000
"""Characters of one value within a description, before it is escaped."""
_HOME = "https://github.com/devsecgate/devsecgate"
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, _HOME)
_ACTED_ON = frozenset({Action.BLOCK, Action.WARN})
_SEVERITIES = {
    Severity.CRITICAL: "Critical",
    Severity.HIGH: "High",
    Severity.MEDIUM: "Medium",
    Severity.LOW: "Low",
    Severity.INFO: "Info",
    None: "Unknown",
}
_STAGES = {"advisories": frozenset({Kind.DEPENDENCY, Kind.CONTAINER})}
"""The layers that a stage's gaps are about; those of any other stage are about all of them."""
_LAYER = re.compile(r"no scanner of the required layer `(\w+)` |no (\w+) scanner reads ")
"""How the verdict and the plan begin a gap that is about one layer."""
_MARKDOWN = re.compile(r"[\\`*_{}\[\]()#!|~<>@$%&^]|^[-+/=]")
"""What Markdown acts on, and what begins a reference of GitLab's (`@name`, `#1`, `!1`) or a quick action (`/close`)."""
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]{1,255}(?::\d{1,5})?(?:/[\w.~:/?#@!$&'()*+,;=%-]{0,1500})?", re.ASCII)
_ADVISORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9.:_-]{1,99}")
_IDENTIFIERS = (
    ("cve", re.compile(r"CVE-\d{4}-\d{1,19}"), "https://nvd.nist.gov/vuln/detail/"),
    ("ghsa", re.compile(r"GHSA(?:-[0-9a-z]{4}){3}"), "https://github.com/advisories/"),
    ("osv", _ADVISORY, "https://osv.dev/vulnerability/"),
)


class Shape(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What all objects have in common: what is `None` is left out."""


class Name(Shape, frozen=True):
    """A `vendor`, or the `package` of a dependency."""

    name: str


class Tool(Shape, frozen=True):
    """The `analyzer`, and the `scanner` that it stands for."""

    id: str
    name: str
    url: str
    version: str
    vendor: Name


class Message(Shape, frozen=True):
    """What the scan has to say: `info`, `warn` or `fatal`."""

    level: str
    value: str


class Scan(Shape, frozen=True):
    """How the scan went; times have no zone, and are of the day that the verdict is of."""

    analyzer: Tool
    scanner: Tool
    start_time: str
    end_time: str
    status: str
    type: str
    messages: tuple[Message, ...]


class Identifier(Shape, frozen=True):
    """One name of a vulnerability; the first is a part of its identity."""

    type: str
    name: str
    value: str
    url: str | None = None


class Link(Shape, frozen=True):
    """An address that says more."""

    url: str


class Dependency(Shape, frozen=True):
    """One package at one version."""

    package: Name
    version: str
    direct: bool | None = None


class Commit(Shape, frozen=True):
    """The commit that holds a secret."""

    sha: str


class Location(Shape, frozen=True):
    """Where a vulnerability is: each type of report has fields of its own, and GitLab tells two apart by them."""

    file: str | None = None
    start_line: int | None = None
    end_line: int | None = None
    dependency: Dependency | None = None
    operating_system: str | None = None
    image: str | None = None
    commit: Commit | None = None


class Vulnerability(Shape, frozen=True):
    """One issue. There is no `cvss_vectors`: the records keep scores, and GitLab refuses a vector of CVSS 4."""

    id: str
    name: str
    description: str
    severity: str
    identifiers: tuple[Identifier, ...]
    location: Location
    solution: str | None = None
    links: tuple[Link, ...] | None = None


class SecurityReport(Shape, frozen=True):
    """The file."""

    version: str
    scan: Scan
    vulnerabilities: tuple[Vulnerability, ...]


class Layer(msgspec.Struct, frozen=True, kw_only=True):
    """One type of report."""

    type: str
    """As `scan.type` names it."""
    kinds: frozenset[Kind]
    """What belongs to it."""
    location: Callable[[Issue, Verdict], Location]


def document(verdict: Verdict, context: Context, layer: Layer) -> bytes:
    """Give the whole file: what the policy acts on in one layer, and how the scan of it went."""
    tool = Tool(
        id="devsecgate", name="devsecgate", url=_HOME, version=verdict.tool_version, vendor=Name(name="devsecgate")
    )
    problems = tuple(_problems(verdict, layer))
    day = f"{verdict.today.isoformat()}T00:00:00"
    return json_document(
        SecurityReport(
            version=VERSION,
            scan=Scan(
                analyzer=tool,
                scanner=tool,
                start_time=day,
                end_time=day,
                status="failure" if problems else "success",
                type=layer.type,
                messages=(
                    *_messages("fatal", problems),
                    *_messages("warn", _accepted(verdict, layer)),
                    *_messages("info", _account(verdict, layer)),
                ),
            ),
            vulnerabilities=tuple(
                _vulnerability(decision, verdict, context, layer)
                for decision in verdict.decisions
                if decision.action in _ACTED_ON and decision.issue.kind in layer.kinds
            ),
        )
    )


def in_file(issue: Issue) -> Location:
    """Give the lines of a file of the tree."""
    place = issue.location
    line = max(1, place.line)
    return Location(file=printable(place.path), start_line=line, end_line=max(line, place.end_line or line))


def dependency(issue: Issue) -> Dependency:
    """Give the package; a tool that names none has at least the rule to tell one issue from another by."""
    package = issue.primary.package
    if package is None:
        return Dependency(package=Name(name=printable(issue.primary.rule)), version="unknown")
    return Dependency(
        package=Name(name=printable(package.name)), version=printable(package.version), direct=package.direct
    )


def _problems(verdict: Verdict, layer: Layer) -> Iterator[str]:
    """Say what makes the scan of a layer a failure."""
    unseen = [kind for kind in sorted(layer.kinds) if _unseen(verdict, kind)]
    if unseen or not any(_known(verdict, kind) for kind in layer.kinds):
        yield f"no scanner of the layer {' or '.join(unseen or sorted(layer.kinds))} worked on this run"
    yield from (_gap(each.gap) for each in summary.open_gaps(verdict) if _concerns(each.gap, verdict, layer))


def _known(verdict: Verdict, kind: Kind) -> bool:
    return any(each is kind for _, each in _scanners(verdict))


def _scanners(verdict: Verdict) -> frozenset[tuple[str, Kind]]:
    """Name every scanner of this build that the policy knows, with its layer."""
    ran = {(result.scanner, result.kind) for result in verdict.results}
    return frozenset(ran | {(idle.scanner, idle.kind) for idle in verdict.idle})


def _unseen(verdict: Verdict, kind: Kind) -> bool:
    """Tell whether a layer has scanners, and none proved itself, though there was, or should be, something to see.

    Images are not in the tree: a report about them without one that was given is about nothing.
    """
    if not _known(verdict, kind) or any(result.canaries for result in verdict.results if result.kind is kind):
        return False
    ran = any(result.kind is kind for result in verdict.results)
    files = any(idle.files for idle in verdict.idle if idle.kind is kind)
    return ran or files or kind is Kind.CONTAINER


def _accepted(verdict: Verdict, layer: Layer) -> Iterator[str]:
    for each in summary.accepted_gaps(verdict):
        if _concerns(each.gap, verdict, layer):
            yield f"accepted ({each.because}): {_gap(each.gap)}"


def _concerns(gap: Gap, verdict: Verdict, layer: Layer) -> bool:
    """Tell whether a gap is about the layer; one of which nobody knows is about every layer."""
    kinds = {kind for scanner, kind in _scanners(verdict) if scanner == gap.scanner}
    return not layer.kinds.isdisjoint(kinds or _named(gap) or _STAGES.get(gap.scanner, layer.kinds))


def _named(gap: Gap) -> frozenset[Kind]:
    """Read the layer that a gap of the policy or the plan names."""
    match = _LAYER.match(gap.detail) if gap.scanner in ("policy", "plan") else None
    word = (match[1] or match[2]) if match is not None else ""
    return frozenset(kind for kind in Kind if kind.value == word)


def _gap(gap: Gap) -> str:
    about = "".join(f" {each}:" for each in (gap.path, gap.package) if each is not None)
    return f"{gap.scanner}:{about} {gap.detail} ({gap.reason.value})"


def _account(verdict: Verdict, layer: Layer) -> Iterator[str]:
    yield f"devsecgate: {verdict.outcome.name}: {summary.headline(verdict)}"
    yield from (summary.account(result) for result in verdict.results if result.kind in layer.kinds)
    yield from (f"{idle.scanner}: idle, {idle.why}" for idle in verdict.idle if idle.kind in layer.kinds)


def _messages(level: str, texts: Iterable[str]) -> Iterator[Message]:
    told = list(texts)
    for text in told[:MESSAGE_LIMIT]:
        yield Message(level=level, value=shorten(one_line(text), _TEXT_LIMIT))
    if len(told) > MESSAGE_LIMIT:
        yield Message(level=level, value=f"and {len(told) - MESSAGE_LIMIT:,} more: the full record has them all")


def _vulnerability(decision: Decision, verdict: Verdict, context: Context, layer: Layer) -> Vulnerability:
    issue = decision.issue
    fix = _markdown(summary.fix(issue, context))
    return Vulnerability(
        id=str(uuid.uuid5(_NAMESPACE, f"{layer.type}:{issue.fingerprint}")),
        name=_name(issue, context),
        description=_description(decision, context),
        severity=_SEVERITIES[issue.severity],
        identifiers=tuple(_identifiers(issue))[:IDENTIFIER_LIMIT],
        location=layer.location(issue, verdict),
        solution=shorten(fix, SOLUTION_LIMIT) or None,
        links=tuple(Link(url=address) for address in _addresses(issue, context)) or None,
    )


def _name(issue: Issue, context: Context) -> str:
    known = summary.rule_text(issue, context)
    package = issue.primary.package
    title = known.title if known is not None else summary.message(issue)
    about = "" if package is None else f"{package.name}: "
    return shorten(one_line(f"{about}{title or issue.primary.rule}"), NAME_LIMIT)


def _description(decision: Decision, context: Context) -> str:
    issue = decision.issue
    known = summary.rule_text(issue, context)
    package = issue.primary.package
    source = "" if package is None else summary.comes_from(package)
    paragraphs = (
        _markdown(issue.primary.message),
        _markdown(known.why) if known is not None else "",
        f"From {_markdown(source)}." if source else "",
        f"Reported by {_markdown(summary.witnesses(issue))}; severity from {_markdown(issue.severity_source)}.",
        f"Policy: {_markdown(f'{decision.because}: {decision.reason}')}.",
        f"Fingerprint: {issue.fingerprint}",
    )
    return shorten("\n\n".join(filter(None, paragraphs)), DESCRIPTION_LIMIT)


def _markdown(text: str) -> str:
    """Give prose as text that GitLab's Markdown takes as nothing but text, on one line."""
    return _MARKDOWN.sub(lambda match: f"\\{match.group()}", shorten(one_line(text), _TEXT_LIMIT))


def _identifiers(issue: Issue) -> Iterator[Identifier]:
    """Give the rule's own name first, for it is there whoever rates or renames an advisory, then the public ones."""
    primary = issue.primary
    yield Identifier(
        type="devsecgate",
        name=shorten(printable(f"{primary.scanner} {primary.rule}"), NAME_LIMIT),
        value=_value(f"{primary.scanner}:{primary.rule}"),
    )
    known = sorted(issue.ids | summary.upstream(issue), key=lambda each: (not each.startswith("CVE-"), each))
    public = [each for each in map(_identifier, known) if each is not None]
    # a distribution's advisory may be about dozens of CVEs: the weaknesses must find room behind them
    weaknesses = sorted(issue.cwes)[:5]
    yield from public[: IDENTIFIER_LIMIT - 1 - len(weaknesses)]
    for cwe in weaknesses:
        url = f"https://cwe.mitre.org/data/definitions/{cwe}.html"
        yield Identifier(type="cwe", name=f"CWE-{cwe}", value=str(cwe), url=url)


def _value(name: str) -> str:
    """Keep a long name unique where it is cut."""
    shown = printable(name)
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    return shown if len(shown) <= NAME_LIMIT else f"{shown[:200]}-{digest[:16]}"


def _identifier(name: str) -> Identifier | None:
    for kind, pattern, address in _IDENTIFIERS:
        if pattern.fullmatch(name):
            return Identifier(type=kind, name=name, value=name, url=f"{address}{name}")
    return None


def _addresses(issue: Issue, context: Context) -> Iterator[str]:
    known = summary.rule_text(issue, context)
    found = (issue.primary.help_url or "", *(known.references if known is not None else ()))
    yield from (address for address in dict.fromkeys(found) if _ADDRESS.fullmatch(address))
