"""A finding goes in; the family of weakness it belongs to comes out.

Two tools name one problem by different CWE numbers (bandit says 78 where another says 77, one tool
knows 89 and another 564). A family is a set of numbers that are the same problem *when they are
reported for the same statement*. The table is ours; it is deliberately small: a number that is in no
family is a family of its own, which can leave two witnesses apart but never hides one problem behind
another.
"""

from __future__ import annotations

from collections.abc import Iterable

from devsecgate.model import Finding

HARDCODED_CREDENTIALS = "hardcoded-credentials"

FAMILIES: dict[str, frozenset[int]] = {
    # The order matters for findings with several numbers: the first family that has one of them wins.
    "sql-injection": frozenset({89, 564}),
    "command-injection": frozenset({77, 78, 88}),
    "deserialization": frozenset({502}),
    "xml-processing": frozenset({611, 776, 827, 112}),
    "template-injection": frozenset({1336}),
    "code-injection": frozenset({94, 95, 96, 470}),
    "cross-site-scripting": frozenset({79, 80, 81, 83, 87}),
    "server-side-request-forgery": frozenset({918}),
    "open-redirect": frozenset({601}),
    "path-traversal": frozenset({22, 23, 24, 36, 73, 99}),
    "ldap-injection": frozenset({90}),
    "xpath-injection": frozenset({91, 643}),
    "log-injection": frozenset({117}),
    HARDCODED_CREDENTIALS: frozenset({259, 321, 798}),
    "certificate-validation": frozenset({295, 297, 299, 322, 599}),
    "weak-randomness": frozenset({330, 331, 332, 334, 335, 336, 337, 338, 340}),
    "weak-cryptography": frozenset({261, 310, 323, 325, 326, 327, 328, 329, 757, 759, 760, 780, 916}),
    "cleartext-transmission": frozenset({319, 523}),
    "cleartext-storage": frozenset({312, 313, 315, 316}),
    "sensitive-logging": frozenset({532}),
    "temporary-file": frozenset({377, 378, 379}),
    "file-permissions": frozenset({276, 277, 278, 279, 281, 732}),
    "debug-enabled": frozenset({215, 489}),
    "cross-site-request-forgery": frozenset({352}),
    "cookie-attributes": frozenset({614, 1004, 1275}),
    "regular-expression-complexity": frozenset({730, 1333}),
    "resource-consumption": frozenset({400, 770}),
    "unverified-download": frozenset({494, 829}),
}

CATCH_ALL: frozenset[int] = frozenset(
    {16, 19, 20, 74, 116, 189, 200, 254, 255, 264, 284, 285, 287, 388, 435, 657, 664, 668, 669, 682, 691, 693}
    | {697, 703, 705, 707, 710, 754, 755, 937, 1035, 1188}
)
"""Pillars, classes and categories that tools put on unrelated problems: they never bring two rules together."""

_BY_NUMBER: dict[int, tuple[int, str]] = {
    number: (order, family) for order, (family, numbers) in enumerate(FAMILIES.items()) for number in numbers
}

_BY_RULE: dict[tuple[str, str], str] = {
    # Where bandit's own number is a catch-all or names another weakness than the one it reports.
    ("bandit", "B102"): "code-injection",  # exec is Python code; bandit says 78
    ("bandit", "B307"): "code-injection",  # eval is Python code; bandit says 78
    ("bandit", "B201"): "debug-enabled",  # Flask's debugger; bandit says 94
    ("bandit", "B310"): "server-side-request-forgery",  # urlopen of any scheme; bandit says 22
    ("bandit", "B502"): "tls-version",  # protocol versions; bandit says 327, which is also weak hashes
    ("bandit", "B503"): "tls-version",
    ("bandit", "B504"): "tls-version",
    ("bandit", "B506"): "deserialization",  # yaml.load; bandit says 20
    ("bandit", "B701"): "cross-site-scripting",  # templates without escaping; bandit says 94
    **{("bandit", f"B{number}"): "xml-processing" for number in (*range(313, 320), *range(405, 410), 411)},
}


def family(cwes: Iterable[int]) -> str | None:
    """Name the one family of a set of CWE numbers; None where it says nothing (empty, or catch-alls only).

    A number outside of the table is the family `cwe-<number>`; of several, the smallest.
    """
    specific = sorted(set(cwes) - CATCH_ALL)
    known = [_BY_NUMBER[number] for number in specific if number in _BY_NUMBER]
    if known:
        return min(known)[1]
    return f"cwe-{specific[0]}" if specific else None


def family_of(finding: Finding) -> str:
    """Name the family of one finding; without a telling CWE number it is the rule's own: `rule:scanner:id`."""
    corrected = _BY_RULE.get((finding.scanner, finding.rule))
    return corrected or family(finding.cwes) or f"rule:{finding.scanner}:{finding.rule}"
