"""What the command says of itself."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import click
import pytest

from devsecgate import __version__, discovery
from devsecgate.cli import devsecgate as group
from devsecgate.policy.loading import PROFILES

Command = Callable[..., subprocess.CompletedProcess[str]]


def commands(found: click.Command, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, found
    if isinstance(found, click.Group):
        context = click.Context(found)
        for name in found.list_commands(context):
            each = found.get_command(context, name)
            assert each is not None
            yield from commands(each, *path, name)


COMMANDS = dict(commands(group))
GATE_FLAGS = ["--policy FILE", "--advisories DIR|URL", "--offline", "--report KIND=FILE", "--quiet", "--verbose"]


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_the_help_of_every_command_lists_every_flag(path: tuple[str, ...], devsecgate: Command) -> None:
    done = devsecgate(*path, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"Usage: {' '.join(('devsecgate', *path))} ")
    options = [each for each in COMMANDS[path].params if isinstance(each, click.Option)]
    flags = [flag for option in options for flag in (*option.opts, *option.secondary_opts)]
    assert [flag for flag in (*flags, "-h", "--help") if flag not in words(done.stdout)] == []
    assert [option.name for option in options if not option.help or words(option.help) not in words(done.stdout)] == []


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_the_short_flag_gives_the_same_help(path: tuple[str, ...], devsecgate: Command) -> None:
    assert devsecgate(*path, "-h").stdout == devsecgate(*path, "--help").stdout


def test_there_are_the_commands_that_are_documented(devsecgate: Command) -> None:
    names = [
        "action",
        "advisories",
        "baseline",
        "comment",
        "doctor",
        "explain",
        "fix",
        "gate",
        "hook",
        "init",
        "intel",
        "policy",
        "rules",
        "scan",
        "scanners",
        "verdict",
    ]
    listed = devsecgate("--help").stdout.partition("Commands:\n")[2]
    assert [line.split()[0] for line in listed.splitlines() if line.startswith("  ") and line[2] != " "] == names
    listed = devsecgate("policy", "--help").stdout.partition("Commands:\n")[2]
    assert [line.split()[0] for line in listed.splitlines() if line[2] != " "] == ["check", "schema", "show"]


def test_the_help_names_every_exit_code(devsecgate: Command) -> None:
    text = devsecgate("--help").stdout
    for code in ("0    PASS", "1    FAIL", "2", "3    INCOMPLETE", "4", "130"):
        assert f"\n    {code} " in text


def test_the_gate_has_the_flags_that_scripts_rely_on(devsecgate: Command) -> None:
    text = words(devsecgate("gate", "--help").stdout)
    assert "devsecgate gate [OPTIONS] [PATH]" in text
    assert [flag for flag in GATE_FLAGS if flag not in text] == []


def test_the_gates_help_names_every_kind_of_report(devsecgate: Command) -> None:
    assert f"KIND: {', '.join(discovery.kinds())}." in words(devsecgate("gate", "--help").stdout)


def test_the_gates_help_shows_each_example_on_a_line_of_its_own(devsecgate: Command) -> None:
    lines = devsecgate("gate", "--help").stdout.splitlines()
    start = lines.index("  Examples:")
    assert lines[start + 1 : start + 5] == [
        "    devsecgate gate",
        "    devsecgate gate src --advisories osv/ --offline",
        "    devsecgate gate --base origin/main",
        "    devsecgate gate --report sarif=gate.sarif --report markdown=summary.md",
    ]


def test_the_help_of_init_names_every_profile(devsecgate: Command) -> None:
    assert f"--profile [{'|'.join(PROFILES)}]" in devsecgate("init", "--help").stdout


def test_the_version_is_the_packages(devsecgate: Command) -> None:
    done = devsecgate("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"devsecgate, version {__version__}\n", "")


def test_the_installed_program_is_the_same_as_the_module(program: Callable[[str], str]) -> None:
    done = subprocess.run([program("devsecgate"), "--version"], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"devsecgate, version {__version__}\n", "")


@pytest.mark.parametrize("path", [(), ("policy",)], ids=" ".join)
def test_no_command_is_a_mistake_that_shows_the_help(path: tuple[str, ...], devsecgate: Command) -> None:
    done = devsecgate(*path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == devsecgate(*path, "--help").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("gte",), "No such command 'gte'."),
        (("policy", "chek"), "No such command 'chek'."),
        (("gate", "--offlin"), "No such option '--offlin'."),
        (("gate", "a", "b"), "Got unexpected extra argument (b)"),
        (("explain",), "Missing argument 'RULE|FINGERPRINT'."),
        (("init", "--profile", "lax"), "'lax' is not one of 'default', 'strict', 'advisory'."),
        (("gate", "--report"), "Option '--report' requires an argument."),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else "",
)
def test_a_mistake_on_the_command_line_is_exit_2_and_told(
    arguments: tuple[str, ...], said: str, devsecgate: Command
) -> None:
    done = devsecgate(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"Error: {said[:-1]}" in done.stderr.replace("Invalid value for '--profile': ", "")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_a_script_that_completes(shell: str, devsecgate: Command) -> None:
    done = devsecgate(_DEVSECGATE_COMPLETE=f"{shell}_source")
    assert f"_DEVSECGATE_COMPLETE={shell}_complete" in done.stdout
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("devsecgate ga", ["plain,gate"]),
        ("devsecgate policy s", ["plain,show", "plain,schema"]),
        ("devsecgate gate --of", ["plain,--offline"]),
        ("devsecgate init --profile s", ["plain,strict"]),
    ],
)
def test_what_is_typed_is_completed(typed: str, offered: list[str], devsecgate: Command) -> None:
    position = str(len(typed.split()) - 1)
    done = devsecgate(_DEVSECGATE_COMPLETE="bash_complete", COMP_WORDS=typed, COMP_CWORD=position)
    assert sorted(done.stdout.split()) == sorted(offered)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_help_needs_no_home_and_no_path() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "devsecgate", "--help"], check=False, capture_output=True, env={}, cwd=os.sep
    )
    assert (done.returncode, done.stderr) == (0, b"")
