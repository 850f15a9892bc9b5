"""Bytes of a manifest in, its text out, and back: what is not changed stays byte for byte."""

from __future__ import annotations

import codecs
import re

import msgspec

from devsecgate.fix.records import Unchangeable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ENDS = re.compile(r"\r\n|\r|\n")
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One file's text, and how it is written."""

    content: bytes
    text: str
    """With its ends of lines as they are."""
    mark: bytes
    encoding: str

    def encode(self, text: str) -> bytes:
        """Write a text as this one was."""
        return self.mark + text.encode(self.encoding)


def decode(content: bytes) -> Source:
    """Read a file as manifests are read; raises Unchangeable where it would not be the same when written again."""
    mark, encoding = next(((mark, name) for mark, name in _MARKS if content.startswith(mark)), (b"", "utf-8"))
    try:
        text = content[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        raise Unchangeable("is not UTF-8; save it as UTF-8") from error
    found = Source(content=content, text=text, mark=mark, encoding=encoding)
    if found.encode(text) != content or "\0" in text:
        raise Unchangeable("is not text; correct it")
    return found


def lines(text: str) -> list[str]:
    """Divide a text into lines, as editors do, each with its end."""
    return _LINES.findall(text)


def line_of(text: str, offset: int) -> int:
    """Give the number of the line that an offset is on, as editors number them."""
    return len(_ENDS.findall(text, 0, offset)) + 1
