"""What is done after a command in, whether the command's failure survives it out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum

import msgspec
from msgspec.structs import replace

from devsecgate.doctor.shell_records import AndOr, Command, Compound, Kind, Pipeline, Script, Simple

_FAILS = re.compile(r"(?:^|[_.:-])(?:die|fail|failed|fatal|abort|panic|bail)(?:$|[_.:-])|error_exit")
"""Names that a script gives to what ends it; they are often defined in a file that it sources."""
_VARIABLE = re.compile(r"([A-Za-z_]\w*)\+?=")
_COUNTED = re.compile(r"\(\(\s*(?:\+\+)?([A-Za-z_]\w*)\s*(?:\+\+|[+|]?=)")
_HANDED = re.compile(r"GITHUB_(?:OUTPUT|ENV)")
_CONDITIONAL = frozenset({"[", "[[", "test", "(("})


class Ends(IntEnum):
    """What a command does that is run after a failure."""

    NOT = 0
    FAILING = 1
    """It fails too; whoever called it has to notice."""
    RETURNING = 2
    """It ends the function with a failure."""
    EXITING = 3
    """It ends the script with a failure."""


class Handling(msgspec.Struct, frozen=True, kw_only=True):
    """What is done with a failure."""

    lost: str = ""
    """How it is lost; empty: it is not."""
    ends: Ends = Ends.NOT
    """What is done about it."""
    handed: str = ""
    """Where it is written to for somebody else to read."""


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """What stands around a command."""

    text: str
    later: Script
    functions: Mapping[str, Script]
    errexit: bool


def handler(pipeline: Pipeline, around: Around) -> Handling:
    """Judge what stands behind `||`."""
    shown = _shown(around.text[pipeline.start : pipeline.end])
    return _kept(pipeline.commands[-1], around) or Handling(lost=f"`|| {shown}` takes its failure")


def branches(scripts: Sequence[Script], around: Around) -> Handling:
    """Judge the branches of an `if` that a failure goes to."""
    for script in scripts:
        if (kept := _within(script, around)) is not None:
            return kept
    where = "the branch that it goes to does not fail" if any(scripts) else "there is no branch for its failure"
    return Handling(lost=f"it is the condition of an `if`, and {where}")


def follows(item: AndOr, around: Around, how: str) -> Handling:
    """Judge a command that does not end the script, by what comes next: `$?` is there for one command."""
    if not around.later or item.end > around.later[0].start:
        return Handling(lost=how)
    following = around.later[0]
    source = around.text[following.start : following.end]
    if "$?" not in source and "${?}" not in source and "PIPESTATUS" not in source:
        return Handling(lost=how)
    first = following.pipelines[0].commands[0]
    after = replace(around, later=around.later[1:])
    if isinstance(first, Simple) and not first.words:
        return _remembered(first, after) or Handling(lost=how)
    if (handed := _handed(source, first)) is not None:
        return handed
    if _most(_commands(around.later[:1]), around) is not Ends.NOT:
        return Handling(ends=Ends.EXITING)
    decides = _tests(following) and (around.errexit or not after.later)
    return Handling(ends=Ends.EXITING) if decides else Handling(lost=how)


def _kept(command: Command, around: Around) -> Handling | None:
    """Judge one command that is run after a failure; None: the failure is lost."""
    ends = _ends(command, around)
    if ends is not Ends.NOT:
        return Handling(ends=ends)
    if isinstance(command, Compound):
        return next((kept for script in command.bodies if (kept := _within(script, around)) is not None), None)
    if not command.words or command.words[0].text in {"((", "let"}:
        return _remembered(command, around)
    source = around.text[command.start : command.end]
    return _handed(source, command) if "$?" in source or _HANDED.search(source) else None


def _within(script: Script, around: Around) -> Handling | None:
    return next((kept for command in _commands(script) if (kept := _kept(command, around)) is not None), None)


def _remembered(command: Simple, around: Around) -> Handling | None:
    """Judge a failure that is put into a variable: it counts where the variable is read, and something can fail."""
    source = around.text[command.start : command.end]
    found = [match[1] for match in map(_VARIABLE.match, (each.text for each in command.assignments)) if match]
    for name in found + _COUNTED.findall(source):
        for index, item in enumerate(around.later):
            whole = around.text[item.start : item.end]
            if not re.search(rf"\$\{{?{name}\b|\(\([^)]*\b{name}\b", whole):
                continue
            if _HANDED.search(whole):
                return Handling(handed="$GITHUB_OUTPUT")
            rest = around.later[index:]
            decides = _tests(item) and (around.errexit or len(rest) == 1)
            if decides or _most(_commands(rest), around) is not Ends.NOT:
                return Handling(ends=Ends.EXITING)
    return None


def _handed(source: str, command: Command) -> Handling | None:
    """Judge a status that is written to a file."""
    if _HANDED.search(source):
        return Handling(handed="$GITHUB_OUTPUT")
    files = [each.text for each in command.redirections if each.text and not each.text.isdigit()]
    return Handling(handed=files[-1]) if files and files[-1] != "/dev/null" else None


def _tests(item: AndOr) -> bool:
    """Is it a bare test, whose own failure ends the script?"""
    command = item.pipelines[-1].commands[-1]
    return isinstance(command, Simple) and bool(command.words) and command.words[0].text in _CONDITIONAL


def _most(commands: Iterable[Command], around: Around, depth: int = 0) -> Ends:
    return max((_ends(command, around, depth) for command in commands), default=Ends.NOT)


def _ends(command: Command, around: Around, depth: int = 0) -> Ends:
    """Say whether it holds a command that fails, or that ends the script."""
    if isinstance(command, Compound):
        if command.kind is Kind.FUNCTION:
            return Ends.NOT
        inner = (*command.conditions, *command.bodies)
        most = max((_most(_commands(script), around, depth) for script in inner), default=Ends.NOT)
        return min(most, Ends.FAILING) if command.kind is Kind.SUBSHELL else most
    words = tuple(each.text for each in command.words)
    if words and words[0] in around.functions:
        most = _most(_commands(around.functions[words[0]]), around, depth + 1) if depth < 4 else Ends.NOT
        return Ends.FAILING if most is Ends.RETURNING else most
    return _word_ends(words, around)


def _word_ends(words: tuple[str, ...], around: Around) -> Ends:
    if not words or (words[0] in {"exit", "return"} and not _not_zero(words[1:], around)):
        return Ends.NOT
    if words[0] == "return":
        return Ends.RETURNING
    if words[0] in {"exit", "kill"} or _FAILS.search(words[0]):
        return Ends.EXITING
    return Ends.FAILING if words[0] == "false" else Ends.NOT


def _not_zero(words: tuple[str, ...], around: Around) -> bool:
    """Is what `exit` is given anything but 0? A variable has to be set in the script: another's may be 0."""
    if not words:
        return True
    name = re.fullmatch(r"\$\{?([A-Za-z_]\w*)(?::?-\d*)?\}?", words[0])
    if name is not None:
        return re.search(rf"\b{name[1]}\+?=(?!0*(?:[\s;]|$))|\(\(.*\b{name[1]}\b", around.text) is not None
    return words[0].strip("0") != ""


def _commands(script: Script) -> Iterator[Command]:
    return (command for item in script for pipeline in item.pipelines for command in pipeline.commands)


def _shown(source: str) -> str:
    from devsecgate.text import one_line, shorten

    return shorten(one_line(source), 40)
