"""Python files in, findings of the bundled rules for Python out; see packs.py."""

from __future__ import annotations

from devsecgate.model import Kind
from devsecgate.packs import Pack, scanner
from devsecgate.scanner import Canary

SCANNER = scanner(
    Pack(
        name="semgrep",
        kind=Kind.CODE,
        about="Python: data flow and patterns, with the bundled rules and the policy's own (semgrep)",
        folder="python",
        select=lambda path: path.endswith((".py", ".pyi", ".pyw")),
        known=(".py", ".pyi"),
        canary=Canary(
            name="canary.py",
            content="\ufeffname = 1\n# coding: utf-7\ndevsecgate_canary_7f3a()\n".encode(),
            rule="devsecgate-canary",
        ),
        hiding=True,
        unfolds=True,
    )
)
