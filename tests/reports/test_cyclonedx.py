"""The SBOM: valid by the specification's own schema, complete, and the same in every run."""

from __future__ import annotations

import json

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from msgspec import structs

from devsecgate.model import Location, Package, Verdict
from devsecgate.report import Context
from devsecgate.reports.cyclonedx import REPORT


def errors(content: bytes) -> str | None:
    found = JsonStrictValidator(SchemaVersion.V1_6).validate_str(content.decode())
    return None if found is None else str(found)[:500]


def test_every_outcome_is_valid(case: tuple[str, Verdict], context: Context) -> None:
    assert errors(REPORT.render(case[1], context)) is None


def test_hostile_names_make_no_invalid_document(hostile: tuple[Verdict, Context]) -> None:
    assert errors(REPORT.render(*hostile)) is None


def test_a_package_named_in_two_places_is_one_component(verdicts: dict[str, Verdict], context: Context) -> None:
    verdict = verdicts["pass"]
    *others, dependencies = verdict.results
    again = structs.replace(dependencies.packages[0], location=Location(path="uv.lock", line=9), direct=False)
    more = structs.replace(dependencies, packages=(*dependencies.packages, again))
    document = json.loads(REPORT.render(structs.replace(verdict, results=(*others, more)), context))
    jinja = next(part for part in document["components"] if part["name"] == "jinja2")
    assert len(document["components"]) == 2
    assert jinja["evidence"]["occurrences"] == [
        {"line": 3, "location": "requirements.txt"},
        {"line": 9, "location": "uv.lock"},
    ]


def test_two_runs_differ_in_nothing(verdicts: dict[str, Verdict], context: Context) -> None:
    document = json.loads(REPORT.render(verdicts["fail"], context))
    assert "serialNumber" not in document
    assert "timestamp" not in document["metadata"]
    assert REPORT.render(verdicts["fail"], context) == REPORT.render(verdicts["fail"], context)


def test_a_vulnerability_names_its_package_and_its_aliases(verdicts: dict[str, Verdict], context: Context) -> None:
    document = json.loads(REPORT.render(verdicts["fail"], context))
    found = {entry["id"]: entry for entry in document["vulnerabilities"]}
    assert sorted(found) == ["CVE-2019-10906", "CVE-2024-22195", "DSA-5523-1", "PYSEC-2021-66"]
    assert found["CVE-2019-10906"]["affects"][0]["ref"] == "pkg:pypi/jinja2@2.4.1"
    assert [entry["id"] for entry in found["CVE-2019-10906"]["references"]] == [
        "GHSA-462w-v97r-4m45",
        "PYSEC-2019-217",
    ]
    assert found["PYSEC-2021-66"]["ratings"][0]["severity"] == "unknown"


def test_what_pulls_a_package_in_is_an_edge_where_it_is_listed(verdicts: dict[str, Verdict], context: Context) -> None:
    verdict = verdicts["pass"]
    *others, dependencies = verdict.results
    lock = Location(path="uv.lock", line=9)
    plain = structs.replace(dependencies.packages[0], location=lock, direct=False)

    def package(name: str, version: str = "1.0", *via: str, path: str = "uv.lock") -> Package:
        place = structs.replace(lock, path=path)
        purl = f"pkg:pypi/{name}@{version}"
        return structs.replace(plain, name=name, version=version, purl=purl, via=via, location=place)

    packages = (
        package("top"),
        package("middle", "1.0", "top"),
        package("bottom", "1.0", "top", "…", "middle"),
        package("twice", "1.0"),
        package("twice", "2.0"),
        package("unclear", "1.0", "twice"),
        package("elsewhere", "1.0", "top", path="other.lock"),
        package("looped", "1.0", "looped"),
    )
    result = structs.replace(dependencies, packages=packages)
    rendered = REPORT.render(structs.replace(verdict, results=(*others, result)), context)
    assert errors(rendered) is None
    edges = {each["ref"]: each.get("dependsOn", []) for each in json.loads(rendered)["dependencies"]}
    del edges["devsecgate:target"]
    assert {ref: on for ref, on in edges.items() if on} == {
        "pkg:pypi/top@1.0": ["pkg:pypi/middle@1.0"],
        "pkg:pypi/middle@1.0": ["pkg:pypi/bottom@1.0"],
    }


def test_one_package_whose_purl_two_tools_spell_differently_is_one_component(
    verdicts: dict[str, Verdict], context: Context
) -> None:
    verdict = verdicts["fail"]
    decision = next(each for each in verdict.decisions if each.issue.primary.rule == "DSA-5523-1")
    ours = decision.issue.primary
    assert ours.package is not None
    other = structs.replace(ours.package, purl="pkg:deb/debian/libcurl4@7.88.1-10?distro=12")
    issue = structs.replace(
        decision.issue, findings=(structs.replace(ours, scanner="trivy-image", package=other), ours)
    )
    decisions = tuple(structs.replace(each, issue=issue) if each is decision else each for each in verdict.decisions)
    rendered = REPORT.render(structs.replace(verdict, decisions=decisions), context)
    assert errors(rendered) is None
    document = json.loads(rendered)
    assert [each["purl"] for each in document["components"] if each["name"] == "libcurl4"] == [ours.package.purl]
    found = next(each for each in document["vulnerabilities"] if each["id"] == "DSA-5523-1")
    assert [each["ref"] for each in found["affects"]] == [ours.package.purl]
