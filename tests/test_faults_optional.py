"""The fault matrix of zizmor and hadolint: one that is there and does not work is never taken for one that is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from worlds import TOOL_FAULTS, World, agree, make_world

TOOLS = ("zizmor", "hadolint")
WORKFLOW = """\
name: test
on: push
permissions: {}
concurrency: {group: test, cancel-in-progress: true}
jobs:
  test:
    name: test
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - run: make test
"""
DOCKERFILE = """\
FROM debian:13@sha256:0000000000000000000000000000000000000000000000000000000000000000
USER 1000
CMD ["true"]
"""


@pytest.fixture
def world(tmp_path: Path, program: Callable[[str], str]) -> World:
    """A project of a workflow and a Dockerfile, in which there is nothing to find."""
    for tool in TOOLS:
        program(tool)
    made = make_world(tmp_path)
    for name in ("app.py", "more.py", "requirements.txt"):
        (made.tree / name).unlink()
    (made.tree / ".github" / "workflows").mkdir(parents=True)
    (made.tree / ".github" / "workflows" / "test.yml").write_text(WORKFLOW)
    (made.tree / "Dockerfile").write_text(DOCKERFILE)
    return made


def _account(world: World, tool: str) -> tuple[int, int]:
    """Give the canaries that a scanner reported, and the number of its gaps."""
    document = json.loads((world.reports / "json").read_bytes())
    (seen,) = [each for each in document["scanners"] if each["scanner"] == tool]
    return seen["canaries"], sum(gap["scanner"] == tool for gap in document["gaps"])


def test_the_same_run_passes_when_nothing_is_broken(world: World) -> None:
    code, printed = world.run()
    assert code == 0, printed
    assert [_account(world, tool) for tool in TOOLS] == [(1, 0), (1, 0)]
    agree(world, code)


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("fault", TOOL_FAULTS)
def test_a_tool_that(fault: str, tool: str, world: World) -> None:
    world.fake(tool, TOOL_FAULTS[fault])
    code, printed = world.run()
    assert code == 3, printed
    canaries, gaps = _account(world, tool)
    assert canaries == 0
    assert gaps >= 1
    agree(world, code)


@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_that_is_not_installed_is_a_gap_that_the_policy_judges(tool: str, world: World) -> None:
    (world.tools / tool).unlink()
    world.environment["PATH"] = "/nowhere"
    world.run()
    assert f"{tool} is not installed" in (world.reports / "json").read_text()
