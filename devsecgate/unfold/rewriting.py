"""Expressions and statements, on their way from one function into another."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

from devsecgate.unfold.syntax import GIVEN, SCOPES, assign, clone

_Named = TypeVar("_Named", ast.ExceptHandler, ast.MatchAs, ast.MatchStar)


class Writer(Protocol):
    """What writes before a statement what its expressions call, and gives what stands for them; None: they stay."""

    def call(self, node: ast.Call, before: list[ast.stmt]) -> ast.expr | None:
        """Write what is called."""
        ...

    def meant(self, node: ast.Call) -> ast.Call:
        """Give the call that this one stands for."""
        ...

    def property(self, node: ast.Attribute, before: list[ast.stmt]) -> ast.expr | None:
        """Write what an attribute computes."""
        ...

    def shown(self, node: ast.expr, before: list[ast.stmt]) -> ast.expr | None:
        """Write how an object becomes a text."""
        ...

    def fresh(self, name: str) -> str:
        """Give a name that the file does not have."""
        ...


def hoisted(node: ast.expr, writer: Writer, before: list[ast.stmt]) -> ast.expr:
    """Take what can be written before a statement out of one of its expressions."""
    found: ast.expr = _Hoist(writer, before).visit(node)
    return found


def renamed(body: Sequence[ast.stmt], names: Mapping[str, str]) -> list[ast.stmt]:
    """Copy statements, with other names."""
    rename = _Rename(names)
    return [rename.visit(clone(each)) for each in body]


def replaced(node: ast.expr, given: Mapping[str, ast.expr]) -> ast.expr:
    """Copy an expression, with others in the place of names."""
    found: ast.expr = _Replace(given).visit(clone(node))
    return found


class _Hoist(ast.NodeTransformer):
    """Takes calls out of an expression."""

    def __init__(self, writer: Writer, before: list[ast.stmt]) -> None:
        self.writer = writer
        self.before = before

    def visit_Lambda(self, node: ast.Lambda) -> ast.expr:
        return node

    def visit_ListComp(self, node: ast.ListComp) -> ast.expr:
        return self._looped(node)

    def visit_SetComp(self, node: ast.SetComp) -> ast.expr:
        return self._looped(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.expr:
        return self._looped(node)

    def visit_DictComp(self, node: ast.DictComp) -> ast.expr:
        node.generators[0].iter = self.visit(node.generators[0].iter)
        return node

    def _looped(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> ast.expr:
        """Make a loop of a comprehension in which something is called that can be written there."""
        first = node.generators[0]
        first.iter = self.visit(first.iter)
        if len(node.generators) > 1 or first.is_async:
            return node
        inside: list[ast.stmt] = []
        inner = _Hoist(self.writer, inside)
        first.ifs = [inner.visit(each) for each in first.ifs]
        node.elt = inner.visit(node.elt)
        if not inside:
            return node
        name = self.writer.fresh("list")
        add = ast.Call(ast.Attribute(ast.Name(name, ast.Load()), "append", ast.Load()), [node.elt], [])
        loop = ast.For(first.target, first.iter, [*inside, ast.copy_location(ast.Expr(add), node)], [])
        self.before.append(assign(name, ast.List([], ast.Load()), node))
        self.before.append(ast.copy_location(loop, node))
        return ast.copy_location(ast.Name(name, ast.Load()), node)

    def visit_Await(self, node: ast.Await) -> ast.expr:
        value = self.visit(node.value)
        if isinstance(value, ast.Name):
            return value
        node.value = value
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        self.generic_visit(node)
        found = self.writer.property(node, self.before) if isinstance(node.ctx, ast.Load) else None
        return node if found is None else found

    def visit_FormattedValue(self, node: ast.FormattedValue) -> ast.expr:
        self.generic_visit(node)
        if node.conversion == -1 and node.format_spec is None:
            node.value = self.writer.shown(node.value, self.before) or node.value
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        node = self.writer.meant(node)
        found = self.writer.call(node, self.before)
        return node if found is None else found


class _Rename(ast.NodeTransformer):
    """Gives the names of one function to those of another."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self.names.get(node.id, node.id)
        return node

    def _named(self, node: _Named) -> _Named:
        self.generic_visit(node)
        node.name = self._other(node.name)
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.ExceptHandler:
        return self._named(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> ast.MatchAs:
        return self._named(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> ast.MatchStar:
        return self._named(node)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> ast.MatchMapping:
        self.generic_visit(node)
        node.rest = self._other(node.rest)
        return node

    def _other(self, name: str | None) -> str | None:
        return None if name is None else self.names.get(name, name)


class _Replace(ast.NodeTransformer):
    """Puts expressions in the place of names."""

    def __init__(self, given: Mapping[str, ast.expr]) -> None:
        self.given = given

    def visit_Name(self, node: ast.Name) -> ast.expr:
        found = self.given.get(node.id)
        return node if found is None else ast.copy_location(clone(found), node)


class Returns:
    """Turns what a function gives back into an assignment."""

    def __init__(self, result: str) -> None:
        self.result = result
        self.breaks = False

    def statement(self, node: ast.stmt, last: ast.stmt) -> list[ast.stmt]:
        """Turn the returns of one statement; after the last one of a function there is nothing to leave."""
        if isinstance(node, ast.Return):
            given: list[ast.stmt] = [] if node.value is None else [assign(self.result, node.value, node)]
            for each in given:
                setattr(each, GIVEN, True)
            if isinstance(node.value, ast.Name) and node.value.id == self.result:
                given = []
            if node is last:
                return given or [ast.copy_location(ast.Pass(), node)]
            self.breaks = True
            return [*given, ast.copy_location(ast.Break(), node)]
        if isinstance(node, SCOPES):
            return [node]
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Yield | ast.YieldFrom):
            value = node.value.value or ast.Constant(None)
            return [ast.copy_location(ast.AugAssign(ast.Name(self.result, ast.Store()), ast.Add(), value), node)]
        is_loop = isinstance(node, ast.For | ast.AsyncFor | ast.While)
        left, self.breaks = self.breaks, False
        for part in (node, *getattr(node, "handlers", ()), *getattr(node, "cases", ())):
            for name in ("body", "orelse", "finalbody"):
                inner = getattr(part, name, None)
                if isinstance(inner, list) and inner:
                    end = (
                        last
                        if not isinstance(node, ast.If | ast.With | ast.AsyncWith | ast.Try) or node is not last
                        else inner[-1]
                    )
                    setattr(part, name, [one for each in inner for one in self.statement(each, end)])
        found: list[ast.stmt] = [node]
        if is_loop and self.breaks:  # what left the loop leaves all that is around it
            leave = ast.If(ast.Name(f"{self.result}_left", ast.Load()), [ast.copy_location(ast.Break(), node)], [])
            found.append(ast.copy_location(leave, node))
        self.breaks = self.breaks or left
        return found


def captured(pattern: ast.pattern, subject: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Give what a pattern of a match binds, with where it is in the subject."""
    inner: list[tuple[ast.pattern, ast.expr]] = []
    match pattern:
        case ast.MatchAs(pattern=within, name=name):
            if name is not None:
                yield name, clone(subject)
            inner = [] if within is None else [(within, subject)]
        case ast.MatchStar(name=str(name)):
            yield name, clone(subject)
        case ast.MatchSequence(patterns=parts):
            star = next((place for place, each in enumerate(parts) if isinstance(each, ast.MatchStar)), len(parts))
            places = [place if place < star else place - len(parts) for place in range(len(parts))]
            inner = [
                (each, subject if isinstance(each, ast.MatchStar) else _item(subject, ast.Constant(place)))
                for each, place in zip(parts, places, strict=True)
            ]
        case ast.MatchMapping(keys=keys, patterns=parts, rest=rest):
            if rest is not None:
                yield rest, clone(subject)
            inner = [(each, _item(subject, clone(key))) for key, each in zip(keys, parts, strict=True)]
        case ast.MatchClass(patterns=parts, kwd_attrs=names, kwd_patterns=named):
            inner = [(each, subject) for each in parts]
            inner += [
                (each, ast.Attribute(clone(subject), name, ast.Load())) for name, each in zip(names, named, strict=True)
            ]
        case ast.MatchOr(patterns=parts):
            inner = [(each, subject) for each in parts]
    for each, value in inner:
        yield from captured(each, value)


def _item(of: ast.expr, key: ast.expr) -> ast.expr:
    return ast.Subscript(clone(of), key, ast.Load())
