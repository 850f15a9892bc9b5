"""The text of a YAML file goes in; its documents as nodes that know their file and line come out.

Unlike a policy, which this project defines, CI files have anchors, merge keys, tags and empty values. Scalars stay the
text that they are: GitHub's `on` is no boolean, and whoever asks decides what `yes` means. An alias is the node that
it names and is copied nowhere; one that would expand to more than a person writes is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from devsecgate.doctor.records import NotRead

if TYPE_CHECKING:
    import yaml

Node: TypeAlias = "Scalar | Sequence | Mapping"

_MAXIMUM_DEPTH = 64
_MAXIMUM_NODES = 200_000
"""With every alias written out."""


class Scalar(msgspec.Struct, frozen=True, kw_only=True):
    """A text, a number, a boolean or nothing: all of them as written."""

    path: str
    line: int
    tag: str | None
    text: str
    plain: bool
    """Written without quotes and not as a block."""
    literal: bool
    """Written as a `|` block, whose lines are the source's."""
    source: str
    """The lines of the file that it stands on."""


class Sequence(msgspec.Struct, frozen=True, kw_only=True):
    """A list of nodes."""

    path: str
    line: int
    tag: str | None
    items: tuple[Node, ...]


class Mapping(msgspec.Struct, frozen=True, kw_only=True):
    """Keys and values in their order, merge keys (`<<`) written out; every key is there once."""

    path: str
    line: int
    tag: str | None
    entries: tuple[tuple[Scalar, Node], ...]


def read(text: str, path: str) -> tuple[Node, ...]:
    """Return the documents of a file; raises NotRead."""
    import yaml

    try:
        # libyaml reads a megabyte in two seconds, and Python in twenty; PyYAML's wheels have it.
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        events = yaml.parse(text, Loader=loader)
        return tuple(_Reader(path=path, lines=text.splitlines(), events=events, anchors={}).documents())
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise NotRead(f"not YAML: {error.problem}", line) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise NotRead("not YAML: a character that YAML does not allow", line) from None


def child(node: Node | None, *names: str) -> Node | None:
    """Return what is below the names, one after the other; None where there is none."""
    for name in names:
        if not isinstance(node, Mapping):
            return None
        node = next((value for key, value in node.entries if key.text == name), None)
    return node


def entries(node: Node | None) -> tuple[tuple[Scalar, Node], ...]:
    """Return a mapping's keys and values; none for any other node."""
    return node.entries if isinstance(node, Mapping) else ()


def items(node: Node | None) -> tuple[Node, ...]:
    """Return a sequence's items; none for any other node."""
    return node.items if isinstance(node, Sequence) else ()


def text_of(node: Node | None) -> str:
    """Return a scalar's text; empty for any other node, and for an empty value."""
    return node.text if isinstance(node, Scalar) and not is_null(node) else ""


def is_null(node: Node | None) -> bool:
    """Is it an empty value?"""
    return isinstance(node, Scalar) and node.plain and node.text in {"", "~", "null", "Null", "NULL"}


def scalars(node: Node | None) -> tuple[Scalar, ...]:
    """Return the scalars of a node that is one, or a list of them, lists in lists too."""
    if isinstance(node, Scalar):
        return () if is_null(node) else (node,)
    return tuple(each for item in items(node) for each in scalars(item))


def is_true(node: Node | None) -> bool:
    """Is it true, as any of the readers of these files (YAML 1.1 and 1.2) takes it?"""
    return text_of(node).lower() in {"true", "yes", "on", "y"}


def line_of(node: Node, name: str) -> int:
    """Return the line of a mapping's key; of the mapping itself where it has none."""
    return next((key.line for key, _ in entries(node) if key.text == name), node.line)


def line_at(node: Scalar, offset: int) -> int:
    """Return the line of the file that holds the character at an offset of a scalar's text."""
    before = node.text.count("\n", 0, offset)
    if node.literal:
        return node.line + 1 + before
    lines = node.source.splitlines()
    if len(lines) < 2:
        return node.line
    # A folded text has its line ends elsewhere, and its words where they were: count the word.
    word = re.compile(r"[\w./:@-]+").search(node.text, offset)
    if word is None:
        return node.line
    rank = len(re.findall(re.escape(word.group()), node.text[: word.start()]))
    places = [match.start() for match in re.finditer(re.escape(word.group()), node.source)]
    return node.line + node.source.count("\n", 0, places[rank]) if rank < len(places) else node.line


class _Reader(msgspec.Struct, frozen=True, kw_only=True):
    path: str
    lines: list[str]
    events: Iterator[yaml.Event]
    anchors: dict[str, tuple[Node, int] | None]
    """The node and its size with every alias written out; None while it is being read."""

    def documents(self) -> Iterator[Node]:
        import yaml

        next(self.events)
        while isinstance(next(self.events), yaml.DocumentStartEvent):
            self.anchors.clear()
            yield self.node(next(self.events), 0)[0]
            next(self.events)

    def node(self, event: yaml.Event, depth: int) -> tuple[Node, int]:
        import yaml

        if isinstance(event, yaml.AliasEvent):
            return self.alias(event)
        anchor: str | None = getattr(event, "anchor", None)
        if anchor is not None:
            self.anchors[anchor] = None
        if depth > _MAXIMUM_DEPTH:
            raise NotRead("nested too deeply", _line(event))
        if isinstance(event, yaml.ScalarEvent):
            found: tuple[Node, int] = self.scalar(event), 1
        elif isinstance(event, yaml.MappingStartEvent):
            found = self.mapping(event, depth)
        else:
            found = self.sequence(event, depth)
        if found[1] > _MAXIMUM_NODES:
            raise NotRead("more values, with every alias written out, than are looked at", _line(event))
        if anchor is not None:
            self.anchors[anchor] = found
        return found

    def alias(self, event: yaml.AliasEvent) -> tuple[Node, int]:
        found = self.anchors.get(event.anchor or "")
        if found is None:
            raise NotRead("an alias of an anchor that is not there before it", _line(event))
        return found

    def scalar(self, event: yaml.ScalarEvent) -> Scalar:
        line = _line(event)
        end = event.end_mark.line + 1 if event.end_mark else line
        return Scalar(
            path=self.path,
            line=line,
            tag=event.tag,
            text=event.value,
            plain=not event.style,  # None, or empty from libyaml
            literal=event.style == "|",
            source="\n".join(self.lines[line - 1 : end]) if end > line and event.style != "|" else "",
        )

    def sequence(self, event: yaml.Event, depth: int) -> tuple[Sequence, int]:
        import yaml

        found, size = [], 1
        while not isinstance(inner := next(self.events), yaml.SequenceEndEvent):
            item, more = self.node(inner, depth + 1)
            found.append(item)
            size += more
        tag: str | None = getattr(event, "tag", None)
        return Sequence(path=self.path, line=_line(event), tag=tag, items=tuple(found)), size

    def mapping(self, event: yaml.MappingStartEvent, depth: int) -> tuple[Mapping, int]:
        import yaml

        own: dict[str, tuple[Scalar, Node]] = {}
        merged: list[Node] = []
        size = 1
        while not isinstance(inner := next(self.events), yaml.MappingEndEvent):
            key, _ = self.node(inner, depth + 1)
            if not isinstance(key, Scalar):
                raise NotRead("a key that is not a word", _line(inner))
            value, more = self.node(next(self.events), depth + 1)
            size += 1 + more
            if key.plain and key.text == "<<":
                merged += value.items if isinstance(value, Sequence) else [value]
            elif key.text in own:
                raise NotRead(f"a key is there twice, and first on line {own[key.text][0].line}", key.line)
            else:
                own[key.text] = key, value
        for each in merged:
            for key, value in entries(each):
                own.setdefault(key.text, (key, value))
        return Mapping(path=self.path, line=_line(event), tag=event.tag, entries=tuple(own.values())), size


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
