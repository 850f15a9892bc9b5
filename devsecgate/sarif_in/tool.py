"""A tool's declaration goes in, a Scanner comes out: its argv with the placeholders filled in, its canary, its reader.

Only stdout is read: a tool that wants a file is given `/dev/stdout`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from devsecgate.errors import UsageError
from devsecgate.model import Kind
from devsecgate.sarif_in.reading import parse
from devsecgate.scanner import Canary, Command, Engine, Job, Scanner


class _ToolCanary(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def content(self) -> str: ...
    @property
    def rule(self) -> str: ...


class SarifTool(Protocol):
    """What this module needs to know of a tool; `devsecgate.policy.Tool` is one, and describes the fields."""

    # ruff: disable[D102]
    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def argv(self) -> tuple[str, ...]: ...
    @property
    def output(self) -> str | None: ...
    @property
    def files(self) -> tuple[str, ...]: ...
    @property
    def canary(self) -> _ToolCanary: ...
    @property
    def exits(self) -> frozenset[int]: ...
    @property
    def timeout(self) -> float: ...

    # ruff: enable[D102]


def scanner(tool: SarifTool, *, matches: Callable[[str, str], bool]) -> Scanner:
    """Make a Scanner of a declared tool; `matches(pattern, path)` is the policy's meaning of a path glob.

    Raises UsageError for a tool whose output is a file.
    """
    if tool.output is not None:
        raise UsageError(
            f"the tool {tool.name} writes its output to a file, and only stdout is read",
            where=f"tools: {tool.name}: output",
            remedy="Leave `output` out, and give the tool /dev/stdout where it wants a file's name.",
        )
    return Scanner(
        name=tool.name,
        kind=tool.kind,
        about=f"{tool.argv[0]}, declared by the policy, read as SARIF",
        engines=(Engine(name=tool.argv[0], program=tool.argv[0], install=f"the policy's tool {tool.name} needs it"),),
        select=lambda path: any(matches(pattern, path) for pattern in tool.files),
        command=partial(_command, tool),
        parse=partial(parse, name=tool.name, kind=tool.kind),
        canary=Canary(name=tool.canary.name, content=tool.canary.content.encode(), rule=tool.canary.rule),
    )


def _command(tool: SarifTool, job: Job) -> Command:
    """Fill in the placeholders."""
    argv: list[str] = []
    for argument in tool.argv:
        if argument == "{files}":
            argv.extend(job.files)
        elif argument == "{canary}":
            argv.append(str(job.canary))
        else:
            argv.append(argument.replace("{scratch}", str(job.scratch)))
    return Command(argv=tuple(argv), exits=tool.exits, timeout=tool.timeout)
