import textwrap

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from devsecgate.doctor.nodes import Scalar, child, entries, is_true, items, line_at, read, scalars, text_of
from devsecgate.doctor.records import NotRead


def one(text: str):  # type: ignore[no-untyped-def]
    (document,) = read(textwrap.dedent(text).lstrip("\n"), "f.yml")
    return document


def test_the_key_on_is_a_word_and_no_boolean() -> None:
    document = one("on: push\nno: yes\n")
    assert [key.text for key, _ in entries(document)] == ["on", "no"]
    assert (text_of(child(document, "on")), text_of(child(document, "no"))) == ("push", "yes")


def test_every_node_knows_its_line() -> None:
    document = one("a: 1\nb:\n  - x\n  - {c: y}\n")
    assert [key.line for key, _ in entries(document)] == [1, 2]
    assert [each.line for each in items(child(document, "b"))] == [3, 4]


def test_an_alias_is_the_node_that_it_names() -> None:
    document = one("a: &x [1, 2]\nb: *x\n")
    assert child(document, "a") is child(document, "b")


def test_a_merge_key_is_written_out_and_what_is_there_stays() -> None:
    document = one("base: &b {x: 1, y: 2}\nmore: &m {y: 3, z: 4}\nall:\n  <<: [*b, *m]\n  x: 0\n")
    assert {key.text: text_of(value) for key, value in entries(child(document, "all"))} == {
        "x": "0",
        "y": "2",
        "z": "4",
    }


def test_a_tag_is_kept() -> None:
    assert child(one("a: !reference [b, script]\n"), "a").tag == "!reference"  # type: ignore[union-attr]


def test_several_documents_are_several() -> None:
    assert len(read("spec: 1\n---\na: 1\n", "f.yml")) == 2
    assert read("# nothing\n", "f.yml") == ()


@pytest.mark.parametrize(
    ("text", "is_it"), [("true", True), ("yes", True), ("'true'", True), ("false", False), ("", False)]
)
def test_true_is_what_any_reader_takes_for_true(text: str, is_it: bool) -> None:
    assert is_true(child(one(f"a: {text}\n"), "a")) is is_it


def test_scalars_are_found_in_lists_of_lists() -> None:
    assert [each.text for each in scalars(child(one("a: [x, [y, [z]], null]\n"), "a"))] == ["x", "y", "z"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: |\n  one\n\n  two bandit\n", 4),
        ("\n# c\na: |-\n  one\n  bandit\n", 4),
        ("a: >-\n  one &&\n  two &&\n  bandit\n", 4),
        ("a: >\n  bandit one\n  two bandit\n", 2),
        ("a: one\n  two\n  bandit\n", 3),
        ('a: "one\n\n  bandit"\n', 3),
        ("a: bandit\n", 1),
    ],
)
def test_the_line_of_a_word_is_the_files(text: str, line: int) -> None:
    node = child(one(text), "a")
    assert isinstance(node, Scalar)
    assert line_at(node, node.text.index("bandit")) == line


@pytest.mark.parametrize(
    ("text", "why", "line"),
    [
        ("a: [1\nb: 2\n", "not YAML", 2),
        ("a: \x07\n", "not YAML: a character that YAML does not allow", 1),
        ("a: 1\nb: 2\na: 3\n", "a key is there twice, and first on line 1", 3),
        ("? [a]\n: 1\n", "a key that is not a word", 1),
        ("a: *x\n", "an alias of an anchor that is not there before it", 1),
        ("a: &a [*a]\n", "an alias of an anchor that is not there before it", 1),
        ("a: " + "[" * 1000, "nested too deeply", 1),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text: str, why: str, line: int) -> None:
    with pytest.raises(NotRead) as caught:
        read(text, "f.yml")
    said = caught.value.why
    assert (said.partition(":")[0] if why == "not YAML" else said, caught.value.line) == (why, line)


def test_anchors_that_expand_without_end_are_refused_before_they_do() -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    with pytest.raises(NotRead, match="with every alias written out, than are looked at") as caught:
        read("\n".join(levels), "f.yml")
    assert caught.value.line == 6


@given(st.text(alphabet="ab:-[]{}&*!?'\"\n #|>~<,%@`\t\\", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read(text, "f.yml")
    except NotRead as error:
        assert error.line >= 1  # noqa: PT017 - both ends are fine


def test_python_reads_what_libyaml_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a: &x |\n  one\n\n  two\nb: [*x, 'c', d e, !t {f: }]\ng: >-\n  h\n  i\n<<: {j: \"k\\n\"}\n"
    fast = read(text, "f.yml")
    monkeypatch.delattr(yaml, "CSafeLoader")
    assert read(text, "f.yml") == fast
