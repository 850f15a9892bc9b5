"""The text of a shell script in, one word, operator or redirection after the other out, with its place."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from devsecgate.doctor.records import NotRead
from devsecgate.doctor.shell_records import Script, Word

_BLANK = re.compile(r"(?:[ \t]|\\\r?\n)+")
_COMMENT = re.compile(r"#[^\n]*")
_PLAIN = re.compile(r"[^\s;&|()<>\\'\"$`]+")
_BARE = re.compile(r"(?:[a-z]+|[{}!])(?=[\s;&|()<>]|$)")
_OPERATOR = re.compile(r"[;&|()\n<>]")
_REDIRECTION = re.compile(r"(?:\d+|\{\w+\})?(&>>|&>|<<<|<<-|<<|<&|<>|>>|>&|>\||[<>](?!\())")
_DELIMITER = re.compile(r"""[ \t]*((?:'[^'\n]*'|"[^"\n]*"|\\.|[^\s;&|()<>'"\\])+)""")
_MOST_BACKQUOTED = 100
_ESCAPED = re.compile(r"""\\([$`"\\])""")


def _unset() -> Script:
    raise NotRead("a script within a script")


class Words(msgspec.Struct, kw_only=True):
    """A place in a text that moves on; `nested` parses what stands in parentheses, and is set by the parser."""

    text: str
    position: int = 0
    last: int = 0
    """Where the last word ended."""
    nested: Callable[[], Script] = _unset
    backquoted: int = 0
    """How many backquoted scripts there were."""
    pending: list[tuple[str, bool]] = msgspec.field(default_factory=list)
    """Here-documents whose text begins on the next line: the delimiter, and whether tabs before it are dropped."""

    def at_end(self) -> bool:
        """Is there nothing left?"""
        return self.position >= len(self.text)

    def at(self, what: str) -> bool:
        """Does this text stand here?"""
        return self.text.startswith(what, self.position)

    def at_any(self, *what: str) -> bool:
        """Does one of these texts stand here?"""
        return self.text.startswith(what, self.position)

    def at_operator(self) -> bool:
        """Does something stand here that ends a simple command?"""
        return _OPERATOR.match(self.text, self.position) is not None and not self.at_any("<(", ">(")

    def at_redirection(self) -> bool:
        """Does a redirection begin here?"""
        return _REDIRECTION.match(self.text, self.position) is not None

    def expect(self, what: str) -> None:
        """Go beyond what has to stand here."""
        if not self.at(what):
            raise NotRead(f"{what} is missing")
        self.position += len(what)

    def take(self, *what: str, unless: tuple[str, ...] = ()) -> str | None:
        """Go beyond the first of these operators that stands here, blanks before it too."""
        self.skip(newlines=False)
        if unless and self.at_any(*unless):
            return None
        found = next((each for each in what if self.at(each)), None)
        if found is not None:
            self.position += len(found)
            if found == "\n":
                self.documents()
        return found

    def skip(self, *, newlines: bool) -> None:
        """Go beyond blanks, comments and, where asked, line ends and the here-documents behind them."""
        while not self.at_end():
            blank = _BLANK.match(self.text, self.position)
            if blank is not None:
                self.position = blank.end()
            elif self.at("#"):
                comment = _COMMENT.match(self.text, self.position)
                self.position = comment.end() if comment else self.position
            elif self.at("\n") and newlines:
                self.position += 1
                self.documents()
            else:
                return

    def documents(self) -> None:
        """Go beyond the here-documents that begin on this line."""
        for delimiter, dedent in self.pending:
            while True:
                if self.at_end():
                    raise NotRead(f"the here-document's end {delimiter} is missing")
                end = self.text.find("\n", self.position)
                line = self.text[self.position : end if end >= 0 else len(self.text)]
                self.position = end + 1 if end >= 0 else len(self.text)
                if (line.lstrip("\t") if dedent else line).rstrip("\r") == delimiter:
                    break
        self.pending.clear()

    def peek_bare(self) -> str:
        """Give the unquoted word here that may be a reserved one; empty where there is none."""
        found = _BARE.match(self.text, self.position)
        return found.group() if found else ""

    def redirection(self) -> Word:
        """Read a redirection, and give its file or its here-document's delimiter."""
        found = _REDIRECTION.match(self.text, self.position)
        if found is None:
            raise NotRead("a redirection is missing")
        self.position = found.end()
        if found[1] in {"<<", "<<-"}:
            delimiter = _DELIMITER.match(self.text, self.position)
            if delimiter is None:
                raise NotRead("a here-document's end is not named")
            self.position = self.last = delimiter.end()
            name = re.sub(r"""['"\\]""", "", delimiter[1])
            self.pending.append((name, found[1] == "<<-"))
            return Word(text="", bare=False)
        self.skip(newlines=False)
        return self.word()

    def word(self, *, array: bool = False) -> Word:
        """Read one word; one that is an assignment may be followed by an array in parentheses."""
        self.skip(newlines=False)
        reader = _Word(words=self)
        start = self.position
        while not self.at_end():
            plain = _PLAIN.match(self.text, self.position)
            if plain is not None:
                reader.add(plain.group())
                self.position = plain.end()
            elif array and self.at("(") and self.text[self.position - 1] == "=":
                self.position += 1
                reader.array()
            elif not reader.special():
                break
        if self.position == start:
            raise NotRead("a word is missing")
        self.last = self.position
        return reader.word()

    def arithmetic(self) -> None:
        """Go beyond `(( … ))`."""
        self.position = self.last = _balanced(self.text, self.position, "(", ")")

    def conditional(self) -> None:
        """Go beyond the rest of `[[ … ]]`, whose operators are its own."""
        while True:
            self.skip(newlines=True)
            if self.at_end():
                raise NotRead("]] is missing")
            if self.at_any("&&", "||", "(", ")", "<", ">", "|", "&", ";"):
                self.position += 1
            elif (word := self.word()).bare and word.text == "]]":
                return


class _Word(msgspec.Struct, kw_only=True):
    """One word while it is being read."""

    words: Words
    parts: list[str] = msgspec.field(default_factory=list)
    bare: bool = True
    substitutions: list[Script] = msgspec.field(default_factory=list)
    processes: list[Script] = msgspec.field(default_factory=list)

    def add(self, text: str) -> None:
        self.parts.append(text)

    def word(self) -> Word:
        return Word(
            text="".join(self.parts),
            bare=self.bare,
            substitutions=tuple(self.substitutions),
            processes=tuple(self.processes),
        )

    def special(self) -> bool:
        """Read a quote, an escape or a `$`; False: the word ends here."""
        words = self.words
        if words.at("'"):
            self.single(1)
        elif words.at('"'):
            self.double(1)
        elif words.at("$'"):
            self.ansi()
        elif words.at('$"'):
            self.double(2)
        elif words.at_any("\\\n", "\\\r\n"):
            words.position = words.text.index("\n", words.position) + 1
        elif words.at("\\"):
            self.bare = False
            self.add(words.text[words.position + 1 : words.position + 2])
            words.position += 2
        elif words.at_any("<(", ">("):
            words.position += 2
            self.processes.append(words.nested())
        elif words.at("$"):
            self.dollar()
        elif words.at("`"):
            self.backquotes()
        else:
            return False
        return True

    def single(self, skipped: int) -> None:
        words = self.words
        end = words.text.find("'", words.position + skipped)
        if end < 0:
            raise NotRead("a quote is not closed")
        self.add(words.text[words.position + skipped : end])
        self.bare = False
        words.position = end + 1

    def ansi(self) -> None:
        words = self.words
        found = re.compile(r"\$'((?:[^'\\]|\\.)*)'", re.DOTALL).match(words.text, words.position)
        if found is None:
            raise NotRead("a quote is not closed")
        self.add(found[1])
        self.bare = False
        words.position = found.end()

    def double(self, skipped: int) -> None:
        words = self.words
        self.bare = False
        words.position += skipped
        while not words.at('"'):
            if words.at_end():
                raise NotRead("a quote is not closed")
            if words.at("$"):
                self.dollar()
            elif words.at("`"):
                self.backquotes()
            elif words.at("\\"):
                pair = words.text[words.position : words.position + 2]
                self.add("" if pair == "\\\n" else _ESCAPED.sub(r"\1", pair))
                words.position += 2
            else:
                self.add(words.text[words.position])
                words.position += 1
        words.position += 1

    def dollar(self) -> None:
        words = self.words
        start = words.position
        self.bare = False
        if words.at("$(("):
            words.position = _balanced(words.text, start + 1, "(", ")")
        elif words.at("$("):
            words.position += 2
            self.substitutions.append(words.nested())
        elif words.at("${"):
            words.position = _balanced(words.text, start + 1, "{", "}")
        else:
            words.position += 1
        self.add(words.text[start : words.position])

    def backquotes(self) -> None:
        from devsecgate.doctor.shell import parse

        words = self.words
        found = re.compile(r"`((?:[^`\\]|\\.)*)`", re.DOTALL).match(words.text, words.position)
        if found is None:
            raise NotRead("a quote is not closed")
        words.backquoted += 1
        if words.backquoted > _MOST_BACKQUOTED:
            raise NotRead("more backquotes than a person writes")
        # Blanks in place of what stands before keep the offsets true.
        inner = " " * (found.start() + 1) + re.sub(r"\\([`\\$])", r" \1", found[1])
        self.substitutions.append(parse(inner))
        self.bare = False
        self.add(found.group())
        words.position = found.end()

    def array(self) -> None:
        words = self.words
        self.bare = False
        while True:
            words.skip(newlines=True)
            if words.at_end():
                raise NotRead(") is missing")
            if words.at(")"):
                words.position += 1
                return
            inner = words.word()
            self.add(f" {inner.text}")
            self.substitutions += inner.substitutions


def _balanced(text: str, start: int, opening: str, closing: str) -> int:
    """Return the place behind the bracket that closes the one at start; escaped ones do not count."""
    depth = 0
    place = start
    while place < len(text):
        character = text[place]
        if character == "\\":
            place += 1
        elif character == opening:
            depth += 1
        elif character == closing:
            depth -= 1
            if depth == 0:
                return place + 1
        place += 1
    raise NotRead(f"{closing} is missing")
