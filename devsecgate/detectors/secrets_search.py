"""One file's bytes and the rules go in; the places of its secrets come out, sorted.

Time grows with the size of the file and with nothing else: rules are tried only where one of their
keywords stands, at most `MAX_PLACES` times for each, and no pattern repeats without an upper bound.
"""

from __future__ import annotations

import codecs
import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field

from devsecgate.detectors.secrets_checks import Strength, pem_end
from devsecgate.detectors.secrets_rules import Rule

MAX_PLACES = 1_000_000
"""Places of one keyword that are looked at in one file; more is not a file that people write."""
MAX_MATCHES = 1_000
"""Secrets that are listed of one file."""

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONFIGURATION = re.compile(
    r"(?:^|/)(?:\.env[^/]*|[^/]*\.env|dockerfile[^/]*|containerfile[^/]*|\.npmrc|\.pypirc|\.netrc|\.pgpass|\.bashrc|\.profile|"
    r"\.envrc|procfile|jenkinsfile|credentials|config|makefile|[^/.]+|"
    r"[^/]+\.(?:ini|cfg|conf|config|cnf|properties|toml|ya?ml|sh|bash|zsh|fish|tfvars|tf|hcl|md|markdown|rst|txt|adoc|log|"
    r"xml|json5?|ps1|bat|cmd|sql|service|plist|out|history|bak|template|dist|sample|example|local|prod|dev))$",
    re.IGNORECASE,
)
_ESCAPES = (b"\\n", b"\\r", b"\\t")


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One secret: which rule, how sure, and the bytes from `start` to `end`."""

    rule: Rule
    strength: Strength
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """What was found in one file."""

    found: tuple[Match, ...]
    """Sorted by place; no two overlap."""
    incomplete: str
    """Why there may be more; empty where all was looked at."""


def is_configuration(path: str) -> bool:
    """Is this a file in which values need no quotes: configuration, shell, prose?"""
    return bool(_CONFIGURATION.search(path))


def as_utf8(data: bytes) -> bytes:
    """Give UTF-16 and UTF-32, with or without a byte order mark, as UTF-8; anything else as it is."""
    for mark, name in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data.decode(name, errors="replace").encode("utf-8", errors="replace")
    head = data[:4096]
    if len(head) >= 8 and b"\0" in head:
        even, odd = head[0::2].count(0), head[1::2].count(0)
        half = len(head) // 2
        if odd >= 0.7 * half and even <= 0.1 * half:
            return data.decode("utf-16-le", errors="replace").encode("utf-8", errors="replace")
        if even >= 0.7 * half and odd <= 0.1 * half:
            return data.decode("utf-16-be", errors="replace").encode("utf-8", errors="replace")
    return data


def search(data: bytes, rules: Iterable[Rule], *, configuration: bool) -> Matches:
    """Look for every rule. Of two that want the same bytes, the earlier rule has them."""
    places = _Places(data)
    taken: list[tuple[int, int]] = []
    found: list[Match] = []
    for rule in rules:
        for keyword in rule.keywords:
            for place in places.of(keyword, ignore_case=rule.ignore_case):
                match = _at(data, place, rule, configuration=configuration)
                if match is None or not _take(taken, match.start, match.end):
                    continue
                if len(found) >= MAX_MATCHES:
                    return _matches(found, f"it holds more than {MAX_MATCHES:,} secrets")
                found.append(match)
    return _matches(found, places.incomplete)


def _matches(found: list[Match], incomplete: str) -> Matches:
    return Matches(found=tuple(sorted(found, key=lambda match: match.start)), incomplete=incomplete)


@dataclass(slots=True)
class _Places:
    """Where the keywords stand in one file, each looked for once."""

    data: bytes
    lower: bytes = b""
    known: dict[tuple[bytes, bool], tuple[int, ...]] = field(default_factory=dict)
    incomplete: str = ""

    def of(self, keyword: bytes, *, ignore_case: bool) -> tuple[int, ...]:
        key = (keyword, ignore_case)
        if key not in self.known:
            if ignore_case and not self.lower:
                self.lower = self.data.lower()
            self.known[key] = self._find(self.lower if ignore_case else self.data, keyword)
        return self.known[key]

    def _find(self, data: bytes, keyword: bytes) -> tuple[int, ...]:
        place = data.find(keyword)
        if place < 0:
            return ()
        places: list[int] = []
        while place >= 0:
            if len(places) == MAX_PLACES:
                self.incomplete = f"one keyword stands at more than {MAX_PLACES:,} places"
                break
            places.append(place)
            place = data.find(keyword, place + 1)
        return tuple(places)


def _at(data: bytes, place: int, rule: Rule, *, configuration: bool) -> Match | None:
    """Try the rule at one place."""
    patterns = (rule.pattern, rule.bare) if rule.bare and configuration else (rule.pattern,)
    for pattern in patterns:
        for lead in rule.leads:
            match = pattern.match(data, place - lead) if place >= lead else None
            if match is None or (rule.boundary and not _begins_word(data, match.start())):
                continue
            strength = rule.check(match)
            if strength is not Strength.NOTHING:
                start, end = match.span("value")
                if data.startswith(b"-----BEGIN ", start):
                    end = pem_end(data, end)
                return Match(rule=rule, strength=strength, start=start, end=end)
    return None


def _begins_word(data: bytes, start: int) -> bool:
    r"""Is there no letter or digit before `start`? The letter of an escape, as in `\nghp_`, is none."""
    return start == 0 or not data[start - 1 : start].isalnum() or data[start - 2 : start] in _ESCAPES


def _take(taken: list[tuple[int, int]], start: int, end: int) -> bool:
    """Claim the bytes from start to end, unless some of them have been claimed."""
    index = bisect_left(taken, (start, end))
    if index < len(taken) and taken[index][0] < end:
        return False
    if index and taken[index - 1][1] > start:
        return False
    taken.insert(index, (start, end))
    return True
