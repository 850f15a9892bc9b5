"""Findings and the text of their files in, the same findings with the inline markers that ask for silence out.

Bandit and semgrep run with their markers switched off, so that none of them hides a finding; this stage reads
the markers, so that the policy can decide and the report can show. (Our secrets detector reads its own.) In
doubt there is no marker: one that names another test, stands in a string, or cannot be read is none.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from devsecgate.model import Finding, Location, Suppression
from devsecgate.text import lines as split_lines
from devsecgate.text import one_line

_HINT = re.compile(r"nosec|nosem", re.IGNORECASE)
_BANDIT = re.compile(r"#\s*nosec\b:?")
_BANDIT_TEST = re.compile(r"\s*,?\s*(\w+)(?![\w-])")
_BANDIT_WORDS = frozenset(
    {"ciphers", "eval", "ftplib", "marshal", "md5", "pickle", "random", "telnetlib", "trojansource"}
)
"""Names of bandit's tests that look like any other word."""
_BANDIT_LINK = re.compile(r"[/#]b\d+[-_]([\w-]+)(?:\.html)?$")
"""…/b602_name_of_test.html, …/blacklist_calls.html#b301-pickle"""
_SEMGREP = re.compile(r"\bnosem(?:grep)?\b(?::\s*(?P<rules>[\w.-]+(?:\s*,\s*[\w.-]+)*))?", re.IGNORECASE)
_COMMENT_LEADERS = " \t#-:;,\N{EN DASH}\N{EM DASH}/"


class _Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a file, as far as markers go."""

    number: int
    comment: str
    alone: bool
    """Is there nothing but the comment?"""


class _Marker(msgspec.Struct, frozen=True, kw_only=True):
    text: str
    line: int
    rest: str
    """What stands behind it."""


def apply(findings: Sequence[Finding], sources: Mapping[str, str]) -> tuple[Finding, ...]:
    """Give each finding the marker that its own scanner would have obeyed, in the order of `findings`.

    `sources` is the text of each file by target path; a finding in a file that is not there, or that has
    a suppression already, is left as it is.
    """
    lines: dict[str, Mapping[int, _Line]] = {}
    marked = []
    for finding in findings:
        path = finding.location.path
        read = _READERS.get(finding.scanner)
        if read is None or finding.suppression is not None or path not in sources:
            marked.append(finding)
            continue
        if path not in lines:
            lines[path] = {line.number: line for line in _lines(sources[path])}
        marked.append(_marked(finding, read(finding, lines[path])))
    return tuple(marked)


def _marked(finding: Finding, marker: _Marker | None) -> Finding:
    if marker is None:
        return finding
    suppression = Suppression(
        marker=one_line(marker.text.strip()),
        location=Location(path=finding.location.path, line=marker.line),
        justification=one_line(marker.rest.strip(_COMMENT_LEADERS)),
    )
    return replace(finding, suppression=suppression)


def _lines(text: str) -> Iterator[_Line]:
    """Find the comments that may hold a marker, by Python's own tokens, so that strings do not count."""
    if not _HINT.search(text):
        return
    split = split_lines(text.removeprefix("\ufeff"))
    try:
        for token in tokenize.generate_tokens(io.StringIO("\n".join(split)).readline):
            if token.type == tokenize.COMMENT and _HINT.search(token.string):
                alone = not token.line[: token.start[1]].strip()
                yield _Line(number=token.start[0], comment=token.string, alone=alone)
    except (tokenize.TokenError, SyntaxError):
        return  # from here on nothing is suppressed: the finding is reported, which is the safe side


def _bandit(finding: Finding, lines: Mapping[int, _Line]) -> _Marker | None:
    """Read `# nosec`, `# nosec B602, B607 - why` and `# nosec: name_of_test` on any line of the finding.

    Without a test it covers all of them. The names come from bandit's own link for the finding.
    """
    place = finding.location
    link = _BANDIT_LINK.search(finding.help_url or "")
    mine = {finding.rule.lower(), *([link[1].replace("-", "_").lower()] if link else ())}
    for number, line in sorted(lines.items()):
        match = _BANDIT.search(line.comment)
        if match is None or not place.line <= number <= (place.end_line or place.line):
            continue
        rest = line.comment[match.end() :]
        tests = {word.lower() for word in re.findall(r"\w+", rest.partition("#")[0]) if _is_test(word)}
        if not tests or tests & mine:
            end = match.end() + _list_of_tests(rest)
            return _Marker(text=line.comment[match.start() : end], line=number, rest=line.comment[end:])
    return None


def _is_test(word: str) -> bool:
    """Could this be the id or the name of one of bandit's tests? A guess too many hides nothing."""
    return "_" in word or word.lower() in _BANDIT_WORDS or re.fullmatch(r"B\d+", word, re.IGNORECASE) is not None


def _list_of_tests(rest: str) -> int:
    """Say where the list of tests ends that directly follows the marker."""
    end = 0
    while (match := _BANDIT_TEST.match(rest, end)) is not None and _is_test(match[1]):
        end = match.end()
    return end


def _semgrep(finding: Finding, lines: Mapping[int, _Line]) -> _Marker | None:
    """Read `# nosemgrep` and `# nosemgrep: rule, rule` on the first line, or alone on the line before it."""
    for number in (finding.location.line, finding.location.line - 1):
        line = lines.get(number)
        match = _SEMGREP.search(line.comment) if line else None
        if line is None or match is None or (number < finding.location.line and not line.alone):
            continue
        rules = [rule.strip() for rule in (match["rules"] or "").split(",") if rule.strip()]
        if not rules or any(rule == finding.rule or rule.endswith(f".{finding.rule}") for rule in rules):
            before = "# " if not line.comment[: match.start()].strip(" #") else ""
            return _Marker(text=before + match[0], line=number, rest=line.comment[match.end() :])
    return None


_READERS: Mapping[str, Callable[[Finding, Mapping[int, _Line]], _Marker | None]] = {
    "bandit": _bandit,
    "semgrep": _semgrep,
}
