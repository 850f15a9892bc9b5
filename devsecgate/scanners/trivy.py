"""Manifests and lockfiles in; what trivy says of their packages, out. It works where the policy asks for it.

The work is done by `devsecgate.detectors.trivy`, run as a child, which gives trivy copies of the files and the
canary among them.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from devsecgate.detectors.package_answer import request
from devsecgate.detectors.tools.running import CANARY, CANARY_RULE
from devsecgate.detectors.tools.trivy import Reader
from devsecgate.model import Kind
from devsecgate.scanner import Canary, Command, Engine, Job, Scanner

_NAME = "trivy"
_READ = frozenset({
    "requirements.txt", "poetry.lock", "uv.lock", "Pipfile.lock", "package-lock.json", "yarn.lock", "pnpm-lock.yaml",
    "bun.lock", "go.mod", "Cargo.lock", "pom.xml", "gradle.lockfile", "Gemfile.lock", "composer.lock",
    "packages.lock.json", "pubspec.lock", "mix.lock", "Package.resolved", "Podfile.lock", "conan.lock",
})  # fmt: skip
"""The files that trivy looks for by name."""


def command(job: Job) -> Command:
    """Give the manifests on stdin, where their number has no limit."""
    return Command(
        argv=(
            "python",
            "-m",
            "devsecgate.detectors.trivy",
            f"--canary={job.canary}",
            f"--scratch={job.scratch}",
            *(["--offline"] if job.settings.offline else []),
        ),
        exits=frozenset({0}),
        stdin=request(job),
        network=not job.settings.offline,
        timeout=1800.0,
    )


SCANNER = Scanner(
    name=_NAME,
    kind=Kind.DEPENDENCY,
    about="Packages of manifests and lockfiles, looked up by trivy where the policy asks for it (scanners.enable)",
    engines=(Engine(name=_NAME, program="python", install="install trivy"),),
    select=lambda path: PurePosixPath(path).name in _READ,
    command=command,
    parse=Reader(name=_NAME, kind=Kind.DEPENDENCY).parse,
    canary=Canary(name=CANARY[0], content=CANARY[1], rule=CANARY_RULE),
    on_request=True,
)
