"""A repository's GitLab files in, with all that they include from the repository itself; their outcome out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import msgspec

from devsecgate.doctor import gitlab, gitlab_jobs, rules
from devsecgate.doctor.gitlab import From, Include, Job
from devsecgate.doctor.nodes import Mapping, Node, child, line_of, text_of
from devsecgate.doctor.records import Finding, Gate, NotRead, Unread
from devsecgate.doctor.scripts import finding
from devsecgate.doctor.workflows import Outcome

_MAIN = ".gitlab-ci.yml"
_MOST_INCLUDES = 150
"""GitLab's own limit."""
_DEEPEST = 2
"""Child pipelines of child pipelines, GitLab's own limit."""
_SECURITY = ("Security/", "Jobs/SAST", "Jobs/Secret-Detection", "Jobs/Dependency-Scanning", "Jobs/Container-Scanning")


class Files(Protocol):
    """Where files come from."""

    def all(self, path: str) -> tuple[Node, ...] | None:
        """Read a file's documents."""

    def matching(self, pattern: str) -> tuple[str, ...]:
        """Name the files that a glob is about."""

    def note(self, path: str, error: NotRead) -> None:
        """Keep what could not be read."""


def examine(files: Files, hooks: frozenset[str]) -> Outcome:
    """Examine the main pipeline and its children."""
    if files.all(_MAIN) is None:
        return Outcome()
    loader = _Loader(files=files, hooks=hooks)
    loader.pipeline((_MAIN,), 0)
    return Outcome(
        gates=tuple(loader.gates),
        findings=tuple(loader.findings),
        unread=tuple(loader.unread),
        hooks_run=loader.hooks_run,
    )


class _Loader(msgspec.Struct, kw_only=True):
    files: Files
    hooks: frozenset[str]
    gates: list[Gate] = msgspec.field(default_factory=list)
    findings: list[Finding] = msgspec.field(default_factory=list)
    unread: list[Unread] = msgspec.field(default_factory=list)
    hooks_run: bool = False
    included: int = 0

    def pipeline(self, paths: tuple[str, ...], depth: int) -> bool:
        """Examine the pipeline that these files make; True: it has a gate."""
        before = len(self.gates)
        whole: Mapping | None = None
        for path in paths:
            found = self.merged(path, frozenset())
            if found is not None:
                whole = found if whole is None else gitlab.merged(whole, found)
        if whole is None:
            return False
        try:
            pipeline = gitlab.pipeline(whole)
        except NotRead as error:
            self.files.note(paths[0], error)
            return False
        outcome = gitlab_jobs.examine(pipeline, self.hooks)
        self.gates += outcome.gates
        self.findings += outcome.findings
        self.unread += outcome.unread
        self.hooks_run = self.hooks_run or outcome.hooks_run
        for job in pipeline.jobs:
            self.child(job, depth)
        return len(self.gates) > before

    def child(self, job: Job, depth: int) -> None:
        """Examine the pipeline that a job starts."""
        trigger = child(job.node, "trigger")
        if trigger is None:
            return
        if depth >= _DEEPEST:
            self.files.note(job.path, NotRead("a child pipeline of a child pipeline's child", job.line))
            return
        local = [each for each in gitlab.includes(trigger) if self.is_local(each)]
        if local and self.pipeline(tuple(path for each in local for path in self.paths(each)), depth + 1):
            if text_of(child(trigger, "strategy")) not in {"depend", "mirror"}:
                line = line_of(job.node, "trigger")
                self.findings.append(finding(rules.CHILD_PIPELINE, trigger.path, line))
            self.findings += gitlab_jobs.around(job)

    def merged(self, path: str, above: frozenset[str]) -> Mapping | None:
        """Read one file and merge what it includes below it."""
        documents = self.files.all(path)
        if not documents:
            return None
        document = documents[-1]  # a header (`spec:`) may stand before the configuration
        if not isinstance(document, Mapping):
            self.files.note(path, NotRead("not a mapping of jobs"))
            return None
        whole: Mapping | None = None
        for each in gitlab.includes(document):
            self.included += 1
            if self.included > _MOST_INCLUDES:
                self.files.note(each.path, NotRead(f"more than {_MOST_INCLUDES} includes", each.line))
                break
            if not self.is_local(each):
                continue
            for inner in self.paths(each):
                found = self.merged(inner, above | {path}) if inner not in above | {path} else None
                if found is not None:
                    whole = found if whole is None else gitlab.merged(whole, found)
        return document if whole is None else gitlab.merged(whole, document)

    def is_local(self, include: Include) -> bool:
        """Is it a file of this repository? What is not is noted."""
        name, path, line = include.name, include.path, include.line
        if include.source is From.LOCAL and "$" not in name:
            return True
        if include.source is From.TEMPLATE and name.startswith(_SECURITY):
            self.gates.append(Gate(path=path, line=line, tool=f"GitLab template {name}"))
            message = f"the jobs of {name} have `allow_failure: true`"
            self.findings.append(finding(rules.TEMPLATE_NEVER_FAILS, path, line, message))
        elif include.source is From.COMPONENT and "/devsecgate/" in name:
            self.gates.append(Gate(path=path, line=line, tool="devsecgate"))
            if name.rpartition("@")[2] in {"~latest", "main", "master"}:
                message = f"the component is pinned by a branch: {name.rpartition('@')[2]}"
                self.findings.append(finding(rules.ON_BRANCH, path, line, message))
        else:
            why = f"an include that is not in this repository: {include.source.value} {name}"
            self.unread.append(Unread(path=path, line=line, why=why))
        return False

    def paths(self, include: Include) -> Iterator[str]:
        """Name the files of a local include."""
        name = include.name.lstrip("/")
        if "*" not in name:
            if self.files.all(name) is None:
                self.files.note(include.path, NotRead(f"an include that could not be read: {name}", include.line))
                return
            yield name
        else:
            yield from self.files.matching(name)
