"""A `workflow_run` event and a page in; the page as the one comment of ours on the pull request that was run for, out.

Which pull request that is, GitHub says: the event names the run's commit and branch, and the service the open pull
request that has them. Nothing that the run itself left behind is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import msgspec
import requests

from devsecgate.errors import ReportError, UsageError

MARKER = "<!-- devsecgate -->"
"""What our comment begins with."""
AUTHOR = "github-actions[bot]"
"""Who writes it: anybody may write the marker."""
_LARGEST = 32 << 20
_PAGE = 100
_MOST_PAGES = 30
_PATIENCE = (10.0, 60.0)
_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:-]+/[A-Za-z0-9_./-]+/actions/runs/[0-9]+")
_WORD = re.compile(r"[a-z_]+")

Answer = TypeVar("Answer")


class _Named(msgspec.Struct, frozen=True):
    full_name: str


class _User(msgspec.Struct, frozen=True):
    login: str


class _Head(msgspec.Struct, frozen=True):
    full_name: str
    owner: _User


class _Run(msgspec.Struct, frozen=True):
    event: str
    head_sha: str
    head_branch: str | None
    head_repository: _Head | None
    conclusion: str | None
    html_url: str


class _Payload(msgspec.Struct, frozen=True):
    workflow_run: _Run
    repository: _Named


class _Commit(msgspec.Struct, frozen=True):
    sha: str


class _Pull(msgspec.Struct, frozen=True):
    number: int
    head: _Commit


class _Comment(msgspec.Struct, frozen=True):
    id: int
    user: _User | None
    body: str | None


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A run for a pull request that has ended, as GitHub tells of it."""

    repository: str
    owner: str
    """Of the repository that the branch is in: another one, for a fork."""
    branch: str
    commit: str
    conclusion: str
    address: str
    """Of the run's own page; empty where it is not what such an address looks like."""


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """GitHub's service, and the right to write comments."""

    address: str
    token: str


def run(environment: Mapping[str, str]) -> Run | None:
    """Read the event; None: the run was for no pull request. Raises UsageError where it is no `workflow_run`."""
    if environment.get("GITHUB_EVENT_NAME") != "workflow_run":
        raise UsageError(
            "this is no workflow_run event",
            where="GITHUB_EVENT_NAME",
            remedy="Run it in a workflow of its own, `on: workflow_run` of the one that gates (docs/github.md).",
        )
    try:
        with Path(environment.get("GITHUB_EVENT_PATH", "")).open("rb") as file:
            payload = msgspec.json.decode(file.read(_LARGEST), type=_Payload)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"the event cannot be understood: {error}", where="GITHUB_EVENT_PATH") from error
    ended = payload.workflow_run
    if ended.event != "pull_request" or ended.head_repository is None or ended.head_branch is None:
        return None
    if not _COMMIT.fullmatch(ended.head_sha) or not _REPOSITORY.fullmatch(payload.repository.full_name):
        raise UsageError("the event names no commit or no repository", where="GITHUB_EVENT_PATH")
    said = ended.conclusion or ""
    return Run(
        repository=payload.repository.full_name,
        owner=ended.head_repository.owner.login,
        branch=ended.head_branch,
        commit=ended.head_sha,
        conclusion=said if _WORD.fullmatch(said) else "unknown",
        address=ended.html_url if _ADDRESS.fullmatch(ended.html_url) else "",
    )


def service(environment: Mapping[str, str]) -> Service:
    """Give the service that the runner names. Raises UsageError without a token."""
    token = environment.get("GITHUB_TOKEN", "")
    if not token:
        raise UsageError("there is no GITHUB_TOKEN", remedy="Give the step `env: GITHUB_TOKEN: ${{ github.token }}`.")
    return Service(address=environment.get("GITHUB_API_URL") or "https://api.github.com", token=token)


def number(ended: Run, service: Service) -> int | None:
    """Find the open pull request whose newest commit the run was for; None: there is none, or it has moved on."""
    head = quote(f"{ended.owner}:{ended.branch}", safe="")
    path = f"/repos/{ended.repository}/pulls?state=open&per_page={_PAGE}&head={head}"
    found = [each.number for each in _asked(service, path, list[_Pull]) if each.head.sha == ended.commit]
    return found[0] if found else None


def put(ended: Run, pull: int, page: str, service: Service) -> str:
    """Write the comment, or put the page in place of the one that is there; give what was done."""
    body = msgspec.json.encode({"body": page})
    for comment in _comments(ended, pull, service):
        if (comment.body or "").startswith(MARKER) and comment.user is not None and comment.user.login == AUTHOR:
            _send(service, "PATCH", f"/repos/{ended.repository}/issues/comments/{comment.id}", body)
            return "updated"
    _send(service, "POST", f"/repos/{ended.repository}/issues/{pull}/comments", body)
    return "written"


def _comments(ended: Run, pull: int, service: Service) -> Iterator[_Comment]:
    for page in range(1, _MOST_PAGES + 1):
        path = f"/repos/{ended.repository}/issues/{pull}/comments?per_page={_PAGE}&page={page}"
        found = _asked(service, path, list[_Comment])
        yield from found
        if len(found) < _PAGE:
            return


def _asked(service: Service, path: str, shape: type[Answer]) -> Answer:
    """Ask, and read the answer in its shape. Raises ReportError."""
    try:
        return msgspec.json.decode(_send(service, "GET", path, None), type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _failed(f"its answer is not understood: {error}", path) from error


def _send(service: Service, method: str, path: str, body: bytes | None) -> bytes:
    """Send one request. Raises ReportError, which never names the token."""
    headers = {
        "Authorization": f"Bearer {service.token}",
        "Accept": "application/vnd.github+json",
        "Content-Type": "application/json",
        "X-GitHub-Api-Version": "2022-11-28",
    }
    try:
        with requests.request(
            method, f"{service.address}{path}", data=body, headers=headers, timeout=_PATIENCE, allow_redirects=False
        ) as answer:
            if not answer.ok or answer.is_redirect:
                raise _failed(f"it answered {answer.status_code}", path)
            return answer.content
    except requests.RequestException as error:
        raise _failed(f"it could not be asked ({type(error).__name__})", path) from error


def _failed(what: str, path: str) -> ReportError:
    return ReportError(
        f"the comment could not be written, because of GitHub's service: {what}",
        where=path.partition("?")[0],
        remedy="The job needs `permissions: pull-requests: write`.",
    )
