"""What a shell script is made of: commands in pipelines in and-or lists, each with its place in the text."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

import msgspec


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """One word, quotes removed; what the shell would put in for `$name` is left as written."""

    text: str
    bare: bool
    """Nothing of it is quoted: it may be a reserved word."""
    substitutions: tuple[Script, ...] = ()
    """The scripts in `$(…)` and backquotes."""
    processes: tuple[Script, ...] = ()
    """The scripts in `<(…)` and `>(…)`."""


class Simple(msgspec.Struct, frozen=True, kw_only=True):
    """Assignments, a command and its arguments; redirections apart."""

    start: int
    end: int
    assignments: tuple[Word, ...]
    words: tuple[Word, ...]
    redirections: tuple[Word, ...]
    """The files, without the operators."""


class Kind(StrEnum):
    """The compound commands."""

    GROUP = "{"
    SUBSHELL = "("
    IF = "if"
    WHILE = "while"
    UNTIL = "until"
    FOR = "for"
    CASE = "case"
    FUNCTION = "function"


class Compound(msgspec.Struct, frozen=True, kw_only=True):
    """A command that holds lists of commands."""

    kind: Kind
    start: int
    end: int
    name: str = ""
    """Of a function."""
    words: tuple[Word, ...] = ()
    """What a `for` goes through, and what a `case` looks at."""
    conditions: tuple[Script, ...] = ()
    bodies: tuple[Script, ...] = ()
    """For `if`, one for each condition, and one more for `else`."""
    redirections: tuple[Word, ...] = ()


Command: TypeAlias = "Simple | Compound"


class Pipeline(msgspec.Struct, frozen=True, kw_only=True):
    """Commands whose outputs are the next one's inputs."""

    start: int
    end: int
    negated: bool
    commands: tuple[Command, ...]


class AndOr(msgspec.Struct, frozen=True, kw_only=True):
    """Pipelines, with `&&` or `||` between each and the next."""

    start: int
    end: int
    pipelines: tuple[Pipeline, ...]
    operators: tuple[str, ...]
    background: bool


Script: TypeAlias = "tuple[AndOr, ...]"
