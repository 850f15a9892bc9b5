"""SBOMs made elsewhere: all that they list is looked up or named, and nothing in them can make that untrue."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devsecgate.detectors import sbom, sboms
from devsecgate.detectors.manifests.reading import Pin
from devsecgate.detectors.package_answer import GapEntry
from devsecgate.detectors.sboms.cyclonedx_xml import read as read_xml
from devsecgate.detectors.sboms.graph import LONGEST_PATH, Place, trace
from devsecgate.model import GapReason

SAMPLES = Path(__file__).resolve().parent.parent / "samples" / "sboms"
JSON_AND_XML = ("7.5.0-cyclonedx-py.cdx", "1.18.1-syft.cdx")

Json: TypeAlias = "Mapping[str, Json] | Sequence[Json] | str | int | None"


def component(name: str, version: str = "1.0", **more: Json) -> dict[str, Json]:
    return {
        "type": "library",
        "bom-ref": name,
        "name": name,
        "version": version,
        "purl": f"pkg:pypi/{name}@{version}",
        **more,
    }


def cyclonedx(*components: Json, **more: Json) -> bytes:
    document = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": list(components), **more}
    return json.dumps(document, indent=1).encode()


def spdx(*packages: Json, **more: Json) -> bytes:
    document = {"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "packages": list(packages), **more}
    return json.dumps(document, indent=1).encode()


def package(name: str, *found: str, version: str = "1.0", **more: Json) -> dict[str, Json]:
    references = [
        {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": each}
        for each in found or (f"pkg:npm/{name}@{version}",)
    ]
    return {"SPDXID": f"SPDXRef-{name}", "name": name, "versionInfo": version, "externalRefs": references, **more}


def take(tmp_path: Path, content: bytes) -> sbom.Stock:
    file = tmp_path / "given"
    file.write_bytes(content)
    return sbom.take(file, "sbom.json")


def gap(reason: GapReason, detail: str, package: str | None = None) -> GapEntry:
    return GapEntry(reason=reason.value, detail=detail, path="sbom.json", package=package)


def edges(stock: sbom.Stock) -> dict[str, tuple[bool | None, tuple[str, ...]]]:
    return {pin.name: (pin.direct, pin.via) for pin in stock.pins}


# ------------------------------------------------------------- what real tools write


def test_what_cyclonedx_py_wrote_is_read_with_its_graph_and_its_lines(tmp_path: Path) -> None:
    stock = take(tmp_path, (SAMPLES / "7.5.0-cyclonedx-py.cdx.json").read_bytes())

    def pin(name: str, version: str, line: int, *, direct: bool, via: tuple[str, ...] = ()) -> Pin:
        purl = f"pkg:pypi/{name}@{version}"
        return Pin(
            name=name,
            version=version,
            ecosystem="PyPI",
            path="sbom.json",
            line=line,
            direct=direct,
            purl=purl,
            via=via,
        )

    assert stock == sbom.Stock(
        pins=(
            pin("flask", "2.0.0", 13, direct=True),
            pin("jinja2", "3.0.0", 21, direct=False, via=("flask",)),
            pin("markupsafe", "2.0.1", 29, direct=False, via=("flask", "jinja2")),
            pin("requests", "2.31.0", 43, direct=True),
        ),
        notes=("sbom.json is about shop 1.0.0, which is not looked up itself: it has no purl",),
        covered=("sbom.json",),
    )
    content = (SAMPLES / "7.5.0-cyclonedx-py.cdx.json").read_text().split("\n")
    assert all(pin.purl in content[pin.line - 1] for pin in stock.pins)


@pytest.mark.parametrize("name", JSON_AND_XML)
def test_json_and_xml_of_one_document_are_read_alike(name: str, tmp_path: Path) -> None:
    one, other = (take(tmp_path, (SAMPLES / f"{name}.{form}").read_bytes()) for form in ("json", "xml"))
    assert [(pin.purl, pin.direct, pin.via) for pin in one.pins] == [
        (pin.purl, pin.direct, pin.via) for pin in other.pins
    ]
    assert (one.gaps, one.notes, one.covered) == (other.gaps, other.notes, other.covered)
    content = (SAMPLES / f"{name}.xml").read_text().split("\n")
    assert all(pin.purl in content[pin.line - 1] for pin in other.pins)


def test_what_syft_wrote_in_three_formats_names_the_same_packages(tmp_path: Path) -> None:
    found = [
        take(tmp_path, (SAMPLES / f"1.18.1-syft.{form}").read_bytes()) for form in ("cdx.json", "cdx.xml", "spdx.json")
    ]
    expected = {
        ("pkg:npm/express@4.16.0", None, ()),
        ("pkg:npm/qs@6.5.1", None, ()),
        ("pkg:npm/shop@1.0.0", None, ()),
        ("pkg:pypi/flask@2.0.0", None, ()),
        ("pkg:pypi/jinja2@3.0.0", None, ("flask",)),
        ("pkg:pypi/markupsafe@2.0.1", None, ("flask", "jinja2")),
        ("pkg:pypi/requests@2.31.0", None, ()),
    }
    assert [{(pin.purl, pin.direct, pin.via) for pin in stock.pins} for stock in found] == [expected] * 3
    assert [stock.gaps for stock in found] == [()] * 3


@pytest.mark.parametrize("name", [f"{each}.{form}" for each in JSON_AND_XML for form in ("json", "xml")])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what syft writes, by the specification
def test_the_reference_library_finds_the_same_components(name: str) -> None:
    from xml.etree import ElementTree

    from cyclonedx.model.bom import Bom

    file = SAMPLES / name
    bom = (
        Bom.from_json(json.loads(file.read_text()))
        if name.endswith("json")
        else Bom.from_xml(ElementTree.parse(file).getroot())
    )  # type: ignore[attr-defined]  # the serialiser adds them
    theirs = {(each.name, each.version or "", str(each.purl or "")) for each in bom.components}
    ours = {(each.name, each.version, each.purl) for each in sboms.read(file.read_bytes()).parts}
    assert ours == theirs


# ------------------------------------------------------------- what cannot be looked up is named


def test_what_cannot_be_looked_up_is_a_gap_that_names_it(tmp_path: Path) -> None:
    stock = take(
        tmp_path,
        cyclonedx(
            {"type": "library", "name": "nameless", "group": "org", "version": "1"},
            {"type": "library", "name": "anything", "purl": "pkg:pypi/anything"},
            {"type": "library", "name": "blob", "version": "2", "purl": "pkg:generic/blob@2"},
            {"type": "library", "name": "odd", "version": "3", "purl": "http://odd"},
            component("two-faced", "2.0", purl="pkg:pypi/two-faced@9.0"),
            component("spaced", "", purl="pkg:pypi/spa%20ced@1%0A0"),
            component("good"),
        ),
    )
    assert [pin.name for pin in stock.pins] == ["good"]
    not_looked_up = [(each.package, each.detail.partition(" was not looked up: ")[2]) for each in stock.gaps]
    assert sorted(not_looked_up, key=str) == [
        ("anything", "it has no version"),
        ("blob", "OSV has no records of packages of the type generic"),
        ("odd", "not a purl"),
        ("org/nameless", "it has no purl"),
        ("spaced", "its purl has a name or a version that is none"),
        ("two-faced", "it says that its version is 2.0, and its purl says 9.0"),
    ]
    assert {each.reason for each in stock.gaps} == {"unresolved"}
    assert stock.covered == ("sbom.json",)


def test_a_version_beside_a_purl_completes_it_and_a_v_or_an_epoch_is_no_other_version(tmp_path: Path) -> None:
    stock = take(
        tmp_path,
        cyclonedx(
            component("flask", "2.0", purl="pkg:pypi/flask"),
            component("yaml", "2.0.0", purl="pkg:golang/example.org/yaml@v2.0.0"),
        ),
    )
    assert [(pin.name, pin.version, pin.purl) for pin in stock.pins] == [
        ("flask", "2.0", "pkg:pypi/flask@2.0"),
        ("example.org/yaml", "v2.0.0", "pkg:golang/example.org/yaml@v2.0.0"),
    ]
    assert stock.gaps == ()


def test_of_many_parts_the_first_are_named_and_the_rest_are_counted(tmp_path: Path) -> None:
    many = [{"type": "library", "name": f"part-{number:04}"} for number in reversed(range(1000))]
    stock = take(tmp_path, cyclonedx(*many))
    assert stock.gaps == (
        gap(GapReason.UNRESOLVED, f"{1000 - sbom.NAMED:,} more components were not looked up: it has no purl"),
        *(
            gap(
                GapReason.UNRESOLVED, f"line 1: part-{number:04} was not looked up: it has no purl", f"part-{number:04}"
            )
            for number in range(sbom.NAMED)
        ),
    )
    assert stock.covered == ()


def test_components_within_components_are_looked_up_like_all_others(tmp_path: Path) -> None:
    inner = component("inner", components=[component("innermost")])
    root = {"type": "application", "name": "app", "components": [component("bundled")]}
    stock = take(tmp_path, cyclonedx(component("outer", components=[inner]), metadata={"component": root}))
    assert [pin.name for pin in stock.pins] == ["bundled", "outer", "inner", "innermost"]
    assert stock.gaps == ()


def test_what_an_sbom_is_about_is_looked_up_where_it_can_be(tmp_path: Path) -> None:
    stock = take(tmp_path, cyclonedx(component("flask"), metadata={"component": component("jinja2", "2.4.1")}))
    assert [pin.name for pin in stock.pins] == ["flask", "jinja2"]
    assert stock.notes == ()


@pytest.mark.parametrize(
    "content",
    [
        cyclonedx(),
        b'{"bomFormat": "CycloneDX", "specVersion": "1.4"}',
        cyclonedx({"type": "file", "name": "a.txt"}, {"type": "operating-system", "name": "alpine"}),
        cyclonedx(metadata={"component": component("app")}),
        b'<bom xmlns="http://cyclonedx.org/schema/bom/1.5"/>',
        spdx(),
    ],
)
def test_an_sbom_that_lists_nothing_is_empty_and_never_clean(content: bytes, tmp_path: Path) -> None:
    stock = take(tmp_path, content)
    assert stock.gaps == (gap(GapReason.EMPTY, "this SBOM lists no component that could be looked up"),)
    assert stock.covered == ()


def test_a_file_is_content_unless_it_says_what_package_it_is(tmp_path: Path) -> None:
    told = {"type": "file", "name": "jquery.js", "cpe": "cpe:2.3:a:jquery:jquery:1.0:*:*:*:*:*:*:*"}
    versioned = {"type": "file", "name": "lodash.js", "version": "3.0"}
    stock = take(
        tmp_path, cyclonedx({"type": "file", "name": "a.txt"}, told, versioned, component("flask", type="file"))
    )
    assert [pin.name for pin in stock.pins] == ["flask"]
    assert [each.package for each in stock.gaps] == ["jquery.js", "lodash.js"]
    assert stock.notes == (
        "sbom.json lists parts that are no packages, which no advisory record is about: 1 of the type file",
    )


def test_packages_of_a_distribution_carry_its_release_and_a_release_that_is_past_its_end_is_a_gap(
    tmp_path: Path,
) -> None:
    def apk(version: str, **more: Json) -> Json:
        purl = f"pkg:apk/alpine/libcrypto1.1@1.1.1d-r2?arch=x86_64&distro=alpine-{version}&upstream=openssl"
        return component("libcrypto1.1", "1.1.1d-r2", purl=purl, **more)

    old, new = (take(tmp_path, cyclonedx(apk(version))) for version in ("3.10.4", "3.22.1"))
    assert [(pin.ecosystem, pin.known_as) for stock in (old, new) for pin in stock.pins] == [
        ("Alpine:v3.10", (("openssl", "1.1.1d-r2"),)),
        ("Alpine:v3.22", (("openssl", "1.1.1d-r2"),)),
    ]
    today = date(2026, 11, 24)
    (told,) = sbom.lifetimes_of(old, "sbom.json", today)
    assert (told.reason, told.path) == ("stale", "sbom.json")
    assert told.detail.startswith("Alpine:v3.10 is past its end of life (2021-05-01): ")
    assert list(sbom.lifetimes_of(new, "sbom.json", today)) == []
    nameless = take(tmp_path, cyclonedx(component("musl", "1.1", purl="pkg:apk/alpine/musl@1.1")))
    assert [each.package for each in nameless.gaps] == ["musl"]


# ------------------------------------------------------------- what it says of itself


@pytest.mark.parametrize("aggregate", ["incomplete", "unknown", "incomplete_third_party_only", "anything \x1b[31m"])
def test_an_sbom_that_says_it_is_incomplete_is_a_gap(aggregate: str, tmp_path: Path) -> None:
    stock = take(tmp_path, cyclonedx(component("flask"), compositions=[{"aggregate": aggregate}]))
    said = aggregate.replace("\x1b", "\\x1b")
    detail = f"this SBOM says that its composition is {said}: what it leaves out was not seen"
    assert (stock.gaps, stock.covered) == ((gap(GapReason.UNRESOLVED, detail),), ())


def test_a_composition_that_is_complete_or_about_vulnerabilities_alone_is_none(tmp_path: Path) -> None:
    compositions = [
        {"aggregate": "complete", "assemblies": ["flask"]},
        {"aggregate": "not_specified"},
        {"aggregate": "incomplete", "vulnerabilities": ["v"]},
    ]
    assert take(tmp_path, cyclonedx(component("flask"), compositions=compositions)).gaps == ()


def test_incompleteness_is_seen_in_xml_too(tmp_path: Path) -> None:
    content = b"""<?xml version="1.0" encoding="UTF-8"?>
<b:bom xmlns:b="http://cyclonedx.org/schema/bom/1.6" xmlns:other="http://example.org/other">
  <other:components><other:component type="library"><other:name>no</other:name></other:component></other:components>
  <b:components><b:component type="library" bom-ref="f"><b:name>flask</b:name>
    <b:pedigree><b:ancestors><b:component type="library"><b:name>older</b:name></b:component></b:ancestors></b:pedigree>
    <b:purl><![CDATA[pkg:pypi/flask@2.0]]></b:purl></b:component></b:components>
  <b:compositions><b:composition><b:aggregate>incomplete</b:aggregate>
    <b:assemblies><b:assembly ref="f"/></b:assemblies></b:composition></b:compositions>
  <b:vulnerabilities><b:vulnerability><b:id>CVE-2026-1</b:id>
    <b:analysis><b:state>not_affected</b:state></b:analysis></b:vulnerability></b:vulnerabilities>
</b:bom>"""
    stock = take(tmp_path, content)
    assert [(pin.name, pin.version, pin.line) for pin in stock.pins] == [("flask", "2.0", 6)]
    detail = "this SBOM says that its composition is incomplete: what it leaves out was not seen"
    assert stock.gaps == (gap(GapReason.UNRESOLVED, detail),)
    assert stock.notes == (
        "sbom.json lists 1 vulnerabilities of its own (analysis: 1 not_affected), which are not believed",
    )


def test_vulnerabilities_that_an_sbom_explains_away_are_noted_and_not_believed(tmp_path: Path) -> None:
    explained = [{"id": f"CVE-2019-{number}", "analysis": {"state": "not_affected"}} for number in range(3)]
    stock = take(tmp_path, cyclonedx(component("jinja2", "2.4.1"), vulnerabilities=[*explained, {"id": "CVE-1"}]))
    assert [pin.name for pin in stock.pins] == ["jinja2"]
    assert stock.notes == (
        "sbom.json lists 4 vulnerabilities of its own (analysis: 3 not_affected), which are not believed",
    )


def test_dependencies_that_are_not_listed_are_a_gap_and_services_are_none(tmp_path: Path) -> None:
    stock = take(
        tmp_path,
        cyclonedx(
            component("flask"),
            services=[{"name": "s", "bom-ref": "service"}],
            dependencies=[{"ref": "flask", "dependsOn": ["service", "gone"]}, {"ref": "also gone"}],
        ),
    )
    detail = "this SBOM names dependencies that it does not list: also gone, gone"
    assert (stock.gaps, stock.covered) == ((gap(GapReason.UNRESOLVED, detail),), ())
    assert stock.notes == ("sbom.json lists 1 services, which no advisory record is about",)


# ------------------------------------------------------------- the graph


def test_two_components_with_one_reference_are_both_looked_up_and_a_gap(tmp_path: Path) -> None:
    root = {"type": "application", "name": "app", "bom-ref": "app"}
    stock = take(
        tmp_path,
        cyclonedx(
            component("flask"),
            {**component("jinja2"), "bom-ref": "flask"},
            metadata={"component": root},
            dependencies=[{"ref": "app", "dependsOn": ["flask"]}],
        ),
    )
    detail = "this SBOM gives several components one bom-ref, so that its graph can be read in two ways: flask"
    assert edges(stock) == {"flask": (None, ()), "jinja2": (None, ())}
    assert (stock.gaps, stock.covered) == ((gap(GapReason.MALFORMED, detail),), ())


def test_cycles_end_and_the_shortest_path_is_the_one_that_is_shown(tmp_path: Path) -> None:
    root = {"type": "application", "name": "app", "bom-ref": "app"}
    graph = {"app": ["a", "b"], "a": ["c", "a"], "b": ["d"], "c": ["d", "e"], "e": ["a", "app"], "x": ["y"], "y": ["x"]}
    stock = take(
        tmp_path,
        cyclonedx(
            *(component(each) for each in "abcdexy"),
            metadata={"component": root},
            dependencies=[{"ref": ref, "dependsOn": on} for ref, on in graph.items()],
        ),
    )
    assert edges(stock) == {
        "a": (True, ()),
        "b": (True, ()),
        "c": (False, ("a",)),
        "d": (False, ("b",)),
        "e": (False, ("a", "c")),
        "x": (None, ()),
        "y": (None, ()),
    }
    assert stock.gaps == ()


def test_a_path_that_is_long_is_cut_in_the_middle_and_costs_no_square() -> None:
    chain = {str(number): [str(number + 1)] for number in range(100_000)}
    names = {str(number): f"n{number}" for number in range(100_001)}
    found = trace(["0"], chain, names)
    assert len(found) == 100_000
    last = found["100000"]
    assert (last.direct, last.via[0], last.via[1], last.via[-1]) == (False, "n1", "…", "n99999")
    assert {len(place.via) for place in found.values()} == set(range(LONGEST_PATH + 1))


@given(st.dictionaries(st.sampled_from("rabcdef"), st.lists(st.sampled_from("rabcdef"), max_size=5), max_size=7))
def test_every_path_of_a_graph_is_one_that_is_in_it(graph: dict[str, list[str]]) -> None:
    found = trace(["r"], graph, {each: each for each in "rabcdef"})
    assert "r" not in found
    for each, place in found.items():
        path = ("r", *place.via, each) if place.direct is not None else (*place.via, each)
        assert all(later in graph[earlier] for earlier, later in pairwise(path))
        assert place.direct is None or place.direct is (each in graph["r"])
    assert trace([], {}, {}) == {}
    assert trace(["r"], {"r": ["a"]}, {"a": "a"}) == {"a": Place(direct=True, via=())}


# ------------------------------------------------------------- SPDX


def test_spdx_relationships_of_both_directions_make_one_graph(tmp_path: Path) -> None:
    def related(one: str, kind: str, other: str) -> Json:
        return {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other}

    stock = take(
        tmp_path,
        spdx(
            {"SPDXID": "SPDXRef-app", "name": "app"},
            *(package(each) for each in "abcd"),
            relationships=[
                related("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-app"),
                related("SPDXRef-app", "DEPENDS_ON", "SPDXRef-a"),
                related("SPDXRef-b", "RUNTIME_DEPENDENCY_OF", "SPDXRef-a"),
                related("SPDXRef-c", "DEPENDENCY_OF", "SPDXRef-app"),
                related("SPDXRef-app", "CONTAINS", "SPDXRef-d"),
                related("SPDXRef-d", "DEPENDS_ON", "NONE"),
            ],
        ),
    )
    assert edges(stock) == {"a": (True, ()), "b": (False, ("a",)), "c": (True, ()), "d": (None, ())}
    assert stock.gaps == ()
    assert stock.notes == ("sbom.json is about app, which is not looked up itself: it has no purl",)


@pytest.mark.parametrize(
    ("relationship", "detail"),
    [
        (("SPDXRef-a", "DEPENDS_ON", "NOASSERTION"), "does not say what these depend on or hold: SPDXRef-a"),
        (("SPDXRef-a", "CONTAINS", "NOASSERTION"), "does not say what these depend on or hold: SPDXRef-a"),
        (
            ("SPDXRef-a", "DEPENDS_ON", "DocumentRef-x:SPDXRef-b"),
            "needs parts of other documents, which were not seen: DocumentRef-x:SPDXRef-b",
        ),
        (("SPDXRef-z", "DEPENDENCY_OF", "SPDXRef-a"), "names dependencies that it does not list: SPDXRef-z"),
    ],
)
def test_what_an_spdx_document_leaves_out_is_a_gap(
    relationship: tuple[str, str, str], detail: str, tmp_path: Path
) -> None:
    keys = ("spdxElementId", "relationshipType", "relatedSpdxElement")
    stock = take(tmp_path, spdx(package("a"), relationships=[dict(zip(keys, relationship, strict=True))]))
    assert [pin.name for pin in stock.pins] == ["a"]
    assert (stock.gaps, stock.covered) == ((gap(GapReason.UNRESOLVED, f"this SBOM {detail}"),), ())


def test_every_purl_of_an_spdx_package_is_looked_up_and_one_without_is_named(tmp_path: Path) -> None:
    stock = take(
        tmp_path,
        spdx(
            package("a", "pkg:npm/a@1.0", "pkg:pypi/a@1.0", "pkg:npm/a@1.0"),
            {"SPDXID": "SPDXRef-b", "name": "b", "versionInfo": "NOASSERTION", "primaryPackagePurpose": "LIBRARY"},
            {"SPDXID": "SPDXRef-c", "name": "c", "primaryPackagePurpose": "FILE"},
            {**package("d"), "SPDXID": "SPDXRef-a"},
        ),
    )
    assert [(pin.ecosystem, pin.name) for pin in stock.pins] == [("npm", "a"), ("PyPI", "a"), ("npm", "d")]
    repeated = "this SBOM gives several packages one SPDXID, so that its graph can be read in two ways: SPDXRef-a"
    assert stock.gaps == (
        gap(GapReason.MALFORMED, repeated),
        gap(GapReason.UNRESOLVED, "line 1: b was not looked up: it has no purl", "b"),
    )


# ------------------------------------------------------------- hostile documents

DEEP = 200_000
_EXPANSION = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
REFUSED: dict[str, tuple[bytes, GapReason, str]] = {
    "nothing": (b"", GapReason.MALFORMED, "is empty"),
    "white space": (b"\xef\xbb\xbf \n", GapReason.MALFORMED, "is empty"),
    "a list": (b"[]", GapReason.MALFORMED, "is not what it should be: Expected `object`, got `array`"),
    "another document": (
        b"{}",
        GapReason.MALFORMED,
        "is JSON, and neither CycloneDX nor SPDX: no bomFormat, no spdxVersion",
    ),
    "two formats": (
        b'{"bomFormat": "CycloneDX", "spdxVersion": "SPDX-2.3"}',
        GapReason.MALFORMED,
        "says that it is CycloneDX and SPDX at once",
    ),
    "SPDX 3": (
        b'{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": []}',
        GapReason.UNSUPPORTED,
        "is JSON-LD, as SPDX 3 is; read are SPDX 2.2 and 2.3: convert it",
    ),
    "another SPDX": (
        b'{"spdxVersion": "SPDX-2.1", "SPDXID": "SPDXRef-DOCUMENT"}',
        GapReason.UNSUPPORTED,
        "is SPDX-2.1; read are SPDX-2.2 and SPDX-2.3",
    ),
    "a CycloneDX to come": (
        cyclonedx(specVersion="2.0"),
        GapReason.UNSUPPORTED,
        "is CycloneDX 2.0; read are 1.2 to 1.7",
    ),
    "another bomFormat": (cyclonedx(bomFormat="X"), GapReason.MALFORMED, "has the bomFormat X, not CycloneDX"),
    "no name": (
        cyclonedx({"type": "library"}),
        GapReason.MALFORMED,
        "is not what it should be: Object missing required field `name` - at `$.components[0]`",
    ),
    "no type": (
        cyclonedx({"name": "a"}),
        GapReason.MALFORMED,
        "is not what it should be: Object missing required field `type` - at `$.components[0]`",
    ),
    "UTF-16": ('{"bomFormat": "CycloneDX"}'.encode("utf-16"), GapReason.MALFORMED, "is not UTF-8 (byte 0)"),
    "bytes": (b'{"a": "\xff"}', GapReason.MALFORMED, "is not UTF-8 (byte 7)"),
    "nesting without end": (
        b"[" * DEEP,
        GapReason.MALFORMED,
        "is not what it should be: Expected `object`, got `array`",
    ),
    "nesting of components": (
        b'{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": ['
        + b'{"type": "library", "name": "a", "components": [' * DEEP
        + b"]}" * DEEP
        + b"]}",
        GapReason.MALFORMED,
        "is nested too deeply",
    ),
    "an entity": (
        b'<!DOCTYPE bom [<!ENTITY e SYSTEM "file:///etc/passwd">]><bom xmlns="http://cyclonedx.org/schema/bom/1.6">&e;</bom>',
        GapReason.MALFORMED,
        "has a document type, or entities, which could reach outside of it: it is not read",
    ),
    "a billion laughs": (
        f'<!DOCTYPE bom [<!ENTITY l0 "ha">{_EXPANSION}]><bom xmlns="http://cyclonedx.org/schema/bom/1.6">&l9;</bom>'.encode(),
        GapReason.MALFORMED,
        "has a document type, or entities, which could reach outside of it: it is not read",
    ),
    "a document type": (
        b'<!DOCTYPE bom SYSTEM "http://example.org/bom.dtd"><bom xmlns="http://cyclonedx.org/schema/bom/1.6"/>',
        GapReason.MALFORMED,
        "has a document type, or entities, which could reach outside of it: it is not read",
    ),
    "deep XML": (
        b'<bom xmlns="http://cyclonedx.org/schema/bom/1.6">' + b"<x>" * DEEP,
        GapReason.MALFORMED,
        "is nested too deeply",
    ),
    "cut XML": (
        b'<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components>',
        GapReason.MALFORMED,
        "is not XML: <unknown>:1:61: no element found",
    ),
    "other XML": (
        b"<html/>",
        GapReason.MALFORMED,
        "is XML, and no CycloneDX document: its root is not a bom of CycloneDX's namespace",
    ),
    "two lists of components": (
        b'<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components/>\n<components/></bom>',
        GapReason.MALFORMED,
        "line 2: a second components in one bom",
    ),
    "latin-1 in XML": (
        b'<?xml version="1.0" encoding="ISO-8859-1"?><bom xmlns="http://cyclonedx.org/schema/bom/1.6">\xe9</bom>',
        GapReason.MALFORMED,
        "is not UTF-8 (byte 92)",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_sbom_is_refused_with_the_reason_and_nothing_of_it_is_covered(name: str, tmp_path: Path) -> None:
    content, reason, detail = REFUSED[name]
    assert take(tmp_path, content) == sbom.Stock(gaps=(gap(reason, f"this SBOM {detail}"),))


def test_more_components_than_any_sbom_has_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from devsecgate.detectors.sboms import cyclonedx as reader
    from devsecgate.detectors.sboms import spdx as other

    monkeypatch.setattr(reader, "MOST_PARTS", 9)
    monkeypatch.setattr(other, "MOST_PARTS", 9)
    for content, what in (
        (cyclonedx(*(component(f"a{n}") for n in range(10))), "components"),
        (cyclonedx(component("b", components=[component(f"a{n}") for n in range(9)])), "components"),
        (spdx(*(package(f"a{n}") for n in range(10))), "packages"),
    ):
        detail = f"this SBOM lists more than 9 {what}; divide it"
        assert take(tmp_path, content) == sbom.Stock(gaps=(gap(GapReason.MALFORMED, detail),))
    assert len(take(tmp_path, cyclonedx(*(component(f"a{n}") for n in range(9)))).pins) == 9


def test_a_file_that_is_too_large_or_is_none_is_refused_without_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sboms, "LARGEST_FILE", 1 << 20)
    detail = "this SBOM is larger than 1 MiB; divide it"
    assert take(tmp_path, b" " * ((1 << 20) + 1)).gaps == (gap(GapReason.UNREADABLE, detail),)
    missing = sbom.take(tmp_path, "sbom.json")
    assert missing.gaps == (gap(GapReason.UNREADABLE, "this SBOM is not a file"),)


def test_names_that_are_written_to_deceive_are_shown_as_what_they_are(tmp_path: Path) -> None:
    evil = "\x1b[2J::error::\u202e" + "a" * 10_000
    stock = take(
        tmp_path, cyclonedx({"type": "library", "name": evil, "bom-ref": evil}, dependencies=[{"ref": evil + "!"}])
    )
    shown = "".join(each.detail + (each.package or "") for each in stock.gaps)
    assert shown.isprintable()
    assert max(len(each.detail) for each in stock.gaps) < 300
    assert [each.reason for each in stock.gaps] == ["unresolved", "unresolved"]


def test_a_text_that_looks_like_a_key_is_no_place(tmp_path: Path) -> None:
    trap = component("trap", description='"purl": "pkg:pypi/flask@1.0"')
    stock = take(tmp_path, cyclonedx(trap, component("flask")))
    lines = cyclonedx(trap, component("flask")).decode().split("\n")
    assert [lines[pin.line - 1].strip() for pin in stock.pins] == [
        '"purl": "pkg:pypi/trap@1.0",',
        '"purl": "pkg:pypi/flask@1.0"',
    ]


def read_or_refused(content: bytes) -> str:
    """Say why a document was refused, or that it was read; any other exception is a failure."""
    try:
        sboms.read(content)
    except sboms.Refused as refused:
        return refused.detail
    return "read"


@given(st.binary(max_size=200))
def test_whatever_the_bytes_are_they_are_read_or_refused(content: bytes) -> None:
    for each in (content, b"<" + content, b"{" + content):
        assert read_or_refused(each).isprintable()


@given(st.sampled_from(sorted(each.name for each in SAMPLES.iterdir())), st.data())
def test_a_real_document_that_is_cut_or_spoilt_is_read_or_refused(name: str, data: st.DataObject) -> None:
    content = (SAMPLES / name).read_bytes().rstrip()
    cut = data.draw(st.integers(1, len(content) - 1))
    with pytest.raises(sboms.Refused):
        sboms.read(content[:cut])
    spoilt = content[:cut] + data.draw(st.binary(min_size=1, max_size=4)) + content[cut + 1 :]
    assert read_or_refused(spoilt).isprintable()


def test_xml_keeps_to_its_own_namespace() -> None:
    bom, _ = read_xml(b'<bom xmlns="http://cyclonedx.org/schema/bom/1.4" version="1"><components/></bom>')
    assert (bom.spec_version, bom.components) == ("1.4", [])
