"""The effective policy goes in; it comes out as YAML for people, each entry with the line that it comes from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from devsecgate.model import PolicyLine, Waiver
from devsecgate.policy.digest import Content, content
from devsecgate.policy.records import GapRule, Policy, Rule, Tool


def render(policy: Policy) -> str:
    """Return YAML. Of one file, or where `rules` may be loosened, it is a policy that means the same."""
    return "\n".join((*_head(policy), *_settings(policy), *_rules(policy), *_gaps(policy), *_lists(policy))) + "\n"


def _text(value: Content) -> str:
    """Write a value in JSON, which is YAML too."""
    return json.dumps(value, ensure_ascii=False)


def _line(indent: int, key: str, value: Content, source: PolicyLine | None = None) -> str:
    origin = f"  # {source.file}:{source.line}" if source else ""
    return f"{'  ' * indent}{key}: {_text(value)}{origin}"


def _head(policy: Policy) -> Iterator[str]:
    yield f"# effective policy, made of: {' > '.join(policy.chain)}"
    yield f"# digest: {policy.digest}"
    yield "version: 1"
    yield _line(0, "name", policy.name)


def _settings(policy: Policy) -> Iterator[str]:
    yield "layers:"
    for kind, layer in policy.layers.items():
        yield _line(1, kind.value, layer.requirement.label, layer.source)
    yield from _section(
        "scanners",
        {
            "refuse_engines": sorted(policy.scanners.refuse_engines),
            "disable": sorted(policy.scanners.disable),
            "enable": sorted(policy.scanners.enable),
            "timeout": policy.scanners.timeout,
        },
        policy.scanners.source,
    )
    yield f"target:  # {policy.target.source.file}:{policy.target.source.line}"
    if policy.target.exclude:
        yield _line(1, "exclude", sorted(policy.target.exclude))
    yield _line(1, "max_file_size", _size(policy.target.max_file_size))
    yield "unrated:"
    for kind, assumed in policy.unrated.items():
        for entry in assumed[:-1]:
            yield f"  # {kind.value}: {entry.severity.label} is tried too, {entry.source.file}:{entry.source.line}"
        yield _line(1, kind.value, assumed[-1].severity.label, assumed[-1].source)
    inline = policy.inline_suppressions
    yield from _section(
        "inline_suppressions",
        {"honour": inline.honour, "needs_justification": inline.needs_justification, "up_to": inline.up_to.label},
        inline.source,
    )
    yield "waiver_terms:"
    for severity, days in policy.waiver_terms.items():
        yield _line(1, "unrated" if severity is None else severity.label, days)
    yield _line(0, "existing", policy.existing.action.value, policy.existing.source)
    if policy.baseline is not None:
        yield _line(0, "baseline", policy.baseline.named, policy.baseline.source)
    yield f"deadlines:  # {policy.deadlines.source.file}:{policy.deadlines.source.line}"
    for severity, days in policy.deadlines.days.items():
        yield _line(1, "unrated" if severity is None else severity.label, days)


def _section(name: str, values: Mapping[str, Content], source: PolicyLine) -> Iterator[str]:
    """Yield one mapping without the keys that have no value."""
    kept = {key: value for key, value in values.items() if value is not None and value != []}
    if kept:
        yield f"{name}:  # {source.file}:{source.line}"
        yield from (_line(1, key, value) for key, value in kept.items())


def _size(size: int) -> str:
    for unit, factor in (("GB", 1_000_000_000), ("MB", 1_000_000)):
        if size % factor == 0:
            return f"{size // factor}{unit}"
    return f"{size // 1000}KB"


def _rules(policy: Policy) -> Iterator[str]:
    yield "rules:"
    for position in range(len(policy.rules) - 1, -1, -1):
        rules = policy.rules[position]
        if not rules.rules:
            continue
        yield from (line for rule in rules.rules for line in _rule(rule))
        if position and not rules.replaces:
            yield "  # those above only tighten: the stricter of them and of those below counts"
    source = policy.no_rule
    yield f"  # what no rule matches is blocked ({source.file}:{source.line})"


def _rule(rule: Rule) -> Iterator[str]:
    yield f"  - action: {rule.action.value}  # {rule.source.file}:{rule.source.line}"
    yield _line(2, "reason", rule.reason)
    when = content(rule.when)
    if isinstance(when, Mapping) and (kept := {key: value for key, value in when.items() if value is not None}):
        yield _line(2, "when", kept)


def _gaps(policy: Policy) -> Iterator[str]:
    if policy.gaps:
        yield "gaps:"
    for name, accepted in (("accept", True), ("refuse", False)):
        entries = [entry for entry in policy.gaps if entry.accepted is accepted]
        if entries:
            yield f"  {name}:"
            yield from (line for entry in entries for line in _gap(entry))


def _gap(entry: GapRule) -> Iterator[str]:
    yield f"    - reason: {_text(content(entry.reasons))}  # {entry.source.file}:{entry.source.line}"
    for key, value in (("scanner", entry.scanner), ("path", entry.path), ("package", entry.package)):
        if value is not None:
            yield _line(3, key, value)
    yield _line(3, "because", entry.because)


def _lists(policy: Policy) -> Iterator[str]:
    if policy.first_party:
        yield _line(0, "first_party", sorted(policy.first_party))
    given: Mapping[str, Content] = {
        "advisories": policy.dependencies.advisories,
        "osv_url": policy.dependencies.osv_url,
        "max_age": policy.dependencies.max_age,
        "target": _platform(policy),
    }
    if kept := {key: value for key, value in given.items() if value is not None}:
        yield "dependencies:"
        yield from (_line(1, key, value) for key, value in kept.items())
    if policy.plugins:
        yield _line(0, "plugins", list(policy.plugins))
    yield from _entries("tools", ((tool.source, _tool(tool)) for tool in policy.tools))
    yield from _entries("waivers", ((waiver.source, _waiver(waiver)) for waiver in policy.waivers))


def _platform(policy: Policy) -> Content:
    target = policy.dependencies.target
    if target is None:
        return None
    said = {"python": target.python, "platform": target.platform, "machine": target.machine}
    return {key: value for key, value in said.items() if value is not None}


def _entries(name: str, entries: Iterable[tuple[PolicyLine, Mapping[str, Content]]]) -> Iterator[str]:
    listed = tuple(entries)
    if listed:
        yield f"{name}:"
    for source, values in listed:
        for position, (key, value) in enumerate(values.items()):
            start = "- " if position == 0 else "  "
            yield f"  {start}{key}: {_text(value)}" + (f"  # {source.file}:{source.line}" if position == 0 else "")


def _tool(tool: Tool) -> Mapping[str, Content]:
    return {
        "name": tool.name,
        "kind": tool.kind.value,
        "argv": list(tool.argv),
        "files": list(tool.files),
        "canary": {"name": tool.canary.name, "content": tool.canary.content, "rule": tool.canary.rule},
        "output": tool.output or "stdout",
        "exits": sorted(tool.exits),
        "timeout": tool.timeout,
    }


def _waiver(waiver: Waiver) -> Mapping[str, Content]:
    values = {
        "owner": waiver.owner,
        "reason": waiver.reason,
        "expires": waiver.expires.isoformat(),
        "fingerprint": waiver.fingerprint,
        "rule": waiver.rule,
        "path": waiver.path,
        "advisory": waiver.advisory,
        "package": waiver.package,
    }
    return {key: value for key, value in values.items() if value is not None}
