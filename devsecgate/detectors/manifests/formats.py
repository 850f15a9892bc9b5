"""A path in; the format of the manifest that its name promises out. By name only: no file is opened."""

from __future__ import annotations

import re
from enum import StrEnum


class Format(StrEnum):
    """What a manifest is, by the name that its tools give it."""

    REQUIREMENTS = "requirements"
    REQUIREMENTS_INPUT = "requirements input"
    CONSTRAINTS = "constraints"
    UV_LOCK = "uv.lock"
    POETRY_LOCK = "poetry.lock"
    PIPFILE = "Pipfile"
    PIPFILE_LOCK = "Pipfile.lock"
    PYLOCK = "pylock.toml"
    PYPROJECT = "pyproject.toml"
    SETUP_PY = "setup.py"
    SETUP_CFG = "setup.cfg"
    PACKAGE_LOCK = "package-lock.json"
    PACKAGE_JSON = "package.json"
    UNSUPPORTED = "unsupported"


_EXACT = {
    "uv.lock": Format.UV_LOCK,
    "poetry.lock": Format.POETRY_LOCK,
    "Pipfile": Format.PIPFILE,
    "Pipfile.lock": Format.PIPFILE_LOCK,
    "pyproject.toml": Format.PYPROJECT,
    "setup.py": Format.SETUP_PY,
    "setup.cfg": Format.SETUP_CFG,
    "package-lock.json": Format.PACKAGE_LOCK,
    "npm-shrinkwrap.json": Format.PACKAGE_LOCK,
    "package.json": Format.PACKAGE_JSON,
}
_UNSUPPORTED = re.compile(
    r"yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|deno\.lock|go\.mod|Cargo\.lock|pom\.xml|build\.gradle(?:\.kts)?"
    r"|gradle\.lockfile|Gemfile\.lock|composer\.lock|packages\.lock\.json|packages\.config|paket\.lock|mix\.lock"
    r"|pubspec\.lock|Package\.resolved|Podfile\.lock|conan\.lock|conda-lock\.yml|environment\.ya?ml|pdm\.lock"
    r"|pixi\.lock|stack\.yaml\.lock|renv\.lock"
)
"""What other tools write, and nothing here reads yet."""
_REQUIREMENTS = re.compile(r"(?:^|.*[-_.])requirements[0-9]*(?:[-_.].*)?\.(?:txt|lock|pip)", re.IGNORECASE)
_CONSTRAINTS = re.compile(r"(?:^|.*[-_.])constraints(?:[-_.].*)?\.txt", re.IGNORECASE)
_PYLOCK = re.compile(r"pylock(?:\.[^.]+)?\.toml")
_INPUT = re.compile(r"(?:^|.*[-_.])requirements(?:[-_.].*)?\.in", re.IGNORECASE)
_PATTERNS = (
    (_UNSUPPORTED, Format.UNSUPPORTED),
    (_PYLOCK, Format.PYLOCK),
    (_CONSTRAINTS, Format.CONSTRAINTS),
    (_REQUIREMENTS, Format.REQUIREMENTS),
    (_INPUT, Format.REQUIREMENTS_INPUT),
)
FOLDERS = ("requirements", "requirement", "reqs")
"""Folders that hold requirements files of any name."""
_KINDS = {"txt": Format.REQUIREMENTS, "lock": Format.REQUIREMENTS, "in": Format.REQUIREMENTS_INPUT}
"""What files are in those folders, by their suffix."""

PYTHON = frozenset(Format) - {Format.PACKAGE_LOCK, Format.PACKAGE_JSON, Format.UNSUPPORTED}
LOCKS = frozenset({Format.UV_LOCK, Format.POETRY_LOCK, Format.PIPFILE_LOCK, Format.PYLOCK, Format.PACKAGE_LOCK})
"""Formats that list a project's whole set of packages at exact versions."""


def recognise(path: str) -> Format | None:
    """Give the format of a file, by its name and the folder that it is in; None where it is no manifest."""
    folder, _, name = path.rpartition("/")
    if name in _EXACT:
        return _EXACT[name]
    for pattern, kind in _PATTERNS:
        if pattern.fullmatch(name):
            return kind
    if folder.rpartition("/")[2] in FOLDERS:
        return _KINDS.get(name.rpartition(".")[2])
    return None


def ecosystem(path: str) -> str | None:
    """Give OSV's name of the ecosystem that a file's packages are from; None where no reader here knows it."""
    found = recognise(path)
    if found in PYTHON:
        return "PyPI"
    return "npm" if found in {Format.PACKAGE_LOCK, Format.PACKAGE_JSON} else None
