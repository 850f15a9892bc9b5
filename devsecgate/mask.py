"""Findings and the texts that they point to go in; a mask that hides every secret's value comes out.

The values are the texts at the places of SECRET findings, and the literals that other findings call
hard-coded credentials. They are hidden in every text that a report could show. What cannot be cut out
with certainty (a value of less than four characters, a secret of several lines, a place without columns)
hides its whole line, and of a file with zero bytes (UTF-16, or no text at all) no line is shown. Paths, rule
ids and scanners' names are never changed: they are identities, and policies decide by them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from urllib.parse import quote

import msgspec
from msgspec.structs import replace

from devsecgate import cwe
from devsecgate.model import Finding, Kind, Package, Suppression
from devsecgate.statements import line_starts, tokens
from devsecgate.text import one_line

MASKED = "***"
LINE_LIMIT = 400
"""Characters of one line that are shown."""

_SHORTEST = 4
_STRONG = 8
"""From this length on, a value is hidden in packages' names and versions too."""
_NEWLINE = re.compile(r"\r\n|\r|\n")
_MARKER = re.compile(r"-----(?:BEGIN|END) [A-Z0-9 ]+-----")
_CREDENTIAL = re.compile(r"(?i)pass|pwd|secret|token|key|cred|auth")
_ASSIGNED = re.compile(r"[=:]\s*(\S.*)")
_ESCAPED_BREAK = re.compile(r"\\[nrt]")
_QUOTED = re.compile(r"\"([^\"]{4,})\"|'([^']{4,})'|`([^`]{4,})`")
_TRIE_DEPTH = 6
_MOST_LINES = 200


class Mask(msgspec.Struct, frozen=True, kw_only=True):
    """What to hide, and where."""

    texts: re.Pattern[str] | None
    """Values that are hidden in every message, snippet and justification."""
    names: re.Pattern[str] | None
    """Values that are hidden in names and versions of packages too."""
    longest: int
    """Length of the longest value."""
    lines: Mapping[str, frozenset[int]]
    """Lines of which nothing is shown, by path."""
    files: frozenset[str]
    """Files of which nothing is shown: what stands in their lines is not what a person would read there."""
    local: Mapping[tuple[str, int], tuple[str, ...]]
    """Literals that are hidden on one line only, by (path, line): too ordinary to be hidden everywhere."""


def build(findings: Iterable[Finding], sources: Mapping[str, str]) -> Mask:
    """Collect the values of all secrets that the findings point to."""
    values: set[str] = set()
    lines: dict[str, set[int]] = {}
    local: dict[tuple[str, int], set[str]] = {}
    texts = _Texts(sources=sources, starts={})
    for finding in findings:
        if finding.kind is Kind.SECRET:
            found, hidden = _secret(finding, texts)
            values |= found
            lines.setdefault(finding.location.path, set()).update(hidden)
        elif cwe.family_of(finding) == cwe.HARDCODED_CREDENTIALS:
            for number, literal in _literals(finding, texts):
                local.setdefault((finding.location.path, number), set()).add(literal)
                if len(literal) >= _STRONG and re.search(r"\d", literal) and re.search(r"[^\W\d]", literal):
                    values |= {literal}
    values = {variant for value in values for variant in _variants(value)}
    return Mask(
        texts=_pattern(values),
        names=_pattern({value for value in values if len(value) >= _STRONG}),
        longest=max(map(len, values), default=0),
        lines={path: frozenset(numbers) for path, numbers in lines.items()},
        files=frozenset(path for path, text in sources.items() if "\0" in text),
        local={
            place: tuple(sorted(literals, key=lambda each: (-len(each), each))) for place, literals in local.items()
        },
    )


def hide(mask: Mask, text: str) -> str:
    """Replace every value in a text."""
    return text if mask.texts is None else _covered(mask.texts, text, len(text))


def hide_line(mask: Mask, path: str, number: int, line: str) -> str:
    """Replace every value on one line of a file, and cut the line without ever cutting a value in two."""
    if path in mask.files or number in mask.lines.get(path, frozenset()):
        return MASKED
    cut = len(line) > LINE_LIMIT
    line = line[: LINE_LIMIT + mask.longest]
    text = line[:LINE_LIMIT] if mask.texts is None else _covered(mask.texts, line, LINE_LIMIT)
    text += "…" if cut else ""
    for literal in mask.local.get((path, number), ()):
        text = _hide_literal(text, literal)
        if cut and literal not in text and literal[:_SHORTEST] in text:
            return MASKED
    return text


def _covered(pattern: re.Pattern[str], text: str, limit: int) -> str:
    """Replace what the pattern finds at any place, also where two finds overlap; show `limit` characters at most."""
    shown, position, end = [], 0, -1
    for match in pattern.finditer(text):
        start = match.start()
        if start >= limit:
            break
        if start > end:
            shown.append(text[position:start] if end < 0 else MASKED + text[position:start])
        end = position = max(end, match.end(1))
    if end >= 0:
        shown.append(MASKED)
    return "".join(shown) + text[position : max(position, limit)]


def hide_finding(mask: Mask, finding: Finding, snippet: str) -> Finding:
    """Replace every value in all texts of a finding, and give it its (masked) snippet."""
    place = finding.location
    message = hide(mask, finding.message)
    for literal in mask.local.get((place.path, place.line), ()):
        message = _hide_literal(message, literal)
    return replace(
        finding,
        message=message,
        snippet=snippet,
        severity_source=hide(mask, finding.severity_source),
        help_url=finding.help_url and hide(mask, finding.help_url),
        fixed_in=tuple(hide(mask, version) for version in finding.fixed_in),
        package=finding.package and _hide_package(mask, finding.package),
        suppression=finding.suppression and _hide_suppression(mask, finding.suppression),
    )


def _hide_package(mask: Mask, package: Package) -> Package:
    if mask.names is None:
        return package
    hidden = {
        key: _covered(mask.names, value, len(value))
        for key, value in (("purl", package.purl), ("name", package.name), ("version", package.version))
    }
    return replace(package, purl=hidden["purl"], name=hidden["name"], version=hidden["version"])


def _hide_suppression(mask: Mask, suppression: Suppression) -> Suppression:
    marker, justification = hide(mask, suppression.marker), hide(mask, suppression.justification)
    return replace(suppression, marker=marker, justification=justification)


def _hide_literal(text: str, literal: str) -> str:
    if len(literal) >= _SHORTEST:
        return text.replace(literal, MASKED)
    for mark in "\"'":
        text = text.replace(f"{mark}{literal}{mark}", f"{mark}{MASKED}{mark}")
    return text


class _Texts(msgspec.Struct, frozen=True, kw_only=True):
    """The sources, with the offsets of the lines of those that were asked for."""

    sources: Mapping[str, str]
    starts: dict[str, tuple[int, ...]]

    def lines(self, path: str, first: int, last: int) -> list[str]:
        """Lines first to last (1-based, both included), without line ends; fewer where there are fewer."""
        text = self.sources.get(path)
        if text is None:
            return []
        if "\0" in text:  # UTF-16 of mostly Latin letters, read as UTF-8
            text = re.sub("^\ufffd{2,}", "\ufeff", text.replace("\0", ""))
        if path not in self.starts:
            self.starts[path] = line_starts(text)
        starts = self.starts[path]
        if first < 1 or first > len(starts):
            return []
        end = starts[last] if last < len(starts) else len(text)
        return _NEWLINE.split(text[starts[first - 1] : end])[: last - first + 1]


def _secret(finding: Finding, texts: _Texts) -> tuple[set[str], set[int]]:
    """The values of one secret, and the lines of which nothing may be shown."""
    place = finding.location
    last = max(place.line, place.end_line or place.line)
    lines = texts.lines(place.path, place.line, last)
    if last > place.line:
        stripped = {line.strip().strip("\"'`\\,") for line in lines}
        values = {text for text in stripped if len(text) >= _STRONG and not _MARKER.fullmatch(text)}
        return values, set(range(place.line, last + 1))
    line = lines[0] if lines else ""
    begin = (place.column or 1) - 1
    value = line[begin : place.end_column - 1 if place.column and place.end_column else None].strip()
    found = {part for part in _parts_of(value) if len(part) >= _SHORTEST}
    whole = place.column is None or place.end_column is None or len(value.strip("\"'`")) < _SHORTEST
    return found, {place.line} if whole else set()


def _parts_of(value: str) -> Iterator[str]:
    """A value, and what in it could be the value where a tool marks more than it should."""
    yield value
    yield value.strip("\"'`;,")
    yield from (part for part in _ESCAPED_BREAK.split(value)[:_MOST_LINES] if len(part) >= _STRONG)
    for match in _QUOTED.finditer(value):
        yield next(part for part in match.groups() if part)
    assigned = _ASSIGNED.search(value)
    if assigned is not None and len(assigned[1]) >= _STRONG:
        yield assigned[1].strip("\"'`;, ")


def _literals(finding: Finding, texts: _Texts) -> Iterator[tuple[int, str]]:
    """The string literals that a finding of the hard-coded family is about, each with its line."""
    place = finding.location
    last = min(max(place.line, place.end_line or place.line), place.line + _MOST_LINES)
    code = "\n".join(texts.lines(place.path, place.line, last))
    found = tokens(code, 0, len(code))
    literals: list[tuple[int, str, bool]] = []
    for index, (kind, text, offset) in enumerate(found):
        content = _content(text)
        if kind in {"string", "fstring"} and content:
            names = " ".join(token[1] for token in found[max(0, index - 4) : index])
            literals.append((place.line + code.count("\n", 0, offset), content, bool(_CREDENTIAL.search(names))))
    quoted = [each for each in literals if re.search(rf"['\"`]{re.escape(each[1])}['\"`]", finding.message)]
    chosen = quoted or [each for each in literals if each[2]] or literals
    for number, content, _ in chosen:
        for part in content.splitlines():
            yield number, part


def _content(text: str) -> str:
    """What stands between the quotes of a literal, as written."""
    body = text.lstrip("rRbBuUfFtT")
    width = 3 if body[:3] in {'"""', "'''"} else 1
    return body[width : len(body) - width] if len(body) >= 2 * width else ""


def _variants(value: str) -> Iterator[str]:
    """A value as it is, and as a tool may have escaped it."""
    yield value
    yield one_line(value)
    yield escape(value)
    yield value.encode("unicode_escape").decode("ascii")
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield repr(value)[1:-1]
    yield quote(value, safe="", errors="replace")
    yield quote(value, errors="replace")


def _pattern(values: Iterable[str]) -> re.Pattern[str] | None:
    ordered = sorted({value for value in values if len(value) >= _SHORTEST}, key=lambda value: (-len(value), value))
    return re.compile(f"(?=({_trie(ordered, 0)}))") if ordered else None


def _trie(values: Sequence[str], depth: int) -> str:
    """Write an alternation that shares prefixes, the longest value first, so that thousands of values cost little."""
    if depth == _TRIE_DEPTH or len(values) == 1:
        return "|".join(re.escape(value) for value in values)
    branches: dict[str, list[str]] = {}
    for value in values:
        branches.setdefault(value[:1], []).append(value[1:])
    ends = branches.pop("", None) is not None
    parts = [f"{re.escape(letter)}(?:{_trie(rest, depth + 1)})" for letter, rest in sorted(branches.items())]
    return "|".join(parts + [""] * ends)
