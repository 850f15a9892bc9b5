"""Identities survive what people and formatters do to a file, and nothing else."""

import re
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devsecgate.correlate import correlate
from devsecgate.fingerprint import code_of_line, code_of_tokens, identity
from devsecgate.model import Finding, Kind, Location, Severity
from devsecgate.statements import divide, tokens

CORPUS = Path(__file__).parent / "samples" / "identity"
FILES = sorted(CORPUS.glob("*.py"))
MARKER = re.compile(r"# cwe-(\d+)")
BLOCK = re.compile(r"(?m)^(?=(?:@|def |class |if __name__))")

Format = Callable[..., str]


def marked(text: str, path: str = "app.py") -> list[Finding]:
    """One finding for each marker, at the last code of its line, as a tool with columns would say it."""
    findings = []
    for number, line in enumerate(re.split(r"\r\n|\n", text), start=1):
        code, _, _ = line.partition("# cwe-")
        findings += [
            Finding(
                scanner="marker",
                kind=Kind.CODE,
                rule=f"cwe-{cwe}",
                message="marked",
                location=Location(path=path, line=number, column=len(code.rstrip())),
                severity=Severity.HIGH,
                severity_source="rule",
                cwes=frozenset({int(cwe)}),
            )
            for cwe in MARKER.findall(line)
        ]
    return findings


def identities(text: str, path: str = "app.py") -> Counter[str]:
    return Counter(issue.fingerprint for issue in correlate(marked(text, path), {path: text}))


@pytest.fixture(scope="module", params=FILES, ids=[file.stem for file in FILES])
def text(request: pytest.FixtureRequest) -> str:
    return Path(request.param).read_text()


@pytest.fixture
def ruff(program: Callable[[str], str]) -> Format:
    def run(text: str, *options: str) -> str:
        argv = [program("ruff"), "format", "--isolated", *options, "-"]
        return subprocess.run(argv, input=text.encode(), capture_output=True, check=True).stdout.decode()

    return run


def test_the_corpus_has_about_ten_problems_in_each_file_and_no_two_are_one(text: str) -> None:
    assert len(marked(text)) >= 10
    assert identities(text) == Counter(dict.fromkeys(identities(text), 1))
    assert identities(text).total() >= len(marked(text)) - 1


@pytest.mark.parametrize(
    "options",
    [
        ("--line-length", "60"),
        ("--line-length", "88"),
        ("--line-length", "120"),
        ("--line-length", "320"),
        ("--config", "format.quote-style='single'"),
        ("--config", "format.indent-style='tab'"),
        ("--config", "format.skip-magic-trailing-comma=true", "--line-length", "40"),
        ("--config", "format.line-ending='cr-lf'"),
        ("--preview", "--line-length", "60"),
    ],
    ids=" ".join,
)
def test_reformatting_keeps_every_identity(text: str, options: tuple[str, ...], ruff: Format) -> None:
    again = ruff(text, *options)
    assert again != text
    assert identities(again) == identities(text)


def move(text: str) -> str:
    head, *blocks = BLOCK.split(text)
    return head + "".join(reversed(blocks))


def nest(text: str) -> str:
    head, *blocks = BLOCK.split(text)
    return (
        head + "class Outer:\n" + "".join("    " + line for block in blocks for line in block.splitlines(keepends=True))
    )


def rename(text: str) -> str:
    """Rename everything that no problem's line mentions."""
    marked_lines = re.findall(r".*\n.*# cwe-.*", text)
    marked_words = {word for line in marked_lines for word in re.findall(r"\w+", line)}
    free = set(re.findall(r"(?<=def )\w+|\w+(?= = )", text)) - marked_words
    assert free
    return re.sub(rf"\b(?:{'|'.join(sorted(free))})\b", lambda name: name[0] + "_renamed", text)


MUTATIONS: dict[str, Callable[[str], str]] = {
    "insert lines above": lambda text: "import sys\n\n\nprint(sys.argv)\n" + text,
    "insert a comment before each block": lambda text: BLOCK.sub("# what follows is new: see (the manual\n", text),
    "remove the comments' texts": lambda text: re.sub(r"(# cwe-\d+)", r"\1 reviewed", text),
    "insert blank lines": lambda text: re.sub(r"(?m)^(?=\s*(?:return|raise|for|with) )", "\n\n", text),
    "move the functions": move,
    "nest all in a class": nest,
    "rename what is elsewhere": rename,
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "no newline at the end": lambda text: text.rstrip("\n"),
    "byte order mark": lambda text: "\ufeff" + text,
    "a broken line at the end": lambda text: text + "\n\ndef broken(:\n    x = (1,\n",
}


@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=MUTATIONS)
def test_changes_elsewhere_keep_every_identity(text: str, mutation: Callable[[str], str]) -> None:
    assert mutation(text) != text
    assert identities(mutation(text)) == identities(text)


def test_every_copy_is_new_and_removing_one_removes_the_last(text: str) -> None:
    head, *blocks = BLOCK.split(text)
    for at, block in enumerate(blocks):
        copied = head + "".join([*blocks[: at + 1], "\n\n", block, *blocks[at + 1 :]])
        before, after = identities(text), identities(copied)
        assert before - after == Counter()
        assert (after - before).total() == len(marked(block))
        assert all(count == 1 for count in after.values())
        assert len(correlate(marked(copied), {"app.py": copied})) == before.total() + len(marked(block))


def test_every_edit_of_a_problems_own_statement_is_a_new_problem(text: str) -> None:
    lines = text.split("\n")
    for number, line in enumerate(lines):
        code, mark, rest = line.partition("  # cwe-")
        if not mark or not code.rstrip().endswith(")"):
            continue
        edited = "\n".join([*lines[:number], code.rstrip()[:-1] + ", changed)" + mark + rest, *lines[number + 1 :]])
        assert (identities(edited) - identities(text)).total() >= 1


def test_another_path_is_another_identity(text: str) -> None:
    assert not identities(text) & identities(text, "renamed.py")


def code(text: str) -> list[str]:
    return [code_of_tokens(piece) for piece in divide(tokens(text, 0, len(text)))]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 'a'", 'x = "a"'),
        ("x = u'a'", "x = 'a'"),
        ("x = B'a'", "x = b'a'"),
        (r"x = 'it\'s'", '''x = "it's"'''),
        ("x = ('a'\n  'b')", "x = 'ab'"),
        ("x = f'{a}' 'b{'", "x = f'{a}b{{'"),
        ("x = f'{a[\"b\"]}'", "x = f\"{ a['b'] }\""),
        ("x = '''a'''", "x = 'a'"),
        ("f(a, b,)", "f(\n  a,  # why\n  b,\n)"),
        ("x = a + b", "x = (a\n  + b)"),
        ("x = a + \\\n b", "x = a + b"),
        ("return(x)", "return x"),
        ("if (a and b): pass", "if a and b:\n    pass"),
        ("for (a, b) in c: pass", "for a, b in c:\n  pass"),
        ("with (open(a) as b, open(c) as d): pass", "with open(a) as b, open(c) as d: pass"),
        ("from a import (b, c,)", "from a import b, c"),
        ("f(a=(b if c else d))", "f(a=b if c else d)"),
        ("class A(): pass", "class A: pass"),
        ("x = 0XFF + 1E5 + 10L", "x = 0xff + 1e5 + 10L"),
        ("x = 1,", "x = (1,)"),
    ],
)
def test_what_a_formatter_changes_is_not_part_of_the_code(one: str, other: str) -> None:
    assert code(one) == code(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("system(quote(a) + b)", "system(quote(a + b))"),
        ("x = (a or b) and c", "x = a or b and c"),
        ("x = not (a and b)", "x = not a and b"),
        ("f((a, b))", "f(a, b)"),
        ("x = (a, b), c", "x = a, b, c"),
        ("x = (a)", "x = (a,)"),
        ("x = a in (b or c)", "x = a in b or c"),
        ("x = 'a'", "x = b'a'"),
        ("x = 'a'", "x = f'a'"),
        (r"x = '\n'", r"x = r'\n'"),
        ("x = 'a b'", "x = 'a  b'"),
        ("x = [a for a in b]", "x = (a for a in b)"),
        ("f(shell=True)", "f(shell=False)"),
        ("x = 'a', 'b'", "x = 'a' 'b'"),
        ("x = (lambda: a) if b else c", "x = lambda: a if b else c"),
        ("x = y()", "x = y"),
    ],
)
def test_what_changes_the_meaning_changes_the_code(one: str, other: str) -> None:
    assert code(one) != code(other)


@given(st.text(alphabet="ab(),[]{}'\"#\\\n fr:;=lambda ", max_size=80))
def test_any_text_can_be_normalised_and_twice_gives_the_same(text: str) -> None:
    assert code(text) == code(text)


def test_lines_of_other_languages_are_compared_without_their_white_space() -> None:
    assert code_of_line("  - run:\t  make   all \r") == "- run: make all"


@given(st.lists(st.text(max_size=4), max_size=4), st.lists(st.text(max_size=4), max_size=4))
def test_different_parts_are_different_identities(one: list[str], other: list[str]) -> None:
    assert (identity(one, 0) == identity(other, 0)) == (one == other)
    assert identity(one, 0) != identity(one, 1)
    assert re.fullmatch(r"[0-9a-f]{32}", identity(one, 0))
