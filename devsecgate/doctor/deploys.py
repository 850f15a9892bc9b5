"""The jobs of a workflow in, those that deploy whatever the gate says out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from devsecgate.doctor import rules
from devsecgate.doctor.conditions import forces
from devsecgate.doctor.github import Job, Step, Workflow
from devsecgate.doctor.jobs import LookedJob
from devsecgate.doctor.nodes import Node, Scalar, child, text_of
from devsecgate.doctor.records import Finding
from devsecgate.doctor.scripts import finding
from devsecgate.doctor.steps import Looked, all_texts

_DEPLOYS = re.compile(r"(?:^|[^a-z])(?:deploy|release|publish|production)(?:s|ing|ment)?(?![a-z])", re.IGNORECASE)
_NOT = re.compile(
    r"report|result|sarif|coverage|notes|draft|summary|comment|test|lint|check|dry|preview|clean|scan|artifact|plan|"
    r"rollback|notif|verif|status|valid",
    re.IGNORECASE,
)
_ACTIONS = (
    "pypa/gh-action-pypi-publish@", "softprops/action-gh-release@", "actions/deploy-pages@",
    "goreleaser/goreleaser-action@", "azure/webapps-deploy@", "aws-actions/amazon-ecs-deploy-task-definition@",
    "google-github-actions/deploy-cloudrun@", "cloudflare/wrangler-action@", "js-devtools/npm-publish@",
    "superfly/flyctl-actions@", "azure/k8s-deploy@", "changesets/action@",
)  # fmt: skip
_COMMANDS = (
    ("npm", "publish"), ("pnpm", "publish"), ("yarn", "publish"), ("twine", "upload"), ("uv", "publish"),
    ("poetry", "publish"), ("flit", "publish"), ("hatch", "publish"), ("cargo", "publish"), ("gem", "push"),
    ("kubectl", "apply"), ("helm", "upgrade"), ("terraform", "apply"), ("tofu", "apply"), ("pulumi", "up"),
    ("cdk", "deploy"), ("serverless", "deploy"), ("fly", "deploy"), ("flyctl", "deploy"), ("docker", "push"),
    ("gh", "release", "create"),
)  # fmt: skip


def named(*names: str) -> bool:
    """Does a name say that something is deployed?"""
    return any(_DEPLOYS.search(each) and not _NOT.search(each) for each in names)


def environment(node: Node | None) -> bool:
    """Is a job's environment one that is deployed to?"""
    return bool(text_of(node) or text_of(child(node, "name")))


def in_jobs(looked: Sequence[LookedJob], workflow: Workflow, *, gated_elsewhere: bool) -> Iterator[Finding]:
    """Find jobs that do not wait for the gate, or go on without its consent."""
    jobs = {each.job.key: each.job for each in looked}
    gates = frozenset(each.job.key for each in looked if each.runs)
    deploying = [each for each in looked if _deploys(each.job)]
    for each in deploying:
        job = each.job
        condition = job.condition
        if condition is not None and gates & set(job.needs) and forces(condition.text, gates):
            message = f"the job {job.key} deploys although the gate failed: {_asked(condition)}"
            yield finding(rules.DEPLOY_DESPITE_GATE, workflow.path, condition.line, message)
        elif gates and not each.runs and not _waits(job, jobs, gates):
            message = f"the job {job.key} deploys without waiting for the gate ({', '.join(sorted(gates))})"
            yield finding(rules.DEPLOY_WITHOUT_GATE, workflow.path, job.line, message)
    if deploying and not gates:
        yield from _alone(deploying[0].job, workflow, gated_elsewhere=gated_elsewhere)


def in_steps(looked: Sequence[Looked], path: str) -> Iterator[Finding]:
    """Find steps that deploy after a gate of the same job, whatever it said."""
    gated = False
    for each in looked:
        condition = each.step.condition
        if gated and condition is not None and _step_deploys(each) and _despite(condition):
            message = f"the step deploys although the gate before it failed: {_asked(condition)}"
            yield finding(rules.DEPLOY_DESPITE_GATE, path, condition.line, message)
        gated = gated or bool(each.runs)


def _alone(job: Job, workflow: Workflow, *, gated_elsewhere: bool) -> Iterator[Finding]:
    """Judge a workflow that deploys and runs no gate."""
    if "workflow_run" in workflow.triggers:
        if "conclusion" not in " ".join(all_texts(workflow.node)):
            message = f"the job {job.key} starts when another workflow has ended, and does not ask how"
            yield finding(rules.DEPLOY_DESPITE_GATE, workflow.path, workflow.line, message)
    elif gated_elsewhere and set(workflow.triggers) != {"workflow_call"}:
        yield finding(rules.DEPLOY_ELSEWHERE, workflow.path, job.line)


def _deploys(job: Job) -> bool:
    return named(job.key, job.name) or environment(child(job.node, "environment"))


def _step_deploys(looked: Looked) -> bool:
    one: Step = looked.step
    uses = one.uses.text.lower() if one.uses else ""
    commands = any(each.words[: len(command)] == command for each in looked.ran for command in _COMMANDS)
    return commands or uses.startswith(_ACTIONS) or (not uses and named(one.name))


def _despite(condition: Scalar) -> bool:
    asks = re.search(r"steps\.[\w-]+\.(?:outcome|conclusion)\s*==\s*'success'", condition.text)
    return asks is None and forces(condition.text, frozenset())


def _waits(job: Job, jobs: Mapping[str, Job], gates: frozenset[str]) -> bool:
    """Does the gate's failure keep it from running, over the jobs that it needs?"""
    waiting, seen = [*job.needs], {*job.needs}
    while waiting:
        name = waiting.pop()
        if name in gates:
            return True
        needed = jobs.get(name)
        if needed is None or (needed.condition and forces(needed.condition.text, gates)):
            continue
        waiting += [each for each in needed.needs if each not in seen]
        seen.update(needed.needs)
    return False


def _asked(condition: Scalar) -> str:
    from devsecgate.text import one_line, shorten

    return f"`if: {shorten(one_line(condition.text), 60)}`"
