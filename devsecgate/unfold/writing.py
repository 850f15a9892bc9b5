"""What a function calls is written into it."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from devsecgate.unfold.known import Class, Module
from devsecgate.unfold.rewriting import Returns, captured, hoisted, renamed, replaced
from devsecgate.unfold.syntax import (
    CALLED,
    GIVEN,
    OWN,
    SCOPES,
    Function,
    all_parameters,
    assign,
    clone,
    dotted,
    has_decorator,
    is_simple,
    last_name,
    match_arguments,
    partial_of,
    store,
    typed,
    walk,
)

_MOST_STATEMENTS = 600
"""In one function, when all is written into it."""
_MOST_IN_FILE = 6_000
"""In all functions together."""
_CATCHES = (ast.Try, ast.TryStar, ast.With, ast.AsyncWith)
"""Statements in which an exception may end without a word, so that a variable keeps what it had."""
_PER_STATEMENT = 4
"""Parts of expressions that count as a statement."""
_DEEPEST = 5
"""Calls within calls."""
_NOWHERE: tuple[str, ast.expr] = ("", ast.Constant(None))


class Writing:
    """One function, and what is written into it."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.count = 0
        self.inlined = 0
        self.at = 0
        """The first line of the statement of the function itself that is unfolded."""
        self.statements = 0
        self.within: list[Function] = []
        self.kinds: dict[str, str] = {}
        """The classes of variables and attributes, by `name` and `name.attribute`."""
        self.tries = 0
        """Statements around this one that catch exceptions, which leave a variable as it was."""
        self.to = _NOWHERE
        """The variable that is assigned to, and what: an object that is made there is called by that name."""
        self.partials = dict(module.partials)
        """Calls of `functools.partial`, by the variable that holds what they give."""

    def entry(self, function: Function, held: Class | None) -> Function | None:
        """Unfold a function; None where nothing was written into it."""
        new = clone(function)
        self.within.append(function)
        self.at = function.lineno
        for one in all_parameters(new):
            if one.annotation is not None and (name := last_name(one.annotation)) in self.module.classes:
                self.kinds[one.arg] = name
        if held is not None and new.args.args:
            self.kinds[new.args.args[0].arg] = held.node.name
        before: list[ast.stmt] = []
        if held is not None and new.args.args and not has_decorator(function, "classmethod", "staticmethod"):
            self.state(held, ast.copy_location(ast.Name(new.args.args[0].arg, ast.Load()), new), before)
        if new.decorator_list and function not in self.module.first:
            for each in self.module.first:
                at = ast.copy_location(ast.Name(each.name, ast.Load()), new)
                self.body(each, ast.copy_location(ast.Call(at, [], []), new), None, before)
        new.body = [*before, *self.block(new.body)]
        return new if self.inlined else None

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
        if isinstance(node, SCOPES):
            return [node]
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and self.is_idle(node.value):
            return [node]
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            self.to = node.targets[0].id, node.value
        self.tries += isinstance(node, _CATCHES)
        for name, value in ast.iter_fields(node):
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                setattr(node, name, self.block(value))
            elif isinstance(value, list):
                setattr(node, name, [self._part(each, before) for each in value])
            elif isinstance(value, ast.expr) and not isinstance(node, ast.While):
                setattr(node, name, hoisted(value, self, before))
        self.tries -= isinstance(node, _CATCHES)
        self._know(node)
        if isinstance(node, ast.Match):
            self._capture(node, before)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Name):
            return before or [node]
        if isinstance(node, ast.Assign) and dotted(node.targets[0]) == dotted(node.value) != "":
            return before or [node]
        return [*before, node]

    def is_idle(self, node: ast.Call) -> bool:
        """Tell whether this only asks a check of the file, and forgets the answer."""
        name = last_name(node.func)
        found = self.module.methods(name) if isinstance(node.func, ast.Attribute) else self.module.definitions.get(name)
        return bool(found) and all(self.module.facts(each).is_check for each in found or ())

    def _part(self, each: object, before: list[ast.stmt]) -> object:
        """Unfold a part of a statement that is neither an expression nor a block."""
        if isinstance(each, ast.ExceptHandler | ast.match_case):
            each.body = self.block(each.body)
        elif isinstance(each, ast.withitem):
            each.context_expr = hoisted(each.context_expr, self, before)
        elif isinstance(each, ast.expr):
            return hoisted(each, self, before)
        return each

    def _capture(self, node: ast.Match, before: list[ast.stmt]) -> None:
        """Write what the patterns of a match take out of its subject, which semgrep does not follow."""
        taken = [list(captured(each.pattern, node.subject)) for each in node.cases]
        if not any(taken):
            return
        self.inlined += 1
        if not dotted(node.subject):
            name = self.fresh("subject")
            before.append(assign(name, node.subject, node))
            node.subject = ast.copy_location(ast.Name(name, ast.Load()), node)
            taken = [list(captured(each.pattern, node.subject)) for each in node.cases]
        for case, found in zip(node.cases, taken, strict=True):
            case.body[:0] = [assign(name, value, case.pattern) for name, value in found]

    def _know(self, node: ast.stmt) -> None:
        """Remember the class of a variable that another one is assigned to, and what calls it stands for."""
        name, partial = partial_of(node)
        if partial is not None:
            self.partials[name] = partial
        if not isinstance(node, ast.Assign):
            return
        kind = self.kinds.get(dotted(node.value))
        for each in node.targets:
            if kind is not None:
                self.kinds[dotted(each)] = kind
            if isinstance(each, ast.Attribute) and (held := self.kind(each.value)) is not None and held.is_plain:
                setattr(node, OWN, True)

    def call(self, node: ast.Call, before: list[ast.stmt]) -> ast.expr | None:
        """Write what is called before the statement, and give what stands for its result; None: it stays a call."""
        if self.is_full() or any(isinstance(each, ast.Starred) for each in node.args):
            return None
        if isinstance(node.func, ast.Attribute):
            return self.method(node.func, node, before)
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name == "str" and len(node.args) == 1:
            return self.shown(node.args[0], before)
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
            if function is None or not has_decorator(function, "classmethod", "staticmethod"):
                return None
            return self.body(function, node, None if has_decorator(function, "staticmethod") else found, before)
        held = self.kind(found) or self.module.owners.get(at.attr)
        function = None if held is None else held.methods.get(at.attr)
        if function is None or has_decorator(function, "property", "cached_property"):
            return None
        if has_decorator(function, "staticmethod"):
            return self.body(function, node, None, before)
        if held is not None and has_decorator(function, "classmethod"):
            return self.body(function, node, ast.copy_location(ast.Name(held.node.name, ast.Load()), node), before)
        known, this = self.kind(found), self.named(found, before)
        if held is not None and known is None:
            self.state(held, this, before)
        elif known is not None:
            self.kinds[dotted(this)] = known.node.name
        return self.body(function, node, this, before)

    def state(self, held: Class, this: ast.expr, before: list[ast.stmt]) -> None:
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
        if function is None or not has_decorator(function, "property", "cached_property"):
            return None
        asked = ast.copy_location(ast.Call(node, [], []), node)
        return self.body(function, asked, self.named(node.value, before), before)

    def shown(self, node: ast.expr, before: list[ast.stmt]) -> ast.expr | None:
        """Write how an object of the file becomes a text before the statement."""
        held = self.kind(node)
        function = None if held is None else held.methods.get("__str__")
        if function is None:
            return None
        asked = ast.copy_location(ast.Call(node, [], []), node)
        return self.body(function, asked, self.named(node, before), before)

    def meant(self, node: ast.Call) -> ast.Call:
        """Give the call that the one of a partial function stands for."""
        held = self.partials.get(dotted(node.func))
        if held is None:
            return node
        self.inlined += 1
        given = {each.arg for each in node.keywords}
        more = [clone(each) for each in held.keywords if each.arg not in given]
        function, *first = (clone(each) for each in held.args)
        return ast.copy_location(ast.Call(function, [*first, *node.args], [*more, *node.keywords]), node)

    def kind(self, node: ast.expr) -> Class | None:
        """Tell the class of an object, where it is one of the file."""
        path = dotted(node)
        return self.module.classes.get(self.kinds.get(path) or self.module.instances.get(path, ""))

    def named(self, node: ast.expr, before: list[ast.stmt]) -> ast.expr:
        """Give an object a name, where it has none."""
        if isinstance(node, ast.Name):
            return node
        name = self.fresh("object")
        before.append(ast.copy_location(ast.Assign([ast.Name(name, ast.Store())], node), node))
        return ast.copy_location(ast.Name(name, ast.Load()), node)

    def made(self, held: Class, node: ast.Call, before: list[ast.stmt]) -> ast.expr | None:
        """Write the constructor of an object before the statement."""
        function = held.methods.get("__init__")
        is_bare = held.is_plain and not (node.args or node.keywords)
        if function is None and not (held.is_record and held.fields) and not is_bare:
            return None
        others = frozenset() if function is None else self.module.facts(function).others
        name = self.target(node, others) or self.fresh(held.node.name.lower())
        self.to = _NOWHERE
        this = ast.copy_location(ast.Name(name, ast.Load()), node)
        start = assign(name, ast.copy_location(ast.Call(ast.Name("object", ast.Load()), [], []), node), node)
        self.kinds[name] = held.node.name
        inside: list[ast.stmt] = [start, *(store(this, field, value, node) for field, value in held.constants)]
        if function is not None:
            if self.body(function, node, this, inside) is None:
                return None
        elif held.is_record:
            self.record(held, node, this, inside)
        before += inside
        self.inlined += 1
        return this

    def target(self, node: ast.Call, others: frozenset[str]) -> str:
        """Give the variable that a result is assigned to, where nothing asks for it before that; empty for none."""
        name, value = self.to
        used = others | {each.id for each in walk(node) if isinstance(each, ast.Name)}
        return "" if value is not node or self.tries or name in used else name

    def record(self, held: Class, node: ast.Call, this: ast.Name, before: list[ast.stmt]) -> None:
        """Write what the generated constructor of a record does."""
        given = dict(zip((field for field, _ in held.fields), node.args, strict=False))
        given |= {each.arg or "**": each.value for each in node.keywords}
        for field, default in held.fields:
            value = given.get(field, default)
            if value is not None:
                before.append(store(this, field, clone(value), node))
                self._know(before[-1])
        after = held.methods.get("__post_init__")
        if after is not None:
            self.body(after, ast.copy_location(ast.Call(this, [], []), node), this, before)

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
        is_open = function not in self.within and not self.is_full()
        given = match_arguments(function, node, this, whatever=whatever) if is_open else None
        if given is None:
            return None
        self.module.statements += sum(1 for value in given.values() for _ in walk(value)) // _PER_STATEMENT
        if facts.is_check:
            return self.check(function, node, given)
        self.within.append(function)
        self.inlined += 1
        names = {name: self.fresh(name) for name in sorted(facts.names)}
        stays = {
            name: value
            for name, value in given.items()
            if name not in facts.assigned
            and (value is this or (isinstance(value, ast.Name) and value.id not in facts.others - {name}))
        }
        others = {name: value.id for name, value in stays.items() if isinstance(value, ast.Name)}
        result = self.target(node, facts.others) or self.fresh(function.name)
        if facts.answer in names and facts.answer not in given:
            names[facts.answer] = result
        for name, value in given.items():
            if name not in others:
                parameter = assign(names[name], clone(value), node)
                self._know(parameter)
                before.append(typed(parameter, facts.kinds.get(name)))
        if facts.generates or not (facts.answers or function.name == "__init__"):
            before.append(assign(result, ast.Constant("" if facts.generates else None), node))
        inside = renamed(function.body, {**names, **others})
        returns = Returns(result)
        made = self.block([one for each in inside for one in returns.statement(each, inside[-1])])
        if returns.breaks:
            always = ast.Constant(value=True)
            made = [ast.copy_location(ast.While(always, [*made, ast.Break()], []), node)]
        self.within.pop()
        if facts.answer and facts.answer == facts.first and this is not None and dotted(this):
            gives: ast.expr = this  # its own object, which is no other one by another name
            made = made[:-1] if made and hasattr(made[-1], GIVEN) else made
        else:
            gives = ast.copy_location(ast.Name(result, ast.Load()), node)
        if len(self.within) <= 1:
            for each in (one for inner in made for one in walk(inner) if isinstance(one, ast.stmt)):
                setattr(each, CALLED, self.at)
        before += made
        return gives

    def check(self, function: Function, node: ast.Call, given: Mapping[str, ast.expr]) -> ast.expr | None:
        """Write what a function looks at beside the call of it: some rules know it by its name, others what it does."""
        body = [each for each in function.body if not isinstance(each, ast.Expr)]
        if len(body) > 1 or not isinstance(body[0], ast.Return) or body[0].value is None:
            return None
        self.module.statements += sum(1 for _ in walk(body[0])) // _PER_STATEMENT
        facts = self.module.facts(function)
        if facts.assigned or not facts.is_plain or not all(map(is_simple, given.values())):
            return None
        self.inlined += 1
        looked = replaced(body[0].value, given)
        match looked:
            case ast.Call(func=ast.Name(id="bool"), args=[value], keywords=[]):
                looked = value
        both = ast.Tuple([node, looked], ast.Load())  # both are computed wherever one is
        return ast.copy_location(ast.Subscript(both, ast.Constant(1), ast.Load()), node)

    def fresh(self, name: str) -> str:
        """Give a name that the file does not have."""
        self.count += 1
        return f"of{self.count}_{name}"
