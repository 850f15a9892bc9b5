"""The bytes of a JSON document in; the shape that it should have, and the lines of its purls, out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from devsecgate.detectors.sboms.document import Refused

Shape = TypeVar("Shape")
_PURLS = {
    "purl": re.compile(rb'"purl"\s*:\s*("(?:[^"\\]|\\.)*")'),
    "referenceLocator": re.compile(rb'"referenceLocator"\s*:\s*("(?:[^"\\]|\\.)*")'),
}
"""The value behind a key. Inside a string, a backslash stands before the quote: nothing in a text looks like a key."""


def decode(data: bytes, shape: type[Shape]) -> Shape:
    """Decode a document; raises Refused for any other shape, with the JSON path of the fault."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise Refused(f"is not UTF-8 (byte {error.start:,})") from error
    try:
        return msgspec.json.decode(data, type=shape)
    except msgspec.MsgspecError as error:
        raise Refused(f"is not what it should be: {error}") from error
    except RecursionError as error:
        raise Refused("is nested too deeply") from error


def lines(data: bytes, key: str) -> Mapping[str, int]:
    """Give the line on which each purl stands first."""
    found: dict[str, int] = {}
    line, position = 1, 0
    for match in _PURLS[key].finditer(data):
        line += data.count(b"\n", position, match.start(1))
        position = match.start(1)
        found.setdefault(msgspec.json.decode(match.group(1), type=str), line)
    return found
