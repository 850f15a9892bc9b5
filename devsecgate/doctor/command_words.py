"""The words of a command in, those of the program that it really runs out: without `sudo`, `env`, `uv run`, `timeout`.

A shell that is given a script on its command line (`bash -ec '…'`) is told apart, and so is `find -exec`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_VALUED: Mapping[str, frozenset[str]] = {
    "sudo": frozenset({"-u", "-g", "-h", "-p", "-C", "-D", "--user", "--group", "--chdir"}),
    "env": frozenset({"-u", "-C", "--unset", "--chdir"}),
    "timeout": frozenset({"-s", "-k", "--signal", "--kill-after"}),
    "nice": frozenset({"-n", "--adjustment"}),
    "ionice": frozenset({"-c", "-n"}),
    "stdbuf": frozenset({"-i", "-o", "-e"}),
    "xargs": frozenset({"-I", "-n", "-P", "-L", "-d", "-a", "-s", "-E", "--max-args", "--max-procs", "--delimiter"}),
    "exec": frozenset({"-a"}),
    "run": frozenset({
        "--with", "--python", "-p", "--group", "--extra", "--project", "--directory", "--package", "--spec",
        "--from", "--index-url", "--env-file", "--with-requirements", "-w", "-C", "--only-group", "--no-group",
    }),
}  # fmt: skip
"""Options of the wrappers that are followed by a value."""
_PLAIN = frozenset({"sudo", "env", "command", "builtin", "exec", "time", "nice", "ionice", "nohup", "stdbuf", "xargs"})
_RUNNERS = frozenset({
    ("uv", "run"), ("uvx",), ("uv", "tool", "run"), ("pipx", "run"), ("poetry", "run"), ("pdm", "run"),
    ("hatch", "run"), ("rye", "run"), ("pipenv", "run"), ("pixi", "run"), ("npx",), ("bunx",), ("pnpm", "dlx"),
    ("pnpm", "exec"), ("yarn", "dlx"), ("yarn", "exec"), ("npm", "exec"), ("bundle", "exec"), ("conda", "run"),
    ("mise", "exec"), ("mise", "x"),
})  # fmt: skip
_SHELLS = frozenset({"bash", "sh", "dash", "zsh", "ash", "ksh"})
_CONTAINERS = frozenset({"docker", "podman", "nerdctl"})
_PYTHON = re.compile(r"python(?:\d+(?:\.\d+)*)?|py|pypy3?")
_MOST = 12


class Inner(msgspec.Struct, frozen=True, kw_only=True):
    """What a command really runs."""

    words: tuple[str, ...]
    assignments: tuple[str, ...]
    """`NAME=value` that `env` and the like set."""
    script: str | None
    """The script that a shell is given on its command line."""
    options: str
    """That shell's options, without dashes: `ec`, `eo pipefail`."""
    dropped: bool
    """Does what runs it throw its status away, as `find -exec … ;` does?"""


def unwrap(words: Sequence[str]) -> Inner:
    """Strip what only starts another program."""
    rest = list(words)
    assignments: list[str] = []
    dropped = False
    for _ in range(_MOST):
        before = len(rest)
        rest, dropped = _found(rest, dropped=dropped)
        rest = _stripped(rest, assignments)
        if len(rest) == before:
            break
    script, options = _script(rest)
    return Inner(words=tuple(rest), assignments=tuple(assignments), script=script, options=options, dropped=dropped)


def program(words: Sequence[str]) -> str:
    """Return the name of the program without its folder and without `.exe`."""
    return words[0].rsplit("/", 1)[-1].removesuffix(".exe") if words else ""


def _stripped(rest: list[str], assignments: list[str]) -> list[str]:
    """Take one wrapper off."""
    name = program(rest)
    if name in _PLAIN:
        rest = _after_options(rest[1:], _VALUED.get(name, frozenset()))
        while rest and _ASSIGNMENT.match(rest[0]):
            assignments.append(rest.pop(0))
        return rest
    if name == "timeout":
        return _after_options(rest[1:], _VALUED["timeout"])[1:]
    runner = next((each for each in _RUNNERS if (name, *rest[1 : len(each)]) == each), None)
    if runner is not None:
        return _without_version(_after_options(rest[len(runner) :], _VALUED["run"]))
    if _PYTHON.fullmatch(name) and "-m" in rest:
        module = rest.index("-m")
        return rest[module + 1 :] if all(each.startswith("-") for each in rest[1:module]) else rest
    if name == "go" and rest[1:2] == ["run"]:
        return _without_version(_after_options(rest[2:], frozenset({"-C", "-mod", "-modfile"})))
    return rest


def _after_options(rest: list[str], valued: frozenset[str]) -> list[str]:
    place = 0
    while place < len(rest) and rest[place].startswith("-") and rest[place] != "-":
        if rest[place] == "--":
            return rest[place + 1 :]
        place += 2 if rest[place] in valued else 1
    return rest[place:]


def _without_version(rest: list[str]) -> list[str]:
    """Turn `bandit@1.9`, `bandit[toml]` and `golang.org/x/vuln/cmd/govulncheck@latest` into the program's name."""
    if not rest:
        return rest
    name = rest[0][1:].partition("@")[0].partition("[")[0]
    return [rest[0][:1] + name, *rest[1:]]


def _found(rest: list[str], *, dropped: bool) -> tuple[list[str], bool]:
    """Take what `find` executes; its own status is 0 where the command ends in a semicolon."""
    if program(rest) != "find":
        return rest, dropped
    start = next((place for place, word in enumerate(rest) if word in {"-exec", "-execdir", "-ok"}), None)
    if start is None:
        return rest, dropped
    inner = rest[start + 1 :]
    end = next((place for place, word in enumerate(inner) if word in {";", "+"}), len(inner))
    return inner[:end], dropped or inner[end : end + 1] == [";"]


def _script(rest: list[str]) -> tuple[str | None, str]:
    """Find the script that is given to a shell, in a container too."""
    name = program(rest)
    if name == "eval":
        return " ".join(rest[1:]), ""
    if name in _CONTAINERS and any(word in {"run", "exec"} for word in rest[1:4]):
        start = next((place for place, word in enumerate(rest) if place and program([word]) in _SHELLS), None)
        return _script(rest[start:]) if start is not None else (None, "")
    if name not in _SHELLS:
        return None, ""
    options = []
    for place, word in enumerate(rest[1:], start=1):
        if word.startswith("-") and not word.startswith("--"):
            options.append(word[1:])
            if word.endswith("c") and place + 1 < len(rest):
                return rest[place + 1], " ".join(options)
        elif options and options[-1].endswith("o"):
            options.append(word)
            if rest[place + 1 : place + 2] == []:
                break
        elif not word.startswith("-"):
            break
    return None, ""
