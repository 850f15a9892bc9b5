"""A file of issues that were there when it was written in; how many of each it takes for known, and since when, out.

It is for those who cannot compare with a commit: for a branch that the gate comes to late, for images. It names
issues by their content, with counts, so that an eleventh copy of what is in it ten times is new.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec

from devsecgate.errors import UsageError
from devsecgate.model import Issue
from devsecgate.text import json_document, printable, shorten

FORMAT, VERSION = "devsecgate-baseline", "1.0"
_LARGEST = 64 << 20
_REMEDY = "Write it anew with `devsecgate baseline write`, or take the key `baseline` out of the policy."

Digits = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]
Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Issues of one content."""

    content: Digits
    count: Count
    since: date
    where: str
    """For people, as is `what`: where one of them was, and which rule named it."""
    what: str


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: str
    version: str
    issues: list[_Entry]


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """Issues of one content that a baseline knows."""

    count: int
    since: date
    where: str
    what: str


def load(file: Path, shown: str) -> Mapping[str, Known]:
    """Read a baseline, by content. Raises UsageError for what is none: nobody's silence is taken for a list."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
        with os.fdopen(descriptor, "rb") as opened:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise UsageError("the baseline is not a regular file", where=shown, remedy=_REMEDY)
            data = opened.read(_LARGEST + 1)
    except OSError as error:
        raise UsageError(f"the baseline cannot be read: {error.strerror}", where=shown, remedy=_REMEDY) from error
    if len(data) > _LARGEST:
        raise UsageError("the baseline is too large", where=shown, remedy=_REMEDY)
    return parse(data, shown)


def parse(data: bytes, shown: str) -> Mapping[str, Known]:
    """Read the bytes of a baseline. Raises UsageError."""
    try:
        document = msgspec.json.decode(data, type=_Document)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        what = f"this is no baseline: {printable(str(error))}"
        raise UsageError(what, where=shown, remedy=_REMEDY) from error
    if document.format != FORMAT or document.version.partition(".")[0] != VERSION.partition(".")[0]:
        said = shorten(printable(f"{document.format} {document.version}"), 60)
        raise UsageError(f"this is no baseline of version {VERSION}: {said}", where=shown, remedy=_REMEDY)
    twice = [content for content, number in Counter(each.content for each in document.issues).items() if number > 1]
    if twice:
        raise UsageError(f"the baseline names {twice[0]} twice", where=shown, remedy=_REMEDY)
    return {
        each.content: Known(count=each.count, since=each.since, where=each.where, what=each.what)
        for each in document.issues
    }


def of(issues: Iterable[Issue], before: Mapping[str, Known], today: date) -> Mapping[str, Known]:
    """Make a baseline of issues; what an earlier one knows keeps its day."""
    counted: Counter[str] = Counter()
    first: dict[str, Issue] = {}
    for issue in issues:
        counted[issue.content] += 1
        first.setdefault(issue.content, issue)
    return {
        content: Known(
            count=number,
            since=before[content].since if content in before and number <= before[content].count else today,
            where=first[content].location.path,
            what=first[content].rules[0],
        )
        for content, number in counted.items()
    }


def render(known: Mapping[str, Known]) -> bytes:
    """Write a baseline: sorted, one issue a few lines, for a diff that people read."""
    ordered = sorted(known.items(), key=lambda each: (each[1].where, each[1].what, each[0]))
    entries = [
        {
            "content": content,
            "count": each.count,
            "since": each.since.isoformat(),
            "where": each.where,
            "what": each.what,
        }
        for content, each in ordered
    ]
    return json_document({"format": FORMAT, "version": VERSION, "issues": entries})
