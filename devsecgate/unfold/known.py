"""What a file defines: its functions and classes, and what has to be known of them before they are written anywhere."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from devsecgate.unfold.syntax import (
    SCOPES,
    Function,
    all_parameters,
    bound_names,
    dotted,
    functions_of,
    last_name,
    partial_of,
    walk,
)

_ROUTES = frozenset({
    "action", "api_route", "api_view", "delete", "errorhandler", "exception_handler", "expose", "get", "handler",
    "head", "middleware", "options", "patch", "post", "put", "route", "view", "view_config", "websocket",
})  # fmt: skip
"""Decorators of functions that answer requests."""
METHODS = frozenset({"delete", "dispatch", "get", "handle", "head", "options", "patch", "post", "put"})
"""Of classes that do."""
_VIEW_BASE = re.compile(r"(?:View|Resource|Handler|Endpoint|Controller)\Z")
_PLAIN_METHODS = frozenset(name for kind in (str, bytes, list, dict, set, tuple, int) for name in dir(kind)) | {
    "close", "commit", "execute", "fetchall", "fetchone", "filter", "first", "load", "loads", "open", "post", "put",
    "query", "read", "render", "run", "save", "search", "send", "write",
}  # fmt: skip
"""Methods that so many kinds of objects have that their name alone says nothing."""


class Class:
    """A class of the file."""

    def __init__(self, node: ast.ClassDef) -> None:
        self.node = node
        self.methods = {each.name: each for each in node.body if isinstance(each, Function)}
        self.fields = [
            (each.target.id, each.value)
            for each in node.body
            if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
            if last_name(each.annotation) != "ClassVar"
        ]
        self.constants = [
            (each.targets[0].id, each.value)
            for each in node.body
            if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name)
            if len(each.targets) == 1 and isinstance(each.value, ast.Constant)
        ]
        names = {last_name(each) for each in (*node.decorator_list, *node.bases)}
        self.is_record = bool(names & {"dataclass", "NamedTuple", "Struct", "define", "frozen", "attrs"})
        self.is_plain = self.is_record or not node.bases
        self.is_view = any(_VIEW_BASE.search(last_name(each)) for each in node.bases)


class Module:
    """All that a file defines."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.statements = 0
        self.known: dict[Function, Facts] = {}
        nodes = walk(tree)
        functions: dict[str, list[Function]] = {}
        for each in functions_of(tree):
            functions.setdefault(each.name, []).append(each)
        self.definitions = functions
        bound = Counter(bound_names(nodes))
        self.partials = {
            name: call for name, call in map(partial_of, tree.body) if call is not None and bound[name] == 1
        }
        self.functions = {name: found[0] for name, found in functions.items() if len(found) == 1}
        self.classes = {each.name: Class(each) for each in nodes if isinstance(each, ast.ClassDef)}
        owners: dict[str, list[Class]] = {}
        for held in self.classes.values():
            for name in held.methods:
                owners.setdefault(name, []).append(held)
        self.owners = {
            name: found[0] for name, found in owners.items() if len(found) == 1 and name not in _PLAIN_METHODS
        }
        self.instances = dict(self._instances(nodes))
        self.first = [
            each
            for each in self.functions.values()
            if any(last_name(one) in {"before_request", "before_app_request"} for one in each.decorator_list)
        ]

    def _instances(self, nodes: Sequence[ast.AST]) -> Iterator[tuple[str, str]]:
        for each in nodes:
            if isinstance(each, ast.Assign) and isinstance(each.value, ast.Call):
                made = each.value.func
                if isinstance(made, ast.Name) and made.id in self.classes:
                    yield from ((one.id, made.id) for one in each.targets if isinstance(one, ast.Name))

    def facts(self, function: Function) -> Facts:
        """Give what is known of a function."""
        if function not in self.known:
            self.known[function] = Facts(function)
        return self.known[function]

    def methods(self, name: str) -> list[Function]:
        """Give all methods of a name."""
        return [held.methods[name] for held in self.classes.values() if name in held.methods]

    def named_in(self, made: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
        """Give the functions and classes that are named in statements, and are not among them."""
        named = {each.id for one in made for each in walk(one) if isinstance(each, ast.Name)}
        done = {each.name for each in made if isinstance(each, (*SCOPES[:2], ast.ClassDef))}
        wanted = named - done
        yield from (each for name in self.definitions if name in wanted for each in self.definitions[name])
        yield from (held.node for name, held in self.classes.items() if name in wanted)


class Facts:
    """What has to be known of a function each time that it is called."""

    def __init__(self, function: Function) -> None:
        names: set[str] = set()
        shared: set[str] = set()
        answers: list[ast.expr] = []
        self.generates = False
        self.is_plain = True
        """Has it no function in it, and no name of others?"""
        for each in walk(function):
            if each is not function and isinstance(each, (*SCOPES, ast.Global, ast.Nonlocal)):
                self.is_plain = False
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
                names.add(each.id)
            elif isinstance(each, ast.Global | ast.Nonlocal):
                shared |= set(each.names)
            elif isinstance(each, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and each.name:
                names.add(each.name)
            elif isinstance(each, ast.MatchMapping) and each.rest:
                names.add(each.rest)
            elif isinstance(each, ast.Return) and each.value is not None:
                answers.append(each.value)
            elif isinstance(each, ast.Yield | ast.YieldFrom):
                self.generates = True
        starred = (each for each in (function.args.vararg, function.args.kwarg) if each is not None)
        parameters = {each.arg for each in (*all_parameters(function), *starred)}
        self.kinds = {
            each.arg: each.annotation
            for each in all_parameters(function)
            if each.annotation is not None and last_name(each.annotation)[:1].isupper() and dotted(each.annotation)
        }
        """The classes of parameters, as it says."""
        self.assigned = frozenset(names)
        self.names = frozenset((parameters | names) - shared)
        self.others = frozenset(each.id for each in walk(function) if isinstance(each, ast.Name)) - self.names
        """Names that it uses and that are not its own."""
        self.answers = bool(answers)
        self.is_check = bool(answers) and all(map(_is_yes_or_no, answers))
        """Does it only say whether something is so? The rules know such checks by their definition."""
        last = function.body[-1]
        only = last.value if len(answers) == 1 and isinstance(last, ast.Return) else None
        self.answer = only.id if isinstance(only, ast.Name) else ""
        """The variable that it gives back at its end, where it gives back nothing else."""
        self.first = next((each.arg for each in all_parameters(function)), "")


def _is_yes_or_no(value: ast.expr) -> bool:
    match value:
        case ast.Compare() | ast.Constant(value=bool()) | ast.UnaryOp(op=ast.Not()):
            return True
        case ast.BoolOp(values=values):
            return all(map(_is_yes_or_no, values))
        case ast.Call(func=called):
            return last_name(called) in {"bool", "all", "any", "isinstance"}
        case _:
            return False


def takes_requests(function: Function) -> bool:
    """Tell whether a framework calls a function with requests, or it asks the request itself."""
    if any(last_name(each) in _ROUTES for each in function.decorator_list):
        return True
    if any(each.arg == "request" for each in function.args.args):
        return True
    return any(isinstance(each, ast.Name) and each.id == "request" for each in walk(function))
