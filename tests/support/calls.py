"""Every call of a Python text, as places that findings can point to."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from devsecgate.model import Location


def calls(text: str) -> Iterator[Location]:
    """Every call, in an order that formatting does not change; those in f-strings have no certain place."""
    lines = re.split(r"\r\n|\n", text)
    waiting: list[ast.AST] = [ast.parse(text)]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.Call):
            before = lines[node.lineno - 1].encode()[: node.col_offset].decode()
            yield Location(path="app.py", line=node.lineno, column=len(before) + 1)
        waiting.extend(child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.JoinedStr))
