"""Manifests and lockfiles in; what trivy says of their packages, out. It works where the policy asks for it.

The work is done by `devsecgate.detectors.trivy`, run as a child, which gives trivy copies of the files and the
canary among them.
"""

from __future__ import annotations

from functools import partial
from pathlib import PurePosixPath

from devsecgate.detectors.tools.answer import command
from devsecgate.detectors.tools.running import CANARY, CANARY_RULE
from devsecgate.detectors.tools.trivy import Reader
from devsecgate.model import Kind
from devsecgate.scanner import Canary, Engine, Scanner

_NAME = "trivy"
_READ = frozenset({
    "requirements.txt", "poetry.lock", "uv.lock", "Pipfile.lock", "package-lock.json", "yarn.lock", "pnpm-lock.yaml",
    "bun.lock", "go.mod", "Cargo.lock", "pom.xml", "gradle.lockfile", "Gemfile.lock", "composer.lock",
    "packages.lock.json", "pubspec.lock", "mix.lock", "Package.resolved", "Podfile.lock", "conan.lock",
})  # fmt: skip
"""The files that trivy looks for by name."""


SCANNER = Scanner(
    name=_NAME,
    kind=Kind.DEPENDENCY,
    about="Packages of manifests and lockfiles, looked up by trivy where the policy asks for it (scanners.enable)",
    engines=(Engine(name=_NAME, program="python", install="install trivy"),),
    select=lambda path: PurePosixPath(path).name in _READ,
    command=partial(command, tool="trivy"),
    parse=Reader(name=_NAME, kind=Kind.DEPENDENCY).parse,
    canary=Canary(name=CANARY[0], content=CANARY[1], rule=CANARY_RULE),
    on_request=True,
)
