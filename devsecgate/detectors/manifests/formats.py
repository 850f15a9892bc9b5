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
    OTHER_NPM_LOCK = "a lockfile of yarn, pnpm or bun"
    PACKAGE_JSON = "package.json"
    UNSUPPORTED = "unsupported"


class LockFormat(StrEnum):
    """The lockfiles and manifests of ecosystems that Syft knows; a reader of ours holds what it says to account."""

    YARN_LOCK = "yarn.lock"
    PNPM_LOCK = "pnpm-lock.yaml"
    BUN_LOCK = "bun.lock"
    GO_MOD = "go.mod"
    GO_SUM = "go.sum"
    CARGO_LOCK = "Cargo.lock"
    CARGO_TOML = "Cargo.toml"
    POM = "pom.xml"
    GRADLE_LOCK = "gradle.lockfile"
    GRADLE_BUILD = "build.gradle"
    GEMFILE_LOCK = "Gemfile.lock"
    GEMFILE = "Gemfile"
    COMPOSER_LOCK = "composer.lock"
    COMPOSER_JSON = "composer.json"
    PACKAGES_LOCK = "packages.lock.json"
    PACKAGES_CONFIG = "packages.config"
    DEPS_JSON = "deps.json"
    PROJECT = "csproj"
    PUBSPEC_LOCK = "pubspec.lock"
    PUBSPEC = "pubspec.yaml"
    MIX_LOCK = "mix.lock"
    MIX_EXS = "mix.exs"
    PACKAGE_RESOLVED = "Package.resolved"
    PACKAGE_SWIFT = "Package.swift"
    PODFILE_LOCK = "Podfile.lock"
    PODFILE = "Podfile"
    CONAN_LOCK = "conan.lock"


_LOCKED = re.compile(
    r"(?P<lock>yarn\.lock|pnpm-lock\.yaml|bun\.lock|go\.mod|go\.sum|Cargo\.lock|Cargo\.toml|pom\.xml|Gemfile\.lock|Gemfile"
    r"|composer\.lock|composer\.json|packages\.lock\.json|packages\.config|pubspec\.lock|pubspec\.yaml|mix\.lock"
    r"|mix\.exs|Package\.resolved|Package\.swift|Podfile\.lock|Podfile|conan\.lock)"
    r"|(?:[a-z]+-)?(?P<gradle>gradle\.lockfile)|(?P<build>build\.gradle)(?:\.kts)?|.+\.(?P<deps>deps\.json)"
    r"|.+\.(?:cs|fs|vb)(?P<project>proj)"
)
_ECOSYSTEMS = {
    LockFormat.YARN_LOCK: "npm",
    LockFormat.PNPM_LOCK: "npm",
    LockFormat.BUN_LOCK: "npm",
    LockFormat.GO_MOD: "Go",
    LockFormat.CARGO_LOCK: "crates.io",
    LockFormat.POM: "Maven",
    LockFormat.GRADLE_LOCK: "Maven",
    LockFormat.GRADLE_BUILD: "Maven",
    LockFormat.GEMFILE_LOCK: "RubyGems",
    LockFormat.COMPOSER_LOCK: "Packagist",
    LockFormat.PACKAGES_LOCK: "NuGet",
    LockFormat.PACKAGES_CONFIG: "NuGet",
    LockFormat.DEPS_JSON: "NuGet",
    LockFormat.PUBSPEC_LOCK: "Pub",
    LockFormat.MIX_LOCK: "Hex",
    LockFormat.PACKAGE_RESOLVED: "SwiftURL",
    LockFormat.CONAN_LOCK: "ConanCenter",
}
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
    "yarn.lock": Format.OTHER_NPM_LOCK,
    "pnpm-lock.yaml": Format.OTHER_NPM_LOCK,
    "bun.lock": Format.OTHER_NPM_LOCK,
    "package.json": Format.PACKAGE_JSON,
}
_UNSUPPORTED = re.compile(
    r"bun\.lockb|deno\.lock|paket\.lock|conda-lock\.yml|environment\.ya?ml|pdm\.lock|pixi\.lock|stack\.yaml\.lock"
    r"|cabal\.project\.freeze|rebar\.lock|renv\.lock|Cartfile\.resolved|conanfile\.(?:txt|py)|gems\.locked"
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

NPM = frozenset({Format.PACKAGE_LOCK, Format.OTHER_NPM_LOCK, Format.PACKAGE_JSON})
PYTHON = frozenset(Format) - NPM - {Format.UNSUPPORTED}
LOCKS = frozenset(
    {
        Format.UV_LOCK,
        Format.POETRY_LOCK,
        Format.PIPFILE_LOCK,
        Format.PYLOCK,
        Format.PACKAGE_LOCK,
        Format.OTHER_NPM_LOCK,
    }
)
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


def locked(path: str) -> LockFormat | None:
    """Give the format of a file that Syft's scanner looks at; None where another one does, or none."""
    found = _LOCKED.fullmatch(path.rpartition("/")[2])
    if found is None:
        return None
    if found["project"]:
        return LockFormat.PROJECT
    return LockFormat(next(each for each in found.groups() if each))


def ecosystem(path: str) -> str | None:
    """Give OSV's name of the ecosystem that a file's packages are from; None where no reader here knows it."""
    other = locked(path)
    if other is not None:
        return _ECOSYSTEMS.get(other)
    found = recognise(path)
    if found in PYTHON:
        return "PyPI"
    return "npm" if found in NPM else None
