"""`devsecgate rules` lists every bundled rule, says what the profiles do with it, and draws the map of the guide."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from devsecgate import bundled, lessons
from devsecgate.policy.catalogue import bundled_rules

Command = Callable[..., subprocess.CompletedProcess[str]]
RULES = bundled_rules(bundled.policies() / "rules")
PACKS = sorted({rule.pack for rule in RULES})
BEGIN, END = "<!-- from here: devsecgate rules --update -->\n", "<!-- to here: devsecgate rules --update -->"


@pytest.fixture(scope="module")
def records(devsecgate_at: Command, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    done = devsecgate_at(tmp_path_factory.mktemp("home"), "rules", "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    return {each["rule"]: each for each in json.loads(done.stdout)["rules"]}


def test_the_table_has_every_rule_and_their_number(devsecgate: Command) -> None:
    done = devsecgate("rules")
    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[0] for line in lines[1:-2]] == [rule.name for rule in RULES]
    assert lines[-1] == f"{len(RULES)} rules in {len(PACKS)} packs"


def test_a_row_says_severity_confidence_action_and_numbers(devsecgate: Command) -> None:
    lines = devsecgate("rules", "--pack", "python").stdout.splitlines()
    assert lines[0].split("  ")[0] == "RULE"
    row = next(line for line in lines if line.startswith("python-sql-injection "))
    assert row.split() == ["python-sql-injection", "high", "high", "block", "89", "A03", "A05", "1.2.4"]


@pytest.mark.parametrize("spelt", ["89", "CWE-89", "cwe-89"])
def test_a_number_chooses_the_rules_that_name_it(spelt: str, devsecgate: Command) -> None:
    done = devsecgate("rules", "--cwe", spelt, "--format", "json")
    wanted = [rule.name for rule in RULES if 89 in {each.number for each in rule.weaknesses}]
    assert [each["rule"] for each in json.loads(done.stdout)["rules"]] == wanted
    assert len(wanted) >= 4


def test_nothing_about_a_number_is_an_answer(devsecgate: Command) -> None:
    done = devsecgate("rules", "--cwe", "1")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "0 rules in 0 packs"


def test_the_json_has_all_that_a_rule_says(records: dict[str, dict[str, object]]) -> None:
    assert list(records) == [rule.name for rule in RULES]
    assert records["python-sql-injection"] == {
        "pack": "python",
        "rule": "python-sql-injection",
        "title": lessons.load(bundled.policies())["semgrep:python-sql-injection"].title,
        "severity": "high",
        "confidence": "high",
        "cwe": [
            {
                "number": 89,
                "title": "Improper Neutralization of Special Elements used in an SQL Command ('SQL Injection')",
            }
        ],
        "owasp": ["A03:2021", "A05:2025"],
        "asvs": ["v5.0.0-1.2.4"],
        "profiles": {"default": "block", "strict": "block", "advisory": "warn"},
    }


def test_the_default_profile_blocks_no_rule_that_is_not_high_and_sure(records: dict[str, dict[str, object]]) -> None:
    blocking = {name for name, each in records.items() if each["profiles"]["default"] == "block"}  # type: ignore[index]
    sure = {
        name
        for name, each in records.items()
        if each["severity"] in {"high", "critical"} and each["confidence"] == "high"
    }
    assert blocking - sure == set()
    assert len(blocking) > len(records) / 5


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--pack", "cobol"), f"--pack: there is no pack 'cobol'\n  There are {', '.join(PACKS)}."),
        (("--cwe", "SQL"), "--cwe: 'SQL' is no number of the CWE list\n  Give 89 or CWE-89."),
        (
            ("--update", "x", "--cwe", "89"),
            "--update: a map in a file is one of all rules\n  Leave out --pack and --cwe.",
        ),
        (("--update", "guide.md"), "guide.md: it cannot be read: "),
    ],
    ids=["pack", "number", "a part in a file", "no file"],
)
def test_a_mistake_is_told(arguments: tuple[str, ...], said: str, devsecgate: Command) -> None:
    done = devsecgate("rules", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


@pytest.mark.parametrize("text", ["", BEGIN, f"{END}\n{BEGIN}", f"{BEGIN}{BEGIN}{END}\n", f"{BEGIN}{END}{END}\n"])
def test_a_file_without_its_two_markers_is_left_alone(text: str, devsecgate: Command, tmp_path: Path) -> None:
    file = tmp_path / "guide.md"
    file.write_text(text)
    done = devsecgate("rules", "--update", file)
    assert (done.returncode, done.stdout, file.read_text()) == (2, "", text)
    assert "it does not hold the two markers once" in done.stderr


def test_the_map_is_put_between_the_markers_and_nothing_else_is_changed(devsecgate: Command, tmp_path: Path) -> None:
    file = tmp_path / "guide.md"
    file.write_text(f"# Ours\n\n{BEGIN}old\n{END}\n\nThe end.\n")
    done = devsecgate("rules", "--update", file)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    drawn = devsecgate("rules", "--format", "markdown").stdout
    assert file.read_text() == f"# Ours\n\n{BEGIN}\n{drawn}\n{END}\n\nThe end.\n"


def test_the_guide_holds_the_map_of_today(devsecgate: Command, repository: Path) -> None:
    """After an edit of a rule or a profile: make rules."""
    text = (repository / "policies" / "README.md").read_text(encoding="utf-8")
    _, _, rest = text.partition(BEGIN)
    assert rest.partition(END)[0].strip() == devsecgate("rules", "--format", "markdown").stdout.strip()


def test_the_map_names_every_rule_by_weakness_and_by_both_lists(devsecgate: Command) -> None:
    done = devsecgate("rules", "--format", "markdown")
    _, by_weakness, *by_category = done.stdout.split("\n### ")[:4]
    for section in (by_weakness, *by_category):
        assert [rule.name for rule in RULES if f"`{rule.name}`" not in section] == []
    assert "B608" in next(line for line in by_weakness.splitlines() if line.startswith("| 89 |"))
    assert "`secrets`" in next(line for line in by_weakness.splitlines() if line.startswith("| 798 |"))


def test_the_document_names_every_pack_and_its_scanner(repository: Path) -> None:
    text = (repository / "docs" / "rules.md").read_text(encoding="utf-8")
    scanners = {pack: "semgrep" if pack == "python" else f"semgrep-{pack}" for pack in PACKS}
    assert [pack for pack, scanner in scanners.items() if f"\n| `{pack}` | `{scanner}` | " not in text] == []
