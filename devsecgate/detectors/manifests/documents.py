"""TOML or JSON text in; checked records out, and the lines at which their entries stand."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from devsecgate.detectors.manifests.reading import Unreadable
from devsecgate.model import GapReason

_Shape = TypeVar("_Shape")
_KEY = re.compile(r'"([^"\\]{1,214})"\s*:')
_WORD = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?", re.ASCII)
_PARTS = re.compile(r"(?:\.[ \t]*[^.=,\s]+[ \t]*)+")
_MOST_PARTS = 200
_LONGEST_SHOWN = 4096
"""Characters; a longer line is not one that a person reads."""


def toml(text: str, shape: type[_Shape]) -> _Shape:
    """Read a TOML document as a shape; raises `Unreadable`."""
    try:
        return msgspec.convert(table(text), shape)
    except msgspec.ValidationError as error:
        raise Unreadable(f"is not what its name says: {_said(error)}", reason=GapReason.MALFORMED) from error


def table(text: str) -> dict[str, object]:
    """Read a TOML document; raises `Unreadable`. Keys of very many parts cost tomllib the square of their number."""
    if any(found.group().count(".") > _MOST_PARTS for found in _PARTS.finditer(text)):
        raise Unreadable("is nested too deeply, or holds a number too long", reason=GapReason.MALFORMED)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Unreadable(f"is not what its name says: {_said(error)}", reason=GapReason.MALFORMED) from error
    except (RecursionError, ValueError) as error:
        raise Unreadable("is nested too deeply, or holds a number too long", reason=GapReason.MALFORMED) from error


def json(text: str, shape: type[_Shape]) -> _Shape:
    """Read a JSON document as a shape; raises `Unreadable`."""
    try:
        return msgspec.json.decode(text, type=shape)
    except msgspec.DecodeError as error:
        raise Unreadable(f"is not what its name says: {_said(error)}", reason=GapReason.MALFORMED) from error
    except (RecursionError, UnicodeEncodeError) as error:
        raise Unreadable("is nested too deeply, or holds half a character", reason=GapReason.MALFORMED) from error


def table_lines(text: str, header: str, count: int) -> tuple[int, ...]:
    """Give the line of `name = …` below each `[[header]]`; 1 for all where they cannot be told for certain."""
    opening = re.compile(rf"\[\[\s*{re.escape(header)}\s*\]\]\s*(?:#.*)?")
    found: list[int] = []
    named = True
    for number, line in enumerate(text.split("\n"), start=1):
        if line.startswith("[[") and opening.fullmatch(line.rstrip()):
            found.append(number)
            named = False
        elif not named and line.startswith("name") and re.match(r"name\s*=", line):
            found[-1] = number
            named = True
    return tuple(found) if len(found) == count else (1,) * count


def key_lines(text: str) -> Mapping[str, int]:
    """Give the first line of each JSON key that opens an object: `"name": {`."""
    lines: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.strip()
        if stripped.startswith('"') and stripped.endswith(("{", "{}", "{},")):
            lines.setdefault(stripped[1:].partition('"')[0], number)
    return lines


def named_lines(text: str) -> Mapping[str, int]:
    """Give the first line of each JSON key, whatever follows."""
    lines: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) < _LONGEST_SHOWN:
            for found in _KEY.finditer(line):
                lines.setdefault(found.group(1), number)
    return lines


def word_lines(text: str) -> Mapping[str, int]:
    """Give the first line that is no comment for each word that could be a Python package's name, normalised."""
    lines: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) < _LONGEST_SHOWN and not line.lstrip().startswith("#"):
            for found in _WORD.finditer(line):
                lines.setdefault(re.sub(r"[-_.]+", "-", found.group()).lower(), number)
    return lines


def _said(error: Exception) -> str:
    """Give a decoder's complaint without quoting the file."""
    if isinstance(error, tomllib.TOMLDecodeError):
        place = re.search(r"at line [0-9]+, column [0-9]+|at end of document", str(error))
        return f"invalid TOML {place.group() if place else ''}".rstrip()
    return " ".join(str(error).split())[:300]
