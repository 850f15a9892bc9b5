"""The SARIF reports before the reference validator (npm: @microsoft/sarif-multitool-linux) and its schema.

It exits 0 whatever it finds, so its own log is read. Where it is not at hand, DEVSECGATE_SARIF_MULTITOOL
names the program.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from devsecgate.model import Verdict
from devsecgate.report import Context, Report
from devsecgate.reports.github import REPORT as GITHUB
from devsecgate.reports.gitlab import REPORT as GITLAB
from devsecgate.reports.sarif import REPORT as SARIF

PACKAGE = Path("node_modules/@microsoft/sarif-multitool-linux")
Rendered = dict[str, bytes]


@pytest.fixture(scope="session")
def multitool(repository: Path) -> Path:
    """The validator, or a skip (a failure where programs are required) that names it."""
    named = os.environ.get("DEVSECGATE_SARIF_MULTITOOL")
    local = repository / PACKAGE / "Sarif.Multitool"
    found = named or (str(local) if local.is_file() else shutil.which("Sarif.Multitool"))
    if found is None:
        message = "the program Sarif.Multitool (npm: @microsoft/sarif-multitool-linux) is not installed"
        if os.environ.get("DEVSECGATE_REQUIRE_PROGRAMS") == "1":
            pytest.fail(message)
        pytest.skip(message)
    return Path(found).resolve()


@pytest.fixture
def rendered(verdicts: dict[str, Verdict], hostile: tuple[Verdict, Context], context: Context) -> Rendered:
    """Each report of every verdict, by file name."""
    reports: list[Report] = [GITHUB, GITLAB, SARIF]
    files = {
        f"{report.kind}-{name}.sarif": report.render(verdict, context)
        for report in reports
        for name, verdict in verdicts.items()
    }
    return files | {f"{report.kind}-hostile.sarif": report.render(*hostile) for report in reports}


@pytest.fixture
def problems(multitool: Path, repository: Path, tmp_path: Path) -> Callable[[Rendered], list[tuple[str, str, str]]]:
    """Validate files; give level, rule and place of everything that is worse than a note."""

    def validate(files: Rendered) -> list[tuple[str, str, str]]:
        for name, content in files.items():
            (tmp_path / name).write_bytes(content)
        log = tmp_path / "validation.sarif"
        command = [str(multitool), "validate", *(str(tmp_path / name) for name in files), "-o", str(log)]
        command += ["--rule-kind", "Sarif;Ghas", "--level", "Error;Warning", "--log", "ForceOverwrite"]
        command += ["-c", str(repository / "tests" / "support" / "sarif-rules.xml")]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
        assert re.findall(r"(\d+) files? scanned", done.stdout) == [str(len(files))], done.stdout
        run = json.loads(log.read_bytes())["runs"][0]
        found = []
        for result in run["results"]:
            place = result["locations"][0]["physicalLocation"]
            where = f"{Path(place['artifactLocation'].get('uri', '')).name}:{place.get('region', {}).get('startLine')}"
            found.append((result.get("level", "warning"), result["ruleId"], where))
        return found

    return validate


def test_the_reference_validator_has_no_complaint(
    rendered: Rendered, problems: Callable[[Rendered], list[tuple[str, str, str]]]
) -> None:
    assert problems(rendered) == []


def test_the_reference_validator_would_complain(
    rendered: Rendered, problems: Callable[[Rendered], list[tuple[str, str, str]]]
) -> None:
    document = json.loads(rendered["github-fail.sarif"])
    del document["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]
    document["runs"][0]["tool"]["driver"]["rules"][1]["help"] = {"text": ""}
    found = problems({"broken.sarif": json.dumps(document).encode()})
    assert {(level, rule) for level, rule, _ in found} >= {("error", "GH1003")}


def test_every_report_keeps_to_the_schema(rendered: Rendered, multitool: Path) -> None:
    schema = json.loads((multitool.parent / "sarif-2.1.0.json").read_bytes())
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert not validator.is_valid({"version": "2.1.0"})
    errors = {name: [error.message for error in validator.iter_errors(json.loads(rendered[name]))] for name in rendered}
    assert errors == {name: [] for name in rendered}
