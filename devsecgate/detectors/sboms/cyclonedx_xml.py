"""The bytes of a CycloneDX document in XML in; the shape that its JSON has, and the lines of its purls, out.

defusedxml refuses document types, entities and references to anything outside. Only the elements that are read
are kept, and nothing outside CycloneDX's own namespace.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Protocol, TypeAlias
from xml.sax import SAXException, handler, xmlreader

import msgspec

from devsecgate.detectors.sboms.cyclonedx import Bom
from devsecgate.detectors.sboms.document import MOST_PARTS, Refused
from devsecgate.text import one_line

_NAMESPACE = re.compile(r"http://cyclonedx\.org/schema/bom/([0-9]+\.[0-9]+)")
_READ = frozenset({
    "aggregate", "analysis", "assemblies", "assembly", "bom", "component", "components", "composition", "compositions",
    "cpe", "dependencies", "dependency", "group", "id", "metadata", "name", "purl", "service", "services", "state",
    "version", "vulnerabilities", "vulnerability",
})  # fmt: skip
"""The elements that are read; all that is inside of others is passed over."""
_DEEPEST = 100
_MOST_ELEMENTS = 20 * MOST_PARTS
_TEXTS = ("group", "name", "version", "purl", "cpe")

Json: TypeAlias = "Mapping[str, Json] | list[Json] | str | None"


class _Element(msgspec.Struct, kw_only=True):
    """One element that is read."""

    tag: str
    attributes: Mapping[str, str]
    line: int
    text: list[str] = msgspec.field(default_factory=list)
    inside: list[_Element] = msgspec.field(default_factory=list)

    def all(self, tag: str) -> Iterator[_Element]:
        return (each for each in self.inside if each.tag == tag)

    def only(self, tag: str) -> _Element | None:
        found = list(self.all(tag))
        if len(found) > 1:
            raise Refused(f"line {found[1].line}: a second {tag} in one {self.tag}")
        return found[0] if found else None

    def value(self, tag: str) -> str | None:
        found = self.only(tag)
        return None if found is None else "".join(found.text).strip()


class _Attributes(Protocol):
    def items(self) -> list[tuple[tuple[str | None, str], str]]: ...


class _Builder(handler.ContentHandler):  # the way in which xml.sax hands out what it reads
    """Keeps the elements that are read."""

    def __init__(self) -> None:
        super().__init__()
        self.root: _Element | None = None
        self.namespace = ""
        self.lines: dict[str, int] = {}
        self._open: list[_Element] = []
        self._passed_over = 0
        self._count = 0
        self._locator: xmlreader.Locator | None = None

    def setDocumentLocator(self, locator: xmlreader.Locator) -> None:  # noqa: N802 - xml.sax calls it so
        self._locator = locator

    def startElementNS(  # noqa: N802 - xml.sax calls it so
        self,
        name: tuple[str | None, str],
        qname: str | None,  # noqa: ARG002 - xml.sax passes it
        attrs: _Attributes,
    ) -> None:
        uri, tag = name
        if self.root is None:
            self.namespace = uri or ""
        if len(self._open) + self._passed_over >= _DEEPEST:
            raise Refused("is nested too deeply")
        if self._passed_over or tag not in _READ or uri != self.namespace:
            self._passed_over += 1
            return
        self._count += 1
        if self._count > _MOST_ELEMENTS:
            raise Refused(f"has more than {_MOST_ELEMENTS:,} elements; divide it")
        line = self._locator.getLineNumber() if self._locator is not None else None
        attributes = {local: value for (space, local), value in attrs.items() if space is None}
        element = _Element(tag=tag, attributes=attributes, line=line or 1)
        if self._open:
            self._open[-1].inside.append(element)
        else:
            self.root = element
        self._open.append(element)

    def endElementNS(  # noqa: N802 - xml.sax calls it so
        self,
        name: tuple[str | None, str],  # noqa: ARG002 - xml.sax passes it
        qname: str | None,  # noqa: ARG002 - xml.sax passes it
    ) -> None:
        if self._passed_over:
            self._passed_over -= 1
            return
        closed = self._open.pop()
        if closed.tag == "purl":
            self.lines.setdefault("".join(closed.text).strip(), closed.line)

    def characters(self, content: str) -> None:
        if self._open and not self._passed_over:
            self._open[-1].text.append(content)


def read(data: bytes) -> tuple[Bom, Mapping[str, int]]:
    """Read a document; raises Refused for what is none, and for one that could reach outside of itself."""
    built = _parse(data)
    version = _NAMESPACE.fullmatch(built.namespace)
    if built.root is None or built.root.tag != "bom" or version is None:
        raise Refused("is XML, and no CycloneDX document: its root is not a bom of CycloneDX's namespace")
    document = _bom(built.root, version.group(1))
    try:
        return msgspec.convert(document, Bom), built.lines
    except msgspec.ValidationError as error:
        raise Refused(f"is not what it should be: {error}") from error


def _parse(data: bytes) -> _Builder:
    from defusedxml import DefusedXmlException  # type: ignore[import-untyped]  # it ships no types
    from defusedxml.expatreader import DefusedExpatParser  # type: ignore[import-untyped]  # it ships no types

    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise Refused(f"is not UTF-8 (byte {error.start:,})") from error
    source = xmlreader.InputSource()
    source.setByteStream(BytesIO(data))
    source.setEncoding("utf-8")  # whatever the document says: it was checked to be that
    builder = _Builder()
    parser = DefusedExpatParser(forbid_dtd=True)
    parser.setFeature(handler.feature_namespaces, True)  # noqa: FBT003 - xml.sax names it
    parser.setContentHandler(builder)
    try:
        parser.parse(source)
    except DefusedXmlException as error:
        raise Refused("has a document type, or entities, which could reach outside of it: it is not read") from error
    except SAXException as error:
        raise Refused(f"is not XML: {one_line(str(error))}") from error
    return builder


def _bom(root: _Element, version: str) -> Json:
    metadata = root.only("metadata")
    subject = metadata.only("component") if metadata is not None else None
    return {
        "bomFormat": "CycloneDX",
        "specVersion": version,
        "metadata": {"component": None if subject is None else _component(subject)},
        "components": _each(root, "components", "component", _component),
        "services": _each(root, "services", "service", _service),
        "dependencies": _each(root, "dependencies", "dependency", _dependency),
        "compositions": _each(root, "compositions", "composition", _composition),
        "vulnerabilities": _each(root, "vulnerabilities", "vulnerability", _vulnerability),
    }


class _Convert(Protocol):
    def __call__(self, element: _Element, /) -> Json: ...


def _each(parent: _Element, outer: str, inner: str, convert: _Convert) -> Json:
    """Convert the elements of a list; None where there is no list."""
    found = parent.only(outer)
    return None if found is None else [convert(each) for each in found.all(inner)]


def _component(element: _Element) -> Json:
    texts = {tag: value for tag in _TEXTS if (value := element.value(tag)) is not None}
    return {
        **{name: element.attributes[name] for name in ("type", "bom-ref") if name in element.attributes},
        **texts,
        "components": _each(element, "components", "component", _component),
    }


def _service(element: _Element) -> Json:
    name = element.value("name")
    return {
        **({} if name is None else {"name": name}),
        "bom-ref": element.attributes.get("bom-ref"),
        "services": _each(element, "services", "service", _service),
    }


def _references(element: _Element, tag: str) -> list[Json]:
    found: list[Json] = []
    for each in element.all(tag):
        if "ref" not in each.attributes:
            raise Refused(f"line {each.line}: a {tag} without ref")
        found.append(each.attributes["ref"])
    return found


def _dependency(element: _Element) -> Json:
    own = {"ref": element.attributes["ref"]} if "ref" in element.attributes else {}
    return {**own, "dependsOn": _references(element, "dependency")}


def _composition(element: _Element) -> Json:
    aggregate = element.value("aggregate")
    lists: dict[str, Json] = {}
    for outer, inner in (
        ("assemblies", "assembly"),
        ("dependencies", "dependency"),
        ("vulnerabilities", "vulnerability"),
    ):
        found = element.only(outer)
        if found is not None:
            lists[outer] = [each.attributes.get("ref", each.attributes.get("bom-ref", "")) for each in found.all(inner)]
    return {**({} if aggregate is None else {"aggregate": aggregate}), **lists}


def _vulnerability(element: _Element) -> Json:
    analysis = element.only("analysis")
    return {
        "id": element.value("id"),
        "analysis": None if analysis is None else {"state": analysis.value("state")},
    }
