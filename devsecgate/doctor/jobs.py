"""One job of a workflow in, its gates out, and when they are not run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from devsecgate.doctor import rules
from devsecgate.doctor.conditions import Facts, bare, booleans_for, goes_on, mixed, strings_for
from devsecgate.doctor.github import Job, Kind, Workflow
from devsecgate.doctor.nodes import Scalar, child, entries, line_of, scalars, text_of
from devsecgate.doctor.records import Finding, Unread
from devsecgate.doctor.scripts import Run, World, decided, finding
from devsecgate.doctor.steps import Looked, can_be_true, environment, pinning, step, uploads, used

_HEAD = re.compile(
    r"github\.event\.pull_request\.head\.(?:sha|ref)|github\.head_ref|refs/pull/|github\.event\.workflow_run\.head_"
    r"|github\.event\.pull_request\.merge_commit_sha|github\.event\.number"
)
_CALLED = re.compile(r"[^./][^@]*/\.(?:github|gitlab)/workflows/[^@]*@.+")


class LookedJob(msgspec.Struct, frozen=True, kw_only=True):
    """What one job does."""

    job: Job
    looked: tuple[Looked, ...]
    runs: tuple[Run, ...]
    findings: tuple[Finding, ...]
    unread: tuple[Unread, ...]

    @property
    def tools(self) -> frozenset[str]:
        """The tools that it runs."""
        return frozenset(each.tool for each in self.runs)


def look(job: Job, workflow: Workflow, world: World) -> LookedJob:
    """Look at one job's steps, or at what it calls."""
    looked = tuple(step(each, job, workflow, world) for each in job.steps)
    runs = [run for each in looked for run in each.runs]
    found = [one for each in looked for one in each.findings]
    unread = [one for each in looked for one in each.unread]
    if job.uses is not None:
        run = used(job.uses, job.node, workflow, world)
        if run is not None:
            runs.append(run)
            found += pinning(job.uses, workflow.path)
        elif _CALLED.fullmatch(job.uses.text):
            why = f"the workflow {job.uses.text} is in another repository: run doctor there"
            unread.append(Unread(path=workflow.path, line=job.uses.line, why=why))
    found += decided(runs, uploads=any(map(uploads, job.steps)))
    found += environment(child(job.node, "env"), workflow.path, world)
    if runs:
        found += [*_continues(job, workflow), *_untrusted(job, workflow)]
    return LookedJob(job=job, looked=looked, runs=tuple(runs), findings=tuple(found), unread=tuple(unread))


def conditions(job: Job, workflow: Workflow) -> Iterator[Finding]:
    """Find conditions that do not say what they seem to say."""
    for condition in (job.condition, *(each.condition for each in job.steps)):
        if condition is not None:
            yield from _condition(condition, workflow)


def skipped(looked: Sequence[LookedJob], workflow: Workflow) -> Iterator[Finding]:
    """Find gates that some pull requests do not run."""
    if workflow.kind is Kind.ACTION or not workflow.on_pull_requests:
        return
    facts = _facts(workflow)
    steady = {tool for each in looked if _steady(each.job.condition, facts) for tool in _steady_tools(each, facts)}
    jobs = {each.job.key: each.job for each in looked}
    for each in looked:
        conditions = [each.job.condition] if each.tools - steady else []
        conditions += [one.step.condition for one in each.looked if {run.tool for run in one.runs} - steady]
        for condition in conditions:
            if condition is not None and not _steady(condition, facts):
                yield finding(rules.CAN_BE_SKIPPED, workflow.path, condition.line)
        if each.tools - steady and _steady(each.job.condition, facts):
            yield from _needs(each.job, jobs, facts, workflow.path)


def _needs(job: Job, jobs: Mapping[str, Job], facts: Facts, path: str) -> Iterator[Finding]:
    if job.condition is not None and re.search(r"always\(\)|!\s*cancelled\(\)", job.condition.text):
        return
    waiting, seen = list(job.needs), set(job.needs)
    while waiting:
        needed = jobs.get(waiting.pop())
        if needed is None:
            continue
        if not _steady(needed.condition, facts):
            message = f"the gate needs {needed.key}, which can be skipped; the gate is skipped with it"
            yield finding(rules.NEEDS_CAN_BE_SKIPPED, path, line_of(job.node, "needs"), message)
            return
        waiting += [each for each in needed.needs if each not in seen]
        seen.update(needed.needs)


def _steady(condition: Scalar | None, facts: Facts) -> bool:
    return condition is None or goes_on(condition.text, facts)


def _steady_tools(looked: LookedJob, facts: Facts) -> Iterator[str]:
    """Name the tools that this job runs whenever it runs, and for which all that it needs is run too."""
    if looked.job.uses is not None:
        yield from looked.tools if not looked.job.needs else ()
    for each in looked.looked:
        if _steady(each.step.condition, facts) and not looked.job.needs:
            yield from (run.tool for run in each.runs)


def _facts(workflow: Workflow) -> Facts:
    types = {each.text for each in scalars(child(workflow.triggers.get("pull_request"), "types"))}
    push = workflow.triggers.get("push")
    filters = {key.text for key, _ in entries(push)}
    direct = bool({"pull_request", "pull_request_target", "merge_group"} & set(workflow.triggers))
    return Facts(
        ready_for_review="ready_for_review" in types,
        pushed="push" in workflow.triggers
        and not filters & {"branches", "branches-ignore", "paths", "paths-ignore", "tags"},
        inputs={} if direct else {name: each.default for name, each in workflow.inputs.items() if each.default},
    )


def _condition(condition: Scalar, workflow: Workflow) -> Iterator[Finding]:
    text, path, line = condition.text, workflow.path, condition.line
    if mixed(text):
        yield finding(rules.ALWAYS_TRUE, path, line)
        return
    booleans = frozenset(name for name, each in workflow.inputs.items() if each.boolean)
    composite = workflow.kind is Kind.ACTION
    for name in strings_for(text, booleans):
        yield finding(rules.BOOLEAN_AS_STRING, path, line, f"{name} is a boolean here, and no boolean equals a string")
    strings = frozenset(workflow.inputs) if composite else frozenset()
    for name in booleans_for(text, strings, composite=composite):
        yield finding(rules.STRING_AS_BOOLEAN, path, line, f"{name} is a string here, and no string equals a boolean")
    words = frozenset(name for name in strings if workflow.inputs[name].default in {"true", "false"})
    for name in bare(text, words):
        yield finding(rules.STRING_AS_BOOLEAN, path, line, f"{name} is a string here, and `'false'` is true")


def _continues(job: Job, workflow: Workflow) -> Iterator[Finding]:
    node = child(job.node, "continue-on-error")
    if node is not None and can_be_true(node):
        line = line_of(job.node, "continue-on-error")
        yield finding(rules.CONTINUE_ON_ERROR, workflow.path, line, "the job is green although its gate failed")


def _untrusted(job: Job, workflow: Workflow) -> Iterator[Finding]:
    """Find a stranger's code that is checked out where the gate has the repository's secrets."""
    if not {"pull_request_target", "workflow_run"} & set(workflow.triggers):
        return
    for each in job.steps:
        given = child(each.node, "with")
        if each.uses is not None and each.uses.text.startswith("actions/checkout@"):
            asked = f"{text_of(child(given, 'ref'))} {text_of(child(given, 'repository'))}"
            if _HEAD.search(asked) or "head.repo" in asked:
                yield finding(rules.PULL_REQUEST_TARGET, workflow.path, each.uses.line)
                return
