"""A repository's root in, the whole report out: what was read, which gates there are, what neuters them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from devsecgate.doctor import files, github, hooks, nodes, pipelines, rules, workflows
from devsecgate.doctor.github import Workflow
from devsecgate.doctor.hooks import Hooks
from devsecgate.doctor.nodes import Node
from devsecgate.doctor.records import Finding, NotRead, Report, Unread
from devsecgate.doctor.scripts import finding
from devsecgate.doctor.workflows import Outcome

_HOOKS = ".pre-commit-config.yaml"
_MOST_FILES = 3000
_MOST_CHARACTERS = 8 * 1024 * 1024
"""Of all files together; a large organisation's workflows are a tenth of it."""


def examine(root: Path) -> Report:
    """Examine a repository: its workflows, its own actions, its GitLab files and its hooks."""
    reading = Reading(root=root)
    configuration = reading.first(_HOOKS)
    if configuration is not None and nodes.child(configuration, "repos") is None:
        reading.note(_HOOKS, NotRead("not a configuration of hooks: it has no `repos:`"))
    hooked = hooks.examine(configuration)
    own = tuple(_github(reading))
    outcomes = [
        workflows.examine(own, hooked.ids),
        pipelines.examine(reading, hooked.ids),
        hooked.outcome,
    ]
    gates = tuple(sorted({each for outcome in outcomes for each in outcome.gates}))
    found = {each for outcome in outcomes for each in outcome.findings}
    found.update(_hooks_only(hooked, outcomes[:-1]))
    unread = {*reading.unread, *(each for outcome in outcomes for each in outcome.unread)}
    if not gates:
        found.add(finding(rules.NO_GATE, ".", 1, _no_gate(reading.read, unread)))
    return Report(
        read=tuple(sorted(reading.read)),
        gates=gates,
        findings=tuple(sorted(found, key=lambda each: (each.path, each.line, each.rule.id, each.message))),
        unread=tuple(sorted(unread)),
    )


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """The files of a root, each read once; what could not be read is kept, and never left out."""

    root: Path
    documents: dict[str, tuple[Node, ...] | None] = msgspec.field(default_factory=dict)
    """By path; None: it is not there, or could not be read."""
    sizes: list[int] = msgspec.field(default_factory=list)
    """Characters of what was opened."""
    read: list[str] = msgspec.field(default_factory=list)
    unread: list[Unread] = msgspec.field(default_factory=list)

    def first(self, path: str) -> Node | None:
        """Read a file that has one document; None: there is none, or it was noted as not read."""
        found = self.all(path)
        if found is not None and len(found) > 1:
            self.note(path, NotRead("more than one document"))
            return None
        return found[0] if found else None

    def all(self, path: str) -> tuple[Node, ...] | None:
        """Read the documents of a file."""
        if path not in self.documents:
            self.documents[path] = self._fresh(path)
        return self.documents[path]

    def _fresh(self, path: str) -> tuple[Node, ...] | None:
        try:
            if len(self.documents) > _MOST_FILES:
                raise NotRead(f"more than {_MOST_FILES:,} files are not read")  # noqa: TRY301 - noted like the others
            text = files.read(self.root, path)
            self.sizes.append(len(text or ""))
            if sum(self.sizes) > _MOST_CHARACTERS:
                raise NotRead(f"all files together have more than {_MOST_CHARACTERS:,} characters")  # noqa: TRY301
            found = None if text is None else nodes.read(text, path)
        except NotRead as error:
            self.note(path, error)
            return None
        if found == ():
            self.note(path, NotRead("it is empty"))
            return None
        if found is not None:
            self.read.append(path)
        return found

    def note(self, path: str, error: NotRead) -> None:
        """Keep what could not be read."""
        each = Unread(path=path, line=error.line, why=error.why)
        if each not in self.unread:
            self.unread.append(each)

    def matching(self, pattern: str) -> tuple[str, ...]:
        """Name the files that a glob is about."""
        return tuple(self.names(pattern, lambda root: files.tracked(root, pattern)))

    def names(self, folder: str, listed: Callable[[Path], Iterator[str]]) -> Sequence[str]:
        """List files; a folder that cannot be listed is noted."""
        try:
            return tuple(listed(self.root))
        except NotRead as error:
            self.note(folder, error)
            return ()


def _github(reading: Reading) -> Iterator[Workflow]:
    """Read workflows, actions, and the local ones that they call wherever these are."""
    waiting = [(path, True) for path in reading.names(".github/workflows", files.workflows)]
    waiting += [(path, False) for path in reading.names(".github/actions", files.actions)]
    seen: set[str] = set()
    while waiting:
        path, is_workflow = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        document = reading.first(path)
        if document is None:
            continue
        try:
            found = github.workflow(document, path) if is_workflow else github.action(document, path)
        except NotRead as error:
            reading.note(path, error)
            continue
        yield found
        for called in workflows.local((found,)):
            inner = workflows.files_of(called.text)
            waiting += [(each, len(inner) == 1) for each in inner]
            if all(reading.all(each) is None for each in inner):
                reading.note(path, NotRead(f"{called.text} is called, and could not be read", called.line))


def _hooks_only(hooked: Hooks, others: Sequence[Outcome]) -> Iterator[Finding]:
    """Find gates that are hooks and nothing else."""
    tools = {gate.tool for each in others for gate in each.gates}
    if hooked.by_service or "devsecgate" in tools or any(each.hooks_run for each in others):
        return
    for each in hooked.gates:
        if each.tool not in tools:
            message = f"{each.id} is a hook, and nothing in CI that is read here runs {each.tool}"
            yield finding(rules.HOOKS_NOT_IN_CI, each.node.path, each.line, message)


def _no_gate(read: Sequence[str], unread: set[Unread]) -> str:
    number = "1 file was" if len(read) == 1 else f"{len(read)} files were"
    looked = f"{number} looked at, and none" if read else "there is no CI or hook file that could be read, and nothing"
    more = "; there may be one in what was not looked at" if unread else ""
    return f"{looked} runs a known security tool: every change passes{more}"
