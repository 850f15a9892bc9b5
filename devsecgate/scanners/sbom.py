"""An SBOM made elsewhere in; its packages, and what advisory records say of them, out.

The work is done by `devsecgate.detectors.sbom`, run as a child. What the SBOM itself says of vulnerabilities
is noted, and not believed.
"""

from __future__ import annotations

import msgspec

from devsecgate import __version__
from devsecgate.decode import decode
from devsecgate.detectors.package_answer import (
    Answer,
    asks_service,
    finding,
    gap,
    options,
    package,
    source,
    unmatched,
)
from devsecgate.model import Kind
from devsecgate.scanner import (
    CANARY_PATH,
    Canary,
    Command,
    Engine,
    Job,
    Output,
    Parsed,
    Scanner,
    Subject,
    relative,
)
from devsecgate.text import one_line

_NAME = "sbom"
_RULE = "DEVSECGATE-CANARY-0002"
_PLANTED = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "version": 1,
    "components": [
        {
            "type": "library",
            "bom-ref": "canary",
            "name": "devsecgate-canary",
            "version": "1.0.0",
            "purl": "pkg:pypi/devsecgate-canary@1.0.0",
        }
    ],
}
_RECORD = {
    "schema_version": "1.7.0",
    "id": _RULE,
    "modified": "2025-01-01T00:00:00Z",
    "summary": "A planted advisory: it proves that SBOMs are read and matched",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "devsecgate-canary"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0.9"}, {"fixed": "1.0.1"}]}],
        }
    ],
}


def command(job: Job) -> Command:
    """Name the SBOM that was given, and what the answer is to call it."""
    given = [f"--sbom={job.given.source}", f"--name={job.given.name}"] if job.given is not None else []
    return Command(
        argv=(
            "python",
            "-m",
            "devsecgate.detectors.sbom",
            *given,
            *options(job),
        ),
        exits=frozenset({0}),
        network=asks_service(job.settings),
    )


def parse(output: Output, job: Job) -> Parsed:
    """Read the detector's answer; raises MalformedOutput for any other shape."""
    answer = decode(output.stdout, Answer, tool=job.engine)
    packages = tuple(package(each, job) for each in answer.packages)
    return Parsed(
        findings=tuple(finding(each, job, scanner=_NAME, kind=Kind.DEPENDENCY) for each in answer.findings),
        gaps=(*(gap(each, job, scanner=_NAME) for each in answer.gaps), *unmatched(packages, job, scanner=_NAME)),
        covered=frozenset(relative(path, job) for path in answer.covered) - {CANARY_PATH},
        packages=packages,
        sources=tuple(source(each, job) for each in answer.sources),
        version=__version__,
        notes=tuple(one_line(each) for each in answer.notes),
    )


SCANNER = Scanner(
    name=_NAME,
    kind=Kind.DEPENDENCY,
    about="SBOMs that are given with --sbom (CycloneDX, SPDX), matched against OSV records",
    engines=(Engine(name=_NAME, program="python"),),
    select=lambda path: False,
    subject=Subject.SBOM,
    command=command,
    parse=parse,
    canary=Canary(
        name="canary.cdx.json",
        content=msgspec.json.encode(_PLANTED),
        rule=_RULE,
        extra={f"advisories/PyPI/{_RULE}.json": msgspec.json.encode(_RECORD)},
    ),
)
