"""The files of a chain go in, the base first; one effective Policy comes out, or every loosening that was not allowed.

What counts as loosening is written in the docstring of `devsecgate.policy`; this module is that table.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from devsecgate.model import Action, Kind, PolicyLine, Severity, Waiver
from devsecgate.policy import convert
from devsecgate.policy.digest import digest
from devsecgate.policy.document import Document
from devsecgate.policy.mistakes import Mistake, line_of, refuse
from devsecgate.policy.records import (
    Assumed,
    Baseline,
    Deadlines,
    Dependencies,
    Existing,
    Files,
    InlineSuppressions,
    Layer,
    Platform,
    Policy,
    Requirement,
    RuleSet,
    Scanners,
    Tool,
)
from devsecgate.policy.yaml_lines import Key, dotted

Value = TypeVar("Value")

_REQUIRED = frozenset({Kind.CODE, Kind.DEPENDENCY, Kind.SECRET})
_TERMS: Mapping[str, Severity | None] = MappingProxyType(
    {
        "critical": Severity.CRITICAL,
        "high": Severity.HIGH,
        "medium": Severity.MEDIUM,
        "low": Severity.LOW,
        "unrated": None,
    }
)
_SHORTEST_TERM = 30
_NO_GRACE = 0
_OLDEST_RECORDS = 7
_NO = False
_MAXIMUM_FILE_SIZE = "10MB"


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a chain, decoded."""

    file: str
    """As PolicyLine.file shows it."""
    document: Document
    lines: Mapping[Key, int]
    advisories: Path | None
    """Absolute folder, where `dependencies.advisories` names one."""
    baseline: Path | None
    """Absolute file, where `baseline` names one."""
    rule_folders: tuple[Path, ...]

    def source(self, key: Key) -> PolicyLine:
        """Return the line of a key, or of the nearest one around it."""
        return PolicyLine(file=self.file, line=line_of(self.lines, key), key=dotted(key))


class _Chain(msgspec.Struct, frozen=True, kw_only=True):
    levels: tuple[Level, ...]
    mistakes: list[Mistake]

    def allows(self, position: int, key: str) -> bool:
        """May this level loosen the key? `check_loosen` sees to it that grants only shrink."""
        return position == 0 or key in (self.levels[position - 1].document.loosen or ())

    def forbid(self, position: int, key: Key, base: PolicyLine) -> None:
        level, below = self.levels[position], self.levels[position - 1]
        grant = below.source(("loosen",))
        what = (
            f"this loosens `{key[0]}` of {base.file}:{base.line}, "
            f"which `loosen` of {grant.file}:{grant.line} does not allow"
        )
        self.mistakes.append(Mistake(key=key, what=what, file=level.file, line=line_of(level.lines, key)))

    def topmost(self, key: str) -> PolicyLine:
        """Return the line of a key in the last extension that has it."""
        level = next((level for level in reversed(self.levels) if (key,) in level.lines), self.levels[0])
        return level.source((key,))

    def settle(
        self,
        key: Key,
        read: Callable[[Level], Value | None],
        default: Value,
        looser: Callable[[Value, Value], bool],
    ) -> tuple[Value, PolicyLine]:
        """Let each level replace the value of the one below, where that is allowed."""
        value, source = default, self.levels[0].source(key)
        for position, level in enumerate(self.levels):
            stated = read(level)
            if stated is None:
                continue
            if looser(stated, value) and not self.allows(position, str(key[0])):
                self.forbid(position, key, source)
                continue
            value, source = stated, level.source(key)
        return value, source

    def gather(self, key: Key, read: Callable[[Level], Iterable[Value] | None]) -> tuple[Value, ...]:
        """Add up a list whose every further entry is a loosening."""
        gathered: list[Value] = []
        for position, level in enumerate(self.levels):
            for index, entry in enumerate(read(level) or ()):
                if entry in gathered:
                    continue
                if not self.allows(position, str(key[0])):
                    self.forbid(position, (*key, index), self.levels[position - 1].source(key))
                gathered.append(entry)
        return tuple(gathered)

    def collect(self, read: Callable[[Level], Iterable[Value] | None]) -> tuple[Value, ...]:
        """Add up a list whose entries only tighten."""
        return tuple(dict.fromkeys(entry for level in self.levels for entry in read(level) or ()))


def merge(levels: tuple[Level, ...]) -> Policy:
    """Make one policy of a chain, the base first. Raises PolicyError with every forbidden loosening."""
    chain = _Chain(levels=levels, mistakes=[])
    _check_loosen(chain)
    inline, terms = _inline_suppressions(chain), _waiver_terms(chain)
    chain.gather(("gaps", "accept"), lambda level: level.document.gaps.accept)
    base, top = levels[0], levels[-1]
    policy = Policy(
        name=top.document.name,
        chain=tuple(level.file for level in reversed(levels)),
        layers=_layers(chain),
        scanners=_scanners(chain),
        target=_files(chain),
        rules=tuple(
            RuleSet(rules=convert.rules(level.document, level.source), replaces=chain.allows(position, "rules"))
            for position, level in enumerate(levels)
        ),
        no_rule=base.source(("rules",)),
        unrated=_unrated(chain),
        inline_suppressions=inline,
        gaps=tuple(rule for level in reversed(levels) for rule in convert.gap_rules(level.document, level.source)),
        no_gap=chain.topmost("gaps"),
        first_party=frozenset(chain.gather(("first_party",), lambda level: level.document.first_party)),
        dependencies=_dependencies(chain),
        plugins=chain.collect(lambda level: level.document.plugins),
        tools=_tools(chain),
        waivers=_waivers(chain),
        waiver_terms=terms,
        existing=_existing(chain),
        deadlines=_deadlines(chain),
        baseline=_baseline(chain),
        digest="",
    )
    if chain.mistakes:
        raise refuse(chain.mistakes)
    return replace(policy, digest=digest(policy))


def _check_loosen(chain: _Chain) -> None:
    for position, level in enumerate(chain.levels):
        for index, name in enumerate(level.document.loosen or ()):
            if not chain.allows(position, name):
                grant = chain.levels[position - 1].source(("loosen",))
                what = f"`{name}` cannot be passed on: {grant.file}:{grant.line} does not allow it"
                key = ("loosen", index)
                chain.mistakes.append(
                    Mistake(key=key, what=what, file=level.file, line=line_of(level.lines, key)),
                )


def _layers(chain: _Chain) -> Mapping[Kind, Layer]:
    def stated(level: Level, kind: Kind) -> Requirement | None:
        return convert.requirement(level.document, kind)

    layers = {}
    for kind in Kind:
        default = Requirement.REQUIRED if kind in _REQUIRED else Requirement.OPTIONAL
        value, source = chain.settle(("layers", kind.value), partial(stated, kind=kind), default, operator.lt)
        layers[kind] = Layer(requirement=value, source=source)
    return MappingProxyType(layers)


def _scanners(chain: _Chain) -> Scanners:
    timeouts = [level.document.scanners.timeout for level in chain.levels if level.document.scanners.timeout]
    return Scanners(
        refuse_engines=frozenset(chain.collect(lambda level: level.document.scanners.refuse_engines)),
        enable=frozenset(chain.collect(lambda level: level.document.scanners.enable)),
        disable=frozenset(chain.gather(("scanners", "disable"), lambda level: level.document.scanners.disable)),
        timeout=timeouts[-1] if timeouts else None,
        rules=chain.collect(lambda level: level.rule_folders),
        source=chain.topmost("scanners"),
    )


def _files(chain: _Chain) -> Files:
    sizes = [level.document.target.max_file_size for level in chain.levels if level.document.target.max_file_size]
    return Files(
        exclude=frozenset(chain.gather(("target", "exclude"), lambda level: level.document.target.exclude)),
        max_file_size=convert.size(sizes[-1] if sizes else _MAXIMUM_FILE_SIZE),
        source=chain.topmost("target"),
    )


def _unrated(chain: _Chain) -> Mapping[Kind, tuple[Assumed, ...]]:
    """Collect what may be assumed; a severity raised by an extension is tried beside the base's."""
    unrated = {}
    for kind in Kind:
        key = ("unrated", kind.value)
        assumed = [Assumed(severity=Severity.HIGH, source=chain.levels[0].source(key))]
        for position, level in enumerate(chain.levels):
            stated = convert.unrated(level.document, kind)
            if stated is None:
                continue
            entry = Assumed(severity=stated, source=level.source(key))
            strongest = max(assumed, key=lambda each: each.severity)
            if chain.allows(position, "unrated"):
                assumed = [entry]
            elif stated < strongest.severity:
                chain.forbid(position, key, strongest.source)
            elif stated > strongest.severity:
                assumed.append(entry)
        unrated[kind] = tuple(assumed)
    return MappingProxyType(unrated)


def _inline_suppressions(chain: _Chain) -> InlineSuppressions:
    def up_to(level: Level) -> Severity | None:
        return convert.severity(level.document.inline_suppressions.up_to)

    honour, source = chain.settle(
        ("inline_suppressions", "honour"),
        lambda level: level.document.inline_suppressions.honour,
        _NO,
        lambda new, old: new and not old,
    )
    justified, _ = chain.settle(
        ("inline_suppressions", "needs_justification"),
        lambda level: level.document.inline_suppressions.needs_justification,
        _NO,
        lambda new, old: old and not new,
    )
    highest, _ = chain.settle(("inline_suppressions", "up_to"), up_to, Severity.CRITICAL, operator.gt)
    return InlineSuppressions(honour=honour, needs_justification=justified, up_to=highest, source=source)


def _dependencies(chain: _Chain) -> Dependencies:
    def advisories(level: Level) -> tuple[str, Path | None] | None:
        given = level.document.dependencies.advisories
        return None if given is None else (given, level.advisories)

    unset: tuple[str, Path | None] = ("", None)
    (given, folder), _ = chain.settle(("dependencies", "advisories"), advisories, unset, operator.ne)
    osv_url, _ = chain.settle(
        ("dependencies", "osv_url"), lambda level: level.document.dependencies.osv_url, "", operator.ne
    )
    max_age, _ = chain.settle(
        ("dependencies", "max_age"), lambda level: level.document.dependencies.max_age, _OLDEST_RECORDS, operator.gt
    )
    nowhere: Platform | None = None
    target, _ = chain.settle(
        ("dependencies", "target"), lambda level: convert.platform(level.document), nowhere, operator.ne
    )
    return Dependencies(
        advisories=given or None,
        folder=folder,
        url=given if given and folder is None else None,
        osv_url=osv_url or None,
        max_age=max_age,
        target=target,
    )


def _tools(chain: _Chain) -> tuple[Tool, ...]:
    tools: dict[str, Tool] = {}
    for level in chain.levels:
        for tool in convert.tools(level.document, level.source):
            if tool.name in tools:
                first = tools[tool.name].source
                what = f"the tool `{tool.name}` is there already, at {first.file}:{first.line}"
                chain.mistakes.append(Mistake(key=("tools",), what=what, file=level.file, line=tool.source.line))
            tools.setdefault(tool.name, tool)
    return tuple(tools.values())


def _waivers(chain: _Chain) -> tuple[Waiver, ...]:
    chain.gather(("waivers",), lambda level: level.document.waivers)
    return tuple(waiver for level in chain.levels for waiver in convert.waivers(level.document, level.source))


def _existing(chain: _Chain) -> Existing:
    def stated(level: Level) -> Action | None:
        return None if level.document.existing is None else Action(level.document.existing)

    def is_looser(new: Action, old: Action) -> bool:
        return new is Action.WARN and old is Action.BLOCK

    action, source = chain.settle(("existing",), stated, Action.BLOCK, is_looser)
    return Existing(action=action, source=source)


def _baseline(chain: _Chain) -> Baseline | None:
    def stated(level: Level) -> tuple[str, Path | None] | None:
        given = level.document.baseline
        return None if given is None else (given, level.baseline)

    unset: tuple[str, Path | None] = ("", None)
    (named, file), source = chain.settle(("baseline",), stated, unset, operator.ne)
    return None if file is None else Baseline(named=named, file=file, source=source)


def _deadlines(chain: _Chain) -> Deadlines:
    def stated(level: Level, word: str) -> int | None:
        return convert.deadline(level.document, word)

    days = {}
    for word, severity in _TERMS.items():
        days[severity], _ = chain.settle(("deadlines", word), partial(stated, word=word), _NO_GRACE, operator.gt)
    return Deadlines(days=MappingProxyType(days), source=chain.topmost("deadlines"))


def _waiver_terms(chain: _Chain) -> Mapping[Severity | None, int]:
    def stated(level: Level, word: str) -> int | None:
        return convert.term(level.document, word)

    terms = {}
    for word, severity in _TERMS.items():
        read = partial(stated, word=word)
        terms[severity], _ = chain.settle(("waiver_terms", word), read, _SHORTEST_TERM, operator.gt)
    return MappingProxyType(terms)
