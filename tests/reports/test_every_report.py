"""What holds for every report: its golden, its determinism, and what it says in common with all others."""

from __future__ import annotations

import json
import pkgutil
import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from msgspec import structs

from devsecgate import reports, summary
from devsecgate.model import Kind, Outcome, ScanResult, Verdict
from devsecgate.report import Context, Report

Golden = Callable[[str, bytes], None]


def test_each_outcome_is_rendered_as_its_golden_shows(
    report: Report, case: tuple[str, Verdict], context: Context, golden: Golden, suffixes: dict[str, str]
) -> None:
    name, verdict = case
    golden(f"{report.kind}/{name}.{suffixes[report.kind]}", report.render(verdict, context))


def test_every_module_of_the_folder_is_tested_here(suffixes: dict[str, str]) -> None:
    modules = {module.name.removesuffix("_report") for module in pkgutil.iter_modules(reports.__path__)}
    assert {module.replace("_", "-") for module in modules} == set(suffixes)


def test_the_same_verdict_gives_the_same_bytes(report: Report, case: tuple[str, Verdict], context: Context) -> None:
    assert report.render(case[1], context) == report.render(case[1], context)


def test_no_report_holds_an_absolute_path(report: Report, case: tuple[str, Verdict], context: Context) -> None:
    assert b"file://" not in report.render(case[1], context)


def outcome_and_counts(kind: str, content: bytes) -> tuple[str, summary.Counts]:
    """Read the outcome and the numbers back out of a rendered report."""
    names = ("block", "warn", "allow", "waive", "gaps", "gaps_accepted")
    if kind == "json":
        read = json.loads(content)
        return read["outcome"], summary.Counts(**read["counts"])
    if kind in ("sarif", "github", "gitlab"):
        properties = json.loads(content)["runs"][0]["properties"]
        numbers = dict(properties["counts"])
        numbers["gaps_accepted"] = numbers.pop("gapsAccepted")
        return properties["outcome"], summary.Counts(**numbers)
    if kind == "cyclonedx":
        metadata = {item["name"]: item["value"] for item in json.loads(content)["metadata"]["properties"]}
        numbers = {name: int(metadata[f"devsecgate:{name.replace('_', '-')}"]) for name in names}
        return metadata["devsecgate:outcome"], summary.Counts(**numbers)
    if kind == "junit":
        bag = {each.get("name"): each.get("value") for each in ElementTree.fromstring(content).iter("property")}
        outcome = str(bag["outcome"])
        return outcome, summary.Counts(**{name: int(str(bag[name.replace("_", "-")])) for name in names})
    text = content.decode()
    if kind == "markdown":
        found = re.search(r"^## devsecgate: (\w+)$", text, re.MULTILINE)
        row = re.search(r"^\| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", text, re.MULTILINE)
        assert found is not None
        assert row is not None
        order = ("block", "warn", "waive", "allow", "gaps", "gaps_accepted")
        return found[1].lower(), summary.Counts(**dict(zip(order, map(int, row.groups()), strict=True)))
    titles = {
        "block": r"^Blocking \((\d+)\)",
        "warn": r"^Warnings \((\d+)\)",
        "waive": r"^Waived and suppressed \((\d+)\)",
        "allow": r"^(\d+) issues? below",
        "gaps": r"^Not seen, and not accepted \((\d+)\)",
        "gaps_accepted": r"^Not seen, and accepted \((\d+)\)",
    }
    found = re.search(r"^exit \d+ \((\w+)\)$", text, re.MULTILINE)
    assert found is not None
    matches = {name: re.search(pattern, text, re.MULTILINE) for name, pattern in titles.items()}
    return found[1].lower(), summary.Counts(**{name: int(match[1]) if match else 0 for name, match in matches.items()})


def test_all_reports_agree_on_outcome_and_counts(counted: Report, case: tuple[str, Verdict], context: Context) -> None:
    _, verdict = case
    found = outcome_and_counts(counted.kind, counted.render(verdict, context))
    assert found == (verdict.outcome.value, summary.counts(verdict))


def test_a_verdict_without_anything_is_rendered_too(counted: Report, verdicts: dict[str, Verdict]) -> None:
    empty = structs.replace(verdicts["pass"], decisions=(), results=(), idle=())
    content = counted.render(empty, Context(sources={}, rules={}))
    assert outcome_and_counts(counted.kind, content) == ("pass", summary.counts(empty))


def looks_clean(kind: str, content: bytes) -> bool:
    """Read a report as its reader does, who wants to know one thing: is anything wrong?"""
    if kind == "codequality":
        return json.loads(content) == []
    if kind == "annotations":
        return b"::error " not in content
    if kind == "gitlab":
        return json.loads(content)["runs"][0]["results"] == []
    if kind.startswith("gitlab-"):
        read = json.loads(content)
        return read["vulnerabilities"] == [] and read["scan"]["status"] == "success"
    if kind == "junit":
        root = ElementTree.fromstring(content)
        return root.find(".//failure") is None and root.find(".//error") is None
    if kind in ("sarif", "github"):
        return bool(json.loads(content)["runs"][0]["invocations"][0]["executionSuccessful"])
    return outcome_and_counts(kind, content)[0] == "pass"


@pytest.mark.parametrize("stage", ["target", "plan", "policy", "report"])
def test_a_run_that_could_not_see_looks_clean_in_no_report(
    stage: str, report: Report, verdicts: dict[str, Verdict], context: Context
) -> None:
    unseen = verdicts["incomplete"].gaps[0]
    gap = structs.replace(unseen, gap=structs.replace(unseen.gap, scanner=stage))
    verdict = structs.replace(
        verdicts["pass"], outcome=Outcome.INCOMPLETE, decisions=(), gaps=(gap,), results=images(verdicts)
    )
    assert not looks_clean(report.kind, report.render(verdict, context))


def test_a_run_that_saw_everything_looks_clean_in_every_report(
    report: Report, verdicts: dict[str, Verdict], context: Context
) -> None:
    verdict = structs.replace(verdicts["pass"], decisions=(), results=images(verdicts))
    assert looks_clean(report.kind, report.render(verdict, context))


def images(verdicts: dict[str, Verdict]) -> tuple[ScanResult, ...]:
    """The scanners of the verdicts, and one for each of the layers that they leave out."""
    results = verdicts["pass"].results
    more = {"image": Kind.CONTAINER, "secrets": Kind.SECRET}
    return (*results, *(structs.replace(results[0], scanner=name, kind=kind) for name, kind in more.items()))


COMMAND = re.compile(r"^::(?:error|warning|notice) ", re.MULTILINE)
"""What the annotations are, and no other report may hold."""
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\ud800-\udfff]")
RUNNER = re.compile(r"^\s*::|##\w*\[", re.MULTILINE)


def test_nothing_hostile_reaches_a_reader_as_what_it_is(report: Report, hostile: tuple[Verdict, Context]) -> None:
    verdict, context = hostile
    text = report.render(verdict, structs.replace(context, verbose=True)).decode("utf-8")
    assert CONTROL.findall(text) == []
    assert RUNNER.findall(COMMAND.sub("", text) if report.kind == "annotations" else text) == []
    if report.kind not in ("console", "annotations"):
        assert "<script" not in text


def test_colour_does_not_let_hostile_text_act(hostile: tuple[Verdict, Context]) -> None:
    from devsecgate.reports.console import REPORT

    verdict, context = hostile
    text = REPORT.render(verdict, structs.replace(context, color=True)).decode()
    assert re.findall(r"\x1b(?!\[[0-9;]*m)", text) == []
    assert CONTROL.findall(re.sub(r"\x1b\[[0-9;]*m", "", text)) == []
    assert RUNNER.findall(re.sub(r"\x1b\[[0-9;]*m", "", text)) == []


def test_machine_readers_get_the_hostile_text_unchanged(hostile: tuple[Verdict, Context]) -> None:
    from devsecgate.reports.json_report import REPORT

    verdict, context = hostile
    issue = verdict.decisions[0].issue
    read = json.loads(REPORT.render(verdict, context))["issues"][0]
    expected = issue.primary.message.replace("\ud800", "\ufffd")  # the one thing that JSON cannot hold
    assert (read["message"], read["location"]["path"]) == (expected, expected)


@pytest.mark.parametrize("width", [1, 40, 80, 300])
def test_the_console_report_keeps_to_its_width(width: int, verdicts: dict[str, Verdict], context: Context) -> None:
    from devsecgate.reports.console import REPORT

    text = REPORT.render(verdicts["fail"], structs.replace(context, width=width)).decode()
    assert max(map(len, text.splitlines())) <= max(40, width)


def test_the_environment_has_no_say_in_the_console_report(
    verdicts: dict[str, Verdict], context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    from devsecgate.reports.console import REPORT

    plain = REPORT.render(verdicts["fail"], context)
    for name, value in {"FORCE_COLOR": "1", "COLUMNS": "20", "TERM": "dumb", "TTY_COMPATIBLE": "1"}.items():
        monkeypatch.setenv(name, value)
    assert REPORT.render(verdicts["fail"], context) == plain
    monkeypatch.setenv("NO_COLOR", "1")
    assert b"\x1b[" in REPORT.render(verdicts["fail"], structs.replace(context, color=True))


def test_verbose_shows_what_is_allowed(verdicts: dict[str, Verdict], context: Context) -> None:
    from devsecgate.reports.console import REPORT

    text = REPORT.render(verdicts["fail"], structs.replace(context, verbose=True)).decode()
    assert "Allowed (1)" in text
    assert "Debugging is on" in text
