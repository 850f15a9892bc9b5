"""`policies/secrets/rules.toml` goes in; rules with compiled patterns come out, in order of precedence."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from devsecgate import bundled
from devsecgate.detectors.secrets_checks import CHECKS, Check

_NAMES = (
    "api", "access", "auth", "private", "encryption", "signing", "master", "license", "client", "session", "app", "jwt",
    "hmac", "shared", "service", "admin", "crypt", "cipher", "aes", "subscription", "application", "secure", "consumer",
    "gateway", "deploy", "webhook", "sdk", "root", "write", "project", "account",
)  # fmt: skip
_VALUE = r"""(?:\\?["'],?)?\s{1,40}+(?:\\?["'])?(?i:value)(?:\\?["'])?[ \t]{0,8}+[:=]"""
"""Between a name and its value where both are values themselves: `name: TOKEN` and `value: …` on the next line."""
_PARTS = {
    # after a name: what assigns a value to it, and perhaps the quote that opens the value
    "{assign}": r"""\\?["']?\]?[ \t]{0,8}+(?:=>|:=|=|:|,|>)[ \t]{0,8}+(?:[Bb]earer )?\\?["'`]?""",
    # the same, where a quote must open the value; a comma only behind a quoted name: `get("SECRET", "value")`
    "{assigned}": (
        r"""(?:\\?["']\]?,|\\?["']?\]?[ \t]{0,8}+(?:: ?[A-Za-z_][A-Za-z0-9_.\[\]| ]{0,40}?)?(?:=>|:=|=(?!=)|:)|"""
        rf"""{_VALUE})[ \t]{{0,8}}+[bru]{{0,2}}\\?["'`]"""
    ),
    # the same, where no quote opens the value
    "{bare}": r"""(?:["']?[ \t]{0,8}+(?:=>|:=|[=:])|["']?\s{1,40}+["']?value["']?[ \t]{0,8}+:)[ \t]{0,8}+""",
    # what makes a key a secret one
    "{named}": f"(?:{'|'.join(f'(?<={name})|(?<={name}[_-])' for name in _NAMES)})",
}
_END = r"(?![A-Za-z0-9])"


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    """One `[[rule]]`; the head of the file explains the keys."""

    id: str
    title: str
    keywords: list[str]
    pattern: str
    check: str
    severity: str
    confidence: str
    revoke: str
    ignore_case: bool = False
    bare: str = ""
    lead: list[int] = []
    boundary: bool = True


class _Table(msgspec.Struct, forbid_unknown_fields=True):
    rule: list[_Entry]


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of secret, ready to be looked for."""

    id: str
    title: str
    keywords: tuple[bytes, ...]
    """Lower case where `ignore_case`."""
    ignore_case: bool
    pattern: re.Pattern[bytes]
    bare: re.Pattern[bytes] | None
    """For files in which values need no quotes."""
    check: Check
    severity: str
    confidence: str
    revoke: str
    leads: tuple[int, ...]
    """How many bytes before the keyword a match may begin; at least one."""
    boundary: bool
    """Must the match begin where a word begins?"""


def table() -> Path:
    """Where the bundled rules are."""
    return bundled.policies() / "secrets" / "rules.toml"


def load(path: Path) -> tuple[Rule, ...]:
    """Read the rules. Raises OSError, ValueError (broken TOML, unknown check), msgspec.ValidationError, re.error."""
    entries = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), type=_Table).rule
    if not entries:
        raise ValueError(f"{path.name}: no rules")
    return tuple(_rule(entry) for entry in entries)


def _rule(entry: _Entry) -> Rule:
    if not entry.keywords or not all(entry.keywords):
        raise ValueError(f"{entry.id}: a rule needs keywords")
    return Rule(
        id=entry.id,
        title=entry.title,
        keywords=tuple(word.encode() for word in entry.keywords),
        ignore_case=entry.ignore_case,
        pattern=_compile(entry.pattern, end=_END if entry.boundary else ""),
        bare=_compile(entry.bare, end="") if entry.bare else None,
        check=_check(CHECKS, entry),
        severity=entry.severity,
        confidence=entry.confidence,
        revoke=entry.revoke,
        leads=tuple(entry.lead) or (0,),
        boundary=entry.boundary,
    )


def _check(checks: Mapping[str, Check], entry: _Entry) -> Check:
    check = checks.get(entry.check)
    if check is None:
        raise ValueError(f"{entry.id}: there is no check named {entry.check}")
    return check


def _compile(pattern: str, *, end: str) -> re.Pattern[bytes]:
    for name, part in _PARTS.items():
        pattern = pattern.replace(name, part)
    return re.compile((pattern + end).encode())
