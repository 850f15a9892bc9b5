"""A GitHub `if:` in, what is wrong with it and whether it lets a pull request's run go on out.

Documented at docs.github.com: "Evaluate expressions in workflows and actions"; a comparison of two types makes numbers
of both, and a word is no number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

_EXPRESSION = re.compile(r"\$\{\{(?:(?!\$\{\{).)*?\}\}", re.DOTALL)
_NAME = r"(?:github\.event\.)?inputs(?:\.([\w-]+)|\['([\w-]+)'\])"
_STRING = re.compile(rf"(?<![\w.]){_NAME}\s*[!=]=\s*'(?:true|false)'|'(?:true|false)'\s*[!=]=\s*{_NAME}(?![\w.-])")
_BOOLEAN = re.compile(rf"(?<![\w.]){_NAME}\s*[!=]=\s*(?:true|false)\b|\b(?:true|false)\s*[!=]=\s*{_NAME}(?![\w.-])")
_BARE = re.compile(r"!*\s*inputs(?:\.([\w-]+)|\['([\w-]+)'\])")
_FORCING = re.compile(r"\balways\(\)|!\s*cancelled\(\)|(?<!!)\bfailure\(\)|!\s*success\(\)|\bcancelled\(\)\s*\|\|")
_HARMLESS = tuple(
    re.compile(each)
    for each in (
        r"always\(\)|success\(\)|true|!\s*cancelled\(\)|!\s*failure\(\)",
        r"github\.event_name == '(?:pull_request|pull_request_target|merge_group)'",
        r"github\.event_name != '(?!pull_request|merge_group)\w+'",
        r"startsWith\(\s*github\.event_name,\s*'pull_request'\s*\)",
        r"contains\(\s*fromJSON\('.*\"pull_request\".*'\),\s*github\.event_name\s*\)",
        r"github\.repository(?:_owner)? == '[^']*'|!\s*github\.event\.repository\.fork",
        r"github\.event\.action != 'closed'",
        r"hashFiles\([^)]*\)(?: != '')?",
        r"(?:(?:matrix|runner)\.[\w.-]+|'[^']*'|[!=]=|\s|!|true|false)+",
    )
)
_DRAFT = re.compile(r"!\s*github\.event\.pull_request\.draft|github\.event\.pull_request\.draft (?:== false|!= true)")
_FORK = re.compile(
    r"github\.event\.pull_request\.head\.repo\.full_name != github\.(?:repository|event\.pull_request\.base\..*)"
    r"|github\.event\.pull_request\.head\.repo\.fork(?: == true)?"
)
_NOT_PULL_REQUEST = re.compile(r"github\.event_name (?:== 'push'|!= 'pull_request')")


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a condition's answer depends on."""

    ready_for_review: bool
    """Does the workflow start again when a draft is made ready?"""
    pushed: bool
    """Does it start for every push too?"""
    inputs: Mapping[str, str]
    """The inputs that have a default, with it."""


def mixed(text: str) -> bool:
    """Is there anything around a `${{ }}`, so that all of it is a text, and true?"""
    return "${{" in text and _EXPRESSION.sub("", text, count=1) != ""


def strings_for(text: str, booleans: frozenset[str]) -> Iterator[str]:
    """Name the boolean inputs that are compared with a string."""
    for match in _STRING.finditer(text):
        name = _named(match)
        if name in booleans and "github.event.inputs" not in match.group():
            yield name


def booleans_for(text: str, strings: frozenset[str], *, composite: bool) -> Iterator[str]:
    """Name the inputs that are strings and are compared with a boolean; those of an event always are."""
    for match in _BOOLEAN.finditer(text):
        name = _named(match)
        if "github.event.inputs" in match.group() or (composite and name in strings):
            yield name


def bare(text: str, words: frozenset[str]) -> Iterator[str]:
    """Name the inputs of a composite action, out of these, that are a condition as they stand: `'false'` is true."""
    for operands in _operands(inner(text), "||"):
        for operand in _operands(operands, "&&"):
            match = _BARE.fullmatch(_plain(operand))
            if match is not None and (match[1] or match[2]) in words:
                yield match[1] or match[2]


def inner(text: str) -> str:
    """Take the `${{ }}` off, where it is around all of the text."""
    whole = text.strip()
    return whole[3:-2].strip() if whole.startswith("${{") and whole.endswith("}}") and not mixed(whole) else whole


def forces(text: str, gates: frozenset[str]) -> bool:
    """Does it let a job go on although the gate failed?"""
    plain = inner(text)
    if _FORCING.search(plain) is None:
        return False
    if re.search(r"needs\.\*\.result|needs\[", plain):
        return "failure" not in plain
    asked = set(re.findall(r"needs\.([\w-]+)\.result\s*(?:==\s*'success'|!=\s*'failure')", plain))
    return not asked & gates


def goes_on(text: str, facts: Facts) -> bool:
    """Is it met on every pull request, as far as one can see?"""
    return True if mixed(text) else _met(inner(text), facts, 0)


def _met(text: str, facts: Facts, depth: int) -> bool:
    plain = _plain(text)
    if depth > 16:
        return False
    either = list(_operands(plain, "||"))
    if len(either) > 1:
        apart = any(map(_NOT_PULL_REQUEST.fullmatch, map(_plain, either)))
        forks = any(map(_FORK.fullmatch, map(_plain, either)))
        return (facts.pushed and apart and forks) or any(_met(each, facts, depth + 1) for each in either)
    every = list(_operands(plain, "&&"))
    if len(every) > 1:
        return all(_met(each, facts, depth + 1) for each in every)
    if any(each.fullmatch(plain) for each in _HARMLESS):
        return True
    if _DRAFT.fullmatch(plain):
        return facts.ready_for_review
    name = re.fullmatch(r"inputs\.([\w-]+)(?: == (?:true|'true'))?", plain)
    return name is not None and facts.inputs.get(name[1]) == "true"


def _plain(text: str) -> str:
    """Take outer parentheses off, and make one blank of each run of them."""
    text = re.sub(r"\s*([!=]=)\s*", r" \1 ", " ".join(text.split())).strip()
    while text.startswith("(") and _closing(text) == len(text) - 1:
        text = text[1:-1].strip()
    return text


def _closing(text: str) -> int:
    return next((place for place, depth, _ in _walk(text) if place and depth == 0), -1)


def _operands(text: str, operator: str) -> Iterator[str]:
    """Split at an operator that stands outside of parentheses and quotes."""
    start = 0
    for place, depth, quoted in _walk(text):
        if depth == 0 and not quoted and place >= start and text.startswith(operator, place):
            yield text[start:place]
            start = place + len(operator)
    yield text[start:]


def _walk(text: str) -> Iterator[tuple[int, int, bool]]:
    """Give each place with the depth of parentheses behind it, and whether it is quoted."""
    depth, quoted = 0, False
    for place, character in enumerate(text):
        if character == "'":
            quoted = not quoted
        elif not quoted and character in "([":
            depth += 1
        elif not quoted and character in ")]":
            depth -= 1
        yield place, depth, quoted


def _named(match: re.Match[str]) -> str:
    return next((each for each in match.groups() if each), "")
