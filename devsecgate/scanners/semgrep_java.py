"""Java files in, findings of the bundled rules for Java out; see packs.py."""

from __future__ import annotations

import re
from functools import partial

from devsecgate.model import Kind
from devsecgate.packs import Pack, scanner
from devsecgate.scanner import Canary
from devsecgate.unfold.breadth import is_broad_text

_BEGINS = re.compile(
    rb"^(?: {2,8}|\t{1,2})(?:(?:public|private|protected|static|final|abstract|synchronized)\s|@\w)", re.MULTILINE
)

SCANNER = scanner(
    Pack(
        name="semgrep-java",
        kind=Kind.CODE,
        about="Java: data flow and patterns, with the bundled rules and the policy's own (semgrep)",
        folder="java",
        select=lambda path: path.endswith(".java"),
        known=(".java",),
        canary=Canary(
            name="Canary.java",
            content=b"class Canary { void canary() { devsecgate_canary_7f3a(); } }\n",
            rule="devsecgate-canary-java",
        ),
        is_broad=partial(is_broad_text, begins=_BEGINS),
    )
)
