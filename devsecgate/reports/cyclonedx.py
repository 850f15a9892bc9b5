"""A verdict in, a CycloneDX 1.6 SBOM of the target's packages out, with the vulnerabilities that were found.

Serial number and time stamp, which CycloneDX leaves optional, are left out: two runs over the same
input give the same bytes. That something could not be seen is a property of the document's metadata.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

import msgspec

from devsecgate import summary
from devsecgate.model import Decision, Package, Severity, Verdict
from devsecgate.report import Context, Report
from devsecgate.text import json_document

if TYPE_CHECKING:
    from cyclonedx.model import Property
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component
    from cyclonedx.model.vulnerability import Vulnerability

_ROOT = "devsecgate:target"
_SEVERITIES = {
    Severity.CRITICAL: "critical",
    Severity.HIGH: "high",
    Severity.MEDIUM: "medium",
    Severity.LOW: "low",
    Severity.INFO: "info",
    None: "unknown",
}


_Identity: TypeAlias = tuple[str, ...]
"""What makes two mentions of a package one component, however each tool spells its purl."""


class _Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One package at one version, wherever it is named."""

    identity: _Identity
    package: Package
    places: tuple[tuple[str, int], ...]
    direct: bool | None
    parents: frozenset[tuple[str, str]]
    """Path and name of the packages that pull it in."""


def render(verdict: Verdict, context: Context) -> bytes:
    """Render every package that a scanner listed or an issue is about."""
    from cyclonedx.output.json import JsonV1Dot6

    document = json.loads(JsonV1Dot6(_bom(verdict, context)).output_as_string())
    document.pop("serialNumber")
    document["metadata"].pop("timestamp")
    for component in document.get("components", ()):
        # The library orders places by the address of an object in memory.
        component["evidence"]["occurrences"].sort(key=lambda place: (place["location"], place["line"]))
    first = {key: document.pop(key) for key in ("$schema", "bomFormat", "specVersion")}
    return json_document({**first, **document})


def _bom(verdict: Verdict, context: Context) -> Bom:
    from cyclonedx.model.bom import Bom, BomMetaData
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.model.tool import ToolRepository

    entries = _entries(verdict)
    components = [_component(entry) for entry in entries]
    references = {entry.identity: _reference(entry.package) for entry in entries}
    root = Component(name=verdict.target.name, type=ComponentType.APPLICATION, bom_ref=_ROOT)
    tool = Component(name="devsecgate", version=verdict.tool_version, type=ComponentType.APPLICATION)
    bom = Bom(
        components=components,
        serial_number=UUID(int=0),
        metadata=BomMetaData(
            component=root,
            tools=ToolRepository(components=[tool]),
            timestamp=datetime.fromtimestamp(0, UTC),
            properties=_properties(_metadata(verdict)),
        ),
        vulnerabilities=[
            _vulnerability(decision, context, references)
            for decision in verdict.decisions
            if decision.issue.primary.package is not None
        ],
    )
    named = [part for part, entry in zip(components, entries, strict=True) if entry.direct is not False]
    bom.register_dependency(root, named or components)
    for parent, children in _edges(entries):
        bom.register_dependency(components[parent], [components[child] for child in children])
    return bom


def _edges(entries: Sequence[_Entry]) -> Iterator[tuple[int, list[int]]]:
    """Give what pulls in what, by index; where two versions of a package could be it, neither is said to be."""
    by_place: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    for index, entry in enumerate(entries):
        for path, _ in entry.places:
            by_place[path, entry.package.name].add(index)
    children: defaultdict[int, set[int]] = defaultdict(set)
    for index, entry in enumerate(entries):
        for place in entry.parents:
            found = by_place.get(place, set()) - {index}
            if len(found) == 1:
                children[next(iter(found))].add(index)
    yield from ((parent, sorted(found)) for parent, found in sorted(children.items()))


def _entries(verdict: Verdict) -> tuple[_Entry, ...]:
    """Merge the packages of all scanners and issues by identity, in its order."""
    groups: defaultdict[_Identity, set[Package]] = defaultdict(set)
    listed = [package for result in verdict.results for package in result.packages]
    found = [finding.package for decision in verdict.decisions for finding in decision.issue.findings]
    for package in (*listed, *found):
        if package is not None:
            groups[_identity(package)].add(package)
    return tuple(
        _Entry(
            identity=identity,
            package=min(group, key=_order),
            places=tuple(sorted({(package.location.path, package.location.line) for package in group})),
            direct=_direct(group),
            parents=frozenset((package.location.path, package.via[-1]) for package in group if package.via),
        )
        for identity, group in sorted(groups.items())
    )


def _order(package: Package) -> tuple[str, str, str, int, str]:
    """Of several purls of one package, the one that says most comes first."""
    return package.name, package.version, package.ecosystem, -len(package.purl), package.purl


def _identity(package: Package) -> _Identity:
    from packageurl import PackageURL

    try:
        purl = PackageURL.from_string(package.purl)
    except ValueError:
        return (_reference(package),)
    arch = purl.qualifiers.get("arch", "")
    return purl.type, purl.namespace or "", purl.name, purl.version or "", arch, purl.subpath or ""


def _direct(group: Iterable[Package]) -> bool | None:
    said = {package.direct for package in group}
    if True in said:
        return True
    return None if None in said else False


def _reference(package: Package) -> str:
    return package.purl or f"{package.ecosystem}:{package.name}@{package.version}"


def _component(entry: _Entry) -> Component:
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.model.component_evidence import ComponentEvidence, Occurrence
    from packageurl import PackageURL

    package = entry.package
    properties = {"devsecgate:ecosystem": package.ecosystem}
    try:
        purl = PackageURL.from_string(package.purl)
    except ValueError:
        # Not a purl: the component stays, and says what it was called.
        purl, properties["devsecgate:purl"] = None, package.purl
    if entry.direct is not None:
        properties["devsecgate:direct"] = str(entry.direct).lower()
    return Component(
        name=package.name,
        version=package.version,
        type=ComponentType.LIBRARY,
        bom_ref=_reference(package),
        purl=purl,
        evidence=ComponentEvidence(occurrences=[Occurrence(location=path, line=line) for path, line in entry.places]),
        properties=_properties(properties),
    )


def _vulnerability(decision: Decision, context: Context, references: Mapping[_Identity, str]) -> Vulnerability:
    from cyclonedx.model import XsUri
    from cyclonedx.model.vulnerability import (
        BomTarget,
        BomTargetVersionRange,
        Vulnerability,
        VulnerabilityRating,
        VulnerabilityReference,
        VulnerabilitySeverity,
        VulnerabilitySource,
    )

    issue, package = decision.issue, decision.issue.primary.package
    targets = []
    if package is not None:
        versions = [BomTargetVersionRange(version=package.version)] if package.version else []
        targets = [BomTarget(ref=references[_identity(package)], versions=versions)]
    osv = VulnerabilitySource(name="OSV", url=XsUri("https://osv.dev/"))
    return Vulnerability(
        bom_ref=f"devsecgate:{issue.fingerprint}",
        id=issue.primary.rule,
        source=osv,
        references=[
            VulnerabilityReference(id=name, source=osv) for name in sorted(issue.ids) if name != issue.primary.rule
        ],
        ratings=[
            VulnerabilityRating(
                severity=VulnerabilitySeverity(_SEVERITIES[issue.severity]), justification=issue.severity_source
            )
        ],
        cwes=sorted(issue.cwes),
        description=issue.primary.message,
        recommendation=summary.fix(issue, context) or None,
        affects=targets,
        properties=_properties(
            {
                "devsecgate:action": decision.action.value,
                "devsecgate:because": str(decision.because),
                "devsecgate:fingerprint": issue.fingerprint,
            }
        ),
    )


def _metadata(verdict: Verdict) -> dict[str, str]:
    number = summary.counts(verdict)
    properties = {
        "devsecgate:outcome": verdict.outcome.value,
        "devsecgate:block": str(number.block),
        "devsecgate:warn": str(number.warn),
        "devsecgate:allow": str(number.allow),
        "devsecgate:waive": str(number.waive),
        "devsecgate:gaps": str(number.gaps),
        "devsecgate:gaps-accepted": str(number.gaps_accepted),
        "devsecgate:policy-digest": verdict.policy_digest,
        "cdx:reproducible": "true",
    }
    if verdict.target.revision is not None:
        properties["devsecgate:revision"] = verdict.target.revision
    return properties


def _properties(values: dict[str, str]) -> list[Property]:
    from cyclonedx.model import Property

    return [Property(name=name, value=value) for name, value in values.items()]


REPORT = Report(kind="cyclonedx", about="CycloneDX 1.6: the packages, and their vulnerabilities", render=render)
