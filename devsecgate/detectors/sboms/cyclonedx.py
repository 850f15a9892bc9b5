"""A CycloneDX document, decoded from JSON or XML, in; the parts that it lists out.

Shapes of our own: the library's model costs minutes for large documents, keeps parts in sets in which equal ones
vanish, and does not know where anything stood. Parts within parts are parts like all others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from devsecgate.detectors.sboms.document import MOST_PARTS, Part, Refused, Sbom
from devsecgate.detectors.sboms.graph import Place, trace
from devsecgate.model import GapReason
from devsecgate.text import one_line, shorten

VERSIONS = frozenset({"1.2", "1.3", "1.4", "1.5", "1.6", "1.7"})
"""Of the specification: what is read here is alike in all of them."""
_SYSTEM = "operating-system"
_CONTENT = frozenset({"file", "data", "cryptographic-asset", _SYSTEM})
"""Types that are no packages, where they carry neither a purl nor a CPE nor, but for a system, a version."""
_COMPLETE = frozenset({"complete", "not_specified"})
"""What a composition may say of itself without saying that something is missing."""
_LINK = re.compile(r"urn:cdx:", re.IGNORECASE)
_NAMED = 5


class Component(msgspec.Struct, frozen=True):
    """One component."""

    type: str
    name: str
    ref: str | None = msgspec.field(default=None, name="bom-ref")
    group: str | None = None
    version: str | None = None
    purl: str | None = None
    cpe: str | None = None
    components: list[Component] | None = None


class Service(msgspec.Struct, frozen=True):
    """A service that is used: no package, and yet something that dependencies may name."""

    name: str
    ref: str | None = msgspec.field(default=None, name="bom-ref")
    services: list[Service] | None = None


class Dependency(msgspec.Struct, frozen=True, rename="camel"):
    """What one component depends on, by reference."""

    ref: str
    depends_on: list[str] | None = None


class Composition(msgspec.Struct, frozen=True):
    """How complete a part of the document is."""

    aggregate: str
    assemblies: list[str] | None = None
    dependencies: list[str] | None = None
    vulnerabilities: list[str] | None = None


class Analysis(msgspec.Struct, frozen=True):
    """What the author makes of a vulnerability."""

    state: str | None = None


class Vulnerability(msgspec.Struct, frozen=True):
    """A vulnerability that the document itself lists."""

    id: str | None = None
    analysis: Analysis | None = None


class Metadata(msgspec.Struct, frozen=True):
    """What the document is about."""

    component: Component | None = None


class Bom(msgspec.Struct, frozen=True, rename="camel"):
    """The document."""

    bom_format: str
    spec_version: str
    metadata: Metadata | None = None
    components: list[Component] | None = None
    services: list[Service] | None = None
    dependencies: list[Dependency] | None = None
    compositions: list[Composition] | None = None
    vulnerabilities: list[Vulnerability] | None = None


class _Listed(msgspec.Struct, frozen=True, kw_only=True):
    """The components in the document's order, with what their references stand for."""

    components: tuple[Component, ...]
    counts: Mapping[str, int]
    """How many components carry a reference."""
    services: frozenset[str]


def interpret(bom: Bom, lines: Mapping[str, int]) -> Sbom:
    """Turn a document into its parts; `lines` says where each purl stands."""
    if bom.bom_format != "CycloneDX":
        raise Refused(f"has the bomFormat {one_line(bom.bom_format)[:40]}, not CycloneDX")
    if bom.spec_version not in VERSIONS:
        detail = f"is CycloneDX {one_line(bom.spec_version)[:40]}; read are {min(VERSIONS)} to {max(VERSIONS)}"
        raise Refused(detail, reason=GapReason.UNSUPPORTED)
    root = bom.metadata.component if bom.metadata is not None else None
    components = tuple(_flat([*(root.components or () if root else ()), *(bom.components or ())]))
    listed = _Listed(
        components=components,
        counts=Counter(each.ref for each in (*components, *([root] if root else ())) if each.ref),
        services=frozenset(_service_references(bom.services or ())),
    )
    return Sbom(
        parts=_parts(bom, root, listed, lines),
        subject=_part(root, lines) if root is not None else None,
        unseen=(*_incomplete(bom), *_dangling(bom, listed), *_repeated(listed)),
        notes=tuple(_notes(bom, listed)),
    )


def _flat(components: Sequence[Component]) -> Iterator[Component]:
    """Give all components, those within others too, in the document's order."""
    waiting = list(reversed(components))
    count = 0
    while waiting:
        component = waiting.pop()
        count += 1
        if count > MOST_PARTS:
            raise Refused(f"lists more than {MOST_PARTS:,} components; divide it")
        yield component
        waiting.extend(reversed(component.components or ()))


def _service_references(services: Sequence[Service]) -> Iterator[str]:
    waiting = list(services)
    while waiting:
        service = waiting.pop()
        if service.ref:
            yield service.ref
        waiting.extend(service.services or ())


def _part(component: Component, lines: Mapping[str, int]) -> Part:
    purl = (component.purl or "").strip()
    group = (component.group or "").strip()
    name = component.name.strip()
    return Part(
        name=f"{group}/{name}" if group else name,
        version=(component.version or "").strip(),
        purl=purl,
        line=lines.get(component.purl or "", 1),
        is_content=_is_content(component),
    )


def _is_content(component: Component) -> bool:
    """Say whether a component is a file, or data, that nothing tells to be of any package."""
    told = (component.purl or "").strip() or component.cpe or (component.version and component.type != _SYSTEM)
    return component.type in _CONTENT and not told


def _parts(bom: Bom, root: Component | None, listed: _Listed, lines: Mapping[str, int]) -> tuple[Part, ...]:
    """Give the parts with their places in the graph; a reference that two of them carry says nothing of either."""
    parts = [_part(each, lines) for each in listed.components]
    named = zip(listed.components, parts, strict=True)
    names = {each.ref: part.name for each, part in named if each.ref and listed.counts[each.ref] == 1}
    roots = [root.ref] if root is not None and root.ref and listed.counts[root.ref] == 1 else []
    edges: dict[str, list[str]] = {}
    for dependency in bom.dependencies or ():
        if dependency.ref in names or dependency.ref in roots:
            edges.setdefault(dependency.ref, []).extend(each for each in dependency.depends_on or () if each in names)
    placed = trace(roots, edges, names)
    return tuple(_placed(part, placed.get(each.ref or "")) for each, part in zip(listed.components, parts, strict=True))


def _placed(part: Part, place: Place | None) -> Part:
    return part if place is None else replace(part, direct=place.direct, via=place.via)


def _incomplete(bom: Bom) -> Iterator[tuple[GapReason, str]]:
    """Say what the document says of its own completeness."""
    said = {
        each.aggregate
        for each in bom.compositions or ()
        if each.aggregate not in _COMPLETE
        and not (each.vulnerabilities and not each.assemblies and not each.dependencies)
    }
    for aggregate in sorted(said)[:_NAMED]:
        yield (
            GapReason.UNRESOLVED,
            f"says that its composition is {shorten(one_line(aggregate), 60)}: what it leaves out was not seen",
        )


def _dangling(bom: Bom, listed: _Listed) -> Iterator[tuple[GapReason, str]]:
    """Name what the graph speaks of and the document does not list."""
    missing = sorted(
        {
            each
            for dependency in bom.dependencies or ()
            for each in (dependency.ref, *(dependency.depends_on or ()))
            if each not in listed.counts and each not in listed.services
        }
    )
    if missing:
        shown = ", ".join(shorten(one_line(each), 80) for each in missing[:_NAMED])
        more = f" and {len(missing) - _NAMED:,} more" if len(missing) > _NAMED else ""
        linked = ", which are in documents of their own" if all(map(_LINK.match, missing)) else ""
        yield (
            GapReason.UNRESOLVED,
            f"names dependencies that it does not list{linked}: {shown}{more}",
        )


def _repeated(listed: _Listed) -> Iterator[tuple[GapReason, str]]:
    repeated = sorted(ref for ref, count in listed.counts.items() if count > 1)
    if repeated:
        shown = ", ".join(shorten(one_line(each), 80) for each in repeated[:_NAMED])
        more = f" and {len(repeated) - _NAMED:,} more" if len(repeated) > _NAMED else ""
        yield (
            GapReason.MALFORMED,
            f"gives several components one bom-ref, so that its graph can be read in two ways: {shown}{more}",
        )


def _notes(bom: Bom, listed: _Listed) -> Iterator[str]:
    """Tell what is there, and is not judged."""
    states = Counter(each.analysis.state for each in bom.vulnerabilities or () if each.analysis and each.analysis.state)
    if bom.vulnerabilities:
        analysed = ", ".join(f"{count:,} {shorten(one_line(state), 40)}" for state, count in sorted(states.items())[:9])
        told = f" (analysis: {analysed})" if analysed else ""
        yield f"lists {len(bom.vulnerabilities):,} vulnerabilities of its own{told}, which are not believed"
    if bom.services:
        yield f"lists {len(bom.services):,} services, which no advisory record is about"
    content = Counter(each.type for each in listed.components if _is_content(each))
    if content:
        shown = ", ".join(f"{count:,} of the type {kind}" for kind, count in sorted(content.items()))
        yield f"lists parts that are no packages, which no advisory record is about: {shown}"
