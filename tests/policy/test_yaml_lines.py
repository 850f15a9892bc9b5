import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devsecgate.errors import PolicyError
from devsecgate.policy import yaml_lines


def refused(text: str) -> str:
    with pytest.raises(PolicyError) as caught:
        yaml_lines.read(textwrap.dedent(text), "p.yaml")
    return str(caught.value)


def test_every_key_and_item_has_its_line() -> None:
    values, lines = yaml_lines.read("a: 1\nb:\n  - x\n  - {c: y}\n", "p.yaml")
    assert values == {"a": 1, "b": ["x", {"c": "y"}]}
    assert lines == {(): 1, ("a",): 1, ("b",): 2, ("b", 0): 3, ("b", 1): 4, ("b", 1, "c"): 4}


def test_plain_words_are_read_as_yaml_1_2_does() -> None:
    values, _ = yaml_lines.read("a: off\nb: no\nc: true\nd: 2026-01-01\ne: 010\nf: '5'\ng: 1.5\nh: 0x10\n", "p.yaml")
    assert values == {"a": "off", "b": "no", "c": True, "d": "2026-01-01", "e": 10, "f": "5", "g": 1.5, "h": "0x10"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: &x 1\nb: *x\n", "p.yaml:1: a: a policy has no anchors and no aliases: write the value out"),
        ("a: 1\nb: *x\n", "p.yaml:2: b: a policy has no anchors and no aliases: write the value out"),
        ("a: 1\n<<: {b: 1}\n", "p.yaml:2: policy: a key is a plain word"),
        ("a: 1\nb: 2\na: 3\n", "p.yaml:3: a: this key is there already, on line 1"),
        ("a: !!python/object/apply:os.system [id]\n", "p.yaml:1: a: a policy has no tags"),
        ("a: !!str 1\n", "p.yaml:1: a: a policy has no tags"),
        ("a:\nb: 1\n", "p.yaml:1: a: no value: write one, or delete the key"),
        ("a: ~\n", "p.yaml:1: a: no value: write one, or delete the key"),
        ("? [a]\n: 1\n", "p.yaml:1: policy: a key is a plain word"),
        ("a: 1\n---\nb: 1\n", "p.yaml:1: a second document: a policy is one"),
        ("- a\n", "p.yaml:1: a policy is a mapping of keys to values"),
        ("", "p.yaml:1: the policy is empty\n  delete it, or write `extends: default`"),
        ("# only a comment\n", "p.yaml:1: the policy is empty\n  delete it, or write `extends: default`"),
        ("a: [1\nb: 2\n", "p.yaml:2: not YAML: expected ',' or ']', but got ':'"),
        ("a: \x07\n", "p.yaml:1: a character that YAML does not allow: U+0007"),
        ("a: 1\n\tb: 2\n", "p.yaml:2: not YAML: found character '\\t' that cannot start any token"),
    ],
)
def test_what_a_policy_needs_not_is_refused_with_its_line(text: str, said: str) -> None:
    assert refused(text) == said


def test_deep_nesting_is_refused_and_not_followed() -> None:
    assert "nested too deeply" in refused("a: " + "[" * 100_000)


@given(st.text(alphabet="ab:-[]{}&*!?'\"\n #|>~0<,%@`\t\\", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        values, lines = yaml_lines.read(text, "p.yaml")
    except PolicyError as error:
        assert str(error).startswith("p.yaml:")  # noqa: PT017 - both ends are fine
    else:
        assert {(name,) for name in values} <= set(lines)
