"""`devsecgate explain`: a rule by its name, an issue by its fingerprint, and a clear word where there is neither."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

Command = Callable[..., subprocess.CompletedProcess[str]]

B602 = """\
bandit:B602: A program is started through a shell
  CWE-78

Why it matters
  The shell reads the text as commands. If a part of it comes from outside, example.com; rm -rf ~ is a host name and a
  command in one, and it runs with the rights of this process.

How to fix it
  Give the program and its arguments as a list, without shell=True: then every element is one argument, whatever it
  holds. Put -- before arguments that come from outside, so that they are not read as options.

Vulnerable
  import subprocess

  def ping(host):
      subprocess.run(f"ping -c 1 {host}", shell=True, check=True)

Fixed
  import subprocess

  def ping(host):
      subprocess.run(["/usr/bin/ping", "-c", "1", "--", host], check=True)

Read more
  https://bandit.readthedocs.io/en/latest/plugins/b602_subprocess_popen_with_shell_equals_true.html
  https://cwe.mitre.org/data/definitions/78.html

"""
RECORD = {
    "id": "GHSA-0000-0000-0001",
    "modified": "2020-01-01T00:00:00Z",
    "summary": "Files can be read",
    "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "acme-parser"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.4.3"}]}],
        }
    ],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of the gate over a project with two issues."""

    home: Path
    report: Path
    fingerprints: dict[str, str]
    """By rule."""


@pytest.fixture(scope="module")
def gated(devsecgate_at: Command, tmp_path_factory: pytest.TempPathFactory) -> Run:
    base = tmp_path_factory.mktemp("gated")
    (base / "project").mkdir()
    (base / "project" / "app.py").write_text("value = eval(input())\n")
    (base / "project" / "requirements.txt").write_text("acme-parser==1.4.0\n")
    (base / "advisories" / "PyPI").mkdir(parents=True)
    (base / "advisories" / "PyPI" / "GHSA-0000-0000-0001.json").write_text(json.dumps(RECORD))
    flags = ["--offline", "--advisories", base / "advisories", "--quiet", "--report", f"json={base / 'gate.json'}"]
    done = devsecgate_at(base / "home", "gate", base / "project", *flags)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
    issues = json.loads((base / "gate.json").read_bytes())["issues"]
    found = {finding["rule"]: issue["fingerprint"] for issue in issues for finding in issue["findings"]}
    return Run(home=base / "home", report=base / "gate.json", fingerprints=found)


@pytest.mark.parametrize("name", ["bandit:B602", "B602"])
def test_a_rule_is_explained_by_its_full_name_and_by_its_bare_one(name: str, devsecgate: Command) -> None:
    done = devsecgate("explain", name)
    assert (done.returncode, done.stdout, done.stderr) == (0, B602, "")


def test_a_secret_is_explained_with_the_way_to_revoke_it_first(devsecgate: Command) -> None:
    done = devsecgate("explain", "github-token")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[:2] == ["secrets:github-token: GitHub token", "  CWE-798"]
    first = lines[lines.index("How to fix it") + 1].strip().rstrip(".")
    assert first.casefold() == "delete it in github, settings, developer settings, personal access tokens"


@pytest.mark.parametrize("scanner", ["dependencies", "pip-audit"])
def test_any_advisory_has_the_general_lesson(scanner: str, devsecgate: Command) -> None:
    done = devsecgate("explain", f"{scanner}:CVE-2024-12345")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{scanner}:CVE-2024-12345: A dependency has a known vulnerability\n")


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("bandit:B6022", "bandit:B602"),
        ("bandti:B602", "bandit:B602"),
        ("B6O2", "bandit:B602"),
        ("b602", "bandit:B602"),
        ("secrets:githb-token", "secrets:github-token"),
        ("github-tokn", "secrets:github-token"),
    ],
)
def test_a_misspelt_rule_is_a_mistake_with_a_suggestion(misspelt: str, meant: str, devsecgate: Command) -> None:
    done = devsecgate("explain", misspelt)
    assert (done.returncode, done.stdout) == (2, "")
    said, remedy = done.stderr.splitlines()
    assert said == f"devsecgate: nothing is known about {misspelt}"
    assert remedy.startswith("  Did you mean ")
    names = remedy.removeprefix("  Did you mean ").removesuffix("?").split(", ")
    assert meant in names
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", ["", "?", "###########"])
def test_a_name_that_is_like_none_is_told_what_rules_look_like(name: str, devsecgate: Command) -> None:
    done = devsecgate("explain", name)
    said = f"devsecgate: nothing is known about {name}\n  Rules look like bandit:B602.\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)


@pytest.mark.parametrize("digits", [8, 20, 32])
def test_an_issue_of_the_last_run_is_explained_by_its_fingerprint(
    digits: int, gated: Run, devsecgate_at: Command
) -> None:
    fingerprint = gated.fingerprints["B307"]
    done = devsecgate_at(gated.home, "explain", fingerprint[:digits])
    assert (done.returncode, done.stderr) == (0, "")
    place, message, decision, empty, lesson = done.stdout.splitlines()[:5]
    assert place == f"{fingerprint}: app.py:1"
    assert message == "  Use of possibly insecure function - consider using safer ast.literal_eval."
    assert decision.startswith("  warn: severity medium, and the scanner is sure enough (default:")
    assert (empty, lesson) == ("", "bandit:B307: eval computes text as code")


def test_an_issue_of_a_dependency_is_explained_with_its_upgrade(gated: Run, devsecgate_at: Command) -> None:
    fingerprint = gated.fingerprints["GHSA-0000-0000-0001"]
    done = devsecgate_at(gated.home, "explain", fingerprint)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[:2] == [f"{fingerprint}: requirements.txt:1", "  acme-parser 1.4.0: Files can be read"]
    assert lines[2].startswith("  block: severity high or above, and the scanner is sure (default:")
    assert lines[3:6] == [
        "  Upgrade acme-parser from 1.4.0 to 1.4.3 (requirements.txt:1: acme-parser==1.4.3).",
        "",
        "dependencies:GHSA-0000-0000-0001: A dependency has a known vulnerability",
    ]


def test_an_issue_of_a_report_that_is_named_needs_no_run_before(gated: Run, devsecgate: Command) -> None:
    fingerprint = gated.fingerprints["B307"]
    done = devsecgate("explain", fingerprint, "--report", gated.report)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{fingerprint}: app.py:1\n")


def test_a_later_run_over_another_project_does_not_hide_an_earlier_one(
    gated: Run, project: Path, advisories: Path, devsecgate_at: Command
) -> None:
    done = devsecgate_at(gated.home, "gate", project, "--offline", "--advisories", advisories, "--quiet")
    assert done.returncode == 0
    assert len(list((gated.home / "cache" / "devsecgate" / "recent").glob("*.json"))) == 2
    assert devsecgate_at(gated.home, "explain", gated.fingerprints["B307"]).returncode == 0


def test_a_fingerprint_that_no_run_has_is_a_mistake(gated: Run, devsecgate_at: Command) -> None:
    done = devsecgate_at(gated.home, "explain", "0" * 32)
    said = (
        f"devsecgate: no issue with the fingerprint {'0' * 32} in the last runs\n"
        "  Run `devsecgate gate` first, or give the JSON report of its run: --report gate.json.\n"
    )
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)
    done = devsecgate_at(gated.home, "explain", "0" * 32, "--report", gated.report)
    said = said.replace("the last runs", str(gated.report))
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)


def test_a_fingerprint_before_the_first_run_is_a_mistake(gated: Run, devsecgate: Command) -> None:
    done = devsecgate("explain", gated.fingerprints["B307"])
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("devsecgate: no issue with the fingerprint ")


def test_a_kept_report_of_another_version_is_passed_over(gated: Run, devsecgate: Command, tmp_path: Path) -> None:
    folder = tmp_path / "home" / "cache" / "devsecgate" / "recent"
    folder.mkdir(parents=True)
    (folder / "a.json").write_bytes(gated.report.read_bytes())
    (folder / "b.json").write_text('{"format": "devsecgate-report", "version": "9.0"}')
    (folder / "c.json").write_bytes(b"\xff half")
    assert devsecgate("explain", gated.fingerprints["B307"]).returncode == 0


def test_a_report_may_lack_lessons_and_hold_escapes(gated: Run, devsecgate: Command, tmp_path: Path) -> None:
    report = json.loads(gated.report.read_bytes())
    (issue,) = [each for each in report["issues"] if each["fingerprint"] == gated.fingerprints["B307"]]
    issue["message"] = "red \x1b[31m and\n::error::"
    issue["findings"][0].update(scanner="acme", rule="A1")
    report["issues"] = [{**issue, "findings": issue["findings"][:1]}]
    (tmp_path / "own.json").write_text(json.dumps(report))
    done = devsecgate("explain", issue["fingerprint"], "--report", tmp_path / "own.json")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[1] == "  red \\x1b[31m and\\n::error::"
    assert lines[-1] == "There is no lesson about acme:A1."


NO_REPORTS = {
    "text": b"PASS\n",
    "nothing": b"",
    "half of one": b'{"format": "devsecgate-report", ',
    "SARIF": b'{"version": "2.1.0", "runs": []}',
    "a list": b"[]",
    "not UTF-8": b'{"format": "caf\xe9"}',
    "very deep": b"[" * 100_000,
    "issues of another shape": b'{"issues": [{"fingerprint": 1}]}',
}


@pytest.mark.parametrize("content", NO_REPORTS.values(), ids=NO_REPORTS.keys())
def test_a_file_that_is_no_report_is_a_mistake_that_is_told(
    content: bytes, devsecgate: Command, tmp_path: Path
) -> None:
    file = tmp_path / "other.json"
    file.write_bytes(content)
    done = devsecgate("explain", "0" * 8, "--report", file)
    assert (done.returncode, done.stdout) == (2, "")
    said, remedy = done.stderr.splitlines()
    assert said.startswith(f"devsecgate: {file}: this is no JSON report of devsecgate: ")
    assert remedy == "  Give the file that `devsecgate gate --report json=FILE` wrote."


@pytest.mark.parametrize(("name", "why"), [("nowhere.json", "No such file or directory"), (".", "Is a directory")])
def test_a_report_that_cannot_be_read_is_a_mistake_that_is_told(
    name: str, why: str, devsecgate: Command, tmp_path: Path
) -> None:
    done = devsecgate("explain", "0" * 8, "--report", tmp_path / name)
    said = f"devsecgate: {tmp_path / name}: the report cannot be read: {why}\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)


def test_a_report_goes_with_a_fingerprint_and_not_with_a_rule(gated: Run, devsecgate: Command) -> None:
    done = devsecgate("explain", "B602", "--report", gated.report)
    said = "devsecgate: B602 is no fingerprint\n  With --report, give at least its first 8 digits.\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)


def test_every_fingerprint_of_a_report_has_as_many_digits_as_explain_takes(gated: Run) -> None:
    report = msgspec.json.decode(gated.report.read_bytes())
    assert {len(issue["fingerprint"]) for issue in report["issues"]} == {32}
