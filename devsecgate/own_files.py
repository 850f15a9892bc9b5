"""A tree and the base of a change in; an issue of kind PIPELINE for each file of the gate itself that differs, out.

Such a change is judged by the base's policy, and shown for what it is: a proposal to judge otherwise from then on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from devsecgate.model import Confidence, Finding, Kind, Location, Severity
from devsecgate.policy.loading import NAMES
from devsecgate.policy.records import Policy

SCANNER = "gate"
_PIPELINES = re.compile(
    r"\.github/workflows/[^/]+\.ya?ml|(\.github/actions/.+/)?action\.ya?ml|(.*/)?\.gitlab-ci\.ya?ml|\.gitlab/.+\.ya?ml"
    r"|\.pre-commit-config\.ya?ml|prek\.toml|(.*/)?Jenkinsfile|azure-pipelines\.ya?ml|\.circleci/config\.ya?ml"
    r"|bitbucket-pipelines\.yml|\.buildkite/.+\.ya?ml|\.azure-pipelines/.+\.ya?ml"
)
_OURS = b"devsecgate"
_LARGEST = 1 << 20
_POLICY = "policy-changed"
_PIPELINE = "pipeline-changed"
_SAID = {
    _POLICY: "this change edits the gate's policy, which is a proposal: the base's policy judged it; let somebody "
    "approve it who may decide about the gate",
    _PIPELINE: "this change edits where the gate is run: see that it still runs, still blocks and is still required; "
    "let somebody approve it who may decide about the gate",
}


def changed(root: Path, base: Path, files: Iterable[str], policies: Iterable[Policy]) -> tuple[Finding, ...]:
    """Compare the gate's own files of a tree and its base. `files` are those of both, relative and safe to show."""
    policies = tuple(policies)
    named = {*NAMES, *(file for policy in policies for file in (*policy.chain, *_baselines(policy, (root, base))))}
    folders = {folder for policy in policies for folder in _folders(policy, (root, base))}
    found = []
    for path in sorted(set(files)):
        of_policy = path in named or any(path.startswith(f"{folder}/") for folder in folders)
        if not of_policy and not _PIPELINES.fullmatch(path):
            continue
        before, after = _content(base / path), _content(root / path)
        if before != after and (of_policy or _OURS in before or _OURS in after):
            found.append(_finding(path, _POLICY if of_policy else _PIPELINE))
    return tuple(found)


def _folders(policy: Policy, roots: Iterable[Path]) -> Iterable[str]:
    """Give the folders of rules that a policy names in the tree."""
    for folder in policy.scanners.rules:
        for root in roots:
            if folder.is_relative_to(root) and folder != root:
                yield folder.relative_to(root).as_posix()


def _baselines(policy: Policy, roots: Iterable[Path]) -> Iterable[str]:
    """Give the baseline that a policy names, if it is in the tree."""
    for root in roots:
        if policy.baseline is not None and policy.baseline.file.is_relative_to(root):
            yield policy.baseline.file.relative_to(root).as_posix()


def _content(path: Path) -> bytes:
    if path.is_symlink() or not path.is_file():
        return b""
    with path.open("rb") as file:
        return file.read(_LARGEST)


def _finding(path: str, rule: str) -> Finding:
    return Finding(
        scanner=SCANNER,
        kind=Kind.PIPELINE,
        rule=rule,
        message=_SAID[rule],
        location=Location(path=path),
        severity=Severity.MEDIUM,
        severity_source="gate",
        confidence=Confidence.HIGH,
    )
