"""The scanner of images: what it runs, and what it makes of the answer."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from devsecgate.detectors.images.answer import ImageAnswer, SettingEntry
from devsecgate.detectors.package_answer import Answer, FoundEntry, GapEntry, PackageEntry, SourceEntry
from devsecgate.errors import MalformedOutput
from devsecgate.model import Confidence, DataSource, Finding, Gap, GapReason, Kind, Location, Package, Severity
from devsecgate.scanner import CANARY_PATH, Given, Job, Output, Settings, Subject
from devsecgate.scanners.image import SCANNER

JOB = Job(
    root=Path("/tree"),
    files=(),
    canary=Path("/canary/canary.tar"),
    scratch=Path("/scratch"),
    engine="image",
    settings=Settings(advisories=Path("/records"), first_party=frozenset({"own"})),
    given=Given(subject=Subject.IMAGE, name="app.tar", source="/images/app.tar"),
)
PACKAGE = PackageEntry(
    name="libssl3",
    version="3.0.1-1",
    purl="pkg:deb/debian/libssl3@3.0.1-1",
    ecosystem="Debian:12",
    path="app.tar!/var/lib/dpkg/status",
    line=1,
    direct=None,
    via=[],
    origin="layer 2 of 2: RUN apt-get install libssl3",
    remedy="3.0.2-1",
)


def _found(package: PackageEntry, rule: str) -> FoundEntry:
    return FoundEntry(
        package=package,
        rule=rule,
        ids=[rule],
        upstream=["CVE-2024-1"],
        summary="One",
        severity="high",
        severity_source="x",
        fixed_in=["3.0.2-1"],
        cwes=[79],
        references=["https://advisories.example/1"],
        published="",
    )


def _planted(rule: str) -> FoundEntry:
    return _found(msgspec.structs.replace(PACKAGE, path="/canary/canary.tar"), rule)


RULES = ("DEVSECGATE-CANARY-APK-0001", "DEVSECGATE-CANARY-DEB-0001", "DEVSECGATE-CANARY-PYPI-0001")
ANSWER = ImageAnswer(
    syft="1.18.1",
    packages=Answer(
        packages=[PACKAGE, msgspec.structs.replace(PACKAGE, path="/canary/canary.tar")],
        findings=[_found(PACKAGE, "DSA-1"), *(_planted(rule) for rule in RULES)],
        gaps=[GapEntry(reason="stale", detail="old", path="app.tar", package=None)],
        covered=["app.tar"],
        sources=[SourceEntry(ecosystem="Debian", records=1, as_of="2026-01-01", malformed=0)],
        notes=["app.tar: note"],
    ),
    settings=[
        SettingEntry(rule="image-runs-as-root", severity="medium", message="It", line=1, cwes=[250], confidence="high")
    ],
)


def _parse(answer: ImageAnswer, job: Job = JOB):
    return SCANNER.parse(Output(stdout=msgspec.json.encode(answer), stderr=b"", exit=0), job)


def test_the_image_is_named_to_the_detector_by_options_that_no_name_can_change() -> None:
    job = replace(JOB, given=Given(subject=Subject.IMAGE, name="--x", source="/images/-rf"))
    command = SCANNER.command(job)
    assert command.argv == (
        "python",
        "-m",
        "devsecgate.detectors.image",
        "--image=/images/-rf",
        "--name=--x",
        "--scratch=/scratch",
        "--canary=/canary/canary.tar",
        "--canary-advisories=/canary/advisories",
        "--advisories=/records",
        "--first-party=own",
    )
    assert command.exits == frozenset({0})


def test_packages_findings_and_settings_become_ours() -> None:
    package = Package(
        purl="pkg:deb/debian/libssl3@3.0.1-1",
        name="libssl3",
        version="3.0.1-1",
        ecosystem="Debian:12",
        location=Location(path="app.tar!/var/lib/dpkg/status"),
        origin="layer 2 of 2: RUN apt-get install libssl3",
        remedy="3.0.2-1",
    )
    parsed = _parse(ANSWER)
    assert parsed.packages == (package,)
    assert [each for each in parsed.findings if each.location.path != CANARY_PATH] == [
        Finding(
            scanner="image",
            kind=Kind.CONTAINER,
            rule="DSA-1",
            message="libssl3 3.0.1-1: One",
            location=package.location,
            severity=Severity.HIGH,
            severity_source="x",
            ids=frozenset({"DSA-1"}),
            upstream=frozenset({"CVE-2024-1"}),
            cwes=frozenset({79}),
            package=package,
            fixed_in=("3.0.2-1",),
            help_url="https://advisories.example/1",
        ),
        Finding(
            scanner="image",
            kind=Kind.CONTAINER,
            rule="image-runs-as-root",
            message="It",
            location=Location(path="app.tar"),
            severity=Severity.MEDIUM,
            severity_source="rule",
            confidence=Confidence.HIGH,
            cwes=frozenset({250}),
        ),
    ]
    assert [each.rule for each in parsed.findings if each.location.path == CANARY_PATH] == list(RULES)
    assert parsed.gaps == (Gap(scanner="image", reason=GapReason.STALE, detail="old", path="app.tar"),)
    assert parsed.covered == frozenset({"app.tar"})
    assert parsed.sources == (DataSource(name="OSV Debian", location="records", records=1, as_of="2026-01-01"),)
    assert (parsed.version, parsed.notes) == ("syft 1.18.1", ("app.tar: note",))


@pytest.mark.parametrize("rule", RULES[1:])
def test_a_kind_of_package_whose_planted_one_is_not_reported_is_a_gap(rule: str) -> None:
    left = [each for each in ANSWER.packages.findings if each.rule != rule]
    parsed = _parse(msgspec.structs.replace(ANSWER, packages=msgspec.structs.replace(ANSWER.packages, findings=left)))
    detail = f"the planted package of {rule} was not reported"
    assert Gap(scanner="image", reason=GapReason.CANARY, detail=detail) in parsed.gaps


def test_without_records_every_ecosystem_of_the_image_is_a_gap() -> None:
    answer = msgspec.structs.replace(ANSWER, packages=msgspec.structs.replace(ANSWER.packages, sources=[]))
    parsed = _parse(answer, replace(JOB, settings=Settings(offline=True)))
    missing = [each for each in parsed.gaps if each.reason is GapReason.MISSING]
    assert [(each.scanner, each.path, each.detail.partition(":")[0]) for each in missing] == [
        ("image", "app.tar", "no advisory records for Debian packages")
    ]


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"null", b"\xff", msgspec.json.encode(ANSWER)[:-200]])
def test_anything_else_is_malformed(data: bytes) -> None:
    with pytest.raises(MalformedOutput):
        SCANNER.parse(Output(stdout=data, stderr=b"", exit=0), JOB)


def test_an_answer_about_another_image_is_malformed() -> None:
    packages = msgspec.structs.replace(ANSWER.packages, covered=["other.tar"])
    with pytest.raises(MalformedOutput, match="another image"):
        _parse(msgspec.structs.replace(ANSWER, packages=packages))


def test_the_planted_image_is_the_same_bytes_in_every_build() -> None:
    assert hashlib.sha256(SCANNER.canary.content).hexdigest() == hashlib.sha256(_again()).hexdigest()


def _again() -> bytes:
    from devsecgate.scanners import image

    return image._canary()
