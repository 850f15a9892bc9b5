"""Is it certain what was written into a function, and is that all that there is of what was written?"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

from devsecgate.unfold.known import Module, takes_requests
from devsecgate.unfold.syntax import GIVEN, MADE, Function, bound_names

Bound: TypeAlias = Mapping[str, Sequence[str | ast.expr | None]]


def bindings(function: Function) -> tuple[dict[str, list[str | ast.expr | None]], set[ast.Name]]:
    """Give what is bound to each name of a function, and the uses of names that only give something another one.

    Bound is a new object of the class of that name, the value of an expression, or anything (None).
    """
    bound: dict[str, list[str | ast.expr | None]] = {}
    known: Counter[str] = Counter()
    aliases: set[ast.Name] = set()
    for each in ast.walk(function):
        if isinstance(each, ast.Assign) and len(each.targets) == 1 and isinstance(each.targets[0], ast.Name):
            name = each.targets[0].id
            kind = getattr(each, MADE, None)
            bound.setdefault(name, []).append(kind or each.value)
            known[name] += 1
            if hasattr(each, GIVEN) and isinstance(each.value, ast.Name):
                aliases.add(each.value)
    for name, times in Counter(bound_names(function)).items():
        bound.setdefault(name, []).extend([None] * (times - known[name]))
    return bound, aliases


def is_object(name: str, kind: str, bound: Bound, seen: frozenset[str] = frozenset()) -> bool:
    """Tell whether a variable is always an object of a class."""
    return name not in seen and all(
        each == kind or (isinstance(each, ast.Name) and is_object(each.id, kind, bound, seen | {name}))
        for each in bound.get(name, [None])
    )


def are_objects(objects: Collection[tuple[str, str]], function: Function, module: Module) -> bool:
    """Tell whether variables of a function are always objects of their classes, and asked for attributes only."""
    if not objects:
        return True
    bound, aliases = bindings(function)
    methods = {name for held in module.classes.values() for name in held.methods}
    held = {name for name, kind in objects if is_object(name, kind, bound)}
    if {name for name, _ in objects} > held:
        return False
    held |= {
        name for name, values in bound.items() if any(isinstance(each, ast.Name) and each.id in held for each in values)
    }
    asked = {each.value: each for each in ast.walk(function) if isinstance(each, ast.Attribute)}
    called = {each.func for each in ast.walk(function) if isinstance(each, ast.Call)}
    uses = (each for each in ast.walk(function) if isinstance(each, ast.Name) and each.id in held)
    return all(
        each in aliases
        if (attribute := asked.get(each)) is None
        else attribute not in called and attribute.attr not in methods and not attribute.attr.startswith("__")
        for each in uses
        if isinstance(each.ctx, ast.Load)
    )


def seen(module: Module) -> list[Function]:
    """Give the functions that are whole, and those that are written into such functions and known to no others."""
    written = {each for found in module.whole.values() for each in found if not takes_requests(each)}
    owners = {name: module.definitions[name] for name in module.plain}
    owners |= {name: list(module.classes[name].methods.values()) for name in module.told}
    roots: dict[str, ast.AST] = {name: module.definitions[name][0] for name in module.plain}
    roots |= {name: module.classes[name].node for name in module.told}
    inside = {part: name for name, root in roots.items() for part in ast.walk(root)}
    known = {part for each in module.whole for part in ast.walk(each)}
    users: dict[str, set[str]] = {name: set() for name in owners}
    for each in ast.walk(module.tree):
        if isinstance(each, ast.Name) and each.id in users and each not in known:
            users[each.id].add(inside.get(each, ""))
    covered = {name for name, found in owners.items() if written.intersection(found)} - module.named
    while lost := {name for name in covered if not users[name] <= covered | {name}}:
        covered -= lost
    return [*module.whole, *(each for name in sorted(covered) for each in owners[name] if each in written)]
