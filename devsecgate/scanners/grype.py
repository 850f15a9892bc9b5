"""Manifests and lockfiles in; what grype says of their packages, out. It works where the policy asks for it.

The work is done by `devsecgate.detectors.grype`, run as a child, which gives grype copies of the files and the
canary among them. Written against the published format, and not yet run with a real grype.
"""

from __future__ import annotations

from functools import partial
from pathlib import PurePosixPath

from devsecgate.detectors.tools.answer import command
from devsecgate.detectors.tools.grype import Reader
from devsecgate.detectors.tools.running import CANARY, CANARY_RULE
from devsecgate.model import Kind
from devsecgate.scanner import Canary, Engine, Scanner

_NAME = "grype"
_READ = frozenset({
    "requirements.txt", "poetry.lock", "Pipfile.lock", "package-lock.json", "yarn.lock", "pnpm-lock.yaml",
    "go.mod", "Cargo.lock", "pom.xml", "gradle.lockfile", "Gemfile.lock", "composer.lock",
    "packages.lock.json", "pubspec.lock", "mix.lock", "Package.resolved", "Podfile.lock", "conan.lock",
})  # fmt: skip
"""The files that grype looks for by name."""


SCANNER = Scanner(
    name=_NAME,
    kind=Kind.DEPENDENCY,
    about="Packages of manifests and lockfiles, looked up by grype where the policy asks for it (scanners.enable)",
    engines=(Engine(name=_NAME, program="python", install="install grype"),),
    select=lambda path: PurePosixPath(path).name in _READ,
    command=partial(command, tool="grype"),
    parse=Reader(name=_NAME, kind=Kind.DEPENDENCY).parse,
    canary=Canary(name=CANARY[0], content=CANARY[1], rule=CANARY_RULE),
    on_request=True,
)
