"""What trivy printed, as JSON of its schema 2, in; findings, packages, and what it did not look at, out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from devsecgate.decode import decode
from devsecgate.detectors import purls
from devsecgate.detectors.tools.answer import Places, ToolAnswer, is_raw_null, said, severity_words, stale
from devsecgate.errors import MalformedOutput
from devsecgate.model import DataSource, Finding, Gap, GapReason, Kind, Location, Package, Severity
from devsecgate.scanner import CANARY_PATH, Job, Output, Parsed
from devsecgate.text import one_line, shorten

_SCHEMA = 2
_CWE = re.compile(r"CWE-([0-9]{1,6})")
_ALIASES = ("GHSA-", "PYSEC-", "RUSTSEC-", "GO-")
"""Vendors' ids that name the same vulnerability; a distribution's advisory may be about several."""
_DATABASES = {
    "alpine": "lib/apk/db/installed",
    "wolfi": "lib/apk/db/installed",
    "chainguard": "lib/apk/db/installed",
    "debian": "var/lib/dpkg/status",
    "ubuntu": "var/lib/dpkg/status",
}
"""Where a system keeps what is installed: trivy does not say, and it is where the image's own scanner finds it."""


class _Identifier(msgspec.Struct, frozen=True):
    purl: str | None = msgspec.field(default=None, name="PURL")


class _Place(msgspec.Struct, rename="pascal"):
    start_line: int


class _Package(msgspec.Struct, rename="pascal"):
    name: str
    version: str = ""
    identifier: _Identifier = _Identifier()
    relationship: str = ""
    locations: list[_Place] = []
    file_path: str = ""


class _Vulnerability(msgspec.Struct, rename="pascal"):
    vulnerability_id: str = msgspec.field(name="VulnerabilityID")
    pkg_name: str
    installed_version: str
    severity: str
    pkg_identifier: _Identifier = _Identifier()
    pkg_path: str = ""
    fixed_version: str = ""
    status: str = ""
    severity_source: str = ""
    title: str = ""
    description: str = ""
    primary_url: str | None = msgspec.field(default=None, name="PrimaryURL")
    vendor_ids: list[str] = msgspec.field(default=[], name="VendorIDs")
    cwe_ids: list[str] = msgspec.field(default=[], name="CweIDs")


class _Result(msgspec.Struct, rename="pascal"):
    target: str
    kind: str = msgspec.field(name="Class")
    type: str
    packages: list[_Package] = []
    vulnerabilities: list[_Vulnerability] = []


class _System(msgspec.Struct, rename="pascal"):
    family: str
    name: str
    end_of_life: bool = msgspec.field(default=False, name="EOSL")


class _Metadata(msgspec.Struct):
    system: _System | None = msgspec.field(default=None, name="OS")


class _Report(msgspec.Struct, rename="pascal"):
    schema_version: int
    artifact_name: str
    artifact_type: str
    metadata: _Metadata
    results: list[_Result] | None = None
    """Left out where nothing was recognised: a gap, and never a clean bill."""


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """Who reads: its name and its layer."""

    name: str
    kind: Kind

    def parse(self, output: Output, job: Job) -> Parsed:
        """Read the detector's answer; raises MalformedOutput for any other shape."""
        answer = decode(output.stdout, ToolAnswer, tool=job.engine)
        report = _read(answer.report, job)
        alone = None if is_raw_null(answer.canary) else _read(answer.canary, job)
        if (alone or report).results is None:
            raise MalformedOutput("it names no result, not even the canary's", where=job.engine)
        places = Places(job=job, answer=answer)
        found = list(self._all(report, places.of))
        if alone is not None:
            found += self._all(alone, lambda path: CANARY_PATH)
        path = None if job.given is None else job.given.name
        gaps, notes = said(answer, scanner=self.name, path=path)
        findings = tuple(each for each in found if isinstance(each, Finding))
        packages = tuple(each for each in found if isinstance(each, Package) and each.location.path != CANARY_PATH)
        gaps += stale(answer, scanner=self.name, max_age=job.settings.max_age)
        gaps += self._unseen(report, job)
        covered = self._covered(report, places, job, gaps)
        if job.given is None:
            gaps += self._unnamed(job, covered)
        return Parsed(
            findings=tuple(each for each in findings if not _exempt(each, job)),
            gaps=tuple(gaps),
            covered=covered,
            packages=packages,
            sources=(
                DataSource(
                    name="trivy DB",
                    location="trivy",
                    records=len({each.rule for each in findings}),
                    as_of=answer.data_as_of or "unknown",
                ),
            ),
            version=answer.version,
            notes=tuple(notes),
        )

    def _all(self, report: _Report, place: Callable[[str], str]) -> Iterator[Finding | Package]:
        for result in report.results or ():
            lines = {(each.name, each.version): _line(each) for each in result.packages}
            for each in result.packages:
                path = place(_path(result, each.file_path))
                yield _package(each, path, result)
            for one in result.vulnerabilities:
                path = place(_path(result, one.pkg_path))
                yield self._finding(one, path, lines.get((one.pkg_name, one.installed_version), 1), result)

    def _finding(self, one: _Vulnerability, path: str, line: int, result: _Result) -> Finding:
        named = _Package(
            name=one.pkg_name,
            version=one.installed_version,
            identifier=one.pkg_identifier,
            locations=[_Place(start_line=line)],
        )
        found = _package(named, path, result)
        severity = _severity(one.severity)
        summary = shorten(one_line(one.title or one.description or one.vulnerability_id), 400)
        unfixed = f" ({one.status})" if one.status not in ("", "fixed", "affected") else ""
        aliases = {each for each in one.vendor_ids if each.startswith(_ALIASES)}
        return Finding(
            scanner=self.name,
            kind=self.kind,
            rule=one_line(one.vulnerability_id),
            message=one_line(f"{found.name} {found.version}: {summary}{unfixed}"),
            location=found.location,
            severity=severity,
            severity_source="unrated"
            if severity is None
            else one_line(f"trivy, from {one.severity_source or 'its DB'}"),
            ids=frozenset({one.vulnerability_id, *aliases}),
            cwes=frozenset(int(match.group(1)) for each in one.cwe_ids if (match := _CWE.fullmatch(each))),
            package=found,
            fixed_in=tuple(one_line(each) for each in re.split(r"\s*(?:,|\|\|)\s*", one.fixed_version) if each),
            help_url=one.primary_url if one.primary_url and one.primary_url.startswith("https://") else None,
        )

    def _unseen(self, report: _Report, job: Job) -> Iterator[Gap]:
        """Say what trivy says, or shows, that it could not look at."""
        path = None if job.given is None else job.given.name
        system = report.metadata.system
        if system is not None and system.end_of_life:
            detail = f"{system.family} {system.name} is past its end of life: trivy knows nothing newer about it"
            yield Gap(scanner=self.name, reason=GapReason.STALE, detail=one_line(detail), path=path)
        if job.given is None:
            return
        if not report.results:
            detail = "trivy recognised nothing in this image: neither a system nor a package"
            yield Gap(scanner=self.name, reason=GapReason.EMPTY, detail=detail, path=path)
        elif system is None:
            detail = "trivy recognised no system in this image: packages of one would not be seen"
            yield Gap(scanner=self.name, reason=GapReason.UNRESOLVED, detail=detail, path=path)

    def _covered(self, report: _Report, places: Places, job: Job, gaps: Sequence[Gap]) -> frozenset[str]:
        """Name the files in which trivy saw packages: of others it does not say whether it has read them."""
        if job.given is not None:
            return frozenset() if any(gap.path == job.given.name for gap in gaps) else frozenset({job.given.name})
        seen = {places.of(result.target) for result in report.results or () if result.packages}
        return frozenset(seen & set(places.answer.staged))

    def _unnamed(self, job: Job, covered: frozenset[str]) -> Iterator[Gap]:
        detail = "trivy names no package of this file: it has none with an exact version, or trivy could not read it"
        for path in sorted({each.removeprefix("./") for each in job.files} - covered):
            yield Gap(scanner=self.name, reason=GapReason.UNREADABLE, detail=detail, path=path)


def _read(raw: msgspec.Raw, job: Job) -> _Report:
    report = decode(bytes(raw), _Report, tool=job.engine)
    if report.schema_version != _SCHEMA:
        raise MalformedOutput(f"its schema is {report.schema_version}, not {_SCHEMA}", where=job.engine)
    return report


def _path(result: _Result, path: str) -> str:
    """Give the file that a package is named in: its own, else the result's; for a system's packages the database."""
    if path:
        return path
    return _DATABASES.get(result.type, "") if result.kind == "os-pkgs" else result.target


def _line(package: _Package) -> int:
    return max(1, min((each.start_line for each in package.locations), default=1))


def _package(package: _Package, path: str, result: _Result) -> Package:
    """Turn a package into ours, by its purl as all scanners do; where that says nothing, by what trivy calls it."""
    purl = package.identifier.purl or ""
    try:
        known = purls.identify(purl)
        ecosystem, name, version = known.ecosystem, known.name, known.version
    except purls.Unknown:
        ecosystem, name, version = result.type, package.name, package.version
    direct: Mapping[str, bool] = {"direct": True, "indirect": False}
    return Package(
        purl=one_line(purl),
        name=one_line(name),
        version=one_line(version),
        ecosystem=one_line(ecosystem),
        location=Location(path=path, line=_line(package)),
        direct=direct.get(package.relationship),
    )


def _severity(word: str) -> Severity | None:
    known = {each.label: each for each in Severity}
    if word == "UNKNOWN":
        return None
    if word not in severity_words():
        raise MalformedOutput(f"{one_line(word)} is no severity of trivy's", where="trivy")
    return known[severity_words()[word]]


def _exempt(finding: Finding, job: Job) -> bool:
    return finding.package is not None and finding.package.name in job.settings.first_party
