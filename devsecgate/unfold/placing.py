"""A module's tree that was made of a file's parts in; its text, and where in the file each part of it is from, out."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import TypeAlias

import msgspec

from devsecgate.unfold.syntax import CALLED, OWN

_Located: TypeAlias = ast.expr | ast.excepthandler | ast.pattern
_LOCATED = (ast.expr, ast.excepthandler, ast.pattern)


class Place(msgspec.Struct, frozen=True):
    """Where something stands in the file as it is; lines count from 1."""

    line: int
    end_line: int
    called: int
    """The first line of the statement of the function itself that it is a part of, or that calls it."""


class Rewritten(msgspec.Struct, frozen=True):
    """A file, or a part of it, in other words."""

    text: str
    lines: Mapping[int, Place]
    """By line of the text, of those with which something begins."""
    parts: Mapping[tuple[int, int], Place]
    """By line and column of the text, both from 1."""
    own: frozenset[int]
    """Lines of the text at which an attribute of an object of the file is set: such an object is no framework's answer,
    whatever its attributes are called."""

    def place(self, line: int, column: int) -> Place | None:
        """Tell where something in the text is from; None: the text has no such line."""
        if not 1 <= line <= self.text.count("\n") + 1:
            return None
        first = next((each for each in range(line, 0, -1) if each in self.lines), 0)  # of a text over several lines
        return self.parts.get((line, column)) or self.lines.get(first)


def placed(made: ast.Module) -> Rewritten | None:
    """Write a module, and tell for each statement and expression of the text where it was in the file."""
    text = ast.unparse(made)
    read = ast.parse(text)
    before, after = (tuple(each for each in ast.walk(tree) if isinstance(each, ast.stmt)) for tree in (made, read))
    if len(before) != len(after):
        return None
    lines: dict[int, Place] = {}
    parts: dict[tuple[int, int], Place] = {}
    own: set[int] = set()
    for old, new in zip(before, after, strict=True):
        called: int = getattr(old, CALLED, old.lineno)
        lines.setdefault(new.lineno, _place(old, called))
        if hasattr(old, OWN) and isinstance(old, ast.Assign) and not isinstance(old.value, ast.Call):
            own.add(new.lineno)  # (a call may be what is found there)
        pairs = list(_parts(old)), list(_parts(new))
        if len(pairs[0]) == len(pairs[1]):
            for one, other in zip(*pairs, strict=True):
                parts.setdefault((other.lineno, other.col_offset + 1), _place(one, called))
                lines.setdefault(other.lineno, _place(one, called))  # decorators, handlers, cases
    return Rewritten(text, lines, parts, frozenset(own))


def _parts(statement: ast.stmt) -> Iterator[_Located]:
    """Give what a statement is made of, without the statements in it."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        each = waiting.pop()
        if isinstance(each, _LOCATED):
            yield each
        waiting += [child for child in ast.iter_child_nodes(each) if not isinstance(child, ast.stmt)]


def _place(node: ast.stmt | _Located, called: int) -> Place:
    end = node.end_lineno or node.lineno
    if any(isinstance(each, ast.stmt) for each in ast.iter_child_nodes(node)):
        end = node.lineno
    return Place(node.lineno, end, called)
