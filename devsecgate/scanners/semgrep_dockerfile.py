"""Dockerfiles in, findings of the bundled rules for images out; see packs.py."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from devsecgate.model import Kind
from devsecgate.packs import Pack, scanner
from devsecgate.scanner import Canary

_NAMES = (
    "Dockerfile", "Dockerfile.*", "Dockerfile-*", "*.[Dd]ockerfile", "dockerfile", "Containerfile", "Containerfile.*",
    "*.containerfile",
)  # fmt: skip
"""As `paths.include` of each rule of the pack has them."""


def _builds_an_image(path: str) -> bool:
    name = PurePosixPath(path).name
    return any(fnmatchcase(name, pattern) for pattern in _NAMES) and not name.endswith(".dockerignore")


SCANNER = scanner(
    Pack(
        name="semgrep-dockerfile",
        kind=Kind.IAC,
        about="Dockerfiles: users, secrets, downloads and packages (semgrep)",
        folder="dockerfile",
        select=_builds_an_image,
        known=("",),  # such rules are for files of any name
        canary=Canary(
            name="Dockerfile",
            content=b"FROM scratch\nRUN devsecgate_canary_7f3a\n",
            rule="devsecgate-canary-dockerfile",
        ),
    )
)
