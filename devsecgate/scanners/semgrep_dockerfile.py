"""Dockerfiles in, findings of the bundled rules for images out; see packs.py."""

from __future__ import annotations

from devsecgate.model import Kind
from devsecgate.names import builds_an_image
from devsecgate.packs import Pack, scanner
from devsecgate.scanner import Canary

SCANNER = scanner(
    Pack(
        name="semgrep-dockerfile",
        kind=Kind.IAC,
        about="Dockerfiles: users, secrets, downloads and packages (semgrep)",
        folder="dockerfile",
        select=builds_an_image,
        known=("",),  # such rules are for files of any name
        canary=Canary(
            name="Dockerfile",
            content=b"FROM scratch\nRUN devsecgate_canary_7f3a\n",
            rule="devsecgate-canary-dockerfile",
        ),
    )
)
