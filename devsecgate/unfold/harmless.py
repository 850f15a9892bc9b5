"""Python source in; which of its functions give back, and which of their parameters get, nothing dangerous, out.

Semgrep takes what a function of the file gives back for as dangerous as what it is given, and our rules take for
dangerous what a function of the file is given. Where constants are given back, entries of a table, numbers or what was
compared with a list, whatever way leads there, and where each call of the file gives such, that is wrong. It is told
here by going through each function once, with the variables that are harmless at each place; in doubt, one is not. A
function that hands what it is given to something that is not known is none of those that only give something back.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import msgspec

from devsecgate.unfold.syntax import (
    Function,
    all_parameters,
    bound_names,
    children,
    dotted,
    last_name,
    match_arguments,
    walk,
)

LARGEST = 200_000
"""Bytes of a file."""
_Known: TypeAlias = dict[str, bool]
"""Harmless variables; True: a text, a number or the like, which nobody can put anything into."""
_NUMBERS = frozenset({
    "all", "any", "bool", "datetime.date.fromisoformat", "datetime.date.today", "datetime.datetime.fromisoformat",
    "datetime.datetime.now", "datetime.datetime.strptime", "decimal.Decimal", "float", "hash", "int",
    "ipaddress.IPv4Address", "ipaddress.IPv4Network", "isinstance", "len", "ord", "secrets.randbelow",
    "secrets.token_bytes", "secrets.token_hex", "secrets.token_urlsafe", "time.monotonic", "time.time", "uuid.UUID",
    "uuid.uuid4",
})  # fmt: skip
"""Functions whose answer is harmless whatever they are given. (Addresses of IPv6 may end in any text.)"""
_TEXTS = frozenset({"ascii", "format", "os.path.join", "pathlib.Path", "pathlib.PurePath", "repr", "str"})
"""Functions whose answer is a text, or as good as one, that consists of what they are given."""
_CARRIERS = frozenset({"dict", "frozenset", "list", "max", "min", "range", "reversed", "set", "sorted", "sum", "tuple"})
"""Functions whose answer consists of what they are given."""
_DIGESTS = frozenset({"digest", "hexdigest"})
_CHECKS = frozenset({"isalnum", "isalpha", "isdecimal", "isdigit", "isidentifier", "isnumeric"})
_TEXT_METHODS = frozenset({
    "capitalize", "casefold", "center", "decode", "encode", "format", "isoformat", "join", "ljust", "lower", "lstrip",
    "removeprefix", "removesuffix", "replace", "rjust", "rstrip", "strftime", "strip", "title", "upper", "zfill",
})  # fmt: skip
"""Methods of a text that give another one."""
_READS = frozenset({"copy", "count", "get", "index", "items", "keys", "values"})
"""Methods that leave a table as it is."""
_READERS = frozenset({"dict", "enumerate", "frozenset", "len", "list", "max", "min", "set", "sorted", "sum", "tuple"})
_LOOKS = frozenset({
    "add", "append", "endswith", "find", "fullmatch", "insert", "partition", "rpartition", "rsplit", "split",
    "splitlines", "startswith",
})  # fmt: skip
_ASKS = frozenset({
    "close", "commit", "cursor", "fetchall", "fetchmany", "fetchone", "first", "mappings", "one", "scalar", "scalars",
})  # fmt: skip
"""Methods of a database and of what it answers."""
_QUIET = _TEXT_METHODS | _READS | _DIGESTS | _CHECKS | _LOOKS | _ASKS
"""Methods that do nothing with what they are given that anybody would notice."""
_COMPUTING = frozenset({"base64", "hashlib", "hmac", "math", "re"})
"""Modules that do nothing but compute."""
_ENDS = frozenset({"abort", "flask.abort", "sys.exit", "werkzeug.exceptions.abort"})
_CACHES = frozenset({"cache", "lru_cache"})
_NARROW = re.compile(
    r"(?:\^|\\A)?(?:\\[dw]|[A-Za-z0-9_-]|\[(?:\\[dw]|[A-Za-z0-9_-])+\]|\((?:\?:)?|\)|\||[?*+]|\{\d*(?:,\d*)?\})*(?:\$|\\Z)?"
)
"""Regular expressions that match letters, digits, `-` and `_`, and nothing else."""
_FLAGS = frozenset({"re.A", "re.ASCII", "re.I", "re.IGNORECASE"})
"""Of regular expressions that stay what they are by them."""
_FROM_OUTSIDE = frozenset({"_event", "environ", "event", "req", "request", "start_response"})
"""Parameters of functions that somebody else calls."""
_DEFINED = re.compile(rb"^(?:async )?def (\w+\()", re.MULTILINE)
_STEPS = 30_000
"""Statements, each time that they are gone through; of 425 files of web projects none needed more than 7,000."""
_PER_STEP = 20
"""Variables, calls or nodes."""
_ROUNDS = 10
"""Of going through all calls; each may tell one more parameter, and what is not told is not harmless."""
_NOTHING = ast.Constant(None)
_STATEMENT = re.compile(r"\s*(?:select|insert|update|delete|with)\s", re.IGNORECASE)
_REFUSED = (ast.NamedExpr, ast.Global, ast.Nonlocal, ast.Yield, ast.YieldFrom, ast.ClassDef, ast.Lambda)


class Harmless(msgspec.Struct, frozen=True):
    """What is known of functions at the top of a file, sorted."""

    answers: tuple[str, ...] = ()
    """Those that give the file back nothing dangerous, and do nothing else with what they are given."""
    parameters: tuple[tuple[str, str], ...] = ()
    """By function: those that get nothing dangerous by any call of the file."""


def harmless(content: bytes, *, quoting: frozenset[str] = frozenset()) -> Harmless:
    """Tell what is harmless of a file's functions.

    `quoting`: functions of libraries, by their full names, whose answer is harmless where it is used.
    """
    if len(content) > LARGEST or not any(content.count(name) > 1 for name in _DEFINED.findall(content)):
        return Harmless()
    try:
        file = _File(ast.parse(content), quoting)
        return Harmless() if file.bound["*"] else file.harmless()
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Harmless()


class _File:
    """What a file has at its top."""

    def __init__(self, tree: ast.Module, quoting: frozenset[str]) -> None:
        self.steps = _STEPS
        self.tree = tree
        self.quoting = quoting
        self.nodes = nodes = walk(tree)
        self.bound = Counter(bound_names(nodes))
        self.functions = {
            each.name: each
            for each in tree.body
            if isinstance(each, Function) and self.bound[each.name] == 1
            if all(last_name(one) in _CACHES for one in each.decorator_list)
        }
        self.origins = dict(_origins(each for each in nodes if isinstance(each, ast.Import | ast.ImportFrom)))
        shared = (each.names for each in nodes if isinstance(each, ast.Global | ast.Nonlocal))
        self.shared = frozenset(name for names in shared for name in names)
        """Variables that functions assign that are not their own."""
        self.known: dict[str, bool] = {}
        """Functions whose answer is harmless; True: a text or a number."""
        self.given: dict[str, _Known] = {}
        """Harmless parameters, by function."""
        self.seen: dict[ast.Call, Mapping[str, bool | None]] = {}
        """What each call of these functions gives them, as far as it was met."""
        self.constants: _Known = {}
        self.patterns: set[str] = set()
        """Narrow regular expressions."""
        changed = _changed(nodes)
        for each in tree.body:
            match each:
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if self.bound[name] == 1:
                    pass
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if self.bound[name] == 1:
                    pass
                case _:
                    continue
            if self.is_narrow(value):
                self.patterns.add(name)
            found = _Body(self, ()).judged(value, {})
            if found is not None and (found or (name not in changed and _is_flat(value))):
                self.constants[name] = found

    def harmless(self) -> Harmless:
        """Judge what functions give back and what they get in turn, until nothing more is found."""
        answering = {name: _answering(self, each) for name, each in self.functions.items()}
        found = Harmless()
        for _ in range(_ROUNDS):
            now = Harmless(self.answers(answering), self.parameters())
            if now == found:
                break
            found = now
        return found

    def answers(self, answering: Mapping[str, _Body | None]) -> tuple[str, ...]:
        """Judge the functions until no further one is found."""
        waiting = {name: body for name, body in answering.items() if body is not None and name not in self.known}
        before = -1
        while before < len(self.known):
            before = len(self.known)
            for name in [*waiting]:
                answer = waiting[name].answer(self.functions[name])
                if answer is not None:
                    self.known[name] = answer
                    del waiting[name]
        return tuple(sorted(self.known))

    def parameters(self) -> tuple[tuple[str, str], ...]:
        """Judge what the calls of functions give them, until no further parameter is found."""
        calls: dict[str, list[ast.Call]] = {}
        used = Counter[str]()
        for each in self.nodes:
            if isinstance(each, ast.Name):
                used[each.id] += 1
            elif isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id in self.functions:
                calls.setdefault(each.func.id, []).append(each)
        calls = {name: found for name, found in calls.items() if used[name] == len(found)}  # nobody else can call it
        calls = {name: found for name, found in calls.items() if not _is_entry(self.functions[name])}
        lines = sorted(each.lineno for found in calls.values() for each in found)
        inner = (each for each in self.nodes if isinstance(each, Function) and lines)
        scopes = [self.tree, *(each for each in inner if _has_line(each, lines))]
        for _ in range(_ROUNDS if calls else 0):
            self.seen = {}
            for scope in scopes:
                _Body(self, ()).through(scope)
            found = {name: self.all_give(name, some) for name, some in calls.items()}
            if found == self.given:
                break
            self.given = found
        return tuple(sorted((name, each) for name, found in self.given.items() for each in found))

    def all_give(self, name: str, calls: Iterable[ast.Call]) -> _Known:
        """Give the parameters of a function for which each call has something harmless."""
        function = self.functions[name]
        bound = frozenset(bound_names(one for each in function.body for one in walk(each)))
        met = [self.seen.get(each, {}) for each in calls]
        kinds = {each.arg: [one.get(each.arg) for one in met] for each in all_parameters(function)}
        return {each: all(found) for each, found in kinds.items() if None not in found and each not in bound}

    def spend(self, steps: int) -> None:
        """Count what was done. Raises ValueError where a file is made so that there is no end of it."""
        self.steps -= steps
        if self.steps < 0:
            raise ValueError

    def origin(self, called: ast.expr) -> str:
        """Give the full name of what is called, of modules that are imported and of what is built in."""
        first, dot, rest = dotted(called).partition(".")
        if first in self.origins and self.bound[first] == 1:
            return f"{self.origins[first]}{dot}{rest}"
        return "" if self.bound[first] else first + dot + rest

    def is_narrow(self, value: ast.expr) -> bool:
        """Tell whether this compiles a regular expression that only harmless texts match as a whole."""
        match value:
            case ast.Call(func=called, args=[ast.Constant(value=str(text)), *flags], keywords=[]):
                is_plain = all(self.origin(each) in _FLAGS for each in flags)
                return self.origin(called) == "re.compile" and _is_narrow(text) and is_plain
            case _:
                return False


def _origins(imports: Iterable[ast.Import | ast.ImportFrom]) -> Iterable[tuple[str, str]]:
    for each in imports:
        for one in each.names:
            if isinstance(each, ast.ImportFrom):
                if not each.level:
                    yield one.asname or one.name, f"{each.module}.{one.name}"
            elif one.asname:
                yield one.asname, one.name
            else:
                first = one.name.partition(".")[0]
                yield first, first


def _changed(nodes: Sequence[ast.AST]) -> frozenset[str]:
    """Name the variables of which somebody may change what is in them: all but those that are only looked into."""
    used, looked = Counter[str](), Counter[str]()
    for each in nodes:
        match each:
            case ast.Name(id=name, ctx=ast.Load()):
                used[name] += 1
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Load()):
                looked[name] += 1
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)) if method in _READS:
                looked[name] += 1
            case ast.Call(func=ast.Name(id=called), args=[ast.Name(id=name), *_]) if called in _READERS:
                looked[name] += 1
            case ast.Compare(comparators=[ast.Name(id=name)]):
                looked[name] += 1
            case ast.For(iter=ast.Name(id=name)) | ast.comprehension(iter=ast.Name(id=name)):
                looked[name] += 1
    return frozenset(name for name in used if used[name] > looked[name])


def _parameters(function: Function) -> tuple[str, ...]:
    given = function.args
    return tuple(
        each.arg
        for each in (*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg)
        if each is not None
    )


def _has_line(function: Function, lines: Sequence[int]) -> bool:
    """Tell whether one of some lines, in order, is in a function."""
    place = bisect_left(lines, function.lineno)
    return place < len(lines) and lines[place] <= (function.end_lineno or function.lineno)


def _is_entry(function: Function) -> bool:
    return bool(function.decorator_list) or not _FROM_OUTSIDE.isdisjoint(_parameters(function))


def _is_narrow(text: str) -> bool:
    return len(text) <= 200 and _NARROW.fullmatch(text) is not None


def _answering(file: _File, function: Function) -> _Body | None:
    """Give what goes through a function that gives something back, and leaves nothing behind; None for others."""
    inside = [one for each in function.body for one in walk(each)]
    if any(isinstance(each, (*_REFUSED, *(ast.FunctionDef, ast.AsyncFunctionDef))) for each in inside):
        return None
    if not any(isinstance(each, ast.Return) and each.value is not None for each in inside):
        return None
    body = _Body(file, _parameters(function))
    bound = Counter(bound_names(inside))
    parameters, body.own = body.own, body.own | bound.keys()
    body.once = frozenset(name for name in bound if bound[name] == 1) - parameters
    stored = (each for each in inside if isinstance(each, ast.Attribute | ast.Subscript))
    if any(isinstance(each.ctx, ast.Store | ast.Del) and _root(each) not in body.own - parameters for each in stored):
        return None
    said = {one for each in inside if isinstance(each, ast.Raise) for one in walk(each)}
    body.calls = [each for each in inside if isinstance(each, ast.Call) and each not in said]
    return body


class _Body:
    """One function, gone through with what is harmless at each place."""

    def __init__(self, file: _File, parameters: Sequence[str]) -> None:
        self.file = file
        self.own = frozenset(parameters)
        self.answers: list[bool | None] = []
        self.calls: Sequence[ast.Call] = ()
        self.once: frozenset[str] = frozenset()
        """Variables that are assigned at one place: they have what stands there, or nothing at all."""
        self.never: frozenset[str] = frozenset()
        """Variables that are assigned where nobody looks here."""
        self.left: list[list[_Known]] = []
        """For each loop around, what is known where it is left or begun anew."""

    def answer(self, function: Function) -> bool | None:
        """Tell whether all that it gives back is harmless; True: a text or a number."""
        self.file.spend(1 + len(self.calls) // _PER_STEP)
        if not all(map(self.is_quiet, self.calls)):
            return None
        self.answers = []
        self.block(function.body, dict(self.file.given.get(function.name, {})))
        return None if None in self.answers else all(self.answers)

    def through(self, scope: Function | ast.Module) -> None:
        """Go through a function, or the file, to meet its calls."""
        inside = self.file.nodes if isinstance(scope, ast.Module) else walk(scope)
        self.file.spend(1 + len(inside) // _PER_STEP)
        walruses = (each.target.id for each in inside if isinstance(each, ast.NamedExpr))
        self.never = self.file.shared.union(walruses)
        self.own = frozenset(bound_names(inside)) - self.never
        is_known = isinstance(scope, Function) and self.file.functions.get(scope.name) is scope
        known = self.file.given.get(scope.name, {}) if isinstance(scope, Function) and is_known else {}
        self.block(scope.body, dict(known))

    def meet(self, node: ast.Call, function: Function, known: Mapping[str, bool]) -> None:
        """Note what a call gives to a function."""
        given = match_arguments(function, node, None, whatever=False)
        if given is None or any(isinstance(each, ast.Starred) for each in node.args):
            given = {}
        own = {id(each) for each in (*node.args, *(one.value for one in node.keywords))}
        kinds = {
            name: self.judged(value, known) if id(value) in own else _Body(self.file, ()).judged(value, {})
            for name, value in given.items()
        }
        before = self.file.seen.get(node)
        if before is not None:
            kinds = {
                name: None if None in (kind, before.get(name)) else kind and before[name]
                for name, kind in kinds.items()
            }
        self.file.seen[node] = kinds

    def is_quiet(self, node: ast.Call) -> bool:
        """Tell whether a call does nothing with what the function was given."""
        origin = self.file.origin(node.func)
        if origin in _NUMBERS | self.file.quoting | _TEXTS | _CARRIERS | _READERS | _ENDS:
            return True
        if isinstance(node.func, ast.Name) and node.func.id in self.file.known:
            return True
        if isinstance(node.func, ast.Attribute) and (node.func.attr in _QUIET or _is_query(node) or _is_signed(node)):
            return True
        if origin.partition(".")[0] in _COMPUTING:
            return True
        return bool(origin) and self.given(node, {}) is not None  # it gets constants alone

    # ------------------------------------------------------------ statements

    def block(self, body: Sequence[ast.stmt], known: _Known | None) -> _Known | None:
        """Go through statements; None: nothing comes after them."""
        known = None if known is None else dict(known)
        for each in body:
            if known is None:
                return None
            self.file.spend(1 + len(known) // _PER_STEP)
            known = self.statement(each, known)
        return known

    def statement(self, node: ast.stmt, known: _Known) -> _Known | None:
        match node:
            case ast.If(test=test, body=body, orelse=other):
                self.touch(test, known)
                one = self.block(body, known | self.proven(test, known, truth=True))
                return _both(one, self.block(other, known | self.proven(test, known, truth=False)))
            case ast.For() | ast.AsyncFor() | ast.While():
                return self.loop(node, known)
            case ast.Match():
                return self.cases(node, known)
            case ast.Try() | ast.TryStar():
                return self.tried(node, known)
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                for item in items:
                    self.touch(item.context_expr, known)
                    if item.optional_vars is not None:
                        self.bind(item.optional_vars, None, known)
                after = self.block(body, known)
                broken = _without(known, _bound(body))  # it may end what is raised in it
                kept = {} if after is None else {name: after[name] for name in after.keys() & self.once}
                return _both({**kept, **broken}, after)
            case _:
                return None if self.ends(node, known) else self.simple(node, known)

    def ends(self, node: ast.stmt, known: _Known) -> bool:
        """Tell whether nothing comes after a statement, and note what it gives back."""
        if isinstance(node, ast.Return | ast.Raise):
            for each in children(node):
                if isinstance(each, ast.expr):
                    self.touch(each, dict(known))
        match node:
            case ast.Return(value=value):
                self.answers.append(True if value is None else self.judged(value, known))
            case ast.Break() | ast.Continue():
                if not self.left:  # it is read, and never compiled
                    return False
                self.left[-1].append(known)
            case ast.Expr(value=ast.Call(func=called)):
                self.touch(node.value, known)
                return self.file.origin(called) in _ENDS
            case _:
                return isinstance(node, ast.Raise)
        return True

    def simple(self, node: ast.stmt, known: _Known) -> _Known:
        """Go through a statement without others in it."""
        match node:
            case ast.Assign(targets=targets, value=value):
                found = self.judged(value, known)
                self.touch(value, known)
                for target in targets:
                    self.touch(target, known)
                    self.bind(target, found, known, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                found = self.judged(value, known)
                self.touch(value, known)
                self.bind(target, found, known)
            case ast.AugAssign(target=target, value=value):
                parts = self.judged(_loaded(target), known), self.judged(value, known)
                self.touch(value, known)
                if parts[1] is None:  # what it adds to may have another name
                    _drop_objects(known)
                self.bind(target, None if None in parts else all(parts), known)
            case _:
                is_inner = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
                for name in bound_names([node] if is_inner else walk(node)):
                    known.pop(name, None)
                for each in children(node):
                    if isinstance(each, ast.expr):
                        self.touch(each, known)
        return known

    def bind(self, target: ast.expr, found: bool | None, known: _Known, value: ast.expr | None = None) -> None:  # noqa: FBT001
        """Note what is assigned. To put something harmful into an object makes all of that harmful."""
        if isinstance(target, ast.Name):
            known.pop(target.id, None)
            if found is not None and target.id not in self.never:
                known[target.id] = found
        elif isinstance(target, ast.Tuple | ast.List):
            parts: Sequence[ast.expr | None] = [None] * len(target.elts)
            inside = (*value.elts, *target.elts) if isinstance(value, ast.Tuple) else ()
            if len(inside) == 2 * len(target.elts) and not any(isinstance(each, ast.Starred) for each in inside):
                parts = inside[: len(target.elts)]
            judged = [found if each is None else self.judged(each, known) for each in parts]
            for each, one in zip(target.elts, judged, strict=True):
                self.bind(each.value if isinstance(each, ast.Starred) else each, one, known)
        else:
            keys = [each.slice for each in walk(target) if isinstance(each, ast.Subscript)]
            if found is None or self.of_all(keys, known) is None:
                _drop_objects(known)

    def loop(self, node: ast.For | ast.AsyncFor | ast.While, known: _Known) -> _Known | None:
        """Go through a loop until nothing more is lost by another round."""
        while True:
            self.touch(node.test if isinstance(node, ast.While) else node.iter, known)
            self.left.append([])
            inside = dict(known)
            if isinstance(node, ast.While):
                inside |= self.proven(node.test, known, truth=True)
            else:
                self.bind(node.target, self.judged(node.iter, known), inside)
            after: _Known | None = self.block(node.body, inside)
            for each in self.left.pop():
                after = _both(after, each)
            smaller = _both(known, after) or {}
            if smaller == known:
                break
            known = smaller
        if isinstance(node, ast.While):
            known |= {} if _breaks(node.body) else self.proven(node.test, known, truth=False)
        return _both(self.block(node.orelse, known), known)

    def cases(self, node: ast.Match, known: _Known) -> _Known | None:
        """Go through a match: in a case of constants, what was compared with them is one of them."""
        self.touch(node.subject, known)
        subject, found = dotted(node.subject), self.judged(node.subject, known)
        after: _Known | None = None
        is_whole = False
        for case in node.cases:
            inside = dict(known)
            for name in bound_names(walk(case.pattern)):
                inside.pop(name, None)
                if found is not None:
                    inside[name] = found
            if subject and "." not in subject and _is_constant(case.pattern):
                inside[subject] = True
            if case.guard is not None:
                self.touch(case.guard, inside)
                inside |= self.proven(case.guard, inside, truth=True)
            after = _both(after, self.block(case.body, inside))
            is_whole = is_whole or (
                case.guard is None and isinstance(case.pattern, ast.MatchAs) and not case.pattern.pattern
            )
        return after if is_whole else _both(after, known)

    def tried(self, node: ast.Try | ast.TryStar, known: _Known) -> _Known | None:
        """Go through a try: where it broke off, nothing is known of what it assigns."""
        broken = _without(known, _bound(node.body))
        after = self.block(node.orelse, self.block(node.body, known))
        for handler in node.handlers:
            after = _both(after, self.block(handler.body, _without(broken, [handler.name or ""])))
        if node.finalbody:
            anywhere = _without(known, _bound([node]))
            if self.block(node.finalbody, anywhere) is None:
                return None
            after = None if after is None else self.block(node.finalbody, after)
        return after

    def touch(self, node: ast.expr, known: _Known) -> None:
        """Note that calls in an expression may put what they are given into whatever they can reach."""
        inside = walk(node)
        outer = _without(known, bound_names(inside))  # variables of a comprehension hide those around it
        for each in inside:
            if not isinstance(each, ast.Call):
                continue
            if isinstance(each.func, ast.Name) and each.func.id in self.file.functions:
                self.meet(each, self.file.functions[each.func.id], outer)
            if not self.only_reads(each) and self.given(each, outer) is None:
                _drop_objects(known)

    def only_reads(self, node: ast.Call) -> bool:
        """Tell whether a call leaves all as it is."""
        if isinstance(node.func, ast.Attribute) and node.func.attr in _READS:
            return True
        return self.file.origin(node.func) in _NUMBERS | _TEXTS | _READERS

    def given(self, node: ast.Call, known: Mapping[str, bool]) -> bool | None:
        """Judge all that a call gets."""
        return self.of_all([*node.args, *(one.value for one in node.keywords)], known)

    # ------------------------------------------------------------ expressions

    def judged(self, node: ast.expr, known: Mapping[str, bool]) -> bool | None:
        """Tell whether an expression is harmless; True: a text or a number, None: it may be anything."""
        match node:
            case ast.Constant() | ast.Compare() | ast.UnaryOp(op=ast.Not()):
                return True
            case ast.Name(id=name):
                return known.get(name) if name in self.own else self.file.constants.get(name)
            case ast.IfExp(test=test, body=one, orelse=other):
                sides = ((one, True), (other, False))
                found = [self.judged(each, {**known, **self.proven(test, known, truth=so)}) for each, so in sides]
                return None if None in found else all(found)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                return self.comprehended(node, known)
            case ast.Call():
                return self.called(node, known)
            case _:
                parts, is_text = _parts(node)
                found_in = self.of_all(parts, known) if parts else None
                return found_in if found_in is None or is_text is None else is_text

    def of_all(self, parts: Iterable[ast.expr], known: Mapping[str, bool]) -> bool | None:
        found = [self.judged(each, known) for each in parts]
        return None if None in found else all(found)

    def called(self, node: ast.Call, known: Mapping[str, bool]) -> bool | None:  # noqa: PLR0911 - a case for each kind
        """Judge a call."""
        origin = self.file.origin(node.func)
        given = [*node.args, *(each.value for each in node.keywords)]
        is_plain = len(node.args) == 1 and not node.keywords  # (html.escape may be told to leave quotes alone)
        if origin in _NUMBERS or (origin in self.file.quoting and is_plain):
            return True
        if isinstance(node.func, ast.Name) and node.func.id in self.file.known and node.func.id not in self.own:
            return self.file.known[node.func.id]
        if origin in _TEXTS | _CARRIERS:
            return None if self.of_all(given, known) is None else origin in _TEXTS
        if not isinstance(node.func, ast.Attribute):
            return None
        method, owner = node.func.attr, self.judged(node.func.value, known)
        if method in _DIGESTS and not given:
            return True
        if _is_query(node) or _is_signed(node):
            return False  # what it finds somebody else has put there
        if owner is None:
            return None
        matters = given[1:] if method == "get" and not owner else given  # a key only chooses
        return None if self.of_all(matters, known) is None else owner and method in _TEXT_METHODS

    def comprehended(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, known: Mapping[str, bool]
    ) -> bool | None:
        """Judge a comprehension by what it lets through."""
        inside = dict(known)
        for each in node.generators:
            self.bind(each.target, self.judged(each.iter, inside), inside)
            for test in each.ifs:
                inside |= self.proven(test, inside, truth=True)
        parts = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        return None if self.of_all(parts, inside) is None else False

    # ------------------------------------------------------------ conditions

    def proven(self, test: ast.expr, known: Mapping[str, bool], *, truth: bool) -> _Known:  # noqa: PLR0911
        """Give the variables that are harmless where a condition is true, or is not."""
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                return self.proven(inner, known, truth=not truth)
            case ast.BoolOp(op=operator, values=values):
                each = [self.proven(one, known, truth=truth) for one in values]
                if isinstance(operator, ast.And) is truth:
                    return {name: kind for found in each for name, kind in found.items()}
                return dict.fromkeys(set.intersection(*(set(found) for found in each)), True)
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                return self.compared(left, operator, right, known, truth=truth)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method), args=[]) if method in _CHECKS:
                return {name: True} if truth and name in self.own else {}
            case ast.Call() if self.matched(test):
                return {self.matched(test): True} if truth else {}
            case _:
                return {}

    def compared(
        self, left: ast.expr, operator: ast.cmpop, right: ast.expr, known: Mapping[str, bool], *, truth: bool
    ) -> _Known:
        is_none = isinstance(right, ast.Constant) and right.value is None
        if isinstance(left, ast.Call) and self.matched(left) and is_none:
            return {self.matched(left): True} if isinstance(operator, ast.Is) is not truth else {}
        name = left.id if isinstance(left, ast.Name) and left.id in self.own else ""
        if not name:
            return {}
        if isinstance(operator, ast.In | ast.NotIn):
            is_so = isinstance(operator, ast.In) is truth
            return {name: True} if is_so and self.judged(right, known) is False else {}
        is_so = isinstance(operator, ast.Eq | ast.Is) is truth
        is_comparison = isinstance(operator, ast.Eq | ast.Is | ast.NotEq | ast.IsNot)
        found = self.judged(right, known) if is_comparison and is_so else None
        return {} if found is None else {name: found}

    def matched(self, node: ast.Call) -> str:
        """Name the variable that all of a narrow regular expression has to match; empty: none."""
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=pattern), attr="fullmatch"), args=[ast.Name(id=name)]):
                return name if pattern in self.file.patterns and name in self.own else ""
            case ast.Call(func=called, args=[ast.Constant(value=str(text)), ast.Name(id=name)], keywords=[]):
                is_match = self.file.origin(called) == "re.fullmatch" and _is_narrow(text)
                return name if is_match and name in self.own else ""
            case _:
                return ""


def _both(one: _Known | None, other: _Known | None) -> _Known | None:
    """Give what is known whichever way was taken."""
    if one is None or other is None:
        return other if one is None else one
    return {name: one[name] and other[name] for name in one if name in other}


def _without(known: _Known, names: Iterable[str]) -> _Known:
    gone = frozenset(names)
    return {name: kind for name, kind in known.items() if name not in gone}


def _bound(body: Iterable[ast.AST]) -> frozenset[str]:
    """Name what statements assign, and what they put something into."""
    nodes = [one for each in body for one in walk(each)]
    stored = (
        each for each in nodes if isinstance(each, ast.Attribute | ast.Subscript) and isinstance(each.ctx, ast.Store)
    )
    called = (each for each in nodes if isinstance(each, ast.Call))
    given = (inner.id for each in called for inner in walk(each) if isinstance(inner, ast.Name))
    return frozenset((*bound_names(nodes), *(_root(each) for each in stored), *given))


def _root(node: ast.expr) -> str:
    """Name the variable that something is a part of."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _loaded(target: ast.expr) -> ast.expr:
    """Give what stands in a target before it is assigned."""
    return ast.Name(target.id, ast.Load()) if isinstance(target, ast.Name) else target


def _is_constant(pattern: ast.pattern) -> bool:
    match pattern:
        case ast.MatchValue(value=ast.Constant()) | ast.MatchSingleton():
            return True
        case ast.MatchOr(patterns=parts):
            return all(map(_is_constant, parts))
        case _:
            return False


def _is_query(node: ast.Call) -> bool:
    """Tell whether a call asks a database by a constant statement."""
    match node:
        case ast.Call(func=ast.Attribute(attr="execute"), args=[ast.Constant(value=str(text)), *_]):
            return _STATEMENT.match(text) is not None
        case _:
            return False


def _is_signed(node: ast.Call) -> bool:
    """Tell whether a call reads back what this application has signed, not long ago."""
    return isinstance(node.func, ast.Attribute) and node.func.attr == "loads" and _has(node, "max_age")


def _has(node: ast.Call, keyword: str) -> bool:
    return any(each.arg == keyword for each in node.keywords)


def _parts(node: ast.expr) -> tuple[Sequence[ast.expr], bool | None]:
    """Give what an expression consists of, and whether it is a text then; None: if all of them are."""
    found: tuple[Sequence[ast.expr], bool | None] = [], None
    match node:
        case ast.JoinedStr(values=parts):
            found = parts, True
        case ast.FormattedValue(value=value, format_spec=form):
            found = [value, *([] if form is None else [form])], True
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
            found = [_NOTHING, *parts], False
        case ast.Dict(keys=keys, values=parts):
            found = [_NOTHING, *(each for each in keys if each), *parts], False
        case ast.BoolOp(values=parts):
            found = parts, None
        case ast.BinOp(left=left, right=right):
            found = [left, right], None
        case (
            ast.UnaryOp(operand=value)
            | ast.Starred(value=value)
            | ast.Await(value=value)
            | ast.Attribute(value=value)
            | ast.Subscript(value=value)
        ):
            found = [value], None
    return found


def _is_flat(value: ast.expr) -> bool:
    """Tell whether nothing in a table can be changed."""
    match value:
        case ast.Dict(values=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
            return not any(isinstance(each, ast.Dict | ast.List | ast.Set | ast.Call | ast.Starred) for each in parts)
        case ast.Call(args=parts):
            return all(map(_is_flat, parts))
        case _:
            return False


def _drop_objects(known: _Known) -> None:
    """Forget all that may have another name, under which something was put into it."""
    for name in [name for name, is_text in known.items() if not is_text]:
        del known[name]


def _breaks(body: Sequence[ast.stmt]) -> bool:
    return any(isinstance(one, ast.Break) for each in body for one in walk(each))
