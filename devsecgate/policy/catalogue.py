"""The folder of bundled rule packs goes in; what each rule is about comes out: weakness, severity, categories.

A rule that cannot be read is a mistake of ours and an error here: a list that leaves it out would say that nobody
watches its weakness.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from devsecgate.errors import DevsecgateError
from devsecgate.model import Confidence, Severity
from devsecgate.policy import rule_files

_SELF_TEST = "self-test"
_CWE = re.compile(r"CWE-(\d{1,5}): (\S.*)")
_OWASP = re.compile(r"((?:A|LLM)\d\d):(\d{4}) - (\S.*)")


class _Lesson(msgspec.Struct, frozen=True):
    title: str


class _Metadata(msgspec.Struct, frozen=True):
    confidence: Literal["HIGH", "MEDIUM", "LOW"]
    cwe: list[str]
    owasp: list[str]
    lesson: _Lesson
    asvs: list[str] = []


class _Rule(msgspec.Struct, frozen=True):
    id: str
    severity: Literal["CRITICAL", "HIGH", "MEDIUM", "LOW"]
    metadata: _Metadata


class _Purpose(msgspec.Struct, frozen=True):
    category: str = ""


class _AnyRule(msgspec.Struct, frozen=True):
    metadata: _Purpose = _Purpose()


class Weakness(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """One entry of the CWE list."""

    number: int
    title: str


class Category(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """One entry of a list of OWASP."""

    year: int
    code: str
    """`A05`; `LLM05` of the list for applications of language models."""
    title: str

    def __str__(self) -> str:
        return f"{self.code}:{self.year}"


class BundledRule(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule says of itself."""

    pack: str
    """The name of its folder below `policies/rules`."""
    name: str
    title: str
    severity: Severity
    confidence: Confidence
    weaknesses: tuple[Weakness, ...]
    """The one that it is named for first."""
    owasp: tuple[Category, ...]
    asvs: tuple[str, ...]
    """Requirements of the verification standard: `v5.0.0-1.2.4`."""


def bundled_rules(packs: Path) -> tuple[BundledRule, ...]:
    """Read every rule of every pack, by pack and name. Raises DevsecgateError for what is no such rule."""
    found = [rule for file in sorted(packs.glob("*/*.yaml")) for rule in _read(file)]
    if not found:
        raise DevsecgateError("there are no rules here", where=str(packs), remedy="Install devsecgate anew.")
    return tuple(sorted(found, key=lambda rule: (rule.pack, rule.name)))


def _read(file: Path) -> Iterator[BundledRule]:
    """Read the rules of one file but those that only prove that semgrep works."""
    given = rule_files.rules(file)
    if not given:
        raise DevsecgateError("this is no file of rules", where=f"{file.parent.name}/{file.name}")
    for each in given:
        try:
            if msgspec.convert(each, _AnyRule).metadata.category != _SELF_TEST:
                yield _rule(file.parent.name, msgspec.convert(each, _Rule))
        except msgspec.ValidationError as error:
            raise DevsecgateError(f"a rule is incomplete: {error}", where=f"{file.parent.name}/{file.name}") from error


def _rule(pack: str, rule: _Rule) -> BundledRule:
    metadata = rule.metadata
    return BundledRule(
        pack=pack,
        name=rule.id,
        title=metadata.lesson.title,
        severity=Severity[rule.severity],
        confidence=Confidence[metadata.confidence],
        weaknesses=tuple(_weakness(rule.id, text) for text in metadata.cwe),
        owasp=tuple(sorted(_category(rule.id, text) for text in metadata.owasp)),
        asvs=tuple(metadata.asvs),
    )


def _weakness(rule: str, text: str) -> Weakness:
    match = _CWE.fullmatch(text)
    if match is None:
        raise DevsecgateError(f"{text!r} is no entry of the CWE list", where=rule)
    return Weakness(number=int(match[1]), title=match[2])


def _category(rule: str, text: str) -> Category:
    match = _OWASP.fullmatch(text)
    if match is None:
        raise DevsecgateError(f"{text!r} is no entry of a list of OWASP", where=rule)
    return Category(year=int(match[2]), code=match[1], title=match[3])
