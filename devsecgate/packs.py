"""A pack of rules goes in, the scanner that runs semgrep over it comes out; its JSON in, findings and gaps out.

Each pack has its own files, its own canary and its own account, and a module of `scanners/` that says so. Semgrep is
run by its native engine, else by its default one. It picks rules by the names of files, and with
`--scan-unknown-extensions` it tries every rule on every file; so a pack is given its own folder, and that option only
where a file has a name that semgrep does not know.

Semgrep exits 0 when it could not parse a file, or when a rule needs a newer semgrep: both stand only in
`errors`, and both become gaps here. Its messages about files quote them, so they are not passed on.
It follows values through a function for 0.2 s of its process' time, and says beside its times where that was not
enough: such a file is looked at again alone. So that files do not use up each other's time, a process has one thread,
and there are several. It follows no more than about 50 variables of a function and ten attributes of an object, and
names what it drops in a log that costs much. Of Python such values are spread (unfold/spread.py); of other languages,
files that may have so many get a process with that log, and what was dropped is a gap.
It reads every file as UTF-8, whatever the file declares, so that `# coding: utf-7` would hide code from it, and
takes a byte order mark for a part of the first name. Rules of this module find both, and they become gaps too.
"""

from __future__ import annotations

import keyword
import os.path
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import msgspec
from msgspec.structs import replace

from devsecgate import semgrep_log
from devsecgate.decode import decode
from devsecgate.errors import MalformedOutput
from devsecgate.model import Confidence, Finding, Gap, GapReason, Kind, Location, Severity
from devsecgate.scanner import CANARY_PATH, Canary, Command, Engine, Job, Output, Parsed, Scanner, Split, relative
from devsecgate.text import one_line, printable, shorten
from devsecgate.unfold.placing import Rewritten

NATIVE = "semgrep --experimental"

_SEVERITIES = {
    "CRITICAL": Severity.CRITICAL,
    "HIGH": Severity.HIGH,
    "ERROR": Severity.HIGH,
    "MEDIUM": Severity.MEDIUM,
    "WARNING": Severity.MEDIUM,
    "LOW": Severity.LOW,
    "INFO": Severity.LOW,  # semgrep's own reading of its older words: ERROR, WARNING and INFO are high, medium and low
    "INVENTORY": Severity.INFO,
    "EXPERIMENT": Severity.INFO,
}
_CONFIDENCES = {"LOW": Confidence.LOW, "MEDIUM": Confidence.MEDIUM, "HIGH": Confidence.HIGH}
_CWE = re.compile(r"\s*(?:CWE-?)?(\d+)\b", re.IGNORECASE)
_NOT_PARSED = frozenset({"PartialParsing", "Syntax error", "Lexical error", "Other syntax error", "AST builder error"})
_TOO_SLOW = frozenset({"Timeout", "Timeout during interfile analysis"})
_WORKED = 0
_SAID_WHY = frozenset({2, 4, 5, 7, 8, 13})
"""Exit codes that come with a JSON document whose `errors` say what went wrong."""

_INSTALL = "pip install semgrep"
_OWN_RULES = "own.json"
_CHOSEN_RULES = "chosen.yaml"
_UNFOLDED = "unfolded-"
_SPREAD = "spread-"
_NOT_UNFOLDED = "semgrep did not look at it with its functions rewritten, as it was told to"
_TOO_WIDE = "more values than semgrep follows in one function: {}; take it apart"
_NAMED = 5
"""Names in the detail of a gap, at most."""
_DROPPED = "semgrep does not follow {} of it: a function has more values, or an object more attributes, than it can"
_LOST = "semgrep did not say that it drops values of what was planted for that"
_LONG = "semgrep's log of what it drops is longer than {:,} bytes"
_NOT_SPREAD = "semgrep failed on it with the values of its functions spread, which are more than it follows: {}"
_NOT_TEXT = "is not UTF-8: semgrep's regular expressions see nothing of it; convert it to UTF-8"
_NATIVE_ONLY = "has a name that semgrep's default engine tries no rule of this language on; its native engine does"
_READ = "devsecgate-read"
"""Finds the beginning of every file: semgrep's regular expressions match in no file that is not UTF-8."""
_HIDING = {
    "devsecgate-other-encoding": (
        (
            r"(?i)\A\x{FEFF}?(?:[^\r\n]*(?:\r\n|\r|\n))?[ \t\f]*#[^\r\n]*?coding[:=][ \t]*"
            r"(?!(?:utf[-_]?8|u8|(?:us[-_]?)?ascii|latin[-_]?1|iso[-_]?8859[-_]\d+|(?:cp|windows[-_]?)125\d|koi8[-_][ru])"
            r"(?:[-_](?:sig|unix|dos|mac))?(?![-\w.]))[-\w.]+"
        ),
        "declares an encoding that semgrep does not read: convert it to UTF-8",
    ),
    "devsecgate-byte-order-mark": (
        rf"\A\x{{FEFF}}(?!(?:{'|'.join(keyword.kwlist)})\b)(?:[^\W\d]|[^\x00-\x7F])",
        "begins with a byte order mark, which semgrep takes for a part of the first name: remove it",
    ),
}
"""Rules for what semgrep reads as something else than Python does, with what their gaps say.

The first finds a declaration (PEP 263) of anything but UTF-8 and the encodings of single bytes that leave ASCII as
it is. In a file whose bytes are not UTF-8 no regular expression of semgrep matches: coverage.py knows those files.
"""


_SAID_LIMIT = 1 << 20
"""Bytes of what semgrep says where it writes no log."""


class _Position(msgspec.Struct):
    line: int
    col: int


class _Metadata(msgspec.Struct):
    cwe: list[str | int] | str | int | None = None
    confidence: str | None = None
    references: list[str] | str | None = None


class _Extra(msgspec.Struct):
    message: str
    severity: str
    metadata: _Metadata


class _Result(msgspec.Struct):
    check_id: str
    path: str
    start: _Position
    end: _Position
    extra: _Extra


class _Span(msgspec.Struct):
    start: _Position


class _Error(msgspec.Struct):
    level: str
    type: str | tuple[str, msgspec.Raw]
    message: str | None = None
    short_msg: str | None = None
    """What the default engine has instead of a message for some errors in rules."""
    path: str | None = None
    rule_id: str | None = None
    spans: list[_Span] | None = None

    @property
    def kind(self) -> str:
        return self.type if isinstance(self.type, str) else self.type[0]


class _Place(msgspec.Struct):
    path: str
    start: _Position


class _Late(msgspec.Struct):
    location: _Place | None = None


class _Time(msgspec.Struct):
    fixpoint_timeouts: list[_Late]
    """Functions through which values were not followed to the end."""


class _Paths(msgspec.Struct):
    scanned: list[str]


class _Report(msgspec.Struct):
    version: str
    results: list[_Result]
    errors: list[_Error]
    paths: _Paths
    skipped_rules: list[msgspec.Raw]
    time: _Time | None = None
    """The default engine leaves it out where it could not look at anything."""

    @property
    def late(self) -> list[_Late]:
        return self.time.fixpoint_timeouts if self.time is not None else []


class Pack(msgspec.Struct, frozen=True, kw_only=True):
    """One folder of bundled rules, and the files that it is for."""

    name: str
    """Of the scanner: `semgrep-go`."""
    kind: Kind
    about: str
    folder: str
    """Below `policies/rules`."""
    select: Callable[[str], bool]
    known: tuple[str, ...]
    """Ends of the names of files that semgrep knows to be of these languages."""
    canary: Canary
    native_only: tuple[str, ...] = ()
    """Ends of the names of files that the default engine tries no rule of these languages on."""
    hiding: bool = False
    """True: rules of this module look for what hides Python from semgrep; coverage.py knows what is not UTF-8."""
    unfolds: bool = False
    """True: files are looked at unfolded too, and wide functions spread (unfold)."""
    is_broad: Callable[[bytes], bool] | None = None
    """May semgrep drop values of a file with this content?"""


def scanner(pack: Pack) -> Scanner:
    """Make the scanner of one pack."""
    return Scanner(
        name=pack.name,
        kind=pack.kind,
        about=pack.about,
        by_file=True,
        pack=pack.folder,
        unfolds=pack.unfolds,
        is_broad=pack.is_broad,
        split=Split.PROCESSORS,
        first=True,
        engines=(
            Engine(name=NATIVE, program="semgrep", install=_INSTALL),
            Engine(name="semgrep", program="semgrep", install=_INSTALL),
        ),
        select=pack.select,
        command=partial(command, pack=pack),
        parse=partial(parse, pack=pack),
        canary=pack.canary,
        refused=refused,
    )


def command(job: Job, *, pack: Pack) -> Command:
    """Look at exactly these files, with our rules, every marker ignored, and without a word to the network."""
    configurations = (f"--config={_below(place, job)}" for place in (*_places(job, pack), job.scratch / _OWN_RULES))
    unknown = any(not path.endswith(pack.known) for path in job.files)
    return Command(
        argv=(
            "semgrep",
            "scan",
            *(("--experimental",) if job.engine == NATIVE else ()),
            "--json",
            "--debug" if job.broad and job.engine != NATIVE else "--quiet",
            "--metrics=off",
            "--disable-nosem",
            "--no-git-ignore",
            *(("--scan-unknown-extensions",) if unknown else ()),
            "--max-target-bytes=0",
            f"--timeout={40 if job.broad else 20}",  # seconds for one rule on one file; what takes longer is reported
            "--jobs=1",
            *configurations,
            *job.files,
            str(job.canary),
            *((_planted(job),) if job.broad else ()),
            *_beside(job),
        ),
        exits=frozenset({_WORKED}) | _SAID_WHY,
        said_limit=semgrep_log.LIMIT if job.broad else _SAID_LIMIT,
        environment={
            "SEMGREP_ENABLE_VERSION_CHECK": "0",
            "SEMGREP_SEND_METRICS": "off",
            "SEMGREP_SETTINGS_FILE": str(job.scratch / "settings.yml"),
            "SEMGREP_LOG_FILE": str(job.scratch / "semgrep.log"),
            **(semgrep_log.ENVIRONMENT if job.broad else {}),
        },
        write={
            _OWN_RULES: _own_rules(pack, logged=job.broad),
            **({semgrep_log.PLANTED: semgrep_log.planted(job.scratch)} if job.broad else {}),
            **({_CHOSEN_RULES: job.rules} if job.rules is not None else {}),
            **{Path(name).name: each.rewritten.text.encode() for name, each in _beside(job).items()},
        },
    )


def _planted(job: Job) -> str:
    """Name the file that proves the log of what is dropped, as semgrep does."""
    return str(job.scratch / semgrep_log.PLANTED)


class _Beside(msgspec.Struct, frozen=True):
    """What is looked at beside the files: one of them in other words."""

    path: str
    rewritten: Rewritten
    is_needed: bool
    """True: what is not seen in it is seen nowhere; else it only adds to what is seen of the file itself."""


def _beside(job: Job) -> Mapping[str, _Beside]:
    """Give what is looked at beside the files, by the name under which semgrep knows it."""
    unfolded = [_Beside(path, each, is_needed=False) for path, each in job.unfolded.items()]
    spread = [_Beside(path, each.rewritten, is_needed=True) for path, each in job.spread.items() if each.rewritten]
    kinds = {_UNFOLDED: unfolded, _SPREAD: spread}
    return {f"{job.scratch}/{kind}{number}.py": each for kind in kinds for number, each in enumerate(kinds[kind])}


def _places(job: Job, pack: Pack) -> tuple[Path, ...]:
    """Say where the rules are: the pack's folder, or what was chosen of it, and the policy's folders."""
    bundled, *further = job.settings.rules
    return (bundled / pack.folder if job.rules is None else job.scratch / _CHOSEN_RULES, *further)


def _own_rules(pack: Pack, *, logged: bool) -> bytes:
    wanted = {name: pattern for name, (pattern, _) in _HIDING.items()} if pack.hiding else {_READ: r"\A"}
    rules = [
        {
            "id": name,
            "languages": ["python"] if pack.hiding else ["regex"],
            "severity": "INFO",
            "message": "of this scanner itself",
            "pattern-regex": pattern,
        }
        for name, pattern in wanted.items()
    ]
    return msgspec.json.encode({"rules": [*rules, semgrep_log.RULE] if logged else rules})


def _below(folder: Path, job: Job) -> str:
    """Name a rule folder relative to the tree.

    Of an absolute one the native engine leaves the rule ids as they are, and then silently drops all
    but one of the rules that share an id.
    """
    path = os.path.relpath(folder, job.root)
    return path if path.startswith(os.pardir) else f"./{path}"


def parse(output: Output, job: Job, *, pack: Pack) -> Parsed:
    """Read semgrep's report; raises MalformedOutput for any other shape."""
    report = decode(output.stdout, _Report, tool=job.engine)
    if output.exit == _WORKED and report.time is None:
        raise MalformedOutput("no word of where semgrep ran out of time", where=job.engine)
    own, beside, planted = _HIDING.keys() | {_READ, semgrep_log.RULE["id"]}, _beside(job), _planted(job)
    results = [each for each in report.results if _rule(each.check_id) not in own and each.path != planted]
    findings = {_finding(each, job, pack) for each in results if each.path not in beside}
    further = [
        _brought_back(each, beside[each.path], job, pack)
        for each in results
        if each.path in beside and each.start.line not in beside[each.path].rewritten.own
    ]
    unseen = beside.keys() - set(report.paths.scanned)
    seen = {(each.rule, each.location.path, each.location.line) for each in findings}
    findings |= {
        each
        for each, called in further
        if seen.isdisjoint((each.rule, each.location.path, line) for line in (each.location.line, called))
    }
    gaps = {_gap(error, job, pack) for error in report.errors if error.path not in beside}
    gaps |= set(_hidden(report, job, pack) if pack.hiding else _unread(report, job, pack))
    if report.skipped_rules:
        gaps.add(_whole(pack, f"semgrep skipped {len(report.skipped_rules)} rules"))
    if output.exit != _WORKED and not any(gap.path is None for gap in gaps):
        gaps.add(_whole(pack, f"semgrep exited with {output.exit}, and does not say why"))
    scanned = {relative(path, job) for path in report.paths.scanned if path not in beside and path != planted}
    late = [*_late(report, job)]
    again = frozenset() if job.alone else _worth_another_look(late, gaps)
    gaps |= {_too_late(path, line, pack) for path, line in late if path not in again}
    gaps |= set(_not_spread(report, job, pack))
    gaps |= set(_left_out(output, job, pack)) if job.broad else set()
    gaps |= {
        Gap(scanner=pack.name, reason=GapReason.UNREADABLE, detail=_NOT_UNFOLDED, path=beside[name].path)
        for name in unseen
    }
    return Parsed(
        findings=tuple(sorted(findings, key=_order)),
        gaps=tuple(sorted(gaps, key=lambda gap: (gap.path or "", gap.detail))),
        covered=frozenset(scanned - {gap.path for gap in gaps} - {CANARY_PATH}),
        again=again,
        version=report.version,
        notes=tuple(_slow(report, beside)),
    )


def _late(report: _Report, job: Job) -> Iterator[tuple[str | None, int]]:
    """Give the file and line of each function through which values were not followed to the end."""
    beside = _beside(job)
    for place in (each.location for each in report.late):
        if place is None:
            yield None, 0
        elif place.path not in beside and place.path != _planted(job):
            path = relative(place.path, job)
            yield path if f"./{path}" in job.files else None, place.start.line
        elif (each := beside.get(place.path)) is not None and each.is_needed:
            here = each.rewritten.place(place.start.line, place.start.col)
            yield each.path, here.line if here is not None else 0


def _worth_another_look(late: Iterable[tuple[str | None, int]], gaps: Iterable[Gap]) -> frozenset[str]:
    """Give the files that may be seen whole when they are looked at alone: not those on which whole rules ran late."""
    lost = {gap.path for gap in gaps if gap.reason is GapReason.TIMEOUT}
    return frozenset(path for path, _ in late if path is not None and path not in lost)


def _too_late(path: str | None, line: int, pack: Pack) -> Gap:
    where = f"the function at line {line}" if path is not None else "a function, and does not say which"
    detail = f"semgrep ran out of time while it followed values through {where}"
    return Gap(scanner=pack.name, reason=GapReason.TIMEOUT, detail=detail, path=path)


def _not_spread(report: _Report, job: Job, pack: Pack) -> Iterator[Gap]:
    """Name the files with more values than semgrep follows, where they could not be spread or that was not seen."""
    for path, each in job.spread.items():
        if each.too_wide:
            detail = _TOO_WIDE.format(_listed(each.too_wide))
            yield Gap(scanner=pack.name, reason=GapReason.UNREADABLE, detail=detail, path=path)
    beside = _beside(job)
    for error in report.errors:
        of = beside.get(error.path or "")
        if of is not None and of.is_needed:
            yield Gap(scanner=pack.name, reason=GapReason.FAILED, detail=_NOT_SPREAD.format(error.kind), path=of.path)


def _left_out(output: Output, job: Job, pack: Pack) -> Iterator[Gap]:
    """Make the gaps of what the log says that was dropped, and one where the log does not prove itself."""
    dropped = semgrep_log.read(output.stderr)
    if len(output.stderr) >= semgrep_log.LIMIT:
        yield _whole(pack, _LONG.format(semgrep_log.LIMIT))
    elif not semgrep_log.is_proven(dropped, job.scratch):
        yield Gap(scanner=pack.name, reason=GapReason.CANARY, detail=_LOST)
    for file in dropped.keys() - {_planted(job), str(job.canary)}:
        path = relative(file, job)
        detail = _DROPPED.format(_listed(sorted(dropped[file])))
        known = path if f"./{path}" in job.files else None
        yield Gap(scanner=pack.name, reason=GapReason.UNREADABLE, detail=detail, path=known)


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(printable(name) for name in names[:_NAMED])}{more}"


def _slow(report: _Report, beside: Mapping[str, _Beside]) -> Iterator[str]:
    """Say of how many files something was not seen in their unfolded form: the file itself was looked at."""
    late = {each.location.path for each in report.late if each.location is not None}
    missed = ({error.path for error in report.errors} | late) & beside.keys()
    count = sum(not beside[name].is_needed for name in missed if name is not None)
    if count:
        yield f"{count:,} {'file was' if count == 1 else 'files were'} not looked at unfolded by every rule"


def refused(output: Output) -> bool:
    """Tell an engine that does not work (no such option, no such engine, a crash) from a failed scan.

    The native engine quotes lines of files as they are; one that is not UTF-8 spoils its whole output, and
    the default engine can do better.
    """
    if output.exit < 0 or (output.exit == 2 and not output.stdout.strip()):
        return True
    try:
        output.stdout.decode()
    except UnicodeDecodeError:
        return True
    return False


def _whole(pack: Pack, detail: str) -> Gap:
    return Gap(scanner=pack.name, reason=GapReason.FAILED, detail=detail)


def _hidden(report: _Report, job: Job, pack: Pack) -> Iterator[Gap]:
    """Name the files in which something may be hidden from semgrep; the canary is one, to prove that it is noticed."""
    found = {(relative(each.path, job), _rule(each.check_id)) for each in report.results}
    for rule in _HIDING:
        if (CANARY_PATH, rule) not in found:
            missed = f"semgrep did not report what was planted for its rule {rule}"
            yield Gap(scanner=pack.name, reason=GapReason.CANARY, detail=missed)
    beside = _beside(job)
    for path, rule in found:
        if rule in _HIDING and path != CANARY_PATH and path not in beside:
            yield Gap(scanner=pack.name, reason=GapReason.UNREADABLE, detail=_HIDING[rule][1], path=path)


def _unread(report: _Report, job: Job, pack: Pack) -> Iterator[Gap]:
    """Name the files of which no regular expression has seen the beginning, or that this engine tries no rule on."""
    if job.engine != NATIVE:
        for path in (each.removeprefix("./") for each in job.files if each.endswith(pack.native_only)):
            yield Gap(scanner=pack.name, reason=GapReason.UNREADABLE, detail=_NATIVE_ONLY, path=path)
    begun = {relative(each.path, job) for each in report.results if _rule(each.check_id) == _READ}
    for path in sorted({relative(path, job) for path in report.paths.scanned} - begun - {CANARY_PATH}):
        yield Gap(scanner=pack.name, reason=GapReason.UNREADABLE, detail=_NOT_TEXT, path=path)


def _gap(error: _Error, job: Job, pack: Pack) -> Gap:
    """Make the gap of one error: about a file of the job, or else about the whole scan."""
    path = relative(error.path, job) if error.path else None
    rule = f" with the rule {_rule(error.rule_id)}" if error.rule_id else ""
    if path is None or (path != CANARY_PATH and f"./{path}" not in job.files):
        return _whole(pack, f"semgrep: {error.kind}{rule}: {_without_paths(error, job)}")
    if error.kind in _NOT_PARSED:
        line = f" (line {error.spans[0].start.line})" if error.spans else ""
        reason, detail = GapReason.UNREADABLE, f"semgrep cannot parse all of it{line}"
    elif error.kind in _TOO_SLOW:
        reason, detail = GapReason.TIMEOUT, f"semgrep ran out of time on it{rule}"
    else:
        reason, detail = GapReason.FAILED, f"semgrep failed on it{rule}: {error.kind}"
    return Gap(scanner=pack.name, reason=reason, detail=detail, path=path)


def _without_paths(error: _Error, job: Job) -> str:
    """Give an error's own words without the machine's folders."""
    text = error.message or error.short_msg or "no message"
    if error.rule_id:
        text = text.replace(error.rule_id, _rule(error.rule_id))
    for folder in (job.scratch, *reversed(job.settings.rules)):
        text = text.replace(f"{folder}/", "").replace(f"{_below(folder, job)}/", "")
    return shorten(one_line(text.replace(f"{job.root}/", "")), 300)


def _rule(check_id: str) -> str:
    """Give the rule's own id: semgrep puts the folders of the rule's file before it, joined by dots."""
    return check_id.rpartition(".")[2]


def _finding(result: _Result, job: Job, pack: Pack) -> Finding:
    extra = result.extra
    if extra.severity not in _SEVERITIES:
        raise MalformedOutput(f"unknown severity {printable(extra.severity)}", where=job.engine)
    return Finding(
        scanner=pack.name,
        kind=pack.kind,
        rule=_rule(result.check_id),
        message=one_line(extra.message),
        # no columns: semgrep counts bytes, and does not give the line to convert them with
        location=Location(path=relative(result.path, job), line=result.start.line, end_line=result.end.line),
        severity=_SEVERITIES[extra.severity],
        severity_source="rule",
        confidence=_CONFIDENCES.get((extra.metadata.confidence or "").upper()),
        cwes=frozenset(_cwes(extra.metadata)),
        help_url=next(iter(_several(extra.metadata.references)), None),
    )


def _brought_back(result: _Result, of: _Beside, job: Job, pack: Pack) -> tuple[Finding, int]:
    """Say where in the file itself stands what was found in other words of it, and the line that calls that."""
    found, place = _finding(result, job, pack), of.rewritten.place(result.start.line, result.start.col)
    if place is None:
        raise MalformedOutput(f"line {result.start.line} of an unfolded file that is shorter", where=job.engine)
    return replace(found, location=Location(path=of.path, line=place.line, end_line=place.end_line)), place.called


def _several(value: list[str] | str | None) -> list[str]:
    """Rules write one value as a string, or several as a list."""
    if value is None:
        return []
    return [value] if isinstance(value, str) else value


def _cwes(metadata: _Metadata) -> Iterator[int]:
    """Read `CWE-89: Improper Neutralization …`, `CWE-89` and 89, one or several."""
    given = metadata.cwe if metadata.cwe is not None else []
    for each in [given] if isinstance(given, str | int) else given:
        match = _CWE.match(str(each))
        if match:
            yield int(match[1])


def _order(finding: Finding) -> tuple[str, int, int, str, str]:
    place = finding.location
    return place.path, place.line, place.end_line or 0, finding.rule, finding.message
