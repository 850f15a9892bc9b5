"""JavaScript and TypeScript files in, findings of the bundled rules for both out; see packs.py."""

from __future__ import annotations

import re
from functools import partial

from devsecgate.model import Kind
from devsecgate.packs import Pack, scanner
from devsecgate.scanner import Canary
from devsecgate.unfold.breadth import is_broad_text

_KNOWN = (".js", ".jsx", ".cjs", ".mjs", ".ts", ".tsx")
_NOT_READ = (".min.js", ".min.mjs", ".min.cjs", ".d.ts")
"""What a program has written is no place for a person to mend: plan.py says that nobody reads it. Declarations of types
hold no code, and semgrep passes over them."""
_BEGINS = re.compile(
    rb"^(?=[\w$@])"
    rb"|^(?: {2,4}|\t)(?:(?:async|static|get|set|public|private|protected)\s+)*"
    rb"(?!(?:if|for|while|switch|catch|with|function)\b)[\w$#]+\s*\([^)\n]*\)\s*(?::[^{\n]*)?\{",
    re.MULTILINE,
)

SCANNER = scanner(
    Pack(
        name="semgrep-javascript",
        kind=Kind.CODE,
        about="JavaScript, TypeScript: data flow and patterns, with bundled rules and the policy's own (semgrep)",
        folder="javascript",
        select=lambda path: path.endswith(_KNOWN) and not path.endswith(_NOT_READ),
        known=_KNOWN,
        canary=Canary(name="canary.js", content=b"devsecgate_canary_7f3a();\n", rule="devsecgate-canary-javascript"),
        is_broad=partial(is_broad_text, begins=_BEGINS),
    )
)
