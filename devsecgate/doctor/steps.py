"""One step of a workflow in, the gates that it runs out, with what neuters each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from devsecgate.doctor import rules
from devsecgate.doctor.github import Job, Kind, Step, Workflow, shell_of
from devsecgate.doctor.nodes import Node, Scalar, child, entries, is_true, items, line_of, text_of
from devsecgate.doctor.records import Finding, NotRead, Unread
from devsecgate.doctor.script import Ran
from devsecgate.doctor.scripts import Run, Seen, Source, World, finding, look, mentions, skipped
from devsecgate.doctor.tools import Tool, acted

_PINNED = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_BRANCHES = frozenset({"main", "master", "develop", "dev", "trunk", "latest", "head", "nightly", "edge"})
_INCOMPLETE = frozenset({"fail-on-incomplete", "DEVSECGATE_INPUT_FAIL_ON_INCOMPLETE"})
_FAILS = re.compile(r"\bexit\b|\bfalse\b|setFailed|\[\[? |\btest\b|core\.error|\$\{\{")


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """What one step does."""

    step: Step
    runs: tuple[Run, ...]
    findings: tuple[Finding, ...]
    unread: tuple[Unread, ...]
    ran: tuple[Ran, ...]


def all_texts(node: Node | None) -> Iterator[str]:
    """Give every text of a node, keys left out."""
    if isinstance(node, Scalar):
        yield node.text
        return
    for _, value in entries(node):
        yield from all_texts(value)
    for value in items(node):
        yield from all_texts(value)


def step(one: Step, job: Job, workflow: Workflow, world: World) -> Looked:
    """Look at one step."""
    seen = _script(one, one.run, job, workflow, world) if one.run is not None else Seen()
    runs, found = [*seen.runs], [*seen.findings]
    if one.uses is not None:
        run = used(one.uses, one.node, workflow, world)
        runs += [run] if run else []
        found += pinning(one.uses, workflow.path) if run else []
    if any(each.tool == "devsecgate" or each.tool.startswith("./") for each in runs):
        found += _lenient(one, workflow.path)
    if runs and (lost := _continues(one, job, workflow)) is not None:
        runs = [replace(each, neutered=(lost,)) for each in runs]
    found += environment(child(one.node, "env"), workflow.path, world)
    return Looked(step=one, runs=tuple(runs), findings=tuple(found), unread=seen.unread, ran=seen.ran)


def used(uses: Scalar, node: Node, workflow: Workflow, world: World) -> Run | None:
    """Judge an action, or a workflow that a job calls; None: it is no gate."""
    path, line = workflow.path, uses.line
    if uses.text.startswith("./"):
        gated = uses.text[2:].rstrip("/")
        own = {gated, f"{gated}/action.yml", f"{gated}/action.yaml"} if gated else {"action.yml", "action.yaml"}
        return Run(tool=uses.text, path=path, line=line, neutered=()) if own & world.gated else None
    if uses.text.lower().partition("@")[0] in {"pre-commit/action", "j178/prek-action"} and world.hooks:
        return Run(tool="pre-commit", path=path, line=line, neutered=())
    tool = acted(uses.text)
    if tool is None:
        return None
    return Run(tool=tool.name, path=path, line=line, neutered=tuple(_inputs(tool, node, path, line)))


def pinning(uses: Scalar, path: str) -> Iterator[Finding]:
    """Judge by what an action is named."""
    name, _, version = uses.text.partition("@")
    if name.startswith("./") or _PINNED.fullmatch(version) or version.startswith("sha256:"):
        return
    if name.startswith("docker://"):
        yield finding(rules.UNPINNED, path, uses.line, f"the image {name.removeprefix('docker://')} is no digest")
        return
    last = version.rsplit("/", 1)[-1].lower()
    rule = rules.ON_BRANCH if last in _BRANCHES or version.startswith("refs/heads/") else rules.UNPINNED
    what = "a branch" if rule is rules.ON_BRANCH else "a tag that can be moved" if version else "nothing"
    yield finding(rule, path, uses.line, f"{name} is pinned by {what}{f': {version}' if version else ''}")


def environment(node: Node | None, path: str, world: World) -> Iterator[Finding]:
    """Find SKIP among variables."""
    for key, value in entries(node):
        if key.text == "SKIP" and (hooks := skipped(text_of(value) or text_of(child(value, "value")), world)):
            yield finding(rules.SKIP_VARIABLE, path, key.line, f"SKIP leaves out {', '.join(hooks)}")


def uploads(one: Step) -> bool:
    """Does it hand results to code scanning, which can judge them?"""
    return one.uses is not None and one.uses.text.lower().startswith("github/codeql-action/upload-sarif@")


def _script(one: Step, run: Scalar, job: Job, workflow: Workflow, world: World) -> Seen:
    variables = frozenset(
        key.text for node in (workflow.node, job.node, one.node) for key, _ in entries(child(node, "env"))
    )
    try:
        shell = shell_of(one)
    except NotRead as error:
        unread = Unread(path=workflow.path, line=run.line, why=error.why)
        return Seen(unread=(unread,) if mentions(run.text) else ())
    outputs = f"steps.{one.id}.outputs" if one.id else ""
    return look(Source(text=run.text, pieces=((0, run),), shell=shell, variables=variables, outputs=outputs), world)


def _inputs(tool: Tool, node: Node, path: str, line: int) -> Iterator[Finding]:
    """Find the inputs that make an action succeed."""
    given = child(node, "with")
    for key, value in entries(given):
        if text_of(value).lower() in tool.inputs.get(key.text, ()):
            yield finding(rules.EXIT_CODE_FLAG, path, key.line, f"{tool.name}: `{key.text}: {text_of(value)}`")
        elif key.text in {"args", "extra_args", "extra-args", "arguments"}:
            words = text_of(value).replace("=", " ")
            option = next((each for each in tool.silent if f" {each} " in f" {words} "), "")
            if option:
                yield finding(rules.EXIT_CODE_FLAG, path, key.line, f"{tool.name}: `{option}` makes it exit 0")
    outputs_only = text_of(child(given, "format")) in tool.not_with
    if tool.input_needed and child(given, tool.input_needed) is None and not outputs_only:
        message = f"{tool.name} succeeds whatever it finds without the input `{tool.input_needed}`"
        if not any(key.text in tool.variables for key, _ in entries(child(node, "env"))):
            yield finding(rules.NO_FAIL_OPTION, path, line, message)


def _lenient(one: Step, path: str) -> Iterator[Finding]:
    """Find what makes devsecgate itself say less: a policy that blocks nothing, INCOMPLETE that passes."""
    given = child(one.node, "with")
    for key, value in (*entries(given), *entries(child(one.node, "env"))):
        if key.text == "policy" and "advisory" in text_of(value):
            yield finding(rules.ADVISORY, path, key.line)
        if key.text in _INCOMPLETE and text_of(value).lower() == "false":
            yield finding(rules.INCOMPLETE_PASSES, path, key.line)


def _continues(one: Step, job: Job, workflow: Workflow) -> Finding | None:
    """Judge `continue-on-error` of a step: it is right where a later step asks for the outcome, and fails."""
    node = child(one.node, "continue-on-error")
    if node is None or not can_be_true(node):
        return None
    asked = f"steps.{one.id}.outcome" if one.id else None
    for later in job.steps[one.index + 1 :]:
        said = " ".join(all_texts(later.node))
        if asked and asked in said and (later.uses is not None or _FAILS.search(text_of(later.run))):
            return None
    if asked and workflow.kind is Kind.WORKFLOW and asked in " ".join(all_texts(child(job.node, "outputs"))):
        return None
    line = line_of(one.node, "continue-on-error")
    return finding(rules.CONTINUE_ON_ERROR, workflow.path, line, "the step is green although its gate failed")


def can_be_true(node: Node) -> bool:
    """Is it true, or an expression that can be?"""
    text = text_of(node)
    return is_true(node) or ("${{" in text and not re.fullmatch(r"\$\{\{\s*(?:false|'')\s*\}\}", text))
