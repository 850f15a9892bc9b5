"""The workflows and composite actions of a repository in, their gates and what is wrong with them out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from devsecgate.doctor import deploys, triggers
from devsecgate.doctor.github import Workflow
from devsecgate.doctor.jobs import LookedJob, conditions, look, skipped
from devsecgate.doctor.nodes import Scalar, child
from devsecgate.doctor.records import Finding, Gate, Unread
from devsecgate.doctor.scripts import World
from devsecgate.doctor.steps import all_texts, environment


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What was found in some files."""

    gates: tuple[Gate, ...] = ()
    findings: tuple[Finding, ...] = ()
    unread: tuple[Unread, ...] = ()
    hooks_run: bool = False
    """Does one of them run the hooks?"""


def examine(workflows: Sequence[Workflow], hooks: frozenset[str]) -> Outcome:
    """Examine all of them together: one may call another."""
    gated = _gated(workflows, hooks)
    looked = {each.path: _jobs(each, hooks, gated) for each in workflows}
    with_gate = [each for each in workflows if any(job.runs for job in looked[each.path])]
    found: list[Finding] = []
    for each in workflows:
        found += _findings(each, looked[each.path], World(hooks=hooks, gated=gated, said=""), elsewhere=bool(with_gate))
    started = [each for each in with_gate if each.triggers]
    found += triggers.across(started, [each for each in workflows if each.triggers])
    jobs = [job for each in workflows for job in looked[each.path]]
    runs = [run for job in jobs for run in job.runs]
    return Outcome(
        gates=tuple(Gate(path=run.path, line=run.line, tool=run.tool) for run in runs),
        findings=tuple(found),
        unread=tuple(one for job in jobs for one in job.unread),
        hooks_run=any(run.tool in {"pre-commit", "prek"} for run in runs),
    )


def local(workflows: Sequence[Workflow]) -> Iterator[Scalar]:
    """Give the local actions and workflows that are called, as written."""
    for each in workflows:
        for job in each.jobs:
            for uses in (job.uses, *(step.uses for step in job.steps)):
                if uses is not None and uses.text.startswith("./"):
                    yield uses


def _gated(workflows: Sequence[Workflow], hooks: frozenset[str]) -> frozenset[str]:
    """Find the files that run a gate, themselves or in what they call."""
    world = World(hooks=hooks, gated=frozenset(), said="")
    gated = {each.path for each in workflows if any(look(job, each, world).runs for job in each.jobs)}
    callers: dict[str, list[str]] = {}
    for each in workflows:
        for called in local((each,)):
            for path in files_of(called.text):
                callers.setdefault(path, []).append(each.path)
    waiting = list(gated)
    while waiting:
        for caller in callers.get(waiting.pop(), ()):
            if caller not in gated:
                gated.add(caller)
                waiting.append(caller)
    return frozenset(gated)


def files_of(called: str) -> tuple[str, ...]:
    """Name the files that `uses: ./…` may be about."""
    called = called[2:].rstrip("/")
    if called.endswith((".yml", ".yaml")):
        return (called,)
    return (f"{called}/action.yml", f"{called}/action.yaml") if called else ("action.yml", "action.yaml")


def _jobs(workflow: Workflow, hooks: frozenset[str], gated: frozenset[str]) -> tuple[LookedJob, ...]:
    world = World(hooks=hooks, gated=gated, said="\n".join(all_texts(workflow.node)))
    return tuple(look(each, workflow, world) for each in workflow.jobs)


def _findings(workflow: Workflow, looked: Sequence[LookedJob], world: World, *, elsewhere: bool) -> Iterator[Finding]:
    gate = any(each.runs for each in looked)
    for each in looked:
        yield from each.findings
        yield from deploys.in_steps(each.looked, workflow.path)
        if gate or deploys.named(each.job.key, each.job.name):
            yield from conditions(each.job, workflow)
    yield from skipped(looked, workflow)
    yield from deploys.in_jobs(looked, workflow, gated_elsewhere=elsewhere)
    yield from environment(child(workflow.node, "env"), workflow.path, world)
    if gate:
        yield from triggers.filters(workflow)
