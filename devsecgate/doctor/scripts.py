"""The script of a job or a hook in, the gates in it out: each with its line, and with what neuters it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from devsecgate.doctor import rules
from devsecgate.doctor.nodes import Scalar, line_at
from devsecgate.doctor.records import Finding, NotRead, Rule, Unread
from devsecgate.doctor.script import Ran, Shell, commands
from devsecgate.doctor.tools import TOOLS, Call, called, hooked, missing, silenced

_EXPRESSION = re.compile(r"\$\{\{(?:(?!\$\{\{).)*?\}\}|\$\[\[(?:(?!\$\[\[).)*?\]\]", re.DOTALL)
_COMMON = frozenset({"npm", "yarn", "pnpm", "bun", "npx", "cargo", "composer", "docker", "bundle"})
_WORDS = ("pre-commit", "npm audit", "SKIP=", "--no-verify")
_NAMES = sorted({command[0] for tool in TOOLS for command in tool.commands} - _COMMON)
_MENTIONED = re.compile("|".join(rf"(?<![\w-]){re.escape(each)}(?![\w-])" for each in (*_NAMES, *_WORDS)))
_HOOK_RUNNERS = frozenset({"pre-commit", "prek"})


class World(msgspec.Struct, frozen=True, kw_only=True):
    """What one file has to know of the others."""

    hooks: frozenset[str]
    """The ids of the hooks that are gates."""
    gated: frozenset[str]
    """The local actions and workflows that run a gate, by the path of their file."""
    said: str
    """All texts of the file that is looked at, to see whether a name is used elsewhere."""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One call of a security tool."""

    tool: str
    path: str
    line: int
    neutered: tuple[Finding, ...]
    """How its verdict is thrown away."""
    handed: bool = False
    """Is its status written down for another step or job to read, so that this one does not fail?"""


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A script, made of one or more scalars."""

    text: str
    pieces: tuple[tuple[int, Scalar], ...]
    """Where each begins."""
    shell: Shell
    variables: frozenset[str]
    """Names of the variables that its job sets."""
    outputs: str
    """What somebody writes who reads this step's outputs: `steps.scan.outputs`; empty: nobody can."""

    def line(self, offset: int) -> int:
        """Return the file's line of a character."""
        start, node = next((each for each in reversed(self.pieces) if each[0] <= offset), self.pieces[0])
        return line_at(node, offset - start)

    @property
    def path(self) -> str:
        """The file that it stands in."""
        return self.pieces[0][1].path


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What a script does."""

    runs: tuple[Run, ...] = ()
    findings: tuple[Finding, ...] = ()
    unread: tuple[Unread, ...] = ()
    ran: tuple[Ran, ...] = ()


def finding(rule: Rule, path: str, line: int, message: str = "") -> Finding:
    """Make a finding; without a message of its own it says what the rule says."""
    return Finding(rule=rule, path=path, line=line, message=message or rule.why)


def masked(text: str) -> str:
    """Put a word of the same length in the place of each `${{ }}`, which is replaced before a shell sees it."""
    return _EXPRESSION.sub(lambda match: "x" * len(match.group()), text)


def mentions(text: str) -> bool:
    """Is a tool, or what skips one, named in a text?"""
    return _MENTIONED.search(text) is not None


def look(source: Source, world: World) -> Seen:
    """Find the gates of a script; one that cannot be parsed and names a tool is named as not looked at."""
    try:
        ran = commands(masked(source.text), source.shell)
    except NotRead as error:
        if not mentions(source.text):
            return Seen()
        offset = len("".join(source.text.splitlines(keepends=True)[: error.line - 1]))
        why = f"the script could not be parsed: {error.why}"
        return Seen(unread=(Unread(path=source.path, line=source.line(offset), why=why),))
    runs: list[Run] = []
    found: list[Finding] = []
    for each in ran:
        run = _run(each, source, world)
        if run is not None:
            runs.append(run)
        found += _notes(each, source, world)
    return Seen(runs=tuple(runs), findings=tuple(found), ran=ran)


def decided(runs: Sequence[Run], *, uploads: bool) -> Iterator[Finding]:
    """Give what neuters the gates of one job: a tool that is run twice is neutered where no run of it fails."""
    intact_runs = {run.tool: run for run in reversed(runs) if not run.neutered}
    for run in runs:
        intact = intact_runs.get(run.tool)
        for each in run.neutered:
            quiet = each.rule in {rules.NO_FAIL_OPTION, rules.EXIT_CODE_FLAG}
            if intact is not None:
                message = f"{each.message}; the run on line {intact.line} decides"
                yield finding(rules.ANOTHER_RUN, each.path, each.line, message)
            elif quiet and uploads:
                message = f"{each.message}, and its results are uploaded: only a ruleset can stop a merge"
                yield finding(rules.CODE_SCANNING, each.path, each.line, message)
            else:
                yield each


def skipped(value: str, world: World) -> list[str]:
    """Name the gates' hooks in a value of SKIP."""
    names = [each.strip() for each in value.split(",")]
    return [each for each in names if each in world.hooks or (each and hooked("", each) is not None)]


def _run(ran: Ran, source: Source, world: World) -> Run | None:
    call = called(ran.words)
    if call is None and not (ran.words[0] in _HOOK_RUNNERS and "run" in ran.words and world.hooks):
        return None
    line = source.line(ran.start)
    name = call.tool.name if call else ran.words[0]
    found: list[Finding] = []
    if ran.loss is not None:
        found.append(finding(ran.loss.rule, source.path, line, f"{name}: {ran.loss.how}"))
    elif ran.handed and not _is_read(ran.handed, source, world):
        how = f"{name}: its status is written to {ran.handed}, and nothing that is read here looks at it"
        found.append(finding(rules.OR_TRUE, source.path, line, how))
    if call is not None:
        variables = source.variables | {each.partition("=")[0] for each in ran.assignments}
        found += _options(call, source.path, line, variables)
    return Run(tool=name, path=source.path, line=line, neutered=tuple(found), handed=bool(ran.handed))


def _options(call: Call, path: str, line: int, variables: frozenset[str]) -> Iterator[Finding]:
    option = silenced(call)
    if option:
        yield finding(rules.EXIT_CODE_FLAG, path, line, f"{call.tool.name}: `{option}` makes it exit 0")
    elif needed := missing(call, variables):
        yield finding(rules.NO_FAIL_OPTION, path, line, f"{call.tool.name} exits 0 without `{needed}`")


def _is_read(handed: str, source: Source, world: World) -> bool:
    if handed == "$GITHUB_OUTPUT":
        return bool(source.outputs) and source.outputs in world.said
    name = handed.rsplit("/", 1)[-1]
    return world.said.count(name) > source.text.count(name) or source.text.count(name) > 1


def _notes(ran: Ran, source: Source, world: World) -> Iterator[Finding]:
    """Find what is no gate's own fault: hooks that are left out, a policy that blocks nothing."""
    words = ran.words
    exported = words[1:] if words[0] in {"export", "declare"} else ()
    for each in (*ran.assignments, *exported):
        name, _, value = each.partition("=")
        if name == "SKIP" and (hooks := skipped(value, world)):
            yield finding(
                rules.SKIP_VARIABLE, source.path, source.line(ran.start), f"SKIP leaves out {', '.join(hooks)}"
            )
    if words[0].rsplit("/", 1)[-1] == "git":
        verb = next((each for each in words[1:] if each in {"commit", "push", "merge"}), "")
        if verb and ("--no-verify" in words or (verb == "commit" and "-n" in words)):
            yield finding(rules.NO_VERIFY, source.path, source.line(ran.start), f"git {verb} goes past all hooks")
    call = called(words)
    if call is not None and call.tool.name == "devsecgate":
        given = " ".join(call.arguments).replace("=", " ")
        if re.search(r"--policy \S*advisory", given):
            yield finding(rules.ADVISORY, source.path, source.line(ran.start))
