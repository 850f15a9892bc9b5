"""A parsed shell script in, each command out, with what the shell does with its exit status.

The rules are bash's, and tests/doctor/test_script.py holds them to the real one: where `errexit` is suspended (in
conditions, before `&&` and `||`, after `!`), what a pipeline returns, and what a list of commands returns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from msgspec.structs import replace

from devsecgate.doctor import rules
from devsecgate.doctor.command_words import unwrap
from devsecgate.doctor.records import NotRead, Rule
from devsecgate.doctor.script_status import Around, Ends, Handling, branches, follows, handler
from devsecgate.doctor.shell import parse
from devsecgate.doctor.shell_records import AndOr, Compound, Kind, Pipeline, Script, Simple, Word

_DEEPEST = 8
_MOST = 5000
"""Commands: a function that calls another ten times, and so on, is no script that a person wrote."""
_LONGEST = 64 * 1024
"""Characters."""


class Shell(msgspec.Struct, frozen=True, kw_only=True):
    """How a script is run."""

    errexit: bool
    pipefail: bool


class Loss(msgspec.Struct, frozen=True, kw_only=True):
    """How an exit status is lost."""

    rule: Rule
    how: str
    """Half a sentence: `|| true makes it 0`."""


class Ran(msgspec.Struct, frozen=True, kw_only=True):
    """One command that a script runs."""

    start: int
    words: tuple[str, ...]
    """Without what only starts another program; quotes removed."""
    assignments: tuple[str, ...]
    """`NAME=value` before it."""
    loss: Loss | None
    """None: when it fails, the script fails."""
    handed: str
    """Where its status is written to for somebody else to read: `$GITHUB_OUTPUT`, a file; else empty."""


def commands(text: str, shell: Shell) -> tuple[Ran, ...]:
    """Analyse a script; raises NotRead where it cannot be parsed."""
    if len(text) > _LONGEST:
        raise NotRead(f"longer than {_LONGEST:,} characters")
    walk = _Walk(text=text, errexit=shell.errexit, pipefail=shell.pipefail)
    walk.script(parse(text), _Context(armed=True, tail=True, loss=None, later=()))
    return tuple(walk.found)


class _Context(msgspec.Struct, frozen=True, kw_only=True):
    """Where a list of commands stands."""

    armed: bool
    """Does errexit act here?"""
    tail: bool
    """Is the status of the last command the status of what counts?"""
    loss: Loss | None
    """What is lost whatever happens in here."""
    later: Script
    """All that comes after it."""
    handed: str = ""
    exits: bool = False
    """Does what is done after it end the script?"""
    cut: Loss | None = None
    """What is lost of a script that ends in here: in a subshell, a pipe, a substitution."""
    function: bool = False
    """Is it the body of a function?"""
    looped: bool = False
    depth: int = 0


class _Walk(msgspec.Struct, kw_only=True):
    text: str
    errexit: bool
    pipefail: bool
    disarmed: bool = False
    """Was errexit switched off by `set +e`?"""
    found: list[Ran] = msgspec.field(default_factory=list)
    functions: dict[str, Script] = msgspec.field(default_factory=dict)
    trapped: Loss | None = None
    at: int | None = None
    """The place of the command whose argument is being read as a script."""

    def script(self, script: Script, context: _Context) -> None:
        """Go through a list of commands."""
        for index, item in enumerate(script):
            here = script[index + 1 :]
            later = here + context.later
            base = replace(context, later=later, exits=False)
            if item.background:
                waited = any(_waits(each) for each in later)
                lost = None if waited else Loss(rule=rules.BACKGROUND, how="`&` does not wait for it")
                self.and_or(item, _apart(replace(base, armed=False, loss=context.loss or lost)), last=True)
            else:
                self.and_or(item, base, last=not here)
            if context.loss is None and _leaves(item):
                never = Loss(rule=rules.NEVER_REACHED, how="the script has ended before it")
                context = replace(context, loss=never)

    def and_or(self, item: AndOr, context: _Context, *, last: bool) -> None:
        """Go through pipelines that are joined by `&&` and `||`."""
        for index, pipeline in enumerate(item.pipelines):
            operators = item.operators[index:]
            wanted = "&&" if pipeline.negated else "||"
            inner, caught = context, None
            if wanted in operators:
                caught = item.pipelines[index + operators.index(wanted) + 1]
                inner = self.handled(context, self.caught(item, index, context), rules.OR_TRUE)
            armed = self.errexit and context.armed and (not operators or caught is not None)
            if not armed and not (last and context.tail) and inner.loss is None and not inner.exits:
                inner = self.followed(item, inner, self.why(operators, context))
            # A group whose last command failed where errexit was suspended ends no script by that.
            tail = inner.loss is None and (not armed or (last and context.tail))
            inner = replace(inner, armed=context.armed and not operators, tail=tail)
            self.pipeline(replace(pipeline, negated=pipeline.negated and caught is None), inner)

    def caught(self, item: AndOr, index: int, context: _Context) -> Handling:
        """Judge what takes a failure: where that fails too, the next one takes it."""
        wanted = "&&" if item.pipelines[index].negated else "||"
        handling = Handling()
        for place, operator in enumerate(item.operators):
            if place < index or operator != wanted:
                continue
            handling = handler(item.pipelines[place + 1], self.around(context))
            passes_on = handling.ends is Ends.FAILING or (handling.ends is Ends.RETURNING and not context.function)
            if handling.lost or not passes_on:
                break
            wanted = "||"
        return handling

    def around(self, context: _Context) -> Around:
        return Around(text=self.text, later=context.later, functions=self.functions, errexit=self.errexit)

    def why(self, operators: Sequence[str], context: _Context) -> str:
        """Say why a failing command in the middle does not end the script."""
        if context.looped and not (self.errexit and context.armed):
            return "errexit is off, and a loop's status is that of its last round"
        if operators and self.errexit:
            return "`&&` after it suspends errexit, and other commands follow"
        if self.disarmed:
            return "`set +e` comes before it, and what follows decides"
        return "nothing ends the script there, and what follows decides" if not self.errexit else "what follows decides"

    def handled(self, context: _Context, handling: Handling, rule: Rule) -> _Context:
        """Note what is done with a status where it is caught."""
        if handling.lost:
            return replace(context, loss=context.loss or Loss(rule=rule, how=handling.lost))
        if handling.ends is Ends.EXITING or handling.handed:
            return replace(context, loss=context.cut, exits=True, handed=handling.handed or context.handed)
        return replace(context, exits=handling.ends is Ends.RETURNING and context.function)

    def followed(self, item: AndOr, context: _Context, how: str) -> _Context:
        """Look whether what comes next reads `$?`."""
        return self.handled(context, follows(item, self.around(context), how), rules.STATUS_OVERWRITTEN)

    def pipeline(self, pipeline: Pipeline, context: _Context) -> None:
        """Go through commands that are joined by `|`."""
        if pipeline.negated and context.loss is None:
            lost = Loss(rule=rules.CONDITION, how="`!` turns its failure into success")
            context = replace(context, loss=lost, armed=False, tail=False)
        last = len(pipeline.commands) - 1
        for index, command in enumerate(pipeline.commands):
            inner = context
            asked = last > 0 and any("PIPESTATUS" in self.text[each.start : each.end] for each in context.later[:1])
            if index < last and not self.pipefail and not asked and context.loss is None:
                inner = replace(context, loss=_PIPED)
            if last > 0:
                inner = _apart(inner)
            if isinstance(command, Simple):
                self.simple(command, inner)
            else:
                self.compound(command, inner)

    def compound(self, command: Compound, context: _Context) -> None:
        """Go through a command that holds others."""
        kind = command.kind
        if kind is Kind.FUNCTION:
            self.functions[command.name] = command.bodies[0]
            return
        self.substitutions(command.words, replace(context, loss=context.loss or _SUBSTITUTED))
        self.substitutions(command.redirections, replace(context, loss=context.loss or _SUBSTITUTED))
        before = self.errexit, self.pipefail
        if kind is Kind.IF:
            for index, condition in enumerate(command.conditions):
                self.condition(condition, command.bodies[index], command.bodies[index + 1 :], context)
        elif kind in {Kind.WHILE, Kind.UNTIL}:
            self.loop(command.conditions[0], kind, context)
        looped = kind in {Kind.WHILE, Kind.UNTIL, Kind.FOR}
        inner = replace(context, tail=context.tail and not looped, looped=context.looped or looped)
        if kind is Kind.SUBSHELL:
            inner = _apart(inner)
        for body in command.bodies:
            self.script(body, inner)
        if kind is Kind.SUBSHELL:
            self.errexit, self.pipefail = before

    def condition(self, condition: Script, then: Script, other: Sequence[Script], context: _Context) -> None:
        """Go through what an `if` asks: a failure goes to the else branch."""
        failure = branches(other, self.around(context))
        success = branches((then,), self.around(context))
        for index, item in enumerate(condition):
            for place, pipeline in enumerate(item.pipelines):
                handling = success if pipeline.negated else failure
                if "||" in item.operators[place:] and not pipeline.negated:
                    taken = self.caught(item, place, context)
                    handling = taken if taken.lost or taken.ends is Ends.EXITING else handling
                if index < len(condition) - 1:
                    handling = Handling(lost="another command of the condition decides")
                inner = replace(self.handled(context, handling, rules.CONDITION), armed=False)
                self.pipeline(replace(pipeline, negated=False), replace(inner, tail=inner.loss is None))

    def loop(self, condition: Script, kind: Kind, context: _Context) -> None:
        """Go through what a loop asks: one that goes on until the gate passes loses nothing."""
        for item in condition:
            for pipeline in item.pipelines:
                repeated = pipeline.negated is (kind is Kind.WHILE)
                how = f"the `{kind.value}` loop goes on without it"
                handling = Handling(ends=Ends.EXITING) if repeated else Handling(lost=how)
                inner = replace(self.handled(context, handling, rules.CONDITION), armed=False)
                self.pipeline(replace(pipeline, negated=False), replace(inner, tail=inner.loss is None))

    def simple(self, command: Simple, context: _Context) -> None:
        """Note one command, and go into the scripts that it holds."""
        words = tuple(each.text for each in command.words)
        lost = replace(context, loss=context.loss or _SUBSTITUTED)
        self.substitutions(command.assignments, lost if words else context)
        self.substitutions(command.words, lost)
        self.substitutions(command.redirections, lost)
        if not words or not words[0]:
            return
        self.settings(words)
        inner = unwrap(words)
        loss = context.cut if words[0] == "exec" and len(words) > 1 else context.loss
        loss = loss or self.trapped
        if inner.dropped and loss is None:
            loss = Loss(rule=rules.SUBSTITUTION, how="`find -exec … \\;` does not pass its status on")
        own = tuple(each.text for each in command.assignments) + inner.assignments
        start = command.start if self.at is None else self.at
        self.note(Ran(start=start, words=inner.words, assignments=own, loss=loss, handed=context.handed))
        if context.depth < _DEEPEST:
            deeper = replace(context, depth=context.depth + 1, loss=loss)
            if inner.script is not None:
                self.given(inner.script, inner.options, start, _apart(replace(deeper, armed=True, later=())))
            elif words[0] in self.functions:
                body = self.functions[words[0]]
                tail = context.tail if _disarms(body) else loss is None
                self.script(body, replace(deeper, tail=tail, function=True))

    def note(self, ran: Ran) -> None:
        if len(self.found) >= _MOST:
            raise NotRead(f"it runs more than {_MOST:,} commands")
        self.found.append(ran)

    def given(self, text: str, options: str, start: int, context: _Context) -> None:
        """Go through a script that is an argument; all of it is on that command's line."""
        letters = options.split(" ", maxsplit=1)[0]
        flags = "".join(options.split())
        inner = _Walk(
            text=text,
            errexit="e" in letters or "errexit" in flags,
            pipefail="pipefail" in flags,
            found=self.found,
            trapped=self.trapped,
            at=start,
        )
        inner.script(parse(text), context)

    def substitutions(self, words: Iterable[Word], context: _Context) -> None:
        """Go through `$(…)`, whose status counts where it is all that an assignment does, and `<(…)`, where never."""
        before = self.errexit, self.pipefail
        for word in words:
            for each in word.substitutions:
                self.errexit = False
                self.script(each, _apart(replace(context, armed=False)))
            for each in word.processes:
                self.script(each, _apart(replace(context, loss=context.loss or _SUBSTITUTED)))
            self.errexit, self.pipefail = before

    def settings(self, words: tuple[str, ...]) -> None:
        """Follow `set` and `trap`."""
        if words[0] == "trap" and len(words) > 2 and "exit 0" in words[1]:
            if {"EXIT", "ERR", "0"} & set(words[2:]):
                self.trapped = Loss(rule=rules.STATUS_OVERWRITTEN, how="a trap ends the script with 0")
            return
        if words[0] != "set":
            return
        for index, word in enumerate(words[1:], start=1):
            on = word.startswith("-")
            if word == "--":
                return
            if word[:1] not in {"-", "+"}:
                continue
            if "e" in word[1:] or (word[1:].endswith("o") and words[index + 1 : index + 2] == ("errexit",)):
                self.errexit, self.disarmed = on, not on
            if word[1:].endswith("o") and words[index + 1 : index + 2] == ("pipefail",):
                self.pipefail = on


def _apart(context: _Context) -> _Context:
    """Go into a shell of its own: its end is not the script's."""
    return replace(context, tail=context.loss is None, cut=context.loss)


_PIPED = Loss(rule=rules.PIPE, how="the pipe's last command decides, and pipefail is off")
_SUBSTITUTED = Loss(rule=rules.SUBSTITUTION, how="it runs within another command, whose status counts instead")


def _leaves(item: AndOr) -> bool:
    """Does the script end here, whatever happens?"""
    if item.operators or item.background or len(item.pipelines[0].commands) > 1:
        return False
    command = item.pipelines[0].commands[0]
    if not isinstance(command, Simple) or not command.words:
        return False
    words = [each.text for each in command.words]
    return words[0] in {"exit", "return"} or (words[0] == "exec" and len(words) > 1)


def _disarms(script: Script) -> bool:
    """Does a function switch errexit off, also for whoever calls it?"""
    commands = [each for item in script for pipeline in item.pipelines for each in pipeline.commands]
    return any(
        any(map(_disarms, each.bodies))
        if isinstance(each, Compound)
        else [word.text for word in each.words[:2]] == ["set", "+e"]
        for each in commands
    )


def _waits(item: AndOr) -> bool:
    """Is a job waited for by its name, so that its status is seen?"""
    return any(
        isinstance(command, Simple) and len(command.words) > 1 and command.words[0].text == "wait"
        for pipeline in item.pipelines
        for command in pipeline.commands
    )
