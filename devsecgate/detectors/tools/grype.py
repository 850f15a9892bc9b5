"""What grype printed as JSON in; findings, and what it says that it did not look at, out.

Written against grype's published document (`grype/presenter/models`), and not yet run against a real grype.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from devsecgate.advisories.aliases import preferred
from devsecgate.decode import decode
from devsecgate.detectors import purls
from devsecgate.detectors.tools.answer import Places, ToolAnswer, is_raw_null, said, severity_words, stale
from devsecgate.errors import MalformedOutput
from devsecgate.model import DataSource, Finding, Gap, GapReason, Kind, Location, Package, Severity
from devsecgate.scanner import CANARY_PATH, Job, Output, Parsed
from devsecgate.text import one_line, shorten

_ALERTS = {"distro-eol": GapReason.STALE, "distro-disabled": GapReason.UNSUPPORTED}
_TOLD = "grype does not say which files it has read: files without a finding count as read because the canary was"


class _Fix(msgspec.Struct):
    versions: list[str] | None
    state: str


class _Vulnerability(msgspec.Struct, rename="camel"):
    id: str
    fix: _Fix
    data_source: str
    namespace: str = ""
    severity: str = "Unknown"
    description: str = ""


class _Related(msgspec.Struct):
    id: str


class _Place(msgspec.Struct):
    path: str


class _Artifact(msgspec.Struct):
    name: str
    version: str
    type: str
    purl: str
    locations: list[_Place]


class _Match(msgspec.Struct, rename="camel"):
    vulnerability: _Vulnerability
    related_vulnerabilities: list[_Related]
    artifact: _Artifact


class _Alert(msgspec.Struct):
    type: str
    message: str


class _Alerts(msgspec.Struct):
    alerts: list[_Alert]


class _Source(msgspec.Struct):
    type: str


class _Descriptor(msgspec.Struct):
    name: str


class _Document(msgspec.Struct, rename="camel"):
    matches: list[_Match]
    source: _Source
    descriptor: _Descriptor
    ignored_matches: list[msgspec.Raw] = []
    alerts_by_package: list[_Alerts] = []


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """Who reads: its name and its layer."""

    name: str
    kind: Kind

    def parse(self, output: Output, job: Job) -> Parsed:
        """Read the detector's answer; raises MalformedOutput for any other shape."""
        answer = decode(output.stdout, ToolAnswer, tool=job.engine)
        document = _read(answer.report, job)
        findings = list(self._findings(document, Places(job=job, answer=answer).of))
        if not is_raw_null(answer.canary):
            findings += self._findings(_read(answer.canary, job), lambda path: CANARY_PATH)
        path = None if job.given is None else job.given.name
        gaps, notes = said(answer, scanner=self.name, path=path)
        gaps += stale(answer, scanner=self.name, max_age=job.settings.max_age)
        gaps += self._alerts(document, path)
        if document.ignored_matches:
            notes.append(f"grype left {len(document.ignored_matches)} matches out by rules of its own")
        asked = {each.removeprefix("./") for each in job.files}
        missing = sorted(asked - set(answer.staged)) if job.given is None else []
        gaps += [
            Gap(scanner=self.name, reason=GapReason.UNREADABLE, detail="the file could not be copied", path=each)
            for each in missing
        ]
        covered = asked - set(missing) if path is None else set() if any(gap.path == path for gap in gaps) else {path}
        return Parsed(
            findings=tuple(each for each in findings if not _exempt(each, job)),
            gaps=tuple(gaps),
            covered=frozenset(covered),
            sources=(
                DataSource(
                    name="grype DB",
                    location="grype",
                    records=len({each.rule for each in findings}),
                    as_of=answer.data_as_of or "unknown",
                ),
            ),
            version=answer.version,
            notes=(*notes, *([_TOLD] if path is None else [])),
        )

    def _findings(self, document: _Document, place: Callable[[str], str]) -> Iterator[Finding]:
        """Make a finding for each file that a vulnerable package is named in."""
        for match in document.matches:
            if not match.artifact.locations:
                raise MalformedOutput("a match is nowhere", where="grype")
            for path in sorted({each.path for each in match.artifact.locations}):
                yield self._finding(match, place(path))

    def _finding(self, match: _Match, path: str) -> Finding:
        one, ids = match.vulnerability, _ids(match)
        package = _package(match.artifact, path)
        severity = _severity(one.severity)
        summary = shorten(one_line(one.description or one.id), 400)
        unfixed = f" ({one.fix.state})" if one.fix.state not in ("", "fixed", "unknown") else ""
        upstream = frozenset(each.id for each in match.related_vulnerabilities) - ids
        return Finding(
            scanner=self.name,
            kind=self.kind,
            rule=one_line(preferred(ids)),
            message=one_line(f"{package.name} {package.version}: {summary}{unfixed}"),
            location=package.location,
            severity=severity,
            severity_source="unrated" if severity is None else one_line(f"grype, from {one.namespace or 'its DB'}"),
            ids=ids,
            upstream=upstream,
            package=package,
            fixed_in=tuple(one_line(each) for each in one.fix.versions or ()),
            help_url=one.data_source if one.data_source.startswith("https://") else None,
        )

    def _alerts(self, document: _Document, path: str | None) -> Iterator[Gap]:
        told = {(each.type, each.message) for package in document.alerts_by_package for each in package.alerts}
        for kind, message in sorted(told):
            reason = _ALERTS.get(kind, GapReason.UNRESOLVED)
            yield Gap(scanner=self.name, reason=reason, detail=shorten(one_line(message), 300), path=path)


def _read(raw: msgspec.Raw, job: Job) -> _Document:
    document = decode(bytes(raw), _Document, tool=job.engine)
    if document.descriptor.name != "grype":
        raise MalformedOutput("it is no document of grype's", where=job.engine)
    return document


def _ids(match: _Match) -> frozenset[str]:
    """Give the ids of one vulnerability: GitHub's advisory and its one CVE; a distribution's may be about several."""
    own, related = match.vulnerability.id, {each.id for each in match.related_vulnerabilities}
    return frozenset({own, *related}) if own.startswith("GHSA-") and len(related) == 1 else frozenset({own})


def _package(artifact: _Artifact, path: str) -> Package:
    try:
        known = purls.identify(artifact.purl)
        ecosystem, name, version = known.ecosystem, known.name, known.version
    except purls.Unknown:
        ecosystem, name, version = artifact.type, artifact.name, artifact.version
    return Package(
        purl=one_line(artifact.purl),
        name=one_line(name),
        version=one_line(version),
        ecosystem=one_line(ecosystem),
        location=Location(path=path),
    )


def _severity(word: str) -> Severity | None:
    if word in ("Unknown", ""):
        return None
    if word.upper() not in severity_words():
        raise MalformedOutput(f"{one_line(word)} is no severity of grype's", where="grype")
    return {each.label: each for each in Severity}[severity_words()[word.upper()]]


def _exempt(finding: Finding, job: Job) -> bool:
    return finding.package is not None and finding.package.name in job.settings.first_party
