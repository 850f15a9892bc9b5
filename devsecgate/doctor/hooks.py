"""A pre-commit configuration in, the hooks that are gates and what neuters them out."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from devsecgate.doctor import rules
from devsecgate.doctor.command_words import unwrap
from devsecgate.doctor.nodes import Mapping, Node, Scalar, child, items, line_of, scalars, text_of
from devsecgate.doctor.records import Finding, Gate, Unread
from devsecgate.doctor.script import Shell
from devsecgate.doctor.scripts import Seen, Source, World, finding, look
from devsecgate.doctor.tools import Tool, called, hooked, missing, silenced
from devsecgate.doctor.workflows import Outcome

_ALL = frozenset({"", ".", ".*", ".+", "^", "^.*", "^.+", "^.*$", "^.+$", ".*$", ".+$", "(.*)", "(?s).*", "(?s:.*)"})
"""Patterns that match every name."""
_NONE = frozenset({"^$", "$^", "(?!)", "a^", "^(?!)", "(?!.*)", "^\\b$"})
"""Patterns that match no name of a file."""
_MUTABLE = frozenset({"main", "master", "head", "develop", "dev", "trunk", "latest", "stable", "next"})
_OPERATOR = re.compile(r"(?:^|\s)(?:\|\|?|&&|;|&|>>?|<)(?:\s|$)|;(?:\s|$)")


class Hook(msgspec.Struct, frozen=True, kw_only=True):
    """One hook that is a gate."""

    id: str
    tool: str
    node: Mapping
    repository: Mapping
    line: int


class Hooks(msgspec.Struct, frozen=True, kw_only=True):
    """What a configuration has."""

    gates: tuple[Hook, ...]
    outcome: Outcome
    by_service: bool
    """Is it set up for pre-commit.ci?"""

    @property
    def ids(self) -> frozenset[str]:
        """The ids of the gates, by which SKIP names them."""
        return frozenset(each.id for each in self.gates)


def examine(document: Node | None) -> Hooks:
    """Examine a configuration."""
    gates: list[Hook] = []
    found: list[Finding] = []
    unread: list[Unread] = []
    for repository in items(child(document, "repos")):
        for node in items(child(repository, "hooks")):
            if isinstance(node, Mapping) and isinstance(repository, Mapping):
                seen = _entry(node)
                hook = _hook(node, repository, seen)
                unread += seen.unread
                if hook is not None:
                    gates.append(hook)
                    found += [*_stages(hook, document), *_patterns(hook.node, hook.id), *_revision(hook)]
                    found += _arguments(hook, seen)
    if gates:
        found += _patterns(document, "every hook") if document is not None else ()
        found += _service(document, frozenset(each.id for each in gates))
    outcome = Outcome(
        gates=tuple(Gate(path=each.node.path, line=each.line, tool=each.tool) for each in gates),
        findings=tuple(dict.fromkeys(found)),
        unread=tuple(unread),
    )
    return Hooks(gates=tuple(gates), outcome=outcome, by_service=child(document, "ci") is not None)


def _hook(node: Mapping, repository: Mapping, seen: Seen) -> Hook | None:
    """Find the tool of a hook: by its id, its repository, or what it runs."""
    identity = text_of(child(node, "id"))
    address = text_of(child(repository, "repo"))
    tool = hooked(address, identity)
    name = tool.name if tool else next((run.tool for run in seen.runs), "")
    if not name:
        return None
    return Hook(id=identity, tool=name, node=node, repository=repository, line=line_of(node, "id"))


def _entry(node: Mapping) -> Seen:
    """Look at what a local hook runs: no shell reads it, but it may start one."""
    entry = child(node, "entry")
    if not isinstance(entry, Scalar) or text_of(child(node, "language")) in {"pygrep", "fail"}:
        return Seen()
    source = Source(
        text=entry.text,
        pieces=((0, entry),),
        shell=Shell(errexit=False, pipefail=False),
        variables=frozenset(),
        outputs="",
    )
    return look(source, World(hooks=frozenset(), gated=frozenset(), said=entry.text))


def _arguments(hook: Hook, seen: Seen) -> Iterator[Finding]:
    """Judge what a hook runs, and with which arguments."""
    entry = child(hook.node, "entry")
    if isinstance(entry, Scalar) and _no_shell(entry) and _OPERATOR.search(entry.text):
        yield finding(rules.HOOK_ENTRY, entry.path, entry.line)
    else:
        for run in seen.runs:
            yield from (each for each in run.neutered if each.rule is not rules.NO_FAIL_OPTION)
    words = [each.text for each in scalars(child(hook.node, "args"))]
    tool = _tool(hook.tool)
    if tool is not None:
        given = called((*tool.commands[0], *words)) if tool.commands else None
        option = silenced(given) if given is not None else ""
        place = child(hook.node, "args") or hook.node
        if option:
            yield finding(rules.EXIT_CODE_FLAG, place.path, place.line, f"{hook.tool}: `{option}` makes it exit 0")
        elif given is not None and tool.name == "semgrep" and hook.id == "semgrep" and missing(given, frozenset()):
            message = "semgrep exits 0 without `--error`"
            yield finding(rules.NO_FAIL_OPTION, place.path, hook.line, message)


def _no_shell(entry: Scalar) -> bool:
    return unwrap(entry.text.split()).words[:1] not in {("bash",), ("sh",), ("zsh",)}


def _tool(name: str) -> Tool | None:
    from devsecgate.doctor.tools import TOOLS

    return next((each for each in TOOLS if each.name == name), None)


def _stages(hook: Hook, document: Node | None) -> Iterator[Finding]:
    own = child(hook.node, "stages")
    stages = own if own is not None else child(document, "default_stages")
    if stages is not None and {each.text for each in scalars(stages)} == {"manual"}:
        line = line_of(hook.node, "stages") if own is not None else stages.line
        yield finding(rules.HOOK_MANUAL, stages.path, line, f"{hook.id} runs for no commit and no push")


def _patterns(node: Node, name: str) -> Iterator[Finding]:
    for key, empty in (("exclude", _ALL), ("files", _NONE)):
        pattern = child(node, key)
        if isinstance(pattern, Scalar) and pattern.text.strip() in empty and not _unset(pattern):
            message = f"{name} is given no file: `{key}: {pattern.text.strip() or chr(39) * 2}`"
            yield finding(rules.HOOK_EXCLUDES_ALL, pattern.path, line_of(node, key), message)


def _unset(pattern: Scalar) -> bool:
    """Is nothing written there? pre-commit refuses that, and no hook runs."""
    return pattern.plain and pattern.text == ""


def _revision(hook: Hook) -> Iterator[Finding]:
    revision = child(hook.repository, "rev")
    if text_of(revision).lower() in _MUTABLE and revision is not None:
        message = f"{hook.id} is at {text_of(revision)}, which moves"
        yield finding(rules.HOOK_MUTABLE, revision.path, revision.line, message)


def _service(document: Node | None, ids: frozenset[str]) -> Iterator[Finding]:
    """Find gates that pre-commit.ci leaves out."""
    for each in scalars(child(document, "ci", "skip")):
        if each.text in ids:
            yield finding(rules.SKIP_VARIABLE, each.path, each.line, f"pre-commit.ci leaves out {each.text}")
