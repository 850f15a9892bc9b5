"""No value of a secret is left in any text that a report could show; all that is not a value stays."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from devsecgate import mask
from devsecgate.model import Finding, Kind, Location, Package, Severity, Suppression

WORD = "Kestrel" + "9vQ" + "xR2mLp8"
KEY = "-----BEGIN " + "PRIVATE KEY-----"
END = "-----END " + "PRIVATE KEY-----"


def secret(line: int, column: int | None, end_column: int | None, *, end_line: int | None = None) -> Finding:
    return Finding(
        scanner="secrets",
        kind=Kind.SECRET,
        rule="generic-secret",
        message="m",
        location=Location(path="a.py", line=line, end_line=end_line, column=column, end_column=end_column),
        severity=Severity.HIGH,
        severity_source="rule",
    )


def hardcoded(message: str = "Possible hardcoded password.", *, line: int = 1) -> Finding:
    return replace(
        secret(line, None, None), scanner="bandit", kind=Kind.CODE, rule="B105", message=message, cwes=frozenset({259})
    )


def mask_of(value: str, *, before: str = 'KEY = "', behind: str = '"') -> tuple[mask.Mask, str]:
    """The mask of a file of one line with this value, and the line."""
    line = f"{before}{value}{behind}"
    first = len(before) + 1
    return mask.build([secret(1, first, first + len(value))], {"a.py": line + "\n"}), line


def test_the_value_is_replaced_on_its_line_and_in_every_other_text() -> None:
    made, line = mask_of(WORD)
    assert mask.hide_line(made, "a.py", 1, line) == 'KEY = "***"'
    assert mask.hide_line(made, "b.py", 7, f"x = {WORD}  # why") == "x = ***  # why"
    assert mask.hide(made, f"call with {WORD}, twice {WORD}{WORD}.") == "call with ***, twice ***."
    assert mask.hide(made, "nothing of that kind") == "nothing of that kind"


def test_without_secrets_nothing_is_replaced() -> None:
    made = mask.build([], {"a.py": "x = 1\n"})
    assert mask.hide(made, "x = 1") == "x = 1"
    assert mask.hide_line(made, "a.py", 1, "x = 1") == "x = 1"


@pytest.mark.parametrize(
    "value", ["a.b*c+d?e", "[x](y){3}|z$", "^\\d+\\Z(?P<a>b)", "tab\\there", "quo\"te's`", "$1\\1\\g<0>"]
)
def test_signs_of_regular_expressions_are_ordinary_letters(value: str) -> None:
    made, line = mask_of(value, before="key = ", behind="  # end")
    assert mask.hide_line(made, "a.py", 1, line) == "key = ***  # end"


@pytest.mark.parametrize("write", [json.dumps, repr, html.escape, lambda value: quote(value, safe=""), quote])
def test_the_value_is_found_as_other_tools_write_it(write: Callable[[str], str]) -> None:
    value = "Pä\"ss\\w/o&rd'9 x"
    made, _ = mask_of(value, before="p = ", behind="")
    written = write(value)
    assert "ss" not in mask.hide(made, f"found {written} here")
    assert mask.hide(made, f"found {written} here").replace('"', "").replace("'", "") == "found *** here"


def test_a_value_with_white_space_is_found_where_runs_of_it_became_one_space() -> None:
    made, _ = mask_of("correct  horse\tbattery", before="p = ", behind="")
    assert mask.hide(made, "said: correct horse battery") == "said: ***"


def test_values_that_overlap_in_a_text_are_covered_together() -> None:
    source = "a = abcdefgh12\nb = efgh12XYZW\n"
    made = mask.build([secret(1, 5, 15), secret(2, 5, 15)], {"a.py": source})
    assert mask.hide(made, "(abcdefgh12XYZW)") == "(***)"
    assert mask.hide(made, "(abcdefgh12 efgh12XYZW)") == "(*** ***)"


def test_the_longer_of_two_values_is_replaced_as_a_whole() -> None:
    source = "a = abcdef\nb = abcdefghij\n"
    made = mask.build([secret(1, 5, 11), secret(2, 5, 15)], {"a.py": source})
    assert mask.hide(made, "abcdefghij abcdef") == "*** ***"


@pytest.mark.parametrize("value", ["x", "1a", "abc"])
def test_a_value_too_short_to_be_searched_for_hides_its_whole_line_and_nothing_else(value: str) -> None:
    made, line = mask_of(value)
    assert mask.hide_line(made, "a.py", 1, line) == "***"
    assert mask.hide_line(made, "a.py", 2, f"other = {value}") == f"other = {value}"


@pytest.mark.parametrize(("column", "end_column"), [(None, None), (8, None), (None, 20)])
def test_a_place_without_columns_hides_its_whole_line(column: int | None, end_column: int | None) -> None:
    line = f'KEY = "{WORD}"'
    made = mask.build([secret(1, column, end_column)], {"a.py": line + "\n"})
    assert mask.hide_line(made, "a.py", 1, line) == "***"
    assert WORD not in mask.hide(made, f"elsewhere {WORD}")


def test_every_line_of_a_key_is_hidden_and_its_first_and_last_line_are_still_text() -> None:
    body = ["MIIEvQIBADANBgkq" + "hkiG9w0BAQEFAASC", "Zm9vYmFyYmF6cXV4" + "Zm9vYmFyYmF6cXV4", "dGhlIGVuZA=="]
    lines = ["before", KEY, *body, END, "behind"]
    made = mask.build([secret(2, 1, len(END) + 1, end_line=6)], {"key.pem": "", "a.py": "\n".join(lines)})
    assert [mask.hide_line(made, "a.py", number, line) for number, line in enumerate(lines, 1)] == [
        "before", "***", "***", "***", "***", "***", "behind",
    ]  # fmt: skip
    assert mask.hide(made, f"{KEY} {body[0]}, {body[1]}, {body[2]} {END}") == f"{KEY} ***, ***, *** {END}"


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_line_ends_of_all_kinds_are_counted_alike(end: str) -> None:
    source = end.join(["one", f"x = {WORD}", "three", ""])
    made = mask.build([secret(2, 5, 5 + len(WORD))], {"a.py": source})
    assert mask.hide(made, f"<{WORD}>") == "<***>"
    assert mask.hide_line(made, "a.py", 3, "three") == "three"


def test_a_key_whose_lines_end_in_escapes_is_found_line_by_line_elsewhere() -> None:
    parts = ["QmVnaW5uaW5nT2ZLZXk" + "Q1", "TWlkZGxlT2ZLZXlIZXJl" + "Q2"]
    value = "\\n".join([KEY, *parts, END])
    made, line = mask_of(value, before='"private_key": "', behind='\\n",')
    assert mask.hide_line(made, "a.py", 1, line) == '"private_key": "***\\n",'
    assert mask.hide(made, f"line {parts[0]} and line {parts[1]}") == "line *** and line ***"


def test_of_a_place_that_is_more_than_the_value_the_value_is_hidden_too() -> None:
    made, line = mask_of(f'password = "{WORD}"', before="", behind="")
    assert mask.hide_line(made, "a.py", 1, line) == "***"
    assert mask.hide(made, f"the password {WORD}") == "the password ***"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
def test_of_a_file_in_utf_16_no_line_is_shown_and_its_values_are_hidden_elsewhere(encoding: str) -> None:
    text = f"first = 1\nkey = {WORD}\n".encode(encoding).decode("utf-8", errors="replace")
    made = mask.build([secret(2, 7, 7 + len(WORD))], {"a.py": text})
    assert {mask.hide_line(made, "a.py", number, line) for number, line in enumerate(text.split("\n"), 1)} == {"***"}
    assert mask.hide(made, f"see {WORD}") == "see ***"


def test_a_line_is_cut_but_never_a_value_on_it() -> None:
    before = "x" * (mask.LINE_LIMIT - 5)
    made, line = mask_of(WORD, before=before, behind="y" * 50)
    assert mask.hide_line(made, "a.py", 1, line) == before + "***…"
    made, line = mask_of(WORD, before="z" * mask.LINE_LIMIT, behind="")
    assert mask.hide_line(made, "a.py", 1, line) == "z" * mask.LINE_LIMIT + "…"
    made, line = mask_of(WORD * 60, before="k = ", behind=" # end")
    assert mask.hide_line(made, "a.py", 1, line) == "k = ***…"


def test_a_hundred_megabytes_of_one_line_are_cut_in_no_time() -> None:
    made, line = mask_of(WORD, behind="a" * 100_000_000)
    assert mask.hide_line(made, "a.py", 1, line) == 'KEY = "***' + "a" * (mask.LINE_LIMIT - 7 - len(WORD)) + "…"


def test_the_literal_that_a_code_scanner_calls_a_password_is_hidden() -> None:
    source = f'user = "admin"\npassword = "{WORD}"\n'
    found = hardcoded(f"Possible hardcoded password: '{WORD}'", line=2)
    made = mask.build([found], {"a.py": source})
    assert mask.hide_line(made, "a.py", 2, f'password = "{WORD}"') == 'password = "***"'
    assert mask.hide_finding(made, found, "s").message == "Possible hardcoded password: '***'"
    assert mask.hide(made, f"and in another file {WORD}") == "and in another file ***"


def test_a_literal_that_is_an_ordinary_word_is_hidden_on_its_own_line_only() -> None:
    source = 'password = "welcome"\n'
    made = mask.build([hardcoded("Possible hardcoded password: 'welcome'")], {"a.py": source})
    assert mask.hide_line(made, "a.py", 1, 'password = "welcome"') == 'password = "***"'
    assert mask.hide(made, "You are welcome") == "You are welcome"


def test_all_texts_of_a_finding_are_masked_and_its_identity_is_not() -> None:
    made, _ = mask_of(WORD)
    given_finding = replace(
        secret(3, 1, 2),
        rule="rule",
        message=f"m {WORD}",
        severity_source=f"s {WORD}",
        help_url=f"https://host/?k={WORD}",
        fixed_in=(f"1.0+{WORD}",),
        package=Package(
            purl=f"pkg:pypi/a@{WORD}", name=f"a-{WORD}", version=WORD, ecosystem="PyPI", location=Location(path="a.py")
        ),
        suppression=Suppression(marker=f"# nosec {WORD}", location=Location(path="a.py"), justification=f"is {WORD}"),
        snippet="given",
    )
    hidden = mask.hide_finding(made, given_finding, "snippet")
    assert WORD not in repr(hidden)
    assert (hidden.rule, hidden.location, hidden.snippet) == ("rule", given_finding.location, "snippet")
    assert hidden.package is not None
    assert (hidden.package.name, hidden.package.version) == ("a-***", "***")
    assert hidden.suppression is not None
    assert (hidden.suppression.marker, hidden.suppression.justification) == ("# nosec ***", "is ***")


def test_a_finding_in_a_file_that_is_not_there_hides_its_line_and_fails_nothing() -> None:
    made = mask.build([secret(5, 2, 9)], {})
    assert mask.hide_line(made, "a.py", 5, "anything") == "***"
    assert mask.hide(made, "anything") == "anything"


letters = st.text(st.characters(codec="utf-8", exclude_characters="*\r\n\0", exclude_categories=["Cs"]), max_size=30)


@given(value=letters, before=letters, behind=letters, other=letters)
def test_no_masked_text_holds_the_value(value: str, before: str, behind: str, other: str) -> None:
    assume(len(value.strip()) >= 4 and value == value.strip())
    made, line = mask_of(value, before=before, behind=behind)
    assert value not in mask.hide_line(made, "a.py", 1, line)
    for text in (line, other + value + other, value + value[1:], json.dumps(value), repr(value), quote(value)):
        assert value not in mask.hide(made, text)
    assert json.dumps(value)[1:-1] not in mask.hide(made, f"x{json.dumps(value)}y")


@given(st.lists(st.text("ab1", min_size=4, max_size=9), min_size=1, max_size=6), st.text("ab1 ", max_size=60))
def test_of_many_values_none_is_left_however_they_overlap(values: list[str], text: str) -> None:
    source = "".join(f"{value}\n" for value in values)
    found = [secret(number, 1, len(value) + 1) for number, value in enumerate(values, 1)]
    made = mask.build(found, {"a.py": source})
    hidden = mask.hide(made, text)
    assert [value for value in values if value in hidden] == []
    uncovered = [letter for index, letter in enumerate(text) if not _covered(values, text, index)]
    assert hidden.replace("***", "") == "".join(uncovered)


def _covered(values: list[str], text: str, index: int) -> bool:
    return any(
        text.startswith(value, start) for value in values for start in range(max(0, index - len(value) + 1), index + 1)
    )


@given(st.text(max_size=80), st.integers(0, 5), st.integers(0, 90), st.integers(0, 90), st.integers(0, 6))
def test_no_place_makes_it_fail(source: str, line: int, column: int, end_column: int, end_line: int) -> None:
    found = [secret(line, column or None, end_column or None, end_line=end_line or None), hardcoded(line=line)]
    made = mask.build(found, {"a.py": source})
    for number, text in enumerate(source.split("\n"), 1):
        assert len(mask.hide_line(made, "a.py", number, text)) <= mask.LINE_LIMIT + 1


def test_ten_thousand_values_cost_seconds_at_most() -> None:
    values = [f"{number:05}{'kestrel' if number % 2 else 'falcon'}{number * 7919:09}" for number in range(10_000)]
    found = [secret(number, 1, len(value) + 1) for number, value in enumerate(values, 1)]
    made = mask.build(found, {"a.py": "\n".join(values)})
    assert mask.hide(made, " ".join(values[::100])) == " ".join(["***"] * 100)
