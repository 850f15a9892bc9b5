"""A CI's environment and its event in; which commit the change is to be compared with out, or why there is none.

GitHub says it in the event's payload, GitLab in variables. A pull request (a merge queue's entry too) is a
proposal: what was there before it has been judged on its branch. A push is none: what it finds in place may never
have passed, for a push that fails is on its branch all the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from devsecgate.errors import UsageError
from devsecgate.text import printable, shorten

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_NOTHING = re.compile(r"0+")
"""What stands for "no commit": a branch that is new."""
_LARGEST = 32 << 20
_SHOWN = 60


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """What a CI runs for."""

    name: str
    """As the verdict shows it: `pull_request (GitHub)`."""
    proposal: bool
    """Is it a change that waits to be merged into a branch where everything was judged before?"""
    revisions: tuple[str, ...] = ()
    """Commits to compare with, the best first; the first that can be had counts."""
    head: str | None = None
    """The proposed commit, where the runner may have checked out its merge with the branch."""
    why: str = ""
    """Why there is no commit to compare with; empty where there is one."""


class _Commit(msgspec.Struct, frozen=True):
    sha: str


class _PullRequest(msgspec.Struct, frozen=True):
    base: _Commit
    head: _Commit


class _MergeGroup(msgspec.Struct, frozen=True):
    base_sha: str
    head_sha: str


class _Payload(msgspec.Struct, frozen=True):
    """What is read of GitHub's payload; which of it is there depends on the event, and is checked by its reader."""

    pull_request: _PullRequest | None = None
    merge_group: _MergeGroup | None = None
    before: str | None = None


def of(environment: Mapping[str, str]) -> Event | None:
    """Tell what a CI runs for, from its variables; None: this is no CI that says so. Raises UsageError."""
    if environment.get("GITHUB_ACTIONS") == "true":
        return _github(environment)
    if environment.get("GITLAB_CI") in {"true", "false"} and environment.get("CI_PIPELINE_SOURCE"):
        return _gitlab(environment)
    return None


def _github(environment: Mapping[str, str]) -> Event:
    kind = environment.get("GITHUB_EVENT_NAME", "")
    name = f"{_shown(kind)} (GitHub)"
    if kind in {"pull_request", "pull_request_target", "pull_request_review"}:
        pull = _payload(environment).pull_request
        if pull is None:
            raise _wrong(environment, f"a {kind} event without a pull request")
        return _proposal(name, (pull.base.sha,), head=pull.head.sha)
    if kind == "merge_group":
        group = _payload(environment).merge_group
        if group is None:
            raise _wrong(environment, "a merge_group event without a merge group")
        return _proposal(name, (group.base_sha,), head=None)
    if kind == "push":
        if environment.get("GITHUB_REF", "").startswith("refs/tags/"):
            return Event(name=name, proposal=False, why="a tag is judged as a whole")
        return _push(name, _payload(environment).before or "")
    return Event(name=name, proposal=False, why="this event has no commit that it follows on")


def _gitlab(environment: Mapping[str, str]) -> Event:
    source = environment.get("CI_PIPELINE_SOURCE", "")
    name = f"{_shown(source)} (GitLab)"
    if source == "merge_request_event":
        # in a pipeline of merged results, HEAD holds the target branch as it is now, not as it was at the merge base
        named = ("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", "CI_MERGE_REQUEST_DIFF_BASE_SHA")
        return _proposal(name, tuple(environment.get(each, "") for each in named), head=None)
    if environment.get("CI_COMMIT_TAG"):
        return Event(name=name, proposal=False, why="a tag is judged as a whole")
    if source == "push":
        return _push(name, environment.get("CI_COMMIT_BEFORE_SHA", ""))
    return Event(name=name, proposal=False, why="this event has no commit that it follows on")


def _proposal(name: str, named: tuple[str, ...], *, head: str | None) -> Event:
    revisions = tuple(each for each in named if _COMMIT.fullmatch(each) and not _NOTHING.fullmatch(each))
    why = "" if revisions else "the event names no commit of the target branch"
    if head is not None and not _COMMIT.fullmatch(head):
        head = None
    return Event(name=name, proposal=True, revisions=revisions, head=head, why=why)


def _push(name: str, before: str) -> Event:
    if not _COMMIT.fullmatch(before) or _NOTHING.fullmatch(before):
        return Event(name=name, proposal=False, why="this is the first push of the branch")
    return Event(name=name, proposal=False, revisions=(before,))


def _payload(environment: Mapping[str, str]) -> _Payload:
    """Read GitHub's payload, which its runner writes beside the checkout."""
    place = environment.get("GITHUB_EVENT_PATH", "")
    try:
        with open(place, "rb") as file:  # noqa: PTH123 - an empty name is an error, not the current folder
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise _wrong(environment, f"it cannot be read: {error.strerror}") from error
    if len(data) > _LARGEST:
        raise _wrong(environment, "it is larger than any event")
    try:
        return msgspec.json.decode(data, type=_Payload)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _wrong(environment, f"it is not an event of GitHub's: {printable(str(error))}") from error


def _wrong(environment: Mapping[str, str], what: str) -> UsageError:
    place = environment.get("GITHUB_EVENT_PATH", "").rpartition("/")[2]
    return UsageError(
        f"the event cannot be understood: {what}",
        where=f"GITHUB_EVENT_PATH {_shown(place)}".rstrip(),
        remedy="Name the commit to compare with by --base, or --base none.",
    )


def _shown(text: str) -> str:
    return shorten(printable(text), _SHOWN)
