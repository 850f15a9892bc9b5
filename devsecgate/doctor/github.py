"""A workflow or a composite action as YAML nodes in, its triggers, jobs and steps out."""

from __future__ import annotations

from collections.abc import Mapping as Table
from collections.abc import Sequence as List
from enum import StrEnum

import msgspec

from devsecgate.doctor.nodes import Mapping, Node, Scalar, child, entries, items, scalars, text_of
from devsecgate.doctor.records import NotRead
from devsecgate.doctor.script import Shell

_PULL_REQUESTS = frozenset({"pull_request", "pull_request_target", "merge_group", "workflow_call"})
_MOST_JOBS = 500
_MOST_STEPS = 500
"""Of one job."""
_POSIX = {
    "": Shell(errexit=True, pipefail=False),
    "bash": Shell(errexit=True, pipefail=True),
    "sh": Shell(errexit=True, pipefail=False),
}


class Kind(StrEnum):
    """What a file is."""

    WORKFLOW = "workflow"
    ACTION = "action"


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a job, or of a composite action."""

    node: Mapping
    index: int
    id: str
    name: str
    condition: Scalar | None
    uses: Scalar | None
    run: Scalar | None
    shell: str
    """As written for the step, its job or its workflow; empty: the runner's own."""


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One job; a composite action is one too."""

    key: str
    line: int
    node: Mapping
    name: str
    condition: Scalar | None
    uses: Scalar | None
    needs: tuple[str, ...]
    steps: tuple[Step, ...]


class Input(msgspec.Struct, frozen=True, kw_only=True):
    """One input, with its type as it is in the `inputs` context."""

    boolean: bool
    default: str


class Workflow(msgspec.Struct, frozen=True, kw_only=True):
    """One file."""

    path: str
    kind: Kind
    name: str
    node: Node
    triggers: Table[str, Node | None]
    line: int
    """Of `on:`."""
    inputs: Table[str, Input]
    jobs: tuple[Job, ...]

    @property
    def on_pull_requests(self) -> bool:
        """Does it start for pull requests, or when another workflow says so?"""
        return bool(_PULL_REQUESTS & set(self.triggers))


def workflow(document: Node, path: str) -> Workflow:
    """Take a workflow apart; raises NotRead where it is none."""
    jobs = child(document, "jobs")
    if not isinstance(document, Mapping) or not isinstance(jobs, Mapping):
        raise NotRead("not a workflow: it has no `jobs:`")
    if len(jobs.entries) > _MOST_JOBS:
        raise NotRead(f"more than {_MOST_JOBS:,} jobs", jobs.line)
    shell = text_of(child(document, "defaults", "run", "shell"))
    on = child(document, "on")
    return Workflow(
        path=path,
        kind=Kind.WORKFLOW,
        name=text_of(child(document, "name")),
        node=document,
        triggers=_triggers(on),
        line=next((key.line for key, _ in document.entries if key.text == "on"), document.line),
        inputs=_inputs(on),
        jobs=tuple(_job(key, node, shell) for key, node in jobs.entries if isinstance(node, Mapping)),
    )


def action(document: Node, path: str) -> Workflow:
    """Take a composite action apart, as a workflow with one job; other actions have no step. Raises NotRead."""
    runs = child(document, "runs")
    if not isinstance(document, Mapping) or not isinstance(runs, Mapping):
        raise NotRead("not an action: it has no `runs:`")
    steps = _steps(child(runs, "steps"), "")
    declared = {
        key.text: Input(boolean=False, default=text_of(child(node, "default")))
        for key, node in entries(child(document, "inputs"))
    }
    job = Job(key="", line=runs.line, node=runs, name="", condition=None, uses=None, needs=(), steps=steps)
    name = text_of(child(document, "name"))
    return Workflow(
        path=path, kind=Kind.ACTION, name=name, node=document, triggers={}, line=1, inputs=declared, jobs=(job,)
    )


def shell_of(step: Step) -> Shell:
    """Say how a step's script is run; raises NotRead where it is no shell that is known here."""
    words = step.shell.split()
    if step.shell in _POSIX:
        return _POSIX[step.shell]
    if words and words[0].rsplit("/", 1)[-1] in {"bash", "sh", "zsh", "dash"}:
        # A template of one's own has what is written in it, and nothing else.
        letters = "".join(each[1:] for each in words[1:] if each.startswith("-") and not each.startswith("--"))
        return Shell(errexit="e" in letters or "errexit" in words, pipefail="pipefail" in words)
    raise NotRead(f"a script for {words[0] if words else 'another shell'} is not read here")


def _triggers(on: Node | None) -> Table[str, Node | None]:
    if isinstance(on, Mapping):
        return {key.text: node for key, node in on.entries}
    return {each.text: None for each in scalars(on)}


def _inputs(on: Node | None) -> Table[str, Input]:
    found: dict[str, Input] = {}
    for trigger in ("workflow_dispatch", "workflow_call"):
        for key, node in entries(child(on, trigger, "inputs")):
            boolean = text_of(child(node, "type")) == "boolean"
            before = found.get(key.text)
            default = text_of(child(node, "default"))
            # One that is a boolean for one trigger and a string for the other is right as neither.
            same = before is None or before.boolean == boolean
            found[key.text] = Input(boolean=boolean and same, default=default)
    return found


def _job(key: Scalar, node: Mapping, shell: str) -> Job:
    runs_on = " ".join(each.text for each in scalars(child(node, "runs-on")))
    default = text_of(child(node, "defaults", "run", "shell")) or shell
    windows = "windows" in runs_on.lower() and "${{" not in runs_on
    return Job(
        key=key.text,
        line=key.line,
        node=node,
        name=text_of(child(node, "name")),
        condition=_scalar(child(node, "if")),
        uses=_scalar(child(node, "uses")),
        needs=tuple(each.text for each in scalars(child(node, "needs"))),
        steps=_steps(child(node, "steps"), default or ("pwsh" if windows else "")),
    )


def _steps(node: Node | None, shell: str) -> tuple[Step, ...]:
    maps: List[Mapping] = [each for each in items(node) if isinstance(each, Mapping)]
    if len(maps) > _MOST_STEPS:
        raise NotRead(f"a job of more than {_MOST_STEPS:,} steps", maps[0].line)
    return tuple(
        Step(
            node=each,
            index=index,
            id=text_of(child(each, "id")),
            name=text_of(child(each, "name")),
            condition=_scalar(child(each, "if")),
            uses=_scalar(child(each, "uses")),
            run=_scalar(child(each, "run")),
            shell=text_of(child(each, "shell")) or shell,
        )
        for index, each in enumerate(maps)
    )


def _scalar(node: Node | None) -> Scalar | None:
    return node if isinstance(node, Scalar) else None
