"""Python source in; the same with what its functions call written into them, and where each part is from, out.

Semgrep follows data within one function. A view that takes its values out of the request by one function and uses them
in another is two harmless halves to it. Here the bodies of functions, methods and constructors of the file take the
place of their calls, so that the rules see the whole way with all that checks and changes the value on it.

What cannot be followed stays as it is. Nearly all of this only adds to what is seen of a file: it refutes what a rule
says of the file itself only in a function that is whole, into which nothing was written but plain functions.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias, TypeVar

import msgspec

LARGEST = 200_000
"""Bytes of a file."""
_MOST_STATEMENTS = 600
"""In one function, when all is written into it."""
_MOST_IN_FILE = 20_000
"""In all functions together."""
_DEEPEST = 5
"""Calls within calls."""
_IS_WEB = re.compile(
    rb"^\s*(?:from|import)\s+(?:aiohttp|bottle|cherrypy|django|falcon|fastapi|flask|pyramid|quart|rest_framework|sanic"
    rb"|starlette|tornado|webob|werkzeug)\b",
    re.MULTILINE,
)
_ASKS = re.compile(rb"\brequest\b|@[\w.]+\.(?:route|get|post|put|patch|delete)\b")
_ROUTES = frozenset({
    "action", "api_route", "api_view", "delete", "errorhandler", "exception_handler", "expose", "get", "handler",
    "head", "middleware", "options", "patch", "post", "put", "route", "view", "view_config", "websocket",
})  # fmt: skip
"""Decorators of functions that answer requests."""
_METHODS = frozenset({"delete", "dispatch", "get", "handle", "head", "options", "patch", "post", "put"})
"""Of classes that do."""
_VIEW_BASE = re.compile(r"(?:View|Resource|Handler|Endpoint|Controller)\Z")
_PLAIN_METHODS = frozenset(name for kind in (str, bytes, list, dict, set, tuple, int) for name in dir(kind)) | {
    "close", "commit", "execute", "fetchall", "fetchone", "filter", "first", "load", "loads", "open", "post", "put",
    "query", "read", "render", "run", "save", "search", "send", "write",
}  # fmt: skip
"""Methods that so many kinds of objects have that their name alone says nothing."""

Node = TypeVar("Node", bound=ast.AST)
Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
_Located: TypeAlias = ast.expr | ast.excepthandler | ast.pattern
_LOCATED = (ast.expr, ast.excepthandler, ast.pattern)
_Scope = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


_CALLED = "devsecgate_called"
"""The attribute of a statement that was written into a function: the line of what called it."""
_OWN = "devsecgate_own"
"""The attribute of a statement that sets an attribute of an object of the file."""
_NOWHERE: tuple[str, ast.expr] = ("", ast.Constant(None))


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
    whole: tuple[tuple[int, ...], ...]
    """Functions of the file that call nothing of it any more, and hold nothing but plain functions whose name has one
    meaning: about them, the text tells more than the file. The first lines of their statements, and the line behind
    the last one."""

    def statement(self, line: int) -> int | None:
        """Give the first line of the statement at a line of the file, where that is in a function that is whole."""
        for lines in self.whole:
            if lines[0] <= line < lines[-1]:
                return lines[bisect_right(lines, line) - 1]
        return None

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
        found = _Module(module)
        made = found.unfolded()
        return None if made is None else _placed(made, ast.unparse(made), tuple(found.whole))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _placed(made: ast.Module, text: str, whole: tuple[tuple[int, ...], ...]) -> Unfolded | None:
    """Tell for each statement and expression of the text where it was in the file."""
    read = ast.parse(text)
    before, after = (tuple(each for each in ast.walk(tree) if isinstance(each, ast.stmt)) for tree in (made, read))
    if len(before) != len(after):
        return None
    lines: dict[int, Place] = {}
    parts: dict[tuple[int, int], Place] = {}
    own: set[int] = set()
    for old, new in zip(before, after, strict=True):
        called: int = getattr(old, _CALLED, old.lineno)
        lines.setdefault(new.lineno, _place(old, called))
        if hasattr(old, _OWN):
            own.add(new.lineno)
        pairs = list(_parts(old)), list(_parts(new))
        if len(pairs[0]) == len(pairs[1]):
            for one, other in zip(*pairs, strict=True):
                parts.setdefault((other.lineno, other.col_offset + 1), _place(one, called))
                lines.setdefault(other.lineno, _place(one, called))  # decorators, handlers, cases
    return Unfolded(text, lines, parts, frozenset(own), whole)


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


class _Class:
    """A class of the file."""

    def __init__(self, node: ast.ClassDef) -> None:
        self.node = node
        self.methods = {each.name: each for each in node.body if isinstance(each, Function)}
        self.fields = [
            (each.target.id, each.value)
            for each in node.body
            if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
        ]
        names = {_last_name(each) for each in (*node.decorator_list, *node.bases)}
        self.is_record = bool(names & {"dataclass", "NamedTuple", "Struct", "define", "frozen", "attrs"})
        self.is_plain = self.is_record or not node.bases
        self.is_view = any(_VIEW_BASE.search(_last_name(each)) for each in node.bases)


class _Module:
    """All that a file defines."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.statements = 0
        self.whole: list[tuple[int, ...]] = []
        self.known: dict[Function, _Facts] = {}
        functions: dict[str, list[Function]] = {}
        for each in _functions(tree):
            functions.setdefault(each.name, []).append(each)
        self.definitions = functions
        bound = Counter(_bound(tree))
        self.plain = {
            each.name
            for each in tree.body
            if isinstance(each, Function) and not each.decorator_list and bound[each.name] == 1
        }
        """Functions of the module itself that nothing wraps, and whose name stands for nothing else anywhere."""
        self.functions = {name: found[0] for name, found in functions.items() if len(found) == 1}
        self.classes = {each.name: _Class(each) for each in ast.walk(tree) if isinstance(each, ast.ClassDef)}
        owners: dict[str, list[_Class]] = {}
        for held in self.classes.values():
            for name in held.methods:
                owners.setdefault(name, []).append(held)
        self.owners = {
            name: found[0] for name, found in owners.items() if len(found) == 1 and name not in _PLAIN_METHODS
        }
        self.instances = dict(self._instances())
        self.first = [
            each
            for each in self.functions.values()
            if any(_last_name(one) in {"before_request", "before_app_request"} for one in each.decorator_list)
        ]

    def _instances(self) -> Iterator[tuple[str, str]]:
        for each in ast.walk(self.tree):
            if isinstance(each, ast.Assign) and isinstance(each.value, ast.Call):
                made = each.value.func
                if isinstance(made, ast.Name) and made.id in self.classes:
                    yield from ((one.id, made.id) for one in each.targets if isinstance(one, ast.Name))

    def facts(self, function: Function) -> _Facts:
        """Give what is known of a function."""
        if function not in self.known:
            self.known[function] = _Facts(function)
        return self.known[function]

    def defines(self, node: ast.expr) -> bool:
        """Tell whether a name is that of a function or a class of the file."""
        return isinstance(node, ast.Name) and (node.id in self.functions or node.id in self.classes)

    def may_use(self, node: ast.AST) -> bool:
        """Tell whether this may make an object of the file, ask one, or call what does more than to check."""
        if isinstance(node, ast.Attribute):
            return any(_is(each, "property", "cached_property") for each in self.methods(node.attr))
        if not isinstance(node, ast.Call):
            return False
        name = _last_name(node.func)
        if name in self.classes and self.classes[name].methods:
            return True
        found = self.methods(name) if isinstance(node.func, ast.Attribute) else self.definitions.get(name, [])
        return not all(self.facts(each).is_check for each in found)

    def methods(self, name: str) -> list[Function]:
        """Give all methods of a name."""
        return [held.methods[name] for held in self.classes.values() if name in held.methods]

    def unfolded(self) -> ast.Module | None:
        """Give the statements of the module, and its functions that take requests, unfolded."""
        made: list[ast.stmt] = []
        for function in self.functions.values():
            if _takes_requests(function):
                new = _Unfolding(self).entry(function, None)
                made += [] if new is None else [new]
        for held in self.classes.values():
            methods = [
                new
                for each in held.methods.values()
                if not each.name.startswith("__")
                if (held.is_view and each.name in _METHODS) or _takes_requests(each)
                if (new := _Unfolding(self).entry(each, held)) is not None
            ]
            if methods:
                view = _clone(held.node)
                view.body = list(methods)
                made.append(view)
        if not made:
            return None
        outside = _Unfolding(self)
        kept = outside.block([each for each in self.tree.body if not isinstance(each, (*_Scope, ast.If))])
        return ast.fix_missing_locations(ast.Module(body=[*kept, *self._still_called(made), *made], type_ignores=[]))

    def _still_called(self, made: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
        """Give the functions and classes that are named in what was made, and were not written into it."""
        named = {each.id for one in made for each in ast.walk(one) if isinstance(each, ast.Name)}
        done = {each.name for each in made if isinstance(each, (*_Scope[:2], ast.ClassDef))}
        yield from (each for name in self.definitions if name in named - done for each in self.definitions[name])
        yield from (held.node for name, held in self.classes.items() if name in named - done)


class _Unfolding:
    """One function, and what is written into it."""

    def __init__(self, module: _Module) -> None:
        self.module = module
        self.count = 0
        self.inlined = 0
        self.at = 0
        """The first line of the statement of the function itself that is unfolded."""
        self.statements = 0
        self.within: list[Function] = []
        self.kinds: dict[str, str] = {}
        """The classes of variables and attributes, by `name` and `name.attribute`."""
        self.is_sure = True
        """Is all that was written into it what is really called? Of methods that is known by the names of variables."""
        self.this = ""
        """What the unfolded function calls its own object."""
        self.tries = 0
        """Statements around this one that catch exceptions, which leave a variable as it was."""
        self.to = _NOWHERE
        """The variable that is assigned to, and what: an object that is made there is called by that name."""

    def entry(self, function: Function, held: _Class | None) -> Function | None:
        """Unfold a function; None where nothing was written into it."""
        new = _clone(function)
        self.within.append(function)
        self.at = function.lineno
        for one in _parameters(new):
            if one.annotation is not None and (name := _last_name(one.annotation)) in self.module.classes:
                self.kinds[one.arg] = name
        if held is not None and new.args.args:
            self.kinds[new.args.args[0].arg] = held.node.name
        before: list[ast.stmt] = []
        if held is not None and new.args.args and not _is(function, "classmethod", "staticmethod"):
            this = new.args.args[0].arg
            self.this = "" if this in self.module.facts(function).assigned else this
            self.state(held, ast.copy_location(ast.Name(this, ast.Load()), new), before)
            self.is_sure = True  # what an object is made of comes before all else, and replaces nothing
        if new.decorator_list and function not in self.module.first:
            for each in self.module.first:
                at = ast.copy_location(ast.Name(each.name, ast.Load()), new)
                self.body(each, ast.copy_location(ast.Call(at, [], []), new), None, before)
        new.body = [*before, *self.block(new.body)]
        if not self.inlined:
            return None
        if self.is_sure and not any(map(self.module.may_use, ast.walk(new))):
            lines = {each.lineno for each in ast.walk(function) if isinstance(each, ast.stmt)}
            self.module.whole.append((*sorted(lines), 1 + (function.end_lineno or function.lineno)))
        return new

    def block(self, body: Sequence[ast.stmt]) -> list[ast.stmt]:
        """Unfold some statements."""
        made: list[ast.stmt] = []
        for each in body:
            made += self.statement(each)
        return made

    def statement(self, node: ast.stmt) -> list[ast.stmt]:
        """Unfold one statement: what is written into it stands before it."""
        self.statements += 1
        self.module.statements += 1
        if len(self.within) == 1:
            self.at = node.lineno
        before: list[ast.stmt] = []
        if isinstance(node, _Scope):
            return [node]
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            self.to = node.targets[0].id, node.value
        hoist = _Hoist(self, before)
        self.tries += isinstance(node, ast.Try)
        for name, value in ast.iter_fields(node):
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                setattr(node, name, self.block(value))
            elif isinstance(value, list):
                setattr(node, name, [self._part(each, hoist) for each in value])
            elif isinstance(value, ast.expr) and not isinstance(node, ast.While):
                setattr(node, name, hoist.visit(value))
        self.tries -= isinstance(node, ast.Try)
        self._know(node)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Name):
            return before or [node]
        if isinstance(node, ast.Assign) and _path(node.targets[0]) == _path(node.value) != "":
            return before or [node]
        return [*before, node]

    def _part(self, each: object, hoist: _Hoist) -> object:
        """Unfold a part of a statement that is neither an expression nor a block."""
        if isinstance(each, ast.ExceptHandler | ast.match_case):
            each.body = self.block(each.body)
        elif isinstance(each, ast.withitem):
            each.context_expr = hoist.visit(each.context_expr)
        elif isinstance(each, ast.expr):
            return hoist.visit(each)
        return each

    def _know(self, node: ast.stmt) -> None:
        """Remember the class of a variable that another one is assigned to."""
        if not isinstance(node, ast.Assign):
            return
        kind = self.kinds.get(_path(node.value))
        for each in node.targets:
            if kind is not None:
                self.kinds[_path(each)] = kind
            if isinstance(each, ast.Attribute) and (held := self.kind(each.value)) is not None and held.is_plain:
                setattr(node, _OWN, True)

    def call(self, node: ast.Call, before: list[ast.stmt]) -> ast.expr | None:
        """Write what is called before the statement, and give what stands for its result; None: it stays a call."""
        if self.is_full() or any(isinstance(each, ast.Starred) for each in node.args):
            return None
        if isinstance(node.func, ast.Attribute):
            return self.method(node.func, node, before)
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in self.module.classes:
            return self.made(self.module.classes[name], node, before)
        function = self.module.functions.get(name)
        return None if function is None else self.body(function, node, None, before)

    def is_full(self) -> bool:
        """Tell whether there is no room for more."""
        return (
            len(self.within) > _DEEPEST or self.statements > _MOST_STATEMENTS or self.module.statements > _MOST_IN_FILE
        )

    def method(self, at: ast.Attribute, node: ast.Call, before: list[ast.stmt]) -> ast.expr | None:
        """Write a method of the file before the statement."""
        found = at.value
        if isinstance(found, ast.Name) and found.id in self.module.classes:
            function = self.module.classes[found.id].methods.get(at.attr)
            if function is None or not _is(function, "classmethod", "staticmethod"):
                return None
            return self.body(function, node, None if _is(function, "staticmethod") else found, before)
        held = self.kind(found) or self.module.owners.get(at.attr)
        function = None if held is None else held.methods.get(at.attr)
        if function is None or _is(function, "property", "cached_property"):
            return None
        if _is(function, "staticmethod"):
            return self.body(function, node, None, before)
        if held is not None and _is(function, "classmethod"):
            return self.body(function, node, ast.copy_location(ast.Name(held.node.name, ast.Load()), node), before)
        known, this = self.kind(found), self.named(found, before)
        if held is not None and known is None:
            self.state(held, this, before)
        elif known is not None:
            self.kinds[_path(this)] = known.node.name
        return self.body(function, node, this, before)

    def state(self, held: _Class, this: ast.expr, before: list[ast.stmt]) -> None:
        """Write how an object is made, of which it is not seen where."""
        if isinstance(this, ast.Name):
            self.kinds[this.id] = held.node.name
        function = held.methods.get("__init__")
        if function is not None and not self.is_full():
            made = self.inlined
            self.body(function, ast.copy_location(ast.Call(this, [], []), this), this, before, whatever=True)
            self.inlined = made

    def property(self, node: ast.Attribute, before: list[ast.stmt]) -> ast.expr | None:
        """Write a property of the file before the statement."""
        held = self.kind(node.value)
        function = None if held is None else held.methods.get(node.attr)
        if function is None or not _is(function, "property", "cached_property"):
            return None
        asked = ast.copy_location(ast.Call(node, [], []), node)
        return self.body(function, asked, self.named(node.value, before), before)

    def kind(self, node: ast.expr) -> _Class | None:
        """Tell the class of an object, where it is one of the file."""
        path = _path(node)
        return self.module.classes.get(self.kinds.get(path) or self.module.instances.get(path, ""))

    def named(self, node: ast.expr, before: list[ast.stmt]) -> ast.expr:
        """Give an object a name, where it has none."""
        if isinstance(node, ast.Name):
            return node
        name = self.fresh("object")
        before.append(ast.copy_location(ast.Assign([ast.Name(name, ast.Store())], node), node))
        return ast.copy_location(ast.Name(name, ast.Load()), node)

    def made(self, held: _Class, node: ast.Call, before: list[ast.stmt]) -> ast.expr | None:
        """Write the constructor of an object before the statement."""
        function = held.methods.get("__init__")
        if function is None and not (held.is_record and held.fields):
            return None
        name = self.to[0] if self.to[1] is node else self.fresh(held.node.name.lower())
        self.to = _NOWHERE
        this = ast.copy_location(ast.Name(name, ast.Load()), node)
        empty = ast.Call(ast.Name("object", ast.Load()), [], [])
        start = ast.copy_location(ast.Assign([ast.Name(name, ast.Store())], empty), node)
        self.kinds[name] = held.node.name
        if function is not None:
            inside: list[ast.stmt] = [start]
            if self.body(function, node, this, inside) is None:
                return None
            before += inside
        else:
            given = dict(zip((field for field, _ in held.fields), node.args, strict=False))
            given |= {each.arg or "**": each.value for each in node.keywords}
            before.append(start)
            for field, default in held.fields:
                value = given.get(field, default)
                if value is not None:
                    target = ast.Attribute(this, field, ast.Store())
                    before.append(ast.copy_location(ast.Assign([target], _clone(value)), node))
                    self._know(before[-1])
        self.inlined += 1
        self.is_sure = False
        return this

    def body(
        self,
        function: Function,
        node: ast.Call,
        this: ast.expr | None,
        before: list[ast.stmt],
        *,
        whatever: bool = False,
    ) -> ast.expr | None:
        """Write the body of a function before the statement that calls it."""
        facts = self.module.facts(function)
        if function in self.within or facts.is_check:
            return None
        given = _arguments(function, node, this, whatever=whatever)
        if given is None:
            return None
        self.within.append(function)
        self.inlined += 1
        self.is_sure &= facts.is_plain and (self.is_own(function, this) or (this is None and self.is_told(function)))
        names = {name: self.fresh(name) for name in sorted(facts.names)}
        stays = {
            name: value
            for name, value in given.items()
            if value is this or (self.module.defines(value) and name not in facts.assigned)
        }
        replaced = {name: value.id for name, value in stays.items() if isinstance(value, ast.Name)}
        result = self.to[0] if self.to[1] is node and not self.tries else self.fresh(function.name)
        if facts.answer in names and facts.answer not in given:
            names[facts.answer] = result
        for name, value in given.items():
            if name not in replaced:
                before.append(_assign(names[name], _clone(value), node))
                self._know(before[-1])
        if facts.generates or not (facts.answers or function.name == "__init__"):
            before.append(_assign(result, ast.Constant("" if facts.generates else None), node))
        inside = _Rename({**names, **replaced}).all([_clone(each) for each in function.body])
        returns = _Returns(result)
        made = self.block([one for each in inside for one in returns.statement(each, inside[-1])])
        if returns.breaks:
            always = ast.Constant(value=True)
            made = [ast.copy_location(ast.While(always, [*made, ast.Break()], []), node)]
        self.within.pop()
        if len(self.within) <= 1:
            for each in (one for inner in made for one in ast.walk(inner) if isinstance(one, ast.stmt)):
                setattr(each, _CALLED, self.at)
        before += made
        return ast.copy_location(ast.Name(result, ast.Load()), node)

    def is_told(self, function: Function) -> bool:
        """Tell whether the name of a function can stand for nothing else."""
        return function.name in self.module.plain

    def is_own(self, function: Function, this: ast.expr | None) -> bool:
        """Tell whether this is a method of the object that the unfolded function itself is one of, and of no other."""
        is_this = isinstance(this, ast.Name) and this.id == self.this
        return is_this and not function.decorator_list and self.module.methods(function.name) == [function]

    def fresh(self, name: str) -> str:
        """Give a name that the file does not have."""
        self.count += 1
        return f"of{self.count}_{name}"


class _Hoist(ast.NodeTransformer):
    """Takes calls out of an expression."""

    def __init__(self, unfolding: _Unfolding, before: list[ast.stmt]) -> None:
        self.unfolding = unfolding
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
        inner = _Hoist(self.unfolding, inside)
        first.ifs = [inner.visit(each) for each in first.ifs]
        node.elt = inner.visit(node.elt)
        if not inside:
            return node
        name = self.unfolding.fresh("list")
        add = ast.Call(ast.Attribute(ast.Name(name, ast.Load()), "append", ast.Load()), [node.elt], [])
        loop = ast.For(first.target, first.iter, [*inside, ast.copy_location(ast.Expr(add), node)], [])
        self.before.append(_assign(name, ast.List([], ast.Load()), node))
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
        found = self.unfolding.property(node, self.before) if isinstance(node.ctx, ast.Load) else None
        return node if found is None else found

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        found = self.unfolding.call(node, self.before)
        return node if found is None else found


class _Rename(ast.NodeTransformer):
    """Gives the names of one function to those of another."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def all(self, body: list[ast.stmt]) -> list[ast.stmt]:
        return [self.visit(each) for each in body]

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self.names.get(node.id, node.id)
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.ExceptHandler:
        self.generic_visit(node)
        node.name = self.names.get(node.name, node.name) if node.name else None
        return node


class _Returns:
    """Turns what a function gives back into an assignment."""

    def __init__(self, result: str) -> None:
        self.result = result
        self.breaks = False

    def statement(self, node: ast.stmt, last: ast.stmt) -> list[ast.stmt]:
        """Turn the returns of one statement; after the last one of a function there is nothing to leave."""
        if isinstance(node, ast.Return):
            given: list[ast.stmt] = [] if node.value is None else [_assign(self.result, node.value, node)]
            if isinstance(node.value, ast.Name) and node.value.id == self.result:
                given = []
            if node is last:
                return given or [ast.copy_location(ast.Pass(), node)]
            self.breaks = True
            return [*given, ast.copy_location(ast.Break(), node)]
        if isinstance(node, _Scope):
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
                    end = last if not isinstance(node, ast.If | ast.With | ast.Try) or node is not last else inner[-1]
                    setattr(part, name, [one for each in inner for one in self.statement(each, end)])
        found: list[ast.stmt] = [node]
        if is_loop and self.breaks:  # what left the loop leaves all that is around it
            leave = ast.If(ast.Name(f"{self.result}_left", ast.Load()), [ast.copy_location(ast.Break(), node)], [])
            found.append(ast.copy_location(leave, node))
        self.breaks = self.breaks or left
        return found


def _clone(node: Node) -> Node:
    """Copy a tree; ten times as fast as `copy.deepcopy`."""
    made = node.__class__.__new__(node.__class__)
    inside = vars(made)
    for name, value in vars(node).items():
        if isinstance(value, ast.AST):
            inside[name] = _clone(value)
        elif isinstance(value, list):
            inside[name] = [_clone(each) if isinstance(each, ast.AST) else each for each in value]
        else:
            inside[name] = value
    return made


def _assign(name: str, value: ast.expr, at: ast.AST) -> ast.Assign:
    made = ast.Assign([ast.Name(name, ast.Store())], value)
    ast.copy_location(made, at)
    ast.copy_location(made.targets[0], at)
    if not hasattr(value, "lineno"):
        ast.copy_location(value, at)
    return made


def _parameters(function: Function) -> list[ast.arg]:
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


def _arguments(
    function: Function, node: ast.Call, this: ast.expr | None, *, whatever: bool
) -> dict[str, ast.expr] | None:
    """Match what is given with the parameters; None where they do not go together.

    `whatever`: what is not given is anything.
    """
    positional = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    values = [*([this] if this is not None else []), *node.args]
    named = {each.arg or "**": each.value for each in node.keywords}
    known = {each.arg for each in _parameters(function)}
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
        given = {**{name: ast.copy_location(ast.Name(name, ast.Load()), node) for name in known}, **given}
    return given if known <= given.keys() else None


class _Facts:
    """What has to be known of a function each time that it is called."""

    def __init__(self, function: Function) -> None:
        names: set[str] = set()
        shared: set[str] = set()
        answers: list[ast.expr] = []
        self.generates = False
        self.is_plain = True
        """Are all its names its own or the module's, and does it give back what it returns?"""
        whole = {each.value for each in ast.walk(function) if isinstance(each, ast.Expr)}
        for each in ast.walk(function):
            if each is not function and isinstance(each, (*_Scope, ast.Global, ast.Nonlocal)):
                self.is_plain = False
            if isinstance(each, ast.Yield | ast.YieldFrom) and each not in whole:
                self.is_plain = False
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
                names.add(each.id)
            elif isinstance(each, ast.Global | ast.Nonlocal):
                shared |= set(each.names)
            elif isinstance(each, ast.ExceptHandler) and each.name:
                names.add(each.name)
            elif isinstance(each, ast.Return) and each.value is not None:
                answers.append(each.value)
            elif isinstance(each, ast.Yield | ast.YieldFrom):
                self.generates = True
        starred = (each for each in (function.args.vararg, function.args.kwarg) if each is not None)
        parameters = {each.arg for each in (*_parameters(function), *starred)}
        self.assigned = frozenset(names)
        self.names = frozenset((parameters | names) - shared)
        self.answers = bool(answers)
        self.is_check = bool(answers) and all(map(_is_yes_or_no, answers))
        """Does it only say whether something is so? The rules know such checks by their definition."""
        last = function.body[-1]
        only = last.value if len(answers) == 1 and isinstance(last, ast.Return) else None
        self.answer = only.id if isinstance(only, ast.Name) else ""
        """The variable that it gives back at its end, where it gives back nothing else."""


def _is_yes_or_no(value: ast.expr) -> bool:
    match value:
        case ast.Compare() | ast.Constant(value=bool()) | ast.UnaryOp(op=ast.Not()):
            return True
        case ast.BoolOp(values=values):
            return all(map(_is_yes_or_no, values))
        case ast.Call(func=called):
            return _last_name(called) in {"bool", "all", "any", "isinstance"}
        case _:
            return False


def _functions(tree: ast.AST) -> Iterator[Function]:
    """Give the functions of a module, and those in functions, without methods."""
    for each in ast.iter_child_nodes(tree):
        if isinstance(each, Function):
            yield each
        if not isinstance(each, ast.ClassDef):
            yield from _functions(each)


def _takes_requests(function: Function) -> bool:
    """Tell whether a framework calls a function with requests, or it asks the request itself."""
    if any(_last_name(each) in _ROUTES for each in function.decorator_list):
        return True
    if any(each.arg == "request" for each in function.args.args):
        return True
    return any(isinstance(each, ast.Name) and each.id == "request" for each in ast.walk(function))


def _bound(tree: ast.AST) -> Iterator[str]:
    """Give every name each time that something is bound to it, in any scope."""
    for each in ast.walk(tree):
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


def _is(function: Function, *decorators: str) -> bool:
    return any(_last_name(each) in decorators for each in function.decorator_list)


def _path(node: ast.expr) -> str:
    """Write a name, or an attribute of one, as it is known by; empty for all else."""
    if isinstance(node, ast.Attribute) and (owner := _path(node.value)):
        return f"{owner}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _last_name(node: ast.expr) -> str:
    """Give the last part of a dotted name: `dataclass` of `@dataclasses.dataclass(slots=True)`."""
    while isinstance(node, ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return node.id if isinstance(node, ast.Name) else ""
