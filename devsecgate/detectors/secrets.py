"""A request on stdin (`secrets_output.Request`: files and a salt) goes in; `secrets_output.Answer` comes out.

Run as a child: `python -m devsecgate.detectors.secrets`. A secret's value never leaves this process:
what is printed is its kind, its place, its length and a keyed hash.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import stat
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field

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
_LINE_PART = 2_000


@dataclass(slots=True)
class _Hasher:
    """Keyed hashes of values; slow ones for values that could be guessed."""

    key: bytes
    known: dict[bytes, str] = field(default_factory=dict)

    def hash(self, value: bytes) -> str:
        """32 hex digits. The same value has the same hash, wherever it stands."""
        if value not in self.known:
            if len(value) >= 20 and is_random(value[:4096].decode("latin-1")):
                digest = hmac.digest(self.key, value, "sha256")[:16]
            else:
                digest = hashlib.scrypt(value, salt=self.key, n=4096, r=8, p=1, dklen=16)
            self.known[value] = digest.hex()
        return self.known[value]


@dataclass(slots=True)
class _Position:
    """Turns ascending offsets into lines and columns, each byte looked at once."""

    data: bytes
    offset: int = 0
    line: int = 1
    start: int = 0
    column: int = 1

    def at(self, offset: int) -> tuple[int, int]:
        """Line and column (code points), both 1-based."""
        for end in _LINE_END.finditer(self.data, self.offset, offset):
            self.line += 1
            self.start = self.offset = end.end()
            self.column = 1
        self.column += len(self.data[self.offset : offset].decode("utf-8", errors="replace"))
        self.offset = offset
        return self.line, self.column


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
    hasher = _Hasher((request.salt or DEFAULT_SALT).encode())
    for path in request.files:
        try:
            data = _read(path)
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else str(error)
            answer.unseen.append(Unseen(path=path, detail=f"not searched for secrets: {why}"))
            continue
        answer.size += len(data)
        data = as_utf8(data)
        matches = search(data, rules, configuration=is_configuration(path))
        answer.secrets.extend(_secrets(path, data, matches.found, hasher))
        answer.covered.append(path)
        if matches.incomplete:
            answer.unseen.append(Unseen(path=path, detail=f"not wholly searched for secrets: {matches.incomplete}"))
    return answer


def _read(path: str) -> bytes:
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


def _secrets(path: str, data: bytes, found: Iterable[Match], hasher: _Hasher) -> list[Secret]:
    """Describe the secrets of one file without their values."""
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
                marker=_marker(data, match, line, values),
                revoke=match.rule.revoke,
            )
        )
    return secrets


def _rated(match: Match) -> tuple[str, str]:
    """Severity and confidence: verified is certain, a wrong checksum is a doubt."""
    if match.strength is Strength.VERIFIED:
        return match.rule.severity, "high"
    if match.strength is Strength.DOUBTFUL:
        return "low", "low"
    return match.rule.severity, match.rule.confidence


def _marker(data: bytes, match: Match, line_number: int, values: list[bytes]) -> Marker | None:
    """The marker on the secret's first line, or above it, with every secret of the file taken out of its text."""
    start = max(data.rfind(b"\n", 0, match.start), data.rfind(b"\r", 0, match.start)) + 1
    line_end = _LINE_END.search(data, match.start)
    first = max(start, match.start - _LINE_PART)
    last = min(line_end.start() if line_end else len(data), match.end + _LINE_PART)
    line = data[first:last].decode("utf-8", errors="replace")
    found = _MARKER.search(line)
    column = len(data[start:first].decode("utf-8", errors="replace")) + 1
    if found is None:
        line_number, column = line_number - 1, 1
        above = data[max(0, start - _LINE_PART) : start].splitlines()[-1:]
        found = _MARKER_ABOVE.search(above[0].decode("utf-8", errors="replace")) if above else None
    if found is None:
        return None
    why = re.sub(r"\s*(?:\*/|-->|#\}|--%>)\s*$", "", found["why"]).strip(" \t:-\u2013\u2014")
    return Marker(
        text=_without(found["marker"], values),
        line=line_number,
        column=column + found.start(),
        justification=_without(why, values)[:300],
    )


def _without(text: str, values: list[bytes]) -> str:
    for value in values:
        text = text.replace(value.decode("utf-8", errors="replace"), "***")
    return text


if __name__ == "__main__":
    sys.exit(main())
