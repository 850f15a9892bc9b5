"""Every rule that bandit and our own detector have is explained, by examples that bandit itself has judged."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import tomllib
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from devsecgate import bundled, lessons
from devsecgate.report import RuleText

INVISIBLE = re.compile(r"<U\+([0-9A-F]{4})>")
"""How an example writes a character that must not stand in any file as itself."""


class Cwe(msgspec.Struct):
    id: int


class Result(msgspec.Struct):
    filename: str
    test_id: str
    issue_severity: str
    issue_cwe: Cwe
    more_info: str


class Report(msgspec.Struct):
    errors: list[dict[str, str]]
    results: list[Result]


class SecretRule(msgspec.Struct):
    id: str
    title: str
    revoke: str


@pytest.fixture(scope="module")
def known() -> Mapping[str, RuleText]:
    return lessons.load(bundled.policies())


@pytest.fixture(scope="module")
def of_bandit(known: Mapping[str, RuleText]) -> Mapping[str, RuleText]:
    return {name.partition(":")[2]: text for name, text in known.items() if name.startswith("bandit:")}


@pytest.fixture(scope="module")
def bandit_ids(program: Callable[[str], str]) -> list[str]:
    """The tests that the installed bandit itself lists."""
    done = subprocess.run([program("bandit"), "--help"], check=True, capture_output=True, text=True)
    return re.findall(r"^\t(B\d{3})\t", done.stdout, re.MULTILINE)


@pytest.fixture(scope="module")
def judged(
    of_bandit: Mapping[str, RuleText], program: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, list[Result]]:
    """What bandit says of each example, by the name of its file: `vulnerable-B602`, `fixed-B602`."""
    folder = tmp_path_factory.mktemp("examples")
    for rule, text in of_bandit.items():
        (folder / f"vulnerable-{rule}.py").write_text(visible(text.vulnerable), encoding="utf-8")
        (folder / f"fixed-{rule}.py").write_text(visible(text.fixed), encoding="utf-8")
    arguments = ["--quiet", "--format=json", "--ignore-nosec", "--recursive", str(folder)]
    done = subprocess.run([program("bandit"), *arguments], check=False, capture_output=True)
    report = msgspec.json.decode(done.stdout, type=Report)
    assert report.errors == []
    found: dict[str, list[Result]] = defaultdict(list)
    for result in report.results:
        found[Path(result.filename).stem].append(result)
    return found


def visible(code: str) -> str:
    """Put in the characters that the example only names."""
    return INVISIBLE.sub(lambda match: chr(int(match[1], 16)), code)


def secret_rules() -> list[SecretRule]:
    content = (bundled.policies() / "secrets" / "rules.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(content)["rule"], list[SecretRule])


def test_every_test_of_the_installed_bandit_has_a_lesson(
    of_bandit: Mapping[str, RuleText], bandit_ids: list[str]
) -> None:
    assert len(bandit_ids) >= 75
    assert sorted(of_bandit) == sorted(bandit_ids)


def test_every_lesson_has_all_its_texts(known: Mapping[str, RuleText]) -> None:
    lacking = [
        name for name, text in known.items() if not all((text.title, text.why, text.fix, text.vulnerable, text.fixed))
    ]
    assert lacking == []
    assert [name for name, text in known.items() if not text.cwes] == []


def test_every_title_is_one_short_line(known: Mapping[str, RuleText]) -> None:
    assert [name for name, text in known.items() if len(text.title) > 100 or len(text.title.splitlines()) != 1] == []


def test_no_lesson_holds_what_a_terminal_cannot_show() -> None:
    for file in sorted((bundled.policies() / "lessons").glob("*.toml")):
        lines = file.read_text(encoding="utf-8").split("\n")
        assert [line for line in lines if not (line.isascii() and line.isprintable() and len(line) <= 120)] == []


def test_every_example_of_bandits_lessons_is_valid_python(of_bandit: Mapping[str, RuleText]) -> None:
    for rule, text in of_bandit.items():
        ast.parse(visible(text.vulnerable), filename=f"vulnerable-{rule}")
        ast.parse(visible(text.fixed), filename=f"fixed-{rule}")


def test_bandit_reports_each_vulnerable_example_with_the_rule_that_it_is_for(
    of_bandit: Mapping[str, RuleText], judged: Mapping[str, list[Result]]
) -> None:
    unseen = [rule for rule in of_bandit if rule not in {each.test_id for each in judged.get(f"vulnerable-{rule}", [])}]
    assert unseen == []


def test_bandit_does_not_report_a_fixed_example_with_the_rule_that_it_is_for(
    of_bandit: Mapping[str, RuleText], judged: Mapping[str, list[Result]]
) -> None:
    wrong = [rule for rule in of_bandit if rule in {each.test_id for each in judged.get(f"fixed-{rule}", [])}]
    assert wrong == []


def test_no_fixed_example_teaches_another_mistake(
    of_bandit: Mapping[str, RuleText], judged: Mapping[str, list[Result]]
) -> None:
    """Of a program that is started, however carefully, bandit tells anyway: that is all that may be left."""
    left = {(rule, each.test_id) for rule in of_bandit for each in judged.get(f"fixed-{rule}", [])}
    assert left == {(rule, low) for rule in ("B602", "B606", "B607") for low in ("B404", "B603")}


def test_each_lesson_names_the_weakness_and_the_page_that_bandit_names(
    of_bandit: Mapping[str, RuleText], judged: Mapping[str, list[Result]]
) -> None:
    for rule, text in of_bandit.items():
        result = next(each for each in judged[f"vulnerable-{rule}"] if each.test_id == rule)
        page = re.sub(r"(?<=readthedocs\.io/en/)[^/]+", "latest", result.more_info)
        weaknesses = [f"https://cwe.mitre.org/data/definitions/{cwe}.html" for cwe in sorted(text.cwes)]
        assert result.issue_cwe.id in text.cwes, rule
        assert text.references[0] == page
        assert sorted(text.references[1:]) == sorted(weaknesses)


def test_every_kind_of_secret_is_revoked_first(known: Mapping[str, RuleText]) -> None:
    rules = secret_rules()
    assert len(rules) >= 70
    general = known["secrets:*"]
    for rule in rules:
        text = known[f"secrets:{rule.id}"]
        first, _, rest = text.fix.partition("\n\n")
        assert first.rstrip(".").casefold() == rule.revoke.casefold()
        assert (text.title, text.why, rest) == (rule.title, general.why, general.fix)


def test_the_lesson_about_secrets_revokes_before_it_removes(known: Mapping[str, RuleText]) -> None:
    words = ("Revoke it first", "take it out", "who used it", "history still holds it")
    positions = [known["secrets:*"].fix.find(word) for word in words]
    assert -1 not in positions
    assert positions == sorted(positions)


@pytest.mark.parametrize("scanner", ["dependencies", "pip-audit"])
def test_the_lesson_about_a_dependency_goes_to_a_newer_version(scanner: str, known: Mapping[str, RuleText]) -> None:
    text = known[f"{scanner}:*"]
    assert text.vulnerable == "# requirements.txt\nacme-parser==1.4.0"
    assert text.fixed == "# requirements.txt\nacme-parser==1.4.3"
    assert "Upgrade" in text.fix
    assert "expires" in text.fix
    assert text.references == ()


def test_a_rule_without_a_lesson_of_its_own_has_its_scanners(known: Mapping[str, RuleText]) -> None:
    text = lessons.find(known, "dependencies:CVE-2024-12345")
    assert text is not None
    assert (text.rule, text.title) == ("dependencies:CVE-2024-12345", "A dependency has a known vulnerability")


def test_a_rule_with_a_lesson_of_its_own_has_that(known: Mapping[str, RuleText]) -> None:
    assert lessons.find(known, "bandit:B602") is known["bandit:B602"]


def test_what_is_asked_by_name_is_read_as_among_all(known: Mapping[str, RuleText]) -> None:
    """Every rule at once, each by itself for some, and what belongs to every rule of a scanner always."""
    general = {name: text for name, text in known.items() if name.endswith(":*")}
    assert general
    assert lessons.load(bundled.policies(), only=known) == known
    assert lessons.load(bundled.policies(), only=["nothing:x", "semgrep:nothing", "bandit"]) == general
    for name in ("semgrep:python-sql-injection", "bandit:B602", "secrets:aws-access-key-id"):
        assert lessons.load(bundled.policies(), only=[name]) == {**general, name: known[name]}


def test_a_rule_of_any_pack_of_semgrep_has_its_lesson(known: Mapping[str, RuleText]) -> None:
    name, whole = "semgrep-go:go-sql-injection", known["semgrep:go-sql-injection"]
    found = lessons.load(bundled.policies(), only=[name])
    assert lessons.own(found, name) == lessons.own(known, name) == replace(whole, rule=name)
    assert lessons.own(found, "dependencies:CVE-2024-12345") is None


def test_what_is_asked_by_name_may_be_a_users_rule(tmp_path: Path) -> None:
    (tmp_path / "print.yml").write_text(RULE, encoding="utf-8")
    (tmp_path / "like-ours.yaml").write_text(RULE.replace("acme.no-print", "python-sql-injection"), encoding="utf-8")
    asked = ["semgrep:acme.no-print", "semgrep:python-sql-injection"]
    found = lessons.load(bundled.policies(), (tmp_path,), only=asked)
    everything = lessons.load(bundled.policies(), (tmp_path,))
    assert [found[name] for name in asked] == [everything[name] for name in asked]
    assert found["semgrep:acme.no-print"] == OWN


@pytest.mark.parametrize("name", ["bandit:B999", "nothing:B602", "B602", "", ":"])
def test_a_rule_of_which_nothing_is_known_has_none(name: str, known: Mapping[str, RuleText]) -> None:
    assert lessons.find(known, name) is None


RULE = """\
rules:
  - id: acme.no-print
    message: no
    severity: LOW
    languages: [python]
    pattern: print(...)
    metadata:
      cwe: ["CWE-489: Active Debug Code"]
      references: [https://acme.example/no-print]
      lesson:
        title: Something is printed
        why: |
          It is seen.
        fix: Log it.
        vulnerable: |
          print(password)
        fixed: |
          log.debug("logged in")
"""
OWN = RuleText(
    rule="semgrep:acme.no-print",
    title="Something is printed",
    why="It is seen.",
    fix="Log it.",
    vulnerable="print(password)",
    fixed='log.debug("logged in")',
    cwes=frozenset({489}),
    references=("https://acme.example/no-print",),
)
BROKEN = {
    "not YAML": b"rules: [",
    "a character that YAML does not allow": b"rules: \x01\n",
    "empty": b"",
    "a list": b"- rules\n",
    "rules that are no list": b"rules: {id: a}\n",
    "a rule without an id": b"rules: [{metadata: {lesson: {title: a, why: b, fix: c}}}]\n",
    "a lesson without a fix": b"rules: [{id: a, metadata: {lesson: {title: a, why: b}}}]\n",
    "a title that is a number": b"rules: [{id: a, metadata: {lesson: {title: 1, why: b, fix: c}}}]\n",
    "an object": b"!!python/object/apply:os.getcwd []\n",
    "an alias to nothing": b"rules: *nothing\n",
    "not UTF-8": RULE.replace("It is seen", "Il est affich\xe9").encode("latin-1"),
    "UTF-16": RULE.encode("utf-16"),
}


def test_a_users_rules_bring_their_own_lessons(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "print.yml").write_text(RULE, encoding="utf-8")
    found = lessons.load(bundled.policies(), (tmp_path,))
    assert found["semgrep:acme.no-print"] == OWN


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN.keys())
def test_a_users_rule_file_that_is_broken_is_absent_and_nothing_else_is(
    content: bytes, tmp_path: Path, known: Mapping[str, RuleText]
) -> None:
    (tmp_path / "broken.yaml").write_bytes(content)
    (tmp_path / "whole.yaml").write_text(RULE, encoding="utf-8")
    found = lessons.load(bundled.policies(), (tmp_path,))
    assert found == {**known, OWN.rule: OWN}


def test_a_folder_of_rules_that_is_not_there_brings_nothing(tmp_path: Path, known: Mapping[str, RuleText]) -> None:
    assert lessons.load(bundled.policies(), (tmp_path / "nowhere",)) == known


def test_lessons_come_in_the_same_order_every_time(known: Mapping[str, RuleText]) -> None:
    assert list(known) == sorted(known)


def test_no_lesson_looks_like_a_secret_to_our_own_detector(tmp_path: Path, program: Callable[[str], str]) -> None:
    """The lessons of a security tool are read by other security tools."""
    files = [str(file) for file in sorted((bundled.policies() / "lessons").glob("*.toml"))]
    request = json.dumps({"files": files, "salt": "0" * 32})
    done = subprocess.run(
        [program("python"), "-m", "devsecgate.detectors.secrets"],
        input=request,
        check=True,
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"]},
    )
    answer = json.loads(done.stdout)
    assert [(each["path"], each["line"]) for each in answer["secrets"]] == []
    assert sorted(answer["covered"]) == files


@pytest.mark.parametrize(
    "broken",
    ["a: 2024-99-99", "a: !!int x", f"a: {'9' * 5000}", "a: !!bool maybe", "a: !!timestamp x", "[" * 5000, "rules: 1"],
)
def test_a_rule_file_that_yaml_cannot_read_is_absent(
    broken: str, tmp_path: Path, known: Mapping[str, RuleText]
) -> None:
    (tmp_path / "broken.yaml").write_text(broken)
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "dangling.yaml").symlink_to("nowhere")
    assert lessons.load(bundled.policies(), (tmp_path,)) == known


def test_one_rule_without_a_lesson_does_not_take_the_others_with_it(tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text(
        "rules:\n"
        "  - {id: bare}\n"
        "  - {id: half, metadata: {lesson: {title: t}}}\n"
        "  - {id: whole, metadata: {cwe: 'CWE-89: SQL', lesson: {title: t, why: w, fix: f}}}\n"
    )
    known = lessons.load(bundled.policies(), (tmp_path,))
    expected = RuleText(rule="semgrep:whole", title="t", why="w", fix="f", cwes=frozenset({89}))
    assert {name: text for name, text in known.items() if name.partition(":")[2] in {"bare", "half", "whole"}} == {
        "semgrep:whole": expected
    }
