"""Go files in, findings of the bundled rules for Go out; see packs.py."""

from __future__ import annotations

import re
from functools import partial

from devsecgate.model import Kind
from devsecgate.packs import Pack, scanner
from devsecgate.scanner import Canary
from devsecgate.unfold.breadth import is_broad_text

_BEGINS = re.compile(rb"^func\b", re.MULTILINE)

SCANNER = scanner(
    Pack(
        name="semgrep-go",
        kind=Kind.CODE,
        about="Go: data flow and patterns, with the bundled rules and the policy's own (semgrep)",
        folder="go",
        select=lambda path: path.endswith(".go"),
        known=(".go",),
        canary=Canary(
            name="canary.go",
            content=b"package canary\n\nfunc canary() { devsecgate_canary_7f3a() }\n",
            rule="devsecgate-canary-go",
        ),
        is_broad=partial(is_broad_text, begins=_BEGINS),
    )
)
