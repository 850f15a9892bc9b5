"""The text of a file goes in; its statements and their tokens come out, whatever the code looks like.

A lexer of our own, because the standard one stops at the first error, knows only the syntax of the
interpreter that runs it, and takes ten times as long. It never fails: code that it cannot make sense of
is divided into lines.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise

import msgspec

Token = tuple[str, str, int]
"""(kind, text, offset); kind is one of `string`, `fstring`, `number`, `name`, `op`."""
Place = tuple[int, int | None]
"""(line, column), both 1-based; None: the first code of the line."""

_PLAIN = (
    r'"""(?:[^"\\]++|\\[\s\S]|"(?!""))*+"""'
    r"|'''(?:[^'\\]++|\\[\s\S]|'(?!''))*+'''"
    r'|"(?:[^"\\\r\n]++|\\(?:\r\n|[\s\S]))*+"'
    r"|'(?:[^'\\\r\n]++|\\(?:\r\n|[\s\S]))*+'"
)
_FORMATTED = r"(?<![^\W\d])(?:[fFtT][rR]?|[rR][fFtT])(?P<quote>\"\"\"|'''|\"|')"
_EVENT = re.compile(
    # What comes before the first telling character is passed over in one step.
    r"[^\"'#\[\](){}\\\r\n]*+(?:(?P<newline>\r\n|\r|\n)|(?P<open>[\[({])|(?P<close>[\])}])"
    r"|(?P<fstring>(?:(?<=[fFtT])|(?<=[fFtT][rR]))(?:\"\"\"|'''|\"|'))"
    rf"|(?P<skip>{_PLAIN}|\#[^\r\n]*|\\(?:\r\n|\r|\n)|[\"'\\]))"
)
_PLAIN_STRING = re.compile(_PLAIN)
_PREFIX_BEHIND = re.compile(r"(?<!\w)\w+\Z")
_TOKEN = re.compile(
    rf"(?P<fstring>{_FORMATTED})|(?P<string>(?:(?<![^\W\d])[rRbBuU]{{1,2}})?(?:{_PLAIN}))"
    r"|(?P<comment>\#[^\r\n]*)|(?P<space>\\(?:\r\n|\r|\n)|\s+)"
    r"|(?P<number>0[xXbBoO][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?[jJ]?)"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<op>:=|->|\*\*=?|//=?|<<=?|>>=?|[<>=!]=|[-+*/%&|^@]=|\.\.\.|[^\w\s])"
)
_NEWLINE = re.compile(r"\r\n|\r|\n")
_INSIDE_FIELD = re.compile(rf"(?P<fstring>{_FORMATTED})|(?P<skip>{_PLAIN})|(?P<open>[\[({{])|(?P<close>[\])}}])")
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")
_DECORATION = _OPEN | _CLOSE | {",", ":"}
_COMPOUND = frozenset(
    ["if", "elif", "else", "for", "while", "with", "try", "except", "finally", "def", "class", "async", "match", "case"]
)
_FORMATTED_PART = {
    quote: re.compile(r"\\(?:\r\n|[^{}])|\{\{|\{|" + quote + (r"|[\r\n]" if len(quote) == 1 else ""))
    for quote in ('"', "'", '"""', "'''")
}
_MAX_WORDS = 32
_MAX_NESTING = 8


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """One logical line, or a part of a very long one: the unit in which problems are told apart."""

    start: int
    """Offset of its first token in the text."""
    first_line: int
    """1-based."""
    last_line: int
    tokens: tuple[Token, ...]


def statements(text: str, places: Iterable[Place]) -> dict[Place, Statement]:
    """Find the statement at each place of one Python file; a place behind the end is in the last one.

    `a; b` are two statements and `if a: b` too, so that a formatter that puts them on lines of their own
    changes nothing. A dictionary or list of more than 32 words is divided into its elements, so that a
    table of 100 entries is not one place. A comment or a blank line is a statement without tokens.
    """
    lines = line_starts(text)
    starts = logical_lines(text, lines)
    known: dict[int, tuple[list[int], list[Statement]]] = {}
    answer: dict[Place, Statement] = {}
    for line, column in places:
        offset = _offset(text, lines, line, column)
        begin = bisect_right(starts, offset) - 1
        if begin not in known:
            stop = starts[begin + 1] if begin + 1 < len(starts) else len(text)
            known[begin] = _units(text, lines, starts[begin], stop)
        offsets, units = known[begin]
        answer[line, column] = units[max(bisect_right(offsets, offset) - 1, 0)]
    return answer


def _offset(text: str, lines: Sequence[int], line: int, column: int | None) -> int:
    number = min(max(line, 1), len(lines))
    begin = lines[number - 1]
    end = lines[number] if number < len(lines) else len(text)
    if column is not None:
        return max(min(begin + max(column, 1) - 1, end - 1), begin)
    return begin + len(text[begin:end]) - len(text[begin:end].lstrip())


def _units(text: str, lines: Sequence[int], start: int, stop: int) -> tuple[list[int], list[Statement]]:
    """Divide one logical line into units, each with the offset from which it counts."""
    leaves = [leaf for piece in divide(tokens(text, start, stop)) for leaf in _leaves(piece)]
    if not leaves:
        line = bisect_right(lines, start)
        return [start], [Statement(start=start, first_line=line, last_line=line, tokens=())]
    return [offset for offset, _ in leaves], [_statement(lines, piece) for _, piece in leaves]


def _statement(lines: Sequence[int], piece: tuple[Token, ...]) -> Statement:
    start, end = piece[0][2], piece[-1][2] + len(piece[-1][1]) - 1
    first, last = bisect_right(lines, start), bisect_right(lines, end)
    return Statement(start=start, first_line=first, last_line=last, tokens=piece)


def line_starts(text: str) -> tuple[int, ...]:
    """Offsets of the physical lines; line ends are those of Python: LF, CR LF and CR."""
    if "\r" in text:
        return (0, *(match.end() for match in _NEWLINE.finditer(text)))
    return (0, *accumulate(len(line) + 1 for line in text.split("\n")[:-1]))


def logical_lines(text: str, lines: Sequence[int]) -> tuple[int, ...]:
    """Offsets of the logical lines of Python code, found in one pass; blank lines and comments count.

    From a bracket that is never closed on, each physical line is a logical one.
    """
    starts = [0]
    depth = position = 0
    while match := _EVENT.match(text, position):
        position = match.end()
        kind = match.lastgroup
        if kind == "newline":
            if depth == 0:
                starts.append(position)
        elif kind == "open":
            depth += 1
        elif kind == "close":
            depth = max(0, depth - 1)
        elif kind == "fstring":
            end = _end_of_prefixed(text, position, match["fstring"])
            if end is None:
                depth = 1
                break
            position = end
    if depth:
        starts.extend(lines[bisect_right(lines, starts[-1]) :])
    return tuple(starts)


def _end_of_prefixed(text: str, position: int, quote: str) -> int | None:
    """Find the end of a string behind a letter that may be its prefix, or the end of a word (`if"a"`)."""
    begin = position - len(quote)
    word = _PREFIX_BEHIND.search(text, max(0, begin - 3), begin)
    if word is not None and len(word[0]) <= 2 and word[0].lower() in {"f", "t", "rf", "fr", "tr", "rt"}:
        return end_of_formatted(text, position, quote)
    plain = _PLAIN_STRING.match(text, begin)
    return plain.end() if plain else position


def tokens(text: str, start: int, stop: int) -> tuple[Token, ...]:
    """Cut a span of code into tokens, without comments and white space."""
    found: list[Token] = []
    position = start
    while position < stop and (match := _TOKEN.match(text, position, stop)):
        position = match.end()
        kind = match.lastgroup or ""
        if match["fstring"] is not None:
            kind, position = "fstring", min(end_of_formatted(text, position, match["quote"]) or stop, stop)
        if kind not in {"comment", "space"}:
            found.append((kind, text[match.start() : position], match.start()))
    return tuple(found)


def end_of_formatted(text: str, position: int, quote: str) -> int | None:
    """Find the end of an f-string or t-string whose contents begin at `position`; None: it has none.

    Knows replacement fields that hold the same quotes (Python 3.12). Never looks at a character twice.
    """
    stack = [quote]  # a quote: inside a string; an opening bracket: inside a replacement field
    while stack:
        inside_string = stack[-1] in _FORMATTED_PART
        pattern = _FORMATTED_PART[stack[-1]] if inside_string else _INSIDE_FIELD
        match = pattern.search(text, position)
        if match is None:
            return None
        part, position = match[0], match.end()
        if inside_string:
            if part == "{":
                stack.append(part)
            elif part == stack[-1] or part in {"\n", "\r"}:
                stack.pop()
        elif match["fstring"] is not None:
            stack.append(match["quote"])
        elif match["open"] is not None:
            stack.append(part)
        elif match["close"] is not None:
            stack.pop()
    return position - 1 if part in {"\n", "\r"} else position


def divide(found: tuple[Token, ...]) -> list[tuple[Token, ...]]:
    """Part a logical line at `;` and behind the colon of a compound statement's header."""
    pieces: list[tuple[Token, ...]] = []
    begin = depth = 0
    for index, (_, text, _) in enumerate(found):
        if text in _OPEN:
            depth += 1
        elif text in _CLOSE:
            depth -= 1
        elif depth == 0 and (text == ";" or (text == ":" and found[begin][1] in _COMPOUND)):
            pieces.append(found[begin : index if text == ";" else index + 1])
            begin = index + 1
    pieces.append(found[begin:])
    return [piece for piece in pieces if piece]


def _leaves(piece: tuple[Token, ...], nesting: int = 0) -> list[tuple[int, tuple[Token, ...]]]:
    """Divide a long statement into the elements of its displays (never of a call), as (offset, tokens).

    What stands before and behind the elements is the whole statement.
    """
    leaves = [(piece[0][2], piece)]
    if nesting == _MAX_NESTING or _words(piece) <= _MAX_WORDS:
        return leaves
    brackets = _brackets(piece)
    index = 0
    while index < len(piece):
        closing, commas = brackets.get(index, (index, 0))
        if closing == index or (piece[index][1] == "(" and not commas and not _is_call(piece, index)):
            index += 1  # no bracket, or one that groups and that a formatter may take away: what matters is in it
            continue
        if not _is_call(piece, index):
            parts = _parts(piece[index + 1 : closing])
            leaves.extend(leaf for part in parts for leaf in _leaves(part, nesting + 1))
            leaves.append((piece[closing][2], piece))
        index = closing
    return leaves


def _words(piece: tuple[Token, ...]) -> int:
    """Count what every formatter keeps: no brackets and no commas, and adjacent strings as one."""
    strings = [kind in {"string", "fstring"} for kind, _, _ in piece]
    joined = sum(both == (True, True) for both in pairwise(strings))
    return len(piece) - joined - sum(text in _DECORATION for _, text, _ in piece)


def _is_call(piece: tuple[Token, ...], opening: int) -> bool:
    before = piece[opening - 1] if opening else ("op", "", 0)
    keywords = {"return", "in", "yield", "not", "and", "or", "if", "else", "lambda", "assert", "del", "await", "import"}
    return before[1] in {")", "]"} or before[0] == "string" or (before[0] == "name" and before[1] not in keywords)


def _brackets(piece: tuple[Token, ...]) -> dict[int, tuple[int, int]]:
    """Give the index of each bracket's end, and the number of commas directly inside, by the index of its start."""
    found: dict[int, tuple[int, int]] = {}
    opened: list[int] = []
    commas: list[int] = []
    for index, (_, text, _) in enumerate(piece):
        if text in _OPEN:
            opened.append(index)
            commas.append(0)
        elif text in _CLOSE and opened:
            found[opened.pop()] = (index, commas.pop())
        elif text == "," and opened:
            commas[-1] += 1
    return found


def _parts(inside: tuple[Token, ...]) -> list[tuple[Token, ...]]:
    parts: list[tuple[Token, ...]] = []
    begin = depth = 0
    for index, (_, text, _) in enumerate(inside):
        if text in _OPEN:
            depth += 1
        elif text in _CLOSE:
            depth -= 1
        elif text == "," and depth == 0:
            parts.append(inside[begin:index])
            begin = index + 1
    parts.append(inside[begin:])
    return [part for part in parts if part]
