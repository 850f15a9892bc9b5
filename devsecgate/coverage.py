"""Results in, results out: what the scanners of code say they saw is held against the one that parses each file.

Semgrep lists a file of random bytes as scanned, so a file that nobody can parse counts as seen by nobody, and
is one gap. Bandit cannot parse code that is newer than the Python that runs it; where the parser vouches for
the file and semgrep has read it, that gap is `outdated` and names the remedy. In a file that is not UTF-8, and
that bandit has read, semgrep sees only a part, and does not say so: that is a gap of semgrep.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from devsecgate.model import Gap, GapReason, ScanResult
from devsecgate.scanners.bandit import CANNOT_PARSE
from devsecgate.scanners.syntax import CANNOT_READ

_SYNTAX, _BANDIT, _SEMGREP = "syntax", "bandit", "semgrep"
_REMEDY = (
    "valid code, newer than the Python that runs bandit; semgrep has read it: "
    "run devsecgate under a newer Python, or install devsecgate[fast]"
)

_NOT_UTF8 = "is not UTF-8: semgrep's regular expressions see nothing of it; convert it to UTF-8"


def reconcile(results: Sequence[ScanResult]) -> tuple[ScanResult, ...]:
    """Hold bandit's and semgrep's coverage against the parser's.

    A path loses its gap only where a second parser has read it: ruff knows only UTF-8 and rejects some
    mistakes that are not of syntax, so what bandit has parsed counts as parsed. Without a result of the
    parser nothing changes; a path that it did not vouch for never becomes better.
    """
    named = {result.scanner: result for result in results}
    if _SYNTAX not in named:
        return tuple(results)
    syntax = named[_SYNTAX]
    bandit, semgrep = named.get(_BANDIT), named.get(_SEMGREP)
    other = {gap.path for gap in syntax.gaps if gap.path is not None and gap.detail.startswith(CANNOT_READ)}
    syntax = _second_opinion(syntax, bandit)
    rejected = {gap.path for gap in syntax.gaps if gap.path is not None and gap.reason is GapReason.UNREADABLE}
    if semgrep is not None:
        semgrep = _without_encodings(semgrep, frozenset(other & syntax.covered))
        semgrep = replace(semgrep, covered=semgrep.covered - rejected)
    read = syntax.covered & (semgrep.covered if semgrep else frozenset())
    if bandit is not None:
        bandit = replace(bandit, gaps=tuple(_outdated(gap) if gap.path in read else gap for gap in bandit.gaps))
    folded = [result for result in (bandit, semgrep) if result is not None]
    changed = {
        _SYNTAX: replace(syntax, gaps=tuple(_told(gap, folded) for gap in syntax.gaps)),
        **{result.scanner: _without(result, frozenset(rejected)) for result in folded},
    }
    return tuple(changed.get(result.scanner, result) for result in results)


def _second_opinion(syntax: ScanResult, bandit: ScanResult | None) -> ScanResult:
    """Take back the parser's gap for each file that bandit's parser has read."""
    if bandit is None:
        return syntax
    read = bandit.covered - {gap.path for gap in bandit.gaps}
    failed = {gap.path for gap in syntax.gaps if gap.reason is not GapReason.UNREADABLE}
    settled = {path for gap in syntax.gaps if (path := gap.path) is not None and path in read and path not in failed}
    return replace(
        syntax,
        gaps=tuple(gap for gap in syntax.gaps if gap.path not in settled),
        covered=syntax.covered | settled,
    )


def _without_encodings(semgrep: ScanResult, paths: frozenset[str]) -> ScanResult:
    """Take back semgrep's word for files that bandit has read by another encoding than UTF-8."""
    gaps = [
        Gap(scanner=_SEMGREP, reason=GapReason.UNREADABLE, detail=_NOT_UTF8, path=path)
        for path in sorted(paths & semgrep.covered)
    ]
    return replace(semgrep, gaps=(*semgrep.gaps, *gaps), covered=semgrep.covered - paths)


def _outdated(gap: Gap) -> Gap:
    """Say that a file which bandit cannot parse is newer than bandit's Python; leave every other gap."""
    if gap.reason is not GapReason.UNREADABLE or gap.detail != CANNOT_PARSE:
        return gap
    return replace(gap, reason=GapReason.OUTDATED, detail=f"{CANNOT_PARSE}: {_REMEDY}")


def _told(gap: Gap, others: Sequence[ScanResult]) -> Gap:
    """Add to the parser's gap what the other scanners said about the same file."""
    if gap.path is None or gap.reason is not GapReason.UNREADABLE:
        return gap
    told = [other.detail for result in others for other in result.gaps if _folds(other) and other.path == gap.path]
    return replace(gap, detail="; ".join(("nobody can parse it: " + gap.detail, *sorted(told)))) if told else gap


def _without(result: ScanResult, rejected: frozenset[str]) -> ScanResult:
    """Drop the gaps that the parser's gap for the same file has taken in."""
    return replace(result, gaps=tuple(gap for gap in result.gaps if not (_folds(gap) and gap.path in rejected)))


def _folds(gap: Gap) -> bool:
    return gap.path is not None and gap.reason is GapReason.UNREADABLE
