"""Java files in, findings of the bundled rules for Java out; see packs.py."""

from __future__ import annotations

from devsecgate.model import Kind
from devsecgate.packs import Pack, scanner
from devsecgate.scanner import Canary

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
    )
)
