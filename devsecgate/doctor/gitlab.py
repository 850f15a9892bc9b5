"""GitLab CI files as YAML nodes in, the jobs that they come to out: includes, `extends` and `!reference` followed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from devsecgate.doctor.nodes import Mapping, Node, Scalar, child, entries, is_null, items, text_of
from devsecgate.doctor.nodes import Sequence as List
from devsecgate.doctor.records import NotRead

_GLOBAL = frozenset({
    "default", "include", "stages", "variables", "workflow", "image", "services", "before_script", "after_script",
    "cache", "spec", "types",
})  # fmt: skip
_DEFAULT_STAGES = ("build", "test", "deploy")
_DEEPEST = 11
"""Levels of `extends`, GitLab's own limit."""
_MOST_JOBS = 1000
_MOST = 2000
"""Lines of a script, once references are followed."""


class From(StrEnum):
    """Where an include is."""

    LOCAL = "local"
    TEMPLATE = "template"
    COMPONENT = "component"
    PROJECT = "project"
    REMOTE = "remote"


class Include(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of `include:`."""

    source: From
    name: str
    path: str
    line: int


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One job, with what it extends in it."""

    name: str
    path: str
    line: int
    node: Mapping
    script: tuple[Scalar, ...]
    """`before_script` and `script`, which are one script."""
    after: tuple[Scalar, ...]
    stage: int
    needs: tuple[str, ...] | None
    """None: it waits for every job of the stages before."""


class Pipeline(msgspec.Struct, frozen=True, kw_only=True):
    """All of the files that are one pipeline."""

    node: Mapping
    jobs: tuple[Job, ...]


def includes(document: Node | None) -> Iterator[Include]:
    """Name what a file, or a `trigger:`, includes."""
    node = child(document, "include")
    for each in items(node) if isinstance(node, List) else (node,):
        if isinstance(each, Scalar) and not is_null(each):
            remote = each.text.startswith(("http://", "https://"))
            source = From.REMOTE if remote else From.LOCAL
            yield Include(source=source, name=each.text, path=each.path, line=each.line)
        for source in From:
            named = child(each, source)
            if named is not None:
                yield Include(source=source, name=text_of(named), path=named.path, line=named.line)
                break


def merged(base: Mapping, over: Mapping) -> Mapping:
    """Merge two mappings as GitLab does: mappings in mappings too, all else is replaced."""
    found = {key.text: (key, value) for key, value in base.entries}
    for key, value in over.entries:
        before = found.get(key.text)
        if before is not None and isinstance(before[1], Mapping) and isinstance(value, Mapping):
            found[key.text] = key, merged(before[1], value)
        else:
            found[key.text] = key, value
    return replace(over, entries=tuple(found.values()))


def pipeline(whole: Mapping) -> Pipeline:
    """Take a merged configuration apart; raises NotRead where it goes round in circles."""
    stages = (".pre", *([each for each in map(text_of, items(child(whole, "stages"))) if each] or _DEFAULT_STAGES))
    if len(whole.entries) > _MOST_JOBS:
        raise NotRead(f"more than {_MOST_JOBS:,} jobs", whole.line)
    jobs = []
    for key, node in whole.entries:
        if key.text in _GLOBAL or key.text.startswith(".") or not isinstance(node, Mapping):
            continue
        extended = _extended(node, whole, 0)
        if any(child(extended, name) is not None for name in ("script", "trigger", "run")):
            jobs.append(_job(key, extended, whole, stages))
    return Pipeline(node=whole, jobs=tuple(jobs))


def _job(key: Scalar, node: Mapping, whole: Mapping, stages: Sequence[str]) -> Job:
    stage = text_of(child(node, "stage")) or "test"
    before = _own(node, "before_script", whole)
    needs = child(node, "needs")
    return Job(
        name=key.text,
        path=key.path,
        line=key.line,
        node=node,
        script=(*_lines(before, whole), *_lines(child(node, "script"), whole)),
        after=tuple(_lines(_own(node, "after_script", whole), whole)),
        stage=stages.index(stage) if stage in stages else len(stages),
        needs=None if needs is None else tuple(_needed(needs)),
    )


def _own(node: Mapping, name: str, whole: Mapping) -> Node | None:
    """Return a keyword of a job, or the default of all jobs."""
    found = child(node, name)
    if found is None:
        found = child(whole, "default", name)
    return found if found is not None else child(whole, name)


def _needed(node: Node) -> Iterator[str]:
    for each in items(node):
        name = text_of(each) or text_of(child(each, "job"))
        if name:
            yield name


def _extended(node: Mapping, whole: Mapping, depth: int) -> Mapping:
    """Merge what a job extends, the last named over the others, and the job over them all."""
    parents = child(node, "extends")
    if parents is None:
        return node
    if depth > _DEEPEST:
        raise NotRead("`extends` goes round in circles, or too deep", parents.line)
    found: Mapping | None = None
    for name in items(parents) if isinstance(parents, List) else (parents,):
        parent = child(whole, text_of(name))
        if isinstance(parent, Mapping):
            resolved = _extended(parent, whole, depth + 1)
            found = resolved if found is None else merged(found, resolved)
    return node if found is None else merged(found, node)


def _lines(node: Node | None, whole: Mapping) -> list[Scalar]:
    """Flatten a script, references followed."""
    found: list[Scalar] = []
    waiting: list[tuple[Node, int]] = [(node, 0)] if node is not None else []
    while waiting:
        each, depth = waiting.pop()
        if isinstance(each, Scalar):
            found += () if is_null(each) else (each,)
        elif isinstance(each, List) and each.tag == "!reference":
            named = child(whole, *map(text_of, each.items))
            if depth > _DEEPEST:
                raise NotRead("`!reference` goes round in circles, or too deep", each.line)
            waiting += [(named, depth + 1)] if named is not None else []
        else:
            waiting += [(one, depth) for one in reversed(items(each))]
        if len(found) > _MOST:
            raise NotRead(f"a script of more than {_MOST:,} lines", each.line)
    return found


def texts_of(node: Node | None) -> Iterator[tuple[Scalar, str]]:
    """Give the variables of a job or a file, with their values."""
    for key, value in entries(child(node, "variables")):
        yield key, text_of(value) or text_of(child(value, "value"))
