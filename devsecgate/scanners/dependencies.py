"""Manifests and lockfiles in; their packages, and what local advisory records say of them, out.

The work is done by `devsecgate.detectors.dependencies`, run as a child. Without advisory records it makes
the inventory alone, and pip-audit asks the service; with neither, that is a gap.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from devsecgate import __version__
from devsecgate.decode import decode
from devsecgate.detectors.manifests.formats import recognise
from devsecgate.detectors.package_answer import Answer, FoundEntry, SourceEntry, gap, package, request
from devsecgate.errors import MalformedOutput
from devsecgate.model import DataSource, Finding, Gap, GapReason, Kind, Package, Severity
from devsecgate.scanner import CANARY_PATH, Canary, Command, Engine, Job, Output, Parsed, Scanner, relative
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
_AUDITED_ONLINE = "PyPI"
"""The one ecosystem that pip-audit knows."""


def command(job: Job) -> Command:
    """Give the manifests on stdin, where their number has no limit."""
    records = [f"--advisories={job.settings.advisories}"] if job.settings.advisories else []
    return Command(
        argv=(
            "python",
            "-m",
            "devsecgate.detectors.dependencies",
            f"--canary={job.canary}",
            f"--canary-advisories={job.canary.parent / 'advisories'}",
            *records,
            *(f"--first-party={name}" for name in sorted(job.settings.first_party)),
        ),
        exits=frozenset({0}),
        stdin=request(job),
    )


def parse(output: Output, job: Job) -> Parsed:
    """Read the detector's answer; raises MalformedOutput for any other shape."""
    answer = decode(output.stdout, Answer, tool=job.engine)
    packages = tuple(package(each, job) for each in answer.packages)
    return Parsed(
        findings=tuple(_finding(each, job) for each in answer.findings),
        gaps=(*(gap(each, job, scanner=_NAME) for each in answer.gaps), *_unmatched(packages, job)),
        covered=frozenset(relative(path, job) for path in answer.covered) - {CANARY_PATH},
        packages=tuple(each for each in packages if each.location.path != CANARY_PATH),
        sources=tuple(_source(each, job) for each in answer.sources),
        version=__version__,
        notes=tuple(one_line(each) for each in answer.notes),
    )


def _finding(entry: FoundEntry, job: Job) -> Finding:
    severities = {each.label: each for each in Severity}
    if entry.severity is not None and entry.severity not in severities:
        raise MalformedOutput(f"unknown severity: {one_line(entry.severity)}", where=job.engine)
    found = package(entry.package, job)
    return Finding(
        scanner=_NAME,
        kind=Kind.DEPENDENCY,
        rule=entry.rule,
        message=one_line(f"{found.name} {found.version}: {entry.summary}"),
        location=found.location,
        severity=None if entry.severity is None else severities[entry.severity],
        severity_source=entry.severity_source,
        ids=frozenset(entry.ids),
        upstream=frozenset(entry.upstream),
        cwes=frozenset(entry.cwes),
        package=found,
        fixed_in=tuple(entry.fixed_in),
        help_url=next(iter(entry.references), None),
    )


def _source(entry: SourceEntry, job: Job) -> DataSource:
    if job.settings.advisories is None:
        raise MalformedOutput("it names records that it was not given", where=job.engine)
    return DataSource(
        name=f"OSV {entry.ecosystem}",
        location=job.settings.advisories.name,
        records=entry.records,
        as_of=entry.as_of,
    )


def _unmatched(packages: tuple[Package, ...], job: Job) -> Iterator[Gap]:
    """Name the ecosystems whose packages nothing of this run matches against anything."""
    if job.settings.advisories is not None:
        return
    theirs = {each.ecosystem for each in packages if each.location.path != CANARY_PATH}
    for ecosystem in sorted(theirs):
        if job.settings.offline:
            detail = f"no advisory records for {ecosystem} packages: give --advisories DIR"
        elif "pip-audit" in job.settings.disabled:
            detail = f"no advisory records for {ecosystem} packages, and pip-audit is disabled: give --advisories DIR"
        elif ecosystem != _AUDITED_ONLINE:
            detail = (
                f"no advisory records for {ecosystem} packages, which pip-audit cannot ask for: give --advisories DIR"
            )
        else:
            continue
        yield Gap(scanner=_NAME, reason=GapReason.MISSING, detail=detail)


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
