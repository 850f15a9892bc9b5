"""What a tool printed goes in, as bytes; the shape that it promised comes out, or MalformedOutput with the place.

Shapes are `msgspec.Struct` classes whose required fields have no default, so that an output that is
empty, cut off or of another version is an error, and never an empty result.
"""

from __future__ import annotations

import threading
from typing import TypeVar

import msgspec

from devsecgate.errors import MalformedOutput

Shape = TypeVar("Shape")
_prepared: dict[object, msgspec.json.Decoder[object]] = {}
_preparing = threading.Lock()


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
        return _decoder(shape).decode(data)
    except msgspec.MsgspecError as error:
        raise MalformedOutput(f"output is not what it should be: {error}", where=tool) from error
    except RecursionError as error:
        raise MalformedOutput("output is nested too deeply", where=tool) from error


def _decoder(shape: type[Shape]) -> msgspec.json.Decoder[Shape]:
    """Give what decodes a shape, made by one thread at a time.

    Outputs of several processes are decoded in threads, and msgspec (0.22) reads a shape's fields when it first meets
    the shape: two threads that do so at the same moment end the process with a segmentation fault.
    """
    with _preparing:
        if shape not in _prepared:
            _prepared[shape] = msgspec.json.Decoder(shape)
        return _prepared[shape]  # type: ignore[return-value]  # by its own shape
