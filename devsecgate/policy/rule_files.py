"""Folders of semgrep rules go in; their rules, and the ids that two rules below one folder share, come out.

Semgrep names a rule by its folder and its id, and its native engine silently drops all but one of those
that have the same name. What is no rule file is semgrep's to refuse.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec

_RULE = re.compile(rb"^(?=  - id: \S)", re.MULTILINE)


class _Rule(msgspec.Struct):
    id: str


class _Rules(msgspec.Struct):
    rules: tuple[object, ...]


def shared_ids(folder: Path) -> tuple[str, ...]:
    """Give each id that stands twice in files of one folder, sorted."""
    seen: set[tuple[Path, str]] = set()
    twice: set[str] = set()
    for file in sorted(folder.rglob("*")):
        for name in _ids(file) if file.suffix in {".yaml", ".yml"} else ():
            if (file.parent, name) in seen:
                twice.add(name)
            seen.add((file.parent, name))
    return tuple(sorted(twice))


@cache
def texts(folder: Path) -> tuple[tuple[str, bytes], ...]:
    """Give the id of each rule of a bundled folder, and its text as it stands there, from its `- id:` on.

    For our own files alone, which begin each rule alike: to read all of them as YAML takes more than a second.
    Raises OSError where a file cannot be read.
    """
    return tuple(
        (text.split(None, 3)[2].decode(), text)
        for file in sorted(folder.rglob("*.yaml"))
        for text in _RULE.split(file.read_bytes().rstrip(b"\n") + b"\n")[1:]
    )


def rules(file: Path) -> tuple[object, ...]:
    """Give the rules of one file as plain values; none, where it is no rule file."""
    try:
        return parsed(file.read_bytes().decode())
    except (OSError, ValueError):
        return ()


def parsed(text: str) -> tuple[object, ...]:
    """Give the rules that stand in the text of a file; none, where it is no such text."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        document: object = yaml.load(text, Loader=loader)  # noqa: S506 - a safe loader
        return msgspec.convert(document, _Rules).rules
    except (yaml.YAMLError, msgspec.ValidationError, ValueError, LookupError, AttributeError, RecursionError):
        return ()  # PyYAML lets errors of int(), of date() and of its own tables through


def _ids(file: Path) -> Iterator[str]:
    for each in rules(file):
        try:
            yield msgspec.convert(each, _Rule).id
        except msgspec.ValidationError:
            continue
