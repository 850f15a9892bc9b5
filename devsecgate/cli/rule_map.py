"""Bundled rules, and lessons of other scanners, in; a Markdown map of weaknesses and categories to both out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from devsecgate.model import Action
from devsecgate.policy.catalogue import BundledRule, Category, Weakness
from devsecgate.report import RuleText

Actions = Mapping[str, Action]
_LISTS = {("A", 2021): "OWASP Top 10, 2021", ("A", 2025): "OWASP Top 10, 2025"}
_LEGEND = "In **bold**: what blocks under `default`. Also: tests of bandit, and the detector of secrets."
_FOR_MODELS = "OWASP Top 10 for applications of language models"


def draw(rules: Mapping[BundledRule, Actions], lessons: Mapping[str, RuleText]) -> str:
    """Draw the counts by profile, then the weaknesses, then the categories of each list of OWASP."""
    sections = [_counts(rules), _weaknesses(rules, _others(lessons))]
    for (group, year), categories in _grouped(rules).items():
        title = _LISTS.get((group, year), f"{_FOR_MODELS}, {year}")
        sections.append(f"### {title}\n\n{_categories(categories, rules)}")
    return "\n\n".join(sections) + "\n"


def alone(rules: Iterable[BundledRule], lessons: Mapping[str, RuleText]) -> str:
    """Name the weaknesses that no rule watches, and another scanner does."""
    watched = {each.number for rule in rules for each in rule.weaknesses}
    named = [f"{number} ({', '.join(names)})" for number, names in _others(lessons).items() if number not in watched]
    return f"Weaknesses that bandit alone watches: {'; '.join(named)}.\n"


def _counts(rules: Mapping[BundledRule, Actions]) -> str:
    """Count, for each pack and profile, the rules that block, warn, or do neither."""
    profiles = list(next(iter(rules.values()), {}))
    lines = [
        "### What the profiles do with the rules",
        "",
        f"| pack | rules | {' | '.join(f'`{name}` blocks, warns' for name in profiles)} |",
        f"|---|--:|{'--:|' * len(profiles)}",
    ]
    packs = sorted({rule.pack for rule in rules})
    for pack in (*packs, None):
        mine = [actions for rule, actions in rules.items() if pack in {None, rule.pack}]
        cells = []
        for name in profiles:
            counted = Counter(actions[name] for actions in mine)
            cells.append(f"{counted[Action.BLOCK]}, {counted[Action.WARN]}")
        lines.append(f"| {pack or 'all'} | {len(mine)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _weaknesses(rules: Mapping[BundledRule, Actions], others: Mapping[int, tuple[str, ...]]) -> str:
    """List each weakness with its rules, and what other scanners watch it."""
    watched: dict[int, Weakness] = {}
    for weakness in sorted({each for rule in rules for each in rule.weaknesses}):
        watched.setdefault(weakness.number, weakness)
    lines = ["### CWE", "", _LEGEND, "", "| CWE | weakness | rules | also |", "|--:|---|---|---|"]
    for number, weakness in watched.items():
        mine = {rule: each for rule, each in rules.items() if number in {one.number for one in rule.weaknesses}}
        also = ", ".join(others.get(number, ()))
        lines.append(f"| {number} | {weakness.title} | {_names(mine)} | {also} |")
    return "\n".join(lines)


def _categories(categories: Iterable[Category], rules: Mapping[BundledRule, Actions]) -> str:
    """List the categories of one list with their rules."""
    lines = ["| category | rules | number |", "|---|---|--:|"]
    for category in categories:
        mine = {rule: each for rule, each in rules.items() if str(category) in map(str, rule.owasp)}
        lines.append(f"| {category.code} {category.title} | {_names(mine)} | {len(mine)} |")
    return "\n".join(lines)


def _grouped(rules: Iterable[BundledRule]) -> Mapping[tuple[str, int], list[Category]]:
    """Give the categories of each list, once each, in their order."""
    found: dict[tuple[str, int], dict[str, Category]] = {}
    for category in sorted({each for rule in rules for each in rule.owasp}):
        group = category.code.rstrip("0123456789"), category.year
        found.setdefault(group, {}).setdefault(category.code, category)
    return {group: list(found[group].values()) for group in sorted(found)}


def _names(rules: Mapping[BundledRule, Actions]) -> str:
    """Name rules; those that block under the default profile in bold."""
    return ", ".join(
        f"**`{rule.name}`**" if actions["default"] is Action.BLOCK else f"`{rule.name}`"
        for rule, actions in rules.items()
    )


def _others(lessons: Mapping[str, RuleText]) -> Mapping[int, tuple[str, ...]]:
    """Give the tests of bandit by weakness, and the detector of secrets as one."""
    found: dict[int, dict[str, None]] = {}
    for name, text in lessons.items():
        scanner, _, rule = name.partition(":")
        if scanner in {"bandit", "secrets"}:
            for number in sorted(text.cwes):
                found.setdefault(number, {})[f"`{scanner}`" if scanner == "secrets" else rule] = None
    return {number: tuple(names) for number, names in sorted(found.items())}
