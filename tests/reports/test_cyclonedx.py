"""The SBOM: valid by the specification's own schema, complete, and the same in every run."""

from __future__ import annotations

import dataclasses
import json

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from devsecgate.model import Location, Verdict
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
    again = dataclasses.replace(dependencies.packages[0], location=Location(path="uv.lock", line=9), direct=False)
    more = dataclasses.replace(dependencies, packages=(*dependencies.packages, again))
    document = json.loads(REPORT.render(dataclasses.replace(verdict, results=(*others, more)), context))
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
    assert sorted(found) == ["CVE-2019-10906", "CVE-2024-22195", "PYSEC-2021-66"]
    assert found["CVE-2019-10906"]["affects"][0]["ref"] == "pkg:pypi/jinja2@2.4.1"
    assert [entry["id"] for entry in found["CVE-2019-10906"]["references"]] == [
        "GHSA-462w-v97r-4m45",
        "PYSEC-2019-217",
    ]
    assert found["PYSEC-2021-66"]["ratings"][0]["severity"] == "unknown"
