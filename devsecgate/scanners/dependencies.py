"""Manifests and lockfiles in; their packages, and what local advisory records say of them, out.

The work is done by `devsecgate.detectors.dependencies`, run as a child. Without advisory records it asks the OSV
service, except about Python's packages, which pip-audit asks about; offline, that is a gap.
"""

from __future__ import annotations

import msgspec

from devsecgate import __version__
from devsecgate.decode import decode
from devsecgate.detectors.manifests.formats import recognise
from devsecgate.detectors.package_answer import (
    Answer,
    asks_service,
    finding,
    gap,
    options,
    package,
    request,
    source,
    unmatched,
)
from devsecgate.model import Kind
from devsecgate.scanner import CANARY_PATH, Canary, Command, Engine, Job, Output, Parsed, Scanner, Settings, relative
from devsecgate.text import one_line

_NAME = "dependencies"
_RULE = "DEVSECGATE-CANARY-0001"
_RECORD = {
    "schema_version": "1.7.0",
    "id": _RULE,
    "modified": "2025-01-01T00:00:00Z",
    "summary": "A planted advisory: it proves that manifests are read and matched",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "devsecgate-canary"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0.9"}, {"fixed": "1.0.1"}]}],
        }
    ],
}


def command(job: Job) -> Command:
    """Give the manifests on stdin, where their number has no limit."""
    return Command(
        argv=(
            "python",
            "-m",
            "devsecgate.detectors.dependencies",
            *options(job),
            *(f"--marker={name}={value}" for name, value in job.settings.markers),
            *(f"--audited={ecosystem}" for ecosystem in sorted(_audited(job.settings))),
            *(["--without-syft"] if "syft" in job.settings.disabled else []),
        ),
        exits=frozenset({0}),
        stdin=request(job),
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
        packages=tuple(each for each in packages if each.location.path != CANARY_PATH),
        sources=tuple(source(each, job) for each in answer.sources),
        version=__version__,
        notes=tuple(one_line(each) for each in answer.notes),
    )


def _audited(settings: Settings) -> frozenset[str]:
    """Name the ecosystem that pip-audit asks the service about, where there are no records here."""
    return frozenset({"PyPI"}) if asks_service(settings) and "pip-audit" not in settings.disabled else frozenset()


SCANNER = Scanner(
    name=_NAME,
    kind=Kind.DEPENDENCY,
    about="Packages of Python and npm lockfiles and manifests, matched against OSV records",
    engines=(Engine(name=_NAME, program="python"),),
    select=lambda path: recognise(path) is not None,
    command=command,
    parse=parse,
    canary=Canary(
        name="requirements.txt",
        content=b"devsecgate-canary==1.0.0\n",
        rule=_RULE,
        extra={f"advisories/PyPI/{_RULE}.json": msgspec.json.encode(_RECORD)},
    ),
)
