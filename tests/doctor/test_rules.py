import re
from pathlib import Path

from devsecgate.doctor import rules
from devsecgate.doctor.records import Rule


def rows(repository: Path) -> list[tuple[str, ...]]:
    text = (repository / "docs" / "doctor.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| `(doctor\.[a-z-]+)` \| (\w+) \| (.*?) \| (.*?) \|$", text, re.MULTILINE)
    return [tuple(cell.replace("\\|", "|") for cell in row) for row in found]


def test_the_document_has_the_table_of_the_code(repository: Path) -> None:
    wanted = [(each.id, each.severity.label, each.why, each.instead) for each in rules.ALL]
    assert sorted(rows(repository)) == sorted(wanted)


def test_every_rule_is_in_the_table_once() -> None:
    named = [value for value in vars(rules).values() if isinstance(value, Rule)]
    assert sorted(each.id for each in named) == [each.id for each in rules.ALL]
    assert len({each.id for each in rules.ALL}) == len(rules.ALL)


def test_every_rule_has_a_test_that_names_it() -> None:
    text = "".join(file.read_text(encoding="utf-8") for file in Path(__file__).parent.glob("test_*.py"))
    unnamed = [each.id for each in rules.ALL if each.id.removeprefix("doctor.") not in text]
    assert unnamed == []
