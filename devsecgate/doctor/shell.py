"""The text of a shell script in, its commands out; whatever is not understood for certain raises NotRead.

The grammar is POSIX's, with what bash adds in CI: `[[ ]]`, `(( ))`, `$'…'`, arrays, here-strings, process
substitution, `function`. There is no well-kept Python library for it under a licence that this project can use, and
`shlex` drops what is needed: where a word was, and whether a `|` was quoted.
"""

from __future__ import annotations

import re

import msgspec

from devsecgate.doctor.records import NotRead
from devsecgate.doctor.shell_records import AndOr, Command, Compound, Kind, Pipeline, Script, Simple, Word
from devsecgate.doctor.shell_words import Words

_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*(?:\[[^]]*\])?\+?=")
_NAME = re.compile(r"[A-Za-z_][\w:.-]*")
_FUNCTION = re.compile(r"([A-Za-z_][\w:.-]*)[ \t]*\([ \t]*\)")
_CLOSERS = frozenset({"then", "do", "done", "elif", "else", "fi", "esac", "}"})
_DEEPEST = 40


def parse(text: str) -> Script:
    """Parse a whole script; offsets are into the text. Raises NotRead, whose line is the text's own."""
    parser = _Parser(words=Words(text=text))
    try:
        return parser.whole()
    except NotRead as error:
        raise NotRead(error.why, text.count("\n", 0, parser.words.position) + 1) from None


class _Parser(msgspec.Struct, kw_only=True):
    words: Words
    depth: int = 0

    def __post_init__(self) -> None:
        self.words.nested = self.nested

    def whole(self) -> Script:
        """Parse all of the text."""
        found = self.script(frozenset(), 0)
        if not self.words.at_end():
            raise NotRead(f"unexpected {self.words.text[self.words.position]!r}")
        return found

    def nested(self) -> Script:
        """Parse what stands in `$( … )` or in `( … )`, and go beyond the closing parenthesis."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise NotRead("nested too deeply")
        found = self.script(frozenset({")"}), 0)
        self.words.expect(")")
        self.depth -= 1
        return found

    def script(self, until: frozenset[str], least: int) -> Script:
        """Parse and-or lists up to a closing word, which is left; there must be at least `least`."""
        found: list[AndOr] = []
        while not self.at_end(until):
            found.append(self.and_or())
        if len(found) < least:
            raise NotRead("a command is missing")
        return tuple(found)

    def at_end(self, until: frozenset[str]) -> bool:
        words = self.words
        words.skip(newlines=True)
        if words.at_end():
            if until:
                raise NotRead(f"{' or '.join(sorted(until))} is missing")
            return True
        return (")" in until and words.at(")")) or (";;" in until and words.at_any(";;", ";&")) or self.closes(until)

    def closes(self, until: frozenset[str]) -> bool:
        bare = self.words.peek_bare()
        if bare in _CLOSERS and bare not in until:
            raise NotRead(f"unexpected {bare}")
        return bare in _CLOSERS

    def and_or(self) -> AndOr:
        words = self.words
        start = words.position
        pipelines, operators = [self.pipeline()], []
        while (operator := words.take("&&", "||")) is not None:
            operators.append(operator)
            words.skip(newlines=True)
            pipelines.append(self.pipeline())
        end = words.position
        background = False
        if not words.at_any(";;", ";&"):
            separator = words.take(";", "&", "\n")
            background = separator == "&"
            closed = words.at_end() or words.at(")") or words.peek_bare() in _CLOSERS
            if separator is None and not closed:
                raise NotRead("two commands without anything between them")
        return AndOr(
            start=start, end=end, pipelines=tuple(pipelines), operators=tuple(operators), background=background
        )

    def pipeline(self) -> Pipeline:
        words = self.words
        start = words.position
        negated = False
        while words.peek_bare() == "!":
            words.word()
            words.skip(newlines=False)
            negated = not negated
        commands = [self.command()]
        while words.take("|&", "|", unless=("||",)) is not None:
            words.skip(newlines=True)
            commands.append(self.command())
        return Pipeline(start=start, end=words.position, negated=negated, commands=tuple(commands))

    def command(self) -> Command:
        words = self.words
        self.depth += 1
        if self.depth > _DEEPEST:
            raise NotRead("nested too deeply")
        start = words.position
        if words.at("(("):
            words.arithmetic()
            found: Command = Simple(start=start, end=words.position, assignments=(), words=_LET, redirections=())
        elif words.take("(") is not None:
            found = Compound(kind=Kind.SUBSHELL, start=start, end=words.position, bodies=(self.nested(),))
        else:
            bare = words.peek_bare()
            function = _FUNCTION.match(words.text, words.position)
            if bare in _COMPOUNDS:
                words.word()
                found = _COMPOUNDS[bare](self, start)
            elif function is not None:
                words.position = function.end()
                found = self.function(function[1], start)
            else:
                found = self.simple()
        if isinstance(found, Compound):
            found = self.redirected(found)
        self.depth -= 1
        return found

    def redirected(self, found: Compound) -> Compound:
        """Read the redirections behind a compound command."""
        from msgspec.structs import replace

        files = []
        self.words.skip(newlines=False)
        while self.words.at_redirection():
            files.append(self.words.redirection())
            self.words.skip(newlines=False)
        return replace(found, redirections=tuple(files), end=self.words.position) if files else found

    def simple(self) -> Simple:
        words = self.words
        start = words.position
        assignments: list[Word] = []
        found: list[Word] = []
        files: list[Word] = []
        while True:
            words.skip(newlines=False)
            if words.at_redirection():
                files.append(words.redirection())
                continue
            if words.at_end() or words.at_operator():
                break
            assignment = _ASSIGNMENT.match(words.text, words.position)
            word = words.word(array=assignment is not None)
            if assignment and not found:
                assignments.append(word)
            else:
                found.append(word)
                if len(found) == 1 and word.bare and word.text == "[[":
                    words.conditional()
        if not found and not assignments and not files:
            raise NotRead("a command is missing")
        end = words.last
        return Simple(
            start=start, end=end, assignments=tuple(assignments), words=tuple(found), redirections=tuple(files)
        )

    def keyword(self, *names: str) -> str:
        """Read one of these reserved words."""
        self.words.skip(newlines=True)
        found = self.words.peek_bare()
        if found not in names:
            raise NotRead(f"{' or '.join(names)} is missing")
        self.words.word()
        return found

    def group(self, start: int) -> Compound:
        body = self.script(frozenset({"}"}), 1)
        self.keyword("}")
        return Compound(kind=Kind.GROUP, start=start, end=self.words.position, bodies=(body,))

    def condition(self, start: int) -> Compound:
        conditions = [self.script(frozenset({"then"}), 1)]
        bodies = []
        self.keyword("then")
        while True:
            bodies.append(self.script(frozenset({"elif", "else", "fi"}), 1))
            word = self.keyword("elif", "else", "fi")
            if word == "elif":
                conditions.append(self.script(frozenset({"then"}), 1))
                self.keyword("then")
                continue
            if word == "else":
                bodies.append(self.script(frozenset({"fi"}), 1))
                self.keyword("fi")
            return Compound(
                kind=Kind.IF,
                start=start,
                end=self.words.position,
                conditions=tuple(conditions),
                bodies=tuple(bodies),
            )

    def body(self) -> Script:
        self.keyword("do")
        found = self.script(frozenset({"done"}), 1)
        self.keyword("done")
        return found

    def loop_while(self, start: int) -> Compound:
        return self.loop(Kind.WHILE, start)

    def loop_until(self, start: int) -> Compound:
        return self.loop(Kind.UNTIL, start)

    def loop(self, kind: Kind, start: int) -> Compound:
        condition = self.script(frozenset({"do"}), 1)
        return Compound(kind=kind, start=start, conditions=(condition,), bodies=(self.body(),), end=self.words.position)

    def loop_for(self, start: int) -> Compound:
        words = self.words
        found: list[Word] = []
        words.skip(newlines=False)
        if words.at("(("):
            words.arithmetic()
        else:
            words.word()
            words.skip(newlines=True)
            if words.peek_bare() == "in":
                words.word()
                words.skip(newlines=False)
                while not words.at_end() and not words.at_operator():
                    found.append(words.word())
                    words.skip(newlines=False)
        words.take(";")
        return Compound(kind=Kind.FOR, start=start, words=tuple(found), bodies=(self.body(),), end=self.words.position)

    def case(self, start: int) -> Compound:
        words = self.words
        words.skip(newlines=False)
        subject = words.word()
        self.keyword("in")
        bodies = []
        words.skip(newlines=True)
        while words.peek_bare() != "esac":
            words.take("(")
            words.word()
            while words.take("|") is not None:
                words.word()
            words.skip(newlines=False)
            words.expect(")")
            bodies.append(self.script(frozenset({";;", "esac"}), 0))
            words.take(";;&", ";;", ";&")
            words.skip(newlines=True)
            if words.at_end():
                raise NotRead("esac is missing")
        words.word()
        return Compound(kind=Kind.CASE, start=start, words=(subject,), bodies=tuple(bodies), end=words.position)

    def named(self, start: int) -> Compound:
        words = self.words
        words.skip(newlines=False)
        name = _NAME.match(words.text, words.position)
        if name is None:
            raise NotRead("a function's name is missing")
        words.position = name.end()
        words.skip(newlines=False)
        if words.take("(") is not None:
            words.skip(newlines=False)
            words.expect(")")
        return self.function(name.group(), start)

    def function(self, name: str, start: int) -> Compound:
        self.words.skip(newlines=True)
        body = self.command()
        if not isinstance(body, Compound):
            raise NotRead("a function's body is missing")
        whole = Pipeline(start=body.start, end=body.end, negated=False, commands=(body,))
        script = (AndOr(start=body.start, end=body.end, pipelines=(whole,), operators=(), background=False),)
        return Compound(kind=Kind.FUNCTION, start=start, end=self.words.position, name=name, bodies=(script,))


_LET = (Word(text="((", bare=True),)
_COMPOUNDS = {
    "{": _Parser.group,
    "if": _Parser.condition,
    "while": _Parser.loop_while,
    "until": _Parser.loop_until,
    "for": _Parser.loop_for,
    "select": _Parser.loop_for,
    "case": _Parser.case,
    "function": _Parser.named,
}
