"""Text from outside in, text that cannot act on a terminal, a log, or a page out.

Scanned files, file names and tools decide what a report quotes. Whatever they wrote, it is shown, and
shown as what it is: control characters, bidirectional marks and other invisible ones become escapes.
"""

from __future__ import annotations

import json
import re

import msgspec

_LEGACY_COMMAND = re.compile(r"##(?=\w*\[)")
_COMMAND = re.compile(r"^((?:\s|\x1b\[[0-9;]*m)*):(?=:)", re.MULTILINE)
_UNSAFE_IN_JSON = re.compile(r"[^\x00-\x3b\x3d-\x7e]|(?<=#)#")
_LINE_END = re.compile(r"\r\n|\r|\n")


def printable(text: str) -> str:
    r"""Give the text on one line, with everything that is not printable as a visible escape.

    A newline becomes `\n`, an escape character `\x1b`, a right-to-left override `\u202e`, a lone
    surrogate `\ud800`. Printable is what `str.isprintable` says: letters of all scripts, no Cc, Cf,
    Cs, Co, Cn, Zl, Zp, and of the spaces only U+0020.
    """
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else _escape(character) for character in text)


def _escape(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


def lines(text: str) -> list[str]:
    """Split a file's text as scanners count its lines: at LF, CR and CRLF, and nowhere else."""
    return _LINE_END.split(text)


def one_line(text: str) -> str:
    """Give prose on one line: runs of white space become one space, and the rest is made printable."""
    return printable(" ".join(text.split()))


def shorten(text: str, limit: int) -> str:
    """Cut the text to at most `limit` characters; one that was cut ends in an ellipsis."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def code_line(text: str) -> str:
    """Give the first line of a snippet that holds something, without its indentation, made printable."""
    lines = [line for line in text.splitlines() if line.strip()]
    return printable(lines[0].strip().expandtabs(4)) if lines else ""


def workflow_command_safe(text: str) -> str:
    r"""Break every workflow command that a CI runner would obey on a job's output.

    GitHub's runner obeys `::name::` at the start of a line, white space (and here colour) ignored, and `##[name]`
    anywhere in it; Azure Pipelines and TeamCity have `##vso[` and `##teamcity[`. One character of
    each becomes an escape: `\x3a:error::`, `#\x23[error]`. All else, newlines too, is left alone.
    """
    return _COMMAND.sub(r"\1\\x3a", _LEGACY_COMMAND.sub(r"#\\x23", text))


def json_document(value: object) -> bytes:
    r"""Encode records as indented JSON in plain ASCII, ending in a newline.

    Whatever is not ASCII, and what could act where a report is pasted or printed (`<`, `##`, DEL),
    is written as a `\uXXXX` escape: nothing is lost, and a reader of JSON sees the original text.
    A lone surrogate, which is no text, becomes U+FFFD.
    """
    text = json.dumps(msgspec.to_builtins(value), ensure_ascii=False, allow_nan=False)
    return msgspec.json.format(_UNSAFE_IN_JSON.sub(_json_escape, text).encode("ascii"), indent=2) + b"\n"


def _json_escape(match: re.Match[str]) -> str:
    character = match.group()
    if "\ud800" <= character <= "\udfff":
        return "\\ufffd"
    units = character.encode("utf-16-be").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))
