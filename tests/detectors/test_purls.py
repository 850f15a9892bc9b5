"""Purls as syft, trivy and others write them, and what OSV's records would know the packages by."""

from __future__ import annotations

import pytest

from devsecgate.detectors.purls import Identity, System, Unknown, identify, system_package


@pytest.mark.parametrize(
    ("purl", "identity"),
    [
        ("pkg:pypi/Jinja2@2.4.1", Identity(ecosystem="PyPI", name="jinja2", version="2.4.1")),
        ("pkg:npm/%40babel/core@7.0.0", Identity(ecosystem="npm", name="@babel/core", version="7.0.0")),
        ("pkg:golang/golang.org/x/net@v0.1.0", Identity(ecosystem="Go", name="golang.org/x/net", version="v0.1.0")),
        (
            "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1",
            Identity(ecosystem="Maven", name="org.apache.logging.log4j:log4j-core", version="2.14.1"),
        ),
        (
            "pkg:deb/debian/libssl3@3.0.1-1%2Bb1?arch=amd64&distro=debian-12&upstream=openssl%403.0.1-1",
            Identity(ecosystem="Debian:12", name="libssl3", version="3.0.1-1+b1", known_as=(("openssl", "3.0.1-1"),)),
        ),
        (
            "pkg:deb/debian/bash@5.2-1?arch=amd64&distro=debian-12",
            Identity(ecosystem="Debian:12", name="bash", version="5.2-1"),
        ),
        (
            "pkg:deb/ubuntu/libc6@2.35-0ubuntu3?distro=ubuntu-22.04&upstream=glibc",
            Identity(
                ecosystem="Ubuntu:22.04", name="libc6", version="2.35-0ubuntu3", known_as=(("glibc", "2.35-0ubuntu3"),)
            ),
        ),
        (
            "pkg:deb/debian/bash@5.2-1?distro=bookworm",
            Identity(ecosystem="Debian:12", name="bash", version="5.2-1"),
        ),
        (
            "pkg:apk/alpine/ssl_client@1.30.1-r3?arch=x86_64&distro=alpine-3.10.4&upstream=busybox",
            Identity(
                ecosystem="Alpine:v3.10", name="ssl_client", version="1.30.1-r3", known_as=(("busybox", "1.30.1-r3"),)
            ),
        ),
        (
            "pkg:apk/alpine/musl@1.1.22-r3?distro=3.10.4",
            Identity(ecosystem="Alpine:v3.10", name="musl", version="1.1.22-r3"),
        ),
        (
            "pkg:apk/wolfi/libssl3@3.3.1-r0?distro=wolfi-20230201&upstream=openssl",
            Identity(
                ecosystem="Wolfi",
                name="libssl3",
                version="3.3.1-r0",
                known_as=(("libssl3", "3.3.1-r0"), ("openssl", "3.3.1-r0")),
            ),
        ),
        (
            "pkg:rpm/almalinux/hello-tools@1.0-3.el9?distro=almalinux-9.4&epoch=2&upstream=hello-1.1-3.el9.src.rpm",
            Identity(
                ecosystem="AlmaLinux:9",
                name="hello-tools",
                version="2:1.0-3.el9",
                known_as=(("hello-tools", "2:1.0-3.el9"), ("hello", "2:1.1-3.el9")),
            ),
        ),
        (
            "pkg:rpm/opensuse/libz1@1.2.13-150500.4?distro=opensuse-leap-15.6&upstream=zlib-1.2.13-150500.4.src.rpm",
            Identity(
                ecosystem="openSUSE:Leap 15.6",
                name="libz1",
                version="1.2.13-150500.4",
                known_as=(("libz1", "1.2.13-150500.4"), ("zlib", "1.2.13-150500.4")),
            ),
        ),
    ],
)
def test_a_purl_is_read_as_records_would_name_the_package(purl: str, identity: Identity) -> None:
    assert identify(purl) == identity


@pytest.mark.parametrize(
    ("purl", "why"),
    [
        ("jinja2", "not a purl"),
        ("pkg:pypi/jinja2", "it has no version"),
        ("pkg:alpm/arch/zlib@1.3-1", "OSV has no records of packages of the type alpm"),
        ("pkg:generic/python@3.12", "OSV has no records of packages of the type generic"),
        ("pkg:deb/debian/bash@5.2-1", "nothing is no release of debian that records speak of"),
        ("pkg:deb/bash@5.2-1", "nothing says which system it is"),
        ("pkg:rpm/amzn/bash@5.2-1?distro=amzn-2023", "OSV has no records of Amazon Linux"),
        ("pkg:apk/debian/bash@5.2-1?distro=debian-12", "Debian has no packages of the kind apk"),
    ],
)
def test_a_purl_that_no_record_can_be_about_says_why(purl: str, why: str) -> None:
    with pytest.raises(Unknown) as raised:
        identify(purl)
    assert str(raised.value) == why


def test_a_source_rpm_whose_name_has_dashes_is_taken_apart_from_the_right() -> None:
    identity = system_package(
        "rpm",
        name="java-17-openjdk-headless",
        version="1:17.0.9.0.9-2.el9",
        source="java-17-openjdk-17.0.9.0.9-2.el9.src.rpm",
        system=System(id="rocky", version="9.3"),
    )
    assert identity.known_as[1] == ("java-17-openjdk", "1:17.0.9.0.9-2.el9")
