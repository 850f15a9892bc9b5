"""What a tool printed goes in, as bytes; the shape that it promised comes out, or MalformedOutput with the place.

Shapes are `msgspec.Struct` classes whose required fields have no default, so that an output that is
empty, cut off or of another version is an error, and never an empty result.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from devsecgate.errors import MalformedOutput

Shape = TypeVar("Shape")


def decode(data: bytes, shape: type[Shape], *, tool: str) -> Shape:
    """Decode one JSON document into `shape`.

    `tool` is named in the error. Raises MalformedOutput for an empty document, for bytes that are not
    UTF-8, for anything behind the document, and for any other shape; the message ends in the JSON
    path of the fault.
    """
    if not data.strip():
        raise MalformedOutput("printed nothing", where=tool)
    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise MalformedOutput(f"output is not UTF-8 (byte {error.start})", where=tool) from error
    try:
        return msgspec.json.decode(data, type=shape)
    except msgspec.MsgspecError as error:
        raise MalformedOutput(f"output is not what it should be: {error}", where=tool) from error
    except RecursionError as error:
        raise MalformedOutput("output is nested too deeply", where=tool) from error
