"""Parts of Python's syntax: told apart, copied, and put together."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TypeAlias, TypeVar

Node = TypeVar("Node", bound=ast.AST)
Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
CALLED = "devsecgate_called"
"""The attribute of a statement that was written into a function: the line of what called it."""
OWN = "devsecgate_own"
"""The attribute of a statement that sets an attribute of an object of the file."""
GIVEN = "devsecgate_given"
"""The attribute of an assignment of what a function gives back, whose own name for it is of no use any more."""


def children(node: ast.AST) -> list[ast.AST]:
    """Give what is directly in a node, in the order of the text."""
    found: list[ast.AST] = []
    for value in vars(node).values():
        if isinstance(value, list):
            found += [each for each in value if isinstance(each, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


def walk(tree: ast.AST) -> list[ast.AST]:
    """Give a node and all that is in it, breadth first as `ast.walk`."""
    found = [tree]
    for each in found:  # it grows meanwhile
        found += children(each)
    return found


def clone(node: Node) -> Node:
    """Copy a tree; ten times as fast as `copy.deepcopy`."""
    made = node.__class__.__new__(node.__class__)
    inside = vars(made)
    for name, value in vars(node).items():
        if isinstance(value, ast.AST):
            inside[name] = clone(value)
        elif isinstance(value, list):
            inside[name] = [clone(each) if isinstance(each, ast.AST) else each for each in value]
        else:
            inside[name] = value
    return made


def assign(name: str, value: ast.expr, at: ast.AST) -> ast.Assign:
    """Assign to a variable."""
    made = ast.Assign([ast.Name(name, ast.Store())], value)
    ast.copy_location(made, at)
    ast.copy_location(made.targets[0], at)
    if not hasattr(value, "lineno"):
        ast.copy_location(value, at)
    return made


def typed(node: ast.Assign, kind: ast.expr | None) -> ast.stmt:
    """Say of what class the variable is, where that is known."""
    (target,) = node.targets
    if kind is None or not isinstance(target, ast.Name):
        return node
    return ast.copy_location(ast.AnnAssign(target, clone(kind), node.value, simple=1), node)


def store(this: ast.Name, field: str, value: ast.expr, at: ast.AST) -> ast.Assign:
    """Assign to an attribute of an object."""
    made = ast.Assign([ast.Attribute(ast.copy_location(ast.Name(this.id, ast.Load()), at), field, ast.Store())], value)
    ast.copy_location(made.targets[0], at)
    return ast.copy_location(made, at)


def all_parameters(function: Function) -> list[ast.arg]:
    """Give those that have a name of their own."""
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


def match_arguments(
    function: Function, node: ast.Call, this: ast.expr | None, *, whatever: bool
) -> dict[str, ast.expr] | None:
    """Match what is given with the parameters; None where they do not go together.

    `whatever`: what is not given is some part of the object.
    """
    positional = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    values = [*([this] if this is not None else []), *node.args]
    named = {each.arg or "**": each.value for each in node.keywords}
    known = {each.arg for each in all_parameters(function)}
    more, further = values[len(positional) :], {name: value for name, value in named.items() if name not in known}
    rest, options = function.args.vararg, function.args.kwarg
    if "**" in named or (more and rest is None) or (further and options is None):
        return None
    late = function.args.defaults
    given = dict(zip(positional[len(positional) - len(late) :], late, strict=True))
    for each, value in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True):
        if value is not None:
            given[each.arg] = value
    given |= dict(zip(positional, values, strict=False)) | {name: named[name] for name in named if name in known}
    if rest is not None:
        given[rest.arg] = ast.copy_location(ast.Tuple(more, ast.Load()), node)
    if options is not None:
        keys: list[ast.expr | None] = [ast.Constant(name) for name in further]
        given[options.arg] = ast.copy_location(ast.Dict(keys, list(further.values())), node)
    if whatever:
        given = {**dict.fromkeys(known, ast.Name("unknown", ast.Load()) if this is None else this), **given}
    return given if known <= given.keys() else None


def partial_of(node: ast.stmt) -> tuple[str, ast.Call | None]:
    """Give the variable that a statement assigns a partial function to, and the call that makes that."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=called, args=[_, *_]) as call):
            is_whole = not any(isinstance(each, ast.Starred) for each in call.args)
            return name, call if is_whole and last_name(called) == "partial" else None
        case _:
            return "", None


def is_simple(node: ast.expr) -> bool:
    """Tell whether an expression may stand at several places."""
    return isinstance(node, ast.Constant) or bool(dotted(node))


def functions_of(tree: ast.AST) -> Iterator[Function]:
    """Give the functions of a module, and those in functions, without methods."""
    for each in children(tree):
        if isinstance(each, Function):
            yield each
        if not isinstance(each, ast.ClassDef):
            yield from functions_of(each)


def bound_names(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Give every name each time that one of the nodes binds something to it."""
    for each in nodes:
        match each:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.alias(name=name, asname=other):
                yield other or name.partition(".")[0]
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name
            case ast.MatchMapping(rest=str(name)):
                yield name


def has_decorator(function: Function, *decorators: str) -> bool:
    """Tell whether one of some decorators stands over a function."""
    return any(last_name(each) in decorators for each in function.decorator_list)


def dotted(node: ast.expr) -> str:
    """Write a name, or an attribute of one, as it is known by; empty for all else."""
    if isinstance(node, ast.Attribute) and (owner := dotted(node.value)):
        return f"{owner}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def last_name(node: ast.expr) -> str:
    """Give the last part of a dotted name: `dataclass` of `@dataclasses.dataclass(slots=True)`."""
    while isinstance(node, ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return node.id if isinstance(node, ast.Name) else ""
