"""The bytes of an SPDX 2 document in JSON in; the packages that it lists out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from devsecgate.detectors.sboms.decoding import decode, lines
from devsecgate.detectors.sboms.document import MOST_PARTS, Part, Refused, Sbom
from devsecgate.detectors.sboms.graph import Place, trace
from devsecgate.model import GapReason
from devsecgate.text import one_line, shorten

VERSIONS = frozenset({"SPDX-2.2", "SPDX-2.3"})
_NOTHING_SAID = frozenset({"", "NOASSERTION", "NONE"})
_SYSTEMS = frozenset({"OPERATING-SYSTEM", "OPERATING_SYSTEM"})
_DEPENDENCY_OF = re.compile(r"(?:[A-Z]+_)?DEPENDENCY_OF")
_DEPENDS_ON = frozenset({"DEPENDS_ON", "HAS_PREREQUISITE"})
_ELSEWHERE = "DocumentRef-"
_NAMED = 5


class _Reference(msgspec.Struct, frozen=True, rename="camel"):
    reference_type: str
    reference_locator: str


class _Package(msgspec.Struct, frozen=True, rename="camel"):
    identity: str = msgspec.field(name="SPDXID")
    name: str
    version_info: str | None = None
    external_refs: list[_Reference] | None = None
    primary_package_purpose: str | None = None


class _Relationship(msgspec.Struct, frozen=True, rename="camel"):
    spdx_element_id: str
    related_spdx_element: str
    relationship_type: str


class _File(msgspec.Struct, frozen=True, rename="camel"):
    identity: str = msgspec.field(name="SPDXID")


class _Document(msgspec.Struct, frozen=True, rename="camel"):
    spdx_version: str
    identity: str = msgspec.field(name="SPDXID")
    packages: list[_Package] | None = None
    relationships: list[_Relationship] | None = None
    document_describes: list[str] | None = None
    files: list[_File] | None = None


class _Graph(msgspec.Struct, frozen=True, kw_only=True):
    """What the relationships say."""

    described: frozenset[str]
    edges: Mapping[str, list[str]]
    """What each element depends on."""
    unknown: tuple[str, ...]
    """Elements of which nobody says what they depend on."""
    elsewhere: tuple[str, ...]
    """Elements of other documents that this one needs."""


def read(data: bytes) -> Sbom:
    """Read a document; raises Refused for what is none."""
    document = decode(data, _Document)
    if document.spdx_version not in VERSIONS:
        detail = f"is {one_line(document.spdx_version)[:40]}; read are SPDX-2.2 and SPDX-2.3"
        raise Refused(detail, reason=GapReason.UNSUPPORTED)
    packages = document.packages or []
    if len(packages) > MOST_PARTS:
        raise Refused(f"lists more than {MOST_PARTS:,} packages; divide it")
    graph = _graph(document)
    subject = _subject(packages, graph)
    found = _parts([each for each in packages if each is not subject], graph, lines(data, "referenceLocator"))
    return Sbom(
        parts=found,
        subject=None if subject is None else _part(subject, _purls(subject)[0], {}),
        unseen=(*_unseen(document, graph), *_repeated(packages)),
        notes=tuple(_notes(document, found)),
    )


def _graph(document: _Document) -> _Graph:
    described = set(document.document_describes or ())
    edges: dict[str, list[str]] = {}
    elsewhere, unknown = set(), set()
    for each in document.relationships or ():
        one, other, kind = each.spdx_element_id, each.related_spdx_element, each.relationship_type
        if kind == "DESCRIBES":
            described.add(other)
        elif kind == "DESCRIBED_BY":
            described.add(one)
        elif kind in _DEPENDS_ON:
            edges.setdefault(one, []).append(other)
        elif _DEPENDENCY_OF.fullmatch(kind) or kind == "PREREQUISITE_FOR":
            edges.setdefault(other, []).append(one)
        elif kind == "CONTAINS":
            elsewhere |= {other} if other.startswith(_ELSEWHERE) else set()
            unknown |= {one} if other == "NOASSERTION" else set()
    for parent, children in edges.items():
        unknown |= {parent} if "NOASSERTION" in children else set()
        elsewhere |= {each for each in children if each.startswith(_ELSEWHERE)}
    return _Graph(
        described=frozenset(described), edges=edges, unknown=tuple(sorted(unknown)), elsewhere=tuple(sorted(elsewhere))
    )


def _subject(packages: list[_Package], graph: _Graph) -> _Package | None:
    """Give the one package that the document is about; where it lists no other, that one is its content."""
    found = [each for each in packages if each.identity in graph.described]
    return found[0] if len(found) == 1 and len(packages) > 1 else None


def _purls(package: _Package) -> list[str]:
    """Give a package's purls, each once; one empty text where it has none."""
    found = [each.reference_locator for each in package.external_refs or () if each.reference_type == "purl"]
    return list(dict.fromkeys(found)) or [""]


def _part(package: _Package, purl: str, stands: Mapping[str, int]) -> Part:
    version = (package.version_info or "").strip()
    version = "" if version in _NOTHING_SAID else version
    purpose = package.primary_package_purpose
    return Part(
        name=package.name.strip(),
        version=version,
        purl=purl.strip(),
        line=stands.get(purl, 1),
        is_content=not purl and (purpose in _SYSTEMS or (purpose == "FILE" and not version)),
    )


def _parts(packages: list[_Package], graph: _Graph, stands: Mapping[str, int]) -> tuple[Part, ...]:
    """Give one part for each purl of each package, with its place in the graph."""
    counts = Counter(each.identity for each in packages)
    names = {each.identity: each.name for each in packages if counts[each.identity] == 1}
    roots = graph.described - names.keys()
    edges = {
        one: [each for each in others if each in names]
        for one, others in graph.edges.items()
        if one in names or one in roots
    }
    placed = trace(roots, edges, names)
    return tuple(
        _placed(_part(package, purl, stands), placed.get(package.identity))
        for package in packages
        for purl in _purls(package)
    )


def _placed(part: Part, place: Place | None) -> Part:
    return part if place is None else replace(part, direct=place.direct, via=place.via)


def _unseen(document: _Document, graph: _Graph) -> Iterator[tuple[GapReason, str]]:
    listed = {document.identity, *(each.identity for each in (*(document.packages or ()), *(document.files or ())))}
    missing = sorted(
        {
            each
            for one, others in graph.edges.items()
            for each in (one, *others)
            if each not in listed and each not in _NOTHING_SAID and not each.startswith(_ELSEWHERE)
        }
    )
    for what, names in (
        ("does not say what these depend on or hold", graph.unknown),
        ("needs parts of other documents, which were not seen", graph.elsewhere),
        ("names dependencies that it does not list", missing),
    ):
        if names:
            shown = ", ".join(shorten(one_line(each), 80) for each in names[:_NAMED])
            more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
            yield GapReason.UNRESOLVED, f"{what}: {shown}{more}"


def _repeated(packages: list[_Package]) -> Iterator[tuple[GapReason, str]]:
    counts = Counter(each.identity for each in packages)
    repeated = sorted(identity for identity, count in counts.items() if count > 1)
    if repeated:
        shown = ", ".join(shorten(one_line(each), 80) for each in repeated[:_NAMED])
        more = f" and {len(repeated) - _NAMED:,} more" if len(repeated) > _NAMED else ""
        yield (
            GapReason.MALFORMED,
            f"gives several packages one SPDXID, so that its graph can be read in two ways: {shown}{more}",
        )


def _notes(document: _Document, parts: Sequence[Part]) -> Iterator[str]:
    count = sum(part.is_content for part in parts)
    if count:
        yield f"lists {count:,} files or operating systems as packages, which no advisory record is about"
    if document.files:
        yield f"lists {len(document.files):,} files, which no advisory record is about"
