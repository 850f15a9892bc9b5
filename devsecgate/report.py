"""The contract for report authors: a report renders a verdict, and can change nothing about it.

Add a report by adding one module to `devsecgate/reports/` that ends in `REPORT = Report(...)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from devsecgate.model import Verdict


class RuleText(msgspec.Struct, frozen=True, kw_only=True):
    """What is known about one rule, for reports that carry rule descriptions and for `explain`."""

    rule: str
    """`scanner:rule`."""
    title: str
    """One line: what is wrong."""
    why: str
    """Why it matters: what an attacker does."""
    fix: str
    """What to write instead."""
    vulnerable: str = ""
    fixed: str = ""
    cwes: frozenset[int] = frozenset()
    references: tuple[str, ...] = ()


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What a report may need besides the verdict. All of it is data; none of it is the machine's."""

    sources: Mapping[str, str]
    """Text of each file that an issue points to, by target path (invalid UTF-8 as U+FFFD)."""
    rules: Mapping[str, RuleText]
    """By `scanner:rule`; a rule that nobody describes is absent."""
    finished: str = ""
    """When the run ended: ISO 8601, UTC; empty where it does not matter (json only)."""
    key: bytes = b""
    """What the document is sealed with (json only); empty: nobody's key."""
    color: bool = False
    """May the report use colour (console only)?"""
    width: int = 100
    """Columns of the terminal (console only)."""
    verbose: bool = False
    """Show allowed and waived issues and accepted gaps in full (console only)."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One format."""

    kind: str
    """The word before `=` in `--report KIND=FILE`."""
    about: str
    """One line for `--help`."""
    render: Callable[[Verdict, Context], bytes]
    """Pure and deterministic: the same verdict gives the same bytes."""
