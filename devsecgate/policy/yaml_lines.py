"""The text of a YAML file goes in; plain values and the line of every key and item come out.

Only what a policy needs: one document of mappings, lists and scalars. Refused: anchors, aliases and
merge keys (bombs), tags, duplicate keys, keys without a value, and deep nesting. Plain scalars are
read as YAML 1.2 does, like editors that follow the schema: `off`, `no` and dates are texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from devsecgate.errors import PolicyError

if TYPE_CHECKING:
    import yaml

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain]"
Key: TypeAlias = "tuple[str | int, ...]"

_MAXIMUM_DEPTH = 16
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?[0-9]{1,18}\.[0-9]{1,18}")


def dotted(key: Key) -> str:
    """Write a key as people do: `rules[2].when.severity`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in key)
    return text.removeprefix(".") or "policy"


def place(file: str, line: int, key: Key) -> str:
    """Write where a mistake is: `file:line: key`."""
    return f"{file}:{line}: {dotted(key)}"


def read(text: str, file: str) -> tuple[dict[str, Plain], Mapping[Key, int]]:
    """Return the document and the 1-based line of each of its keys and items. Raises PolicyError."""
    import yaml

    if yaml.__with_libyaml__:  # ten times as fast; what is wrong with a text that it refuses, the other one says better
        with suppress(yaml.YAMLError):
            return _read(text, file, yaml.CSafeLoader)
    try:
        return _read(text, file, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PolicyError(f"not YAML: {error.problem}", where=f"{file}:{line}") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        what = f"a character that YAML does not allow: U+{ord(text[error.position]):04X}"
        raise PolicyError(what, where=f"{file}:{line}") from None


def _read(
    text: str, file: str, loader: type[yaml.SafeLoader | yaml.CSafeLoader]
) -> tuple[dict[str, Plain], Mapping[Key, int]]:
    """Read event by event: nesting is refused where it becomes too deep, and not after all of it was parsed."""
    import yaml

    reader = _Reader(file=file, lines={}, events=yaml.parse(text, Loader=loader))
    return reader.document(), reader.lines


class _Reader(msgspec.Struct, frozen=True, kw_only=True):
    file: str
    lines: dict[Key, int]
    events: Iterator[yaml.Event]

    def document(self) -> dict[str, Plain]:
        import yaml

        next(self.events)
        event = next(self.events)
        if not isinstance(event, yaml.DocumentStartEvent):
            raise PolicyError(
                "the policy is empty", where=f"{self.file}:1", remedy="delete it, or write `extends: default`"
            )
        value = self.value(next(self.events), ())
        next(self.events)
        if not isinstance(next(self.events), yaml.StreamEndEvent):
            raise PolicyError("a second document: a policy is one", where=f"{self.file}:1")
        if not isinstance(value, dict):
            raise PolicyError("a policy is a mapping of keys to values", where=f"{self.file}:1")
        return value

    def refuse(self, event: yaml.Event, key: Key, what: str) -> PolicyError:
        return PolicyError(what, where=place(self.file, _line(event), key))

    def value(self, event: yaml.Event, key: Key) -> Plain:
        import yaml

        self.lines.setdefault(key, _line(event))
        if not isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) or event.anchor is not None:
            raise self.refuse(event, key, "a policy has no anchors and no aliases: write the value out")
        if event.tag is not None:
            raise self.refuse(event, key, "a policy has no tags")
        if len(key) > _MAXIMUM_DEPTH:
            raise self.refuse(event, key, "nested too deeply")
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event, key)
        return self.mapping(key) if isinstance(event, yaml.MappingStartEvent) else self.sequence(key)

    def mapping(self, key: Key) -> dict[str, Plain]:
        import yaml

        values: dict[str, Plain] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent) or event.anchor is not None or event.value == "<<":
                raise self.refuse(event, key, "a key is a plain word")
            name = event.value
            if name in values:
                first = self.lines[(*key, name)]
                raise self.refuse(event, (*key, name), f"this key is there already, on line {first}")
            self.lines[(*key, name)] = _line(event)
            values[name] = self.value(next(self.events), (*key, name))
        return values

    def sequence(self, key: Key) -> list[Plain]:
        import yaml

        values: list[Plain] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            values.append(self.value(event, (*key, len(values))))
        return values

    def scalar(self, event: yaml.ScalarEvent, key: Key) -> Plain:
        text: str = event.value
        if event.style:  # libyaml says "" where a scalar is plain, and PyYAML None
            return text
        if text in {"", "~", "null", "Null", "NULL"}:
            raise self.refuse(event, key, "no value: write one, or delete the key")
        if text in {"true", "True", "TRUE"}:
            return True
        if text in {"false", "False", "FALSE"}:
            return False
        if _INTEGER.fullmatch(text):
            return int(text)
        return float(text) if _FLOAT.fullmatch(text) else text


def _line(event: yaml.Event) -> int:
    """Return the 1-based line on which an event starts."""
    return event.start_mark.line + 1 if event.start_mark else 1
