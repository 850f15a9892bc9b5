"""Lockfiles of all ecosystems but Python's and npm's own in; their packages, and what advisory records say, out.

The work is done by `devsecgate.detectors.lockfiles`, run as a child: Syft and a reader of ours look at each file.
"""

from __future__ import annotations

import msgspec

from devsecgate.decode import decode
from devsecgate.detectors.manifests.formats import locked
from devsecgate.detectors.package_answer import (
    asks_service,
    finding,
    gap,
    options,
    package,
    request,
    source,
    unmatched,
)
from devsecgate.detectors.syft.answer import SyftAnswer
from devsecgate.model import Kind
from devsecgate.scanner import CANARY_PATH, Canary, Command, Engine, Job, Output, Parsed, Scanner, relative
from devsecgate.text import one_line

_NAME = "syft"
_RULE = "DEVSECGATE-CANARY-0003"
_RECORD = {
    "schema_version": "1.7.0",
    "id": _RULE,
    "modified": "2025-01-01T00:00:00Z",
    "summary": "A planted advisory: it proves that syft reads lockfiles, and that they are matched",
    "affected": [
        {
            "package": {"ecosystem": "crates.io", "name": "devsecgate-canary"},
            "ranges": [{"type": "SEMVER", "events": [{"introduced": "0.9.0"}, {"fixed": "1.0.1"}]}],
        }
    ],
}
_LOCK = b"""\
version = 3

[[package]]
name = "devsecgate-canary"
version = "1.0.0"
source = "registry+https://registry.example/index"
"""
_UNKNOWN_TO_OSV = frozenset({"CocoaPods"})
"""The detector says of these packages that there are no records of them at all."""


def command(job: Job) -> Command:
    """Give the lockfiles on stdin, where their number has no limit."""
    return Command(
        argv=(
            "python",
            "-m",
            "devsecgate.detectors.lockfiles",
            *options(job),
            f"--scratch={job.scratch}",
        ),
        exits=frozenset({0}),
        stdin=request(job),
        network=asks_service(job.settings),
    )


def parse(output: Output, job: Job) -> Parsed:
    """Read the detector's answer; raises MalformedOutput for any other shape."""
    answer = decode(output.stdout, SyftAnswer, tool=job.engine)
    packages = tuple(package(each, job) for each in answer.packages)
    return Parsed(
        findings=tuple(finding(each, job, scanner=_NAME, kind=Kind.DEPENDENCY) for each in answer.findings),
        gaps=(
            *(gap(each, job, scanner=_NAME) for each in answer.gaps),
            *unmatched(packages, job, scanner=_NAME, beside=_UNKNOWN_TO_OSV),
        ),
        covered=frozenset(relative(path, job) for path in answer.covered) - {CANARY_PATH},
        packages=tuple(each for each in packages if each.location.path != CANARY_PATH),
        sources=tuple(source(each, job) for each in answer.sources),
        version=one_line(answer.syft),
        notes=tuple(one_line(each) for each in answer.notes),
    )


SCANNER = Scanner(
    name=_NAME,
    kind=Kind.DEPENDENCY,
    about="Packages of Go, Rust, Java, Ruby, PHP, .NET, Dart, Elixir, Swift, C++, yarn, pnpm and bun lockfiles",
    engines=(Engine(name=_NAME, program="python"),),
    select=lambda path: locked(path) is not None,
    command=command,
    parse=parse,
    canary=Canary(
        name="Cargo.lock",
        content=_LOCK,
        rule=_RULE,
        extra={f"advisories/crates.io/{_RULE}.json": msgspec.json.encode(_RECORD)},
    ),
)
