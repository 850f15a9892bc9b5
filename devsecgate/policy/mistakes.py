"""The plain values of a policy and the types they should have go in; every mistake comes out, each with its key.

The slow path: it runs only when decoding has failed, so that a person sees all mistakes at once.
"""

from __future__ import annotations

import difflib
import re
import types
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Annotated, Literal, Union, get_args, get_origin

import msgspec

from devsecgate.errors import PolicyError
from devsecgate.policy.yaml_lines import Key, Plain, place

_INSIDE = re.compile(r"\$((?:\[\d+\]|\.\w+)*)`$")


class Mistake(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong in one place."""

    key: Key
    what: str
    file: str
    line: int


def line_of(lines: Mapping[Key, int], key: Key) -> int:
    """Return the line of a key, or of the nearest one around it that was written."""
    while key and key not in lines:
        key = key[:-1]
    return lines.get(key, 1)


def refuse(mistakes: list[Mistake]) -> PolicyError:
    """Make one error of all mistakes: the first is the error, the rest follow, one a line."""
    first, *rest = sorted(mistakes, key=lambda mistake: (mistake.file, mistake.line, str(mistake.key), mistake.what))
    others = [f"{place(other.file, other.line, other.key)}: {other.what}" for other in rest]
    return PolicyError(first.what, where=place(first.file, first.line, first.key), remedy="\n  ".join(others))


def explain(value: Plain, kind: object, key: Key) -> Iterator[tuple[Key, str]]:
    """Yield every place where the value is not what the type says, with what is wrong there."""
    kinds = tuple(_alternatives(kind))
    structs = [option for option in kinds if isinstance(option, type) and issubclass(option, msgspec.Struct)]
    if structs and isinstance(value, dict):
        yield from _explain_mapping(value, structs[0], key)
        return
    items = [get_args(option)[0] for option in kinds if get_origin(option) is tuple]
    if items and isinstance(value, list) and any(_is_struct(item) for item in items):
        for index, item in enumerate(value):
            yield from explain(item, items[0], (*key, index))
        return
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        yield _leaf(value, kind, key, str(error))


def _is_struct(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _explain_mapping(value: dict[str, Plain], struct: type[msgspec.Struct], key: Key) -> Iterator[tuple[Key, str]]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(struct)}
    for name, item in value.items():
        if name not in fields:
            yield (*key, name), f"unknown key `{name}`{meant(name, fields)}"
        else:
            yield from explain(item, fields[name].type, (*key, name))
    for name, field in fields.items():
        if field.required and name not in value:
            yield (*key, name), f"`{name}` is missing"


def _leaf(value: Plain, kind: object, key: Key, message: str) -> tuple[Key, str]:
    found = _INSIDE.search(message)
    inside = found.group(1) if found else ""
    for part in re.findall(r"\[(\d+)\]", inside):
        key = (*key, int(part))
        value = value[int(part)] if isinstance(value, list) else value
    text = message.split(" - at ", maxsplit=1)[0]
    words = sorted(set(_words(kind)))
    if isinstance(value, str) and words:
        return key, f"unknown value `{value}`{meant(value, words)}; one of {', '.join(words)}"
    if isinstance(value, int | float) and not isinstance(value, bool) and text.startswith("Expected `str"):
        return key, f"{value} is a number here, and should be a text: write it in quotes"
    if text == r"Expected `str` matching regex '\\S'":
        return key, "this is blank"
    if text == "Invalid RFC3339 encoded date":
        return key, "not a date: write it as 2026-12-31"
    return key, text[:1].lower() + text[1:].replace(" | null`", "`")


def meant(word: str, known: Mapping[str, object] | list[str]) -> str:
    """Guess what a misspelt word should be; empty where nothing is near."""
    close = difflib.get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)
    return f": did you mean `{close[0]}`?" if close else ""


def _alternatives(kind: object) -> Iterator[object]:
    """Unfold `X | Y` and `Annotated[X, ...]`."""
    origin = get_origin(kind)
    if origin is Annotated:
        yield from _alternatives(get_args(kind)[0])
    elif origin in {Union, types.UnionType}:
        for option in get_args(kind):
            yield from _alternatives(option)
    else:
        yield kind


def _words(kind: object) -> Iterator[str]:
    """Yield the words that a type allows, also inside lists."""
    for option in _alternatives(kind):
        if get_origin(option) is Literal:
            yield from (str(word) for word in get_args(option) if isinstance(word, str))
        elif get_origin(option) is tuple:
            yield from _words(get_args(option)[0])
        elif isinstance(option, type) and issubclass(option, Enum):
            yield from (str(member.value) for member in option)
