"""One decoded policy file goes in, its entries come out as our records, each with its line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from devsecgate.model import Action, Confidence, Kind, PolicyLine, Severity, Waiver
from devsecgate.policy.records import Condition, GapRule, Platform, Requirement, Rule, Tool, ToolCanary

if TYPE_CHECKING:
    from devsecgate.policy import document as shape
    from devsecgate.policy.yaml_lines import Key

_Entry = TypeVar("_Entry")
_UNITS = {"KB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000}


def many(value: _Entry | tuple[_Entry, ...]) -> tuple[_Entry, ...]:
    """Read one entry as a list of one."""
    return value if isinstance(value, tuple) else (value,)


def severity(word: str | None) -> Severity | None:
    """Turn a policy's word into the enum."""
    return None if word is None else Severity[word.upper()]


def size(text: str) -> int:
    """Turn `10MB` into bytes."""
    return int(text[:-2]) * _UNITS[text[-2:]]


def requirement(document: shape.Document, kind: Kind) -> Requirement | None:
    """Return what one file says about a layer."""
    words = {
        Kind.CODE: document.layers.code,
        Kind.DEPENDENCY: document.layers.dependency,
        Kind.SECRET: document.layers.secret,
        Kind.CONTAINER: document.layers.container,
        Kind.IAC: document.layers.iac,
        Kind.PIPELINE: document.layers.pipeline,
    }
    word = words[kind]
    return None if word is None else Requirement[word.upper()]


def unrated(document: shape.Document, kind: Kind) -> Severity | None:
    """Return what one file says about unrated issues of a kind."""
    words = {
        Kind.CODE: document.unrated.code,
        Kind.DEPENDENCY: document.unrated.dependency,
        Kind.SECRET: document.unrated.secret,
        Kind.CONTAINER: document.unrated.container,
        Kind.IAC: document.unrated.iac,
        Kind.PIPELINE: document.unrated.pipeline,
    }
    return severity(words[kind])


def platform(document: shape.Document) -> Platform | None:
    """Return what one file says that markers are evaluated for."""
    target = document.dependencies.target
    if target is None:
        return None
    return Platform(python=target.python, platform=target.platform, machine=target.machine)


def term(document: shape.Document, word: str) -> int | None:
    """Return what one file says about the longest term of waivers, in days."""
    terms = document.waiver_terms
    days = {
        "critical": terms.critical,
        "high": terms.high,
        "medium": terms.medium,
        "low": terms.low,
        "unrated": terms.unrated,
    }
    return days[word]


def deadline(document: shape.Document, word: str) -> int | None:
    """Return what one file says about the days in which a disclosed vulnerability does not block."""
    given = document.deadlines
    days = {
        "critical": given.critical,
        "high": given.high,
        "medium": given.medium,
        "low": given.low,
        "unrated": given.unrated,
    }
    return days[word]


def rules(document: shape.Document, source: Callable[[Key], PolicyLine]) -> tuple[Rule, ...]:
    """Return the rules of one file, in order."""
    return tuple(
        Rule(
            action=Action(rule.action),
            reason=rule.reason,
            when=_condition(rule.when),
            source=source(("rules", index)),
        )
        for index, rule in enumerate(document.rules)
    )


def _condition(when: shape.When) -> Condition:
    return Condition(
        severity=severity(when.severity),
        severities=None if when.severities is None else frozenset(Severity[word.upper()] for word in when.severities),
        confidence=None if when.confidence is None else Confidence[when.confidence.upper()],
        kind=None if when.kind is None else frozenset(many(when.kind)),
        scanner=None if when.scanner is None else many(when.scanner),
        rule=None if when.rule is None else many(when.rule),
        cwe=None if when.cwe is None else frozenset(when.cwe),
        path=None if when.path is None else many(when.path),
        package=None if when.package is None else many(when.package),
        fix_available=when.fix_available,
        unrated=when.unrated,
    )


def gap_rules(document: shape.Document, source: Callable[[Key], PolicyLine]) -> tuple[GapRule, ...]:
    """Return what one file says about gaps; refusals come first."""
    entries = (("refuse", document.gaps.refuse), ("accept", document.gaps.accept))
    return tuple(
        GapRule(
            accepted=name == "accept",
            reasons=frozenset(many(entry.reason)),
            because=entry.because,
            scanner=entry.scanner,
            path=None if entry.path is None else many(entry.path),
            package=entry.package,
            source=source(("gaps", name, index)),
        )
        for name, listed in entries
        for index, entry in enumerate(listed or ())
    )


def waivers(document: shape.Document, source: Callable[[Key], PolicyLine]) -> tuple[Waiver, ...]:
    """Return the waivers of one file."""
    return tuple(
        Waiver(
            owner=waiver.owner,
            reason=waiver.reason,
            expires=waiver.expires,
            fingerprint=waiver.fingerprint,
            rule=waiver.rule,
            path=waiver.path,
            advisory=waiver.advisory,
            package=waiver.package,
            source=source(("waivers", index)),
        )
        for index, waiver in enumerate(document.waivers)
    )


def tools(document: shape.Document, source: Callable[[Key], PolicyLine]) -> tuple[Tool, ...]:
    """Return the tools that one file declares."""
    return tuple(
        Tool(
            name=tool.name,
            kind=tool.kind,
            argv=tool.argv,
            output=None if tool.output == "stdout" else tool.output,
            files=many(tool.files),
            canary=ToolCanary(name=tool.canary.name, content=tool.canary.content, rule=tool.canary.rule),
            exits=frozenset(tool.exits),
            timeout=tool.timeout,
            source=source(("tools", index)),
        )
        for index, tool in enumerate(document.tools)
    )
