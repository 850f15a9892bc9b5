"""All scanners' findings go in; issues come out: one problem is one issue, however many tools saw it.

Pure and independent of order. What is one problem:

* code, pipelines, infrastructure: the same family of weakness (cwe.py) in the same statement of the same
  file, within one kind. Two rules of one scanner merge too (bandit's B603 and B607 on one call): a
  statement is fixed as a whole, and a change in it is a new identity anyway.
* secrets: overlapping regions of one file. A hard-coded credential that a code scanner reports on the
  line of a secret is a further witness of that secret.
* packages: one package at one version in one manifest, and ids that are aliases of each other, however
  many steps apart. A package that two lockfiles name is two things to fix. The version is not part of
  the identity: an update to a version that is still vulnerable does not make a new problem.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial

import msgspec

from devsecgate import cwe, mask
from devsecgate.advisories import aliases
from devsecgate.fingerprint import code_of_line, code_of_tokens, identity
from devsecgate.model import Confidence, Finding, Issue, Kind, Location, Severity
from devsecgate.statements import line_starts, statements

SNIPPET_LINES = 5
_NEWLINE = re.compile(r"\r\n|\r|\n")
_ADVISORY = re.compile(r"[A-Z][A-Za-z0-9]*-[\w.:-]*\d[\w.:-]*")
_MOST_NEIGHBOURS = 50
"""Secrets of one line that are considered: a file of one long line must not cost the square of its secrets."""
_MOST_LINES = 10_000
"""Lines of one secret that are considered: a tool may say that a secret ends anywhere."""
_END_OF_LINE = 1 << 30
_LONG = 2_000
"""Characters of a line that are an identity as they are."""
_TELLING = 8
"""Letters and digits that make a line of an unparsed language telling enough to be an identity."""


class _Spot(msgspec.Struct, frozen=True, kw_only=True):
    """The statement (or the line) that a finding is in."""

    start: int
    """What orders spots of one file, and tells them apart."""
    first_line: int
    last_line: int
    code: str
    """Normalised (fingerprint.py)."""


class _Group(msgspec.Struct, frozen=True, kw_only=True):
    """The witnesses of one problem, and all that its identity is made of but the index among equals."""

    kind: Kind
    parts: tuple[str, ...]
    order: tuple[int, int, str]
    """Where it stands among equals."""
    findings: tuple[Finding, ...]


def correlate(findings: Sequence[Finding], sources: Mapping[str, str]) -> tuple[Issue, ...]:
    """Merge findings into issues, each with its identity, and fill in snippets without any secret's value.

    `sources` holds the text of each file by target path; a finding in a file that it does not hold keeps
    its own snippet, and its identity rests on the rule and the path alone. Every different finding is in
    exactly one issue. Sorted by severity (unrated last), path, line and fingerprint.
    """
    unique = sorted(set(findings), key=_sort_key)
    hidden = mask.build(unique, sources)
    spots = _spots(unique, sources)
    packages = [finding for finding in unique if finding.package is not None]
    placed = [finding for finding in unique if finding.package is None]
    groups = [*_package_groups(packages), *_place_groups(placed, spots, hidden)]
    snippets = _Snippets(sources=sources, hidden=hidden, lines={}, texts={})
    issues = [
        _issue(
            group, index, {finding: snippets.of(finding, spots[finding.location]) for finding in group.findings}, hidden
        )
        for group, index in _numbered(groups)
    ]
    return tuple(sorted(issues, key=_issue_key))


def _issue_key(issue: Issue) -> tuple[int, str, int, str]:
    severity = -1 if issue.severity is None else int(issue.severity)
    return -severity, issue.location.path, issue.location.line, issue.fingerprint


def _numbered(groups: Iterable[_Group]) -> list[tuple[_Group, int]]:
    """Give each group its index among those with the same identity, in file order."""
    equal: dict[tuple[str, ...], list[_Group]] = defaultdict(list)
    for group in groups:
        equal[group.parts].append(group)
    return [
        (group, index)
        for same in equal.values()
        for index, group in enumerate(sorted(same, key=lambda group: group.order))
    ]


def _issue(group: _Group, index: int, snippets: Mapping[Finding, str], hidden: mask.Mask) -> Issue:
    ordered = sorted(group.findings, key=lambda finding: _witness_key(finding, group.kind))
    rated = [finding for finding in ordered if finding.severity is not None]
    worst = max(rated, key=lambda finding: finding.severity or Severity.INFO) if rated else ordered[0]
    confidences = [finding.confidence for finding in ordered if finding.confidence is not None]
    masked = tuple(mask.hide_finding(hidden, finding, snippets[finding]) for finding in ordered)
    return Issue(
        fingerprint=identity(group.parts, index),
        content=identity(group.parts, -1),
        kind=group.kind,
        severity=worst.severity,
        severity_source=mask.hide(hidden, worst.severity_source),
        confidence=max(confidences, default=None),
        findings=masked,
    )


def _witness_key(finding: Finding, kind: Kind) -> tuple[bool, int, int, bool, int, tuple[str, ...]]:
    """Order of witnesses, the one to show first.

    The issue's own kind; the highest severity; the highest confidence; a place with columns; the smallest
    place; then scanner, rule and place, so that the order is always the same.
    """
    place = finding.location
    severity = -1 if finding.severity is None else int(finding.severity)
    confidence = int(Confidence.LOW) - 1 if finding.confidence is None else int(finding.confidence)
    size = (place.end_line or place.line) - place.line
    return finding.kind is not kind, -severity, -confidence, place.column is None, size, _sort_key(finding)


def _sort_key(finding: Finding) -> tuple[str, ...]:
    """Order findings by place, then scanner, rule and all the rest, so that no two different ones are equal."""
    place = finding.location
    numbers = (place.line, place.column, place.end_line, place.end_column, finding.severity, finding.confidence)
    first, *rest = (f"{-1 if number is None else number:010}" for number in numbers)
    return (
        *(place.path, first, *rest, finding.scanner, finding.rule, finding.message, finding.kind),
        *(finding.severity_source, "\0".join(sorted(finding.ids)), "\0".join(map(str, sorted(finding.cwes)))),
        *(repr(finding.package), repr(finding.suppression), "\0".join(finding.fixed_in)),
        *(finding.secret_hash or "", finding.help_url or "", finding.snippet),
    )


# ---------------------------------------------------------------- places in files


def _spots(findings: Iterable[Finding], sources: Mapping[str, str]) -> dict[Location, _Spot]:
    """Find the spot of every place; each file is read once."""
    by_path: dict[str, set[Location]] = defaultdict(set)
    for finding in findings:
        by_path[finding.location.path].add(finding.location)
    spots: dict[Location, _Spot] = {}
    for path, places in by_path.items():
        text = sources.get(path)
        if text is None:
            spots |= {
                place: _Spot(start=place.line, first_line=place.line, last_line=place.line, code="") for place in places
            }
        elif _is_python(path, text):
            spots |= _python_spots(text, places)
        else:
            spots |= _line_spots(text, places)
    return spots


def _is_python(path: str, text: str) -> bool:
    return path.endswith((".py", ".pyi", ".pyw")) or (text.startswith("#!") and "python" in text[: text.find("\n")])


def _python_spots(text: str, places: Iterable[Location]) -> dict[Location, _Spot]:
    found = statements(text, {(place.line, place.column) for place in places})
    codes: dict[int, str] = {}
    spots = {}
    for place in places:
        statement = found[place.line, place.column]
        if statement.start not in codes:
            codes[statement.start] = code_of_tokens(statement.tokens) or _line_code(text, statement.start)
        spots[place] = _Spot(
            start=statement.start,
            first_line=statement.first_line,
            last_line=statement.last_line,
            code=codes[statement.start],
        )
    return spots


def _line_code(text: str, start: int) -> str:
    end = _NEWLINE.search(text, start)
    return code_of_line(text[start : end.start() if end else len(text)])


def _line_spots(text: str, places: Iterable[Location]) -> dict[Location, _Spot]:
    """Spots of a language that is not parsed: the first line of the place.

    A line such as `{` or `- run: |` tells nothing; it takes up to four more lines into its identity.
    """
    starts = line_starts(text)
    codes: dict[int, str] = {}
    spots = {}
    for place in places:
        first = min(max(place.line, 1), len(starts))
        if first not in codes:
            codes[first] = _telling_code(text, starts[first - 1 : first - 1 + SNIPPET_LINES])
        last = max(first, place.end_line or first)
        spots[place] = _Spot(start=first, first_line=first, last_line=last, code=codes[first])
    return spots


def _telling_code(text: str, starts: Iterable[int]) -> str:
    code = ""
    for start in starts:
        code = f"{code} {_line_code(text, start)}".strip()
        if sum(map(str.isalnum, code)) >= _TELLING:
            break
    return code


def _place_groups(findings: Sequence[Finding], spots: Mapping[Location, _Spot], hidden: mask.Mask) -> Iterable[_Group]:
    """Group by kind, family and statement; secrets by region, with the witnesses of other kinds."""
    secrets = [finding for finding in findings if finding.kind is Kind.SECRET]
    others = [finding for finding in findings if finding.kind is not Kind.SECRET]
    credentials = [finding for finding in others if _is_credential(finding)]
    clusters = _secret_clusters(secrets, credentials, spots)
    taken = {finding for cluster in clusters for finding in cluster.findings}
    concealed = cache(partial(_concealed, hidden))
    for cluster in clusters:
        yield _secret_group(cluster.findings, spots, concealed)
    same: dict[tuple[Kind, str, str, int], list[Finding]] = defaultdict(list)
    for finding in others:
        if finding not in taken:
            spot = spots[finding.location]
            same[finding.kind, cwe.family_of(finding), finding.location.path, spot.start].append(finding)
    for (kind, family, path, start), members in same.items():
        code = spots[members[0].location].code
        yield _Group(kind=kind, parts=(kind, family, path, code), order=(start, 0, ""), findings=tuple(members))


def _is_credential(finding: Finding) -> bool:
    return finding.kind is Kind.CODE and cwe.family_of(finding) == cwe.HARDCODED_CREDENTIALS


def _concealed(hidden: mask.Mask, code: str) -> str:
    """The code of a line without its secrets; of a very long one, a digest: many secrets may stand in it."""
    shown = mask.hide(hidden, code)
    return shown if len(shown) <= _LONG else identity((shown,), 0)


def _secret_group(
    cluster: Sequence[Finding], spots: Mapping[Location, _Spot], concealed: Callable[[str], str]
) -> _Group:
    """A secret is its salted hash where there is one (its line may change), else its line without the value."""
    own = [finding for finding in cluster if finding.kind is Kind.SECRET]
    hashes = sorted(finding.secret_hash for finding in own if finding.secret_hash)
    first = min(own, key=_sort_key).location
    what = ("hash", hashes[0]) if hashes else ("line", concealed(spots[first].code))
    order = (first.line, first.column or 0, "")
    return _Group(kind=Kind.SECRET, parts=(Kind.SECRET, first.path, *what), order=order, findings=tuple(cluster))


class _Cluster(msgspec.Struct, kw_only=True):
    """The witnesses of one secret, and the region that they cover, as (line, column) in one file."""

    findings: list[Finding]
    path: str
    begin: tuple[int, int]
    end: tuple[int, int]


def _secret_clusters(
    secrets: Sequence[Finding], credentials: Sequence[Finding], spots: Mapping[Location, _Spot]
) -> list[_Cluster]:
    """Join secrets whose regions overlap; then give vaguer witnesses to the first secret on their lines.

    Vaguer are secrets without columns and credentials of code scanners (whose region is often a whole
    call): they never join two secrets into one, for two values have to be revoked. A credential that
    overlaps no secret is left out.
    """
    clusters: list[_Cluster] = []
    for finding in sorted((each for each in secrets if _is_precise(each)), key=_sort_key):
        begin, end = _region(finding.location)
        if clusters and clusters[-1].path == finding.location.path and begin < clusters[-1].end:
            clusters[-1].findings.append(finding)
            clusters[-1].end = max(clusters[-1].end, end)
        else:
            clusters.append(_Cluster(findings=[finding], path=finding.location.path, begin=begin, end=end))
    by_line: dict[tuple[str, int], list[_Cluster]] = defaultdict(list)
    for cluster in clusters:
        _enter(by_line, cluster)
    for finding in sorted((each for each in secrets if not _is_precise(each)), key=_sort_key):
        begin, end = _region(finding.location)
        home = _home(by_line, finding, _lines(begin[0], end[0]))
        if home is None:
            clusters.append(_Cluster(findings=[finding], path=finding.location.path, begin=begin, end=end))
            _enter(by_line, clusters[-1])
        else:
            home.findings.append(finding)
    for finding in credentials:
        begin, end = _region(finding.location)
        last = max(min(end[0], spots[finding.location].last_line), begin[0])
        home = _home(by_line, finding, _lines(begin[0], last))
        if home is not None:
            home.findings.append(finding)
    return clusters


def _is_precise(finding: Finding) -> bool:
    return finding.location.column is not None and finding.location.end_column is not None


def _region(place: Location) -> tuple[tuple[int, int], tuple[int, int]]:
    """Where a place begins and ends; without columns, it is all of its lines."""
    last = max(place.line, place.end_line or place.line)
    return (place.line, place.column or 0), (last, place.end_column or _END_OF_LINE)


def _lines(first: int, last: int) -> range:
    return range(first, min(last, first + _MOST_LINES) + 1)


def _enter(by_line: dict[tuple[str, int], list[_Cluster]], cluster: _Cluster) -> None:
    for line in _lines(cluster.begin[0], cluster.end[0]):
        by_line[cluster.path, line].append(cluster)


def _home(
    by_line: Mapping[tuple[str, int], Sequence[_Cluster]], finding: Finding, lines: Iterable[int]
) -> _Cluster | None:
    """The first cluster on the lines of a finding; one whose columns overlap comes before one whose do not."""
    begin, end = _region(finding.location)
    path = finding.location.path
    known = [cluster for line in lines for cluster in by_line.get((path, line), ())[:_MOST_NEIGHBOURS]]
    overlapping = (cluster for cluster in known if begin < cluster.end and cluster.begin < end)
    return next(overlapping, known[0] if known else None)


# ---------------------------------------------------------------- packages


def _package_groups(findings: Sequence[Finding]) -> Iterable[_Group]:
    """Group by package, version, manifest and alias closure."""
    by_package: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        assert finding.package is not None
        by_package[finding.package.ecosystem, finding.package.name].append(finding)
    for (ecosystem, name), members in by_package.items():
        names = aliases.names(map(_ids, members))
        same: dict[tuple[Kind, str, str, str], list[Finding]] = defaultdict(list)
        for finding in members:
            version = finding.package.version if finding.package else ""
            same[finding.kind, finding.location.path, names[_ids(finding)[0]], version].append(finding)
        for (kind, path, advisory, version), witnesses in same.items():
            first = min(witnesses, key=_sort_key).location
            yield _Group(
                kind=kind,
                parts=(kind, ecosystem, name, advisory, path),
                order=(first.line, first.column or 0, version),
                findings=tuple(witnesses),
            )


def _ids(finding: Finding) -> tuple[str, tuple[str, ...]]:
    """The advisory id of a finding, and its aliases."""
    is_id = not finding.ids or finding.rule in finding.ids or _ADVISORY.fullmatch(finding.rule) is not None
    identity = finding.rule if is_id else aliases.preferred(finding.ids)
    return identity, tuple(sorted(finding.ids - {identity}))


# ---------------------------------------------------------------- snippets


class _Snippets(msgspec.Struct, frozen=True, kw_only=True):
    """Makes snippets; remembers lines and snippets that were made, for a file has many findings."""

    sources: Mapping[str, str]
    hidden: mask.Mask
    lines: dict[str, tuple[int, ...]]
    texts: dict[tuple[str, int, int], str]

    def of(self, finding: Finding, spot: _Spot) -> str:
        """The statement's lines, as they are but for secrets; five at most, from the finding's own line on."""
        path = finding.location.path
        text = self.sources.get(path)
        if text is None:
            return mask.hide(self.hidden, finding.snippet)
        if path not in self.lines:
            self.lines[path] = line_starts(text)
        total = len(self.lines[path])
        first, last = spot.first_line, min(spot.last_line, total)
        if last - first >= SNIPPET_LINES:
            first = min(max(first, finding.location.line), last)
            last = min(last, first + SNIPPET_LINES - 1)
        if (path, first, last) not in self.texts:
            shown = [self._line(text, path, number) for number in range(first, last + 1)]
            self.texts[path, first, last] = "\n".join(shown)
        return self.texts[path, first, last]

    def _line(self, text: str, path: str, number: int) -> str:
        starts = self.lines[path]
        end = starts[number] if number < len(starts) else len(text)
        return mask.hide_line(self.hidden, path, number, text[starts[number - 1] : end].rstrip("\r\n"))
