"""Python manifests and lockfiles in; what the OSV service says of their packages, through pip-audit, out.

pip-audit calls packages that it could not ask for skipped, and the run a success: each of them is a gap
here, and so is each that its answer does not name. It gives no severity, so none is made up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

import msgspec

from devsecgate.advisories.aliases import closure, preferred
from devsecgate.decode import decode
from devsecgate.detectors.manifests.formats import PYTHON, recognise
from devsecgate.detectors.package_answer import AuditAnswer, PackageEntry, day, gap, package, request
from devsecgate.errors import MalformedOutput
from devsecgate.model import DataSource, Finding, Gap, GapReason, Kind
from devsecgate.scanner import CANARY_PATH, Canary, Command, Engine, Job, Output, Parsed, Scanner, Settings, relative
from devsecgate.text import one_line, shorten

_NAME = "pip-audit"
_INVENTORY = "dependencies"
"""The scanner that tells what manifests do not say; where the policy disables it, this one has to."""
_SERVICE = "https://api.osv.dev"
_MESSAGE_LENGTH = 400


class _Vulnerability(msgspec.Struct):
    id: str
    fix_versions: list[str]
    aliases: list[str]
    description: str


class _Dependency(msgspec.Struct):
    """Either skipped, with the reason, or asked for, with what was found."""

    name: str
    version: str | None = None
    vulns: list[_Vulnerability] | None = None
    skip_reason: str | None = None


class _Document(msgspec.Struct):
    dependencies: list[_Dependency]
    fixes: list[msgspec.Raw]


class _Audited(msgspec.Struct, frozen=True, kw_only=True):
    """What all runs of pip-audit said, by name and normalised version."""

    found: Mapping[tuple[str, str], Sequence[_Vulnerability]]
    skipped: Mapping[str, str]
    """Reasons, by name."""


def command(job: Job) -> Command:
    """Give the manifests on stdin, where their number has no limit."""
    address = [f"--osv-url={job.settings.osv_url}"] if job.settings.osv_url else []
    return Command(
        argv=(
            "python",
            "-m",
            "devsecgate.detectors.audit",
            f"--canary={job.canary}",
            f"--scratch={job.scratch}",
            *(["--alone"] if _INVENTORY in job.settings.disabled else []),
            *address,
            *(f"--marker={name}={value}" for name, value in job.settings.markers),
            *(f"--first-party={name}" for name in sorted(job.settings.first_party)),
        ),
        exits=frozenset({0}),
        stdin=request(job),
        network=True,
    )


def parse(output: Output, job: Job) -> Parsed:
    """Read the answer; raises MalformedOutput for any other shape."""
    answer = decode(output.stdout, AuditAnswer, tool=job.engine)
    audited = _audited(answer, job)
    findings: list[Finding] = []
    gaps = [gap(each, job, scanner=_NAME) for each in answer.gaps]
    for entry in _first_places(answer.packages):
        outcome = _look_up(entry, audited, job)
        if isinstance(outcome, Gap):
            gaps.append(outcome)
        else:
            findings += _findings(entry, outcome, job, answer.published)
    for entry in _first_places(answer.elsewhere):
        outcome = _look_up(entry, audited, job)
        if isinstance(outcome, Gap):
            gaps.append(outcome)
        elif outcome:
            gaps.append(_not_here(entry, outcome, job))
    exempt = job.settings.first_party
    return Parsed(
        findings=tuple(found for found in findings if found.package is None or found.package.name not in exempt),
        gaps=tuple(gap for gap in gaps if gap.package not in exempt),
        covered=frozenset(relative(path, job) for path in answer.covered) - {CANARY_PATH},
        sources=(_source(answer, audited, job),),
        version=answer.version or None,
    )


def _audited(answer: AuditAnswer, job: Job) -> _Audited:
    """Decode pip-audit's documents, and put them together."""
    found: dict[tuple[str, str], Sequence[_Vulnerability]] = {}
    skipped: dict[str, str] = {}
    for raw in answer.audits:
        for each in decode(bytes(raw), _Document, tool=_NAME).dependencies:
            if each.skip_reason is not None:
                skipped[each.name] = each.skip_reason
            elif each.version is not None and each.vulns is not None:
                found[each.name, each.version] = each.vulns
            else:
                raise MalformedOutput(f"neither audited nor skipped: {one_line(each.name)}", where=job.engine)
    return _Audited(found=found, skipped=skipped)


def _first_places(entries: Sequence[PackageEntry]) -> Sequence[PackageEntry]:
    """Give each version of a package once for each manifest."""
    first: dict[tuple[str, str, str], PackageEntry] = {}
    for entry in entries:
        first.setdefault((entry.path, entry.name, entry.version), entry)
    return tuple(first.values())


def _look_up(entry: PackageEntry, audited: _Audited, job: Job) -> Sequence[_Vulnerability] | Gap:
    """Give what was found for a package; a gap where it was skipped, or never mentioned."""
    from devsecgate.advisories.versions import UnknownVersion, python, spellings

    found: dict[str, _Vulnerability] = {}
    for spelling in spellings(entry.ecosystem, entry.version):
        try:
            said = audited.found.get((entry.name, str(python(spelling))))
        except UnknownVersion:
            return ()  # the detector has made the gap
        if said is None:
            why = audited.skipped.get(entry.name, "pip-audit's answer does not name it")
            return Gap(
                scanner=_NAME,
                reason=GapReason.UNRESOLVED,
                detail=one_line(f"line {entry.line}: {entry.name} {entry.version} could not be audited: {why}"),
                path=relative(entry.path, job),
                package=entry.name,
            )
        found.update((each.id, each) for each in said)
    return tuple(found.values())


def _findings(
    entry: PackageEntry, vulnerabilities: Sequence[_Vulnerability], job: Job, published: Mapping[str, str]
) -> Iterator[Finding]:
    """Make one finding of each group of aliases."""
    groups = closure((each.id, tuple(each.aliases)) for each in vulnerabilities)
    found = package(entry, job)
    for group in sorted(set(groups.values()), key=preferred):
        same = sorted((each for each in vulnerabilities if groups[each.id] == group), key=lambda each: each.id)
        summary = shorten(one_line(same[0].description), _MESSAGE_LENGTH) or same[0].id
        yield Finding(
            scanner=_NAME,
            kind=Kind.DEPENDENCY,
            rule=preferred(group),
            message=one_line(f"{found.name} {found.version}: {summary}"),
            location=found.location,
            severity=None,
            severity_source="unrated",
            ids=group,
            package=found,
            fixed_in=_sorted({version for each in same for version in each.fix_versions}),
            published=day(min((published[each] for each in group if each in published), default=""), job),
        )


def _sorted(versions: set[str]) -> tuple[str, ...]:
    from packaging.version import InvalidVersion, Version

    try:
        return tuple(sorted(versions, key=Version))
    except InvalidVersion:
        return tuple(sorted(versions))


def _not_here(entry: PackageEntry, vulnerabilities: Sequence[_Vulnerability], job: Job) -> Gap:
    """Make the gap of a package that is not for this target, and is vulnerable where it is."""
    detail = (
        f"line {entry.line}: {entry.name} {entry.version} has "
        f"{', '.join(sorted(preferred([each.id, *each.aliases]) for each in vulnerabilities)[:5])}, but its marker is "
        "false for this target: gate where it is true, or change the version"
    )
    return Gap(
        scanner=_NAME,
        reason=GapReason.UNRESOLVED,
        detail=one_line(detail),
        path=relative(entry.path, job),
        package=entry.name,
    )


def _source(answer: AuditAnswer, audited: _Audited, job: Job) -> DataSource:
    """Name the service that answered, without the credentials that its address may carry."""
    parts = urlsplit(job.settings.osv_url or _SERVICE)
    ids = {each.id for found in audited.found.values() for each in found}
    host = parts.netloc.rpartition("@")[2]
    return DataSource(name="OSV service", location=f"{parts.scheme}://{host}", records=len(ids), as_of=answer.asked_on)


def _enabled(settings: Settings) -> str | None:
    local = settings.advisories is not None or settings.store is not None
    if local and _INVENTORY not in settings.disabled:
        return "local advisory records are given, and dependencies matches them"
    return "offline, and it asks a service" if settings.offline else None


SCANNER = Scanner(
    name=_NAME,
    kind=Kind.DEPENDENCY,
    about="Python packages, looked up at the OSV service by pip-audit where no local records are given",
    engines=(Engine(name="pip-audit", program="python", install="pip install pip-audit"),),
    select=lambda path: recognise(path) in PYTHON,
    command=command,
    parse=parse,
    canary=Canary(name="requirements.txt", content=b"jinja2==2.4.1\n", rule="CVE-2019-10906"),
    enabled=_enabled,
)
