"""Python source in; its functions with more values than semgrep follows, with them spread so that it does, out.

What semgrep drops of a function, it says nowhere. So what is looked at here is looked at nowhere else: where it cannot
be made, or is not seen to its end, the file was not looked at.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import msgspec

from devsecgate.unfold.breadth import is_broad
from devsecgate.unfold.known import Module
from devsecgate.unfold.placing import Rewritten, placed
from devsecgate.unfold.spreading import PREFIX, holds_wide, is_wide, spread_all, spread_scope, within
from devsecgate.unfold.syntax import SCOPES, clone

_LARGEST = 2_000_000
"""Bytes of a file."""


class Spread(msgspec.Struct, frozen=True):
    """The wide functions of a file."""

    rewritten: Rewritten | None
    """With their values spread, and what of the file they name."""
    too_wide: tuple[str, ...]
    """Those of which that could not be done, by name."""


def spread(content: bytes) -> Spread | None:
    """Spread the values of functions; None where there are none to spread."""
    if not is_broad(content):
        return None
    if len(content) > _LARGEST:
        return Spread(None, ("the file",))
    try:
        return _spread(ast.parse(content), is_free=PREFIX.encode() not in content)
    except (SyntaxError, ValueError):
        return Spread(None, ("the file, which is no Python for this interpreter",))
    except (RecursionError, MemoryError):
        return Spread(None, ("the file",))


def _spread(tree: ast.Module, *, is_free: bool) -> Spread | None:
    """`is_free`: the file does not have our names, behind which it might hide something."""
    made, is_itself_wide = [*_wide(tree)], is_wide(tree)
    if not made and not is_itself_wide:
        return None
    if not is_free:
        return Spread(None, ("the file",))
    too_wide = spread_all(made)
    outside = [clone(each) for each in tree.body if not isinstance(each, SCOPES)]
    whole = ast.Module(body=[*outside, *Module(tree).named_in(made), *made], type_ignores=[])
    if is_itself_wide and not spread_scope(whole):
        too_wide.append("the module itself")
    rewritten = placed(ast.fix_missing_locations(whole))
    return Spread(rewritten, tuple(too_wide) if rewritten is not None else ("the file",))


def _wide(scope: ast.Module | ast.ClassDef) -> Iterator[ast.stmt]:
    """Copy the functions with more values than semgrep follows, with the classes that they are methods of."""
    for each in within(scope).inner:
        if not isinstance(each, ast.ClassDef):
            if holds_wide(each):
                yield clone(each)
        elif methods := [*_wide(each)]:
            held = clone(each)
            held.body = methods
            yield held
