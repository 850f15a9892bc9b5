"""Folders of rules and lessons go in; what is known about each rule comes out, for reports and for `explain`.

A semgrep rule carries its own lesson in `metadata.lesson`. The lessons of other scanners' rules are in
`policies/lessons/<scanner>.toml`, one table a rule; a table called `*` stands for every rule of the scanner
that has none of its own. A text that cannot be read is absent: it teaches, and decides nothing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from pathlib import Path

import msgspec
from msgspec.structs import replace

from devsecgate.policy import rule_files
from devsecgate.report import RuleText

_EVERY = "*"
_SEMGREP = "semgrep"
_METADATA = re.compile(rb"^    metadata:\n(?:      .*\n|\n)*", re.MULTILINE)


class _Lesson(msgspec.Struct, frozen=True):
    """The four texts of a lesson, and the title."""

    title: str
    why: str
    fix: str
    vulnerable: str = ""
    fixed: str = ""
    cwes: list[int] = []
    references: list[str] = []


class _Metadata(msgspec.Struct, frozen=True):
    lesson: _Lesson | None = None
    cwe: list[str] | str = []
    references: list[str] = []


class _SemgrepRule(msgspec.Struct):
    id: str
    metadata: _Metadata = _Metadata()


class _SecretRule(msgspec.Struct):
    id: str
    title: str
    revoke: str


class _SecretRules(msgspec.Struct):
    rule: list[_SecretRule]


def load(bundle: Path, further: Sequence[Path] = (), *, only: Iterable[str] | None = None) -> Mapping[str, RuleText]:
    """Read the lessons of the bundled policies, and of further folders of semgrep rules, by `scanner:rule`.

    `only` are names of rules: nothing else is read then but the general lessons.
    """
    found = {text.rule: text for file in sorted((bundle / "lessons").glob("*.toml")) for text in _scanner(file)}
    for scanner in ("secrets", "secrets-history"):
        general = found.get(f"{scanner}:{_EVERY}")
        found |= {text.rule: text for text in _secrets(bundle / "secrets" / "rules.toml", scanner, general)}
    if only is None:
        found |= _of_folders((bundle / "rules", *further))
        return dict(sorted(found.items()))
    names = set(only)
    ids = {rule for scanner, _, rule in (name.partition(":") for name in names) if _is_semgrep(scanner)}
    if ids:
        found |= _of_bundle(bundle / "rules", ids) | _of_folders(further)
    wanted = names | {f"{_SEMGREP}:{rule}" for rule in ids}
    return {name: text for name, text in sorted(found.items()) if name in wanted or name.endswith(f":{_EVERY}")}


def find(known: Mapping[str, RuleText], name: str) -> RuleText | None:
    """Give what is known about `scanner:rule`: its own lesson, or the one for every rule of its scanner."""
    scanner = name.partition(":")[0]
    general = known.get(f"{scanner}:{_EVERY}")
    return own(known, name) or (replace(general, rule=name) if general is not None else None)


def own(known: Mapping[str, RuleText], name: str) -> RuleText | None:
    """Give the lesson about `scanner:rule` alone.

    The rules of all packs of semgrep are known as `semgrep:rule`, whichever scanner (`semgrep-go`) runs them.
    """
    scanner, _, rule = name.partition(":")
    packed = known.get(f"{_SEMGREP}:{rule}") if scanner != _SEMGREP and _is_semgrep(scanner) else None
    return known.get(name) or (replace(packed, rule=name) if packed is not None else None)


def _is_semgrep(scanner: str) -> bool:
    return scanner == _SEMGREP or scanner.startswith(f"{_SEMGREP}-")


def _of_folders(folders: Iterable[Path]) -> dict[str, RuleText]:
    """Read all rules of some folders; what semgrep cannot read is semgrep's to report."""
    return {
        text.rule: text
        for folder in folders
        for file in sorted(folder.rglob("*"))
        if file.suffix in {".yaml", ".yml"}
        for text in _semgrep(rule_files.rules(file))
    }


def _of_bundle(folder: Path, ids: Set[str]) -> dict[str, RuleText]:
    """Read the metadata of some rules of the bundle: their patterns are several times as long, and teach nothing."""
    texts = (
        b"  - id: %s\n%s" % (rule.encode(), b"".join(_METADATA.findall(text)))
        for rule, text in rule_files.texts(folder)
        if rule in ids
    )
    return {text.rule: text for text in _semgrep(rule_files.parsed(f"rules:\n{b''.join(texts).decode()}"))}


def _scanner(file: Path) -> Iterator[RuleText]:
    """Read one scanner's lessons; they ship with devsecgate, so that a mistake in them is ours."""
    lessons = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), dict[str, _Lesson])
    for rule, lesson in lessons.items():
        yield _text(f"{file.stem}:{rule}", lesson, cwes=lesson.cwes, references=lesson.references)


def _secrets(file: Path, scanner: str, general: RuleText | None) -> Iterator[RuleText]:
    """Give each kind of secret the general lesson, with its own title and the way to revoke it."""
    if general is None:
        return
    for rule in msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), _SecretRules).rule:
        first = f"{rule.revoke[:1].upper()}{rule.revoke[1:]}."
        yield replace(general, rule=f"{scanner}:{rule.id}", title=rule.title, fix=f"{first}\n\n{general.fix}")


def _semgrep(rules: Iterable[object]) -> Iterator[RuleText]:
    """Give the lessons of some rules, of those that have one."""
    for each in rules:
        try:
            yield from _lesson(msgspec.convert(each, _SemgrepRule))
        except (msgspec.ValidationError, RecursionError):
            continue


def _lesson(rule: _SemgrepRule) -> Iterator[RuleText]:
    lesson, given = rule.metadata.lesson, rule.metadata.cwe
    if lesson is not None:
        cwes = [_number(text) for text in ([given] if isinstance(given, str) else given)]
        yield _text(f"{_SEMGREP}:{rule.id}", lesson, cwes=cwes, references=rule.metadata.references)


def _number(text: str) -> int:
    """Read 89 out of `CWE-89: Improper Neutralization …`; 0 where there is none."""
    digits = text.upper().removeprefix("CWE-").partition(":")[0].strip()
    return int(digits) if digits.isdecimal() and len(digits) < 6 else 0


def _text(rule: str, lesson: _Lesson, *, cwes: Sequence[int], references: Sequence[str]) -> RuleText:
    return RuleText(
        rule=rule,
        title=lesson.title,
        why=lesson.why.strip(),
        fix=lesson.fix.strip(),
        vulnerable=lesson.vulnerable.strip("\n"),
        fixed=lesson.fixed.strip("\n"),
        cwes=frozenset(cwes) - {0},
        references=tuple(references),
    )
