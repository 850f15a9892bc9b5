"""Python source in; the same with what its functions call written into them, and where each part is from, out.

Semgrep follows data within one function. A view that takes its values out of the request by one function and uses them
in another is two harmless halves to it. Here the bodies of functions, methods and constructors of the file take the
place of their calls, so that the rules see the whole way with all that checks and changes the value on it.

What cannot be followed stays as it is. All of this only adds to what is seen of a file: what a rule says of the file
itself stands, since the written form may have lost the way that a call kept.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

import msgspec

from devsecgate.unfold.known import METHODS, Module, takes_requests
from devsecgate.unfold.syntax import CALLED, OWN, SCOPES, clone
from devsecgate.unfold.writing import Writing

LARGEST = 200_000
"""Bytes of a file."""
_IS_WEB = re.compile(
    rb"^\s*(?:from|import)\s+(?:aiohttp|bottle|cherrypy|django|falcon|fastapi|flask|pyramid|quart|rest_framework|sanic"
    rb"|starlette|tornado|webob|werkzeug)\b",
    re.MULTILINE,
)
_ASKS = re.compile(rb"\brequest\b|@[\w.]+\.(?:route|get|post|put|patch|delete)\b")
_Located: TypeAlias = ast.expr | ast.excepthandler | ast.pattern
_LOCATED = (ast.expr, ast.excepthandler, ast.pattern)


class Place(msgspec.Struct, frozen=True):
    """Where something stands in the file as it is; lines count from 1."""

    line: int
    end_line: int
    called: int
    """The first line of the statement of the function itself that it is a part of, or that calls it."""


class Unfolded(msgspec.Struct, frozen=True):
    """A file whose functions hold what they call."""

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


def unfold(content: bytes) -> Unfolded | None:
    """Unfold a file of a web application; None where there is nothing to write into anything, or it cannot be read."""
    if len(content) > LARGEST or not _IS_WEB.search(content) or not _ASKS.search(content):
        return None
    try:
        module = ast.parse(content)
        found = Module(module)
        made = _unfolded(found)
        return None if made is None else _placed(made, ast.unparse(made))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _unfolded(module: Module) -> ast.Module | None:
    """Give the statements of a module, and its functions that take requests, unfolded."""
    made: list[ast.stmt] = []
    for function in module.functions.values():
        if takes_requests(function):
            new = Writing(module).entry(function, None)
            made += [] if new is None else [new]
    for held in module.classes.values():
        methods = [
            new
            for each in held.methods.values()
            if not each.name.startswith("__")
            if (held.is_view and each.name in METHODS) or takes_requests(each)
            if (new := Writing(module).entry(each, held)) is not None
        ]
        if methods:
            view = clone(held.node)
            view.body = list(methods)
            made.append(view)
    if not made:
        return None
    outside = Writing(module)
    kept = outside.block([clone(each) for each in module.tree.body if not isinstance(each, (*SCOPES, ast.If))])
    return ast.fix_missing_locations(ast.Module(body=[*kept, *_still_called(module, made), *made], type_ignores=[]))


def _still_called(module: Module, made: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Give the functions and classes that are named in what was made, and were not written into it."""
    named = {each.id for one in made for each in ast.walk(one) if isinstance(each, ast.Name)}
    done = {each.name for each in made if isinstance(each, (*SCOPES[:2], ast.ClassDef))}
    yield from (each for name in module.definitions if name in named - done for each in module.definitions[name])
    yield from (held.node for name, held in module.classes.items() if name in named - done)


def _placed(made: ast.Module, text: str) -> Unfolded | None:
    """Tell for each statement and expression of the text where it was in the file."""
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
    return Unfolded(text, lines, parts, frozenset(own))


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
