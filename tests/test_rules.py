"""The bundled rules report what their test code says, alike by both engines, and teach with true examples.

`support/rule_packs.py` says where the code for each rule is, and how its lines are marked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import rule_packs
from rule_packs import CODE, PACKS, RULES, Pack

from devsecgate import lessons, rule_choice
from devsecgate.scanner import CANARY_PATH, Parsed

EACH_PACK = pytest.mark.parametrize("name", PACKS)
EACH_RULE = pytest.mark.parametrize(
    ("name", "rule"), [(name, rule) for name in PACKS for rule in rule_packs.code(name)]
)
BLOCKING = CODE / "blocking.txt"
_SHARED = re.compile(r"# \[(words|request|flow|harmless|literals)\] .*?# \[end\]", re.DOTALL)
_ASVS = re.compile(r"v5\.0\.0-\d{1,2}\.\d{1,2}\.\d{1,2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one engine says of a pack's code and of its lessons."""

    files: frozenset[str]
    parsed: Parsed

    def lines(self, path: str, rule: str) -> set[int]:
        """Give the lines of a file that a rule reports."""
        return {
            found.location.line for found in self.parsed.findings if (found.location.path, found.rule) == (path, rule)
        }

    def rules(self, folder: str) -> set[str]:
        """Give the rules that report anything below a folder."""
        return {found.rule for found in self.parsed.findings if found.location.path.startswith(f"{folder}/")}


Look = Callable[[str, int], Seen]


@pytest.fixture(scope="module")
def look(program: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Look:
    """Run one engine on a pack's code and on its lessons, once."""
    roots: dict[str, Path] = {}
    known: dict[tuple[str, int], Seen] = {}

    def seen(name: str, engine: int) -> Seen:
        pack = PACKS[name]
        if name not in roots:
            roots[name] = tmp_path_factory.mktemp(name) / "tree"
            rule_packs.lay_out(pack, roots[name])
        if (name, engine) not in known:
            files = rule_packs.files_below(roots[name])
            parsed = rule_packs.scan(program, pack, pack.scanner.engines[engine], roots[name], files)
            known[name, engine] = Seen(files=frozenset(file.removeprefix("./") for file in files), parsed=parsed)
        return known[name, engine]

    return seen


def code_of(pack: Pack, rule: str) -> Iterator[tuple[str, Path]]:
    """Give the files of test code of a rule, each with its path in the tree that is scanned."""
    for file in rule_packs.code(pack.name)[rule]:
        yield f"{pack.folder}code/{file.relative_to(CODE / pack.name).as_posix()}", file


@EACH_RULE
def test_a_rule_reports_exactly_the_marked_lines(name: str, rule: str, look: Look) -> None:
    seen = look(name, 0)
    wanted, reported = {}, {}
    for path, file in code_of(PACKS[name], rule):
        wanted[path] = {line for kind, _, line in rule_packs.marks(file) if kind == "ruleid"}
        reported[path] = seen.lines(path, rule)
    assert reported == wanted


@EACH_RULE
def test_the_code_of_a_rule_speaks_only_of_it_and_shows_at_least_as_much_that_is_fine(name: str, rule: str) -> None:
    marks = [mark for _, file in code_of(PACKS[name], rule) for mark in rule_packs.marks(file)]
    kinds = [kind for kind, _, _ in marks]
    assert {named for _, named, _ in marks} == {rule}
    assert kinds.count("ok") >= kinds.count("ruleid") >= 1


@EACH_PACK
def test_no_mark_is_overlooked(name: str) -> None:
    files = [file for each in rule_packs.code(name).values() for file in each]
    lines = sum(file.read_text(encoding="utf-8").count("ruleid:") for file in files)
    assert sum(kind == "ruleid" for file in files for kind, _, _ in rule_packs.marks(file)) == lines


@EACH_PACK
def test_every_rule_has_code_and_all_code_has_a_rule(name: str) -> None:
    assert sorted(rule_packs.rules(name)) == sorted(rule_packs.code(name))


@EACH_PACK
def test_the_scanner_of_a_pack_picks_all_its_code(name: str, look: Look) -> None:
    assert [path for path in sorted(look(name, 0).files) if not PACKS[name].scanner.select(path)] == []


@EACH_PACK
def test_both_engines_report_the_same_and_nothing_else_happens(name: str, look: Look) -> None:
    """By rules for YAML the default engine reads no JSON: that is a gap, and nothing else is."""
    native, default = look(name, 0), look(name, 1)
    unread = {path for path in native.files if path.endswith(".json")}
    told = tuple(found for found in native.parsed.findings if found.location.path not in unread)
    assert told == default.parsed.findings
    assert native.lines(CANARY_PATH, PACKS[name].scanner.canary.rule) != set()
    assert native.parsed.gaps == ()
    assert native.parsed.covered == native.files
    assert {gap.path for gap in default.parsed.gaps} == unread
    assert default.parsed.covered == native.files - unread


@EACH_PACK
def test_whatever_a_rule_finds_it_would_have_been_chosen_for(name: str, look: Look, tmp_path: Path) -> None:
    """The tests look with all rules; the gate with those that the words of files ask for (rule_choice.py)."""
    pack, found = PACKS[name], look(name, 0).parsed.findings
    root = tmp_path / "tree"
    rule_packs.lay_out(pack, root)
    for path in sorted({each.location.path for each in found} - {CANARY_PATH}):
        (group,) = rule_choice.chosen(RULES / name, root, [path], canary="") or ()
        chosen = re.findall(r"^  - id: (\S+)", group.rules.decode(), re.MULTILINE)
        assert {each.rule for each in found if each.location.path == path} <= set(chosen), path


@EACH_RULE
def test_a_rule_says_all_that_is_to_be_said(name: str, rule: str) -> None:
    pack, told = PACKS[name], rule_packs.rules(name)[rule]
    metadata = told.metadata
    numbers = [text.partition(":")[0].removeprefix("CWE-") for text in metadata.cwe]
    assert rule.startswith(pack.begins)
    assert set(told.languages) == pack.languages
    assert told.severity in {"CRITICAL", "HIGH", "MEDIUM", "LOW"}
    assert metadata.confidence in {"HIGH", "MEDIUM", "LOW"}
    assert metadata.confidence_reason
    assert metadata.severity_reason
    assert 80 <= len(told.message) <= 260
    assert told.message.endswith(".")
    assert metadata.cwe
    assert all(re.fullmatch(r"CWE-\d+: [A-Z].+", text) for text in metadata.cwe)
    assert {text.partition(" ")[0][-4:] for text in metadata.owasp} == {"2021", "2025"}
    assert all(_ASVS.fullmatch(text) for text in metadata.asvs)
    assert metadata.references[0] in {f"https://cwe.mitre.org/data/definitions/{number}.html" for number in numbers}
    assert len(metadata.references) >= 2
    assert all(text.startswith("https://") for text in metadata.references)
    assert set(metadata.lesson) == {"title", "why", "fix", "vulnerable", "fixed"}


def test_no_id_stands_in_two_packs() -> None:
    """A suppression, a baseline and a lesson name a rule by its id alone."""
    ids = [rule for name in PACKS for rule in rule_packs.rules(name)]
    assert sorted(set(ids)) == sorted(ids)
    assert {file.name for file in rule_packs.RULES.iterdir()} == PACKS.keys()


def test_only_these_rules_stop_a_merge() -> None:
    """The default policy blocks severity high with confidence high: a rule joins the list with a reason."""
    found = [
        rule
        for name in PACKS
        for rule, told in rule_packs.rules(name).items()
        if told.severity in {"CRITICAL", "HIGH"} and told.metadata.confidence == "HIGH"
    ]
    assert sorted(found) == BLOCKING.read_text(encoding="utf-8").splitlines()


@EACH_RULE
def test_a_lesson_is_whole_and_its_examples_are_true(name: str, rule: str, look: Look) -> None:
    pack, seen = PACKS[name], look(name, 0)
    lesson = rule_packs.rules(name)[rule].metadata.lesson
    assert 10 <= len(lesson["title"]) <= 60
    assert "\n" not in lesson["title"]
    assert min(len(lesson["why"]), len(lesson["fix"])) >= 60
    assert max(len(lesson["vulnerable"].splitlines()), len(lesson["fixed"].splitlines())) <= 20
    assert rule in seen.rules(f"{pack.folder}vulnerable/{rule}")
    assert seen.rules(f"{pack.folder}fixed/{rule}") == set()


def test_every_rule_is_explained_under_the_name_of_its_scanner() -> None:
    known = lessons.load(rule_packs.RULES.parent)
    for name, pack in PACKS.items():
        for rule, told in rule_packs.rules(name).items():
            text = lessons.find(known, f"{pack.scanner.name}:{rule}")
            assert text is not None
            assert (text.rule, text.title) == (f"{pack.scanner.name}:{rule}", told.metadata.lesson["title"])
            assert text.cwes


@pytest.mark.parametrize(
    ("name", "parts", "least"), [("go", 4, 17), ("java", 5, 21), ("javascript", 4, 13), ("python", 4, 15)]
)
def test_what_follows_a_request_is_the_same_in_every_rule(name: str, parts: int, least: int) -> None:
    """Semgrep's native engine reads no YAML aliases, so that the common parts stand in every rule: `make rules`."""
    texts = [file.read_text(encoding="utf-8") for file in sorted((RULES / name).glob("*.yaml"))]
    blocks = [(match[1], match[0]) for text in texts for match in _SHARED.finditer(text)]
    kinds = [kind for kind, _ in blocks]
    assert len(set(blocks)) == len(set(kinds)) == parts
    assert min(kinds.count(kind) for kind in ("request", "flow", "harmless")) >= least
    if name in {"go", "python"}:  # in the others some rules take one part alone
        assert kinds.count("request") == kinds.count("flow") == kinds.count("harmless")
