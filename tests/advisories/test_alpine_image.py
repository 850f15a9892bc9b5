"""What is installed in a real image of Alpine 3.10.4, against the records of its release and of all the others."""

from __future__ import annotations

import tarfile
from datetime import date
from pathlib import Path

import pytest

from devsecgate.detectors.manifests.reading import Pin
from devsecgate.detectors.matching import Matched, match
from devsecgate.detectors.records import Folder, Planted

TODAY = date(2026, 8, 1)
RELEASES = ("v3.3", "v3.4", "v3.5", "v3.6", "v3.7", "v3.8", "v3.9", "v3.10", "v3.11")
"""Those that the records speak of."""
INSTALLED = [
    # the package, its version, and the source package that the records speak of
    ("alpine-baselayout", "3.1.2-r0", "alpine-baselayout"),
    ("alpine-keys", "2.1-r2", "alpine-keys"),
    ("apk-tools", "2.10.4-r2", "apk-tools"),
    ("busybox", "1.30.1-r3", "busybox"),
    ("ca-certificates-cacert", "20190108-r0", "ca-certificates"),
    ("libc-utils", "0.7.1-r0", "libc-dev"),
    ("libcrypto1.1", "1.1.1d-r2", "openssl"),
    ("libssl1.1", "1.1.1d-r2", "openssl"),
    ("libtls-standalone", "2.9.1-r0", "libtls-standalone"),
    ("musl", "1.1.22-r3", "musl"),
    ("musl-utils", "1.1.22-r3", "musl"),
    ("scanelf", "1.2.3-r0", "pax-utils"),
    ("ssl_client", "1.30.1-r3", "busybox"),
    ("zlib", "1.2.11-r1", "zlib"),
]


@pytest.fixture(scope="module")
def installed(shared_data: Path) -> list[tuple[str, str, str]]:
    """Name, version and source package of each installed package, as apk's own database in the image has them."""
    image = shared_data / "images/alpine-3.10.4.tar.gz"
    if not image.is_file():
        pytest.skip(f"no image of Alpine at {image}")
    with tarfile.open(image) as outer:
        layer = next(each for each in outer.getmembers() if each.name.endswith("/layer.tar"))
        with tarfile.open(fileobj=outer.extractfile(layer)) as inner:
            database = inner.extractfile("lib/apk/db/installed")
            assert database is not None
            paragraphs = database.read().decode().strip().split("\n\n")
    fields = [dict(line.split(":", 1) for line in each.splitlines()) for each in paragraphs]
    return sorted((each["P"], each["V"], each["o"]) for each in fields)


def matched(installed: list[tuple[str, str, str]], shared_data: Path, releases: tuple[str, ...]) -> Matched:
    pins = [
        Pin(
            name=name,
            version=version,
            ecosystem=f"Alpine:{release}",
            path=f"image of {release}",
            line=1,
            purl=f"pkg:apk/alpine/{name}@{version}?distro=alpine-3.10.4&upstream={source}",
            known_as=((source, version),),
        )
        for release in releases
        for name, version, source in installed
    ]
    return match(
        pins,
        records=Folder(path=shared_data / "osv", today=TODAY),
        planted=Planted(path=None, advisories=None, today=TODAY),
    )


def test_the_image_holds_fourteen_packages(installed: list[tuple[str, str, str]]) -> None:
    assert installed == INSTALLED


def test_the_records_of_its_own_release_have_nothing_against_it(
    installed: list[tuple[str, str, str]], shared_data: Path
) -> None:
    found = matched(installed, shared_data, ("v3.10",))
    assert (found.findings, found.gaps) == ([], [])
    assert [(each.ecosystem, each.records, each.malformed) for each in found.sources] == [("Alpine", 2554, 0)]


def test_without_its_release_it_would_have_exactly_two_vulnerabilities(
    installed: list[tuple[str, str, str]], shared_data: Path
) -> None:
    found = matched(installed, shared_data, RELEASES)
    sources = {name: source for name, _, source in INSTALLED}
    assert found.gaps == []
    assert sorted(
        (sources[each.package.name], each.rule, each.package.name, each.package.ecosystem, *each.fixed_in)
        for each in found.findings
    ) == [
        # two records, each of one source package; two packages of the image are built from each
        ("musl", "CVE-2019-14697", "musl", "Alpine:v3.11", "1.1.23-r2"),
        ("musl", "CVE-2019-14697", "musl-utils", "Alpine:v3.11", "1.1.23-r2"),
        ("openssl", "CVE-2019-1551", "libcrypto1.1", "Alpine:v3.11", "1.1.1d-r3"),
        ("openssl", "CVE-2019-1551", "libssl1.1", "Alpine:v3.11", "1.1.1d-r3"),
    ]
    assert {identity for each in found.findings for identity in each.ids} == {
        "ALPINE-CVE-2019-14697",
        "ALPINE-CVE-2019-1551",
    }
