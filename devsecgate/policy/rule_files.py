"""A folder of semgrep rules goes in; the ids that two rules below one of its folders share come out.

Semgrep names a rule by its folder and its id, and its native engine silently drops all but one of those
that have the same name. What is no rule file is semgrep's to refuse.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec


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


def rules(file: Path) -> tuple[object, ...]:
    """Give the rules of one file as plain values; none, where it is no rule file."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        document: object = yaml.load(file.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - a safe loader
        return msgspec.convert(document, _Rules).rules
    except (yaml.YAMLError, msgspec.ValidationError, OSError, ValueError, LookupError, AttributeError, RecursionError):
        return ()  # PyYAML lets errors of int(), of date() and of its own tables through


def _ids(file: Path) -> Iterator[str]:
    for each in rules(file):
        try:
            yield msgspec.convert(each, _Rule).id
        except msgspec.ValidationError:
            continue
