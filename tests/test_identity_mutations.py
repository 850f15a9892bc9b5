"""How many identities survive what people do to code without changing it: a finding on every call, and a rate.

tests/test_fingerprint.py shows single changes on marked lines; this one takes every call of a larger corpus,
mixes changes, and counts. Run with `-s` to see the rates.
"""

from __future__ import annotations

import functools
import random
import re
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from calls import calls

from devsecgate.correlate import correlate
from devsecgate.model import Finding, Kind, Location, Severity

REPOSITORY = Path(__file__).resolve().parent.parent
SAMPLES = sorted((REPOSITORY / "tests" / "samples" / "identity").glob("*.py"))
CORPUS = [*SAMPLES, *sorted((REPOSITORY / "examples").rglob("*.py")), *sorted((REPOSITORY / "devsecgate").glob("*.py"))]
FORMATS = (
    ("--line-length", "40"),
    ("--line-length", "88"),
    ("--line-length", "120"),
    ("--line-length", "320"),
    ("--config", "format.quote-style='single'", "--config", "format.skip-magic-trailing-comma=true"),
    ("--config", "format.indent-style='tab'", "--preview"),
)
BLOCK = re.compile(r"(?m)^(?=(?:@|def |class |async def |if __name__))")
LEAST = 0.98

Ruff = Callable[[str, tuple[str, ...]], str]


@pytest.fixture(scope="module")
def ruff(program: Callable[[str], str]) -> Ruff:
    """Format a text by the real program."""

    @functools.cache
    def run(text: str, options: tuple[str, ...]) -> str:
        argv = [program("ruff"), "format", "--isolated", *options, "-"]
        return subprocess.run(argv, input=text.encode(), capture_output=True, check=True).stdout.decode()

    return run


def identities(text: str, path: str = "app.py") -> list[str]:
    """The identity of every call, in the order of `calls`; equal ones are in one statement."""
    findings = [
        Finding(
            scanner="walker",
            kind=Kind.CODE,
            rule="call",
            message=str(number),
            location=Location(path=path, line=place.line, column=place.column),
            severity=Severity.LOW,
            severity_source="rule",
            cwes=frozenset({676}),
        )
        for number, place in enumerate(calls(text))
    ]
    found = {
        finding.message: issue.fingerprint for issue in correlate(findings, {path: text}) for finding in issue.findings
    }
    return [found[str(number)] for number in range(len(findings))]


def rate(before: list[str], after: list[str]) -> tuple[int, int]:
    """How many were kept, each for itself, of how many."""
    assert len(before) == len(after)
    return sum(one == other for one, other in zip(before, after, strict=True)), len(before)


def told(what: str, kept: int, total: int) -> float:
    print(f"\n{what}: {kept:,} of {total:,} identities kept ({kept / total:.2%})")
    assert total > 100
    return kept / total


def test_every_format_keeps_nearly_every_identity(ruff: Ruff) -> None:
    kept = total = 0
    for file in CORPUS:
        text = file.read_text()
        before = identities(text)
        for options in FORMATS:
            same, all_of_them = rate(before, identities(ruff(text, options)))
            kept, total = kept + same, total + all_of_them
    assert told("reformatting", kept, total) >= LEAST


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.stem)
@pytest.mark.parametrize("options", FORMATS, ids=" ".join)
def test_in_the_samples_no_format_loses_any(file: Path, options: tuple[str, ...], ruff: Ruff) -> None:
    text = file.read_text()
    assert identities(ruff(text, options)) == identities(text)


def blocks_of(text: str) -> tuple[str, list[str]]:
    """Divide a text into what stands above and its top-level blocks, each with its decorators."""
    head, *pieces = BLOCK.split(text)
    blocks = [""]
    for piece in pieces:
        blocks[-1] += piece
        if not piece.startswith("@"):
            blocks.append("")
    return head, [block for block in blocks if block]


def insert_lines(text: str, chance: random.Random) -> str:
    """Put comments, blank lines and code before some of the blocks."""
    lines = ["\n\n", "# see (the manual\n", "# what 'follows' is {new}\n\n", "SETTING = 1\n\n\n"]
    head, blocks = blocks_of(text)
    return head + "".join((chance.choice(lines) if chance.random() < 0.5 else "") + block for block in blocks)


def move_functions(text: str, chance: random.Random) -> str:
    """Shuffle the blocks."""
    head, blocks = blocks_of(text)
    chance.shuffle(blocks)
    return head.rstrip("\n") + "\n\n\n" + "\n\n".join(block.rstrip("\n") + "\n" for block in blocks)


def change_line_ends(text: str, chance: random.Random) -> str:
    return text.replace("\n", "\r\n") if chance.random() < 0.5 else text


def mutated(text: str, chance: random.Random, ruff: Ruff) -> str:
    """Apply several changes of layout, one over the other."""
    changes: list[Callable[[str, random.Random], str]] = [
        insert_lines,
        move_functions,
        lambda text, chance: ruff(text, chance.choice(FORMATS)),
    ]
    for change in chance.sample(changes, k=len(changes)):
        text = change(text, chance)
    return change_line_ends(text, chance)


def test_a_mix_of_changes_keeps_nearly_every_identity(ruff: Ruff) -> None:
    kept = total = 0
    for file in [*SAMPLES, *sorted((REPOSITORY / "examples").rglob("*.py"))]:
        text = file.read_text()
        before = Counter(identities(text))
        for seed in range(8):
            after = Counter(identities(mutated(text, random.Random(seed), ruff)))
            kept, total = kept + (before & after).total(), total + before.total()
    assert told("inserting, moving and reformatting", kept, total) >= LEAST


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.stem)
def test_every_copy_of_a_function_is_new_and_takes_nothing_from_the_first(file: Path, ruff: Ruff) -> None:
    text = ruff(file.read_text(), ())
    head, blocks = blocks_of(text)
    before = set(identities(text))
    for at, block in enumerate(blocks):
        copied = head + "".join([*blocks[: at + 1], "\n\n", block, *blocks[at + 1 :]])
        after = set(identities(copied))
        assert before <= after
        assert len(after - before) == len(set(identities(block)))


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.stem)
def test_a_renamed_file_is_another_place_and_all_its_problems_are_new(file: Path) -> None:
    text = file.read_text()
    assert not set(identities(text, "app.py")) & set(identities(text, "moved/app.py"))


def test_a_changed_argument_is_a_new_problem_and_its_neighbours_are_not() -> None:
    before = identities("first(a)\nsecond(b)\nthird(c)\n")
    after = identities("first(a)\nsecond(b, shell=True)\nthird(c)\n")
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, False, True]


LONG = " + ".join(f"name_{number}" for number in range(40))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("for folder in (a if f(b) else c): pass", "for folder in a if f(b) else c: pass"),
        ("x = [a for (a, b) in f(c)]", "x = [a for a, b in f(c)]"),
        ("yield await (f(a).b())", "yield await f(a).b()"),
        ("x = (f(a), b)", "x = f(a), b"),
        (f"x = (f(a) + {LONG})", f"x = f(a) + {LONG}"),
        (f"x = f(a)(b) + [f(b), ({LONG})]", f"x = f(a)(b) + [\n    f(b),\n    {LONG},\n]"),
    ],
    ids=lambda text: text[:40],
)
def test_parentheses_that_a_formatter_adds_change_nothing(one: str, other: str) -> None:
    assert identities(one) == identities(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("assert (f(a), 'message')", "assert f(a), 'message'"),
        ("x = a if b else (f(c), d)", "x = a if b else f(c), d"),
        ("x = lambda: (f(a), b)", "x = lambda: f(a), b"),
        ("(a, b) in f(c)", "a, b in f(c)"),
        ("x = await (f(a) + b)", "x = await f(a) + b"),
        ("x = await (f(a) if b else c)", "x = await f(a) if b else c"),
    ],
    ids=lambda text: text[:40],
)
def test_parentheses_that_change_the_meaning_make_a_new_problem(one: str, other: str) -> None:
    assert not set(identities(one)) & set(identities(other))


def test_the_elements_of_a_long_table_have_identities_of_their_own_and_keep_them_when_one_is_added() -> None:
    def table(names: list[str]) -> str:
        return "TABLE = [\n" + "".join(f"    ('{name}', check('{name}'), 'text'),\n" for name in names) + "]\n"

    names = [f"row-{number}" for number in range(30)]
    before, after = identities(table(names)), identities(table(["new", *names]))
    assert len(set(before)) == 30
    assert set(before) < set(after)
