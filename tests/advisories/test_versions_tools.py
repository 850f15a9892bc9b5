"""Our orderings against the package managers themselves: on real advisories' versions, and on made-up ones."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
import version_tools
from hypothesis import given, settings
from hypothesis import strategies as st
from version_tools import Answers, Pair, Tool

from devsecgate.advisories.record import RangeType
from devsecgate.advisories.versions import UnknownVersion, ordering


def ours(ecosystem: str, pairs: Sequence[Pair]) -> Answers:
    compare = ordering(ecosystem, RangeType.ECOSYSTEM)
    assert compare is not None
    answers: Answers = []
    for first, second in pairs:
        try:
            one, other = compare(first), compare(second)
        except UnknownVersion:
            answers.append(None)
            continue
        answers.append(-1 if one < other else 1 if other < one else 0)
        assert (one == other) is (answers[-1] == 0)
        assert answers[-1] or hash(one) == hash(other)
    return answers


def neighbours(archive: Path, at_most: int) -> list[Pair]:
    """Pair each version that the records give a package with the next one as text, and the last with the first."""
    by_name: dict[str, set[str]] = {}
    with zipfile.ZipFile(archive) as opened:
        for member in opened.namelist():
            for entry in json.loads(opened.read(member)).get("affected", ()):
                found = by_name.setdefault(entry["package"]["name"], set())
                found.update(entry.get("versions", ()))
                for each in entry.get("ranges", ()):
                    if each["type"] != "GIT":
                        found.update(version for event in each["events"] for version in event.values())
    pairs = [pair for _, found in sorted(by_name.items()) for pair in _circle(sorted(found))]
    pairs = sorted({pair for pair in pairs if pair[0] != pair[1]})
    return pairs[:: max(1, len(pairs) // at_most)]


def _circle(texts: list[str]) -> list[Pair]:
    return list(zip(texts, texts[1:] + texts[:1], strict=True))


@pytest.fixture(scope="module")
def dpkg() -> Tool:
    return version_tools.dpkg()


@pytest.fixture(scope="module")
def apk(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Tool:
    return version_tools.apk(shared_data / "images/alpine-3.10.4.tar.gz", tmp_path_factory.mktemp("alpine"))


@pytest.fixture(scope="module")
def rpm() -> Tool:
    return version_tools.rpm()


@pytest.fixture(scope="module")
def maven() -> Tool:
    return version_tools.maven()


@pytest.fixture(scope="module")
def ruby() -> Tool:
    return version_tools.ruby()


@pytest.fixture(scope="module")
def npm() -> Tool:
    return version_tools.npm()


@pytest.fixture(scope="module")
def composer() -> Tool:
    return version_tools.composer()


def agree(ecosystem: str, tool: Tool, pairs: Sequence[Pair]) -> None:
    """Assert that we give the tool's answers, and refuse what it refuses."""
    theirs = tool(pairs)
    assert [*zip(pairs, ours(ecosystem, pairs), strict=True)] == [*zip(pairs, theirs, strict=True)]


def test_versions_of_real_debian_packages_sort_as_dpkg_sorts_them(shared_data: Path, dpkg: Tool) -> None:
    pairs = neighbours(shared_data / "osv/Debian/all.zip", 500)
    assert len(pairs) >= 500
    agree("Debian:12", dpkg, pairs)


def test_versions_of_real_alpine_packages_sort_as_apk_sorts_them(shared_data: Path, apk: Tool) -> None:
    pairs = neighbours(shared_data / "osv/Alpine/all.zip", 700)
    assert len(pairs) >= 700
    agree("Alpine:v3.10", apk, pairs)


def test_versions_of_real_rpm_packages_sort_as_rpm_sorts_them(shared_data: Path, rpm: Tool) -> None:
    pairs = neighbours(shared_data / "osv/AlmaLinux/all.zip", 4000)
    assert len(pairs) >= 4000
    agree("AlmaLinux:9", rpm, pairs)


def test_versions_of_real_java_packages_sort_as_maven_sorts_them(shared_data: Path, maven: Tool) -> None:
    pairs = neighbours(shared_data / "osv/Maven/all.zip", 3000)
    assert len(pairs) > 300
    agree("Maven", maven, pairs)


@pytest.mark.parametrize("ecosystem", ["npm", "crates.io", "Go"])
def test_real_semantic_versions_sort_as_npm_sorts_them(shared_data: Path, npm: Tool, ecosystem: str) -> None:
    pairs = neighbours(shared_data / "osv" / ecosystem / "all.zip", 5000)
    pairs = [pair for pair in pairs if "0" not in pair and all(text.count(".") >= 2 for text in pair)]  # we read `1.2`
    assert len(pairs) > 400
    agree(ecosystem, npm, pairs)


def joined(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map("".join)


def maybe(part: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.just("") | part


def some(part: st.SearchStrategy[str], *, at_most: int, least: int = 0) -> st.SearchStrategy[str]:
    return st.lists(part, min_size=least, max_size=at_most).map("".join)


def among(*texts: str) -> st.SearchStrategy[str]:
    return st.sampled_from(texts)


def pairs_of(version: st.SearchStrategy[str]) -> st.SearchStrategy[list[Pair]]:
    """Draw many pairs at once: a program starts slowly. Most pairs are alike, where the fine rules matter."""
    edit = st.tuples(st.integers(0, 12), among("", "0", "1", "~", ".", "a", "-1"))
    alike = st.tuples(version, edit).map(lambda drawn: (drawn[0], _edited(drawn[0], *drawn[1])))
    return st.lists(st.tuples(version, version) | alike, min_size=30, max_size=30)


def _edited(text: str, place: int, new: str) -> str:
    return text[:place] + new + text[place + 1 :] or "1"


NUMBER = among("0", "1", "2", "9", "10", "00", "01", "010", "20200101")
DEBIAN = joined(
    maybe(among("0:", "1:", "2:")),
    among("0", "1", "10"),
    some(among(".", "~", "+", "-", "0", "1", "09", "a", "Z", "~~", ".0"), at_most=5),
)
RPM_PART = some(among("1", ".", "~", "^", "+", "_", "0", "2", "09", "a", "Z", "el", "10", "^git"), least=1, at_most=5)
RPM = joined(maybe(among("0:", "1:")), RPM_PART, maybe(joined(st.just("-"), RPM_PART)))
# apk 2, which is in the image, and apk 3, which we follow, differ in two or more zeros at the beginning of a number
# that is not the first, and where a zero is the very last character
ALPINE = joined(
    NUMBER,
    some(joined(st.just("."), among("0", "1", "2", "9", "10", "01")), at_most=3),
    maybe(among("a", "b", "z")),
    some(joined(st.just("_"), among("alpha", "beta", "pre", "rc", "cvs", "svn", "git", "hg", "p"), NUMBER), at_most=2),
    st.just("-r"),
    among("0", "1", "2", "10"),
)
GEM = joined(
    NUMBER, some(joined(among(".", ".", "-"), NUMBER | among("a", "b1", "rc", "pre", "beta2", "1a2")), at_most=4)
)
IDENTIFIER = among("alpha", "beta", "0", "1", "2", "10", "rc", "a-b", "1a", "-", "01")
SEMANTIC = joined(
    NUMBER, *[joined(st.just("."), NUMBER)] * 2,
    maybe(joined(st.just("-"), IDENTIFIER, some(joined(st.just("."), IDENTIFIER), at_most=2))),
    maybe(among("+b", "+1.01")),
)  # fmt: skip
COMPOSER = joined(
    maybe(st.just("v")),
    NUMBER.filter(lambda text: len(text) < 6),  # longer ones are dates
    some(joined(st.just("."), NUMBER), at_most=3),
    maybe(
        joined(
            among("-", ".", "_", ""),
            among("alpha", "beta", "a", "b", "rc", "RC", "patch", "pl", "p", "stable"),
            among("", "1", "2", ".1", "-3", "10", "1.2"),
        )
    ),
    maybe(among("-dev", "dev")),
)
# Maven's own class is not transitive where qualifiers follow one another or a number after a dot: 1-alpha < 1 <
# 1.foo.2 < 1-alpha. We follow its specification there, which knows one place for each qualifier.
MAVEN = joined(
    NUMBER,
    some(joined(st.just("."), NUMBER), at_most=3),
    maybe(
        joined(
            among(".", "-", ""),
            among("alpha", "b", "beta", "a", "M", "rc", "CR", "snapshot", "Final", "GA", "RELEASE", "sp", "foo", "x"),
            maybe(NUMBER),
        )
    ),
)  # fmt: skip
FEW = settings(max_examples=8)


@FEW
@given(pairs_of(DEBIAN))
def test_any_debian_versions_sort_as_dpkg_sorts_them(dpkg: Tool, pairs: list[Pair]) -> None:
    agree("Ubuntu:22.04", dpkg, pairs)


@FEW
@given(st.lists(st.tuples(ALPINE, ALPINE), min_size=30, max_size=30))
def test_any_alpine_versions_sort_as_apk_sorts_them(apk: Tool, pairs: list[Pair]) -> None:
    agree("Wolfi", apk, pairs)


@FEW
@given(st.lists(st.tuples(RPM, RPM), min_size=30, max_size=30))
def test_any_rpm_versions_sort_as_rpm_sorts_them(rpm: Tool, pairs: list[Pair]) -> None:
    agree("SUSE:Linux Enterprise Server 15 SP5", rpm, pairs)


@FEW
@given(pairs_of(GEM))
def test_any_gem_versions_sort_as_ruby_sorts_them(ruby: Tool, pairs: list[Pair]) -> None:
    agree("RubyGems", ruby, pairs)


@FEW
@given(st.lists(st.tuples(SEMANTIC, SEMANTIC), min_size=30, max_size=30))
def test_any_semantic_versions_sort_as_npm_sorts_them(npm: Tool, pairs: list[Pair]) -> None:
    agree("npm", npm, pairs)


@FEW
@given(st.lists(st.tuples(COMPOSER, COMPOSER), min_size=30, max_size=30))
def test_any_composer_versions_sort_as_composer_sorts_them(composer: Tool, pairs: list[Pair]) -> None:
    agree("Packagist", composer, pairs)


@FEW
@given(st.lists(st.tuples(MAVEN, MAVEN), min_size=30, max_size=30))
def test_any_maven_versions_sort_as_maven_sorts_them(maven: Tool, pairs: list[Pair]) -> None:
    agree("Maven", maven, pairs)


def test_where_apk_2_and_apk_3_differ_we_follow_the_newer_one(apk: Tool) -> None:
    # apk 3 compares `00` with `0` as text, and puts a candidate before its release after a final zero too
    pairs = [("1.00-r0", "1.0-r0"), ("1.010-r0", "1.09-r0"), ("1.0_rc1", "1.0")]
    assert (ours("Alpine:v3.22", pairs), apk(pairs)) == ([1, -1, -1], [-1, 1, 1])
