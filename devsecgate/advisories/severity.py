"""CVSS vectors and databases' own ratings in; one severity with its source out.

The newest standard speaks: CVSS 4.0, then 3.1, 3.0, 2.0; among several vectors of it, the highest score.
Where there is no vector that can be read, the highest of the databases' own words; else unrated.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import msgspec

from devsecgate.model import Severity

_WORDS = {
    "CRITICAL": Severity.CRITICAL,
    "HIGH": Severity.HIGH,
    "MODERATE": Severity.MEDIUM,
    "MEDIUM": Severity.MEDIUM,
    "LOW": Severity.LOW,
}
_LONGEST_VECTOR = 512
UNRATED = "unrated"


class Rating(msgspec.Struct, frozen=True, kw_only=True):
    """How bad it is, and who says so."""

    severity: Severity | None
    source: str
    """`CVSS:3.1 9.8 (PYSEC-2024-1)`, `HIGH (GHSA-…)` or `unrated`."""
    vector: str | None = None


class _Score(msgspec.Struct, frozen=True, kw_only=True):
    """One vector, read."""

    standard: str
    score: float
    vector: str
    advisory: str


def rate(vectors: Iterable[tuple[str, str]], words: Iterable[tuple[str, str]]) -> Rating:
    """Rate one vulnerability from (advisory id, CVSS vector) and (advisory id, rating word) pairs."""
    scores = [each for each in (_score(advisory, vector) for advisory, vector in vectors) if each is not None]
    if scores:
        newest = max(each.standard for each in scores)
        best = min((each for each in scores if each.standard == newest), key=lambda s: (-s.score, s.advisory, s.vector))
        return Rating(
            severity=band(best.score, best.standard),
            source=f"CVSS:{best.standard} {best.score:.1f} ({best.advisory})",
            vector=best.vector,
        )
    known = [(_WORDS[word], advisory, word) for advisory, word in words if word in _WORDS]
    if not known:
        return Rating(severity=None, source=UNRATED)
    severity, advisory, word = min(known, key=lambda each: (-each[0], each[1]))
    return Rating(severity=severity, source=f"{word} ({advisory})")


def band(score: float, standard: str) -> Severity:
    """Give the band of a score: as CVSS 3 and 4 define it; CVSS 2 has no critical, and nothing is none below 4."""
    if standard == "2.0":
        return Severity.HIGH if score >= 7 else Severity.MEDIUM if score >= 4 else Severity.LOW
    if score >= 9:
        return Severity.CRITICAL
    if score >= 7:
        return Severity.HIGH
    if score >= 4:
        return Severity.MEDIUM
    return Severity.LOW if score > 0 else Severity.INFO


def _score(advisory: str, vector: str) -> _Score | None:
    """Read one vector; None where it is not one."""
    found = None if len(vector) > _LONGEST_VECTOR else _base(vector)
    return None if found is None else _Score(standard=found[0], score=found[1], vector=vector, advisory=advisory)


@lru_cache(maxsize=1 << 12)
def _base(vector: str) -> tuple[str, float] | None:
    """Give the standard of a vector and its base score: many advisories have the same."""
    from cvss import CVSS2, CVSS3, CVSS4  # type: ignore[import-untyped]  # it ships no types
    from cvss.exceptions import CVSSError  # type: ignore[import-untyped]  # it ships no types

    try:
        if vector.startswith("CVSS:4.0/"):
            return "4.0", float(CVSS4(vector).base_score)
        if vector.startswith(("CVSS:3.1/", "CVSS:3.0/")):
            return vector[5:8], float(CVSS3(vector).base_score)
        return "2.0", float(CVSS2(vector).base_score)
    except CVSSError:
        return None
