"""When a workflow with a gate starts, and for which pull requests it does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from devsecgate.doctor import rules
from devsecgate.doctor.github import Workflow
from devsecgate.doctor.nodes import Node, child, line_of, scalars
from devsecgate.doctor.records import Finding
from devsecgate.doctor.scripts import finding

_DEFAULTS = frozenset({"main", "master", "trunk", "develop", "default", "$default-branch", "*", "**"})


def filters(workflow: Workflow) -> Iterator[Finding]:
    """Find pull requests that a workflow with a gate does not start for."""
    for name in ("pull_request", "pull_request_target"):
        node = workflow.triggers.get(name)
        if node is None:
            continue
        for key in ("paths", "paths-ignore"):
            if child(node, key) is not None:
                yield finding(rules.PATH_FILTER, workflow.path, line_of(node, key))
                break
        yield from _branches(node, workflow.path)
        types = {each.text for each in scalars(child(node, "types"))}
        if types and not types & {"synchronize", "labeled"}:
            yield finding(rules.EVENT_TYPES, workflow.path, line_of(node, "types"))


def across(gated: Sequence[Workflow], every: Sequence[Workflow]) -> Iterator[Finding]:
    """Find what no workflow alone can tell: nothing starts for pull requests, or for the merge queue."""
    if gated and not any(each.on_pull_requests or _pushed(each) for each in gated):
        yield finding(rules.NO_PULL_REQUEST, gated[0].path, gated[0].line)
    if any("merge_group" in each.triggers for each in every):
        for each in gated:
            if "pull_request" in each.triggers and "merge_group" not in each.triggers:
                yield finding(rules.NO_MERGE_GROUP, each.path, each.line)


def _branches(node: Node, path: str) -> Iterator[Finding]:
    named = {each.text for each in scalars(child(node, "branches"))}
    if (named and not named & _DEFAULTS) or child(node, "branches-ignore") is not None:
        yield finding(rules.BRANCH_FILTER, path, line_of(node, "branches" if named else "branches-ignore"))


def _pushed(workflow: Workflow) -> bool:
    """Does it start for a push to any branch? Then it has run before a pull request is merged."""
    node = workflow.triggers.get("push")
    keys = ("branches", "branches-ignore", "paths", "paths-ignore", "tags", "tags-ignore")
    return "push" in workflow.triggers and all(child(node, key) is None for key in keys)
