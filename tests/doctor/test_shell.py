"""Scripts that bash accepts are parsed, others are refused, and no words are made up."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devsecgate.doctor.records import NotRead
from devsecgate.doctor.shell import parse
from devsecgate.doctor.shell_records import Compound, Simple

VALID = [
    "a b 'c d' \"e $f\" g\\ h",
    "a # comment\nb",
    "a \\\n  b",
    "a && b || c; d & e",
    "a |& b 2>&1 >/dev/null < in >> out &> all",
    "if a; then b; elif c; then d; else e; fi",
    "if a\nthen\n  b\nfi | c",
    'while read -r x; do echo "$x"; done < <(ls)',
    "until a; do b; done",
    "for x in 1 2 3; do a; done",
    "for x; do a; done",
    "for ((i=0; i<3; i++)); do a; done",
    "case $x in a|b) c;; (d) e ;; *) f; esac",
    "case x in\n  -h|--help)\n    a\n    ;;\nesac",
    "f() { a; b; }; f",
    "function f { a; }\nf",
    "function f() ( a )",
    "(a; b) || { c; d; }",
    "{ (a) }",
    "if a; then (b) fi",
    'x=1 y="$(a | b)" c d',
    'x=(a "b c" $(d))\nx+=(e)',
    "declare -A m=([a]=1)",
    "[[ $a == b && ( -n $c || $d =~ ^(x|y)$ ) ]] && e",
    "(( a > 1 )) && b",
    "echo $((1 + (2 * 3))) ${a:-$(b)} ${#c} $# $? $@",
    "echo `a \\`b\\``",
    "cat <<EOF\n|| true ; if\n$(x)\nEOF\nb",
    "cat <<-'E F' | b\n\ttext\n\tE F\nc",
    "cat <<A <<B\na\nA\nb\nB\nc",
    'cat <<< "$x"',
    "a=$'it\\'s' b",
    "! a | b",
    "time a",
    "echo a}b {c} {} done if fi",
    "find . -exec a {} \\; -o -name '*.py'",
    "",
    "\n\n# only a comment\n",
]
INVALID = [
    "if a; then b", "a | | b", "a &&", "(a", "a)", "'a", "\"a", "fi", "case x in a) b", "for x in a; b; done",
    "$(a", "cat <<EOF\nno end", "}", "a ;; b", "{ a", "while a; done", "`a", "f() a",
]  # fmt: skip


@pytest.mark.parametrize("text", VALID)
def test_what_bash_accepts_is_parsed(text: str) -> None:
    assert subprocess.run(["bash", "-n", "-c", text], check=False, capture_output=True).returncode == 0
    parse(text)


@pytest.mark.parametrize("text", INVALID)
def test_what_is_no_script_is_refused(text: str) -> None:
    with pytest.raises(NotRead):
        parse(text)


def words(text: str) -> list[list[str]]:
    found = []
    for item in parse(text):
        for pipeline in item.pipelines:
            for command in pipeline.commands:
                assert isinstance(command, Simple)
                found.append([each.text for each in command.words])
    return found


def test_quoted_operators_are_words() -> None:
    assert words("a '||' \"; b\" \\| c") == [["a", "||", "; b", "|", "c"]]


def test_a_comment_begins_where_a_word_does() -> None:
    assert words("a b#c # d || e") == [["a", "b#c"]]


def test_a_here_document_is_no_command() -> None:
    assert words("a <<EOF\nbandit || true\nEOF\nb") == [["a"], ["b"]]


def test_redirections_are_no_words() -> None:
    assert words("a >out 2>&1 b <in") == [["a", "b"]]


def test_a_compound_command_has_its_parts() -> None:
    ((item,),) = [parse("if a; then b; else c; fi > out")]
    command = item.pipelines[0].commands[0]
    assert isinstance(command, Compound)
    assert (len(command.conditions), len(command.bodies), command.redirections[0].text) == (1, 2, "out")


def test_a_mistake_has_its_line() -> None:
    with pytest.raises(NotRead) as caught:
        parse("a\nb\nif c; then\n")
    assert caught.value.line == 4


@pytest.mark.parametrize("text", ["(" * 5000, "$(" * 5000, "if " * 5000, "{ " * 5000, '"$(' * 5000, "`a`;" * 5000])
def test_what_is_nested_without_end_is_refused(text: str) -> None:
    with pytest.raises(NotRead):
        parse(text)


@given(st.text(alphabet="ab=$(){}[]|&;<>'\"`\\# \n!ifthendo", max_size=40))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        parse(text)
    except NotRead as error:
        assert error.line >= 1  # noqa: PT017 - both ends are fine
