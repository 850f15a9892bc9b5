"""Of a pack, a job gets the rules that can find something in its files; where that cannot be told, all of them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
import rule_packs
import yaml
from rule_packs import PACKS, RULES

from devsecgate import rule_choice

ASKING = [(name, rule) for name in PACKS for rule, told in rule_packs.rules(name).items() if told.metadata.words]
PACK = """\
# A comment before the first rule.
rules:
  - id: always
    metadata:
      confidence: HIGH
  - id: named
    metadata:
      words: [hashlib, request.args]
      lesson:
        vulnerable: |
          words: [other]
  - id: parts # what stands here is a comment
    metadata:
      words: [execute*, "*mongo*",
              "*_end"]
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "rules.yaml").write_text(PACK)
    return folder


def ids(chosen: Iterable[rule_choice.Chosen] | None) -> list[str]:
    """The rules of the one group that there is."""
    assert chosen is not None
    (group,) = chosen
    return rules_of(group)


def rules_of(group: rule_choice.Chosen) -> list[str]:
    return re.findall(r"^  - id: (\S+)", group.rules.decode(), re.MULTILINE)


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        (b"", []),
        (b"import hashlib\n", ["named"]),
        (b"import HASHLIB\n", ["named"]),
        (b"import hashlib2, my_hashlib\n", []),
        (b"request\n", []),
        (b"request.form\n", []),
        (b"flask.request.args\n", ["named"]),
        (b"request .\n  args\n", ["named"]),
        (b"request.arguments\n", []),
        (b"\xff\xfe request.args\n", ["named"]),
        ("größe.request.args, éhashlib\n".encode(), ["named"]),
        (b"cursor.executemany\n", ["parts"]),
        (b"re_execute\n", []),
        (b"PyMongoClient\n", ["parts"]),
        (b"the_end\n", ["parts"]),
        (b"the_ending\n", []),
        (b"hashlib execute\n", ["named", "parts"]),
    ],
)
def test_a_rule_is_chosen_for_its_words(code: bytes, wanted: list[str], pack: Path, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_bytes(code)
    assert ids(rule_choice.chosen(pack, tmp_path, ["./app.py"], canary="always")) == ["always", *wanted]


def test_one_file_with_the_word_is_enough(pack: Path, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"nothing\n")
    (tmp_path / "b.py").write_bytes(b"hashlib\n")
    assert ids(rule_choice.chosen(pack, tmp_path, ["./a.py", "./b.py"], canary="always")) == ["always", "named"]


def test_without_a_file_the_canarys_rule_is_enough(pack: Path, tmp_path: Path) -> None:
    assert ids(rule_choice.chosen(pack, tmp_path, [], canary="named")) == ["named"]


@pytest.mark.parametrize("name", PACKS)
def test_the_canary_of_a_pack_has_a_rule_there(name: str, tmp_path: Path) -> None:
    canary = PACKS[name].scanner.canary.rule
    assert ids(rule_choice.chosen(RULES / name, tmp_path, [], canary=canary)) == [canary]


def test_where_words_cannot_be_told_the_pack_is_whole(pack: Path, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"nothing\n")
    (tmp_path / "link.py").symlink_to("a.py")
    (tmp_path / "large.py").write_bytes(b"#" * ((32 << 20) + 1))
    (tmp_path / "half.py").write_bytes(b"#" * (16 << 20))
    os.mkfifo(tmp_path / "pipe.py")
    for odd in ("gone.py", "link.py", "large.py", "pipe.py", "."):
        assert rule_choice.chosen(pack, tmp_path, ["./a.py", f"./{odd}"], canary="always") is None
    assert rule_choice.chosen(pack, tmp_path, ["./half.py"] * 2, canary="always") is not None
    assert rule_choice.chosen(pack, tmp_path, ["./half.py", "./half.py", "./a.py"], canary="always") is None


def many(pack: Path, root: Path, *, kilobytes: int) -> list[str]:
    """A pack of a hundred rules, and a file for each of them; half of the files are for many rules."""
    every = "".join(f"  - id: rule-{n}\n    metadata:\n      words: [word{n}]\n" for n in range(100))
    (pack / "rules.yaml").write_text(f"rules:\n  - id: always\n{every}")
    for n in range(100):
        words = " ".join(f"word{each}" for each in range(n, 100)) if n < 50 else f"word{n}"
        (root / f"{n}.py").write_bytes(words.encode() + b"\n" + b"#" * (kilobytes << 10))
    return [f"./{n}.py" for n in range(100)]


def test_many_files_are_looked_at_in_groups_each_with_the_rules_that_it_needs(pack: Path, tmp_path: Path) -> None:
    files = many(pack, tmp_path, kilobytes=200)
    groups = rule_choice.chosen(pack, tmp_path, files, canary="always")
    assert groups is not None
    assert 1 < len(groups) <= 4
    assert sorted(file for each in groups for file in each.contents) == sorted(files)
    for each in groups:
        wanted = {f"rule-{n}" for text in each.contents.values() for n in re.findall(r"word(\d+)", text.decode())}
        assert set(rules_of(each)) == {"always"} | wanted
    bytes_read = sum(len(rules_of(each)) * sum(map(len, each.contents.values())) for each in groups)
    assert bytes_read < 0.75 * 101 * sum((tmp_path / file).stat().st_size for file in files)
    assert rule_choice.chosen(pack, tmp_path, files[::-1], canary="always") == groups


def test_where_little_is_saved_there_is_one_group(pack: Path, tmp_path: Path) -> None:
    groups = rule_choice.chosen(pack, tmp_path, many(pack, tmp_path, kilobytes=1), canary="always")
    assert len(ids(groups)) == 101


@pytest.mark.parametrize("name", PACKS)
def test_every_rule_of_a_pack_is_read_as_yaml_reads_it(name: str) -> None:
    found = rule_choice.rules(RULES / name)
    read = {}
    for rule, told in zip(found, yaml.load(written(found), Loader=yaml.CSafeLoader)["rules"], strict=True):
        words = [part.decode() for part in rule.names]
        words += [
            f"{'' if part[0] == 32 else '*'}{part.decode().strip()}{'' if part[-1] == 32 else '*'}"
            for part in rule.parts
        ]
        read[told["id"]] = sorted(words)
    canary = {PACKS[name].scanner.canary.rule: []}
    assert read == {each: sorted(told.metadata.words) for each, told in rule_packs.rules(name).items()} | canary


def written(rules: Iterable[rule_choice.Rule]) -> bytes:
    return b"rules:\n" + b"".join(rule.text for rule in rules)


@pytest.mark.parametrize(("name", "rule"), ASKING)
def test_whatever_a_rule_has_to_find_it_is_chosen_for(name: str, rule: str, tmp_path: Path) -> None:
    """Each file of its test code that has something to find, and its lesson, one by one."""
    lesson = rule_packs.rules(name)[rule].metadata.lesson["vulnerable"].encode()
    found = [
        file for file in rule_packs.code(name)[rule] if any(kind == "ruleid" for kind, _, _ in rule_packs.marks(file))
    ]
    assert found
    for content in (lesson, *(file.read_bytes() for file in found)):
        (tmp_path / "file").write_bytes(content)
        assert rule in ids(rule_choice.chosen(RULES / name, tmp_path, ["./file"], canary="always"))


def test_words_are_written_as_they_are_compared() -> None:
    words = {word for name in PACKS for told in rule_packs.rules(name).values() for word in told.metadata.words}
    assert {
        word for word in words if word != word.lower() or not word.strip("*").replace(".", "_").isidentifier()
    } == set()


def test_a_pack_that_is_not_there_leaves_semgrep_without_a_rule(tmp_path: Path) -> None:
    """Semgrep refuses that, and its canary is not reported."""
    assert rule_choice.chosen(tmp_path / "gone", tmp_path, [], canary="always") == (
        rule_choice.Chosen(b"rules:\n", {}),
    )
