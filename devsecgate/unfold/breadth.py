"""The bytes of a file in; whether a function of it may hold more values than semgrep follows, out.

Semgrep follows about 50 variables of one function that hold what an attacker wrote, and ten attributes of one object.
What is more it drops, and its report does not say so. The files that may be concerned are few, and told in a fraction
of the time that their tree would take. In doubt, a file is one of them.
"""

from __future__ import annotations

import re
import symtable
from collections import Counter, defaultdict
from collections.abc import Iterator

VARIABLES = 44
"""Names that a function assigns. Semgrep follows 51, with modules and what else it finds values in."""
ATTRIBUTES = 11
_PARTS = frozenset({"lambda", "listcomp", "setcomp", "dictcomp", "genexpr"})
"""Scopes that belong to the one around them."""
SELF = ("self", "cls")
"""Semgrep takes their attributes for variables."""
_OWN = frozenset({b"self", b"cls", b"this"})
_SHORT = 2 * ATTRIBUTES
"""Bytes in which there are not so many names."""
LARGEST = 16 << 20
"""Bytes; what is larger is taken for broad."""
_ASSIGNED = re.compile(rb"^([^=\n#]*+)=(?!=)", re.MULTILINE)
_ATTRIBUTE = re.compile(rb"(?<![\w.\[\]])([\w.\[\]]+)\.(\w+)")
_ELSEWHERE = re.compile(rb"^[ \t]*(?:global|nonlocal)[ \t]+([^\n;#]+)", re.MULTILINE)
_WORD = re.compile(rb"[\w\x80-\xff]+")
_NAME = re.compile(rb"[\w$.]+")
_SINGLE = re.compile(rb"(?<![\w$.])([\w$.]++)\s*+(?::=|=(?![=>]))")
_LEFT = re.compile(rb"^([^=\n]*+)=(?![=>])", re.MULTILINE)
_TAKEN_APART = re.compile(rb"[{\[]([^{}\[\]=;]*+)[}\]]\s*+=(?![=>])")
_GIVEN = re.compile(rb"\(([^()=;]*+)\)\s*+(?:=>|[{:]|throws\b)")
_DECLARED = re.compile(rb"\b(?:const|let|var)\s+([\w$]+)")
_OUTSIDE = re.compile(rb"^[\w$@].*", re.MULTILINE)
_METHOD = re.compile(rb"^(?: {0,4}|\t)(?:async )?def ", re.MULTILINE)


def is_broad(content: bytes) -> bool:
    """Tell whether one function, or the module itself, may hold more values than semgrep follows.

    What is no Python for this interpreter may be for semgrep: it is told by its lines.
    """
    if len(content) > LARGEST:
        return True
    own, attributes = 0, defaultdict[bytes, set[bytes]](set)
    for method in _METHOD.split(content):
        for target in _ASSIGNED.findall(method):
            for owner, name in _ATTRIBUTE.findall(target):
                attributes[owner].add(name)
        of_own = sum(len(attributes.pop(name.encode(), ())) for name in SELF)
        own = max(own, of_own + len({owner.partition(b".")[0] for owner in attributes}))
    if any(len(names) >= ATTRIBUTES for names in attributes.values()):
        return True
    own += len({name for names in _ELSEWHERE.findall(content) for name in names.replace(b" ", b"").split(b",")})
    try:
        most = max(_assigned(symtable.symtable(content.decode("utf-8-sig", errors="replace"), "", "exec")))
    except (SyntaxError, ValueError):
        return is_broad_text(content, begins=_METHOD)
    except (RecursionError, MemoryError):  # so deep a tree that only the number of its words tells anything
        return len({*_WORD.findall(content)}) >= VARIABLES
    return most + own >= VARIABLES


def is_broad_text(content: bytes, *, begins: re.Pattern[bytes]) -> bool:
    """Tell it of a file in another language than Python, whose functions begin with a line that looks so."""
    if len(content) > LARGEST:
        return True
    return any(
        len(names := _named(part)) >= VARIABLES
        or any(count >= ATTRIBUTES for owner, count in _owners(names).items() if owner not in _OWN)
        for part in (*begins.split(content), b"\n".join(_OUTSIDE.findall(content)))
        if len(part) > _SHORT
    )


def _owners(names: set[bytes]) -> Counter[bytes]:
    """Count the attributes of each object."""
    return Counter(name.rpartition(b".")[0] for name in names if b"." in name)


def _named(part: bytes) -> set[bytes]:
    """Name what stands where something is assigned or given."""
    lists = (*_LEFT.findall(part), *_TAKEN_APART.findall(part), *_GIVEN.findall(part))
    return {*_SINGLE.findall(part), *_DECLARED.findall(part), *(name for each in lists for name in _NAME.findall(each))}


def _assigned(table: symtable.SymbolTable) -> Iterator[int]:
    """Count what the module, and each function, assigns."""
    inner = [each for each in table.get_children() if each.get_name() in _PARTS]
    if isinstance(table, symtable.Function):
        yield len(table.get_locals()) + sum(max(_assigned(each)) for each in inner)
    else:
        own = (each for each in table.get_symbols() if each.is_assigned() and not each.is_imported())
        yield sum(not each.is_namespace() for each in own) + sum(max(_assigned(each)) for each in inner)
    for each in table.get_children():
        yield from _assigned(each)
