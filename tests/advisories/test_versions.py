"""Versions sort as their ecosystem sorts them, and what is no version is said to be none."""

from __future__ import annotations

import itertools
from contextlib import suppress

import pytest
import semver
from hypothesis import given
from hypothesis import strategies as st

from devsecgate.advisories.ecosystems import base
from devsecgate.advisories.record import RangeType
from devsecgate.advisories.versions import Key, Ordering, UnknownVersion, ordering, python, semantic, spellings
from devsecgate.advisories.versions.distributions import alpine, debian, rpm
from devsecgate.advisories.versions.languages import composer, cran, gem, nuget
from devsecgate.advisories.versions.maven import maven

DEBIAN_FAMILY = ("Debian:12", "Ubuntu:22.04:LTS", "Ubuntu:Pro:18.04:LTS", "Echo")
ALPINE_FAMILY = ("Alpine:v3.18", "Wolfi", "Chainguard", "MinimOS", "Alpaquita:23")
RPM_FAMILY = (
    "AlmaLinux:9", "Rocky Linux:9", "Red Hat:enterprise_linux:9::baseos", "openSUSE:Leap 15.5",
    "SUSE:Linux Enterprise Server 15 SP5", "Azure Linux:3", "Mageia:9", "openEuler:24.03-LTS",
)  # fmt: skip
COMPARABLE = (RangeType.SEMVER, RangeType.ECOSYSTEM)
ALL = (python, semantic, debian, alpine, rpm, maven, gem, nuget, composer, cran)


def is_before(first: Key, second: Key) -> bool:
    return first < second


@pytest.mark.parametrize(
    "ascending",
    [
        ("1.0.dev1", "1.0a1", "1.0b1", "1.0rc1", "1.0", "1.0+local", "1.0.post1", "1.0.1", "1!0.1"),
        ("1.9", "1.10", "1.100"),
        ("0.0.0", "0.0.0.1"),
    ],
)
def test_python_versions_sort_as_pep_440_says(ascending: tuple[str, ...]) -> None:
    keys = [python(text) for text in ascending]
    assert all(is_before(first, second) for first, second in itertools.combinations(keys, 2))
    assert not any(is_before(second, first) for first, second in itertools.combinations(keys, 2))


@pytest.mark.parametrize(
    "same",
    [
        ("1.0", "1.0.0", "v1.0", "1", "01.0"),
        ("1.0rc1", "1.0-rc.1", "1.0c1", "1.0_preview1", "1.0RC1"),
        ("1.0.post1", "1.0-1", "1.0.rev1", "1.0-r1"),
        ("1!2.0", "1!2"),
        ("1.0+a.b", "1.0+a-b", "1.0+A_B"),
    ],
)
def test_python_versions_that_pep_440_calls_equal_are_equal(same: tuple[str, ...]) -> None:
    assert {python(text) for text in same} == {python(same[0])}


@pytest.mark.parametrize(
    "ascending",
    [
        (
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
        ),
        ("1.0.0-1", "1.0.0-2", "1.0.0-10", "1.0.0-a", "1.0.0-a.1"),
        ("1.9.0", "1.10.0", "1.10.1-0"),
        ("v0.0.0-20190101000000-abcdefabcdef", "v0.0.0-20200101000000-abcdefabcdef", "v0.0.1"),
    ],
)
def test_semantic_versions_sort_by_their_precedence(ascending: tuple[str, ...]) -> None:
    keys = [semantic(text) for text in ascending]
    assert all(is_before(first, second) for first, second in itertools.combinations(keys, 2))
    assert not any(is_before(second, first) for first, second in itertools.combinations(keys, 2))


@pytest.mark.parametrize("text", ["2", "2.0", "v2.0.0", "=2.0.0", "2.0.0+build.7"])
def test_partial_and_decorated_semantic_versions_are_read(text: str) -> None:
    assert not is_before(semantic(text), semantic("2.0.0"))
    assert not is_before(semantic("2.0.0"), semantic(text))


@pytest.mark.parametrize("text", ["", "2004d", "1.0-", "1.0 beta", "1..0", "latest", "*", "1.*", "\u0661.0", "9" * 257])
def test_what_is_no_python_version_is_unknown(text: str) -> None:
    with pytest.raises(UnknownVersion):
        python(text)


@pytest.mark.parametrize(
    "text", ["", "1.2.3.4", "01.2.3", "1.2.3-", "1.2.3-01", "1.2-beta", "x", "1.2.\u0663", "9" * 257]
)
def test_what_is_no_semantic_version_is_unknown(text: str) -> None:
    with pytest.raises(UnknownVersion):
        semantic(text)


# From the documents of each: deb-version(7), apk's grammar, rpm-version(7), Maven's version order specification,
# Gem::Version, NuGet's and Composer's pages on versions, R's numeric_version.
ASCENDING = [
    (debian, ("1.0~~", "1.0~~a", "1.0~", "1.0", "1.0-1", "1.0-1+deb12u2", "1.0-1+deb12u10", "1.0a", "1.0+b1", "1:0.1")),
    (debian, ("1.0-0ubuntu1", "1.0-0ubuntu1.1", "1.0-0ubuntu1.10", "1.0-1", "1.0-1.1", "1.0.1-0ubuntu1")),
    (debian, ("1.2.3", "1.2.3-a", "1:1.2:3", "1:1.2:4")),
    (alpine, ("1.2_alpha", "1.2_beta", "1.2_beta2", "1.2_pre", "1.2_rc1", "1.2", "1.2-r0", "1.2-r10", "1.2_cvs")),
    (alpine, ("1.2-r9", "1.2_cvs", "1.2_svn", "1.2_git", "1.2_git20200101", "1.2_git20200101_p1", "1.2_hg", "1.2_p")),
    (alpine, ("1.2_p1_rc1", "1.2_p1", "1.2_p1-r0", "1.2_p1_p1", "1.2a_rc1", "1.2a", "1.2b", "1.2.0", "1.2.1")),
    (alpine, ("1.2.3~ab12", "1.2.3~cd", "1.2.3_git1", "1.2.3a")),
    (rpm, ("1.a-1", "1.0~rc1-1", "1.0~rc1^git1-1", "1.0-1", "1.0^git1-1", "1.0.a-1", "1.0.1-1", "1.0.10-1", "1:0-1")),
    (rpm, ("1.0", "1.0-0~1", "1.0-1", "1.0-1.el8", "1.0-1.el8_4", "1.0-1.el8_10", "1.0-1.el9", "1.0-2.el8")),
    (
        maven,
        (
            "1-alpha-1", "1-a2", "1-alpha2.1", "1-beta", "1-b1", "1-milestone", "1-M3", "1-rc", "1-CR2", "1-SNAPSHOT",
            "1", "1-sp", "1-foo", "1-jre", "1-1", "1.0.1", "1.1", "1.10", "2.0.0.Beta1", "2.0.0.Final",
        ),
    ),
    (gem, ("1.0.a", "1.0.a.2", "1.0.b1", "1.0.pre", "1.0", "1.0.1.pre", "1.0.1", "1.9", "1.10")),
    (gem, ("1.a.0.b", "1.a", "1.a.1", "1")),
    (nuget, ("1.0.0-1", "1.0.0-alpha", "1.0.0-Beta", "1.0.0-beta.2", "1.0.0-RC.10", "1.0", "1.0.0.1", "1.0.1")),
    (composer, ("1.0-dev", "1.0-a1", "1.0beta-dev", "1.0b", "1.0.0-beta.2", "1.0-RC1", "v1.0.0.0", "1.0-p", "1.0.0.1")),
    (cran, ("1.0", "1.0.0", "1.0-1", "1.0.9", "1.0-10", "1.1")),
]  # fmt: skip


@pytest.mark.parametrize(("parse", "texts"), ASCENDING)
def test_versions_sort_as_the_documents_of_their_ecosystem_say(parse: Ordering, texts: tuple[str, ...]) -> None:
    keys = [parse(text) for text in texts]
    found = [is_before(first, second) for first, second in itertools.product(keys, keys)]
    assert found == [first < second for first, second in itertools.product(range(len(keys)), repeat=2)]


@pytest.mark.parametrize(
    ("parse", "same"),
    [
        (debian, ("1.0", "0:1.0", "1.0-0", "1.00", "1.")),
        (debian, ("1.0-1", "1.0-01")),
        (alpine, ("1.2-r1", "01.2-r1", "1.2-r01")),
        (rpm, ("1.0-1", "0:1.0-1", "1_0-1", "1.00-01", "1..0-1.")),
        (maven, ("1", "1.0", "1.0.0", "1-ga", "1.FINAL", "1.0.RELEASE", "1-0", "1.0-", "1..0")),
        (maven, ("1-a1", "1-alpha-1", "1alpha1", "1.ALPHA1")),
        (maven, ("1.0.0-foo.0.0", "1.0-foo.0", "1-foo")),
        (gem, ("1", "1.0", "1.0.0", "01")),
        (gem, ("1.0-1", "1.0.pre.1", "1.pre.1")),
        (nuget, ("1", "1.0", "1.0.0.0", "1.0.0+meta", "01.0")),
        (nuget, ("1.0.0-RC", "1.0-rc")),
        (composer, ("1", "v1.0", "1.0.0.0", "1.0-stable", "1.0+meta")),
        (composer, ("1.0-a1", "1.0alpha1", "1.0_ALPHA.1")),
        (cran, ("1.0-1", "1.0.1", "1.0.01")),
    ],
)
def test_versions_that_their_ecosystem_calls_equal_have_equal_keys(parse: Ordering, same: tuple[str, ...]) -> None:
    keys = [parse(text) for text in same]
    assert not any(is_before(first, second) for first, second in itertools.permutations(keys, 2))
    assert len(set(keys)) == 1


@pytest.mark.parametrize(
    ("parse", "texts"),
    [
        (debian, ("", "a1", "1.0-", "1.0 1", "1_0", "1.2:3", "a:1", ":1", "2147483648:1", "1.0-1_2", "1.0-ä")),
        (
            alpine,
            ("", "x", "1.2_foo", "1.2-1", "1.2-r1-r2", "1.2ab", "1.2_git_", ".1", "1.2~", "1.2~xy", "2.~01", "1.2A"),
        ),
        (rpm, ("", "1.0-", "-1", "1-2-3", "a:1", "2147483648:1", "1.0 2", "1.0/2", "1.ä")),
        (maven, ("", "LATEST", "RELEASE", "${version}", "[1.0,2.0)", "1 0", "1.ä")),
        (gem, ("", ">= 1.0", "a", "1..0", "1.0-", "1.0 0")),
        (nuget, ("", "1.0.0.0.0", "1.*", "[1.0]", "a", "1.0-")),
        (composer, ("", "dev-main", "1.x-dev", "^1.0", "1.0.*", "1.0.0.0.0")),
        (cran, ("", "a", "1.", "1.0-a")),
    ],
)
def test_what_an_ecosystem_cannot_read_is_unknown(parse: Ordering, texts: tuple[str, ...]) -> None:
    for text in (*texts, "1" * 257, "\u0661.0"):
        with pytest.raises(UnknownVersion):
            parse(text)


def test_numbers_of_any_size_are_compared_as_numbers() -> None:
    for parse in ALL:
        longer, larger = ("9" * 100, "1" + "0" * 100) if parse is not composer else ("99999", "100000")
        assert is_before(parse(f"1.0.{longer}"), parse(f"1.0.{larger}"))


TEXTS = st.text(max_size=40) | st.lists(
    st.sampled_from(["0", "1", "10", "01", "a", "rc", ".", "-", "_", "~", "^", "+", ":", "_git", "_p", "-r", "Final"]),
    max_size=10,
).map("".join)  # fmt: skip


@pytest.mark.parametrize("parse", ALL)
@given(TEXTS)
def test_any_text_is_a_version_or_unknown_and_nothing_else(parse: Ordering, text: str) -> None:
    try:
        key = parse(text)
    except UnknownVersion:
        return
    assert not is_before(key, key)
    assert hash(key) == hash(parse(text))


@pytest.mark.parametrize("parse", ALL)
@given(st.lists(TEXTS, min_size=3, max_size=8))
def test_every_ordering_is_one_without_circles(parse: Ordering, texts: list[str]) -> None:
    keys = []
    for text in texts:
        with suppress(UnknownVersion):
            keys.append(parse(text))
    for one, other, third in itertools.permutations(keys, 3):
        if is_before(one, other):
            assert not is_before(other, one)
            assert is_before(one, third) or is_before(third, other)  # or else it equals both
        elif not is_before(other, one):
            assert one == other
            assert is_before(one, third) == is_before(other, third)


@pytest.mark.parametrize("parse", ALL)
@pytest.mark.parametrize("piece", ["1", "1.", "a1", ".a", "-1", "_p1", "~", "1-a", "0"])
def test_a_long_text_that_is_nearly_a_version_is_refused_at_once(parse: Ordering, piece: str) -> None:
    for beginning in ("1", "1.0-a", "1.0_p", "1-", "1:1"):
        with pytest.raises(UnknownVersion):  # an expression that tries every split would be at it for years
            parse((beginning + piece * 250)[:250] + " !")


@given(TEXTS, TEXTS)
def test_semantic_versions_are_those_of_the_semver_package_and_sort_alike(first: str, second: str) -> None:
    texts = [f"1.0.0-{first}", f"1.0.0-{second}"]
    theirs = [semver.Version.parse(text) for text in texts if semver.Version.is_valid(text)]
    keys = []
    for text in texts:
        with suppress(UnknownVersion):
            keys.append(semantic(text))
    assert len(keys) == len(theirs)
    assert [is_before(*each) for each in itertools.permutations(keys, 2)] == [
        one < other for one, other in itertools.permutations(theirs, 2)
    ]


@pytest.mark.parametrize(
    ("ecosystem", "kind", "expected"),
    [
        ("PyPI", RangeType.ECOSYSTEM, python),
        ("PyPI", RangeType.SEMVER, semantic),
        *((each, kind, semantic) for each in ("npm", "Go", "crates.io", "Hex", "Pub") for kind in COMPARABLE),
        ("Maven", RangeType.ECOSYSTEM, maven),
        ("RubyGems", RangeType.ECOSYSTEM, gem),
        ("NuGet", RangeType.ECOSYSTEM, nuget),
        ("Packagist", RangeType.ECOSYSTEM, composer),
        ("CRAN", RangeType.ECOSYSTEM, cran),
        *((each, RangeType.ECOSYSTEM, debian) for each in DEBIAN_FAMILY),
        *((each, RangeType.ECOSYSTEM, alpine) for each in ALPINE_FAMILY),
        *((each, RangeType.ECOSYSTEM, rpm) for each in RPM_FAMILY),
        *((each, RangeType.ECOSYSTEM, None) for each in ("ConanCenter", "Photon OS:5.0", "Android", "Linux", "")),
        ("PyPI", RangeType.GIT, None),
        ("Debian:12", RangeType.GIT, None),
    ],
)  # fmt: skip
def test_each_ecosystem_has_its_ordering_or_none(ecosystem: str, kind: RangeType, expected: object) -> None:
    assert ordering(ecosystem, kind) is expected


def test_the_folder_of_an_ecosystem_is_its_name_before_the_colon() -> None:
    assert [base(each) for each in ("Debian:12", "Ubuntu:22.04:LTS", "PyPI", "")] == ["Debian", "Ubuntu", "PyPI", ""]


def test_a_local_version_is_looked_up_as_its_release_too() -> None:
    assert spellings("PyPI", "1.13.0+cu117") == ("1.13.0+cu117", "1.13.0")
    assert spellings("PyPI", "1.13.0") == ("1.13.0",)
    assert spellings("npm", "1.0.0+build") == ("1.0.0+build",)
