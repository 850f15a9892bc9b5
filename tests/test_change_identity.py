"""Edits that people make, over real code with a finding on every call: which issues does the change introduce?

Nearly all that was there must count as existing, under every kind of edit, and every copy as introduced. Run with
`-s` to see the rates.
"""

from __future__ import annotations

import ast
import io
import random
import re
import subprocess
import tokenize
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from calls import calls

from devsecgate.change import compare, renamed, renames
from devsecgate.correlate import correlate
from devsecgate.model import Change, Finding, Issue, Kind, ScanResult, Severity

REPOSITORY = Path(__file__).resolve().parent.parent
CORPUS = sorted(
    (
        *(REPOSITORY / "tests" / "samples" / "identity").glob("*.py"),
        *(REPOSITORY / "examples").rglob("*.py"),
        *(REPOSITORY / "devsecgate").rglob("*.py"),
    ),
    key=lambda path: path.as_posix(),
)
FEWEST_CALLS = 25
FILES = 40
LEAST = 0.98
BLOCK = re.compile(r"(?m)^(?=(?:@|def |class |async def ))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One file before and after."""

    before: str
    after: str
    path: str = "app.py"
    """Of the file after; it was `app.py`."""
    copied: int = 0
    """How many calls were added by copying."""


Edits = Callable[[str, random.Random], Edit | None]


def blocks(text: str) -> tuple[str, list[str]]:
    """Divide a text into its head and its top-level functions and classes, each with its decorators."""
    head, *pieces = BLOCK.split(text)
    found: list[str] = []
    open_decorator = False
    for piece in pieces:
        if open_decorator and found:
            found[-1] += piece
        else:
            found.append(piece)
        open_decorator = piece.startswith("@")
    return head, found


def lines_inserted(text: str, chance: random.Random) -> Edit:
    """Put comments and empty lines between the top-level blocks."""
    head, pieces = blocks(text)
    between = [f"# a remark, {chance.random()}\n\n\n{piece}" if chance.random() < 0.6 else piece for piece in pieces]
    return Edit(before=text, after=f"{head}import this  # noqa\n\n\n{''.join(between)}")


def function_moved(text: str, chance: random.Random) -> Edit | None:
    """Put one top-level block elsewhere in the file."""
    head, pieces = blocks(text)
    if len(pieces) < 2:
        return None
    moved = [f"{each.rstrip()}\n\n\n" for each in pieces]
    moved.insert(chance.randrange(len(moved)), moved.pop(chance.randrange(len(moved))))
    return Edit(before=text, after=head + "".join(moved))


def function_copied(text: str, chance: random.Random) -> Edit | None:
    """Put a copy of a top-level block with calls before or behind all others."""
    head, pieces = blocks(text)
    telling = [each for each in pieces if list(calls(each))]
    if not telling:
        return None
    chosen = f"{chance.choice(telling).rstrip()}\n\n\n"
    after = [f"{each.rstrip()}\n\n\n" for each in pieces]
    after.insert(0 if chance.random() < 0.5 else len(after), chosen)
    return Edit(before=text, after=head + "".join(after), copied=len(issues(chosen, "app.py")))


def file_renamed(text: str, chance: random.Random) -> Edit:
    """Give the file another name and another folder, and edit some of it."""
    edited = lines_inserted(text, chance)
    return Edit(before=text, after=edited.after, path=f"other/{chance.randrange(100)}.py")


def variable_renamed(text: str, chance: random.Random) -> Edit | None:
    """Rename a name that stands in no statement with a call, wherever it stands."""
    tree = ast.parse(text)
    near = {
        name.id
        for statement in ast.walk(tree)
        if isinstance(statement, ast.stmt) and any(isinstance(each, ast.Call) for each in ast.walk(statement))
        for name in ast.walk(statement)
        if isinstance(name, ast.Name)
        and not isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef)
    }
    stored = {each.id for each in ast.walk(tree) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
    free = sorted(stored - near)
    if not free:
        return None
    name = chance.choice(free)
    tokens = [
        (kind, f"{word}_renamed" if kind == tokenize.NAME and word == name else word)
        for kind, word, *_ in tokenize.generate_tokens(io.StringIO(text).readline)
    ]
    return Edit(before=text, after=tokenize.untokenize(tokens))


@pytest.fixture(scope="module")
def ruff(program: Callable[[str], str]) -> Callable[[str, int], str]:
    """Format a text by the real program."""
    path = program("ruff")

    def run(text: str, length: int) -> str:
        argv = [path, "format", "--isolated", "--line-length", str(length), "-"]
        return subprocess.run(argv, input=text.encode(), capture_output=True, check=True).stdout.decode()

    return run


def findings(text: str, path: str) -> list[Finding]:
    return [
        Finding(
            scanner="walker",
            kind=Kind.CODE,
            rule="call",
            message=str(number),
            location=place if path == "app.py" else _at(place, path),
            severity=Severity.LOW,
            severity_source="rule",
            cwes=frozenset({676}),
        )
        for number, place in enumerate(calls(text))
    ]


def _at(place: object, path: str) -> object:
    from msgspec.structs import replace

    return replace(place, path=path)


def issues(text: str, path: str) -> tuple[Issue, ...]:
    return correlate(findings(text, path), {path: text})


def judged(edit: Edit) -> tuple[int, int, int]:
    """Give how many issues there were, how many of them are existing, and how many are introduced."""
    paths = {} if edit.path == "app.py" else renames({"app.py": edit.before}, {edit.path: edit.after})
    result = ScanResult(
        scanner="walker",
        kind=Kind.CODE,
        engine="walker",
        version="1",
        findings=tuple(findings(edit.before, "app.py")),
        gaps=(),
    )
    moved = paths.get("app.py", "app.py")
    before = correlate(renamed([result], paths), {moved: edit.before})
    after = issues(edit.after, edit.path)
    found = compare(after, before, {edit.path: edit.after}, {moved: edit.before})
    existing = sum(found.changes[each.fingerprint] is Change.EXISTING for each in after)
    return len(before), existing, len(after) - existing


def corpus() -> Mapping[str, str]:
    texts = {path.relative_to(REPOSITORY).as_posix(): path.read_text() for path in CORPUS}
    telling = {name: text for name, text in texts.items() if len(list(calls(text))) >= FEWEST_CALLS and blocks(text)[1]}
    return dict(list(telling.items())[:FILES])


KINDS: Mapping[str, Edits] = {
    "lines inserted": lines_inserted,
    "function moved": function_moved,
    "function copied": function_copied,
    "file renamed": file_renamed,
    "variable renamed": variable_renamed,
}


def test_what_was_there_stays_existing_and_every_copy_is_introduced(ruff: Callable[[str, int], str]) -> None:
    number = 0
    for kind, make in {**KINDS, "reformatted": lambda text, chance: Edit(before=text, after=ruff(text, 60))}.items():
        total = kept = copied = new = 0
        for name, text in corpus().items():
            edit = make(text, random.Random(f"{kind} {name}"))
            if edit is None:
                continue
            number += 1
            before, existing, introduced = judged(edit)
            total, kept, copied, new = total + before, kept + existing, copied + edit.copied, new + introduced
        print(f"\n{kind}: {kept:,} of {total:,} kept ({kept / total:.2%}), {new:,} new, {copied:,} of them copied")
        assert kept / total >= LEAST, kind
        assert new - copied == total - kept, kind
    print(f"\n{number} edits")
    assert number >= 200
