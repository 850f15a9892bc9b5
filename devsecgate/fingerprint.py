"""A problem's place in code goes in; an identity without line numbers comes out.

The identity is a SHA-256 over the kind, the family of weakness, the path, the statement with all that a
formatter may change taken out, and an index among equals in file order. So inserting lines, reformatting
or moving a function keeps it; a copy is new; and any change of the statement itself is a new problem,
which is what a waiver needs. Renaming the file changes it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import msgspec

from devsecgate.statements import Token

VERSION = "devsecgate/1"
"""Part of every identity: another way of normalising is another version."""

_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")
_AUGMENTED = frozenset(["+=", "-=", "*=", "/=", "//=", "%=", "@=", "&=", "|=", "^=", ">>=", "<<=", "**="])
_STARTERS = frozenset(["return", "in", "if", "elif", "while", "for", "assert", "del", "with", "yield", "from"])
_STARTERS |= frozenset(["import", "raise", "except", "case", "match", "else"])
_OPENS_SLOT = frozenset(["", "(", "[", "{", ",", ":", "=", ":=", "->"]) | _AUGMENTED | _STARTERS
_CLOSES_SLOT = frozenset(["", ")", "]", "}", ",", ":", "=", "if", "else", "for", "in", "as", "from"])
_KEYWORDS = _STARTERS | frozenset(["not", "and", "or", "is", "lambda", "await"])
_TAKES_TUPLE = _AUGMENTED | {"=", "return", "yield", "in", "del", "with", "import", "except", "case", "match"}
"""What a tuple may follow without its parentheses, and mean the same; after `assert`, `else` or `:` it would not."""
_BINDING = frozenset(["for", "yield", ":=", "lambda", "if"])
"""What binds less than the neighbours of a slot: such contents keep their parentheses, `if` and `:=` in places."""
_PREFIX = re.compile(r"[A-Za-z]*")
_ESCAPE = re.compile(r"\\(?:([\"'])|(x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8})|(N\{[^}]*\})|([\s\S]))")
_FIELD = re.compile(r"\{[^{}]*\}")
_SPACES = re.compile(r"\s+")


def identity(parts: Sequence[str], index: int) -> str:
    """Hash the parts of an identity and the index among equals: 32 lower-case hex digits."""
    digest = hashlib.sha256()
    for part in (VERSION, *parts, str(index)):
        data = part.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(data) + data)
    return digest.hexdigest()[:32]


def code_of_line(text: str) -> str:
    """Normalise a line of a language that is not parsed: runs of white space are one space."""
    return _SPACES.sub(" ", text).strip()


def code_of_tokens(tokens: Sequence[Token]) -> str:
    """Write a Python statement as every formatter's version of it is written.

    Gone are comments, white space and line joins (the tokens have none), a comma behind the last
    element, parentheses around a whole slot (the right side of an assignment, an argument, an element),
    the style of quotes, the case of prefixes and numbers, and the seams of joined strings.
    """
    words = _join_strings(tokens)
    if len(words) == 1:
        return code_of_line(words[0])
    return " ".join(_without_decoration(words))


def _join_strings(tokens: Sequence[Token]) -> list[str]:
    """Normalise each token; adjacent strings become one."""
    words: list[str] = []
    strings: list[tuple[str, str]] = []
    for kind, text, _ in tokens:
        if kind in {"string", "fstring"}:
            strings.append(_string(text))
            continue
        words.extend(_joined(strings))
        strings.clear()
        words.append(_number(text) if kind == "number" else text)
    words.extend(_joined(strings))
    return words


def _number(text: str) -> str:
    text = text.lower().replace("e+", "e")
    text = f"0{text}" if text[0] == "." else text
    return f"{text}0" if text[-1] == "." else text


def _joined(strings: Sequence[tuple[str, str]]) -> list[str]:
    """Write adjacent strings as one, with a prefix that no operator has; raw ones stay as they are."""
    if not strings:
        return []
    prefix = "".join(sorted({letter for letters, _ in strings for letter in letters}))
    formatted = "f" in prefix or "t" in prefix
    contents = (
        content if not formatted or {"f", "t"} & set(letters) else content.replace("{", "{{").replace("}", "}}")
        for letters, content in strings
    )
    return [f"{prefix}'{''.join(contents)}'"]


def _string(text: str) -> tuple[str, str]:
    """Part a string literal into its lower-case prefix (without `u`) and its contents, quotes unescaped."""
    match = _PREFIX.match(text)
    prefix = match[0].lower() if match else ""
    body = text[len(prefix) :]
    width = 3 if body[:3] in {'"""', "'''"} else 1
    body = body[width : len(body) - width] if len(body) >= 2 * width else body[width:]
    body = body.replace("\r\n", "\n").replace("\r", "\n")
    if "r" not in prefix:
        body = _ESCAPE.sub(_escape, body)
    if "f" in prefix or "t" in prefix:
        body = _FIELD.sub(lambda field: _SPACES.sub("", field[0]), body.replace('"', "'"))
    return prefix.replace("u", ""), body


def _escape(match: re.Match[str]) -> str:
    quote, number, name, _ = match.groups()
    if quote:
        return str(quote)
    if number:
        return "\\" + str(number)[0] + str(number)[1:].lower()
    return match[0].upper() if name else match[0]


class _Bracket(msgspec.Struct, kw_only=True):
    """One bracket that is open while a statement is read."""

    at: int
    before: str
    """The word in front of it."""
    last: str = ""
    """The last word directly inside of it, so far."""
    commas: int = 0
    words: set[str] = msgspec.field(default_factory=set)
    """Those of `_BINDING` that stand directly inside of it."""
    plain: bool = True
    """Are there only names, dots, calls and subscripts inside of it?"""


def _without_decoration(words: Sequence[str]) -> list[str]:
    """Drop parentheses around a whole slot, the empty ones of a class, and last commas."""
    gone: set[int] = set()
    opened: list[_Bracket] = []
    outside = _Bracket(at=-1, before="")
    for at, word in enumerate(words):
        inner = opened[-1] if opened else outside
        if word in _OPEN:
            opened.append(_Bracket(at=at, before=inner.last or (words[inner.at] if opened else "")))
        elif word in _CLOSE and opened:
            inner = opened.pop()
            after = words[at + 1] if at + 1 < len(words) else ""
            if words[at - 1] == "," and not (inner.commas == 1 and _is_grouping(words, inner)):
                gone.add(at - 1)
            if _is_decoration(words, inner, after, outermost=not opened) or _is_empty_class(words, inner, at):
                gone |= {inner.at, at}
            (opened[-1] if opened else outside).last = word
        else:
            inner.last = word
            inner.commas += word == ","
            inner.words |= {word} & _BINDING
            inner.plain &= word == "." or (word.isidentifier() and word not in _KEYWORDS)
    return [word for at, word in enumerate(words) if at not in gone]


def _is_grouping(words: Sequence[str], inner: _Bracket) -> bool:
    """Tell a parenthesis that groups from one that calls."""
    calls = inner.before in _CLOSE or inner.before[-1:] == "'" or inner.before.isidentifier()
    return words[inner.at] == "(" and (not calls or inner.before in _KEYWORDS - {"import"})


def _is_decoration(words: Sequence[str], inner: _Bracket, after: str, *, outermost: bool) -> bool:
    """Tell whether a pair of parentheses holds a whole slot, so that nothing changes without it."""
    if words[inner.at] != "(" or not inner.last:
        return False
    if inner.before == "await":
        return inner.plain
    if inner.before not in _OPENS_SLOT or after not in _CLOSES_SLOT or inner.words - {"if", ":="}:
        return False
    if inner.before == "in" and not (outermost and words[0] in {"for", "async"}):
        return False
    if inner.commas:
        return _is_tuple_decoration(inner, after, outermost=outermost)
    place = inner.before, after
    ends = after in {"", ",", ")", "]", "}"} or place == ("in", ":")
    condition = place in {("if", ":"), ("elif", ":"), ("while", ":")}
    return ("if" not in inner.words or ends) and (":=" not in inner.words or condition)


def _is_tuple_decoration(inner: _Bracket, after: str, *, outermost: bool) -> bool:
    """Tell whether the parentheses around a tuple may be left out where they stand."""
    if ":=" in inner.words:
        return False
    if inner.before == "for":
        return after == "in"
    if inner.before == "":
        return outermost and after == "="
    return outermost and inner.before in _TAKES_TUPLE and after in {"", ":", "=", "in"}


def _is_empty_class(words: Sequence[str], inner: _Bracket, closing: int) -> bool:
    return closing == inner.at + 1 and inner.at == 2 and words[0] == "class"
