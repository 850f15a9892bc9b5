"""A function in; the same with more values than semgrep follows spread over objects, out.

Semgrep follows about 50 variables of a function, and ten attributes of each. So of what is too much, each hundred
become attributes of attributes of one new variable: `f21 = request.form["f21"]` becomes `values_0.of0.f21 = …`.
"""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from devsecgate.unfold.breadth import ATTRIBUTES, SELF, VARIABLES
from devsecgate.unfold.syntax import Function, bound_names, children, dotted, walk

_KEPT = VARIABLES // 2
"""Variables that stay what they are; more where nothing can be done about them."""
_FIELDS = 10
"""Attributes of one object."""
PREFIX = "devsecgate_values_"
"""Of the names of the objects."""
_LOOPED = f"{PREFIX}each"
"""What a loop gives, until it is assigned to what it is for."""
_Definition: TypeAlias = Function | ast.ClassDef
_APART = frozenset({ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef})
"""What semgrep looks at by itself."""
_BINDING = frozenset(
    {
        *(ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr, ast.For, ast.AsyncFor, ast.ExceptHandler),
        *(ast.arg, ast.alias, ast.Global, ast.Nonlocal, ast.MatchAs, ast.MatchStar, ast.MatchMapping),
    }
)
"""What gives something a name. Names and attributes do where they are set."""
_Scope: TypeAlias = Function | ast.Module


class Within(NamedTuple):
    """What is in a scope."""

    nodes: Sequence[ast.AST]
    """Those that give something a name."""
    inner: Sequence[_Definition]
    """What semgrep looks at by itself."""


def within(scope: _Scope | ast.ClassDef) -> Within:
    """Go through a scope once, without what semgrep looks at by itself: a large file has hundreds of thousands."""
    nodes: list[ast.AST] = []
    inner: list[_Definition] = []
    waiting: list[ast.AST] = [scope]
    while waiting:
        each = waiting.pop()
        kind = type(each)
        if kind is ast.Constant:
            continue
        if kind is ast.Name:
            if type(each.ctx) is not ast.Load:  # type: ignore[attr-defined]  # mypy narrows by isinstance alone
                nodes.append(each)
            continue
        if kind in _APART and each is not scope:
            inner.append(each)  # type: ignore[arg-type]  # as above
            continue
        if kind in _BINDING or (kind is ast.Attribute and type(each.ctx) is ast.Store):  # type: ignore[attr-defined]
            nodes.append(each)
        waiting += reversed(children(each))
    return Within(nodes, inner)


def is_wide(scope: _Scope) -> bool:
    """Tell whether a function, or what a module does itself, may hold more values than semgrep follows."""
    return _is_wide(within(scope).nodes)


def _is_wide(nodes: Sequence[ast.AST]) -> bool:
    if len(nodes) < min(VARIABLES, ATTRIBUTES):
        return False
    return len(_variables(nodes)) >= VARIABLES or any(len(each) >= ATTRIBUTES for each in _objects(nodes).values())


def holds_wide(scope: _Definition) -> bool:
    """Tell whether a definition is a wide function, or has one in it."""
    own = within(scope)
    return (isinstance(scope, Function) and _is_wide(own.nodes)) or any(holds_wide(each) for each in own.inner)


def spread_scope(scope: _Scope) -> bool:
    """Spread the values of a scope over further objects; False where it is wide still."""
    nodes = within(scope).nodes
    objects, variables = _objects(nodes), _variables(nodes)
    given_on = {*_given_on(nodes)}  # by another name, its attributes would no longer be those
    slots = [
        f"{owner}.{name}" for owner, names in objects.items() if owner not in given_on for name in list(names)[_FIELDS:]
    ]
    if len(variables) + len(slots) // _FIELDS >= VARIABLES:
        free = _free(nodes) - {owner.partition(".")[0] for owner in objects}
        movable = [name for name in variables if name in free or "." in name]
        slots += movable[max(0, _KEPT - len(variables) + len(movable)) :]
    if slots:
        spreading = _Spread({slot: number for number, slot in enumerate(slots)})
        scope.body = [spreading.visit(each) for each in scope.body]
    return not is_wide(scope)


def spread_all(made: Iterable[ast.AST]) -> list[str]:
    """Spread the values of all functions in some trees, and name those that are wide still."""
    functions = (each for one in made for each in walk(one) if isinstance(each, Function))
    return [each.name for each in functions if not spread_scope(each)]


def _variables(nodes: Sequence[ast.AST]) -> Mapping[str, None]:
    """Name what a scope assigns anything but constants to, with the attributes of its own object: `self.name`.

    A variable of which an attribute is assigned is one.
    """
    found: dict[str, None] = {}
    constant, bound = _assigned(nodes, constant=True), Counter(bound_names(nodes))
    for each in nodes:
        match each:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name) | ast.ExceptHandler(name=str(name)):
                found |= {name: None} if bound[name] > constant[name] else {}
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                found[name] = None
            case ast.Attribute(value=ast.Name(id=name), attr=attribute, ctx=ast.Store()) if name in SELF:
                found[f"{name}.{attribute}"] = None
            case ast.Attribute(value=owner, ctx=ast.Store()) if dotted(owner):
                found[dotted(owner).partition(".")[0]] = None
    return found


def _objects(nodes: Sequence[ast.AST]) -> Mapping[str, Mapping[str, None]]:
    """Name the attributes that a scope sets of other objects."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for each in nodes:
        if isinstance(each, ast.Attribute) and isinstance(each.ctx, ast.Store):
            owner = dotted(each.value)
            if owner and owner not in SELF:
                found[owner][each.attr] = None
    return found


def _given_on(nodes: Sequence[ast.AST]) -> Iterator[str]:
    """Name what gets a further name, itself or in a collection. What a call makes of it is followed as a whole."""
    waiting: list[ast.AST] = [
        each.value
        for each in nodes
        if isinstance(each, ast.Assign | ast.AnnAssign | ast.NamedExpr) and each.value is not None
    ]
    while waiting:
        each = waiting.pop()
        if isinstance(each, ast.expr) and dotted(each):
            yield dotted(each)
        elif not isinstance(each, ast.Call):
            waiting += children(each)


def _free(nodes: Sequence[ast.AST]) -> set[str]:
    """Name the variables that only such statements bind as can set an attribute instead."""
    bound, assigned = Counter(bound_names(nodes)), _assigned(nodes, constant=False)
    closed = {name for each in nodes if isinstance(each, ast.Global | ast.Nonlocal) for name in each.names}
    return {name for name in assigned if assigned[name] == bound[name]} - closed


def _assigned(nodes: Sequence[ast.AST], *, constant: bool) -> Counter[str]:
    """Count how often a variable is assigned: a constant, or anything."""
    found = Counter[str]()
    for each in nodes:
        value: ast.expr | None = None
        match each:
            case ast.Assign(targets=targets, value=value):
                pass
            case ast.AnnAssign(target=target, value=value) | ast.AugAssign(target=target, value=value):
                targets = [target]
            case ast.For(target=target, iter=value) | ast.AsyncFor(target=target, iter=value):
                targets = [target]
            case _:
                continue
        if not constant or isinstance(value, ast.Constant | None):
            found.update(name for target in targets for name in _named(target))
    return found


def _named(target: ast.expr) -> Iterator[str]:
    """Name the variables of a target, without those of which only a part is set."""
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, ast.Tuple | ast.List):
        for each in target.elts:
            yield from _named(each)
    elif isinstance(target, ast.Starred):
        yield from _named(target.value)


class _Spread(ast.NodeTransformer):
    """Puts attributes of new variables in the place of variables and attributes."""

    def __init__(self, places: Mapping[str, int]) -> None:
        self.places = places

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.stmt:
        return node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.stmt:
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.stmt:
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._moved(node, node.id, node.ctx)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        moved = self._moved(node, f"{dotted(node.value)}.{node.attr}", node.ctx)
        if moved is node:
            self.generic_visit(node)
        return moved

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt:
        self.generic_visit(node)
        node.simple = int(isinstance(node.target, ast.Name))
        return node

    def visit_For(self, node: ast.For) -> ast.stmt:
        return self._looping(node)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> ast.stmt:
        return self._looping(node)

    def _looping(self, node: ast.For | ast.AsyncFor) -> ast.stmt:
        if not self.places.keys().isdisjoint(_named(node.target)):
            one = ast.copy_location(ast.Name(_LOOPED, ast.Store()), node.target)
            value = ast.copy_location(ast.Name(_LOOPED, ast.Load()), node.target)
            node.body.insert(0, ast.copy_location(ast.Assign([node.target], value), node.target))
            node.target = one
        self.generic_visit(node)
        return node

    def _moved(self, node: ast.expr, slot: str, context: ast.expr_context) -> ast.expr:
        if slot not in self.places:
            return node
        number = self.places[slot] // _FIELDS
        holder = ast.copy_location(ast.Name(f"{PREFIX}{number // _FIELDS}", ast.Load()), node)
        owner = ast.copy_location(ast.Attribute(holder, f"of{number % _FIELDS}", ast.Load()), node)
        field = f"{PREFIX}{self.places[slot]}" if "." in slot else slot  # which no other slot has
        return ast.copy_location(ast.Attribute(owner, field, context), node)
