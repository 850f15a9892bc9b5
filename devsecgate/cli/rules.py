"""`devsecgate rules`: which rules are bundled, what each is about, and what the bundled profiles do with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from devsecgate.errors import UsageError

if TYPE_CHECKING:
    from devsecgate.model import Action, Kind
    from devsecgate.policy import Policy
    from devsecgate.policy.catalogue import BundledRule

Actions = Mapping[str, "Action"]
"""What each profile does, by its name."""

BEGIN = "<!-- from here: devsecgate rules --update -->"
END = "<!-- to here: devsecgate rules --update -->"
_NUMBER = re.compile(r"(?i)(?:CWE-)?(\d{1,5})")
_YEARS = (2021, 2025)
_HEAD = ("RULE", "SEVERITY", "CONFIDENCE", "DEFAULT", "CWE", "OWASP 2021", "OWASP 2025", "ASVS")


@click.command(short_help="List the bundled rules: severity, confidence, CWE, OWASP, ASVS.")
@click.option("--pack", metavar="PACK", help="Only the rules of this pack, such as python.")
@click.option("--cwe", metavar="NUMBER", help="Only the rules about this weakness, such as 89 or CWE-89.")
@click.option(
    "--format",
    "kind",
    type=click.Choice(("table", "json", "markdown")),
    default="table",
    show_default=True,
    help="A table for people, JSON for programs, or a map of weaknesses and categories to rules.",
)
@click.option("--update", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Put the map between its two markers in FILE, and print nothing.")  # fmt: skip
def rules(pack: str | None, cwe: str | None, kind: str, update: Path | None) -> None:
    """List the bundled rules of semgrep, and what the default profile does with what each of them finds.

    That is for code that runs in production, and before waivers; the rules of a project's own policy may say otherwise.
    `devsecgate explain RULE` teaches one of them.
    """
    if update is not None:
        _refuse_beside_update(pack, cwe)
        _update(update, _map(_chosen(None, None), "all"))
        return
    chosen = _chosen(pack, cwe)
    if kind == "json":
        click.echo(_json(chosen), nl=False)
    elif kind == "markdown":
        click.echo(_map(chosen, "all" if pack is cwe is None else "some"), nl=False)
    else:
        click.echo(_table(chosen), nl=False)


def _chosen(pack: str | None, cwe: str | None) -> Mapping[BundledRule, Actions]:
    """Read the rules that are asked for, with what the profiles do. Raises UsageError for a pack that there is not."""
    from devsecgate import bundled
    from devsecgate.policy.catalogue import bundled_rules

    found = bundled_rules(bundled.policies() / "rules")
    packs = sorted({rule.pack for rule in found})
    if pack is not None and pack not in packs:
        raise UsageError(f"there is no pack {pack!r}", where="--pack", remedy=f"There are {', '.join(packs)}.")
    number = None if cwe is None else _number(cwe)
    policies, kinds = _profiles(), _kinds(packs)
    return {
        rule: {name: _action(policy, rule, *kinds[rule.pack]) for name, policy in policies.items()}
        for rule in found
        if pack in {None, rule.pack} and (number is None or number in {each.number for each in rule.weaknesses})
    }


def _number(text: str) -> int:
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise UsageError(f"{text!r} is no number of the CWE list", where="--cwe", remedy="Give 89 or CWE-89.")
    return int(match[1])


def _profiles() -> Mapping[str, Policy]:
    """Load every bundled profile."""
    from datetime import date

    from devsecgate import bundled, policy
    from devsecgate.policy.loading import PROFILES

    folder = bundled.policies()
    return {name: policy.load(folder / f"{name}.yaml", folder, today=date.today()) for name in PROFILES}


def _kinds(packs: Sequence[str]) -> Mapping[str, tuple[str, Kind]]:
    """Give the scanner that runs each pack, and its layer."""
    from devsecgate import discovery

    scanners = discovery.scanners(())
    names = {pack: "semgrep" if pack == "python" else f"semgrep-{pack}" for pack in packs}
    return {pack: (name, scanners[name].kind) for pack, name in names.items()}


def _action(policy: Policy, rule: BundledRule, scanner: str, kind: Kind) -> Action:
    """Ask a profile what it does with a finding of this rule in code that runs in production."""
    from devsecgate.model import Finding, Issue, Location
    from devsecgate.policy.matching import ruling

    finding = Finding(
        scanner=scanner,
        kind=kind,
        rule=rule.name,
        message=rule.title,
        location=Location(path="src/a"),
        severity=rule.severity,
        severity_source="rule",
        confidence=rule.confidence,
        cwes=frozenset(each.number for each in rule.weaknesses),
    )
    issue = Issue(
        fingerprint="0" * 32,
        content="0" * 32,
        kind=kind,
        severity=rule.severity,
        severity_source="rule",
        confidence=rule.confidence,
        findings=(finding,),
    )
    return ruling(policy, issue).action


def _table(chosen: Mapping[BundledRule, Actions]) -> str:
    """Lay the rules out in columns, and count them."""
    rows = [_HEAD, *(_row(rule, actions) for rule, actions in chosen.items())]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    packs = {rule.pack for rule in chosen}
    counted = f"{len(chosen)} rules in {len(packs)} pack{'' if len(packs) == 1 else 's'}"
    return "\n".join([*lines, "", counted]) + "\n"


def _row(rule: BundledRule, actions: Actions) -> tuple[str, ...]:
    by_year = {year: [each.code for each in rule.owasp if each.year == year and each.code[0] == "A"] for year in _YEARS}
    return (
        rule.name,
        rule.severity.label,
        rule.confidence.label,
        actions["default"].value,
        ", ".join(str(each.number) for each in rule.weaknesses),
        *(", ".join(by_year[year]) or "-" for year in _YEARS),
        ", ".join(each.removeprefix("v5.0.0-") for each in rule.asvs) or "-",
    )


def _json(chosen: Mapping[BundledRule, Actions]) -> str:
    """Write the rules for programs."""
    from devsecgate.text import json_document

    return json_document({"rules": list(_records(chosen))}).decode()


def _records(chosen: Mapping[BundledRule, Actions]) -> Iterator[Mapping[str, object]]:
    for rule, actions in chosen.items():
        yield {
            "pack": rule.pack,
            "rule": rule.name,
            "title": rule.title,
            "severity": rule.severity.label,
            "confidence": rule.confidence.label,
            "cwe": [{"number": each.number, "title": each.title} for each in rule.weaknesses],
            "owasp": [str(each) for each in rule.owasp],
            "asvs": list(rule.asvs),
            "profiles": {name: action.value for name, action in actions.items()},
        }


def _map(chosen: Mapping[BundledRule, Actions], extent: Literal["all", "some"]) -> str:
    """Draw the map, with the tests of bandit and the detector of secrets beside the rules."""
    from devsecgate import bundled, lessons
    from devsecgate.cli import rule_map

    known = lessons.load(bundled.policies())
    drawn = rule_map.draw(chosen, known)
    return f"{drawn}\n{rule_map.alone(chosen, known)}" if extent == "all" else drawn


def _refuse_beside_update(pack: str | None, cwe: str | None) -> None:
    if pack is not None or cwe is not None:
        raise UsageError("a map in a file is one of all rules", where="--update", remedy="Leave out --pack and --cwe.")


def _update(file: Path, text: str) -> None:
    """Replace what stands between the two markers of a file. Raises UsageError where they are not there once."""
    from devsecgate import write

    try:
        before = file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise UsageError(f"it cannot be read: {error}", where=str(file)) from error
    head, begin, rest = before.partition(f"{BEGIN}\n")
    _, end, tail = rest.partition(END)
    if not begin or not end or BEGIN in rest or END in tail:
        raise UsageError("it does not hold the two markers once", where=str(file), remedy=f"Write {BEGIN} and {END}.")
    for failure in write.attempt([(file, f"{head}{begin}\n{text}\n{end}{tail}".encode())]).values():
        raise failure
