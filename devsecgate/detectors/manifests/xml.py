"""XML text in; its elements out, each with its line. A document that declares entities of its own is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.parsers import expat

import msgspec

from devsecgate.detectors.manifests.reading import Unreadable
from devsecgate.model import GapReason

_DEEPEST = 200
_MOST = 500_000
"""Elements; a manifest with more of them is not one."""
_LONGEST = 4096
"""Characters of an element's text that are kept."""


class Element(msgspec.Struct, kw_only=True):
    """One element, without its namespace."""

    tag: str
    line: int
    attributes: Mapping[str, str]
    text: str = ""
    children: list[Element] = msgspec.field(default_factory=list)

    def all(self, *tags: str) -> Iterator[Element]:
        """Give each element that these tags lead to."""
        if not tags:
            yield self
            return
        for child in self.children:
            if child.tag == tags[0]:
                yield from child.all(*tags[1:])

    def value(self, *tags: str) -> str:
        """Give the text of the first element that these tags lead to; empty where there is none."""
        return next((each.text.strip() for each in self.all(*tags)), "")


def parse(text: str) -> Element:
    """Read a document; raises `Unreadable`. Entities are never expanded: they can be larger than the machine."""
    reader = expat.ParserCreate()
    top = Element(tag="", line=1, attributes={})
    path = [top]
    count = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if len(path) > _DEEPEST or count > _MOST:
            raise Unreadable("is nested too deeply, or holds too much", reason=GapReason.MALFORMED)
        element = Element(tag=tag.rpartition(":")[2], line=reader.CurrentLineNumber, attributes=attributes)
        path[-1].children.append(element)
        path.append(element)

    def end(_: str) -> None:
        path.pop()

    def characters(data: str) -> None:
        if len(path[-1].text) < _LONGEST:
            path[-1].text += data[:_LONGEST]

    def entity(*_: object) -> None:
        raise Unreadable("declares entities of its own", reason=GapReason.MALFORMED)

    reader.StartElementHandler = start
    reader.EndElementHandler = end
    reader.CharacterDataHandler = characters
    reader.EntityDeclHandler = entity
    try:
        reader.Parse(text.encode(), True)  # noqa: FBT003 - expat's own
    except (expat.ExpatError, ValueError) as error:
        raise Unreadable("is not XML", reason=GapReason.MALFORMED) from error
    return top.children[0]
