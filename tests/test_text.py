"""Text that cannot act on what shows it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devsecgate.text import code_line, json_document, lines, one_line, printable, shorten, workflow_command_safe


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain äöü 文 😀", "plain äöü 文 😀"),
        ("\x1b[31m", "\\x1b[31m"),
        ("a\r\nb\tc", "a\\r\\nb\\tc"),
        ("\u202e\u2066\u200b\ufeff", "\\u202e\\u2066\\u200b\\ufeff"),
        ("\ud800", "\\ud800"),
        ("\x7f\x85\xa0\u2028", "\\x7f\\x85\\xa0\\u2028"),
        ("\U000e0001", "\\U000e0001"),
    ],
)
def test_what_is_not_printable_becomes_visible(text: str, expected: str) -> None:
    assert printable(text) == expected


ANYTHING = st.text(alphabet=st.characters(codec=None))


@given(ANYTHING)
def test_printable_text_is_printable_and_stays_as_it_is(text: str) -> None:
    assert printable(text).isprintable()
    assert printable(printable(text)) == printable(text)
    assert one_line(text).isprintable()
    printable(text).encode()


@given(st.text(alphabet=st.sampled_from(":# \n\r\x1b[3mvso]error\u2003")))
def test_no_line_is_a_workflow_command(text: str) -> None:
    safe = workflow_command_safe(text)
    assert not any(line.strip().startswith("::") for line in safe.splitlines())
    assert "##[" not in safe
    assert "##vso[" not in safe


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("::error::x", "\\x3a:error::x"),
        ("ok\n  ::add-mask::x\n", "ok\n  \\x3a:add-mask::x\n"),
        ("\x1b[1m::error::x", "\x1b[1m\\x3a:error::x"),
        ("see ##[error]x", "see #\\x23[error]x"),
        ("##vso[task]", "#\\x23vso[task]"),
        ("std::vector, a ## b", "std::vector, a ## b"),
    ],
)
def test_workflow_commands_are_broken_and_all_else_is_left(text: str, expected: str) -> None:
    assert workflow_command_safe(text) == expected


@given(ANYTHING)
def test_json_is_ascii_and_loses_nothing_but_lone_surrogates(text: str) -> None:
    document = json_document({"value": text})
    kept = "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)
    assert json.loads(document) == {"value": kept}
    assert document.isascii()
    assert b"<" not in document
    assert b"##" not in document
    assert b"\x7f" not in document


def test_lines_end_where_scanners_end_them() -> None:
    assert lines("a\r\nb\rc\nd\x0ce\u2028f") == ["a", "b", "c", "d\x0ce\u2028f"]


def test_a_snippet_shows_its_first_line_with_something_on_it() -> None:
    assert code_line("\n\n    x = 1\n    y\n") == "x = 1"
    assert code_line("  \n") == ""


def test_a_cut_text_says_so() -> None:
    assert (shorten("abcdef", 4), shorten("abcd", 4), shorten("ab  ef", 4)) == ("abc…", "abcd", "ab…")
