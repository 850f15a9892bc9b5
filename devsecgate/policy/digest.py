"""A policy goes in; plain values of its content, and their SHA-256, come out: no lines, no file names."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from enum import Enum
from pathlib import Path
from typing import TypeAlias

import msgspec

from devsecgate.policy.records import Policy

Content: TypeAlias = "bool | int | float | str | Sequence[Content] | Mapping[str, Content] | None"

_PLACES = frozenset({"source", "chain", "digest", "no_rule", "no_gap", "folder"})


def digest(policy: Policy) -> str:
    """Return the SHA-256 of the effective content, hex."""
    text = json.dumps(content(policy), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def content(value: object) -> Content:
    """Return the content of a record, without where it was written."""
    if isinstance(value, Enum):
        return value.name.lower()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return _compound(value)


def _compound(value: object) -> Content:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Path):
        return value.name
    if isinstance(value, frozenset):
        return sorted((content(item) for item in value), key=str)
    if isinstance(value, tuple):
        return [content(item) for item in value]
    if isinstance(value, Mapping):
        return {str(content(key)): content(item) for key, item in value.items()}
    if isinstance(value, msgspec.Struct):
        return {name: content(getattr(value, name)) for name in value.__struct_fields__ if name not in _PLACES}
    raise TypeError(f"a policy holds no {type(value).__name__}")
