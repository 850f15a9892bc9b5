"""A request on stdin (`secrets_output.Request`: files and a salt) goes in; `secrets_output.Answer` comes out.

Run as a child: `python -m devsecgate.detectors.secrets`. A secret's value never leaves this process:
what is printed is its kind, its place, its length and a keyed hash. The key is the request's salt, else
a public one (docs/secrets-engine.md says what that means).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import stat
import sys
from collections.abc import Iterable

import msgspec

from devsecgate.detectors import secrets_rules
from devsecgate.detectors.secrets_checks import Strength
from devsecgate.detectors.secrets_output import VERSION, Answer, Marker, Request, Secret, Unseen
from devsecgate.detectors.secrets_search import Match, as_utf8, is_configuration, search
from devsecgate.detectors.secrets_words import is_random

MAX_BYTES = 100 * 1024 * 1024
"""Of one file; a larger one is said to be unseen."""
DEFAULT_SALT = "devsecgate"
"""Where no salt is given, hashes can be compared between runs and projects by anybody."""

_LINE_END = re.compile(rb"\r\n|\r|\n")
_MARKER = re.compile(
    r"(?P<marker>(?:gitleaks|betterleaks):\s?allow|trufflehog:\s?ignore|pragma:\s?(?:allow|white)list[ -]secret|"
    r"ggignore|nosecret|devsecgate:\s?allow[ -]secret(?:[ ]because)?)(?P<why>[^\r\n]*)",
    re.IGNORECASE,
)
_MARKER_ABOVE = re.compile(r"(?P<marker>pragma:\s?(?:allow|white)list nextline secret)(?P<why>[^\r\n]*)", re.IGNORECASE)
_LONG_WORD = re.compile(r"[^\s\"'`,;()]{16,}")
_LINE_PART = 2_000
"""Bytes before and behind a secret in which a marker is looked for."""
_CONTINUES = range(0x80, 0xC0)
"""Bytes of UTF-8 that never begin a character."""


class Hasher(msgspec.Struct):
    """Keyed hashes of values; slow ones for values that could be guessed."""

    key: bytes
    known: dict[bytes, str] = msgspec.field(default_factory=dict)

    def hash(self, value: bytes) -> str:
        """32 hex digits. The same value has the same hash, wherever it stands."""
        if value not in self.known:
            if len(value) >= 20 and is_random(value[:4096].decode("latin-1")):
                digest = hmac.digest(self.key, value, "sha256")[:16]
            else:
                digest = hashlib.scrypt(value, salt=self.key, n=4096, r=8, p=1, dklen=16)
            self.known[value] = digest.hex()
        return self.known[value]


class _Position(msgspec.Struct):
    """Turns ascending offsets into lines and columns, each byte looked at once."""

    data: bytes
    offset: int = 0
    line: int = 1
    column: int = 1

    def at(self, offset: int) -> tuple[int, int]:
        """Line and column (code points), both 1-based; inside of a character or a line end, those of its end."""
        for _ in range(3):
            if offset < len(self.data) and self.data[offset] in _CONTINUES:
                offset += 1
        if offset and self.data[offset - 1 : offset + 1] == b"\r\n":
            offset += 1
        offset = max(offset, self.offset)
        part = self.data[self.offset : offset]
        self.line += part.count(b"\n") + part.count(b"\r") - part.count(b"\r\n")
        last = max(part.rfind(b"\n"), part.rfind(b"\r")) + 1
        self.column = (1 if last else self.column) + len(part[last:].decode("utf-8", errors="replace"))
        self.offset = offset
        return self.line, self.column


def salted(salt: str) -> bytes:
    """Give the key of the hashes."""
    return (salt or DEFAULT_SALT).encode()


def main() -> int:
    """Read the request, look, print. Exit 0: looked; 2: the request or the rules cannot be read."""
    try:
        request = msgspec.json.decode(sys.stdin.buffer.read(), type=Request)
        rules = secrets_rules.load(secrets_rules.table())
    except (msgspec.MsgspecError, OSError, ValueError, re.error) as error:
        print(f"secrets: {error}", file=sys.stderr)
        return 2
    sys.stdout.buffer.write(msgspec.json.encode(look(request, rules)) + b"\n")
    return 0


def look(request: Request, rules: tuple[secrets_rules.Rule, ...]) -> Answer:
    """Look at every file of the request, in its order."""
    answer = Answer(version=VERSION, rules=len(rules), secrets=[], covered=[], unseen=[], size=0)
    hasher = Hasher(salted(request.salt))
    for path in request.files:
        try:
            data = content(path)
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else str(error)
            answer.unseen.append(Unseen(path=path, detail=f"not searched for secrets: {why}"))
            continue
        answer.size += len(data)
        data = as_utf8(data)
        matches = search(data, rules, configuration=is_configuration(path))
        answer.secrets.extend(described(path, data, matches.found, hasher))
        answer.covered.append(path)
        if matches.incomplete:
            answer.unseen.append(Unseen(path=path, detail=f"not wholly searched for secrets: {matches.incomplete}"))
    return answer


def content(path: str) -> bytes:
    """Read a regular file that is no link and no larger than MAX_BYTES. Raises OSError, ValueError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor, not a path
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise ValueError("it is not a regular file")
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ValueError(f"it is larger than {MAX_BYTES // 1024 // 1024} MB")
    return data


def described(path: str, data: bytes, found: Iterable[Match], hasher: Hasher) -> list[Secret]:
    """Describe the secrets of one file, in their order, without their values."""
    matches = tuple(found)
    values = sorted({data[match.start : match.end] for match in matches}, key=len, reverse=True)
    position = _Position(data)
    secrets = []
    for match in matches:
        line, column = position.at(match.start)
        end_line, end_column = position.at(match.end)
        severity, confidence = _rated(match)
        secrets.append(
            Secret(
                path=path,
                rule=match.rule.id,
                title=match.rule.title,
                severity=severity,
                confidence=confidence,
                verified=match.strength is Strength.VERIFIED,
                line=line,
                column=column,
                end_line=end_line,
                end_column=end_column,
                length=match.end - match.start,
                hash=hasher.hash(data[match.start : match.end]),
                marker=_marker(data, match, (line, column), values),
                revoke=match.rule.revoke,
            )
        )
    return secrets


def _rated(match: Match) -> tuple[str, str]:
    """Severity and confidence: verified is certain, a guess is not, a wrong checksum is a doubt."""
    if match.strength is Strength.VERIFIED:
        return match.rule.severity, "high"
    if match.strength is Strength.DOUBTFUL:
        return "low", "low"
    return match.rule.severity, "low" if match.strength is Strength.GUESSED else match.rule.confidence


def _marker(data: bytes, match: Match, place: tuple[int, int], values: list[bytes]) -> Marker | None:
    """The marker on the secret's first line, or above it, with every secret of the file taken out of its text."""
    first, last = max(0, match.start - _LINE_PART), min(len(data), match.end + _LINE_PART)
    start = max(data.rfind(b"\n", first, match.start), data.rfind(b"\r", first, match.start)) + 1
    before = _text(data[start or first : match.start])
    value, *more = _LINE_END.split(data[match.start : match.end], maxsplit=1)
    behind = b"" if more else _LINE_END.split(data[match.end : last], maxsplit=1)[0]
    line, column = place
    found = _MARKER.search(before + "\0" * len(_text(value)) + _text(behind))
    column -= len(before)
    if found is None and start:
        line, column = line - 1, 1
        above = data[max(0, start - _LINE_PART) : start].splitlines()[-1:]
        found = _MARKER_ABOVE.search(_text(above[0])) if above else None
    if found is None:
        return None
    why = re.sub(r"\s*(?:\*/|-->|#\}|--%>)\s*$", "", found["why"]).strip(" \t:-\u2013\u2014")
    return Marker(
        text=_without(found["marker"], values),
        line=line,
        column=column + found.start(),
        justification=_without(why, values)[:300],
    )


def _text(data: bytes) -> str:
    return data.decode("utf-8", errors="replace")


def _without(text: str, values: list[bytes]) -> str:
    """Take out every secret of the file, and every word that could be one."""
    for value in values:
        text = text.replace(_text(value), "***")
    text = re.sub("\0+", "***", text)
    return _LONG_WORD.sub(lambda word: "***" if is_random(word[0]) else word[0], text)


if __name__ == "__main__":
    sys.exit(main())
