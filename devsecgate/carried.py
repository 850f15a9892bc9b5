"""The bytes of a verdict that another job wrote in; the outcome that can be relied on out, or why none can.

What a job leaves for the next one has been on somebody's disk in between. So it counts only where its seal and its
judgement fit, where it contradicts itself nowhere, and where it is about this commit and this day.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import msgspec

from devsecgate import seal
from devsecgate.decode import decode
from devsecgate.errors import DevsecgateError, ExitCode, MalformedOutput, UsageError
from devsecgate.json_shape import FORMAT, CountsRecord, ReportDocument
from devsecgate.model import Action, Outcome
from devsecgate.text import one_line, printable, shorten, workflow_command_safe

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_NAMES_OF_COMMIT = ("CI_COMMIT_SHA", "GITHUB_SHA")
"""Variables in which GitLab and GitHub say for which commit a job runs."""
_CLOCKS_DIFFER = timedelta(minutes=5)
"""Between two machines; a verdict from later than that is none of the past."""
_KEYED = "hmac-"
_SHOWN = 80


class RefusedVerdict(DevsecgateError):  # noqa: N818 - it names what was met
    """A verdict that cannot be relied on: for its reader, nothing was judged."""

    exit_code = ExitCode.INCOMPLETE


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """What a verdict has to be about."""

    now: datetime
    """Aware."""
    max_age: timedelta
    commit: str | None = None
    """40 or 64 hex digits; None: of any commit."""
    policy: str | None = None
    """SHA-256 of the effective policy, hex; None: by any policy."""
    content: str | None = None
    """SHA-256 of the files, as `contents.digest` gives it; None: of any files."""


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict as it arrived, and what was seen of it before anybody relies on it."""

    document: ReportDocument
    problems: tuple[str, ...]
    """Why it is not what a run of devsecgate wrote; empty: it is."""
    keyed: bool
    """Is it sealed with a key?"""

    @property
    def outcome(self) -> Outcome:
        """The outcome as its issues and gaps give it, whatever it says itself."""
        return _outcome(self.document)


def read(data: bytes, key: bytes) -> Carried:
    """Decode a verdict, and hold it to its seal (with the key of the environment) and to itself.

    Raises RefusedVerdict for what is no verdict at all.
    """
    try:
        raw = decode(data, dict[str, object], tool="")
        document = msgspec.convert(raw, ReportDocument)
        damage = *_of_the_seal(raw, document, key), *_of_the_judgement(raw, document)
    except (MalformedOutput, msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise _no_verdict(str(error)) from error
    if document.format != FORMAT:
        raise _no_verdict(f"its format is {_quoted(document.format)}")
    return Carried(
        document=document,
        problems=(*damage, *_contradictions(document)),
        keyed=document.seal.startswith(_KEYED),
    )


def check(carried: Carried, expected: Expected) -> Outcome:
    """Give the outcome of a verdict that can be relied on. Raises RefusedVerdict, with every reason that there is."""
    problems = (*carried.problems, *_differences(carried.document, expected))
    if problems:
        raise RefusedVerdict("\n  ".join(("the verdict is refused, and nothing can be said instead:", *problems)))
    return carried.outcome


def commit(named: str | None, environment: Mapping[str, str]) -> str | None:
    """Give the commit that a verdict has to be about: the one that is named, else that of the CI; None: there is none.

    Raises UsageError for what is no commit, and where two variables contradict each other.
    """
    if named is not None:
        return _commit(named, "--commit")
    found = {name: value for name in _NAMES_OF_COMMIT if (value := environment.get(name))}
    commits = {_commit(value, name) for name, value in found.items()}
    if len(commits) > 1:
        raise UsageError(f"{' and '.join(found)} name different commits", remedy="Name the commit by --commit.")
    return next(iter(commits), None)


def policy(named: str | None) -> str | None:
    """Give the digest of the policy that is asked for, if any. Raises UsageError for what is no digest."""
    if named is None:
        return None
    found = named.strip().lower()
    if not _DIGEST.fullmatch(found):
        raise UsageError(
            f"{_quoted(named)} is no digest of a policy",
            where="--policy-digest",
            remedy="Give all 64 hex digits; `devsecgate verdict show FILE` prints them.",
        )
    return found


def finished(document: ReportDocument) -> datetime | None:
    """Give when the run ended; None: it does not say so."""
    try:
        time = datetime.fromisoformat(document.timing.finished)
    except ValueError:
        return None
    return time if time.tzinfo is not None else None


def age(span: timedelta) -> str:
    """Give `3 minutes`, `26 hours`, `4 days`."""
    minutes = int(span.total_seconds()) // 60
    for number, unit in ((minutes // (24 * 60), "day"), (minutes // 60, "hour")):
        if number > 1:
            return f"{number:,} {unit}s"
    return f"{minutes:,} minute{'' if minutes == 1 else 's'}"


def _of_the_seal(raw: Mapping[str, object], document: ReportDocument, key: bytes) -> Iterator[str]:
    keyed = document.seal.startswith(_KEYED)
    if not document.seal:
        yield "it has no seal"
    elif key and not keyed:
        yield f"its seal was made without a key, and {seal.VARIABLE} is set here: anybody can make such a seal"
    elif keyed and not key:
        yield f"its seal was made with a key, and {seal.VARIABLE} is not set here"
    elif not seal.is_whole(raw, key):
        yield "its seal does not fit: it was edited" + (", or sealed with another key" if key else "")


def _of_the_judgement(raw: Mapping[str, object], document: ReportDocument) -> Iterator[str]:
    if document.judgement != seal.judgement(raw):
        yield "its judgement is not the digest of what it holds"


def _contradictions(document: ReportDocument) -> Iterator[str]:
    """Yield what the verdict says of itself and does not hold to."""
    unknown = {issue.action for issue in document.issues} - {action.value for action in Action}
    if unknown:
        yield f"no issue can have the action {_quoted(min(unknown))}"
    computed = _outcome(document)
    if document.outcome != computed:
        yield f"it says {_quoted(document.outcome)}, and its issues and gaps say {computed.value}"
    code = ExitCode[computed.name]
    if document.exit_code != code:
        yield f"its exit code is {document.exit_code}, and its issues and gaps make it {int(code)}"
    if document.counts != _counts(document):
        yield "its counts are not those of its issues and gaps"


def _outcome(document: ReportDocument) -> Outcome:
    if any(issue.action == Action.BLOCK for issue in document.issues):
        return Outcome.FAIL
    if not all(gap.accepted for gap in document.gaps):
        return Outcome.INCOMPLETE
    return Outcome.PASS


def _counts(document: ReportDocument) -> CountsRecord:
    actions = Counter(issue.action for issue in document.issues)
    accepted = sum(gap.accepted for gap in document.gaps)
    return CountsRecord(
        block=actions[Action.BLOCK],
        warn=actions[Action.WARN],
        allow=actions[Action.ALLOW],
        waive=actions[Action.WAIVE],
        gaps=len(document.gaps) - accepted,
        gaps_accepted=accepted,
    )


def _differences(document: ReportDocument, expected: Expected) -> Iterator[str]:
    """Yield in what the verdict is not about what is asked."""
    revision = document.target.revision
    if expected.commit is not None and revision is None:
        yield f"it names no commit, and {expected.commit} is asked for"
    elif expected.commit is not None and revision != expected.commit:
        yield f"it is about the commit {_quoted(revision or '')}, and {expected.commit} is asked for"
    yield from _of_the_age(document, expected)
    if expected.policy is not None and document.policy.digest != expected.policy:
        yield f"it was judged by the policy {_quoted(document.policy.digest)}, and {expected.policy} is asked for"
    if expected.content is not None and document.target.content != expected.content:
        yield "it is about other files than those that are here"


def _of_the_age(document: ReportDocument, expected: Expected) -> Iterator[str]:
    time = finished(document)
    if time is None:
        yield "it does not say when it was made"
    elif time - expected.now > _CLOCKS_DIFFER:
        yield f"it was made at {time.isoformat()}, and here it is {expected.now.isoformat()}"
    elif expected.now - time > expected.max_age:
        yield f"it is {age(expected.now - time)} old, and at most {age(expected.max_age)} are allowed"


def _commit(text: str, where: str) -> str:
    found = text.strip().lower()
    if not _COMMIT.fullmatch(found):
        raise UsageError(f"{_quoted(text)} is no commit", where=where, remedy="Give all 40 (or 64) hex digits.")
    return found


def _no_verdict(why: str) -> RefusedVerdict:
    return RefusedVerdict(
        f"this is no verdict: {shorten(one_line(why), 200)}",
        remedy="Give the file that `devsecgate scan --verdict FILE` wrote.",
    )


def _quoted(text: str) -> str:
    return f"`{workflow_command_safe(shorten(printable(text), _SHOWN))}`"
