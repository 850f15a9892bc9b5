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

from devsecgate.unfold.known import METHODS, Module, takes_requests
from devsecgate.unfold.placing import Rewritten, placed
from devsecgate.unfold.spreading import spread_all
from devsecgate.unfold.syntax import SCOPES, clone
from devsecgate.unfold.writing import Writing

LARGEST = 200_000
"""Bytes of a file."""
_IS_WEB = re.compile(
    rb"^\s*(?:from|import)\s+(?:aiohttp|bottle|cherrypy|django|falcon|fastapi|flask|pyramid|quart|rest_framework|sanic"
    rb"|starlette|tornado|webob|werkzeug)\b",
    re.MULTILINE,
)
_ASKS = re.compile(rb"\brequest\b|@[\w.]+\.(?:route|get|post|put|patch|delete)\b")


def asks(content: bytes) -> bool:
    """Tell whether a file belongs to a web application and may ask a request for anything."""
    return _IS_WEB.search(content) is not None and _ASKS.search(content) is not None


def unfold(content: bytes) -> Rewritten | None:
    """Unfold a file of a web application; None where there is nothing to write into anything, or it cannot be read."""
    if len(content) > LARGEST or not asks(content):
        return None
    try:
        module = ast.parse(content)
        found = Module(module)
        made = _unfolded(found)
        return None if made is None else placed(made)
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
    spread_all(made)
    outside = Writing(module)
    kept = outside.block([clone(each) for each in module.tree.body if not isinstance(each, (*SCOPES, ast.If))])
    return ast.fix_missing_locations(ast.Module(body=[*kept, *module.named_in(made), *made], type_ignores=[]))
