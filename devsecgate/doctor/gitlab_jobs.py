"""The jobs of a GitLab pipeline in, their gates and what neuters them out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from devsecgate.doctor import deploys, rules
from devsecgate.doctor.gitlab import Job, Pipeline, texts_of
from devsecgate.doctor.nodes import Mapping as Map
from devsecgate.doctor.nodes import Node, Scalar, child, entries, is_true, items, line_of, scalars, text_of
from devsecgate.doctor.records import Finding, Gate
from devsecgate.doctor.script import Shell
from devsecgate.doctor.scripts import Run, Seen, Source, World, decided, finding, look, skipped
from devsecgate.doctor.steps import all_texts
from devsecgate.doctor.workflows import Outcome

_SHELL = Shell(errexit=True, pipefail=True)
"""gitlab-runner, shells/bash.go: `set -o pipefail` where the shell has it, `set -o errexit`."""
_BETWEEN = "\necho\n"
"""The runner prints each line before it runs it; `$?` is then that of `echo`."""
_SECURITY = frozenset({
    "sast", "sarif", "dependency_scanning", "container_scanning", "secret_detection", "dast", "api_fuzzing",
    "coverage_fuzzing",
})  # fmt: skip
_DISABLED = re.compile(r"(?:SAST|SECRET_DETECTION|DEPENDENCY_SCANNING|CONTAINER_SCANNING|DAST)_DISABLED")
_LATER_ONLY = re.compile(
    r"\$\{?CI_COMMIT_(?:REF_NAME|BRANCH)\}? == (?:\$CI_DEFAULT_BRANCH|[\"'](?:main|master)[\"'])"
    r"|\$\{?CI_COMMIT_TAG\b|\$\{?CI_PIPELINE_SOURCE\}? == [\"'](?:schedule|web|api|trigger|pipeline)[\"']"
)
_ANY_REF = frozenset({"merge_requests", "branches", "pushes", "external_pull_requests"})


class LookedJob(msgspec.Struct, frozen=True, kw_only=True):
    """What one job does."""

    job: Job
    seen: Seen
    after: Seen

    @property
    def runs(self) -> tuple[Run, ...]:
        """The gates that can fail the job, or should."""
        return self.seen.runs


def examine(found: Pipeline, hooks: frozenset[str]) -> Outcome:
    """Examine one pipeline."""
    world = World(hooks=hooks, gated=frozenset(), said="\n".join(all_texts(found.node)))
    looked = [_look(each, found, world) for each in found.jobs]
    findings = [one for each in looked for one in _findings(each, world)]
    findings += _deploys(looked)
    findings += _variables(found.node, world)
    runs = [run for each in looked for run in (*each.seen.runs, *each.after.runs)]
    return Outcome(
        gates=tuple(Gate(path=run.path, line=run.line, tool=run.tool) for run in runs),
        findings=tuple(findings),
        unread=tuple(one for each in looked for one in (*each.seen.unread, *each.after.unread)),
        hooks_run=any(run.tool in {"pre-commit", "prek"} for run in runs),
    )


def _look(job: Job, found: Pipeline, world: World) -> LookedJob:
    variables = frozenset(key.text for node in (found.node, job.node) for key, _ in texts_of(node))
    return LookedJob(job=job, seen=_script(job.script, variables, world), after=_script(job.after, variables, world))


def _script(lines: Sequence[Scalar], variables: frozenset[str], world: World) -> Seen:
    """Look at a script whose lines are YAML scalars."""
    if not lines:
        return Seen()
    pieces, text = [], ""
    for each in lines:
        text += _BETWEEN if text else ""
        pieces.append((len(text), each))
        text += each.text
    source = Source(text=text, pieces=tuple(pieces), shell=_SHELL, variables=variables, outputs="")
    return look(source, world)


def _findings(looked: LookedJob, world: World) -> Iterator[Finding]:
    job = looked.job
    yield from looked.seen.findings
    yield from _variables(job.node, world)
    for run in looked.after.runs:
        yield finding(rules.AFTER_SCRIPT, run.path, run.line, f"{run.tool}: GitLab ignores the status of after_script")
    if not looked.runs:
        return
    yield from decided(looked.runs, uploads=False)
    yield from around(job)
    reports = child(job.node, "artifacts", "reports")
    lost = [key for key, _ in entries(reports) if key.text in _SECURITY]
    if lost and any(not run.neutered and not run.handed for run in looked.runs):
        message = f"`reports: {lost[0].text}` of a job that fails when there are findings: GitLab shows none of them"
        yield finding(rules.REPORT_LOST, lost[0].path, lost[0].line, message)


def around(job: Job) -> Iterator[Finding]:
    """Find what lets the pipeline go on without a gate's job, or after its failure."""
    yield from _allowed(job)
    yield from _skipped(job)


def _allowed(job: Job) -> Iterator[Finding]:
    """Judge `allow_failure` and `when`, of the job and of its rules."""
    node = child(job.node, "allow_failure")
    own = _rules(job)
    yield from _allow(job.node, node)
    for each in own:
        yield from _allow(each, child(each, "allow_failure"))
    if not own and text_of(child(job.node, "when")) == "manual" and node is None:
        when = child(job.node, "when") or job.node
        yield finding(rules.MANUAL, when.path, line_of(job.node, "when"))


def _allow(owner: Node, node: Node | None) -> Iterator[Finding]:
    line = line_of(owner, "allow_failure")
    if node is None:
        return
    if is_true(node):
        yield finding(rules.ALLOW_FAILURE, node.path, line)
    codes = {each.text for each in scalars(child(node, "exit_codes"))} & {"1", "3"}
    if codes:
        message = f"exit code {' and '.join(sorted(codes))} of a gate is allowed: the pipeline goes on"
        yield finding(rules.ALLOWED_EXIT_CODES, node.path, line, message)


def _rules(job: Job) -> list[Map]:
    return [each for each in items(child(job.node, "rules")) if isinstance(each, Map)]


def _skipped(job: Job) -> Iterator[Finding]:
    """Find jobs that are not in the pipelines of merge requests, as far as that is certain."""
    own = _rules(job)
    place = child(job.node, "rules") or child(job.node, "only") or child(job.node, "except") or job.node
    if own:
        positive = [each for each in own if text_of(child(each, "when")) != "never"]
        if all(_narrow(each) for each in positive):
            yield finding(rules.GITLAB_SKIPPED, place.path, line_of(job.node, "rules"), _why(positive))
        return
    only, without = child(job.node, "only"), child(job.node, "except")
    if only is not None:
        refs = {each.text for each in scalars(only) or scalars(child(only, "refs"))}
        patterns = any(each.startswith("/") for each in refs)
        if child(only, "changes") is not None or (refs and not refs & _ANY_REF and not patterns):
            yield finding(rules.GITLAB_SKIPPED, place.path, line_of(job.node, "only"))
    elif "merge_requests" in {each.text for each in scalars(without) or scalars(child(without, "refs"))}:
        yield finding(rules.GITLAB_SKIPPED, place.path, line_of(job.node, "except"))
    when = text_of(child(job.node, "when"))
    if when in {"never", "on_failure"}:
        message = f"`when: {when}`: the job is not run where all else succeeds"
        yield finding(rules.GITLAB_SKIPPED, place.path, line_of(job.node, "when"), message)


def _narrow(rule: Map) -> bool:
    """Is a rule met by no merge request, or only by some?"""
    condition = text_of(child(rule, "if"))
    if text_of(child(rule, "when")) == "on_failure" or child(rule, "changes") is not None:
        return True
    return "||" not in condition and _LATER_ONLY.search(" ".join(condition.split())) is not None


def _why(positive: Sequence[Map]) -> str:
    if not positive:
        return "no rule lets the job run"
    if any(child(each, "changes") is not None for each in positive):
        return "the job is run for changes of some files only"
    return ""


def _variables(node: Node, world: World) -> Iterator[Finding]:
    for key, value in texts_of(node):
        if key.text == "SKIP" and (hooks := skipped(value, world)):
            yield finding(rules.SKIP_VARIABLE, key.path, key.line, f"SKIP leaves out {', '.join(hooks)}")
        elif _DISABLED.fullmatch(key.text) and value.lower() in {"true", "1"}:
            yield finding(rules.SKIP_VARIABLE, key.path, key.line, f"{key.text} leaves the scan out")


def _deploys(looked: Sequence[LookedJob]) -> Iterator[Finding]:
    """Find jobs that deploy without waiting for a gate, or although it failed."""
    gates = {each.job.name: each.job for each in looked if each.runs}
    jobs = {each.job.name: each.job for each in looked}
    for each in looked:
        job = each.job
        where = child(job.node, "environment")
        stops = text_of(child(where, "action")) in {"stop", "prepare", "verify", "access"}
        if not gates or each.runs or stops or not (deploys.named(job.name) or deploys.environment(where)):
            continue
        when = text_of(child(job.node, "when"))
        if when in {"always", "on_failure"}:
            message = f"the job {job.name} deploys although the gate failed: `when: {when}`"
            yield finding(rules.DEPLOY_DESPITE_GATE, job.node.path, line_of(job.node, "when"), message)
        elif not _waits(job, jobs, gates):
            names = ", ".join(sorted(gates))
            message = f"the job {job.name} deploys without waiting for the gate ({names})"
            yield finding(rules.DEPLOY_WITHOUT_GATE, job.path, job.line, message)


def _waits(job: Job, jobs: Mapping[str, Job], gates: Mapping[str, Job]) -> bool:
    """Does the gate's failure keep it from running: by stage, or over the jobs that it needs?"""
    first = min(each.stage for each in gates.values())
    waiting, seen = [job], {job.name}
    while waiting:
        each = waiting.pop()
        if (each.needs is None and first < each.stage) or (each is not job and each.name in gates):
            return True
        further = [name for name in each.needs or () if name in jobs and name not in seen]
        waiting += [jobs[name] for name in further]
        seen.update(further)
    return False
