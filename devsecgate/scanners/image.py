"""Container images in; their packages, what advisory records say of them, and how they are configured, out.

The work is done by `devsecgate.detectors.image`, run as a child for each image, with syft for the inventory.
"""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Iterator, Mapping

import msgspec

from devsecgate.decode import decode
from devsecgate.detectors.images.answer import ImageAnswer, SettingEntry
from devsecgate.detectors.package_answer import finding, gap, options, package, source, unmatched
from devsecgate.errors import MalformedOutput
from devsecgate.model import Confidence, Finding, Gap, GapReason, Kind, Location, Severity
from devsecgate.scanner import CANARY_PATH, Canary, Command, Engine, Job, Output, Parsed, Scanner, Subject
from devsecgate.text import one_line

NAME = "image"
_RULE = "DEVSECGATE-CANARY-APK-0001"
_FOLDER = ".devsecgate-canary"
_PLANTED: Mapping[str, tuple[str, str]] = {
    _RULE: ("Alpine:v0.0", "1.0.1-r0"),
    "DEVSECGATE-CANARY-DEB-0001": ("Debian:0", "1.0-2"),
    "DEVSECGATE-CANARY-PYPI-0001": ("PyPI", "1.0.1"),
}
"""By rule: the ecosystem of the planted package, and the version that mends it. All of them must be reported."""
_FILES = {
    f"{_FOLDER}/lib/apk/db/installed": b"P:devsecgate-canary\nV:1.0-r0\nA:x86_64\nL:MIT\no:devsecgate-canary\n\n",
    f"{_FOLDER}/var/lib/dpkg/status": b"Package: devsecgate-canary\nStatus: install ok installed\nArchitecture: all\n"
    b"Version: 1.0-1\nMaintainer: nobody\nDescription: planted\n\n",
    f"{_FOLDER}/lib/python3/site-packages/devsecgate_canary-1.0.0.dist-info/METADATA": b"Metadata-Version: 2.1\n"
    b"Name: devsecgate-canary\nVersion: 1.0.0\n",
}


def _tar(files: Mapping[str, bytes]) -> bytes:
    """Pack files as they are in any other run: no time, no owner."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def _canary() -> bytes:
    """Build the planted image, a docker-archive."""
    layer = _tar(_FILES)
    diff_ids = [f"sha256:{hashlib.sha256(layer).hexdigest()}"]
    rootfs = {"type": "layers", "diff_ids": diff_ids}
    configuration = msgspec.json.encode({"architecture": "amd64", "os": "linux", "config": {}, "rootfs": rootfs})
    name = f"{hashlib.sha256(configuration).hexdigest()}.json"
    manifest = msgspec.json.encode([{"Config": name, "RepoTags": None, "Layers": ["layer.tar"]}])
    return _tar({"manifest.json": manifest, name: configuration, "layer.tar": layer})


def _record(rule: str) -> bytes:
    ecosystem, fixed = _PLANTED[rule]
    events = [{"introduced": "0.9"}, {"fixed": fixed}]
    return msgspec.json.encode(
        {
            "schema_version": "1.7.0",
            "id": rule,
            "modified": "2025-01-01T00:00:00Z",
            "summary": "A planted advisory: it proves that images are read and matched",
            "affected": [
                {
                    "package": {"ecosystem": ecosystem, "name": "devsecgate-canary"},
                    "ranges": [{"type": "ECOSYSTEM", "events": events}],
                }
            ],
        }
    )


def command(job: Job) -> Command:
    """Name the image that was given, and what the answer is to call it."""
    given = [f"--image={job.given.source}", f"--name={job.given.name}"] if job.given is not None else []
    return Command(
        argv=("python", "-m", "devsecgate.detectors.image", *given, f"--scratch={job.scratch}", *options(job)),
        exits=frozenset({0}),
        network=not job.settings.offline,
        timeout=1800.0,
    )


def parse(output: Output, job: Job) -> Parsed:
    """Read the detector's answer; raises MalformedOutput for any other shape."""
    answer = decode(output.stdout, ImageAnswer, tool=job.engine)
    name = "" if job.given is None else job.given.name
    if answer.packages.covered != [name]:
        raise MalformedOutput("it is about another image than it was asked about", where=job.engine)
    packages = tuple(package(each, job) for each in answer.packages.packages)
    findings = tuple(finding(each, job, scanner=NAME, kind=Kind.CONTAINER) for each in answer.packages.findings)
    return Parsed(
        findings=(*findings, *(_setting(each, name, job) for each in answer.settings)),
        gaps=(
            *(gap(each, job, scanner=NAME) for each in answer.packages.gaps),
            *unmatched(packages, job, scanner=NAME),
            *_missed(findings),
        ),
        covered=frozenset({name}),
        packages=tuple(each for each in packages if each.location.path != CANARY_PATH),
        sources=tuple(source(each, job) for each in answer.packages.sources),
        version=f"syft {answer.syft}",
        notes=tuple(one_line(each) for each in answer.packages.notes),
    )


def _setting(entry: SettingEntry, name: str, job: Job) -> Finding:
    severities = {each.label: each for each in Severity}
    confidences = {each.label: each for each in Confidence}
    if entry.severity not in severities or entry.confidence not in confidences:
        said = one_line(f"{entry.severity}, {entry.confidence}")
        raise MalformedOutput(f"unknown severity or confidence: {said}", where=job.engine)
    return Finding(
        scanner=NAME,
        kind=Kind.CONTAINER,
        rule=entry.rule,
        message=one_line(entry.message),
        location=Location(path=name, line=entry.line),
        severity=severities[entry.severity],
        severity_source="rule",
        confidence=confidences[entry.confidence],
        cwes=frozenset(entry.cwes),
    )


def _missed(findings: tuple[Finding, ...]) -> Iterator[Gap]:
    """Name each kind of package whose planted one was not reported; run.py misses the first rule by itself."""
    seen = {each.rule for each in findings if each.location.path == CANARY_PATH}
    for rule in sorted(_PLANTED.keys() - seen - {_RULE}):
        yield Gap(scanner=NAME, reason=GapReason.CANARY, detail=f"the planted package of {rule} was not reported")


SCANNER = Scanner(
    name=NAME,
    kind=Kind.CONTAINER,
    about="Packages of container images matched against OSV records, and the images' configuration",
    engines=(Engine(name=NAME, program="python"),),
    select=lambda path: False,
    command=command,
    parse=parse,
    canary=Canary(
        name="canary.tar",
        content=_canary(),
        rule=_RULE,
        extra={f"advisories/{_PLANTED[rule][0].partition(':')[0]}/{rule}.json": _record(rule) for rule in _PLANTED},
    ),
    subject=Subject.IMAGE,
)
