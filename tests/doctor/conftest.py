"""Small repositories, and what `doctor` says of them."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from devsecgate.doctor.examine import examine
from devsecgate.doctor.records import Report

Tree = Callable[[dict[str, str | bytes]], Path]


@pytest.fixture
def report(tree: Tree) -> Callable[[dict[str, str]], Report]:
    """Examine a repository with these files."""

    def run(files: dict[str, str]) -> Report:
        return examine(tree({name: textwrap.dedent(text).lstrip("\n") for name, text in files.items()}))

    return run


@pytest.fixture
def said(report: Callable[[dict[str, str]], Report]) -> Callable[[dict[str, str]], list[str]]:
    """Give the rules that fire as `line rule`, for one file, or `path:line rule` for several."""

    def run(files: dict[str, str]) -> list[str]:
        found = report(files)
        assert [f"{each.path}:{each.line} {each.why}" for each in found.unread] == []
        return [
            f"{'' if len(files) == 1 else f'{each.path}:'}{each.line} {each.rule.id.removeprefix('doctor.')}"
            for each in found.findings
        ]

    return run


@pytest.fixture
def in_job(said: Callable[[dict[str, str]], list[str]]) -> Callable[..., list[str]]:
    """Give what is said of a workflow with one job that has these steps; the steps begin on line 6."""

    def run(steps: str, *, job: str = "", on: str = "pull_request") -> list[str]:
        head = f"on: {on}\njobs:\n  scan:\n    runs-on: ubuntu-latest\n    steps:\n"
        text = head + textwrap.indent(textwrap.dedent(steps).strip("\n"), "      ") + "\n"
        return said({".github/workflows/ci.yml": text + textwrap.indent(textwrap.dedent(job), "    ")})

    return run
