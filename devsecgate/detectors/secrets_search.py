"""One file's bytes and the rules go in; the places of its secrets come out, sorted.

Time grows with the size of the file and with nothing else: rules are tried only where one of their
keywords stands, at most `MAX_PLACES` times for each, and no pattern repeats without an upper bound.
"""

from __future__ import annotations

import codecs
import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import cache

import msgspec

from devsecgate.detectors.secrets_checks import Strength, pem_block
from devsecgate.detectors.secrets_rules import Rule

MAX_PLACES = 1_000_000
"""Places of one keyword that are looked at in one file; more is not a file that people write."""
MAX_MATCHES = 1_000
"""Secrets that are listed of one file."""
LONGEST_KEYWORD = 64
"""No keyword of a rule has as many bytes: by so much the parts of a file overlap."""
_WINDOW = 1 << 20
_BETWEEN_WORDS = bytes(
    byte if (chr(byte).isalnum() and byte < 128) or byte == ord("_") else ord(" ") for byte in range(256)
)
_FEW = 1_000
"""Bytes of a file that are not worth to be divided into words."""

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ZEROS = {
    "utf-32-le": (False, True, True, True),
    "utf-32-be": (True, True, True, False),
    "utf-16-le": (False, True, False, True),
    "utf-16-be": (True, False, True, False),
}
"""Which of four bytes are mostly zero in text of mostly Latin letters."""
_CONFIGURATION = re.compile(
    r"(?:^|/)(?:\.env[^/]*|[^/]*\.env|dockerfile[^/]*|containerfile[^/]*|\.?[^/.]+|"
    r"[^/]+\.(?:ini|cfg|conf|config|cnf|cf|properties|toml|ya?ml|sh|bash|zsh|fish|tfvars|tf|hcl|md|markdown|rst|txt|adoc|"
    r"log|xml|json5?|ps1|bat|cmd|sql|service|plist|out|history|bak|old|orig|template|tmpl|tpl|j2|jinja2?|erb|dist|sample|"
    r"example|local|prod|dev|gradle|nix|csv|tsv|ovpn|http|rest|eml|diff|patch|reg|lock|db|dump))$",
    re.IGNORECASE,
)
_ESCAPE_BEFORE = re.compile(
    rb"(?:\\[abfnrtv0]|\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|%[0-9A-Fa-f]{2}|\x1b\[[0-9;]{0,12}m)\Z"
)
"""What ends in a letter or digit and is none: `\\n`, `\\u003d`, `%3D`, a terminal's colour."""
_WIDE_RUN = re.compile(rb"(?:\0[\t\n\r -~]){7,}")
"""ASCII in UTF-16 behind its first letter, whichever byte comes first."""


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """One secret: which rule, how sure, and the bytes from `start` to `end`."""

    rule: Rule
    strength: Strength
    start: int
    end: int


class Matches(msgspec.Struct, frozen=True, kw_only=True):
    """What was found in one file."""

    found: tuple[Match, ...]
    """Sorted by place; no two overlap."""
    incomplete: str
    """Why there may be more; empty where all was looked at."""


def is_configuration(path: str) -> bool:
    """Is this a file in which values need no quotes: configuration, shell, prose?"""
    return bool(_CONFIGURATION.search(path))


def as_utf8(data: bytes) -> bytes:
    """Give UTF-16 and UTF-32, with or without a byte order mark, as UTF-8; anything else as it is.

    Strings in UTF-16 inside of other data, as one shell's `>>` leaves them behind another's lines, become
    ASCII and zeros: of the same length, so that no later place moves.
    """
    if b"\0" not in data:
        return data
    encoding = _encoding(data)
    if encoding is not None:
        return data.decode(encoding, errors="replace").encode("utf-8", errors="replace")
    return _WIDE_RUN.sub(lambda run: run[0][1::2] + bytes(len(run[0]) // 2), data)


def _encoding(data: bytes) -> str | None:
    """Tell UTF-16 and UTF-32 by their mark, or by where the zeros stand in the first 4096 bytes."""
    for mark, name in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return name
    head = data[:4096]
    quarter = len(head) // 4
    if quarter < 2:
        return None
    zeros = tuple(head[place : quarter * 4 : 4].count(0) / quarter for place in range(4))
    for name, wanted in _ZEROS.items():
        if all(share >= 0.7 if full else share <= 0.1 for share, full in zip(zeros, wanted, strict=True)):
            return name
    return None


def search(data: bytes, rules: Iterable[Rule], *, configuration: bool) -> Matches:
    """Look for every rule. Of two that want the same bytes, the earlier rule has them."""
    words = _words(data)
    places = _Places(data, words=words, lower_words=words.lower())
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


def _words(data: bytes) -> bytes:
    """Give each word of the data once: most texts repeat theirs, so that many keywords are soon looked for."""
    if len(data) < _FEW:
        return data
    parts = []
    for start in range(0, len(data), _WINDOW):
        part = data[start : start + _WINDOW + LONGEST_KEYWORD].translate(_BETWEEN_WORDS)
        parts.append(b" ".join(set(part.split())))
    return b" ".join(parts)


@cache
def _core(keyword: bytes) -> bytes:
    """Give the longest part of a keyword that stands in one word, wherever the keyword stands."""
    return max(keyword.translate(_BETWEEN_WORDS).split(), key=len, default=b"")


class _Places(msgspec.Struct):
    """Where the keywords stand in one file, each looked for once."""

    data: bytes
    words: bytes
    """Each word of the data once: a keyword that is not in here is nowhere."""
    lower_words: bytes
    lower: bytes = b""
    known: dict[tuple[bytes, bool], tuple[int, ...]] = msgspec.field(default_factory=dict)
    incomplete: str = ""

    def of(self, keyword: bytes, *, ignore_case: bool) -> tuple[int, ...]:
        key = (keyword, ignore_case)
        if key not in self.known:
            if _core(keyword) not in (self.lower_words if ignore_case else self.words):
                self.known[key] = ()
                return ()
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
            if place < lead or (rule.boundary and not _begins_word(data, place - lead)):
                continue
            match = pattern.match(data, place - lead)
            if match is None:
                continue
            strength = rule.check(match)
            if strength is not Strength.NOTHING:
                start, end = match.span("value")
                if data.startswith(b"-----BEGIN ", start):
                    end = pem_block(data, end).end
                return Match(rule=rule, strength=strength, start=start, end=end)
    return None


def _begins_word(data: bytes, start: int) -> bool:
    r"""Is there no letter or digit before `start`? The letter of an escape, as in `\nghp_`, is none."""
    if start == 0 or not data[start - 1 : start].isalnum():
        return True
    return _ESCAPE_BEFORE.search(data, max(0, start - 16), start) is not None


def _take(taken: list[tuple[int, int]], start: int, end: int) -> bool:
    """Claim the bytes from start to end, unless some of them have been claimed."""
    index = bisect_left(taken, (start, end))
    if index < len(taken) and taken[index][0] < end:
        return False
    if index and taken[index - 1][1] > start:
        return False
    taken.insert(index, (start, end))
    return True
