"""OSV's strings for the releases of distributions, and which of them mean the same."""

from __future__ import annotations

import pytest

from devsecgate.advisories.ecosystems import NoRelease, release, same_release


@pytest.mark.parametrize(
    ("system", "version", "kind", "ecosystem"),
    [
        ("debian", "12", "deb", "Debian:12"),
        ("debian", "12.5", "deb", "Debian:12"),
        ("debian", "bookworm", "deb", "Debian:12"),
        ("ubuntu", "22.04", "deb", "Ubuntu:22.04"),
        ("alpine", "3.10.4", "apk", "Alpine:v3.10"),
        ("alpine", "3.20", "apk", "Alpine:v3.20"),
        ("wolfi", "20230201", "apk", "Wolfi"),
        ("chainguard", "20230214", "apk", "Chainguard"),
        ("minimos", "", "apk", "MinimOS"),
        ("alpaquita", "23", "apk", "Alpaquita:23"),
        ("rocky", "9.4", "rpm", "Rocky Linux:9"),
        ("almalinux", "9.4", "rpm", "AlmaLinux:9"),
        ("rhel", "9.4", "rpm", "Red Hat:enterprise_linux:9"),
        ("opensuse-leap", "15.6", "rpm", "openSUSE:Leap 15.6"),
        ("opensuse-tumbleweed", "20240801", "rpm", "openSUSE:Tumbleweed"),
        ("sles", "15.5", "rpm", "SUSE:Linux Enterprise Server 15 SP5"),
        ("sles", "15", "rpm", "SUSE:Linux Enterprise Server 15"),
        ("azurelinux", "3.0", "rpm", "Azure Linux:3"),
        ("mariner", "2.0", "rpm", "Azure Linux:2"),
        ("mageia", "9", "rpm", "Mageia:9"),
    ],
)
def test_a_system_has_osvs_string(system: str, version: str, kind: str, ecosystem: str) -> None:
    assert release(system, version, package=kind) == ecosystem


def test_debian_before_its_release_is_known_by_its_codename() -> None:
    assert release("debian", "", "trixie", package="deb") == "Debian:13"


@pytest.mark.parametrize(
    ("system", "version", "kind", "why"),
    [
        ("", "", "deb", "nothing says which system it is"),
        ("debian", "", "deb", "nothing is no release of debian that records speak of"),
        ("debian", "12 or so", "deb", "12 or so is no release of debian that records speak of"),
        ("alpine", "3.22_alpha20250108", "apk", "3.22_alpha20250108 is no release of alpine that records speak of"),
        ("alpine", "3.1٣", "apk", "3.1٣ is no release of alpine that records speak of"),
        ("alpine", "3.10.4", "deb", "Alpine has no packages of the kind deb"),
        ("amzn", "2023", "rpm", "OSV has no records of Amazon Linux"),
        ("fedora", "40", "rpm", "OSV has no records of Fedora"),
        ("centos", "8", "rpm", "OSV has no records of CentOS"),
        ("photon", "5.0", "rpm", "the versions of Photon OS have no known order"),
        ("openEuler", "24.03", "rpm", "its os-release does not say which service pack of openEuler it is"),
        ("own", "1", "rpm", "OSV has no records of a system called own"),
    ],
)
def test_a_system_without_records_says_so(system: str, version: str, kind: str, why: str) -> None:
    with pytest.raises(NoRelease) as raised:
        release(system, version, package=kind)
    assert str(raised.value) == why


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ubuntu:22.04", "Ubuntu:22.04:LTS", True),
        ("Ubuntu:22.04", "Ubuntu:Pro:22.04:LTS", True),
        ("Ubuntu:22.04", "Ubuntu:20.04:LTS", False),
        ("Red Hat:enterprise_linux:9", "Red Hat:enterprise_linux:9::baseos", True),
        ("Red Hat:enterprise_linux:9", "Red Hat:rhel_eus:9.2::appstream", True),
        ("Red Hat:enterprise_linux:9", "Red Hat:enterprise_linux:8::baseos", False),
        ("Red Hat:enterprise_linux:4", "Red Hat:openshift:4.12::el9", False),
        ("SUSE:Linux Enterprise Server 15 SP5", "SUSE:Linux Enterprise Module for Basesystem 15 SP5", True),
        ("SUSE:Linux Enterprise Server 15 SP5", "SUSE:Linux Enterprise Server 15 SP5-LTSS", True),
        ("SUSE:Linux Enterprise Server 15 SP5", "SUSE:Linux Enterprise Server 15 SP4-LTSS", False),
        ("SUSE:Linux Enterprise Server 15", "SUSE:Linux Enterprise Server 15 SP4", False),
        ("SUSE:Linux Enterprise Server 12 SP5", "SUSE:Linux Enterprise Server LTSS Extended Security 12 SP5", True),
        ("Debian:12", "Debian:11", False),
        ("Debian:12", "Ubuntu:12", False),
        ("openSUSE:Leap 15.6", "openSUSE:Leap 15.5", False),
        ("AlmaLinux:9", "AlmaLinux:9", True),
    ],
)
def test_two_strings_mean_the_same_release_or_not(one: str, other: str, same: bool) -> None:
    assert same_release(one, other) is same
    assert same_release(other, one) is same
