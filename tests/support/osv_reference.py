"""OSV's evaluation, slow and plain: a record as JSON has it and a Python package's version in; what it says of it out.

Written from the schema's own words, and from nothing of ours; `evaluate.py` is held to it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from packaging.version import InvalidVersion, Version

AFFECTED, UNAFFECTED, UNKNOWN = "affected", "unaffected", "unknown"
Record = Mapping[str, Any]
_TIES = ("introduced", "last_affected", "fixed", "limit")


def name_of(entry: Record) -> str | None:
    """Give the normalised name (PEP 503) of the Python package that an affected entry is about."""
    package = entry.get("package")
    if package is None or package["ecosystem"] != "PyPI":
        return None
    return re.sub(r"[-_.]+", "-", package["name"]).lower()


def says(record: Record, name: str, version: str) -> str | None:
    """Give what a record says of a version; None where it is withdrawn, or is not about the package."""
    if record.get("withdrawn"):
        return None
    answers = [of_entry(entry, version) for entry in record.get("affected", []) if name_of(entry) == name]
    return worst(answers) if answers else None


def worst(answers: list[str]) -> str:
    if AFFECTED in answers:
        return AFFECTED
    return UNKNOWN if UNKNOWN in answers else UNAFFECTED


def of_entry(entry: Record, version: str) -> str:
    """Affected where the version is in `versions`, letter by letter, or in any range."""
    if version in (entry.get("versions") or []):
        return AFFECTED
    ranges = [each for each in (entry.get("ranges") or []) if each["type"] != "GIT"]
    if not ranges and not entry.get("versions"):
        return UNKNOWN
    if not ranges and parsed(version) is None:
        return UNKNOWN
    return worst([of_range(each, version) for each in ranges])


def of_range(each: Record, version: str) -> str:
    """Walk the events in the order of their versions; what cannot be compared is not evaluated."""
    own = parsed(version)
    events = [(kind, text) for event in each["events"] for kind, text in event.items()]
    if own is None or unreadable(each):
        return UNKNOWN
    limits = [text for kind, text in events if kind == "limit"]
    if limits and not any(text == "*" or own < readable(text) for text in limits):
        return UNAFFECTED
    vulnerable = False
    for kind, text in sorted((event for event in events if event[0] != "limit"), key=place):
        if kind == "introduced" and (text == "0" or own >= readable(text)):
            vulnerable = True
        if kind == "fixed" and own >= readable(text):
            vulnerable = False
        if kind == "last_affected" and own > readable(text):
            vulnerable = False
    return AFFECTED if vulnerable else UNAFFECTED


def place(event: tuple[str, str]) -> tuple[bool, Version, int]:
    """Sort by version, `0` before all; at one version by kind."""
    kind, text = event
    return text != "0", readable(text), _TIES.index(kind)


def unreadable(each: Record) -> list[tuple[str, str]]:
    """Give the events of a range whose versions are none."""
    events = [(kind, text) for event in each["events"] for kind, text in event.items()]
    return [(kind, text) for kind, text in events if text != "*" and parsed(text) is None]


def readable(text: str) -> Version:
    return Version(text)


@cache
def parsed(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None
