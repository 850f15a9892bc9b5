"""What a detector that wraps a matcher answers on stdout: the matcher's own documents, and what it said beside them."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from devsecgate.detectors.package_answer import request
from devsecgate.model import Gap, GapReason
from devsecgate.scanner import CANARY_PATH, Command, Given, Job
from devsecgate.text import one_line, shorten

_INSIDE = "!/"
"""What stands between the name of an image and a path in it."""
_MOST_NOTES = 10


class ToolAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one run of a matcher came to."""

    version: str
    asked_on: str
    """ISO 8601 date."""
    data_as_of: str
    """ISO 8601 date of its database; empty: it does not say."""
    canary_folder: str
    """Folder of the canary among the staged files; empty where it was looked at by a run of its own."""
    staged: list[str]
    """The files that it was given, relative."""
    canary: msgspec.Raw
    """The matcher's document about the canary; `null` where that is in `report`."""
    report: msgspec.Raw
    errors: list[str]
    """What it said on stderr as an error."""
    warnings: list[str]


def command(job: Job, *, tool: str) -> Command:
    """Start a matcher's detector: about an image that is given, or about the manifests on stdin."""
    given = [f"--image={job.given.source}"] if job.given is not None else []
    return Command(
        argv=(
            "python",
            "-m",
            f"devsecgate.detectors.{tool}",
            f"--canary={job.canary}",
            f"--scratch={job.scratch}",
            *given,
            *(["--offline"] if job.settings.offline else []),
        ),
        exits=frozenset({0}),
        stdin=b"" if given else request(job),
        network=not job.settings.offline,
        timeout=1800.0,
    )


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """What the paths of a matcher's document mean."""

    job: Job
    answer: ToolAnswer

    def of(self, path: str) -> str:
        """Give the target's path for a path in the staged files, or in the image."""
        plain = path.replace("\\", "/").lstrip("/").removeprefix("./")
        if self.answer.canary_folder and plain.startswith(f"{self.answer.canary_folder}/"):
            return CANARY_PATH
        given = self.job.given
        return plain if given is None else inside(given, plain)


def inside(given: Given, path: str) -> str:
    """Name a path in an image; an empty one is the image."""
    return f"{given.name}{_INSIDE}{path}" if path else given.name


def said(answer: ToolAnswer, *, scanner: str, path: str | None) -> tuple[list[Gap], list[str]]:
    """Turn what a matcher said beside its answer into gaps and notes: errors, and systems that it does not know."""
    gaps = [Gap(scanner=scanner, reason=GapReason.FAILED, detail=_short(each), path=path) for each in answer.errors]
    notes = []
    for each in answer.warnings:
        if "nsupported" in each or "not supported" in each:
            gaps.append(Gap(scanner=scanner, reason=GapReason.UNSUPPORTED, detail=_short(each), path=path))
        else:
            notes.append(_short(each))
    return gaps, sorted(set(notes))[:_MOST_NOTES]


def stale(answer: ToolAnswer, *, scanner: str, max_age: int) -> list[Gap]:
    """Say that a matcher's database is older than the policy allows, or does not say how old it is."""
    from datetime import date

    if not answer.data_as_of:
        detail = f"{scanner} does not say how old its database is"
        return [Gap(scanner=scanner, reason=GapReason.STALE, detail=detail)]
    age = (date.fromisoformat(answer.asked_on) - date.fromisoformat(answer.data_as_of)).days
    if age <= max_age:
        return []
    detail = (
        f"the database of {scanner} is of {answer.data_as_of}, {age} days ago: update it ({max_age} days are allowed)"
    )
    return [Gap(scanner=scanner, reason=GapReason.STALE, detail=detail)]


def is_raw_null(raw: msgspec.Raw) -> bool:
    """Say whether there is no document."""
    return bytes(raw).strip() == b"null"


def severity_words() -> Mapping[str, str]:
    """Give our word for each word that the matchers use."""
    return {
        "CRITICAL": "critical",
        "HIGH": "high",
        "MEDIUM": "medium",
        "LOW": "low",
        "NEGLIGIBLE": "info",
    }


def _short(text: str) -> str:
    return shorten(one_line(text), 300)
